#include "openapi.h"

/* Fields as JSON Schema. */

void openapi_put(struct json_writer *w, const char *key, const char *value)
{
    json_member_string(w, key, value);
}

/* What is given may be longer than what is taken: limits are told of input only. */
static void put_limit(struct json_writer *w, const char *key, size_t limit, bool input)
{
    if (!input)
        return;
    json_member_int(w, key, (int64_t)limit);
}

static void put_type(struct json_writer *w, const struct field *field, bool input)
{
    switch (field->kind) {
    case FIELD_TEXT:
        openapi_put(w, "type", "string");
        put_limit(w, "maxLength", field->max ? field->max : 200, input);
        break;
    case FIELD_ID:
        openapi_put(w, "type", "string");
        openapi_put(w, "pattern", "^[0-7][0-9abcdefghjkmnpqrstvwxyz]{25}$");
        break;
    case FIELD_NUMBER:
        openapi_put(w, "type", "integer");
        break;
    case FIELD_YES_NO:
        openapi_put(w, "type", "boolean");
        break;
    case FIELD_DATE:
        openapi_put(w, "type", "string");
        openapi_put(w, "format", "date");
        break;
    case FIELD_INSTANT:
        openapi_put(w, "type", "string");
        openapi_put(w, "format", "date-time");
        break;
    case FIELD_IDS:
    case FIELD_TEXTS:
        openapi_put(w, "type", "array");
        put_limit(w, "maxItems", field->max ? field->max : 100, input);
        break;
    case FIELD_OBJECT:
        openapi_put(w, "type", "object");
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

void openapi_put_schema(struct json_writer *w, struct arena *arena, const struct field *field, bool input)
{
    json_object(w);
    put_type(w, field, input);
    if (field->kind == FIELD_IDS || field->kind == FIELD_TEXTS) {
        json_key(w, "items");
        json_object(w);
        openapi_put(w, "type", "string");
        if (field->choices)
            put_choices(w, field);
        json_end(w);
    } else if (field->choices) {
        put_choices(w, field);
    }
    json_key(w, "description");
    json_put_text(w, field->hint ? arena_format(arena, "%s %s", field->label, field->hint)
                                 : text_of(field->label));
    json_end(w);
}

void openapi_put_object(struct json_writer *w, struct arena *arena, const struct field *fields, size_t n,
                        bool input)
{
    json_object(w);
    openapi_put(w, "type", "object");
    if (input)
        json_member_bool(w, "additionalProperties", false);
    json_key(w, "properties");
    json_object(w);
    for (size_t i = 0; i < n; i++) {
        if (!input && fields[i].secret)
            continue;
        json_key(w, fields[i].name);
        if (input)
            openapi_put_schema(w, arena, &fields[i], input);
        else { /* what is not there is null */
            json_object(w);
            json_key(w, "anyOf");
            json_array(w);
            openapi_put_schema(w, arena, &fields[i], input);
            json_object(w);
            openapi_put(w, "type", "null");
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
