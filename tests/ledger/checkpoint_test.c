#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base.h"
#include "codec.h"
#include "ledger.h"
#include "signer.h"

#define ORIGIN "log.example/partnership"
#define ROOT "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="

static struct arena *arena;
static struct error error;

static int setup(void **state)
{
    (void)state;
    arena = arena_new(64 << 20, ARENA_PLAIN);
    return 0;
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
    static const struct text good[] = {
        TEXT_INIT("example.com/behind-the-sofa\n20852163\n" ROOT "\n"),
        TEXT_INIT("o\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"),
        TEXT_INIT("any origin will do + this\n9223372036854775807\n" ROOT "\n"),
        TEXT_INIT("o\n1\n" ROOT "\nextension one\nextension two\n"),
    };
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        struct ledger_checkpoint checkpoint;
        struct text again;
        assert_int_equal(ledger_checkpoint_parse(good[i], &checkpoint, &error), 0);
        assert_int_equal(ledger_checkpoint_text(arena, &checkpoint, &again, &error), 0);
        assert_true(text_equal(good[i], again));
    }
    struct ledger_checkpoint checkpoint;
    assert_int_equal(ledger_checkpoint_parse(good[0], &checkpoint, &error), 0);
    assert_true(checkpoint.head.size == 20852163);
    assert_int_equal(checkpoint.head.root.byte[0], 0x0a);
    assert_int_equal(checkpoint.head.root.byte[31], 0x62);
    assert_int_equal(checkpoint.extension.n, 0);
}

static void refused(void **state)
{
    (void)state;
    static const struct text bad[] = {
        TEXT_INIT(""),
        TEXT_INIT("\n"),
        TEXT_INIT("o\n"),
        TEXT_INIT("o\n1\n"),
        TEXT_INIT("o\n1\n" ROOT),
        TEXT_INIT("\n1\n" ROOT "\n"),
        TEXT_INIT("o\n01\n" ROOT "\n"),
        TEXT_INIT("o\n+1\n" ROOT "\n"),
        TEXT_INIT("o\n-1\n" ROOT "\n"),
        TEXT_INIT("o\n 1\n" ROOT "\n"),
        TEXT_INIT("o\n1 \n" ROOT "\n"),
        TEXT_INIT("o\n\n" ROOT "\n"),
        TEXT_INIT("o\n0x1\n" ROOT "\n"),
        TEXT_INIT("o\n00\n" ROOT "\n"),
        TEXT_INIT("o\n9223372036854775808\n" ROOT "\n"),
        TEXT_INIT("o\n18446744073709551616\n" ROOT "\n"),
        TEXT_INIT("o\n99999999999999999999999\n" ROOT "\n"),
        TEXT_INIT("o\n0\n" ROOT "\n"),
        TEXT_INIT("o\n1\n\n"),
        TEXT_INIT("o\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I\n"),
        TEXT_INIT("o\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2J=\n"),
        TEXT_INIT("o\n1\nCsUYapGGPo4dkMgIAUqom_Xajj7h2fB2MPA3j2jxq2I=\n"),
        TEXT_INIT("o\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxqw==\n"),
        TEXT_INIT("o\n1\n " ROOT "\n"),
        TEXT_INIT("o\n1\n" ROOT " \n"),
        TEXT_INIT("o\n1\n" ROOT "\n\n"),
        TEXT_INIT("o\n1\n" ROOT "\nx\n\ny\n"),
        TEXT_INIT("o\n1\n" ROOT "\nx"),
        TEXT_INIT("o\r\n1\r\n" ROOT "\r\n"),
        TEXT_INIT("\xff\n1\n" ROOT "\n"),
    };
    struct ledger_checkpoint checkpoint = {.head = {.size = 42}};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        if (ledger_checkpoint_parse(bad[i], &checkpoint, &error) != ERROR_INPUT)
            fail_msg("accepted number %zu", i);
    assert_true(checkpoint.head.size == 42);
}

static void writing_refused(void **state)
{
    (void)state;
    struct text out;
    struct ledger_checkpoint good = {.origin = TEXT("o"), .head = {1, {{1}}}}, bad = good;
    assert_int_equal(ledger_checkpoint_text(arena, &good, &out, &error), 0);
    bad.origin = TEXT("");
    assert_int_equal(ledger_checkpoint_text(arena, &bad, &out, &error), ERROR_INPUT);
    bad.origin = TEXT("a\nb");
    assert_int_equal(ledger_checkpoint_text(arena, &bad, &out, &error), ERROR_INPUT);
    bad.origin = TEXT("a\tb");
    assert_int_equal(ledger_checkpoint_text(arena, &bad, &out, &error), ERROR_INPUT);
    bad = good;
    bad.extension = TEXT("no newline");
    assert_int_equal(ledger_checkpoint_text(arena, &bad, &out, &error), ERROR_INPUT);
    bad.extension = TEXT("\n");
    assert_int_equal(ledger_checkpoint_text(arena, &bad, &out, &error), ERROR_INPUT);
    bad = good;
    bad.head.size = LEDGER_SIZE_MAX + 1;
    assert_int_equal(ledger_checkpoint_text(arena, &bad, &out, &error), ERROR_INPUT);
    bad.head.size = 0;
    assert_int_equal(ledger_checkpoint_text(arena, &bad, &out, &error), ERROR_INPUT);
}

static void opening_a_signed_one(void **state)
{
    (void)state;
    struct test_signer log_key, witness, other;
    test_signer_make(&log_key, LEDGER_KEY_LOG, ORIGIN, 1);
    test_signer_make(&witness, LEDGER_KEY_WITNESS, "witness.example/one", 2);
    test_signer_make(&other, LEDGER_KEY_LOG, "log.example/other", 3);
    struct ledger_checkpoint made = {.origin = TEXT(ORIGIN), .head = {12, {{9, 8, 7}}}}, found;
    struct text text, note;
    assert_int_equal(ledger_checkpoint_text(arena, &made, &text, &error), 0);
    struct ledger_signer signers[2] = {log_key.signer, witness.signer};
    assert_int_equal(test_note_sign(arena, text, signers, 2, 1700000000, &note, &error), 0);
    struct ledger_key keys[2] = {log_key.signer.key, witness.signer.key}, reversed[2] = {keys[1], keys[0]};
    struct ledger_key wrong[2] = {other.signer.key, keys[1]};
    struct ledger_note_verdict verdict[2];
    assert_int_equal(ledger_checkpoint_open(arena, note, TEXT(ORIGIN), keys, 2, &found, verdict, &error), 0);
    assert_true(found.head.size == 12 && ledger_hash_equal(&found.head.root, &made.head.root));
    assert_true(verdict[1].time == 1700000000);
    assert_int_equal(ledger_checkpoint_open(arena, note, TEXT(ORIGIN), reversed, 2, &found, NULL, &error), 0);
    assert_int_equal(ledger_checkpoint_open(arena, note, TEXT(ORIGIN), wrong, 2, &found, NULL, &error),
                     ERROR_CHECK);
    assert_int_equal(ledger_checkpoint_open(arena, note, TEXT("log.example"), keys, 2, &found, NULL, &error),
                     ERROR_CHECK);
    assert_int_equal(ledger_checkpoint_open(arena, note, TEXT(ORIGIN), keys, 0, &found, NULL, &error),
                     ERROR_CHECK);

    char *flipped = arena_string(arena, note);
    for (size_t bit = 0; bit < note.n * 8; bit++) {
        ARENA_SCOPE struct arena *own = arena_new(1 << 20, ARENA_PLAIN);
        flipped[bit / 8] = (char)(flipped[bit / 8] ^ (1 << bit % 8));
        int result = ledger_checkpoint_open(own, (struct text){flipped, note.n}, TEXT(ORIGIN), keys, 2, &found,
                                            verdict, &error);
        if (result == 0 && verdict[1].signed_by)
            fail_msg("bit %zu does not count", bit);
        flipped[bit / 8] = (char)(flipped[bit / 8] ^ (1 << bit % 8));
    }

    /* The log's own signature under text that is no checkpoint. */
    assert_int_equal(test_note_sign(arena, TEXT("hello\n"), signers, 1, 0, &note, &error), 0);
    assert_int_equal(ledger_checkpoint_open(arena, note, TEXT(ORIGIN), keys, 2, &found, NULL, &error),
                     ERROR_INPUT);
}

/* A number has one form, so that two readers of a line see the same log. */
static void decimals(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        uint64_t value;
    } good[] = {{"0", 0}, {"9", 9}, {"10", 10}, {"9223372036854775807", INT64_MAX}};
    static const char *const bad[] = {"",   "00", "01", "-1", "+1", " 1", "1 ", "1\n", "1/", "/",  ":", "1:", "1;", "a", "1a", "0x1",
                                      "1.", "1e3", "9223372036854775808", "9999999999999999999", "18446744073709551616"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        uint64_t value = 5;
        assert_true(ledger_decimal_parse(text_of(good[i].text), &value) && value == good[i].value);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        uint64_t value;
        if (ledger_decimal_parse(text_of(bad[i]), &value))
            fail_msg("'%s' is read as %llu", bad[i], (unsigned long long)value);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(both_ways), cmocka_unit_test(refused),
                                       cmocka_unit_test(writing_refused), cmocka_unit_test(decimals),
                                       cmocka_unit_test(opening_a_signed_one)};
    return cmocka_run_group_tests(tests, setup, teardown);
}
