#include "decision.h"

#include "answer_words.h"
#include "pages/decision.h"
#include "pages/decisions.h"
#include "words.h"

/* One answer for each group of recipients to whom the policy says the same. */
static int read_answers(struct asking *asking, struct json_object kept, struct page_decision *page, struct error *error)
{
    const struct json *object;
    if (!kept.json.n)
        return 0;
    int result = json_read(asking->arena, kept.json, "answers", &object, error);
    const struct json *list = result ? NULL : json_get(object, "answers");
    size_t most = json_is(list, JSON_ARRAY) ? list->count : 0, n = 0;
    struct shape_answer *answers = ARENA_ARRAY(asking->arena, struct shape_answer, most);
    struct text *said = ARENA_ARRAY(asking->arena, struct text, most);
    for (size_t i = 0; answers && said && i < most; i++) {
        const struct json *one = &list->item[i];
        struct buffer b = buffer_in(asking->arena);
        struct json_writer w = json_writer_in(&b);
        json_put(&w, json_get(one, "answer"));
        size_t g = 0;
        while (g < n && !text_equal(said[g], buffer_result(&b)))
            g++;
        if (g < n) {
            answers[g].recipients = arena_format(asking->arena, "%.*s, %.*s", TEXT_ARGS(answers[g].recipients),
                                                 TEXT_ARGS(json_text(json_get(one, "recipient"))));
            continue;
        }
        said[n] = buffer_result(&b);
        answers[n++] = answer_words(asking, json_get(one, "words"), TEXT(""));
    }
    page->answers = answers;
    page->answers_n = answers ? n : 0;
    page->known = n ? answers[0].known : NULL;
    page->known_n = n ? answers[0].known_n : 0;
    return result;
}

static int show(struct asking *asking, struct error *error)
{
    struct decision_of of;
    struct view_rows rows;
    struct page_decision page = {.frame = asking_frame(asking, "/")};
    int result = asking_id(asking, "decision", &of.decision_id, error);
    if (!result)
        result = asking_look(asking, &decision_read_view, &of, &rows, error);
    if (result)
        return result;
    const struct decision_row *row = VISIT_ROW(rows, struct decision_row, 0);
    page.name = row->name;
    page.case_id = id_text(&row->case_id);
    page.answered = choice_label(decision_outcomes, row->answered);
    page.decided = choice_label(decision_outcomes, row->decided);
    page.differs = row->differs;
    page.reasons = row->reasons;
    page.consulted = row->consulted;
    page.made_by = arena_format(asking->arena, "%.*s, %.*s", TEXT_ARGS(row->made_by), TEXT_ARGS(row->post));
    page.recorded = words_time(asking->arena, row->recorded_at);
    page.happened = words_time(asking->arena, row->happened_at);
    page.policy = arena_format(asking->arena, "%.*s, version %.*s", TEXT_ARGS(row->pack), TEXT_ARGS(row->pack_version));
    if ((result = read_answers(asking, row->answers, &page, error)))
        return result;
    page_decision(&asking->html, &page);
    return 0;
}

const struct page decision_page = {show, NULL, NULL};

static int list_show(struct asking *asking, struct error *error)
{
    struct view_rows rows;
    int result = asking_look(asking, &decision_agency_view, NULL, &rows, error);
    struct page_decisions_decisions *list = result ? NULL : ARENA_ARRAY(asking->arena, struct page_decisions_decisions, rows.n);
    if (!result && !list)
        result = arena_error(asking->arena, error);
    if (result)
        return result;
    int64_t differing = 0;
    for (size_t i = 0; i < rows.n; i++) {
        const struct decision_row *row = VISIT_ROW(rows, struct decision_row, i);
        differing += row->differs;
        list[i] = (struct page_decisions_decisions){
            .id = id_text(&row->decision_id),
            .name = row->name.n ? row->name : TEXT("(disposed of)"),
            .made_by = row->made_by,
            .when = words_ago(asking->arena, row->recorded_at),
            .answered = choice_label(decision_outcomes, row->answered),
            .decided = choice_label(decision_outcomes, row->decided),
            .differs = row->differs};
    }
    WRITE(asking, decisions, .frame = asking_frame(asking, "/decisions"),
          .agency = text_of(visit_actor(asking->visit)->agency_name), .decisions = list, .decisions_n = rows.n,
          .differing = differing);
    return 0;
}

const struct page decisions_page = {list_show, NULL, NULL};
