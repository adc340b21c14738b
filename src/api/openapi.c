#include "openapi.h"

/* The OpenAPI 3.1 document, read off the tables. */

static void put_strings(struct json_writer *w, const char *const *names, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        json_key(w, names[i]);
        json_object(w);
        openapi_put(w, "type", "string");
        json_end(w);
    }
}

static void put_components(struct json_writer *w)
{
    static const char *const members[] = {"type", "title", "detail", "field", "fix"}, *const of_field[] = {
                                                                                          "field", "what",
                                                                                          "fix"};
    json_key(w, "components");
    json_object(w);
    json_key(w, "securitySchemes");
    json_object(w);
    json_key(w, "token");
    json_object(w);
    openapi_put(w, "type", "http");
    openapi_put(w, "scheme", "bearer");
    json_end(w);
    json_end(w);
    json_key(w, "schemas");
    json_object(w);
    json_key(w, "problem");
    json_object(w);
    openapi_put(w, "type", "object");
    openapi_put(w, "description",
                "RFC 9457. `field` is the field that is wrong, `fix` says what to do; `errors` has one for "
                "each field.");
    json_key(w, "properties");
    json_object(w);
    put_strings(w, members, sizeof members / sizeof *members);
    json_key(w, "status");
    json_object(w);
    openapi_put(w, "type", "integer");
    json_end(w);
    json_key(w, "errors");
    json_object(w);
    openapi_put(w, "type", "array");
    json_key(w, "items");
    json_object(w);
    openapi_put(w, "type", "object");
    json_key(w, "properties");
    json_object(w);
    put_strings(w, of_field, sizeof of_field / sizeof *of_field);
    json_end(w);
    json_end(w);
    json_end(w);
    json_end(w);
    json_end(w);
    json_end(w);
    json_end(w);
}

int openapi_handler(struct http_request *request, struct error *error)
{
    struct arena *arena = http_arena(request);
    struct buffer b = buffer_in(arena);
    struct json_writer w = json_writer_in(&b);
    json_object(&w);
    openapi_put(&w, "openapi", "3.1.0");
    json_key(&w, "info");
    json_object(&w);
    openapi_put(&w, "title", "Proviso");
    openapi_put(&w, "version", "1");
    openapi_put(&w, "description",
                "Every command and view that is offered by name, derived from the tables of the program.");
    json_end(&w);
    json_key(&w, "servers");
    json_array(&w);
    json_object(&w);
    openapi_put(&w, "url", "/api/v1");
    json_end(&w);
    json_end(&w);
    json_key(&w, "security");
    json_array(&w);
    json_object(&w);
    json_key(&w, "token");
    json_array(&w);
    json_end(&w);
    json_end(&w);
    json_end(&w);
    json_key(&w, "paths");
    json_object(&w);
    for (const struct command *const *at = gate_commands(); *at; at++)
        if (!(*at)->inside)
            openapi_put_command(&w, arena, *at);
    for (const struct view *const *at = gate_views(); *at; at++)
        if (!(*at)->inside)
            openapi_put_view(&w, arena, *at);
    openapi_put_others(&w, arena);
    json_end(&w);
    put_components(&w);
    json_end(&w);
    return http_reply_buffer(request, 200, "application/json", &b, error);
}
