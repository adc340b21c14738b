#include "check.h"

#include "disposition.h"

#include "base/error.h"

/* The name of a file in a header: one reading, or none. */

static struct arena *arena;

static int setup(void **state)
{
    (void)state;
    arena = arena_new(1 << 20, ARENA_PLAIN);
    return arena ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static void test_names(void **state)
{
    (void)state;
    static const struct {
        const char *value, *name;
    } cases[] = {
        {"attachment; filename=a.txt", "a.txt"},
        {"Attachment ;  FILENAME=\"a b.txt\"", "a b.txt"},
        {"attachment; filename=\"a;b=c, 100%41.txt\"", "a;b=c, 100%41.txt"},
        {"attachment; filename=\"\\\"a\\\".txt\"", "\"a\".txt"},
        {"attachment; filename=\"\"", ""},
        {"attachment; filename=\"a/b\"", "a/b"},
        {"attachment; filename*=UTF-8''a.txt", "a.txt"},
        {"attachment; filename*=utf-8'en-GB'%e2%82%ac+%25.txt", "\xe2\x82\xac+%.txt"},
        {"attachment; filename*=\"UTF-8''%C3%A9\"", "\xc3\xa9"},
        {"attachment; filename*=UTF-8''", ""},
        {"attachment; filename*=UTF-8''a%2Fb%5C%27%22", "a/b\\'\""},
        {"attachment; filename=\"_.txt\"; filename*=UTF-8''%C3%A9.txt", "\xc3\xa9.txt"},
        {"attachment; filename*=UTF-8''%C3%A9.txt; filename=_.txt", "\xc3\xa9.txt"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct error error = {0};
        struct text name;
        if (disposition_read(arena, text_of(cases[i].value), &name, &error) != 0)
            fail_msg("%s: %s", cases[i].value, error.what);
        if (!name.p || !text_equal(name, text_of(cases[i].name)))
            fail_msg("%s: %.*s", cases[i].value, TEXT_ARGS(name));
    }
}

static void test_refused(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "",
        "attachment",
        "attachment;",
        "inline; filename=a",
        "form-data; name=\"x\"; filename=a",
        "filename=a",
        "attachment; filename",
        "attachment; filename=",
        "attachment; filename=a b",
        "attachment; filename=\"a",
        "attachment; filename=\"a\" b",
        "attachment, filename=a",
        "attachment; size=3",
        "attachment; filename=a; size=3",
        "attachment; filename*0=a; filename*1=b",
        /* two names */
        "attachment; filename=a; filename=a",
        "attachment; filename=a; FileName=b",
        "attachment; filename*=UTF-8''a; filename*=UTF-8''b",
        "attachment; filename=a, attachment; filename=b",
        /* one that others read otherwise */
        "attachment; filename=\"\xc3\xa9.txt\"",
        "attachment; filename=\"\xe9.txt\"; filename*=UTF-8''a",
        "attachment; filename=\"a\\b.txt\"",
        "attachment; filename=\"a\tb\"",
        "attachment; filename*=a.txt",
        "attachment; filename*=UTF-8'a.txt",
        "attachment; filename*=ISO-8859-1''%e9.txt",
        "attachment; filename*=''a",
        "attachment; filename*=UTF-8''O'Neil",
        "attachment; filename*=UTF-8''a(1).txt",
        "attachment; filename*=UTF-8''a*",
        "attachment; filename*=UTF-8''a/b",
        /* an encoding that is none */
        "attachment; filename*=UTF-8''%",
        "attachment; filename*=UTF-8''%4",
        "attachment; filename*=UTF-8''%zz",
        "attachment; filename*=UTF-8''%e9",
        "attachment; filename*=UTF-8''%c0%af",
        "attachment; filename*=UTF-8''%ed%a0%80",
        /* what stands for nothing */
        "attachment; filename*=UTF-8''a%00",
        "attachment; filename*=UTF-8''a%0d%0ab",
        "attachment; filename*=UTF-8''a%09b",
        "attachment; filename*=UTF-8''%7f",
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct error error = {0};
        struct text name;
        if (disposition_read(arena, text_of(cases[i]), &name, &error) != ERROR_INPUT)
            fail_msg("%s was taken: %.*s", cases[i], TEXT_ARGS(name));
        assert_string_equal(error.where, "Content-Disposition");
        assert_true(error.what[0] && error.fix[0]);
    }
}

static void test_arena_ends(void **state)
{
    (void)state;
    ARENA_SCOPE struct arena *small = arena_new(4096, ARENA_PLAIN);
    char value[8192] = "attachment; filename=\"";
    struct error error = {0};
    struct text name;
    assert_non_null(small);
    memset(value + strlen(value), 'a', 8000);
    strcat(value, "\"");
    assert_int_equal(disposition_read(small, text_of(value), &name, &error), ERROR_TOO_LARGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_names, setup, teardown),
        cmocka_unit_test_setup_teardown(test_refused, setup, teardown),
        cmocka_unit_test(test_arena_ends),
    };
    return cmocka_run_group_tests_name("http disposition", tests, NULL, NULL);
}
