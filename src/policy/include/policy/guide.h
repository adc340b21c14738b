#ifndef POLICY_GUIDE_H
#define POLICY_GUIDE_H

#include "policy/facts.h"

/*
 * What makes the way through the questions short, beside asking only what can change the answer. Neither changes what
 * an answer says: usual facts are stated like any other and stand in the record; boxes are only a way of asking.
 */

/* A fact that guided use takes as given until somebody says otherwise: shown with its reason, and can be changed. */
struct policy_usual {
    struct text key, value;
    struct text why; /* one sentence, for the page */
};

/*
 * States in `facts` what is usual where it is not known, and lists what it stated: "usual" of pack.json, then
 * of vocabulary.json, each with the known facts that it needs (`when`); an earlier usual fact counts as known to a later one.
 * A condition on an unknown fact does not hold.
 */
int policy_suppose(struct policy_facts *facts, struct arena *arena, const struct policy_usual **out, size_t *count,
                   struct error *error);

/* One fact as a box to tick. Left empty it means `unticked`: that is an answer, not a fact unknown. */
struct policy_box {
    struct text key, ticked, unticked;
    struct text label, hint; /* the hint may be empty */
};

/* Facts that are asked on one page: "Is any of these so?" */
struct policy_group {
    struct text question, hint;
    const struct policy_box *box;
    size_t boxes;
};

/* The group of a fact, from "together" of words.json or the pack's own words; NULL where it is asked alone. */
const struct policy_group *policy_group_of(const struct policy_pack *pack, struct text key);

#endif
