#include "worry.h"

#include "advice.h"
#include "answer/answer_words.h"
#include "pages/answer.h"
#include "policy.h"
#include "words.h"

static bool worry_is_about_several(const struct view_rows *rows)
{
    for (size_t i = 1; i < rows->n; i++)
        if (!id_equal(&VISIT_ROW(*rows, struct answer_row, i)->case_id, &VISIT_ROW(*rows, struct answer_row, 0)->case_id))
            return true;
    return false;
}

struct text worry_pair_name(struct asking *asking, const struct view_rows *rows, const struct answer_row *row)
{
    return pair_words(asking->arena, worry_is_about_several(rows) ? row->name : TEXT(""), row->recipient);
}

int worry_read_answers(struct asking *asking, const struct view_rows *rows, struct answer_of **out, struct error *error)
{
    struct answer_of *answers = *out = ARENA_ARRAY(asking->arena, struct answer_of, rows->n);
    bool several = worry_is_about_several(rows);
    int result = answers ? 0 : arena_error(asking->arena, error);
    for (size_t i = 0; !result && i < rows->n; i++) {
        const struct answer_row *row = VISIT_ROW(*rows, struct answer_row, i);
        answers[i].subject = several ? row->name : TEXT("");
        answers[i].recipient = row->recipient;
        for (int of = POLICY_OF_SHARING; of <= POLICY_OF_PAIR; of++)
            answers[i].whom[of] = worry_whom(asking, (enum policy_fact_of)of, &row->case_id, &row->agency_id);
        result = json_read(asking->arena, row->words.json, "words", &answers[i].words, error);
        if (!result)
            result = json_read(asking->arena, row->answer.json, "answer", &answers[i].answer, error);
    }
    return result;
}

/* When the decision was made whose answers were taken over; empty: none were. */
static struct text earlier(struct asking *asking, const struct worry *worry)
{
    struct instant at = {0};
    if (!instant_parse(values_get(&worry->said, "answers_of"), &at.at))
        return TEXT("");
    return words_time(asking->arena, at);
}

/* The first pair for whom agreement is to be asked; NULL: for none. */
static const struct answer_of *to_be_asked(const struct answer_of *answers, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const struct json *todo = json_get(answers[i].answer, "obligations");
        if (text_equal(json_text(json_get(answers[i].answer, "outcome")), TEXT("seek-consent")))
            return &answers[i];
        for (size_t k = 0; json_is(todo, JSON_ARRAY) && k < todo->count; k++)
            if (text_equal(json_text(&todo->item[k]), TEXT("seek-consent")))
                return &answers[i];
    }
    return NULL;
}

static int show_answer(struct asking *asking, struct worry *worry, struct error *error)
{
    struct view_rows rows;
    struct answer_of *each;
    const struct shape_answer *answers;
    const struct shape_taken *known;
    size_t n, known_n;
    int result = worry_ask(asking, worry, &rows, error);
    struct text change = result ? TEXT("") : worry_address(asking, worry, "question?key=");
    if (!result)
        result = worry_read_answers(asking, &rows, &each, error);
    if (!result)
        result = answers_shown(asking, each, rows.n, change, &answers, &n, error);
    if (!result)
        result = known_shown(asking, each, rows.n, change, &known, &known_n, error);
    if (result)
        return result;
    bool open = false;
    for (size_t i = 0; i < n; i++)
        open = open || !answers[i].outcome.n;
    const struct policy_pack_info *pack = policy_pack_info(gate_pack(asking->face->gate));
    WRITE(asking, answer, .frame = asking_frame(asking, "/"), .back = worry_back(asking, worry, TEXT("")),
          .answers = answers, .answers_n = n, .open = open,
          .urgent = text_equal(values_get(&worry->said, "fact:urgent"), TEXT("true")),
          .hurry = worry_address(asking, worry, "question?key=urgent"), .known = known, .known_n = known_n,
          .decide = worry_address(asking, worry, "decide"), .recipients = worry_address(asking, worry, "recipients"),
          .people = worry_address(asking, worry, "people"), .earlier = earlier(asking, worry), .pack = pack->title,
          .path = worry_address(asking, worry, "path"),
          .whose = pack->decides[POLICY_CONSENT] && to_be_asked(each, rows.n) ? worry_address(asking, worry, "whose")
                                                                              : TEXT(""));
    return 0;
}

static int show(struct asking *asking, struct error *error)
{
    return worry_when_ready(asking, show_answer, error);
}

const struct page worry_answer_page = {show, NULL, NULL};

/* ---- whose agreement is needed: the policy is asked, with what is known of the person ---- */

static int ask_whose(struct asking *asking, struct worry *worry, struct error *error)
{
    struct view_rows rows;
    struct answer_of *each;
    struct values known = values_in(asking->arena);
    int result = worry_ask(asking, worry, &rows, error);
    if (!result)
        result = worry_read_answers(asking, &rows, &each, error);
    const struct answer_of *one = result ? NULL : to_be_asked(each, rows.n);
    if (!result && !one)
        return asking_go(asking, "/worry/%s/answer", worry->draft_id.text);
    if (result)
        return result;
    const struct json *list = json_get(one->words, "known");
    for (size_t i = 0; json_is(list, JSON_ARRAY) && i < list->count; i++) {
        struct text key = json_text(json_get(&list->item[i], "key"));
        if (policy_fact_matters(gate_pack(asking->face->gate), POLICY_CONSENT, key))
            values_add(&known, arena_format(asking->arena, "fact:%.*s", TEXT_ARGS(key)),
                       json_text(json_get(&list->item[i], "value")));
    }
    values_set(&known, "back", worry_address(asking, worry, "answer"));
    return advice_begin(asking, TEXT("consent"), &known);
}

static int whose_take(struct asking *asking, struct error *error)
{
    return worry_when_ready(asking, ask_whose, error);
}

static int whose_show(struct asking *asking, struct error *error)
{
    struct worry *worry;
    int result = worry_load(asking, &worry, error);
    return result ? result : asking_go(asking, "/worry/%s/answer", worry->draft_id.text);
}

const struct page worry_whose_page = {whose_show, whose_take, NULL};
