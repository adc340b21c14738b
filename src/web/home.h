#ifndef WEB_HOME_H
#define WEB_HOME_H

#include "asking.h"

extern const struct page home_page, notice_page;

#endif
