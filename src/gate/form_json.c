#include "form_inside.h"

#include "base.h"

#include <string.h>

static const char *read_ids(struct arena *arena, const struct json *value, struct id_list *out)
{
    struct id *ids = ARENA_ARRAY(arena, struct id, value->count);
    for (size_t i = 0; ids && i < value->count; i++)
        if (!json_is(&value->item[i], JSON_STRING) || !id_parse(value->item[i].text, &ids[i]))
            return "must be a list of ids";
    *out = (struct id_list){ids, ids ? value->count : 0};
    return NULL;
}

static const char *read_texts(struct arena *arena, const struct json *value, struct text_list *out)
{
    struct text *texts = ARENA_ARRAY(arena, struct text, value->count);
    for (size_t i = 0; texts && i < value->count; i++) {
        if (!json_is(&value->item[i], JSON_STRING))
            return "must be a list of texts";
        texts[i] = value->item[i].text;
    }
    *out = (struct text_list){texts, texts ? value->count : 0};
    return NULL;
}

static const char *read_one(struct arena *arena, const struct field *field, const struct json *value, void *in)
{
    switch (field->kind) {
    case FIELD_TEXT:
        if (!json_is(value, JSON_STRING))
            return "must be a text";
        *MEMBER(in, field, struct text) = value->text;
        return NULL;
    case FIELD_ID:
        return json_is(value, JSON_STRING) && id_parse(value->text, MEMBER(in, field, struct id)) ? NULL : "must be an id";
    case FIELD_NUMBER:
        return json_is(value, JSON_NUMBER) && text_to_int64(value->text, MEMBER(in, field, int64_t)) ? NULL
                                                                                                    : "must be a whole number";
    case FIELD_YES_NO:
        if (!json_is(value, JSON_TRUE) && !json_is(value, JSON_FALSE))
            return "must be true or false";
        *MEMBER(in, field, bool) = value->kind == JSON_TRUE;
        return NULL;
    case FIELD_DATE:
        return json_is(value, JSON_STRING) && date_parse(value->text, MEMBER(in, field, struct date))
                   ? NULL
                   : "must be a date like 2026-09-30";
    case FIELD_INSTANT:
        return json_is(value, JSON_STRING) && instant_parse(value->text, &MEMBER(in, field, struct instant)->at)
                   ? NULL
                   : "must be a date and time like 2026-09-30T14:05:00Z";
    case FIELD_IDS:
        return json_is(value, JSON_ARRAY) ? read_ids(arena, value, MEMBER(in, field, struct id_list)) : "must be a list of ids";
    case FIELD_TEXTS:
        return json_is(value, JSON_ARRAY) ? read_texts(arena, value, MEMBER(in, field, struct text_list))
                                          : "must be a list of texts";
    case FIELD_OBJECT: {
        if (!json_is(value, JSON_OBJECT))
            return "must be an object";
        struct buffer b = buffer_in(arena);
        struct json_writer w = json_writer_in(&b);
        json_put(&w, value);
        MEMBER(in, field, struct json_object)->json = buffer_result(&b);
        return NULL;
    }
    }
    return NULL;
}

int form_read_json(struct arena *arena, const struct field *fields, size_t n, const struct json *object, void *in,
                   struct form_errors *errors, struct error *error)
{
    if (!json_is(object, JSON_OBJECT))
        return error_set(error, ERROR_INPUT, "request body", "Send a JSON object.", "the body is not an object");
    int result = 0;
    for (size_t i = 0; i < object->count; i++) {
        char name[80] = "";
        struct text key = object->key[i];
        if (key.n < sizeof name)
            memcpy(name, key.p, key.n); /* a longer one is no field, and is not told: it might be cut within a character */
        const struct field *field = name[0] ? form_field(fields, n, name) : NULL;
        if (!field)
            return error_set(error, ERROR_INVALID, name[0] ? name : "request body", "See the OpenAPI document for the fields there are.",
                             "there is no field of this name");
        if (json_is(&object->item[i], JSON_NULL))
            continue;
        const char *wrong = read_one(arena, field, &object->item[i], in);
        if (wrong && (result = form_note(arena, errors, field, wrong, error)) == ERROR_TOO_LARGE)
            return result;
    }
    return arena_exhausted(arena) ? arena_error(arena, error) : result;
}

static void write_one(struct arena *arena, const struct field *field, const void *in, struct json_writer *w)
{
    switch (field->kind) {
    case FIELD_TEXT:
        json_put_text(w, *CONST_MEMBER(in, field, struct text));
        break;
    case FIELD_ID: {
        const struct id *id = CONST_MEMBER(in, field, struct id);
        json_put_string(w, id_is_set(id) ? id->text : NULL);
        break;
    }
    case FIELD_NUMBER:
        json_put_int(w, *CONST_MEMBER(in, field, int64_t));
        break;
    case FIELD_YES_NO:
        json_put_bool(w, *CONST_MEMBER(in, field, bool));
        break;
    case FIELD_DATE: {
        struct date date = *CONST_MEMBER(in, field, struct date);
        if (date.year)
            json_put_text(w, date_format(arena, date));
        else
            json_put_null(w);
        break;
    }
    case FIELD_INSTANT: {
        int64_t at = CONST_MEMBER(in, field, struct instant)->at;
        if (at)
            json_put_text(w, instant_format(arena, at));
        else
            json_put_null(w);
        break;
    }
    case FIELD_IDS: {
        const struct id_list *list = CONST_MEMBER(in, field, struct id_list);
        json_array(w);
        for (size_t i = 0; i < list->n; i++)
            json_put_string(w, list->item[i].text);
        json_end(w);
        break;
    }
    case FIELD_TEXTS: {
        const struct text_list *list = CONST_MEMBER(in, field, struct text_list);
        json_array(w);
        for (size_t i = 0; i < list->n; i++)
            json_put_text(w, list->item[i]);
        json_end(w);
        break;
    }
    case FIELD_OBJECT: {
        struct text json = CONST_MEMBER(in, field, struct json_object)->json;
        json_put_raw(w, json.n ? json : TEXT("null"));
        break;
    }
    }
}

void form_write_json(struct arena *arena, const struct field *fields, size_t n, const void *in, struct json_writer *w)
{
    json_object(w);
    for (size_t i = 0; i < n; i++) {
        if (fields[i].secret)
            continue;
        json_key(w, fields[i].name);
        write_one(arena, &fields[i], in, w);
    }
    json_end(w);
}
