#include "inside.h"
#include "writer/pieces.h"

#include "gate/log.h"
#include "ledger.h"
#include "store.h"

uint64_t log_size(struct gate *gate)
{
    pthread_mutex_lock(&gate->published.lock);
    uint64_t size = gate->published.head.size;
    pthread_mutex_unlock(&gate->published.lock);
    return size;
}

int log_verifier_key(const struct gate *gate, struct ledger_key *key, struct error *error)
{
    return ledger_key_make(LEDGER_KEY_LOG, text_of(gate->published.origin), gate->published.public_key, key, error);
}

int gate_checkpoint(struct gate *gate, struct arena *arena, struct text *note, struct error *error)
{
    pthread_mutex_lock(&gate->published.lock);
    *note = arena_text(arena, text_of(gate->published.note));
    pthread_mutex_unlock(&gate->published.lock);
    if (!note->p)
        return arena_error(arena, error);
    return note->n ? 0 : error_set(error, ERROR_MISSING, "", "", "the log is empty: nothing has been signed yet");
}

int gate_tile(struct gate *gate, struct arena *arena, struct text path, struct text *content, struct error *error)
{
    uint64_t size = log_size(gate); /* before the picture, which then has all of it */
    STORE_SESSION_SCOPE struct store_session *session = NULL;
    int result = store_reader(gate->store, &session, error);
    if (result)
        return result;
    struct ledger_storage pieces = pieces_in(session);
    return ledger_serve(&pieces, arena, size, path, content, error);
}

struct text gate_log_key(struct gate *gate, struct arena *arena)
{
    struct ledger_key key;
    return log_verifier_key(gate, &key, NULL) == 0 ? ledger_key_text(arena, &key) : (struct text){NULL, 0};
}
