/*
 * ML-KEM, the ring it reckons in, and hybrid keys. Started as `agreement SEED CHANCE PLACE BITS` it prints what another
 * implementation is compared with: tests/vault/hybrid_npm.mjs.
 */
#include "pieces.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/bytes.h"
#include "hybrid/hybrid.h"
#include "hybrid/keccak.h"
#include "hybrid/mlkem.h"
#include "hybrid/ring.h"

static struct ring_poly some(uint32_t seed)
{
    struct ring_poly poly;
    for (int i = 0; i < RING_SIZE; i++) {
        seed = seed * 1664525 + 1013904223;
        poly.c[i] = (uint16_t)((seed >> 8) % RING_MODULUS);
    }
    return poly;
}

/* Term by term, modulo X^256 + 1. */
static struct ring_poly by_hand(const struct ring_poly *a, const struct ring_poly *b)
{
    int64_t sum[RING_SIZE] = {0};
    struct ring_poly out;
    for (int i = 0; i < RING_SIZE; i++)
        for (int k = 0; k < RING_SIZE; k++)
            sum[(i + k) % RING_SIZE] += (i + k < RING_SIZE ? 1 : -1) * (int64_t)a->c[i] * b->c[k];
    for (int i = 0; i < RING_SIZE; i++)
        out.c[i] = (uint16_t)((sum[i] % RING_MODULUS + RING_MODULUS) % RING_MODULUS);
    return out;
}

static void test_product(void **state)
{
    (void)state;
    for (uint32_t round = 1; round < 50; round++) {
        struct ring_poly a = some(round), b = some(round * 77), product = {{0}}, wanted = by_hand(&a, &b), back = a;
        ring_transform(&back);
        ring_transform_back(&back);
        assert_memory_equal(&back, &a, sizeof a);
        ring_transform(&a);
        ring_transform(&b);
        ring_multiply_add(&a, &b, &product);
        ring_transform_back(&product);
        assert_memory_equal(&product, &wanted, sizeof wanted);
    }
}

/* Every number there is, against a division; and what is packed comes back. */
static void test_rounding(void **state)
{
    (void)state;
    static const unsigned widths[] = {1, 4, 10};
    for (size_t w = 0; w < sizeof widths / sizeof *widths; w++) {
        unsigned bits = widths[w], range = 1U << bits;
        for (unsigned first = 0; first < RING_MODULUS; first += RING_SIZE) {
            struct ring_poly poly, back;
            uint8_t packed[32 * 12];
            for (unsigned i = 0; i < RING_SIZE; i++)
                poly.c[i] = (uint16_t)((first + i) % RING_MODULUS);
            ring_compress(&poly, bits);
            for (unsigned i = 0; i < RING_SIZE; i++)
                assert_int_equal(poly.c[i], ((first + i) % RING_MODULUS * 2 * range + RING_MODULUS) / (2 * RING_MODULUS) % range);
            ring_pack(&poly, bits, packed);
            ring_unpack(packed, bits, &back);
            assert_memory_equal(&back, &poly, sizeof poly);
            ring_decompress(&back, bits);
            for (unsigned i = 0; i < RING_SIZE; i++)
                assert_int_equal(back.c[i], (2 * RING_MODULUS * poly.c[i] + range) / (2 * range));
        }
    }
}

/* Worked out by another implementation, of the seed 0, 1, 2... and the chance 200, 199, 198... */
static void test_known(void **state)
{
    (void)state;
    static const struct {
        const char *digest_of_key, *digest_of_share, *secret, *refused;
    } known = {"a24e16d8f8f9383a95b77050f4d9fd2f5733eec1d63ef3c23ebf9918173669a7",
               "359bd105f06b2f7817f4f6c2b34e699c1314ba857b21c1e3e9c8cfe1e583c8f5",
               "9be827c5722456b406997307ed9f552b0f128bd2e9f7a7b352d4ba08bfb8e0ec",
               "089332a36a51e9ae9568c37da9d024e089f0c55ece7041052f348fdecb91c19a"};
    uint8_t seed[MLKEM_SEED], chance[32], key[MLKEM_PUBLIC], share[MLKEM_SHARE], secret[32], opened[32], digest[32], wanted[32];
    for (size_t i = 0; i < sizeof seed; i++)
        seed[i] = (uint8_t)i;
    for (size_t i = 0; i < sizeof chance; i++)
        chance[i] = (uint8_t)(200 - i);
    assert_int_equal(mlkem_public(seed, key, NULL), 0);
    assert_int_equal(keccak_256(key, sizeof key, digest, NULL), 0);
    assert_true(hex_decode(text_of(known.digest_of_key), wanted, 32) && memcmp(digest, wanted, 32) == 0);
    assert_int_equal(mlkem_seal(key, chance, share, secret, NULL), 0);
    assert_int_equal(keccak_256(share, sizeof share, digest, NULL), 0);
    assert_true(hex_decode(text_of(known.digest_of_share), wanted, 32) && memcmp(digest, wanted, 32) == 0);
    assert_true(hex_decode(text_of(known.secret), wanted, 32) && memcmp(secret, wanted, 32) == 0);
    assert_int_equal(mlkem_open(seed, share, opened, NULL), 0);
    assert_memory_equal(opened, secret, 32);
    share[5] ^= 1;
    assert_int_equal(mlkem_open(seed, share, opened, NULL), 0);
    assert_true(hex_decode(text_of(known.refused), wanted, 32) && memcmp(opened, wanted, 32) == 0);
}

/* A coefficient of 3329 or more is one below it in disguise: two texts for one key. */
static void test_canonical(void **state)
{
    (void)state;
    struct vault_identity identity;
    struct vault_recipient recipient, again;
    char text[VAULT_RECIPIENT_LENGTH + 1], secret[VAULT_IDENTITY_LENGTH + 1];
    vault_identity_new_hybrid(&identity);
    assert_int_equal(vault_identity_recipient(&identity, &recipient, NULL), 0);
    vault_recipient_format(&recipient, text);
    assert_int_equal(strlen(text), VAULT_RECIPIENT_LENGTH);
    assert_int_equal(vault_recipient_parse(text_of(text), &again, NULL), 0);
    assert_int_equal(again.way, VAULT_BY_HYBRID);
    assert_memory_equal(again.point, recipient.point, sizeof recipient.point);
    for (size_t i = 0; i < 3 * RING_SIZE; i += 101) {
        again = recipient;
        size_t at = i * 3 / 2;
        again.point[at] = 0xff; /* 12 bits of ones stand for more than any coefficient */
        again.point[at + 1] |= i % 2 ? 0xf0 : 0x0f;
        if (i % 2)
            again.point[at + 1] = 0xff, again.point[at] |= 0xf0;
        assert_false(hybrid_public_valid(again.point));
        vault_recipient_format(&again, text);
        assert_int_equal(vault_recipient_parse(text_of(text), &again, NULL), ERROR_INPUT);
    }
    vault_identity_format(&identity, secret);
    assert_true(text_starts(text_of(secret), TEXT("AGE-SECRET-KEY-PQ-1")));
    struct vault_identity back;
    assert_int_equal(vault_identity_parse(text_of(secret), &back, NULL), 0);
    assert_int_equal(back.way, VAULT_BY_HYBRID);
    assert_memory_equal(back.scalar, identity.scalar, sizeof back.scalar);
    secret[40] = secret[40] == 'Q' ? 'P' : 'Q';
    assert_int_equal(vault_identity_parse(text_of(secret), &back, NULL), ERROR_INPUT);
}

/* For this key only; each time another share; no altered bit is let through. */
static void test_wrapping(void **state)
{
    (void)state;
    const uint8_t plain[16] = "sixteen letters";
    uint8_t seed[32], other[32], key[HYBRID_PUBLIC], share[HYBRID_SHARE], second[HYBRID_SHARE], wrapped[HYBRID_WRAPPED], out[16];
    bool fits;
    bytes_random(seed, sizeof seed);
    bytes_random(other, sizeof other);
    assert_int_equal(hybrid_public(seed, key, NULL), 0);
    assert_int_equal(hybrid_wrap(key, plain, second, wrapped, NULL), 0);
    assert_int_equal(hybrid_wrap(key, plain, share, wrapped, NULL), 0);
    assert_memory_not_equal(share, second, 32);
    assert_int_equal(hybrid_unwrap(seed, share, wrapped, out, &fits, NULL), 0);
    assert_true(fits);
    assert_memory_equal(out, plain, sizeof plain);
    assert_int_equal(hybrid_unwrap(other, share, wrapped, out, &fits, NULL), 0);
    assert_false(fits);
    for (size_t i = 0; i < sizeof share; i += 13) {
        memcpy(second, share, sizeof share);
        second[i] ^= (uint8_t)(1 << i % 7);
        assert_int_equal(hybrid_unwrap(seed, second, wrapped, out, &fits, NULL), 0);
        assert_false(fits);
    }
    for (size_t i = 0; i < sizeof wrapped; i++) {
        wrapped[i] ^= 1;
        assert_int_equal(hybrid_unwrap(seed, share, wrapped, out, &fits, NULL), 0);
        assert_false(fits);
        wrapped[i] ^= 1;
    }
    memset(share + MLKEM_SHARE, 0, 32);
    assert_int_equal(hybrid_unwrap(seed, share, wrapped, out, &fits, NULL), ERROR_INPUT);
    memset(key + MLKEM_PUBLIC, 0, 32);
    assert_int_equal(hybrid_wrap(key, plain, share, wrapped, NULL), ERROR_INVALID);
}

static void print_hex(const uint8_t *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        printf("%02x", p[i]);
    putchar('\n');
}

static int print_agreement(char **argv)
{
    uint8_t seed[MLKEM_SEED], chance[32], key[MLKEM_PUBLIC], share[MLKEM_SHARE], secret[32];
    int64_t place, bits;
    if (!hex_decode(text_of(argv[2]), seed, sizeof seed) || !hex_decode(text_of(argv[3]), chance, sizeof chance) ||
        !text_to_int64(text_of(argv[4]), &place) || place < 0 || place >= MLKEM_SHARE || !text_to_int64(text_of(argv[5]), &bits))
        return 2;
    if (mlkem_public(seed, key, NULL) || mlkem_seal(key, chance, share, secret, NULL))
        return 3;
    print_hex(key, sizeof key);
    print_hex(share, sizeof share);
    print_hex(secret, sizeof secret);
    share[place] ^= (uint8_t)bits;
    if (mlkem_open(seed, share, secret, NULL))
        return 3;
    print_hex(secret, sizeof secret);
    return 0;
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_product),   cmocka_unit_test(test_rounding), cmocka_unit_test(test_known),
        cmocka_unit_test(test_canonical), cmocka_unit_test(test_wrapping),
    };
    if (argc == 6 && strcmp(argv[1], "agreement") == 0)
        return print_agreement(argv);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
