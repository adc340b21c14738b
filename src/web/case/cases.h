#ifndef WEB_CASES_H
#define WEB_CASES_H

#include "asking.h"

/* The list of the agency's cases. */
extern const struct page cases_page;

/* How a case stands: what was decided last, and whether what was sent is answered. */
struct shape_case_state case_state(struct asking *asking, const struct case_row *row);

#endif
