#include "names.h"
#include "schema.h"
#include "walk.h"

#include <openssl/evp.h>
#include <string.h>

/* What can be made again from what the entries vouch for, made again and compared. */

/* ---- tables of work's that are worked out from sealed rows ---- */

static void tell_derived(void *self, const char *table, struct text row, const char *what)
{
    verify_differ(self, table, row, -1, "%s", what);
}

int verify_made(struct walk *walk, const struct task *task, struct error *error)
{
    (void)task;
    struct turn turn = names_turn(walk->gate, walk->arena, walk->session);
    const struct derived_report report = {walk->verify, tell_derived};
    bool due;
    int result = verify_names_due(walk, &due, error);
    for (const struct derived *const *at = work_derived; !result && *at; at++) {
        if (due && strcmp((*at)->table, "subject_trigram") == 0)
            continue;
        result = (*at)->check(&turn, &report, error);
        arena_reset(walk->arena);
    }
    return result;
}

/* ---- documents ---- */

static void free_hasher(EVP_MD_CTX **hasher)
{
    EVP_MD_CTX_free(*hasher);
}
#define HASHER_SCOPE __attribute__((cleanup(free_hasher)))

struct payload {
    struct text id, name, digest;
};

static int digest_payload(struct store_session *documents, struct text name, uint8_t piece[STORE_BLOB_PIECE],
                          EVP_MD_CTX *hasher, uint8_t digest[32], struct error *error)
{
    size_t got = STORE_BLOB_PIECE;
    int result = 0;
    bool good = EVP_DigestInit_ex2(hasher, EVP_sha256(), NULL) == 1;
    for (int64_t at = 0; !result && got == STORE_BLOB_PIECE; at += (int64_t)got) {
        result = store_blob_read(documents, name, at, piece, STORE_BLOB_PIECE, &got, error);
        if (!result)
            good = good && EVP_DigestUpdate(hasher, piece, got) == 1;
    }
    good = good && EVP_DigestFinal_ex(hasher, digest, NULL) == 1;
    return (result || good) ? result : error_set(error, ERROR_SYSTEM, "", "", "the cryptographic library does not hash");
}

/* Payloads lie in a database of their own, where nobody else is kept waiting by a long read. */
static int check_payload(struct walk *walk, const struct payload *payload, uint8_t piece[STORE_BLOB_PIECE],
                         EVP_MD_CTX *hasher, struct error *error)
{
    struct store_blob blob;
    uint8_t digest[32];
    STORE_SESSION_SCOPE struct store_session *documents = NULL;
    int result = store_reader(walk->gate->documents, &documents, error);
    if (!result)
        store_examine(documents);
    if (!result)
        result = store_blob_look(documents, payload->name, &blob, error);
    if (!result && blob.finished)
        result = store_blob_check(documents, payload->name, &blob, error);
    if (!result && blob.finished)
        result = digest_payload(documents, payload->name, piece, hasher, digest, error);
    if (result && result != ERROR_MISSING && result != ERROR_CHECK)
        return result;
    if (result || !blob.finished)
        verify_differ(walk->verify, "document", payload->id, -1, "its payload is gone, or is not whole");
    else if (!text_equal(payload->digest, (struct text){(const char *)digest, sizeof digest}))
        verify_differ(walk->verify, "document", payload->id, -1, "its payload is not the one that was attached");
    walk->tally.documents++;
    return 0;
}

/* Nothing but this stands between the next turn of the keys and a document that is there. */
static int check_due(struct walk *walk, struct error *error)
{
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int got = store_query(walk->session, "SELECT d.id FROM payload_due p JOIN document d ON d.payload = p.payload ORDER BY d.id", STORE_BIND(),
                          &rows, error);
    while (!got && (got = store_next(rows, error)) > 0) {
        verify_differ(walk->verify, "payload_due", store_text(rows, 0), -1, "the payload of this document is to be deleted, and the document is there");
        got = 0;
    }
    return got;
}

int verify_documents(struct walk *walk, const struct task *task, struct error *error)
{
    ARENA_SCOPE struct arena *arena = arena_new(2 * STORE_BLOB_PIECE, ARENA_PLAIN);
    uint8_t *piece = arena ? arena_alloc(arena, STORE_BLOB_PIECE) : NULL;
    HASHER_SCOPE EVP_MD_CTX *hasher = EVP_MD_CTX_new();
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    if (!piece || !hasher)
        return error_set(error, ERROR_SYSTEM, "", "", "out of memory");
    int got = task->from == 0 ? check_due(walk, error) : 0;
    if (!got)
        got = store_query(walk->session, "SELECT id, payload, digest FROM document ORDER BY id", STORE_BIND(), &rows, error);
    for (uint64_t n = 0; !got && (got = store_next(rows, error)) > 0; n++) {
        struct payload payload = {store_text(rows, 0), store_text(rows, 1), store_bytes(rows, 2)};
        got = n % task->to == task->from ? check_payload(walk, &payload, piece, hasher, error) : 0;
    }
    return got;
}

/* ---- pages, SQLite's own indexes, schema ---- */

struct checked {
    struct verify *verify;
    const char *name;
};

static void tell_page(void *self, struct text what)
{
    const struct checked *checked = self;
    verify_differ(checked->verify, "database", text_of(checked->name), -1, "%.*s", TEXT_ARGS(what));
}

static int check_store(struct verify *verify, struct store *store, const char *name, struct error *error)
{
    struct checked checked = {verify, name};
    const struct store_check_report report = {&checked, tell_page};
    return store_check(store, &report, error);
}

static void tell_schema(void *self, struct text name, const char *what)
{
    verify_differ(self, "schema", name, -1, "%s", what);
}

int verify_pages(struct verify *verify, struct error *error)
{
    struct gate *gate = verify->gate;
    const struct store_schema_report report = {verify, tell_schema};
    bool apart = store_kind(gate->store) == STORE_SQLITE;
    int result = check_store(verify, gate->store, "proviso.db", error);
    if (!result)
        result = store_schema_check(gate->store, gate_migrations, gate_migrations_n, &report, error);
    if (!result && apart)
        result = check_store(verify, gate->documents, "documents.db", error);
    if (!result && apart)
        result = store_schema_check(gate->documents, gate_document_migrations, gate_document_migrations_n, &report, error);
    return result;
}
