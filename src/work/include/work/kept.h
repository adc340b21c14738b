#ifndef WORK_KEPT_H
#define WORK_KEPT_H

#include "base/json.h"

/*
 * What a decision keeps of each answer is what could not be made again: to whom, what the pack answered, in the form of
 * docs/vocabulary.md, which facts the system knew, which were only usual, and in "also" those facts that are not as
 * the practitioner said them ("facts", "facts_of"; null takes one away). Words are made again from that and from the
 * version of the pack that answered, which the record keeps byte for byte.
 *
 * Decisions of before kept the words too, and facts and answers as texts of JSON inside the JSON: both forms are read here
 * and nowhere else.
 */

/* A member of an opened decision that is JSON itself, in either form. *out is NULL where there is none. */
int kept_value(struct arena *arena, const struct json *plain, const char *name, const struct json **out,
               struct error *error);

/* Its answers, as a list of objects, each with all its "facts". ERROR_MISSING: it holds none. */
int kept_answer_list(struct arena *arena, const struct json *plain, const struct json **out, struct error *error);

#endif
