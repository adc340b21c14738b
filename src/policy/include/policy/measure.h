#ifndef POLICY_MEASURE_H
#define POLICY_MEASURE_H

#include "policy/facts.h"

/*
 * How many questions a pack needs until its outcome stands, as a mean over cases in which each value of a fact is
 * alike likely: in the order that policy_next_question() chooses; in the order in which the pack lists its facts,
 * leaving out those that no longer matter, as somebody would who follows the source's chart; and a bound that no order
 * can beat (the outcome's entropy over the most that one reply can tell).
 */
struct policy_measure {
    double chosen, listed, bound;
    size_t cases;
};

int policy_measure(const struct policy_pack *pack, enum policy_decision decision, size_t cases,
                   struct policy_measure *out, struct error *error);

#endif
