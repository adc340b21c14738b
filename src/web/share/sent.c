#include "worry/worry.h"

#include "pages/sent.h"
#include "words.h"

enum { TOGETHER_MOST = 100 };

/* One of the decisions, and to whom it was sent. */
static int read_one(struct asking *asking, const struct id *id, const struct decision_row **decision,
                    struct page_sent_groups *group, struct error *error)
{
    struct decision_of of = {*id};
    struct view_rows rows, shares;
    int result = asking_look(asking, &decision_read_view, &of, &rows, error);
    if (result)
        return result;
    *decision = VISIT_ROW(rows, struct decision_row, 0);
    struct share_list list = {(*decision)->case_id};
    if ((result = asking_look(asking, &share_list_view, &list, &shares, error)))
        return result;
    struct text *names = ARENA_ARRAY(asking->arena, struct text, shares.n);
    size_t n = 0;
    for (size_t i = 0; names && i < shares.n; i++) {
        const struct share_row *row = VISIT_ROW(shares, struct share_row, i);
        if (id_equal(&row->decision_id, id))
            names[n++] = row->recipient;
    }
    *group = (struct page_sent_groups){.name = (*decision)->name,
                                       .decided = choice_label(decision_outcomes, (*decision)->decided),
                                       .recipients = names,
                                       .recipients_n = n,
                                       .case_id = id_text(&(*decision)->case_id),
                                       .decision = id_text(&(*decision)->decision_id)};
    return names ? 0 : arena_error(asking->arena, error);
}

/* The ids of the address: the first decision, and those that were made with it. */
static size_t read_ids(struct asking *asking, struct id *ids)
{
    const struct http_pairs *query = http_query(asking->request);
    size_t n = 1;
    for (size_t i = 0; i < query->n && n < TOGETHER_MOST; i++)
        if (text_equal(query->pair[i].name, TEXT("with")))
            n += id_parse(query->pair[i].value, &ids[n]);
    return n;
}

/* The end of the journey: what was recorded, who was told, what happens next. */
static int show(struct asking *asking, struct error *error)
{
    struct id *ids = ARENA_ARRAY(asking->arena, struct id, TOGETHER_MOST);
    struct page_sent_groups *groups = ARENA_ARRAY(asking->arena, struct page_sent_groups, TOGETHER_MOST);
    const struct decision_row *first = NULL, *decision;
    bool shared = false, differs = false, open = false;
    if (!ids || !groups)
        return arena_error(asking->arena, error);
    int result = asking_id(asking, "decision", &ids[0], error);
    size_t n = result ? 0 : read_ids(asking, ids);
    for (size_t i = 0; !result && i < n; i++) {
        if ((result = read_one(asking, &ids[i], &decision, &groups[i], error)))
            break;
        first = first ? first : decision;
        for (size_t k = 0; k < i; k++)
            if (text_equal(groups[k].case_id, groups[i].case_id))
                groups[i].listed = true;
        shared = shared || groups[i].recipients_n > 0;
        differs = differs || decision->differs;
        open = open || text_equal(decision->answered, TEXT("open"));
    }
    if (result)
        return result;
    WRITE(asking, sent, .frame = asking_frame(asking, "/"), .shared = shared, .several = n > 1, .groups = groups,
          .groups_n = n, .name = first->name, .recorded = words_time(asking->arena, first->recorded_at),
          .decided = choice_label(decision_outcomes, first->decided), .code = first->decided,
          .differs = differs, .open = open);
    return 0;
}

const struct page sent_page = {show, NULL, NULL};
