#include "state.h"

#include "base/error.h"
#include "base/file.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int keep(struct witness_state *state, struct text note, const struct ledger_head *head, uint64_t time,
                struct error *error)
{
    char *copy = malloc(note.n + 1);
    if (!copy)
        return error_set(error, ERROR_SYSTEM, "", "", "out of memory");
    memcpy(copy, note.p, note.n);
    copy[note.n] = '\0';
    free(state->note);
    state->note = copy;
    state->note_n = note.n;
    state->head = *head;
    state->time = time;
    return 0;
}

static int read_back(struct witness_state *state, const struct ledger_key *own, struct error *error)
{
    ARENA_SCOPE struct arena *arena = arena_new(4 << 20, ARENA_PLAIN);
    struct text note;
    struct ledger_checkpoint checkpoint;
    struct ledger_note_verdict verdicts[2];
    const struct ledger_key keys[2] = {state->key, *own};
    if (!arena)
        return error_set(error, ERROR_SYSTEM, "", "", "out of memory");
    int result = file_read(arena, state->path, LEDGER_NOTE_LIMIT, &note, error);
    if (result != 0)
        return result;
    result = ledger_checkpoint_open(arena, note, state->key.name, keys, 2, &checkpoint, verdicts, error);
    if (result == ERROR_SYSTEM)
        return result;
    if (result != 0 || !verdicts[1].signed_by)
        return error_set(error, ERROR_CHECK, state->path,
                         "Put back a copy of the whole home. Do not delete the file: this witness would forget what it saw.",
                         "what this witness remembers of the log %.*s is damaged, or its key was replaced",
                         TEXT_ARGS(state->key.name));
    return keep(state, note, &checkpoint.head, verdicts[1].time, error);
}

int witness_state_open(const char *folder, const struct ledger_key *key, const struct ledger_key *own,
                       struct witness_state *state, struct error *error)
{
    uint8_t digest[crypto_hash_sha256_BYTES];
    *state = (struct witness_state){.key = *key};
    crypto_hash_sha256(digest, (const unsigned char *)key->name.p, key->name.n); /* OpenSSL's can fail, for want of memory */
    for (size_t i = 0; i < sizeof digest; i++)
        snprintf(state->hash + 2 * i, 3, "%02x", digest[i]);
    pthread_mutex_init(&state->lock, NULL);
    if (snprintf(state->path, sizeof state->path, "%s/logs/%s", folder, state->hash) >= (int)sizeof state->path)
        return error_set(error, ERROR_INPUT, folder, "", "the path is too long");
    struct stat status;
    if (stat(state->path, &status) != 0)
        return errno == ENOENT ? 0 : error_system(error, errno, state->path, "cannot be looked at");
    return read_back(state, own, error);
}

void witness_state_close(struct witness_state *state)
{
    free(state->note);
    state->note = NULL;
    pthread_mutex_destroy(&state->lock);
}

int witness_state_put(struct witness_state *state, struct text note, const struct ledger_head *head, uint64_t time,
                      struct error *error)
{
    int result = file_replace(state->path, note, 0600, error);
    if (result == 0)
        result = keep(state, note, head, time, error);
    state->ill = result != 0;
    return result;
}

int witness_state_conflict(const struct witness_state *state, const char *folder, struct text other, uint64_t size,
                           char path[PATH_MAX], struct error *error)
{
    char first[PATH_MAX], second[PATH_MAX];
    snprintf(path, PATH_MAX, "%.3000s/conflicts/%s-%llu", folder, state->hash, (unsigned long long)size);
    snprintf(first, sizeof first, "%.4000s-first", path);
    snprintf(second, sizeof second, "%.4000s-second", path);
    if (access(first, F_OK) == 0) /* written last */
        return 0;
    int result = file_replace(second, other, 0600, error);
    return result ? result : file_replace(first, (struct text){state->note, state->note_n}, 0600, error);
}
