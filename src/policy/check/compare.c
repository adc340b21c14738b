#include "policy/compare.h"

#include "internal.h"

/*
 * Two packs in one space: a fact of both has a class for each pair of their classes that some value falls in.
 * The diagrams of both are built again over that space, where equality can be seen.
 */
enum { MOST_NODES = 4000000 };

struct common_fact {
    ptrdiff_t in[2]; /* index in each pack, or -1 */
    uint16_t classes;
    uint16_t class[2][DIAGRAM_CLASSES]; /* the class in each pack of each common class */
    struct text sample[DIAGRAM_CLASSES];
};

struct comparison {
    const struct policy_pack *pack[2];
    struct arena *arena;
    struct common_fact *fact;
    size_t facts;
    uint16_t *variable[2]; /* by fact of the pack: common variable */
    uint16_t *width;
    struct diagram_forest forest;
};

/* Notes the pair of classes that a value has, once. */
static bool add_sample(struct comparison *c, struct common_fact *common, struct text value)
{
    uint16_t pair[2] = {0, 0};
    for (size_t p = 0; p < 2; p++)
        if (common->in[p] >= 0 && !space_classify(&c->pack[p]->fact[common->in[p]], value, &pair[p]))
            return true; /* not a value there */
    for (size_t k = 0; k < common->classes; k++)
        if (common->class[0][k] == pair[0] && common->class[1][k] == pair[1])
            return true;
    if (common->classes == DIAGRAM_CLASSES)
        return false;
    common->class[0][common->classes] = pair[0];
    common->class[1][common->classes] = pair[1];
    common->sample[common->classes++] = value;
    return true;
}

/* Values that reach every class of the fact in its pack. */
static bool add_samples_of(struct comparison *c, struct common_fact *common, size_t p)
{
    const struct space_fact *fact = &c->pack[p]->fact[common->in[p]];
    if (fact->info.kind == POLICY_FACT_ADDRESS) {
        for (size_t i = 0; i < fact->domains; i++)
            if (!add_sample(c, common,
                            arena_format(c->arena, "someone@%.*s", TEXT_ARGS(fact->domain[i].name))))
                return false;
    } else if (fact->info.kind == POLICY_FACT_NUMBER || fact->info.kind == POLICY_FACT_DATE) {
        struct space_fact both = *fact; /* the pieces between the points of both packs */
        const struct space_fact *second =
            common->in[1 - p] >= 0 ? &c->pack[1 - p]->fact[common->in[1 - p]] : NULL;
        for (size_t i = 0; second && i < second->points; i++)
            if (!space_cut(c->arena, &both, second->point[i]))
                return false;
        for (size_t piece = 0; piece < 2 * both.points + 1; piece++) {
            int64_t value;
            if (space_piece_value(&both, piece, &value) &&
                !add_sample(c, common, space_format(c->arena, &both, value)))
                return false;
        }
    }
    for (size_t k = 0; k < fact->classes && fact->sample; k++)
        if (!add_sample(c, common, fact->sample[k]))
            return false;
    return true;
}

static int make_space(struct comparison *c, struct error *error)
{
    size_t most = c->pack[0]->facts + c->pack[1]->facts;
    c->fact = ARENA_ARRAY(c->arena, struct common_fact, most);
    c->width = ARENA_ARRAY(c->arena, uint16_t, most);
    for (size_t p = 0; p < 2; p++)
        c->variable[p] = ARENA_ARRAY(c->arena, uint16_t, c->pack[p]->facts);
    if (!c->fact || !c->width || !c->variable[0] || !c->variable[1])
        return arena_error(c->arena, error);
    for (size_t p = 0; p < 2; p++)
        for (size_t f = 0; f < c->pack[p]->facts; f++) {
            ptrdiff_t there = policy_fact_index(c->pack[1 - p], c->pack[p]->fact[f].info.key);
            if (p == 1 && there >= 0) {
                c->variable[1][f] = c->variable[0][there];
                continue;
            }
            struct common_fact *common = &c->fact[c->facts];
            common->in[p] = (ptrdiff_t)f;
            common->in[1 - p] = there;
            if (!add_samples_of(c, common, p) || (there >= 0 && !add_samples_of(c, common, 1 - p)))
                return error_set(error, ERROR_TOO_LARGE, c->pack[p]->fact[f].info.key.p, "",
                                 "the packs cut this fact into too many classes together");
            c->variable[p][f] = (uint16_t)c->facts;
            c->width[c->facts] = common->classes ? common->classes : 1;
            c->facts++;
        }
    return 0;
}

/* The function f of pack p over the common space. */
static uint32_t rebuild(struct comparison *c, size_t p, uint32_t f, uint32_t *memo)
{
    if (diagram_is_value(f))
        return f;
    if (memo[f])
        return memo[f] - 1;
    const struct diagram_forest *from = &c->pack[p]->forest;
    uint16_t own = diagram_variable(from, f), variable = c->variable[p][own];
    const struct common_fact *common = &c->fact[variable];
    uint32_t result = DIAGRAM_NONE;
    for (size_t k = 0; k < from->width[own]; k++) {
        bool member[DIAGRAM_CLASSES];
        for (size_t i = 0; i < common->classes; i++)
            member[i] = common->class[p][i] == k;
        uint32_t child = rebuild(c, p, diagram_children(from, f)[k], memo);
        result =
            k == 0 ? child
                   : diagram_choose(&c->forest, diagram_member(&c->forest, variable, member), child, result);
    }
    if (result != DIAGRAM_NONE)
        memo[f] = result + 1;
    return result;
}

static uint32_t rebuilt(struct comparison *c, size_t p, uint32_t f)
{
    uint32_t *memo = ARENA_ARRAY(c->arena, uint32_t, diagram_nodes(&c->pack[p]->forest));
    return memo ? rebuild(c, p, f, memo) : DIAGRAM_NONE;
}

/* What pack p knows of the case. */
static struct text write_example(struct comparison *c, const uint16_t *assignment, size_t p)
{
    struct buffer out = buffer_in(c->arena);
    struct json_writer w = json_writer_in(&out);
    json_object(&w);
    for (size_t f = 0; f < c->facts; f++) {
        const struct common_fact *common = &c->fact[f];
        if (assignment[f] == DIAGRAM_OPEN || common->in[p] < 0)
            continue;
        const struct policy_fact_info *info = &c->pack[p]->fact[common->in[p]].info;
        json_key_text(&w, info->key);
        if (info->kind == POLICY_FACT_BOOLEAN || info->kind == POLICY_FACT_NUMBER)
            json_put_raw(&w, common->sample[assignment[f]]);
        else
            json_put_text(&w, common->sample[assignment[f]]);
    }
    json_end(&w);
    return buffer_result(&out);
}

/* 1 where f is `value`. */
static uint32_t is_value(struct comparison *c, uint32_t f, uint32_t value)
{
    uint32_t map[DIAGRAM_VALUES] = {0};
    map[value] = 1;
    return diagram_map(&c->forest, f, map);
}

static int list_differences(struct comparison *c, const struct table_out *a, const struct table_out *b,
                            const struct policy_difference **out, size_t *count, struct error *error)
{
    struct policy_difference *list =
        ARENA_ARRAY(c->arena, struct policy_difference, (size_t)a->values * b->values);
    uint16_t *assignment = ARENA_ARRAY(c->arena, uint16_t, c->facts);
    uint32_t fa = rebuilt(c, 0, a->gives), fb = rebuilt(c, 1, b->gives);
    if (!list || !assignment)
        return arena_error(c->arena, error);
    for (uint32_t i = 0; i < a->values; i++)
        for (uint32_t k = 0; k < b->values; k++) {
            if (text_equal(a->value[i], b->value[k]))
                continue;
            uint32_t both = diagram_and(&c->forest, is_value(c, fa, i), is_value(c, fb, k));
            if (both == DIAGRAM_NONE)
                return error_set(error, ERROR_TOO_LARGE, c->pack[0]->info.id.p, "",
                                 "the packs together make a diagram that is too large");
            if (!diagram_smallest(&c->forest, c->arena, both, 1, assignment))
                continue;
            struct policy_difference one = {a->value[i], b->value[k],
                                            diagram_share(&c->forest, c->arena, both, 1),
                                            write_example(c, assignment, 0), write_example(c, assignment, 1)};
            size_t at = (*count)++;
            for (; at > 0 && list[at - 1].share < one.share; at--)
                list[at] = list[at - 1];
            list[at] = one;
        }
    *out = list;
    return arena_exhausted(c->arena) ? arena_error(c->arena, error) : 0;
}

int policy_compare(const struct policy_pack *one, const struct policy_pack *other,
                   enum policy_decision decision, struct arena *arena, const struct policy_difference **out,
                   size_t *count, struct error *error)
{
    struct comparison c = {.pack = {one, other}, .arena = arena};
    const struct plan *a = &one->plan[decision], *b = &other->plan[decision];
    *out = NULL;
    *count = 0;
    if (!a->present || !b->present)
        return error_set(error, ERROR_MISSING, (a->present ? other : one)->info.id.p, "",
                         "this pack does not decide \"%s\"", policy_decision_name(decision));
    int result = make_space(&c, error);
    if (result)
        return result;
    if (!diagram_start(&c.forest, arena, arena, c.width, c.facts, MOST_NODES))
        return arena_error(arena, error);
    return list_differences(&c, &a->first->out[0], &b->first->out[0], out, count, error);
}
