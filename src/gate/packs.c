#include "packs.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What the calendar needs is always loaded; on demand some fewer, so that there is room for it. */
enum { PACKS_MOST = 64, PACKS_ON_DEMAND = 48, READ_MEMORY = 64 << 20 };

struct version {
    struct id id;
    struct policy_pack *pack;
    char digest[SHELF_DIGEST];
};

struct calendar {
    struct calendar *older; /* somebody may still read it: freed with the gate */
    size_t n;
    struct {
        int64_t day;
        const struct version *version;
    } item[]; /* from the latest day to the earliest */
};

struct packs {
    char folder[PATH_MAX], *id;
    struct version configured; /* as the folder had it when the gate was opened; without an id */
    struct error why;          /* it could not be read */

    pthread_mutex_t lock; /* of what was loaded */
    struct version kept[PACKS_MOST];
    size_t n;

    _Atomic(struct calendar *) calendar;
};

int packs_new(const struct gate_settings *settings, struct packs **out, struct error *error)
{
    ARENA_SCOPE struct arena *arena = arena_new(1 << 16, ARENA_PLAIN);
    struct packs *packs = *out = calloc(1, sizeof *packs);
    const char *folder = settings->packs;
    if (!packs || !arena || !(packs->id = strdup(settings->pack ? settings->pack : "manchester-2016")))
        return error_set(error, ERROR_SYSTEM, "", "", "out of memory");
    pthread_mutex_init(&packs->lock, NULL);
    if (!folder && !policy_packs_folder(arena, &folder)) {
        error_set(&packs->why, ERROR_INPUT, "packs", "Set PROVISO_PACKS to the folder of packs.", "the packs were not found");
        return 0;
    }
    snprintf(packs->folder, sizeof packs->folder, "%s", folder);
    if (policy_pack_load(packs->folder, packs->id, &packs->configured.pack, &packs->why) == 0)
        shelf_digest(policy_pack_files(packs->configured.pack), packs->configured.digest);
    return 0;
}

void packs_free(struct packs **slot)
{
    struct packs *packs = *slot;
    if (!packs)
        return;
    for (struct calendar *at = atomic_load(&packs->calendar), *older; at; at = older) {
        older = at->older;
        free(at);
    }
    for (size_t i = 0; i < packs->n; i++)
        policy_pack_free(&packs->kept[i].pack);
    policy_pack_free(&packs->configured.pack);
    pthread_mutex_destroy(&packs->lock);
    free(packs->id);
    free(packs);
    *slot = NULL;
}

/* ---- kept versions ---- */

static struct text *file_of(struct policy_pack_files *files, struct text name)
{
    return text_equal(name, TEXT("vocabulary.json")) ? &files->vocabulary
           : text_equal(name, TEXT("words.json"))    ? &files->words
           : text_equal(name, TEXT("pack.json"))     ? &files->pack
           : text_equal(name, TEXT("policy.dmn"))    ? &files->rules
           : text_equal(name, TEXT("safety.json"))   ? &files->safety
                                                     : NULL;
}

/* The files as the record has them, and only if they are what was kept. */
static int read_version(struct store_session *session, const struct id *version, struct arena *arena,
                        struct version *out, struct error *error)
{
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    struct policy_pack_files files = {0};
    int got = store_one(session, "SELECT pack, digest FROM policy_version WHERE id = $1",
                        STORE_BIND(STORE_TEXT(id_text(version))), &rows, error);
    if (got == ERROR_MISSING)
        return error_set(error, ERROR_MISSING, "policy_version", "", "there is no such version of a policy");
    if (got)
        return got;
    const char *id = arena_string(arena, store_text(rows, 0));
    struct text digest = store_text_in(rows, 1, arena);
    store_done(&rows);
    got = store_query(session, "SELECT name, content FROM policy_file WHERE version_id = $1",
                      STORE_BIND(STORE_TEXT(id_text(version))), &rows, error);
    while (!got && (got = store_next(rows, error)) > 0) {
        struct text *file = file_of(&files, store_text(rows, 0));
        if (file)
            *file = store_bytes_in(rows, 1, arena);
        got = 0;
    }
    if (!got && (!id || arena_exhausted(arena)))
        got = arena_error(arena, error);
    if (got)
        return got;
    out->id = *version;
    shelf_digest(&files, out->digest);
    if (!text_equal(digest, text_of(out->digest)))
        return error_set(error, ERROR_CHECK, "policy_file", "Run 'proviso ledger verify', and restore a backup.",
                         "a kept version of the policy %s has been altered", id);
    return policy_pack_read(id, &files, &out->pack, error);
}

static const struct version *loaded(struct packs *packs, const struct id *version)
{
    for (size_t i = 0; i < packs->n; i++)
        if (id_equal(&packs->kept[i].id, version))
            return &packs->kept[i];
    return NULL;
}

/* Reads outside the lock; where two threads read the same, one's work is thrown away. */
static int load(struct gate *gate, struct store_session *session, const struct id *version, size_t most,
                const struct version **out, struct error *error)
{
    struct packs *packs = gate->packs;
    pthread_mutex_lock(&packs->lock);
    *out = loaded(packs, version);
    bool full = packs->n >= most;
    pthread_mutex_unlock(&packs->lock);
    if (*out)
        return 0;
    if (full)
        return error_set(error, ERROR_TOO_LARGE, "policy_version", "Start the service anew.",
                         "too many versions of policies are loaded at once");
    ARENA_SCOPE struct arena *arena = arena_new(READ_MEMORY, ARENA_PLAIN);
    struct version read = {.pack = NULL};
    int result = arena ? read_version(session, version, arena, &read, error)
                       : error_set(error, ERROR_SYSTEM, "", "", "out of memory");
    if (result)
        return result;
    pthread_mutex_lock(&packs->lock);
    *out = loaded(packs, version);
    if (!*out && packs->n < PACKS_MOST) {
        packs->kept[packs->n] = read;
        *out = &packs->kept[packs->n++];
        read.pack = NULL;
    }
    pthread_mutex_unlock(&packs->lock);
    policy_pack_free(&read.pack);
    return *out ? 0 : error_set(error, ERROR_TOO_LARGE, "policy_version", "", "too many versions of policies are loaded");
}

int packs_kept(struct gate *gate, const struct id *version, const struct policy_pack **out, struct error *error)
{
    STORE_SESSION_SCOPE struct store_session *session = NULL;
    pthread_mutex_lock(&gate->packs->lock);
    const struct version *found = loaded(gate->packs, version);
    pthread_mutex_unlock(&gate->packs->lock);
    int result = found ? 0 : store_reader(gate->store, &session, error);
    if (!result && !found)
        result = load(gate, session, version, PACKS_ON_DEMAND, &found, error);
    *out = result ? NULL : found->pack;
    return result;
}

/* A digest names one version; a hash may be that of several: any of them, the latest if none is loaded. */
static const struct version *loaded_as(struct packs *packs, struct text hash)
{
    for (size_t i = 0; i < packs->n; i++)
        if (text_equal(text_of(packs->kept[i].digest), hash))
            return &packs->kept[i];
    for (size_t i = 0; i < packs->n; i++)
        if (text_equal(policy_pack_info(packs->kept[i].pack)->sha256, hash))
            return &packs->kept[i];
    return NULL;
}

const struct policy_pack *gate_pack_of(struct gate *gate, struct text hash)
{
    struct packs *packs = gate->packs;
    struct id version = {""};
    struct error error = {0};
    pthread_mutex_lock(&packs->lock);
    const struct version *found = loaded_as(packs, hash);
    pthread_mutex_unlock(&packs->lock);
    if (found)
        return found->pack;
    STORE_SESSION_SCOPE struct store_session *session = NULL;
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int result = store_reader(gate->store, &session, &error);
    if (!result)
        result = store_one(session, "SELECT id FROM policy_version WHERE digest = $1 OR sha256 = $1 ORDER BY kept_at DESC LIMIT 1",
                           STORE_BIND(STORE_TEXT(hash)), &rows, &error);
    if (!result)
        id_parse(store_text(rows, 0), &version);
    store_done(&rows);
    if (!result)
        result = load(gate, session, &version, PACKS_ON_DEMAND, &found, &error);
    if (result && result != ERROR_MISSING)
        log_line(LOG_LEVEL_WARNING, "gate", "a kept version of a policy is not at hand: %s", error.what);
    return found ? found->pack : NULL;
}

/* ---- the calendar ---- */

const struct policy_pack *packs_on(const struct gate *gate, int64_t day, struct text *digest)
{
    const struct calendar *calendar = atomic_load_explicit(&gate->packs->calendar, memory_order_acquire);
    for (size_t i = 0; calendar && i < calendar->n; i++)
        if (calendar->item[i].day <= day || i + 1 == calendar->n) {
            if (digest)
                *digest = text_of(calendar->item[i].version->digest);
            return calendar->item[i].version->pack;
        }
    return NULL;
}

static struct calendar *new_calendar(size_t room)
{
    struct calendar *calendar = calloc(1, sizeof *calendar + room * sizeof calendar->item[0]);
    return calendar;
}

/* By the writer's thread, or before it runs. */
static void publish(struct packs *packs, struct calendar *calendar)
{
    calendar->older = atomic_load(&packs->calendar);
    atomic_store_explicit(&packs->calendar, calendar, memory_order_release);
}

/* What is to come, and the latest that is not: nobody acts on a day before today. */
static int read_calendar(struct gate *gate, struct store_session *session, int64_t today, struct calendar *calendar,
                         struct error *error)
{
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int got = store_query(session,
                          "SELECT from_day, version_id FROM policy_adoption WHERE state = 'approved'"
                          " ORDER BY from_day DESC, approved_at DESC",
                          STORE_BIND(), &rows, error);
    while (!got && calendar->n < PACKS_MOST && (got = store_next(rows, error)) > 0) {
        struct id version;
        struct date from;
        int64_t day = date_parse(store_text(rows, 0), &from) ? date_to_days(from) : INT64_MIN;
        id_parse(store_text(rows, 1), &version);
        got = load(gate, session, &version, PACKS_MOST, &calendar->item[calendar->n].version, error);
        calendar->item[calendar->n++].day = day;
        if (!got && day <= today)
            break;
    }
    return got;
}

static int64_t today(const struct gate *gate)
{
    struct turn turn = {.now = gate_now(gate)};
    return date_to_days(turn_date(&turn));
}

int packs_refresh(struct gate *gate, struct error *error)
{
    STORE_SESSION_SCOPE struct store_session *session = NULL;
    struct calendar *calendar = new_calendar(PACKS_MOST);
    if (!calendar)
        return error_set(error, ERROR_SYSTEM, "", "", "out of memory");
    int result = store_reader(gate->store, &session, error);
    if (!result)
        result = read_calendar(gate, session, today(gate), calendar, error);
    if (!result && calendar->n)
        publish(gate->packs, calendar);
    else
        free(calendar);
    return result;
}

/* Until the record says otherwise. */
static int use_configured(struct packs *packs, struct error *error)
{
    struct calendar *calendar = new_calendar(1);
    if (!calendar)
        return error_set(error, ERROR_SYSTEM, "", "", "out of memory");
    calendar->n = 1;
    calendar->item[0].day = INT64_MIN;
    calendar->item[0].version = &packs->configured;
    publish(packs, calendar);
    return 0;
}

static int adopt_configured(struct gate *gate, struct error *error)
{
    ARENA_SCOPE struct arena *arena = arena_new(READ_MEMORY, ARENA_SECRET);
    struct visit *visit VISIT_SCOPE = NULL;
    struct pack_found in = {0};
    struct pack_proposed out;
    int result = arena ? visit_begin(gate, arena, &visit, error) : error_set(error, ERROR_SYSTEM, "", "", "out of memory");
    if (result)
        return result;
    visit_as_operator(visit);
    return visit_act_wait(visit, &pack_found_command, &in, &out, error);
}

/* A file that was changed does nothing by itself; the operator is told so. */
static void compare_with_folder(struct gate *gate)
{
    struct packs *packs = gate->packs;
    const struct policy_pack *now = packs_on(gate, today(gate), NULL);
    char here[SHELF_DIGEST];
    if (!packs->configured.pack) {
        log_line(LOG_LEVEL_WARNING, "gate", "the policy %s cannot be read from its folder (%s); the record has what applies",
                 packs->id, packs->why.what);
        return;
    }
    shelf_digest(policy_pack_files(now), here);
    if (strcmp(here, packs->configured.digest) != 0)
        log_line(LOG_LEVEL_INFO, "gate",
                 "the policy %s in the folder is not the version that applies (%.*s of %.*s): it can be proposed", packs->id,
                 TEXT_ARGS(policy_pack_info(now)->version), TEXT_ARGS(policy_pack_info(now)->id));
}

int packs_begin(struct gate *gate, struct error *error)
{
    struct packs *packs = gate->packs;
    int result = packs_refresh(gate, error);
    if (result && gate->read_only) { /* who verifies the record finds what is wrong with it */
        log_line(LOG_LEVEL_WARNING, "gate", "the policy in force cannot be read: %s", error->what);
        return packs->configured.pack ? use_configured(packs, error) : 0;
    }
    if (result)
        return result;
    if (atomic_load(&packs->calendar)) {
        if (!gate->read_only)
            compare_with_folder(gate);
        return 0;
    }
    if (!packs->configured.pack) {
        if (gate->read_only)
            return 0;
        *error = packs->why;
        return error->code;
    }
    result = use_configured(packs, error);
    return result || gate->read_only ? result : adopt_configured(gate, error);
}

/* ---- as a turn is lent them ---- */

static int shelf_kept(void *self, const struct id *version, const struct policy_pack **out, struct error *error)
{
    return packs_kept(self, version, out, error);
}

static int shelf_folder(void *self, const char *id, struct policy_pack **out, struct error *error)
{
    const struct gate *gate = self;
    return policy_pack_load(gate->packs->folder, id, out, error);
}

static int shelf_folder_list(void *self, struct arena *arena, struct text **ids, size_t *n, struct error *error)
{
    const struct gate *gate = self;
    return policy_pack_list(gate->packs->folder, arena, ids, n, error);
}

static struct shelf_progress shelf_progress(void *self, const struct id *adoption)
{
    return effects_progress(self, adoption);
}

const struct shelf packs_shelf = {NULL, shelf_kept, shelf_folder, shelf_folder_list, shelf_progress};
