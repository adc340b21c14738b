#include "witness/service.h"

#include "witness/desk.h"

#include "base/error.h"
#include "http/http.h"
#include "ledger/hash.h"
#include "ledger/note.h"

#include <stdlib.h>

enum { SUBMISSION_MOST = LEDGER_NOTE_LIMIT + 64 * LEDGER_PROOF_MAX, REQUESTS_A_MINUTE = 600 };

struct witness_service {
    struct http_server *server;
    struct http_site site;
};

static int take_piece(struct http_request *request, const struct http_piece *piece, struct error *error)
{
    struct buffer *body = http_data(request);
    if (!body) {
        if (!(body = ARENA_NEW(http_arena(request), struct buffer)))
            return arena_error(http_arena(request), error);
        *body = buffer_in(http_arena(request));
        http_set_data(request, body);
    }
    buffer_bytes(body, piece->p, piece->n);
    return buffer_failed(body) ? arena_error(http_arena(request), error) : 0;
}

/* On a worker: it signs and syncs. */
static int add_checkpoint(struct http_request *request, struct error *error)
{
    const struct buffer *body = http_data(request);
    struct witness_reply reply;
    witness_desk_submit(http_context(request), http_arena(request),
                        body ? buffer_result(body) : (struct text){"", 0}, &reply);
    return http_reply(request, reply.status, reply.type, reply.body, error);
}

static int add_checkpoint_later(struct http_request *request, struct error *error)
{
    return http_work(request, add_checkpoint, error);
}

static int latest(struct http_request *request, struct error *error)
{
    struct text note;
    if (!witness_desk_latest(http_context(request), http_arena(request), http_param(request, "hash"), &note))
        return error_set(error, ERROR_MISSING, "", "", "this witness has not cosigned such a log");
    int result = http_set_header(request, "Cache-Control", TEXT("no-cache"), error);
    return result ? result : http_reply(request, 200, "text/plain; charset=utf-8", note, error);
}

static int health(struct http_request *request, struct error *error)
{
    return http_reply(request, 200, "text/plain; charset=utf-8", TEXT("ok\n"), error);
}

static const struct http_route routes[] = {
    {.method = HTTP_POST,
     .pattern = "/add-checkpoint",
     .handler = add_checkpoint_later,
     .upload = take_piece,
     .body = HTTP_BODY_STREAM,
     .body_limit = SUBMISSION_MOST},
    {.method = HTTP_GET, .pattern = "/{hash}/checkpoint", .handler = latest},
    {.method = HTTP_GET, .pattern = "/healthz", .handler = health},
};
static const struct http_table table = {routes, sizeof routes / sizeof *routes};

int witness_service_start(struct witness_desk *desk, const struct witness_service_settings *settings,
                          struct witness_service **out, struct error *error)
{
    struct witness_service *service = calloc(1, sizeof *service);
    *out = NULL;
    if (!service)
        return error_set(error, ERROR_SYSTEM, "", "", "out of memory");
    service->site = (struct http_site){.context = desk, .tables = &table, .tables_n = 1};
    unsigned most = settings->requests_per_minute ? settings->requests_per_minute : REQUESTS_A_MINUTE;
    struct http_settings http = {
        .address = settings->address,
        .port = settings->port,
        .certificate_file = settings->certificate_file,
        .key_file = settings->key_file,
        .hosts = settings->hosts,
        .behind_proxy = settings->behind_proxy,
        .connections = 512,
        .requests_per_minute = most,
        .held_bytes = 64 << 20,
    };
    int result = http_start(&http, &service->site, &service->server, error);
    if (result != 0) {
        free(service);
        return result;
    }
    *out = service;
    return 0;
}

unsigned witness_service_port(const struct witness_service *service)
{
    return http_port(service->server);
}

void witness_service_stop(struct witness_service **slot)
{
    struct witness_service *service = *slot;
    if (!service)
        return;
    http_stop(&service->server);
    free(service);
    *slot = NULL;
}
