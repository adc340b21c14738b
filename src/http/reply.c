#include "internal.h"

#include "header.h"

#include "base/error.h"

#include <stdio.h>
#include <string.h>

static const struct {
    const char *name, *value;
    bool tls_only;
} defaults[] = {
    {"Content-Security-Policy",
     "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
     "form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
     false},
    {"X-Content-Type-Options", "nosniff", false},
    {"Referrer-Policy", "no-referrer", false},
    {"Permissions-Policy",
     "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), "
     "publickey-credentials-get=(self), usb=()",
     false},
    {"Cross-Origin-Opener-Policy", "same-origin", false},
    {"Cross-Origin-Resource-Policy", "same-origin", false},
    {"Cache-Control", "no-store", false},
    {"Strict-Transport-Security", "max-age=31536000", true},
};

void reply_drop(struct http_request *request, bool whole)
{
    struct reply *reply = &request->reply;
    if (!reply->streams)
        return;
    reply->streams = false;
    if (reply->source.done)
        reply->source.done(reply->source.context, whole);
}

static int set_reply(struct http_request *request, int status, const char *type, struct text body,
                     struct error *error)
{
    struct reply *reply = &request->reply;
    if (arena_exhausted(request->arena))
        return arena_error(request->arena, error);
    reply_drop(request, false);
    reply->status = status;
    reply->type = type;
    reply->body = body;
    return 0;
}

int http_reply(struct http_request *request, int status, const char *type, struct text body,
               struct error *error)
{
    return set_reply(request, status, type, body, error);
}

int http_reply_buffer(struct http_request *request, int status, const char *type, const struct buffer *body,
                      struct error *error)
{
    if (buffer_failed(body))
        return arena_error(request->arena, error);
    return set_reply(request, status, type, buffer_result(body), error);
}

int http_redirect(struct http_request *request, struct text location, struct error *error)
{
    int result = http_set_header(request, "Location", location, error);
    return result == 0 ? set_reply(request, 303, NULL, (struct text){0}, error) : result;
}

int http_reply_stream(struct http_request *request, int status, const char *type, uint64_t length,
                      const struct http_source *source, struct error *error)
{
    struct reply *reply = &request->reply;
    int result = set_reply(request, status, type, (struct text){0}, error);
    if (result != 0) {
        if (source->done)
            source->done(source->context, false);
        return result;
    }
    reply->source = *source;
    reply->length = length;
    reply->pulled = 0;
    reply->ended = false;
    reply->streams = true;
    return 0;
}

static int add_header(struct http_request *request, const char *name, struct text value, struct error *error)
{
    struct reply *reply = &request->reply;
    if (!header_is_token(text_of(name)) || !header_is_value(value, true) || text_find_char(value, '\t') >= 0)
        return error_set(error, ERROR_INPUT, name, "", "this header's name or value is not allowed");
    if (reply->headers == REPLY_HEADERS)
        return error_set(error, ERROR_TOO_LARGE, name, "", "the answer has too many headers");
    char *copy = arena_string(request->arena, value);
    if (!copy)
        return arena_error(request->arena, error);
    reply->header[reply->headers].name = name;
    reply->header[reply->headers++].value = (struct text){copy, value.n};
    return 0;
}

int http_set_header(struct http_request *request, const char *name, struct text value, struct error *error)
{
    struct reply *reply = &request->reply;
    size_t kept = 0;
    for (size_t i = 0; i < reply->headers; i++)
        if (!text_equal_fold(text_of(reply->header[i].name), text_of(name)))
            reply->header[kept++] = reply->header[i];
    reply->headers = kept;
    return add_header(request, name, value, error);
}

int http_set_filename(struct http_request *request, struct text filename, struct error *error)
{
    char *plain = arena_string(request->arena, filename);
    struct text encoded = http_encode(request->arena, filename);
    if (!plain || !encoded.p)
        return arena_error(request->arena, error);
    for (size_t i = 0; i < filename.n; i++) {
        unsigned char c = (unsigned char)plain[i];
        if (c < 0x20 || c >= 0x7f || strchr("\"\\%/:*?<>|", c))
            plain[i] = '_';
    }
    struct text value = arena_format(request->arena, "attachment; filename=\"%s\"; filename*=UTF-8''%.*s",
                                     plain, TEXT_ARGS(encoded));
    if (!value.p)
        return arena_error(request->arena, error);
    return http_set_header(request, "Content-Disposition", value, error);
}

int http_set_cookie(struct http_request *request, const char *name, struct text value, int64_t seconds,
                    unsigned flags, struct error *error)
{
    struct text age =
        seconds == 0 ? TEXT("")
                     : arena_format(request->arena, "; Max-Age=%lld", (long long)(seconds < 0 ? 0 : seconds));
    for (size_t i = 0; i < value.n; i++) {
        unsigned char c = (unsigned char)value.p[i];
        if (c <= 0x20 || c >= 0x7f || strchr("\",;\\", c))
            return error_set(error, ERROR_INPUT, name, "", "this value is not allowed in a cookie");
    }
    if (!header_is_token(text_of(name)))
        return error_set(error, ERROR_INPUT, name, "", "this name is not allowed for a cookie");
    struct text cookie = arena_format(
        request->arena, "%s=%.*s; Path=/%.*s%s%s; SameSite=%s", name, TEXT_ARGS(value), TEXT_ARGS(age),
        flags & HTTP_COOKIE_SCRIPT ? "" : "; HttpOnly", flags & HTTP_COOKIE_INSECURE ? "" : "; Secure",
        flags & HTTP_COOKIE_LAX ? "Lax" : "Strict");
    if (!cookie.p)
        return arena_error(request->arena, error);
    return add_header(request, "Set-Cookie", cookie, error);
}

int http_reply_tagged(struct http_request *request, const char *type, struct text body, struct text etag, struct error *error)
{
    int result = http_set_header(request, "ETag", etag, error);
    struct text list = http_header(request, "If-None-Match");
    bool same = list.n > 0 && header_lists_etag(list, etag);
    /* libmicrohttpd sends no body with a 304 but would tell its length: so let it be the true one (RFC 9110 section 8.6). */
    return result == 0 ? set_reply(request, same ? 304 : 200, same ? NULL : type, body, error) : result;
}

void http_refuse_with(struct http_request *request, int status, unsigned retry_after)
{
    request->refusal_status = status;
    request->retry_after = retry_after;
}

int http_status_of(int error_code)
{
    switch (error_code) {
    case ERROR_INPUT:
        return 400;
    case ERROR_UNAUTHENTICATED:
        return 401;
    case ERROR_FORBIDDEN:
        return 403;
    case ERROR_MISSING:
        return 404;
    case ERROR_CONFLICT:
        return 409;
    case ERROR_TOO_LARGE:
        return 413;
    case ERROR_INVALID:
        return 422;
    case ERROR_LIMITED:
        return 429;
    case ERROR_UNLAWFUL:
        return 451;
    default:
        return 500;
    }
}

void refuse(struct http_request *request, int code, const struct error *error)
{
    const struct http_site *site = request->server->site;
    int status = request->refusal_status ? request->refusal_status : http_status_of(code);
    struct error plain = {.code = code};
    reply_drop(request, false);
    request->reply.status = 0;
    request->reply.headers = 0;
    if (arena_exhausted(request->arena) && !request->first_arena) {
        struct arena *fresh = arena_new(REFUSAL_ARENA, ARENA_SECRET);
        if (fresh) {
            request->first_arena = request->arena;
            request->arena = fresh;
        }
    }
    if (site->refuse) {
        request->told = true;
        site->refuse(request, status, error && error->code ? error : &plain);
    }
    if (request->reply.status == 0 || request->reply.streams) {
        reply_drop(request, false);
        request->reply.status = status;
        request->reply.type = "text/plain; charset=utf-8";
        request->reply.body = TEXT("This request was refused.\n");
    }
}

static int64_t pull_within(struct http_request *request, uint64_t at, char *out, size_t size)
{
    struct reply *reply = &request->reply;
    if (reply->length != UINT64_MAX && reply->length - at < size)
        size = (size_t)(reply->length - at);
    int64_t n = reply->source.pull(reply->source.context, at, out, size);
    return n > (int64_t)size ? HTTP_PULL_FAIL : n;
}

static ssize_t pull(void *context, uint64_t at, char *out, size_t size)
{
    struct http_request *request = context;
    struct reply *reply = &request->reply;
    if (later_waits(request))
        return 0;
    later_clear(request);
    watch_resume(request->watched);
    int64_t n = pull_within(request, at, out, size);
    if (n > 0) {
        reply->pulled = at + (uint64_t)n;
        watch_moved(request->watched, (uint64_t)n);
        return (ssize_t)n;
    }
    if (n == HTTP_PULL_LATER) {
        watch_pause(request->watched);
        later_wait(request);
        return 0;
    }
    /* An end before the promised length must not look like one. */
    reply->ended = n == HTTP_PULL_END && reply->length == UINT64_MAX;
    return reply->ended ? MHD_CONTENT_READER_END_OF_STREAM : MHD_CONTENT_READER_END_WITH_ERROR;
}

static bool is_set(const struct reply *reply, const char *name)
{
    for (size_t i = 0; i < reply->headers; i++)
        if (text_equal_fold(text_of(reply->header[i].name), text_of(name)))
            return true;
    return false;
}

static void add_headers(struct http_request *request, struct MHD_Response *response)
{
    const struct reply *reply = &request->reply;
    char seconds[16];
    for (size_t i = 0; i < sizeof defaults / sizeof defaults[0]; i++)
        if ((!defaults[i].tls_only || request->tls) && !is_set(reply, defaults[i].name))
            MHD_add_response_header(response, defaults[i].name, defaults[i].value);
    for (size_t i = 0; i < reply->headers; i++)
        if (reply->header[i].value.n > 0)
            MHD_add_response_header(response, reply->header[i].name, reply->header[i].value.p);
    if (reply->type && !is_set(reply, "Content-Type"))
        MHD_add_response_header(response, "Content-Type", reply->type);
    if (request->retry_after > 0 && reply->status >= 400) {
        snprintf(seconds, sizeof seconds, "%u", request->retry_after);
        MHD_add_response_header(response, "Retry-After", seconds);
    }
    /*
     * libmicrohttpd takes chunks whose lines end in a bare line feed, and anything behind a ";", of which another server may
     * think otherwise: where such a body ended is not agreed on, so nothing behind it is a request.
     */
    bool chunked = request->body_there && !request->body_known;
    if (request->close || chunked || atomic_load(&request->server->stopping))
        MHD_add_response_header(response, "Connection", "close");
}

enum MHD_Result reply_queue(struct http_request *request)
{
    struct reply *reply = &request->reply;
    struct MHD_Response *response;
    if (reply->streams)
        response =
            MHD_create_response_from_callback(reply->length == UINT64_MAX ? MHD_SIZE_UNKNOWN : reply->length,
                                              STREAM_BLOCK, pull, request, NULL);
    else
        response = MHD_create_response_from_buffer(reply->body.n, (void *)(uintptr_t)reply->body.p,
                                                   MHD_RESPMEM_PERSISTENT);
    if (!response)
        return MHD_NO;
    add_headers(request, response);
    watch_mode(request->watched, WATCH_MOVING);
    watch_moved(request->watched, reply->streams || reply->status == 304 ? 0 : reply->body.n);
    request->phase = PHASE_ANSWER;
    enum MHD_Result result = MHD_queue_response(request->connection, (unsigned)reply->status, response);
    MHD_destroy_response(response);
    return result;
}
