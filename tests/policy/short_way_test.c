#include "base_case.h"
#include "cases.h"

/*
 * How many pages of questions an ordinary case needs until nothing more is asked: usual facts taken as given,
 * boxes asked together, who shares with whom known. A practitioner has ten.
 */

#define PAGES 10

static const char *const packs[] = {"manchester-2016", "buckinghamshire-2018"};

static const struct {
    const char *title, *changes;
} cases[] = {
    {"a teacher with reasonable cause refers",
     "{\"purpose\":\"section-47\",\"child_harm\":\"reasonable-cause\","
     "\"recipient\":\"childrens-social-care\"}"},
    {"evidence, refused, to the police", "{\"purpose\":\"section-47\",\"child_harm\":\"evidence\","
                                         "\"consent\":\"refused\",\"recipient\":\"police\"}"},
    {"unclear whether a child is harmed", "{\"child_harm\":\"unclear\"}"},
    {"help for a child in need, nobody asked", "{}"},
    {"early help, agreed", "{\"purpose\":\"early-help\",\"consent\":\"given\",\"consent_covers\":true}"},
    {"early help, nobody asked", "{\"purpose\":\"early-help\"}"},
    {"early help, refused", "{\"purpose\":\"early-help\",\"consent\":\"refused\"}"},
    {"a court order",
     "{\"purpose\":\"service-provision\",\"legal_duty\":\"court-order\",\"recipient\":\"court\"}"},
};

static struct arena *arena;

static int begin(void **state)
{
    (void)state;
    arena = arena_new(64 << 20, ARENA_PLAIN);
    return arena ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static struct policy_facts *read_facts(const struct policy_pack *pack, const char *json)
{
    struct error error = {0};
    const struct json *object;
    struct policy_facts *facts = policy_facts_new(pack, arena);
    assert_int_equal(json_read(arena, text_of(json), "facts", &object, &error), 0);
    assert_int_equal(policy_facts_read(facts, object, &error), 0);
    return facts;
}

static bool open(const struct policy_answer *answer, struct text key)
{
    for (size_t i = 0; i < answer->asks; i++)
        if (text_equal(answer->ask[i], key))
            return true;
    for (size_t i = 0; i < answer->asks_more; i++)
        if (text_equal(answer->ask_more[i], key))
            return true;
    return false;
}

static void reply(struct policy_facts *facts, const struct policy_facts *whole, struct text key)
{
    struct error error = {0};
    assert_int_equal(policy_facts_set(facts, key, policy_facts_get(whole, key), &error), 0);
}

/* Replies as `whole` says until nothing is asked; the pages that it took. */
static size_t pages_of(const struct policy_pack *pack, const struct policy_facts *whole)
{
    static const char *const known[] = {"date", "sharer", "recipient"};
    struct policy_facts *facts = policy_facts_new(pack, arena);
    struct error error = {0};
    for (size_t i = 0; i < 3; i++)
        if (policy_fact_find(pack, text_of(known[i])))
            reply(facts, whole, text_of(known[i]));
    for (size_t pages = 0;; pages++) {
        const struct policy_usual *usual;
        struct policy_answer answer;
        struct policy_question question;
        size_t n;
        struct arena *page ARENA_SCOPE = arena_new(64 << 20, ARENA_PLAIN);
        assert_int_equal(policy_suppose(facts, arena, &usual, &n, &error), 0);
        assert_int_equal(policy_answer(pack, POLICY_SHARE, facts, page, &answer, &error), 0);
        assert_int_equal(policy_next_question(pack, POLICY_SHARE, facts, page, &question, &error), 0);
        if (!question.key.p) {
            assert_true(answer.outcome.n > 0);
            return pages;
        }
        const struct policy_group *group = policy_group_of(pack, question.key);
        for (size_t i = 0; group && i < group->boxes; i++)
            if (open(&answer, group->box[i].key))
                reply(facts, whole, group->box[i].key);
        if (!group)
            reply(facts, whole, question.key);
    }
}

static void ten_pages_suffice(void **state)
{
    (void)state;
    for (size_t p = 0; p < sizeof packs / sizeof *packs; p++) {
        struct policy_pack *pack POLICY_PACK_SCOPE = case_pack(packs[p]);
        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
            struct policy_facts *whole = read_facts(pack, BASE_CASE);
            struct error error = {0};
            const struct json *changes;
            assert_int_equal(json_read(arena, text_of(cases[i].changes), "changes", &changes, &error), 0);
            assert_int_equal(policy_facts_read(whole, changes, &error), 0);
            size_t pages = pages_of(pack, whole);
            print_message("%s: %s: %zu pages\n", packs[p], cases[i].title, pages);
            if (pages == 0 || pages > PAGES)
                fail_msg("%s: %s: %zu pages", packs[p], cases[i].title, pages);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(ten_pages_suffice)};
    return cmocka_run_group_tests(tests, begin, end);
}
