/* A receipt is a page that a person can hold: read back by programs that others made (poppler-utils). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base.h"
#include "letter.h"
#include "proof.h"
#include "pdf_reader.h"

static struct letter_press *press;
static struct arena *arena;

static int setup(void **state)
{
    (void)state;
    struct error error;
    arena = arena_new(256 << 20, ARENA_PLAIN);
    return letter_press_open(&press, &error);
}

static int teardown(void **state)
{
    (void)state;
    letter_press_close(&press);
    arena_free(&arena);
    return 0;
}

static bool has(struct text t, const char *what)
{
    return text_find(t, text_of(what)) >= 0;
}

static struct proof_said decision(size_t witnesses)
{
    struct error error;
    struct proof_said said = {.origin = TEXT("proviso.partnership.example/log"),
                              .index = 1234567,
                              .size = 1234600,
                              .recorded_at = 1790000000 * CLOCK_SECOND,
                              .by = TEXT("Designated safeguarding lead, Alderbrook Primary School"),
                              .decision_id = TEXT("01k5q3w8r0a1b2c3d4e5f6g7h8"),
                              .pack = TEXT("manchester-2016"),
                              .pack_version = TEXT("2016-02-01"),
                              .pack_sha256 = TEXT("0000445566668888000044556666888800004455666688880000445566668888"),
                              .answered = TEXT("share"),
                              .decided = TEXT("share"),
                              .witnesses = witnesses};
    if (ledger_key_parse(TEXT("log.example/partnership+bb80f3b7+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4"), &said.log_key, &error))
        fail_msg("%s", error.what);
    for (size_t i = 0; i < witnesses; i++)
        said.witness[i] = (struct proof_witness){arena_format(arena, "w%zu.alderbrook.example/witness", i), 1 + i, 1790000060};
    return said;
}

static struct text print(const struct proof_said *said)
{
    struct error error;
    struct text pdf;
    struct proof_paper paper = {TEXT("Alderbrook Safeguarding Partnership"),
                                TEXT("Manchester Settlement: Information Sharing and Confidentiality Policy"),
                                1790000100 * CLOCK_SECOND, TEXT("c2sp.org/tlog-proof@v1\n"), TEXT("decision-01k5q3w8r0a1b2c3d4e5f6g7h8.tlog-proof")};
    if (proof_print(arena, press, said, &paper, &pdf, &error))
        fail_msg("%s", error.what);
    return pdf;
}

static void with_reasons(struct proof_said *said, struct text reasons)
{
    struct error error;
    said->personal = true;
    said->by_person = TEXT("Tamsin Okoro");
    said->reasons = reasons;
    said->consulted = TEXT("The school nurse");
    const struct json *facts;
    struct text known = TEXT("{\"purpose\":\"section-47\",\"identifies\":\"living-person\",\"confidential\":true,\"consent\":\"given\","
                             "\"consent_covers\":true,\"child_harm\":\"evidence\",\"proportionate\":true,\"urgent\":false,"
                             "\"recipient_needs_to_know\":true,\"informing_raises_risk\":false}");
    if (json_read(arena, known, "facts", &facts, &error))
        fail_msg("%s", error.what);
    said->facts = facts;
}

static void test_one_page(void **state)
{
    (void)state;
    for (size_t witnesses = 0; witnesses <= 12; witnesses += 3) {
        struct proof_said said = decision(witnesses);
        assert_true(has(reader_says(arena, "pdfinfo $PDF", print(&said)), "Pages:           1\n"));
    }
    struct proof_said said = decision(3);
    with_reasons(&said, TEXT("A bruise on the left arm, which Robin said came from a fall; the story changed when it was asked about again, and the mother was "
                             "not reached. The health visitor has seen another in the spring. To wait until Monday would leave him at home with it."));
    struct text pdf = print(&said);
    assert_true(has(reader_says(arena, "pdfinfo $PDF", pdf), "Pages:           1\n"));
    assert_true(has(reader_says(arena, "pdftotext $PDF - | tr '\\n' ' '", pdf), "keep them as you would keep the case file."));
}

/* What is compared by eye stands on one line. */
static void test_fingerprint(void **state)
{
    (void)state;
    struct proof_said said = decision(0);
    assert_true(has(reader_says(arena, "pdftotext -layout $PDF -", print(&said)), said.pack_sha256.p));
}

/* What is longer than a page has the usual letters, and all its words. */
static void test_long_reasons(void **state)
{
    (void)state;
    struct proof_said said = decision(1);
    struct buffer b = buffer_in(arena);
    for (size_t i = 0; i < 150; i++)
        buffer_format(&b, "%sReason number %zu of a long list of reasons, each in words.", i ? " " : "", i);
    with_reasons(&said, buffer_result(&b));
    struct text pdf = print(&said), words = reader_says(arena, "pdftotext $PDF - | tr '\\n\\f' '  '", pdf);
    assert_false(has(reader_says(arena, "pdfinfo $PDF", pdf), "Pages:           1\n"));
    for (size_t i = 0; i < 150; i++)
        assert_true(has(words, arena_string(arena, arena_format(arena, "Reason number %zu of", i))));
    assert_true(has(reader_says(arena, "qpdf --qdf --object-streams=disable $PDF - | grep -a ' Tm'", pdf), "10 0 0 -10 "));
}

/* What cannot be printed is said to be missing, and only then. */
static void test_boxes(void **state)
{
    (void)state;
    static const struct {
        const char *reasons;
        bool boxes;
    } tries[] = {{"Zoë, Łukasz, Siân, Αθηνά and Ольга saw it:\r\n\t“yes”.\n", false}, {"She said: لا أريد", true}, {"她说", true}};
    for (size_t i = 0; i < sizeof tries / sizeof *tries; i++) {
        struct proof_said said = decision(0);
        with_reasons(&said, text_of(tries[i].reasons));
        assert_int_equal(has(reader_says(arena, "pdftotext $PDF - | tr '\\n' ' '", print(&said)), "could not be printed and stand as boxes"),
                         tries[i].boxes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_page),
        cmocka_unit_test(test_fingerprint),
        cmocka_unit_test(test_long_reasons),
        cmocka_unit_test(test_boxes),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
