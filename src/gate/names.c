#include "inside.h"

#include "work/derived.h"

#include "gate/log.h"

#include <string.h>

enum { INDEX_MEMORY = 16 << 20 };

static int read_key(struct gate *gate, struct error *error)
{
    STORE_SESSION_SCOPE struct store_session *session = NULL;
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int result = store_reader(gate->store, &session, error);
    if (!result)
        result = store_one(session, "SELECT k.wrapped FROM name_key n JOIN record_key k ON k.id = n.key_id WHERE n.id = 1",
                           STORE_BIND(), &rows, error);
    if (result)
        return result;
    struct text wrapped = store_bytes(rows, 0);
    return keys_open(gate, 1, &wrapped, &gate->names, error);
}

static int put_key(struct gate *gate, struct turn *turn, struct error *error)
{
    int result = store_run(turn->session, "DELETE FROM record_key WHERE id IN (SELECT key_id FROM name_key)", STORE_BIND(), NULL, error);
    if (!result)
        result = turn_own_key_write(turn, &turn->key, error);
    if (!result)
        result = store_run(turn->session, "INSERT INTO name_key (id, key_id) VALUES (1, $1) ON CONFLICT (id) DO UPDATE SET key_id = $1",
                           STORE_BIND(STORE_TEXT(id_text(&turn->key.id))), NULL, error);
    memcpy(gate->names, turn->key.plain, sizeof gate->names);
    return result ? result : name_index_make(turn, error);
}

static int make_key(struct gate *gate, struct error *error)
{
    ARENA_SCOPE struct arena *arena = arena_new(INDEX_MEMORY, ARENA_SECRET);
    STORE_SESSION_SCOPE struct store_session *session = NULL;
    struct turn turn = {.arena = arena, .now = gate_now(gate), .names = gate->names, .opener = gate, .open_keys = keys_open};
    int result = arena ? keys_fresh(gate, turn.now, &turn.key, error) : error_set(error, ERROR_SYSTEM, "", "", "out of memory");
    if (!result)
        result = store_writer(gate->store, &session, error);
    turn.session = session;
    if (!result)
        result = store_begin(session, STORE_WRITE, error);
    if (!result)
        result = put_key(gate, &turn, error);
    if (!result)
        result = store_commit(session, error);
    else if (session)
        store_rollback(session);
    bytes_wipe(&turn.key, sizeof turn.key);
    return result;
}

int names_begin(struct gate *gate, struct error *error)
{
    int result = read_key(gate, error);
    if (result == ERROR_CHECK)
        log_line(LOG_LEVEL_ERROR, "gate", "the key of the index of names does not open (%s)%s", error->what,
                 gate->read_only ? "" : ": names are indexed again, under another");
    if (result != ERROR_CHECK && result != ERROR_MISSING)
        return result;
    return gate->read_only ? 0 : make_key(gate, error);
}
