#include "question_page.h"

#include "pages/question.h"

static const struct text prefix = TEXT_INIT("fact:");

static struct text said_of(struct asking *asking, const struct values *said, struct text key)
{
    const char *name = arena_string(asking->arena, arena_format(asking->arena, "fact:%.*s", TEXT_ARGS(key)));
    return name ? values_get(said, name) : TEXT("");
}

int question_facts(struct asking *asking, const struct policy_pack *pack, const struct values *said,
                   struct json_object *facts, struct error *error)
{
    struct buffer b = buffer_in(asking->arena);
    struct json_writer w = json_writer_in(&b);
    json_object(&w);
    for (size_t i = 0; i < said->n; i++) {
        const struct form_pair *pair = &said->pair[i];
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

static void add_open(const struct json *list, const struct values *said, struct text *open, size_t *n, size_t room)
{
    for (size_t i = 0; json_is(list, JSON_ARRAY) && i < list->count && *n < room; i++) {
        struct text key = json_text(&list->item[i]);
        bool there = values_has(said, TEXT("unknown"), key);
        for (size_t k = 0; k < *n; k++)
            there = there || text_equal(open[k], key);
        if (!there)
            open[(*n)++] = key;
    }
}

void question_open(const struct json *answer, const struct values *said, struct text *open, size_t *n, size_t room)
{
    add_open(json_get(answer, "ask"), said, open, n, room);
    add_open(json_get(answer, "ask_more"), said, open, n, room);
}

/* ---- the way back ---- */

static struct text key_of(struct text reply)
{
    ptrdiff_t at = text_find_char(reply, '@');
    return at < 0 ? reply : text_cut(reply, 0, (size_t)at);
}

static struct text reply_of(const struct form_pair *pair)
{
    return text_starts(pair->name, prefix)             ? text_cut(pair->name, prefix.n, pair->name.n)
           : text_equal(pair->name, TEXT("unknown")) ? pair->value
                                                       : TEXT("");
}

struct text question_before(const struct policy_pack *pack, const struct values *said, struct text reply)
{
    size_t at = said->n;
    for (size_t i = 0; reply.n && i < said->n; i++)
        if (text_equal(reply_of(&said->pair[i]), reply))
            at = i;
    while (at-- > 0) {
        struct text before = reply_of(&said->pair[at]);
        if (before.n && policy_fact_find(pack, key_of(before)))
            return before;
    }
    return TEXT("");
}

struct text question_walked(struct asking *asking, struct text reply)
{
    struct text key = key_of(reply);
    return key.n == reply.n ? arena_format(asking->arena, "key=%.*s&walked=1", TEXT_ARGS(key))
                            : arena_format(asking->arena, "key=%.*s&whom=%.*s&walked=1", TEXT_ARGS(key),
                                           TEXT_ARGS(text_cut(reply, key.n + 1, reply.n)));
}

bool question_was_walked(const struct asking *asking)
{
    return asking->again ? values_there(&asking->typed, "walked")
                         : http_pairs_get(http_query(asking->request), "walked").n > 0;
}

/* ---- writing ---- */

static const char *field_kind(const struct policy_question *question)
{
    if (question->options)
        return "radios";
    return question->kind == POLICY_FACT_NUMBER ? "number" : question->kind == POLICY_FACT_DATE ? "date" : "text";
}

static bool is_open(const struct question_page *page, struct text key)
{
    for (size_t i = 0; i < page->opens; i++)
        if (text_equal(page->open[i], key))
            return true;
    return false;
}

/* The boxes of the group that can still matter; fewer than two are no group. */
static size_t boxes_of(struct asking *asking, const struct question_page *page, const struct policy_group *group,
                       struct shape_option **out)
{
    struct shape_option *option = ARENA_ARRAY(asking->arena, struct shape_option, group->boxes);
    size_t n = 0;
    for (size_t i = 0; option && i < group->boxes; i++) {
        const struct policy_box *box = &group->box[i];
        struct text said = said_of(asking, page->said, box->key);
        if (is_open(page, box->key) && !said.n)
            option[n++] = (struct shape_option){box->key, box->label, box->hint,
                                                asking->again && values_has(&asking->typed, TEXT("answer"), box->key)};
    }
    *out = option;
    return n;
}

static struct shape_field field_of(struct asking *asking, const struct question_page *page,
                                   const struct policy_question *question, struct shape_option *option)
{
    struct text value = asking->again ? values_get(&asking->typed, "answer") : said_of(asking, page->said, question->key);
    struct date date = {0, 0, 0};
    if (!value.n)
        value = page->suggested;
    for (size_t i = 0; i < question->options; i++)
        option[i] = (struct shape_option){question->option[i].value, question->option[i].label,
                                          question->option[i].hint, text_equal(value, question->option[i].value)};
    bool day = question->kind == POLICY_FACT_DATE && date_parse(value, &date);
    return (struct shape_field){
        .kind = text_of(field_kind(question)),
        .name = TEXT("answer"),
        .label = question->question,
        .hint = question->hint,
        .value = value,
        .day = day ? arena_format(asking->arena, "%d", (int)date.day) : TEXT(""),
        .month = day ? arena_format(asking->arena, "%d", (int)date.month) : TEXT(""),
        .year = day ? arena_format(asking->arena, "%d", (int)date.year) : TEXT(""),
        .error = asking_error_of(asking, "answer"),
        .options = option,
        .options_n = question->options,
    };
}

/* Pages still to come at most, this one included; 0 while there are so many that the number would only frighten. */
static int64_t pages_left(const struct question_page *page)
{
    enum { SAID_FROM = 6 };
    int64_t n = 0;
    for (size_t i = 0; i < page->opens; i++) {
        const struct policy_group *group = policy_group_of(page->pack, page->open[i]);
        bool counted = false;
        for (size_t k = 0; group && k < i; k++)
            counted = counted || policy_group_of(page->pack, page->open[k]) == group;
        n += !counted;
    }
    return n <= SAID_FROM ? n : 0;
}

/* Each source once, with all the places in it. */
static size_t sources_of(struct asking *asking, const struct policy_pack *pack, const struct policy_question *question,
                         struct shape_source *source)
{
    size_t n = 0;
    for (size_t i = 0; i < question->citations; i++) {
        struct text title = policy_source_words(pack, question->citation[i].source), where = question->citation[i].where;
        size_t at = 0;
        while (at < n && !text_equal(source[at].title, title))
            at++;
        if (at < n)
            source[at].where = arena_format(asking->arena, "%.*s; %.*s", TEXT_ARGS(source[at].where), TEXT_ARGS(where));
        else
            source[n++] = (struct shape_source){TEXT(""), title, where};
    }
    return n;
}

int question_page_write(struct asking *asking, const struct question_page *page, struct error *error)
{
    struct policy_question question;
    int result = policy_question_of(page->pack, page->decision, page->key, asking->arena, &question, error);
    if (result)
        return result;
    struct shape_option *option = ARENA_ARRAY(asking->arena, struct shape_option, question.options + 1), *box = NULL;
    struct shape_source *source = ARENA_ARRAY(asking->arena, struct shape_source, question.citations);
    struct shape_todo *term = ARENA_ARRAY(asking->arena, struct shape_todo, question.terms);
    if (!option || !source || !term)
        return arena_error(asking->arena, error);
    struct shape_field field = field_of(asking, page, &question, option);
    const struct policy_group *group = page->changing ? NULL : policy_group_of(page->pack, page->key);
    size_t boxes = group ? boxes_of(asking, page, group, &box) : 0;
    if (boxes > 1) {
        field.kind = TEXT("checkboxes");
        field.label = group->question;
        field.hint = group->hint;
        field.options = box;
        field.options_n = boxes;
        question.why = TEXT("");
        question.citations = question.terms = 0;
    } else {
        boxes = 0;
    }
    size_t sources = sources_of(asking, page->pack, &question, source);
    for (size_t i = 0; i < question.terms; i++)
        term[i] = (struct shape_todo){question.term[i].term, question.term[i].meaning};
    WRITE(asking, question, .frame = asking_frame(asking, page->part), .action = page->action, .back = page->back,
          .failed = asking->errors_n > 0, .errors = asking->errors, .errors_n = asking->errors_n, .field = field,
          .key = page->key, .boxes = box, .boxes_n = boxes, .changing = page->changing,
          .left = page->changing ? 0 : pages_left(page),
          .settled = page->settled && !page->changing, .answer = page->answer, .why = question.why,
          .sources = source, .sources_n = sources, .terms = term, .terms_n = question.terms,
          .about = page->about, .whom = page->whom, .can_differ = page->can_differ,
          .walked = question_was_walked(asking), .unknown = values_has(page->said, TEXT("unknown"), page->key));
    return 0;
}

/* ---- taking ---- */

static void forget_unknown(struct values *said, struct text key)
{
    size_t kept = 0;
    for (size_t i = 0; i < said->n; i++)
        if (!text_equal(said->pair[i].name, TEXT("unknown")) || !text_equal(said->pair[i].value, key))
            said->pair[kept++] = said->pair[i];
    said->n = kept;
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

/* What is said of a fact from now on; empty: that it is not known. */
static int reply(struct asking *asking, struct values *said, struct text key, struct text value, struct error *error)
{
    const char *name = arena_string(asking->arena, arena_format(asking->arena, "fact:%.*s", TEXT_ARGS(key)));
    if (!name)
        return arena_error(asking->arena, error);
    forget_unknown(said, key);
    if (value.n) {
        values_set(said, name, value);
    } else {
        values_drop(said, name);
        values_add(said, TEXT("unknown"), key);
    }
    return 0;
}

/* Boxes: those that were shown and stayed empty are said not to be so. */
static int take_boxes(struct asking *asking, const struct policy_pack *pack, struct values *said, bool unknown,
                      struct error *error)
{
    struct text key;
    for (size_t at = 0; values_next(&asking->typed, "box", &at, &key);) {
        const struct policy_group *group = policy_group_of(pack, key);
        for (size_t i = 0; group && i < group->boxes; i++) {
            const struct policy_box *box = &group->box[i];
            if (!text_equal(box->key, key))
                continue;
            bool ticked = values_has(&asking->typed, TEXT("answer"), key);
            int result = reply(asking, said, key, unknown ? TEXT("") : ticked ? box->ticked : box->unticked, error);
            if (result)
                return result;
        }
    }
    return 0;
}

int question_page_take(struct asking *asking, const struct policy_pack *pack, struct values *said,
                       struct error *error)
{
    struct text key = values_get(&asking->typed, "key");
    const struct policy_fact_info *info = policy_fact_find(pack, key);
    bool unknown = values_there(&asking->typed, "other");
    int64_t number;
    if (!info)
        return error_set(error, ERROR_MISSING, "", "", "there is no such question");
    if (values_there(&asking->typed, "box"))
        return take_boxes(asking, pack, said, unknown, error);
    struct text value = unknown ? TEXT("") : typed_value(asking, info->kind);
    if (!unknown && (!value.n || (info->kind == POLICY_FACT_NUMBER && !text_to_int64(value, &number)))) {
        asking_wrong(asking, "answer",
                     info->kind == POLICY_FACT_NUMBER ? "Write a whole number, or say that you do not know"
                     : info->kind == POLICY_FACT_DATE
                         ? "Write a day, a month and a year in numbers, or say that you do not know"
                     : info->kind == POLICY_FACT_ADDRESS ? "Write a mail address, or say that you do not know"
                                                         : "Choose an answer, or say that you do not know");
        return error_set(error, ERROR_INVALID, "answer", "", "no answer");
    }
    return reply(asking, said, key, value, error);
}
