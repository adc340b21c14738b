#include "base/arena.h"

#include "base/bytes.h"
#include "base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdalign.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK_FIRST = 4096, BLOCK_LARGEST = 1 << 20, ALIGNMENT = alignof(max_align_t) };

struct block {
    struct block *older;
    size_t size, used; /* of `memory` */
    alignas(max_align_t) char memory[];
};

struct arena {
    struct block *newest;
    size_t ceiling, taken; /* bytes of all blocks' memory */
    size_t used;
    enum arena_kind kind;
    bool exhausted, starved; /* starved: not by its ceiling, by the machine */
    char *last; /* newest allocation, which may grow in place */
};

struct arena *arena_new(size_t ceiling, enum arena_kind kind)
{
    struct arena *arena = calloc(1, sizeof *arena);
    if (!arena)
        return NULL;
    arena->ceiling = ceiling;
    arena->kind = kind;
    return arena;
}

static void free_block(const struct arena *arena, struct block *block)
{
    if (arena->kind == ARENA_SECRET)
        bytes_wipe(block->memory, block->used);
    free(block);
}

void arena_free(struct arena **slot)
{
    struct arena *arena = *slot;
    if (!arena)
        return;
    for (struct block *block = arena->newest, *older; block; block = older) {
        older = block->older;
        free_block(arena, block);
    }
    free(arena);
    *slot = NULL;
}

void arena_reset(struct arena *arena)
{
    struct block *keep = arena->newest;
    if (keep) {
        for (struct block *block = keep->older, *older; block; block = older) {
            older = block->older;
            free_block(arena, block);
        }
        if (arena->kind == ARENA_SECRET)
            bytes_wipe(keep->memory, keep->used);
        keep->older = NULL;
        keep->used = 0;
    }
    arena->taken = keep ? keep->size : 0;
    arena->used = 0;
    arena->exhausted = arena->starved = false;
    arena->last = NULL;
}

static struct block *add_block(struct arena *arena, size_t need)
{
    size_t size = arena->newest ? arena->newest->size * 2 : BLOCK_FIRST;
    if (size > BLOCK_LARGEST)
        size = BLOCK_LARGEST;
    if (size < need)
        size = need;
    if (arena->taken + size > arena->ceiling)
        size = arena->ceiling - arena->taken;
    if (size < need)
        return NULL;
    struct block *block = malloc(sizeof *block + size);
    arena->starved = arena->starved || !block;
    if (!block)
        return NULL;
    block->older = arena->newest;
    block->size = size;
    block->used = 0;
    arena->newest = block;
    arena->taken += size;
    return block;
}

void *arena_alloc(struct arena *arena, size_t size)
{
    size_t rounded = (size + (ALIGNMENT - 1)) & ~(size_t)(ALIGNMENT - 1);
    if (rounded == 0)
        rounded = ALIGNMENT;
    if (arena->exhausted || rounded < size)
        goto exhausted;
    struct block *block = arena->newest;
    if (!block || block->size - block->used < rounded) {
        block = add_block(arena, rounded);
        if (!block)
            goto exhausted;
    }
    char *p = block->memory + block->used;
    block->used += rounded;
    arena->used += rounded;
    arena->last = p;
    memset(p, 0, rounded);
    return p;
exhausted:
    arena->exhausted = true;
    return NULL;
}

void *arena_alloc_array(struct arena *arena, size_t count, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes)) {
        arena->exhausted = true;
        return NULL;
    }
    return arena_alloc(arena, bytes);
}

void *arena_grow(struct arena *arena, void *old, size_t old_count, size_t new_count, size_t size)
{
    size_t old_bytes, new_bytes;
    if (__builtin_mul_overflow(old_count, size, &old_bytes) || __builtin_mul_overflow(new_count, size, &new_bytes)) {
        arena->exhausted = true;
        return NULL;
    }
    if (old && new_bytes <= old_bytes)
        return old;
    struct block *block = arena->newest;
    if (old && old == arena->last && !arena->exhausted) {
        size_t start = (size_t)((char *)old - block->memory);
        size_t rounded = (new_bytes + (ALIGNMENT - 1)) & ~(size_t)(ALIGNMENT - 1);
        if (rounded >= new_bytes && rounded <= block->size - start) {
            memset((char *)old + old_bytes, 0, rounded - old_bytes);
            if (start + rounded > block->used) {
                arena->used += start + rounded - block->used;
                block->used = start + rounded;
            }
            return old;
        }
    }
    void *moved = arena_alloc(arena, new_bytes);
    if (moved && old_bytes)
        memcpy(moved, old, old_bytes);
    return moved;
}

void *arena_more(struct arena *arena, void *array, size_t count, size_t *room, size_t size)
{
    if (count < *room)
        return array;
    size_t more = *room ? *room * 2 : 8;
    void *grown = arena_grow(arena, array, *room, more, size);
    if (grown)
        *room = more;
    return grown;
}

struct text arena_text(struct arena *arena, struct text t)
{
    char *p = arena_string(arena, t);
    return p ? (struct text){p, t.n} : (struct text){NULL, 0};
}

char *arena_string(struct arena *arena, struct text t)
{
    char *p = t.n == SIZE_MAX ? NULL : arena_alloc(arena, t.n + 1);
    if (p && t.n)
        memcpy(p, t.p, t.n);
    return p;
}

struct text arena_format(struct arena *arena, const char *format, ...)
{
    char most[160]; /* most are short: formatted once, to know how long they are */
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int n = vsnprintf(most, sizeof most, format, args);
    va_end(args);
    char *p = n < 0 ? NULL : arena_alloc(arena, (size_t)n + 1);
    if (p && (size_t)n < sizeof most)
        memcpy(p, most, (size_t)n + 1);
    else if (p)
        vsnprintf(p, (size_t)n + 1, format, again);
    va_end(again);
    bytes_wipe(most, n < 0 ? sizeof most : (size_t)n < sizeof most ? (size_t)n : sizeof most);
    return p ? (struct text){p, (size_t)n} : (struct text){NULL, 0};
}

size_t arena_used(const struct arena *arena)
{
    return arena->used;
}

bool arena_exhausted(const struct arena *arena)
{
    return arena->exhausted;
}

int arena_error(const struct arena *arena, struct error *error)
{
    if (arena->starved)
        return error_system(error, ENOMEM, "", "the machine has no memory left for this");
    return error_set(error, ERROR_TOO_LARGE, "", "Send less at a time.", "this needs more than the %zu bytes of memory allowed for it",
                     arena->ceiling);
}
