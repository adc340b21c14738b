#ifndef VAULT_RING_H
#define VAULT_RING_H

#include <stdint.h>

struct error;

/*
 * What ML-KEM reckons with: polynomials of 256 coefficients modulo 3329, every one always reduced (FIPS 203, section 4).
 * Products are of transformed polynomials only.
 */
enum { RING_SIZE = 256, RING_RANK = 3, RING_MODULUS = 3329 };

struct ring_poly {
    uint16_t c[RING_SIZE];
};

void ring_add(const struct ring_poly *a, struct ring_poly *sum);             /* sum += a */
void ring_subtract(const struct ring_poly *a, struct ring_poly *difference); /* difference -= a */
void ring_reduce(struct ring_poly *a);                                      /* coefficients below 4096 */

void ring_transform(struct ring_poly *a);      /* NTT, algorithm 9 */
void ring_transform_back(struct ring_poly *a); /* its inverse, algorithm 10 */
void ring_multiply_add(const struct ring_poly *a, const struct ring_poly *b, struct ring_poly *sum); /* sum += a * b */

/* To the nearest multiple: `bits` of each coefficient, and back (section 4.2.1). */
void ring_compress(struct ring_poly *a, unsigned bits);
void ring_decompress(struct ring_poly *a, unsigned bits);

/* `bits` of each coefficient, 32 * bits bytes: ByteEncode and ByteDecode. */
void ring_pack(const struct ring_poly *a, unsigned bits, uint8_t *out);
void ring_unpack(const uint8_t *in, unsigned bits, struct ring_poly *a);

/* Uniform from a public root (SampleNTT), transformed; small from a secret seed (SamplePolyCBD, eta 2). ERROR_SYSTEM. */
int ring_uniform(const uint8_t root[32], uint8_t first, uint8_t second, struct ring_poly *out, struct error *error);
int ring_noise(const uint8_t seed[32], uint8_t number, struct ring_poly *out, struct error *error);

#endif
