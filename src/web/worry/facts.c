#include "worry.h"

#include "question_page.h"

#include <string.h>

/*
 * What was said of facts lies in the draft as "fact:KEY" where it holds for all, and as "fact:KEY@WHOM" where it holds for
 * somebody: a case, a recipient, or both (docs/several.md). "unknown" keeps "KEY" and "KEY@WHOM" likewise.
 */
static const struct text prefix = TEXT_INIT("fact:");

struct text worry_fact_name(struct asking *asking, struct text key, struct text whom)
{
    return whom.n ? arena_format(asking->arena, "fact:%.*s@%.*s", TEXT_ARGS(key), TEXT_ARGS(whom))
                  : arena_format(asking->arena, "fact:%.*s", TEXT_ARGS(key));
}

struct text worry_unknown_name(struct asking *asking, struct text key, struct text whom)
{
    return whom.n ? arena_format(asking->arena, "%.*s@%.*s", TEXT_ARGS(key), TEXT_ARGS(whom)) : key;
}

/* "KEY@WHOM" and "KEY" in their parts. */
static struct text cut(struct text name, struct text *whom)
{
    struct text rest = name, key;
    *whom = TEXT("");
    if (text_find_char(name, '@') < 0)
        return name;
    text_next(&rest, '@', &key);
    *whom = rest;
    return key;
}

static struct text recipient_of(const struct id *agency)
{
    return id_is_set(agency) ? id_text(agency) : TEXT("outside");
}

struct text worry_whom(struct asking *asking, enum policy_fact_of of, const struct id *case_id, const struct id *agency)
{
    switch (of) {
    case POLICY_OF_SHARING:
        return TEXT("");
    case POLICY_OF_SUBJECT:
        return id_text(case_id);
    case POLICY_OF_RECIPIENT:
        return recipient_of(agency);
    case POLICY_OF_PAIR:
        return arena_format(asking->arena, "%s/%.*s", case_id->text, TEXT_ARGS(recipient_of(agency)));
    }
    return TEXT("");
}

/* ---- for decision.answer and decision.record ---- */

static void put_value(const struct policy_fact_info *info, struct text value, struct json_writer *w)
{
    json_key_text(w, info->key);
    if (!value.p)
        json_put_null(w);
    else if (info->kind == POLICY_FACT_BOOLEAN || info->kind == POLICY_FACT_NUMBER)
        json_put_raw(w, value);
    else
        json_put_text(w, value);
}

/* Is `whom` among those whom the share is about and for now? People and recipients come and go. */
static bool concerned(struct asking *asking, const struct worry *worry, struct text whom)
{
    struct text rest = whom, first = TEXT("");
    bool has_pair = text_find_char(whom, '/') >= 0;
    if (has_pair)
        text_next(&rest, '/', &first);
    bool to = values_has(&worry->said, TEXT("agencies"), rest) ||
              (text_equal(rest, TEXT("outside")) && values_get(&worry->said, "outside").n > 0);
    (void)asking;
    return has_pair ? to && values_has(&worry->said, TEXT("cases"), first)
                    : to || values_has(&worry->said, TEXT("cases"), rest);
}

/* One member of the object: everything that is said of this one; what is not known is null, before what holds for all. */
static void put_whom(struct asking *asking, const struct worry *worry, struct text whom, struct json_writer *w)
{
    const struct policy_pack *pack = gate_pack(asking->face->gate);
    struct text of;
    json_key_text(w, whom);
    json_object(w);
    for (size_t i = 0; i < worry->said.n; i++) {
        const struct form_pair *pair = &worry->said.pair[i];
        bool fact = text_starts(pair->name, prefix), unknown = text_equal(pair->name, TEXT("unknown"));
        if (!fact && !unknown)
            continue;
        struct text key = cut(fact ? text_cut(pair->name, prefix.n, pair->name.n) : pair->value, &of);
        const struct policy_fact_info *info = policy_fact_find(pack, key);
        if (info && text_equal(of, whom))
            put_value(info, fact ? pair->value : (struct text){NULL, 0}, w);
    }
    json_end(w);
}

static void put_all_whom(struct asking *asking, const struct worry *worry, struct json_writer *w)
{
    struct text *told = ARENA_ARRAY(asking->arena, struct text, worry->said.n), whom;
    size_t n = 0;
    for (size_t i = 0; told && i < worry->said.n; i++) {
        const struct form_pair *pair = &worry->said.pair[i];
        bool fact = text_starts(pair->name, prefix), unknown = text_equal(pair->name, TEXT("unknown"));
        if (!fact && !unknown)
            continue;
        cut(fact ? pair->name : pair->value, &whom);
        bool there = !whom.n || !concerned(asking, worry, whom);
        for (size_t k = 0; k < n; k++)
            there = there || text_equal(told[k], whom);
        if (there)
            continue;
        told[n++] = whom;
        put_whom(asking, worry, whom, w);
    }
}

int worry_facts(struct asking *asking, const struct worry *worry, struct json_object *facts,
                struct json_object *facts_of, struct error *error)
{
    struct values common = values_in(asking->arena);
    struct buffer b = buffer_in(asking->arena);
    struct json_writer w = json_writer_in(&b);
    for (size_t i = 0; i < worry->said.n; i++)
        if (text_starts(worry->said.pair[i].name, prefix) && text_find_char(worry->said.pair[i].name, '@') < 0)
            values_add(&common, worry->said.pair[i].name, worry->said.pair[i].value);
    json_object(&w);
    put_all_whom(asking, worry, &w);
    json_end(&w);
    facts_of->json = buffer_result(&b);
    if (buffer_failed(&b))
        return arena_error(asking->arena, error);
    return question_facts(asking, gate_pack(asking->face->gate), &common, facts, error);
}

static int ask(struct asking *asking, const struct worry *worry, bool explain, struct view_rows *rows, struct error *error)
{
    struct decision_answer in = {.usual = true, .explain = explain};
    struct decision_record record = {0};
    int result = step_fill(asking, &decision_record_command, &worry->said, &record, error);
    in.cases = record.cases;
    in.agencies = record.agencies;
    in.outside = record.outside;
    if (!result)
        result = worry_facts(asking, worry, &in.facts, &in.facts_of, error);
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
    if (worry_ask(asking, worry, &rows, NULL) || rows.n == 0 || worry_answers_differ(&rows) ||
        json_read(asking->arena, VISIT_ROW(rows, struct answer_row, 0)->words.json, "words", &words, NULL))
        return TEXT("");
    struct text title = json_text(json_get(json_get(words, "outcome"), "title"));
    return title.n ? arena_format(asking->arena, "The policy says: %.*s.", TEXT_ARGS(title)) : TEXT("");
}

bool worry_answers_differ(const struct view_rows *rows)
{
    for (size_t i = 1; i < rows->n; i++)
        if (!text_equal(VISIT_ROW(*rows, struct answer_row, i)->outcome, VISIT_ROW(*rows, struct answer_row, 0)->outcome))
            return true;
    return false;
}

/* ---- when people or recipients are added ---- */

/* Each of those concerned until now, in the way that the fact can differ. */
static void say_of_each(struct asking *asking, struct worry *worry, struct text key, enum policy_fact_of of,
                        struct text value)
{
    struct decision_record record = {0};
    struct error ignored;
    if (step_fill(asking, &decision_record_command, &worry->said, &record, &ignored))
        return;
    size_t recipients = record.agencies.n + (record.outside.n > 0);
    if (of == POLICY_OF_PAIR && recipients == 0)
        of = POLICY_OF_SUBJECT; /* it was said before anybody was chosen */
    static const struct id outside = {""};
    for (size_t c = 0; c < record.cases.n; c++)
        for (size_t r = 0; r < (recipients ? recipients : 1); r++) {
            const struct id *agency = r < record.agencies.n ? &record.agencies.item[r] : &outside;
            struct text name = worry_fact_name(asking, key, worry_whom(asking, of, &record.cases.item[c], agency));
            const char *set = arena_string(asking->arena, name);
            if (set && !values_there(&worry->said, set))
                values_add(&worry->said, arena_text(asking->arena, name), value);
        }
}

void worry_facts_part(struct asking *asking, struct worry *worry)
{
    const struct policy_pack *pack = gate_pack(asking->face->gate);
    struct values before = worry->said;
    size_t n = before.n;
    for (size_t i = 0; i < n; i++) {
        struct form_pair pair = worry->said.pair[i];
        struct text whom, key = text_starts(pair.name, prefix)
                                    ? cut(text_cut(pair.name, prefix.n, pair.name.n), &whom)
                                    : (struct text){NULL, 0};
        const struct policy_fact_info *info = key.p && !whom.n ? policy_fact_find(pack, key) : NULL;
        if (!info || info->of == POLICY_OF_SHARING)
            continue;
        say_of_each(asking, worry, arena_text(asking->arena, key), info->of, pair.value);
        worry->said.pair[i].name = TEXT("dropped");
    }
    values_drop(&worry->said, "dropped");
    values_drop(&worry->said, "unknown"); /* for the others it may be known */
    values_drop(&worry->said, "answers_of");
}
