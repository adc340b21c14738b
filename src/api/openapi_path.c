#include "openapi.h"

#include <string.h>

/* The path of a command or view, read off its row. */

void openapi_put_content(struct json_writer *w, const char *type)
{
    json_key(w, "content");
    json_object(w);
    json_key(w, type);
    json_object(w);
    json_key(w, "schema");
}

void openapi_end_content(struct json_writer *w)
{
    json_end(w);
    json_end(w);
}

void openapi_put_problem(struct json_writer *w)
{
    json_key(w, "default");
    json_object(w);
    openapi_put(w, "description", "Refused. Nothing was changed.");
    openapi_put_content(w, "application/problem+json");
    json_object(w);
    openapi_put(w, "$ref", "#/components/schemas/problem");
    json_end(w);
    openapi_end_content(w);
    json_end(w);
}

void openapi_put_no_security(struct json_writer *w)
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
        openapi_put_no_security(w);
    json_key(w, "tags");
    json_array(w);
    json_put_text(w, text_cut(text_of(name), 0, strcspn(name, ".")));
    json_end(w);
    openapi_put(w, "operationId", name);
    openapi_put(w, "summary", title);
    json_key(w, "description");
    json_put_text(w,
                  arena_format(arena, "For: %.*s. Reach: %s.%s", TEXT_ARGS(buffer_result(&roles)),
                               gate_reach_words(may->reach), personal ? " Each look is recorded." : ""));
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

void openapi_put_body(struct json_writer *w, struct arena *arena, const struct field *takes, size_t n)
{
    json_key(w, "requestBody");
    json_object(w);
    json_member_bool(w, "required", n > 0);
    openapi_put_content(w, "application/json");
    openapi_put_object(w, arena, takes, n, true);
    openapi_end_content(w);
    json_end(w);
}

/* What is written in between is the schema of the answer where all went well. */
static void begin_answer(struct json_writer *w, const char *description)
{
    json_key(w, "responses");
    json_object(w);
    json_key(w, "200");
    json_object(w);
    openapi_put(w, "description", description);
    openapi_put_content(w, "application/json");
}

/* With the refusals; ends the path too. */
static void end_answer(struct json_writer *w)
{
    openapi_end_content(w);
    json_end(w);
    openapi_put_problem(w);
    json_end(w);
    json_end(w);
    json_end(w);
}

void openapi_put_command(struct json_writer *w, struct arena *arena, const struct command *command)
{
    begin_path(w, arena, command->name, "post");
    put_about(w, arena, command->name, command->title, &command->may, false);
    openapi_put_body(w, arena, command->takes, command->takes_n);
    begin_answer(w, "Done: durable, in the log, and covered by a signed checkpoint.");
    openapi_put_object(w, arena, command->gives, command->gives_n, false);
    end_answer(w);
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
        json_member_bool(w, "required", field->required);
        if (field->kind == FIELD_OBJECT) {
            openapi_put_content(w, "application/json");
            openapi_put_schema(w, arena, field, true);
            openapi_end_content(w);
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

void openapi_put_view(struct json_writer *w, struct arena *arena, const struct view *view)
{
    begin_path(w, arena, view->name, view_is_posted(view) ? "post" : "get");
    put_about(w, arena, view->name, view->title, &view->may, view->personal);
    if (view_is_posted(view))
        openapi_put_body(w, arena, view->takes, view->takes_n);
    else
        put_parameters(w, arena, view);
    begin_answer(w, view->title);
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
    end_answer(w);
}
