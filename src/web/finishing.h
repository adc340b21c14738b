#ifndef WEB_FINISHING_H
#define WEB_FINISHING_H

#include "asking.h"

/*
 * A button pressed twice sends its form twice, and a decision must not be recorded and sent twice. The last page of a
 * journey begins here with its draft; whoever comes with the same draft before that request is over is refused:
 * ERROR_CONFLICT.
 */
int finishing_begin(struct asking *asking, const struct id *draft, struct error *error);

#endif
