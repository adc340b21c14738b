#include "values.h"

#include <string.h>

struct values values_in(struct arena *arena)
{
    return (struct values){.arena = arena};
}

struct values values_of(struct arena *arena, const struct http_pairs *pairs)
{
    struct values values = values_in(arena);
    for (size_t i = 0; i < pairs->n; i++)
        values_add(&values, pairs->pair[i].name, pairs->pair[i].value);
    return values;
}

bool values_next(const struct values *values, const char *name, size_t *at, struct text *value)
{
    for (; *at < values->n; (*at)++)
        if (text_equal(values->pair[*at].name, text_of(name))) {
            *value = values->pair[(*at)++].value;
            return true;
        }
    return false;
}

struct text values_get(const struct values *values, const char *name)
{
    struct text value;
    size_t at = 0;
    return values_next(values, name, &at, &value) ? value : TEXT("");
}

bool values_has(const struct values *values, struct text name, struct text value)
{
    for (size_t i = 0; i < values->n; i++)
        if (text_equal(values->pair[i].name, name) && text_equal(values->pair[i].value, value))
            return true;
    return false;
}

bool values_there(const struct values *values, const char *name)
{
    struct text value;
    size_t at = 0;
    return values_next(values, name, &at, &value);
}

/* Past the arena's ceiling the pair is lost; arena_exhausted() tells. */
void values_add(struct values *values, struct text name, struct text value)
{
    struct form_pair *grown = arena_more(values->arena, values->pair, values->n, &values->room, sizeof *grown);
    if (!grown)
        return;
    values->pair = grown;
    values->pair[values->n++] = (struct form_pair){name, value};
}

void values_set(struct values *values, const char *name, struct text value)
{
    for (size_t i = 0; i < values->n; i++)
        if (text_equal(values->pair[i].name, text_of(name))) {
            values->pair[i].value = value;
            return;
        }
    values_add(values, text_of(name), value);
}

void values_drop(struct values *values, const char *name)
{
    size_t kept = 0;
    for (size_t i = 0; i < values->n; i++)
        if (!text_equal(values->pair[i].name, text_of(name)))
            values->pair[kept++] = values->pair[i];
    values->n = kept;
}

void values_take(struct values *values, const struct values *from, const char *name)
{
    struct text value;
    values_drop(values, name);
    for (size_t at = 0; values_next(from, name, &at, &value);)
        if (value.n)
            values_add(values, text_of(name), value);
}

struct text values_write(const struct values *values, struct arena *arena)
{
    struct buffer b = buffer_in(arena);
    struct json_writer w = json_writer_in(&b);
    json_object(&w);
    json_key(&w, "said");
    json_array(&w);
    for (size_t i = 0; i < values->n; i++) {
        json_array(&w);
        json_put_text(&w, values->pair[i].name);
        json_put_text(&w, values->pair[i].value);
        json_end(&w);
    }
    json_end(&w);
    json_end(&w);
    return buffer_result(&b);
}

bool values_read(struct values *values, struct text json)
{
    const struct json *object;
    if (json_read(values->arena, json, "draft", &object, NULL))
        return false;
    const struct json *said = json_get(object, "said");
    if (!json_is(said, JSON_ARRAY))
        return false;
    for (size_t i = 0; i < said->count; i++) {
        const struct json *pair = &said->item[i];
        if (!json_is(pair, JSON_ARRAY) || pair->count != 2)
            return false;
        values_add(values, json_text(&pair->item[0]), json_text(&pair->item[1]));
    }
    return true;
}
