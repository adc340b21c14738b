/* What a witness's answer is taken for, by its status, its type and its body. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "answer.h"
#include "base.h"

static const struct ledger_key key;

static struct witness_answer answer(long status, const char *type, struct text body)
{
    struct arena *arena = arena_new(1 << 20, ARENA_PLAIN);
    assert_non_null(arena);
    struct witness_answer read = witness_answer_read(arena, &key, TEXT("note"), status, text_of(type), body);
    arena_free(&arena);
    return read;
}

/* A size is one line of decimal digits as one would write it, and nothing else is a size. */
static void sizes(void **state)
{
    (void)state;
    static const struct {
        const char *body;
        uint64_t size;
    } good[] = {{"0\n", 0}, {"7\n", 7}, {"1234\n", 1234}, {"9223372036854775807\n", INT64_MAX}};
    static const char *const bad[] = {"",     "\n",   "5",     "1234",  "12 34\n", " 5\n", "5 \n", "5\r\n",  "00\n",
                                      "01\n", "-1\n", "+1\n", "0x5\n", "five\n",  "5\n5\n", "/\n",  ":\n", "9223372036854775808\n"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        struct witness_answer read = answer(409, "text/x.tlog.size", text_of(good[i].body));
        assert_int_equal(read.kind, WITNESS_OTHER_SIZE);
        assert_true(read.size == good[i].size);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (answer(409, "text/x.tlog.size", text_of(bad[i])).kind != WITNESS_CONFLICT)
            fail_msg("'%s' is taken for a size", bad[i]);
    assert_int_equal(answer(409, "text/x.tlog.size", (struct text){"12345\n", 5}).kind, WITNESS_CONFLICT); /* cut short */
}

static void types(void **state)
{
    (void)state;
    static const char *const size[] = {"text/x.tlog.size", "Text/X.Tlog.Size", "text/x.tlog.size; charset=utf-8", " text/x.tlog.size ;a=b"};
    static const char *const other[] = {"", "text/plain", "text/x.tlog.sizes", "text/x.tlog.size.", ";text/x.tlog.size"};
    for (size_t i = 0; i < sizeof size / sizeof *size; i++)
        assert_int_equal(answer(409, size[i], TEXT("5\n")).kind, WITNESS_OTHER_SIZE);
    for (size_t i = 0; i < sizeof other / sizeof *other; i++)
        assert_int_equal(answer(409, other[i], TEXT("5\n")).kind, WITNESS_CONFLICT);
}

/* Only with 409 does a size count, and only a signature is one: each other status tells its own story, or its number. */
static void statuses(void **state)
{
    (void)state;
    static const struct {
        long status;
        enum witness_answer_kind kind;
        const char *problem;
    } rows[] = {{200, WITNESS_REFUSED, "not its signature"}, {400, WITNESS_REFUSED, "could not read"},
                {403, WITNESS_REFUSED, "another key"},       {404, WITNESS_REFUSED, "does not witness"},
                {422, WITNESS_REFUSED, "proof did not hold"}, {429, WITNESS_LATER, "too busy"},
                {503, WITNESS_LATER, "too busy"},            {500, WITNESS_REFUSED, "status 500"},
                {201, WITNESS_REFUSED, "status 201"},        {307, WITNESS_REFUSED, "status 307"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct witness_answer read = answer(rows[i].status, "text/x.tlog.size", TEXT("5\n"));
        assert_int_equal(read.kind, rows[i].kind);
        if (text_find(text_of(read.problem), text_of(rows[i].problem)) < 0)
            fail_msg("%ld: %s", rows[i].status, read.problem);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(sizes), cmocka_unit_test(types), cmocka_unit_test(statuses)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
