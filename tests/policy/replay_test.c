#include "cases.h"

/* Recorded answers worked out again: what comes out the same, what does not, and how that is counted. */

static struct arena *arena;
static struct policy_pack *manchester, *bexley;

static int load(void **state)
{
    (void)state;
    arena = arena_new((size_t)256 << 20, ARENA_PLAIN);
    manchester = case_pack("manchester-2016");
    bexley = case_pack("bexley-2015");
    return arena && manchester && bexley ? 0 : -1;
}

static int unload(void **state)
{
    (void)state;
    policy_pack_free(&manchester);
    policy_pack_free(&bexley);
    arena_free(&arena);
    return 0;
}

static const struct json *json_of(struct text t)
{
    const struct json *value;
    struct error error;
    assert_int_equal(json_read(arena, t, "test", &value, &error), 0);
    return value;
}

/* The answer to facts as it would be recorded; the first `from` in it made `to`. */
static struct policy_recorded recorded(const struct policy_pack *pack, enum policy_decision decision,
                                       const char *facts, const char *from, const char *to)
{
    struct policy_answer answer = case_answer(pack, decision, facts);
    struct buffer out = buffer_in(arena), changed = buffer_in(arena);
    struct json_writer w = json_writer_in(&out);
    policy_answer_write(&answer, &w);
    struct text t = buffer_result(&out);
    if (from) {
        ptrdiff_t at = text_find(t, text_of(from));
        assert_true(at >= 0);
        buffer_text(&changed, text_cut(t, 0, (size_t)at));
        buffer_string(&changed, to);
        buffer_text(&changed, text_cut(t, (size_t)at + strlen(from), t.n));
        t = buffer_result(&changed);
    }
    return (struct policy_recorded){decision, json_of(text_of(facts)), json_of(t), TEXT("one")};
}

static struct policy_replayed replay(struct policy_replay *r, const struct policy_pack *pack,
                                     struct policy_recorded one, int expect)
{
    struct policy_replayed out;
    struct error error;
    assert_int_equal(policy_replay_one(r, pack, &one, arena, &out, &error), expect);
    return out;
}

#define NONE "{\"purpose\":\"none\"}"
#define SETTLED "{\"purpose\":\"section-17\",\"identifies\":\"living-person\",\"confidential\":false}"

static void what_was_said_comes_out_again(void **state)
{
    static const char *const facts[POLICY_DECISIONS] = {
        [POLICY_SHARE] = NONE,
        [POLICY_CONSENT] = "{\"subject_age\":30}",
        [POLICY_CHANNEL] = "{\"medium\":\"fax\",\"personal\":true}",
        [POLICY_RETENTION] = "{}",
        [POLICY_DEADLINE] = "{\"matter\":\"policy-review\"}",
    };
    struct policy_replay *r = policy_replay_new(POLICY_REPLAY_EXACT, arena);
    size_t count;
    (void)state;
    for (int d = 0; d < POLICY_DECISIONS; d++) {
        struct policy_replayed one =
            replay(r, manchester, recorded(manchester, (enum policy_decision)d, facts[d], NULL, NULL), 0);
        assert_int_equal(one.kind, POLICY_REPLAYED_SAME);
        assert_true(text_equal(one.was, one.now));
    }
    struct policy_replay_sum sum = policy_replay_sum(r);
    assert_int_equal(sum.answers, POLICY_DECISIONS);
    assert_int_equal(sum.same, POLICY_DECISIONS);
    (void)policy_replay_counts(r, &count);
    assert_int_equal(count, 0);
}

static void what_was_altered_is_told_and_counted(void **state)
{
    struct policy_replay *r = policy_replay_new(POLICY_REPLAY_EXACT, arena);
    size_t count;
    (void)state;
    struct policy_replayed one = replay(
        r, manchester, recorded(manchester, POLICY_SHARE, SETTLED, "record-decision", "refer-police"), 0);
    assert_int_equal(one.kind, POLICY_REPLAYED_DIFFERS);
    assert_true(text_equal(one.was, TEXT("share")) && text_equal(one.now, TEXT("share")));
    assert_true(text_equal(one.members, TEXT("obligations")));
    for (int i = 0; i < 2; i++)
        one = replay(r, manchester, recorded(manchester, POLICY_SHARE, NONE, "do-not-share", "share"), 0);
    assert_true(text_equal(one.was, TEXT("share")) && text_equal(one.now, TEXT("do-not-share")));
    const struct policy_replay_count *list = policy_replay_counts(r, &count);
    assert_int_equal(count, 2);
    assert_int_equal(list[0].count, 2);
    assert_true(text_equal(list[0].facts, text_of(NONE)) && text_equal(list[0].example, TEXT("one")));
    assert_int_equal(list[1].count, 1);
    assert_int_equal(policy_replay_sum(r).differ, 3);
    replay(r, manchester,
           (struct policy_recorded){POLICY_SHARE, json_of(TEXT("{}")), json_of(TEXT("{}")), {0}},
           ERROR_INPUT);
}

static void another_version_is_not_taken_for_this_one(void **state)
{
    struct policy_replay *r = policy_replay_new(POLICY_REPLAY_EXACT, arena);
    (void)state;
    struct policy_recorded other[] = {
        recorded(manchester, POLICY_SHARE, NONE, "\"pack_version\":\"2016", "\"pack_version\":\"2017"),
        recorded(manchester, POLICY_SHARE, NONE, "\"pack_sha256\":\"", "\"pack_sha256\":\"0"),
        recorded(bexley, POLICY_SHARE, NONE, NULL, NULL),
    };
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(replay(r, manchester, other[i], 0).kind, POLICY_REPLAYED_OTHER_PACK);
    assert_int_equal(policy_replay_sum(r).other_pack, 3);
    assert_int_equal(policy_replay_sum(r).same, 0);
}

static void under_another_pack_outcomes_are_compared(void **state)
{
    struct policy_replay *r = policy_replay_new(POLICY_REPLAY_OUTCOME, arena);
    (void)state;
    struct policy_replayed one = replay(r, bexley, recorded(manchester, POLICY_SHARE, NONE, NULL, NULL), 0);
    assert_int_equal(one.kind, POLICY_REPLAYED_SAME);
    one = replay(r, bexley, recorded(manchester, POLICY_SHARE, SETTLED, NULL, NULL), 0);
    assert_int_equal(one.kind, POLICY_REPLAYED_DIFFERS);
    assert_true(text_equal(one.was, TEXT("share")) && text_equal(one.now, TEXT("open")));
    struct policy_recorded strange = recorded(manchester, POLICY_SHARE, NONE, NULL, NULL);
    strange.facts = json_of(TEXT("{\"purpose\":\"none\",\"a_fact_of_its_own\":\"x\",\"sensitive\":7}"));
    one = replay(r, bexley, strange, 0);
    assert_int_equal(one.kind, POLICY_REPLAYED_SAME);
    assert_int_equal(policy_replay_sum(r).left_out, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_said_comes_out_again),
        cmocka_unit_test(what_was_altered_is_told_and_counted),
        cmocka_unit_test(another_version_is_not_taken_for_this_one),
        cmocka_unit_test(under_another_pack_outcomes_are_compared),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
