/* A log asks a witness, the witness judges and signs, the log takes the signature in. */
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

static struct arena *arena;
static struct error error;
static struct test_signer log_key, witness, stranger;
static struct memory_storage memory;
static struct ledger_storage storage;
static struct ledger_head head[4]; /* after 5, 12 and 300 leaves; and another tree of 12 */
static struct text note[4];

static void publish(const struct ledger_head *of, struct text *out)
{
    struct ledger_checkpoint checkpoint = {.origin = TEXT(ORIGIN), .head = *of};
    struct text text;
    assert_int_equal(ledger_checkpoint_text(arena, &checkpoint, &text, &error), 0);
    assert_int_equal(test_note_sign(arena, text, &log_key.signer, 1, 0, out, &error), 0);
}

static int setup(void **state)
{
    (void)state;
    static const size_t batch[3] = {5, 7, 288};
    struct ledger_edge edge = {0};
    struct ledger_growth growth;
    struct text leaves[288];
    arena = arena_new(64 << 20, ARENA_PLAIN);
    storage = memory_storage(&memory);
    test_signer_make(&log_key, LEDGER_KEY_LOG, ORIGIN, 1);
    test_signer_make(&witness, LEDGER_KEY_WITNESS, "witness.example/one", 2);
    test_signer_make(&stranger, LEDGER_KEY_WITNESS, "witness.example/two", 3);
    for (size_t i = 0; i < 3; i++) {
        for (size_t j = 0; j < batch[i]; j++)
            leaves[j] = memory_leaf(arena, edge.size + j);
        if (ledger_append(&storage, arena, &edge, leaves, batch[i], &edge, &growth, &error) != 0)
            return -1;
        head[i] = growth.to;
    }
    head[3] = head[1];
    head[3].root.byte[0] ^= 1;
    for (size_t i = 0; i < 4; i++)
        publish(&head[i], &note[i]);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    memory_storage_free(&memory);
    arena_free(&arena);
    return 0;
}

static struct ledger_submission submission(size_t from, size_t to)
{
    struct ledger_submission made = {.old_size = head[from].size, .checkpoint = note[to]};
    assert_int_equal(ledger_consistency(&storage, arena, head[from].size, head[to].size, &made.proof, &error),
                     0);
    return made;
}

static int judge(const struct ledger_submission *made, const struct ledger_head *last)
{
    struct ledger_checkpoint checkpoint;
    return ledger_submission_judge(arena, made, TEXT(ORIGIN), &log_key.signer.key, 1, last, &checkpoint,
                                   &error);
}

static void both_ways(void **state)
{
    (void)state;
    struct ledger_submission made = submission(1, 2), found;
    struct text text, again;
    assert_true(made.proof.count > 2);
    assert_int_equal(ledger_submission_text(arena, &made, &text, &error), 0);
    assert_true(text_starts(text, TEXT("old 12\n")));
    assert_int_equal(ledger_submission_parse(arena, text, &found, &error), 0);
    assert_int_equal(ledger_submission_text(arena, &found, &again, &error), 0);
    assert_true(text_equal(text, again));
    assert_int_equal(judge(&found, &head[1]), 0);
    static const char *const bad[] = {"",           "old\n\n", "old 01\n\n",      "Old 1\n\n",
                                      "old -1\n\n", "old 1\n", "old 1\nAA==\n\n", "old 1 \n\n"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct buffer source = buffer_in(arena);
        buffer_string(&source, bad[i]);
        buffer_text(&source, note[0]);
        if (ledger_submission_parse(arena, buffer_result(&source), &found, &error) != ERROR_INPUT)
            fail_msg("accepted number %zu", i);
    }
    char *flipped = arena_string(arena, text);
    for (size_t bit = 0; bit < text.n * 8; bit++) {
        ARENA_SCOPE struct arena *own = arena_new(1 << 20, ARENA_PLAIN);
        struct ledger_checkpoint checkpoint;
        flipped[bit / 8] = (char)(flipped[bit / 8] ^ (1 << bit % 8));
        int result = ledger_submission_parse(own, (struct text){flipped, text.n}, &found, &error);
        if (result == 0)
            result = ledger_submission_judge(own, &found, TEXT(ORIGIN), &log_key.signer.key, 1, &head[1],
                                             &checkpoint, &error);
        if (result == 0)
            fail_msg("bit %zu does not count", bit);
        flipped[bit / 8] = (char)(flipped[bit / 8] ^ (1 << bit % 8));
    }
}

/* A proof has up to 64 hashes, a submission one fewer. */
static void longest_proof(void **state)
{
    (void)state;
    struct ledger_submission made = {.old_size = 5, .checkpoint = note[1], .proof.count = LEDGER_SUBMISSION_PROOF_MAX}, found;
    struct text text;
    assert_int_equal(ledger_submission_text(arena, &made, &text, &error), 0);
    assert_int_equal(ledger_submission_parse(arena, text, &found, &error), 0);
    assert_int_equal(found.proof.count, 63);
    struct text first = TEXT("old 5\n");
    text = arena_format(arena, "%.*sAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n%.*s", TEXT_ARGS(first),
                        TEXT_ARGS(text_cut(text, first.n, text.n)));
    assert_int_equal(ledger_submission_parse(arena, text, &found, &error), ERROR_INPUT);
    made.proof.count++;
    assert_int_equal(ledger_submission_text(arena, &made, &text, &error), ERROR_TOO_LARGE);
}

static void judging(void **state)
{
    (void)state;
    struct ledger_head none = {0};
    struct ledger_submission first = {.checkpoint = note[0]}, made = submission(0, 1);
    assert_int_equal(judge(&first, &none), 0);
    assert_int_equal(judge(&made, &head[0]), 0);
    assert_int_equal(judge(&made, &none), ERROR_CONFLICT);
    assert_int_equal(judge(&made, &head[1]), ERROR_CONFLICT);
    assert_int_equal(judge(&first, &head[0]), ERROR_CONFLICT);
    /* The same again is fine; another tree of the same size is a lie. */
    struct ledger_submission same = {.old_size = 12, .checkpoint = note[1]};
    assert_int_equal(judge(&same, &head[1]), 0);
    same.checkpoint = note[3];
    assert_int_equal(judge(&same, &head[1]), ERROR_CONFLICT);
    /* Back to a smaller tree. */
    struct ledger_submission back = {.old_size = 300, .checkpoint = note[1]};
    assert_int_equal(judge(&back, &head[2]), ERROR_INPUT);
    /* A proof that does not hold, or where there must be none. */
    struct ledger_submission wrong = made;
    wrong.proof.hash[0].byte[9] ^= 1;
    assert_int_equal(judge(&wrong, &head[0]), ERROR_INVALID);
    wrong = made;
    wrong.proof.count = 0;
    assert_int_equal(judge(&wrong, &head[0]), ERROR_INVALID);
    wrong = first;
    wrong.proof.count = 1;
    assert_int_equal(judge(&wrong, &none), ERROR_INVALID);
    wrong = made;
    wrong.checkpoint = note[3];
    assert_int_equal(judge(&wrong, &head[0]), ERROR_INVALID);
    /* Another origin, another key, no checkpoint at all. */
    struct ledger_checkpoint checkpoint;
    assert_int_equal(ledger_submission_judge(arena, &made, TEXT("other"), &log_key.signer.key, 1, &head[0],
                                             &checkpoint, &error),
                     ERROR_MISSING);
    assert_int_equal(ledger_submission_judge(arena, &made, TEXT(ORIGIN), &stranger.signer.key, 1, &head[0],
                                             &checkpoint, &error),
                     ERROR_FORBIDDEN);
    assert_int_equal(
        test_note_sign(arena, TEXT("hello\n"), &log_key.signer, 1, 0, &wrong.checkpoint, &error), 0);
    assert_int_equal(judge(&wrong, &head[0]), ERROR_INPUT);
}

static void merging(void **state)
{
    (void)state;
    struct ledger_note parsed;
    struct ledger_note_verdict verdict;
    struct text line, other, answer, merged, again;
    assert_int_equal(ledger_note_parse(arena, note[1], &parsed, &error), 0);
    assert_int_equal(ledger_note_sign_line(arena, parsed.text, &witness.signer, 77, &line, &error), 0);
    assert_int_equal(ledger_note_sign_line(arena, parsed.text, &stranger.signer, 78, &other, &error), 0);
    answer = arena_format(arena, "%.*s%.*s", TEXT_ARGS(other), TEXT_ARGS(line));
    assert_int_equal(ledger_note_merge(arena, note[1], answer, &witness.signer.key, 1, &merged, &error), 0);
    assert_true(text_equal(merged, arena_format(arena, "%.*s%.*s", TEXT_ARGS(note[1]), TEXT_ARGS(line))));
    assert_int_equal(ledger_note_parse(arena, merged, &parsed, &error), 0);
    assert_int_equal(ledger_note_verify(&parsed, &witness.signer.key, 1, &verdict, &error), 0);
    assert_true(verdict.time == 77);
    assert_int_equal(ledger_note_merge(arena, merged, answer, &witness.signer.key, 1, &again, &error), 0);
    assert_true(text_equal(again, merged));
    /* Of several by one key the latest, once: not as many as a note holds. */
    struct text later, often;
    assert_int_equal(ledger_note_parse(arena, note[1], &parsed, &error), 0);
    struct buffer lines = buffer_in(arena);
    for (uint64_t time = 100; time < 100 + LEDGER_NOTE_SIGNATURES - 2; time++) {
        assert_int_equal(ledger_note_sign_line(arena, parsed.text, &witness.signer, time == 120 ? 1000 : time, &later, &error), 0);
        if (time == 120)
            often = later;
        buffer_text(&lines, later);
    }
    buffer_text(&lines, often);
    assert_int_equal(ledger_note_merge(arena, note[1], buffer_result(&lines), &witness.signer.key, 1, &merged, &error), 0);
    assert_true(text_equal(merged, arena_format(arena, "%.*s%.*s", TEXT_ARGS(note[1]), TEXT_ARGS(often))));
    /* Nothing of ours; over another text; not lines at all; a text smuggled in with them. */
    assert_int_equal(ledger_note_merge(arena, note[1], other, &witness.signer.key, 1, &again, &error),
                     ERROR_CHECK);
    assert_int_equal(ledger_note_merge(arena, note[2], line, &witness.signer.key, 1, &again, &error),
                     ERROR_CHECK);
    assert_int_equal(ledger_note_merge(arena, note[1], TEXT(""), &witness.signer.key, 1, &again, &error),
                     ERROR_INPUT);
    assert_int_equal(ledger_note_merge(arena, note[1], TEXT("x\n"), &witness.signer.key, 1, &again, &error),
                     ERROR_INPUT);
    answer = arena_format(arena, "more\n\n%.*s", TEXT_ARGS(line));
    assert_int_equal(ledger_note_merge(arena, note[1], answer, &witness.signer.key, 1, &again, &error),
                     ERROR_INPUT);
    /* A note that is nearly as large as there may be takes no more. */
    struct text large, longer;
    char *x = arena_alloc(arena, LEDGER_NOTE_LIMIT);
    memset(x, 'x', LEDGER_NOTE_LIMIT);
    x[LEDGER_NOTE_LIMIT - 151] = '\n';
    assert_int_equal(test_note_sign(arena, (struct text){x, LEDGER_NOTE_LIMIT - 150}, &log_key.signer, 1, 0, &large, &error), 0);
    assert_int_equal(ledger_note_parse(arena, large, &parsed, &error), 0);
    assert_int_equal(ledger_note_sign_line(arena, parsed.text, &witness.signer, 77, &longer, &error), 0);
    assert_true(large.n + longer.n > LEDGER_NOTE_LIMIT && parsed.text.n + 1 + longer.n <= LEDGER_NOTE_LIMIT);
    assert_int_equal(ledger_note_merge(arena, large, longer, &witness.signer.key, 1, &again, &error), ERROR_TOO_LARGE);
    assert_int_equal(ledger_note_merge(arena, TEXT("not a note"), line, &witness.signer.key, 1, &again, &error), ERROR_INPUT);
}

/* A note grows to its last signature and no further; what it has already costs no place. */
static void merging_full(void **state)
{
    (void)state;
    struct ledger_note parsed;
    struct text one, other, full, again;
    struct buffer nearly = buffer_in(arena);
    assert_int_equal(ledger_note_parse(arena, note[1], &parsed, &error), 0);
    assert_int_equal(ledger_note_sign_line(arena, parsed.text, &witness.signer, 77, &one, &error), 0);
    assert_int_equal(ledger_note_sign_line(arena, parsed.text, &stranger.signer, 78, &other, &error), 0);
    buffer_text(&nearly, note[1]);
    for (size_t i = parsed.signature_count; i < LEDGER_NOTE_SIGNATURES - 1; i++)
        buffer_string(&nearly, "\xe2\x80\x94 somebody.example AAAAAAA=\n");
    const struct ledger_key keys[] = {witness.signer.key, stranger.signer.key};
    struct text both = arena_format(arena, "%.*s%.*s", TEXT_ARGS(one), TEXT_ARGS(other));
    assert_int_equal(ledger_note_merge(arena, buffer_result(&nearly), both, keys, 2, &again, &error), ERROR_TOO_LARGE);
    assert_int_equal(ledger_note_merge(arena, buffer_result(&nearly), one, keys, 2, &full, &error), 0);
    assert_int_equal(ledger_note_parse(arena, full, &parsed, &error), 0);
    assert_int_equal(parsed.signature_count, LEDGER_NOTE_SIGNATURES);
    assert_int_equal(ledger_note_merge(arena, full, other, keys, 2, &again, &error), ERROR_TOO_LARGE);
    assert_int_equal(ledger_note_merge(arena, full, one, keys, 2, &again, &error), 0);
    assert_true(text_equal(again, full));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(both_ways), cmocka_unit_test(longest_proof), cmocka_unit_test(judging),
                                       cmocka_unit_test(merging), cmocka_unit_test(merging_full)};
    return cmocka_run_group_tests(tests, setup, teardown);
}
