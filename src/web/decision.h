#ifndef WEB_DECISION_H
#define WEB_DECISION_H

#include "asking.h"

extern const struct page decision_page, decisions_page;

#endif
