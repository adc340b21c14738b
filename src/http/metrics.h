#ifndef HTTP_METRICS_H
#define HTTP_METRICS_H

#include "base/buffer.h"

#include "router.h"

/* Counters of what was answered, in arrays of fixed size: counting takes no lock. */
struct metrics;

enum {
    METRICS_ASSET = -1,     /* in place of a route's number */
    METRICS_UNKNOWN = -2,   /* refused before a route was found */
    METRICS_MALFORMED = -3, /* refused by the library, which never showed it to us */
};

/* Lives in the arena, as the router must. NULL past its ceiling. */
struct metrics *metrics_new(struct arena *arena, const struct router *router);

/* status 0: the connection was lost before an answer. */
void metrics_count(struct metrics *metrics, int route_number, int status, int64_t microseconds,
                   uint64_t bytes);
void metrics_write(const struct metrics *metrics, struct buffer *out);

#endif
