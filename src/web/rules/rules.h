#ifndef WEB_RULES_H
#define WEB_RULES_H

#include "asking.h"
#include "step.h"

/* The pages about the rules that apply: which, since when, what is proposed, who has read what changes. */
extern const struct page rules_page, rules_version_page, rules_choose_page, rules_from_page, rules_reasons_page,
    rules_proposal_page, rules_approve_page, rules_withdraw_page, rules_again_page, rules_changes_page, rules_readers_page;

/* The steps of a proposal after the choice of a version. Ended by name NULL. */
extern const struct step rules_steps[];

/* The adoption that the address names, as the reader sees it. ERROR_MISSING. */
int rules_adoption(struct asking *asking, struct pack_row *row, struct error *error);

/* In words: who decided it. */
struct text rules_by(struct arena *arena, const struct pack_row *row);
const char *rules_colour(struct text state);

#endif
