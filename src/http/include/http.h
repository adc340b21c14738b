#ifndef HTTP_H
#define HTTP_H

/* http: a small web server, forms and files as streams, answers later, limits on everything. It knows nothing of any site. */
#include "http/http.h"
#include "http/limiter.h"
#include "http/pairs.h"

#endif
