#ifndef HTTP_ROUTER_H
#define HTTP_ROUTER_H

#include "http/http.h"

enum {
    ROUTER_SEGMENTS = 24, /* of a path at most */
    ROUTER_NONE = -1,     /* no such path */
    ROUTER_METHOD = -2,   /* the path is there, the method is not */
};

struct router;

/* A path cut at its slashes, each segment decoded. */
struct router_path {
    struct text segment[ROUTER_SEGMENTS];
    size_t n;
};

/* Routes are numbered through all tables. Lives in the arena. ERROR_INVALID if a pattern is wrong or there twice. */
int router_new(struct arena *arena, const struct http_site *site, struct router **router,
               struct error *error);

size_t router_count(const struct router *router);
const struct http_route *router_route(const struct router *router, size_t number);

/*
 * Strict: starts with "/", each segment decodes to UTF-8 without control characters, and is not ".", ".." or one with a
 * slash inside. ERROR_INPUT if it is not that; ERROR_MISSING if it has more segments than any route could.
 */
int router_path_read(struct arena *arena, struct text path, struct router_path *out, struct error *error);

/* The number of the route (HEAD finds GET's), ROUTER_NONE or ROUTER_METHOD. `methods`: bits of those the path has. */
int router_find(const struct router *router, enum http_method method, const struct router_path *path,
                unsigned *methods);

/* A parameter of a route's pattern. Joins the segments of {name...} in the arena, which may be NULL for others. */
struct text router_param(struct arena *arena, const struct http_route *route, const struct router_path *path,
                         const char *name);

#endif
