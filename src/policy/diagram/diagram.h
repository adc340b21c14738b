#ifndef POLICY_DIAGRAM_H
#define POLICY_DIAGRAM_H

#include "base/arena.h"

/*
 * Reduced ordered multi-valued decision diagrams: functions of variables with finitely many classes to small numbers.
 *
 * A function is a node number. Below DIAGRAM_VALUES it is the constant of that number; otherwise a node that tests
 * one variable and has a child for each of its classes. Variables stand in one order along every path, no node has
 * all children equal and no two nodes are equal: two equal functions are the same number, and a function depends on
 * exactly the variables that its nodes test.
 *
 * A forest is grown by one thread, then read by any number. A forest over another adds nodes without changing the
 * one below: each question grows its own.
 */
enum { DIAGRAM_VALUES = 1024, DIAGRAM_CLASSES = 250, DIAGRAM_VARIABLES = 256 };
#define DIAGRAM_STEPS UINT64_C(50000000)
#define DIAGRAM_OPEN UINT16_MAX  /* in an assignment: not known */
#define DIAGRAM_NONE UINT32_MAX  /* no function: the forest is full */

struct diagram_forest {
    const struct diagram_forest *below;
    struct arena *arena;
    struct arena *scratch; /* for what is needed only while it is grown by choose and map */
    const uint16_t *width; /* classes of each variable */
    size_t variables;
    uint32_t start, count, room, ceiling; /* own nodes have the numbers start .. start + count - 1 */
    uint16_t *variable;                   /* of each own node */
    uint32_t *first;                      /* index of its children in child[] */
    uint32_t *next;                       /* in the same bucket: node number, or 0 */
    uint32_t *child;
    size_t children, children_room;
    uint32_t *bucket;
    size_t buckets; /* a power of two */
    struct diagram_memo *memo;
    uint64_t steps; /* of choose and map: beyond DIAGRAM_STEPS the forest counts as full */
    bool full;
};

struct diagram_memo {
    uint32_t condition, yes, no, result;
};

/* False when memory is short. `ceiling` is the largest number of own nodes. */
bool diagram_start(struct diagram_forest *forest, struct arena *arena, struct arena *scratch, const uint16_t *width,
                   size_t variables, uint32_t ceiling);
/* For a forest over another that is grown by choose and map too. */
bool diagram_remember(struct diagram_forest *forest, struct arena *scratch);
void diagram_finish(struct diagram_forest *forest); /* grown: forgets `scratch`, which may then be given back */
bool diagram_start_over(struct diagram_forest *forest, struct arena *arena, const struct diagram_forest *below,
                        uint32_t ceiling);

static inline bool diagram_is_value(uint32_t f)
{
    return f < DIAGRAM_VALUES;
}

uint16_t diagram_variable(const struct diagram_forest *forest, uint32_t f);        /* of a node */
const uint32_t *diagram_children(const struct diagram_forest *forest, uint32_t f); /* of a node */
uint32_t diagram_nodes(const struct diagram_forest *forest);                       /* one past the largest number */

/* The node that tests `variable`, reduced. */
uint32_t diagram_node(struct diagram_forest *forest, uint16_t variable, const uint32_t *child);

/* 1 where the variable's class has its bit in `classes`, else 0. */
uint32_t diagram_member(struct diagram_forest *forest, uint16_t variable, const bool *classes);

/* Where `condition` (0 or 1) is 1 then `yes` else `no`. */
uint32_t diagram_choose(struct diagram_forest *forest, uint32_t condition, uint32_t yes, uint32_t no);
uint32_t diagram_and(struct diagram_forest *forest, uint32_t a, uint32_t b);
uint32_t diagram_or(struct diagram_forest *forest, uint32_t a, uint32_t b);
uint32_t diagram_not(struct diagram_forest *forest, uint32_t a);

/* map[value] for each value that f gives. */
uint32_t diagram_map(struct diagram_forest *forest, uint32_t f, const uint32_t *map);

/*
 * A walk over many functions under one assignment (a class, or DIAGRAM_OPEN, for each variable). Marks are kept by
 * turn so that nothing is cleared between walks.
 */
struct diagram_walk {
    struct diagram_forest *forest;
    const uint16_t *assignment;
    uint32_t *mark; /* by node */
    uint32_t *memo;
    uint32_t turn;
    size_t room;
};

bool diagram_walk_start(struct diagram_walk *walk, struct arena *arena, struct diagram_forest *forest,
                        const uint16_t *assignment);

/* The value that f has in every completion, or DIAGRAM_NONE if completions differ. */
uint32_t diagram_settled(struct diagram_walk *walk, uint32_t f);

/* Can f be `value` in some completion? */
bool diagram_possible(struct diagram_walk *walk, uint32_t f, uint32_t value);

/* f with the known variables put in: a function of the open ones only. All calls must see one assignment. */
uint32_t diagram_restrict(struct diagram_walk *walk, uint32_t f);

/* Sets depends[v] for each variable that f depends on; leaves the others as they are. */
void diagram_depends(const struct diagram_forest *forest, struct arena *scratch, uint32_t f, bool *depends);

/*
 * A case with the fewest known variables that makes f equal `value` whatever the others are: fills `assignment`
 * (DIAGRAM_OPEN where it does not matter). False if there is none.
 */
bool diagram_smallest(const struct diagram_forest *forest, struct arena *scratch, uint32_t f, uint32_t value,
                      uint16_t *assignment);

/* Of all cases, the share in which f is `value`, each class of a variable counted alike. */
double diagram_share(const struct diagram_forest *forest, struct arena *scratch, uint32_t f, uint32_t value);

#endif
