#ifndef API_OPENAPI_H
#define API_OPENAPI_H

#include "inside.h"

/* The pieces of the OpenAPI document. Each writes to the writer, which remembers a failure. */

void openapi_put(struct json_writer *w, const char *key, const char *value);

/* One field's schema: its type, choices, label and hint, and of input its limits. */
void openapi_put_schema(struct json_writer *w, struct arena *arena, const struct field *field, bool input);

/* The object of all fields. `input`: no other member is allowed, and what is required is; otherwise any may
 * be null. */
void openapi_put_object(struct json_writer *w, struct arena *arena, const struct field *fields, size_t n,
                        bool input);

/* ---- openapi_path.c: one member of "paths" each ---- */
void openapi_put_command(struct json_writer *w, struct arena *arena, const struct command *command);
void openapi_put_view(struct json_writer *w, struct arena *arena, const struct view *view);

/* Its pieces. "content" of one type is open until openapi_end_content; between them stands its schema. */
void openapi_put_content(struct json_writer *w, const char *type);
void openapi_end_content(struct json_writer *w);
void openapi_put_body(struct json_writer *w, struct arena *arena, const struct field *takes, size_t n); /* "requestBody" */
void openapi_put_problem(struct json_writer *w);     /* the default of "responses" */
void openapi_put_no_security(struct json_writer *w); /* instead of the document's: a token is not needed */

/* ---- openapi_other.c: the paths that no row of a table gives ---- */
void openapi_put_others(struct json_writer *w, struct arena *arena);

#endif
