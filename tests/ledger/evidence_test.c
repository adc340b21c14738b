/* Evidence in one file: from a real log of some size, both ways, and broken in every way. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base.h"
#include "ledger.h"
#include "memory_storage.h"
#include "signer.h"

#define ORIGIN "log.example/partnership"
enum { SIZE = 300, INDEX = 261 };

static struct arena *arena;
static struct error error;
static struct test_signer log_key, witness;
static struct ledger_key keys[2];
static struct ledger_evidence evidence;

static int setup(void **state)
{
    (void)state;
    struct memory_storage memory = {0};
    struct ledger_storage storage = memory_storage(&memory);
    struct ledger_edge edge = {0};
    struct ledger_growth growth;
    struct text leaves[SIZE], text;
    arena = arena_new(64 << 20, ARENA_PLAIN);
    test_signer_make(&log_key, LEDGER_KEY_LOG, ORIGIN, 1);
    test_signer_make(&witness, LEDGER_KEY_WITNESS, "witness.example/one", 2);
    keys[0] = log_key.signer.key;
    keys[1] = witness.signer.key;
    for (size_t i = 0; i < SIZE; i++)
        leaves[i] = memory_leaf(arena, i);
    struct ledger_signer signers[2] = {log_key.signer, witness.signer};
    struct ledger_checkpoint checkpoint = {.origin = TEXT(ORIGIN)};
    int result = ledger_append(&storage, arena, &edge, leaves, SIZE, &edge, &growth, &error);
    checkpoint.head = growth.to;
    evidence = (struct ledger_evidence){.has_extra = true, .extra = TEXT("what helps"), .index = INDEX};
    if (result == 0)
        result = ledger_inclusion(&storage, arena, SIZE, INDEX, &evidence.inclusion, &error);
    if (result == 0)
        result = ledger_checkpoint_text(arena, &checkpoint, &text, &error);
    if (result == 0)
        result = test_note_sign(arena, text, signers, 2, 1700000000, &evidence.checkpoint, &error);
    memory_storage_free(&memory);
    return result;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static void both_ways(void **state)
{
    (void)state;
    struct ledger_evidence again;
    struct ledger_checkpoint checkpoint;
    struct ledger_note_verdict verdict[2];
    struct text text, text_again;
    for (int with_extra = 0; with_extra < 3; with_extra++) {
        struct ledger_evidence one = evidence;
        one.has_extra = with_extra > 0;
        one.extra = with_extra == 2 ? evidence.extra : TEXT("");
        assert_int_equal(ledger_evidence_text(arena, &one, &text, &error), 0);
        assert_int_equal(ledger_evidence_parse(arena, text, &again, &error), 0);
        assert_int_equal(again.has_extra, one.has_extra);
        assert_true(text_equal(again.extra, one.extra));
        assert_int_equal(ledger_evidence_text(arena, &again, &text_again, &error), 0);
        assert_true(text_equal(text, text_again));
        assert_int_equal(ledger_evidence_check(arena, &again, memory_leaf(arena, INDEX), TEXT(ORIGIN), keys,
                                               2, &checkpoint, verdict, &error),
                         0);
        assert_true(verdict[1].signed_by && verdict[1].time == 1700000000);
    }
    assert_int_equal(
        ledger_evidence_check(arena, &again, memory_leaf(arena, 5), TEXT(ORIGIN), keys, 2, &checkpoint, NULL, &error),
        ERROR_CHECK);
    assert_int_equal(
        ledger_evidence_check(arena, &again, memory_leaf(arena, INDEX), TEXT("other"), keys, 2, &checkpoint, NULL, &error),
        ERROR_CHECK);
    struct ledger_evidence beyond = evidence;
    beyond.index = SIZE;
    assert_int_equal(ledger_evidence_text(arena, &beyond, &text, &error), ERROR_INPUT);
}

/* All of it counts except the extra line, which nothing vouches for. */
static void every_bit_counts(void **state)
{
    (void)state;
    struct text text, leaf = memory_leaf(arena, INDEX);
    struct ledger_evidence plain = evidence;
    plain.has_extra = false;
    assert_int_equal(ledger_evidence_text(arena, &plain, &text, &error), 0);
    char *flipped = arena_string(arena, text);
    for (size_t bit = 0; bit < text.n * 8; bit++) {
        ARENA_SCOPE struct arena *own = arena_new(1 << 20, ARENA_PLAIN);
        struct ledger_evidence found;
        struct ledger_checkpoint checkpoint;
        struct ledger_note_verdict verdict[2] = {{0}};
        flipped[bit / 8] = (char)(flipped[bit / 8] ^ (1 << bit % 8));
        int result = ledger_evidence_parse(own, (struct text){flipped, text.n}, &found, &error);
        if (result == 0)
            result = ledger_evidence_check(own, &found, leaf, TEXT(ORIGIN), keys, 2, &checkpoint, verdict, &error);
        if (result == 0 && verdict[1].signed_by)
            fail_msg("bit %zu does not count", bit);
        flipped[bit / 8] = (char)(flipped[bit / 8] ^ (1 << bit % 8));
    }
    struct ledger_evidence found;
    for (size_t n = 0; n < text.n; n++)
        if (ledger_evidence_parse(arena, text_cut(text, 0, n), &found, &error) == 0) {
            /* Cut behind a signature, the note is whole, but the witness is gone. */
            struct ledger_checkpoint checkpoint;
            struct ledger_note_verdict verdict[2] = {{0}};
            assert_int_equal(
                ledger_evidence_check(arena, &found, leaf, TEXT(ORIGIN), keys, 2, &checkpoint, verdict, &error), 0);
            assert_false(verdict[1].signed_by);
        }
}

static void malformed(void **state)
{
    (void)state;
    struct ledger_evidence found;
    static const char *const head[] = {
        "",
        "c2sp.org/tlog-proof@v2\nindex 0\n\n",
        "c2sp.org/tlog-proof@v1\n\n",
        "c2sp.org/tlog-proof@v1\nindex\n\n",
        "c2sp.org/tlog-proof@v1\nindex 00\n\n",
        "c2sp.org/tlog-proof@v1\nindex -1\n\n",
        "c2sp.org/tlog-proof@v1\nindex 0\nextra AA==\n\n",
        "c2sp.org/tlog-proof@v1\nextra A\nindex 0\n\n",
        "c2sp.org/tlog-proof@v1\nextra AA==\nextra AA==\nindex 0\n\n",
        "c2sp.org/tlog-proof@v1\nindex 0\nAA==\n\n",
        "c2sp.org/tlog-proof@v1\nindex 0\n",
    };
    for (size_t i = 0; i < sizeof head / sizeof head[0]; i++) {
        struct buffer text = buffer_in(arena);
        buffer_string(&text, head[i]);
        buffer_text(&text, evidence.checkpoint);
        if (ledger_evidence_parse(arena, buffer_result(&text), &found, &error) == 0)
            fail_msg("accepted number %zu", i);
    }
    struct buffer good = buffer_in(arena);
    buffer_string(&good, "c2sp.org/tlog-proof@v1\nindex 0\n\n");
    buffer_text(&good, evidence.checkpoint);
    assert_int_equal(ledger_evidence_parse(arena, buffer_result(&good), &found, &error), 0);
    /* One hash more than any proof can have. */
    struct buffer many = buffer_in(arena);
    buffer_string(&many, "c2sp.org/tlog-proof@v1\nindex 0\n");
    for (size_t i = 0; i <= LEDGER_PROOF_MAX; i++)
        buffer_string(&many, "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n");
    buffer_char(&many, '\n');
    buffer_text(&many, evidence.checkpoint);
    assert_int_equal(ledger_evidence_parse(arena, buffer_result(&many), &found, &error), ERROR_INPUT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(both_ways), cmocka_unit_test(every_bit_counts),
                                       cmocka_unit_test(malformed)};
    return cmocka_run_group_tests(tests, setup, teardown);
}
