/* Sealed records. */
#include "pieces.h"

#include <sodium.h>
#include <string.h>
#include "base/bytes.h"

static void test_both_ways(void **state)
{
    (void)state;
    uint8_t key[VAULT_RECORD_KEY];
    bytes_random(key, sizeof key);
    static char plain[70000];
    memset(plain, 'p', sizeof plain);
    for (size_t n = 0; n <= sizeof plain; n = n * 3 + 1) {
        ARENA_SCOPE struct arena *arena = arena_new(1 << 20, ARENA_SECRET);
        struct text sealed, again, opened;
        assert_int_equal(
            vault_record_seal(arena, key, TEXT("share/7/reason"), (struct text){plain, n}, &sealed, NULL), 0);
        assert_int_equal(
            vault_record_seal(arena, key, TEXT("share/7/reason"), (struct text){plain, n}, &again, NULL), 0);
        assert_int_equal(sealed.n, n + VAULT_RECORD_OVERHEAD);
        assert_int_equal(sealed.p[0], 2);
        assert_false(text_equal(sealed, again));
        assert_int_equal(vault_record_open(arena, key, TEXT("share/7/reason"), sealed, &opened, NULL), 0);
        assert_true(text_equal(opened, (struct text){plain, n}));
        assert_int_equal(opened.p[n], '\0');
    }
}

static void test_refused(void **state)
{
    (void)state;
    ARENA_SCOPE struct arena *arena = arena_new(1 << 20, ARENA_SECRET);
    uint8_t key[VAULT_RECORD_KEY];
    bytes_random(key, sizeof key);
    struct text sealed, opened;
    assert_int_equal(vault_record_seal(arena, key, TEXT("a"), TEXT("plain"), &sealed, NULL), 0);
    assert_int_equal(vault_record_open(arena, key, TEXT("b"), sealed, &opened, NULL), ERROR_CHECK);
    assert_int_equal(vault_record_open(arena, key, TEXT(""), sealed, &opened, NULL), ERROR_CHECK);
    assert_int_equal(vault_record_open(arena, key, TEXT("aa"), sealed, &opened, NULL), ERROR_CHECK);
    for (size_t n = 0; n < sealed.n; n++)
        assert_int_equal(vault_record_open(arena, key, TEXT("a"), text_cut(sealed, 0, n), &opened, NULL),
                         n < VAULT_RECORD_OVERHEAD ? ERROR_INPUT : ERROR_CHECK);
    char *p = arena_string(arena, sealed);
    for (size_t bit = 0; bit < sealed.n * 8; bit++) {
        p[bit / 8] = (char)(p[bit / 8] ^ (1 << bit % 8));
        assert_int_equal(vault_record_open(arena, key, TEXT("a"), (struct text){p, sealed.n}, &opened, NULL),
                         bit < 8 ? ERROR_INPUT : ERROR_CHECK);
        p[bit / 8] = (char)(p[bit / 8] ^ (1 << bit % 8));
    }
    assert_int_equal(vault_record_open(arena, key, TEXT("a"), (struct text){p, sealed.n}, &opened, NULL), 0);
    key[31] ^= 1;
    assert_int_equal(vault_record_open(arena, key, TEXT("a"), sealed, &opened, NULL), ERROR_CHECK);
}

/* Every byte of it, or two records under one key could meet. */
static void test_nonce_is_all_chance(void **state)
{
    (void)state;
    enum { NONCE = 24, TIMES = 40 };
    ARENA_SCOPE struct arena *arena = arena_new(1 << 20, ARENA_SECRET);
    uint8_t key[VAULT_RECORD_KEY] = {1};
    struct text first, other;
    bool changed[NONCE] = {false};
    assert_int_equal(vault_record_seal(arena, key, TEXT("a"), TEXT("plain"), &first, NULL), 0);
    for (int i = 0; i < TIMES; i++) {
        assert_int_equal(vault_record_seal(arena, key, TEXT("a"), TEXT("plain"), &other, NULL), 0);
        for (size_t at = 0; at < NONCE; at++)
            changed[at] = changed[at] || first.p[1 + at] != other.p[1 + at];
    }
    for (size_t at = 0; at < NONCE; at++)
        assert_true(changed[at]);
}

/* What opens one record opens no other, not even one sealed under the same key. */
static void test_opener(void **state)
{
    (void)state;
    ARENA_SCOPE struct arena *arena = arena_new(1 << 20, ARENA_SECRET);
    uint8_t key[VAULT_RECORD_KEY], opener[VAULT_RECORD_OPENER];
    bytes_random(key, sizeof key);
    struct text one, two, opened;
    assert_int_equal(vault_record_seal(arena, key, TEXT("a"), TEXT("plain"), &one, NULL), 0);
    assert_int_equal(vault_record_seal(arena, key, TEXT("a"), TEXT("plain"), &two, NULL), 0);
    assert_int_equal(vault_record_opener(key, one, opener, NULL), 0);
    assert_int_equal(vault_record_open_by(arena, opener, TEXT("a"), one, &opened, NULL), 0);
    assert_true(text_equal(opened, TEXT("plain")));
    assert_int_equal(vault_record_open_by(arena, opener, TEXT("b"), one, &opened, NULL), ERROR_CHECK);
    assert_int_equal(vault_record_open_by(arena, opener, TEXT("a"), two, &opened, NULL), ERROR_CHECK);
    assert_int_equal(vault_record_open_by(arena, key, TEXT("a"), one, &opened, NULL), ERROR_CHECK);

    /* other bytes of the commitment: what it opens to is the same, but it is not the record's one opener any more */
    char *p = arena_string(arena, one);
    p[1 + 24] = (char)(p[1 + 24] ^ 1);
    assert_int_equal(vault_record_open_by(arena, opener, TEXT("a"), (struct text){p, one.n}, &opened, NULL), ERROR_CHECK);
}

/* As homes of before have them; made by libsodium itself. */
static void test_version_1(void **state)
{
    (void)state;
    ARENA_SCOPE struct arena *arena = arena_new(1 << 20, ARENA_SECRET);
    uint8_t key[VAULT_RECORD_KEY], opener[VAULT_RECORD_OPENER];
    unsigned char sealed[1 + 24 + 5 + 16] = {1};
    bytes_random(key, sizeof key);
    bytes_random(sealed + 1, 24);
    crypto_aead_xchacha20poly1305_ietf_encrypt(sealed + 25, NULL, (const unsigned char *)"plain", 5,
                                               (const unsigned char *)"\1a", 2, NULL, sealed + 1, key);
    struct text record = {(const char *)sealed, sizeof sealed}, opened;
    assert_int_equal(vault_record_open(arena, key, TEXT("a"), record, &opened, NULL), 0);
    assert_true(text_equal(opened, TEXT("plain")));
    assert_int_equal(vault_record_open(arena, key, TEXT("b"), record, &opened, NULL), ERROR_CHECK);
    assert_int_equal(vault_record_opener(key, record, opener, NULL), ERROR_INVALID);
    assert_int_equal(vault_record_open_by(arena, key, TEXT("a"), record, &opened, NULL), ERROR_INVALID);
}

/* As homes of today have them: what the document says, made by libsodium. */
static void test_version_2(void **state)
{
    (void)state;
    ARENA_SCOPE struct arena *arena = arena_new(1 << 20, ARENA_SECRET);
    enum { NONCE = 24, COMMITMENT = 32, LABEL = 16 };
    uint8_t key[VAULT_RECORD_KEY], said[LABEL + VAULT_RECORD_OPENER] = "vault/opener/v1", opener[VAULT_RECORD_OPENER];
    unsigned char sealed[1 + NONCE + COMMITMENT + 5 + 16] = {2}, *nonce = sealed + 1, *commitment = nonce + NONCE;
    bytes_random(key, sizeof key);
    bytes_random(nonce, NONCE);
    crypto_core_hchacha20(said + LABEL, nonce, key, NULL);
    crypto_hash_sha256(commitment, said, sizeof said);
    crypto_aead_xchacha20poly1305_ietf_encrypt(commitment + COMMITMENT, NULL, (const unsigned char *)"plain", 5,
                                               (const unsigned char *)"\2a", 2, NULL, nonce, key);
    struct text record = {(const char *)sealed, sizeof sealed}, opened;
    assert_int_equal(vault_record_open(arena, key, TEXT("a"), record, &opened, NULL), 0);
    assert_true(text_equal(opened, TEXT("plain")));
    assert_int_equal(vault_record_opener(key, record, opener, NULL), 0);
    assert_memory_equal(opener, said + LABEL, sizeof opener);
}

static void test_arena_ceiling(void **state)
{
    (void)state;
    ARENA_SCOPE struct arena *arena = arena_new(1000, ARENA_SECRET);
    static char plain[5000];
    uint8_t key[VAULT_RECORD_KEY] = {0};
    struct text sealed;
    assert_int_equal(
        vault_record_seal(arena, key, TEXT("a"), (struct text){plain, sizeof plain}, &sealed, NULL),
        ERROR_TOO_LARGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_both_ways),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_nonce_is_all_chance),
        cmocka_unit_test(test_opener),
        cmocka_unit_test(test_version_1),
        cmocka_unit_test(test_version_2),
        cmocka_unit_test(test_arena_ceiling),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
