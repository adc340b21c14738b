/* Pieces of names that were disposed of, in an index that has seen many. */
#include "forget_fixture.h"
#include "forget_search.h"

#include "forget/forget_inside.h"
#include "keys.h"

#include "vault.h"

#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <cmocka.h>

static void turn(void)
{
    struct error error;
    must(gate_turn_keys(home.home.gate, &error), &error, "gate_turn_keys");
}

static void execute(sqlite3 *db, const char *sql)
{
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
}

enum { NAMES = 6000, LETTERS = 8, NAMES_GONE = 600 };
#define SUBJECT "%s-%08d-%06u"

/* The people whose names stay, under one key: the index is made anew from what is sealed. */
static void fill_people(sqlite3 *db, const struct turn_key *key)
{
    struct error error;
    sqlite3_stmt *add;
    struct arena *arena = arena_new(1 << 20, ARENA_SECRET);
    execute(db, "BEGIN");
    assert_int_equal(sqlite3_prepare_v2(db, "INSERT INTO record_key (id, wrapped, own) VALUES (?1, ?2, 1)", -1, &add, NULL), SQLITE_OK);
    sqlite3_bind_text(add, 1, key->id.text, -1, SQLITE_STATIC);
    sqlite3_bind_blob(add, 2, key->wrapped, (int)key->wrapped_n, SQLITE_STATIC);
    assert_int_equal(sqlite3_step(add), SQLITE_DONE);
    sqlite3_finalize(add);
    assert_int_equal(sqlite3_prepare_v2(db, "INSERT INTO subject VALUES (?1, 'agency', ?2, ?3, 0)", -1, &add, NULL), SQLITE_OK);
    for (int i = 0; i < NAMES; i++) {
        struct text sealed, id;
        if (i % (NAMES / NAMES_GONE) == 0)
            continue;
        arena_reset(arena);
        id = arena_format(arena, SUBJECT, "subject-that-stays", i, (unsigned)i * 7919u % 1000000);
        must(vault_record_seal(arena, key->plain, arena_format(arena, "subject/%.*s", TEXT_ARGS(id)),
                               arena_format(arena, "{\"name\":\"Stays %d\"}", i), &sealed, &error), &error, "vault_record_seal");
        sqlite3_bind_text(add, 1, id.p, (int)id.n, SQLITE_STATIC);
        sqlite3_bind_text(add, 2, key->id.text, -1, SQLITE_STATIC);
        sqlite3_bind_blob(add, 3, sealed.p, (int)sealed.n, SQLITE_STATIC);
        assert_int_equal(sqlite3_step(add), SQLITE_DONE);
        sqlite3_reset(add);
    }
    sqlite3_finalize(add);
    execute(db, "COMMIT");
    arena_free(&arena);
}

/* Adds many names by hand, in any order, and takes some away again as disposal does. All are in the first table. */
static void fill_index(sqlite3 *db, unsigned chance)
{
    sqlite3_stmt *add;
    execute(db, "PRAGMA secure_delete = ON");
    execute(db, "UPDATE trigram_side SET second = 0");
    execute(db, "UPDATE name_key SET id = 1");
    execute(db, "INSERT OR IGNORE INTO subject_trigram SELECT * FROM subject_trigram_2");
    execute(db, "DELETE FROM subject_trigram_2");
    execute(db, "DELETE FROM subject_trigram WHERE agency_id = 'agency'");
    assert_int_equal(sqlite3_prepare_v2(db, "INSERT OR IGNORE INTO subject_trigram VALUES ('agency', ?1, ?2)", -1, &add, NULL), SQLITE_OK);
    for (int i = 0; i < NAMES; i++) {
        char subject[48], trigram[4] = "";
        bool goes = i % (NAMES / NAMES_GONE) == 0;
        snprintf(subject, sizeof subject, SUBJECT, goes ? "subject-that-goes" : "subject-that-stays", i,
                 (unsigned)i * 7919u % 1000000);
        if (i % 200 == 0)
            execute(db, "BEGIN");
        for (int k = 0; k < LETTERS; k++) {
            for (int c = 0; c < 3; c++)
                trigram[c] = (char)('a' + (char)((chance = chance * 1103515245u + 12345u, chance >> 16) % 26));
            sqlite3_bind_text(add, 1, trigram, 3, SQLITE_TRANSIENT);
            sqlite3_bind_text(add, 2, subject, -1, SQLITE_TRANSIENT);
            assert_int_equal(sqlite3_step(add), SQLITE_DONE);
            sqlite3_reset(add);
        }
        if (i % 200 == 199)
            execute(db, "COMMIT");
    }
    execute(db, "BEGIN");
    execute(db, "DELETE FROM subject_trigram WHERE subject_id LIKE 'subject-that-goes-%'");
    execute(db, "COMMIT");
    sqlite3_finalize(add);
    execute(db, "PRAGMA wal_checkpoint(TRUNCATE)");
}

static void test_of_many(void **state)
{
    (void)state;
    char path[200];
    sqlite3 *db;
    struct needles gone = {.n = 0};
    needle_add(&gone, TEXT("subject-that-goes-"), "letters of a name");
    struct marked one = forget_mark(&home, "MARKLETTERS", "Wqjxzy Hfvkpb");
    struct turn_key key;
    struct error error;
    must(keys_fresh(home.home.gate, forget_clock(), &key, &error), &error, "keys_fresh");
    gate_close(&home.home.gate);
    snprintf(path, sizeof path, "%s/data/proviso.db", home.home.folder);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    fill_people(db, &key);
    unsigned tries = 0;
    do /* until something of them is left, as it is now and then */
        fill_index(db, ++tries * 7919);
    while (needles_found(&gone, home.home.folder) == 0 && tries < 20);
    sqlite3_close(db);
    assert_true(needles_found(&gone, home.home.folder) > 0); /* else this would show nothing */
    home_reopen(&home.home);
    forget_home_sign_in(&home);
    struct marked next = forget_mark(&home, "MARKLETTERS", "Kjwqzx Bvyfhp");
    forget_dispose(&home, &(struct disposal_propose){.case_id = one.case_id, FORGET_BY_RULE});
    /* a service that ends does not wait for all of them; the next turn goes on */
    atomic_store(&home.home.gate->forget->stop, true);
    assert_int_equal(forget_names(home.home.gate, &error), ERROR_CONFLICT);
    atomic_store(&home.home.gate->forget->stop, false);
    turn(); /* from the first table to the second */
    assert_int_equal(needles_found(&gone, home.home.folder), 0);
    forget_dispose(&home, &(struct disposal_propose){.case_id = next.case_id, FORGET_BY_RULE});
    turn(); /* and back */
    gate_close(&home.home.gate);
    /* those that stay are all there; then they go, for no entry tells of them */
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    sqlite3_stmt *count;
    assert_int_equal(sqlite3_prepare_v2(db, "SELECT count(DISTINCT subject_id) FROM (SELECT * FROM subject_trigram UNION ALL"
                                            " SELECT * FROM subject_trigram_2) WHERE agency_id = 'agency'", -1, &count, NULL),
                     SQLITE_OK);
    assert_int_equal(sqlite3_step(count), SQLITE_ROW);
    assert_int_equal(sqlite3_column_int(count, 0), NAMES - NAMES_GONE);
    sqlite3_finalize(count);
    execute(db, "DELETE FROM subject_trigram WHERE agency_id = 'agency'");
    execute(db, "DELETE FROM subject_trigram_2 WHERE agency_id = 'agency'");
    execute(db, "DELETE FROM record_key WHERE id IN (SELECT key_id FROM subject WHERE agency_id = 'agency')");
    execute(db, "DELETE FROM subject WHERE agency_id = 'agency'");
    sqlite3_close(db);
    home_reopen(&home.home);
    forget_home_sign_in(&home);
    forget_verify(&home);
    needles_free(&gone);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_of_many)};
    return cmocka_run_group_tests(tests, make, drop);
}
