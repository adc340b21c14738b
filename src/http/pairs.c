#include "http/pairs.h"

#include "base/error.h"

bool http_pairs_next(const struct http_pairs *pairs, const char *name, size_t *at, struct text *value)
{
    struct text wanted = text_of(name);
    while (*at < pairs->n) {
        const struct http_pair *pair = &pairs->pair[(*at)++];
        if (text_equal(pair->name, wanted)) {
            *value = pair->value;
            return true;
        }
    }
    return false;
}

size_t http_pairs_count(const struct http_pairs *pairs, const char *name)
{
    size_t at = 0, count = 0;
    struct text value;
    while (http_pairs_next(pairs, name, &at, &value))
        count++;
    return count;
}

int http_pairs_one(const struct http_pairs *pairs, const char *name, struct text *value, struct error *error)
{
    size_t at = 0;
    struct text again;
    *value = (struct text){0};
    if (!http_pairs_next(pairs, name, &at, value))
        return 0;
    if (!value->p)
        value->p = "";
    if (http_pairs_next(pairs, name, &at, &again))
        return error_set(error, ERROR_INPUT, name, "Send it once.", "this field was sent more than once");
    return 0;
}

struct text http_pairs_get(const struct http_pairs *pairs, const char *name)
{
    struct text value;
    if (http_pairs_one(pairs, name, &value, NULL) != 0)
        return (struct text){0};
    return value;
}

int http_pairs_read(struct arena *arena, struct text source, size_t most, const char *where,
                    struct http_pairs *pairs, struct error *error)
{
    *pairs = (struct http_pairs){0};
    size_t count = 0;
    struct text rest = source, piece;
    while (text_next(&rest, '&', &piece))
        count += piece.n > 0;
    if (count > most)
        return error_set(error, ERROR_TOO_LARGE, where, "Send fewer fields.",
                         "there are %zu fields, and %zu are allowed", count, most);
    if (count == 0)
        return 0;
    struct http_pair *pair = ARENA_ARRAY(arena, struct http_pair, count);
    if (!pair)
        return arena_error(arena, error);
    size_t n = 0;
    rest = source;
    while (text_next(&rest, '&', &piece)) {
        if (piece.n == 0)
            continue;
        ptrdiff_t equals = text_find_char(piece, '=');
        size_t split = equals < 0 ? piece.n : (size_t)equals;
        int result = http_decode(arena, text_cut(piece, 0, split), true, where, &pair[n].name, error);
        if (result == 0)
            result =
                http_decode(arena, text_cut(piece, split + 1, piece.n), true, where, &pair[n].value, error);
        if (result != 0)
            return result;
        n++;
    }
    *pairs = (struct http_pairs){pair, n};
    return 0;
}
