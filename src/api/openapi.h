#ifndef API_OPENAPI_H
#define API_OPENAPI_H

#include "inside.h"

/* The pieces of the OpenAPI document that come from fields. Each writes to the writer, which remembers a
 * failure. */

void openapi_put(struct json_writer *w, const char *key, const char *value);

/* One field's schema: its type, choices, label and hint, and of input its limits. */
void openapi_put_schema(struct json_writer *w, struct arena *arena, const struct field *field, bool input);

/* The object of all fields. `input`: no other member is allowed, and what is required is; otherwise any may
 * be null. */
void openapi_put_object(struct json_writer *w, struct arena *arena, const struct field *fields, size_t n,
                        bool input);

#endif
