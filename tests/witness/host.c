#include "host.h"

#include "base.h"

#include <stdlib.h>

static void must(int code)
{
    if (code != 0)
        abort();
}

void host_make(struct host *host, const char *origin, uint8_t seed)
{
    *host = (struct host){.arena = arena_new(256 << 20, ARENA_PLAIN), .origin = text_of(origin)};
    host->storage = memory_storage(&host->memory);
    test_signer_make(&host->signer, LEDGER_KEY_LOG, origin, seed);
    pthread_mutex_init(&host->lock, NULL);
}

void host_free(struct host *host)
{
    memory_storage_free(&host->memory);
    arena_free(&host->arena);
    pthread_mutex_destroy(&host->lock);
}

struct text host_sign(struct host *host, const struct ledger_head *head)
{
    struct ledger_checkpoint checkpoint = {.origin = host->origin, .head = *head};
    struct text text, note;
    struct error error;
    must(ledger_checkpoint_text(host->arena, &checkpoint, &text, &error));
    must(test_note_sign(host->arena, text, &host->signer.signer, 1, 0, &note, &error));
    return note;
}

void host_grow(struct host *host, size_t count, const char *flavour)
{
    struct ledger_growth growth;
    struct error error;
    pthread_mutex_lock(&host->lock);
    struct text *leaves = ARENA_ARRAY(host->arena, struct text, count);
    for (size_t i = 0; i < count; i++)
        leaves[i] = arena_format(host->arena, "%s %llu", flavour, (unsigned long long)(host->edge.size + i));
    must(ledger_append(&host->storage, host->arena, &host->edge, leaves, count, &host->edge, &growth, &error));
    host->note = host_sign(host, &growth.to);
    pthread_mutex_unlock(&host->lock);
}

struct ledger_head host_head(struct host *host, uint64_t size)
{
    struct ledger_head head = {.size = size};
    struct error error;
    must(ledger_root(&host->storage, host->arena, size, &head.root, &error));
    return head;
}

struct text host_submission(struct host *host, uint64_t from)
{
    struct ledger_submission made = {.old_size = from, .checkpoint = host->note};
    struct text body;
    struct error error;
    if (from > 0 && from < host->edge.size)
        must(ledger_consistency(&host->storage, host->arena, from, host->edge.size, &made.proof, &error));
    must(ledger_submission_text(host->arena, &made, &body, &error));
    return body;
}

const char *host_key(struct host *host)
{
    return ledger_key_text(host->arena, &host->signer.signer.key).p;
}
