#ifndef TESTS_GATE_NAMES_HOME_H
#define TESTS_GATE_NAMES_HOME_H

/* For the tests of the index of names: a home, a teacher who opens cases in it, and searches. */
#include "raw.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static struct test_home home;
static struct visit *teacher;

static inline int make(void **state)
{
    (void)state;
    home_make(&home);
    teacher = home_visit(&home, "teacher");
    return 0;
}

static inline int drop(void **state)
{
    (void)state;
    home_drop(&home);
    return 0;
}

static inline struct id open_case(struct visit *visit, const char *name)
{
    struct error error;
    struct case_open open = {.name = text_of(name), .born = {2016, 5, 2}};
    struct case_opened opened;
    must(visit_act_wait(visit, &case_open_command, &open, &opened, &error), &error, "case.open");
    return opened.subject_id;
}

static inline size_t search(struct visit *visit, const char *name, struct id *first)
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

static inline void must_find(struct visit *visit, const char *name, const struct id *subject)
{
    struct id found = {""};
    assert_int_equal(search(visit, name, &found), 1);
    assert_true(id_equal(&found, subject));
}

static inline void begin_again(void)
{
    home_reopen(&home);
    teacher = home_visit(&home, "teacher");
}

static inline void damage_name_key(struct raw *raw)
{
    raw_run(raw, "UPDATE record_key SET wrapped = zeroblob(length(wrapped)) WHERE id IN (SELECT key_id FROM name_key)");
}

#endif
