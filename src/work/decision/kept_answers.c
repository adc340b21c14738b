#include "kept_answers.h"

#include "whom.h"

enum { SCRATCH_MEMORY = 16 << 20 };

/* ---- what is kept ---- */

/* As a fact is written, true and false too. */
static struct text stated(const struct json *value)
{
    return value->kind == JSON_TRUE ? TEXT("true") : value->kind == JSON_FALSE ? TEXT("false") : value->text;
}

static const struct json *told(const struct json *const said[], size_t n, struct text key)
{
    const struct json *value = NULL;
    for (size_t k = 0; k < n && !value; k++)
        value = whom_value(said[k], key);
    return value;
}

/* The facts that are not what was said already, and null for what was said and does not hold here. */
static void write_also(const struct pair_answer *answer, const struct json *const said[], size_t n,
                       struct json_writer *w)
{
    const struct policy_pack *pack = answer->answer.pack;
    json_object(w);
    for (size_t i = 0; i < policy_fact_count(pack); i++) {
        struct text value = policy_facts_at(answer->facts, i);
        const struct policy_fact_info *fact = value.p ? policy_fact_info(pack, i) : NULL;
        const struct json *already = fact ? told(said, n, fact->key) : NULL;
        if (!fact || (already && text_equal(stated(already), value)))
            continue;
        json_key_text(w, fact->key);
        if (fact->kind == POLICY_FACT_BOOLEAN || fact->kind == POLICY_FACT_NUMBER)
            json_put_raw(w, value);
        else
            json_put_text(w, value);
    }
    for (size_t k = 0; k < n; k++)
        for (size_t i = 0; json_is(said[k], JSON_OBJECT) && i < said[k]->count; i++) {
            struct text key = said[k]->key[i];
            if (policy_facts_get(answer->facts, key).p || told(said, n, key) != &said[k]->item[i] ||
                said[k]->item[i].kind == JSON_NULL)
                continue;
            json_key_text(w, key);
            json_put_null(w);
        }
    json_end(w);
}

void kept_answer_write(const struct pair_answer *answer, const struct json *const said[], size_t n,
                       struct json_writer *w)
{
    size_t systems;
    const struct text *system = answer_system_facts(answer, &systems);
    json_object(w);
    json_member_text(w, "recipient", answer->recipient);
    json_member_text(w, "agency_id", id_text(&answer->agency));
    json_member_text(w, "kind", answer->kind);
    json_key(w, "also");
    write_also(answer, said, n, w);
    json_key(w, "answer");
    policy_answer_write(&answer->answer, w);
    json_key(w, "system");
    json_array(w);
    for (size_t i = 0; i < systems; i++)
        json_put_text(w, system[i]);
    json_end(w);
    json_key(w, "usual");
    json_array(w);
    for (size_t i = 0; i < answer->usuals; i++)
        json_put_text(w, answer->usual[i].key);
    json_end(w);
    json_end(w);
}

/* ---- worked out again ---- */

static bool same_value(struct turn *turn, const struct json *recorded, const struct policy_answer *now)
{
    struct buffer a = buffer_in(turn->arena), b = buffer_in(turn->arena);
    struct json_writer one = json_writer_in(&a), other = json_writer_in(&b);
    json_put(&one, recorded);
    policy_answer_write(now, &other);
    return !buffer_failed(&a) && !buffer_failed(&b) && text_equal(buffer_result(&a), buffer_result(&b));
}

/* What was only usual is supposed anew: the version says in the same order why. */
static int suppose_again(struct turn *turn, const struct json *usual, struct pair_answer *pair, struct error *error)
{
    if (!json_is(usual, JSON_ARRAY) || usual->count == 0)
        return 0;
    int result = 0;
    for (size_t i = 0; !result && i < usual->count; i++)
        result = policy_facts_forget(pair->facts, json_text(&usual->item[i]), error);
    if (!result)
        result = policy_suppose(pair->facts, turn->arena, &pair->usual, &pair->usuals, error);
    return result || pair->usuals == usual->count ? result : error_set(error, ERROR_CHECK, "usual", "", "other facts are usual");
}

int kept_work_out(struct turn *turn, struct text version, const struct json *facts, const struct json *answer,
                  const struct json *usual, struct kept_again *out, struct error *error)
{
    struct error ignored;
    *out = (struct kept_again){0};
    const struct policy_pack *pack = turn->pack_of ? turn->pack_of(turn->opener, version) : NULL;
    if (!pack)
        return 0;
    struct kept_again again = {.pair.facts = policy_facts_new(pack, turn->arena)};
    if (!again.pair.facts)
        return arena_error(turn->arena, error);
    again.at_hand = policy_facts_read(again.pair.facts, facts, &ignored) == 0 &&
                    suppose_again(turn, usual, &again.pair, &ignored) == 0 &&
                    policy_answer(pack, POLICY_SHARE, again.pair.facts, turn->arena, &again.pair.answer, &ignored) == 0 &&
                    same_value(turn, answer, &again.pair.answer);
    if (arena_exhausted(turn->arena))
        return arena_error(turn->arena, error);
    if (again.at_hand)
        *out = again;
    return 0;
}

/* ---- read ---- */

static bool is_listed(const struct json *list, struct text key)
{
    for (size_t i = 0; json_is(list, JSON_ARRAY) && i < list->count; i++)
        if (text_equal(json_text(&list->item[i]), key))
            return true;
    return false;
}

/* The code in place of its words; where the vocabulary is ours, as with outcomes, its plain name. */
static void write_code(struct json_writer *w, struct text code, struct text title)
{
    json_object(w);
    json_member_text(w, "code", code);
    json_member_text(w, "title", title);
    json_member_text(w, "todo", TEXT(""));
    json_end(w);
}

static void write_codes(struct json_writer *w, const char *key, const struct json *list)
{
    json_key(w, key);
    json_array(w);
    for (size_t i = 0; json_is(list, JSON_ARRAY) && i < list->count; i++)
        write_code(w, json_text(&list->item[i]), json_text(&list->item[i]));
    json_end(w);
}

static void write_sources(struct json_writer *w, const struct json *list)
{
    json_key(w, "citations");
    json_array(w);
    for (size_t i = 0; json_is(list, JSON_ARRAY) && i < list->count; i++) {
        struct text source = json_text(json_get(&list->item[i], "source"));
        json_object(w);
        json_member_text(w, "source", source);
        json_member_text(w, "title", source);
        json_member_text(w, "where", json_text(json_get(&list->item[i], "where")));
        json_end(w);
    }
    json_end(w);
}

static void write_facts(struct json_writer *w, const struct json *one)
{
    const struct json *facts = json_get(one, "facts"), *system = json_get(one, "system"), *usual = json_get(one, "usual");
    json_key(w, "known");
    json_array(w);
    for (size_t i = 0; json_is(facts, JSON_OBJECT) && i < facts->count; i++) {
        json_object(w);
        json_member_text(w, "key", facts->key[i]);
        json_member_text(w, "title", facts->key[i]);
        json_member_text(w, "value", stated(&facts->item[i]));
        json_member_text(w, "words", stated(&facts->item[i]));
        json_member_bool(w, "system", is_listed(system, facts->key[i]));
        json_key(w, "usual");
        if (is_listed(usual, facts->key[i]))
            json_put_text(w, TEXT("it is usual; the version of the policy that says why is not at hand"));
        else
            json_put_null(w);
        json_end(w);
    }
    json_end(w);
}

/* What can be said without the version that answered: what was recorded, in its own short names. */
static void write_without_words(struct json_writer *w, const struct json *one)
{
    const struct json *answer = json_get(one, "answer");
    struct text outcome = json_text(json_get(answer, "outcome"));
    json_object(w);
    json_member_text(w, "recipient", json_text(json_get(one, "recipient")));
    json_member_bool(w, "at_hand", false);
    json_key(w, "outcome");
    if (outcome.n)
        write_code(w, outcome, choice_label(decision_outcomes, outcome));
    else
        json_put_null(w);
    write_codes(w, "basis", json_get(answer, "basis"));
    write_codes(w, "obligations", json_get(answer, "obligations"));
    write_sources(w, json_get(answer, "citations"));
    json_key(w, "fired");
    json_array(w);
    json_end(w);
    write_facts(w, one);
    json_end(w);
}

/* What it takes to make them lies in `scratch`; only the words stay in the turn. */
static int make_words(struct turn *turn, struct arena *scratch, const struct json *one, struct text version,
                      const struct json **out, struct error *error)
{
    struct kept_again again;
    struct turn aside = *turn;
    aside.arena = scratch;
    arena_reset(scratch);
    int result = kept_work_out(&aside, version, json_get(one, "facts"), json_get(one, "answer"), json_get(one, "usual"),
                               &again, error);
    if (result)
        return result;
    struct buffer b = buffer_in(scratch);
    struct json_writer w = json_writer_in(&b);
    if (again.at_hand) {
        again.pair.recipient = json_text(json_get(one, "recipient"));
        again.pair.age = is_listed(json_get(one, "system"), TEXT("subject_age"))
                             ? policy_facts_get(again.pair.facts, TEXT("subject_age"))
                             : TEXT("");
        answer_words_write(&again.pair, &w);
    } else {
        write_without_words(&w, one);
    }
    if (buffer_failed(&b))
        return arena_error(scratch, error);
    struct text words = arena_text(turn->arena, buffer_result(&b));
    return words.p ? json_read(turn->arena, words, "words", out, error) : arena_error(turn->arena, error);
}

int kept_answers_read(struct turn *turn, const struct sealed_row *decision, struct kept_answers *out,
                      struct error *error)
{
    const struct json *list;
    *out = (struct kept_answers){0};
    if (!decision->plain)
        return 0;
    int result = kept_answer_list(turn->arena, decision->plain, &list, error);
    if (result)
        return result;
    struct text digest = plain_text(decision, "pack_digest");
    ARENA_SCOPE struct arena *scratch = arena_new(SCRATCH_MEMORY, ARENA_SECRET);
    if (!scratch)
        return error_set(error, ERROR_SYSTEM, "", "", "out of memory");
    if (!(out->item = ARENA_ARRAY(turn->arena, struct kept_answer, list->count)))
        return arena_error(turn->arena, error);
    for (size_t i = 0; !result && i < list->count; i++) {
        const struct json *one = &list->item[i];
        struct kept_answer *answer = &out->item[out->n++];
        *answer = (struct kept_answer){.recipient = json_text(json_get(one, "recipient")),
                                       .agency_id = json_text(json_get(one, "agency_id")),
                                       .kind = json_text(json_get(one, "kind")),
                                       .facts = json_get(one, "facts"),
                                       .answer = json_get(one, "answer"),
                                       .words = json_get(one, "words")};
        if (!answer->words) {
            struct text version = digest.n ? digest : json_text(json_get(answer->answer, "pack_sha256"));
            result = make_words(turn, scratch, one, version, &answer->words, error);
        }
    }
    return result;
}

void kept_answers_write(const struct kept_answers *answers, struct json_writer *w)
{
    json_object(w);
    json_key(w, "answers");
    json_array(w);
    for (size_t i = 0; i < answers->n; i++) {
        const struct kept_answer *one = &answers->item[i];
        json_object(w);
        json_member_text(w, "recipient", one->recipient);
        json_member_text(w, "agency_id", one->agency_id);
        json_member_text(w, "kind", one->kind);
        json_key(w, "facts");
        json_put(w, one->facts);
        json_key(w, "answer");
        json_put(w, one->answer);
        json_key(w, "words");
        json_put(w, one->words);
        json_end(w);
    }
    json_end(w);
    json_end(w);
}
