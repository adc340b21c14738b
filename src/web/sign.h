#ifndef WEB_SIGN_H
#define WEB_SIGN_H

#include "asking.h"

extern const struct page sign_in_page, sign_out_page;

/* One more try of something secret, by this address. ERROR_LIMITED beyond what is allowed. */
int tries_take(struct asking *asking, struct error *error);
void tries_give(struct asking *asking); /* it was right, so it counts for nothing */

#endif
