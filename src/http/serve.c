#include "internal.h"
#include "strict.h"

#include "base/clock.h"
#include "base/log.h"

#include <stdlib.h>
#include <string.h>

/* The site gets targets and parameters as they were sent, and decodes them strictly itself. */
size_t serve_unescape(void *server, struct MHD_Connection *connection, char *text)
{
    (void)server;
    (void)connection;
    return strlen(text);
}

void *serve_target(void *context, const char *target, struct MHD_Connection *connection)
{
    struct http_server *server = context;
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    struct watched *watched = info ? info->socket_context : NULL;
    atomic_fetch_add(&server->under_way, 1);
    bool closed = atomic_load(&server->closed);
    struct http_request *request = watched && !closed ? calloc(1, sizeof *request) : NULL;
    if (request)
        request->arena = arena_new(server->settings.arena_bytes, ARENA_SECRET);
    if (!request || !request->arena) {
        free(request);
        atomic_fetch_sub(&server->under_way, 1);
        return NULL;
    }
    request->server = server;
    request->connection = connection;
    request->watched = watched;
    request->started = clock_steady();
    request->route_number = METRICS_MALFORMED;
    request->tls = server->tls;
    request->target_at = target;
    request->raw_target = arena_text(request->arena, text_of(target));
    return request;
}

static void access_line(const struct http_request *request, int64_t microseconds, uint64_t bytes)
{
    const char *pattern = request->route                               ? request->route->pattern
                          : request->route_number == METRICS_ASSET     ? "(asset)"
                          : request->route_number == METRICS_MALFORMED ? "(malformed)"
                                                                       : "(unknown)";
    log_line(LOG_LEVEL_INFO, "http", "%s %s %d %lldus %llu", http_method_name(request->method), pattern,
             request->reply.status, (long long)microseconds, (unsigned long long)bytes);
}

void serve_completed(void *context, struct MHD_Connection *connection, void **slot,
                     enum MHD_RequestTerminationCode code)
{
    (void)connection;
    struct http_server *server = context;
    struct http_request *request = *slot;
    if (!request)
        return;
    struct reply *reply = &request->reply;
    bool answered = request->phase == PHASE_ANSWER && code == MHD_REQUEST_TERMINATED_COMPLETED_OK;
    bool whole = answered && (!reply->streams || reply->ended || reply->pulled == reply->length);
    uint64_t bytes = reply->streams ? reply->pulled : reply->status == 304 ? 0 : reply->body.n;
    int64_t microseconds = clock_steady() - request->started;
    metrics_count(server->metrics, request->route_number, request->phase == PHASE_ANSWER ? reply->status : 0,
                  microseconds, bytes);
    if (server->settings.access_log)
        access_line(request, microseconds, bytes);
    /* HEAD promises a length and sends nothing: its stream never ran. */
    reply_drop(request, whole && request->method != HTTP_HEAD);
    if (request->told && server->site->finish)
        server->site->finish(request, whole);
    watch_mode(request->watched, WATCH_HEADER);
    body_forget(request);
    arena_free(&request->first_arena);
    arena_free(&request->arena);
    free(request);
    *slot = NULL;
    atomic_fetch_sub(&server->under_way, 1);
}

static bool read_method(const char *text, enum http_method *method)
{
    for (int m = 0; m < HTTP_METHODS; m++) {
        if (strcmp(http_method_name((enum http_method)m), text) == 0) {
            *method = (enum http_method)m;
            return true;
        }
    }
    return false;
}

static int not_ours(struct http_request *request, const char *where, const char *what, struct error *error)
{
    http_refuse_with(request, 421, 0);
    return error_set(error, ERROR_INPUT, where, "Use the address that you were given.", "%s", what);
}

/* The name that was asked for. An address in the request line wins over Host (RFC 9112 section 3.2.2). */
static int check_host(struct http_request *request, struct error *error)
{
    static const char *const own[] = {"localhost", "127.0.0.1", "[::1]", NULL};
    const char *const *hosts = request->server->settings.hosts;
    const struct target *target = &request->target;
    if (target->absolute && target->tls != request->tls)
        return not_ours(request, "address",
                        request->tls ? "this server is asked by https" : "this server is asked by http", error);
    request->host = target->absolute ? target->authority : http_header(request, "Host");
    struct text name = request->host;
    size_t digits = 0;
    while (digits < name.n && name.p[name.n - 1 - digits] >= '0' && name.p[name.n - 1 - digits] <= '9')
        digits++;
    if (digits < name.n && name.p[name.n - 1 - digits] == ':')
        name = text_cut(name, 0, name.n - 1 - digits);
    for (const char *const *host = hosts ? hosts : own; *host; host++)
        if (text_equal_fold(name, text_of(*host)))
            return 0;
    return not_ours(request, target->absolute ? "address" : "Host", "this server does not answer to that name", error);
}

static void find_peer(struct http_request *request)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(request->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    const struct sockaddr *address = info ? info->client_addr : NULL;
    request->peer = peer_of(request->arena, address);
    if (!request->server->settings.behind_proxy || !address || !peer_is_loopback(address))
        return;
    struct text forwarded = peer_forwarded(request->arena, http_header(request, "X-Forwarded-For"));
    if (forwarded.n > 0)
        request->peer = forwarded;
    if (text_equal_fold(http_header(request, "X-Forwarded-Proto"), TEXT("https")))
        request->tls = true;
}

static int check_rate(struct http_request *request, struct error *error)
{
    struct http_limiter *limiter = request->server->limiter;
    if (!limiter)
        return 0;
    unsigned wait = http_limiter_take(limiter, request->peer, clock_steady());
    if (wait == 0)
        return 0;
    http_refuse_with(request, 429, wait);
    return error_set(error, ERROR_LIMITED, "", "Wait a little.", "too many requests came from this address");
}

static struct text allow_list(struct arena *arena, unsigned methods)
{
    struct buffer list = buffer_in(arena);
    buffer_string(&list, "OPTIONS");
    if (methods & 1u << HTTP_GET)
        buffer_string(&list, ", HEAD");
    for (int m = 0; m < HTTP_METHODS; m++)
        if (methods & 1u << m)
            buffer_format(&list, ", %s", http_method_name((enum http_method)m));
    return buffer_failed(&list) ? TEXT("OPTIONS") : buffer_result(&list);
}

/* The path is known, but not with this method. */
static void answer_method(struct http_request *request, unsigned methods)
{
    struct error error = {0};
    if (request->method == HTTP_OPTIONS) {
        http_reply(request, 204, NULL, (struct text){0}, NULL);
    } else {
        http_refuse_with(request, 405, 0);
        refuse(request, error_set(&error, ERROR_INPUT, "", "", "this cannot be done with this page"), &error);
    }
    http_set_header(request, "Allow", allow_list(request->arena, methods), NULL);
}

/* Sets request->route, or gives an error, or sets an answer. */
static int find_route(struct http_request *request, struct error *error)
{
    unsigned methods;
    request->path = request->target.path;
    int result = router_path_read(request->arena, request->path, &request->segments, error);
    if (result != 0)
        return result;
    if (request->server->site->assets_n > 0 && asset_reply(request))
        return 0;
    int number = router_find(request->server->router, request->method, &request->segments, &methods);
    if (number == ROUTER_NONE)
        return error_set(error, ERROR_MISSING, "", "", "there is no such page");
    if (number == ROUTER_METHOD) {
        answer_method(request, methods);
        return 0;
    }
    request->route_number = number;
    request->route = router_route(request->server->router, (size_t)number);
    if (!request->target.asks)
        return 0;
    return http_pairs_read(request->arena, request->target.query, QUERY_MOST, "query", &request->query, error);
}

/* All that can be said once the header is there. 0 and no reply set: the body may come. */
static int read_header(struct http_request *request, const char *method, const char *version,
                       struct error *error)
{
    const struct http_site *site = request->server->site;
    request->route_number = METRICS_UNKNOWN;
    if (!request->raw_target.p)
        return arena_error(request->arena, error);
    bool known = read_method(method, &request->method);
    int result = strict_check(request, method, version, error);
    if (result == 0)
        result = body_measure(request, error);
    if (result != 0) {
        request->close = true;
        return result;
    }
    find_peer(request);
    result = check_rate(request, error);
    if (result == 0 && !known) {
        http_refuse_with(request, 501, 0);
        result = error_set(error, ERROR_INPUT, "", "", "this method is not known here");
    }
    if (result == 0)
        result = target_read(request->raw_target, &request->target, error);
    if (result == 0)
        result = check_host(request, error);
    struct text expect = http_header(request, "Expect");
    request->expects = text_equal_fold(expect, TEXT("100-continue"));
    if (result == 0 && expect.n > 0 && !request->expects) {
        http_refuse_with(request, 417, 0);
        result = error_set(error, ERROR_INPUT, "Expect", "", "this expectation is not known here");
    }
    if (result == 0)
        result = find_route(request, error);
    if (result == 0 && request->reply.status == 0 && site->begin) {
        request->told = true;
        result = site->begin(request, error);
    }
    if (result == 0 && request->reply.status == 0)
        result = body_begin(request, error);
    return result;
}

/*
 * An answer is set before the body was read. libmicrohttpd closes the connection if it is queued now, also where no body comes,
 * and a client that is still sending may never see it; so a short body is read to its end first. A client that asked with
 * Expect waits for the answer and gets it.
 */
static enum MHD_Result answer_early(struct http_request *request)
{
    bool drain = !request->expects && !request->close &&
                 (!request->body_there || !request->body_known || request->body_length <= DRAIN_BYTES);
    if (!drain)
        return reply_queue(request);
    request->phase = PHASE_DRAIN;
    watch_mode(request->watched, WATCH_MOVING);
    return MHD_YES;
}

static enum MHD_Result on_header(struct http_request *request, const char *method, const char *version)
{
    struct error error = {0};
    int result = read_header(request, method, version, &error);
    if (result != 0)
        refuse(request, result, &error);
    if (request->reply.status != 0)
        return answer_early(request);
    request->phase = PHASE_BODY;
    watch_mode(request->watched, WATCH_MOVING);
    return MHD_YES;
}

/* Waits, with the connection suspended and not counted as slow. */
static enum MHD_Result wait_here(struct http_request *request)
{
    watch_pause(request->watched);
    later_wait(request);
    return MHD_YES;
}

static enum MHD_Result on_handler(struct http_request *request)
{
    struct error error = {0};
    request->phase = PHASE_HANDLER;
    watch_mode(request->watched, WATCH_EXEMPT);
    later_clear(request);
    int result = request->route->handler(request, &error);
    if (result == HTTP_LATER) {
        later_wait(request);
        return MHD_YES;
    }
    if (result == 0 && request->reply.status == 0)
        result = error_set(&error, ERROR_SYSTEM, "", "", "the handler gave no answer");
    if (result != 0)
        refuse(request, result, &error);
    return reply_queue(request);
}

static enum MHD_Result on_body(struct http_request *request, const char *data, size_t *size)
{
    struct error error = {0};
    size_t used = 0;
    bool end = *size == 0;
    later_clear(request);
    watch_resume(request->watched);
    int result = end ? body_end(request, &error) : body_feed(request, data, *size, &used, &error);
    if (result < 0) {
        refuse(request, result, &error);
        if (end)
            return reply_queue(request);
        *size = 0;
        request->phase = PHASE_DRAIN;
        return MHD_YES;
    }
    *size -= used;
    if (result != 0)
        return wait_here(request);
    return end ? on_handler(request) : MHD_YES;
}

enum MHD_Result serve_access(void *server, struct MHD_Connection *connection, const char *url,
                             const char *method, const char *version, const char *data, size_t *size,
                             void **slot)
{
    (void)server;
    (void)connection;
    (void)url;
    struct http_request *request = *slot;
    if (!request)
        return MHD_NO;
    if (later_waits(request))
        return MHD_YES;
    switch (request->phase) {
    case PHASE_HEADER:
        return on_header(request, method, version);
    case PHASE_BODY:
        return on_body(request, data, size);
    case PHASE_DRAIN:
        if (*size == 0)
            return reply_queue(request);
        request->drained += *size;
        watch_moved(request->watched, *size);
        *size = 0;
        return request->drained > DRAIN_BYTES ? MHD_NO : MHD_YES;
    case PHASE_HANDLER:
        /* Woken: by http_answer(), or by an http_more() that came late. */
        later_clear(request);
        if (!atomic_load(&request->answered)) {
            later_wait(request);
            return MHD_YES;
        }
        if (request->reply.status == 0)
            refuse(request, ERROR_SYSTEM, NULL);
        return reply_queue(request);
    case PHASE_ANSWER:
        break;
    }
    return MHD_NO;
}
