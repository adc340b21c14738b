#include <unicode/ucasemap.h>

#include "builtin.h"

/* Byte offset of the character number `at` (from 0) of valid UTF-8; the length where there are fewer. */
static size_t offset_of(struct text t, size_t at)
{
    size_t i = 0;
    while (i < t.n && at-- > 0)
        for (i++; i < t.n && ((unsigned char)t.p[i] & 0xc0) == 0x80; i++)
            ;
    return i;
}

static bool two_texts(const struct call *c, struct text *a, struct text *b)
{
    const struct dmn_value *x = call_arg(c, 0, DMN_STRING), *y = call_arg(c, 1, DMN_STRING);
    if (!x || !y)
        return false;
    *a = x->as.string;
    *b = y->as.string;
    return true;
}

BUILTIN(substring)
{
    const struct dmn_value *s = call_arg(c, 0, DMN_STRING);
    int64_t start, length = INT64_MAX;
    if (!s || !call_integer(c, 1, &start) || start == 0)
        return call_null(c, "substring needs a text and a start that is not 0");
    if (c->count > 2 && (!call_integer(c, 2, &length) || length < 1))
        return call_null(c, "the length is not a number of 1 or more");
    int64_t total = (int64_t)text_length(s->as.string);
    if (start < 0)
        start += total + 1;
    if (start < 1 || start > total)
        return call_null(c, "the start lies outside the text");
    size_t from = offset_of(s->as.string, (size_t)start - 1);
    struct text rest = text_cut(s->as.string, from, s->as.string.n);
    size_t to = length > total ? rest.n : offset_of(rest, (size_t)length);
    return dmn_string(c->e->arena, text_cut(rest, 0, to));
}

BUILTIN(string_length)
{
    const struct dmn_value *s = call_arg(c, 0, DMN_STRING);
    return s ? dmn_integer(c->e->arena, (int64_t)text_length(s->as.string)) : call_null(c, "there is no text");
}

typedef int32_t case_change(const UCaseMap *, char *, int32_t, const char *, int32_t, UErrorCode *);

static const struct dmn_value *changed_case(const struct call *c, case_change *change)
{
    const struct dmn_value *s = call_arg(c, 0, DMN_STRING);
    if (!s || s->as.string.n > INT32_MAX / 4)
        return call_null(c, "there is no text");
    UErrorCode status = U_ZERO_ERROR;
    UCaseMap *map = ucasemap_open("", 0, &status);
    if (U_FAILURE(status))
        return call_null(c, "the tables of letters are missing");
    int32_t capacity = (int32_t)s->as.string.n * 3 + 1;
    char *out = ARENA_ARRAY(c->e->arena, char, (size_t)capacity);
    int32_t n = out ? change(map, out, capacity, s->as.string.p ? s->as.string.p : "", (int32_t)s->as.string.n, &status)
                    : 0;
    ucasemap_close(map);
    if (!out || U_FAILURE(status))
        return call_null(c, "the text cannot be changed");
    return dmn_string(c->e->arena, (struct text){out, (size_t)n});
}

BUILTIN(upper_case)
{
    return changed_case(c, ucasemap_utf8ToUpper);
}

BUILTIN(lower_case)
{
    return changed_case(c, ucasemap_utf8ToLower);
}

BUILTIN(substring_before)
{
    struct text a, b;
    if (!two_texts(c, &a, &b))
        return call_null(c, "two texts are needed");
    ptrdiff_t at = text_find(a, b);
    return dmn_string(c->e->arena, at < 0 ? TEXT("") : text_cut(a, 0, (size_t)at));
}

BUILTIN(substring_after)
{
    struct text a, b;
    if (!two_texts(c, &a, &b))
        return call_null(c, "two texts are needed");
    ptrdiff_t at = text_find(a, b);
    return dmn_string(c->e->arena, at < 0 ? TEXT("") : text_cut(a, (size_t)at + b.n, a.n));
}

BUILTIN(contains)
{
    struct text a, b;
    return two_texts(c, &a, &b) ? dmn_boolean(text_find(a, b) >= 0) : call_null(c, "two texts are needed");
}

BUILTIN(starts_with)
{
    struct text a, b;
    return two_texts(c, &a, &b) ? dmn_boolean(text_starts(a, b)) : call_null(c, "two texts are needed");
}

BUILTIN(ends_with)
{
    struct text a, b;
    return two_texts(c, &a, &b) ? dmn_boolean(text_ends(a, b)) : call_null(c, "two texts are needed");
}

BUILTIN(string)
{
    if (!call_given(c, 0))
        return &dmn_null;
    if (c->arg[0]->kind == DMN_STRING)
        return c->arg[0];
    struct buffer b = buffer_in(c->e->arena);
    dmn_value_write_feel(&b, c->arg[0]);
    return buffer_failed(&b) ? &dmn_null : dmn_string(c->e->arena, buffer_result(&b));
}

BUILTIN(string_join)
{
    const struct dmn_value *list = call_list(c, 0);
    struct text delimiter = {NULL, 0};
    if (!list)
        return call_null(c, "there is no list");
    if (call_given(c, 1)) {
        const struct dmn_value *s = call_arg(c, 1, DMN_STRING);
        if (!s)
            return call_null(c, "the delimiter is not a text");
        delimiter = s->as.string;
    }
    struct buffer b = buffer_in(c->e->arena);
    bool first = true;
    for (size_t i = 0; i < list->as.list.count && engine_step(c->e); i++) {
        const struct dmn_value *item = list->as.list.item[i];
        if (item->kind == DMN_NULL)
            continue;
        if (item->kind != DMN_STRING)
            return call_null(c, "an item of the list is not a text");
        if (!first)
            buffer_text(&b, delimiter);
        first = false;
        buffer_text(&b, item->as.string);
    }
    return buffer_failed(&b) ? &dmn_null : dmn_string(c->e->arena, buffer_result(&b));
}

BUILTIN(not)
{
    const struct dmn_value *v = call_arg(c, 0, DMN_BOOLEAN);
    return v ? feel_not(v) : &dmn_null;
}
