/*
 * A record of which something was disposed of, tampered with: what was destroyed put back, a destruction that nobody
 * approved made to look like one that was. Each is found, and told for what it is.
 */
#include "forget_home.h"
#include "raw.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

static struct forget_home home;
static struct raw raw;
static struct id part_case; /* of the item */

static const char *const touched[] = {"item", "record_key", "entry", "tombstone", "disposal", "written", "overwritten", "look", "legal_hold"};

static void test_clean(void **state)
{
    (void)state;
    struct text found = raw_findings(&raw, NULL);
    if (found.n)
        fail_msg("an unchanged record was found wanting:\n%.*s", TEXT_ARGS(found));
}

/* `gone`: a row of `item` that was disposed of; `there`: one that was not. `before.*` is as it was before the disposal. */
#define GONE "(SELECT id FROM kept.before_item WHERE id IN (SELECT id FROM main.tombstone WHERE tbl = 'item'))"
#define THERE "(SELECT min(id) FROM main.item)"
#define DEAD_KEY "(SELECT min(id) FROM main.tombstone WHERE tbl = 'record_key' AND id IN (SELECT id FROM kept.before_record_key))"
#define HOLD "(SELECT id FROM main.legal_hold)"
#define HOLD_ENTRY "(SELECT idx FROM kept.hold_entry)"
#define FALSE_STONE(at)                                                                                        \
    "INSERT INTO main.tombstone SELECT " THERE ", disposal_id, 'item' FROM main.tombstone LIMIT 1;"            \
    "INSERT INTO main.written SELECT 'tombstone', " THERE ", " at ";"                                          \
    "DELETE FROM main.written WHERE tbl = 'item' AND id = " THERE "; DELETE FROM main.item WHERE id = " THERE

static void test_disposed(void **state)
{
    (void)state;
    static const struct {
        const char *sql, *table, *says;
    } cases[] = {
        /* what was destroyed is there again, from an older copy: the row, the key, the body of an entry */
        {"INSERT INTO main.item SELECT * FROM kept.before_item WHERE id = " GONE, "item", "it was disposed of, and is there"},
        {"INSERT INTO main.item SELECT * FROM kept.before_item WHERE id = " GONE ";"
         "INSERT INTO main.written SELECT * FROM kept.before_written WHERE tbl = 'item' AND id = " GONE, "item",
         "it was disposed of, and is there"},
        {"INSERT INTO main.record_key SELECT * FROM kept.before_record_key WHERE id = " DEAD_KEY, "record_key",
         "it was disposed of, and is there"},
        {"UPDATE main.entry SET sealed = (SELECT b.sealed FROM kept.before_entry b WHERE b.idx = entry.idx) WHERE key_id = " DEAD_KEY,
         "entry", "it was disposed of, and its body is there"},
        /* destroyed by hand, with and without a stone that another disposal is to answer for */
        {"DELETE FROM main.written WHERE tbl = 'item' AND id = " THERE "; DELETE FROM main.item WHERE id = " THERE, "item",
         "the index of last writes says otherwise"},
        {FALSE_STONE("max(idx) FROM main.entry"), "tombstone", "which did not write this row"},
        {FALSE_STONE("idx FROM main.written WHERE tbl = 'tombstone' LIMIT 1"), "tombstone", "did not write this row"},
        /* a stone of another table does not cover it */
        {"DELETE FROM main.written WHERE tbl = 'item' AND id = " THERE ";"
         "INSERT INTO main.tombstone SELECT " THERE ", disposal_id, 'share' FROM main.tombstone LIMIT 1;"
         "DELETE FROM main.item WHERE id = " THERE, "item", "the index of last writes says otherwise"},
        {"DELETE FROM main.record_key WHERE id = (SELECT key_id FROM main.entry WHERE idx = 0);"
         "INSERT INTO main.tombstone SELECT (SELECT key_id FROM main.entry WHERE idx = 0), disposal_id, 'item' FROM main.tombstone LIMIT 1",
         "entry", "its key is gone"},
        /* any other entry emptied in the name of one that was disposed of, with what it wrote, or the looks that it tells of */
        {"DELETE FROM main.legal_hold WHERE id = " HOLD "; DELETE FROM main.written WHERE idx = " HOLD_ENTRY ";"
         "DELETE FROM main.overwritten WHERE idx = (SELECT idx FROM kept.hold_entry); DELETE FROM main.record_key WHERE id = (SELECT key_id FROM kept.hold_entry);"
         "UPDATE main.entry SET sealed = x'', key_id = (SELECT e.key_id FROM main.entry e WHERE length(e.sealed) = 0 LIMIT 1)"
         " WHERE idx = (SELECT idx FROM kept.hold_entry)", "entry", "another entry names the same key"},
        {"DELETE FROM main.record_key WHERE id = (SELECT key_id FROM main.entry WHERE idx = (SELECT max(idx) FROM main.look));"
         "UPDATE main.entry SET sealed = x'', key_id = (SELECT e.key_id FROM main.entry e WHERE length(e.sealed) = 0 LIMIT 1)"
         " WHERE idx = (SELECT max(idx) FROM main.look); DELETE FROM main.look WHERE idx = (SELECT max(idx) FROM main.look)", "entry",
         "another entry names the same key"},
        /* a look beside one that was */
        {"INSERT INTO main.look SELECT (SELECT max(seq) + 1 FROM main.look), at, account_id, post_id, view, about, case_id,"
         " (SELECT min(idx) FROM main.entry WHERE length(sealed) = 0) FROM main.look LIMIT 1", "look", "no entry tells of this look"},
        /* the stone itself */
        {"DELETE FROM main.written WHERE tbl = 'tombstone' AND id = " DEAD_KEY ";"
         "DELETE FROM main.tombstone WHERE id = " DEAD_KEY, "entry", "its key is gone"},
        {"UPDATE main.tombstone SET tbl = 'look' WHERE id = " GONE, "tombstone", "which is no table of the record"},
        {"UPDATE main.tombstone SET disposal_id = 'nobody' WHERE id = " GONE, "tombstone", "no disposal was carried out"},
        {"UPDATE main.disposal SET state = 'proposed'", "tombstone", "no disposal was carried out"},
        {"UPDATE main.disposal SET state = 'withdrawn'", "tombstone", "no disposal was carried out"},
        {"UPDATE main.disposal SET approved_by = proposed_by", "disposal", "the row is not what entry"},
    };
    /* who can write the file can take the guard of append-only tables away */
    struct text guards = raw_text(&raw, "SELECT group_concat(sql || ';', ' ') FROM sqlite_schema WHERE type = 'trigger'");
    raw_run(&raw, "DROP TRIGGER store_keep_DELETE_look; DROP TRIGGER store_keep_UPDATE_look");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        for (size_t k = 0; k < sizeof touched / sizeof *touched; k++)
            raw_keep(&raw, touched[k]);
        if (raw_run(&raw, "%s", cases[i].sql) == 0)
            fail_msg("%s: changed nothing", cases[i].sql);
        struct text found = raw_findings(&raw, NULL), line;
        bool told = false;
        for (struct text rest = found; text_next(&rest, '\n', &line);)
            told |= text_starts(line, text_of(cases[i].table)) && text_find(line, text_of(cases[i].says)) >= 0;
        if (!told)
            fail_msg("%s\n  was not found as \"%s ... %s\"; instead:\n%.*s", cases[i].sql, cases[i].table, cases[i].says,
                     TEXT_ARGS(found));
        for (size_t k = 0; k < sizeof touched / sizeof *touched; k++)
            raw_put_back(&raw, touched[k]);
    }
    raw_run(&raw, "%.*s", TEXT_ARGS(guards));
}

/* Parcels in which the item went hold nothing any more; those of other cases are as they were. */
static void test_parcels(void **state)
{
    (void)state;
    assert_int_equal(raw_int(&raw, "SELECT count(*) FROM pickup"), 2);
    assert_int_equal(raw_int(&raw, "SELECT count(*) FROM pickup p JOIN receipt r ON r.id = p.receipt_id JOIN share s ON s.id = r.share_id"
                                   " WHERE NOT EXISTS (SELECT 1 FROM parcel l WHERE l.pickup_id = p.id) AND s.case_id = '%s'", part_case.text), 1);
    assert_int_equal(raw_int(&raw, "SELECT count(*) FROM parcel WHERE length(sealed) > 0"), 1);
    assert_int_equal(raw_int(&raw, "SELECT count(*) FROM pickup WHERE length(parcel) > 0"), 0);
}

/* One case disposed of for good, an item of another that waits for its keys, and a case that stays. */
static int make(void **state)
{
    (void)state;
    struct error error;
    forget_home_make(&home, NULL);
    struct marked whole = forget_mark(&home, "MARK1", "Robin Example"), part = forget_mark(&home, "MARK2", "Sam Example");
    struct marked stays = forget_mark(&home, "MARK3", "Kim Example");
    raw = raw_open(&home.home, "proviso");
    part_case = part.case_id;
    raw_run(&raw, "CREATE TABLE kept.before_item AS SELECT * FROM main.item WHERE id = '%s'", part.item.text);
    forget_dispose(&home, &(struct disposal_propose){.case_id = whole.case_id, FORGET_BY_RULE});
    must(gate_turn_keys(home.home.gate, &error), &error, "gate_turn_keys");
    raw_run(&raw, "CREATE TABLE kept.before_record_key AS SELECT * FROM main.record_key;"
                  "CREATE TABLE kept.before_entry AS SELECT * FROM main.entry;"
                  "CREATE TABLE kept.before_written AS SELECT * FROM main.written");
    forget_dispose(&home, &(struct disposal_propose){.case_id = part.case_id, .item_id = part.item, FORGET_BY_RULE});
    struct hold_place place = {.case_id = stays.case_id, .reason = TEXT("A complaint")};
    struct hold_placed placed;
    must(visit_act_wait(home.head, &hold_place_command, &place, &placed, &error), &error, "hold.place");
    raw_run(&raw, "CREATE TABLE kept.hold_entry AS SELECT e.idx, e.key_id FROM main.entry e JOIN main.written w ON w.idx = e.idx"
                  " WHERE w.tbl = 'legal_hold'");
    struct view_rows rows;
    struct case_of of = {stays.case_id};
    must(visit_look(home.teacher, &case_read_view, &of, &rows, &error), &error, "case.read");
    home_settle(home.teacher);
    return 0;
}

static int drop(void **state)
{
    (void)state;
    raw_close(&raw);
    home_drop(&home.home);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_clean), cmocka_unit_test(test_parcels),
                                       cmocka_unit_test(test_disposed), cmocka_unit_test(test_clean)};
    return cmocka_run_group_tests(tests, make, drop);
}
