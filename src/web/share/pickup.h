#ifndef WEB_PICKUP_H
#define WEB_PICKUP_H

#include "asking.h"

/* For somebody outside the partnership, who has a link and a phrase and no account. */
extern const struct page pickup_page, parcel_page, parcel_document_page;

#endif
