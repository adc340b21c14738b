/* Keys, signed notes and cosignatures. The literal notes were made by another implementation. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base.h"
#include "ledger.h"
#include "signer.h"

#define ORIGIN "log.example/partnership"
#define WITNESS "witness.example/one"

static struct arena *arena;
static struct test_signer log_key, witness, stranger;
static struct error error;

static int setup(void **state)
{
    (void)state;
    arena = arena_new(64 << 20, ARENA_PLAIN);
    test_signer_make(&log_key, LEDGER_KEY_LOG, ORIGIN, 1);
    test_signer_make(&witness, LEDGER_KEY_WITNESS, WITNESS, 2);
    test_signer_make(&stranger, LEDGER_KEY_LOG, "stranger.example", 3);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static struct text signed_by_both(struct text text)
{
    struct ledger_signer signers[2] = {log_key.signer, witness.signer};
    struct text note;
    assert_int_equal(test_note_sign(arena, text, signers, 2, 1700000000, &note, &error), 0);
    return note;
}

/* The verifier key of the Go checksum database, as its clients carry it. */
static void keys(void **state)
{
    (void)state;
    struct text published = TEXT("sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8");
    struct ledger_key key;
    assert_int_equal(ledger_key_parse(published, &key, &error), 0);
    assert_true(text_equal(key.name, TEXT("sum.golang.org")));
    assert_int_equal(key.id, 0x033de0ae);
    assert_int_equal(key.kind, LEDGER_KEY_LOG);
    assert_true(text_equal(ledger_key_text(arena, &key), published));
    for (size_t i = 0; i < published.n; i++)
        for (unsigned bit = 0; bit < 8; bit++) {
            char flipped[128];
            memcpy(flipped, published.p, published.n);
            flipped[i] = (char)(flipped[i] ^ (1 << bit));
            assert_int_equal(ledger_key_parse((struct text){flipped, published.n}, &key, &error),
                             ERROR_INPUT);
        }
    for (size_t n = 0; n < published.n; n++)
        assert_int_equal(ledger_key_parse(text_cut(published, 0, n), &key, &error), ERROR_INPUT);
    struct text own = ledger_key_text(arena, &witness.signer.key);
    assert_int_equal(ledger_key_parse(own, &key, &error), 0);
    assert_int_equal(key.kind, LEDGER_KEY_WITNESS);
    assert_int_not_equal(key.id, 0);
}

static void key_names(void **state)
{
    (void)state;
    static const char *const refused[] = {
        "",     "a b",   "a+b",      "a\tb", "a\nb", "a\xc2\xa0z", "\xe3\x80\x80", "a\xe2\x80\xaf",
        "\xff", "a\x01", "\xc2\x85",
    };
    uint8_t public_key[32] = {1};
    struct ledger_key key;
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++)
        assert_int_equal(ledger_key_make(LEDGER_KEY_LOG, text_of(refused[i]), public_key, &key, &error),
                         ERROR_INPUT);
    assert_int_equal(ledger_key_make(LEDGER_KEY_LOG, TEXT("t\xc3\xa9l\xc3\xa9.example/\xe2\x80\x94"),
                                     public_key, &key, &error),
                     0);
    assert_int_equal(ledger_key_make((enum ledger_key_kind)2, TEXT("a"), public_key, &key, &error),
                     ERROR_INPUT);
    char name[LEDGER_KEY_NAME_MAX + 1];
    memset(name, 'n', sizeof name);
    assert_int_equal(ledger_key_make(LEDGER_KEY_LOG, (struct text){name, sizeof name}, public_key, &key, &error),
                     ERROR_INPUT);
    assert_int_equal(ledger_key_make(LEDGER_KEY_LOG, (struct text){name, sizeof name - 1}, public_key, &key, &error), 0);
}

static void signing_is_byte_exact(void **state)
{
    (void)state;
    static const char expected[] =
        "first line\n"
        "\n"
        "third line\n"
        "\n"
        "\xe2\x80\x94 log.example/partnership "
        "lb3aU8kMpkZxwMS7i5SaP+1a4RxSLF4Mu1nOcHa7l89DhAOAwVvSWwzy3ZCZ0sl2rnOuXk0f6q0CsM2B66x/1VG4LwQ=\n"
        "\xe2\x80\x94 witness.example/one "
        "Wqm4CAAAAABlU/EAuYT6xmQLYcQTh8kci5zAwSNRRSpVkAJevbMc1oWjMCg/"
        "XR78o7KRELM47WG++nERrXHM5WepykSIulewa8Y4Dg==\n";
    struct text note = signed_by_both(TEXT("first line\n\nthird line\n"));
    assert_true(text_equal(note, text_of(expected)));
}

static void verifying(void **state)
{
    (void)state;
    struct ledger_note note;
    struct ledger_note_verdict verdict[3];
    struct ledger_key known[3] = {stranger.signer.key, witness.signer.key, log_key.signer.key};
    assert_int_equal(ledger_note_parse(arena, signed_by_both(TEXT("a\n\nb\n")), &note, &error), 0);
    assert_true(text_equal(note.text, TEXT("a\n\nb\n")));
    assert_int_equal(note.signature_count, 2);
    assert_int_equal(ledger_note_verify(&note, known, 3, verdict, &error), 0);
    assert_false(verdict[0].signed_by);
    assert_true(verdict[1].signed_by && verdict[1].time == 1700000000);
    assert_true(verdict[2].signed_by && verdict[2].time == 0);
    assert_int_equal(ledger_note_verify(&note, known, 1, verdict, &error), ERROR_CHECK);
    assert_int_equal(ledger_note_verify(&note, known, 0, verdict, &error), ERROR_CHECK);
    assert_int_equal(ledger_note_verify(&note, known + 1, 1, NULL, &error), 0);
    /* The same public key as a witness and as a log are two keys. */
    struct ledger_key other_kind;
    assert_int_equal(
        ledger_key_make(LEDGER_KEY_WITNESS, TEXT(ORIGIN), log_key.signer.key.public_key, &other_kind, &error),
        0);
    assert_int_not_equal(other_kind.id, log_key.signer.key.id);
    assert_int_equal(ledger_note_verify(&note, &other_kind, 1, NULL, &error), ERROR_CHECK);
}

/* One wrong signature of a known key spoils the note, even beside a right one; of an unknown key it is
 * nothing. */
static void one_wrong_signature(void **state)
{
    (void)state;
    struct text good = signed_by_both(TEXT("text\n")), elsewhere = signed_by_both(TEXT("other\n"));
    struct ledger_note note, other;
    assert_int_equal(ledger_note_parse(arena, good, &note, &error), 0);
    assert_int_equal(ledger_note_parse(arena, elsewhere, &other, &error), 0);
    struct ledger_note_signature mixed[3] = {note.signature[0], other.signature[1], note.signature[1]};
    struct ledger_note spoiled = {.text = note.text, .signature_count = 3, .signature = mixed};
    struct ledger_key known[2] = {log_key.signer.key, witness.signer.key};
    assert_int_equal(ledger_note_verify(&spoiled, known, 2, NULL, &error), ERROR_CHECK);
    assert_int_equal(ledger_note_verify(&spoiled, known, 1, NULL, &error), 0);
}

/* Flipping any bit of a signed note leaves nothing that the same two keys have both signed. */
static void every_bit_counts(void **state)
{
    (void)state;
    struct text good = signed_by_both(TEXT("log.example\n7\n"));
    struct ledger_key known[2] = {log_key.signer.key, witness.signer.key};
    char *flipped = arena_string(arena, good);
    for (size_t bit = 0; bit < good.n * 8; bit++) {
        ARENA_SCOPE struct arena *own = arena_new(1 << 20, ARENA_PLAIN);
        struct ledger_note note;
        struct ledger_note_verdict verdict[2] = {{0}};
        flipped[bit / 8] = (char)(flipped[bit / 8] ^ (1 << bit % 8));
        int result = ledger_note_parse(own, (struct text){flipped, good.n}, &note, &error);
        if (result == 0)
            result = ledger_note_verify(&note, known, 2, verdict, &error);
        if (result == 0 && verdict[0].signed_by && verdict[1].signed_by)
            fail_msg("bit %zu does not count", bit);
        flipped[bit / 8] = (char)(flipped[bit / 8] ^ (1 << bit % 8));
    }
}

static void malformed_notes(void **state)
{
    (void)state;
#define GOOD_LINE "\xe2\x80\x94 a.example AAAAAAA=\n"
    static const struct text refused[] = {
        TEXT_INIT(""),
        TEXT_INIT("\n"),
        TEXT_INIT("\n\n"),
        TEXT_INIT("text\n"),
        TEXT_INIT("text\n\n"),
        TEXT_INIT(GOOD_LINE),
        TEXT_INIT("text\n" GOOD_LINE),
        TEXT_INIT("text\n\n" GOOD_LINE "\n"),
        TEXT_INIT("text\n\n\xe2\x80\x94 a.example AAAAAAA="),
        TEXT_INIT("text\r\n\r\n" GOOD_LINE),
        TEXT_INIT("te\txt\n\n" GOOD_LINE),
        TEXT_INIT("te\0xt\n\n" GOOD_LINE),
        TEXT_INIT("te\xffxt\n\n" GOOD_LINE),
        TEXT_INIT("text\n\n- a.example AAAAAAA=\n"),
        TEXT_INIT("text\n\n\xe2\x80\x94"
                  "a.example AAAAAAA=\n"),
        TEXT_INIT("text\n\n\xe2\x80\x94  a.example AAAAAAA=\n"),
        TEXT_INIT("text\n\n\xe2\x80\x94 a.example  AAAAAAA=\n"),
        TEXT_INIT("text\n\n\xe2\x80\x94 a.example AAAAAAA= \n"),
        TEXT_INIT("text\n\n\xe2\x80\x94 a.example\n"),
        TEXT_INIT("text\n\n\xe2\x80\x94 a.example \n"),
        TEXT_INIT("text\n\n\xe2\x80\x94 \n"),
        TEXT_INIT("text\n\n\xe2\x80\x94 a+b AAAAAAA=\n"),
        TEXT_INIT("text\n\n\xe2\x80\x94 a.example AAAAAA==\n"),
        TEXT_INIT("text\n\n\xe2\x80\x94 a.example AAAAAAA\n"),
        TEXT_INIT("text\n\n\xe2\x80\x94 a.example AAAAAAB=\n"),
        TEXT_INIT("text\n\n\xe2\x80\x94 a.example AAAA_AA=\n"),
        TEXT_INIT("text\n\n" GOOD_LINE "extra\n"),
    };
    struct ledger_note note;
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++)
        if (ledger_note_parse(arena, refused[i], &note, &error) != ERROR_INPUT)
            fail_msg("accepted number %zu", i);
    assert_int_equal(ledger_note_parse(arena, TEXT("text\n\n" GOOD_LINE), &note, &error), 0);
    assert_int_equal(note.signature[0].bytes.n, 1);
    /* The last empty line parts them, and a text may hold what looks like a signature. */
    assert_int_equal(ledger_note_parse(arena, TEXT("text\n\n" GOOD_LINE "\n" GOOD_LINE), &note, &error), 0);
    assert_true(text_equal(note.text, TEXT("text\n\n" GOOD_LINE)));
}

/* Nothing is looked at before its beginning. */
static void no_text_is_no_note(void **state)
{
    (void)state;
    const struct text line = TEXT("\nmore\n");
    assert_false(ledger_note_text_valid(text_cut(line, 1, 1)));
    assert_true(ledger_note_text_valid(text_cut(line, 1, 6)));
    assert_false(ledger_note_text_valid(text_cut(line, 1, 5)));
}

static void limits(void **state)
{
    (void)state;
    struct ledger_note note;
    struct text out;
    struct buffer many = buffer_in(arena);
    buffer_string(&many, "text\n\n");
    for (size_t i = 0; i < LEDGER_NOTE_SIGNATURES; i++)
        buffer_string(&many, GOOD_LINE);
    assert_int_equal(ledger_note_parse(arena, buffer_result(&many), &note, &error), 0);
    assert_int_equal(note.signature_count, LEDGER_NOTE_SIGNATURES);
    buffer_string(&many, GOOD_LINE);
    assert_int_equal(ledger_note_parse(arena, buffer_result(&many), &note, &error), ERROR_TOO_LARGE);
    /* Whoever signs beside us may have a longer name than a key of ours. */
    char name[4 * LEDGER_KEY_NAME_MAX] = "";
    memset(name, 'n', sizeof name - 1);
    struct text beside = arena_format(arena, "text\n\n\xe2\x80\x94 %s AAAAAAA=\n", name);
    assert_int_equal(test_note_add(arena, beside, &witness.signer, 1, &out, &error), 0);
    assert_int_equal(ledger_note_parse(arena, out, &note, &error), 0);
    assert_true(text_equal(note.signature[0].name, text_of(name)));
    assert_int_equal(ledger_note_verify(&note, &witness.signer.key, 1, NULL, &error), 0);
    char *large = arena_alloc(arena, LEDGER_NOTE_LIMIT + 1);
    memset(large, '\n', LEDGER_NOTE_LIMIT + 1);
    assert_int_equal(ledger_note_parse(arena, (struct text){large, LEDGER_NOTE_LIMIT + 1}, &note, &error),
                     ERROR_TOO_LARGE);
    assert_int_equal(ledger_note_sign_line(arena, TEXT("a\n"), &witness.signer, UINT64_MAX, &out, &error), ERROR_INPUT);
}

/* A witness signs again as the log stands still; the latest time counts. A time beyond the range is refused.
 */
static void witness_times(void **state)
{
    (void)state;
    struct text note;
    struct ledger_note parsed;
    struct ledger_note_verdict verdict;
    assert_int_equal(test_note_sign(arena, TEXT("t\n"), &witness.signer, 1, 500, &note, &error), 0);
    assert_int_equal(test_note_add(arena, note, &witness.signer, 900, &note, &error), 0);
    assert_int_equal(test_note_add(arena, note, &witness.signer, 700, &note, &error), 0);
    assert_int_equal(ledger_note_parse(arena, note, &parsed, &error), 0);
    assert_int_equal(ledger_note_verify(&parsed, &witness.signer.key, 1, &verdict, &error), 0);
    assert_true(verdict.time == 900);
    /* The first and the last time that there is; no clock has either. */
    static const uint64_t times[] = {0, INT64_MAX};
    for (size_t i = 0; i < 2; i++) {
        struct ledger_note edge;
        assert_int_equal(test_note_sign(arena, TEXT("t\n"), &witness.signer, 1, times[i], &note, &error), 0);
        assert_int_equal(ledger_note_parse(arena, note, &edge, &error), 0);
        assert_int_equal(ledger_note_verify(&edge, &witness.signer.key, 1, &verdict, &error), 0);
        assert_true(verdict.signed_by && verdict.time == times[i]);
    }
    assert_true(ledger_note_time(0) == 1 && ledger_note_time(1) == 1 && ledger_note_time(1790000060) == 1790000060);
    assert_true(ledger_note_time(INT64_MAX) == INT64_C(253402300799) && ledger_note_time(UINT64_MAX) == INT64_C(253402300799));
    char *bytes = arena_string(arena, parsed.signature[0].bytes);
    bytes[0] = (char)0x80;
    struct ledger_note_signature absurd = parsed.signature[0];
    absurd.bytes.p = bytes;
    struct ledger_note wrong = {.text = parsed.text, .signature_count = 1, .signature = &absurd};
    assert_int_equal(ledger_note_verify(&wrong, &witness.signer.key, 1, &verdict, &error), ERROR_CHECK);
    absurd = parsed.signature[0];
    absurd.bytes.n--;
    assert_int_equal(ledger_note_verify(&wrong, &witness.signer.key, 1, &verdict, &error), ERROR_CHECK);
}

/* A signature has one form: nothing stands before it, or between a witness's time and what it signs with. */
static void one_form(void **state)
{
    (void)state;
    const struct test_signer *const signer[] = {&log_key, &witness};
    static const size_t time[] = {0, 8};
    for (size_t i = 0; i < 2; i++) {
        struct text note;
        struct ledger_note parsed;
        assert_int_equal(test_note_sign(arena, TEXT("t\n"), &signer[i]->signer, 1, 500, &note, &error), 0);
        assert_int_equal(ledger_note_parse(arena, note, &parsed, &error), 0);
        struct text right = parsed.signature[0].bytes;
        struct ledger_note_signature one = parsed.signature[0];
        struct ledger_note other = {.text = parsed.text, .signature_count = 1, .signature = &one};
        assert_int_equal(ledger_note_verify(&other, &signer[i]->signer.key, 1, NULL, &error), 0);
        struct buffer longer = buffer_in(arena);
        buffer_bytes(&longer, right.p, time[i]);
        buffer_bytes(&longer, "more", 4);
        buffer_bytes(&longer, right.p + time[i], right.n - time[i]);
        one.bytes = buffer_result(&longer);
        assert_int_equal(ledger_note_verify(&other, &signer[i]->signer.key, 1, NULL, &error), ERROR_CHECK);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys),
        cmocka_unit_test(key_names),
        cmocka_unit_test(signing_is_byte_exact),
        cmocka_unit_test(verifying),
        cmocka_unit_test(one_wrong_signature),
        cmocka_unit_test(every_bit_counts),
        cmocka_unit_test(malformed_notes),
        cmocka_unit_test(limits),
        cmocka_unit_test(no_text_is_no_note),
        cmocka_unit_test(witness_times),
        cmocka_unit_test(one_form),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
