#include "cases.h"

#include "base/bytes.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* Every pack of the repository is proven, says who it is, and has words for all that it says. */

static struct arena *arena;
static struct text *id;
static size_t ids;

static int list(void **state)
{
    struct error error;
    (void)state;
    arena = arena_new((size_t)512 << 20, ARENA_PLAIN);
    return arena && !policy_pack_list("packs", arena, &id, &ids, &error) && ids ? 0 : -1;
}

static int unlist(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static void every_pack_is_proven(void **state)
{
    (void)state;
    for (size_t p = 0; p < ids; p++) {
        struct error error = {0};
        struct policy_pack *pack POLICY_PACK_SCOPE = case_pack(arena_string(arena, id[p]));
        struct buffer report = buffer_in(arena);
        int result = policy_check(pack, arena, &report, &error);
        printf("%.*s", TEXT_ARGS(buffer_result(&report)));
        assert_int_equal(result, 0);
    }
}

static bool plain(const struct policy_pack *pack, enum policy_words_kind kind, struct text code)
{
    struct policy_words words;
    policy_words(pack, kind, code, &words);
    return words.title.n && !text_equal(words.title, code);
}

/* Codes that answers with nothing known and with random facts list have words. */
static void every_code_has_words(void **state)
{
    uint64_t random = 5;
    (void)state;
    for (size_t p = 0; p < ids; p++) {
        struct policy_pack *pack POLICY_PACK_SCOPE = case_pack(arena_string(arena, id[p]));
        for (int n = 0; n < 600; n++) {
            struct arena *inner ARENA_SCOPE = arena_new((size_t)64 << 20, ARENA_PLAIN);
            struct policy_facts *facts = policy_facts_new(pack, inner);
            struct policy_answer answer;
            struct error error;
            for (size_t f = 0; f < policy_fact_count(pack); f++) {
                const struct policy_fact_info *info = policy_fact_info(pack, f);
                if (info->values && case_random(&random) % 8)
                    assert_int_equal(policy_facts_set(facts, info->key,
                                                      info->value[case_random(&random) % info->values],
                                                      &error),
                                     0);
            }
            for (int d = 0; d < POLICY_DECISIONS; d++) {
                if (!policy_pack_info(pack)->decides[d])
                    continue;
                assert_int_equal(policy_answer(pack, (enum policy_decision)d, facts, inner, &answer, &error),
                                 0);
                enum policy_words_kind outcome[] = {POLICY_WORDS_OUTCOME, POLICY_WORDS_CONSENT,
                                                    POLICY_WORDS_CHANNEL, POLICY_WORDS_RETENTION,
                                                    POLICY_WORDS_DEADLINE};
                if (answer.outcome.p && !plain(pack, outcome[d], answer.outcome))
                    fail_msg("no words for %.*s", TEXT_ARGS(answer.outcome));
                for (size_t i = 0; i < answer.bases; i++)
                    if (!plain(pack, POLICY_WORDS_BASIS, answer.basis[i]))
                        fail_msg("no words for %.*s", TEXT_ARGS(answer.basis[i]));
                for (size_t i = 0; i < answer.obligations; i++)
                    if (!plain(pack, POLICY_WORDS_OBLIGATION, answer.obligation[i]))
                        fail_msg("no words for %.*s", TEXT_ARGS(answer.obligation[i]));
                for (size_t i = 0; i < answer.conditions; i++)
                    if (!plain(pack, POLICY_WORDS_CONDITION, answer.condition[i]))
                        fail_msg("no words for %.*s", TEXT_ARGS(answer.condition[i]));
            }
        }
    }
}

static void every_question_can_be_asked(void **state)
{
    (void)state;
    for (size_t p = 0; p < ids; p++) {
        struct policy_pack *pack POLICY_PACK_SCOPE = case_pack(arena_string(arena, id[p]));
        for (int d = 0; d < POLICY_DECISIONS; d++)
            for (size_t f = 0; f < policy_fact_count(pack); f++) {
                const struct policy_fact_info *info = policy_fact_info(pack, f);
                struct policy_question q;
                struct error error;
                if (!policy_fact_matters(pack, (enum policy_decision)d, info->key))
                    continue;
                assert_int_equal(
                    policy_question_of(pack, (enum policy_decision)d, info->key, arena, &q, &error), 0);
                if (!text_ends(q.question, TEXT("?")) || !q.citations || !q.why.n)
                    fail_msg("%.*s: the question about %.*s is not whole", TEXT_ARGS(id[p]),
                             TEXT_ARGS(info->key));
                for (size_t o = 0; o < q.options; o++)
                    assert_true(q.option[o].label.n > 0);
            }
    }
}

static void the_hash_is_of_what_decides(void **state)
{
    struct error error;
    (void)state;
    struct policy_pack *one POLICY_PACK_SCOPE = case_pack("manchester-2016");
    struct policy_pack *again POLICY_PACK_SCOPE = case_pack("manchester-2016");
    struct text sha = policy_pack_info(one)->sha256;
    assert_int_equal(sha.n, 64);
    assert_true(text_equal(sha, policy_pack_info(again)->sha256));
    const char *build = getenv("PROVISO_BUILD");
    build = build ? build : "/tmp";
    char command[1024];
    snprintf(
        command, sizeof command,
        "rm -rf '%s/packs-hash' && cp -r packs '%s/packs-hash' && sed -i "
        "'s/There is consent: share/There is consent, share/' '%s/packs-hash/manchester-2016/policy.dmn'",
        build, build, build);
    assert_int_equal(system(command), 0);
    snprintf(command, sizeof command, "%s/packs-hash", build);
    struct policy_pack *changed POLICY_PACK_SCOPE = NULL;
    assert_int_equal(policy_pack_load(command, "manchester-2016", &changed, &error), 0);
    assert_false(text_equal(sha, policy_pack_info(changed)->sha256));
}

/* A version is kept as the bytes that it was read from, and read again from them when the folder has another. */
static void a_pack_is_read_from_its_own_bytes(void **state)
{
    (void)state;
    for (size_t p = 0; p < ids; p++) {
        const char *name = arena_string(arena, id[p]);
        struct policy_pack *pack POLICY_PACK_SCOPE = case_pack(name);
        struct policy_pack *again POLICY_PACK_SCOPE = NULL;
        struct policy_pack *renamed POLICY_PACK_SCOPE = NULL;
        struct buffer report = buffer_in(arena), report_again = buffer_in(arena);
        struct error error = {0};
        const struct policy_pack_files *lent = policy_pack_files(pack);
        struct policy_pack_files bytes = {arena_text(arena, lent->vocabulary), arena_text(arena, lent->words),
                                          arena_text(arena, lent->pack), arena_text(arena, lent->rules),
                                          arena_text(arena, lent->safety)};
        assert_int_equal(policy_check(pack, arena, &report, &error), 0);
        assert_int_equal(policy_pack_read(name, &bytes, &again, &error), 0);
        memset((char *)bytes.rules.p, ' ', bytes.rules.n); /* it keeps its own */
        memset((char *)bytes.safety.p, ' ', bytes.safety.n);
        assert_int_equal(policy_check(again, arena, &report_again, &error), 0);
        assert_true(text_equal(buffer_result(&report), buffer_result(&report_again)));
        assert_true(text_equal(policy_pack_info(pack)->sha256, policy_pack_info(again)->sha256));
        assert_true(text_equal(lent->rules, policy_pack_files(again)->rules));
        assert_true(text_equal(lent->safety, policy_pack_files(again)->safety));
        assert_int_equal(policy_pack_read("another", lent, &renamed, &error), ERROR_INPUT);
        assert_int_equal(policy_pack_read("../x", lent, &renamed, &error), ERROR_INPUT);
        size_t held = policy_pack_memory(pack);
        assert_true(held > lent->rules.n + lent->vocabulary.n && held < ((size_t)4 << 20));
    }
}

static void questions_are_few(void **state)
{
    (void)state;
    for (size_t p = 0; p < ids; p++) {
        struct policy_pack *pack POLICY_PACK_SCOPE = case_pack(arena_string(arena, id[p]));
        struct policy_measure m;
        struct error error;
        assert_int_equal(policy_measure(pack, POLICY_SHARE, &m, &error), 0);
        if (m.chosen < m.bound || m.chosen > m.listed || m.chosen > 10 || m.chosen < 1)
            fail_msg("%.*s: %.2f as chosen, %.2f as listed, at least %.2f", TEXT_ARGS(id[p]), m.chosen,
                     m.listed, m.bound);
    }
}

static void every_pack_shows_its_tables(void **state)
{
    (void)state;
    for (size_t p = 0; p < ids; p++) {
        struct policy_pack *pack POLICY_PACK_SCOPE = case_pack(arena_string(arena, id[p]));
        struct buffer out = buffer_in(arena);
        struct error error;
        assert_int_equal(policy_show(pack, arena, &out, &error), 0);
        assert_true(text_find(buffer_result(&out), TEXT("record-decision")) > 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_pack_is_proven),        cmocka_unit_test(every_code_has_words),
        cmocka_unit_test(every_question_can_be_asked), cmocka_unit_test(the_hash_is_of_what_decides),
        cmocka_unit_test(every_pack_shows_its_tables), cmocka_unit_test(questions_are_few),
        cmocka_unit_test(a_pack_is_read_from_its_own_bytes),
    };
    return cmocka_run_group_tests(tests, list, unlist);
}
