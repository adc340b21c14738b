/*
 * What is beside the ledgered rows: the log, its keys, the index of last writes, looks, the search index, documents'
 * payloads, SQLite's indexes, the schema. And that no table was forgotten.
 */
#include "inside.h"
#include "keys.h"
#include "raw.h"
#include "touch.h"

#include "ledger.h"
#include "vault.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

static struct test_home home;
static struct raw raw;
static char *note; /* a checkpoint that a partner keeps */

#define FLIP(column, at)                                                                                       \
    column " = CAST(substr(" column ", 1, " at " - 1) || CASE WHEN substr(" column ", " at ", 1) = x'00' THEN" \
           " x'01' ELSE x'00' END || substr(" column ", " at " + 1) AS BLOB)"

static void test_tables(void **state)
{
    (void)state;
    static const struct {
        const char *table, *sql, *says; /* the difference is in `says`; NULL: in the table */
    } cases[] = {
        {"entry", "UPDATE entry SET at = at + 1 WHERE idx = 4", NULL},
        {"entry", "UPDATE entry SET key_id = (SELECT key_id FROM entry WHERE idx = 5) WHERE idx = 4", NULL},
        {"entry", "UPDATE entry SET " FLIP("leaf", "20") " WHERE idx = 4", NULL},
        {"entry", "UPDATE entry SET " FLIP("sealed", "60") " WHERE idx = 4", NULL},
        {"entry", "UPDATE entry SET idx = idx + 100000 WHERE idx = 4", NULL},
        {"entry", "DELETE FROM entry WHERE idx = (SELECT max(idx) FROM entry)", NULL},
        {"entry", "DELETE FROM entry WHERE idx = 0", NULL},
        {"entry", "INSERT INTO entry SELECT idx + 100000, at, key_id, leaf, sealed FROM entry WHERE idx = 4", NULL},
        {"entry", "INSERT INTO entry SELECT -1 - idx, at, key_id, leaf, sealed FROM entry WHERE idx = 4", NULL},
        {"entry", "INSERT INTO entry SELECT 9223372036854775807, at, key_id, leaf, sealed FROM entry WHERE idx = 4", NULL},
        {"entry", "UPDATE entry SET idx = 100 WHERE idx = 4; UPDATE entry SET idx = 4 WHERE idx = 5;"
                  "UPDATE entry SET idx = 5 WHERE idx = 100", NULL},
        {"log_piece", "UPDATE log_piece SET " FLIP("content", "40") " WHERE level = -1", "log"},
        {"log_piece", "UPDATE log_piece SET " FLIP("content", "40") " WHERE level = 0", "log"},
        {"log_piece", "UPDATE log_piece SET content = CAST(content || x'00' AS BLOB) WHERE level = 0", NULL},
        {"log_piece", "UPDATE log_piece SET content = substr(content, 1, 32) WHERE level = 0", "log"},
        {"log_piece", "UPDATE log_piece SET idx = 7 WHERE level = 0", NULL},
        {"log_piece", "DELETE FROM log_piece WHERE level = -1", "log"},
        {"log_piece", "INSERT INTO log_piece SELECT level, 9, content FROM log_piece WHERE level = 0", NULL},
        {"log_piece", "INSERT INTO log_piece SELECT 3, idx, content FROM log_piece WHERE level = 0", NULL},
        {"log_piece", "INSERT INTO log_piece SELECT -7, idx, content FROM log_piece WHERE level = 0", NULL},
        {"log_piece", "UPDATE log_piece SET level = 5 WHERE level = 0; UPDATE log_piece SET level = 0 WHERE level = -1;"
                      "UPDATE log_piece SET level = -1 WHERE level = 5", "log"},
        {"log_head", "UPDATE log_head SET size = size - 1", "log"},
        {"log_head", "UPDATE log_head SET size = size + 1", "log"},
        {"log_head", "UPDATE log_head SET " FLIP("root", "3"), "log"},
        {"log_head", "UPDATE log_head SET note = replace(note, 'example', 'exampel')", "log"},
        {"log_head", "UPDATE log_head SET id = 2", "log"},
        {"log_head", "INSERT INTO log_head SELECT 2, size, root, note FROM log_head", NULL},
        {"log_head", "DELETE FROM log_head", "log"},
        {"log_cosigned", "INSERT INTO log_cosigned SELECT 1, CAST(substr(note, instr(note, char(10)) + 1) AS INTEGER), note || 'x'"
                         " FROM log_head", "log"},
        {"log_cosigned", "INSERT INTO log_cosigned SELECT 2, CAST(substr(note, instr(note, char(10)) + 1) AS INTEGER), note FROM log_head", NULL},
        {"log_cosigned", "INSERT INTO log_cosigned SELECT 1, size + 9, note FROM log_head", NULL},
        {"log_cosigned", "INSERT INTO log_cosigned VALUES (1, 3, 'nothing')", NULL},
        {"written", "UPDATE written SET idx = idx + 1 WHERE tbl = 'decision' AND id = (SELECT min(id) FROM decision)", "decision"},
        {"written", "UPDATE written SET idx = idx - 1 WHERE tbl = 'decision' AND id = (SELECT min(id) FROM decision)", "decision"},
        {"written", "UPDATE written SET idx = idx + 100000 WHERE tbl = 'item'", "item"},
        {"written", "UPDATE written SET idx = -3 WHERE tbl = 'item'", "item"},
        {"written", "UPDATE written SET id = id || 'x' WHERE tbl = 'share'", "share"},
        {"written", "UPDATE written SET tbl = 'nothing' WHERE tbl = 'agency'", NULL},
        {"written", "DELETE FROM written WHERE tbl = 'post'", "post"},
        {"written", "INSERT INTO written SELECT tbl, id || 'y', idx FROM written WHERE tbl = 'item'", "item"},
        {"written", "INSERT INTO written VALUES ('look', '1', 1)", NULL},
        {"written", "UPDATE written SET idx = (SELECT sum(idx) FROM written w WHERE w.tbl = 'case_file') - idx"
                    " WHERE tbl = 'case_file'", "case_file"},
        {"overwritten", "DELETE FROM overwritten WHERE idx = (SELECT max(idx) FROM overwritten)", NULL},
        {"overwritten", "UPDATE overwritten SET idx = idx + 1 WHERE idx = (SELECT max(idx) FROM overwritten)", NULL},
        {"overwritten", "UPDATE overwritten SET id = id || 'x' WHERE idx = (SELECT max(idx) FROM overwritten)", NULL},
        {"overwritten", "INSERT INTO overwritten SELECT o.tbl, o.id, e.idx FROM overwritten o, entry e WHERE NOT EXISTS"
                        " (SELECT 1 FROM overwritten x WHERE x.tbl = o.tbl AND x.id = o.id AND x.idx = e.idx) LIMIT 1", NULL},
        {"overwritten", "INSERT INTO overwritten SELECT 'item', id, 3 FROM item LIMIT 1", NULL},
        {"record_key", "UPDATE record_key SET " FLIP("wrapped", "9") " WHERE id = (SELECT key_id FROM entry WHERE idx = 4)", "entry"},
        {"record_key", "UPDATE record_key SET " FLIP("wrapped", "50") " WHERE id = (SELECT key_id FROM draft LIMIT 1)", "draft"},
        {"record_key", "UPDATE record_key SET own = 1 - own WHERE id = (SELECT key_id FROM entry WHERE idx = 4)", NULL},
        {"record_key", "UPDATE record_key SET own = 1 - own WHERE id = (SELECT key_id FROM draft LIMIT 1)", NULL},
        {"record_key", "UPDATE record_key SET own = 1 WHERE own = 0 AND id IN (SELECT key_id FROM subject UNION ALL SELECT key_id FROM share"
                       " UNION ALL SELECT key_id FROM receipt UNION ALL SELECT key_id FROM decision)", NULL},
        {"record_key", "UPDATE record_key SET id = id || 'x' WHERE id = (SELECT key_id FROM entry WHERE idx = 4)", NULL},
        {"record_key", "DELETE FROM record_key WHERE id = (SELECT key_id FROM entry WHERE idx = 4)", "entry"},
        {"record_key", "DELETE FROM record_key WHERE id = (SELECT key_id FROM draft LIMIT 1)", "draft"},
        {"record_key", "INSERT INTO record_key SELECT id || 'x', wrapped, 0 FROM record_key LIMIT 1", NULL},
        {"record_key", "INSERT INTO record_key SELECT id || 'x', wrapped, 1 FROM record_key LIMIT 1", NULL},
        {"record_key", "UPDATE record_key SET wrapped = (SELECT k.wrapped FROM record_key k WHERE k.id ="
                       " (SELECT key_id FROM entry WHERE idx = 5)) WHERE id = (SELECT key_id FROM entry WHERE idx = 4)", "entry"},
        {"look", "UPDATE look SET seq = seq + 1000", NULL},
        {"look", "UPDATE look SET at = at + 1 WHERE seq = 1", NULL},
        {"look", "UPDATE look SET account_id = account_id || 'x' WHERE seq = 1", NULL},
        {"look", "UPDATE look SET post_id = post_id || 'x' WHERE seq = 1", NULL},
        {"look", "UPDATE look SET view = 'item.list' WHERE seq = 1", NULL},
        {"look", "UPDATE look SET about = about || 'x' WHERE seq = 1", NULL},
        {"look", "UPDATE look SET case_id = case_id || 'x' WHERE seq = 1", NULL},
        {"look", "UPDATE look SET idx = idx + 1 WHERE seq = 1", NULL},
        {"look", "UPDATE look SET idx = -1 WHERE seq = 1", NULL},
        {"look", "UPDATE look SET idx = 100000 WHERE seq = 1", NULL},
        {"look", "DELETE FROM look WHERE seq = (SELECT max(seq) FROM look)", NULL},
        {"look", "INSERT INTO look SELECT seq + 500, at, account_id, post_id, view, about, case_id, idx FROM look WHERE seq = 1", NULL},
        {"look", "INSERT INTO look SELECT seq + 500, at, account_id, post_id, view, about, case_id, 4 FROM look WHERE seq = 1", NULL},
        {"look", "INSERT INTO look SELECT seq + 500, at, account_id, post_id, view, about, case_id, 9223372036854775807 FROM look WHERE seq = 1", NULL},
        {"look", "UPDATE look SET seq = 9000 WHERE seq = 1; UPDATE look SET seq = 1 WHERE seq = 2;"
                 "UPDATE look SET seq = 2 WHERE seq = 9000", NULL},
        {"subject_trigram", "DELETE FROM subject_trigram WHERE trigram = (SELECT min(trigram) FROM subject_trigram)", NULL},
        {"subject_trigram", "INSERT INTO subject_trigram SELECT agency_id, 'xyz', subject_id FROM subject_trigram LIMIT 1", NULL},
        {"subject_trigram", "UPDATE subject_trigram SET trigram = 'xyz' WHERE trigram = (SELECT min(trigram) FROM subject_trigram)", NULL},
        {"subject_trigram", "UPDATE subject_trigram SET agency_id = 'x' WHERE trigram = (SELECT min(trigram) FROM subject_trigram)", NULL},
        {"subject_trigram_2", "INSERT INTO subject_trigram_2 SELECT agency_id, 'xyz', subject_id FROM subject_trigram LIMIT 1",
         "subject_trigram"},
        {"name_key", "DELETE FROM name_key", NULL},
        {"name_key", "UPDATE name_key SET id = 2", NULL},
        {"name_key", "UPDATE name_key SET key_id = ''", NULL},
        {"name_key", "INSERT INTO name_key SELECT 2, key_id FROM name_key", "record_key"},
        {"name_key", "INSERT INTO name_key SELECT 3, key_id FROM name_key", NULL},
        {"name_key", "UPDATE name_key SET key_id = (SELECT key_id FROM draft LIMIT 1)", "record_key"},
        {"name_key", "UPDATE name_key SET key_id = (SELECT key_id FROM draft LIMIT 1)", "subject_trigram"},
        {"trigram_side", "UPDATE trigram_side SET second = 1 - second", "name_key"},
        {"subject_trigram", "UPDATE subject_trigram SET agency_id = (SELECT min(a.id) FROM agency a WHERE a.id <> subject_trigram.agency_id)", NULL},
        {"record_key", "UPDATE record_key SET wrapped = (SELECT k.wrapped FROM record_key k WHERE k.id = (SELECT key_id FROM draft LIMIT 1))"
                       " WHERE id = (SELECT key_id FROM name_key)", "subject_trigram"},
        {"record_key", "UPDATE record_key SET " FLIP("wrapped", "50") " WHERE id = (SELECT key_id FROM name_key)", "name_key"},
        {"record_key", "UPDATE record_key SET own = 0 WHERE id = (SELECT key_id FROM name_key)", NULL},
        {"policy_case", "DELETE FROM policy_case WHERE case_id = (SELECT min(case_id) FROM policy_case)", NULL},
        {"policy_case", "INSERT INTO policy_case SELECT x.effect_id, c.id FROM case_file c, policy_effect e, policy_case x"
                        " WHERE c.id NOT IN (SELECT case_id FROM policy_case) LIMIT 1", NULL},
        {"policy_case", "UPDATE policy_case SET case_id = (SELECT id FROM case_file WHERE id NOT IN (SELECT case_id FROM policy_case))"
                        " WHERE case_id = (SELECT min(case_id) FROM policy_case)", NULL},
    };
    /* who can write the file can take the guard of append-only tables away */
    struct text guards = raw_text(&raw, "SELECT group_concat(sql || ';', ' ') FROM sqlite_schema WHERE type = 'trigger'");
    raw_run(&raw, "DROP TRIGGER store_keep_DELETE_look; DROP TRIGGER store_keep_UPDATE_look");
    assert_true(text_find(raw_findings(&raw, "schema"), TEXT("store_keep_DELETE_look: it is missing")) >= 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *table = cases[i].table;
        raw_keep(&raw, table);
        if (raw_run(&raw, "%s", cases[i].sql) == 0)
            fail_msg("%s: changed nothing", cases[i].sql);
        if (raw_findings(&raw, cases[i].says ? cases[i].says : table).n == 0)
            fail_msg("%s\n  was not found; instead:\n%.*s", cases[i].sql, TEXT_ARGS(raw_findings(&raw, NULL)));
        raw_put_back(&raw, table);
    }
    raw_run(&raw, "%.*s", TEXT_ARGS(guards));
}

/* The payload of a document, in the file beside. */
static void test_payloads(void **state)
{
    (void)state;
    static const char *const sql[] = {"UPDATE store_piece SET " FLIP("content", "30"),
                                      "UPDATE store_piece SET content = substr(content, 1, length(content) - 1)",
                                      "DELETE FROM store_piece", "DELETE FROM store_blob", "UPDATE store_blob SET state = 0"};
    struct raw documents = raw_open(&home, "documents");
    for (size_t i = 0; i < sizeof sql / sizeof *sql; i++) {
        raw_keep(&documents, "store_piece");
        raw_keep(&documents, "store_blob");
        assert_true(raw_run(&documents, "%s", sql[i]) > 0);
        if (raw_findings(&documents, "document").n == 0)
            fail_msg("%s was not found; instead:\n%.*s", sql[i], TEXT_ARGS(raw_findings(&documents, NULL)));
        raw_put_back(&documents, "store_blob");
        raw_put_back(&documents, "store_piece");
    }
    /* what no payload is made of is held against the schema, as in the record's own file */
    raw_run(&documents, "PRAGMA ignore_check_constraints = ON;"
                        "INSERT INTO store_blob SELECT 'nobody', -1, begun_at, state FROM store_blob LIMIT 1");
    assert_true(text_find(raw_findings(&documents, "database"), TEXT("documents.db")) >= 0);
    raw_run(&documents, "DELETE FROM store_blob WHERE name = 'nobody'; CREATE TABLE extra (id TEXT PRIMARY KEY) STRICT");
    assert_true(text_find(raw_findings(&documents, "schema"), TEXT("extra")) >= 0);
    raw_run(&documents, "DROP TABLE extra");
    raw_close(&documents);
}

/* What is told of a changed id cannot move an operator's terminal. */
static void test_printable(void **state)
{
    (void)state;
    raw_keep(&raw, "item");
    assert_true(raw_run(&raw, "UPDATE item SET id = char(27) || '[2J' || char(10) || 'all is well' || char(155) WHERE id = (SELECT min(id) FROM item)") > 0);
    struct text found = raw_findings(&raw, "item");
    assert_true(text_find(found, TEXT("?[2J?all is well??")) >= 0);
    for (size_t i = 0; i < found.n; i++)
        assert_true(found.p[i] >= ' ' && found.p[i] < 0x7f);
    raw_put_back(&raw, "item");
}

/* Who has the database and the keys writes an entry anew: it opens, and is not what its leaf commits to. */
static void test_other_body(void **state)
{
    (void)state;
    struct error error;
    uint8_t key[1][TURN_KEY_SIZE];
    struct text wrapped, sealed, plain;
    {
        STORE_SESSION_SCOPE struct store_session *session = NULL;
        STORE_ROWS_SCOPE struct store_rows *rows = NULL;
        must(store_reader(home.gate->store, &session, &error), &error, "store_reader");
        must(store_one(session, "SELECT e.sealed, k.wrapped FROM entry e JOIN record_key k ON k.id = e.key_id WHERE e.idx = 4", STORE_BIND(),
                       &rows, &error), &error, "the entry");
        sealed = store_bytes_in(rows, 0, home.arena);
        wrapped = store_bytes_in(rows, 1, home.arena);
    }
    struct text bound = arena_format(home.arena, "entry/%.*s", TEXT_ARGS(raw_text(&raw, "SELECT key_id FROM entry WHERE idx = 4")));
    must(keys_open(home.gate, 1, &wrapped, key, &error), &error, "keys_open");
    must(vault_record_open(home.arena, key[0], bound, sealed, &plain, &error), &error, "open");
    struct ledger_entry entry;
    must(ledger_entry_parse(home.arena, plain, &entry, &error), &error, "parse");
    entry.salt[0] ^= 1; /* of the same fields and rows: nothing else tells it from what was recorded */
    must(ledger_entry_encode(home.arena, &entry, &plain, &error), &error, "encode");
    must(vault_record_seal(home.arena, key[0], bound, plain, &sealed, &error), &error, "seal");
    raw_keep(&raw, "entry");
    raw_run(&raw, "UPDATE entry SET sealed = x'%.*s' WHERE idx = 4", TEXT_ARGS(hex_encode(home.arena, sealed.p, sealed.n)));
    assert_true(text_find(raw_findings(&raw, "entry"), TEXT("4: its content is not what its leaf commits to")) >= 0);
    /* and a leaf made to fit is not the one in the log */
    struct ledger_leaf leaf;
    must(ledger_entry_leaf(&entry, &leaf, &error), &error, "leaf");
    raw_run(&raw, "UPDATE entry SET leaf = x'%.*s' WHERE idx = 4", TEXT_ARGS(hex_encode(home.arena, leaf.byte, sizeof leaf.byte)));
    assert_true(text_find(raw_findings(&raw, "entry"), TEXT("4: its leaf is not the one in the log")) >= 0);
    raw_put_back(&raw, "entry");
}

/* An index that no longer says what its table says; and what somebody put into the schema. */
static void test_schema(void **state)
{
    (void)state;
    static const struct {
        const char *make, *undo, *says, *part;
    } cases[] = {
        {"CREATE TRIGGER quiet AFTER INSERT ON decision BEGIN UPDATE decision SET decided = 'do-not-share' WHERE id = new.id; END",
         "DROP TRIGGER quiet", "schema", "trigger quiet"},
        {"CREATE TABLE extra (id TEXT PRIMARY KEY) STRICT", "DROP TABLE extra", "schema", "extra"},
        {"CREATE VIEW extra AS SELECT 1 AS one", "DROP VIEW extra", "schema", "view extra"},
        {"DROP INDEX decision_case", "CREATE INDEX decision_case ON decision (case_id, recorded_at)", "schema", "missing"},
        {"DROP INDEX decision_case; CREATE INDEX decision_case ON decision (case_id)",
         "DROP INDEX decision_case; CREATE INDEX decision_case ON decision (case_id, recorded_at)", "schema", "not as this program"},
        {"PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = 'CREATE INDEX item_case ON item (case_id, nature)'"
         " WHERE name = 'item_case'; PRAGMA writable_schema = RESET; CREATE TABLE b (c TEXT); DROP TABLE b", /* all read it anew */
         "DROP INDEX item_case; CREATE INDEX item_case ON item (case_id, recorded_at)", "database", "item_case"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        raw_run(&raw, "%s", cases[i].make);
        struct text found = raw_findings(&raw, cases[i].says);
        if (text_find(found, text_of(cases[i].part)) < 0)
            fail_msg("%s was not found; instead:\n%.*s", cases[i].make, TEXT_ARGS(raw_findings(&raw, NULL)));
        raw_run(&raw, "%s", cases[i].undo);
    }
}

/* Database and keys of an earlier day together look whole; who keeps a checkpoint sees it. */
static void test_put_back_whole(void **state)
{
    (void)state;
    struct error error;
    struct verify_report report;
    struct text kept[2] = {text_of(note)};
    struct verify_asked asked = {.against = kept, .against_n = 1};
    must(gate_verify(home.gate, home.arena, &asked, &report, &error), &error, "verify");
    assert_int_equal(report.differences, 0);

    char *forged = arena_string(home.arena, kept[0]);
    forged[kept[0].n - 10] = forged[kept[0].n - 10] == 'A' ? 'B' : 'A';
    kept[1] = text_of(forged);
    asked = (struct verify_asked){.against = &kept[1], .against_n = 1, .threads = 1};
    must(gate_verify(home.gate, home.arena, &asked, &report, &error), &error, "verify");
    assert_int_equal(report.differences, 1);

    shell("mkdir %s.then && cp -r %s.old/. %s.then", home.folder, home.folder, home.folder);
    struct gate *then;
    char folder[80];
    snprintf(folder, sizeof folder, "%s.then", home.folder);
    struct gate_settings settings = home_settings(&home);
    settings.home = folder;
    settings.read_only = true;
    must(gate_open(&settings, &then, &error), &error, "gate_open");
    must(gate_verify(then, home.arena, NULL, &report, &error), &error, "verify");
    assert_int_equal(report.differences, 0); /* nothing inside tells */
    asked = (struct verify_asked){.against = kept, .against_n = 1};
    must(gate_verify(then, home.arena, &asked, &report, &error), &error, "verify");
    assert_int_equal(report.differences, 1);
    assert_true(text_find(report.lines, TEXT("older")) >= 0);
    gate_close(&then);

    /* and made to grow from there, past what the partner has seen, by who has the keys of that day */
    settings.read_only = false;
    must(gate_open(&settings, &then, &error), &error, "gate_open");
    struct test_home again = home;
    again.gate = then;
    while (gate_count(then).log_size <= gate_count(home.gate).log_size + 1)
        (void)home_decide(&again, home_visit(&again, "teacher"), TEXT(""));
    must(gate_verify(then, home.arena, NULL, &report, &error), &error, "verify");
    assert_int_equal(report.differences, 0);
    must(gate_verify(then, home.arena, &asked, &report, &error), &error, "verify");
    assert_int_equal(report.differences, 1);
    assert_true(text_find(report.lines, TEXT("it does not begin with the")) >= 0);
    gate_close(&then);
}

/* ---- no table was forgotten ---- */

static bool is_listed(struct text docs, const char *format, const char *a, const char *b)
{
    char name[120];
    snprintf(name, sizeof name, "`%s%s%s`", a, format, b);
    return text_find(docs, text_of(name)) >= 0;
}

static bool has_column(const struct ledgered *table, const char *name)
{
    struct touch_column column = {.at = 0};
    while (touch_next(table, &column))
        if (strcmp(column.name, name) == 0)
            return true;
    return false;
}

/* Every table stands in the document, with what it is held against; and of a ledgered one every column is. */
static void test_all_tables(void **state)
{
    (void)state;
    struct error error;
    struct text docs;
    sqlite3_stmt *statement;
    size_t tables = 0;
    must(file_read(home.arena, "docs/sealed-and-plain.md", 1 << 20, &docs, &error), &error, "docs");
    ptrdiff_t from = text_find(docs, TEXT("## What is held against the record"));
    assert_true(from > 0);
    docs = text_cut(docs, (size_t)from, docs.n);
    assert_int_equal(sqlite3_prepare_v2(raw.db, "SELECT t.name, c.name FROM sqlite_schema t, pragma_table_info(t.name) c"
                                                " WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
                                                " ORDER BY t.name, c.cid", -1, &statement, NULL), SQLITE_OK);
    while (sqlite3_step(statement) == SQLITE_ROW) {
        const char *table = (const char *)sqlite3_column_text(statement, 0);
        const char *column = (const char *)sqlite3_column_text(statement, 1);
        const struct ledgered *ledgered = ledgered_find(table);
        tables++;
        if (!is_listed(docs, "", table, ""))
            fail_msg("docs/sealed-and-plain.md does not say what the table %s is held against", table);
        if (ledgered && !has_column(ledgered, column) && !is_listed(docs, ".", table, column))
            fail_msg("no digest covers %s.%s, and docs/sealed-and-plain.md does not say why", table, column);
    }
    sqlite3_finalize(statement);
    assert_true(tables > 100);
}

static void test_clean(void **state)
{
    (void)state;
    struct text found = raw_findings(&raw, NULL);
    if (found.n)
        fail_msg("an unchanged record was found wanting:\n%.*s", TEXT_ARGS(found));
}

/* ---- a home with something of everything ---- */

static void save_draft(struct visit *teacher)
{
    struct error error;
    struct draft_save save = {.journey = TEXT("worry"), .content = {TEXT("{\"a\":\"b\"}")}};
    struct draft_saved saved;
    must(visit_act_wait(teacher, &draft_save_command, &save, &saved, &error), &error, "draft.save");
}

/* As the gate does when it has worked out what proposed rules would change. */
static void keep_effect(struct id *cases, size_t n)
{
    struct error error;
    struct visit *visit;
    struct pack_effect_keep keep = {.effect = {TEXT("{}")}, .cases = {cases, n}};
    struct pack_effect_kept kept;
    assert_true(id_parse(raw_text(&raw, "SELECT min(id) FROM policy_adoption"), &keep.adoption_id));
    assert_true(id_parse(raw_text(&raw, "SELECT min(id) FROM policy_version"), &keep.against_id));
    must(visit_begin(home.gate, home.arena, &visit, &error), &error, "visit_begin");
    visit_as_operator(visit);
    must(visit_act_wait(visit, &pack_effect_keep_command, &keep, &kept, &error), &error, "pack.effect_keep");
    visit_end(&visit);
}

static void copy_home(void)
{
    gate_close(&home.gate);
    shell("cp -r %s %s.old", home.folder, home.folder);
    home_reopen(&home);
}

static int make(void **state)
{
    (void)state;
    struct error error;
    struct text checkpoint;
    struct id cases[3];
    home_make(&home);
    struct visit *teacher = home_visit(&home, "teacher");
    for (int i = 0; i < 3; i++) {
        struct decided decided = home_decide(&home, teacher, TEXT(""));
        cases[i] = decided.case_id;
        if (i == 1)
            home_attach(teacher, home.arena, &decided.case_id, TEXT("words"));
        if (i == 2) {
            struct share_send send = {.decisions = {&decided.decision_id, 1}, .items = {&decided.item_id, 1}};
            struct share_sent sent;
            must(visit_act_wait(teacher, &share_send_command, &send, &sent, &error), &error, "share.send");
        }
        home_look_at_case(teacher, &cases[i]);
    }
    save_draft(teacher);
    copy_home();
    teacher = home_visit(&home, "teacher");
    raw = raw_open(&home, "proviso");
    keep_effect(cases, 2);
    for (int i = 0; i < 2; i++) /* rows that are written again */
        touch_again(&home, ledgered_find("agency"), raw_text(&raw, "SELECT min(id) FROM agency"), NULL, 't');
    must(gate_checkpoint(home.gate, home.arena, &checkpoint, &error), &error, "checkpoint");
    note = arena_string(home.arena, checkpoint);
    return 0;
}

static int drop(void **state)
{
    (void)state;
    raw_close(&raw);
    shell("rm -rf %s.old %s.then", home.folder, home.folder);
    home_drop(&home);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_clean),   cmocka_unit_test(test_tables),         cmocka_unit_test(test_clean),
        cmocka_unit_test(test_payloads), cmocka_unit_test(test_other_body), cmocka_unit_test(test_printable),
        cmocka_unit_test(test_schema),        cmocka_unit_test(test_clean),
        cmocka_unit_test(test_all_tables), cmocka_unit_test(test_put_back_whole)};
    return cmocka_run_group_tests(tests, make, drop);
}
