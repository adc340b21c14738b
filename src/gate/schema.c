#include "schema.h"

#include "work/schema.h"

static const char gate_schema_1[] =
    "CREATE TABLE record_key (id TEXT PRIMARY KEY, wrapped BLOB NOT NULL) STRICT;"

    "CREATE TABLE entry (idx BIGINT PRIMARY KEY, at BIGINT NOT NULL, key_id TEXT NOT NULL, leaf BLOB NOT NULL,"
    "  sealed BLOB NOT NULL) STRICT;"
    "CREATE TABLE written (tbl TEXT NOT NULL, id TEXT NOT NULL, idx BIGINT NOT NULL, PRIMARY KEY (tbl, id)) STRICT;"
    "CREATE TABLE log_piece (level BIGINT NOT NULL, idx BIGINT NOT NULL, content BLOB NOT NULL,"
    "  PRIMARY KEY (level, idx)) STRICT;"
    "CREATE TABLE log_head (id BIGINT PRIMARY KEY, size BIGINT NOT NULL, root BLOB NOT NULL, note TEXT NOT NULL)"
    "  STRICT;"

    "CREATE TABLE look (seq BIGINT PRIMARY KEY, at BIGINT NOT NULL, account_id TEXT NOT NULL, post_id TEXT NOT NULL,"
    "  view TEXT NOT NULL, about TEXT NOT NULL, case_id TEXT NOT NULL, idx BIGINT NOT NULL) STRICT;"
    "CREATE INDEX look_case ON look (case_id, seq);"
    "CREATE INDEX look_entry ON look (idx, seq);";

static const char gate_schema_3[] =
    "CREATE TABLE account (id TEXT PRIMARY KEY, post_id TEXT NOT NULL REFERENCES post (id), login TEXT NOT NULL UNIQUE,"
    "  password TEXT NOT NULL, added_at BIGINT NOT NULL, failures BIGINT NOT NULL, rests_until BIGINT NOT NULL) STRICT;"
    "CREATE TABLE session (id TEXT PRIMARY KEY, account_id TEXT NOT NULL REFERENCES account (id),"
    "  kind BIGINT NOT NULL, form_token TEXT NOT NULL, label TEXT NOT NULL, created_at BIGINT NOT NULL,"
    "  expires_at BIGINT NOT NULL) STRICT;"
    "CREATE INDEX session_account ON session (account_id);";

/* Wrong passwords are counted for every name that is tried, whether there is such an account or not. */
static const char gate_schema_5[] =
    "CREATE TABLE login_try (name TEXT PRIMARY KEY, failures BIGINT NOT NULL, rests_until BIGINT NOT NULL,"
    "  last_at BIGINT NOT NULL) STRICT;"
    "CREATE INDEX login_try_last ON login_try (last_at);"
    "ALTER TABLE account DROP COLUMN failures;"
    "ALTER TABLE account DROP COLUMN rests_until;"
    "ALTER TABLE session ADD COLUMN seen_at BIGINT NOT NULL DEFAULT 0;"
    "ALTER TABLE session ADD COLUMN ref TEXT NOT NULL DEFAULT '';"
    "CREATE INDEX session_expires ON session (expires_at);";

/*
 * Keys that are not a command's are told from those that are. Sessions and drafts are held against their entries: those of
 * before have none that lists them. Nothing ever read the recipients' outcomes.
 */
static const char gate_schema_9[] =
    "ALTER TABLE record_key ADD COLUMN own BIGINT NOT NULL DEFAULT 0;"
    "DELETE FROM record_key WHERE id IN (SELECT key_id FROM draft);"
    "DELETE FROM draft;"
    "UPDATE record_key SET own = 1 WHERE id NOT IN (SELECT key_id FROM entry);"
    "DELETE FROM session;"
    "CREATE UNIQUE INDEX session_ref ON session (ref);"
    "DROP TABLE decision_recipient;";

/* The newest checkpoint that enough witnesses have signed: kept before it is shown, so that what is shown never goes back. */
static const char gate_schema_10[] =
    "CREATE TABLE log_cosigned (id BIGINT PRIMARY KEY, size BIGINT NOT NULL, note TEXT NOT NULL) STRICT;";

/* What a witness (its key) said that speaks against this log, and since when: until it signs again. */
static const char gate_schema_16[] =
    "CREATE TABLE witness_alarm (witness TEXT PRIMARY KEY, at BIGINT NOT NULL, problem TEXT NOT NULL) STRICT;";

/* When the record was put back from a backup, and why. */
static const char gate_schema_11[] =
    "CREATE TABLE restoration (id TEXT PRIMARY KEY, at BIGINT NOT NULL, made_at BIGINT NOT NULL, entries BIGINT NOT NULL,"
    "  bytes BIGINT NOT NULL, seen BIGINT NOT NULL, old_log TEXT NOT NULL, new_log TEXT NOT NULL, restored_by TEXT NOT NULL,"
    "  reason TEXT NOT NULL) STRICT;";

/* Under which key of record_key the index of names is made; '': it has to be made. It was of the letters themselves before. */
static const char gate_schema_14[] =
    "CREATE TABLE name_key (id BIGINT PRIMARY KEY, key_id TEXT NOT NULL) STRICT;"
    "INSERT INTO name_key (id, key_id) VALUES (1, '');"
    "DELETE FROM subject_trigram;"
    "DELETE FROM subject_trigram_2;";

/*
 * Small rows, each found by its key: kept in the order of that key, and not once by a number and once more by the key. Each
 * entry writes to all of these tables, and whoever verifies reads them whole. PostgreSQL has no such tables.
 */
static const char gate_schema_17[] =
    "CREATE TABLE key_of_record (id TEXT PRIMARY KEY, wrapped BLOB NOT NULL, own BIGINT NOT NULL DEFAULT 0) STRICT, WITHOUT ROWID;"
    "INSERT INTO key_of_record (id, wrapped, own) SELECT id, wrapped, own FROM record_key ORDER BY id;"
    "DROP TABLE record_key;"
    "ALTER TABLE key_of_record RENAME TO record_key;"

    "CREATE TABLE last_written (tbl TEXT NOT NULL, id TEXT NOT NULL, idx BIGINT NOT NULL, PRIMARY KEY (tbl, id)) STRICT, WITHOUT ROWID;"
    "INSERT INTO last_written (tbl, id, idx) SELECT tbl, id, idx FROM written ORDER BY tbl, id;"
    "DROP TABLE written;"
    "ALTER TABLE last_written RENAME TO written;"
    "CREATE INDEX written_entry ON written (idx);"

    "CREATE TABLE earlier_written (tbl TEXT NOT NULL, id TEXT NOT NULL, idx BIGINT NOT NULL,"
    "  PRIMARY KEY (tbl, id, idx)) STRICT, WITHOUT ROWID;"
    "INSERT INTO earlier_written (tbl, id, idx) SELECT tbl, id, idx FROM overwritten ORDER BY tbl, id, idx;"
    "DROP TABLE overwritten;"
    "ALTER TABLE earlier_written RENAME TO overwritten;"
    "CREATE INDEX overwritten_entry ON overwritten (idx);";

/* Where documents lie, in a file of their own or (PostgreSQL) beside the rest: what was received, until it is attached. */
static const char document_schema_1[] = "CREATE TABLE upload (payload TEXT PRIMARY KEY, at BIGINT NOT NULL) STRICT;"
                                        "CREATE INDEX upload_at ON upload (at);";

const struct store_migration gate_document_migrations[] = {{1, "uploads", document_schema_1, NULL}};
const size_t gate_document_migrations_n = sizeof gate_document_migrations / sizeof *gate_document_migrations;

const struct store_migration gate_migrations[] = {
    {1, "the record", gate_schema_1, NULL},
    {2, "the partnership's work", work_schema_1, NULL},
    {3, "accounts and sessions", gate_schema_3, NULL},
    {4, "indexes of the partnership's work", work_schema_2, NULL},
    {5, "tries, idle sessions, tokens by name", gate_schema_5, NULL},
    {6, "uploads", document_schema_1, NULL}, /* used where there is no file of documents */
    {7, "decisions about several people", work_schema_7, NULL},
    {8, "the rules that apply", work_schema_8, NULL},
    {9, "what verifying holds against the entries", gate_schema_9, NULL},
    {10, "checkpoints with witnesses", gate_schema_10, NULL},
    {11, "restorations", gate_schema_11, NULL},
    {12, "forgetting", work_schema_12, NULL},
    {13, "cases of an effect that were disposed of", work_schema_13, NULL},
    {14, "the key of the index of names", gate_schema_14, NULL},
    {15, "no pieces of names in statistics", "", work_schema_15_postgres},
    {16, "alarms of witnesses", gate_schema_16, NULL},
    {17, "keys and writes in the order of their keys", gate_schema_17, ""},
    {18, "parcels under keys of their own", work_schema_18, NULL},
};
const size_t gate_migrations_n = sizeof gate_migrations / sizeof *gate_migrations;

const char *const gate_append_only[] = {"look"};
const size_t gate_append_only_n = sizeof gate_append_only / sizeof *gate_append_only;
