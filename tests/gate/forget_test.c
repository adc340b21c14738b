/*
 * What was disposed of is gone from the disk once the epoch has turned, from old copies too; it becomes so in time, beside
 * people at work, and whatever step a crash comes at. What lives, and every old proof, stays.
 */
#include "forget_fixture.h"
#include "forget_search.h"

#include "forget/forget.h"
#include "inside.h"
#include "support/wait.h"

#include "keyholder.h"
#include "ledger.h"
#include "proof.h"

#include <setjmp.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

static void turn(void)
{
    struct error error;
    must(gate_turn_keys(home.home.gate, &error), &error, "gate_turn_keys");
}

static void dispose_case(const struct marked *marked)
{
    forget_dispose(&home, &(struct disposal_propose){.case_id = marked->case_id, FORGET_BY_RULE});
}

static void assert_lives(const struct marked *marked, const char *mark)
{
    struct error error;
    struct view_rows rows;
    struct item_list items = {marked->case_id};
    must(visit_look(home.teacher, &item_list_view, &items, &rows, &error), &error, "item.list");
    assert_int_equal(rows.n, 1);
    assert_true(text_starts(VISIT_ROW(rows, struct item_row, 0)->text, text_of(mark)));
    struct receipt_of receipt = {marked->receipt};
    must(visit_look(home.worker, &receipt_read_view, &receipt, &rows, &error), &error, "receipt.read");
    assert_true(text_starts(VISIT_ROW(rows, struct receipt_full, 0)->reply, text_of(mark)));
}

/* ---- on the disk ---- */

static void test_no_byte(void **state)
{
    (void)state;
    struct remains gone, lives, anew;
    struct marked one = forget_mark(&home, "MARKGONE", "Qzxjva Kwyxbq"), other = forget_mark(&home, "MARKLIVES", "Vyhxzu Jqpfwk");
    remains_of(&home, &one, "MARKGONE", &gone);
    remains_of(&home, &other, "MARKLIVES", &lives);

    /* the search finds what is there; words, plain keys and salts never are */
    assert_int_equal(needles_found(&gone.kept, home.home.folder), gone.kept.n);
    assert_int_equal(needles_found(&gone.letters, home.home.folder), gone.letters.n);
    assert_int_equal(needles_found(&gone.payload, home.home.folder), gone.payload.n);
    assert_int_equal(needles_found(&gone.words, home.home.folder), 0);
    assert_int_equal(needles_found(&gone.secret, home.home.folder), 0);

    dispose_case(&one);
    assert_true(needles_found(&gone.kept, home.home.folder) > 0); /* the write-ahead log has it still */
    turn();
    assert_int_equal(needles_found(&gone.kept, home.home.folder), 0);
    assert_int_equal(needles_found(&gone.letters, home.home.folder), 0);
    assert_int_equal(needles_found(&gone.payload, home.home.folder), 0);
    assert_int_equal(needles_found(&gone.words, home.home.folder), 0);
    assert_int_equal(needles_found(&gone.secret, home.home.folder), 0);

    /* who lives is found by a name that lies there under another key: that of before went with the dead */
    remains_of(&home, &other, "MARKLIVES", &anew);
    assert_int_equal(needles_found(&lives.letters, home.home.folder), 0);
    assert_int_equal(anew.letters.n, lives.letters.n);
    assert_int_equal(needles_found(&anew.letters, home.home.folder), anew.letters.n);
    assert_int_equal(needles_found(&lives.payload, home.home.folder), lives.payload.n);
    assert_lives(&other, "MARKLIVES");
    forget_verify(&home);
    dispose_case(&other);
    turn();
    assert_int_equal(needles_found(&lives.kept, home.home.folder), 0);
    assert_int_equal(needles_found(&anew.letters, home.home.folder), 0);
    remains_free(&gone);
    remains_free(&anew);
    remains_free(&lives);
}

/* One thing of a case: the rest of the case stays. */
static void test_no_byte_of_one(void **state)
{
    (void)state;
    struct remains all;
    struct needles item = {.n = 0};
    struct marked one = forget_mark(&home, "MARKITEM", "Bjqzwx Pvykhz");
    remains_of(&home, &one, "MARKITEM", &all);
    for (size_t i = 0; i < all.kept.n; i++)
        if (strcmp(all.kept.item[i].what, "what is sealed in item") == 0)
            needle_add(&item, all.kept.item[i].bytes, "the item");
    assert_int_equal(item.n, 1);
    forget_dispose(&home, &(struct disposal_propose){.case_id = one.case_id, .item_id = one.item, FORGET_BY_RULE});
    forget_dispose(&home, &(struct disposal_propose){.case_id = one.case_id, .document_id = one.document, FORGET_BY_RULE});
    turn();
    assert_int_equal(needles_found(&item, home.home.folder), 0);
    assert_int_equal(needles_found(&all.payload, home.home.folder), 0);
    assert_int_equal(needles_found(&all.letters, home.home.folder), all.letters.n);
    forget_verify(&home);
    needles_free(&item);
    remains_free(&all);
}

/* ---- old copies, old proofs ---- */

static void execute(sqlite3 *db, const char *sql)
{
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
}

/* How many of the keys in the copy open; `query` names them. */
static size_t keys_that_open(sqlite3 *copy, const char *query, size_t *all)
{
    struct error error;
    sqlite3_stmt *statement;
    size_t open = 0;
    *all = 0;
    if (sqlite3_prepare_v2(copy, query, -1, &statement, NULL) != SQLITE_OK)
        fail_msg("%s", sqlite3_errmsg(copy));
    while (sqlite3_step(statement) == SQLITE_ROW) {
        struct wrapped_key wrapped;
        struct unwrapped_key plain;
        assert_int_equal(sqlite3_column_bytes(statement, 0), sizeof wrapped.byte);
        memcpy(wrapped.byte, sqlite3_column_blob(statement, 0), sizeof wrapped.byte);
        must(keyholder_unwrap(home.home.gate->keyholder, &wrapped, 1, &plain, &error), &error, "keyholder_unwrap");
        open += plain.verdict == WRAPPED_GOOD;
        ++*all;
    }
    sqlite3_finalize(statement);
    return open;
}

static void test_old_copy(void **state)
{
    (void)state;
    char command[600], path[300];
    sqlite3 *copy;
    size_t all, open;
    struct marked one = forget_mark(&home, "MARKCOPY", "Gzvqjx Wpkyfb"), other = forget_mark(&home, "MARKSTAYS", "Hqwzjv Xbkyfp");
    shell("cp -r %s/data %s/copy", home.home.folder, home.home.folder);
    snprintf(path, sizeof path, "%s/copy/proviso.db", home.home.folder);
    assert_int_equal(sqlite3_open(path, &copy), SQLITE_OK);
    open = keys_that_open(copy, "SELECT wrapped FROM record_key", &all);
    assert_true(open == all && all > 20);

    dispose_case(&one);
    open = keys_that_open(copy, "SELECT wrapped FROM record_key", &all);
    assert_int_equal(open, all); /* so it is not final yet */
    turn();
    assert_int_equal(keys_that_open(copy, "SELECT wrapped FROM record_key", &all), 0);

    /* with the keys of today what lives can be read in the copy, and nothing of what was disposed of */
    snprintf(command, sizeof command, "ATTACH '%s/data/proviso.db' AS today", home.home.folder);
    execute(copy, command);
    open = keys_that_open(copy, "SELECT t.wrapped FROM main.item i JOIN today.record_key t ON t.id = i.key_id", &all);
    assert_true(open == all && all >= 1);
    char query[800];
    snprintf(query, sizeof query,
             "SELECT t.wrapped FROM today.record_key t WHERE t.id IN (SELECT key_id FROM main.item WHERE case_id = '%s'"
             " UNION SELECT key_id FROM main.decision WHERE case_id = '%s' UNION SELECT key_id FROM main.document WHERE case_id = '%s'"
             " UNION SELECT key_id FROM main.share WHERE case_id = '%s' UNION SELECT s.key_id FROM main.case_file c"
             "  JOIN main.subject s ON s.id = c.subject_id WHERE c.id = '%s')",
             one.case_id.text, one.case_id.text, one.case_id.text, one.case_id.text, one.case_id.text);
    keys_that_open(copy, query, &all);
    assert_int_equal(all, 0);
    /* nor is there a key that would tell the pieces of the name that lie in the copy */
    keys_that_open(copy, "SELECT t.wrapped FROM main.name_key n JOIN today.record_key t ON t.id = n.key_id", &all);
    assert_int_equal(all, 0);
    keys_that_open(copy, "SELECT t.wrapped FROM today.name_key n JOIN today.record_key t ON t.id = n.key_id", &all);
    assert_int_equal(all, 1);
    sqlite3_close(copy);
    shell("rm -rf %s/copy", home.home.folder);
    assert_lives(&other, "MARKSTAYS");
}

static void test_old_proof(void **state)
{
    (void)state;
    struct error error;
    struct view_rows rows;
    struct proof_said said;
    struct ledger_key key;
    struct marked one = forget_mark(&home, "MARKPROOF", "Pxzqvj Wkhybf");
    struct decision_proof in = {one.decision, false};
    must(visit_look(home.head, &decision_proof_view, &in, &rows, &error), &error, "decision.proof");
    struct text file = VISIT_ROW(rows, struct decision_proof_row, 0)->proof;
    dispose_case(&one);
    turn();
    must(ledger_key_parse(gate_log_key(home.home.gate, home.home.arena), &key, &error), &error, "the log's key");
    must(proof_check(home.home.arena, file, &key, 1, &said, &error), &error, "proof_check");
    assert_true(text_equal(said.decision_id, id_text(&one.decision)));
    assert_true(said.size < gate_count(home.home.gate).log_size); /* signed before; the log has grown from there */
    assert_int_equal(visit_look(home.head, &decision_proof_view, &in, &rows, &error), ERROR_MISSING);
    struct evidence evidence;
    assert_int_equal(gate_prove(home.home.gate, home.home.arena, &one.decision, &evidence, &error), ERROR_CONFLICT);
    assert_non_null(strstr(error.what, "disposed of"));
    forget_verify(&home);
}

/* ---- in time, and beside people at work ---- */

static bool is_final(const struct id *disposal)
{
    struct disposal_row row = forget_read(home.gov, disposal);
    return text_equal(row.state, TEXT("final"));
}

static void finish_in_time(const char *mark, const char *name)
{
    struct marked one = forget_mark(&home, mark, name);
    struct id disposal = forget_dispose(&home, &(struct disposal_propose){.case_id = one.case_id, FORGET_BY_RULE});
    struct forget_progress progress = gate_forget_progress(home.home.gate);
    assert_int_equal(progress.waiting, 1);
    assert_false(is_final(&disposal));
    forget_clock_add(CLOCK_DAY - CLOCK_DAY / 5); /* of the day that is set, a quarter is left for the turn */
    forget_home_sign_in(&home);
    forget_ask(home.home.gate);
    WAIT_FOR(is_final(&disposal));
    WAIT_FOR(strcmp(gate_forget_progress(home.home.gate).step, "final") == 0);
    progress = gate_forget_progress(home.home.gate);
    assert_int_equal(progress.waiting, 0);
}

/* The first, and those after it. */
static void test_in_time(void **state)
{
    (void)state;
    finish_in_time("MARKTIME", "Yqzjxv Kpwhbf");
    finish_in_time("MARKLATER", "Jxqvzk Pwbyhf");
}

/* What stood in the way of a turn is gone: it is tried again, though the set time is far away. */
static void test_tried_again(void **state)
{
    (void)state;
    struct error error;
    char path[200];
    struct marked one = forget_mark(&home, "MARKAGAIN", "Kvqzxj Ypwhbf");
    struct id disposal = forget_dispose(&home, &(struct disposal_propose){.case_id = one.case_id, FORGET_BY_RULE});
    snprintf(path, sizeof path, "%s/data/escrow", home.home.folder);
    must(file_replace(path, TEXT("no folder"), 0600, &error), &error, "a file where a folder should be");
    assert_int_equal(gate_turn_keys(home.home.gate, &error), ERROR_SYSTEM);
    assert_false(is_final(&disposal));
    assert_int_equal(unlink(path), 0);
    forget_ask(home.home.gate);
    WAIT_FOR(is_final(&disposal));
    forget_verify(&home);
}

struct worker {
    pthread_t thread;
    struct gate *gate;
    struct visit *visit;
    struct arena *arena;
    struct id case_id;
    _Atomic bool *stop;
    _Atomic size_t done;
    size_t failed;
    char words[400];
};

static void note(struct worker *worker, int result, const struct error *error)
{
    if (result && !worker->failed++)
        error_line(error, worker->words, sizeof worker->words);
}

static void *work_on(void *context)
{
    struct worker *worker = context;
    while (!atomic_load(worker->stop)) {
        struct error error;
        struct view_rows rows;
        struct item_record item = {.case_id = worker->case_id, .text = TEXT("Something was seen."), .nature = TEXT("fact")};
        struct item_recorded recorded;
        struct item_list list = {worker->case_id};
        note(worker, visit_act_wait(worker->visit, &item_record_command, &item, &recorded, &error), &error);
        note(worker, visit_look(worker->visit, &item_list_view, &list, &rows, &error), &error);
        atomic_fetch_add(&worker->done, 1);
    }
    return NULL;
}

static void test_beside_work(void **state)
{
    (void)state;
    enum { WORKERS = 4, TURNS = 6 };
    struct error error;
    struct worker worker[WORKERS] = {0};
    _Atomic bool stop = false;
    for (int i = 0; i < WORKERS; i++) {
        struct case_open open = {.name = TEXT("Work Goeson")};
        struct case_opened opened;
        worker[i] = (struct worker){.gate = home.home.gate, .visit = home_visit(&home.home, "teacher"), .stop = &stop};
        must(visit_act_wait(worker[i].visit, &case_open_command, &open, &opened, &error), &error, "case.open");
        worker[i].case_id = opened.case_id;
    }
    /* each with an arena of its own: visits of one arena are for one thread */
    for (int i = 0; i < WORKERS; i++) {
        struct session_begin in = {.login = TEXT("teacher"), .password = TEXT(HOME_PASSWORD)};
        struct session_begun out;
        worker[i].arena = arena_new(512 << 20, ARENA_SECRET);
        must(visit_begin(home.home.gate, worker[i].arena, &worker[i].visit, &error), &error, "visit_begin");
        must(visit_act_wait(worker[i].visit, &session_begin_command, &in, &out, &error), &error, "session.begin");
        must(visit_by_session(worker[i].visit, out.token, &error), &error, "visit_by_session");
        assert_int_equal(pthread_create(&worker[i].thread, NULL, work_on, &worker[i]), 0);
    }
    for (int i = 0; i < TURNS; i++) {
        size_t before = atomic_load(&worker[0].done);
        turn();
        WAIT_FOR(atomic_load(&worker[0].done) > before);
    }
    atomic_store(&stop, true);
    for (int i = 0; i < WORKERS; i++) {
        pthread_join(worker[i].thread, NULL);
        if (worker[i].failed)
            fail_msg("%zu of %zu failed, the first: %s", worker[i].failed, atomic_load(&worker[i].done) * 2, worker[i].words);
        arena_free(&worker[i].arena);
    }
    forget_verify(&home);
}

/* ---- a crash at each step ---- */

static void turn_and_die(const char *step)
{
    char program[4096];
    int status = 0;
    snprintf(program, sizeof program, "%s/gate-turn", getenv("PROVISO_BUILD"));
    pid_t child = fork();
    if (child == 0) {
        setenv("PROVISO_LOG", "error", 1);
        execl(program, program, home.home.folder, step, (char *)NULL);
        _exit(127);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

static void test_crashes(void **state)
{
    (void)state;
    static const char *const steps[] = {"turned", "moved", "wrapped", "escrowed", "retired", "deleted", "scrubbed", "final"};
    struct marked stays = forget_mark(&home, "MARKALWAYS", "Zqjxvk Ywpfhb");
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        struct remains gone;
        struct marked one = forget_mark(&home, "MARKCRASH", "Xvqzjk Fwyphb");
        remains_of(&home, &one, "MARKCRASH", &gone);
        struct id disposal = forget_dispose(&home, &(struct disposal_propose){.case_id = one.case_id, FORGET_BY_RULE});
        gate_close(&home.home.gate);
        turn_and_die(steps[i]);
        home_reopen(&home.home);
        forget_home_sign_in(&home);
        if (i < 3)
            WAIT_FOR(is_final(&disposal)); /* there are two epochs still: it goes on by itself */
        turn();
        assert_true(is_final(&disposal));
        assert_int_equal(needles_found(&gone.kept, home.home.folder), 0);
        assert_int_equal(needles_found(&gone.letters, home.home.folder), 0);
        assert_int_equal(needles_found(&gone.payload, home.home.folder), 0);
        assert_lives(&stays, "MARKALWAYS");
        forget_verify(&home);
        remains_free(&gone);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_byte),   cmocka_unit_test(test_no_byte_of_one), cmocka_unit_test(test_old_copy),
        cmocka_unit_test(test_old_proof), cmocka_unit_test(test_in_time),        cmocka_unit_test(test_beside_work),
        cmocka_unit_test(test_tried_again), cmocka_unit_test(test_crashes),
    };
    return cmocka_run_group_tests(tests, make, drop);
}
