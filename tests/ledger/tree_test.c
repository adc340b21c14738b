/* Hashes, and the checking of proofs, against RFC 6962 written down as plainly as it can be. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base.h"
#include "ledger.h"
#include "support/plain_tree.h"

enum { LEAVES = 70 };
static struct ledger_hash leaf[LEAVES];

static int fill(void **state)
{
    (void)state;
    for (size_t i = 0; i < LEAVES; i++) {
        char data[2] = {(char)i, (char)(i * 7)};
        leaf[i] = ledger_hash_leaf((struct text){data, i % 3});
    }
    return 0;
}

static void same_hex(struct ledger_hash hash, const char *hex)
{
    ARENA_SCOPE struct arena *arena = arena_new(4096, ARENA_PLAIN);
    assert_true(text_equal(hex_encode(arena, hash.byte, sizeof hash.byte), text_of(hex)));
}

/* The eight leaves that Certificate Transparency's own tests use, with the roots they publish. */
static void known_roots(void **state)
{
    (void)state;
    static const struct text data[8] = {
        TEXT_INIT(""),
        TEXT_INIT("\x00"),
        TEXT_INIT("\x10"),
        TEXT_INIT("\x20\x21"),
        TEXT_INIT("\x30\x31"),
        TEXT_INIT("\x40\x41\x42\x43"),
        TEXT_INIT("\x50\x51\x52\x53\x54\x55\x56\x57"),
        TEXT_INIT("\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f"),
    };
    static const char *const root[9] = {
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    };
    struct ledger_hash hash[8];
    for (size_t i = 0; i < 8; i++)
        hash[i] = ledger_hash_leaf(data[i]);
    for (size_t n = 0; n <= 8; n++)
        same_hex(ledger_list_root(hash, n), root[n]);
    same_hex(ledger_hash_empty(), root[0]);
}

/* Another index, another root, a hash too few or too many. What a bit does, is below. */
static void inclusion_holds_and_breaks(void **state)
{
    (void)state;
    struct error error;
    size_t checks = 0;
    for (size_t n = 1; n <= LEAVES; n++) {
        struct ledger_head head = {n, ledger_list_root(leaf, n)};
        for (size_t i = 0; i < n; i++) {
            struct ledger_proof proof;
            plain_inclusion(leaf, n, i, &proof);
            assert_int_equal(ledger_inclusion_check(&head, i, &leaf[i], &proof, &error), 0);
            for (size_t other = 0; other < n + 2; other++)
                if (other != i)
                    assert_int_equal(ledger_inclusion_check(&head, other, &leaf[i], &proof, &error),
                                     ERROR_CHECK);
            struct ledger_head wrong = head;
            wrong.root.byte[(i + n) % 32] ^= 1;
            assert_int_equal(ledger_inclusion_check(&wrong, i, &leaf[i], &proof, &error), ERROR_CHECK);
            if (proof.count > 0) {
                proof.count--;
                assert_int_equal(ledger_inclusion_check(&head, i, &leaf[i], &proof, &error), ERROR_CHECK);
                proof.count++;
            }
            proof.count++;
            assert_int_equal(ledger_inclusion_check(&head, i, &leaf[i], &proof, &error), ERROR_CHECK);
            checks++;
        }
    }
    assert_int_equal(checks, LEAVES * (LEAVES + 1) / 2);
}

static void consistency_holds_and_breaks(void **state)
{
    (void)state;
    struct error error;
    for (size_t n = 1; n <= LEAVES; n++) {
        struct ledger_head to = {n, ledger_list_root(leaf, n)};
        for (size_t m = 1; m <= n; m++) {
            struct ledger_head from = {m, ledger_list_root(leaf, m)};
            struct ledger_proof proof;
            plain_consistency(leaf, n, m, &proof);
            assert_int_equal(ledger_consistency_check(&from, &to, &proof, &error), 0);
            struct ledger_head wrong = from;
            wrong.root.byte[31] ^= 1;
            assert_int_equal(ledger_consistency_check(&wrong, &to, &proof, &error), ERROR_CHECK);
            wrong = to;
            wrong.root.byte[0] ^= 0x80;
            assert_int_equal(ledger_consistency_check(&from, &wrong, &proof, &error), ERROR_CHECK);
            proof.count++;
            assert_int_equal(ledger_consistency_check(&from, &to, &proof, &error), ERROR_CHECK);
            if (proof.count > 1) {
                proof.count -= 2;
                assert_int_equal(ledger_consistency_check(&from, &to, &proof, &error), ERROR_CHECK);
            }
        }
    }
}

static void every_bit_counts(void **state)
{
    (void)state;
    struct error error;
    struct ledger_head from = {11, ledger_list_root(leaf, 11)}, to = {29, ledger_list_root(leaf, 29)};
    struct ledger_proof consistency, inclusion;
    plain_consistency(leaf, 29, 11, &consistency);
    plain_inclusion(leaf, 29, 17, &inclusion);
    assert_true(consistency.count >= 4 && inclusion.count >= 4);
    for (size_t bit = 0; bit < consistency.count * 256; bit++) {
        struct ledger_proof flipped = consistency;
        flipped.hash[bit / 256].byte[bit / 8 % 32] ^= (uint8_t)(1u << bit % 8);
        assert_int_equal(ledger_consistency_check(&from, &to, &flipped, &error), ERROR_CHECK);
    }
    for (size_t bit = 0; bit < inclusion.count * 256; bit++) {
        struct ledger_proof flipped = inclusion;
        flipped.hash[bit / 256].byte[bit / 8 % 32] ^= (uint8_t)(1u << bit % 8);
        assert_int_equal(ledger_inclusion_check(&to, 17, &leaf[17], &flipped, &error), ERROR_CHECK);
    }
    for (size_t bit = 0; bit < 256; bit++) {
        struct ledger_hash other = leaf[17];
        other.byte[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_int_equal(ledger_inclusion_check(&to, 17, &other, &inclusion, &error), ERROR_CHECK);
    }
}

static void growth(void **state)
{
    (void)state;
    struct error error;
    struct ledger_growth grown = {.from = {0, ledger_hash_empty()}, .to = {5, ledger_list_root(leaf, 5)}};
    assert_int_equal(ledger_growth_check(&grown, &error), 0);
    grown.from.root.byte[0] ^= 1;
    assert_int_equal(ledger_growth_check(&grown, &error), ERROR_CHECK);
    grown.from.root.byte[0] ^= 1;
    grown.proof.count = 1;
    assert_int_equal(ledger_growth_check(&grown, &error), ERROR_CHECK);
    grown = (struct ledger_growth){.from = {5, grown.to.root}, .to = {5, grown.to.root}};
    assert_int_equal(ledger_growth_check(&grown, &error), ERROR_CHECK);
    grown =
        (struct ledger_growth){.from = {5, ledger_list_root(leaf, 5)}, .to = {9, ledger_list_root(leaf, 9)}};
    plain_consistency(leaf, 9, 5, &grown.proof);
    assert_int_equal(ledger_growth_check(&grown, &error), 0);
    struct ledger_growth back = {.from = grown.to, .to = grown.from, .proof = grown.proof};
    assert_int_equal(ledger_growth_check(&back, &error), ERROR_CHECK);
    grown.proof.count = LEDGER_PROOF_MAX + 1;
    assert_int_equal(ledger_growth_check(&grown, &error), ERROR_CHECK);
    grown.proof.count = UINT32_MAX;
    assert_int_equal(ledger_growth_check(&grown, &error), ERROR_CHECK);
}

static void beyond_the_end(void **state)
{
    (void)state;
    const struct ledger_proof proof = {.count = 0};
    struct ledger_head none = {0, ledger_hash_empty()};
    struct error error;
    assert_int_equal(ledger_inclusion_check(&none, 0, &leaf[0], &proof, &error), ERROR_CHECK);
    struct ledger_head huge = {UINT64_MAX, leaf[0]};
    assert_int_equal(ledger_inclusion_check(&huge, UINT64_MAX - 1, &leaf[0], &proof, &error), ERROR_CHECK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_roots),      cmocka_unit_test(inclusion_holds_and_breaks),
        cmocka_unit_test(every_bit_counts), cmocka_unit_test(consistency_holds_and_breaks),
        cmocka_unit_test(growth),           cmocka_unit_test(beyond_the_end),
    };
    return cmocka_run_group_tests(tests, fill, NULL);
}
