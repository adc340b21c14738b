#ifndef WEB_DISPOSAL_H
#define WEB_DISPOSAL_H

#include "asking.h"
#include "step.h"

/* What is to be destroyed and what was: proposing it one thing a page, the page on which somebody else approves it, the list. */
extern const struct page disposals_page, disposal_page, disposal_choose_page, disposal_propose_page, disposal_approve_page,
    disposal_withdraw_page, hold_lift_page;

/* Why, where that stands, and what becomes of paper and discs. */
extern const struct step disposal_step;

#endif
