#ifndef WEB_CASES_H
#define WEB_CASES_H

#include "asking.h"

/* The list of the agency's cases; those that are found by a name. */
extern const struct page cases_page, case_find_page;

/* How a case stands: what was decided last, and whether what was sent is answered. */
struct shape_case_state case_state(struct asking *asking, const struct case_row *row);

/* Where Back leads from what hangs on a case: to the case, or for who sees no case to the list of decisions. */
struct text case_back(struct asking *asking, const struct id *case_id);

#endif
