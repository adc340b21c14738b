/* People are found by their names, and the file does not tell the names. */
#include "names_home.h"

#include "case/names.h"

#include <string.h>

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
    struct raw raw = raw_open(&home, "proviso");
    int64_t pieces = raw_int(&raw, "SELECT count(*) FROM subject_trigram WHERE subject_id = '%s'", ours.text);
    assert_int_equal(pieces, 3 + 11);
    assert_int_equal(raw_int(&raw, "SELECT count(*) FROM subject_trigram WHERE subject_id = '%s'", theirs.text), pieces);
    assert_int_equal(raw_int(&raw, "SELECT count(*) FROM subject_trigram a JOIN subject_trigram b ON a.trigram = b.trigram"
                             " WHERE a.subject_id = '%s' AND b.subject_id = '%s'", ours.text, theirs.text), 0);
    assert_int_equal(raw_int(&raw, "SELECT count(*) FROM subject_trigram WHERE length(trigram) <> 20 OR trigram GLOB '*[^0-9a-f]*'"), 0);
    raw_close(&raw);
}

/* A name of one letter, of two, in another script, longer than is searched by, of no letter at all. */
static void test_of_short_and_long(void **state)
{
    (void)state;
    static const char long_name[] = "Maximiliana Theodosia Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh";
    struct error error;
    struct view_rows rows;
    struct id found, o = open_case(teacher, "O"), ng = open_case(teacher, "Ng"), li = open_case(teacher, "李 小龍"),
                     gross = open_case(teacher, "Jürgen GROẞ"), tall = open_case(teacher, long_name), none = open_case(teacher, "???");
    must_find(teacher, "o", &o);
    must_find(teacher, "NG", &ng);
    must_find(teacher, "小龍", &li);
    must_find(teacher, "jurgen gross", &gross);
    struct id plain = open_case(teacher, "Jurgen Gross");
    struct raw raw = raw_open(&home, "proviso");
    assert_int_equal(raw_int(&raw, "SELECT count(*) FROM subject_trigram WHERE subject_id = '%s'", gross.text), 6 + 5);
    assert_int_equal(raw_int(&raw, "SELECT count(*) FROM subject_trigram a JOIN subject_trigram b ON a.trigram = b.trigram"
                             " WHERE a.subject_id = '%s' AND b.subject_id = '%s'", gross.text, plain.text), 6 + 5);
    raw_close(&raw);
    must_find(teacher, long_name, &tall);
    must_find(teacher, "maximiliana theodosia", &tall);
    assert_int_equal(search(teacher, "...", &found), 0);
    assert_true(id_is_set(&none));
    char endless[500];
    memset(endless, 'x', sizeof endless - 1);
    endless[sizeof endless - 1] = '\0';
    struct subject_search in = {text_of(endless)};
    assert_int_equal(visit_look(teacher, &subject_search_view, &in, &rows, &error), ERROR_INVALID);
    struct case_open open = {.name = text_of(endless)};
    struct case_opened opened;
    assert_int_equal(visit_act_wait(teacher, &case_open_command, &open, &opened, &error), ERROR_INVALID);
    home_verify(home.gate, home.arena);
}

/* A start finds the key that is there. */
static void test_over_a_restart(void **state)
{
    (void)state;
    struct raw raw = raw_open(&home, "proviso");
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
    struct raw raw = raw_open(&home, "proviso");
    raw_run(&raw, "DELETE FROM record_key WHERE id IN (SELECT key_id FROM name_key); DELETE FROM name_key; DELETE FROM subject_trigram;"
            "INSERT INTO subject_trigram SELECT agency_id, 'osg', id FROM subject;"
            "INSERT INTO subject_trigram SELECT agency_id, 'qzjx of before', id FROM subject; PRAGMA wal_checkpoint(TRUNCATE)");
    shell("grep -rqa 'qzjx of before' %s/data", home.folder);
    begin_again();
    shell("! grep -rqa 'qzjx of before' %s/data", home.folder); /* nor in the file any more, and the service has hardly begun */
    must_find(teacher, "Fernsby, Osgood", &old);
    assert_int_equal(raw_int(&raw, "SELECT count(*) FROM subject_trigram WHERE trigram = 'osg'"), 0);
    raw_close(&raw);
    home_verify(home.gate, home.arena);
}

/* A key that does not open costs nobody a case: who is searched for is not said to be unknown, and the next start makes another. */
static void test_of_a_damaged_key(void **state)
{
    (void)state;
    struct error error;
    struct view_rows rows;
    struct raw raw = raw_open(&home, "proviso");
    int64_t keys = raw_int(&raw, "SELECT count(*) FROM record_key WHERE own = 1");
    raw_run(&raw, "UPDATE record_key SET wrapped = zeroblob(length(wrapped)) WHERE id = (SELECT key_id FROM name_key)");
    struct id late = open_case(teacher, "Peregrine Latecomer");
    struct subject_search in = {TEXT("Fernsby")};
    assert_int_equal(visit_look(teacher, &subject_search_view, &in, &rows, &error), ERROR_CHECK);
    assert_string_equal(error.where, "name_key");
    /* nor under a key that is none */
    assert_int_equal(raw_int(&raw, "SELECT count(*) FROM subject_trigram WHERE subject_id = '%s'", late.text), 0);
    begin_again();
    struct id found;
    assert_int_equal(search(teacher, "Fernsby", &found), 1);
    must_find(teacher, "latecomer", &late);
    assert_int_equal(raw_int(&raw, "SELECT count(*) FROM record_key WHERE own = 1"), keys);
    raw_close(&raw);
    home_verify(home.gate, home.arena);
}

/* Beside the folder of another keyholder nothing opens: the index stays as it is, and is good once the right one is back. */
static void test_beside_another_keyholder(void **state)
{
    (void)state;
    struct error error;
    struct raw raw = raw_open(&home, "proviso");
    int64_t pieces = raw_int(&raw, "SELECT count(*) FROM subject_trigram");
    struct text key = raw_text(&raw, "SELECT key_id FROM name_key");
    gate_close(&home.gate);
    shell("mv %s/keyholder %s/away", home.folder, home.folder);
    struct gate_settings settings = home_settings(&home);
    (void)gate_open(&settings, &home.gate, &error);
    assert_int_equal(raw_int(&raw, "SELECT count(*) FROM subject_trigram"), pieces);
    assert_true(text_equal(raw_text(&raw, "SELECT key_id FROM name_key"), key));
    gate_close(&home.gate);
    shell("rm -r %s/keyholder && mv %s/away %s/keyholder", home.folder, home.folder, home.folder);
    begin_again();
    struct id found;
    assert_int_equal(search(teacher, "Fernsby", &found), 1);
    raw_close(&raw);
}

/* Nor where the keys of the names are all damaged: nothing is thrown away for nothing, and the service runs without it. */
static void test_where_no_name_opens(void **state)
{
    (void)state;
    struct raw raw = raw_open(&home, "proviso");
    int64_t pieces = raw_int(&raw, "SELECT count(*) FROM subject_trigram");
    raw_keep(&raw, "record_key");
    damage_name_key(&raw);
    raw_run(&raw, "UPDATE record_key SET wrapped = zeroblob(length(wrapped)) WHERE id IN (SELECT key_id FROM subject)");
    home_reopen(&home);
    assert_int_equal(raw_int(&raw, "SELECT count(*) FROM subject_trigram"), pieces);
    gate_close(&home.gate);
    raw_put_back(&raw, "record_key");
    begin_again();
    struct id found;
    assert_int_equal(search(teacher, "Fernsby", &found), 1);
    raw_close(&raw);
    home_verify(home.gate, home.arena);
}

/* What lies where the index is not, and a key that is of none of its tables, goes at a start; a side that was changed is made anew. */
static void test_of_strays(void **state)
{
    (void)state;
    struct id found;
    struct raw raw = raw_open(&home, "proviso");
    struct text entry = raw_text(&raw, "SELECT key_id FROM entry ORDER BY idx LIMIT 1");
    for (int i = 0; i < 2; i++) {
        bool second = raw_int(&raw, "SELECT second FROM trigram_side") != 0;
        raw_run(&raw, "INSERT INTO %s SELECT agency_id, 'qzjx of before', id FROM subject", second ? "subject_trigram" : "subject_trigram_2");
        begin_again();
        assert_int_equal(raw_int(&raw, "SELECT count(*) FROM %s", second ? "subject_trigram" : "subject_trigram_2"), 0);
        /* the first that names one: an entry's, which stays */
        raw_run(&raw, "INSERT INTO name_key VALUES (3, '%.*s')", TEXT_ARGS(entry));
        begin_again();
        assert_int_equal(raw_int(&raw, "SELECT count(*) FROM name_key"), 1);
        /* the side that is written to has none, though the other has one that opens */
        raw_run(&raw, "UPDATE name_key SET id = 3 - id; INSERT INTO name_key VALUES (%d, '%s')", second ? 2 : 1, home.school.text);
        begin_again();
        assert_int_equal(raw_int(&raw, "SELECT count(*) FROM name_key"), 1);
        assert_int_equal(raw_int(&raw, "SELECT count(*) FROM record_key WHERE id = '%.*s'", TEXT_ARGS(entry)), 1);
        /* more than is missing is told, by how much soever */
        raw_run(&raw, "INSERT INTO %s VALUES ('%s', 'one', 'nobody'), ('%s', 'two', 'nobody')",
                second ? "subject_trigram_2" : "subject_trigram", home.school.text, home.school.text);
        assert_true(text_find(raw_findings(&raw, "subject_trigram"), TEXT("letters lie there")) >= 0);
        raw_run(&raw, "DELETE FROM %s WHERE subject_id = 'nobody'", second ? "subject_trigram_2" : "subject_trigram");
        raw_run(&raw, "UPDATE trigram_side SET second = 1 - second");
        begin_again();
        assert_int_equal(search(teacher, "Quillfether", &found), 1);
        home_verify(home.gate, home.arena);
    }
    raw_close(&raw);
}

/* Where nothing may be written, one that is gone is told by verifying and nothing is made. */
static void test_of_who_only_reads(void **state)
{
    (void)state;
    struct error error;
    struct gate *reader;
    struct verify_report report;
    struct raw raw = raw_open(&home, "proviso");
    struct gate_settings settings = home_settings(&home);
    settings.read_only = true;
    raw_keep(&raw, "name_key");
    raw_run(&raw, "DELETE FROM name_key");
    must(gate_open(&settings, &reader, &error), &error, "gate_open");
    must(gate_verify(reader, home.arena, NULL, &report, &error), &error, "gate_verify");
    gate_close(&reader);
    assert_true(text_find(report.lines, TEXT("name_key: the key of the index of names is gone")) >= 0);
    assert_int_equal(raw_int(&raw, "SELECT count(*) FROM name_key"), 0);
    raw_put_back(&raw, "name_key");
    raw_close(&raw);
    home_verify(home.gate, home.arena);
}

/* Marks that turn the order are taken out, wherever they stand; what is beside them in the code stays. */
static void test_of_the_order(void **state)
{
    (void)state;
    for (unsigned c = 0x2020; c < 0x2080; c++) {
        bool turns = (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
        const char mark[] = {(char)0xe2, (char)(0x80 | (c >> 6 & 0x3f)), (char)(0x80 | (c & 0x3f)), 0};
        struct text name = arena_format(home.arena, "%sexe%sgpj%s", mark, mark, mark), shown = name_in_order(home.arena, name);
        assert_true(text_equal(shown, turns ? TEXT("exegpj") : name));
    }
    assert_true(text_equal(name_in_order(home.arena, TEXT("\xe2\x80")), TEXT("\xe2\x80"))); /* cut short */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_of_the_file), cmocka_unit_test(test_of_short_and_long), cmocka_unit_test(test_over_a_restart),
        cmocka_unit_test(test_of_an_earlier_version), cmocka_unit_test(test_of_a_damaged_key),
        cmocka_unit_test(test_beside_another_keyholder), cmocka_unit_test(test_where_no_name_opens),
        cmocka_unit_test(test_of_strays), cmocka_unit_test(test_of_the_order),
        cmocka_unit_test(test_of_who_only_reads),
    };
    return cmocka_run_group_tests(tests, make, drop);
}
