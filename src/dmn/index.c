#include "index.h"

struct slot {
    struct text name;
    size_t value;
    bool used;
};

struct index {
    size_t mask;
    struct slot *slot;
};

static size_t hash(struct text t)
{
    uint64_t h = UINT64_C(14695981039346656037);
    for (size_t i = 0; i < t.n; i++)
        h = (h ^ (unsigned char)t.p[i]) * UINT64_C(1099511628211);
    return (size_t)(h ^ h >> 29);
}

struct index *index_new(struct arena *arena, size_t entries)
{
    struct index *index = ARENA_NEW(arena, struct index);
    size_t size = 8;
    while (size < entries * 2)
        size *= 2;
    if (!index)
        return NULL;
    index->mask = size - 1;
    index->slot = ARENA_ARRAY(arena, struct slot, size);
    return index->slot ? index : NULL;
}

static struct slot *find(const struct index *index, struct text name)
{
    size_t at = hash(name) & index->mask;
    while (index->slot[at].used && !text_equal(index->slot[at].name, name))
        at = (at + 1) & index->mask;
    return &index->slot[at];
}

bool index_put(struct index *index, struct text name, size_t value)
{
    struct slot *slot = find(index, name);
    if (slot->used)
        return false;
    *slot = (struct slot){name, value, true};
    return true;
}

bool index_get(const struct index *index, struct text name, size_t *value)
{
    if (!index)
        return false;
    const struct slot *slot = find(index, name);
    if (slot->used)
        *value = slot->value;
    return slot->used;
}
