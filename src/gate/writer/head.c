#include "witnesses/witnesses.h"
#include "writer_inside.h"

#include "keyholder.h"

#include <stdio.h>

int head_sign(struct gate *gate, const struct ledger_growth *growth, struct arena *arena, struct error *error)
{
    struct published *published = &gate->published;
    struct ledger_growth again = {0};
    if (!growth) {
        again.to = ledger_edge_head(&gate->writer->edge);
        growth = &again;
    }
    uint8_t signature[LEDGER_SIGNATURE_SIZE];
    struct ledger_checkpoint checkpoint = {.origin = text_of(published->origin), .head = growth->to};
    struct ledger_key key;
    struct text body, line;
    int result = keyholder_sign(gate->keyholder, growth, signature, error);
    if (!result)
        result = ledger_checkpoint_text(arena, &checkpoint, &body, error);
    if (!result)
        result = ledger_key_make(LEDGER_KEY_LOG, checkpoint.origin, published->public_key, &key, error);
    if (!result)
        result = ledger_note_line(arena, &key, 0, signature, &line, error);
    if (result)
        return result;
    if (body.n + line.n + 2 > sizeof published->note)
        return error_set(error, ERROR_SYSTEM, "", "", "the checkpoint is too long");
    pthread_mutex_lock(&published->lock);
    snprintf(published->note, sizeof published->note, "%.*s\n%.*s", TEXT_ARGS(body), TEXT_ARGS(line));
    published->head = growth->to;
    pthread_mutex_unlock(&published->lock);
    witnesses_wake(gate);
    return 0;
}
