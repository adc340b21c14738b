#include "mlkem.h"

#include <string.h>
#include "base/bytes.h"
#include "keccak.h"
#include "ring.h"

/* Names and numbers of algorithms are those of FIPS 203. */
enum { K = RING_RANK, U_BITS = 10, V_BITS = 4, POLY_BYTES = 384, ROOT = 32 };

struct vector {
    struct ring_poly of[K];
};

/* The matrix that a root stands for; transposed for sealing. */
static int expand(const uint8_t root[ROOT], bool transposed, struct vector matrix[K], struct error *error)
{
    int result = 0;
    for (int row = 0; !result && row < K; row++)
        for (int column = 0; !result && column < K; column++)
            result = ring_uniform(root, (uint8_t)(transposed ? row : column), (uint8_t)(transposed ? column : row),
                                  &matrix[row].of[column], error);
    return result;
}

static int noise(const uint8_t seed[32], uint8_t first, struct vector *out, struct error *error)
{
    int result = 0;
    for (int i = 0; !result && i < K; i++)
        result = ring_noise(seed, (uint8_t)(first + i), &out->of[i], error);
    return result;
}

static void transform(struct vector *v)
{
    for (int i = 0; i < K; i++)
        ring_transform(&v->of[i]);
}

static struct ring_poly dot(const struct vector *a, const struct vector *b)
{
    struct ring_poly sum = {{0}};
    for (int i = 0; i < K; i++)
        ring_multiply_add(&a->of[i], &b->of[i], &sum);
    return sum;
}

/* K-PKE.KeyGen, algorithm 13: `secret` stays transformed. */
static int make_key(const uint8_t d[32], uint8_t public_key[MLKEM_PUBLIC], struct vector *secret, struct error *error)
{
    uint8_t seed[33], roots[64];
    struct vector matrix[K], error_vector;
    memcpy(seed, d, 32);
    seed[32] = K;
    int result = keccak_512(seed, sizeof seed, roots, error);
    if (!result)
        result = expand(roots, false, matrix, error);
    if (!result)
        result = noise(roots + 32, 0, secret, error);
    if (!result)
        result = noise(roots + 32, K, &error_vector, error);
    if (!result) {
        transform(secret);
        transform(&error_vector);
        for (int i = 0; i < K; i++) {
            struct ring_poly t = dot(&matrix[i], secret);
            ring_add(&error_vector.of[i], &t);
            ring_pack(&t, 12, public_key + i * POLY_BYTES);
        }
        memcpy(public_key + K * POLY_BYTES, roots, ROOT);
    }
    bytes_wipe(seed, sizeof seed);
    bytes_wipe(roots, sizeof roots);
    bytes_wipe(&error_vector, sizeof error_vector);
    return result;
}

/* K-PKE.Encrypt, algorithm 14. */
static int encrypt(const uint8_t public_key[MLKEM_PUBLIC], const uint8_t message[32], const uint8_t chance[32],
                   uint8_t share[MLKEM_SHARE], struct error *error)
{
    struct vector matrix[K], t, y, e1;
    struct ring_poly e2, m, v;
    for (int i = 0; i < K; i++)
        ring_unpack(public_key + i * POLY_BYTES, 12, &t.of[i]);
    int result = expand(public_key + K * POLY_BYTES, true, matrix, error);
    if (!result)
        result = noise(chance, 0, &y, error);
    if (!result)
        result = noise(chance, K, &e1, error);
    if (!result)
        result = ring_noise(chance, 2 * K, &e2, error);
    if (!result) {
        transform(&y);
        for (int i = 0; i < K; i++) {
            struct ring_poly u = dot(&matrix[i], &y);
            ring_transform_back(&u);
            ring_add(&e1.of[i], &u);
            ring_compress(&u, U_BITS);
            ring_pack(&u, U_BITS, share + i * 32 * U_BITS);
        }
        v = dot(&t, &y);
        ring_transform_back(&v);
        ring_add(&e2, &v);
        ring_unpack(message, 1, &m);
        ring_decompress(&m, 1);
        ring_add(&m, &v);
        ring_compress(&v, V_BITS);
        ring_pack(&v, V_BITS, share + K * 32 * U_BITS);
    }
    bytes_wipe(&y, sizeof y);
    bytes_wipe(&e1, sizeof e1);
    bytes_wipe(&e2, sizeof e2);
    bytes_wipe(&m, sizeof m);
    bytes_wipe(&v, sizeof v);
    return result;
}

/* K-PKE.Decrypt, algorithm 15. */
static void decrypt(const struct vector *secret, const uint8_t share[MLKEM_SHARE], uint8_t message[32])
{
    struct vector u;
    struct ring_poly v;
    for (int i = 0; i < K; i++) {
        ring_unpack(share + i * 32 * U_BITS, U_BITS, &u.of[i]);
        ring_decompress(&u.of[i], U_BITS);
    }
    transform(&u);
    ring_unpack(share + K * 32 * U_BITS, V_BITS, &v);
    ring_decompress(&v, V_BITS);
    struct ring_poly w = dot(secret, &u);
    ring_transform_back(&w);
    ring_subtract(&w, &v);
    ring_compress(&v, 1);
    ring_pack(&v, 1, message);
    bytes_wipe(&w, sizeof w);
    bytes_wipe(&v, sizeof v);
}

int mlkem_public(const uint8_t seed[MLKEM_SEED], uint8_t public_key[MLKEM_PUBLIC], struct error *error)
{
    struct vector secret;
    int result = make_key(seed, public_key, &secret, error);
    bytes_wipe(&secret, sizeof secret);
    return result;
}

bool mlkem_public_valid(const uint8_t public_key[MLKEM_PUBLIC])
{
    uint8_t again[POLY_BYTES];
    struct ring_poly t;
    bool valid = true;
    for (int i = 0; i < K; i++) {
        ring_unpack(public_key + i * POLY_BYTES, 12, &t);
        ring_reduce(&t);
        ring_pack(&t, 12, again);
        valid = valid && memcmp(again, public_key + i * POLY_BYTES, POLY_BYTES) == 0;
    }
    return valid;
}

/* What both sides make of the message: the secret, and the chance by which the share was made. */
static int derive(const uint8_t public_key[MLKEM_PUBLIC], const uint8_t message[32], uint8_t secret_and_chance[64],
                  struct error *error)
{
    uint8_t both[64];
    memcpy(both, message, 32);
    int result = keccak_256(public_key, MLKEM_PUBLIC, both + 32, error);
    if (!result)
        result = keccak_512(both, sizeof both, secret_and_chance, error);
    bytes_wipe(both, sizeof both);
    return result;
}

/* ML-KEM.Encaps_internal, algorithm 17. */
int mlkem_seal(const uint8_t public_key[MLKEM_PUBLIC], const uint8_t chance[32], uint8_t share[MLKEM_SHARE],
               uint8_t secret[MLKEM_SECRET], struct error *error)
{
    uint8_t derived[64];
    int result = derive(public_key, chance, derived, error);
    if (!result)
        result = encrypt(public_key, chance, derived + 32, share, error);
    memcpy(secret, derived, MLKEM_SECRET);
    bytes_wipe(derived, sizeof derived);
    return result;
}

/* ML-KEM.Decaps_internal, algorithm 18, with the key made from its seed each time. */
int mlkem_open(const uint8_t seed[MLKEM_SEED], const uint8_t share[MLKEM_SHARE], uint8_t secret[MLKEM_SECRET],
               struct error *error)
{
    uint8_t public_key[MLKEM_PUBLIC], message[32], derived[64], again[MLKEM_SHARE], refused[32 + MLKEM_SHARE];
    uint8_t otherwise[MLKEM_SECRET], differs = 0;
    struct vector key;
    int result = make_key(seed, public_key, &key, error);
    if (!result) {
        decrypt(&key, share, message);
        result = derive(public_key, message, derived, error);
    }
    memcpy(refused, seed + 32, 32);
    memcpy(refused + 32, share, MLKEM_SHARE);
    if (!result)
        result = keccak_shake256(refused, sizeof refused, otherwise, sizeof otherwise, error);
    if (!result)
        result = encrypt(public_key, message, derived + 32, again, error);
    for (size_t i = 0; !result && i < MLKEM_SHARE; i++)
        differs |= share[i] ^ again[i];
    uint8_t mask = (uint8_t)(((uint32_t)differs + 255) >> 8); /* 1 if they differ */
    mask = (uint8_t)(0U - mask);
    for (size_t i = 0; !result && i < MLKEM_SECRET; i++)
        secret[i] = (uint8_t)((otherwise[i] & mask) | (derived[i] & (uint8_t)~mask));
    bytes_wipe(&key, sizeof key);
    bytes_wipe(message, sizeof message);
    bytes_wipe(derived, sizeof derived);
    bytes_wipe(again, sizeof again);
    bytes_wipe(refused, sizeof refused);
    bytes_wipe(otherwise, sizeof otherwise);
    return result;
}
