#ifndef GATE_REACH_H
#define GATE_REACH_H

#include "store.h"
#include "work.h"

/*
 * May this person act on, or look at, this very thing? ERROR_MISSING when it is out of reach, as if it were not there.
 * *case_id: the case behind the thing, if there is one.
 */
int reach_judge(struct store_session *session, const struct actor *actor, enum reach reach, const struct id *thing,
                struct id *case_id, struct error *error);

/* Is it judged on a list? Then all of it must be in reach: one thing that is not makes it as if none were there. */
bool reach_of_list(enum reach reach);
int reach_judge_list(struct store_session *session, const struct actor *actor, enum reach reach, struct id_list things,
                     struct error *error);

#endif
