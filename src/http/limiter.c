#include "http/limiter.h"

#include "base/bytes.h"
#include "base/clock.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>

#include <sodium.h>

enum { WAYS = 8 }; /* buckets that one hash may lie in */

struct bucket {
    uint64_t key; /* 0: empty */
    double tokens;
    int64_t at; /* when `tokens` was right */
};

struct http_limiter {
    double per_second, burst;
    size_t sets;
    unsigned char secret[crypto_shorthash_KEYBYTES];
    pthread_mutex_t lock;
    struct bucket bucket[];
};

struct http_limiter *http_limiter_new(double per_minute, double burst, size_t slots)
{
    size_t sets = slots / WAYS + (slots % WAYS > 0);
    if (sets == 0)
        sets = 1;
    size_t bytes;
    if (__builtin_mul_overflow(sets * WAYS, sizeof(struct bucket), &bytes))
        return NULL;
    struct http_limiter *limiter = calloc(1, sizeof *limiter + bytes);
    if (!limiter)
        return NULL;
    limiter->per_second = per_minute / 60;
    limiter->burst = burst < 1 ? 1 : burst;
    limiter->sets = sets;
    bytes_random(limiter->secret, sizeof limiter->secret);
    if (pthread_mutex_init(&limiter->lock, NULL) != 0) {
        free(limiter);
        return NULL;
    }
    return limiter;
}

void http_limiter_free(struct http_limiter **limiter)
{
    if (!*limiter)
        return;
    pthread_mutex_destroy(&(*limiter)->lock);
    free(*limiter);
    *limiter = NULL;
}

static double level(const struct http_limiter *limiter, const struct bucket *bucket, int64_t now)
{
    if (bucket->key == 0)
        return limiter->burst;
    double passed = now > bucket->at ? (double)(now - bucket->at) / (double)CLOCK_SECOND : 0;
    return fmin(limiter->burst, bucket->tokens + passed * limiter->per_second);
}

/* The key's bucket, filled up to now; takes the place of the fullest of its set if there is none. */
static struct bucket *bucket_of(struct http_limiter *limiter, struct text key, int64_t now)
{
    uint64_t hash = 0;
    _Static_assert(crypto_shorthash_BYTES == sizeof hash, "a bucket keeps the whole hash");
    crypto_shorthash((unsigned char *)&hash, (const unsigned char *)key.p, key.n, limiter->secret);
    if (hash == 0)
        hash = 1;
    struct bucket *set = limiter->bucket + hash % limiter->sets * WAYS;
    struct bucket *chosen = NULL;
    for (size_t i = 0; i < WAYS && !chosen; i++)
        if (set[i].key == hash)
            chosen = &set[i];
    if (chosen) {
        chosen->tokens = level(limiter, chosen, now);
    } else {
        chosen = &set[0];
        for (size_t i = 1; i < WAYS; i++)
            if (level(limiter, &set[i], now) > level(limiter, chosen, now))
                chosen = &set[i];
        chosen->key = hash;
        chosen->tokens = limiter->burst;
    }
    chosen->at = now;
    return chosen;
}

unsigned http_limiter_take(struct http_limiter *limiter, struct text key, int64_t now)
{
    unsigned wait = 0;
    pthread_mutex_lock(&limiter->lock);
    struct bucket *bucket = bucket_of(limiter, key, now);
    if (bucket->tokens >= 1) {
        bucket->tokens -= 1;
    } else {
        double seconds = limiter->per_second > 0 ? ceil((1 - bucket->tokens) / limiter->per_second) : 86400;
        wait = seconds > 86400 ? 86400 : (unsigned)seconds;
    }
    pthread_mutex_unlock(&limiter->lock);
    return wait;
}

void http_limiter_give(struct http_limiter *limiter, struct text key, int64_t now)
{
    pthread_mutex_lock(&limiter->lock);
    struct bucket *bucket = bucket_of(limiter, key, now);
    bucket->tokens = fmin(limiter->burst, bucket->tokens + 1);
    pthread_mutex_unlock(&limiter->lock);
}
