#ifndef WEB_FORM_PAGE_H
#define WEB_FORM_PAGE_H

#include "step.h"

/* A page that is one step and does its command at once. */
struct form_page {
    struct step step;
    const char *parameter; /* of the address; NULL: none. In the formats below it stands for %s */
    const char *fills;     /* the command's field that it fills */
    const char *at, *back, *next;
    const char *part;
    bool of_case; /* whom to choose from: those on the case's list, not the whole agency */
};

extern const struct form_page form_pages[]; /* ended by step.name NULL */
extern const struct page case_admit_page, case_release_page, password_page, agency_add_page, post_add_page,
    account_add_page, rules_review_page, case_hold_page, received_hold_page;

#endif
