#include "cases.h"

#include "replay/inside.h"

/*
 * The quick way of a replay says "the same" for every line that answers wrote, and never for a line that,
 * read as JSON and answered again, says anything else.
 */

static struct arena *arena;

static struct text random_value(const struct policy_fact_info *info, uint64_t n)
{
    static const char *const number[] = {"3", "12", "16", "40"};
    static const char *const date[] = {"2016-02-01", "2026-02-05", "2026-09-30"};
    static const char *const address[] = {"a@nhs.net", "a@b", "a@x.example.org"};
    switch (info->kind) {
    case POLICY_FACT_NUMBER:
        return text_of(number[n % 4]);
    case POLICY_FACT_DATE:
        return text_of(date[n % 3]);
    case POLICY_FACT_ADDRESS:
        return text_of(address[n % 3]);
    case POLICY_FACT_CHOICE:
    case POLICY_FACT_BOOLEAN:
        break;
    }
    return info->value[n % info->values];
}

/* A line as it is recorded; one fact in `unknown` is left out (0: none), perhaps with the pack before the
 * facts. */
static struct text random_line(const struct policy_pack *pack, enum policy_decision decision,
                               uint64_t unknown, uint64_t *random, struct arena *scratch)
{
    struct policy_facts *facts = policy_facts_new(pack, scratch);
    struct policy_answer answer;
    struct error error;
    struct buffer out = buffer_in(scratch);
    struct json_writer w = json_writer_in(&out);
    for (size_t f = 0; f < policy_fact_count(pack); f++) {
        const struct policy_fact_info *info = policy_fact_info(pack, f);
        uint64_t n = case_random(random);
        if (!(unknown && case_random(random) % unknown == 0))
            assert_int_equal(policy_facts_set(facts, info->key, random_value(info, n), &error), 0);
    }
    assert_int_equal(policy_answer(pack, decision, facts, scratch, &answer, &error), 0);
    json_object(&w);
    json_member_string(&w, "decision", policy_decision_name(decision));
    if (case_random(random) % 2) {
        json_member_text(&w, "pack", policy_pack_info(pack)->id);
        json_member_text(&w, "pack_version", policy_pack_info(pack)->version);
        json_member_text(&w, "pack_sha256", policy_pack_info(pack)->sha256);
    }
    json_key(&w, "facts");
    policy_facts_write(facts, &w);
    json_key(&w, "answer");
    policy_answer_write(&answer, &w);
    json_end(&w);
    return buffer_result(&out);
}

/* Is the line the same, read as JSON? */
static bool same_by_json(const struct policy_pack *pack, enum policy_replay_how how, struct text line,
                         struct arena *scratch)
{
    struct policy_replay *replay = policy_replay_new(how, scratch);
    struct policy_replayed out;
    struct error error;
    const struct json *record;
    struct policy_recorded one = {.name = TEXT("line")};
    assert_non_null(replay);
    if (json_read(scratch, line, "line", &record, &error))
        return false;
    one.facts = json_get(record, "facts");
    one.answer = json_get(record, "answer");
    return policy_decision_find(json_text(json_get(record, "decision")), &one.decision) &&
           !policy_replay_one(replay, pack, &one, scratch, &out, &error) && out.kind == POLICY_REPLAYED_SAME;
}

static void one_pack(const char *id, uint64_t *random, size_t *altered, size_t *kept)
{
    static const uint64_t unknown[] = {0, 0, 8, 2};
    struct arena *scratch ARENA_SCOPE = arena_new((size_t)256 << 20, ARENA_PLAIN);
    struct policy_pack *pack POLICY_PACK_SCOPE = case_pack(id);
    struct quick *exact = quick_new(POLICY_REPLAY_EXACT, arena),
                 *outcome = quick_new(POLICY_REPLAY_OUTCOME, arena);
    assert_true(exact && outcome && quick_add(exact, pack) && quick_add(outcome, pack));
    for (int d = 0; d < POLICY_DECISIONS; d++)
        for (int n = 0; n < 120 && policy_pack_info(pack)->decides[d]; n++) {
            arena_reset(scratch);
            struct text line = random_line(pack, (enum policy_decision)d, unknown[n % 4], random, scratch);
            assert_true(same_by_json(pack, POLICY_REPLAY_EXACT, line, scratch));
            if (!quick_same(exact, line) || !quick_same(outcome, line))
                fail_msg("not taken the quick way: %.*s", TEXT_ARGS(line));
            for (int i = 0; i < 12; i++) {
                static const char to[] = "\"{}[],:\\0123456789abcdefghijklmnopqrstuvwxyz \x80\x01";
                char *p = arena_string(scratch, line);
                size_t at = case_random(random) % line.n;
                p[at] = to[case_random(random) % (sizeof to - 1)];
                struct text changed = {p, i % 4 == 3 ? at : line.n}; /* or cut off */
                if (quick_same(exact, changed) && !same_by_json(pack, POLICY_REPLAY_EXACT, changed, scratch))
                    fail_msg("taken for the same: %.*s", TEXT_ARGS(changed));
                if (text_equal(changed, line))
                    ++*kept;
                else
                    ++*altered;
            }
        }
    quick_free(&exact);
    quick_free(&outcome);
}

static void the_quick_way_leads_to_the_same(void **state)
{
    struct text *id;
    size_t ids, altered = 0, kept = 0;
    struct error error;
    uint64_t random = 7;
    (void)state;
    arena = arena_new((size_t)512 << 20, ARENA_PLAIN);
    assert_int_equal(policy_pack_list("packs", arena, &id, &ids, &error), 0);
    for (size_t p = 0; p < ids; p++)
        one_pack(arena_string(arena, id[p]), &random, &altered, &kept);
    printf("%zu altered lines tried, %zu as they were\n", altered, kept);
    assert_true(altered > 1000);
    arena_free(&arena);
}

/* An answer is never taken from another decision, another pack or fewer facts than the line has. */
static void lines_of_several_packs_are_told_apart(void **state)
{
    struct arena *scratch ARENA_SCOPE = arena_new((size_t)256 << 20, ARENA_PLAIN);
    struct arena *held ARENA_SCOPE = arena_new((size_t)256 << 20, ARENA_PLAIN);
    struct policy_pack *one POLICY_PACK_SCOPE = case_pack("manchester-2016");
    struct policy_pack *other POLICY_PACK_SCOPE = case_pack("bexley-2015");
    struct quick *quick = quick_new(POLICY_REPLAY_EXACT, held);
    uint64_t random = 3;
    (void)state;
    assert_true(quick && quick_add(quick, one));
    struct text line = random_line(one, POLICY_SHARE, 0, &random, scratch);
    struct text strange = random_line(other, POLICY_SHARE, 0, &random, scratch);
    assert_true(quick_same(quick, line));
    assert_false(quick_same(quick, strange)); /* not loaded yet */
    assert_true(quick_add(quick, other));
    for (int n = 0; n < 3; n++) {
        assert_true(quick_same(quick, strange));
        assert_true(quick_same(quick, line));
    }
    quick_free(&quick);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_quick_way_leads_to_the_same),
        cmocka_unit_test(lines_of_several_packs_are_told_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
