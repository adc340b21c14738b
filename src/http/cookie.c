#include "http/pairs.h"

#include "header.h"

/* cookie-octet of RFC 6265 section 4.1.1. */
static bool is_cookie_value(struct text t)
{
    for (size_t i = 0; i < t.n; i++) {
        unsigned char c = (unsigned char)t.p[i];
        if (c <= 0x20 || c >= 0x7f || c == '"' || c == ',' || c == ';' || c == '\\')
            return false;
    }
    return true;
}

int http_cookies_read(struct arena *arena, struct text header, size_t most, struct http_pairs *cookies,
                      struct error *error)
{
    *cookies = (struct http_pairs){0};
    size_t count = 0;
    struct text rest = header, piece;
    while (count < most && text_next(&rest, ';', &piece))
        count++;
    if (count == 0)
        return 0;
    struct http_pair *pair = ARENA_ARRAY(arena, struct http_pair, count);
    bool *doubtful = ARENA_ARRAY(arena, bool, count);
    if (!pair || !doubtful)
        return arena_error(arena, error);
    size_t n = 0;
    rest = header;
    for (size_t seen = 0; seen < count && text_next(&rest, ';', &piece); seen++) {
        piece = text_trim(piece);
        ptrdiff_t equals = text_find_char(piece, '=');
        if (equals < 0)
            continue;
        struct text name = text_cut(piece, 0, (size_t)equals);
        struct text value = text_cut(piece, (size_t)equals + 1, piece.n);
        if (!header_is_token(name) || !is_cookie_value(value))
            continue;
        size_t i = 0;
        while (i < n && !text_equal(pair[i].name, name))
            i++;
        if (i == n)
            pair[n++] = (struct http_pair){name, value};
        else if (!text_equal(pair[i].value, value))
            doubtful[i] = true;
    }
    size_t kept = 0;
    for (size_t i = 0; i < n; i++)
        if (!doubtful[i])
            pair[kept++] = pair[i];
    *cookies = (struct http_pairs){pair, kept};
    return 0;
}
