/* People are found by their names, and the file does not tell the names. */
#include "raw.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

static struct test_home home;
static struct visit *teacher;

static int make(void **state)
{
    (void)state;
    home_make(&home);
    teacher = home_visit(&home, "teacher");
    return 0;
}

static int drop(void **state)
{
    (void)state;
    home_drop(&home);
    return 0;
}

static struct id open_case(struct visit *visit, const char *name)
{
    struct error error;
    struct case_open open = {.name = text_of(name), .born = {2016, 5, 2}};
    struct case_opened opened;
    must(visit_act_wait(visit, &case_open_command, &open, &opened, &error), &error, "case.open");
    return opened.subject_id;
}

static size_t search(struct visit *visit, const char *name, struct id *first)
{
    struct error error;
    struct view_rows rows;
    struct subject_search in = {text_of(name)};
    must(visit_look(visit, &subject_search_view, &in, &rows, &error), &error, "subject.search");
    if (rows.n)
        *first = VISIT_ROW(rows, struct subject_row, 0)->subject_id;
    home_settle(visit);
    return rows.n;
}

static void must_find(struct visit *visit, const char *name, const struct id *subject)
{
    struct id found = {""};
    assert_int_equal(search(visit, name, &found), 1);
    assert_true(id_equal(&found, subject));
}

/* Both agencies know a child of this name; what lies there for one is nowhere among what lies there for the other. */
static void test_of_the_file(void **state)
{
    (void)state;
    struct id found, ours = open_case(teacher, "Zoë Quillfether");
    struct visit *worker = home_visit(&home, "worker");
    struct id theirs = open_case(worker, "Zoe Quillfether");
    must_find(teacher, "zoe quil", &ours);
    must_find(worker, "zoe quil", &theirs);
    assert_int_equal(search(teacher, "Wilhelmina", &found), 0);
    struct raw raw = raw_open(&home);
    int64_t pieces = raw_int(&raw, "SELECT count(*) FROM subject_trigram WHERE subject_id = '%s'", ours.text);
    assert_int_equal(pieces, 3 + 11);
    assert_int_equal(raw_int(&raw, "SELECT count(*) FROM subject_trigram WHERE subject_id = '%s'", theirs.text), pieces);
    assert_int_equal(raw_int(&raw, "SELECT count(*) FROM subject_trigram a JOIN subject_trigram b ON a.trigram = b.trigram"
                             " WHERE a.subject_id = '%s' AND b.subject_id = '%s'", ours.text, theirs.text), 0);
    assert_int_equal(raw_int(&raw, "SELECT count(*) FROM subject_trigram WHERE length(trigram) <> 20 OR trigram GLOB '*[^0-9a-f]*'"), 0);
    raw_close(&raw);
}

static void begin_again(void)
{
    home_reopen(&home);
    teacher = home_visit(&home, "teacher");
}

/* A start finds the key that is there. */
static void test_over_a_restart(void **state)
{
    (void)state;
    struct raw raw = raw_open(&home);
    struct text key = raw_text(&raw, "SELECT key_id FROM name_key");
    begin_again();
    assert_true(text_equal(raw_text(&raw, "SELECT key_id FROM name_key"), key));
    raw_close(&raw);
    struct id found;
    assert_int_equal(search(teacher, "Quillfether", &found), 1);
    home_verify(home.gate, home.arena);
}

/* As an earlier version of the program left it: the letters themselves, and no key. */
static void test_of_an_earlier_version(void **state)
{
    (void)state;
    struct id old = open_case(teacher, "Osgood Fernsby");
    struct raw raw = raw_open(&home);
    raw_run(&raw, "DELETE FROM record_key WHERE id IN (SELECT key_id FROM name_key); DELETE FROM name_key; DELETE FROM subject_trigram;"
            "INSERT INTO subject_trigram SELECT agency_id, 'osg', id FROM subject");
    begin_again();
    must_find(teacher, "Fernsby, Osgood", &old);
    assert_int_equal(raw_int(&raw, "SELECT count(*) FROM subject_trigram WHERE trigram = 'osg'"), 0);
    raw_close(&raw);
    home_verify(home.gate, home.arena);
}

/* A key that does not open costs nobody a case: names are indexed again under another, and the old one goes. */
static void test_of_a_damaged_key(void **state)
{
    (void)state;
    struct raw raw = raw_open(&home);
    int64_t keys = raw_int(&raw, "SELECT count(*) FROM record_key WHERE own = 1");
    raw_run(&raw, "UPDATE record_key SET wrapped = zeroblob(length(wrapped)) WHERE id = (SELECT key_id FROM name_key)");
    begin_again();
    struct id found;
    assert_int_equal(search(teacher, "Fernsby", &found), 1);
    assert_int_equal(raw_int(&raw, "SELECT count(*) FROM record_key WHERE own = 1"), keys);
    raw_close(&raw);
    home_verify(home.gate, home.arena);
}

/* Where nothing may be written, one that is gone is told by verifying and nothing is made. */
static void test_of_who_only_reads(void **state)
{
    (void)state;
    struct error error;
    struct gate *reader;
    struct verify_report report;
    struct raw raw = raw_open(&home);
    struct gate_settings settings = home_settings(&home);
    settings.read_only = true;
    raw_keep(&raw, "name_key");
    raw_run(&raw, "DELETE FROM name_key");
    must(gate_open(&settings, &reader, &error), &error, "gate_open");
    must(gate_verify(reader, home.arena, NULL, NULL, &report, &error), &error, "gate_verify");
    gate_close(&reader);
    assert_true(text_find(report.lines, TEXT("name_key: the key of the index of names is gone")) >= 0);
    assert_int_equal(raw_int(&raw, "SELECT count(*) FROM name_key"), 0);
    raw_put_back(&raw, "name_key");
    raw_close(&raw);
    home_verify(home.gate, home.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_of_the_file),           cmocka_unit_test(test_over_a_restart),
        cmocka_unit_test(test_of_an_earlier_version), cmocka_unit_test(test_of_a_damaged_key),
        cmocka_unit_test(test_of_who_only_reads),
    };
    return cmocka_run_group_tests(tests, make, drop);
}
