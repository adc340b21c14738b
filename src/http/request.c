#include "internal.h"

#include "disposition.h"

#include "base/error.h"

struct arena *http_arena(struct http_request *request)
{
    return request->arena;
}

void *http_context(const struct http_request *request)
{
    return request->server->site->context;
}

const struct http_route *http_route(const struct http_request *request)
{
    return request->route;
}

enum http_method http_method(const struct http_request *request)
{
    return request->method;
}

const char *http_method_name(enum http_method method)
{
    static const char *const names[HTTP_METHODS] = {
        [HTTP_GET] = "GET",       [HTTP_POST] = "POST", [HTTP_PUT] = "PUT",         [HTTP_PATCH] = "PATCH",
        [HTTP_DELETE] = "DELETE", [HTTP_HEAD] = "HEAD", [HTTP_OPTIONS] = "OPTIONS",
    };
    return (unsigned)method < HTTP_METHODS ? names[method] : "";
}

struct text http_path(const struct http_request *request)
{
    return request->path;
}

struct text http_param(const struct http_request *request, const char *name)
{
    if (!request->route)
        return (struct text){0};
    return router_param(request->arena, request->route, &request->segments, name);
}

const struct http_pairs *http_query(const struct http_request *request)
{
    return &request->query;
}

const struct http_pairs *http_fields(const struct http_request *request)
{
    return &request->fields;
}

struct text http_body_text(const struct http_request *request)
{
    if (!request->route || request->route->body != HTTP_BODY_JSON)
        return (struct text){0};
    return (struct text){request->body, (size_t)request->body_seen};
}

struct gathering {
    struct text wanted;
    struct arena *arena;
    struct text value;
    size_t count;
};

static enum MHD_Result gather(void *context, enum MHD_ValueKind kind, const char *name, size_t name_n,
                              const char *value, size_t value_n)
{
    (void)kind;
    struct gathering *gathering = context;
    if (!text_equal_fold((struct text){name, name_n}, gathering->wanted))
        return MHD_YES;
    struct text one = text_trim((struct text){value, value_n});
    gathering->value = gathering->count++ == 0 ? one
                                               : arena_format(gathering->arena, "%.*s, %.*s",
                                                              TEXT_ARGS(gathering->value), TEXT_ARGS(one));
    return MHD_YES;
}

struct text request_header(struct http_request *request, const char *name, size_t *count)
{
    struct gathering gathering = {.wanted = text_of(name), .arena = request->arena};
    MHD_get_connection_values_n(request->connection, MHD_HEADER_KIND, gather, &gathering);
    *count = gathering.count;
    return gathering.value;
}

struct text http_header(struct http_request *request, const char *name)
{
    size_t count;
    return request_header(request, name, &count);
}

int http_filename(struct http_request *request, struct text *filename, struct error *error)
{
    size_t count;
    struct text header = request_header(request, "Content-Disposition", &count);
    *filename = (struct text){0};
    if (count > 1)
        return error_set(error, ERROR_INPUT, "Content-Disposition", "Send it once.", "this header was sent more than once");
    return count == 0 ? 0 : disposition_read(request->arena, header, filename, error);
}

struct text http_cookie(struct http_request *request, const char *name)
{
    if (!request->cookies_read) {
        size_t count;
        struct text header = request_header(request, "Cookie", &count);
        /* HTTP/1.1 clients send one Cookie header; a second would make the joined value ambiguous. */
        if (count == 1)
            http_cookies_read(request->arena, header, COOKIES_MOST, &request->cookies, NULL);
        request->cookies_read = true;
    }
    return http_pairs_get(&request->cookies, name);
}

struct text http_peer(const struct http_request *request)
{
    return request->peer;
}

bool http_is_tls(const struct http_request *request)
{
    return request->tls;
}

struct text http_host(const struct http_request *request)
{
    return request->host;
}

bool http_same_origin(struct http_request *request)
{
    struct text site = http_header(request, "Sec-Fetch-Site");
    if (site.n > 0)
        return text_equal(site, TEXT("same-origin")) || text_equal(site, TEXT("none"));
    struct text origin = http_header(request, "Origin");
    if (origin.n == 0)
        return true;
    struct text scheme = request->tls ? TEXT("https://") : TEXT("http://");
    return text_starts(origin, scheme) &&
           text_equal_fold(text_cut(origin, scheme.n, origin.n), request->host);
}

void http_set_data(struct http_request *request, void *data)
{
    request->data = data;
}

void *http_data(const struct http_request *request)
{
    return request->data;
}
