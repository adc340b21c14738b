/* Entries: the leaf, the body. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/hmac.h>

#include "base.h"
#include "commitment.h"
#include "ledger.h"
#include "row_key.h"

static struct arena *arena;
static struct error error;
static const uint8_t salt[LEDGER_SALT_SIZE] = {1, 2, 3, 4, 5, 6, 7, 8};

static int setup(void **state)
{
    (void)state;
    arena = arena_new(256 << 20, ARENA_PLAIN);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static struct ledger_hash row_digest(const uint8_t of[LEDGER_SALT_SIZE], struct text table, struct text key, struct text content)
{
    struct ledger_hash row_key = test_row_key(of);
    return ledger_row_digest_by(&row_key, table, key, content);
}

static struct ledger_entry small_entry(void)
{
    struct ledger_entry_builder builder =
        ledger_entry_begin(arena, salt, TEXT("note.add"), TEXT("1790000000"));
    ledger_entry_add(&builder, TEXT("by"), TEXT("01arz3"));
    ledger_entry_add(&builder, TEXT("empty"), TEXT(""));
    ledger_entry_add(&builder, TEXT("bytes"), (struct text){"\0\xff\n", 3});
    ledger_entry_add_row(&builder, TEXT("person"), TEXT("7"), TEXT("row seven"));
    ledger_entry_add_row(&builder, TEXT("note"), TEXT("3"), TEXT("row three"));
    struct ledger_entry entry;
    assert_int_equal(ledger_entry_finish(&builder, &entry, &error), 0);
    return entry;
}

/* Our HMAC is the library's, for messages of all lengths about the block size. */
static void hmac_is_hmac(void **state)
{
    (void)state;
    HASHER_SCOPE struct ledger_hasher hasher;
    ledger_hasher_open(&hasher);
    uint8_t message[200], expected[32];
    for (size_t i = 0; i < sizeof message; i++)
        message[i] = (uint8_t)(i * 31);
    for (size_t n = 0; n <= sizeof message; n++) {
        unsigned size = 0;
        HMAC(EVP_sha256(), salt, sizeof salt, message, n, expected, &size);
        ledger_hmac_start(&hasher, salt);
        ledger_hasher_add(&hasher, message, n);
        struct ledger_hash hash = ledger_hmac_end(&hasher, salt);
        assert_memory_equal(hash.byte, expected, 32);
    }
}

static int open_body(struct text body, const struct ledger_leaf *leaf)
{
    struct ledger_entry opened;
    struct ledger_hash row_key;
    return ledger_entry_open(arena, body, leaf, &opened, &row_key, &error);
}

static void body_both_ways(void **state)
{
    (void)state;
    struct ledger_entry entry = small_entry(), again;
    struct text body, body_again;
    struct ledger_leaf leaf, leaf_again;
    assert_int_equal(ledger_entry_encode(arena, &entry, &body, &error), 0);
    assert_int_equal(ledger_entry_parse(arena, body, &again, &error), 0);
    assert_int_equal(ledger_entry_encode(arena, &again, &body_again, &error), 0);
    assert_true(text_equal(body, body_again));
    assert_int_equal(ledger_entry_leaf(&entry, &leaf, &error), 0);
    assert_int_equal(ledger_entry_leaf(&again, &leaf_again, &error), 0);
    assert_memory_equal(leaf.byte, leaf_again.byte, LEDGER_LEAF_SIZE);
    assert_int_equal(leaf.byte[0], LEDGER_LEAF_VERSION);
    assert_int_equal(open_body(body, &leaf), 0);
    assert_true(text_equal(*ledger_entry_field(&again, "by"), TEXT("01arz3")));
    assert_true(text_equal(*ledger_entry_field(&again, "type"), TEXT("note.add")));
    assert_int_equal(ledger_entry_field(&again, "empty")->n, 0);
    assert_null(ledger_entry_field(&again, "absent"));
    /* Rows come in order, each with the digest of its content. */
    assert_true(text_equal(again.row[0].table, TEXT("note")));
    struct ledger_hash digest = row_digest(salt, TEXT("note"), TEXT("3"), TEXT("row three"));
    assert_memory_equal(again.row[0].digest.byte, digest.byte, 32);
    digest = row_digest(salt, TEXT("note"), TEXT("3"), TEXT("row thref"));
    assert_memory_not_equal(again.row[0].digest.byte, digest.byte, 32);
    uint8_t other_salt[32] = {9};
    digest = row_digest(other_salt, TEXT("note"), TEXT("3"), TEXT("row three"));
    assert_memory_not_equal(again.row[0].digest.byte, digest.byte, 32);
    /* Lengths part the texts: moving a byte from one to the next is another row. */
    struct ledger_hash left = row_digest(salt, TEXT("ab"), TEXT("c"), TEXT("d"));
    struct ledger_hash right = row_digest(salt, TEXT("a"), TEXT("bc"), TEXT("d"));
    assert_memory_not_equal(left.byte, right.byte, 32);
}

static void every_bit_of_the_body_counts(void **state)
{
    (void)state;
    struct ledger_entry entry = small_entry();
    struct text body;
    struct ledger_leaf leaf;
    assert_int_equal(ledger_entry_encode(arena, &entry, &body, &error), 0);
    assert_int_equal(ledger_entry_leaf(&entry, &leaf, &error), 0);
    char *flipped = arena_string(arena, body);
    for (size_t bit = 0; bit < body.n * 8; bit++) {
        flipped[bit / 8] = (char)(flipped[bit / 8] ^ (1 << bit % 8));
        int result = open_body((struct text){flipped, body.n}, &leaf);
        if (result != ERROR_CHECK && result != ERROR_INPUT)
            fail_msg("bit %zu gives %d", bit, result);
        flipped[bit / 8] = (char)(flipped[bit / 8] ^ (1 << bit % 8));
    }
    for (size_t n = 0; n < body.n; n++)
        assert_int_equal(open_body(text_cut(body, 0, n), &leaf), ERROR_INPUT);
    flipped = arena_alloc(arena, body.n + 1);
    memcpy(flipped, body.p, body.n);
    assert_int_equal(open_body((struct text){flipped, body.n + 1}, &leaf),
                     ERROR_INPUT);
    for (size_t bit = 0; bit < LEDGER_LEAF_SIZE * 8; bit++) {
        struct ledger_leaf other = leaf;
        other.byte[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_int_equal(open_body(body, &other), ERROR_CHECK);
    }
}

/* Two entries that say the same under different salts share nothing. */
static void equal_values_do_not_show(void **state)
{
    (void)state;
    struct ledger_entry entry = small_entry(), other = entry;
    other.salt[31] ^= 1;
    struct ledger_hash first[7], second[7];
    HASHER_SCOPE struct ledger_hasher hasher;
    ledger_hasher_open(&hasher);
    ledger_commit_entry(&hasher, &entry, first);
    ledger_commit_entry(&hasher, &other, second);
    for (size_t i = 0; i < 7; i++)
        for (size_t j = 0; j < 7; j++) {
            assert_memory_not_equal(first[i].byte, second[j].byte, 32);
            if (i != j)
                assert_memory_not_equal(first[i].byte, first[j].byte, 32);
        }
}

/* How many are fields and how many rows is part of the digest. */
static void counts_are_committed(void **state)
{
    (void)state;
    HASHER_SCOPE struct ledger_hasher hasher;
    ledger_hasher_open(&hasher);
    struct ledger_hash commitment[4] = {{{1}}, {{2}}, {{3}}, {{4}}};
    struct ledger_leaf a = ledger_commit_leaf(&hasher, 4, 0, commitment);
    struct ledger_leaf b = ledger_commit_leaf(&hasher, 3, 1, commitment);
    struct ledger_leaf c = ledger_commit_leaf(&hasher, 2, 2, commitment);
    assert_memory_not_equal(a.byte, b.byte, LEDGER_LEAF_SIZE);
    assert_memory_not_equal(b.byte, c.byte, LEDGER_LEAF_SIZE);
}

static void rules(void **state)
{
    (void)state;
    struct ledger_entry entry;
    struct ledger_leaf leaf;
    struct text body;
    struct ledger_field two[3] = {
        {TEXT("type"), TEXT("t")}, {TEXT("time"), TEXT("1")}, {TEXT("x"), TEXT("y")}};
    struct ledger_row rows[2] = {{TEXT("a"), TEXT("1"), {{0}}}, {TEXT("a"), TEXT("2"), {{0}}}};
    struct ledger_entry good = {.field_count = 3, .field = two, .row_count = 2, .row = rows};
    assert_int_equal(ledger_entry_leaf(&good, &leaf, &error), 0);
#define REFUSED(change, undo)                                                                                \
    do {                                                                                                     \
        change;                                                                                              \
        assert_int_equal(ledger_entry_leaf(&good, &leaf, &error), ERROR_INPUT);                              \
        assert_int_equal(ledger_entry_encode(arena, &good, &body, &error), ERROR_INPUT);                     \
        undo;                                                                                                \
    } while (0)
    REFUSED(good.field_count = 1, good.field_count = 3);
    REFUSED(good.field_count = LEDGER_ENTRY_FIELDS_MAX + 1, good.field_count = 3);
    REFUSED(good.row_count = LEDGER_ENTRY_ROWS_MAX + 1, good.row_count = 2);
    REFUSED(two[0].name = TEXT("kind"), two[0].name = TEXT("type"));
    REFUSED(two[1].name = TEXT("when"), two[1].name = TEXT("time"));
    REFUSED(two[2].name = TEXT("time"), two[2].name = TEXT("x"));
    REFUSED(two[2].name = TEXT(""), two[2].name = TEXT("x"));
    REFUSED(two[2].name = TEXT("\xff"), two[2].name = TEXT("x"));
    REFUSED(rows[1].key = TEXT("1"), rows[1].key = TEXT("2"));
    REFUSED(rows[1].key = TEXT("0"), rows[1].key = TEXT("2"));
    REFUSED(rows[0].table = TEXT(""), rows[0].table = TEXT("a"));
    REFUSED(rows[1].key = TEXT("\xc3"), rows[1].key = TEXT("2"));
    char *name = arena_alloc(arena, 256);
    memset(name, 'n', 256);
    REFUSED(two[2].name = ((struct text){name, 256}), two[2].name = ((struct text){name, 255}));
    assert_int_equal(ledger_entry_leaf(&good, &leaf, &error), 0);
    char *huge = arena_alloc(arena, LEDGER_ENTRY_BODY_MAX);
    two[2].value = (struct text){huge, LEDGER_ENTRY_BODY_MAX};
    assert_int_equal(ledger_entry_encode(arena, &good, &body, &error), ERROR_TOO_LARGE);
    assert_int_equal(ledger_entry_parse(arena, (struct text){huge, LEDGER_ENTRY_BODY_MAX}, &entry, &error),
                     ERROR_INPUT);
}

/* Each place has a salt of its own, so the same field at two places looks different. */
static void places_have_their_own_salt(void **state)
{
    (void)state;
    HASHER_SCOPE struct ledger_hasher hasher;
    ledger_hasher_open(&hasher);
    uint8_t item_salt[20][LEDGER_SALT_SIZE];
    for (size_t i = 0; i < 20; i++) {
        ledger_item_salt(&hasher, salt, i, item_salt[i]);
        for (size_t j = 0; j < i; j++)
            assert_memory_not_equal(item_salt[i], item_salt[j], LEDGER_SALT_SIZE);
    }
}

static struct ledger_hash commitment_by_library(size_t place, const char *tag, struct text first, struct text second,
                                                struct text digest)
{
    struct ledger_hash hash;
    unsigned size = 0;
    struct buffer about = buffer_in(arena), said = buffer_in(arena);
    buffer_bytes(&about, "ledger/salt/v1\0", 16);
    buffer_u32(&about, (uint32_t)place);
    buffer_char(&about, 1);
    HMAC(EVP_sha256(), salt, sizeof salt, (const unsigned char *)about.p, about.n, hash.byte, &size);
    char tag_block[16] = {0};
    memcpy(tag_block, tag, strlen(tag));
    buffer_bytes(&said, tag_block, sizeof tag_block);
    buffer_bytes(&said, hash.byte, sizeof hash.byte);
    buffer_u32(&said, (uint32_t)first.n);
    buffer_text(&said, first);
    buffer_u32(&said, (uint32_t)second.n);
    buffer_text(&said, second);
    buffer_text(&said, digest);
    assert_false(buffer_failed(&about) || buffer_failed(&said));
    assert_int_equal(EVP_Digest(said.p, said.n, hash.byte, &size, EVP_sha256(), NULL), 1);
    return hash;
}

/*
 * Commitments of fields and rows of all lengths about the ends of blocks, and past what is hashed several at a time, are
 * what the library makes of them one by one.
 */
static void commitments_of_all_lengths(void **state)
{
    (void)state;
    enum { FIELDS = 400, ROWS = 250 };
    char long_text[FIELDS];
    memset(long_text, 'x', sizeof long_text);
    struct ledger_entry_builder builder = ledger_entry_begin(arena, salt, TEXT("t"), TEXT("0"));
    for (unsigned i = 2; i < FIELDS; i++)
        ledger_entry_add(&builder, arena_format(arena, "%03u", i), (struct text){long_text, i - 2});
    for (unsigned i = 1; i <= ROWS; i++)
        ledger_entry_add_row(&builder, TEXT("row"), (struct text){long_text, i}, arena_format(arena, "%u", i));
    struct ledger_entry entry;
    assert_int_equal(ledger_entry_finish(&builder, &entry, &error), 0);
    struct ledger_hash *made = ARENA_ARRAY(arena, struct ledger_hash, FIELDS + ROWS);
    HASHER_SCOPE struct ledger_hasher hasher;
    ledger_hasher_open(&hasher);
    ledger_commit_entry(&hasher, &entry, made);
    for (size_t i = 0; i < FIELDS; i++) {
        struct ledger_hash one =
            commitment_by_library(i, "ledger/field/v1", entry.field[i].name, entry.field[i].value, TEXT(""));
        assert_memory_equal(made[i].byte, one.byte, sizeof one.byte);
    }
    for (size_t i = 0; i < ROWS; i++) {
        const struct ledger_row *row = &entry.row[i];
        struct ledger_hash one = commitment_by_library(FIELDS + i, "ledger/row/v1", row->table, row->key,
                                                       (struct text){(const char *)row->digest.byte, LEDGER_HASH_SIZE});
        assert_memory_equal(made[FIELDS + i].byte, one.byte, sizeof one.byte);
    }
}

/* What opens is the entry, with the key that its rows are digested under; with a leaf of another it does not. */
static void opens_by_its_leaf(void **state)
{
    (void)state;
    struct ledger_entry entry = small_entry(), opened;
    struct ledger_hash row_key, alone = test_row_key(salt);
    struct ledger_leaf leaf;
    struct text body, again;
    assert_int_equal(ledger_entry_encode(arena, &entry, &body, &error), 0);
    assert_int_equal(ledger_entry_leaf(&entry, &leaf, &error), 0);
    assert_int_equal(ledger_entry_open(arena, body, &leaf, &opened, &row_key, &error), 0);
    assert_memory_equal(row_key.byte, alone.byte, sizeof alone.byte);
    assert_int_equal(ledger_entry_encode(arena, &opened, &again, &error), 0);
    assert_true(text_equal(body, again));
    for (size_t i = 0; i < sizeof leaf.byte; i++) {
        leaf.byte[i] ^= 1;
        assert_int_equal(open_body(body, &leaf), ERROR_CHECK);
        leaf.byte[i] ^= 1;
    }
}

/* Many rows in any order; what was written twice has its last content. A full arena is told at the end. */
static void building(void **state)
{
    (void)state;
    struct ledger_entry entry;
    struct ledger_entry_builder builder = ledger_entry_begin(arena, salt, TEXT("t"), TEXT("0"));
    for (unsigned i = 0; i < 300; i++) {
        unsigned key = i * 7 % 100;
        ledger_entry_add_row(&builder, TEXT("row"), arena_format(arena, "%03u", key),
                             arena_format(arena, "content %u", i));
    }
    for (unsigned i = 0; i < 50; i++)
        ledger_entry_add(&builder, arena_format(arena, "f%u", i), TEXT("v"));
    assert_int_equal(ledger_entry_finish(&builder, &entry, &error), 0);
    assert_int_equal(entry.field_count, 52);
    assert_int_equal(entry.row_count, 100);
    for (unsigned i = 200; i < 300; i++) {
        unsigned key = i * 7 % 100;
        struct ledger_hash digest = row_digest(salt, TEXT("row"), arena_format(arena, "%03u", key),
                                                      arena_format(arena, "content %u", i));
        assert_memory_equal(entry.row[key].digest.byte, digest.byte, 32);
    }
    ledger_entry_add(&builder, TEXT("f1"), TEXT("again"));
    assert_int_equal(ledger_entry_finish(&builder, &entry, &error), ERROR_INPUT);

    ARENA_SCOPE struct arena *small = arena_new(2048, ARENA_PLAIN);
    builder = ledger_entry_begin(small, salt, TEXT("t"), TEXT("0"));
    for (unsigned i = 0; i < 300; i++)
        ledger_entry_add(&builder, TEXT("f"), TEXT("v"));
    assert_int_equal(ledger_entry_finish(&builder, &entry, &error), ERROR_TOO_LARGE);
}

/* As many fields and rows as the format has, and none more: what could be written could not be opened. */
static void as_many_as_there_may_be(void **state)
{
    (void)state;
    enum { FIELDS = LEDGER_ENTRY_FIELDS_MAX, ROWS = LEDGER_ENTRY_ROWS_MAX };
    struct arena *room = arena_new(128 << 20, ARENA_PLAIN);
    struct ledger_field *field = ARENA_ARRAY(room, struct ledger_field, FIELDS + 1);
    struct ledger_row *row = ARENA_ARRAY(room, struct ledger_row, ROWS + 1);
    struct ledger_leaf leaf;
    struct text body;
    assert_true(field && row);
    for (int i = 0; i <= FIELDS; i++)
        field[i] = (struct ledger_field){arena_format(room, "f%04d", i), TEXT("v")};
    field[0] = (struct ledger_field){TEXT("type"), TEXT("t")};
    field[1] = (struct ledger_field){TEXT("time"), TEXT("1")};
    for (int i = 0; i <= ROWS; i++)
        row[i] = (struct ledger_row){TEXT("a"), arena_format(room, "%05d", i), {{0}}};
    struct ledger_entry entry = {.field_count = FIELDS, .field = field, .row_count = ROWS, .row = row}, again;
    assert_int_equal(ledger_entry_leaf(&entry, &leaf, &error), 0);
    entry.row_count = ROWS + 1;
    assert_int_equal(ledger_entry_leaf(&entry, &leaf, &error), ERROR_INPUT);
    entry.row_count = 1;
    assert_int_equal(ledger_entry_encode(room, &entry, &body, &error), 0);
    assert_int_equal(ledger_entry_parse(room, body, &again, &error), 0);
    assert_true(again.field_count == FIELDS && again.row_count == 1);
    entry.field_count = FIELDS + 1;
    assert_int_equal(ledger_entry_leaf(&entry, &leaf, &error), ERROR_INPUT);
    assert_int_equal(ledger_entry_encode(room, &entry, &body, &error), ERROR_INPUT);
    arena_free(&room);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hmac_is_hmac),
        cmocka_unit_test(places_have_their_own_salt),
        cmocka_unit_test(body_both_ways),
        cmocka_unit_test(every_bit_of_the_body_counts),
        cmocka_unit_test(rules),
        cmocka_unit_test(as_many_as_there_may_be),
        cmocka_unit_test(equal_values_do_not_show),
        cmocka_unit_test(commitments_of_all_lengths),
        cmocka_unit_test(opens_by_its_leaf),
        cmocka_unit_test(building),
        cmocka_unit_test(counts_are_committed),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
