#include "alter_judge.h"

#include "rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

/*
 * A row of a ledgered table together with what should agree with it: the indexes of writes, its entry, its keys, a tombstone.
 * @ is the table, $ the key's column, & the key of one row of it, ~ the number of the entry that wrote it last.
 */
static const struct {
    const char *what, *sql;
    bool goes; /* what may go without a trace is not missed */
} pairs[] = {
    {"deleted, with its last write", "DELETE FROM \"@\" WHERE $ = '&'; DELETE FROM written WHERE tbl = '@' AND id = '&'", true},
    {"deleted, with all its writes", "DELETE FROM \"@\" WHERE $ = '&'; DELETE FROM written WHERE tbl = '@' AND id = '&';"
                                     "DELETE FROM overwritten WHERE tbl = '@' AND id = '&'", true},
    {"deleted, its last write an earlier one", "DELETE FROM \"@\" WHERE $ = '&'; DELETE FROM written WHERE tbl = '@' AND id = '&';"
                                               "INSERT OR IGNORE INTO overwritten VALUES ('@', '&', ~)", true},
    {"deleted, its last write said to be later", "DELETE FROM \"@\" WHERE $ = '&'; INSERT OR IGNORE INTO overwritten VALUES ('@', '&', ~);"
                                                 "UPDATE written SET idx = (SELECT max(idx) FROM entry) WHERE tbl = '@' AND id = '&'", false},
    {"deleted, its last write said to be one that was disposed of",
     "DELETE FROM \"@\" WHERE $ = '&'; INSERT OR IGNORE INTO overwritten VALUES ('@', '&', ~);"
     "UPDATE written SET idx = (SELECT max(idx) FROM entry WHERE length(sealed) = 0) WHERE tbl = '@' AND id = '&'", false},
    {"deleted, its last write said to be none", "DELETE FROM \"@\" WHERE $ = '&'; INSERT OR IGNORE INTO overwritten VALUES ('@', '&', ~);"
                                                "UPDATE written SET idx = 9223372036854775807 WHERE tbl = '@' AND id = '&'", false},
    {"deleted, with a tombstone of a disposal that there was",
     "DELETE FROM \"@\" WHERE $ = '&'; DELETE FROM written WHERE tbl = '@' AND id = '&';"
     "INSERT OR IGNORE INTO tombstone SELECT '&', disposal_id, '@' FROM tombstone LIMIT 1;"
     "INSERT OR IGNORE INTO written SELECT 'tombstone', '&', max(idx) FROM written WHERE tbl = 'tombstone'", true},
    {"deleted, and its entry", "DELETE FROM \"@\" WHERE $ = '&'; DELETE FROM written WHERE tbl = '@' AND id = '&';"
                               "DELETE FROM entry WHERE idx = ~", false},
    {"deleted, and its entry emptied as if it were disposed of",
     "DELETE FROM \"@\" WHERE $ = '&'; DELETE FROM written WHERE idx = ~; DELETE FROM overwritten WHERE idx = ~;"
     "INSERT OR IGNORE INTO tombstone SELECT (SELECT key_id FROM entry WHERE idx = ~), disposal_id, 'record_key' FROM tombstone LIMIT 1;"
     "INSERT OR IGNORE INTO written SELECT 'tombstone', (SELECT key_id FROM entry WHERE idx = ~), max(idx) FROM written WHERE tbl = 'tombstone';"
     "DELETE FROM record_key WHERE id = (SELECT key_id FROM entry WHERE idx = ~); UPDATE entry SET sealed = x'' WHERE idx = ~", false},
    {"deleted, and its entry given the key of one that was disposed of",
     "DELETE FROM \"@\" WHERE $ = '&'; DELETE FROM written WHERE idx = ~; DELETE FROM overwritten WHERE idx = ~;"
     "DELETE FROM record_key WHERE id = (SELECT key_id FROM entry WHERE idx = ~);"
     "UPDATE entry SET sealed = x'', key_id = (SELECT e.key_id FROM entry e WHERE length(e.sealed) = 0 LIMIT 1) WHERE idx = ~", false},
    {"deleted, and all later entries", "DELETE FROM \"@\" WHERE $ = '&'; DELETE FROM written WHERE idx >= ~; DELETE FROM overwritten WHERE idx >= ~;"
                                       "DELETE FROM entry WHERE idx >= ~; UPDATE log_head SET size = ~", false},
    {"written under another key, with its last write", "UPDATE \"@\" SET $ = $ || 'x' WHERE $ = '&'; UPDATE written SET id = id || 'x' WHERE tbl = '@' AND id = '&';"
                                                       "UPDATE overwritten SET id = id || 'x' WHERE tbl = '@' AND id = '&'", false},
    {"its last write said to be later", "INSERT OR IGNORE INTO overwritten VALUES ('@', '&', ~);"
                                        "UPDATE written SET idx = (SELECT max(idx) FROM entry) WHERE tbl = '@' AND id = '&'", false},
    {"its last write said to be earlier", "UPDATE written SET idx = idx - 1 WHERE tbl = '@' AND id = '&'", false},
    {"its writes forgotten", "DELETE FROM written WHERE tbl = '@' AND id = '&'", false},
    {"said to be of another table", "UPDATE written SET tbl = CASE '@' WHEN 'item' THEN 'share' ELSE 'item' END WHERE tbl = '@' AND id = '&'", false},
};

/* Of what is not ledgered. */
#define EMPTY_ENTRY "(SELECT min(idx) FROM entry WHERE length(sealed) = 0)"
static const struct {
    const char *table, *what, *sql;
    bool may_hold;
} beside[] = {
    {"look", "one put to an entry that was disposed of",
     "INSERT INTO look SELECT (SELECT max(seq) + 1 FROM look), at, account_id, post_id, view, about, case_id, " EMPTY_ENTRY " FROM look LIMIT 1", false},
    {"look", "one put to an entry of another kind",
     "INSERT INTO look SELECT (SELECT max(seq) + 1 FROM look), at, account_id, post_id, view, about, case_id, 1 FROM look LIMIT 1", false},
    {"look", "all those of one entry, and the entry as if it were disposed of",
     "DELETE FROM record_key WHERE id = (SELECT key_id FROM entry WHERE idx = (SELECT min(idx) FROM look));"
     "UPDATE entry SET sealed = x'', key_id = (SELECT e.key_id FROM entry e WHERE length(e.sealed) = 0 LIMIT 1)"
     " WHERE idx = (SELECT min(idx) FROM look); DELETE FROM look WHERE idx = (SELECT min(idx) FROM look)", false},
    {"policy_case", "a case that is there said to be gone", "INSERT INTO policy_case_gone SELECT * FROM policy_case LIMIT 1;"
                                                            "DELETE FROM policy_case WHERE (effect_id, case_id) IN (SELECT * FROM policy_case_gone)", false},
    {"policy_case_gone", "a case that is gone said to be there", "INSERT INTO policy_case SELECT * FROM policy_case_gone LIMIT 1;"
                                                                 "DELETE FROM policy_case_gone WHERE (effect_id, case_id) IN (SELECT * FROM policy_case)", false},
    {"payload_due", "the payload of a document that is there", "INSERT INTO payload_due SELECT payload FROM document LIMIT 1", false},
    {"entry", "two exchanged, but for their numbers", "UPDATE entry SET idx = -5 WHERE idx = 3; UPDATE entry SET idx = 3 WHERE idx = 4;"
                                                      "UPDATE entry SET idx = 4 WHERE idx = -5", false},
    {"entry", "one that was disposed of given the key of another",
     "UPDATE entry SET key_id = (SELECT key_id FROM entry e WHERE length(e.sealed) = 0 AND e.key_id <> entry.key_id LIMIT 1) WHERE idx = " EMPTY_ENTRY, false},
    {"entry", "the last ones, and the head and the tiles as they were before them",
     "DELETE FROM entry WHERE idx >= (SELECT size - 3 FROM log_head); DELETE FROM written WHERE idx >= (SELECT size - 3 FROM log_head);"
     "UPDATE log_piece SET content = CAST(substr(content, 1, length(content) - 3 * CASE level WHEN -1 THEN 35 ELSE 32 END) AS BLOB) WHERE level < 1;"
     "UPDATE log_head SET size = size - 3", false},
    {"log_head", "as of a log of 2^40 entries",
     "INSERT INTO log_piece SELECT 5, 0, root FROM log_head; UPDATE log_head SET size = 1099511627776", false},
    {"log_head", "as of a log of 2^56 entries",
     "INSERT INTO log_piece SELECT 7, 0, root FROM log_head; UPDATE log_head SET size = 72057594037927936", false},
    {"log_head", "none, and no log", "DELETE FROM log_head; DELETE FROM log_piece; DELETE FROM entry; DELETE FROM written; DELETE FROM overwritten", false},
    {"record_key", "two exchanged", "UPDATE record_key SET id = '-' WHERE id = (SELECT min(id) FROM record_key);"
                                    "UPDATE record_key SET id = (SELECT id FROM record_key LIMIT 1) || '' WHERE 0;"
                                    "UPDATE record_key SET wrapped = (SELECT k.wrapped FROM record_key k WHERE k.id = (SELECT key_id FROM entry WHERE idx = 5))"
                                    " WHERE id = (SELECT key_id FROM entry WHERE idx = 6); UPDATE record_key SET id = (SELECT key_id FROM entry WHERE idx = 0) WHERE id = '-'", false},
    {"record_key", "one said to be no command's, with its entry", "UPDATE record_key SET own = 1 WHERE id = (SELECT key_id FROM entry WHERE idx = 5)", false},
    {"subject_trigram_2", "all pieces in the other table", "INSERT OR IGNORE INTO subject_trigram SELECT * FROM subject_trigram_2; DELETE FROM subject_trigram_2", false},
    {"subject_trigram_2", "all pieces in the other table, its key too",
     "INSERT OR IGNORE INTO subject_trigram SELECT * FROM subject_trigram_2; DELETE FROM subject_trigram_2; UPDATE name_key SET id = 3 - id", true},
    {"subject_trigram_2", "all pieces and keys in the other table, and that one written to: it is what the program makes",
     "INSERT OR IGNORE INTO subject_trigram SELECT * FROM subject_trigram_2; DELETE FROM subject_trigram_2; UPDATE name_key SET id = 3 - id;"
     "UPDATE trigram_side SET second = 1 - second", true},
    {"subject", "64 whose numbers are none",
     "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 64)"
     " INSERT INTO subject SELECT printf('zzzz-%04d', i), agency_id, key_id, sealed, added_at FROM n, (SELECT * FROM subject LIMIT 1)", false},
    {"subject", "64 whose numbers are none, before all others",
     "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 64)"
     " INSERT INTO subject SELECT printf('0-%04d', i), agency_id, key_id, sealed, added_at FROM n, (SELECT * FROM subject LIMIT 1)", false},
    {"store_migration", "one of another room", "INSERT INTO store_migration SELECT 'another', number, name, sha256, applied_at FROM store_migration LIMIT 1", false},
    {"log_cosigned", "gone", "DELETE FROM log_cosigned", true},
};

static void each_beside(const struct alter_file *file, const struct alter_table *table)
{
    for (size_t i = 0; i < sizeof beside / sizeof *beside; i++) {
        if (strcmp(beside[i].table, table->name) != 0 || strcmp(file->name, "proviso") != 0 || !(alter_brief() || alter_chosen(table->name)))
            continue;
        sqlite3 *db = alter_begin(file);
        struct alteration a = {.file = file, .table = table, .may_hold = beside[i].may_hold, .any = true};
        snprintf(a.what, sizeof a.what, "%s", beside[i].what);
        int before = sqlite3_total_changes(db);
        alter_run(db, "%s", beside[i].sql);
        if (sqlite3_total_changes(db) == before)
            fail_msg("%s: changed nothing", beside[i].sql);
        alter_tell(&a, &db);
    }
}

struct words {
    char table[64], key[8], row[200], entry[24];
};

static void run_for(sqlite3 *db, const char *form, const struct words *words)
{
    char sql[8192];
    size_t at = 0;
    for (const char *p = form; *p; p++) {
        const char *put = *p == '@' ? words->table : *p == '$' ? words->key : *p == '&' ? words->row : *p == '~' ? words->entry : NULL;
        at += (size_t)snprintf(sql + at, sizeof sql - at, "%.*s", put ? 200 : 1, put ? put : p);
    }
    alter_run(db, "%s", sql);
}

static bool find_row(sqlite3 *db, const struct alter_table *table, int64_t at, struct words *words)
{
    sqlite3_stmt *statement;
    char sql[400];
    snprintf(words->table, sizeof words->table, "%s", table->name);
    snprintf(words->key, sizeof words->key, "%s", strcmp(table->name, "session") == 0 ? "ref" : "id");
    snprintf(sql, sizeof sql, "SELECT x.%s, w.idx FROM \"%s\" x JOIN written w ON w.tbl = '%s' AND w.id = x.%s ORDER BY 1 LIMIT 1 OFFSET %lld",
             words->key, table->name, table->name, words->key, (long long)at);
    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK)
        return false;
    bool there = sqlite3_step(statement) == SQLITE_ROW;
    if (there) {
        snprintf(words->row, sizeof words->row, "%s", (const char *)sqlite3_column_text(statement, 0));
        snprintf(words->entry, sizeof words->entry, "%lld", (long long)sqlite3_column_int64(statement, 1));
    }
    sqlite3_finalize(statement);
    return there;
}

void alter_each_pair(const struct alter_file *file, const struct alter_table *table)
{
    const struct ledgered *ledgered = ledgered_find(table->name);
    int64_t rows[2] = {0, table->rows - 1};
    each_beside(file, table);
    for (size_t r = 0; ledgered && r < 2; r++)
        for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
            struct words words;
            if ((r && rows[1] == 0) || !alter_chosen(table->name))
                continue;
            sqlite3 *db = alter_begin(file);
            if (!find_row(db, table, rows[r], &words)) {
                sqlite3_close(db);
                continue;
            }
            struct alteration a = {.file = file, .table = table, .may_hold = pairs[i].goes && ledgered->passing, .any = true};
            snprintf(a.what, sizeof a.what, "row %s %s", words.row, pairs[i].what);
            run_for(db, pairs[i].sql, &words);
            alter_tell(&a, &db);
        }
}
