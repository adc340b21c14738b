/* People are found by their names, and the file does not tell the names. */
#include "raw.h"

#include "case/names.h"
#include "inside.h"
#include "work/name_index.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
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
    struct raw raw = raw_open(&home);
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
    char command[200];
    struct id old = open_case(teacher, "Osgood Fernsby");
    struct raw raw = raw_open(&home);
    raw_run(&raw, "DELETE FROM record_key WHERE id IN (SELECT key_id FROM name_key); DELETE FROM name_key; DELETE FROM subject_trigram;"
            "INSERT INTO subject_trigram SELECT agency_id, 'osg', id FROM subject;"
            "INSERT INTO subject_trigram SELECT agency_id, 'qzjx of before', id FROM subject; PRAGMA wal_checkpoint(TRUNCATE)");
    snprintf(command, sizeof command, "grep -rqa 'qzjx of before' %s/data", home.folder);
    assert_int_equal(system(command), 0);
    begin_again();
    assert_int_not_equal(system(command), 0); /* nor in the file any more, and the service has hardly begun */
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
    struct raw raw = raw_open(&home);
    int64_t keys = raw_int(&raw, "SELECT count(*) FROM record_key WHERE own = 1");
    raw_run(&raw, "UPDATE record_key SET wrapped = zeroblob(length(wrapped)) WHERE id = (SELECT key_id FROM name_key)");
    struct id late = open_case(teacher, "Peregrine Latecomer");
    struct subject_search in = {TEXT("Fernsby")};
    assert_int_equal(visit_look(teacher, &subject_search_view, &in, &rows, &error), ERROR_CHECK);
    assert_string_equal(error.where, "name_key");
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
    char command[300];
    struct error error;
    struct raw raw = raw_open(&home);
    int64_t pieces = raw_int(&raw, "SELECT count(*) FROM subject_trigram");
    struct text key = raw_text(&raw, "SELECT key_id FROM name_key");
    gate_close(&home.gate);
    snprintf(command, sizeof command, "mv %s/keyholder %s/away", home.folder, home.folder);
    assert_int_equal(system(command), 0);
    struct gate_settings settings = home_settings(&home);
    (void)gate_open(&settings, &home.gate, &error);
    assert_int_equal(raw_int(&raw, "SELECT count(*) FROM subject_trigram"), pieces);
    assert_true(text_equal(raw_text(&raw, "SELECT key_id FROM name_key"), key));
    gate_close(&home.gate);
    snprintf(command, sizeof command, "rm -r %s/keyholder && mv %s/away %s/keyholder", home.folder, home.folder, home.folder);
    assert_int_equal(system(command), 0);
    begin_again();
    struct id found;
    assert_int_equal(search(teacher, "Fernsby", &found), 1);
    raw_close(&raw);
}

static void damage_name_key(struct raw *raw)
{
    raw_run(raw, "UPDATE record_key SET wrapped = zeroblob(length(wrapped)) WHERE id IN (SELECT key_id FROM name_key)");
}

/* Nor where the keys of the names are all damaged: nothing is thrown away for nothing, and the service runs without it. */
static void test_where_no_name_opens(void **state)
{
    (void)state;
    struct raw raw = raw_open(&home);
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

/* ---- a move of the index, step by step ---- */

struct move {
    struct arena *arena;
    struct turn_key fresh;
    struct name_moving page;
    struct name_cut late;
    struct text agency, subject;
};

static int begin(struct store_session *session, void *context, struct error *error)
{
    struct move *move = context;
    struct turn turn = names_turn(home.gate, move->arena, session);
    turn.key = move->fresh;
    return name_move_begin(&turn, error);
}

static int write_page(struct store_session *session, void *context, struct error *error)
{
    struct move *move = context;
    struct turn turn = names_turn(home.gate, move->arena, session);
    return name_move_write(&turn, &move->page, error);
}

static int add_late(struct store_session *session, void *context, struct error *error)
{
    struct move *move = context;
    struct turn turn = names_turn(home.gate, move->arena, session);
    return name_index_add(&turn, move->agency, move->subject, &move->late, error);
}

static void read_session(struct move *move, struct store_session **session, struct turn *turn)
{
    struct error error;
    must(store_reader(home.gate->store, session, &error), &error, "store_reader");
    *turn = names_turn(home.gate, move->arena, *session);
}

static void read_page(struct move *move)
{
    struct error error;
    STORE_SESSION_SCOPE struct store_session *session = NULL;
    struct turn turn;
    read_session(move, &session, &turn);
    must(name_move_read(&turn, &move->page, &error), &error, "name_move_read");
}

/* Cuts a name as if it were about to be written, in memory that lasts; it is not in the index. */
static void cut_late(struct move *move, struct arena *kept, const struct id *late, const char *name)
{
    struct error error;
    struct raw raw = raw_open(&home);
    STORE_SESSION_SCOPE struct store_session *session = NULL;
    struct turn turn;
    move->agency = id_text(&home.school);
    move->subject = id_text(late);
    read_session(move, &session, &turn);
    turn.arena = kept;
    must(name_cut(&turn, move->agency, text_of(name), &move->late, &error), &error, "name_cut");
    raw_run(&raw, "DELETE FROM subject_trigram WHERE subject_id = '%s'", late->text);
    raw_run(&raw, "DELETE FROM subject_trigram_2 WHERE subject_id = '%s'", late->text);
    raw_close(&raw);
}

/* Everybody is found at every step, also who was prepared before it began and is written while it goes on. */
static void move_once(const struct id *first, const struct id *late, const char *late_name)
{
    struct error error;
    struct raw raw = raw_open(&home);
    struct move move = {.arena = arena_new(4 << 20, ARENA_SECRET)};
    struct arena *kept = arena_new(1 << 16, ARENA_SECRET);
    struct text old = raw_text(&raw, "SELECT key_id FROM name_key");
    cut_late(&move, kept, late, late_name);

    must(keys_fresh(home.gate, gate_now(home.gate), &move.fresh, &error), &error, "keys_fresh");
    must(queue_do(home.gate, begin, &move, false, &error), &error, "begin");
    must(queue_do(home.gate, begin, &move, false, &error), &error, "begin again"); /* as after a crash */
    must(queue_do(home.gate, add_late, &move, false, &error), &error, "add");
    (void)open_case(teacher, "Ysolde Meanwhile");
    struct id added;
    size_t pages = 0;
    while (!move.page.done) {
        must_find(teacher, "Quillfether", first);
        must_find(teacher, late_name, late);
        assert_true(search(teacher, "Ysolde Meanwhile", &added) >= 1);
        home_verify(home.gate, home.arena);
        read_page(&move);
        must(queue_do(home.gate, write_page, &move, false, &error), &error, "name_move_write");
        pages++;
    }
    assert_true(pages >= 3);
    must_find(teacher, "Quillfether", first);
    must_find(teacher, late_name, late);
    home_verify(home.gate, home.arena);
    assert_int_equal(raw_int(&raw, "SELECT count(*) FROM record_key WHERE id = '%.*s'", TEXT_ARGS(old)), 0);
    assert_int_equal(queue_do(home.gate, add_late, &move, false, &error), ERROR_CONFLICT); /* under a key that is gone */
    arena_free(&move.arena);
    arena_free(&kept);
    raw_close(&raw);
}

static void test_of_a_move(void **state)
{
    (void)state;
    char name[60];
    struct id quill = {""}, late;
    assert_int_equal(search(teacher, "Quillfether", &quill), 1);
    for (int i = 0; i < NAME_MOVE_PAGE + 10; i++) {
        snprintf(name, sizeof name, "Body %c%c%c%c", 'b' + i % 7, 'b' + i / 7 % 7, 'b' + i / 49, 'k');
        open_case(teacher, name);
    }
    late = open_case(teacher, "Tamsin Straggler");
    for (int i = 0; i < 2; i++) {
        move_once(&quill, &late, "Tamsin Straggler");
        begin_again();
    }
}

/* What lies where the index is not, and a key that is of none of its tables, goes at a start; a side that was changed is made anew. */
static void test_of_strays(void **state)
{
    (void)state;
    struct id found;
    struct raw raw = raw_open(&home);
    for (int i = 0; i < 2; i++) {
        bool second = raw_int(&raw, "SELECT second FROM trigram_side") != 0;
        raw_run(&raw, "INSERT INTO %s SELECT agency_id, 'qzjx of before', id FROM subject", second ? "subject_trigram" : "subject_trigram_2");
        begin_again();
        assert_int_equal(raw_int(&raw, "SELECT count(*) FROM %s", second ? "subject_trigram" : "subject_trigram_2"), 0);
        raw_run(&raw, "INSERT INTO name_key VALUES (3, 'of none')");
        begin_again();
        assert_int_equal(raw_int(&raw, "SELECT count(*) FROM name_key"), 1);
        raw_run(&raw, "UPDATE trigram_side SET second = 1 - second");
        begin_again();
        assert_int_equal(search(teacher, "Quillfether", &found), 1);
        home_verify(home.gate, home.arena);
    }
    raw_close(&raw);
}

static int64_t pieces_of(struct raw *raw, struct text subject)
{
    return raw_int(raw, "SELECT count(*) FROM (SELECT * FROM subject_trigram UNION ALL SELECT * FROM subject_trigram_2)"
                        " WHERE subject_id = '%.*s'", TEXT_ARGS(subject));
}

/* One name that does not open costs nobody else theirs, when the index is made and when it moves. */
static void test_beside_one_that_does_not_open(void **state)
{
    (void)state;
    struct id quill = {""}, late = {""};
    struct error error;
    struct raw raw = raw_open(&home);
    struct move move = {.arena = arena_new(4 << 20, ARENA_SECRET)};
    struct arena *kept = arena_new(1 << 16, ARENA_SECRET);
    assert_int_equal(search(teacher, "Quillfether", &quill), 1);
    assert_int_equal(search(teacher, "Tamsin Straggler", &late), 1);
    struct text bad = raw_text(&raw, "SELECT id FROM subject ORDER BY id LIMIT 1 OFFSET 2");
    struct text wrapped = raw_text(&raw, "SELECT hex(wrapped) FROM record_key WHERE id = (SELECT key_id FROM subject WHERE id = '%.*s')",
                                   TEXT_ARGS(bad));
    raw_run(&raw, "UPDATE record_key SET wrapped = zeroblob(length(wrapped)) WHERE id = (SELECT key_id FROM subject WHERE id = '%.*s')",
            TEXT_ARGS(bad));
    damage_name_key(&raw);
    begin_again();
    must_find(teacher, "Quillfether", &quill);
    must_find(teacher, "Tamsin Straggler", &late);
    assert_int_equal(pieces_of(&raw, bad), 0);

    cut_late(&move, kept, &late, "Tamsin Straggler");
    must(keys_fresh(home.gate, gate_now(home.gate), &move.fresh, &error), &error, "keys_fresh");
    must(queue_do(home.gate, begin, &move, false, &error), &error, "begin");
    raw_run(&raw, "INSERT INTO %s VALUES ('%s', 'of one that does not open', '%.*s'), ('%s', 'of nobody', 'nobody')",
            raw_int(&raw, "SELECT second FROM trigram_side") ? "subject_trigram" : "subject_trigram_2", home.school.text, TEXT_ARGS(bad),
            home.school.text);
    /* who is disposed of between reading and writing does not come back; who is written then is not left behind */
    read_page(&move);
    struct text gone = arena_text(kept, move.page.moved[move.page.n - 1].subject);
    assert_true(move.page.moved[move.page.n - 1].n > 0);
    raw_run(&raw, "DELETE FROM subject_trigram WHERE subject_id = '%.*s'; DELETE FROM subject_trigram_2 WHERE subject_id = '%.*s'",
            TEXT_ARGS(gone), TEXT_ARGS(gone));
    must(queue_do(home.gate, write_page, &move, false, &error), &error, "name_move_write");
    do {
        read_page(&move);
        if (move.page.n == 0 && pieces_of(&raw, move.subject) == 0)
            must(queue_do(home.gate, add_late, &move, false, &error), &error, "add");
        must(queue_do(home.gate, write_page, &move, false, &error), &error, "name_move_write");
    } while (!move.page.done);
    must_find(teacher, "Quillfether", &quill);
    must_find(teacher, "Tamsin Straggler", &late);
    assert_int_equal(pieces_of(&raw, bad) + pieces_of(&raw, gone) + pieces_of(&raw, TEXT("nobody")), 0);

    raw_run(&raw, "UPDATE record_key SET wrapped = x'%.*s' WHERE id = (SELECT key_id FROM subject WHERE id = '%.*s')",
            TEXT_ARGS(wrapped), TEXT_ARGS(bad));
    damage_name_key(&raw);
    begin_again();
    arena_free(&move.arena);
    arena_free(&kept);
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
        cmocka_unit_test(test_of_the_file), cmocka_unit_test(test_of_short_and_long), cmocka_unit_test(test_over_a_restart),
        cmocka_unit_test(test_of_an_earlier_version), cmocka_unit_test(test_of_a_damaged_key),
        cmocka_unit_test(test_beside_another_keyholder), cmocka_unit_test(test_where_no_name_opens),
        cmocka_unit_test(test_of_a_move), cmocka_unit_test(test_of_strays), cmocka_unit_test(test_beside_one_that_does_not_open),
        cmocka_unit_test(test_of_who_only_reads),
    };
    return cmocka_run_group_tests(tests, make, drop);
}
