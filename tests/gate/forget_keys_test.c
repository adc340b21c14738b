/* Every key is wrapped anew when the epoch turns, however many there are; one that is damaged is left as it is. */
#include "forget_home.h"
#include "raw.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

static struct forget_home home;
static struct raw raw;

#define OF_EPOCH(n) "hex(substr(wrapped, 1, 5)) = '010000000" n "'"
#define LOW "'00000000000000000000'"
#define HIGH "'7zzzzzzzzzzzzzzzzzzz'"
#define COUNT(what) raw_int(&raw, "SELECT count(*) FROM record_key WHERE " what)

/* More than are read, wrapped or written in one piece, before those that are there and behind them. */
static void test_many(void **state)
{
    (void)state;
    enum { COPIES = 700 };
    struct error error;
    int64_t there = COUNT("id IS NOT NULL");
    assert_true(there > 10 && COUNT(OF_EPOCH("1")) == there);
    raw_run(&raw, "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d)"
                  " INSERT INTO record_key SELECT CASE WHEN i %% 2 THEN " LOW " ELSE " HIGH " END || printf('%%06d', i),"
                  "  (SELECT wrapped FROM record_key LIMIT 1), 1"
                  " FROM n", 2 * COPIES);
    raw_run(&raw, "INSERT INTO record_key SELECT " HIGH " || '900001', CAST(substr(wrapped, 1, 50) ||"
                  " CASE WHEN substr(wrapped, 51, 1) = x'00' THEN x'01' ELSE x'00' END || substr(wrapped, 52) AS BLOB), 1 FROM record_key LIMIT 1");
    raw_run(&raw, "INSERT INTO record_key VALUES (" HIGH " || '900002', x'0100000001', 1)");
    raw_keep(&raw, "record_key");

    must(gate_turn_keys(home.home.gate, &error), &error, "gate_turn_keys");
    assert_int_equal(COUNT(OF_EPOCH("1")), 2);
    assert_true(COUNT(OF_EPOCH("2")) >= there + 2 * COPIES); /* and those of entries that the turn itself wrote */
    assert_int_equal(raw_int(&raw, "SELECT count(*) FROM main.record_key r JOIN kept.record_key k ON k.id = r.id AND k.wrapped = r.wrapped"), 2);
    assert_int_equal(COUNT("id >= " HIGH " || '900000' AND " OF_EPOCH("1")), 2);

    raw_run(&raw, "DELETE FROM record_key WHERE id LIKE " LOW " || '%%' OR id LIKE " HIGH " || '%%'");
    forget_verify(&home); /* each opens what it opened before */
}

/* Whose name is none: the turn ends, and says so. */
static void test_altered_name(void **state)
{
    (void)state;
    struct error error;
    raw_run(&raw, "UPDATE record_key SET id = 'x' || id WHERE id = (SELECT max(id) FROM record_key)");
    assert_int_equal(gate_turn_keys(home.home.gate, &error), ERROR_CHECK);
    assert_string_equal(error.where, "record_key");
    raw_run(&raw, "UPDATE record_key SET id = substr(id, 2) WHERE id LIKE 'x%%'");
    must(gate_turn_keys(home.home.gate, &error), &error, "gate_turn_keys");
    forget_verify(&home);
}

static int make(void **state)
{
    (void)state;
    forget_home_make(&home, NULL);
    (void)forget_mark(&home, "MARK", "Robin Example");
    raw = raw_open(&home.home, "proviso");
    return 0;
}

static int drop(void **state)
{
    (void)state;
    raw_close(&raw);
    home_drop(&home.home);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_many), cmocka_unit_test(test_altered_name)};
    return cmocka_run_group_tests(tests, make, drop);
}
