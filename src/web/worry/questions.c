#include "worry.h"

#include "question_page.h"
#include "words.h"

#include <string.h>

/*
 * Which question is next, and for whom. A fact is asked once for all whom it can still matter to; only where the person
 * says that it differs is it asked for each. With one person and one recipient nothing differs, and nothing is said of it.
 */
struct open_fact {
    struct text key;
    enum policy_fact_of of;
    struct text *whom; /* those for whom it is open, each once */
    size_t whoms;
};

struct questions {
    struct open_fact *open;
    size_t n;
    bool settled; /* every outcome stands */
};

static size_t add_whom(struct text *list, size_t n, struct text whom)
{
    for (size_t i = 0; i < n; i++)
        if (text_equal(list[i], whom))
            return n;
    list[n] = whom;
    return n + 1;
}

/* Everybody whom the fact can be of; one alone is as good as all. */
static size_t everybody(struct asking *asking, const struct view_rows *rows, enum policy_fact_of of, struct text **out)
{
    size_t n = 0;
    *out = ARENA_ARRAY(asking->arena, struct text, rows->n + 1);
    for (size_t i = 0; *out && i < rows->n; i++) {
        const struct answer_row *row = VISIT_ROW(*rows, struct answer_row, i);
        n = add_whom(*out, n, worry_whom(asking, of, &row->case_id, &row->agency_id));
    }
    return n;
}

static bool is_unknown(struct asking *asking, const struct worry *worry, struct text key, struct text whom)
{
    return values_has(&worry->said, TEXT("unknown"), key) ||
           values_has(&worry->said, TEXT("unknown"), worry_unknown_name(asking, key, whom));
}

static int add_open(struct asking *asking, const struct worry *worry, const struct view_rows *rows, size_t row,
                    const struct json *list, struct questions *out, struct error *error)
{
    const struct policy_pack *pack = gate_pack(asking->face->gate);
    const struct answer_row *answer = VISIT_ROW(*rows, struct answer_row, row);
    for (size_t i = 0; json_is(list, JSON_ARRAY) && i < list->count; i++) {
        const struct policy_fact_info *info = policy_fact_find(pack, json_text(&list->item[i]));
        if (!info)
            continue;
        struct text whom = worry_whom(asking, info->of, &answer->case_id, &answer->agency_id);
        if (is_unknown(asking, worry, info->key, whom))
            continue;
        size_t at = 0;
        while (at < out->n && !text_equal(out->open[at].key, info->key))
            at++;
        struct open_fact *open = &out->open[at];
        if (at == out->n) {
            out->n++;
            *open = (struct open_fact){.key = info->key, .of = info->of};
            if (!(open->whom = ARENA_ARRAY(asking->arena, struct text, rows->n)))
                return arena_error(asking->arena, error);
        }
        open->whoms = add_whom(open->whom, open->whoms, whom);
    }
    return 0;
}

/* What can still change an outcome, then what can still change something else of an answer. */
static int find_open(struct asking *asking, const struct worry *worry, const struct view_rows *rows,
                     struct questions *out, struct error *error)
{
    const struct json **answers = ARENA_ARRAY(asking->arena, const struct json *, rows->n);
    *out = (struct questions){.settled = true};
    out->open = ARENA_ARRAY(asking->arena, struct open_fact, policy_fact_count(gate_pack(asking->face->gate)));
    int result = answers && out->open ? 0 : arena_error(asking->arena, error);
    for (size_t i = 0; !result && i < rows->n; i++) {
        const struct answer_row *row = VISIT_ROW(*rows, struct answer_row, i);
        result = json_read(asking->arena, row->answer.json, "answer", &answers[i], error);
        out->settled = out->settled && row->outcome.n;
        if (!result)
            result = add_open(asking, worry, rows, i, json_get(answers[i], "ask"), out, error);
    }
    for (size_t i = 0; !result && i < rows->n; i++)
        result = add_open(asking, worry, rows, i, json_get(answers[i], "ask_more"), out, error);
    return result;
}

/* ---- for whom it is asked now ---- */

struct asked {
    struct text key;
    enum policy_fact_of of;
    const struct text *whom;
    size_t whoms;
    bool all;       /* it holds for everybody: said once */
    bool can_differ; /* there are several, and the person may say so */
    bool one;       /* of several, this one only */
};

static const struct open_fact *find(const struct questions *questions, struct text key)
{
    for (size_t i = 0; i < questions->n; i++)
        if (text_equal(questions->open[i].key, key))
            return &questions->open[i];
    return NULL;
}

static int aim(struct asking *asking, const struct worry *worry, const struct view_rows *rows,
               const struct questions *questions, struct text key, struct text whom, struct asked *out,
               struct error *error)
{
    const struct policy_fact_info *info = policy_fact_find(gate_pack(asking->face->gate), key);
    if (!info)
        return error_set(error, ERROR_MISSING, "", "", "there is no such question");
    const struct open_fact *open = find(questions, key);
    struct text *everyone;
    size_t all = everybody(asking, rows, info->of, &everyone);
    if (!everyone)
        return arena_error(asking->arena, error);
    *out = (struct asked){.key = info->key, .of = info->of, .whom = everyone, .whoms = all};
    for (size_t i = 0; whom.n && i < all; i++)
        if (text_equal(everyone[i], whom)) {
            out->whom = &everyone[i];
            out->whoms = 1;
        }
    if (!whom.n && open) {
        out->whom = open->whom;
        out->whoms = values_has(&worry->said, TEXT("differs"), key) ? 1 : open->whoms;
    }
    out->all = out->whoms == all;
    out->can_differ = out->whoms > 1;
    out->one = all > 1 && out->whoms == 1;
    return 0;
}

/* ---- said of those, as if there were only one ---- */

static struct text said_of(struct asking *asking, const struct worry *worry, struct text key, struct text whom)
{
    const char *own = arena_string(asking->arena, worry_fact_name(asking, key, whom)),
               *all = arena_string(asking->arena, worry_fact_name(asking, key, TEXT("")));
    return own && values_there(&worry->said, own) ? values_get(&worry->said, own) : all ? values_get(&worry->said, all) : TEXT("");
}

static struct values seen_as_one(struct asking *asking, const struct worry *worry, const struct asked *asked)
{
    struct values view = values_in(asking->arena);
    struct text value = said_of(asking, worry, asked->key, asked->whom[0]);
    bool unknown = is_unknown(asking, worry, asked->key, asked->whom[0]);
    for (size_t i = 1; i < asked->whoms; i++) {
        value = text_equal(value, said_of(asking, worry, asked->key, asked->whom[i])) ? value : TEXT("");
        unknown = unknown && is_unknown(asking, worry, asked->key, asked->whom[i]);
    }
    if (value.n)
        values_add(&view, worry_fact_name(asking, asked->key, TEXT("")), value);
    if (unknown)
        values_add(&view, TEXT("unknown"), asked->key);
    return view;
}

static void drop_said(struct worry *worry, struct asking *asking, struct text key, struct text whom)
{
    struct text fact = worry_fact_name(asking, key, whom), unknown = worry_unknown_name(asking, key, whom);
    size_t kept = 0;
    for (size_t i = 0; i < worry->said.n; i++) {
        const struct form_pair *pair = &worry->said.pair[i];
        if (!text_equal(pair->name, fact) && !(text_equal(pair->name, TEXT("unknown")) && text_equal(pair->value, unknown)))
            worry->said.pair[kept++] = *pair;
    }
    worry->said.n = kept;
}

static void say(struct asking *asking, struct worry *worry, struct text key, struct text whom, struct text value)
{
    drop_said(worry, asking, key, whom);
    if (value.n)
        values_add(&worry->said, worry_fact_name(asking, key, whom), value);
    else
        values_add(&worry->said, TEXT("unknown"), worry_unknown_name(asking, key, whom));
}

/* Takes over what was replied, for all of those who were asked about. */
static int take_over(struct asking *asking, struct worry *worry, const struct view_rows *rows,
                     const struct questions *questions, const struct asked *asked, const struct values *view,
                     struct error *error)
{
    static const struct text prefix = TEXT_INIT("fact:");
    for (size_t i = 0; i < view->n; i++) {
        bool fact = text_starts(view->pair[i].name, prefix);
        struct text key = fact ? text_cut(view->pair[i].name, prefix.n, view->pair[i].name.n) : view->pair[i].value;
        struct text value = fact ? view->pair[i].value : TEXT("");
        struct asked own = *asked;
        if (!text_equal(key, asked->key)) { /* another box of the same page */
            int result = aim(asking, worry, rows, questions, key, TEXT(""), &own, error);
            if (result)
                return result;
        }
        if (own.all) {
            for (size_t w = 0; w < own.whoms; w++)
                drop_said(worry, asking, key, own.whom[w]);
            say(asking, worry, key, TEXT(""), value);
        }
        for (size_t w = 0; !own.all && w < own.whoms; w++)
            say(asking, worry, key, own.whom[w], value);
    }
    return 0;
}

/* ---- the page ---- */

static struct text name_of(const struct view_rows *rows, enum policy_fact_of of, struct asking *asking, struct text whom)
{
    for (size_t i = 0; i < rows->n; i++) {
        const struct answer_row *row = VISIT_ROW(*rows, struct answer_row, i);
        if (!text_equal(worry_whom(asking, of, &row->case_id, &row->agency_id), whom))
            continue;
        return of == POLICY_OF_SUBJECT     ? row->name
               : of == POLICY_OF_RECIPIENT ? row->recipient
                                           : worry_pair_name(asking, rows, row);
    }
    return TEXT("");
}

/* "Sam and Kit, to Children's Services and the clinic" */
static struct text everybody_in_words(struct asking *asking, const struct view_rows *rows)
{
    struct text *subject = ARENA_ARRAY(asking->arena, struct text, rows->n),
                *recipient = ARENA_ARRAY(asking->arena, struct text, rows->n);
    size_t subjects = 0, recipients = 0;
    for (size_t i = 0; subject && recipient && i < rows->n; i++) {
        const struct answer_row *row = VISIT_ROW(*rows, struct answer_row, i);
        subjects = add_whom(subject, subjects, row->name);
        recipients = add_whom(recipient, recipients, row->recipient);
    }
    return arena_format(asking->arena, "%.*s, to %.*s", TEXT_ARGS(words_and(asking->arena, subject, subjects)),
                        TEXT_ARGS(words_and(asking->arena, recipient, recipients)));
}

/* "Sam", "Sam and Kit", "Sam, to the clinic"; empty where there is nobody to tell from another. */
static struct text about_whom(struct asking *asking, const struct view_rows *rows, const struct asked *asked)
{
    if (!asked->one && asked->whoms < 2)
        return TEXT("");
    if (asked->all && asked->of == POLICY_OF_PAIR)
        return everybody_in_words(asking, rows);
    struct text *names = ARENA_ARRAY(asking->arena, struct text, asked->whoms);
    for (size_t i = 0; names && i < asked->whoms; i++)
        names[i] = name_of(rows, asked->of, asking, asked->whom[i]);
    return !names                       ? TEXT("")
           : asked->of == POLICY_OF_PAIR ? words_join(asking->arena, names, asked->whoms, "; ")
                                         : words_and(asking->arena, names, asked->whoms);
}

struct text worry_back(struct asking *asking, const struct worry *worry, struct text reply)
{
    struct text before = question_before(gate_pack(asking->face->gate), &worry->said, reply);
    return before.n ? arena_format(asking->arena, "/worry/%s/question?%.*s", worry->draft_id.text,
                                   TEXT_ARGS(question_walked(asking, before)))
                    : worry_address(asking, worry, "recipients");
}

/* Those that are asked of the same people stand together, the one to ask first. */
static size_t open_alike(struct asking *asking, const struct worry *worry, const struct view_rows *rows,
                         const struct questions *questions, const struct asked *asked, struct text *out)
{
    size_t n = 0;
    struct asked other;
    struct error ignored;
    out[n++] = asked->key;
    for (size_t i = 0; i < questions->n; i++)
        if (!text_equal(questions->open[i].key, asked->key) &&
            !aim(asking, worry, rows, questions, questions->open[i].key, TEXT(""), &other, &ignored) &&
            other.all == asked->all && other.one == asked->one)
            out[n++] = questions->open[i].key;
    return n;
}

int worry_when_ready(struct asking *asking, int (*then)(struct asking *, struct worry *, struct error *), struct error *error)
{
    struct id id;
    struct worry *worry;
    int result = worry_load(asking, &worry, error);
    if (result)
        return result;
    const char *instead = worry_decision(worry, &id)                                                          ? "check"
                          : !worry_case(worry, &id)                                                           ? "name"
                          : values_there(&worry->said, "agencies") || values_there(&worry->said, "outside") ? NULL
                                                                                                              : "recipients";
    return instead ? asking_go(asking, "/worry/%s/%s", worry->draft_id.text, instead) : then(asking, worry, error);
}

static int find_questions(struct asking *asking, struct worry *worry, struct view_rows *rows,
                          struct questions *questions, struct error *error)
{
    int result = worry_ask(asking, worry, rows, error);
    return result ? result : find_open(asking, worry, rows, questions, error);
}

static int show_question(struct asking *asking, struct worry *worry, struct error *error)
{
    struct view_rows rows;
    struct questions questions;
    struct asked asked;
    int result = find_questions(asking, worry, &rows, &questions, error);
    if (result)
        return result;
    const struct http_pairs *query = http_query(asking->request);
    struct text wanted = asking->again ? values_get(&asking->typed, "key") : http_pairs_get(query, "key"),
                whom = asking->again ? values_get(&asking->typed, "whom") : http_pairs_get(query, "whom");
    if (!wanted.n && questions.n == 0)
        return asking_go(asking, "/worry/%s/answer", worry->draft_id.text);
    result = aim(asking, worry, &rows, &questions, wanted.n ? wanted : questions.open[0].key, whom, &asked, error);
    if (result)
        return result;
    bool changing = wanted.n && !find(&questions, wanted), walked = question_was_walked(asking);
    struct text reply = !walked  ? TEXT("")
                        : whom.n ? arena_format(asking->arena, "%.*s@%.*s", TEXT_ARGS(wanted), TEXT_ARGS(whom))
                                 : wanted;
    struct values view = seen_as_one(asking, worry, &asked);
    struct text *open = ARENA_ARRAY(asking->arena, struct text, questions.n + 1);
    if (!open)
        return arena_error(asking->arena, error);
    struct question_page page = {
        .pack = gate_pack(asking->face->gate),
        .decision = POLICY_SHARE,
        .said = &view,
        .key = asked.key,
        .open = open,
        .opens = open_alike(asking, worry, &rows, &questions, &asked, open),
        .changing = changing,
        .settled = questions.settled,
        .about = about_whom(asking, &rows, &asked),
        .whom = asked.one ? asked.whom[0] : TEXT(""),
        .can_differ = asked.can_differ,
        .action = worry_address(asking, worry, "question"),
        .back = changing && !walked ? worry_address(asking, worry, "answer") : worry_back(asking, worry, reply),
        .answer = worry_address(asking, worry, "answer"),
        .part = "/",
    };
    return question_page_write(asking, &page, error);
}

/* "It differs between them": asked for each from now on. */
static int part(struct asking *asking, struct worry *worry, const struct asked *asked)
{
    drop_said(worry, asking, asked->key, TEXT(""));
    for (size_t i = 0; i < asked->whoms; i++)
        drop_said(worry, asking, asked->key, asked->whom[i]);
    if (!values_has(&worry->said, TEXT("differs"), asked->key))
        values_add(&worry->said, TEXT("differs"), asked->key);
    return worry_save(asking, worry, "question");
}

static int take_answer(struct asking *asking, struct worry *worry, struct error *error)
{
    struct view_rows rows;
    struct questions questions;
    struct asked asked;
    int result = find_questions(asking, worry, &rows, &questions, error);
    if (!result)
        result = aim(asking, worry, &rows, &questions, values_get(&asking->typed, "key"),
                     values_get(&asking->typed, "whom"), &asked, error);
    if (result)
        return result;
    if (text_equal(values_get(&asking->typed, "other"), TEXT("differs")) && asked.can_differ)
        return part(asking, worry, &asked);
    struct values view = values_in(asking->arena);
    result = question_page_take(asking, gate_pack(asking->face->gate), &view, error);
    if (!result)
        result = take_over(asking, worry, &rows, &questions, &asked, &view, error);
    if (result)
        return result;
    /* refused here, where it can be mended, if it is no value of this fact */
    result = worry_ask(asking, worry, &rows, error);
    if (result == ERROR_INVALID)
        asking_wrong(asking, "answer", "This cannot be the answer. Look at the hint, or say that you do not know");
    return result ? result : worry_save(asking, worry, "question");
}

static int show(struct asking *asking, struct error *error)
{
    return worry_when_ready(asking, show_question, error);
}

static int take(struct asking *asking, struct error *error)
{
    return worry_when_ready(asking, take_answer, error);
}

const struct page worry_question_page = {show, take, NULL};
