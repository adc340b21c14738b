#include "effect_inside.h"

static const struct {
    const char *title;
    enum policy_words_kind kind;
} asked[POLICY_DECISIONS] = {
    [POLICY_SHARE] = {"May it be shared?", POLICY_WORDS_OUTCOME},
    [POLICY_CONSENT] = {"Whose consent?", POLICY_WORDS_CONSENT},
    [POLICY_CHANNEL] = {"How may it travel?", POLICY_WORDS_CHANNEL},
    [POLICY_RETENTION] = {"How long is it kept?", POLICY_WORDS_RETENTION},
    [POLICY_DEADLINE] = {"By when?", POLICY_WORDS_DEADLINE},
};

struct text effect_title(enum policy_decision decision)
{
    return text_of(asked[decision].title);
}

static struct text outcome_words(const struct effect *e, enum policy_decision decision, struct text code)
{
    struct policy_words words;
    if (!code.n || text_equal(code, TEXT("open")))
        return TEXT("Not clear without asking more");
    struct text title = policy_words(e->proposed, asked[decision].kind, code, &words)->title;
    if (text_equal(title, code)) /* the present rules may have a word for what the proposed ones never say */
        title = policy_words(e->present, asked[decision].kind, code, &words)->title;
    return title;
}

struct text *effect_case_words(const struct effect *e, const struct json *facts, bool plain, struct arena *arena, size_t *n)
{
    size_t most = json_is(facts, JSON_OBJECT) ? facts->count : 0;
    struct text *list = ARENA_ARRAY(arena, struct text, most);
    *n = 0;
    for (size_t i = 0; list && i < most; i++) {
        const struct policy_pack *pack = policy_fact_find(e->proposed, facts->key[i]) ? e->proposed : e->present;
        const struct policy_fact_info *fact = policy_fact_find(pack, facts->key[i]);
        const struct json *value = &facts->item[i];
        if (!fact || value->kind == JSON_NULL ||
            (plain && ((fact->kind != POLICY_FACT_CHOICE && fact->kind != POLICY_FACT_BOOLEAN) ||
                       !policy_fact_matters(pack, POLICY_SHARE, fact->key))))
            continue;
        struct text said = value->kind == JSON_TRUE    ? TEXT("Yes")
                           : value->kind == JSON_FALSE ? TEXT("No")
                                                       : policy_value_words(pack, fact->key, value->text);
        list[(*n)++] = arena_format(arena, "%.*s: %.*s", TEXT_ARGS(policy_fact_words(pack, fact->key)), TEXT_ARGS(said));
    }
    return list;
}

void effect_write_when(struct json_writer *w, const struct text *when, size_t n)
{
    json_key(w, "when");
    json_array(w);
    for (size_t i = 0; i < n; i++)
        json_put_text(w, when[i]);
    json_end(w);
}

void effect_write_change(const struct effect *e, enum policy_decision decision, struct text was, struct text now,
                         struct json_writer *w)
{
    json_member_text(w, "was", was);
    json_member_text(w, "now", now);
    json_member_text(w, "was_words", outcome_words(e, decision, was));
    json_member_text(w, "now_words", outcome_words(e, decision, now));
}
