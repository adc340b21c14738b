#ifndef ASSETS_H
#define ASSETS_H

#include "http/http.h"

/* The style sheet, the scripts and the icon, as struct http_site wants them. Their bytes are within the
 * program. */
extern const struct http_asset assets[];
extern const size_t assets_n;

#endif
