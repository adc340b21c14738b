#ifndef HTTP_LIMITER_H
#define HTTP_LIMITER_H

#include "base/text.h"

/*
 * Counts tries by key (an address, an account, a code) in a table of fixed size. Each key has a bucket of `burst`
 * tokens that fills at `per_minute`. Keys are kept as keyed hashes only. When the table is full the bucket that is nearest
 * to full is forgotten, so an attacker with many keys frees old ones but never grows the memory. Any thread.
 */
struct http_limiter;

/* slots: keys remembered at once (rounded up). NULL when out of memory. */
struct http_limiter *http_limiter_new(double per_minute, double burst, size_t slots);
void http_limiter_free(struct http_limiter **limiter);

/* Takes a token at the instant `now` (clock_steady()). 0: taken. Otherwise seconds to wait, at least 1. */
unsigned http_limiter_take(struct http_limiter *limiter, struct text key, int64_t now);

/* Gives a token back, up to the burst: a try that turned out to be right. */
void http_limiter_give(struct http_limiter *limiter, struct text key, int64_t now);

#endif
