#ifndef TESTS_GATE_RAW_H
#define TESTS_GATE_RAW_H

#include "home.h"

#include <sqlite3.h>

/* A statement of at most so many bytes, from the format and what comes behind it. For functions like those below. */
enum { RAW_SQL_MOST = 16384 };
#define RAW_FORMATTED(sql, format)                                                                             \
    char sql[RAW_SQL_MOST];                                                                                    \
    va_list args;                                                                                              \
    va_start(args, format);                                                                                    \
    assert_true(vsnprintf(sql, sizeof sql, format, args) < (int)sizeof sql);                                   \
    va_end(args)

/* A database as somebody has it who can write the file: past the program, with no guard. `file`: "proviso" or "documents". */
struct raw {
    struct test_home *home;
    sqlite3 *db;
};

struct raw raw_open(struct test_home *home, const char *file);
void raw_close(struct raw *raw);

/* Fails the test where the statement cannot be run. How many rows it changed. */
int raw_run(struct raw *raw, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The first column of the first row: 0 or "" where there is none. */
int64_t raw_int(struct raw *raw, const char *format, ...) __attribute__((format(printf, 2, 3)));
struct text raw_text(struct raw *raw, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* raw_run, which has to change something, and raw_int, of a file that is opened for this alone. */
int raw_change(struct test_home *home, const char *file, const char *format, ...) __attribute__((format(printf, 3, 4)));
int64_t raw_ask(struct test_home *home, const char *file, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Keeps the rows of a table as they are, and puts exactly those back. */
void raw_keep(struct raw *raw, const char *table);
void raw_put_back(struct raw *raw, const char *table);

/* What verifying says, of one table ("" where nothing differs); `table` NULL: of all. */
struct text raw_findings(struct raw *raw, const char *table);

#endif
