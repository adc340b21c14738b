#include "diagram.h"

#include <string.h>

enum { MEMO_SIZE = 1 << 15, NODES_FIRST = 256, BUCKETS_FIRST = 512 };

bool diagram_start(struct diagram_forest *forest, struct arena *arena, struct arena *scratch,
                   const uint16_t *width, size_t variables, uint32_t ceiling)
{
    *forest = (struct diagram_forest){.arena = arena,
                                      .scratch = scratch,
                                      .width = width,
                                      .variables = variables,
                                      .start = DIAGRAM_VALUES,
                                      .ceiling = ceiling,
                                      .buckets = BUCKETS_FIRST};
    forest->bucket = ARENA_ARRAY(arena, uint32_t, forest->buckets);
    forest->memo = ARENA_ARRAY(scratch, struct diagram_memo, MEMO_SIZE);
    return forest->bucket && forest->memo;
}

bool diagram_remember(struct diagram_forest *forest, struct arena *scratch)
{
    forest->scratch = scratch;
    forest->memo = ARENA_ARRAY(scratch, struct diagram_memo, MEMO_SIZE);
    return forest->memo != NULL;
}

void diagram_finish(struct diagram_forest *forest)
{
    forest->memo = NULL;
    forest->scratch = NULL;
}

bool diagram_start_over(struct diagram_forest *forest, struct arena *arena,
                        const struct diagram_forest *below, uint32_t ceiling)
{
    *forest = (struct diagram_forest){.below = below,
                                      .arena = arena,
                                      .width = below->width,
                                      .variables = below->variables,
                                      .start = below->start + below->count,
                                      .ceiling = ceiling,
                                      .buckets = BUCKETS_FIRST};
    forest->bucket = ARENA_ARRAY(arena, uint32_t, forest->buckets);
    return forest->bucket != NULL;
}

static const struct diagram_forest *holder(const struct diagram_forest *forest, uint32_t f)
{
    while (f < forest->start)
        forest = forest->below;
    return forest;
}

uint16_t diagram_variable(const struct diagram_forest *forest, uint32_t f)
{
    forest = holder(forest, f);
    return forest->variable[f - forest->start];
}

const uint32_t *diagram_children(const struct diagram_forest *forest, uint32_t f)
{
    forest = holder(forest, f);
    return forest->child + forest->first[f - forest->start];
}

uint32_t diagram_nodes(const struct diagram_forest *forest)
{
    return forest->start + forest->count;
}

static uint32_t hash_node(uint16_t variable, const uint32_t *child, size_t width)
{
    uint64_t h = UINT64_C(0x9e3779b97f4a7c15) * (variable + 1u);
    for (size_t i = 0; i < width; i++) {
        h ^= child[i];
        h *= UINT64_C(0xff51afd7ed558ccd);
        h ^= h >> 32;
    }
    return (uint32_t)h;
}

static uint32_t find_node(const struct diagram_forest *forest, uint32_t hash, uint16_t variable,
                          const uint32_t *child, size_t width)
{
    uint32_t f = forest->bucket[hash & (forest->buckets - 1)];
    while (f) {
        uint32_t own = f - forest->start;
        if (forest->variable[own] == variable &&
            memcmp(forest->child + forest->first[own], child, width * sizeof *child) == 0)
            return f;
        f = forest->next[own];
    }
    return 0;
}

static bool grow_buckets(struct diagram_forest *forest)
{
    size_t buckets = forest->buckets * 2;
    uint32_t *bucket = ARENA_ARRAY(forest->arena, uint32_t, buckets);
    if (!bucket)
        return false;
    for (uint32_t own = 0; own < forest->count; own++) {
        uint16_t variable = forest->variable[own];
        uint32_t hash = hash_node(variable, forest->child + forest->first[own], forest->width[variable]);
        uint32_t *slot = &bucket[hash & (buckets - 1)];
        forest->next[own] = *slot;
        *slot = forest->start + own;
    }
    forest->bucket = bucket;
    forest->buckets = buckets;
    return true;
}

static bool make_room(struct diagram_forest *forest, size_t width)
{
    if (forest->count >= forest->ceiling)
        return false;
    if (forest->count == forest->room) {
        size_t old = forest->room, room = old ? old * 2 : NODES_FIRST;
        uint16_t *variable = arena_grow(forest->arena, forest->variable, old, room, sizeof *variable);
        uint32_t *first = arena_grow(forest->arena, forest->first, old, room, sizeof *first);
        uint32_t *next = arena_grow(forest->arena, forest->next, old, room, sizeof *next);
        if (!variable || !first || !next)
            return false;
        forest->variable = variable;
        forest->first = first;
        forest->next = next;
        forest->room = (uint32_t)room;
    }
    if (forest->children + width > forest->children_room) {
        size_t old = forest->children_room, room = old ? old * 2 : NODES_FIRST * 4;
        while (room < forest->children + width)
            room *= 2;
        uint32_t *child = arena_grow(forest->arena, forest->child, old, room, sizeof *child);
        if (!child)
            return false;
        forest->child = child;
        forest->children_room = room;
    }
    return forest->count < forest->buckets * 2 || grow_buckets(forest);
}

uint32_t diagram_node(struct diagram_forest *forest, uint16_t variable, const uint32_t *child)
{
    size_t width = forest->width[variable];
    bool equal = true, none = false;
    for (size_t i = 0; i < width; i++) {
        equal = equal && child[i] == child[0];
        none = none || child[i] == DIAGRAM_NONE;
    }
    if (none)
        return DIAGRAM_NONE;
    if (equal)
        return child[0];
    uint32_t hash = hash_node(variable, child, width);
    for (const struct diagram_forest *in = forest; in; in = in->below) {
        uint32_t found = find_node(in, hash, variable, child, width);
        if (found)
            return found;
    }
    if (!make_room(forest, width)) {
        forest->full = true;
        return DIAGRAM_NONE;
    }
    uint32_t own = forest->count++;
    forest->variable[own] = variable;
    forest->first[own] = (uint32_t)forest->children;
    memcpy(forest->child + forest->children, child, width * sizeof *child);
    forest->children += width;
    uint32_t *slot = &forest->bucket[hash & (forest->buckets - 1)];
    forest->next[own] = *slot;
    *slot = forest->start + own;
    return forest->start + own;
}

uint32_t diagram_member(struct diagram_forest *forest, uint16_t variable, const bool *classes)
{
    uint32_t child[DIAGRAM_CLASSES];
    for (size_t i = 0; i < forest->width[variable]; i++)
        child[i] = classes[i] ? 1 : 0;
    return diagram_node(forest, variable, child);
}

static uint16_t top(const struct diagram_forest *forest, uint32_t f)
{
    return diagram_is_value(f) ? DIAGRAM_OPEN : diagram_variable(forest, f);
}

static uint32_t branch(const struct diagram_forest *forest, uint32_t f, uint16_t variable, size_t class)
{
    return top(forest, f) == variable ? diagram_children(forest, f)[class] : f;
}

uint32_t diagram_choose(struct diagram_forest *forest, uint32_t condition, uint32_t yes, uint32_t no)
{
    if (condition == DIAGRAM_NONE || yes == DIAGRAM_NONE || no == DIAGRAM_NONE)
        return DIAGRAM_NONE;
    if (condition == 1 || yes == no)
        return yes;
    if (condition == 0)
        return no;
    if (yes == 1 && no == 0)
        return condition;
    uint64_t key =
        (uint64_t)condition * 0x9e3779b1u ^ (uint64_t)yes * 0x85ebca77u ^ (uint64_t)no * 0xc2b2ae3du;
    key ^= key >> 17;
    struct diagram_memo *memo = forest->memo ? &forest->memo[key % MEMO_SIZE] : NULL;
    if (memo && memo->condition == condition && memo->yes == yes && memo->no == no)
        return memo->result;
    if (++forest->steps > DIAGRAM_STEPS) {
        forest->full = true;
        return DIAGRAM_NONE;
    }
    uint16_t variable = top(forest, condition);
    if (top(forest, yes) < variable)
        variable = top(forest, yes);
    if (top(forest, no) < variable)
        variable = top(forest, no);
    uint32_t child[DIAGRAM_CLASSES];
    for (size_t i = 0; i < forest->width[variable] && !forest->full; i++)
        child[i] = diagram_choose(forest, branch(forest, condition, variable, i),
                                  branch(forest, yes, variable, i), branch(forest, no, variable, i));
    if (forest->full)
        return DIAGRAM_NONE;
    uint32_t result = diagram_node(forest, variable, child);
    if (memo && result != DIAGRAM_NONE)
        *memo = (struct diagram_memo){condition, yes, no, result};
    return result;
}

uint32_t diagram_and(struct diagram_forest *forest, uint32_t a, uint32_t b)
{
    return diagram_choose(forest, a, b, 0);
}

uint32_t diagram_or(struct diagram_forest *forest, uint32_t a, uint32_t b)
{
    return diagram_choose(forest, a, 1, b);
}

uint32_t diagram_not(struct diagram_forest *forest, uint32_t a)
{
    return diagram_choose(forest, a, 0, 1);
}

static uint32_t map_node(struct diagram_forest *forest, uint32_t f, const uint32_t *map, uint32_t *memo)
{
    if (forest->full)
        return DIAGRAM_NONE;
    if (diagram_is_value(f))
        return map[f];
    if (memo[f])
        return memo[f] - 1;
    uint16_t variable = diagram_variable(forest, f);
    uint32_t child[DIAGRAM_CLASSES];
    for (size_t i = 0; i < forest->width[variable]; i++)
        child[i] = map_node(forest, diagram_children(forest, f)[i], map, memo);
    uint32_t result = diagram_node(forest, variable, child);
    memo[f] = result == DIAGRAM_NONE ? 0 : result + 1;
    return result;
}

uint32_t diagram_map(struct diagram_forest *forest, uint32_t f, const uint32_t *map)
{
    if (f == DIAGRAM_NONE)
        return f;
    uint32_t *memo = ARENA_ARRAY(forest->scratch, uint32_t, (size_t)f + 1);
    if (!memo) {
        forest->full = true;
        return DIAGRAM_NONE;
    }
    return map_node(forest, f, map, memo);
}
