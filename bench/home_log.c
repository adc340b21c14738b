#include "home_log.h"
#include "writer/pieces.h" /* of the gate: how the log lies in the database */

#include "ledger.h"
#include "store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void must(const struct home_log *log, int result, const struct error *error)
{
    if (result)
        server_fail(log->server, "%s: %s", error->where, error->what);
}

void home_log_make(struct home_log *log, struct server *server)
{
    log->server = server;
    log->arena = arena_new((size_t)1 << 30, ARENA_PLAIN);
    log->leaf = calloc(HOME_LOG_BULK, sizeof *log->leaf);
    uint8_t *data = calloc(HOME_LOG_BULK, LEDGER_LEAF_SIZE);
    if (!log->arena || !log->leaf || !data)
        server_fail(server, "out of memory");
    for (size_t i = 0; i < HOME_LOG_BULK; i++) {
        data[i * LEDGER_LEAF_SIZE] = LEDGER_LEAF_VERSION;
        log->leaf[i] = (struct text){(char *)data + i * LEDGER_LEAF_SIZE, LEDGER_LEAF_SIZE};
    }
}

void home_log_open(struct home_log *log)
{
    char path[120];
    struct error error;
    struct ledger_head head = {.root = ledger_hash_empty()};
    snprintf(path, sizeof path, "%s/data/proviso.db", log->server->home);
    struct store_settings settings = {.database = path, .may_write = true};
    must(log, store_open(&settings, &log->store, &error), &error);
    STORE_SESSION_SCOPE struct store_session *session = NULL;
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    must(log, store_reader(log->store, &session, &error), &error);
    must(log, store_one(session, "SELECT size, root FROM log_head WHERE id = 1", STORE_BIND(), &rows, &error), &error);
    head.size = (uint64_t)store_int(rows, 0);
    memcpy(head.root.byte, store_bytes(rows, 1).p, sizeof head.root.byte);
    struct ledger_storage pieces = pieces_in(session);
    must(log, ledger_edge_load(&pieces, log->arena, &head, &log->edge, &error), &error);
}

void home_log_close(struct home_log *log)
{
    store_close(&log->store);
}

struct ledger_growth home_log_append(struct home_log *log, struct store_session *session, size_t count)
{
    struct error error;
    struct ledger_growth growth;
    struct ledger_storage pieces = pieces_in(session);
    arena_reset(log->arena);
    for (size_t i = 0; i < count; i++) {
        uint64_t index = log->edge.size + i;
        memcpy((char *)(uintptr_t)log->leaf[i].p + 1, &index, sizeof index);
    }
    must(log, store_begin(session, STORE_WRITE, &error), &error);
    must(log, ledger_append(&pieces, log->arena, &log->edge, log->leaf, count, &log->edge, &growth, &error), &error);
    must(log, store_run(session, "UPDATE log_head SET size = $1, root = $2 WHERE id = 1",
                        STORE_BIND(STORE_INT((int64_t)growth.to.size),
                                   STORE_BYTES(growth.to.root.byte, sizeof growth.to.root.byte)), NULL, &error), &error);
    must(log, store_commit(session, &error), &error);
    return growth;
}
