#include "worry.h"

#include "pages/sent.h"

/* The end of the journey: what was recorded, who was told, what happens next. */
static int show(struct asking *asking, struct error *error)
{
    struct decision_of of;
    struct view_rows rows, shares;
    int result = asking_id(asking, "decision", &of.decision_id, error);
    if (!result)
        result = asking_look(asking, &decision_read_view, &of, &rows, error);
    if (result)
        return result;
    const struct decision_row *decision = VISIT_ROW(rows, struct decision_row, 0);
    struct share_list list = {decision->case_id};
    if ((result = asking_look(asking, &share_list_view, &list, &shares, error)))
        return result;
    struct text *names = ARENA_ARRAY(asking->arena, struct text, shares.n);
    size_t n = 0;
    for (size_t i = 0; names && i < shares.n; i++) {
        const struct share_row *row = VISIT_ROW(shares, struct share_row, i);
        if (id_equal(&row->decision_id, &decision->decision_id))
            names[n++] = row->recipient;
    }
    WRITE(asking, sent, .frame = asking_frame(asking, "/"), .shared = n > 0, .recipients = names, .recipients_n = n,
          .name = decision->name, .decided = choice_label(decision_outcomes, decision->decided),
          .code = decision->decided, .differs = decision->differs,
          .open = text_equal(decision->answered, TEXT("open")), .case_id = id_text(&decision->case_id),
          .decision = id_text(&decision->decision_id));
    return 0;
}

const struct page sent_page = {show, NULL, NULL};
