#include "internal.h"

static void write_words(struct json_writer *w, const struct policy_pack *pack, enum policy_words_kind kind,
                        struct text code)
{
    struct policy_words words;
    policy_words(pack, kind, code, &words);
    json_object(w);
    json_member_text(w, "code", code);
    json_member_text(w, "title", words.title);
    json_member_text(w, "todo", words.todo);
    json_end(w);
}

static void write_words_list(struct json_writer *w, const char *key, const struct policy_pack *pack,
                             enum policy_words_kind kind, const struct text *codes, size_t count)
{
    json_key(w, key);
    json_array(w);
    for (size_t i = 0; i < count; i++)
        write_words(w, pack, kind, codes[i]);
    json_end(w);
}

static struct text source_title(const struct policy_pack *pack, struct text code)
{
    for (size_t i = 0; i < pack->info.sources; i++)
        if (text_equal(pack->info.source[i].code, code))
            return pack->info.source[i].title;
    return code;
}

static void write_source(struct json_writer *w, const struct policy_pack *pack,
                         const struct policy_citation *citation)
{
    json_member_text(w, "source", citation->source);
    json_member_text(w, "title", source_title(pack, citation->source));
    json_member_text(w, "where", citation->where);
}

static const enum policy_words_kind outcome_kind[POLICY_DECISIONS] = {
    [POLICY_SHARE] = POLICY_WORDS_OUTCOME,       [POLICY_CONSENT] = POLICY_WORDS_CONSENT,
    [POLICY_CHANNEL] = POLICY_WORDS_CHANNEL,     [POLICY_RETENTION] = POLICY_WORDS_RETENTION,
    [POLICY_DEADLINE] = POLICY_WORDS_DEADLINE,
};

/* {"years": "6", "from": "closure of the case"}: what is not said is left out. */
static void write_details(struct json_writer *w, const struct policy_answer *answer)
{
    struct policy_words words;
    json_key(w, "details");
    json_object(w);
    for (size_t i = 0; i < answer->details; i++) {
        const struct policy_detail *detail = &answer->detail[i];
        if (!detail->value.p)
            continue;
        json_key_text(w, detail->key);
        json_put_text(w, detail->number ? detail->value
                                        : policy_words(answer->pack, POLICY_WORDS_EVENT, detail->value, &words)->title);
    }
    json_end(w);
}

static void write_media(struct json_writer *w, const struct policy_answer *answer)
{
    json_key(w, "instead");
    json_array(w);
    for (size_t i = 0; i < answer->insteads; i++)
        json_put_text(w, policy_value_words(answer->pack, TEXT("medium"), answer->instead[i]));
    json_end(w);
}

void policy_answer_words_write(const struct policy_answer *answer, struct json_writer *w)
{
    const struct policy_pack *pack = answer->pack;
    enum policy_decision decision = answer->decision;
    json_key(w, "outcome");
    if (answer->outcome.p)
        write_words(w, pack, outcome_kind[decision], answer->outcome);
    else
        json_put_null(w);
    if (decision == POLICY_SHARE)
        write_words_list(w, "basis", pack, POLICY_WORDS_BASIS, answer->basis, answer->bases);
    if (decision == POLICY_SHARE || decision == POLICY_CONSENT)
        write_words_list(w, "obligations", pack, POLICY_WORDS_OBLIGATION, answer->obligation, answer->obligations);
    if (decision == POLICY_CHANNEL) {
        write_words_list(w, "conditions", pack, POLICY_WORDS_CONDITION, answer->condition, answer->conditions);
        write_media(w, answer);
    }
    if (decision == POLICY_RETENTION || decision == POLICY_DEADLINE)
        write_details(w, answer);
    json_key(w, "citations");
    json_array(w);
    for (size_t i = 0; i < answer->citations; i++) {
        json_object(w);
        write_source(w, pack, &answer->citation[i]);
        json_end(w);
    }
    json_end(w);
    json_key(w, "fired");
    json_array(w);
    for (size_t i = 0; i < answer->fireds; i++) {
        const struct policy_fired *fired = &answer->fired[i];
        json_object(w);
        json_member_text(w, "table", fired->table);
        json_member_int(w, "rule", (int64_t)fired->rule);
        json_member_text(w, "gives", fired->gives);
        json_member_text(w, "note", fired->note);
        write_source(w, pack, &fired->citation);
        json_end(w);
    }
    json_end(w);
}

static const char *kind_name(enum policy_fact_kind kind)
{
    switch (kind) {
    case POLICY_FACT_CHOICE:
        return "choice";
    case POLICY_FACT_BOOLEAN:
        return "yes-no";
    case POLICY_FACT_NUMBER:
        return "number";
    case POLICY_FACT_DATE:
        return "date";
    default:
        return "address";
    }
}

static void write_option(struct json_writer *w, const struct policy_option *option)
{
    json_object(w);
    json_member_text(w, "value", option->value);
    json_member_text(w, "label", option->label);
    json_member_text(w, "hint", option->hint);
    json_end(w);
}

static void write_term(struct json_writer *w, const struct policy_term *term)
{
    json_object(w);
    json_member_text(w, "term", term->term);
    json_member_text(w, "meaning", term->meaning);
    json_end(w);
}

void policy_question_write(const struct policy_question *question, struct json_writer *w)
{
    json_object(w);
    if (question->key.p) {
        json_member_text(w, "key", question->key);
        json_member_string(w, "kind", kind_name(question->kind));
        json_member_text(w, "question", question->question);
        json_member_text(w, "hint", question->hint);
        json_member_text(w, "why", question->why);
        json_key(w, "options");
        json_array(w);
        for (size_t i = 0; i < question->options; i++)
            write_option(w, &question->option[i]);
        json_end(w);
        json_key(w, "terms");
        json_array(w);
        for (size_t i = 0; i < question->terms; i++)
            write_term(w, &question->term[i]);
        json_end(w);
        json_member_bool(w, "settled", question->settled);
        json_member_int(w, "left", (int64_t)question->left);
    }
    json_end(w);
}
