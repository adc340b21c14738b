#ifndef POLICY_MEASURE_H
#define POLICY_MEASURE_H

#include "policy/facts.h"

/*
 * How many questions a pack needs until its outcome stands: the mean over all cases, each class of a fact counted
 * alike. Exact, not sampled: what is known of a case leaves a function of the rest, equal functions are one state, and
 * the mean of a state is one more than that of the states that its question leads to.
 */
struct policy_measure {
    double chosen; /* in the order of policy_next_question() */
    double listed; /* in the order in which the pack lists its facts, without those that no longer matter: as somebody
                      would who follows the source's chart */
    double bound;  /* no order can do with fewer: the mean, over all cases, of the smallest number of facts that settle
                      the case, whoever guesses them */
    double cases;
    size_t states, bound_states; /* functions that were looked at */
};

/* ERROR_MISSING: the pack does not take the decision. ERROR_TOO_LARGE: it has too many states; the error tells them. */
int policy_measure(const struct policy_pack *pack, enum policy_decision decision, struct policy_measure *out,
                   struct error *error);

#endif
