/*
 * The worked example of docs/record.md: each value there is worked out again from the inputs that stand
 * beside it, and each line of the example must have been looked at.
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
#include "commitment.h"
#include "ledger.h"
#include "memory_storage.h"
#include "signer.h"

enum { LINES_MAX = 64 };

static struct arena *arena;
static struct error error;
static struct text page;
static struct {
    struct text name, value;
    bool seen;
} line[LINES_MAX];
static size_t lines;

/* What stands in the fenced block under a heading. */
static struct text block(const char *heading)
{
    ptrdiff_t at = text_find(page, arena_format(arena, "### %s\n\n```\n", heading));
    assert_true(at >= 0);
    struct text rest = text_cut(page, (size_t)at + strlen(heading) + 10, page.n);
    ptrdiff_t end = text_find(rest, TEXT("```"));
    assert_true(end >= 0);
    return text_cut(rest, 0, (size_t)end);
}

static int setup(void **state)
{
    (void)state;
    arena = arena_new(64 << 20, ARENA_PLAIN);
    if (file_read(arena, "docs/record.md", 1 << 20, &page, &error) != 0)
        return -1;
    struct text rest = block("Values"), piece;
    while (text_next(&rest, '\n', &piece)) {
        if (piece.n == 0)
            continue;
        if (text_starts(piece, TEXT("  "))) {
            struct text more = text_trim(piece);
            line[lines - 1].value =
                arena_format(arena, "%.*s%.*s", TEXT_ARGS(line[lines - 1].value), TEXT_ARGS(more));
            continue;
        }
        ptrdiff_t colon = text_find_char(piece, ':');
        if (colon < 0 || lines == LINES_MAX)
            return -1;
        line[lines].name = text_cut(piece, 0, (size_t)colon);
        line[lines++].value = text_trim(text_cut(piece, (size_t)colon + 1, piece.n));
    }
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static struct text value(const char *name)
{
    for (size_t i = 0; i < lines; i++)
        if (text_equal(line[i].name, text_of(name))) {
            line[i].seen = true;
            return line[i].value;
        }
    fail_msg("docs/record.md has no value \"%s\"", name);
    abort();
}

static void bytes(const char *name, void *out, size_t size)
{
    assert_true(hex_decode(value(name), out, size));
}

static void same(const char *name, const void *p, size_t n)
{
    struct text hex = hex_encode(arena, p, n), written = value(name);
    if (!text_equal(hex, written))
        fail_msg("%s: the page says %.*s, it is %.*s", name, TEXT_ARGS(written), TEXT_ARGS(hex));
}

static void pair(const char *name, const char *sign, struct text *left, struct text *right)
{
    struct text both = value(name);
    ptrdiff_t at = text_find(both, text_of(sign));
    assert_true(at > 0);
    *left = text_cut(both, 0, (size_t)at);
    *right = text_cut(both, (size_t)at + strlen(sign), both.n);
}

static void worked_example(void **state)
{
    (void)state;
    HASHER_SCOPE struct ledger_hasher hasher;
    ledger_hasher_open(&hasher);

    /* The entry. */
    uint8_t salt[LEDGER_SALT_SIZE];
    struct text name[3], content[3], table_key, row_content, table, key;
    bytes("salt of the entry", salt, sizeof salt);
    pair("field 0", " = ", &name[0], &content[0]);
    pair("field 1", " = ", &name[1], &content[1]);
    pair("field 2", " = ", &name[2], &content[2]);
    pair("row", " = ", &table_key, &row_content);
    ptrdiff_t slash = text_find(table_key, TEXT(" / "));
    table = text_cut(table_key, 0, (size_t)slash);
    key = text_cut(table_key, (size_t)slash + 3, table_key.n);
    assert_true(text_equal(name[0], TEXT("type")) && text_equal(name[1], TEXT("time")));
    struct ledger_entry_builder builder = ledger_entry_begin(arena, salt, content[0], content[1]);
    ledger_entry_add(&builder, name[2], content[2]);
    ledger_entry_add_row(&builder, table, key, row_content);
    struct ledger_entry entry;
    assert_int_equal(ledger_entry_finish(&builder, &entry, &error), 0);

    /* The key of the rows never leaves the room: the formula of the page gives it. */
    ledger_hmac_start(&hasher, salt);
    ledger_hasher_add(&hasher, "ledger/rowkey/v1\x01", 17);
    struct ledger_hash row_key = ledger_hmac_end(&hasher, salt);
    same("row key", row_key.byte, 32);
    ledger_hmac_start(&hasher, row_key.byte);
    ledger_hasher_add_text(&hasher, table);
    ledger_hasher_add_text(&hasher, key);
    ledger_hasher_add_text(&hasher, row_content);
    struct ledger_hash digest = ledger_hmac_end(&hasher, row_key.byte);
    assert_memory_equal(digest.byte, entry.row[0].digest.byte, 32);
    same("digest of the row", entry.row[0].digest.byte, 32);

    struct ledger_hash commitment[4];
    ledger_commit_entry(&hasher, &entry, commitment);
    for (size_t i = 0; i < 4; i++) {
        uint8_t item_salt[LEDGER_SALT_SIZE];
        char label[32];
        ledger_item_salt(&hasher, salt, i, item_salt);
        snprintf(label, sizeof label, "salt %zu", i);
        same(label, item_salt, sizeof item_salt);
        snprintf(label, sizeof label, "commitment %zu", i);
        same(label, commitment[i].byte, 32);
    }
    struct ledger_leaf leaf;
    struct text body, shown;
    struct ledger_showing showing;
    assert_int_equal(ledger_entry_leaf(&entry, &leaf, &error), 0);
    same("leaf 0", leaf.byte, sizeof leaf.byte);
    assert_int_equal(ledger_entry_encode(arena, &entry, &body, &error), 0);
    same("body", body.p, body.n);
    assert_int_equal(ledger_showing_make(arena, &entry, (size_t[]){2}, 1, &showing, &error), 0);
    assert_int_equal(ledger_showing_encode(arena, &showing, &shown, &error), 0);
    same("showing of field 2", shown.p, shown.n);

    /* The log. */
    uint8_t more[2][LEDGER_LEAF_SIZE];
    bytes("leaf 1", more[0], LEDGER_LEAF_SIZE);
    bytes("leaf 2", more[1], LEDGER_LEAF_SIZE);
    struct text data[3] = {{(char *)leaf.byte, LEDGER_LEAF_SIZE},
                           {(char *)more[0], LEDGER_LEAF_SIZE},
                           {(char *)more[1], LEDGER_LEAF_SIZE}};
    struct memory_storage memory = {0};
    struct ledger_storage storage = memory_storage(&memory);
    struct ledger_edge edge = {0};
    struct ledger_growth growth;
    struct ledger_proof inclusion;
    struct text bundle;
    assert_int_equal(ledger_append(&storage, arena, &edge, data, 1, &edge, &growth, &error), 0);
    assert_int_equal(ledger_append(&storage, arena, &edge, data + 1, 2, &edge, &growth, &error), 0);
    assert_int_equal(ledger_inclusion(&storage, arena, 3, 0, &inclusion, &error), 0);
    assert_int_equal(ledger_serve(&storage, arena, 3, TEXT("tile/entries/000.p/3"), &bundle, &error), 0);
    struct ledger_hash hash[3] = {ledger_hash_leaf(data[0]), ledger_hash_leaf(data[1]),
                                  ledger_hash_leaf(data[2])};
    struct ledger_hash node = ledger_list_root(hash, 2);
    same("hash of leaf 0", hash[0].byte, 32);
    same("hash of leaf 1", hash[1].byte, 32);
    same("hash of leaf 2", hash[2].byte, 32);
    same("node over 0 and 1", node.byte, 32);
    same("root of 3 leaves", growth.to.root.byte, 32);
    same("bundle tile/entries/000.p/3", bundle.p, bundle.n);
    for (const struct ledger_proof *proof = &growth.proof; proof;
         proof = proof == &inclusion ? NULL : &inclusion) {
        assert_int_equal(proof->count, 2);
        assert_memory_equal(proof->hash, hash + 1, 2 * sizeof hash[0]);
    }
    memory_storage_free(&memory);

    /* The checkpoint and the evidence. */
    uint8_t seed[32];
    struct ledger_key log_key, witness_key;
    struct test_signer log_signer, witness;
    int64_t seen_at;
    assert_int_equal(ledger_key_parse(value("key of the log"), &log_key, &error), 0);
    assert_int_equal(ledger_key_parse(value("key of the witness"), &witness_key, &error), 0);
    bytes("secret seed of the log", seed, sizeof seed);
    test_signer_from(&log_signer, LEDGER_KEY_LOG, arena_string(arena, log_key.name), seed);
    bytes("secret seed of the witness", seed, sizeof seed);
    test_signer_from(&witness, LEDGER_KEY_WITNESS, arena_string(arena, witness_key.name), seed);
    assert_true(text_equal(ledger_key_text(arena, &log_signer.signer.key), value("key of the log")));
    assert_true(text_equal(ledger_key_text(arena, &witness.signer.key), value("key of the witness")));
    assert_true(text_to_int64(value("time of the witness"), &seen_at));
    struct ledger_checkpoint checkpoint = {.origin = log_key.name, .head = growth.to};
    struct ledger_signer signers[2] = {log_signer.signer, witness.signer};
    struct ledger_evidence evidence = {.has_extra = true, .extra = shown, .inclusion = inclusion};
    struct text text;
    assert_int_equal(ledger_checkpoint_text(arena, &checkpoint, &text, &error), 0);
    assert_int_equal(
        test_note_sign(arena, text, signers, 2, (uint64_t)seen_at, &evidence.checkpoint, &error), 0);
    assert_true(text_equal(evidence.checkpoint, block("The signed checkpoint")));
    assert_int_equal(ledger_evidence_text(arena, &evidence, &text, &error), 0);
    assert_true(text_equal(text, block("The evidence")));

    for (size_t i = 0; i < lines; i++)
        if (!line[i].seen)
            fail_msg("nothing has looked at \"%.*s\"", TEXT_ARGS(line[i].name));
    assert_true(lines > 25);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(worked_example)};
    return cmocka_run_group_tests(tests, setup, teardown);
}
