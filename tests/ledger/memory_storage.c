#include "memory_storage.h"

#include <stdlib.h>
#include <string.h>

#include "base.h"

struct memory_tile *memory_storage_at(struct memory_storage *memory, int level, uint64_t index)
{
    size_t l = (size_t)(level + 1);
    if (index >= memory->level[l].count || !memory->level[l].tile[index].p)
        return NULL;
    return &memory->level[l].tile[index];
}

static int memory_read(void *self, int level, uint64_t index, struct arena *arena, struct text *out,
                       struct error *error)
{
    struct memory_storage *memory = self;
    struct memory_tile *tile = memory_storage_at(memory, level, index);
    memory->reads++;
    if (!tile)
        return error_set(error, ERROR_MISSING, "memory", "", "no such tile");
    *out = arena_text(arena, (struct text){tile->p, tile->n});
    return out->p ? 0 : arena_error(arena, error);
}

static int memory_write(void *self, int level, uint64_t index, struct text content, struct error *error)
{
    struct memory_storage *memory = self;
    size_t l = (size_t)(level + 1);
    if (++memory->writes == memory->fail_write)
        return error_set(error, ERROR_SYSTEM, "memory", "", "the disk is full");
    if (index >= memory->level[l].count) {
        size_t count = (size_t)index * 2 + 16;
        memory->level[l].tile = realloc(memory->level[l].tile, count * sizeof(struct memory_tile));
        memset(memory->level[l].tile + memory->level[l].count, 0,
               (count - memory->level[l].count) * sizeof(struct memory_tile));
        memory->level[l].count = count;
    }
    struct memory_tile *tile = &memory->level[l].tile[index];
    if (tile->capacity < content.n) {
        tile->capacity = content.n < 9216 ? 9216 : content.n;
        tile->p = realloc(tile->p, tile->capacity);
    }
    memcpy(tile->p, content.p, content.n);
    tile->n = content.n;
    return 0;
}

struct ledger_storage memory_storage(struct memory_storage *memory)
{
    return (struct ledger_storage){memory, memory_read, memory_write};
}

void memory_storage_free(struct memory_storage *memory)
{
    for (size_t l = 0; l < 9; l++) {
        for (size_t i = 0; i < memory->level[l].count; i++)
            free(memory->level[l].tile[i].p);
        free(memory->level[l].tile);
    }
    *memory = (struct memory_storage){0};
}

struct text memory_leaf(struct arena *arena, uint64_t i)
{
    return arena_format(arena, "leaf %llu", (unsigned long long)i);
}
