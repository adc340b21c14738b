/*
 * The worked example of a proof in docs/record.md: made again from the inputs that stand there, byte by byte, and checked as a
 * stranger would. PROVISO_EXAMPLE=1 prints what the page should say.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base.h"
#include "ledger.h"
#include "proof.h"
#include "row_key.h"
#include "signer.h"
#include "vault/record.h"

enum { FIELDS = 6, COLUMNS = 14, ENTRY_SALT = 0xa0 };

static struct arena *arena;
static struct error error;
static struct text page;
static bool printing;

static void must(int result)
{
    if (result)
        fail_msg("%s: %s", error.where, error.what);
}

/* A line "name: value" of the block, continued on lines that begin with two spaces. */
static struct text value(const char *name)
{
    struct text begin = arena_format(arena, "\nproof %s: ", name);
    ptrdiff_t at = text_find(page, begin);
    if (at < 0)
        at = text_find(page, (begin = arena_format(arena, "\nproof %s:\n  ", name)));
    if (at < 0)
        fail_msg("docs/record.md has no value \"%s\"", name);
    struct text rest = text_cut(page, (size_t)at + begin.n, page.n), piece;
    struct buffer b = buffer_in(arena);
    text_next(&rest, '\n', &piece);
    buffer_text(&b, piece);
    while (text_starts(rest, TEXT("  ")) && text_next(&rest, '\n', &piece))
        buffer_text(&b, text_trim(piece));
    return buffer_result(&b);
}

static void same(const char *name, struct text bytes)
{
    struct text hex = hex_encode(arena, bytes.p, bytes.n);
    if (printing) {
        printf("proof %s:", name);
        for (size_t i = 0; i < hex.n; i += 96)
            printf("\n  %.*s", TEXT_ARGS(text_cut(hex, i, i + 96)));
        putchar('\n');
    } else if (!text_equal(hex, value(name))) {
        fail_msg("%s: the page says %.*s, it is %.*s", name, TEXT_ARGS(value(name)), TEXT_ARGS(hex));
    }
}

static void same_block(const char *heading, struct text text)
{
    struct text whole = arena_format(arena, "### %s\n\n```\n%.*s```\n", heading, TEXT_ARGS(text));
    if (printing)
        printf("\n%.*s", TEXT_ARGS(whole));
    else if (text_find(page, whole) < 0)
        fail_msg("docs/record.md should have:\n%.*s", TEXT_ARGS(whole));
}

static struct text hash_text(const struct ledger_hash *hash)
{
    return (struct text){(const char *)hash->byte, sizeof hash->byte};
}

/* ---- the parts, made by the rules of the page ---- */

static struct text sealed(void)
{
    size_t n = value("sealed bytes").n / 2;
    char *p = arena_alloc(arena, n);
    assert_true(p && hex_decode(value("sealed bytes"), p, n));
    return (struct text){p, n};
}

static struct text content_of(struct text seal)
{
    static const char *const names[COLUMNS] = {"id", "case_id", "agency_id", "made_by", "pack", "pack_version", "pack_sha256",
                                               "answered", "decided", "differs", "recorded_at", "happened_at", "key_id"};
    static const char kinds[] = "tttttttttiint";
    struct buffer b = buffer_in(arena);
    for (size_t i = 0; i < COLUMNS - 1; i++) {
        buffer_char(&b, kinds[i]);
        if (kinds[i] == 'n')
            continue;
        struct text column = value(arena_format(arena, "column %s", names[i]).p);
        int64_t number = 0;
        if (kinds[i] == 'i') {
            assert_true(text_to_int64(column, &number));
            buffer_u64(&b, (uint64_t)number);
        } else {
            buffer_u64(&b, column.n);
            buffer_text(&b, column);
        }
    }
    struct ledger_hash hash = ledger_hash_leaf(seal);
    buffer_char(&b, 'h');
    buffer_bytes(&b, hash.byte, sizeof hash.byte);
    return buffer_result(&b);
}

static struct ledger_entry make_entry(struct text content)
{
    static const char *const names[FIELDS] = {"type", "time", "post", "agency", "by", "by_person"};
    uint8_t *salt = arena_alloc(arena, LEDGER_SALT_SIZE);
    struct ledger_entry entry;
    assert_true(hex_decode(value("salt of the entry"), salt, LEDGER_SALT_SIZE));
    struct ledger_entry_builder builder =
        ledger_entry_begin(arena, salt, value("field type"), value("field time"));
    for (size_t i = 2; i < FIELDS; i++)
        ledger_entry_add(&builder, text_of(names[i]), value(arena_format(arena, "field %s", names[i]).p));
    ledger_entry_add_row(&builder, TEXT("decision"), value("column id"), content);
    ledger_entry_add_row(&builder, TEXT("notice"), TEXT("another row of the entry"), TEXT("it is not shown"));
    must(ledger_entry_finish(&builder, &entry, &error));
    return entry;
}

static struct text note_of(const struct ledger_leaf *leaf, struct ledger_key *key)
{
    struct test_signer signer;
    uint8_t seed[32];
    static const struct text begin = TEXT_INIT("\nsecret seed of the log: ");
    ptrdiff_t at = text_find(page, begin);
    assert_true(at > 0 && hex_decode(text_cut(page, (size_t)at + begin.n, (size_t)at + begin.n + 64), seed, sizeof seed));
    test_signer_from(&signer, LEDGER_KEY_LOG, "log.example/partnership", seed);
    struct ledger_hash root = ledger_hash_leaf((struct text){(const char *)leaf->byte, sizeof leaf->byte});
    struct ledger_checkpoint checkpoint = {.origin = TEXT("log.example/partnership"), .head = {1, root}};
    struct text text, note;
    must(ledger_checkpoint_text(arena, &checkpoint, &text, &error));
    must(test_note_sign(arena, text, &signer.signer, 1, 0, &note, &error));
    must(ledger_key_parse(ledger_key_text(arena, &signer.signer.key), key, &error));
    return note;
}

static void check(struct text file, const struct ledger_key *key, bool personal)
{
    struct proof_said said;
    must(proof_check(arena, file, key, 1, &said, &error));
    assert_true(text_equal(said.decision_id, value("column id")) && text_equal(said.decided, TEXT("share")));
    assert_true(text_equal(said.by, value("field by")));
    assert_int_equal(said.personal, personal);
    assert_int_equal(said.by_person.n > 0, personal);
    assert_true(!personal || text_equal(said.reasons, TEXT("The bruise, and what she said.")));
}

static void test_worked_example(void **state)
{
    (void)state;
    struct text seal = sealed(), content = content_of(seal);
    struct ledger_entry entry = make_entry(content);
    struct ledger_leaf leaf;
    struct ledger_key key;
    uint8_t record_key[VAULT_RECORD_KEY];
    must(ledger_entry_leaf(&entry, &leaf, &error));
    struct text note = note_of(&leaf, &key), plain;
    struct proof_statement statement = {.row_key = test_row_key(entry.salt), .content = content};

    assert_true(hex_decode(value("key of the record"), record_key, sizeof record_key));
    must(vault_record_opener(record_key, seal, statement.opener, &error));
    must(vault_record_open_by(arena, statement.opener, arena_format(arena, "decision/%.*s", TEXT_ARGS(value("column id"))), seal,
                              &plain, &error));
    assert_true(text_equal(plain, value("what lies sealed")));
    same("content of the row", content);
    same("row key", hash_text(&statement.row_key));
    same("digest of the row", hash_text(&entry.row[0].digest));
    same("leaf", (struct text){(const char *)leaf.byte, sizeof leaf.byte});
    same("opener", (struct text){(const char *)statement.opener, sizeof statement.opener});
    for (int personal = 0; personal < 2; personal++) {
        static const size_t places[2][FIELDS + 1] = {{0, 1, 2, 3, 4, 6}, {0, 1, 2, 3, 4, 5, 6}};
        struct ledger_evidence evidence = {.has_extra = true, .checkpoint = note};
        struct text file;
        statement.has_sealed = personal;
        statement.sealed = seal;
        must(ledger_showing_make(arena, &entry, places[personal], FIELDS + (size_t)personal, &statement.showing, &error));
        must(proof_statement_encode(arena, &statement, &evidence.extra, &error));
        must(ledger_evidence_text(arena, &evidence, &file, &error));
        if (!personal)
            same("statement without personal data", evidence.extra);
        same_block(personal ? "The proof with personal data" : "The proof without personal data", file);
        check(file, &key, personal);
    }
}

/* What the keeper of a log could sign: hashes and signature hold, and it is no decision of that number. */
static void test_dishonest_log(void **state)
{
    (void)state;
    const struct text id = value("column id"), type = value("field type"), content = content_of(sealed());
    struct buffer longer = buffer_in(arena);
    buffer_text(&longer, content);
    buffer_char(&longer, 'n'); /* a column more */
    const struct text bytes = buffer_result(&longer);
    const struct {
        struct text type, table, key, content;
        const char *tail, *says; /* tail: put behind the statement; "2" for its last byte */
        int code;
    } sample[] = {
        {type, TEXT("decision"), id, content, "", "", 0},
        {TEXT("item.record"), TEXT("decision"), id, content, "", "did not record a decision", ERROR_CHECK},
        {type, TEXT("item"), id, content, "", "not of a decision", ERROR_CHECK},
        {type, TEXT("decision"), TEXT("00000000000000000000000001"), content, "", "of another decision", ERROR_CHECK},
        {type, TEXT("decision"), id, bytes, "", "not a statement", ERROR_INPUT},
        {type, TEXT("decision"), id, content, "x", "not a statement", ERROR_INPUT},
        {type, TEXT("decision"), id, content, "2", "not a statement", ERROR_INPUT},
    };
    for (size_t i = 0; i < sizeof sample / sizeof *sample; i++) {
        static uint8_t salt[LEDGER_SALT_SIZE] = {7};
        struct ledger_entry entry;
        struct ledger_leaf leaf;
        struct ledger_key key;
        struct proof_said said;
        struct text file;
        struct ledger_entry_builder builder = ledger_entry_begin(arena, salt, sample[i].type, value("field time"));
        ledger_entry_add_row(&builder, sample[i].table, sample[i].key, sample[i].content);
        must(ledger_entry_finish(&builder, &entry, &error));
        must(ledger_entry_leaf(&entry, &leaf, &error));
        struct ledger_evidence evidence = {.has_extra = true, .checkpoint = note_of(&leaf, &key)};
        struct proof_statement statement = {.row_key = test_row_key(salt), .content = sample[i].content};
        must(ledger_showing_make(arena, &entry, (const size_t[]){0, 1, 2}, 3, &statement.showing, &error));
        must(proof_statement_encode(arena, &statement, &evidence.extra, &error));
        struct buffer extra = buffer_in(arena);
        bool last = strcmp(sample[i].tail, "2") == 0;
        buffer_text(&extra, text_cut(evidence.extra, 0, evidence.extra.n - last));
        if (last)
            buffer_char(&extra, 2);
        else
            buffer_string(&extra, sample[i].tail);
        evidence.extra = buffer_result(&extra);
        must(ledger_evidence_text(arena, &evidence, &file, &error));
        assert_int_equal(proof_check(arena, file, &key, 1, &said, &error), sample[i].code);
        if (sample[i].code && !strstr(error.what, sample[i].says))
            fail_msg("%s: %s", sample[i].says, error.what);
    }
}

/* A witness that did not sign is not among those that did. */
static void test_witness_that_did_not_sign(void **state)
{
    (void)state;
    struct text content = content_of(sealed()), file;
    struct ledger_entry entry = make_entry(content);
    struct ledger_leaf leaf;
    struct ledger_key keys[2];
    struct proof_said said;
    struct test_signer hull;
    must(ledger_entry_leaf(&entry, &leaf, &error));
    struct ledger_evidence evidence = {.has_extra = true, .checkpoint = note_of(&leaf, &keys[0])};
    struct proof_statement statement = {.row_key = test_row_key(entry.salt), .content = content};
    must(ledger_showing_make(arena, &entry, (const size_t[]){0, 1, 6}, 3, &statement.showing, &error));
    must(proof_statement_encode(arena, &statement, &evidence.extra, &error));
    test_signer_make(&hull, LEDGER_KEY_WITNESS, "hull.example/witness", 3);
    keys[1] = hull.signer.key;
    for (size_t signs = 0; signs < 2; signs++) {
        must(ledger_evidence_text(arena, &evidence, &file, &error));
        must(proof_check(arena, file, keys, 2, &said, &error));
        assert_int_equal(said.witnesses, signs);
        must(test_note_add(arena, evidence.checkpoint, &hull.signer, 1790000000, &evidence.checkpoint, &error));
    }
    assert_true(said.witness[0].time == 1790000000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_worked_example), cmocka_unit_test(test_dishonest_log),
                                       cmocka_unit_test(test_witness_that_did_not_sign)};
    printing = getenv("PROVISO_EXAMPLE") != NULL;
    arena = arena_new(64 << 20, ARENA_PLAIN);
    return file_read(arena, "docs/record.md", 1 << 20, &page, &error) || cmocka_run_group_tests(tests, NULL, NULL);
}
