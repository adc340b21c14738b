#include "gather.h"

#include "secret.h"
#include "share.h"

#include "base/error.h"
#include "base/file.h"
#include "vault/file.h"

#include <inttypes.h>
#include <sodium.h>
#include <string.h>

enum { FILE_MOST = 1 << 16, MEMORY = 8 << 20 };

struct gathering {
    const struct keyholder_restoring *restoring;
    struct arena *arena; /* secret */
    const struct vault_identity *identity;
    size_t identities;
    struct keyholder_share *share;
    const char **file; /* that each share came from */
    size_t n;
};

/* ---- reading ---- */

static int read_identities(struct gathering *g, struct error *error)
{
    const struct keyholder_restoring *r = g->restoring;
    struct vault_identity *all = NULL;
    for (size_t i = 0; i < r->identity_count; i++) {
        struct text file;
        const struct vault_identity *some;
        size_t n;
        int result = file_read(g->arena, r->identity[i], FILE_MOST, &file, error);
        if (result == 0)
            result = vault_identities_read(g->arena, file, r->identity[i], &some, &n, error);
        if (result != 0)
            return result;
        struct vault_identity *more = ARENA_ARRAY(g->arena, struct vault_identity, g->identities + n);
        if (!more)
            return arena_error(g->arena, error);
        if (all)
            memcpy(more, all, g->identities * sizeof *more);
        memcpy(more + g->identities, some, n * sizeof *more);
        g->identity = all = more;
        g->identities += n;
    }
    return 0;
}

static bool is_sealed(struct text file)
{
    return text_starts(file, TEXT("age-encryption.org/")) || text_starts(text_trim(file), TEXT("-----BEGIN AGE "));
}

/* Either form; any of the identities. */
static int unseal(struct gathering *g, const char *name, struct text sealed, struct text *plain, struct error *error)
{
    struct vault_file_opener *opener VAULT_FILE_OPENER_SCOPE = NULL;
    uint8_t *room = arena_alloc(g->arena, FILE_MOST);
    if (!room)
        return arena_error(g->arena, error);
    if (g->identities == 0)
        return error_set(error, ERROR_INPUT, name,
                         "Have the agency open it with its key (proviso open -i KEY FILE), or give the key with -i.",
                         "the share is still sealed");
    struct vault_flow flow = {(const uint8_t *)sealed.p, sealed.n, room, FILE_MOST};
    int result = vault_file_opener_new(g->identity, g->identities, &opener, error);
    while (result == 0 && !vault_file_opener_done(opener)) /* the room is enough: what is sealed is longer than what is in it */
        result = vault_file_opener_step(opener, &flow, true, error);
    if (result != 0 && opener && vault_file_opener_verdict(opener) == VAULT_NO_KEY_FITS)
        return error_set(error, ERROR_INPUT, name, "Give the key of the agency that it is named after with -i.",
                         "none of the keys given opens this share");
    if (result == ERROR_CHECK || result == ERROR_INPUT)
        return error_set(error, ERROR_CHECK, name, "Ask the agency for it again.", "the sealed share was cut short or altered on the way");
    *plain = (struct text){(const char *)room, FILE_MOST - flow.out_left};
    return result ? error_within(error, name) : 0;
}

static int read_share(struct gathering *g, const char *name, struct error *error)
{
    struct text file;
    int result = file_read(g->arena, name, FILE_MOST, &file, error);
    if (result == 0 && is_sealed(file))
        result = unseal(g, name, file, &file, error);
    if (result == 0)
        result = keyholder_share_parse(file, name, &g->share[g->n], error);
    if (result == 0)
        g->file[g->n++] = name;
    return result;
}

/* ---- judging ---- */

static bool is_wanted(const struct keyholder_restoring *r, uint32_t epoch)
{
    for (size_t i = 0; i < r->epoch_count; i++)
        if (r->epoch[i] == epoch)
            return true;
    return false;
}

static int judge(const struct gathering *g, size_t at, struct error *error)
{
    const struct keyholder_restoring *r = g->restoring;
    const struct keyholder_share *share = &g->share[at];
    if (strcmp(share->origin, r->log) != 0)
        return error_set(error, ERROR_CHECK, g->file[at], "Ask the agency for its share of the log of the backup.",
                         "this share is of the log %.100s; the backup is of %.100s", share->origin, r->log);
    if (!is_wanted(r, share->epoch))
        return error_set(error, ERROR_CHECK, g->file[at],
                         share->epoch > r->epoch[0]
                             ? "Use a backup from after the keys were renewed: older ones cannot be opened once the older shares are destroyed."
                             : "Ask the agency for its newest share. This one should have been destroyed.",
                         "this share is of epoch %" PRIu32 "; the backup was sealed in epoch %" PRIu32, share->epoch, r->epoch[0]);
    for (size_t i = 0; i < at; i++)
        if (g->share[i].epoch == share->epoch && (memcmp(g->share[i].set, share->set, sizeof share->set) != 0 ||
                                                   g->share[i].needed != share->needed || g->share[i].count != share->count))
            return error_set(error, ERROR_CHECK, g->file[at],
                             "Ask for the shares of one making: those of the newest folder of the escrow.",
                             "this share and %.100s are of the same epoch, but were not made together", g->file[i]);
    return 0;
}

/* The shares of one epoch, each number once. */
static uint32_t choose(const struct gathering *g, uint32_t epoch, uint8_t number[KEYHOLDER_AGENCIES_MAX], uint8_t *values,
                       const struct keyholder_share **first)
{
    uint32_t n = 0;
    *first = NULL;
    for (size_t i = 0; i < g->n; i++) {
        const struct keyholder_share *share = &g->share[i];
        if (share->epoch != epoch || memchr(number, (int)share->number, n))
            continue;
        *first = *first ? *first : share;
        if (n == share->needed)
            break;
        number[n] = (uint8_t)share->number;
        memcpy(values + (size_t)n++ * KEYHOLDER_SECRET_SIZE, share->value, KEYHOLDER_SECRET_SIZE);
    }
    return n;
}

static int join(const struct gathering *g, uint32_t epoch, uint8_t key[32], struct error *error)
{
    uint8_t number[KEYHOLDER_AGENCIES_MAX];
    const struct keyholder_share *share;
    uint8_t *values = arena_alloc(g->arena, (size_t)KEYHOLDER_AGENCIES_MAX * KEYHOLDER_SECRET_SIZE);
    uint8_t *secret = arena_alloc(g->arena, KEYHOLDER_SECRET_SIZE);
    if (!values || !secret)
        return arena_error(g->arena, error);
    uint32_t n = choose(g, epoch, number, values, &share);
    if (!share)
        return error_set(error, ERROR_CHECK, "shares", "Ask the agencies for their shares of this epoch.",
                         "there is no share of epoch %" PRIu32 ", in which the backup was sealed", epoch);
    if (n < share->needed)
        return error_set(error, ERROR_CHECK, "shares", "Ask more of the agencies. The same share twice counts once.",
                         "%" PRIu32 " shares of epoch %" PRIu32 " are needed; %" PRIu32 " %s", share->needed, epoch, n,
                         n == 1 ? "was given" : "were given");
    int result = keyholder_split_join(number, values, n, secret, error);
    if (result == 0 && !keyholder_share_key(share, secret, key))
        result = error_set(error, ERROR_CHECK, "shares", "Ask the agencies for their shares again, and speak to each of them.",
                           "the shares do not give the key: one of them is not genuine");
    return result;
}

static int from_shares(struct gathering *g, struct keyholder_epochs *epochs, struct error *error)
{
    const struct keyholder_restoring *r = g->restoring;
    g->share = ARENA_ARRAY(g->arena, struct keyholder_share, r->share_count);
    g->file = ARENA_ARRAY(g->arena, const char *, r->share_count);
    if (!g->share || !g->file)
        return arena_error(g->arena, error);
    int result = read_identities(g, error);
    for (size_t i = 0; result == 0 && i < r->share_count; i++) {
        result = read_share(g, r->share[i], error);
        if (result == 0)
            result = judge(g, i, error);
    }
    for (size_t i = 0; result == 0 && i < r->epoch_count; i++) {
        struct keyholder_epoch *epoch = &epochs->epoch[epochs->count];
        epoch->number = r->epoch[i];
        result = join(g, r->epoch[i], epoch->key, error);
        if (result == 0)
            epochs->count++;
    }
    return result;
}

/* ---- the old folder ---- */

static int from_folder(const struct keyholder_restoring *r, struct keyholder_epochs *epochs, struct error *error)
{
    struct keyholder_folder folder;
    struct keyholder_epochs *old = keyholder_secret_new(sizeof *old, error);
    if (!old)
        return ERROR_SYSTEM;
    int result = keyholder_folder_look(r->keys, &folder, error);
    if (result == 0) {
        result = keyholder_epochs_load(&folder, old, error);
        keyholder_folder_close(&folder);
    }
    for (size_t i = 0; result == 0 && i < r->epoch_count; i++) {
        size_t before = epochs->count;
        for (size_t j = 0; j < old->count; j++)
            if (old->epoch[j].number == r->epoch[i])
                epochs->epoch[epochs->count++] = old->epoch[j];
        if (epochs->count == before)
            result = error_set(error, ERROR_CHECK, r->keys, "Use a backup from after the keys were last renewed.",
                               "the key of epoch %" PRIu32 ", in which the backup was sealed, is not here any more", r->epoch[i]);
    }
    sodium_free(old);
    return result;
}

int keyholder_gather(const struct keyholder_restoring *restoring, struct keyholder_epochs *epochs, struct error *error)
{
    epochs->count = 0;
    if (restoring->epoch_count == 0 || restoring->epoch_count > 2)
        return error_set(error, ERROR_INPUT, "--epoch", "", "a backup needs the keys of one epoch, or of two");
    if (restoring->keys)
        return from_folder(restoring, epochs, error);
    if (restoring->share_count == 0)
        return error_set(error, ERROR_INPUT, "--share",
                         "Give the shares that the agencies opened with --share, or the old folder of keys with --keys.",
                         "without keys a backup cannot be opened");
    if (restoring->share_count > 4 * KEYHOLDER_AGENCIES_MAX)
        return error_set(error, ERROR_INPUT, "--share", "", "there are more shares than agencies can have");
    ARENA_SCOPE struct arena *arena =
        arena_new(MEMORY + restoring->share_count * 3 * FILE_MOST, ARENA_SECRET);
    struct gathering gathering = {.restoring = restoring, .arena = arena};
    return arena ? from_shares(&gathering, epochs, error) : error_set(error, ERROR_SYSTEM, "", "", "out of memory");
}
