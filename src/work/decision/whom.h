#ifndef WORK_WHOM_H
#define WORK_WHOM_H

#include "base/json.h"
#include "policy.h"
#include "work/field.h"
#include "work/turn.h"

/*
 * What holds for some of the people and recipients of a share, as JSON: an object whose keys say for whom.
 *
 *     CASE, AGENCY, "outside"          a subject, a recipient
 *     "CASE/AGENCY", "CASE/outside"    a subject with a recipient
 */

/* The recipient as such a key says it: the agency's id, or "outside" if it has none. */
struct text whom_recipient(const struct id *agency);

/* A member of such an object, or of one of facts; NULL: nothing is said. */
const struct json *whom_value(const struct json *object, struct text key);

/* What is said for this pair, for its subject, for its recipient; NULL: nothing. object may be NULL. */
struct whom_said {
    const struct json *pair, *subject, *recipient;
};
struct whom_said whom_find(const struct json *object, const struct id *case_id, const struct id *agency);

/* Does each key name somebody who is among these? ERROR_INVALID names the field; the key is not repeated. */
int whom_check(const struct json *object, const char *field, struct id_list cases, struct id_list agencies, bool outside,
               struct error *error);

/*
 * States the facts for this pair: the pair's own first, then its subject's and recipient's, then those for all.
 * ERROR_INVALID: a fact under somebody of whom it is not, or told differently for subject and recipient.
 */
int whom_state(struct policy_facts *facts, const struct policy_pack *pack, const struct json *common,
               const struct whom_said *said, struct error *error);

#endif
