#ifndef WEB_DECISION_H
#define WEB_DECISION_H

#include "asking.h"

/* The pages of decisions: one with its reasons and the answer it followed, and the list of those that may be seen. */
extern const struct page decision_page, decisions_page;

#endif
