#include "account/sessions.h"
#include "backup/escrow.h"
#include "forget/forget.h"
#include "inside.h"
#include "names.h"
#include "own.h"
#include "packs/effect_thread.h"
#include "packs/packs.h"
#include "parcels.h"
#include "schema.h"
#include "witnesses/witnesses.h"
#include "writer/writer.h"

#include "keyholder.h"
#include "store.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static int make_folder(const char *path, struct error *error)
{
    struct stat status;
    int result = file_make_folder(path, error);
    if (!result && (stat(path, &status) != 0 || !S_ISDIR(status.st_mode)))
        result = error_set(error, ERROR_INPUT, path, "Name a folder.", "is not a folder");
    return result;
}

/* HOME/data is the server's, HOME/keyholder the keyholder's: neither lies in the other, so each can be kept out. */
static int make_home(const char *home, struct error *error)
{
    char data[PATH_MAX];
    snprintf(data, sizeof data, "%s/data", home);
    int result = make_folder(home, error);
    return result ? result : make_folder(data, error);
}

static int open_stores(struct gate *gate, const struct gate_settings *settings, struct error *error)
{
    char main_path[PATH_MAX], documents_path[PATH_MAX];
    snprintf(main_path, sizeof main_path, "%s/data/proviso.db", settings->home);
    snprintf(documents_path, sizeof documents_path, "%s/data/documents.db", settings->home);
    struct store_settings store = {
        .database = settings->database ? settings->database : main_path,
        .may_write = !settings->read_only,
        .alone = !settings->read_only,
        .append_only = gate_append_only,
        .append_only_count = gate_append_only_n,
        .readers = 32, /* as many as threads may ask at once: none waits while another hashes a password */
        .cache_kib = settings->read_only ? 512 : 0, /* who only reads goes through all of it in order: little, near the processor */
    };
    struct keyholder_description known;
    int result = keyholder_describe(gate->keyholder, &known, error);
    if (!result && !settings->database)
        result = own_file(main_path, &known.signed_tree, error);
    if (!result)
        result = store_open(&store, &gate->store, error);
    if (!result)
        result = store_migrate(gate->store, gate_migrations, gate_migrations_n, error);
    if (result)
        return result;
    if (store_kind(gate->store) == STORE_POSTGRES) {
        gate->database = strdup(store.database);
        if (!gate->database)
            return error_set(error, ERROR_SYSTEM, "", "", "out of memory");
        /* writers do not hold each other up there: a second way to the same */
        store.alone = false; /* the first holds the place for both */
        result = store_open(&store, &gate->documents, error);
        return result ? result : store_migrate(gate->documents, gate_migrations, gate_migrations_n, error);
    }
    struct store_settings documents = {.database = documents_path, .may_write = !settings->read_only, .readers = 32};
    result = store_open(&documents, &gate->documents, error);
    return result ? result : store_migrate(gate->documents, gate_document_migrations, gate_document_migrations_n, error);
}

/* A clock that stands at 1970, or was put back: the record's order is the log's, but its times would mislead. */
static int compare_clock(struct gate *gate, struct store_session *session, struct arena *arena, struct error *error)
{
    int64_t newest = 0, now = gate_now(gate);
    int result = store_one_int(session, "SELECT at FROM entry ORDER BY idx DESC LIMIT 1", STORE_BIND(), &newest, error);
    if (!result && !gate->read_only && now + SESSION_EARLY < newest) {
        struct text clock = instant_format(arena, now), entry = instant_format(arena, newest);
        log_line(LOG_LEVEL_WARNING, "gate", "the clock says %.*s, but the newest entry is of %.*s: set the clock of this machine",
                 TEXT_ARGS(clock), TEXT_ARGS(entry));
    }
    if (!result || result == ERROR_MISSING)
        age_begin(gate, newest);
    return result == ERROR_MISSING ? 0 : result;
}

static int load_log(struct gate *gate, struct arena *arena, struct error *error)
{
    STORE_SESSION_SCOPE struct store_session *session = NULL;
    int result = store_reader(gate->store, &session, error);
    if (!result && gate->read_only)
        store_examine(session); /* who verifies tells of it all; who serves stops here */
    if (!result)
        result = store_begin(session, STORE_READ, error); /* one picture, also while another process writes */
    if (!result)
        result = writer_resume(gate, session, arena, error);
    if (!result)
        result = compare_clock(gate, session, arena, error);
    store_rollback(session);
    return result;
}

static int start_keyholder(struct gate *gate, const struct gate_settings *settings, struct error *error)
{
    char keys[PATH_MAX];
    struct stat status;
    struct keyholder_description known;
    if (settings->keys)
        snprintf(keys, sizeof keys, "%s", settings->keys);
    else
        snprintf(keys, sizeof keys, "%s/keyholder", settings->home);
    bool fresh = stat(keys, &status) != 0;
    struct keyholder_options options = {
        .program = settings->program,
        .home = keys,
        .origin = fresh && !settings->origin ? "proviso.example/log" : settings->origin,
        .escrow = settings->escrow,
        .read_only = settings->read_only,
    };
    int result = keyholder_start(&options, &gate->keyholder, error);
    if (!result)
        result = keyholder_describe(gate->keyholder, &known, error);
    if (result)
        return result;
    snprintf(gate->published.origin, sizeof gate->published.origin, "%s", known.origin);
    memcpy(gate->published.public_key, known.public_key, sizeof gate->published.public_key);
    atomic_store(&gate->epoch.newest, (int64_t)known.epoch);
    return 0;
}

/* What a home that is only read does without. */
static int start_writing(struct gate *gate, struct error *error)
{
    /* Without its shares the service goes on: the epoch that has them is kept until the next has them too. */
    struct error why;
    if (gate_escrow(gate, &why) != 0)
        log_line(LOG_LEVEL_ERROR, "gate", "THE KEYS ARE NOT ESCROWED: %s: %s", why.where, why.what);
    int result = keyholder_pool_fill(gate->keyholder, error);
    if (!result)
        result = witnesses_start(gate, error);
    return result ? result : writer_start(gate, error);
}

static int start(struct gate *gate, const struct gate_settings *settings, struct error *error)
{
    bool writes = !settings->read_only;
    ARENA_SCOPE struct arena *arena = arena_new(64 << 20, ARENA_PLAIN);
    int result = arena ? 0 : error_set(error, ERROR_SYSTEM, "", "", "out of memory");
    if (!result && writes)
        result = make_home(settings->home, error);
    if (!result)
        result = packs_new(settings, &gate->packs, error);
    if (!result)
        result = witnesses_read(gate, settings, error);
    if (!result)
        result = start_keyholder(gate, settings, error);
    if (!result && settings->confine)
        result = settings->confine(settings->confine_context, error);
    if (!result)
        result = open_stores(gate, settings, error);
    if (!result && writes)
        writer_reserve(gate);
    if (!result)
        result = load_log(gate, arena, error);
    if (!result)
        result = names_begin(gate, error);
    if (!result && writes)
        result = start_writing(gate, error);
    if (!result)
        result = packs_begin(gate, error);
    if (!result && writes)
        result = effects_start(gate, error);
    return result || !writes ? result : forget_start(gate, settings, error);
}

int gate_open(const struct gate_settings *settings, struct gate **out, struct error *error)
{
    struct gate *gate = calloc(1, sizeof *gate);
    if (!gate)
        return error_set(error, ERROR_SYSTEM, "", "", "out of memory");
    gate->idle = settings->idle ? settings->idle : 30 * 60 * CLOCK_SECOND;
    gate->read_only = settings->read_only;
    gate->clock = settings->clock ? settings->clock : clock_now;
    gate->age.steady = settings->steady ? settings->steady : settings->clock ? settings->clock : clock_steady;
    pthread_mutex_init(&gate->age.lock, NULL);
    gate->shelf = packs_shelf;
    gate->shelf.self = gate;
    gate->is_stopped = settings->is_stopped;
    gate->is_stopped_context = settings->is_stopped_context;
    health_begin(&gate->health, settings);
    pthread_mutex_init(&gate->revival, NULL);
    pthread_mutex_init(&gate->published.lock, NULL);
    gate->home = strdup(settings->home);
    gate->writer = writer_new();
    gate->sessions = sessions_new();
    gate->parcels = parcels_new();
    int result = gate->home && gate->writer && gate->sessions && gate->parcels
                     ? start(gate, settings, error)
                     : error_set(error, ERROR_SYSTEM, "", "", "out of memory");
    if (result == ERROR_SYSTEM && store_told_damage(error)) /* the system is well: it is the record that does not hold */
        result = error->code = ERROR_CHECK;
    if (result)
        gate_close(&gate);
    *out = gate;
    return result;
}

void gate_close(struct gate **slot)
{
    struct gate *gate = *slot;
    if (!gate)
        return;
    forget_stop(gate);
    effects_stop(gate);
    writer_stop(gate);
    age_keep(gate, true);
    witnesses_stop(gate);
    store_close(&gate->documents);
    store_close(&gate->store);
    keyholder_stop(&gate->keyholder);
    packs_free(&gate->packs);
    sessions_free(&gate->sessions);
    parcels_free(&gate->parcels);
    writer_free(&gate->writer);
    pthread_mutex_destroy(&gate->age.lock);
    pthread_mutex_destroy(&gate->revival);
    pthread_mutex_destroy(&gate->published.lock);
    health_end(&gate->health);
    free(gate->home);
    free(gate->database);
    free(gate);
    *slot = NULL;
}

int64_t gate_now(const struct gate *gate)
{
    return gate->clock();
}

struct gate_counts gate_count(struct gate *gate)
{
    return (struct gate_counts){.commands = atomic_load(&gate->commands),
                                .refused = atomic_load(&gate->refused),
                                .looks = atomic_load(&gate->looks),
                                .batches = atomic_load(&gate->batches),
                                .log_size = log_size(gate)};
}
