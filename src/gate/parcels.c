#include "parcels.h"
#include "account/sessions.h"
#include "inside.h"

#include "gate/parcel.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

/* A few opened parcels in guarded memory. When the table is full the oldest goes: its holder types the phrase again. */
enum { PLACES = 64 };
#define KEPT_FOR (15 * 60 * CLOCK_SECOND)

struct kept {
    uint8_t hash[32];
    int64_t until; /* by the steady clock; 0: free */
    char *content; /* sodium_malloc */
    size_t n;
};

struct parcels {
    pthread_mutex_t lock;
    struct kept place[PLACES];
};

struct parcels *parcels_new(void)
{
    struct parcels *parcels = calloc(1, sizeof *parcels);
    if (parcels)
        pthread_mutex_init(&parcels->lock, NULL);
    return parcels;
}

static void forget(struct kept *kept)
{
    sodium_free(kept->content);
    *kept = (struct kept){0};
}

void parcels_free(struct parcels **slot)
{
    struct parcels *parcels = *slot;
    if (!parcels)
        return;
    for (size_t i = 0; i < PLACES; i++)
        if (parcels->place[i].content)
            forget(&parcels->place[i]);
    pthread_mutex_destroy(&parcels->lock);
    free(parcels);
    *slot = NULL;
}

void parcels_forget(struct parcels *parcels, int64_t now)
{
    pthread_mutex_lock(&parcels->lock);
    for (size_t i = 0; i < PLACES; i++)
        if (parcels->place[i].content && parcels->place[i].until <= now)
            forget(&parcels->place[i]);
    pthread_mutex_unlock(&parcels->lock);
}

int parcel_keep(struct gate *gate, struct text content, struct arena *arena, struct text *token, struct error *error)
{
    uint8_t raw[32];
    bytes_random(raw, sizeof raw);
    *token = base64_encode(arena, BASE64_URL_UNPADDED, raw, sizeof raw);
    char *copy = sodium_malloc(content.n ? content.n : 1);
    if (!token->p || !copy) {
        sodium_free(copy);
        return error_set(error, ERROR_SYSTEM, "", "Try again in a few minutes.", "out of memory");
    }
    if (content.n)
        memcpy(copy, content.p, content.n);
    struct parcels *parcels = gate->parcels;
    pthread_mutex_lock(&parcels->lock);
    struct kept *oldest = &parcels->place[0];
    for (size_t i = 1; i < PLACES; i++)
        if (parcels->place[i].until < oldest->until)
            oldest = &parcels->place[i];
    if (oldest->content)
        forget(oldest);
    session_hash(*token, oldest->hash);
    oldest->until = clock_steady() + KEPT_FOR;
    oldest->content = copy;
    oldest->n = content.n;
    pthread_mutex_unlock(&parcels->lock);
    return 0;
}

int parcel_kept(struct gate *gate, struct text token, struct arena *arena, struct text *content, struct error *error)
{
    uint8_t hash[32];
    session_hash(token, hash);
    *content = (struct text){NULL, 0};
    struct parcels *parcels = gate->parcels;
    int64_t now = clock_steady();
    pthread_mutex_lock(&parcels->lock);
    for (size_t i = 0; i < PLACES; i++) {
        const struct kept *kept = &parcels->place[i];
        if (kept->content && kept->until > now && sodium_memcmp(kept->hash, hash, sizeof hash) == 0)
            *content = arena_text(arena, (struct text){kept->content, kept->n});
    }
    pthread_mutex_unlock(&parcels->lock);
    return content->p ? 0
                      : error_set(error, ERROR_MISSING, "", "Open the link again and type the phrase.",
                                  "the quarter of an hour after the phrase is over");
}
