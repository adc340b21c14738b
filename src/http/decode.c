#include "http/pairs.h"

#include "header.h"

#include "base/bytes.h"
#include "base/error.h"

int http_decode(struct arena *arena, struct text source, bool plus, const char *where, struct text *out,
                struct error *error)
{
    char *p = arena_alloc(arena, source.n + 1);
    if (!p)
        return arena_error(arena, error);
    size_t n = 0;
    for (size_t i = 0; i < source.n; i++) {
        char c = source.p[i];
        if (c == '%') {
            if (!hex_decode(text_cut(source, i + 1, i + 3), &c, 1))
                return error_set(error, ERROR_INPUT, where, "Write a percent sign as %25.",
                                 "a %% is not followed by two hexadecimal digits");
            i += 2;
        } else if (c == '+' && plus) {
            c = ' ';
        }
        p[n++] = c;
    }
    struct text decoded = {p, n};
    if (!text_is_utf8(decoded))
        return error_set(error, ERROR_INPUT, where, "Send text as UTF-8.", "the text is not valid UTF-8");
    if (!header_is_field(decoded))
        return error_set(error, ERROR_INPUT, where, "Send text without control characters.",
                         "the text has a control character");
    *out = decoded;
    return 0;
}

struct text http_encode(struct arena *arena, struct text source)
{
    static const char digits[] = "0123456789ABCDEF";
    if (source.n > SIZE_MAX / 3 - 1)
        return (struct text){0};
    char *p = arena_alloc(arena, source.n * 3 + 1);
    if (!p)
        return (struct text){0};
    size_t n = 0;
    for (size_t i = 0; i < source.n; i++) {
        unsigned char c = (unsigned char)source.p[i];
        bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
                     c == '.' || c == '_' || c == '~';
        if (plain) {
            p[n++] = (char)c;
        } else {
            p[n++] = '%';
            p[n++] = digits[c >> 4];
            p[n++] = digits[c & 15];
        }
    }
    return (struct text){p, n};
}
