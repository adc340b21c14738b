#include "header.h"

#include <string.h>

bool header_is_token(struct text t)
{
    if (t.n == 0)
        return false;
    for (size_t i = 0; i < t.n; i++) {
        unsigned char c = (unsigned char)t.p[i];
        if (c <= 0x20 || c >= 0x7f || strchr("()<>@,;:\\\"/[]?={}", c))
            return false;
    }
    return true;
}

bool header_is_value(struct text t, bool any_high)
{
    for (size_t i = 0; i < t.n; i++) {
        unsigned char c = (unsigned char)t.p[i];
        if ((c < 0x20 && c != '\t') || c == 0x7f || (c > 0x7f && !any_high))
            return false;
    }
    return true;
}

bool header_is_field(struct text t)
{
    for (size_t i = 0; i < t.n; i++) {
        unsigned char c = (unsigned char)t.p[i];
        if ((c < 0x20 && c != '\t' && c != '\r' && c != '\n') || c == 0x7f)
            return false;
    }
    return text_is_utf8(t);
}

struct text header_head(struct text value, struct text *rest)
{
    ptrdiff_t semicolon = text_find_char(value, ';');
    size_t end = semicolon < 0 ? value.n : (size_t)semicolon;
    *rest = text_cut(value, end, value.n);
    return text_trim(text_cut(value, 0, end));
}

static struct text skip_space(struct text t)
{
    size_t i = 0;
    while (i < t.n && (t.p[i] == ' ' || t.p[i] == '\t'))
        i++;
    return text_cut(t, i, t.n);
}

static bool quoted(struct arena *arena, struct text *rest, struct text *value)
{
    char *p = arena_alloc(arena, rest->n + 1);
    if (!p)
        return false;
    size_t n = 0, i = 1;
    for (; i < rest->n && rest->p[i] != '"'; i++) {
        /* Browsers write a double quote as %22 and send a backslash as it is, so only \" and \\ are escapes. */
        if (rest->p[i] == '\\' && i + 1 < rest->n && (rest->p[i + 1] == '"' || rest->p[i + 1] == '\\'))
            i++;
        p[n++] = rest->p[i];
    }
    if (i >= rest->n)
        return false;
    *value = (struct text){p, n};
    *rest = text_cut(*rest, i + 1, rest->n);
    return true;
}

bool header_parameter(struct arena *arena, struct text *rest, struct text *name, struct text *value,
                      bool *bad)
{
    *rest = skip_space(*rest);
    if (rest->n == 0)
        return false;
    *bad = true;
    if (rest->p[0] != ';')
        return false;
    *rest = skip_space(text_cut(*rest, 1, rest->n));
    ptrdiff_t equals = text_find_char(*rest, '=');
    if (equals < 0)
        return false;
    *name = text_cut(*rest, 0, (size_t)equals);
    *rest = text_cut(*rest, (size_t)equals + 1, rest->n);
    if (!header_is_token(*name))
        return false;
    if (rest->n > 0 && rest->p[0] == '"') {
        if (!quoted(arena, rest, value))
            return false;
    } else {
        size_t end = 0;
        while (end < rest->n && rest->p[end] != ';' && rest->p[end] != ' ' && rest->p[end] != '\t')
            end++;
        *value = text_cut(*rest, 0, end);
        *rest = text_cut(*rest, end, rest->n);
        if (!header_is_token(*value))
            return false;
    }
    *bad = false;
    return true;
}

bool header_lists_etag(struct text list, struct text etag)
{
    struct text piece;
    if (text_starts(etag, TEXT("W/")))
        etag = text_cut(etag, 2, etag.n);
    while (text_next(&list, ',', &piece)) {
        piece = text_trim(piece);
        if (text_equal(piece, TEXT("*")))
            return true;
        if (text_starts(piece, TEXT("W/")))
            piece = text_cut(piece, 2, piece.n);
        if (etag.n > 0 && text_equal(piece, etag))
            return true;
    }
    return false;
}

bool header_accepts_gzip(struct text value)
{
    struct text piece, weight;
    while (text_next(&value, ',', &piece)) {
        struct text coding = header_head(piece, &weight);
        if (!text_equal_fold(coding, TEXT("gzip")))
            continue;
        weight = text_trim(text_cut(weight, 1, weight.n));
        /* Only "q=0", "q=0.", "q=0.0"... says no. */
        if (weight.n >= 3 && (weight.p[0] == 'q' || weight.p[0] == 'Q') && weight.p[1] == '=' &&
            weight.p[2] == '0') {
            for (size_t i = 3; i < weight.n; i++)
                if (weight.p[i] >= '1' && weight.p[i] <= '9')
                    return true;
            return false;
        }
        return true;
    }
    return false;
}
