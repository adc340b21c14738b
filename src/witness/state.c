#include "state.h"

#include "base/bytes.h"
#include "base/error.h"
#include "base/file.h"

#include <errno.h>
#include <openssl/sha.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int keep(struct witness_state *state, struct text note, const struct ledger_head *head, struct error *error)
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
    int code = file_read(arena, state->path, LEDGER_NOTE_LIMIT, &note, error);
    if (code != 0)
        return code;
    code = ledger_checkpoint_open(arena, note, state->key.name, keys, 2, &checkpoint, verdicts, error);
    if (code != 0 || !verdicts[1].signed_by)
        return error_set(error, ERROR_CHECK, state->path,
                         "Put back a copy of the whole home. Do not delete the file: this witness would forget what it saw.",
                         "what this witness remembers of the log %.*s is damaged, or its key was replaced",
                         TEXT_ARGS(state->key.name));
    return keep(state, note, &checkpoint.head, error);
}

int witness_state_open(const char *folder, const struct ledger_key *key, const struct ledger_key *own,
                       struct witness_state *state, struct error *error)
{
    uint8_t digest[SHA256_DIGEST_LENGTH];
    *state = (struct witness_state){.key = *key};
    SHA256((const uint8_t *)key->name.p, key->name.n, digest);
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

int witness_state_put(struct witness_state *state, struct text note, const struct ledger_head *head,
                      struct error *error)
{
    int code = file_replace(state->path, note, 0600, error);
    if (code == 0)
        code = keep(state, note, head, error);
    state->ill = code != 0;
    return code;
}

int witness_state_conflict(const struct witness_state *state, const char *folder, struct text other, uint64_t size,
                           char path[PATH_MAX], struct error *error)
{
    char whole[PATH_MAX];
    snprintf(path, PATH_MAX, "%.3000s/conflicts/%s-%llu", folder, state->hash, (unsigned long long)size);
    snprintf(whole, sizeof whole, "%.4000s-second", path);
    if (access(whole, F_OK) == 0)
        return 0;
    int code = file_replace(whole, other, 0600, error);
    snprintf(whole, sizeof whole, "%.4000s-first", path);
    return code ? code : file_replace(whole, (struct text){state->note, state->note_n}, 0600, error);
}
