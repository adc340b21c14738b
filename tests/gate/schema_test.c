/* Homes of before: what an older shape of the tables holds is there in the newer one. */
#include "inside.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

static void must(int result, const struct error *error)
{
    if (result)
        fail_msg("%s: %s", error->where, error->what);
}

static size_t before(const char *name)
{
    size_t n = 0;
    while (n < gate_migrations_n && strcmp(gate_migrations[n].name, name) != 0)
        n++;
    assert_true(n > 0 && n < gate_migrations_n);
    return n;
}

/* All rows of a table, as one text. */
static struct text everything(struct store *store, struct arena *arena, const char *sql)
{
    STORE_SESSION_SCOPE struct store_session *session = NULL;
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    struct buffer all = buffer_in(arena);
    struct error error;
    int got = store_reader(store, &session, &error);
    if (!got)
        got = store_query_text(session, sql, STORE_BIND(), &rows, &error);
    while (!got && (got = store_next(rows, &error)) > 0) {
        buffer_text(&all, store_text(rows, 0));
        buffer_char(&all, '\n');
        got = 0;
    }
    must(got, &error);
    return buffer_result(&all);
}

static void fill(struct store *store)
{
    static const char *const sql[] = {
        ("INSERT INTO record_key (id, wrapped, own) VALUES ('k3', CAST('three' AS BLOB), 0), ('k1', CAST('one' AS BLOB), 1),"
         " ('k2', CAST('two' AS BLOB), 0)"),
        "INSERT INTO written (tbl, id, idx) VALUES ('share', 's1', 7), ('item', 'i2', 9), ('item', 'i1', 9), ('item', 'i3', 4)",
        "INSERT INTO overwritten (tbl, id, idx) VALUES ('item', 'i1', 8), ('item', 'i1', 3), ('item', 'i2', 5)"};
    STORE_SESSION_SCOPE struct store_session *session = NULL;
    struct error error;
    must(store_writer(store, &session, &error), &error);
    must(store_begin(session, STORE_WRITE, &error), &error);
    for (size_t i = 0; i < sizeof sql / sizeof *sql; i++)
        must(store_run_text(session, sql[i], STORE_BIND(), NULL, &error), &error);
    must(store_commit(session, &error), &error);
}

static void test_in_order_of_keys(void **state)
{
    (void)state;
    static const char *const all[] = {"SELECT id || ' ' || hex(wrapped) || ' ' || own FROM record_key ORDER BY id",
                                      "SELECT tbl || ' ' || id || ' ' || idx FROM written ORDER BY tbl, id",
                                      "SELECT tbl || ' ' || id || ' ' || idx FROM overwritten ORDER BY tbl, id, idx",
                                      ("SELECT name || ' ' || tbl_name FROM sqlite_schema WHERE type = 'index' AND"
                                       " tbl_name IN ('written', 'overwritten') AND sql IS NOT NULL ORDER BY name")};
    enum { ALL = sizeof all / sizeof *all };
    char path[] = "/tmp/proviso-schema-XXXXXX", name[64];
    struct store *store;
    struct error error;
    struct text was[ALL];
    struct arena *arena = arena_new(1 << 20, ARENA_PLAIN);
    assert_non_null(arena);
    assert_non_null(mkdtemp(path));
    snprintf(name, sizeof name, "%s/old.db", path);
    const struct store_settings settings = {.database = name, .may_write = true};
    must(store_open(&settings, &store, &error), &error);
    must(store_migrate(store, gate_migrations, before("keys and writes in the order of their keys"), &error), &error);
    fill(store);
    for (size_t i = 0; i < ALL; i++)
        was[i] = everything(store, arena, all[i]);
    must(store_migrate(store, gate_migrations, gate_migrations_n, &error), &error);
    for (size_t i = 0; i < ALL; i++) {
        struct text now = everything(store, arena, all[i]);
        assert_true(was[i].n > 0 && text_equal(was[i], now));
    }
    assert_int_equal(text_compare(everything(store, arena,
                                             "SELECT name FROM sqlite_schema WHERE sql LIKE '%WITHOUT ROWID' ORDER BY name"),
                                  TEXT("overwritten\nrecord_key\nwritten\n")), 0);
    store_close(&store);
    arena_free(&arena);
    for (const char *const *end = (const char *const[]){"", "-wal", "-shm", NULL}; *end; end++) {
        snprintf(name, sizeof name, "%s/old.db%s", path, *end);
        unlink(name);
    }
    assert_int_equal(rmdir(path), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_in_order_of_keys)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
