#include "pieces.h"

#include "store.h"

static int read_piece(void *self, int level, uint64_t index, struct arena *arena, struct text *out, struct error *error)
{
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int result = store_one((struct store_session *)self, "SELECT content FROM log_piece WHERE level = $1 AND idx = $2",
                           STORE_BIND(STORE_INT(level), STORE_INT((int64_t)index)), &rows, error);
    if (result)
        return result;
    *out = store_bytes_in(rows, 0, arena);
    return arena_exhausted(arena) ? arena_error(arena, error) : 0;
}

static int write_piece(void *self, int level, uint64_t index, struct text content, struct error *error)
{
    return store_run((struct store_session *)self,
                     "INSERT INTO log_piece (level, idx, content) VALUES ($1, $2, $3)"
                     " ON CONFLICT (level, idx) DO UPDATE SET content = $3",
                     STORE_BIND(STORE_INT(level), STORE_INT((int64_t)index), STORE_BYTES(content.p, content.n)), NULL,
                     error);
}

struct ledger_storage pieces_in(struct store_session *session)
{
    return (struct ledger_storage){.self = session, .read = read_piece, .write = write_piece};
}
