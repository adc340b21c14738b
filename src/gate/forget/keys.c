#include "forget.h"

#include <string.h>
#include <time.h>

enum { PIECE = 512, WALK_MEMORY = 1 << 20 };

unsigned keys_enter(struct gate *gate)
{
    for (;;) {
        unsigned now = atomic_load(&gate->wrapping);
        atomic_fetch_add(&gate->under_way[now & 1], 1);
        if (atomic_load(&gate->wrapping) == now)
            return now;
        atomic_fetch_sub(&gate->under_way[now & 1], 1); /* it changed in between: whoever waits may have looked before */
    }
}

void keys_leave(struct gate *gate, unsigned entered)
{
    atomic_fetch_sub(&gate->under_way[entered & 1], 1);
}

int forget_wait_out(struct gate *gate, struct error *error)
{
    const struct timespec while_waiting = {.tv_nsec = 2000000};
    unsigned before = atomic_fetch_add(&gate->wrapping, 1);
    int result = 0;
    while (!result && atomic_load(&gate->under_way[before & 1])) {
        nanosleep(&while_waiting, NULL);
        result = forget_check_stop(gate, error);
    }
    return result;
}

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

/* A key that was destroyed meanwhile stays so. */
static int write_piece(struct store_session *session, void *context, struct error *error)
{
    const struct piece *piece = context;
    int result = 0;
    for (size_t i = 0; !result && i < piece->n; i++)
        if (piece->fresh[i].verdict == WRAPPED_GOOD)
            result = store_run(session, "UPDATE record_key SET wrapped = $2 WHERE id = $1",
                               STORE_BIND(STORE_TEXT(id_text(&piece->id[i])),
                                          STORE_BYTES(piece->fresh[i].wrapped.byte, sizeof piece->fresh[i].wrapped.byte)),
                               NULL, error);
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
            result = queue_do(gate, write_piece, piece, false, error);
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
