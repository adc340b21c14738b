#ifndef WEB_DISPOSAL_H
#define WEB_DISPOSAL_H

#include "asking.h"
#include "step.h"

/* What is to be destroyed and what was: proposing it one thing a page, the page on which somebody else approves it, the list. */
extern const struct page disposals_page, disposal_page, disposal_choose_page, disposal_what_page, disposal_check_page,
    disposal_approve_page, disposal_withdraw_page, hold_lift_page;

/* Of a proposal, once it is known what: why, where that stands, what becomes of paper and of discs. Ended by name NULL. */
extern const struct step disposal_steps[];
extern const struct page disposal_step_pages[]; /* in that order */

#endif
