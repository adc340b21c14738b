#include "cases.h"

static struct arena *arena; /* of the last answer: the tests of a program run one after the other */

struct policy_pack *case_pack(const char *id)
{
    struct policy_pack *pack = NULL;
    struct error error = {0};
    if (policy_pack_load("packs", id, &pack, &error)) {
        char line[800];
        error_line(&error, line, sizeof line);
        fail_msg("%s", line);
    }
    return pack;
}

static struct policy_answer answer_to(const struct policy_pack *pack, enum policy_decision decision,
                                      const char *facts, const char *changes)
{
    struct policy_answer answer = {0};
    struct error error = {0};
    const struct json *object;
    if (!arena)
        arena = arena_new((size_t)256 << 20, ARENA_PLAIN);
    assert_non_null(arena);
    arena_reset(arena);
    struct policy_facts *known = policy_facts_new(pack, arena);
    assert_non_null(known);
    if (json_read(arena, text_of(facts), "case", &object, &error) ||
        policy_facts_read(known, object, &error) ||
        json_read(arena, text_of(changes), "case", &object, &error) ||
        policy_facts_read(known, object, &error) ||
        policy_answer(pack, decision, known, arena, &answer, &error)) {
        char line[800];
        error_line(&error, line, sizeof line);
        fail_msg("%s %s: %s", facts, changes, line);
    }
    return answer;
}

struct policy_answer case_answer(const struct policy_pack *pack, enum policy_decision decision,
                                 const char *facts)
{
    return answer_to(pack, decision, facts, "{}");
}

bool case_lists(const struct text *list, size_t count, const char *code)
{
    for (size_t i = 0; i < count; i++)
        if (text_equal(list[i], text_of(code)))
            return true;
    return false;
}

bool case_cites(const struct policy_answer *answer, const char *where)
{
    for (size_t i = 0; i < answer->citations; i++)
        if (text_find(answer->citation[i].where, text_of(where)) >= 0)
            return true;
    return false;
}

static bool anywhere(const struct policy_answer *a, const char *code)
{
    return case_lists(a->basis, a->bases, code) || case_lists(a->obligation, a->obligations, code) ||
           case_lists(a->condition, a->conditions, code) || case_lists(a->instead, a->insteads, code);
}

/* Each code of the list stands in `expect` as "+code". */
static bool named(const struct text *list, size_t count, const char *expect)
{
    for (size_t i = 0; i < count; i++) {
        struct text rest = text_of(expect), word;
        bool there = false;
        while (text_next(&rest, ' ', &word))
            there = there || (word.n && word.p[0] == '+' && text_equal(text_cut(word, 1, word.n), list[i]));
        if (!there)
            return false;
    }
    return true;
}

static bool holds(const struct policy_answer *a, const char *word, const char *expect)
{
    if (strcmp(word, "only") == 0)
        return named(a->basis, a->bases, expect) && named(a->obligation, a->obligations, expect) &&
               named(a->condition, a->conditions, expect);
    if (strcmp(word, "=null") == 0)
        return a->outcome.p == NULL;
    if (word[0] == '=')
        return a->outcome.p && text_equal(a->outcome, text_of(word + 1));
    if (strcmp(word, "@") == 0)
        return a->asks == 0;
    if (word[0] == '?')
        return case_lists(a->ask, a->asks, word + 1);
    if (word[0] == '!')
        return !case_lists(a->ask, a->asks, word + 2);
    return word[0] == '+' ? anywhere(a, word + 1) : !anywhere(a, word + 1);
}

static void check_answer(struct policy_answer answer, const char *facts, const char *changes,
                         const char *expect)
{
    char words[1024], *rest = words;
    assert_true(strlen(expect) < sizeof words);
    memcpy(words, expect, strlen(expect) + 1);
    for (char *word; (word = strtok_r(rest, " ", &rest)) != NULL;)
        if (!holds(&answer, word, expect)) {
            struct buffer out = buffer_in(arena);
            struct json_writer w = json_writer_in(&out);
            policy_answer_write(&answer, &w);
            fail_msg("%s %s\n  lacks %s\n  answer: %.*s", facts, changes, word,
                     TEXT_ARGS(buffer_result(&out)));
        }
}

void case_check(const struct policy_pack *pack, enum policy_decision decision, const char *facts,
                const char *expect)
{
    check_answer(answer_to(pack, decision, facts, "{}"), facts, "", expect);
}

void case_but(const struct policy_pack *pack, enum policy_decision decision, const char *base,
              const char *changes, const char *expect)
{
    check_answer(answer_to(pack, decision, base, changes), "the base with", changes, expect);
}

uint64_t case_random(uint64_t *state)
{
    uint64_t z = (*state += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}
