#include "forget_inside.h"
#include "keys.h"
#include "names.h"
#include "writer/writer.h"

#include "store.h"
#include "work/name_index.h"

/*
 * Of somebody who was disposed of, the pieces of the name may lie in older copies of the file still: so the index moves to
 * another key, and that of before ends with the epoch it was wrapped in, being never wrapped anew. And SQLite overwrites what is
 * deleted, but a page of an index that was split while names were added keeps a copy of cells that moved to its neighbour; a
 * page that is freed is overwritten whole. So the index moves to another table, and every page of this one is freed. (The other
 * tables grow at their end only, where no page is split so: a test looks.) PostgreSQL overwrites nothing: there the files of
 * the table that the index has left are taken away.
 */
enum { MOVE_MEMORY = 4 << 20 };

struct move {
    struct gate *gate;
    struct arena *arena;
    struct turn_key fresh;
    struct name_moving page;
};

static int begin(struct store_session *session, void *context, struct error *error)
{
    struct move *move = context;
    struct turn turn = names_turn(move->gate, move->arena, session);
    turn.key = move->fresh;
    int result = name_move_begin(&turn, error);
    bytes_wipe(&turn.key, sizeof turn.key);
    return result;
}

static int read_page(struct move *move, struct error *error)
{
    STORE_SESSION_SCOPE struct store_session *session = NULL;
    int result = store_reader(move->gate->store, &session, error);
    if (!result)
        result = store_begin(session, STORE_READ, error);
    struct turn turn = names_turn(move->gate, move->arena, session);
    if (!result)
        result = name_move_read(&turn, &move->page, error);
    store_rollback(session);
    return result;
}

static int write_page(struct store_session *session, void *context, struct error *error)
{
    struct move *move = context;
    struct turn turn = names_turn(move->gate, move->arena, session);
    return name_move_write(&turn, &move->page, error);
}

static int name_was_disposed(struct gate *gate, int64_t *n, struct error *error)
{
    STORE_SESSION_SCOPE struct store_session *session = NULL;
    int result = store_reader(gate->store, &session, error);
    return result ? result
                  : store_one_int(session,
                                  "SELECT count(*) FROM disposal d JOIN tombstone t ON t.disposal_id = d.id AND t.tbl = 'subject'"
                                  " WHERE d.state = 'waiting'",
                                  STORE_BIND(), n, error);
}

static int drop_left(struct store_session *session, void *context, struct error *error)
{
    (void)context;
    int64_t second = 0;
    int result = store_one_int(session, "SELECT second FROM trigram_side WHERE id = 1", STORE_BIND(), &second, error);
    if (result)
        return result;
    return second ? store_scrub_table(session, "subject_trigram", error) : store_scrub_table(session, "subject_trigram_2", error);
}

/*
 * A turn that was cut short after its move may have left there what the dead were found by: PostgreSQL has not overwritten it. One
 * that was cut short in the midst of its move goes on with the table that it began with.
 */
static int clear_target(struct store_session *session, void *context, struct error *error)
{
    int64_t keys = 0;
    int result = store_one_int(session, "SELECT count(*) FROM name_key", STORE_BIND(), &keys, error);
    return result || keys > 1 ? result : drop_left(session, context, error);
}

int forget_names(struct gate *gate, struct error *error)
{
    int64_t n = 0;
    int result = name_was_disposed(gate, &n, error);
    if (result || !n)
        return result;
    ARENA_SCOPE struct arena *arena = arena_new(MOVE_MEMORY, ARENA_SECRET);
    struct move move = {.gate = gate, .arena = arena};
    result = arena ? keys_fresh(gate, gate_now(gate), &move.fresh, error) : error_set(error, ERROR_SYSTEM, "", "", "out of memory");
    if (!result)
        result = writer_do(gate, clear_target, NULL, true, error);
    if (!result)
        result = writer_do(gate, begin, &move, false, error);
    bytes_wipe(&move.fresh, sizeof move.fresh);
    while (!result && !move.page.done) {
        result = read_page(&move, error);
        if (!result)
            result = writer_do(gate, write_page, &move, false, error);
        if (!result)
            result = forget_check_stop(gate, error);
    }
    return result;
}

int forget_names_left(struct gate *gate, struct error *error)
{
    int64_t n = 0;
    int result = name_was_disposed(gate, &n, error);
    return result || !n ? result : writer_do(gate, drop_left, NULL, true, error);
}
