#include "ring.h"

#include <string.h>
#include "base/bytes.h"
#include "base/error.h"
#include "keccak.h"

enum { Q = RING_MODULUS, SHARES = 5 * 168 };

/* 17^BitRev7(i): the powers of a root of unity, as the transform takes them. */
static const uint16_t zeta[128] = {
    1, 1729, 2580, 3289, 2642, 630, 1897, 848, 1062, 1919, 193, 797, 2786, 3260, 569, 1746,
    296, 2447, 1339, 1476, 3046, 56, 2240, 1333, 1426, 2094, 535, 2882, 2393, 2879, 1974, 821,
    289, 331, 3253, 1756, 1197, 2304, 2277, 2055, 650, 1977, 2513, 632, 2865, 33, 1320, 1915,
    2319, 1435, 807, 452, 1438, 2868, 1534, 2402, 2647, 2617, 1481, 648, 2474, 3110, 1227, 910,
    17, 2761, 583, 2649, 1637, 723, 2288, 1100, 1409, 2662, 3281, 233, 756, 2156, 3015, 3050,
    1703, 1651, 2789, 1789, 1847, 952, 1461, 2687, 939, 2308, 2437, 2388, 733, 2337, 268, 641,
    1584, 2298, 2037, 3220, 375, 2549, 2090, 1645, 1063, 319, 2773, 757, 2099, 561, 2466, 2594,
    2804, 1092, 403, 1026, 1143, 2150, 2775, 886, 1722, 1212, 1874, 1029, 2110, 2935, 885, 2154,
};

/*
 * a / 3329 by a multiplication: a division's time would tell of the number. 20642679 is 2^36 / 3329 rounded up, by 1655
 * parts in 2^36 too large, so the quotient is exact as long as 1655 * a < 2^36.
 */
static uint32_t quotient(uint32_t a)
{
    return (uint32_t)((uint64_t)a * 20642679 >> 36);
}

static uint16_t reduce(uint32_t a)
{
    return (uint16_t)(a - quotient(a) * Q);
}

static uint16_t multiply(uint16_t a, uint16_t b)
{
    return reduce((uint32_t)a * b);
}

void ring_add(const struct ring_poly *a, struct ring_poly *sum)
{
    for (int i = 0; i < RING_SIZE; i++)
        sum->c[i] = reduce((uint32_t)sum->c[i] + a->c[i]);
}

void ring_subtract(const struct ring_poly *a, struct ring_poly *difference)
{
    for (int i = 0; i < RING_SIZE; i++)
        difference->c[i] = reduce((uint32_t)difference->c[i] + Q - a->c[i]);
}

void ring_reduce(struct ring_poly *a)
{
    for (int i = 0; i < RING_SIZE; i++)
        a->c[i] = reduce(a->c[i]);
}

void ring_transform(struct ring_poly *a)
{
    int next = 1;
    for (int length = 128; length >= 2; length /= 2)
        for (int start = 0; start < RING_SIZE; start += 2 * length) {
            uint16_t power = zeta[next++];
            for (int i = start; i < start + length; i++) {
                uint16_t far = multiply(power, a->c[i + length]);
                a->c[i + length] = reduce((uint32_t)a->c[i] + Q - far);
                a->c[i] = reduce((uint32_t)a->c[i] + far);
            }
        }
}

void ring_transform_back(struct ring_poly *a)
{
    int next = 127;
    for (int length = 2; length <= 128; length *= 2)
        for (int start = 0; start < RING_SIZE; start += 2 * length) {
            uint16_t power = zeta[next--];
            for (int i = start; i < start + length; i++) {
                uint16_t near = a->c[i];
                a->c[i] = reduce((uint32_t)near + a->c[i + length]);
                a->c[i + length] = multiply(power, reduce((uint32_t)a->c[i + length] + Q - near));
            }
        }
    for (int i = 0; i < RING_SIZE; i++)
        a->c[i] = multiply(a->c[i], 3303); /* 1 / 128 */
}

/* Pair by pair, modulo X^2 - zeta or X^2 + zeta: algorithms 11 and 12. */
void ring_multiply_add(const struct ring_poly *a, const struct ring_poly *b, struct ring_poly *sum)
{
    for (int i = 0; i < RING_SIZE; i += 2) {
        uint16_t root = zeta[64 + i / 4];
        if (i % 4)
            root = (uint16_t)(Q - root);
        uint16_t high = multiply(multiply(a->c[i + 1], b->c[i + 1]), root);
        sum->c[i] = reduce((uint32_t)sum->c[i] + high + (uint32_t)a->c[i] * b->c[i]);
        sum->c[i + 1] = reduce((uint32_t)sum->c[i + 1] + multiply(a->c[i], b->c[i + 1]) + multiply(a->c[i + 1], b->c[i]));
    }
}

void ring_compress(struct ring_poly *a, unsigned bits)
{
    for (int i = 0; i < RING_SIZE; i++)
        a->c[i] = (uint16_t)(quotient(((uint32_t)a->c[i] << bits) + Q / 2) & ((1U << bits) - 1));
}

void ring_decompress(struct ring_poly *a, unsigned bits)
{
    for (int i = 0; i < RING_SIZE; i++)
        a->c[i] = (uint16_t)(((uint32_t)a->c[i] * Q + (1U << (bits - 1))) >> bits);
}

void ring_pack(const struct ring_poly *a, unsigned bits, uint8_t *out)
{
    uint32_t held = 0;
    unsigned n = 0;
    for (int i = 0; i < RING_SIZE; i++) {
        held |= (uint32_t)a->c[i] << n;
        for (n += bits; n >= 8; n -= 8, held >>= 8)
            *out++ = (uint8_t)held;
    }
}

void ring_unpack(const uint8_t *in, unsigned bits, struct ring_poly *a)
{
    uint32_t held = 0;
    unsigned n = 0;
    for (int i = 0; i < RING_SIZE; i++) {
        for (; n < bits; n += 8)
            held |= (uint32_t)*in++ << n;
        a->c[i] = (uint16_t)(held & ((1U << bits) - 1));
        held >>= bits;
        n -= bits;
    }
}

/* Of 12 bits each, those below the modulus: 256 of 560, of which too few fit once in far more than 2^200 roots. */
int ring_uniform(const uint8_t root[32], uint8_t first, uint8_t second, struct ring_poly *out, struct error *error)
{
    uint8_t from[34], bytes[SHARES];
    int n = 0;
    memcpy(from, root, 32);
    from[32] = first;
    from[33] = second;
    int result = keccak_shake128(from, sizeof from, bytes, sizeof bytes, error);
    for (int i = 0; !result && i < SHARES; i += 3) {
        uint16_t candidate[2] = {(uint16_t)(bytes[i] | (bytes[i + 1] & 15) << 8), (uint16_t)(bytes[i + 1] >> 4 | bytes[i + 2] << 4)};
        for (int k = 0; k < 2; k++)
            if (candidate[k] < Q && n < RING_SIZE)
                out->c[n++] = candidate[k];
    }
    return result || n == RING_SIZE ? result : error_set(error, ERROR_SYSTEM, "cryptographic library", "", "no key can be made of this root");
}

int ring_noise(const uint8_t seed[32], uint8_t number, struct ring_poly *out, struct error *error)
{
    uint8_t from[33], bytes[128];
    memcpy(from, seed, 32);
    from[32] = number;
    int result = keccak_shake256(from, sizeof from, bytes, sizeof bytes, error);
    for (int i = 0; !result && i < RING_SIZE; i++) {
        uint32_t four = (uint32_t)bytes[i / 2] >> 4 * (i % 2);
        out->c[i] = reduce(Q + (four & 1) + (four >> 1 & 1) - (four >> 2 & 1) - (four >> 3 & 1));
    }
    bytes_wipe(from, sizeof from);
    bytes_wipe(bytes, sizeof bytes);
    return result;
}
