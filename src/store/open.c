#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "inside.h"

static bool is_postgres(const char *database)
{
    if (strncmp(database, "postgresql://", 13) == 0 || strncmp(database, "postgres://", 11) == 0)
        return true;
    return database[0] != '/' && database[0] != '.' && strchr(database, '=');
}

static bool is_plain_name(const char *name)
{
    size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_");
    return n > 0 && n <= 40 && !name[n];
}

static void free_settings(struct store_settings *s)
{
    char **names = (char **)(uintptr_t)s->append_only;
    for (size_t i = 0; names && i < s->append_only_count; i++)
        free(names[i]);
    free(names);
    free((char *)(uintptr_t)s->database);
    free((char *)(uintptr_t)s->sqlite_vfs);
}

static int copy_settings(struct store_settings *to, const struct store_settings *from, struct error *error)
{
    *to = *from;
    to->database = strdup(from->database);
    to->sqlite_vfs = from->sqlite_vfs ? strdup(from->sqlite_vfs) : NULL;
    char **names = calloc(from->append_only_count + 1, sizeof(*names));
    to->append_only = (const char *const *)names;
    if (!to->database || (from->sqlite_vfs && !to->sqlite_vfs) || !names)
        return error_set(error, ERROR_SYSTEM, "database", "", "There is no memory to open it");
    for (size_t i = 0; i < from->append_only_count; i++) {
        if (!is_plain_name(from->append_only[i]))
            return error_set(error, ERROR_INPUT, from->append_only[i],
                             "Use lower-case letters, digits and underscores, at most 40.",
                             "This cannot be the name of an append-only table");
        names[i] = strdup(from->append_only[i]);
        if (!names[i])
            return error_set(error, ERROR_SYSTEM, "database", "", "There is no memory to open it");
    }
    to->readers = from->readers ? from->readers : 4;
    to->cache_kib = from->cache_kib ? from->cache_kib : 8192;
    to->statement_cache = from->statement_cache ? from->statement_cache : 256;
    to->wait_ms = from->wait_ms ? from->wait_ms : 5000;
    return 0;
}

static void session_free(struct store_session *session)
{
    if (!session)
        return;
    store_end_rows(session);
    session->engine->disconnect(session);
    store_cache_end(&session->cache);
    free(session);
}

static int session_new(struct store *store, bool writer, struct store_session **out, struct error *error)
{
    *out = NULL;
    struct store_session *session = calloc(1, sizeof(*session));
    if (!session)
        return error_set(error, ERROR_SYSTEM, "database", "", "There is no memory for a connection");
    session->store = store;
    session->engine = store->engine;
    session->writer = writer;
    int result = store_cache_start(&session->cache, store->settings.statement_cache, error);
    session->own = true;
    if (!result)
        result = store->engine->connect(session, error);
    session->own = false;
    if (result) {
        session_free(session);
        return result;
    }
    *out = session;
    return 0;
}

int store_open(const struct store_settings *settings, struct store **out, struct error *error)
{
    *out = NULL;
    if (!settings->database || !settings->database[0])
        return error_set(error, ERROR_INPUT, "database", "Give a file or a PostgreSQL address.",
                         "No database was named");
    struct store *store = calloc(1, sizeof(*store));
    if (!store)
        return error_set(error, ERROR_SYSTEM, "database", "", "There is no memory to open it");
    pthread_mutex_init(&store->lock, NULL);
    pthread_cond_init(&store->freed, NULL);
    store->engine = is_postgres(settings->database) ? &store_engine_postgres : &store_engine_sqlite;

    /* The first connection is made now, so that a wrong setting is told at the start and not at first use. */
    struct store_session *session = NULL;
    int result = copy_settings(&store->settings, settings, error);
    if (!result)
        result =
            settings->may_write ? store_writer(store, &session, error) : store_reader(store, &session, error);
    store_give_back(&session);
    if (result) {
        store_close(&store);
        return result;
    }
    *out = store;
    return 0;
}

void store_close(struct store **at)
{
    struct store *store = *at;
    *at = NULL;
    if (!store)
        return;
    session_free(store->writer);
    while (store->idle) {
        struct store_session *session = store->idle;
        store->idle = session->next;
        session_free(session);
    }
    free_settings(&store->settings);
    pthread_cond_destroy(&store->freed);
    pthread_mutex_destroy(&store->lock);
    free(store);
}

enum store_engine_kind store_kind(const struct store *store)
{
    return store->engine->kind;
}

static int poisoned_error(struct error *error)
{
    return error_set(error, ERROR_SYSTEM, "database",
                     "Mend the cause told in the log, then start the program again.",
                     "An earlier write failed and may or may not be kept, so no more is written");
}

bool store_poisoned(const struct store *store)
{
    struct store *s = (struct store *)(uintptr_t)store;
    pthread_mutex_lock(&s->lock);
    bool poisoned = s->poisoned;
    pthread_mutex_unlock(&s->lock);
    return poisoned;
}

void store_poison(struct store_session *session)
{
    if (session->poisoned)
        return;
    session->poisoned = true;
    pthread_mutex_lock(&session->store->lock);
    session->store->poisoned = true;
    pthread_mutex_unlock(&session->store->lock);
    log_line(LOG_LEVEL_ERROR, "store",
             "a write failed and may or may not be kept; no more is written until restart");
}

int store_ready(struct store_session *session, struct error *error)
{
    session->retry = session->unsure = false;
    session->full = session->full && session->in_transaction;
    return session->poisoned ? poisoned_error(error) : 0;
}

int store_writer(struct store *store, struct store_session **out, struct error *error)
{
    *out = NULL;
    if (!store->settings.may_write)
        return error_set(error, ERROR_FORBIDDEN, "database", "", "It was opened for reading only");
    pthread_mutex_lock(&store->lock);
    while (store->writer_taken && !store->poisoned)
        pthread_cond_wait(&store->freed, &store->lock);
    bool poisoned = store->poisoned;
    if (!poisoned)
        store->writer_taken = true;
    pthread_mutex_unlock(&store->lock);
    if (poisoned)
        return poisoned_error(error);

    if (store->writer && !store->engine->alive(store->writer)) {
        session_free(store->writer);
        store->writer = NULL;
    }
    int result = store->writer ? 0 : session_new(store, true, &store->writer, error);
    if (result) {
        pthread_mutex_lock(&store->lock);
        store->writer_taken = false;
        pthread_cond_broadcast(&store->freed);
        pthread_mutex_unlock(&store->lock);
        return result;
    }
    *out = store->writer;
    return 0;
}

int store_reader(struct store *store, struct store_session **out, struct error *error)
{
    pthread_mutex_lock(&store->lock);
    while (!store->idle && store->readers >= store->settings.readers)
        pthread_cond_wait(&store->freed, &store->lock);
    *out = store->idle;
    if (*out)
        store->idle = (*out)->next;
    else
        store->readers++;
    pthread_mutex_unlock(&store->lock);
    if (*out && store->engine->alive(*out))
        return 0;

    session_free(*out);
    int result = session_new(store, false, out, error);
    if (result) {
        pthread_mutex_lock(&store->lock);
        store->readers--;
        pthread_cond_broadcast(&store->freed);
        pthread_mutex_unlock(&store->lock);
    }
    return result;
}

void store_examine(struct store_session *session)
{
    session->examined = !session->writer && session->engine->kind == STORE_SQLITE;
}

void store_give_back(struct store_session **at)
{
    struct store_session *session = *at;
    *at = NULL;
    if (!session)
        return;
    struct store *store = session->store;
    if (session->in_transaction) {
        log_line(LOG_LEVEL_ERROR, "store",
                 "a session was given back with its transaction open; it was rolled back");
        store_rollback(session);
    }
    store_end_rows(session);
    session->examined = false;
    /* A broken connection is not kept: the next to ask gets a new one. A poisoned writer stays poisoned. */
    bool keep = !session->broken && (session->writer || !session->poisoned);
    pthread_mutex_lock(&store->lock);
    if (session->writer) {
        store->writer_taken = false;
        if (!keep)
            store->writer = NULL;
    } else if (keep) {
        session->next = store->idle;
        store->idle = session;
    } else {
        store->readers--;
    }
    pthread_cond_broadcast(&store->freed);
    pthread_mutex_unlock(&store->lock);
    if (!keep)
        session_free(session);
}
