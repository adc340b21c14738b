#include "forget_search.h"

#include "keys.h"

#include "ledger.h"
#include "store.h"
#include "vault.h"

#include <ftw.h>
#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <cmocka.h>

void needle_add(struct needles *needles, struct text bytes, const char *format, ...)
{
    assert_true(bytes.n > 0);
    if (needles->n == needles->room) {
        needles->room = needles->room ? needles->room * 2 : 64;
        needles->item = realloc(needles->item, needles->room * sizeof *needles->item);
        assert_non_null(needles->item);
    }
    struct needle *needle = &needles->item[needles->n++];
    char *copy = malloc(bytes.n);
    assert_non_null(copy);
    memcpy(copy, bytes.p, bytes.n);
    needle->bytes = (struct text){copy, bytes.n};
    va_list list;
    va_start(list, format);
    vsnprintf(needle->what, sizeof needle->what, format, list);
    va_end(list);
}

void needles_free(struct needles *needles)
{
    for (size_t i = 0; i < needles->n; i++)
        free((char *)(uintptr_t)needles->item[i].bytes.p);
    free(needles->item);
    *needles = (struct needles){.n = 0};
}

/* ---- looking through every file ---- */

static const struct needles *wanted;
static bool *seen;

static int look_through(const char *path, const struct stat *status, int type, struct FTW *where)
{
    (void)where;
    if (type != FTW_F || status->st_size == 0)
        return 0;
    FILE *file = fopen(path, "rb");
    char *content = malloc((size_t)status->st_size);
    assert_true(file && content);
    size_t n = fread(content, 1, (size_t)status->st_size, file);
    fclose(file);
    for (size_t i = 0; i < wanted->n; i++)
        if (!seen[i] && memmem(content, n, wanted->item[i].bytes.p, wanted->item[i].bytes.n)) {
            seen[i] = true;
            if (getenv("FORGET_TELL"))
                print_message("%s lies in %s\n", wanted->item[i].what, path);
        }
    free(content);
    return 0;
}

size_t needles_found(const struct needles *needles, const char *folder)
{
    size_t found = 0;
    bool flags[4096] = {false};
    assert_true(needles->n <= sizeof flags);
    wanted = needles;
    seen = flags;
    assert_int_equal(nftw(folder, look_through, 16, FTW_PHYS), 0);
    for (size_t i = 0; i < needles->n; i++)
        found += flags[i];
    return found;
}

/* ---- what a case is made of, read off the file: parts that are short enough to lie on one page ---- */

static struct text column(sqlite3_stmt *statement, int number)
{
    return (struct text){sqlite3_column_blob(statement, number), (size_t)sqlite3_column_bytes(statement, number)};
}

/* Columns: what it is, bytes. $1: the case. */
static void gather(sqlite3 *db, const char *sql, const struct id *id, struct needles *out)
{
    sqlite3_stmt *statement;
    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    sqlite3_bind_text(statement, 1, id->text, -1, SQLITE_STATIC);
    while (sqlite3_step(statement) == SQLITE_ROW)
        if (sqlite3_column_bytes(statement, 1))
            needle_add(out, column(statement, 1), "%s", (const char *)sqlite3_column_text(statement, 0));
    sqlite3_finalize(statement);
}

/* Every key that seals something of the case: of rows, and of the entries that wrote them. */
#define ROWS_OF_CASE                                                                                           \
    "(SELECT 'item' AS tbl, id, key_id, sealed FROM item WHERE case_id = ?1"                                   \
    " UNION ALL SELECT 'decision', id, key_id, sealed FROM decision WHERE case_id = ?1"                        \
    " UNION ALL SELECT 'document', id, key_id, sealed FROM document WHERE case_id = ?1"                        \
    " UNION ALL SELECT 'share', id, key_id, sealed FROM share WHERE case_id = ?1"                              \
    " UNION ALL SELECT 'receipt', r.id, r.key_id, r.sealed FROM receipt r JOIN share s ON s.id = r.share_id WHERE s.case_id = ?1" \
    " UNION ALL SELECT 'receipt', r.id, r.reply_key_id, r.reply FROM receipt r JOIN share s ON s.id = r.share_id"     \
    "  WHERE s.case_id = ?1 AND r.reply_key_id IS NOT NULL"                                                    \
    " UNION ALL SELECT 'pickup', p.id, NULL, NULL FROM pickup p JOIN receipt r ON r.id = p.receipt_id"         \
    "  JOIN share s ON s.id = r.share_id WHERE s.case_id = ?1"                                                 \
    " UNION ALL SELECT 'parcel', l.id, l.key_id, l.sealed FROM parcel l JOIN pickup p ON p.id = l.pickup_id JOIN receipt r ON r.id = p.receipt_id" \
    "  JOIN share s ON s.id = r.share_id WHERE s.case_id = ?1"                                                 \
    " UNION ALL SELECT 'need_to_know', id, NULL, NULL FROM need_to_know WHERE case_id = ?1"                    \
    " UNION ALL SELECT 'case_file', id, NULL, NULL FROM case_file WHERE id = ?1"                               \
    " UNION ALL SELECT 'subject', s.id, s.key_id, s.sealed FROM case_file c JOIN subject s ON s.id = c.subject_id WHERE c.id = ?1)"

#define ENTRIES_OF_CASE                                                                                        \
    "(SELECT e.idx, e.key_id, e.sealed FROM entry e WHERE e.idx IN (SELECT w.idx FROM " ROWS_OF_CASE " r"      \
    " JOIN written w ON w.tbl = r.tbl AND w.id = r.id UNION SELECT o.idx FROM " ROWS_OF_CASE " r"              \
    " JOIN overwritten o ON o.tbl = r.tbl AND o.id = r.id))"

/* The plain key of each wrapped one, and the salts in the entries. */
static void open_secrets(struct forget_home *home, sqlite3 *db, const struct id *case_id, struct needles *out)
{
    struct error error;
    sqlite3_stmt *statement;
    const char *sql = "SELECT k.id, k.wrapped, e.sealed FROM record_key k JOIN " ENTRIES_OF_CASE " e ON e.key_id = k.id";
    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK)
        fail_msg("%s", sqlite3_errmsg(db));
    sqlite3_bind_text(statement, 1, case_id->text, -1, SQLITE_STATIC);
    while (sqlite3_step(statement) == SQLITE_ROW) {
        uint8_t plain[1][TURN_KEY_SIZE];
        struct text wrapped = column(statement, 1), body;
        const char *id = (const char *)sqlite3_column_text(statement, 0);
        must(keys_open(home->home.gate, 1, &wrapped, plain, &error), &error, "keys_open");
        needle_add(out, (struct text){(const char *)plain[0], TURN_KEY_SIZE}, "the plain key %s", id);
        must(vault_record_open(home->home.arena, plain[0], arena_format(home->home.arena, "entry/%s", id), column(statement, 2),
                               &body, &error),
             &error, "an entry");
        needle_add(out, text_cut(body, 1, 1 + LEDGER_SALT_SIZE), "the salt of the entry under %s", id);
    }
    sqlite3_finalize(statement);
}

void remains_of(struct forget_home *home, const struct marked *marked, const char *mark, struct remains *out)
{
    char path[200];
    sqlite3 *db, *documents;
    *out = (struct remains){.words = {.n = 0}};
    needle_add(&out->words, text_of(mark), "a word with the mark");
    snprintf(path, sizeof path, "%s/data/proviso.db", home->home.folder);
    assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    gather(db, "SELECT 'what is sealed in ' || tbl, substr(sealed, 30, 60) FROM " ROWS_OF_CASE, &marked->case_id, &out->kept);
    gather(db, "SELECT 'the body of entry ' || idx, substr(sealed, 30, 60) FROM " ENTRIES_OF_CASE, &marked->case_id, &out->kept);
    gather(db, "SELECT 'the wrapped key ' || k.id, substr(k.wrapped, 30, 60) FROM record_key k WHERE k.id IN (SELECT key_id FROM " ROWS_OF_CASE
               " UNION SELECT key_id FROM " ENTRIES_OF_CASE ")", &marked->case_id, &out->kept);
    gather(db, "SELECT 'letters', t.trigram || t.subject_id FROM (SELECT * FROM subject_trigram UNION ALL SELECT * FROM subject_trigram_2) t"
               " WHERE t.subject_id = ?1", &marked->subject, &out->letters);
    gather(db, "SELECT 'a draft', substr(sealed, 30, 60) FROM draft WHERE id = ?1", &marked->draft, &out->kept);
    gather(db, "SELECT 'the key of a draft', substr(wrapped, 30, 60) FROM record_key WHERE id IN (SELECT key_id FROM draft WHERE id = ?1)",
           &marked->draft, &out->kept);
    open_secrets(home, db, &marked->case_id, &out->secret);

    struct id payload = {""};
    sqlite3_stmt *statement;
    assert_int_equal(sqlite3_prepare_v2(db, "SELECT payload FROM document WHERE id = ?1", -1, &statement, NULL), SQLITE_OK);
    sqlite3_bind_text(statement, 1, marked->document.text, -1, SQLITE_STATIC);
    if (sqlite3_step(statement) == SQLITE_ROW)
        id_parse(column(statement, 0), &payload);
    sqlite3_finalize(statement);
    sqlite3_close(db);

    /* some bytes of every piece of the payload */
    snprintf(path, sizeof path, "%s/data/documents.db", home->home.folder);
    assert_int_equal(sqlite3_open_v2(path, &documents, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    gather(documents, "SELECT 'a piece of the document', substr(content, 1000, 60) FROM store_piece WHERE owner = ?1", &payload,
           &out->payload);
    sqlite3_close(documents);
    assert_true(out->kept.n >= 14 && out->secret.n >= 10 && out->letters.n >= 5 && out->payload.n >= 2);
}

void remains_free(struct remains *remains)
{
    needles_free(&remains->words);
    needles_free(&remains->kept);
    needles_free(&remains->secret);
    needles_free(&remains->letters);
    needles_free(&remains->payload);
}
