#ifndef KEYHOLDER_SPLIT_H
#define KEYHOLDER_SPLIT_H

#include <stddef.h>
#include <stdint.h>

struct error;

/*
 * Shamir's sharing of a secret over GF(256), byte by byte: any `needed` of `count` shares give it back, fewer say nothing
 * about it. Shares are numbered from 1 to 255. What is joined from wrong shares is noise: the caller must be able to tell.
 */
enum { KEYHOLDER_SECRET_SIZE = 64 };

struct keyholder_split; /* holds the secret: free it as soon as the last share is out */

/* 2 <= needed <= count <= 255. */
int keyholder_split_new(const uint8_t secret[KEYHOLDER_SECRET_SIZE], uint32_t needed, uint32_t count,
                        struct keyholder_split **split, struct error *error);
void keyholder_split_free(struct keyholder_split **split); /* wipes; NULL is fine */
void keyholder_split_share(const struct keyholder_split *split, uint32_t number, uint8_t share[KEYHOLDER_SECRET_SIZE]);

/* The shares stand one behind the other; their numbers differ and none is 0. */
int keyholder_split_join(const uint8_t *numbers, const uint8_t *shares, uint32_t count,
                         uint8_t secret[KEYHOLDER_SECRET_SIZE], struct error *error);

#endif
