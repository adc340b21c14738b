#ifndef WORK_EXPLAIN_H
#define WORK_EXPLAIN_H

#include "policy.h"
#include "work/turn.h"
#include "work/view.h"

/*
 * How an answer came about, as two JSON objects: {"fired": [...]}, the rules that fired and what they tested, and
 * {"changes": [...]}, the smallest changes of facts that would give another outcome. docs/answers.md tells the members.
 */
int explain_answer(struct turn *turn, const struct policy_facts *facts, const struct policy_answer *answer,
                   struct json_object *trace, struct json_object *changes, struct error *error);

#endif
