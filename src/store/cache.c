#include <stdlib.h>

#include "inside.h"

/* A literal's address is its identity: the macros let nothing else in. */
static size_t bucket_of(const struct store_cache *cache, const char *sql, const uint64_t types[2])
{
    uint64_t h = (uint64_t)(uintptr_t)sql ^ types[0] * UINT64_C(0x9e3779b97f4a7c15) ^ types[1];
    h = (h ^ (h >> 29)) * UINT64_C(0xbf58476d1ce4e5b9);
    return (size_t)(h >> 32) & (cache->buckets - 1);
}

int store_cache_start(struct store_cache *cache, unsigned limit, struct error *error)
{
    size_t buckets = 64;
    while (buckets < limit)
        buckets *= 2;
    *cache = (struct store_cache){.buckets = buckets, .limit = limit};
    cache->bucket = calloc(buckets, sizeof(*cache->bucket));
    if (!cache->bucket)
        return error_set(error, ERROR_SYSTEM, "", "", "There is no memory for prepared statements");
    return 0;
}

static void unlink_age(struct store_cache *cache, struct store_prepared *p)
{
    *(p->newer ? &p->newer->older : &cache->newest) = p->older;
    *(p->older ? &p->older->newer : &cache->oldest) = p->newer;
    p->newer = p->older = NULL;
}

static void link_newest(struct store_cache *cache, struct store_prepared *p)
{
    p->older = cache->newest;
    p->newer = NULL;
    *(cache->newest ? &cache->newest->newer : &cache->oldest) = p;
    cache->newest = p;
}

struct store_prepared *store_cache_find(struct store_cache *cache, const char *sql, const uint64_t types[2])
{
    struct store_prepared *p = cache->bucket[bucket_of(cache, sql, types)];
    while (p && (p->sql != sql || p->types[0] != types[0] || p->types[1] != types[1]))
        p = p->chain;
    if (p && cache->newest != p) {
        unlink_age(cache, p);
        link_newest(cache, p);
    }
    return p;
}

static void take_out(struct store_cache *cache, struct store_prepared *p)
{
    struct store_prepared **at = &cache->bucket[bucket_of(cache, p->sql, p->types)];
    while (*at != p)
        at = &(*at)->chain;
    *at = p->chain;
    unlink_age(cache, p);
    cache->used--;
}

struct store_prepared *store_cache_evict(struct store_cache *cache)
{
    if (cache->used < cache->limit)
        return NULL;
    for (struct store_prepared *p = cache->oldest; p; p = p->newer) {
        if (!p->busy) {
            take_out(cache, p);
            return p;
        }
    }
    return NULL;
}

void store_cache_add(struct store_cache *cache, struct store_prepared *p)
{
    struct store_prepared **at = &cache->bucket[bucket_of(cache, p->sql, p->types)];
    p->chain = *at;
    *at = p;
    link_newest(cache, p);
    cache->used++;
}

struct store_prepared *store_cache_take(struct store_cache *cache)
{
    struct store_prepared *p = cache->newest;
    if (p)
        take_out(cache, p);
    return p;
}

void store_cache_end(struct store_cache *cache)
{
    free(cache->bucket);
    *cache = (struct store_cache){0};
}
