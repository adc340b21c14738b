#include "forget_inside.h"
#include "keys.h"
#include "writer/writer.h"

#include "keyholder.h"
#include "store.h"

#include <string.h>

/*
 * Keys read and written in one transaction; and by one statement, since the way to a database on another machine takes longer
 * than all that is done for a key. (PostgreSQL keeps no plan of a time when there were few: a turn ends with a VACUUM.)
 */
enum { PIECE = 512, TOGETHER = 32, WALK_MEMORY = 1 << 20 };
_Static_assert(PIECE % TOGETHER == 0, "what one statement writes lies in the piece");

/* Keys of earlier epochs, as they stand and wrapped anew. */
struct piece {
    struct id id[PIECE];
    struct wrapped_key old[PIECE];
    struct rewrapped_key fresh[PIECE];
    size_t n, read;
    struct id after;
};

static int read_piece(struct gate *gate, uint32_t epoch, struct piece *piece, struct error *error)
{
    STORE_SESSION_SCOPE struct store_session *session = NULL;
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int got = store_reader(gate->store, &session, error);
    if (!got)
        got = store_query(session, "SELECT id, wrapped FROM record_key WHERE id > $1 ORDER BY id LIMIT $2",
                          STORE_BIND(STORE_TEXT(id_text(&piece->after)), STORE_INT(PIECE)), &rows, error);
    piece->n = piece->read = 0;
    while (!got && (got = store_next(rows, error)) > 0) {
        struct text wrapped = store_bytes(rows, 1);
        struct wrapped_key *old = &piece->old[piece->n];
        got = 0;
        piece->read++;
        if (!id_parse(store_text(rows, 0), &piece->after)) /* it could be neither written nor passed over for good */
            return error_set(error, ERROR_CHECK, "record_key", "Run 'proviso ledger verify'.", "the name of a key has been altered");
        if (wrapped.n != sizeof old->byte)
            continue; /* told by 'ledger verify' */
        memcpy(old->byte, wrapped.p, sizeof old->byte);
        uint32_t its = wrapped_key_epoch(old);
        if (its && its < epoch)
            piece->id[piece->n++] = piece->after;
    }
    return got;
}

static int wrap_piece(struct gate *gate, struct piece *piece, struct error *error)
{
    int result = 0;
    for (size_t at = 0; !result && at < piece->n; at += KEYHOLDER_BATCH) {
        size_t n = piece->n - at < KEYHOLDER_BATCH ? piece->n - at : KEYHOLDER_BATCH;
        result = keyholder_rewrap(gate->keyholder, &piece->old[at], n, &piece->fresh[at], error);
        if (result == ERROR_SYSTEM && keys_revive(gate, error) == 0)
            result = keyholder_rewrap(gate->keyholder, &piece->old[at], n, &piece->fresh[at], error);
    }
    return result;
}

/* Those from `at` on. A key that was destroyed meanwhile stays so; a place that is not used has no name, and meets none. */
static int write_some(struct store_session *session, const struct piece *piece, size_t at, struct error *error)
{
    struct store_value value[2 * TOGETHER];
    for (size_t i = 0; i < TOGETHER; i++) {
        bool good = at + i < piece->n && piece->fresh[at + i].verdict == WRAPPED_GOOD;
        value[2 * i] = STORE_TEXT_IF(good, id_text(&piece->id[at + i]));
        value[2 * i + 1] = STORE_BYTES_IF(good, (const char *)piece->fresh[at + i].wrapped.byte, WRAPPED_KEY_SIZE);
    }
    return store_run(session,
                     "UPDATE record_key SET wrapped = fresh.column2 FROM (VALUES"
                     " ($1, $2), ($3, $4), ($5, $6), ($7, $8), ($9, $10), ($11, $12), ($13, $14), ($15, $16),"
                     " ($17, $18), ($19, $20), ($21, $22), ($23, $24), ($25, $26), ($27, $28), ($29, $30), ($31, $32),"
                     " ($33, $34), ($35, $36), ($37, $38), ($39, $40), ($41, $42), ($43, $44), ($45, $46), ($47, $48),"
                     " ($49, $50), ($51, $52), ($53, $54), ($55, $56), ($57, $58), ($59, $60), ($61, $62), ($63, $64)) AS fresh WHERE id = fresh.column1",
                     ((struct store_values){value, 2 * TOGETHER}), NULL, error);
}

static int write_piece(struct store_session *session, void *context, struct error *error)
{
    const struct piece *piece = context;
    int result = 0;
    for (size_t at = 0; !result && at < piece->n; at += TOGETHER)
        result = write_some(session, piece, at, error);
    return result;
}

static int count_keys(struct gate *gate, int64_t *n, struct error *error)
{
    STORE_SESSION_SCOPE struct store_session *session = NULL;
    int result = store_reader(gate->store, &session, error);
    return result ? result : store_one_int(session, "SELECT count(*) FROM record_key", STORE_BIND(), n, error);
}

/* *wrapped: how many there were to wrap. One that does not unwrap is damaged, and stays as it is: it opens nothing. */
static int wrap_all(struct gate *gate, uint32_t epoch, struct piece *piece, uint64_t *wrapped, struct error *error)
{
    int result = 0;
    *wrapped = 0;
    piece->after = (struct id){""};
    atomic_store(&gate->forget->done, 0);
    do {
        result = read_piece(gate, epoch, piece, error);
        if (!result && piece->n)
            result = wrap_piece(gate, piece, error);
        if (!result && piece->n)
            result = writer_do(gate, write_piece, piece, false, error);
        for (size_t i = 0; !result && i < piece->n; i++)
            *wrapped += piece->fresh[i].verdict == WRAPPED_GOOD;
        atomic_fetch_add(&gate->forget->done, piece->read);
        if (!result)
            result = forget_check_stop(gate, error);
    } while (!result && piece->read == PIECE);
    return result;
}

int forget_wrap(struct gate *gate, uint32_t epoch, struct error *error)
{
    ARENA_SCOPE struct arena *arena = arena_new(WALK_MEMORY, ARENA_SECRET);
    struct piece *piece = arena ? ARENA_NEW(arena, struct piece) : NULL;
    uint64_t wrapped = 1;
    int64_t n = 0;
    if (!piece)
        return error_set(error, ERROR_SYSTEM, "", "", "out of memory");
    int result = count_keys(gate, &n, error);
    atomic_store(&gate->forget->of, (uint64_t)n);
    while (!result && wrapped)
        result = wrap_all(gate, epoch, piece, &wrapped, error);
    return result;
}
