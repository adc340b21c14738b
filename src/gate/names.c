#include "names.h"
#include "inside.h"
#include "keys.h"

#include "store.h"
#include "work/name_index.h"

#include <stdio.h>

enum { INDEX_MEMORY = 16 << 20 };
#define TELL_EVERY (5 * CLOCK_SECOND)

struct turn names_turn(struct gate *gate, struct arena *arena, struct store_session *session)
{
    return (struct turn){.arena = arena, .session = session, .now = gate_now(gate), .opener = gate, .open_keys = keys_open};
}

/* The operator learns why, except of a new database, and of one of an earlier version: there it was to be expected. */
static void tell_why(struct store_session *session, const struct error *why)
{
    struct error ignored;
    int64_t due = 0;
    (void)store_one_int(session, "SELECT count(*) FROM name_key WHERE id = 1 AND key_id = ''", STORE_BIND(), &due, &ignored);
    if (!due)
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
        tell_why(session, error);
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

/* How far it is, and when that was told. */
struct making {
    struct gate *gate;
    int64_t people, told_at;
};

static int tell(void *context, int64_t done, int64_t of, struct error *error)
{
    struct making *making = context;
    struct gate *gate = making->gate;
    int64_t now = gate->age.steady();
    if (!done) {
        *making = (struct making){gate, .people = of, .told_at = now};
        if (of)
            log_line(LOG_LEVEL_INFO, "gate", "indexing %lld people by their names: the service begins after that", (long long)of);
    } else if (now - making->told_at >= TELL_EVERY) {
        making->told_at = now;
        log_line(LOG_LEVEL_INFO, "gate", "indexed %lld of %lld people by their names", (long long)done, (long long)of);
    }
    return gate->is_stopped && gate->is_stopped(gate->is_stopped_context)
               ? error_set(error, ERROR_CONFLICT, "names", "It begins again at the next start. Nothing was changed.",
                           "told to stop while people were being indexed by their names")
               : 0;
}

static int tell_full(const struct making *making, struct error *error)
{
    char fix[sizeof error->fix];
    snprintf(fix, sizeof fix,
             "Free some space where the database lies: to index %lld people by their names takes about %lld MiB. Then start it again: "
             "it begins anew, and nothing was changed.",
             (long long)making->people, (long long)(1 + (2 * NAME_INDEX_EACH * making->people >> 20)));
    return error_set(error, error->code, error->where, fix, "%s", error->what);
}

static int make(struct gate *gate, struct arena *arena, struct error *error)
{
    STORE_SESSION_SCOPE struct store_session *session = NULL;
    struct making making = {.gate = gate};
    int result = store_writer(gate->store, &session, error);
    struct turn turn = names_turn(gate, arena, session);
    if (!result)
        result = keys_fresh(gate, turn.now, &turn.key, error);
    if (!result)
        result = store_begin(session, STORE_WRITE, error);
    if (!result)
        result = name_index_make(&turn, &(struct name_watch){tell, &making}, error);
    if (!result)
        result = store_commit(session, error);
    bytes_wipe(&turn.key, sizeof turn.key);
    if (result && session && store_full(session))
        result = tell_full(&making, error);
    store_rollback(session);
    if (result)
        return result;
    clear_away(gate, session);
    if (making.people)
        log_line(LOG_LEVEL_INFO, "gate", "indexed all %lld people by their names", (long long)making.people);
    return 0;
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
