/* Homes of before: what an older shape of the tables holds is there in the newer one. */
#include "schema.h"

#include "base.h"
#include "store.h"

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

static void change(struct store *store, const char *sql)
{
    STORE_SESSION_SCOPE struct store_session *session = NULL;
    struct error error;
    must(store_writer(store, &session, &error), &error);
    must(store_begin(session, STORE_WRITE, &error), &error);
    must(store_run_text(session, sql, STORE_BIND(), NULL, &error), &error);
    must(store_commit(session, &error), &error);
}

static void fill(struct store *store)
{
    change(store, "INSERT INTO record_key (id, wrapped, own) VALUES ('k3', CAST('three' AS BLOB), 0), ('k1', CAST('one' AS BLOB), 1),"
                  " ('k2', CAST('two' AS BLOB), 0)");
    change(store, "INSERT INTO written (tbl, id, idx) VALUES ('share', 's1', 7), ('item', 'i2', 9), ('item', 'i1', 9), ('item', 'i3', 4)");
    change(store, "INSERT INTO overwritten (tbl, id, idx) VALUES ('item', 'i1', 8), ('item', 'i1', 3), ('item', 'i2', 5)");
}

/* ---- a folder with a database of before ---- */

struct old {
    char path[40], name[64];
    struct store *store;
};

static struct old old_make(void)
{
    struct old old = {.path = "/tmp/proviso-schema-XXXXXX"};
    struct error error;
    assert_non_null(mkdtemp(old.path));
    snprintf(old.name, sizeof old.name, "%s/old.db", old.path);
    const struct store_settings settings = {.database = old.name, .may_write = true};
    must(store_open(&settings, &old.store, &error), &error);
    must(store_migrate(old.store, gate_migrations, before("keys and writes in the order of their keys"), &error), &error);
    return old;
}

static const char *const parts[] = {"", "-wal", "-shm"};
enum { PARTS = sizeof parts / sizeof *parts };

static void old_drop(struct old *old)
{
    char name[80];
    store_close(&old->store);
    for (size_t i = 0; i < PARTS; i++) {
        snprintf(name, sizeof name, "%s%s", old->name, parts[i]);
        unlink(name);
    }
    assert_int_equal(rmdir(old->path), 0);
}

/* Do these bytes lie anywhere in its files? */
static bool lies(const struct old *old, struct arena *arena, struct text bytes)
{
    bool found = false;
    for (size_t i = 0; i < PARTS; i++) {
        struct text content;
        struct error error;
        if (file_read(arena, arena_format(arena, "%s%s", old->name, parts[i]).p, 16 << 20, &content, &error) == 0)
            found = found || text_find(content, bytes) >= 0;
    }
    return found;
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
    struct error error;
    struct text was[ALL];
    struct arena *arena = arena_new(1 << 20, ARENA_PLAIN);
    assert_non_null(arena);
    struct old old = old_make();
    struct store *store = old.store;
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
    old_drop(&old);
    arena_free(&arena);
}

/* A key that is destroyed lies in no file, neither where the table was before nor where it is now. */
static void test_no_key_stays_behind(void **state)
{
    (void)state;
    struct error error;
    struct old old = old_make();
    change(old.store, "WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 1999)"
                      " INSERT INTO record_key (id, wrapped, own) SELECT 'id' || (i * 7919 % 2000),"
                      " CAST(printf('<wrapped %d of those that were there>', i) AS BLOB), 0 FROM n");
    change(old.store, "DELETE FROM record_key WHERE CAST(wrapped AS TEXT) LIKE '<wrapped %7 of %'");
    must(store_migrate(old.store, gate_migrations, gate_migrations_n, &error), &error);
    change(old.store, "DELETE FROM record_key WHERE CAST(wrapped AS TEXT) LIKE '<wrapped %3 of %'");
    {
        STORE_SESSION_SCOPE struct store_session *session = NULL;
        must(store_writer(old.store, &session, &error), &error);
        must(store_scrub(session, &error), &error);
    }
    for (int i = 0; i < 2000; i += 7) {
        struct arena *arena = arena_new(64 << 20, ARENA_PLAIN);
        assert_non_null(arena);
        bool gone = i % 10 == 7 || i % 10 == 3;
        if (lies(&old, arena, arena_format(arena, "<wrapped %d of", i)) == gone)
            fail_msg("key %d %s", i, gone ? "is still there" : "is not there");
        arena_free(&arena);
    }
    old_drop(&old);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_in_order_of_keys), cmocka_unit_test(test_no_key_stays_behind)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
