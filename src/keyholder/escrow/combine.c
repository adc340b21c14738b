#include "combine.h"

#include "base/arena.h"
#include "base/error.h"

#include <string.h>

struct combining {
    const struct keyholder_share *const *share;
    size_t n;
    uint32_t needed;
    size_t pick[KEYHOLDER_AGENCIES_MAX]; /* ascending: the way that is tried */
    uint8_t *values, *secret;            /* of the arena */
};

/* Do those picked give the key? 1: yes; 0: no, or two bear one number. */
static int fits(struct combining *c, uint8_t key[32], struct error *error)
{
    uint8_t number[KEYHOLDER_AGENCIES_MAX];
    for (uint32_t i = 0; i < c->needed; i++) {
        const struct keyholder_share *share = c->share[c->pick[i]];
        if (memchr(number, (int)share->number, i))
            return 0;
        number[i] = (uint8_t)share->number;
        memcpy(c->values + (size_t)i * KEYHOLDER_SECRET_SIZE, share->value, KEYHOLDER_SECRET_SIZE);
    }
    int result = keyholder_split_join(number, c->values, c->needed, c->secret, error);
    return result ? result : keyholder_share_key(c->share[0], c->secret, key);
}

/* The next way after the present one, the last place moving first. False: there is none. */
static bool turn(struct combining *c)
{
    uint32_t at = c->needed;
    while (at > 0 && c->pick[at - 1] == c->n - c->needed + at - 1)
        at--;
    if (at == 0)
        return false;
    c->pick[at - 1]++;
    for (uint32_t i = at; i < c->needed; i++)
        c->pick[i] = c->pick[i - 1] + 1;
    return true;
}

/* With the key known each of the others is put in the place of one that is good: the key must still come out. */
static int judge_others(struct combining *c, bool *genuine, struct error *error)
{
    uint8_t *key = c->secret + KEYHOLDER_SECRET_SIZE;
    size_t first = c->pick[0];
    int got = 0;
    memset(genuine, 0, c->n * sizeof *genuine);
    for (uint32_t i = 0; i < c->needed; i++)
        genuine[c->pick[i]] = true;
    for (size_t i = 0; got >= 0 && i < c->n; i++) {
        if (genuine[i] || c->share[i]->number == c->share[first]->number)
            continue; /* one number, another value */
        c->pick[0] = i;
        got = fits(c, key, error);
        genuine[i] = got > 0;
    }
    return got < 0 ? got : 0;
}

int keyholder_combine(struct arena *arena, const struct keyholder_share *const *share, size_t n, uint8_t key[32], bool *genuine,
                      struct error *error)
{
    struct combining c = {.share = share, .n = n, .needed = n ? share[0]->needed : 0};
    c.values = arena_alloc(arena, (size_t)KEYHOLDER_AGENCIES_MAX * KEYHOLDER_SECRET_SIZE);
    c.secret = arena_alloc(arena, KEYHOLDER_SECRET_SIZE + 32);
    if (!c.values || !c.secret)
        return arena_error(arena, error);
    for (uint32_t i = 0; i < c.needed; i++)
        c.pick[i] = i;
    bool more = n > 0 && c.needed <= n;
    for (int ways = 0; more && ways < KEYHOLDER_WAYS_MOST; ways++) {
        int got = fits(&c, key, error);
        if (got)
            return got < 0 ? got : judge_others(&c, genuine, error);
        more = turn(&c);
    }
    return more ? error_set(error, ERROR_LIMITED, "shares", "Give fewer at once: those of agencies that you have spoken to.",
                            "of the first %d ways to take %u of these %zu shares none gives the key", KEYHOLDER_WAYS_MOST,
                            (unsigned)c.needed, n)
                : error_set(error, ERROR_CHECK, "shares", "Speak to each of the agencies, and ask them for their shares again.",
                            "no %u of these %zu shares give the key", (unsigned)c.needed, n);
}
