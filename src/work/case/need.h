#ifndef WORK_NEED_H
#define WORK_NEED_H

#include "work/turn.h"

/* In apply: puts a post on the list of those who need to know a case. */
int need_to_know_add(struct turn *turn, const struct id *id, const struct id *case_id, const struct id *post,
                     struct error *error);

#endif
