#include "cases.h"

#include <math.h>

/*
 * The exact means against trying every case: small packs made up by lot, every completion asked question by
 * question, and for the bound every set of facts tried on every case.
 */
enum { FACTS = 5, PACKS = 12, RULES = 7, MOST_CASES = 4 * 4 * 4 * 4 * 4 };

static const char *const key[FACTS] = {"fa", "fb", "fc", "fd", "fe"};

struct world {
    struct policy_pack *pack;
    size_t width[FACTS], cases;
    struct text outcome[MOST_CASES];
    struct arena *arena;
};

static size_t value_of(const struct world *w, size_t number, size_t fact)
{
    for (size_t f = 0; f < fact; f++)
        number /= w->width[f];
    return number % w->width[fact];
}

static struct text name_of(struct arena *arena, size_t value)
{
    return arena_format(arena, "v%zu", value);
}

static void make(struct world *w, const struct policy_pack *like, uint64_t *random)
{
    struct buffer pack = buffer_in(w->arena), dmn = buffer_in(w->arena);
    struct error error = {0};
    static const char *const gives[] = {"share", "do-not-share", "seek-advice"};
    buffer_string(
        &pack,
        "{\"id\":\"lot\",\"title\":\"t\",\"version\":\"1\",\"valid_from\":\"2020-01-01\",\"sources\":[{"
        "\"code\":\"X\",\"title\":\"x\"}],\"facts\":[");
    buffer_string(&dmn,
                  "<definitions xmlns=\"https://www.omg.org/spec/DMN/20191111/MODEL/\" id=\"m\" name=\"m\" "
                  "namespace=\"urn:m\">");
    w->cases = 1;
    for (size_t f = 0; f < FACTS; f++) {
        w->width[f] = 2 + (size_t)(case_random(random) % 3);
        w->cases *= w->width[f];
        buffer_format(&pack, "%s{\"key\":\"%s\",\"kind\":\"choice\",\"weight\":%d,\"values\":[", f ? "," : "",
                      key[f], 1 + (int)(case_random(random) % 3));
        for (size_t v = 0; v < w->width[f]; v++)
            buffer_format(&pack, "%s\"v%zu\"", v ? "," : "", v);
        buffer_string(&pack, "]}");
        buffer_format(&dmn, "<inputData id=\"%s\" name=\"%s\"/>", key[f], key[f]);
    }
    buffer_string(&pack, "]}");
    buffer_string(&dmn, "<decision id=\"outcome\" name=\"outcome\">");
    for (size_t f = 0; f < FACTS; f++)
        buffer_format(&dmn, "<informationRequirement><requiredInput href=\"#%s\"/></informationRequirement>",
                      key[f]);
    buffer_string(&dmn, "<decisionTable hitPolicy=\"FIRST\">");
    for (size_t f = 0; f < FACTS; f++)
        buffer_format(&dmn, "<input><inputExpression><text>%s</text></inputExpression></input>", key[f]);
    buffer_string(&dmn, "<output/><annotation name=\"source\"/><annotation name=\"where\"/>");
    for (size_t r = 0; r < RULES; r++) {
        buffer_string(&dmn, "<rule>");
        for (size_t f = 0; f < FACTS; f++)
            if (r + 1 == RULES || case_random(random) % 2)
                buffer_string(&dmn, "<inputEntry><text>-</text></inputEntry>");
            else
                buffer_format(&dmn, "<inputEntry><text>\"v%zu\"</text></inputEntry>",
                              (size_t)(case_random(random) % w->width[f]));
        buffer_format(
            &dmn,
            "<outputEntry><text>\"%s\"</text></outputEntry><annotationEntry><text>X</text></annotationEntry>"
            "<annotationEntry><text>%zu</text></annotationEntry></rule>",
            gives[case_random(random) % 3], r);
    }
    buffer_string(&dmn, "</decisionTable></decision></definitions>");
    struct policy_pack_files files = *policy_pack_files(like);
    files.pack = buffer_result(&pack);
    files.rules = buffer_result(&dmn);
    if (policy_pack_read("lot", &files, &w->pack, &error))
        fail_msg("%s: %s", error.where, error.what);
}

/* What is asked of a case until its outcome stands; `listed`: in the order of the pack. */
static size_t questions(struct world *w, size_t number, bool listed, struct text *outcome)
{
    struct arena *scratch ARENA_SCOPE = arena_new((size_t)64 << 20, ARENA_PLAIN);
    struct policy_facts *facts = policy_facts_new(w->pack, scratch);
    struct error error;
    for (size_t asked = 0;; asked++) {
        struct policy_answer answer;
        assert_int_equal(policy_answer(w->pack, POLICY_SHARE, facts, scratch, &answer, &error), 0);
        if (answer.outcome.p) {
            *outcome = answer.outcome;
            return asked;
        }
        size_t best = FACTS;
        for (size_t f = 0; f < FACTS && best == FACTS; f++)
            if (listed ? case_lists(answer.ask, answer.asks, key[f])
                       : text_equal(answer.ask[0], text_of(key[f])))
                best = f;
        assert_true(best < FACTS);
        struct text value = name_of(scratch, value_of(w, number, best));
        assert_int_equal(policy_facts_set(facts, text_of(key[best]), value, &error), 0);
    }
}

/* Does the set of facts, with the values of the case, settle the outcome? */
static bool settles(const struct world *w, size_t number, unsigned set)
{
    for (size_t other = 0; other < w->cases; other++) {
        bool agrees = true;
        for (size_t f = 0; f < FACTS && agrees; f++)
            agrees = !(set >> f & 1) || value_of(w, number, f) == value_of(w, other, f);
        if (agrees && !text_equal(w->outcome[other], w->outcome[number]))
            return false;
    }
    return true;
}

static size_t fewest(const struct world *w, size_t number)
{
    size_t best = FACTS;
    for (unsigned set = 0; set < 1u << FACTS; set++) {
        size_t size = (size_t)__builtin_popcount(set);
        if (size < best && settles(w, number, set))
            best = size;
    }
    return best;
}

static void means_are_exact(void **state)
{
    struct policy_pack *like POLICY_PACK_SCOPE = case_pack("manchester-2016");
    uint64_t random = 4;
    (void)state;
    for (int n = 0; n < PACKS; n++) {
        struct arena *arena ARENA_SCOPE = arena_new((size_t)64 << 20, ARENA_PLAIN);
        static struct world w;
        struct policy_measure m;
        struct error error;
        double chosen = 0, listed = 0, bound = 0;
        w = (struct world){.arena = arena};
        make(&w, like, &random);
        for (size_t i = 0; i < w.cases; i++) {
            struct text again;
            chosen += (double)questions(&w, i, false, &w.outcome[i]);
            listed += (double)questions(&w, i, true, &again);
            assert_true(text_equal(again, w.outcome[i]));
        }
        for (size_t i = 0; i < w.cases; i++)
            bound += (double)fewest(&w, i);
        assert_int_equal(policy_measure(w.pack, POLICY_SHARE, &m, &error), 0);
        double cases = (double)w.cases;
        if (fabs(m.chosen - chosen / cases) > 1e-9 || fabs(m.listed - listed / cases) > 1e-9 ||
            fabs(m.bound - bound / cases) > 1e-9)
            fail_msg("means %.6f, %.6f, %.6f; case by case %.6f, %.6f, %.6f", m.chosen, m.listed, m.bound,
                     chosen / cases, listed / cases, bound / cases);
        assert_true(m.bound <= m.chosen + 1e-9 && m.bound <= m.listed + 1e-9);
        policy_pack_free(&w.pack);
    }
}

/* Cases drawn by lot from a real pack, asked as a person would be, come near the exact mean. */
static void samples_come_near_the_mean(void **state)
{
    enum { SAMPLES = 400 };
    struct policy_pack *pack POLICY_PACK_SCOPE = case_pack("bexley-2015");
    struct policy_measure m;
    struct error error;
    uint64_t random = 21;
    double sum = 0, squares = 0;
    (void)state;
    assert_int_equal(policy_measure(pack, POLICY_SHARE, &m, &error), 0);
    for (int n = 0; n < SAMPLES; n++) {
        struct arena *scratch ARENA_SCOPE = arena_new((size_t)256 << 20, ARENA_PLAIN);
        struct policy_facts *facts = policy_facts_new(pack, scratch);
        double asked = 0;
        for (;; asked++) {
            struct policy_answer answer;
            assert_int_equal(policy_answer(pack, POLICY_SHARE, facts, scratch, &answer, &error), 0);
            if (answer.outcome.p)
                break;
            const struct policy_fact_info *info = policy_fact_find(pack, answer.ask[0]);
            assert_true(info->values > 0);
            assert_int_equal(
                policy_facts_set(facts, info->key, info->value[case_random(&random) % info->values], &error),
                0);
        }
        sum += asked;
        squares += asked * asked;
    }
    double mean = sum / SAMPLES, spread = sqrt((squares / SAMPLES - mean * mean) / SAMPLES);
    if (fabs(mean - m.chosen) > 4 * spread)
        fail_msg("the mean is %.3f, of %d cases %.3f +- %.3f", m.chosen, (int)SAMPLES, mean, spread);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(means_are_exact),
        cmocka_unit_test(samples_come_near_the_mean),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
