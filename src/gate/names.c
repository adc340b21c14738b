#include "inside.h"

#include "work/name_index.h"

#include "gate/log.h"

enum { INDEX_MEMORY = 16 << 20 };

struct turn names_turn(struct gate *gate, struct arena *arena, struct store_session *session)
{
    return (struct turn){.arena = arena, .session = session, .now = gate_now(gate), .opener = gate, .open_keys = keys_open};
}

/* The operator learns why: of a new database, and of one of an earlier version, it was to be expected. */
static void tell(struct store_session *session, const struct error *why)
{
    struct error ignored;
    int64_t due = 0;
    (void)store_one_int(session, "SELECT count(*) FROM name_key WHERE id = 1 AND key_id = ''", STORE_BIND(), &due, &ignored);
    if (due)
        log_line(LOG_LEVEL_INFO, "gate", "names are indexed, under a key of their own");
    else
        log_line(LOG_LEVEL_ERROR, "gate", "%s: names are indexed again, under another", why->what);
}

static int look(struct gate *gate, struct arena *arena, struct error *error)
{
    STORE_SESSION_SCOPE struct store_session *session = NULL;
    int result = store_reader(gate->store, &session, error);
    if (!result)
        result = store_begin(session, STORE_READ, error);
    struct turn turn = names_turn(gate, arena, session);
    if (!result)
        result = name_index_look(&turn, error);
    if (result == ERROR_CHECK)
        tell(session, error);
    if (session)
        store_rollback(session);
    return result;
}

/* What an earlier version left lies in the file until the log with what it was overwritten by is moved there. */
static void clear_away(struct gate *gate, struct store_session *session)
{
    struct error why;
    if (store_kind(gate->store) == STORE_SQLITE && store_scrub(session, &why) != 0)
        log_line(LOG_LEVEL_WARNING, "gate", "pieces of names of before stay in the file for a while: %s", why.what);
}

static int make(struct gate *gate, struct arena *arena, struct error *error)
{
    STORE_SESSION_SCOPE struct store_session *session = NULL;
    int result = store_writer(gate->store, &session, error);
    struct turn turn = names_turn(gate, arena, session);
    if (!result)
        result = keys_fresh(gate, turn.now, &turn.key, error);
    if (!result)
        result = store_begin(session, STORE_WRITE, error);
    if (!result)
        result = name_index_make(&turn, error);
    if (!result)
        result = store_commit(session, error);
    else if (session)
        store_rollback(session);
    if (!result)
        clear_away(gate, session);
    bytes_wipe(&turn.key, sizeof turn.key);
    return result;
}

int names_begin(struct gate *gate, struct error *error)
{
    ARENA_SCOPE struct arena *arena = gate->read_only ? NULL : arena_new(INDEX_MEMORY, ARENA_SECRET);
    if (gate->read_only)
        return 0;
    int result = arena ? look(gate, arena, error) : error_set(error, ERROR_SYSTEM, "", "", "out of memory");
    if (result != ERROR_CHECK)
        return result;
    result = make(gate, arena, error);
    if (result != ERROR_CHECK)
        return result;
    log_line(LOG_LEVEL_ERROR, "gate", "names cannot be indexed, so nobody is found by name: %s: %s", error->what, error->fix);
    return 0;
}
