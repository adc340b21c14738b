#include "router.h"

#include "base/buffer.h"
#include "base/error.h"

#include <string.h>

/* The patterns as a tree, a node a segment. */
struct node {
    struct text literal;
    struct node *child;   /* literal children, a list */
    struct node *sibling; /* the next literal child of the parent */
    struct node *param;
    struct node *rest;       /* {name...} */
    int route[HTTP_METHODS]; /* number + 1 */
};

struct router {
    struct node root;
    const struct http_route **route;
    size_t n;
};

enum segment_kind { SEGMENT_LITERAL, SEGMENT_PARAM, SEGMENT_REST };

/* What a segment of a pattern is, and its text or name. */
static enum segment_kind segment_read(struct text segment, struct text *name)
{
    *name = segment;
    if (!text_starts(segment, TEXT("{")) || !text_ends(segment, TEXT("}")))
        return SEGMENT_LITERAL;
    *name = text_cut(segment, 1, segment.n - 1);
    if (!text_ends(*name, TEXT("...")))
        return SEGMENT_PARAM;
    *name = text_cut(*name, 0, name->n - 3);
    return SEGMENT_REST;
}

static struct node *literal_child(const struct node *node, struct text literal)
{
    for (struct node *child = node->child; child; child = child->sibling)
        if (text_equal(child->literal, literal))
            return child;
    return NULL;
}

static int add(struct arena *arena, struct router *router, const struct http_route *route, size_t number,
               struct error *error)
{
    struct text rest = text_of(route->pattern), piece, name;
    struct node *node = &router->root;
    if (rest.n == 0 || rest.p[0] != '/')
        return error_set(error, ERROR_INVALID, route->pattern ? route->pattern : "a route", "",
                         "a route's pattern must begin with a slash");
    if (!route->handler || (unsigned)route->method > HTTP_DELETE)
        return error_set(error, ERROR_INVALID, route->pattern, "",
                         "this route has no handler or no proper method");
    if (route->body == HTTP_BODY_STREAM && !route->upload)
        return error_set(error, ERROR_INVALID, route->pattern, "",
                         "this route takes a stream but has no upload function");
    rest = text_cut(rest, 1, rest.n);
    size_t depth = 0;
    bool ended = false;
    while (text_next(&rest, '/', &piece)) {
        enum segment_kind kind = segment_read(piece, &name);
        if (ended || ++depth > ROUTER_SEGMENTS || (kind != SEGMENT_LITERAL && name.n == 0))
            return error_set(error, ERROR_INVALID, route->pattern, "", "this route's pattern is malformed");
        struct node **slot = kind == SEGMENT_PARAM ? &node->param : kind == SEGMENT_REST ? &node->rest : NULL;
        struct node *next = slot ? *slot : literal_child(node, name);
        if (!next) {
            next = ARENA_NEW(arena, struct node);
            if (!next)
                return arena_error(arena, error);
            if (slot) {
                *slot = next;
            } else {
                next->literal = name;
                next->sibling = node->child;
                node->child = next;
            }
        }
        node = next;
        ended = kind == SEGMENT_REST;
    }
    if (node->route[route->method])
        return error_set(error, ERROR_INVALID, route->pattern, "",
                         "two routes have this pattern and the same method");
    node->route[route->method] = (int)number + 1;
    router->route[number] = route;
    return 0;
}

int router_new(struct arena *arena, const struct http_site *site, struct router **out, struct error *error)
{
    struct router *router = ARENA_NEW(arena, struct router);
    if (!router)
        return arena_error(arena, error);
    for (size_t t = 0; t < site->tables_n; t++)
        router->n += site->tables[t].n;
    router->route = ARENA_ARRAY(arena, const struct http_route *, router->n);
    if (!router->route)
        return arena_error(arena, error);
    size_t number = 0;
    for (size_t t = 0; t < site->tables_n; t++) {
        for (size_t r = 0; r < site->tables[t].n; r++) {
            int result = add(arena, router, &site->tables[t].routes[r], number++, error);
            if (result != 0)
                return result;
        }
    }
    *out = router;
    return 0;
}

size_t router_count(const struct router *router)
{
    return router->n;
}

const struct http_route *router_route(const struct router *router, size_t number)
{
    return router->route[number];
}

int router_path_read(struct arena *arena, struct text path, struct router_path *out, struct error *error)
{
    struct text piece;
    out->n = 0;
    if (path.n == 0 || path.p[0] != '/')
        return error_set(error, ERROR_INPUT, "path", "", "the path does not begin with a slash");
    struct text rest = text_cut(path, 1, path.n);
    while (text_next(&rest, '/', &piece)) {
        struct text decoded;
        if (out->n == ROUTER_SEGMENTS)
            return error_set(error, ERROR_MISSING, "", "", "there is no such page");
        int result = http_decode(arena, piece, false, "path", &decoded, error);
        if (result != 0)
            return result;
        bool dots = text_equal(decoded, TEXT(".")) || text_equal(decoded, TEXT(".."));
        if (dots || text_find_char(decoded, '/') >= 0 || text_find_char(decoded, '\r') >= 0 ||
            text_find_char(decoded, '\n') >= 0 || text_find_char(decoded, '\t') >= 0)
            return error_set(error, ERROR_INPUT, "path", "", "a part of the path is not allowed");
        out->segment[out->n++] = decoded;
    }
    return 0;
}

/* The node's own routes: remembers which methods there are; the number + 1 of the one wanted, or 0. */
static int at_node(const struct node *node, enum http_method method, unsigned *methods)
{
    for (unsigned m = 0; m < HTTP_METHODS; m++)
        if (node->route[m])
            *methods |= 1u << m;
    return node->route[method];
}

static int find(const struct node *node, enum http_method method, const struct router_path *path,
                size_t depth, unsigned *methods)
{
    if (depth == path->n)
        return at_node(node, method, methods);
    struct text segment = path->segment[depth];
    const struct node *literal = literal_child(node, segment);
    int found = literal ? find(literal, method, path, depth + 1, methods) : 0;
    if (!found && node->param && segment.n > 0)
        found = find(node->param, method, path, depth + 1, methods);
    if (!found && node->rest && segment.n > 0)
        found = at_node(node->rest, method, methods);
    return found;
}

int router_find(const struct router *router, enum http_method method, const struct router_path *path,
                unsigned *methods)
{
    *methods = 0;
    int found = find(&router->root, method == HTTP_HEAD ? HTTP_GET : method, path, 0, methods);
    if (found)
        return found - 1;
    return *methods ? ROUTER_METHOD : ROUTER_NONE;
}

struct text router_param(struct arena *arena, const struct http_route *route, const struct router_path *path,
                         const char *name)
{
    struct text rest = text_of(route->pattern), piece, own;
    struct text wanted = text_of(name);
    rest = text_cut(rest, 1, rest.n);
    for (size_t i = 0; i < path->n && text_next(&rest, '/', &piece); i++) {
        enum segment_kind kind = segment_read(piece, &own);
        if (kind == SEGMENT_LITERAL || !text_equal(own, wanted))
            continue;
        if (kind == SEGMENT_PARAM)
            return path->segment[i];
        struct buffer joined = buffer_in(arena);
        for (size_t s = i; s < path->n; s++) {
            if (s > i)
                buffer_char(&joined, '/');
            buffer_text(&joined, path->segment[s]);
        }
        return buffer_failed(&joined) ? (struct text){0} : buffer_result(&joined);
    }
    return (struct text){0};
}
