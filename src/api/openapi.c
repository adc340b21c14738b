#include "inside.h"

#include <string.h>

/* The OpenAPI 3.1 document, read off the tables. */

static void put(struct json_writer *w, const char *key, const char *value)
{
    json_key(w, key);
    json_put_string(w, value);
}

static void put_type(struct json_writer *w, const struct field *field)
{
    switch (field->kind) {
    case FIELD_TEXT:
        put(w, "type", "string");
        json_key(w, "maxLength");
        json_put_int(w, field->max ? (int64_t)field->max : 200);
        break;
    case FIELD_ID:
        put(w, "type", "string");
        put(w, "pattern", "^[0-7][0-9abcdefghjkmnpqrstvwxyz]{25}$");
        break;
    case FIELD_NUMBER:
        put(w, "type", "integer");
        break;
    case FIELD_YES_NO:
        put(w, "type", "boolean");
        break;
    case FIELD_DATE:
        put(w, "type", "string");
        put(w, "format", "date");
        break;
    case FIELD_INSTANT:
        put(w, "type", "string");
        put(w, "format", "date-time");
        break;
    case FIELD_IDS:
    case FIELD_TEXTS:
        put(w, "type", "array");
        json_key(w, "maxItems");
        json_put_int(w, field->max ? (int64_t)field->max : 100);
        break;
    case FIELD_OBJECT:
        put(w, "type", "object");
        break;
    }
}

static void put_choices(struct json_writer *w, const struct field *field)
{
    json_key(w, "enum");
    json_array(w);
    if (!field->required && field->kind == FIELD_TEXT)
        json_put_text(w, TEXT(""));
    for (const struct choice *choice = field->choices; choice->value; choice++)
        json_put_string(w, choice->value);
    json_end(w);
}

static void put_schema(struct json_writer *w, struct arena *arena, const struct field *field)
{
    json_object(w);
    put_type(w, field);
    if (field->kind == FIELD_IDS || field->kind == FIELD_TEXTS) {
        json_key(w, "items");
        json_object(w);
        put(w, "type", "string");
        if (field->choices)
            put_choices(w, field);
        json_end(w);
    } else if (field->choices) {
        put_choices(w, field);
    }
    json_key(w, "description");
    json_put_text(w, field->hint ? arena_format(arena, "%s %s", field->label, field->hint) : text_of(field->label));
    json_end(w);
}

static void put_object(struct json_writer *w, struct arena *arena, const struct field *fields, size_t n, bool input)
{
    json_object(w);
    put(w, "type", "object");
    if (input) {
        json_key(w, "additionalProperties");
        json_put_bool(w, false);
    }
    json_key(w, "properties");
    json_object(w);
    for (size_t i = 0; i < n; i++) {
        if (!input && fields[i].secret)
            continue;
        json_key(w, fields[i].name);
        if (input)
            put_schema(w, arena, &fields[i]);
        else { /* what is not there is null */
            json_object(w);
            json_key(w, "anyOf");
            json_array(w);
            put_schema(w, arena, &fields[i]);
            json_object(w);
            put(w, "type", "null");
            json_end(w);
            json_end(w);
            json_end(w);
        }
    }
    json_end(w);
    bool any = false;
    for (size_t i = 0; input && i < n; i++)
        any |= fields[i].required;
    if (any) {
        json_key(w, "required");
        json_array(w);
        for (size_t i = 0; i < n; i++)
            if (fields[i].required)
                json_put_string(w, fields[i].name);
        json_end(w);
    }
    json_end(w);
}

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
    put(w, "description", "Refused. Nothing was changed.");
    put_content(w, "application/problem+json");
    json_object(w);
    put(w, "$ref", "#/components/schemas/problem");
    json_end(w);
    end_content(w);
    json_end(w);
}

static void put_about(struct json_writer *w, struct arena *arena, const char *name, const char *title,
                      const struct grant *may, bool personal)
{
    struct buffer roles = buffer_in(arena);
    for (unsigned bit = 1; bit <= ROLE_ADMINISTRATOR; bit <<= 1)
        if (may->roles & bit)
            buffer_format(&roles, "%s%s", roles.n ? ", " : "", gate_role_name(bit));
    put(w, "operationId", name);
    put(w, "summary", title);
    json_key(w, "description");
    json_put_text(w, arena_format(arena, "For: %.*s. Reach: %s.%s", TEXT_ARGS(buffer_result(&roles)),
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

static void put_command(struct json_writer *w, struct arena *arena, const struct command *command)
{
    begin_path(w, arena, command->name, "post");
    put_about(w, arena, command->name, command->title, &command->may, false);
    json_key(w, "requestBody");
    json_object(w);
    json_key(w, "required");
    json_put_bool(w, command->takes_n > 0);
    put_content(w, "application/json");
    put_object(w, arena, command->takes, command->takes_n, true);
    end_content(w);
    json_end(w);
    json_key(w, "responses");
    json_object(w);
    json_key(w, "200");
    json_object(w);
    put(w, "description", "Done: durable, in the log, and covered by a signed checkpoint.");
    put_content(w, "application/json");
    put_object(w, arena, command->gives, command->gives_n, false);
    end_content(w);
    json_end(w);
    put_problem(w);
    json_end(w);
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
        put(w, "name", field->name);
        put(w, "in", "query");
        json_key(w, "required");
        json_put_bool(w, field->required);
        if (field->kind == FIELD_OBJECT) {
            put_content(w, "application/json");
            put_schema(w, arena, field);
            end_content(w);
        } else {
            json_key(w, "schema");
            put_schema(w, arena, field);
        }
        json_end(w);
    }
    json_end(w);
}

static void put_view(struct json_writer *w, struct arena *arena, const struct view *view)
{
    begin_path(w, arena, view->name, "get");
    put_about(w, arena, view->name, view->title, &view->may, view->personal);
    put_parameters(w, arena, view);
    json_key(w, "responses");
    json_object(w);
    json_key(w, "200");
    json_object(w);
    put(w, "description", view->title);
    put_content(w, "application/json");
    if (view->one) {
        put_object(w, arena, view->gives, view->gives_n, false);
    } else {
        json_object(w);
        put(w, "type", "object");
        json_key(w, "properties");
        json_object(w);
        json_key(w, "rows");
        json_object(w);
        put(w, "type", "array");
        json_key(w, "items");
        put_object(w, arena, view->gives, view->gives_n, false);
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

/* What is not derived: tokens and streams. */
static const struct {
    const char *path, *method, *title, *body, *answer;
    const char *query[4];
} others[] = {
    {"/token", "post", "A name and password for a bearer token", "application/json", "application/json", {NULL}},
    {"/document/attach", "post", "Attach a document: the body is the file", "application/octet-stream", "application/json",
     {"case_id", "name", NULL}},
    {"/document/open", "get", "Download a document of a case", NULL, "application/octet-stream", {"document_id", NULL}},
    {"/receipt/document", "get", "Download a document that was received", NULL, "application/octet-stream",
     {"receipt_id", "document_id", NULL}},
    {"/pickup/try", "post", "Open a parcel with its phrase", "application/json", "application/json", {NULL}},
    {"/pickup/document", "get", "Download a document of an opened parcel", NULL, "application/octet-stream",
     {"parcel", "index", NULL}},
};

static void put_others(struct json_writer *w)
{
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        json_key(w, others[i].path);
        json_object(w);
        json_key(w, others[i].method);
        json_object(w);
        put(w, "summary", others[i].title);
        json_key(w, "parameters");
        json_array(w);
        for (size_t q = 0; others[i].query[q]; q++) {
            json_object(w);
            put(w, "name", others[i].query[q]);
            put(w, "in", "query");
            json_key(w, "required");
            json_put_bool(w, true);
            json_key(w, "schema");
            json_object(w);
            put(w, "type", "string");
            json_end(w);
            json_end(w);
        }
        json_end(w);
        if (others[i].body) {
            json_key(w, "requestBody");
            json_object(w);
            put_content(w, others[i].body);
            json_object(w);
            json_end(w);
            end_content(w);
            json_end(w);
        }
        json_key(w, "responses");
        json_object(w);
        json_key(w, "200");
        json_object(w);
        put(w, "description", "Done");
        put_content(w, others[i].answer);
        json_object(w);
        json_end(w);
        end_content(w);
        json_end(w);
        put_problem(w);
        json_end(w);
        json_end(w);
        json_end(w);
    }
}

static void put_components(struct json_writer *w)
{
    static const char *const members[] = {"type", "title", "detail", "field", "fix"};
    json_key(w, "components");
    json_object(w);
    json_key(w, "securitySchemes");
    json_object(w);
    json_key(w, "token");
    json_object(w);
    put(w, "type", "http");
    put(w, "scheme", "bearer");
    json_end(w);
    json_end(w);
    json_key(w, "schemas");
    json_object(w);
    json_key(w, "problem");
    json_object(w);
    put(w, "type", "object");
    put(w, "description", "RFC 9457. `field` is the field that is wrong, `fix` says what to do; `errors` has one for each field.");
    json_key(w, "properties");
    json_object(w);
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        json_key(w, members[i]);
        json_object(w);
        put(w, "type", "string");
        json_end(w);
    }
    json_key(w, "status");
    json_object(w);
    put(w, "type", "integer");
    json_end(w);
    json_key(w, "errors");
    json_object(w);
    put(w, "type", "array");
    json_key(w, "items");
    json_object(w);
    put(w, "type", "object");
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
    put(&w, "openapi", "3.1.0");
    json_key(&w, "info");
    json_object(&w);
    put(&w, "title", "Proviso");
    put(&w, "version", "1");
    put(&w, "description", "Every command and view that is offered by name, derived from the tables of the program.");
    json_end(&w);
    json_key(&w, "servers");
    json_array(&w);
    json_object(&w);
    put(&w, "url", "/api/v1");
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
    put_others(&w);
    json_end(&w);
    put_components(&w);
    json_end(&w);
    return http_reply_buffer(request, 200, "application/json", &b, error);
}
