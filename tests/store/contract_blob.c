#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "contract.h"

/* Content that differs at every place, so that a shifted or swapped piece is seen. */
static unsigned char byte_at(int64_t i)
{
    return (unsigned char)((uint64_t)i * UINT64_C(2654435761) >> 13 ^ (uint64_t)i);
}

static void write_blob(struct contract *c, struct text name, int64_t size, size_t step)
{
    GOOD(store_blob_begin(c->writer, name, 1000, &c->error));
    char *piece = malloc(step);
    for (int64_t at = 0; at < size;) {
        size_t n = size - at < (int64_t)step ? (size_t)(size - at) : step;
        for (size_t i = 0; i < n; i++)
            piece[i] = (char)byte_at(at + (int64_t)i);
        GOOD(store_blob_append(c->writer, name, at, (struct text){piece, n}, &c->error));
        at += (int64_t)n;
    }
    free(piece);
    GOOD(store_blob_finish(c->writer, name, size, &c->error));
}

static void check_blob(struct contract *c, struct text name, int64_t from, size_t want, size_t expect)
{
    STORE_SESSION_SCOPE struct store_session *reader = NULL;
    GOOD(store_reader(c->store, &reader, &c->error));
    unsigned char *into = malloc(want + 1);
    size_t got = 0;
    into[want] = 0x5a;
    GOOD(store_blob_read(reader, name, from, into, want, &got, &c->error));
    assert_int_equal(expect, got);
    for (size_t i = 0; i < got; i++) {
        if (into[i] != byte_at(from + (int64_t)i))
            fail_msg("byte %zu from %lld differs", i, (long long)from);
    }
    assert_int_equal(0x5a, into[want]);
    free(into);
}

void test_blob_round_trip(void **state)
{
    struct contract *c = contract_of(state);
    const int64_t size = 3 * STORE_BLOB_PIECE + 777;
    write_blob(c, TEXT("even"), size, STORE_BLOB_PIECE);
    write_blob(c, TEXT("odd"), size, 100003);
    write_blob(c, TEXT("whole"), size, 2 * 1024 * 1024);
    write_blob(c, TEXT("empty"), 0, 1);
    static const char *const name[] = {"even", "odd", "whole"};
    for (size_t i = 0; i < 3; i++) {
        check_blob(c, text_of(name[i]), 0, (size_t)size, (size_t)size);
        check_blob(c, text_of(name[i]), 0, (size_t)size + 5, (size_t)size);
        check_blob(c, text_of(name[i]), STORE_BLOB_PIECE - 1, 2, 2);
        check_blob(c, text_of(name[i]), 100002, 300000, 300000);
        check_blob(c, text_of(name[i]), size - 1, 10, 1);
        check_blob(c, text_of(name[i]), size, 10, 0);
        check_blob(c, text_of(name[i]), size + 100, 10, 0);
    }
    check_blob(c, TEXT("empty"), 0, 10, 0);
}

void test_blob_rules(void **state)
{
    struct contract *c = contract_of(state);
    struct text name = TEXT("paper");
    struct store_blob blob;
    size_t got;
    char into[8];
    assert_int_equal(ERROR_MISSING, store_blob_look(c->writer, name, &blob, &c->error));
    assert_int_equal(ERROR_MISSING, store_blob_read(c->writer, name, 0, into, 8, &got, &c->error));
    assert_int_equal(ERROR_MISSING, store_blob_append(c->writer, name, 0, TEXT("abc"), &c->error));
    GOOD(store_blob_begin(c->writer, name, 77, &c->error));
    assert_int_equal(ERROR_CONFLICT, store_blob_begin(c->writer, name, 77, &c->error));
    GOOD(store_blob_append(c->writer, name, 0, TEXT("abc"), &c->error));
    assert_int_equal(ERROR_CONFLICT, store_blob_append(c->writer, name, 0, TEXT("abc"), &c->error));
    assert_int_equal(ERROR_CONFLICT, store_blob_append(c->writer, name, 4, TEXT("abc"), &c->error));
    GOOD(store_blob_append(c->writer, name, 3, TEXT("de"), &c->error));
    GOOD(store_blob_look(c->writer, name, &blob, &c->error));
    assert_int_equal(5, blob.size);
    assert_int_equal(77, blob.begun_at);
    assert_false(blob.finished);
    assert_int_equal(ERROR_CONFLICT, store_blob_finish(c->writer, name, 4, &c->error));
    GOOD(store_blob_finish(c->writer, name, 5, &c->error));
    assert_int_equal(ERROR_CONFLICT, store_blob_finish(c->writer, name, 5, &c->error));
    assert_int_equal(ERROR_CONFLICT, store_blob_append(c->writer, name, 5, TEXT("x"), &c->error));
    GOOD(store_blob_read(c->writer, name, 1, into, 8, &got, &c->error));
    assert_int_equal(4, got);
    assert_memory_equal("bcde", into, 4);
    assert_int_equal(ERROR_INPUT, store_blob_read(c->writer, name, -1, into, 8, &got, &c->error));

    /* Inside a transaction of the caller's it is part of it. */
    GOOD(store_begin(c->writer, STORE_WRITE, &c->error));
    GOOD(store_blob_begin(c->writer, TEXT("other"), 1, &c->error));
    GOOD(store_blob_append(c->writer, TEXT("other"), 0, TEXT("x"), &c->error));
    store_rollback(c->writer);
    assert_int_equal(ERROR_MISSING, store_blob_look(c->writer, TEXT("other"), &blob, &c->error));
}

void test_blob_delete(void **state)
{
    struct contract *c = contract_of(state);
    write_blob(c, TEXT("a"), 10 * STORE_BLOB_PIECE, STORE_BLOB_PIECE);
    write_blob(c, TEXT("b"), 10, 10);
    bool gone = true;
    struct store_blob blob;
    int steps = 0;
    for (gone = false; !gone; steps++) {
        GOOD(store_blob_delete(c->writer, TEXT("a"), 4, &gone, &c->error));
        assert_int_equal(ERROR_MISSING, store_blob_look(c->writer, TEXT("a"), &blob, &c->error));
        assert_int_equal(ERROR_MISSING, store_blob_append(c->writer, TEXT("a"), 0, TEXT("x"), &c->error));
        if (steps == 0)
            assert_int_equal(7, NUMBER("SELECT COUNT(*) FROM store_piece"));
    }
    assert_int_equal(3, steps);
    assert_int_equal(1, NUMBER("SELECT COUNT(*) FROM store_piece"));
    GOOD(store_blob_delete(c->writer, TEXT("never was"), 4, &gone, &c->error));
    assert_true(gone);
    assert_int_equal(ERROR_INPUT, store_blob_delete(c->writer, TEXT("b"), 0, &gone, &c->error));
    GOOD(store_blob_look(c->writer, TEXT("b"), &blob, &c->error));
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define WATCHED 1
#elif defined(__has_feature)
#define WATCHED (__has_feature(address_sanitizer) || __has_feature(thread_sanitizer))
#else
#define WATCHED 0
#endif

/* What the program has in memory now. */
static long memory_kib(void)
{
    long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    assert_non_null(file);
    assert_int_equal(1, fscanf(file, "%*d %ld", &pages));
    fclose(file);
    return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

/* Memory does not grow with the content. PROVISO_LONG writes 2 GiB instead of 48 MiB. */
void test_blob_large(void **state)
{
    struct contract *c = contract_of(state);
    int64_t size = getenv("PROVISO_LONG") ? INT64_C(2) << 30 : INT64_C(48) << 20;
    write_blob(c, TEXT("warm"), 4 << 20, 1 << 20);
    long before = memory_kib(), most = before;
    write_blob(c, TEXT("large"), size, 1 << 20);
    STORE_SESSION_SCOPE struct store_session *reader = NULL;
    GOOD(store_reader(c->store, &reader, &c->error));
    char *into = malloc(1 << 20);
    size_t got = 0;
    int64_t at = 0;
    do {
        GOOD(store_blob_read(reader, TEXT("large"), at, into, 1 << 20, &got, &c->error));
        for (size_t i = 0; i < got; i += 4093)
            assert_int_equal(byte_at(at + (int64_t)i), (unsigned char)into[i]);
        at += (int64_t)got;
        most = memory_kib() > most ? memory_kib() : most;
    } while (got);
    free(into);
    assert_true(at == size);
    long grown = most - before;
    print_message("%lld MiB written and read; memory grew by %ld KiB\n", (long long)(size >> 20), grown);
    if (!WATCHED) /* sanitizers keep freed memory back */
        assert_true(grown < 24 * 1024);
}

void test_scrub(void **state)
{
    struct contract *c = contract_of(state);
    RUN("INSERT INTO thing (id, size, name) VALUES ('a', 1, 'b')");
    GOOD(store_begin(c->writer, STORE_WRITE, &c->error));
    assert_int_equal(ERROR_SYSTEM, store_scrub(c->writer, &c->error));
    store_rollback(c->writer);
    GOOD(store_scrub(c->writer, &c->error));
    assert_int_equal(1, NUMBER("SELECT COUNT(*) FROM thing"));
    STORE_SESSION_SCOPE struct store_session *reader = NULL;
    GOOD(store_reader(c->store, &reader, &c->error));
    assert_int_equal(ERROR_SYSTEM, store_scrub(reader, &c->error));
}
