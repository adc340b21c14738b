/* What is changed by hand in the database is found, and named. */
#include "raw.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

static struct test_home home;

static void keep_as(const char *name)
{
    shell("cp -r %s/data %s/%s", home.folder, home.folder, name);
}

static void put_back(const char *name)
{
    shell("rm -rf %s/data && mv %s/%s %s/data", home.folder, home.folder, name, home.folder);
}

static void change(const char *sql)
{
    struct raw raw = raw_open(&home, "proviso");
    /* who can write the file can take the guard of append-only tables away */
    raw_run(&raw, "DROP TRIGGER IF EXISTS store_keep_DELETE_look; DROP TRIGGER IF EXISTS store_keep_UPDATE_look");
    if (raw_run(&raw, "%s", sql) == 0)
        fail_msg("%s: changed nothing", sql);
    raw_close(&raw);
}

/* Opens the changed home and gives what verifying says: the lines, or the error that kept it from opening. */
static struct text findings(void)
{
    struct error error;
    struct verify_report report;
    struct gate_settings settings = home_settings(&home);
    settings.read_only = true;
    if (gate_open(&settings, &home.gate, &error) != 0)
        return arena_format(home.arena, "%s %s", error.where, error.what);
    must(gate_verify(home.gate, home.arena, NULL, &report, &error), &error, "gate_verify");
    gate_close(&home.gate);
    return report.differences ? report.lines : TEXT("");
}

static void test_found(void **state)
{
    (void)state;
    static const struct {
        const char *sql, *says;
    } cases[] = {
        {"UPDATE decision SET sealed = CAST(substr(sealed, 1, 50) || CASE WHEN substr(sealed, 51, 1) = x'00' THEN x'01' ELSE x'00' END || substr(sealed, 52) AS BLOB)"
         " WHERE id = (SELECT min(id) FROM decision)", "decision "},
        {"UPDATE decision SET decided = 'do-not-share' WHERE id = (SELECT max(id) FROM decision)", "decision "},
        {"UPDATE decision SET recorded_at = recorded_at + 1 WHERE id = (SELECT max(id) FROM decision)", "decision "},
        {"UPDATE decision SET key_id = (SELECT key_id FROM item LIMIT 1) WHERE id = (SELECT max(id) FROM decision)", "decision "},
        {"DELETE FROM need_to_know", "the row is gone"},
        {"INSERT INTO notice SELECT 'x' || substr(id, 2), post_id, kind, about, raised_at, done_at FROM notice LIMIT 1",
         "no entry ever wrote this row"},
        {"UPDATE item SET sealed = (SELECT sealed FROM item i WHERE i.id <> item.id), recorded_at = recorded_at", "item "},
        {"UPDATE account SET password = 'x' WHERE login = 'teacher'", "account "},
        {"UPDATE written SET idx = idx - 1 WHERE tbl = 'receipt'", "index of last writes"},
        {"DELETE FROM written WHERE tbl = 'share'", "share "},
        /* a row is taken away, and another entry said to have the last word on it: one that there never was, up to the last number */
        {"DELETE FROM need_to_know; INSERT INTO overwritten SELECT tbl, id, idx FROM written WHERE tbl = 'need_to_know';"
         " UPDATE written SET idx = 9223372036854775806 WHERE tbl = 'need_to_know'", "did not write this row"},
        {"DELETE FROM need_to_know; INSERT INTO overwritten SELECT tbl, id, idx FROM written WHERE tbl = 'need_to_know';"
         " UPDATE written SET idx = 9223372036854775807 WHERE tbl = 'need_to_know'", "did not write this row"},
        /* one that there is, and that wrote another row */
        {"DELETE FROM need_to_know; INSERT INTO overwritten SELECT tbl, id, idx FROM written WHERE tbl = 'need_to_know';"
         " UPDATE written SET idx = (SELECT max(idx) FROM entry) WHERE tbl = 'need_to_know'", "did not write this row"},
        /* as many rows as before, each with its last write: other rows */
        {"UPDATE need_to_know SET id = id || 'x'; UPDATE written SET id = id || 'x' WHERE tbl = 'need_to_know'", "did not write this row"},
        {"DELETE FROM written WHERE tbl = 'need_to_know'; DELETE FROM need_to_know WHERE id <> (SELECT max(id) FROM need_to_know);"
         " UPDATE need_to_know SET id = id || 'x'", "no entry ever wrote this row"},
        {"UPDATE entry SET sealed = CAST(substr(sealed, 1, 60) || CASE WHEN substr(sealed, 61, 2) = x'0000' THEN x'0001' ELSE x'0000' END || substr(sealed, 63) AS BLOB) WHERE idx = 5", "entry 5"},
        {"UPDATE entry SET leaf = x'00' WHERE idx = 7", "entry 7"},
        {"DELETE FROM entry WHERE idx = 3", "entry 3"},
        {"DELETE FROM record_key WHERE id = (SELECT key_id FROM entry WHERE idx = 4)", "entry 4"},
        {"UPDATE log_piece SET content = CAST(substr(content, 1, 40) || CASE WHEN substr(content, 41, 1) = x'ff' THEN x'00' ELSE x'ff' END || substr(content, 42) AS BLOB) WHERE level = 0", "log"},
        {"UPDATE log_head SET size = size - 1", "log"},
        {"DELETE FROM look WHERE seq = (SELECT min(seq) FROM look)", "look"},
        {"UPDATE look SET account_id = 'somebody else'", "look"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        keep_as("data.good");
        change(cases[i].sql);
        struct text found = findings();
        if (text_find(found, text_of(cases[i].says)) < 0)
            fail_msg("%s\n  was not found as \"%s\"; found:\n%.*s", cases[i].sql, cases[i].says, TEXT_ARGS(found));
        put_back("data.good");
    }
}

/* An older copy of the database in place of the newer one. */
static void test_rolled_back(void **state)
{
    (void)state;
    put_back("data.old");
    struct text found = findings();
    assert_true(text_find(found, TEXT("older")) >= 0);
    struct error error;
    struct gate_settings settings = home_settings(&home);
    assert_int_equal(gate_open(&settings, &home.gate, &error), ERROR_CHECK); /* nor will it be served */
}

static void test_clean(void **state)
{
    (void)state;
    struct text found = findings();
    if (found.n)
        fail_msg("an unchanged record was found wanting:\n%.*s", TEXT_ARGS(found));
}

static int make(void **state)
{
    *state = &home;
    struct error error;
    struct view_rows rows;
    home_make(&home);
    struct visit *teacher = home_visit(&home, "teacher"), *worker = home_visit(&home, "worker");
    struct decided first = home_decide(&home, teacher, TEXT("")), second = home_decide(&home, teacher, TEXT(""));
    struct share_send send = {.decisions = {&first.decision_id, 1}, .items = {&first.item_id, 1}};
    struct share_sent sent;
    must(visit_act_wait(teacher, &share_send_command, &send, &sent, &error), &error, "share.send");
    gate_close(&home.gate);
    keep_as("data.old");
    home_reopen(&home);
    teacher = home_visit(&home, "teacher");
    worker = home_visit(&home, "worker");
    struct nothing nothing = {0};
    must(visit_look(worker, &receipt_list_view, &nothing, &rows, &error), &error, "receipt.list");
    struct receipt_of of = {VISIT_ROW(rows, struct receipt_row, 0)->receipt_id};
    struct receipt_opened opened;
    must(visit_act_wait(worker, &receipt_open_command, &of, &opened, &error), &error, "receipt.open");
    struct receipt_confirm confirm = {of.receipt_id, TEXT("Thank you.")};
    struct receipt_confirmed confirmed;
    must(visit_act_wait(worker, &receipt_confirm_command, &confirm, &confirmed, &error), &error, "receipt.confirm");
    struct case_of case_of = {second.case_id};
    must(visit_look(teacher, &case_read_view, &case_of, &rows, &error), &error, "case.read");
    home_settle(teacher);
    gate_close(&home.gate);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_clean), cmocka_unit_test(test_found),
                                       cmocka_unit_test(test_clean), cmocka_unit_test(test_rolled_back)};
    return cmocka_run_group_tests(tests, make, home_end);
}
