#ifndef WEB_DISPOSAL_APPROVERS_H
#define WEB_DISPOSAL_APPROVERS_H

#include "asking.h"

/* Who else of the actor's agency may approve what the actor proposes: "Marian Castell, Head teacher". None: nobody may. */
int disposal_approvers(struct asking *asking, const struct text **list, size_t *n, struct error *error);

#endif
