/*
 * A server that is killed while keys are wrapped anew: what was written together is there whole or not at all, and the turn goes
 * on. And a database that is far away: a turn runs few statements.
 */
#include "both.h"
#include "forget_home.h"

#include "forget/forget_inside.h"
#include "inside.h"
#include "writer/writer.h"

#include "keyholder.h"
#include "store.h"
#include "work/name_index.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "support/wait.h"

static struct forget_home home;

/* Keys before all others, PIECE in one transaction and TOGETHER in one statement: the last piece and its last statement are not full. */
#define LOW "'00000000000000000000'"
enum { COPIES = 1290, PIECE = 512, TOGETHER = 32 };

/* ---- the death of a process ---- */

static int left; /* statements that wrap keys anew, until it dies; 0: never */

int __real_store_run_text(struct store_session *session, const char *sql, struct store_values values, int64_t *changed, struct error *error);
int __wrap_store_run_text(struct store_session *session, const char *sql, struct store_values values, int64_t *changed, struct error *error);
int __wrap_store_run_text(struct store_session *session, const char *sql, struct store_values values, int64_t *changed, struct error *error)
{
    int result = __real_store_run_text(session, sql, values, changed, error);
    if (left && strncmp(sql, "UPDATE record_key SET wrapped", 29) == 0 && --left == 0)
        raise(SIGKILL);
    return result;
}

static void turn_and_die(int after)
{
    int status = 0;
    gate_close(&home.home.gate);
    pid_t child = fork();
    if (child == 0) {
        struct error error;
        struct gate_settings settings = home_settings(&home.home);
        left = after;
        if (gate_open(&settings, &home.home.gate, &error) == 0)
            (void)gate_turn_keys(home.home.gate, &error);
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    shell("flock -w 20 %s/keyholder true", home.home.folder); /* its keyholder ends a moment later */
}

/* ---- keys ---- */

static int put_copies(struct store_session *session, void *context, struct error *error)
{
    (void)context;
    return store_run(session,
                     "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1)"
                     " INSERT INTO record_key (id, wrapped, own) SELECT " LOW " || CAST(100000 + i AS TEXT),"
                     "  (SELECT wrapped FROM record_key ORDER BY id DESC LIMIT 1), 1 FROM n",
                     STORE_BIND(STORE_INT(COPIES)), NULL, error);
}

static int take_copies(struct store_session *session, void *context, struct error *error)
{
    (void)context;
    return store_run(session, "DELETE FROM record_key WHERE id > " LOW " AND id < " LOW " || '9'", STORE_BIND(), NULL, error);
}

/* How many of the copies, and of the other keys, are of an epoch. The copies come first. */
struct counted {
    int copies, others;
};

static struct counted count(struct gate *gate, uint32_t epoch)
{
    struct error error;
    struct counted n = {0, 0};
    STORE_SESSION_SCOPE struct store_session *session = NULL;
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    must(store_reader(gate->store, &session, &error), &error, "store_reader");
    int got = store_query(session, "SELECT CASE WHEN id < " LOW " || '9' THEN 1 ELSE 0 END, wrapped FROM record_key", STORE_BIND(), &rows, &error);
    while (!got && (got = store_next(rows, &error)) > 0) {
        struct wrapped_key key;
        bool copy = store_bool(rows, 0);
        struct text wrapped = store_bytes(rows, 1);
        assert_int_equal(wrapped.n, sizeof key.byte);
        memcpy(key.byte, wrapped.p, sizeof key.byte);
        if (wrapped_key_epoch(&key) == epoch)
            *(copy ? &n.copies : &n.others) += 1;
        got = 0;
    }
    must(got, &error, "record_key");
    return n;
}

static struct counted count_closed(uint32_t epoch)
{
    struct error error;
    struct gate *gate = NULL;
    struct gate_settings settings = home_settings(&home.home);
    settings.read_only = true;
    must(gate_open(&settings, &gate, &error), &error, "gate_open");
    struct counted n = count(gate, epoch);
    gate_close(&gate);
    return n;
}

/* Statements that the writer's connection has run. */
static int count_statements(struct store_session *session, void *context, struct error *error)
{
    (void)error;
    *(uint64_t *)context = store_count(session).statements;
    return 0;
}

/* ---- tests ---- */

static void test_killed(void **state)
{
    (void)state;
    static const struct {
        int after, kept; /* statements; keys wrapped anew that were kept */
    } deaths[] = {{1, 0}, {PIECE / TOGETHER, 0}, {PIECE / TOGETHER + 1, PIECE}, {2 * PIECE / TOGETHER + 4, 2 * PIECE}};
    struct error error;
    for (size_t i = 0; i < sizeof deaths / sizeof *deaths; i++) {
        uint32_t epoch = (uint32_t)i + 1;
        must(writer_do(home.home.gate, put_copies, NULL, false, &error), &error, "copies");
        assert_int_equal(count(home.home.gate, epoch).copies, COPIES);
        turn_and_die(deaths[i].after);
        assert_int_equal(count_closed(epoch + 1).copies, deaths[i].kept);
        assert_int_equal(count_closed(epoch).copies, COPIES - deaths[i].kept);
        assert_true(count_closed(epoch).others > 10);
        home_reopen(&home.home); /* there are two epochs still: it goes on by itself */
        WAIT_FOR(strcmp(gate_forget_progress(home.home.gate).step, "final") == 0 && !gate_forget_progress(home.home.gate).turning);
        assert_int_equal(count(home.home.gate, epoch).copies + count(home.home.gate, epoch).others, 0);
        assert_int_equal(count(home.home.gate, epoch + 1).copies, COPIES);
        must(writer_do(home.home.gate, take_copies, NULL, false, &error), &error, "copies");
        forget_verify(&home); /* each opens what it opened before */
    }
}

/* Not a statement for each key: the database may be far away. */
static void test_together(void **state)
{
    (void)state;
    struct error error;
    uint64_t before = 0, after = 0;
    must(writer_do(home.home.gate, put_copies, NULL, false, &error), &error, "copies");
    must(writer_do(home.home.gate, count_statements, &before, false, &error), &error, "statements");
    must(gate_turn_keys(home.home.gate, &error), &error, "gate_turn_keys");
    must(writer_do(home.home.gate, count_statements, &after, false, &error), &error, "statements");
    assert_true(after > before && after - before < COPIES / 4);
    must(writer_do(home.home.gate, take_copies, NULL, false, &error), &error, "copies");
    forget_verify(&home);
}

static size_t find(const char *name)
{
    struct error error;
    struct view_rows rows;
    struct subject_search in = {text_of(name)};
    must(visit_look(home.teacher, &subject_search_view, &in, &rows, &error), &error, "subject.search");
    home_settle(home.teacher);
    return rows.n;
}

static int64_t count_pieces(void)
{
    struct error error;
    int64_t first = 0, second = 0;
    STORE_SESSION_SCOPE struct store_session *session = NULL;
    must(store_reader(home.home.gate->store, &session, &error), &error, "store_reader");
    must(store_one_int(session, "SELECT count(*) FROM subject_trigram", STORE_BIND(), &first, &error), &error, "pieces");
    must(store_one_int(session, "SELECT count(*) FROM subject_trigram_2", STORE_BIND(), &second, &error), &error, "pieces");
    assert_true(first == 0 || second == 0);
    return first + second;
}

/* Nor one for each piece of a name, when the index of names moves because of one who goes. Its pages are two, the last not full. */
static void test_names_together(void **state)
{
    (void)state;
    enum { PEOPLE = NAME_MOVE_PAGE + 11 };
    struct error error;
    uint64_t before = 0, after = 0;
    char name[60];
    forget_home_sign_in(&home);
    struct marked gone = forget_mark(&home, "MARKGONE", "Ottoline Oncehere");
    for (int i = 0; i < PEOPLE; i++) {
        snprintf(name, sizeof name, "Bartholomew Fitzwilliam %c%c%c", 'b' + i % 9, 'd' + i / 9, 'k');
        struct case_open open = {.name = text_of(name)};
        struct case_opened opened;
        must(visit_act_wait(home.teacher, &case_open_command, &open, &opened, &error), &error, "case.open");
    }
    forget_dispose(&home, &(struct disposal_propose){.case_id = gone.case_id, FORGET_BY_RULE});
    int64_t pieces = count_pieces();
    size_t alike = find("Bartholomew Fitzwilliam edk");
    must(writer_do(home.home.gate, count_statements, &before, false, &error), &error, "statements");
    must(gate_turn_keys(home.home.gate, &error), &error, "gate_turn_keys");
    must(writer_do(home.home.gate, count_statements, &after, false, &error), &error, "statements");
    assert_true(after > before && (int64_t)(after - before) < pieces / 4);
    assert_int_equal(count_pieces(), pieces);
    assert_int_equal(find("Ottoline Oncehere"), 0);
    assert_int_equal(find("Robin Example"), 1);
    assert_true(alike > 0 && find("Bartholomew Fitzwilliam edk") == alike);
    forget_verify(&home);
}

/* ---- what was moved and not cleared away ---- */

static int64_t file_of(const char *relation)
{
    struct error error;
    int64_t number = 0;
    STORE_SESSION_SCOPE struct store_session *session = NULL;
    must(store_reader(home.home.gate->store, &session, &error), &error, "store_reader");
    must(store_one_int(session, "SELECT CAST(pg_relation_filenode(CAST($1 AS TEXT)) AS BIGINT)", STORE_BIND(STORE_STRING(relation)), &number,
                       &error),
         &error, "the file of a table");
    return number;
}

/*
 * The index has moved, and the server died before the table that it left was cleared. The next moves back into that table: the
 * files in which the dead were found, of either table and of their indexes, are none of its files.
 */
static void test_moved_twice(void **state)
{
    (void)state;
    static const char *const relation[] = {"subject_trigram",   "subject_trigram_pkey",   "trigram_subject",
                                           "subject_trigram_2", "subject_trigram_2_pkey", "trigram_2_subject"};
    enum { RELATIONS = sizeof relation / sizeof *relation };
    struct error error;
    bool postgres = store_kind(home.home.gate->store) == STORE_POSTGRES;
    int64_t before[RELATIONS] = {0};
    struct marked gone = forget_mark(&home, "MARKTWICE", "Wilhelmina Vanished");
    must(gate_turn_keys(home.home.gate, &error), &error, "gate_turn_keys");
    for (size_t i = 0; postgres && i < RELATIONS; i++)
        before[i] = file_of(relation[i]);
    forget_dispose(&home, &(struct disposal_propose){.case_id = gone.case_id, FORGET_BY_RULE});
    must(forget_names(home.home.gate, &error), &error, "forget_names");
    gate_close(&home.home.gate);
    home_reopen(&home.home);
    forget_home_sign_in(&home);
    must(gate_turn_keys(home.home.gate, &error), &error, "gate_turn_keys");
    for (size_t i = 0; postgres && i < RELATIONS; i++)
        if (file_of(relation[i]) == before[i])
            fail_msg("%s lies in the file in which the dead were found", relation[i]);
    assert_int_equal(find("Wilhelmina Vanished"), 0);
    assert_int_equal(find("Robin Example"), 1);
    forget_verify(&home);
}

static int make(void **state)
{
    (void)state;
    forget_home_make(&home, both_database());
    (void)forget_mark(&home, "MARK", "Robin Example");
    return 0;
}

static int drop(void **state)
{
    (void)state;
    home_drop(&home.home);
    both_end();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_killed), cmocka_unit_test(test_together),
                                       cmocka_unit_test(test_names_together), cmocka_unit_test(test_moved_twice)};
    return cmocka_run_group_tests(tests, make, drop);
}
