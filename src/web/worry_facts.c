#include "worry.h"

#include "answer_words.h"
#include "pages/answer.h"
#include "pages/question.h"
#include "policy.h"
#include "words.h"

#include <string.h>

static const struct text prefix = TEXT_INIT("fact:");

int worry_facts(struct asking *asking, const struct worry *worry, struct json_object *facts, struct error *error)
{
    const struct policy_pack *pack = gate_pack(asking->face->gate);
    struct buffer b = buffer_in(asking->arena);
    struct json_writer w = json_writer_in(&b);
    json_object(&w);
    for (size_t i = 0; i < worry->said.n; i++) {
        const struct form_pair *pair = &worry->said.pair[i];
        if (!text_starts(pair->name, prefix))
            continue;
        struct text key = text_cut(pair->name, prefix.n, pair->name.n);
        const struct policy_fact_info *info = policy_fact_find(pack, key);
        if (!info)
            continue; /* the pack in force has changed since */
        json_key_text(&w, key);
        if (info->kind == POLICY_FACT_BOOLEAN || info->kind == POLICY_FACT_NUMBER)
            json_put_raw(&w, pair->value);
        else
            json_put_text(&w, pair->value);
    }
    json_end(&w);
    facts->json = buffer_result(&b);
    return buffer_failed(&b) ? arena_error(asking->arena, error) : 0;
}

static int ask(struct asking *asking, const struct worry *worry, bool explain, struct view_rows *rows, struct error *error)
{
    struct decision_answer in = {.explain = explain, .usual = true};
    struct decision_record record = {0};
    int result = step_fill(asking, &decision_record_command, &worry->said, &record, error);
    in.cases = record.cases;
    in.agencies = record.agencies;
    in.outside = record.outside;
    if (!result)
        result = worry_facts(asking, worry, &in.facts, error);
    return result ? result : asking_look(asking, &decision_answer_view, &in, rows, error);
}

int worry_ask(struct asking *asking, const struct worry *worry, struct view_rows *rows, struct error *error)
{
    return ask(asking, worry, false, rows, error);
}

int worry_explain(struct asking *asking, const struct worry *worry, struct view_rows *rows, struct error *error)
{
    return ask(asking, worry, true, rows, error);
}

struct text worry_answer_in_words(struct asking *asking, const struct worry *worry)
{
    struct view_rows rows;
    const struct json *words;
    if (worry_ask(asking, worry, &rows, NULL) || rows.n == 0 ||
        json_read(asking->arena, VISIT_ROW(rows, struct answer_row, 0)->words.json, "words", &words, NULL))
        return TEXT("");
    struct text title = json_text(json_get(json_get(words, "outcome"), "title"));
    return title.n ? arena_format(asking->arena, "The policy says: %.*s.", TEXT_ARGS(title)) : TEXT("");
}

/* ---- which question is next ---- */

struct open_facts {
    struct text *key;
    size_t n, room;
    bool settled; /* every recipient's outcome stands */
};

static void add_open(const struct worry *worry, const struct json *list, struct open_facts *open)
{
    for (size_t i = 0; json_is(list, JSON_ARRAY) && i < list->count && open->n < open->room; i++) {
        struct text key = json_text(&list->item[i]);
        bool there = values_has(&worry->said, TEXT("unknown"), key);
        for (size_t k = 0; k < open->n; k++)
            there = there || text_equal(open->key[k], key);
        if (!there)
            open->key[open->n++] = key;
    }
}

/* What can still change an outcome, then what can still change something else of an answer. */
static int find_open(struct asking *asking, const struct worry *worry, const struct view_rows *rows,
                     struct open_facts *open, struct error *error)
{
    const struct json **answers = ARENA_ARRAY(asking->arena, const struct json *, rows->n);
    *open = (struct open_facts){.room = policy_fact_count(gate_pack(asking->face->gate)), .settled = true};
    open->key = ARENA_ARRAY(asking->arena, struct text, open->room);
    if (!answers || !open->key)
        return arena_error(asking->arena, error);
    for (size_t i = 0; i < rows->n; i++) {
        const struct answer_row *row = VISIT_ROW(*rows, struct answer_row, i);
        int result = json_read(asking->arena, row->answer.json, "answer", &answers[i], error);
        if (result)
            return result;
        open->settled = open->settled && row->outcome.n;
        add_open(worry, json_get(answers[i], "ask"), open);
    }
    for (size_t i = 0; i < rows->n; i++)
        add_open(worry, json_get(answers[i], "ask_more"), open);
    return 0;
}

/* ---- a question ---- */

static struct text said_of(const struct worry *worry, struct asking *asking, struct text key)
{
    struct text name = arena_format(asking->arena, "fact:%.*s", TEXT_ARGS(key));
    return name.p ? values_get(&worry->said, name.p) : TEXT("");
}

static struct text typed_value(struct asking *asking, enum policy_fact_kind kind)
{
    if (kind != POLICY_FACT_DATE)
        return text_trim(values_get(&asking->typed, "answer"));
    struct text day = values_get(&asking->typed, "answer-day"), month = values_get(&asking->typed, "answer-month"),
                year = values_get(&asking->typed, "answer-year");
    int64_t d, m, y;
    if (!text_to_int64(text_trim(day), &d) || !text_to_int64(text_trim(month), &m) ||
        !text_to_int64(text_trim(year), &y) || d < 1 || d > 31 || m < 1 || m > 12 || y < 1 || y > 9999)
        return TEXT("");
    return date_format(asking->arena, (struct date){(int32_t)y, (int32_t)m, (int32_t)d});
}

static const char *field_kind(const struct policy_question *question)
{
    if (question->options)
        return "radios";
    return question->kind == POLICY_FACT_NUMBER ? "number" : question->kind == POLICY_FACT_DATE ? "date" : "text";
}

static struct text source_title(const struct policy_pack *pack, struct text code)
{
    const struct policy_pack_info *info = policy_pack_info(pack);
    for (size_t i = 0; i < info->sources; i++)
        if (text_equal(info->source[i].code, code))
            return info->source[i].title;
    return code;
}

/* The question before, or who needs to know. */
static struct text back_of(struct asking *asking, const struct worry *worry)
{
    for (size_t i = worry->said.n; i > 0; i--)
        if (text_starts(worry->said.pair[i - 1].name, prefix))
            return arena_format(asking->arena, "/worry/%s/question?key=%.*s", worry->draft_id.text,
                                TEXT_ARGS(text_cut(worry->said.pair[i - 1].name, prefix.n, SIZE_MAX)));
    return worry_address(asking, worry, "recipients");
}

static int write_question(struct asking *asking, struct worry *worry, const struct policy_question *question,
                          const struct open_facts *open, bool changing, struct error *error)
{
    const struct policy_pack *pack = gate_pack(asking->face->gate);
    struct shape_option *options = ARENA_ARRAY(asking->arena, struct shape_option, question->options + 1);
    struct shape_source *sources = ARENA_ARRAY(asking->arena, struct shape_source, question->citations);
    struct shape_todo *terms = ARENA_ARRAY(asking->arena, struct shape_todo, question->terms);
    if (!options || !sources || !terms)
        return arena_error(asking->arena, error);
    struct text value = asking->again ? values_get(&asking->typed, "answer") : said_of(worry, asking, question->key);
    for (size_t i = 0; i < question->options; i++)
        options[i] = (struct shape_option){question->option[i].value, question->option[i].label,
                                           question->option[i].hint, text_equal(value, question->option[i].value)};
    for (size_t i = 0; i < question->citations; i++)
        sources[i] = (struct shape_source){TEXT(""), source_title(pack, question->citation[i].source),
                                           question->citation[i].where};
    for (size_t i = 0; i < question->terms; i++)
        terms[i] = (struct shape_todo){question->term[i].term, question->term[i].meaning};
    struct text message = asking_error_of(asking, "answer");
    struct date date = {0, 0, 0};
    date_parse(value, &date);
    struct shape_field field = {
        .kind = text_of(field_kind(question)),
        .name = TEXT("answer"),
        .label = question->question,
        .hint = question->hint,
        .value = value,
        .day = date.year ? arena_format(asking->arena, "%d", (int)date.day) : TEXT(""),
        .month = date.year ? arena_format(asking->arena, "%d", (int)date.month) : TEXT(""),
        .year = date.year ? arena_format(asking->arena, "%d", (int)date.year) : TEXT(""),
        .error = message,
        .options = options,
        .options_n = question->options,
    };
    int64_t left = changing ? 0 : (int64_t)open->n;
    WRITE(asking, question, .frame = asking_frame(asking, "/"), .action = worry_address(asking, worry, "question"),
          .back = changing ? worry_address(asking, worry, "answer") : back_of(asking, worry),
          .failed = asking->errors_n > 0, .errors = asking->errors, .errors_n = asking->errors_n, .field = field,
          .key = question->key, .boxes = NULL, .boxes_n = 0, .changing = changing, .left = left, .settled = open->settled && !changing,
          .answer = worry_address(asking, worry, "answer"), .why = question->why, .sources = sources,
          .sources_n = question->citations, .terms = terms, .terms_n = question->terms,
          .unknown = values_has(&worry->said, TEXT("unknown"), question->key));
    return 0;
}

static int ready_for_questions(struct asking *asking, struct worry **worry, const char **instead, struct error *error)
{
    struct id id;
    int result = worry_load(asking, worry, error);
    if (result)
        return result;
    *instead = worry_decision(*worry, &id)                                                             ? "check"
               : !worry_case(*worry, &id)                                                              ? "name"
               : values_there(&(*worry)->said, "agencies") || values_there(&(*worry)->said, "outside") ? NULL
                                                                                                       : "recipients";
    return 0;
}

static int question_show(struct asking *asking, struct error *error)
{
    struct worry *worry;
    const char *instead;
    struct view_rows rows;
    struct open_facts open;
    struct policy_question question;
    int result = ready_for_questions(asking, &worry, &instead, error);
    if (!result && instead)
        return asking_go(asking, "/worry/%s/%s", worry->draft_id.text, instead);
    if (!result)
        result = worry_ask(asking, worry, &rows, error);
    if (!result)
        result = find_open(asking, worry, &rows, &open, error);
    if (result)
        return result;
    struct text wanted =
        asking->again ? values_get(&asking->typed, "key") : http_pairs_get(http_query(asking->request), "key");
    if (!wanted.n && open.n == 0)
        return asking_go(asking, "/worry/%s/answer", worry->draft_id.text);
    result = policy_question_of(gate_pack(asking->face->gate), POLICY_SHARE, wanted.n ? wanted : open.key[0],
                                asking->arena, &question, error);
    bool changing = wanted.n && (!open.n || !text_equal(wanted, open.key[0]));
    return result ? result : write_question(asking, worry, &question, &open, changing, error);
}

static void forget_unknown(struct worry *worry, struct text key)
{
    size_t kept = 0;
    for (size_t i = 0; i < worry->said.n; i++)
        if (!text_equal(worry->said.pair[i].name, TEXT("unknown")) || !text_equal(worry->said.pair[i].value, key))
            worry->said.pair[kept++] = worry->said.pair[i];
    worry->said.n = kept;
}

static int question_take(struct asking *asking, struct error *error)
{
    struct worry *worry;
    const char *instead;
    int result = ready_for_questions(asking, &worry, &instead, error);
    if (!result && instead)
        return asking_go(asking, "/worry/%s/%s", worry->draft_id.text, instead);
    if (result)
        return result;
    struct text key = values_get(&asking->typed, "key");
    const struct policy_fact_info *info = policy_fact_find(gate_pack(asking->face->gate), key);
    if (!info)
        return error_set(error, ERROR_MISSING, "", "", "there is no such question");
    struct text name = arena_format(asking->arena, "fact:%.*s", TEXT_ARGS(key));
    struct text value = typed_value(asking, info->kind);
    if (!name.p)
        return arena_error(asking->arena, error);
    forget_unknown(worry, key);
    if (values_there(&asking->typed, "other")) {
        values_drop(&worry->said, name.p);
        values_add(&worry->said, TEXT("unknown"), key);
        return worry_save(asking, worry, "question");
    }
    int64_t number;
    if (!value.n || (info->kind == POLICY_FACT_NUMBER && !text_to_int64(value, &number))) {
        asking_wrong(asking, "answer",
                     info->kind == POLICY_FACT_NUMBER ? "Write a whole number, or say that you do not know"
                     : info->kind == POLICY_FACT_DATE
                         ? "Write a day, a month and a year in numbers, or say that you do not know"
                         : "Choose an answer, or say that you do not know");
        return error_set(error, ERROR_INVALID, "answer", "", "no answer");
    }
    values_set(&worry->said, name.p, value);
    /* refused here, where it can be mended, if it is no value of this fact */
    struct view_rows rows;
    result = worry_ask(asking, worry, &rows, error);
    if (result == ERROR_INVALID)
        asking_wrong(asking, "answer", "This cannot be the answer. Look at the hint, or say that you do not know");
    return result ? result : worry_save(asking, worry, "question");
}

const struct page worry_question_page = {question_show, question_take, NULL};

/* ---- the answer ---- */

static int read_answers(struct asking *asking, const struct view_rows *rows, struct answer_of **out,
                        struct error *error)
{
    struct answer_of *answers = *out = ARENA_ARRAY(asking->arena, struct answer_of, rows->n);
    int result = answers ? 0 : arena_error(asking->arena, error);
    for (size_t i = 0; !result && i < rows->n; i++) {
        const struct answer_row *row = VISIT_ROW(*rows, struct answer_row, i);
        answers[i].recipient = row->recipient;
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

static int answer_show(struct asking *asking, struct error *error)
{
    struct worry *worry;
    const char *instead;
    struct view_rows rows;
    const struct shape_answer *answers;
    size_t n;
    int result = ready_for_questions(asking, &worry, &instead, error);
    if (!result && instead)
        return asking_go(asking, "/worry/%s/%s", worry->draft_id.text, instead);
    if (!result)
        result = worry_ask(asking, worry, &rows, error);
    struct text change = result ? TEXT("") : worry_address(asking, worry, "question?key=");
    struct answer_of *each;
    if (!result)
        result = read_answers(asking, &rows, &each, error);
    if (!result)
        result = answers_shown(asking, each, rows.n, change, &answers, &n, error);
    if (result)
        return result;
    bool open = false;
    for (size_t i = 0; i < n; i++)
        open = open || !answers[i].outcome.n;
    const struct policy_pack_info *pack = policy_pack_info(gate_pack(asking->face->gate));
    WRITE(asking, answer, .frame = asking_frame(asking, "/"), .back = worry_address(asking, worry, "recipients"),
          .answers = answers, .answers_n = n, .open = open,
          .urgent = text_equal(values_get(&worry->said, "fact:urgent"), TEXT("true")),
          .hurry = worry_address(asking, worry, "question?key=urgent"), .known = n ? answers[0].known : NULL,
          .known_n = n ? answers[0].known_n : 0, .decide = worry_address(asking, worry, "decide"),
          .recipients = worry_address(asking, worry, "recipients"), .earlier = earlier(asking, worry),
          .pack = pack->title, .path = worry_address(asking, worry, "path"));
    return 0;
}

const struct page worry_answer_page = {answer_show, NULL, NULL};
