#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "contract.h"

#define COUNT() NUMBER("SELECT COUNT(*) FROM thing")
#define ADD(id) RUN("INSERT INTO thing (id, size) VALUES ($1, 1)", STORE_STRING(id))

void test_commit_and_rollback(void **state)
{
    struct contract *c = contract_of(state);
    assert_false(store_in_transaction(c->writer));
    GOOD(store_begin(c->writer, STORE_WRITE, &c->error));
    assert_true(store_in_transaction(c->writer));
    assert_int_equal(ERROR_SYSTEM, store_begin(c->writer, STORE_WRITE, &c->error));
    ADD("a");
    GOOD(store_commit(c->writer, &c->error));
    assert_false(store_in_transaction(c->writer));
    GOOD(store_begin(c->writer, STORE_WRITE, &c->error));
    ADD("b");
    store_rollback(c->writer);
    store_rollback(c->writer);
    assert_int_equal(1, COUNT());
    assert_int_equal(ERROR_SYSTEM, store_commit(c->writer, &c->error));

    /* What was committed is there for another connection. */
    STORE_SESSION_SCOPE struct store_session *reader = NULL;
    int64_t count = 0;
    GOOD(store_reader(c->store, &reader, &c->error));
    GOOD(store_one_int(reader, "SELECT COUNT(*) FROM thing", STORE_BIND(), &count, &c->error));
    assert_int_equal(1, count);
}

void test_savepoints(void **state)
{
    struct contract *c = contract_of(state);
    assert_int_equal(ERROR_SYSTEM, store_savepoint(c->writer, &c->error));
    GOOD(store_begin(c->writer, STORE_WRITE, &c->error));
    assert_int_equal(ERROR_SYSTEM, store_undo(c->writer, &c->error));
    ADD("a");
    GOOD(store_savepoint(c->writer, &c->error));
    ADD("b");
    GOOD(store_savepoint(c->writer, &c->error));
    assert_int_equal(2, store_savepoint_depth(c->writer));
    ADD("c");
    GOOD(store_undo(c->writer, &c->error));
    assert_int_equal(2, COUNT());
    GOOD(store_savepoint(c->writer, &c->error));
    ADD("d");
    GOOD(store_release(c->writer, &c->error));
    GOOD(store_release(c->writer, &c->error));
    GOOD(store_savepoint(c->writer, &c->error));
    ADD("e");
    GOOD(store_undo(c->writer, &c->error));
    assert_int_equal(0, store_savepoint_depth(c->writer));
    GOOD(store_commit(c->writer, &c->error));
    assert_int_equal(3, COUNT());

    GOOD(store_begin(c->writer, STORE_WRITE, &c->error));
    GOOD(store_savepoint(c->writer, &c->error));
    ADD("f");
    assert_int_equal(ERROR_SYSTEM, store_commit(c->writer, &c->error)); /* a savepoint is open */
    assert_false(store_in_transaction(c->writer));
    assert_int_equal(3, COUNT());
}

void test_failed_transaction(void **state)
{
    struct contract *c = contract_of(state);
    /* A batch of commands: the one that fails is dropped, the others are kept. */
    GOOD(store_begin(c->writer, STORE_WRITE, &c->error));
    for (int i = 0; i < 6; i++) {
        char id[4] = {(char)('a' + (i == 4 ? 0 : i)), 0}; /* the fifth is a duplicate */
        GOOD(store_savepoint(c->writer, &c->error));
        int result = store_run(c->writer, "INSERT INTO thing (id, size) VALUES ($1, 1)",
                               STORE_BIND(STORE_STRING(id)), NULL, &c->error);
        if (!result) {
            GOOD(store_release(c->writer, &c->error));
            continue;
        }
        assert_int_equal(4, i);
        assert_int_equal(ERROR_CONFLICT, result);
        assert_int_equal(ERROR_CONFLICT,
                         store_run(c->writer, "DELETE FROM thing", STORE_BIND(), NULL, &c->error));
        assert_int_equal(ERROR_CONFLICT, store_savepoint(c->writer, &c->error));
        assert_int_equal(ERROR_CONFLICT, store_release(c->writer, &c->error));
        GOOD(store_undo(c->writer, &c->error));
    }
    GOOD(store_commit(c->writer, &c->error));
    assert_int_equal(5, COUNT());

    /* A failure that nobody undid takes everything with it. */
    GOOD(store_begin(c->writer, STORE_WRITE, &c->error));
    ADD("x");
    FAILS_AS(ERROR_INVALID, "INSERT INTO thing (id, size) VALUES ('y', -1)");
    assert_int_equal(ERROR_CONFLICT, store_commit(c->writer, &c->error));
    assert_false(store_in_transaction(c->writer));
    assert_int_equal(5, COUNT());
    assert_false(store_poisoned(c->store));
}

void test_deferred_constraint(void **state)
{
    struct contract *c = contract_of(state);
    GOOD(store_begin(c->writer, STORE_WRITE, &c->error));
    RUN("INSERT INTO deferred (id, thing) VALUES (1, 'a')");
    ADD("a");
    GOOD(store_commit(c->writer, &c->error));
    GOOD(store_begin(c->writer, STORE_WRITE, &c->error));
    RUN("INSERT INTO deferred (id, thing) VALUES (2, 'b')");
    assert_int_equal(ERROR_CONFLICT, store_commit(c->writer, &c->error));
    assert_false(store_in_transaction(c->writer));
    assert_false(store_poisoned(c->store));
    assert_int_equal(1, NUMBER("SELECT COUNT(*) FROM deferred"));

    /* Without a transaction the statement is one, and is not told to be done before it is kept. */
    FAILS_AS(ERROR_CONFLICT, "INSERT INTO deferred (id, thing) VALUES (3, 'b')");
    FAILS_AS(ERROR_CONFLICT, "INSERT INTO deferred (id, thing) VALUES (4, 'b'), (5, 'c') RETURNING id");
    struct store_rows *rows = NULL;
    assert_int_equal(ERROR_SYSTEM,
                     store_query(c->writer, "INSERT INTO deferred (id, thing) VALUES (4, 'a') RETURNING id",
                                 STORE_BIND(), &rows, &c->error));
    assert_null(rows);
    RUN("INSERT INTO deferred (id, thing) VALUES (4, 'a'), (5, 'a') RETURNING id");
    assert_int_equal(3, NUMBER("SELECT COUNT(*) FROM deferred"));
    assert_false(store_poisoned(c->store));
}

/* Rows that nobody read to their end, and that fail there: PostgreSQL then drops the transaction unasked. */
void test_unread_failure(void **state)
{
    struct contract *c = contract_of(state);
    if (c->kind == STORE_SQLITE)
        return; /* what is not read is not worked out */
    for (int how = 0; how < 3; how++) {
        struct store_rows *rows = NULL;
        GOOD(store_begin(c->writer, STORE_WRITE, &c->error));
        ADD("a");
        GOOD(store_query(c->writer,
                         "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1)"
                         " SELECT 60 / (30 - i) FROM n",
                         STORE_BIND(STORE_INT(100)), &rows, &c->error));
        assert_int_equal(1, store_next(rows, &c->error));
        if (how == 0)
            store_done(&rows);
        if (how == 1)
            assert_int_equal(ERROR_CONFLICT,
                             store_run(c->writer, "DELETE FROM part", STORE_BIND(), NULL, &c->error));
        assert_int_equal(ERROR_CONFLICT, store_commit(c->writer, &c->error));
        store_done(&rows);
        assert_false(store_in_transaction(c->writer));
        assert_int_equal(0, COUNT());
        assert_false(store_poisoned(c->store));
    }
}

void test_snapshot(void **state)
{
    struct contract *c = contract_of(state);
    ADD("a");
    STORE_SESSION_SCOPE struct store_session *reader = NULL;
    int64_t count = 0;
    GOOD(store_reader(c->store, &reader, &c->error));
    GOOD(store_begin(reader, STORE_READ, &c->error));
    ADD("b"); /* after the picture was taken, before it was first looked at */
    GOOD(store_one_int(reader, "SELECT COUNT(*) FROM thing", STORE_BIND(), &count, &c->error));
    assert_int_equal(1, count);
    GOOD(store_commit(reader, &c->error));
    GOOD(store_one_int(reader, "SELECT COUNT(*) FROM thing", STORE_BIND(), &count, &c->error));
    assert_int_equal(2, count);

    /* What is not committed is not seen. */
    GOOD(store_begin(c->writer, STORE_WRITE, &c->error));
    ADD("c");
    GOOD(store_one_int(reader, "SELECT COUNT(*) FROM thing", STORE_BIND(), &count, &c->error));
    assert_int_equal(2, count);
    store_rollback(c->writer);
}

void test_readers_only_read(void **state)
{
    struct contract *c = contract_of(state);
    STORE_SESSION_SCOPE struct store_session *reader = NULL;
    GOOD(store_reader(c->store, &reader, &c->error));
    assert_int_equal(ERROR_SYSTEM, store_run(reader, "INSERT INTO thing (id, size) VALUES ('a', 1)",
                                             STORE_BIND(), NULL, &c->error));
    assert_int_equal(ERROR_SYSTEM, store_begin(reader, STORE_WRITE, &c->error));
    GOOD(store_begin(reader, STORE_READ, &c->error));
    assert_int_equal(ERROR_SYSTEM, store_run(reader, "DELETE FROM thing", STORE_BIND(), NULL, &c->error));
    store_rollback(reader);
    GOOD(store_begin(c->writer, STORE_READ, &c->error));
    FAILS_AS(ERROR_SYSTEM, "INSERT INTO thing (id, size) VALUES ('a', 1)");
    store_rollback(c->writer);
    ADD("a");
    assert_int_equal(1, COUNT());
}

void test_given_back_open(void **state)
{
    struct contract *c = contract_of(state);
    GOOD(store_begin(c->writer, STORE_WRITE, &c->error));
    ADD("a");
    assert_true(store_in_transaction(c->writer));
    store_give_back(&c->writer);
    GOOD(store_writer(c->store, &c->writer, &c->error));
    assert_false(store_in_transaction(c->writer));
    assert_int_equal(0, COUNT());
}

void test_rows_end_with_transaction(void **state)
{
    struct contract *c = contract_of(state);
    for (int how = 0; how < 2; how++) {
        GOOD(store_begin(c->writer, STORE_WRITE, &c->error));
        RUN("INSERT INTO thing (id, size) VALUES ($1, 1), ($2, 1)", STORE_STRING(how ? "a" : "c"),
            STORE_STRING(how ? "b" : "d"));
        STORE_ROWS_SCOPE struct store_rows *rows = NULL;
        GOOD(store_query(c->writer, "SELECT id FROM thing", STORE_BIND(), &rows, &c->error));
        assert_int_equal(1, store_next(rows, &c->error));
        if (how)
            GOOD(store_commit(c->writer, &c->error));
        else
            store_rollback(c->writer);
        assert_int_equal(ERROR_SYSTEM, store_next(rows, &c->error));
        assert_int_equal(how ? 2 : 0, COUNT());
    }
}

static void *increment(void *context)
{
    struct store *store = context;
    for (int i = 0; i < 50; i++) {
        struct store_session *session = NULL;
        int64_t size = 0;
        if (store_writer(store, &session, NULL))
            return context;
        int result = store_begin(session, STORE_WRITE, NULL);
        result = result ||
                 store_one_int(session, "SELECT size FROM thing WHERE id = 'n'", STORE_BIND(), &size, NULL);
        result = result || store_run(session, "UPDATE thing SET size = $1 WHERE id = 'n'",
                                     STORE_BIND(STORE_INT(size + 1)), NULL, NULL);
        result = result || store_commit(session, NULL);
        store_give_back(&session);
        if (result || store_reader(store, &session, NULL))
            return context;
        result = store_one_int(session, "SELECT size FROM thing WHERE id = 'n'", STORE_BIND(), &size, NULL);
        store_give_back(&session);
        if (result)
            return context;
    }
    return NULL;
}

void test_threads(void **state)
{
    struct contract *c = contract_of(state);
    RUN("INSERT INTO thing (id, size) VALUES ('n', 0)");
    store_give_back(&c->writer);
    pthread_t thread[8]; /* more than there are readers */
    for (int i = 0; i < 8; i++)
        assert_int_equal(0, pthread_create(&thread[i], NULL, increment, c->store));
    for (int i = 0; i < 8; i++) {
        void *wrong = NULL;
        pthread_join(thread[i], &wrong);
        assert_null(wrong);
    }
    GOOD(store_writer(c->store, &c->writer, &c->error));
    assert_int_equal(400, NUMBER("SELECT size FROM thing WHERE id = 'n'"));
}

/* Two programs on one database. */
void test_lock_conflict(void **state)
{
    struct contract *c = contract_of(state);
    ADD("a");
    struct store_settings settings = contract_settings(c);
    STORE_SCOPE struct store *second = NULL;
    STORE_SESSION_SCOPE struct store_session *other = NULL;
    GOOD(store_open(&settings, &second, &c->error));
    GOOD(store_writer(second, &other, &c->error));
    GOOD(store_begin(c->writer, STORE_WRITE, &c->error));
    RUN("UPDATE thing SET size = 2 WHERE id = 'a'");
    int result = store_begin(other, STORE_WRITE, &c->error);
    if (!result)
        result = store_run(other, "UPDATE thing SET size = 3 WHERE id = 'a'", STORE_BIND(), NULL, &c->error);
    assert_int_equal(ERROR_CONFLICT, result);
    assert_true(store_retry(other));
    store_rollback(other);
    assert_true(store_retry(other));
    assert_false(store_in_transaction(other));
    GOOD(store_commit(c->writer, &c->error));
    GOOD(store_begin(other, STORE_WRITE, &c->error));
    GOOD(store_run(other, "UPDATE thing SET size = size + 3 WHERE id = 'a'", STORE_BIND(), NULL, &c->error));
    GOOD(store_commit(other, &c->error));
    assert_false(store_retry(other));
    assert_int_equal(5, NUMBER("SELECT size FROM thing WHERE id = 'a'"));
}

static int add_the_sum(struct store_session *session, const char *id, struct error *error)
{
    int64_t sum = 0;
    int result = store_one_int(session, "SELECT COUNT(*) FROM thing", STORE_BIND(), &sum, error);
    if (!result)
        result = store_run(session, "INSERT INTO thing (id, size) VALUES ($1, $2)",
                           STORE_BIND(STORE_STRING(id), STORE_INT(sum)), NULL, error);
    return result;
}

/* Each reads what the other writes: only one may be kept, the other is told to try again. */
void test_write_skew(void **state)
{
    struct contract *c = contract_of(state);
    struct store_settings settings = contract_settings(c);
    STORE_SCOPE struct store *second = NULL;
    STORE_SESSION_SCOPE struct store_session *other = NULL;
    GOOD(store_open(&settings, &second, &c->error));
    GOOD(store_writer(second, &other, &c->error));
    GOOD(store_begin(c->writer, STORE_WRITE, &c->error));
    int result = store_begin(other, STORE_WRITE, &c->error);
    GOOD(add_the_sum(c->writer, "a", &c->error));
    if (!result)
        result = add_the_sum(other, "b", &c->error);
    GOOD(store_commit(c->writer, &c->error));
    if (!result)
        result = store_commit(other, &c->error);
    assert_int_equal(ERROR_CONFLICT, result);
    assert_true(store_retry(other));
    assert_false(store_poisoned(second));
    store_rollback(other);
    GOOD(store_begin(other, STORE_WRITE, &c->error));
    GOOD(add_the_sum(other, "b", &c->error));
    GOOD(store_commit(other, &c->error));
    assert_int_equal(1, NUMBER("SELECT size FROM thing WHERE id = 'b'"));
}
