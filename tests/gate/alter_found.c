#include "alter.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

/* What verifying says of an altered home, in a process of its own. */

enum { CPU_SECONDS = 60, WALL_SECONDS = 600 };

static void say(int out, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void say(int out, const char *format, ...)
{
    char line[16384];
    va_list args;
    va_start(args, format);
    int n = vsnprintf(line, sizeof line, format, args);
    va_end(args);
    size_t most = n < (int)sizeof line ? (size_t)n : sizeof line - 1;
    for (size_t at = 0; at < most;) {
        ssize_t wrote = write(out, line + at, most - at);
        if (wrote <= 0)
            _exit(99);
        at += (size_t)wrote;
    }
}

static void verify_in_child(struct test_home *home, int out)
{
    struct error error = {0};
    struct verify_report report;
    struct gate *gate = NULL;
    struct gate_settings settings = home_settings(home);
    struct arena *arena = arena_new(128 << 20, ARENA_PLAIN);
    settings.read_only = true;
    int result = arena ? gate_open(&settings, &gate, &error) : ERROR_SYSTEM;
    if (!result)
        result = gate_verify(gate, arena, NULL, &report, &error);
    if (result)
        say(out, "R%d %s: %s\n", -result, error.where, error.what);
    else if (report.differences)
        say(out, "F %.*s", (int)(report.lines.n < 16000 ? report.lines.n : 16000), report.lines.p);
    else
        say(out, "H");
    gate_close(&gate);
    arena_free(&arena);
}

static void become_child(struct test_home *home, int out)
{
    char path[96];
    const struct rlimit limit = {CPU_SECONDS, CPU_SECONDS + 5};
    setrlimit(RLIMIT_CPU, &limit);
    alarm(WALL_SECONDS);
    snprintf(path, sizeof path, "%s/said", home->folder);
    int errors = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (errors >= 0)
        dup2(errors, STDERR_FILENO);
    verify_in_child(home, out);
    _exit(0);
}

static void judge(struct alter_outcome *outcome, int status, char *said)
{
    bool hung = WIFSIGNALED(status) && (WTERMSIG(status) == SIGXCPU || WTERMSIG(status) == SIGALRM || WTERMSIG(status) == SIGKILL);
    outcome->code = status;
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0 || !said[0]) {
        outcome->result = hung ? ALTER_HUNG : ALTER_FELL;
    } else if (said[0] == 'H') {
        outcome->result = ALTER_HELD;
    } else if (said[0] == 'F') {
        outcome->result = ALTER_FOUND;
        memmove(said, said + 2, strlen(said + 2) + 1);
    } else {
        outcome->result = ALTER_REFUSED;
        outcome->code = -(int)strtol(said + 1, NULL, 10);
        char *words = strchr(said, ' ');
        memmove(said, words + 1, strlen(words + 1) + 1);
    }
}

void alter_verify(struct test_home *home, struct alter_outcome *outcome)
{
    int ends[2], status = 0;
    size_t n = 0;
    ssize_t got;
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        close(ends[0]);
        become_child(home, ends[1]);
    }
    close(ends[1]);
    while (n + 1 < sizeof outcome->said && (got = read(ends[0], outcome->said + n, sizeof outcome->said - 1 - n)) > 0)
        n += (size_t)got;
    outcome->said[n] = 0;
    close(ends[0]);
    assert_int_equal(waitpid(child, &status, 0), child);
    judge(outcome, status, outcome->said);
}

const char *alter_result_name(enum alter_result result)
{
    static const char *const name[] = {"HELD", "found", "refused", "FELL", "HUNG"};
    return name[result];
}

static bool has_word(const char *line, size_t length, const char *word)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789_";
    size_t n = strlen(word);
    for (const char *at = line; (at = strstr(at, word)) && at < line + length; at += n)
        if ((at == line || !strchr(letters, at[-1])) && (!at[n] || !strchr(letters, at[n])))
            return true;
    return false;
}

bool alter_names(const char *said, const char *table)
{
    size_t n = strlen(table);
    for (const char *line = said; *line; line += strcspn(line, "\n"), line += *line == '\n') {
        size_t length = strcspn(line, "\n");
        if (strncmp(line, table, n) == 0 && (line[n] == ':' || line[n] == ' '))
            return true;
        if ((strncmp(line, "database ", 9) == 0 || strncmp(line, "schema ", 7) == 0) && has_word(line, length, table))
            return true;
    }
    return false;
}

bool alter_names_index(sqlite3 *db, const char *said, const struct alter_table *table)
{
    sqlite3_stmt *statement;
    bool named = false;
    assert_int_equal(sqlite3_prepare_v2(db, "SELECT name FROM pragma_index_list($1)", -1, &statement, NULL), SQLITE_OK);
    sqlite3_bind_text(statement, 1, table->name, -1, SQLITE_STATIC);
    while (sqlite3_step(statement) == SQLITE_ROW)
        named |= alter_names(said, (const char *)sqlite3_column_text(statement, 0));
    sqlite3_finalize(statement);
    return named;
}
