#include "base/json.h"

#include <string.h>

struct json_writer json_writer_in(struct buffer *out)
{
    return (struct json_writer){.out = out};
}

static uint64_t level(const struct json_writer *w)
{
    return UINT64_C(1) << (w->depth & 63);
}

/* What stands before a value: a comma if it follows another, nothing after a key. */
static void before_value(struct json_writer *w)
{
    if (w->after_key) {
        w->after_key = false;
        return;
    }
    if (w->depth && (w->has_item & level(w)))
        buffer_char(w->out, ',');
    w->has_item |= level(w);
}

static void open_level(struct json_writer *w, char bracket, bool object)
{
    before_value(w);
    buffer_char(w->out, bracket);
    if (++w->depth > 64)
        w->out->failed = true;
    w->has_item &= ~level(w);
    w->is_object = object ? w->is_object | level(w) : w->is_object & ~level(w);
}

void json_object(struct json_writer *w)
{
    open_level(w, '{', true);
}

void json_array(struct json_writer *w)
{
    open_level(w, '[', false);
}

void json_end(struct json_writer *w)
{
    buffer_char(w->out, w->is_object & level(w) ? '}' : ']');
    w->depth--;
}

void json_key_text(struct json_writer *w, struct text key)
{
    before_value(w);
    json_quote(w->out, key);
    buffer_char(w->out, ':');
    w->after_key = true;
}

void json_key(struct json_writer *w, const char *key)
{
    json_key_text(w, text_of(key));
}

void json_put_text(struct json_writer *w, struct text value)
{
    before_value(w);
    json_quote(w->out, value);
}

void json_put_string(struct json_writer *w, const char *value)
{
    if (value)
        json_put_text(w, text_of(value));
    else
        json_put_null(w);
}

void json_put_int(struct json_writer *w, int64_t value)
{
    before_value(w);
    buffer_int(w->out, value);
}

void json_put_bool(struct json_writer *w, bool value)
{
    before_value(w);
    buffer_text(w->out, value ? TEXT("true") : TEXT("false"));
}

void json_put_null(struct json_writer *w)
{
    before_value(w);
    buffer_text(w->out, TEXT("null"));
}

void json_member_text(struct json_writer *w, const char *key, struct text value)
{
    json_key(w, key);
    json_put_text(w, value);
}

void json_member_string(struct json_writer *w, const char *key, const char *value)
{
    json_key(w, key);
    json_put_string(w, value);
}

void json_member_int(struct json_writer *w, const char *key, int64_t value)
{
    json_key(w, key);
    json_put_int(w, value);
}

void json_member_bool(struct json_writer *w, const char *key, bool value)
{
    json_key(w, key);
    json_put_bool(w, value);
}

void json_put_raw(struct json_writer *w, struct text json)
{
    before_value(w);
    buffer_text(w->out, json);
}

void json_put(struct json_writer *w, const struct json *value)
{
    switch (value ? value->kind : JSON_NULL) {
    case JSON_NULL:
        json_put_null(w);
        break;
    case JSON_FALSE:
    case JSON_TRUE:
        json_put_bool(w, value->kind == JSON_TRUE);
        break;
    case JSON_NUMBER:
        json_put_raw(w, value->text);
        break;
    case JSON_STRING:
        json_put_text(w, value->text);
        break;
    case JSON_ARRAY:
        json_array(w);
        for (size_t i = 0; i < value->count; i++)
            json_put(w, &value->item[i]);
        json_end(w);
        break;
    case JSON_OBJECT:
        json_object(w);
        for (size_t i = 0; i < value->count; i++) {
            json_key_text(w, value->key[i]);
            json_put(w, &value->item[i]);
        }
        json_end(w);
        break;
    }
}

/* How many bytes stand for each inside a string: those that must be escaped, or are better so, take more than one. */
static const uint8_t width[256] = {
    [0x00] = 6, 6, 6, 6, 6, 6, 6, 6, 6, 2, 2, 6, 6, 2, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6,
    ['"'] = 2, ['\\'] = 2, [0x7f] = 6,
};

static size_t quoted_size(struct text t)
{
    size_t n = 2 + t.n;
    for (size_t i = 0; i < t.n; i++) {
        uint8_t wide = width[(unsigned char)t.p[i]];
        n += wide ? wide - 1u : 0;
    }
    return n;
}

static char *put_escaped(char *to, unsigned char c)
{
    static const char hex[] = "0123456789abcdef";
    *to++ = '\\';
    if (width[c] == 2) {
        *to++ = c == '\n' ? 'n' : c == '\r' ? 'r' : c == '\t' ? 't' : (char)c;
        return to;
    }
    memcpy(to, "u00", 3);
    to[3] = hex[c >> 4];
    to[4] = hex[c & 15];
    return to + 5;
}

void json_quote(struct buffer *out, struct text t)
{
    size_t n = quoted_size(t);
    char *to = buffer_room(out, n);
    if (!to)
        return;
    *to++ = '"';
    if (n == t.n + 2 && t.n)
        to = (char *)memcpy(to, t.p, t.n) + t.n;
    else
        for (size_t i = 0; i < t.n; i++) {
            unsigned char c = (unsigned char)t.p[i];
            if (width[c])
                to = put_escaped(to, c);
            else
                *to++ = (char)c;
        }
    *to = '"';
}
