#include "openapi.h"

#include <string.h>

/* The OpenAPI 3.1 document, read off the tables. */

static void put_content(struct json_writer *w, const char *type)
{
    json_key(w, "content");
    json_object(w);
    json_key(w, type);
    json_object(w);
    json_key(w, "schema");
}

static void end_content(struct json_writer *w)
{
    json_end(w);
    json_end(w);
}

static void put_problem(struct json_writer *w)
{
    json_key(w, "default");
    json_object(w);
    openapi_put(w, "description", "Refused. Nothing was changed.");
    put_content(w, "application/problem+json");
    json_object(w);
    openapi_put(w, "$ref", "#/components/schemas/problem");
    json_end(w);
    end_content(w);
    json_end(w);
}

/* Instead of the document's: a token is not needed. */
static void put_no_security(struct json_writer *w)
{
    json_key(w, "security");
    json_array(w);
    json_end(w);
}

static void put_about(struct json_writer *w, struct arena *arena, const char *name, const char *title,
                      const struct grant *may, bool personal)
{
    struct buffer roles = buffer_in(arena);
    for (unsigned bit = 1; bit <= ROLE_ADMINISTRATOR; bit <<= 1)
        if (may->roles & bit)
            buffer_format(&roles, "%s%s", roles.n ? ", " : "", gate_role_name(bit));
    if (may->roles & ROLE_VISITOR)
        put_no_security(w);
    json_key(w, "tags");
    json_array(w);
    json_put_text(w, text_cut(text_of(name), 0, strcspn(name, ".")));
    json_end(w);
    openapi_put(w, "operationId", name);
    openapi_put(w, "summary", title);
    json_key(w, "description");
    json_put_text(w,
                  arena_format(arena, "For: %.*s. Reach: %s.%s", TEXT_ARGS(buffer_result(&roles)),
                               gate_reach_words((int)may->reach), personal ? " Each look is recorded." : ""));
}

static void begin_path(struct json_writer *w, struct arena *arena, const char *name, const char *method)
{
    char *path = arena_string(arena, arena_format(arena, "/%s", name));
    char *dot = path ? strchr(path, '.') : NULL;
    if (dot)
        *dot = '/';
    json_key(w, path ? path : "/");
    json_object(w);
    json_key(w, method);
    json_object(w);
}

static void put_body(struct json_writer *w, struct arena *arena, const struct field *takes, size_t n)
{
    json_key(w, "requestBody");
    json_object(w);
    json_key(w, "required");
    json_put_bool(w, n > 0);
    put_content(w, "application/json");
    openapi_put_object(w, arena, takes, n, true);
    end_content(w);
    json_end(w);
}

static void put_command(struct json_writer *w, struct arena *arena, const struct command *command)
{
    begin_path(w, arena, command->name, "post");
    put_about(w, arena, command->name, command->title, &command->may, false);
    put_body(w, arena, command->takes, command->takes_n);
    json_key(w, "responses");
    json_object(w);
    json_key(w, "200");
    json_object(w);
    openapi_put(w, "description", "Done: durable, in the log, and covered by a signed checkpoint.");
    put_content(w, "application/json");
    openapi_put_object(w, arena, command->gives, command->gives_n, false);
    end_content(w);
    json_end(w);
    put_problem(w);
    json_end(w);
    json_end(w);
    json_end(w);
}

/* As a form says it. */
static void put_yes_or_no(struct json_writer *w)
{
    json_object(w);
    openapi_put(w, "type", "string");
    json_key(w, "enum");
    json_array(w);
    json_put_string(w, "yes");
    json_put_string(w, "no");
    json_end(w);
    json_end(w);
}

static void put_parameters(struct json_writer *w, struct arena *arena, const struct view *view)
{
    json_key(w, "parameters");
    json_array(w);
    for (size_t i = 0; i < view->takes_n; i++) {
        const struct field *field = &view->takes[i];
        json_object(w);
        openapi_put(w, "name", field->name);
        openapi_put(w, "in", "query");
        json_key(w, "required");
        json_put_bool(w, field->required);
        if (field->kind == FIELD_OBJECT) {
            put_content(w, "application/json");
            openapi_put_schema(w, arena, field, true);
            end_content(w);
        } else if (field->kind == FIELD_YES_NO) {
            json_key(w, "schema");
            put_yes_or_no(w);
        } else {
            json_key(w, "schema");
            openapi_put_schema(w, arena, field, true);
        }
        json_end(w);
    }
    json_end(w);
}

static void put_view(struct json_writer *w, struct arena *arena, const struct view *view)
{
    begin_path(w, arena, view->name, view_is_posted(view) ? "post" : "get");
    put_about(w, arena, view->name, view->title, &view->may, view->personal);
    if (view_is_posted(view))
        put_body(w, arena, view->takes, view->takes_n);
    else
        put_parameters(w, arena, view);
    json_key(w, "responses");
    json_object(w);
    json_key(w, "200");
    json_object(w);
    openapi_put(w, "description", view->title);
    put_content(w, "application/json");
    if (view->one) {
        openapi_put_object(w, arena, view->gives, view->gives_n, false);
    } else {
        json_object(w);
        openapi_put(w, "type", "object");
        json_key(w, "properties");
        json_object(w);
        json_key(w, "rows");
        json_object(w);
        openapi_put(w, "type", "array");
        json_key(w, "items");
        openapi_put_object(w, arena, view->gives, view->gives_n, false);
        json_end(w);
        json_end(w);
        json_end(w);
    }
    end_content(w);
    json_end(w);
    put_problem(w);
    json_end(w);
    json_end(w);
    json_end(w);
}

/* What has a handler of its own: tokens and streams. */
struct other {
    const char *path, *method, *title;
    const struct field *takes; /* NULL: none, or the body is a file */
    size_t takes_n;
    const struct field *gives; /* NULL: the answer is a file */
    size_t gives_n;
    bool upload, open; /* open: no token is needed */
    const char *query[4];
};

static void put_other_query(struct json_writer *w, const char *const *names)
{
    json_key(w, "parameters");
    json_array(w);
    for (; *names; names++) {
        json_object(w);
        openapi_put(w, "name", *names);
        openapi_put(w, "in", "query");
        json_key(w, "required");
        json_put_bool(w, true);
        json_key(w, "schema");
        json_object(w);
        openapi_put(w, "type", "string");
        json_end(w);
        json_end(w);
    }
    json_end(w);
}

static void put_file(struct json_writer *w)
{
    put_content(w, "application/octet-stream");
    json_object(w);
    json_end(w);
    end_content(w);
}

static void put_other(struct json_writer *w, struct arena *arena, const struct other *other)
{
    json_key(w, other->path);
    json_object(w);
    json_key(w, other->method);
    json_object(w);
    openapi_put(w, "summary", other->title);
    if (other->open)
        put_no_security(w);
    put_other_query(w, other->query);
    if (other->takes)
        put_body(w, arena, other->takes, other->takes_n);
    if (other->upload) {
        json_key(w, "requestBody");
        json_object(w);
        put_file(w);
        json_end(w);
    }
    json_key(w, "responses");
    json_object(w);
    json_key(w, "200");
    json_object(w);
    openapi_put(w, "description", "Done");
    if (other->gives) {
        put_content(w, "application/json");
        openapi_put_object(w, arena, other->gives, other->gives_n, false);
        end_content(w);
    } else {
        put_file(w);
    }
    json_end(w);
    put_problem(w);
    json_end(w);
    json_end(w);
    json_end(w);
}

static void put_others(struct json_writer *w, struct arena *arena)
{
    const struct command *token = &token_make_command, *attach = &document_attach_command,
                         *try = &pickup_try_command;
    const struct other others[] = {
        {"/token",
         "post",
         "A name and password for a bearer token",
         token_fields,
         token_fields_n,
         token->gives,
         token->gives_n,
         false,
         true,
         {NULL}},
        {"/document/attach",
         "post",
         "Attach a document: the body is the file",
         NULL,
         0,
         attach->gives,
         attach->gives_n,
         true,
         false,
         {"case_id", "name", NULL}},
        {"/document/open",
         "get",
         "Download a document of a case",
         NULL,
         0,
         NULL,
         0,
         false,
         false,
         {"document_id", NULL}},
        {"/receipt/document",
         "get",
         "Download a document that was received",
         NULL,
         0,
         NULL,
         0,
         false,
         false,
         {"receipt_id", "document_id", NULL}},
        {"/decision/proof/file",
         "get",
         "Download a proof of a decision: what proviso ledger prove --check takes",
         NULL,
         0,
         NULL,
         0,
         false,
         false,
         {"decision_id", "with_reasons", NULL}},
        {"/decision/proof/receipt",
         "get",
         "The same as a page of PDF, with the proof inside",
         NULL,
         0,
         NULL,
         0,
         false,
         false,
         {"decision_id", "with_reasons", NULL}},
        {"/pickup/try",
         "post",
         "Open a parcel with its phrase; when it opens, the answer holds what was sent",
         try->takes,
         try->takes_n,
         try->gives,
         try->gives_n,
         false,
         true,
         {NULL}},
        {"/pickup/document",
         "get",
         "Download a document of a parcel, by the token that opening it gave",
         NULL,
         0,
         NULL,
         0,
         false,
         true,
         {"parcel", "index", NULL}},
    };
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        put_other(w, arena, &others[i]);
}

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
            put_command(&w, arena, *at);
    for (const struct view *const *at = gate_views(); *at; at++)
        if (!(*at)->inside)
            put_view(&w, arena, *at);
    put_others(&w, arena);
    json_end(&w);
    put_components(&w);
    json_end(&w);
    return http_reply_buffer(request, 200, "application/json", &b, error);
}
