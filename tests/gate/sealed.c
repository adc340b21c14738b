#include "sealed.h"

#include "inside.h"
#include "keys.h"

#include "store.h"
#include "vault.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <cmocka.h>

static struct text bound_to(struct test_home *home, const struct id *decision)
{
    return arena_format(home->arena, "decision/%s", decision->text);
}

static struct text read_row(struct test_home *home, const struct id *decision, uint8_t key[1][TURN_KEY_SIZE])
{
    STORE_SESSION_SCOPE struct store_session *session = NULL;
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    struct error error;
    must(store_reader(home->gate->store, &session, &error), &error, "store_reader");
    must(store_one(session, "SELECT d.sealed, k.wrapped FROM decision d JOIN record_key k ON k.id = d.key_id WHERE d.id = $1",
                   STORE_BIND(STORE_TEXT(id_text(decision))), &rows, &error),
         &error, "the decision");
    struct text wrapped = store_bytes_in(rows, 1, home->arena);
    must(keys_open(home->gate, 1, &wrapped, key, &error), &error, "keys_open");
    return store_bytes_in(rows, 0, home->arena);
}

struct text sealed_decision(struct test_home *home, const struct id *decision)
{
    struct error error;
    uint8_t key[1][TURN_KEY_SIZE];
    struct text sealed = read_row(home, decision, key), plain;
    must(vault_record_open(home->arena, key[0], bound_to(home, decision), sealed, &plain, &error), &error, "open");
    return plain;
}

void sealed_decision_forge(struct test_home *home, const struct id *decision, struct text plain)
{
    struct error error;
    uint8_t key[1][TURN_KEY_SIZE];
    struct text sealed;
    (void)read_row(home, decision, key);
    must(vault_record_seal(home->arena, key[0], bound_to(home, decision), plain, &sealed, &error), &error, "seal");
    struct store_session *writer;
    struct store *store;
    char path[128];
    snprintf(path, sizeof path, "%s/data/proviso.db", home->folder);
    struct store_settings settings = {.database = path, .may_write = true};
    must(store_open(&settings, &store, &error), &error, "store_open");
    must(store_writer(store, &writer, &error), &error, "store_writer");
    must(store_run(writer, "UPDATE decision SET sealed = $2 WHERE id = $1",
                   STORE_BIND(STORE_TEXT(id_text(decision)), STORE_BYTES(sealed.p, sealed.n)), NULL, &error),
         &error, "forge");
    store_give_back(&writer);
    store_close(&store);
}

struct text sealed_altered(struct test_home *home, struct text plain, const char *was, const char *is)
{
    ptrdiff_t at = text_find(plain, text_of(was));
    if (at < 0)
        fail_msg("\"%s\" is not in %.*s", was, TEXT_ARGS(plain));
    struct buffer b = buffer_in(home->arena);
    buffer_text(&b, text_cut(plain, 0, (size_t)at));
    buffer_string(&b, is);
    buffer_text(&b, text_cut(plain, (size_t)at + text_of(was).n, plain.n));
    return buffer_result(&b);
}
