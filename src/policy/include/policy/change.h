#ifndef POLICY_CHANGE_H
#define POLICY_CHANGE_H

#include "policy/answer.h"

struct json_writer;

/* A fact that would have to be otherwise. */
struct policy_altered {
    struct text key;
    struct text from; /* {NULL, 0} where it is unknown */
    struct text to;   /* a value that would do */
};

/* Another outcome, and the fewest known facts that would have to be otherwise for it. */
struct policy_change {
    struct text outcome;
    const struct policy_altered *altered; /* what must change first; then unknown facts that must turn out so */
    size_t altereds;
    size_t changes; /* of those, how many are known now and would have to change */
};

/*
 * For each outcome that the case could have if some known facts were otherwise: the smallest such change. The outcome
 * that stands is left out, outcomes that need fewer changes come first. For the person who wonders what would have to
 * be true, and for the one who wonders what was decisive.
 */
int policy_changes(const struct policy_pack *pack, enum policy_decision decision, const struct policy_facts *facts,
                   struct arena *arena, const struct policy_change **out, size_t *count, struct error *error);

/* As a JSON array: docs/answers.md tells the members. */
void policy_changes_write(const struct policy_change *change, size_t count, struct json_writer *w);

#endif
