#ifndef WEB_HOME_H
#define WEB_HOME_H

#include "asking.h"

/* The first page after signing in: what waits for this person, and putting a notice away. */
extern const struct page home_page, notice_page;

#endif
