/*
 * Strict JSON (RFC 8259). Our own because a record must have one reading: the library at hand turns numbers into
 * doubles, and the trees must live in the request's arena.
 */
#include "base/json.h"

#include "base/error.h"

#include <stdlib.h>
#include <string.h>

enum { DEEPEST = 64 };

struct reader {
    struct arena *arena;
    struct text source;
    size_t at;
    const char *where;
    struct error *error;
};

static int refuse(struct reader *r, size_t at, const char *what)
{
    size_t line = 1, column = 1;
    for (size_t i = 0; i < at && i < r->source.n; i++) {
        column++;
        if (r->source.p[i] == '\n') {
            line++;
            column = 1;
        }
    }
    return error_set(r->error, ERROR_INPUT, r->where, "", "line %zu, column %zu: %s", line, column, what);
}

static int peek(const struct reader *r)
{
    return r->at < r->source.n ? (unsigned char)r->source.p[r->at] : -1;
}

static void skip_space(struct reader *r)
{
    int c;
    while ((c = peek(r)) == ' ' || c == '\t' || c == '\n' || c == '\r')
        r->at++;
}

static bool is_digit(int c)
{
    return c >= '0' && c <= '9';
}

static int read_number(struct reader *r, struct json *out)
{
    size_t start = r->at;
    if (peek(r) == '-')
        r->at++;
    if (peek(r) == '0')
        r->at++;
    else if (is_digit(peek(r)))
        while (is_digit(peek(r)))
            r->at++;
    else
        return refuse(r, r->at, "a number needs a digit here");
    if (is_digit(peek(r)))
        return refuse(r, r->at, "a number does not begin with 0");
    if (peek(r) == '.') {
        r->at++;
        if (!is_digit(peek(r)))
            return refuse(r, r->at, "a number needs a digit after its point");
        while (is_digit(peek(r)))
            r->at++;
    }
    if (peek(r) == 'e' || peek(r) == 'E') {
        r->at++;
        if (peek(r) == '+' || peek(r) == '-')
            r->at++;
        if (!is_digit(peek(r)))
            return refuse(r, r->at, "a number needs a digit in its exponent");
        while (is_digit(peek(r)))
            r->at++;
    }
    out->kind = JSON_NUMBER;
    out->text = arena_text(r->arena, text_cut(r->source, start, r->at));
    return 0;
}

static int read_hex4(struct reader *r, uint32_t *value)
{
    *value = 0;
    for (int i = 0; i < 4; i++, r->at++) {
        int c = peek(r);
        uint32_t digit;
        if (is_digit(c))
            digit = (uint32_t)(c - '0');
        else if (c >= 'a' && c <= 'f')
            digit = (uint32_t)(c - 'a' + 10);
        else if (c >= 'A' && c <= 'F')
            digit = (uint32_t)(c - 'A' + 10);
        else
            return refuse(r, r->at, "\\u needs four hexadecimal digits");
        *value = *value << 4 | digit;
    }
    return 0;
}

static size_t put_utf8(char *p, uint32_t c)
{
    if (c < 0x80) {
        p[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        p[0] = (char)(0xc0 | c >> 6);
        p[1] = (char)(0x80 | (c & 63));
        return 2;
    }
    if (c < 0x10000) {
        p[0] = (char)(0xe0 | c >> 12);
        p[1] = (char)(0x80 | (c >> 6 & 63));
        p[2] = (char)(0x80 | (c & 63));
        return 3;
    }
    p[0] = (char)(0xf0 | c >> 18);
    p[1] = (char)(0x80 | (c >> 12 & 63));
    p[2] = (char)(0x80 | (c >> 6 & 63));
    p[3] = (char)(0x80 | (c & 63));
    return 4;
}

static int read_escape(struct reader *r, char *to, size_t *n)
{
    static const char letters[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
    size_t start = r->at - 1;
    int c = peek(r);
    r->at++;
    if (c == 'u') {
        uint32_t unit, low;
        int result = read_hex4(r, &unit);
        if (result)
            return result;
        if (unit >= 0xd800 && unit < 0xdc00) {
            if (peek(r) != '\\' || r->at + 1 >= r->source.n || r->source.p[r->at + 1] != 'u')
                return refuse(r, start, "half of a surrogate pair");
            r->at += 2;
            if ((result = read_hex4(r, &low)))
                return result;
            if (low < 0xdc00 || low > 0xdfff)
                return refuse(r, start, "half of a surrogate pair");
            unit = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
        } else if (unit >= 0xdc00 && unit < 0xe000) {
            return refuse(r, start, "half of a surrogate pair");
        }
        if (unit == 0)
            return refuse(r, start, "a NUL character is not allowed in text");
        *n += put_utf8(to + *n, unit);
        return 0;
    }
    const char *at = c > 0 ? strchr(letters, c) : NULL;
    if (!at)
        return refuse(r, start, "an escape that JSON does not have");
    to[(*n)++] = meant[at - letters];
    return 0;
}

static int read_string(struct reader *r, struct text *out)
{
    size_t start = ++r->at, end = start;
    while (end < r->source.n && r->source.p[end] != '"')
        end += r->source.p[end] == '\\' ? 2 : 1;
    if (end >= r->source.n)
        return refuse(r, start - 1, "a text that is not closed");
    char *to = arena_alloc(r->arena, end - start + 1);
    if (!to)
        return arena_error(r->arena, r->error);
    size_t n = 0;
    while (r->at < end) {
        unsigned char c = (unsigned char)r->source.p[r->at++];
        if (c < ' ')
            return refuse(r, r->at - 1, "a control character in a text must be escaped");
        if (c != '\\') {
            to[n++] = (char)c;
            continue;
        }
        int result = read_escape(r, to, &n);
        if (result)
            return result;
    }
    r->at = end + 1;
    *out = (struct text){to, n};
    return 0;
}

static int read_value(struct reader *r, int depth, struct json *out);

/* A key, and where it stands in the source. */
struct placed {
    struct text key;
    size_t at;
};

static int order_placed(const void *one, const void *other)
{
    const struct placed *a = one, *b = other;
    int order = text_compare(a->key, b->key);
    return order ? order : (a->at > b->at) - (a->at < b->at);
}

/* Sorted, not each with each: an object as large as a request body may hold a hundred thousand keys. */
static int refuse_twins(struct reader *r, struct placed *keys, size_t count)
{
    const struct placed *first = NULL;
    if (count > 1)
        qsort(keys, count, sizeof *keys, order_placed);
    for (size_t i = 1; i < count; i++)
        if (text_equal(keys[i].key, keys[i - 1].key) && (!first || keys[i].at < first->at))
            first = &keys[i];
    return first ? refuse(r, first->at, "this key is there twice") : 0;
}

static int read_members(struct reader *r, int depth, bool object, struct json *out)
{
    struct json *items = NULL;
    struct text *keys = NULL;
    struct placed *places = NULL;
    size_t count = 0, room = 0;
    char closing = object ? '}' : ']';
    if (depth == DEEPEST)
        return refuse(r, r->at, "nested too deep");
    r->at++;
    skip_space(r);
    if (peek(r) == closing) {
        r->at++;
        return 0;
    }
    for (;;) {
        if (count == room) {
            size_t more = room ? room * 2 : 4;
            items = arena_grow(r->arena, items, room, more, sizeof *items);
            if (object) {
                keys = arena_grow(r->arena, keys, room, more, sizeof *keys);
                places = arena_grow(r->arena, places, room, more, sizeof *places);
            }
            if (!items || (object && (!keys || !places)))
                return arena_error(r->arena, r->error);
            room = more;
        }
        int result;
        if (object) {
            size_t start = r->at;
            if (peek(r) != '"')
                return refuse(r, r->at, "a key in double quotes was expected");
            if ((result = read_string(r, &keys[count])))
                return result;
            places[count] = (struct placed){keys[count], start};
            skip_space(r);
            if (peek(r) != ':')
                return refuse(r, r->at, "a colon was expected");
            r->at++;
        }
        if ((result = read_value(r, depth + 1, &items[count])))
            return result;
        count++;
        skip_space(r);
        int c = peek(r);
        if (c != ',' && c != closing)
            return refuse(r, r->at, object ? "a comma or } was expected" : "a comma or ] was expected");
        r->at++;
        if (c == closing)
            break;
        skip_space(r);
    }
    out->count = count;
    out->item = items;
    out->key = keys;
    return object ? refuse_twins(r, places, count) : 0;
}

static int read_word(struct reader *r, struct text word, enum json_kind kind, struct json *out)
{
    if (!text_starts(text_cut(r->source, r->at, r->source.n), word))
        return refuse(r, r->at, "a value was expected");
    r->at += word.n;
    out->kind = kind;
    return 0;
}

static int read_value(struct reader *r, int depth, struct json *out)
{
    skip_space(r);
    switch (peek(r)) {
    case '{':
        out->kind = JSON_OBJECT;
        return read_members(r, depth, true, out);
    case '[':
        out->kind = JSON_ARRAY;
        return read_members(r, depth, false, out);
    case '"':
        out->kind = JSON_STRING;
        return read_string(r, &out->text);
    case 't':
        return read_word(r, TEXT("true"), JSON_TRUE, out);
    case 'f':
        return read_word(r, TEXT("false"), JSON_FALSE, out);
    case 'n':
        return read_word(r, TEXT("null"), JSON_NULL, out);
    case -1:
        return refuse(r, r->at, "it ends before it is complete");
    default:
        return peek(r) == '-' || is_digit(peek(r)) ? read_number(r, out) : refuse(r, r->at, "a value was expected");
    }
}

int json_read(struct arena *arena, struct text source, const char *where, const struct json **out, struct error *error)
{
    struct reader r = {arena, source, 0, where, error};
    if (!text_is_utf8(source))
        return error_set(error, ERROR_INPUT, where, "Save it as UTF-8.", "is not valid UTF-8");
    struct json *root = ARENA_NEW(arena, struct json);
    if (!root)
        return arena_error(arena, error);
    int result = read_value(&r, 0, root);
    if (result)
        return result;
    skip_space(&r);
    if (r.at != source.n)
        return refuse(&r, r.at, "something follows the end");
    if (arena_exhausted(arena))
        return arena_error(arena, error);
    *out = root;
    return 0;
}

const struct json *json_get(const struct json *object, const char *key)
{
    if (!json_is(object, JSON_OBJECT))
        return NULL;
    struct text wanted = text_of(key);
    for (size_t i = 0; i < object->count; i++)
        if (text_equal(object->key[i], wanted))
            return &object->item[i];
    return NULL;
}

struct text json_text(const struct json *value)
{
    return json_is(value, JSON_STRING) ? value->text : (struct text){NULL, 0};
}

bool json_is(const struct json *value, enum json_kind kind)
{
    return value && value->kind == kind;
}

const char *json_kind_name(enum json_kind kind)
{
    static const char *const names[] = {
        [JSON_NULL] = "null",     [JSON_FALSE] = "false",       [JSON_TRUE] = "true",       [JSON_NUMBER] = "a number",
        [JSON_STRING] = "a text", [JSON_ARRAY] = "a list", [JSON_OBJECT] = "an object",
    };
    return names[kind];
}
