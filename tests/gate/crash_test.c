/*
 * What was acknowledged is there, whatever happens: a server that is killed, a disk that is full, a keyholder that dies.
 * And the record is verified while the server runs.
 */
#include "home.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <sqlite3.h>
#include <cmocka.h>

enum { KEPT_MOST = 200000, ROUNDS = 10 };

static struct test_home home;
static struct id kept[KEPT_MOST];
static size_t kept_n;

/* ---- a hammer in a process of its own ---- */

struct process {
    pid_t id;
    int in;
    FILE *out;
    long keyholder;
    size_t refused;
    char words[600]; /* of the last refusal */
};
static struct process process;

static void start(long limit, const char *keyholder)
{
    int to[2], from[2];
    char program[4096], size[32];
    process = (struct process){0};
    snprintf(program, sizeof program, "%s/gate-hammer", getenv("PROVISO_BUILD"));
    snprintf(size, sizeof size, "%ld", limit);
    assert_int_equal(pipe(to), 0);
    assert_int_equal(pipe(from), 0);
    process.id = fork();
    if (process.id == 0) {
        dup2(to[0], STDIN_FILENO);
        dup2(from[1], STDOUT_FILENO);
        close(to[0]), close(to[1]), close(from[0]), close(from[1]);
        if (keyholder)
            setenv("HAMMER_KEYHOLDER", keyholder, 1);
        setenv("PROVISO_LOG", "error", 1);
        execl(program, program, home.folder, "8", size, (char *)NULL);
        _exit(127);
    }
    close(to[0]), close(from[1]);
    process.in = to[1];
    process.out = fdopen(from[0], "r");
    assert_non_null(process.out);
}

/* One line of what it says; false at the end. A line that is not whole was not acknowledged to anybody. */
static bool hear(void)
{
    char line[1000];
    if (!fgets(line, sizeof line, process.out) || !strchr(line, '\n'))
        return false;
    if (strncmp(line, "kept ", 5) == 0) {
        assert_true(kept_n < KEPT_MOST);
        assert_true(id_parse(text_trim(text_of(line + 5)), &kept[kept_n++]));
    } else if (strncmp(line, "refused ", 8) == 0) {
        process.refused++;
        snprintf(process.words, sizeof process.words, "%.*s", (int)sizeof process.words - 1, line + 8);
    } else {
        sscanf(line, "keyholder %ld", &process.keyholder);
    }
    return true;
}

static void hear_kept(size_t more)
{
    size_t until = kept_n + more;
    while (kept_n < until)
        if (!hear())
            fail_msg("it ended early: %s", process.words);
}

static void hear_refused(size_t until)
{
    while (process.refused < until)
        if (!hear())
            fail_msg("it ended early: %s", process.words);
}

/* Lets it end, or kills it; hears all that it said. */
static int end(bool kill_it)
{
    int status;
    if (kill_it)
        kill(process.id, SIGKILL);
    close(process.in);
    while (hear())
        ;
    fclose(process.out);
    assert_int_equal(waitpid(process.id, &status, 0), process.id);
    process.id = 0;
    return status;
}

/* A test that failed leaves no hammer behind: it would keep the tests after it from their home. */
static int leave(void **state)
{
    (void)state;
    if (process.id > 0)
        end(true);
    return 0;
}

/* ---- what must hold afterwards ---- */

static void check_kept(void)
{
    char path[128];
    sqlite3 *db;
    sqlite3_stmt *statement;
    snprintf(path, sizeof path, "%s/data/proviso.db", home.folder);
    assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, "SELECT count(*) FROM item WHERE id = ?", -1, &statement, NULL), SQLITE_OK);
    for (size_t i = 0; i < kept_n; i++) {
        sqlite3_bind_text(statement, 1, kept[i].text, -1, SQLITE_STATIC);
        assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
        if (sqlite3_column_int(statement, 0) != 1)
            fail_msg("item %s was acknowledged and is not there (%zu of %zu)", kept[i].text, i, kept_n);
        sqlite3_reset(statement);
    }
    sqlite3_finalize(statement);
    sqlite3_close(db);
}

static struct verify_report verify(bool read_only)
{
    struct error error;
    struct gate_settings settings = home_settings(&home);
    settings.read_only = read_only;
    must(gate_open(&settings, &home.gate, &error), &error, "gate_open");
    struct verify_report report = home_verify(home.gate, home.arena);
    struct text note;
    must(gate_checkpoint(home.gate, home.arena, &note, &error), &error, "gate_checkpoint");
    assert_true(note.n > 100);
    gate_close(&home.gate);
    return report;
}

/* As a server starts after a crash: it opens for writing, which signs what was not yet. */
static void check_all(void)
{
    verify(false);
    verify(true);
    check_kept();
}

/* ---- tests ---- */

static void test_verified_while_it_runs(void **state)
{
    (void)state;
    uint64_t entries = 0;
    start(0, NULL);
    for (int i = 0; i < 5; i++) {
        hear_kept(50);
        struct verify_report report = verify(true);
        assert_true(report.entries >= kept_n && report.entries >= entries);
        entries = report.entries;
    }
    int status = end(false);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    assert_int_equal(process.refused, 0);
    check_all();
}

static void test_killed(void **state)
{
    (void)state;
    unsigned seed = 20261121;
    for (int i = 0; i < ROUNDS; i++) {
            start(0, NULL);
        hear_kept(1 + (unsigned)rand_r(&seed) % 100);
        usleep((unsigned)rand_r(&seed) % 20000);
        end(true);
        check_all();
    }
}

static long size_of(const char *name)
{
    char path[128];
    struct stat status;
    snprintf(path, sizeof path, "%s/data/%s", home.folder, name);
    return stat(path, &status) == 0 ? (long)status.st_size : 0;
}

/* A file may grow no further: every command is told so, in words, and those before are whole. */
static void test_full(void **state)
{
    (void)state;
    long database = size_of("proviso.db");
    start(database + 300000, NULL);
    hear_refused(20);
    assert_non_null(strstr(process.words, "system "));
    assert_true(strstr(process.words, "kept") || strstr(process.words, "stopped taking changes"));
    assert_null(strstr(process.words, home.folder));
    end(false);
    check_all();
    start(0, NULL); /* and there is room again */
    hear_kept(20);
    end(false);
    assert_int_equal(process.refused, 0);
    check_all();
}

static void test_keyholder_killed(void **state)
{
    (void)state;
    start(0, NULL);
    hear_kept(50);
    assert_true(process.keyholder > 0);
    kill((pid_t)process.keyholder, SIGKILL);
    hear_kept(200); /* it was started anew, and the work goes on */
    end(false);
    check_all();
}

/* It cannot be started anew, as in a server's sandbox: nothing more is taken, and every command is told why. */
static void test_keyholder_lost(void **state)
{
    (void)state;
    char path[128];
    snprintf(path, sizeof path, "%s/keyholder-once", home.folder);
    shell("cp '%s/keyholder-main' %s", getenv("PROVISO_BUILD"), path);
    start(0, path);
    hear_kept(50);
    assert_int_equal(unlink(path), 0);
    kill((pid_t)process.keyholder, SIGKILL);
    hear_refused(30);
    assert_non_null(strstr(process.words, "stopped taking changes"));
    assert_null(strstr(process.words, home.folder));
    end(false);
    check_all();
}

static int make(void **state)
{
    *state = &home;
    home_make(&home);
    gate_close(&home.gate);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test_teardown(test_verified_while_it_runs, leave),
                                       cmocka_unit_test_teardown(test_killed, leave),
                                       cmocka_unit_test_teardown(test_full, leave),
                                       cmocka_unit_test_teardown(test_keyholder_killed, leave),
                                       cmocka_unit_test_teardown(test_keyholder_lost, leave)};
    return cmocka_run_group_tests(tests, make, home_end);
}
