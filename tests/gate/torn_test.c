/*
 * A medium that lied: the ends of the files, cut off, zeroed or garbled at each boundary of 512 bytes, after a server that
 * was killed. Either everything that was acknowledged is there, or what is wrong is found and told. Never less in silence.
 * TORN_EVERY in the environment tries every so manieth place only.
 */
#include "home.h"

#include <fcntl.h>
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

enum { DECISIONS = 6, DOCUMENT = 300000, SECTOR = 512, TAIL = 24 << 10 };

static struct test_home home;
static char kept[200];                      /* the home as the killed server left it */
static struct id acknowledged[2 * DECISIONS]; /* decisions and documents */
static int whole, found;

enum damage { CUT, ZEROED, GARBLED, DAMAGES };
static const char *const damage_name[] = {"cut off", "zeroed", "garbled"};

/* ---- the day before ---- */

static struct id attach(struct visit *teacher, const struct id *case_id)
{
    static char content[DOCUMENT];
    memset(content, 'x', sizeof content);
    return home_attach(teacher, home.arena, case_id, (struct text){content, sizeof content});
}

static void work_and_die(int tell)
{
    home_reopen(&home);
    struct visit *teacher = home_visit(&home, "teacher");
    for (int i = 0; i < DECISIONS; i++) {
        struct decided decided = home_decide(&home, teacher, TEXT(""));
        struct id done[2] = {decided.decision_id, attach(teacher, &decided.case_id)};
        if (write(tell, done, sizeof done) != sizeof done)
            _exit(3);
    }
    kill(getpid(), SIGKILL);
}

static int make(void **state)
{
    (void)state;
    int channel[2], status;
    home_make(&home);
    gate_close(&home.gate);
    assert_int_equal(pipe(channel), 0);
    pid_t child = fork();
    if (child == 0) {
        close(channel[0]);
        work_and_die(channel[1]);
    }
    close(channel[1]);
    for (int i = 0; i < DECISIONS; i++)
        assert_int_equal(read(channel[0], &acknowledged[2L * i], 2 * sizeof(struct id)), 2 * sizeof(struct id));
    close(channel[0]);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
    /* its keyholder ends by itself a moment later: the lock of the folder tells when */
    shell("flock -w 20 %s/keyholder true", home.folder);
    snprintf(kept, sizeof kept, "%s.kept", home.folder);
    shell("cp -a %s %s", home.folder, kept);
    return 0;
}

static int drop(void **state)
{
    (void)state;
    shell("rm -rf %s", kept);
    home_drop(&home);
    return 0;
}

/* ---- the day after ---- */

static const char *all_there(void)
{
    char path[128];
    sqlite3 *db;
    sqlite3_stmt *statement;
    const char *lost = NULL;
    snprintf(path, sizeof path, "%s/data/proviso.db", home.folder);
    assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, "SELECT EXISTS (SELECT 1 FROM decision WHERE id = ?1) OR EXISTS"
                                            " (SELECT 1 FROM document WHERE id = ?1)", -1, &statement, NULL), SQLITE_OK);
    for (size_t i = 0; i < sizeof acknowledged / sizeof *acknowledged && !lost; i++) {
        sqlite3_bind_text(statement, 1, acknowledged[i].text, -1, SQLITE_STATIC);
        if (sqlite3_step(statement) != SQLITE_ROW || !sqlite3_column_int(statement, 0))
            lost = acknowledged[i].text;
        sqlite3_reset(statement);
    }
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return lost;
}

/* NULL: it starts and verifies. Otherwise what was told instead. */
static const char *start_and_verify(void)
{
    static char line[800];
    struct error error = {0};
    struct verify_report report = {0};
    struct gate_settings settings = home_settings(&home);
    int result = gate_open(&settings, &home.gate, &error);
    if (!result)
        result = gate_verify(home.gate, home.arena, NULL, &report, &error);
    gate_close(&home.gate);
    if (!result && !report.differences)
        return NULL;
    if (result)
        error_line(&error, line, sizeof line);
    else
        snprintf(line, sizeof line, "%.*s", TEXT_ARGS(report.lines));
    if (result && (!error.what[0] || !error.fix[0]))
        fail_msg("it is not told what is wrong and what to do: %s", line);
    return line;
}

static void damage_file(const char *path, enum damage damage, off_t at, off_t size)
{
    uint8_t noise[SECTOR];
    int fd = open(path, O_RDWR | O_CLOEXEC);
    assert_true(fd >= 0);
    memset(noise, 0, sizeof noise);
    if (damage == CUT) {
        assert_int_equal(ftruncate(fd, at), 0);
    } else if (damage == ZEROED) {
        for (off_t i = at; i < size; i += SECTOR)
            assert_true(pwrite(fd, noise, (size_t)(size - i < SECTOR ? size - i : SECTOR), i) > 0);
    } else {
        bytes_random(noise, sizeof noise);
        assert_true(pwrite(fd, noise, (size_t)(size - at < SECTOR ? size - at : SECTOR), at) > 0);
    }
    close(fd);
}

static void try_place(const char *name, enum damage damage, off_t at, off_t size)
{
    char path[300];
    shell("rm -rf %s && cp -a %s %s", home.folder, kept, home.folder);
    snprintf(path, sizeof path, "%s/%s", home.folder, name);
    damage_file(path, damage, at, size);
    arena_reset(home.arena);
    const char *said = start_and_verify();
    if (getenv("TORN_TELL") && said)
        print_message("%s %s at %lld: %s\n", name, damage_name[damage], (long long)at, said);
    if (said) {
        found++;
        return;
    }
    const char *lost = all_there();
    if (lost)
        fail_msg("%s %s at %lld of %lld: %s was acknowledged and is not there, and nobody says so", name, damage_name[damage],
                 (long long)at, (long long)size, lost);
    whole++;
}

static void sweep(const char *name, off_t tail)
{
    char path[300];
    struct stat status;
    const char *wish = getenv("TORN_EVERY");
    int every = wish && atoi(wish) > 0 ? atoi(wish) : 1, n = 0;
    snprintf(path, sizeof path, "%s/%s", kept, name);
    assert_int_equal(stat(path, &status), 0);
    assert_true(status.st_size > SECTOR);
    whole = found = 0;
    off_t from = status.st_size > tail ? (status.st_size - tail) / SECTOR * SECTOR : 0;
    for (off_t at = from; at < status.st_size; at += SECTOR)
        for (int damage = 0; damage < DAMAGES; damage++)
            if (n++ % every == 0)
                try_place(name, (enum damage)damage, at, status.st_size);
    print_message("%s: all is there %d times, found and told %d times\n", name, whole, found);
}

static void test_logs(void **state)
{
    (void)state;
    sweep("data/proviso.db-wal", TAIL);
    assert_true(found > 0);
    sweep("data/documents.db-wal", TAIL);
    assert_true(found > 0);
}

static void test_databases(void **state)
{
    (void)state;
    sweep("data/proviso.db", 8192);
    sweep("data/documents.db", 8192);
}

static void test_tree(void **state)
{
    (void)state;
    sweep("keyholder/tree", 8192);
    assert_true(whole > 0); /* the other block has it, or an older one that the log has grown from */
}

int main(void)
{
    log_threshold((enum log_level)(LOG_LEVEL_ERROR + 1));
    setenv("PROVISO_LOG", "none", 1);
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_logs), cmocka_unit_test(test_databases),
                                       cmocka_unit_test(test_tree)};
    return cmocka_run_group_tests(tests, make, drop);
}
