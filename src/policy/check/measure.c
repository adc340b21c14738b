#include "policy/measure.h"

#include "internal.h"

enum { MOST_NODES = 8000000, NEVER = 512, CACHE = 1 << 18 };
#define MEMORY ((size_t)1 << 30)

/* Results by node, for nodes that are made meanwhile too. */
struct by_node {
    double *mean;
    uint32_t *node;
    size_t room;
};

struct cached {
    uint32_t a, b, c, result; /* a: 0 where empty */
};

struct measuring {
    const struct policy_pack *pack;
    struct diagram_forest forest; /* over the pack's */
    struct arena *arena, *scratch;
    struct by_node chosen, listed, least;
    struct cached *cofactor, *lesser; /* may forget */
    uint16_t *assignment;             /* nothing known */
    size_t states, bound_states;
    bool failed;
};

static bool make_room(struct measuring *m, struct by_node *by, uint32_t node)
{
    if (node < by->room)
        return true;
    size_t room = by->room ? by->room : 1024;
    while (room <= node)
        room *= 2;
    by->mean = arena_grow(m->arena, by->mean, by->room, room, sizeof *by->mean);
    by->node = arena_grow(m->arena, by->node, by->room, room, sizeof *by->node);
    if (!by->mean || !by->node) {
        m->failed = true;
        return false;
    }
    by->room = room;
    return true;
}

static struct cached *slot(struct cached *cache, uint32_t a, uint32_t b, uint32_t c)
{
    uint64_t h = (uint64_t)a * 0x9e3779b1u ^ (uint64_t)b * 0x85ebca77u ^ (uint64_t)c * 0xc2b2ae3du;
    return &cache[(h ^ h >> 17 ^ h >> 31) % CACHE];
}

static uint16_t top(const struct measuring *m, uint32_t f)
{
    return diagram_is_value(f) ? DIAGRAM_OPEN : diagram_variable(&m->forest, f);
}

/* Making a node may move the children of others: they are read afresh each time. */
static uint32_t child(const struct measuring *m, uint32_t f, size_t class)
{
    return diagram_children(&m->forest, f)[class];
}

static uint32_t made(struct measuring *m, uint16_t variable, const uint32_t *children)
{
    uint32_t f = m->failed ? 0 : diagram_node(&m->forest, variable, children);
    if (f == DIAGRAM_NONE || m->forest.full) {
        m->failed = true;
        return 0;
    }
    return f;
}

/* f where x is known to be of the class. */
static uint32_t cofactor(struct measuring *m, uint32_t f, uint16_t x, uint16_t class)
{
    uint16_t variable = top(m, f);
    if (variable >= x)
        return variable == x ? child(m, f, class) : f;
    struct cached *at = slot(m->cofactor, f, x, class);
    if (at->a == f && at->b == x && at->c == class)
        return at->result;
    uint32_t children[DIAGRAM_CLASSES];
    for (size_t i = 0; i < m->pack->width[variable] && !m->failed; i++)
        children[i] = cofactor(m, child(m, f, i), x, class);
    uint32_t result = made(m, variable, children);
    *at = (struct cached){f, x, class, result};
    return result;
}

/* The fact that policy_next_question() would ask for first. */
static uint16_t choose(struct measuring *m, uint32_t f)
{
    const struct text *ask;
    size_t asks = 0;
    struct error error;
    arena_reset(m->scratch);
    bool *depends = ARENA_ARRAY(m->scratch, bool, m->pack->facts);
    if (depends)
        diagram_depends(&m->forest, m->scratch, f, depends);
    if (!depends ||
        policy_order_questions(m->pack, &m->forest, &f, 1, m->assignment, depends, m->scratch, &ask, &asks,
                               &error) ||
        !asks) {
        m->failed = true;
        return 0;
    }
    return (uint16_t)policy_fact_index(m->pack, ask[0]);
}

static double mean_chosen(struct measuring *m, uint32_t f)
{
    if (diagram_is_value(f) || m->failed || !make_room(m, &m->chosen, f))
        return 0;
    if (m->chosen.mean[f] > 0)
        return m->chosen.mean[f];
    uint16_t x = choose(m, f), width = m->failed ? 1 : m->pack->width[x];
    double sum = 0;
    for (uint16_t c = 0; c < width && !m->failed; c++)
        sum += mean_chosen(m, cofactor(m, f, x, c));
    m->states++;
    return m->chosen.mean[f] = 1 + sum / width;
}

/* The diagram tests the facts in the order of the pack, and only those that matter: its own mean path. */
static double mean_listed(struct measuring *m, uint32_t f)
{
    if (diagram_is_value(f) || !make_room(m, &m->listed, f))
        return 0;
    if (m->listed.mean[f] > 0)
        return m->listed.mean[f];
    uint16_t width = m->pack->width[top(m, f)];
    double sum = 0;
    for (size_t c = 0; c < width; c++)
        sum += mean_listed(m, child(m, f, c));
    return m->listed.mean[f] = 1 + sum / width;
}

/* The lesser of a + 1 and b, case by case. */
static uint32_t lesser(struct measuring *m, uint32_t a, uint32_t b)
{
    if (a == NEVER || b == 0 || m->failed)
        return b;
    if (diagram_is_value(a) && diagram_is_value(b))
        return a + 1 < b ? a + 1 : b;
    struct cached *at = slot(m->lesser, a + 1, b, 0);
    if (at->a == a + 1 && at->b == b)
        return at->result;
    uint16_t x = top(m, a) < top(m, b) ? top(m, a) : top(m, b);
    uint32_t children[DIAGRAM_CLASSES];
    for (size_t c = 0; c < m->pack->width[x] && !m->failed; c++)
        children[c] = lesser(m, top(m, a) == x ? child(m, a, c) : a, top(m, b) == x ? child(m, b, c) : b);
    uint32_t result = made(m, x, children);
    *at = (struct cached){a + 1, b, 0, result};
    return result;
}

/*
 * A function of the cases: the fewest facts of the case that make f 1 whatever the others are, NEVER where f
 * is 0. Either the first fact that f tests is among them, which costs one and leaves the function of its
 * class, or they settle f for all its classes.
 */
static uint32_t least(struct measuring *m, uint32_t f)
{
    if (diagram_is_value(f))
        return f ? 0 : NEVER;
    if (m->failed || !make_room(m, &m->least, f))
        return NEVER;
    if (m->least.node[f])
        return m->least.node[f] - 1;
    uint16_t x = top(m, f), width = m->pack->width[x];
    uint32_t always = 1, children[DIAGRAM_CLASSES];
    for (size_t c = 0; c < width && always; c++)
        always = diagram_and(&m->forest, always, child(m, f, c));
    if (always == DIAGRAM_NONE) {
        m->failed = true;
        return NEVER;
    }
    uint32_t without = least(m, always);
    for (size_t c = 0; c < width && !m->failed; c++)
        children[c] = lesser(m, least(m, child(m, f, c)), without);
    uint32_t result = made(m, x, children);
    if (m->failed || !make_room(m, &m->least, f))
        return NEVER;
    m->bound_states++;
    m->least.node[f] = result + 1;
    return result;
}

/* The mean of a function's values; where it is NEVER they count as nothing. */
static double mean_value(const struct measuring *m, uint32_t f, double *memo)
{
    if (diagram_is_value(f))
        return f == NEVER ? 0 : f;
    if (memo[f] > 0)
        return memo[f] - 1;
    uint16_t width = m->pack->width[top(m, f)];
    double sum = 0;
    for (size_t c = 0; c < width; c++)
        sum += mean_value(m, child(m, f, c), memo);
    memo[f] = 1 + sum / width;
    return sum / width;
}

static double mean_bound(struct measuring *m, const struct table_out *out)
{
    double sum = 0;
    for (uint32_t v = 0; v <= out->values && !m->failed; v++) { /* the last: no outcome at all */
        uint32_t map[DIAGRAM_VALUES] = {0};
        map[v] = 1;
        uint32_t is = diagram_map(&m->forest, out->gives, map);
        if (is == DIAGRAM_NONE)
            m->failed = true;
        uint32_t fewest = m->failed ? NEVER : least(m, is);
        double *memo = m->failed ? NULL : ARENA_ARRAY(m->arena, double, (size_t)fewest + 1);
        if (!memo)
            m->failed = true;
        else
            sum += mean_value(m, fewest, memo);
    }
    return sum;
}

static int start(struct measuring *m, struct error *error)
{
    m->cofactor = ARENA_ARRAY(m->arena, struct cached, CACHE);
    m->lesser = ARENA_ARRAY(m->arena, struct cached, CACHE);
    m->assignment = ARENA_ARRAY(m->arena, uint16_t, m->pack->facts);
    if (!m->cofactor || !m->lesser || !m->assignment ||
        !diagram_start_over(&m->forest, m->arena, &m->pack->forest, MOST_NODES) ||
        !diagram_remember(&m->forest, m->arena))
        return arena_error(m->arena, error);
    for (size_t f = 0; f < m->pack->facts; f++)
        m->assignment[f] = DIAGRAM_OPEN;
    return 0;
}

int policy_measure(const struct policy_pack *pack, enum policy_decision decision, struct policy_measure *out,
                   struct error *error)
{
    const struct plan *plan = &pack->plan[decision];
    struct arena *arena ARENA_SCOPE = arena_new(MEMORY, ARENA_PLAIN);
    struct arena *scratch ARENA_SCOPE = arena_new(MEMORY, ARENA_PLAIN);
    struct measuring m = {.pack = pack, .arena = arena, .scratch = scratch};
    *out = (struct policy_measure){.cases = 1};
    if (!plan->present)
        return error_set(error, ERROR_MISSING, pack->info.id.p, "", "this pack does not decide \"%s\"",
                         policy_decision_name(decision));
    if (!arena || !scratch)
        return error_set(error, ERROR_SYSTEM, pack->info.id.p, "", "out of memory");
    int result = start(&m, error);
    if (result)
        return result;
    const struct table_out *first = &plan->first->out[0];
    bool *depends = ARENA_ARRAY(arena, bool, pack->facts);
    if (!depends)
        return arena_error(arena, error);
    diagram_depends(&pack->forest, arena, first->gives, depends);
    for (size_t f = 0; f < pack->facts; f++)
        out->cases *= depends[f] ? pack->width[f] : 1;
    out->chosen = mean_chosen(&m, first->gives);
    out->listed = mean_listed(&m, first->gives);
    out->bound = mean_bound(&m, first);
    out->states = m.states;
    out->bound_states = m.bound_states;
    if (m.failed || m.forest.full)
        return error_set(error, ERROR_TOO_LARGE, pack->info.id.p, "",
                         "the questions have too many states: %zu were looked at, %zu for the bound",
                         m.states, m.bound_states);
    return 0;
}
