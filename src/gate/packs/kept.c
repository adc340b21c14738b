#include "packs_inside.h"

#include "policy.h"
#include "store.h"

/* The versions that the record keeps, as they are loaded. */

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
int packs_load(struct gate *gate, struct store_session *session, const struct id *version, size_t most,
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
        result = packs_load(gate, session, version, PACKS_ON_DEMAND, &found, error);
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
        result = packs_load(gate, session, &version, PACKS_ON_DEMAND, &found, &error);
    if (result && result != ERROR_MISSING)
        log_line(LOG_LEVEL_WARNING, "gate", "a kept version of a policy is not at hand: %s", error.what);
    return found ? found->pack : NULL;
}

const struct policy_pack *gate_pack_named(struct gate *gate, struct text name)
{
    struct text rest = name, id = name, version = {NULL, 0};
    const struct policy_pack *now = gate_pack(gate), *found = NULL;
    struct id row;
    struct error ignored;
    if (text_find_char(name, '@') >= 0) {
        text_next(&rest, '@', &id);
        version = rest;
    } else if (now && text_equal(policy_pack_info(now)->id, id)) {
        return now;
    }
    STORE_SESSION_SCOPE struct store_session *session = NULL;
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    if (store_reader(gate->store, &session, &ignored) != 0 ||
        store_one(session,
                  "SELECT id FROM policy_version WHERE pack = $1 AND ($2 = '' OR version = $2) ORDER BY kept_at DESC LIMIT 1",
                  STORE_BIND(STORE_TEXT(id), STORE_TEXT(version)), &rows, &ignored) != 0)
        return NULL;
    id_parse(store_text(rows, 0), &row);
    store_done(&rows);
    store_give_back(&session);
    return packs_kept(gate, &row, &found, &ignored) == 0 ? found : NULL;
}

struct text gate_pack_title(struct gate *gate, struct text hash)
{
    const struct policy_pack *pack = gate_pack_of(gate, hash);
    return pack ? policy_pack_info(pack)->title : TEXT("");
}
