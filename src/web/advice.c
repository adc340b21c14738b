#include "advice.h"

#include "answer/answer_words.h"
#include "pages/advice.h"
#include "pages/advice_answer.h"
#include "policy.h"
#include "question_page.h"
#include "terms.h"
#include "words.h"

struct advice {
    struct id draft_id;
    struct values said;
};

/* ---- the beginning ---- */

struct beginning {
    struct draft_save in;
    struct draft_saved out;
};

static int begun(struct asking *asking, struct error *error)
{
    (void)error;
    const struct beginning *beginning = asking->own;
    return asking_go(asking, "/advice/%s/question", beginning->out.draft_id.text);
}

int advice_begin(struct asking *asking, struct text decision, const struct values *known)
{
    struct beginning *beginning = ARENA_NEW(asking->arena, struct beginning);
    struct values said = values_in(asking->arena);
    if (!beginning)
        return ERROR_TOO_LARGE;
    values_set(&said, "decision", decision);
    for (size_t i = 0; known && i < known->n; i++)
        values_add(&said, known->pair[i].name, known->pair[i].value);
    beginning->in = (struct draft_save){.journey = TEXT("advice"), .content = {values_write(&said, asking->arena)}};
    asking->own = beginning;
    return asking_act(asking, &draft_save_command, &beginning->in, &beginning->out, begun);
}

static int start_show(struct asking *asking, struct error *error)
{
    const struct policy_pack_info *info = policy_pack_info(gate_pack(asking->face->gate));
    struct shape_option *option = ARENA_ARRAY(asking->arena, struct shape_option, POLICY_DECISIONS);
    size_t n = 0;
    int result = visit_may(asking->visit, &advice_ask_view.may, NULL, error);
    if (result)
        return result;
    if (!option)
        return arena_error(asking->arena, error);
    for (const struct choice *choice = advice_decisions; choice->value; choice++) {
        enum policy_decision decision;
        if (policy_decision_find(text_of(choice->value), &decision) && info->decides[decision])
            option[n++] = (struct shape_option){.value = text_of(choice->value), .label = text_of(choice->label)};
    }
    struct shape_field field = {.kind = TEXT("radios"),
                                .name = TEXT("decision"),
                                .label = TEXT("What do you want to know?"),
                                .error = asking_error_of(asking, "decision"),
                                .options = option,
                                .options_n = n};
    WRITE(asking, advice, .frame = asking_frame(asking, "/advice"), .failed = asking->errors_n > 0,
          .errors = asking->errors, .errors_n = asking->errors_n, .field = field);
    return 0;
}

static int start_take(struct asking *asking, struct error *error)
{
    struct text decision = values_get(&asking->typed, "decision");
    int result = visit_may(asking->visit, &advice_ask_view.may, NULL, error);
    if (result)
        return result;
    if (!choice_valid(advice_decisions, decision)) {
        asking_wrong(asking, "decision", "Choose what you want to know");
        return error_set(error, ERROR_INVALID, "decision", "", "nothing was chosen");
    }
    return advice_begin(asking, decision, NULL);
}

const struct page advice_page = {start_show, start_take, NULL};

/* ---- the draft ---- */

static int load(struct asking *asking, struct advice *advice, struct error *error)
{
    struct draft_of of;
    struct view_rows rows;
    int result = asking_id(asking, "draft", &of.draft_id, error);
    if (!result)
        result = asking_look(asking, &draft_read_view, &of, &rows, error);
    if (result)
        return result;
    const struct draft_row *row = VISIT_ROW(rows, struct draft_row, 0);
    *advice = (struct advice){of.draft_id, values_in(asking->arena)};
    if (!text_equal(row->journey, TEXT("advice")) || !values_read(&advice->said, row->content.json))
        return error_set(error, ERROR_MISSING, "", "", "there is no such page");
    return 0;
}

static int ask(struct asking *asking, const struct advice *advice, const struct advice_row **row, struct error *error)
{
    struct advice_ask in = {.decision = values_get(&advice->said, "decision"), .usual = true};
    struct view_rows rows;
    int result = question_facts(asking, gate_pack(asking->face->gate), &advice->said, &in.facts, error);
    if (!result)
        result = asking_look(asking, &advice_ask_view, &in, &rows, error);
    if (!result)
        *row = VISIT_ROW(rows, struct advice_row, 0);
    return result;
}

static struct text address(struct asking *asking, const struct advice *advice, const char *page)
{
    return arena_format(asking->arena, "/advice/%s/%s", advice->draft_id.text, page);
}

static struct text question_address(struct asking *asking, const struct advice *advice, struct text key)
{
    return arena_format(asking->arena, "/advice/%s/question?key=%.*s", advice->draft_id.text, TEXT_ARGS(key));
}

/* ---- questions ---- */

/* The question before, or the beginning. */
static struct text back_of(struct asking *asking, const struct advice *advice, struct text reply)
{
    struct text before = question_before(gate_pack(asking->face->gate), &advice->said, reply);
    return before.n ? arena_format(asking->arena, "/advice/%s/question?%.*s", advice->draft_id.text,
                                   TEXT_ARGS(question_walked(asking, before)))
                    : TEXT("/advice");
}

static int question_show(struct asking *asking, struct error *error)
{
    const struct policy_pack *pack = gate_pack(asking->face->gate);
    size_t room = policy_fact_count(pack), n = 0;
    struct text *open = ARENA_ARRAY(asking->arena, struct text, room);
    const struct advice_row *row;
    const struct json *answer;
    struct advice advice;
    int result = open ? load(asking, &advice, error) : arena_error(asking->arena, error);
    if (!result)
        result = ask(asking, &advice, &row, error);
    if (!result)
        result = json_read(asking->arena, row->answer.json, "answer", &answer, error);
    if (result)
        return result;
    question_open(answer, &advice.said, open, &n, room);
    struct text wanted =
        asking->again ? values_get(&asking->typed, "key") : http_pairs_get(http_query(asking->request), "key");
    if (!wanted.n && n == 0)
        return asking_go(asking, "/advice/%s/answer", advice.draft_id.text);
    struct question_page page = {
        .pack = pack,
        .said = &advice.said,
        .key = wanted.n ? wanted : open[0],
        .open = open,
        .opens = n,
        .changing = wanted.n && (!n || !text_equal(wanted, open[0])),
        .settled = row->outcome.n > 0,
        .action = address(asking, &advice, "question"),
        .answer = address(asking, &advice, "answer"),
        .part = "/advice",
    };
    policy_decision_find(values_get(&advice.said, "decision"), &page.decision);
    bool walked = question_was_walked(asking);
    page.back = page.changing && !walked ? page.answer : back_of(asking, &advice, walked ? wanted : TEXT(""));
    return question_page_write(asking, &page, error);
}

struct saving {
    struct draft_save in;
    struct draft_saved out;
};

static int question_take(struct asking *asking, struct error *error)
{
    struct saving *saving = ARENA_NEW(asking->arena, struct saving);
    const struct advice_row *row;
    struct advice advice;
    int result = saving ? load(asking, &advice, error) : arena_error(asking->arena, error);
    if (!result)
        result = question_page_take(asking, gate_pack(asking->face->gate), &advice.said, error);
    if (result)
        return result;
    /* refused here, where it can be mended, if it is no value of this fact */
    result = ask(asking, &advice, &row, error);
    if (result == ERROR_INVALID)
        asking_wrong(asking, "answer", "This cannot be the answer. Look at the hint, or say that you do not know");
    if (result)
        return result;
    saving->in = (struct draft_save){advice.draft_id, TEXT("advice"), {values_write(&advice.said, asking->arena)}};
    asking->next = address(asking, &advice, "question");
    return asking_act(asking, &draft_save_command, &saving->in, &saving->out, NULL);
}

const struct page advice_question_page = {question_show, question_take, NULL};

/* ---- the answer ---- */

static size_t media(struct asking *asking, const struct json *list, const struct shape_todo **out)
{
    size_t count = json_is(list, JSON_ARRAY) ? list->count : 0;
    struct shape_todo *todo = ARENA_ARRAY(asking->arena, struct shape_todo, count);
    for (size_t i = 0; todo && i < count; i++)
        todo[i] = (struct shape_todo){json_text(&list->item[i]), TEXT("")};
    *out = todo;
    return todo ? count : 0;
}

static int source_list(struct asking *asking, const struct json *list, const struct shape_source **out, size_t *n)
{
    size_t count = json_is(list, JSON_ARRAY) ? list->count : 0;
    struct shape_source *source = ARENA_ARRAY(asking->arena, struct shape_source, count);
    for (size_t i = 0; source && i < count; i++)
        source[i] = (struct shape_source){json_text(json_get(&list->item[i], "note")),
                                          json_text(json_get(&list->item[i], "title")),
                                          json_text(json_get(&list->item[i], "where"))};
    *out = source;
    *n = source ? count : 0;
    return source ? 0 : ERROR_TOO_LARGE;
}

static int known_list(struct asking *asking, const struct advice *advice, const struct json *list,
                      struct page_advice_answer *page)
{
    size_t count = json_is(list, JSON_ARRAY) ? list->count : 0;
    struct shape_taken *taken = ARENA_ARRAY(asking->arena, struct shape_taken, count);
    for (size_t i = 0; taken && i < count; i++) {
        const struct json *item = &list->item[i];
        struct text key = json_text(json_get(item, "key")), value = json_text(json_get(item, "words"));
        struct date day;
        taken[i] = (struct shape_taken){.key = json_text(json_get(item, "title")),
                                        .value = date_parse(value, &day) ? date_words(asking->arena, day) : value,
                                        .system = json_is(json_get(item, "system"), JSON_TRUE),
                                        .usual = json_text(json_get(item, "usual")),
                                        .change = question_address(asking, advice, key)};
    }
    page->known = taken;
    page->known_n = taken ? count : 0;
    return taken ? 0 : ERROR_TOO_LARGE;
}

static int missing_list(struct asking *asking, const struct advice *advice, const struct json *ask,
                        struct page_advice_answer *page)
{
    size_t count = json_is(ask, JSON_ARRAY) ? ask->count : 0;
    struct shape_taken *missing = ARENA_ARRAY(asking->arena, struct shape_taken, count);
    for (size_t i = 0; missing && i < count; i++)
        missing[i] = (struct shape_taken){
            .key = policy_fact_words(gate_pack(asking->face->gate), json_text(&ask->item[i])),
            .change = question_address(asking, advice, json_text(&ask->item[i]))};
    page->missing = missing;
    page->missing_n = missing ? count : 0;
    return missing ? 0 : ERROR_TOO_LARGE;
}

/* "6 years, counted from closure of the case", as far as the policy says it. */
static struct text limit_words(struct asking *asking, const struct json *details)
{
    struct text length = json_text(json_get(details, "length")), unit = json_text(json_get(details, "unit"));
    struct text years = json_text(json_get(details, "years")), from = json_text(json_get(details, "from"));
    struct buffer b = buffer_in(asking->arena);
    if (years.n)
        buffer_format(&b, text_equal(years, TEXT("1")) ? "%.*s year" : "%.*s years", TEXT_ARGS(years));
    if (length.n)
        buffer_format(&b, "%.*s %.*s", TEXT_ARGS(length), TEXT_ARGS(unit));
    if (from.n)
        buffer_format(&b, (years.n || length.n) ? ", counted from %.*s" : "Counted from %.*s", TEXT_ARGS(from));
    return buffer_result(&b);
}

static int explain(struct asking *asking, struct page_advice_answer *page, struct error *error)
{
    struct terms terms = {.arena = asking->arena};
    terms_add(&terms, page->asked);
    terms_add(&terms, page->title);
    terms_add(&terms, page->todo);
    terms_add_todos(&terms, page->basis, page->basis_n);
    terms_add_todos(&terms, page->obligations, page->obligations_n);
    terms_add_todos(&terms, page->conditions, page->conditions_n);
    terms_add_todos(&terms, page->instead, page->instead_n);
    terms_add_sources(&terms, page->sources, page->sources_n);
    return terms_shown(&terms, gate_pack(asking->face->gate), &page->terms, &page->terms_n, error);
}

static int answer_show(struct asking *asking, struct error *error)
{
    const struct json *words, *answer;
    const struct advice_row *row;
    struct advice advice;
    struct page_advice_answer page = {.frame = asking_frame(asking, "/advice")};
    int result = load(asking, &advice, error);
    if (!result)
        result = ask(asking, &advice, &row, error);
    if (!result)
        result = json_read(asking->arena, row->words.json, "words", &words, error);
    if (!result)
        result = json_read(asking->arena, row->answer.json, "answer", &answer, error);
    if (result)
        return result;
    const struct json *outcome = json_get(words, "outcome");
    struct text asked = choice_label(advice_decisions, values_get(&advice.said, "decision"));
    page.asked = asked;
    page.title = json_is(outcome, JSON_OBJECT) ? json_text(json_get(outcome, "title")) : TEXT("It depends on what is still open");
    page.todo = json_text(json_get(outcome, "todo"));
    page.limit = limit_words(asking, json_get(words, "details"));
    page.review = json_text(json_get(json_get(words, "details"), "review"));
    page.pack = arena_format(asking->arena, "%.*s, version %.*s", TEXT_ARGS(row->pack), TEXT_ARGS(row->pack_version));
    page.back = back_of(asking, &advice, TEXT(""));
    if (asking_is_local(values_get(&advice.said, "back")))
        page.from = values_get(&advice.said, "back");
    page.basis_n = todo_words(asking->arena, json_get(words, "basis"), &page.basis);
    page.obligations_n = todo_words(asking->arena, json_get(words, "obligations"), &page.obligations);
    page.conditions_n = todo_words(asking->arena, json_get(words, "conditions"), &page.conditions);
    page.instead_n = media(asking, json_get(words, "instead"), &page.instead);
    if (source_list(asking, json_get(words, "fired"), &page.sources, &page.sources_n) ||
        known_list(asking, &advice, json_get(words, "known"), &page) ||
        missing_list(asking, &advice, json_get(answer, "ask"), &page))
        return arena_error(asking->arena, error);
    if ((result = explain(asking, &page, error)))
        return result;
    page_advice_answer(&asking->html, &page);
    return 0;
}

const struct page advice_answer_page = {answer_show, NULL, NULL};
