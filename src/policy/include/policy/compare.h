#ifndef POLICY_COMPARE_H
#define POLICY_COMPARE_H

#include "policy/facts.h"

struct buffer;

/* Cases in which one pack gives `here` and the other `there`. */
struct policy_difference {
    struct text here, there;
    double share;        /* of all cases, each class of a fact counted alike */
    /* The smallest such case, as facts that `decide` accepts under the one and under the other pack: the same but for
       facts that are a pack's own. */
    struct text example, example_there;
};

/*
 * Where two packs, or two versions of one, give different outcomes: a line for each pair of outcomes, the commonest
 * first, each with the smallest case. Exact over the whole space of the facts of both: numbers and dates are cut at
 * the points of both, mail addresses at the lists of both.
 */
int policy_compare(const struct policy_pack *one, const struct policy_pack *other, enum policy_decision decision,
                   struct arena *arena, const struct policy_difference **out, size_t *count, struct error *error);

#endif
