/* Payloads and files sealed and opened piece by piece; broken ones; failing readers and writers. */
#include "pieces.h"

#include <stdlib.h>
#include <string.h>
#include <openssl/evp.h>
#include "base/bytes.h"
#include "length.h"

/* Around the edges of a chunk. */
static const size_t lengths[] = {0,     1,     15,     16,     17,     65535, 65536,
                                 65537, 65552, 131071, 131072, 131073, 200000};
static const size_t sizes[][2] = {{1 << 20, 1 << 20}, {65536, 65552}, {1000, 333},
                                  {65537, 17},        {31, 65551},    {65552, 65536}};
enum { LENGTHS = sizeof lengths / sizeof lengths[0], SIZES = sizeof sizes / sizeof sizes[0] };

static void seal_payload(const struct vault_file_key *key, const struct bytes *plain, size_t how,
                         struct bytes *out)
{
    VAULT_SEALER_SCOPE struct vault_sealer *sealer = NULL;
    uint8_t digest[VAULT_DIGEST], wanted[32];
    assert_int_equal(vault_sealer_new(key, true, &sealer, NULL), 0);
    assert_false(vault_sealer_digest(sealer, digest));
    assert_int_equal(run_pieces(stepper_sealer(sealer), plain->p, plain->n, sizes[how][0], sizes[how][1],
                                how % 2, out, NULL),
                     0);
    assert_int_equal(EVP_Digest(out->p, out->n, wanted, NULL, EVP_sha256(), NULL), 1);
    assert_true(vault_sealer_digest(sealer, digest));
    assert_memory_equal(digest, wanted, 32);
}

static int open_payload(const struct vault_file_key *key, const struct bytes *sealed, size_t how,
                        struct bytes *out, enum vault_verdict *verdict)
{
    VAULT_OPENER_SCOPE struct vault_opener *opener = NULL;
    assert_int_equal(vault_opener_new(key, &opener, NULL), 0);
    int result = run_pieces(stepper_opener(opener), sealed->p, sealed->n, sizes[how][0], sizes[how][1],
                            how % 2 == 0, out, NULL);
    *verdict = vault_opener_verdict(opener);
    assert_int_equal(vault_opener_done(opener), result == 0);
    return result;
}

static void test_payload_both_ways(void **state)
{
    (void)state;
    struct vault_file_key key = vault_file_key_new();
    for (size_t i = 0; i < LENGTHS; i++) {
        for (size_t how = 0; how < SIZES; how++) {
            struct bytes plain = bytes_made(lengths[i], (uint32_t)i + 1), sealed = {0}, opened = {0};
            enum vault_verdict verdict;
            seal_payload(&key, &plain, how, &sealed);
            assert_int_equal(sealed.n, payload_length(plain.n));
            assert_int_equal(open_payload(&key, &sealed, (how + 1) % SIZES, &opened, &verdict), 0);
            assert_int_equal(verdict, VAULT_GOOD);
            bytes_assert(&opened, &plain);
            bytes_free(&plain);
            bytes_free(&sealed);
            bytes_free(&opened);
        }
    }
}

/* Whatever is done to a payload, only true bytes from its beginning come out, and it fails. */
static void check_broken(const struct vault_file_key *key, const struct bytes *sealed,
                         const struct bytes *plain)
{
    for (size_t how = 0; how < SIZES; how++) {
        struct bytes opened = {0};
        enum vault_verdict verdict;
        int result = open_payload(key, sealed, how, &opened, &verdict);
        if (sealed->n < VAULT_NONCE) {
            assert_int_equal(result, ERROR_INPUT);
        } else {
            assert_int_equal(result, ERROR_CHECK);
            assert_int_equal(verdict, VAULT_PAYLOAD_BROKEN);
        }
        assert_true(opened.n <= plain->n);
        assert_int_equal(opened.n % VAULT_CHUNK == 0 || opened.n == plain->n, 1);
        assert_true(opened.n == 0 || memcmp(opened.p, plain->p, opened.n) == 0);
        bytes_free(&opened);
    }
}

static void test_payload_broken(void **state)
{
    (void)state;
    struct vault_file_key key = vault_file_key_new();
    static const size_t whole[] = {100, VAULT_CHUNK, 2 * VAULT_CHUNK, 2 * VAULT_CHUNK + 100};
    for (size_t i = 0; i < sizeof whole / sizeof whole[0]; i++) {
        struct bytes plain = bytes_made(whole[i], 7), sealed = {0};
        seal_payload(&key, &plain, 0, &sealed);
        size_t n = sealed.n;
        /* cut short */
        size_t cuts[] = {0,
                         1,
                         VAULT_NONCE - 1,
                         VAULT_NONCE,
                         VAULT_NONCE + 1,
                         VAULT_NONCE + 15,
                         VAULT_NONCE + 16,
                         n - 1,
                         n - 16,
                         n - 17,
                         VAULT_NONCE + VAULT_SEALED_CHUNK,
                         VAULT_NONCE + VAULT_SEALED_CHUNK + 1,
                         VAULT_NONCE + 2 * VAULT_SEALED_CHUNK};
        for (size_t k = 0; k < sizeof cuts / sizeof cuts[0]; k++) {
            if (cuts[k] >= n)
                continue;
            sealed.n = cuts[k];
            check_broken(&key, &sealed, &plain);
        }
        sealed.n = n;
        /* one bit turned: nonce, first byte, tags, last byte */
        size_t bits[] = {0, 15, 16, n / 2, n - 16, n - 1};
        for (size_t k = 0; k < sizeof bits / sizeof bits[0]; k++) {
            sealed.p[bits[k]] ^= 0x40;
            check_broken(&key, &sealed, &plain);
            sealed.p[bits[k]] ^= 0x40;
        }
        /* added to */
        struct bytes longer = {0};
        bytes_add(&longer, sealed.p, sealed.n);
        bytes_add(&longer, "x", 1);
        check_broken(&key, &longer, &plain);
        bytes_add(&longer, sealed.p + VAULT_NONCE, sealed.n - VAULT_NONCE);
        check_broken(&key, &longer, &plain);
        bytes_free(&longer);
        /* two chunks changed places */
        if (n > VAULT_NONCE + 2 * VAULT_SEALED_CHUNK) {
            struct bytes swapped = {0};
            bytes_add(&swapped, sealed.p, VAULT_NONCE);
            bytes_add(&swapped, sealed.p + VAULT_NONCE + VAULT_SEALED_CHUNK, VAULT_SEALED_CHUNK);
            bytes_add(&swapped, sealed.p + VAULT_NONCE, VAULT_SEALED_CHUNK);
            bytes_add(&swapped, sealed.p + VAULT_NONCE + 2 * VAULT_SEALED_CHUNK,
                      n - VAULT_NONCE - 2 * VAULT_SEALED_CHUNK);
            check_broken(&key, &swapped, &plain);
            bytes_free(&swapped);
        }
        /* another key */
        struct vault_file_key other = vault_file_key_new();
        check_broken(&other, &sealed, &plain);
        bytes_free(&plain);
        bytes_free(&sealed);
    }
}

static void test_failed_stays_failed(void **state)
{
    (void)state;
    struct vault_file_key key = vault_file_key_new();
    struct bytes plain = bytes_made(10, 1), sealed = {0};
    seal_payload(&key, &plain, 0, &sealed);
    sealed.p[20] ^= 1;
    VAULT_OPENER_SCOPE struct vault_opener *opener = NULL;
    uint8_t room[64];
    assert_int_equal(vault_opener_new(&key, &opener, NULL), 0);
    struct vault_flow flow = {sealed.p, sealed.n, room, sizeof room};
    assert_int_equal(vault_opener_step(opener, &flow, true, NULL), ERROR_CHECK);
    assert_int_equal(flow.out_left, sizeof room);
    sealed.p[20] ^= 1; /* the same chunk once more, as it should have been: the nonce has been taken */
    flow = (struct vault_flow){sealed.p + VAULT_NONCE, sealed.n - VAULT_NONCE, room, sizeof room};
    assert_int_equal(vault_opener_step(opener, &flow, true, NULL), ERROR_CHECK);
    assert_int_equal(flow.out_left, sizeof room);
    assert_false(vault_opener_done(opener));
    bytes_free(&plain);
    bytes_free(&sealed);
}

static void test_two_seals_differ(void **state)
{
    (void)state;
    struct vault_file_key key = vault_file_key_new();
    struct bytes plain = bytes_made(1000, 3), a = {0}, b = {0};
    seal_payload(&key, &plain, 0, &a);
    seal_payload(&key, &plain, 0, &b);
    assert_memory_not_equal(a.p, b.p, 16);
    assert_memory_not_equal(a.p + 16, b.p + 16, 64);
    bytes_free(&plain);
    bytes_free(&a);
    bytes_free(&b);
}

static void test_files_both_ways(void **state)
{
    (void)state;
    struct vault_identity mine[2];
    struct vault_recipient theirs[2];
    for (int i = 0; i < 2; i++) {
        vault_identity_new(&mine[i]);
        assert_int_equal(vault_identity_recipient(&mine[i], &theirs[i], NULL), 0);
    }
    for (size_t i = 0; i < LENGTHS; i++) {
        for (size_t how = 0; how < 2 * SIZES; how++) {
            struct bytes plain = bytes_made(lengths[i], 99), sealed = {0}, opened = {0};
            bool armor = how >= SIZES;
            const size_t *in = sizes[how % SIZES], *out = sizes[(how + 2) % SIZES];
            VAULT_FILE_SEALER_SCOPE struct vault_file_sealer *sealer = NULL;
            VAULT_FILE_OPENER_SCOPE struct vault_file_opener *opener = NULL;
            assert_int_equal(vault_file_sealer_new(theirs, 2, armor, &sealer, NULL), 0);
            assert_int_equal(run_pieces(stepper_file_sealer(sealer), plain.p, plain.n, in[0], in[1], how % 2,
                                        &sealed, NULL),
                             0);
            assert_int_equal(memcmp(sealed.p, armor ? "-----BEGIN AGE" : "age-encryption", 14), 0);
            assert_int_equal(vault_file_opener_new(&mine[how % 2], 1, &opener, NULL), 0);
            assert_int_equal(run_pieces(stepper_file_opener(opener), sealed.p, sealed.n, out[0], out[1],
                                        i % 2, &opened, NULL),
                             0);
            assert_true(vault_file_opener_done(opener));
            bytes_assert(&opened, &plain);
            bytes_free(&plain);
            bytes_free(&sealed);
            bytes_free(&opened);
        }
    }
}

/* From a reader that gives little at a time to a writer, with more than one buffer so that the thread works.
 */
static void test_reader_to_writer(void **state)
{
    (void)state;
    struct vault_identity mine;
    struct vault_recipient theirs;
    vault_identity_new(&mine);
    assert_int_equal(vault_identity_recipient(&mine, &theirs, NULL), 0);
    static const size_t sums[] = {0, 5, 1 << 20, (1 << 20) - 232, 5000000, 9 << 20};
    for (size_t i = 0; i < 2 * sizeof sums / sizeof sums[0]; i++) {
        struct bytes plain = bytes_made(sums[i / 2], 4);
        struct memory_reader in = {plain.p, plain.n, 70001};
        struct memory_writer sealed = {0}, opened = {0};
        struct vault_reader reader = reader_of(&in);
        struct vault_writer writer = writer_of(&sealed);
        enum vault_verdict verdict = VAULT_PAYLOAD_BROKEN;
        assert_int_equal(vault_file_seal(&reader, &writer, &theirs, 1, i % 2, NULL), 0);
        in = (struct memory_reader){sealed.bytes.p, sealed.bytes.n, 70001};
        writer = writer_of(&opened);
        assert_int_equal(vault_file_open(&reader, &writer, &mine, 1, &verdict, NULL), 0);
        assert_int_equal(verdict, VAULT_GOOD);
        bytes_assert(&opened.bytes, &plain);
        bytes_free(&plain);
        bytes_free(&sealed.bytes);
        bytes_free(&opened.bytes);
    }
}

static void test_failing_writer(void **state)
{
    (void)state;
    struct vault_identity mine;
    struct vault_recipient theirs;
    vault_identity_new(&mine);
    assert_int_equal(vault_identity_recipient(&mine, &theirs, NULL), 0);
    struct bytes plain = bytes_made(9 << 20, 5);
    struct memory_writer sealed = {0};
    struct memory_reader in = {plain.p, plain.n, 0};
    struct vault_reader reader = reader_of(&in);
    struct vault_writer writer = writer_of(&sealed);
    assert_int_equal(vault_file_seal(&reader, &writer, &theirs, 1, false, NULL), 0);
    /* at the first write, in the middle, at the last */
    size_t limits[] = {1, 4 << 20, sealed.bytes.n - 1};
    for (size_t i = 0; i < 3; i++) {
        struct memory_writer full = {.limit = limits[i]};
        struct error error = {0};
        enum vault_verdict verdict;
        writer = writer_of(&full);
        in = (struct memory_reader){plain.p, plain.n, 0};
        assert_int_equal(vault_file_seal(&reader, &writer, &theirs, 1, false, &error), ERROR_SYSTEM);
        assert_string_equal(error.what, "no space left");
        assert_true(full.bytes.n <= limits[i]);
        bytes_free(&full.bytes);
        full = (struct memory_writer){.limit = limits[i] - (i == 2 ? sealed.bytes.n - plain.n : 0)};
        in = (struct memory_reader){sealed.bytes.p, sealed.bytes.n, 0};
        assert_int_equal(vault_file_open(&reader, &writer, &mine, 1, &verdict, &error), ERROR_SYSTEM);
        assert_int_equal(verdict, VAULT_SYSTEM_FAILED);
        assert_string_equal(error.what, "no space left");
        size_t calls = full.calls; /* it is not called again once it failed */
        assert_true(full.bytes.n <= full.limit && calls <= full.bytes.n / (1 << 18) + 1);
        bytes_free(&full.bytes);
    }
    bytes_free(&plain);
    bytes_free(&sealed.bytes);
}

static int broken_read(void *self, void *buffer, size_t room, size_t *got, struct error *error)
{
    int *left = self;
    if ((*left)-- == 0)
        return error_set(error, ERROR_SYSTEM, "line", "", "connection lost");
    memset(buffer, 'a', room);
    *got = room;
    return 0;
}

static void test_failing_reader(void **state)
{
    (void)state;
    struct vault_identity mine;
    struct vault_recipient theirs;
    vault_identity_new(&mine);
    assert_int_equal(vault_identity_recipient(&mine, &theirs, NULL), 0);
    for (int i = 0; i < 6; i += 5) {
        int left = i;
        struct memory_writer out = {0};
        struct vault_reader reader = {broken_read, &left};
        struct vault_writer writer = writer_of(&out);
        struct error error = {0};
        assert_int_equal(vault_file_seal(&reader, &writer, &theirs, 1, false, &error), ERROR_SYSTEM);
        assert_string_equal(error.what, "connection lost");
        bytes_free(&out.bytes);
    }
}

/* What was verified before a broken chunk reaches the writer, and nothing after it. */
static void test_broken_late(void **state)
{
    (void)state;
    struct vault_identity mine;
    struct vault_recipient theirs;
    vault_identity_new(&mine);
    assert_int_equal(vault_identity_recipient(&mine, &theirs, NULL), 0);
    struct bytes plain = bytes_made(40 * VAULT_CHUNK, 5);
    struct memory_writer sealed = {0}, opened = {0};
    struct memory_reader in = {plain.p, plain.n, 0};
    struct vault_reader reader = reader_of(&in);
    struct vault_writer writer = writer_of(&sealed);
    assert_int_equal(vault_file_seal(&reader, &writer, &theirs, 1, false, NULL), 0);
    size_t header = sealed.bytes.n - payload_length(plain.n);
    sealed.bytes.p[header + VAULT_NONCE + 25 * VAULT_SEALED_CHUNK + 5] ^= 1;
    in = (struct memory_reader){sealed.bytes.p, sealed.bytes.n, 0};
    writer = writer_of(&opened);
    enum vault_verdict verdict;
    struct error error = {0};
    assert_int_equal(vault_file_open(&reader, &writer, &mine, 1, &verdict, &error), ERROR_CHECK);
    assert_int_equal(verdict, VAULT_PAYLOAD_BROKEN);
    assert_non_null(strstr(error.what, "chunk 25"));
    assert_int_equal(opened.bytes.n, 25 * VAULT_CHUNK);
    assert_memory_equal(opened.bytes.p, plain.p, 25 * VAULT_CHUNK);
    bytes_free(&plain);
    bytes_free(&sealed.bytes);
    bytes_free(&opened.bytes);
}

/* What has been decrypted before its tag is seen to be wrong does not stay where the caller could read it. */
static void test_unverified_is_wiped(void **state)
{
    (void)state;
    struct vault_file_key key = vault_file_key_new();
    struct bytes plain = bytes_made(1000, 5), sealed = {0};
    VAULT_OPENER_SCOPE struct vault_opener *opener = NULL;
    uint8_t room[2000] = {0};
    static const uint8_t nothing[sizeof room];
    seal_payload(&key, &plain, 0, &sealed);
    sealed.p[sealed.n - 1] ^= 1;
    assert_int_equal(vault_opener_new(&key, &opener, NULL), 0);
    struct vault_flow flow = {sealed.p, sealed.n, room, sizeof room};
    assert_int_equal(vault_opener_step(opener, &flow, true, NULL), ERROR_CHECK);
    assert_int_equal(flow.out_left, sizeof room);
    assert_memory_equal(room, nothing, sizeof room);
    bytes_free(&plain);
    bytes_free(&sealed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_payload_both_ways),   cmocka_unit_test(test_payload_broken),
        cmocka_unit_test(test_failed_stays_failed), cmocka_unit_test(test_two_seals_differ),
        cmocka_unit_test(test_files_both_ways),     cmocka_unit_test(test_reader_to_writer),
        cmocka_unit_test(test_failing_writer),      cmocka_unit_test(test_failing_reader),
        cmocka_unit_test(test_broken_late),         cmocka_unit_test(test_unverified_is_wiped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
