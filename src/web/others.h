#ifndef WEB_OTHERS_H
#define WEB_OTHERS_H

#include "asking.h"

/* The directory, tokens for programs, how the service is, and pages of plain text. */
extern const struct page directory_page, account_end_page, tokens_page, token_end_page, status_page, about_page,
    accessibility_page, glossary_page;

#endif
