#include <stdio.h>
#include <string.h>

#include "contract.h"

/* A cell tells what the getter tells of the row in hand, whichever is asked first. */
static void check_cells(struct store_rows *rows, int64_t number, struct text name, struct text body)
{
    const struct store_value first = store_cell(rows, 0), second = store_cell(rows, 1), third = store_cell(rows, 2);
    assert_true(first.kind == STORE_KIND_INT && !first.is_null && first.integer == number);
    assert_true(second.is_null == (name.n == 0) && text_equal(second.text, name));
    assert_true(second.is_null || second.kind == STORE_KIND_TEXT);
    assert_true(third.is_null || third.kind == STORE_KIND_BYTES);
    assert_true(text_equal(third.text, body));
}

void test_values_round_trip(void **state)
{
    struct contract *c = contract_of(state);
    static const int64_t number[] = {0, 1, INT64_MAX, INT64_C(1790000000000000)};
    static const char bytes[] = {0, 1, (char)0xff, 'x', 0};
    for (size_t i = 0; i < sizeof(number) / sizeof(number[0]); i++) {
        char id[8];
        snprintf(id, sizeof(id), "n%zu", i);
        RUN("INSERT INTO thing (id, size, name, body) VALUES ($1, $2, $3, $4)", STORE_STRING(id),
            STORE_INT(number[i]), STORE_TEXT_IF(i == 1, TEXT("Zoë \U0001F9F8 O'Hara")),
            STORE_BYTES_IF(i != 2, bytes, i == 3 ? 0 : 5));
    }
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    GOOD(store_query(c->writer, "SELECT size, name, body, id FROM thing ORDER BY id", STORE_BIND(), &rows,
                     &c->error));
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(1, store_next(rows, &c->error));
        const struct text name = i == 1 ? TEXT("Zoë \U0001F9F8 O'Hara") : TEXT("");
        const struct text whole = {bytes, i == 3 || i == 2 ? 0 : 5};
        check_cells(rows, number[i], name, whole);
        assert_true(number[i] == store_int(rows, 0));
        assert_int_equal(i != 1, store_is_null(rows, 1));
        assert_true(text_equal(store_text(rows, 1), name));
        assert_int_equal(i == 2, store_is_null(rows, 2));
        struct text body = store_bytes(rows, 2);
        assert_int_equal(i == 3 || i == 2 ? 0 : 5, body.n);
        if (body.n)
            assert_memory_equal(bytes, body.p, 5);
        check_cells(rows, number[i], name, whole);
        assert_int_equal(i == 2, store_cell(rows, 2).is_null);
    }
    assert_int_equal(0, store_next(rows, &c->error));
    assert_int_equal(0, store_next(rows, &c->error));
    assert_true(NUMBER("SELECT $1", STORE_INT(INT64_MIN)) == INT64_MIN);
}

void test_parameters(void **state)
{
    struct contract *c = contract_of(state);
    assert_int_equal(-7, NUMBER("SELECT $2 - $1", STORE_INT(10), STORE_INT(3)));
    assert_int_equal(20, NUMBER("SELECT $1 + $1", STORE_INT(10)));
    assert_int_equal(12, NUMBER("SELECT $12 + $1 - $2 + $3 - $4 + $5 - $6 + $7 - $8 + $9 - $10 + $11 - $11",
                                STORE_INT(1), STORE_INT(1), STORE_INT(1), STORE_INT(1), STORE_INT(1),
                                STORE_INT(1), STORE_INT(1), STORE_INT(1), STORE_INT(1), STORE_INT(1),
                                STORE_INT(1), STORE_INT(12)));
    /* A time does not fit four bytes: the engine must not guess a small type. */
    assert_true(NUMBER("SELECT $1 - 60", STORE_INT(INT64_C(1790000000000060))) == INT64_C(1790000000000000));
    RUN("INSERT INTO thing (id, size, name) VALUES ($1, $2, $3)", STORE_STRING("a"), STORE_INT(1),
        STORE_NULL());
    RUN("UPDATE thing SET name = $2 WHERE id = $1", STORE_STRING("a"), STORE_STRING("x"));
    RUN("UPDATE thing SET name = $2 WHERE id = $1", STORE_STRING("a"), STORE_NULL());
    assert_int_equal(1, NUMBER("SELECT COUNT(*) FROM thing WHERE name IS NULL AND ($1 IS NULL OR id = $1)",
                               STORE_TEXT_IF(false, TEXT(""))));
    int64_t unused;
    assert_int_equal(ERROR_SYSTEM, store_one_int(c->writer, "SELECT $1 + $2", STORE_BIND(STORE_INT(1)),
                                                 &unused, &c->error));
    assert_int_equal(ERROR_MISSING, store_one_int(c->writer, "SELECT size FROM thing WHERE id = $1",
                                                  STORE_BIND(STORE_STRING("none")), &unused, &c->error));
}

void test_integers(void **state)
{
    struct contract *c = contract_of(state);
    RUN("INSERT INTO thing (id, size) VALUES ($1, $2), ($3, $4)", STORE_STRING("a"),
        STORE_INT(INT64_C(4000000000000000)), STORE_STRING("b"), STORE_INT(INT64_C(30005)));
    assert_true(NUMBER("SELECT SUM(size) FROM thing") == INT64_C(4000000000030005));
    assert_int_equal(0, NUMBER("SELECT COALESCE(SUM(size), 0) FROM thing WHERE id = 'z'"));
    assert_true(NUMBER("SELECT -SUM(size) FROM thing") == -INT64_C(4000000000030005));
    assert_int_equal(50000, NUMBER("SELECT SUM(size) * 0 + 50000 FROM thing"));
    assert_true(NUMBER("SELECT MAX(size) FROM thing") == INT64_C(4000000000000000));
    assert_int_equal(2, NUMBER("SELECT COUNT(*) FROM thing"));
    assert_int_equal(1, NUMBER("SELECT EXISTS (SELECT 1 FROM thing WHERE id = 'a')"));
    assert_int_equal(0, NUMBER("SELECT 'a' = 'b'"));
    assert_int_equal(2, NUMBER("SELECT CASE WHEN size > $1 THEN 1 ELSE 2 END FROM thing WHERE id = 'b'",
                               STORE_INT(40000)));
}

void test_changed_and_returning(void **state)
{
    struct contract *c = contract_of(state);
    int64_t changed = -1;
    GOOD(store_run(c->writer, "INSERT INTO thing (id, size) VALUES ('a', 1), ('b', 2), ('c', 3)",
                   STORE_BIND(), &changed, &c->error));
    assert_int_equal(3, changed);
    GOOD(store_run(c->writer, "INSERT INTO thing (id, size) VALUES ('c', 9), ('d', 4) ON CONFLICT DO NOTHING",
                   STORE_BIND(), &changed, &c->error));
    assert_int_equal(1, changed);
    GOOD(store_run(c->writer, "UPDATE thing SET size = size + 1 WHERE size >= $1", STORE_BIND(STORE_INT(3)),
                   &changed, &c->error));
    assert_int_equal(2, changed);
    GOOD(store_run(c->writer, "SELECT id FROM thing", STORE_BIND(), &changed, &c->error));
    assert_int_equal(0, changed);
    GOOD(store_run(c->writer, "DELETE FROM thing WHERE id = 'none'", STORE_BIND(), &changed, &c->error));
    assert_int_equal(0, changed);

    GOOD(store_begin(c->writer, STORE_WRITE, &c->error));
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    GOOD(store_query(
        c->writer,
        "INSERT INTO thing (id, size) VALUES ('a', 5) ON CONFLICT (id) DO UPDATE SET size = thing.size +"
        " excluded.size RETURNING size, id",
        STORE_BIND(), &rows, &c->error));
    assert_int_equal(1, store_next(rows, &c->error));
    assert_int_equal(6, store_int(rows, 0));
    assert_true(text_equal(store_text(rows, 1), TEXT("a")));
    store_done(&rows);
    GOOD(store_query(c->writer, "DELETE FROM thing WHERE id > $1 RETURNING id", STORE_BIND(STORE_STRING("a")),
                     &rows, &c->error));
    store_done(&rows); /* written already, though no row was read */
    GOOD(store_commit(c->writer, &c->error));
    assert_int_equal(ERROR_SYSTEM,
                     store_query(c->writer, "WITH x AS (SELECT 1) DELETE FROM thing RETURNING id",
                                 STORE_BIND(), &rows, &c->error));
    assert_null(rows);
    assert_int_equal(1, NUMBER("WITH updates AS (SELECT 1 AS deleted) SELECT deleted FROM updates"));
    assert_int_equal(1, NUMBER("SELECT COUNT(*) FROM thing"));
}

static void fill(struct contract *c, int count)
{
    GOOD(store_begin(c->writer, STORE_WRITE, &c->error));
    for (int i = 0; i < count; i++)
        RUN("INSERT INTO growing (id, note) VALUES ($1, $2)", STORE_INT(i),
            STORE_STRING("a note of some length"));
    GOOD(store_commit(c->writer, &c->error));
}

void test_nested_rows(void **state)
{
    struct contract *c = contract_of(state);
    fill(c, 40);
    STORE_ROWS_SCOPE struct store_rows *outer = NULL;
    int seen = 0;
    GOOD(store_query(c->writer, "SELECT id FROM growing WHERE id < $1 ORDER BY id", STORE_BIND(STORE_INT(20)),
                     &outer, &c->error));
    while (store_next(outer, &c->error) > 0) {
        int64_t id = store_int(outer, 0);
        assert_int_equal(seen++, id);
        /* The very same literal inside: through a loop that recurses once. */
        for (int pass = 0; pass < 2; pass++) {
            STORE_ROWS_SCOPE struct store_rows *inner = NULL;
            GOOD(store_query(c->writer, "SELECT id, note FROM growing WHERE id >= $1 ORDER BY id",
                             STORE_BIND(STORE_INT(id)), &inner, &c->error));
            assert_int_equal(1, store_next(inner, &c->error));
            assert_int_equal(id, store_int(inner, 0));
        }
        assert_int_equal(id, store_int(outer, 0)); /* still lent */
        RUN("INSERT INTO thing (id, size) VALUES ($1, $2)", STORE_STRING((char[]){(char)('a' + id), 0}),
            STORE_INT(id));
    }
    assert_int_equal(20, seen);
    assert_int_equal(20, NUMBER("SELECT COUNT(*) FROM thing"));

    struct store_rows *same[3] = {NULL, NULL, NULL};
    for (int i = 0; i < 3; i++)
        GOOD(store_query(c->writer, "SELECT id FROM growing WHERE id >= $1 ORDER BY id",
                         STORE_BIND(STORE_INT(i)), &same[i], &c->error));
    for (int k = 0; k < 5; k++) {
        for (int i = 0; i < 3; i++) {
            assert_int_equal(1, store_next(same[i], &c->error));
            assert_int_equal(i + k, store_int(same[i], 0));
        }
    }
    for (int i = 2; i >= 0; i--)
        store_done(&same[i]);
}

void test_many_rows(void **state)
{
    struct contract *c = contract_of(state);
    fill(c, 5000);
    struct store_counts before = store_count(c->writer);
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    GOOD(store_query(c->writer, "SELECT id, note FROM growing ORDER BY id", STORE_BIND(), &rows, &c->error));
    int seen = 0, got;
    while ((got = store_next(rows, &c->error)) > 0)
        assert_int_equal(seen++, store_int(rows, 0));
    assert_int_equal(0, got);
    assert_int_equal(5000, seen);
    store_done(&rows);
    assert_int_equal(1, store_count(c->writer).statements - before.statements);
    assert_int_equal(5000, store_count(c->writer).rows - before.rows);
    /* Left early; the session goes on. */
    GOOD(store_query(c->writer, "SELECT id, note FROM growing ORDER BY id DESC", STORE_BIND(), &rows,
                     &c->error));
    assert_int_equal(1, store_next(rows, &c->error));
    assert_int_equal(4999, store_int(rows, 0));
    store_done(&rows);
    assert_int_equal(5000, NUMBER("SELECT COUNT(*) FROM growing"));
}

void test_text_order(void **state)
{
    struct contract *c = contract_of(state);
    RUN("INSERT INTO thing (id, size) VALUES ('a', 1), ('B', 1), ('é', 1), ('_', 1), ('ab', 1), ('Z', 1), "
        "('1', 1)");
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    GOOD(store_query(c->writer, "SELECT id FROM thing ORDER BY id", STORE_BIND(), &rows, &c->error));
    static const char *const order[] = {"1", "B", "Z", "_", "a", "ab", "é"};
    for (size_t i = 0; i < 7; i++) {
        assert_int_equal(1, store_next(rows, &c->error));
        assert_true(text_equal(text_of(order[i]), store_text(rows, 0)));
    }
}

void test_bad_text(void **state)
{
    struct contract *c = contract_of(state);
    FAILS_AS(ERROR_INPUT, "INSERT INTO thing (id, size) VALUES ($1, 1)", STORE_TEXT(TEXT("a\0b")));
    FAILS_AS(ERROR_INPUT, "INSERT INTO thing (id, size) VALUES ($1, 1)", STORE_TEXT(TEXT("a\xff")));
    assert_int_equal(0, NUMBER("SELECT COUNT(*) FROM thing"));
}

void test_errors(void **state)
{
    struct contract *c = contract_of(state);
    RUN("INSERT INTO thing (id, size, name) VALUES ('secretid', 1, 'secretname')");
    FAILS_AS(ERROR_CONFLICT, "INSERT INTO thing (id, size) VALUES ($1, 1)", STORE_STRING("secretid"));
    assert_false(store_retry(c->writer));
    assert_non_null(strstr(c->error.where, "INSERT INTO thing"));
    assert_null(strstr(c->error.what, "secret"));
    FAILS_AS(ERROR_CONFLICT, "INSERT INTO thing (id, size, name) VALUES ('x', 1, $1)",
             STORE_STRING("secretname"));
    assert_null(strstr(c->error.what, "secret"));
    FAILS_AS(ERROR_CONFLICT, "INSERT INTO part (id, thing) VALUES (1, $1)", STORE_STRING("secretmissing"));
    assert_null(strstr(c->error.what, "secret"));
    FAILS_AS(ERROR_INVALID, "INSERT INTO thing (id, size, name) VALUES ('x', -1, 'secret2')");
    assert_null(strstr(c->error.what, "secret"));
    FAILS_AS(ERROR_INVALID, "INSERT INTO thing (id, size) VALUES ('x', $1)", STORE_INT_IF(false, 1));
    FAILS_AS(ERROR_SYSTEM, "SELECT nothing FROM nowhere");
    FAILS_AS(ERROR_SYSTEM, "SELEC 1");
    RUN("INSERT INTO part (id, thing) VALUES (1, 'secretid')");
    FAILS_AS(ERROR_CONFLICT, "DELETE FROM thing WHERE id = 'secretid'");
    assert_int_equal(1, NUMBER("SELECT COUNT(*) FROM thing"));
}

void test_refused_statements(void **state)
{
    struct contract *c = contract_of(state);
    FAILS_AS(ERROR_SYSTEM, "PRAGMA writable_schema = 1");
    FAILS_AS(ERROR_SYSTEM, "ATTACH 'other.db' AS other");
    FAILS_AS(ERROR_SYSTEM, "CREATE TABLE more (id TEXT PRIMARY KEY)");
    FAILS_AS(ERROR_SYSTEM, "DROP TABLE thing");
    FAILS_AS(ERROR_SYSTEM, "ALTER TABLE thing ADD COLUMN x TEXT");
    FAILS_AS(ERROR_SYSTEM, "VACUUM");
    FAILS_AS(ERROR_SYSTEM, "SET default_transaction_read_only = off");
    FAILS_AS(ERROR_SYSTEM, "TRUNCATE growing");
    FAILS_AS(ERROR_SYSTEM, "BEGIN");
    FAILS_AS(ERROR_SYSTEM, "COMMIT");
    FAILS_AS(ERROR_SYSTEM, "SELECT 1; SELECT 2");
    FAILS_AS(ERROR_SYSTEM, "REPLACE INTO thing (id, size) VALUES ('a', 1)");
    FAILS_AS(ERROR_SYSTEM, "INSERT OR REPLACE INTO thing (id, size) VALUES ('a', 1)");
    FAILS_AS(ERROR_SYSTEM, "UPDATE OR REPLACE thing SET size = 1");
    assert_false(store_in_transaction(c->writer));
}

void test_misread_column(void **state)
{
    struct contract *c = contract_of(state);
    RUN("INSERT INTO thing (id, size, body) VALUES ('7', 1, NULL)");
    for (int mistake = 0; mistake < 6; mistake++) {
        STORE_ROWS_SCOPE struct store_rows *rows = NULL;
        GOOD(store_query(c->writer, "SELECT id, size, body FROM thing", STORE_BIND(), &rows, &c->error));
        assert_int_equal(1, store_next(rows, &c->error));
        assert_true(store_is_null(rows, 2));
        if (mistake == 0)
            assert_int_equal(0, store_int(rows, 0));
        else if (mistake == 1)
            assert_int_equal(0, store_text(rows, 1).n);
        else if (mistake == 2)
            assert_int_equal(0, store_bytes(rows, 0).n);
        else if (mistake == 3)
            assert_int_equal(0, store_int(rows, 3));
        else
            assert_true(store_cell(rows, mistake == 4 ? 3 : -1).is_null);
        assert_int_equal(ERROR_SYSTEM, store_next(rows, &c->error));
    }
}

void test_small_cache(void **state)
{
    struct contract *c = contract_of(state);
    store_give_back(&c->writer);
    struct store_settings settings = contract_settings(c);
    settings.statement_cache = 2;
    STORE_SCOPE struct store *small = NULL;
    GOOD(store_open(&settings, &small, &c->error));
    GOOD(store_writer(small, &c->writer, &c->error));
    for (int i = 0; i < 5; i++) {
        struct store_rows *a = NULL, *b = NULL, *d = NULL;
        GOOD(store_query(c->writer, "SELECT 1", STORE_BIND(), &a, &c->error));
        GOOD(store_query(c->writer, "SELECT 2", STORE_BIND(), &b, &c->error));
        GOOD(store_query(c->writer, "SELECT 3", STORE_BIND(), &d, &c->error));
        assert_int_equal(4, NUMBER("SELECT 4"));
        assert_int_equal(1, store_next(a, &c->error));
        assert_int_equal(1, store_next(b, &c->error));
        assert_int_equal(1, store_next(d, &c->error));
        assert_int_equal(1, store_int(a, 0));
        assert_int_equal(2, store_int(b, 0));
        assert_int_equal(3, store_int(d, 0));
        store_done(&b);
        store_done(&a);
        store_done(&d);
    }
    store_give_back(&c->writer);
}

static int read_all(struct contract *c, struct store_rows *rows, int *seen)
{
    int got;
    *seen = 0;
    while ((got = store_next(rows, &c->error)) > 0)
        (*seen)++;
    return got;
}

/* Rows left open while another statement runs: SQLite keeps its place, PostgreSQL takes them into memory. */
void test_open_rows_have_a_limit(void **state)
{
    struct contract *c = contract_of(state);
    enum { MIB = 1 << 20 };
    char *big = test_malloc(MIB);
    memset(big, 'x', MIB);
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    for (int count = 20; count <= 100; count += 80) {
        int seen = 0;
        GOOD(store_query(c->writer,
                         "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1)"
                         " SELECT i, $2 FROM n",
                         STORE_BIND(STORE_INT(count), STORE_TEXT((struct text){big, MIB})), &rows,
                         &c->error));
        assert_int_equal(7, NUMBER("SELECT 7"));
        int got = read_all(c, rows, &seen);
        if (c->kind == STORE_SQLITE || count == 20) {
            assert_int_equal(0, got);
            assert_int_equal(count, seen);
        } else {
            assert_int_equal(ERROR_TOO_LARGE, got);
            assert_in_range(seen, 50, 64);
        }
        store_done(&rows);
        assert_int_equal(8, NUMBER("SELECT 8"));
    }
    test_free(big);
    if (c->kind == STORE_SQLITE)
        return; /* where a division by zero is NULL */
    for (int nested = 0; nested < 2; nested++) {
        int seen = 0;
        GOOD(store_query(c->writer,
                         "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1)"
                         " SELECT 60 / (30 - i) FROM n",
                         STORE_BIND(STORE_INT(100)), &rows, &c->error));
        if (nested)
            assert_int_equal(7, NUMBER("SELECT 7"));
        assert_int_equal(ERROR_INVALID, read_all(c, rows, &seen)); /* found half-way */
        assert_int_equal(29, seen);
        store_done(&rows);
        assert_int_equal(8, NUMBER("SELECT 8"));
    }
}
