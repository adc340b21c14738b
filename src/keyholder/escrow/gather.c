#include "gather.h"

#include "combine.h"
#include "secret.h"

#include "base/error.h"
#include "base/file.h"
#include "base/log.h"
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
    struct error *left_out; /* a word for each file that is not used */
    size_t left;
};

/* One that is of no use does not keep the others from being enough. */
static void leave_out(struct gathering *g, const struct error *why)
{
    g->left_out[g->left++] = *why;
}

/* `last`: what the whole ends with, which is told by others. */
static void tell_left_out(const struct gathering *g, const struct error *last)
{
    for (size_t i = last && g->left && strcmp(g->left_out[0].where, last->where) == 0; i < g->left; i++) {
        char line[800];
        error_line(&g->left_out[i], line, sizeof line);
        log_line(LOG_LEVEL_WARNING, "keyholder", "left out: %s", line);
    }
}

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

static int judge(const struct gathering *g, const struct keyholder_share *share, const char *file, struct error *error)
{
    const struct keyholder_restoring *r = g->restoring;
    if (strcmp(share->origin, r->log) != 0)
        return error_set(error, ERROR_CHECK, file, "Ask the agency for its share of the log of the backup.",
                         "this share is of the log %.100s; the backup is of %.100s", share->origin, r->log);
    if (!is_wanted(r, share->epoch))
        return error_set(error, ERROR_CHECK, file,
                         share->epoch > r->epoch[0]
                             ? "Use a backup from after the keys were renewed: older ones cannot be opened once the older shares are destroyed."
                             : "Ask the agency for its newest share. This one should have been destroyed.",
                         "this share is of epoch %" PRIu32 "; the backup was sealed in epoch %" PRIu32, share->epoch, r->epoch[0]);
    return 0;
}

/* ---- joining ---- */

/* Shares of one epoch and making, each once. */
struct making {
    const struct keyholder_share **share;
    bool *genuine;
    size_t n;
};

static bool made_together(const struct keyholder_share *a, const struct keyholder_share *b)
{
    return a->epoch == b->epoch && a->needed == b->needed && a->count == b->count && memcmp(a->set, b->set, sizeof a->set) == 0;
}

static bool alike(const struct keyholder_share *a, const struct keyholder_share *b)
{
    return made_together(a, b) && a->number == b->number && memcmp(a->value, b->value, sizeof a->value) == 0;
}

static const char *file_of(const struct gathering *g, const struct keyholder_share *share)
{
    return g->file[share - g->share];
}

/* Those of the making of share `at`; none if an earlier one was of it. */
static void collect(const struct gathering *g, size_t at, struct making *making)
{
    making->n = 0;
    for (size_t i = 0; i < g->n; i++) {
        bool new = made_together(&g->share[i], &g->share[at]);
        if (new && i < at)
            return;
        for (size_t j = 0; new && j < making->n; j++)
            new = !alike(&g->share[i], making->share[j]);
        if (new)
            making->share[making->n++] = &g->share[i];
    }
}

static uint32_t count_numbers(const struct making *making)
{
    bool seen[KEYHOLDER_AGENCIES_MAX + 1] = {false};
    uint32_t n = 0;
    for (size_t i = 0; i < making->n; i++) {
        n += !seen[making->share[i]->number];
        seen[making->share[i]->number] = true;
    }
    return n;
}

/* The name in a share is the word of whoever wrote it: the file is what the operator knows. */
static void leave_out_forged(struct gathering *g, const struct making *making)
{
    for (size_t i = 0; i < making->n; i++) {
        const struct keyholder_share *share = making->share[i];
        struct error why;
        if (making->genuine[i])
            continue;
        error_set(&why, ERROR_CHECK, file_of(g, share), "Speak to the agency that it came from, and tell the governance lead.",
                  "this share is not genuine: it says that it is share %" PRIu32 " of %" PRIu32 ", of %s, and does not fit the key that the others give",
                  share->number, share->count, share->agency);
        leave_out(g, &why);
    }
}

static int not_together(const struct gathering *g, const struct keyholder_share *share, const struct keyholder_share *other, struct error *error)
{
    return error_set(error, ERROR_CHECK, file_of(g, share), "Ask for the shares of one making: those of the newest folder of the escrow.",
                     "this share, of %.60s, and %.100s are of the same epoch, but were not made together", share->agency, file_of(g, other));
}

/* Enough were given, and no so many of them fit. Which are bad they alone cannot tell, but how many at least. */
static int no_key(const struct gathering *g, const struct making *making, struct error *error)
{
    unsigned forged = (unsigned)making->n - making->share[0]->needed + 1;
    for (size_t i = 0; i < making->n; i++)
        for (size_t j = 0; j < i; j++)
            if (making->share[i]->number == making->share[j]->number)
                log_line(LOG_LEVEL_WARNING, "keyholder", "%s and %s both say that they are share %" PRIu32 ", and differ: one of them is not genuine",
                         file_of(g, making->share[j]), file_of(g, making->share[i]), making->share[i]->number);
    return error_set(error, ERROR_CHECK, "shares",
                     "Speak to each of the agencies, and ask them for their shares again. One more share than are needed often tells which is bad.",
                     "the shares do not give the key: of the %zu that were given for epoch %" PRIu32
                     " at least %u %s not genuine, and they alone do not tell which",
                     making->n, making->share[0]->epoch, forged, forged == 1 ? "is" : "are");
}

static int too_few(const struct gathering *g, uint32_t epoch, const struct keyholder_share *first, uint32_t given, struct error *error)
{
    const struct error *why = g->left ? &g->left_out[0] : NULL;
    if (why && !first)
        return *error = *why, why->code;
    if (why)
        return error_set(error, why->code, why->where, why->fix, "%.200s. Without it there are too few: %" PRIu32 " are needed, %" PRIu32 " %s left",
                         why->what, first->needed, given, given == 1 ? "is" : "are");
    if (!first)
        return error_set(error, ERROR_CHECK, "shares", "Ask the agencies for their shares of this epoch.",
                         "there is no share of epoch %" PRIu32 ", in which the backup was sealed", epoch);
    return error_set(error, ERROR_CHECK, "shares", "Ask more of the agencies. The same share twice counts once.",
                     "%" PRIu32 " shares of epoch %" PRIu32 " are needed; %" PRIu32 " %s", first->needed, epoch, given,
                     given == 1 ? "was given" : "were given");
}

/* What one making comes to. 1: it gave the key; 0: there are too few of it. */
static int try_making(struct gathering *g, const struct making *making, uint8_t key[32], struct error *error)
{
    if (count_numbers(making) < making->share[0]->needed)
        return 0;
    int result = keyholder_combine(g->arena, making->share, making->n, key, making->genuine, error);
    if (result == 0)
        leave_out_forged(g, making);
    return result == 0 ? 1 : result == ERROR_CHECK ? no_key(g, making, error) : result;
}

struct found {
    const struct keyholder_share *first, *other, *good; /* of the epoch; of the next making; of one that gives the key */
    uint32_t given;                                     /* of the first making */
    struct error bad;                                   /* of a making that should have given it */
};

/* The making of share `at`, if it is its first. */
static int take_making(struct gathering *g, struct making *making, size_t at, struct found *found, uint8_t keys[2][32], struct error *error)
{
    struct keyholder_share *share = &g->share[at];
    collect(g, at, making);
    if (making->n == 0)
        return 0;
    found->given = found->first ? found->given : count_numbers(making);
    found->other = found->first && !found->other ? share : found->other;
    found->first = found->first ? found->first : share;
    int got = try_making(g, making, keys[1], error);
    if (got < 0 && got != ERROR_SYSTEM && !found->bad.code)
        found->bad = *error;
    if (got <= 0)
        return got == ERROR_SYSTEM ? got : 0;
    if (found->good && memcmp(keys[0], keys[1], 32) != 0)
        return error_set(error, ERROR_CHECK, file_of(g, share), "Speak to each of the agencies: somebody has made up several shares.",
                         "this share and %.100s are of two makings that give different keys", file_of(g, found->good));
    memcpy(keys[0], keys[1], 32);
    found->good = share;
    return 0;
}

static void leave_out_others(struct gathering *g, const struct keyholder_share *good)
{
    for (size_t i = 0; i < g->n; i++) {
        struct error why;
        if (g->share[i].epoch != good->epoch || made_together(&g->share[i], good))
            continue;
        not_together(g, &g->share[i], good, &why);
        leave_out(g, &why);
    }
}

/* A making that gives no key does not keep another from giving it: anybody can write what a share says of itself. */
static int join(struct gathering *g, uint32_t epoch, uint8_t key[32], struct error *error)
{
    struct found found = {.bad.code = 0};
    struct making making = {ARENA_ARRAY(g->arena, const struct keyholder_share *, g->n + 1), ARENA_ARRAY(g->arena, bool, g->n + 1), 0};
    uint8_t(*keys)[32] = arena_alloc(g->arena, sizeof *keys * 2);
    if (!making.share || !making.genuine || !keys)
        return arena_error(g->arena, error);
    for (size_t i = 0; i < g->n; i++) {
        int result = g->share[i].epoch == epoch ? take_making(g, &making, i, &found, keys, error) : 0;
        if (result)
            return result;
    }
    if (found.good) {
        memcpy(key, keys[0], 32);
        leave_out_others(g, found.good);
        return 0;
    }
    if (found.bad.code)
        return *error = found.bad, found.bad.code;
    return found.other ? not_together(g, found.other, found.first, error) : too_few(g, epoch, found.first, found.given, error);
}

/* What a file lacks is told of all of them; what the system lacks ends it. */
static int read_shares(struct gathering *g, struct error *error)
{
    const struct keyholder_restoring *r = g->restoring;
    for (size_t i = 0; i < r->share_count; i++) {
        size_t before = g->n;
        int result = read_share(g, r->share[i], error);
        if (result == 0)
            result = judge(g, &g->share[before], r->share[i], error);
        if (result == ERROR_SYSTEM)
            return result;
        if (result) {
            g->n = before;
            leave_out(g, error);
        }
    }
    return 0;
}

static int from_shares(struct gathering *g, struct keyholder_epochs *epochs, struct error *error)
{
    const struct keyholder_restoring *r = g->restoring;
    g->share = ARENA_ARRAY(g->arena, struct keyholder_share, r->share_count);
    g->file = ARENA_ARRAY(g->arena, const char *, r->share_count);
    g->left_out = ARENA_ARRAY(g->arena, struct error, 2 * r->share_count);
    if (!g->share || !g->file || !g->left_out)
        return arena_error(g->arena, error);
    int result = read_identities(g, error);
    if (result == 0)
        result = read_shares(g, error);
    for (size_t i = 0; result == 0 && i < r->epoch_count; i++) {
        struct keyholder_epoch *epoch = &epochs->epoch[epochs->count];
        epoch->number = r->epoch[i];
        result = join(g, r->epoch[i], epoch->key, error);
        if (result == 0)
            epochs->count++;
    }
    tell_left_out(g, result ? error : NULL);
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
