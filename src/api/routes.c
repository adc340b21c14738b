#include "inside.h"

#include <pthread.h>
#include <stdio.h>

enum { PATTERN = 96 };
#define DOCUMENT_LIMIT (UINT64_C(16) << 30)

static const struct http_route own[] = {
    {.method = HTTP_POST, .pattern = "/api/v1/token", .handler = token_handler, .body = HTTP_BODY_JSON},
    {.method = HTTP_POST,
     .pattern = "/api/v1/document/attach",
     .handler = attach_handler,
     .flags = ROUTE_COMMAND,
     .data = &document_attach_command,
     .body = HTTP_BODY_STREAM,
     .upload = attach_piece,
     .body_limit = DOCUMENT_LIMIT},
    {.method = HTTP_GET,
     .pattern = "/api/v1/document/open",
     .handler = document_handler,
     .flags = ROUTE_VIEW,
     .data = &document_open_view},
    {.method = HTTP_GET,
     .pattern = "/api/v1/receipt/document",
     .handler = document_handler,
     .flags = ROUTE_VIEW,
     .data = &received_document_open_view},
    {.method = HTTP_GET,
     .pattern = "/api/v1/decision/proof/file",
     .handler = proof_file_handler,
     .flags = ROUTE_VIEW,
     .data = &decision_proof_view},
    {.method = HTTP_GET,
     .pattern = "/api/v1/decision/proof/receipt",
     .handler = proof_receipt_handler,
     .flags = ROUTE_VIEW,
     .data = &decision_proof_view},
    {.method = HTTP_POST, .pattern = "/api/v1/pickup/try", .handler = pickup_handler, .body = HTTP_BODY_JSON},
    {.method = HTTP_POST, .pattern = "/api/v1/pickup/document", .handler = pickup_document_handler, .body = HTTP_BODY_JSON},
    {.method = HTTP_GET, .pattern = "/api/v1/openapi.json", .handler = openapi_handler},
    {.method = HTTP_GET, .pattern = "/log/checkpoint", .handler = checkpoint_handler},
    {.method = HTTP_GET, .pattern = "/log/key", .handler = log_key_handler},
    {.method = HTTP_GET, .pattern = "/log/tile/{path...}", .handler = tile_handler},
    {.method = HTTP_GET, .pattern = "/healthz", .handler = health_handler},
    {.method = HTTP_GET, .pattern = "/metrics", .handler = metrics_handler},
};

enum { MOST = 2 * GATE_TABLE_MOST + sizeof own / sizeof *own };

/* Made once from the tables; then it never changes. */
static struct {
    struct http_route route[MOST];
    char pattern[MOST][PATTERN];
    struct http_table table;
} made;
static pthread_once_t once = PTHREAD_ONCE_INIT;

/* "share.send" is found at /api/v1/share/send. */
static const char *pattern_of(size_t index, const char *name)
{
    snprintf(made.pattern[index], PATTERN, API_PREFIX "%s", name);
    for (char *c = made.pattern[index] + sizeof API_PREFIX - 1; *c; c++)
        if (*c == '.')
            *c = '/';
    return made.pattern[index];
}

static void make(void)
{
    size_t n = 0;
    for (const struct command *const *at = gate_commands(); *at; at++)
        if (!(*at)->inside) {
            made.route[n] = (struct http_route){.method = HTTP_POST,
                                                .pattern = pattern_of(n, (*at)->name),
                                                .handler = command_handler,
                                                .body = HTTP_BODY_JSON,
                                                .flags = ROUTE_COMMAND,
                                                .data = *at};
            n++;
        }
    for (const struct view *const *at = gate_views(); *at; at++)
        if (!(*at)->inside) {
            bool posted = view_is_posted(*at);
            made.route[n] = (struct http_route){.method = posted ? HTTP_POST : HTTP_GET,
                                                .pattern = pattern_of(n, (*at)->name),
                                                .handler = view_handler,
                                                .body = posted ? HTTP_BODY_JSON : HTTP_BODY_NONE,
                                                .flags = ROUTE_VIEW,
                                                .data = *at};
            n++;
        }
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        made.route[n++] = own[i];
    made.table = (struct http_table){made.route, n};
}

const struct http_table *api_table(void)
{
    pthread_once(&once, make);
    return &made.table;
}
