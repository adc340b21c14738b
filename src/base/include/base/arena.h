#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include "base/text.h"

/*
 * Memory that one request or command uses and gives back whole. Nothing is freed piecemeal.
 *
 * An arena has a ceiling. An allocation past it (or when the system has no more) gives NULL, and so does every
 * later one: arena_exhausted() then says so. Callers report it as ERROR_TOO_LARGE with arena_error().
 * One thread at a time.
 */
struct arena;
struct error;

enum arena_kind {
    ARENA_PLAIN,
    ARENA_SECRET, /* its memory is wiped before it is given back */
};

struct arena *arena_new(size_t ceiling, enum arena_kind kind); /* NULL when out of memory */
void arena_free(struct arena **arena);                         /* frees and sets to NULL; NULL is fine */
void arena_reset(struct arena *arena);                         /* forgets everything, keeps one block for reuse */

/* Zeroed and aligned for any type; NULL past the ceiling. size 0 gives a valid pointer. */
void *arena_alloc(struct arena *arena, size_t size);
void *arena_alloc_array(struct arena *arena, size_t count, size_t size); /* checks the product */

/*
 * Grows an array that may move. `old` may be NULL with old_count 0. New elements are zeroed.
 * In place when it is the newest allocation, otherwise copied.
 */
void *arena_grow(struct arena *arena, void *old, size_t old_count, size_t new_count, size_t size);

/*
 * Room for one more: the array of `count` elements, of which there may be *room, grown where it is full. It may move. NULL past
 * the ceiling: then nothing has changed.
 */
void *arena_more(struct arena *arena, void *array, size_t count, size_t *room, size_t size);

#define ARENA_NEW(arena, type) ((type *)arena_alloc((arena), sizeof(type)))
#define ARENA_ARRAY(arena, type, count) ((type *)arena_alloc_array((arena), (count), sizeof(type)))

/* Copies. The copy is followed by a NUL that its length does not count. Failure gives {NULL, 0}. */
struct text arena_text(struct arena *arena, struct text t);
char *arena_string(struct arena *arena, struct text t); /* NUL-ended; NULL past the ceiling */
struct text arena_format(struct arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));

size_t arena_used(const struct arena *arena);
bool arena_exhausted(const struct arena *arena);

/* Fills the error for an exhausted arena: ERROR_TOO_LARGE, or ERROR_SYSTEM where it was the machine that had no more. */
int arena_error(const struct arena *arena, struct error *error);

#define ARENA_SCOPE __attribute__((cleanup(arena_free)))

#endif
