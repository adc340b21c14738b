#ifndef WEB_PATH_PAGES_H
#define WEB_PATH_PAGES_H

#include "asking.h"

/* "How we got here": of an answer on its way, and of a recorded decision. */
extern const struct page worry_path_page, decision_path_page;

#endif
