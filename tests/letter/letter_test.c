/* Letters: read back by programs that others made (poppler-utils, qpdf). */
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

static void must(int result, const struct error *error)
{
    if (result)
        fail_msg("%s: %s", error->where, error->what);
}

static struct text ask(const char *command, struct text pdf)
{
    return reader_says(arena, command, pdf);
}

static bool has(struct text t, const char *what)
{
    return text_find(t, text_of(what)) >= 0;
}

static size_t pages_told;

static struct text make_set(size_t paragraphs, bool close, const struct letter_file *file)
{
    LETTER_SCOPE struct letter *letter = NULL;
    struct error error;
    struct text pdf;
    struct letter_about about = {TEXT("For Zoë Ó Briain"), TEXT("A partnership"), 1790000000 * CLOCK_SECOND, close};
    struct letter_fact fact[] = {{TEXT("Decided"), TEXT("Share")}, {TEXT("By"), TEXT("A nurse, of a service with a long name, "
                                  "so long that it must go on on a second line of its own in the table")}};
    struct text step[] = {TEXT("First do this."), TEXT("Then do that.")};
    must(letter_begin(press, &about, &letter, &error), &error);
    letter_heading(letter, 1, TEXT("What was decided"));
    letter_paragraph(letter, TEXT("Dear Zoë, in plain words: “yes”. Łukasz and Siân were there."));
    letter_heading(letter, 2, TEXT("The facts"));
    letter_facts(letter, fact, 2);
    letter_steps(letter, step, 2);
    letter_code(letter, TEXT("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"));
    for (size_t i = 0; i < paragraphs; i++)
        letter_paragraph(letter, arena_format(arena, "Paragraph %zu, which says little and says it at some length, so that it "
                                                     "takes more than one line of the page that it stands on.", i));
    pages_told = letter_pages(letter);
    must(letter_finish(letter, file, arena, &pdf, &error), &error);
    return pdf;
}

static struct text make(size_t paragraphs, const struct letter_file *file)
{
    return make_set(paragraphs, false, file);
}

static void test_read_by_others(void **state)
{
    (void)state;
    struct text pdf = make(0, NULL);
    ask("qpdf --check $PDF", pdf);
    struct text info = ask("pdfinfo $PDF", pdf), words = ask("pdftotext $PDF -", pdf), fonts = ask("pdffonts $PDF | tail -n +3", pdf);
    assert_true(has(info, "For Zoë Ó Briain") && has(info, "Tagged:          yes") && has(info, "(A4)"));
    assert_true(has(info, "Pages:           1\n"));
    assert_true(has(words, "Dear Zoë, in plain words: “yes”. Łukasz and Siân were there."));
    assert_true(has(words, "Then do that."));
    for (struct text line; text_next(&fonts, '\n', &line);)
        assert_true(line.n == 0 || has(line, " yes yes yes ")); /* embedded, a part of it, with its characters */
    struct text flat = ask("qpdf --qdf --object-streams=disable $PDF -", pdf);
    assert_true(has(flat, "/Lang (en-GB)") && has(flat, "/DisplayDocTitle true") && has(flat, "/Marked true"));
}

/* What is copied from it must be what was meant: nothing is put in where a long word breaks. */
static void test_no_hyphens(void **state)
{
    (void)state;
    struct text words = ask("pdftotext $PDF - | tr -d '\\n'", make(0, NULL));
    assert_true(has(words, "89abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"));
}

static void test_structure(void **state)
{
    (void)state;
    struct text tree = ask("pdfinfo -struct $PDF | tr -d ' \\n'", make(0, NULL));
    assert_true(has(tree, "DocumentH1(block)P(block)H2(block)Table(block)TRTHTDTRTHTDL(block)LI(block)Lbl(block)LBody(block)"));
}

/* Pages break by themselves, and nothing is lost where they do. */
static void test_many_pages(void **state)
{
    (void)state;
    struct text pdf = make(120, NULL), words = ask("pdftotext $PDF - | tr '\\n' ' '", pdf);
    ask("qpdf --check $PDF", pdf);
    assert_false(has(ask("pdfinfo $PDF", pdf), "Pages:           1\n"));
    for (size_t i = 0; i < 120; i++)
        assert_true(has(words, arena_format(arena, "Paragraph %zu, which says little and says it at some length,", i).p));
}

/* Set close it is the same letter on less paper; how many pages there are is known before it is finished. */
static void test_close(void **state)
{
    (void)state;
    size_t n = 0, usual = 0;
    do {
        make(++n, NULL);
        usual = pages_told;
    } while (usual == 1);
    assert_true(usual == 2 && has(ask("pdfinfo $PDF", make(n, NULL)), "Pages:           2\n"));
    struct text pdf = make_set(n, true, NULL);
    assert_int_equal(pages_told, 1);
    assert_true(has(ask("pdfinfo $PDF", pdf), "Pages:           1\n"));
    assert_true(text_equal(ask("pdftotext $PDF - | tr -d ' \\n\\f'", pdf), ask("pdftotext $PDF - | tr -d ' \\n\\f'", make(n, NULL))));
}

static void test_attached(void **state)
{
    (void)state;
    struct letter_file file = {TEXT("a (b).txt"), TEXT("What it is"), TEXT("line one\nline two\n")};
    struct text pdf = make(0, &file);
    ask("qpdf --check $PDF", pdf);
    assert_true(has(ask("qpdf --list-attachments $PDF", pdf), "a (b).txt"));
    assert_true(text_equal(ask("qpdf --show-attachment='a (b).txt' $PDF", pdf), file.content));
    assert_true(has(ask("pdfdetach -list $PDF", pdf), "1 embedded file"));
}

/* A name in which a bracket opens and none closes, or with a backslash, is a name all the same. */
static void test_attached_under_any_name(void **state)
{
    (void)state;
    static const char *const names[] = {"a (b.txt", "a b).txt", "a\\b.txt", "a\\"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct letter_file file = {text_of(names[i]), text_of(names[i]), TEXT("its content\n")};
        struct text pdf = make(0, &file), listed;
        ask("qpdf --check $PDF", pdf);
        listed = ask("qpdf --list-attachments --verbose $PDF", pdf);
        assert_true(has(listed, names[i]) && has(listed, arena_string(arena, arena_format(arena, "description: %s\n", names[i]))));
        assert_true(has(ask("pdfdetach -list $PDF", pdf), names[i]));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_read_by_others), cmocka_unit_test(test_no_hyphens),  cmocka_unit_test(test_structure),
        cmocka_unit_test(test_many_pages),     cmocka_unit_test(test_close),      cmocka_unit_test(test_attached),
        cmocka_unit_test(test_attached_under_any_name),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
