#include "disposition.h"

#include "header.h"
#include "http/pairs.h"

#include "base/error.h"

#include <string.h>

static int malformed(struct error *error, const char *what)
{
    return error_set(error, ERROR_INPUT, "Content-Disposition",
                     "Send \"Content-Disposition: attachment; filename*=UTF-8''NAME\", and of NAME every byte as %XX that is not an "
                     "ASCII letter or digit, or one of -._~.",
                     "%s", what);
}

/* attr-char of RFC 8187 section 3.2.1, and the percent signs of what is none. */
static bool is_encoded(struct text t)
{
    for (size_t i = 0; i < t.n; i++) {
        char c = t.p[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!letter && (c == '\0' || !strchr("!#$&+-.^_`|~%", c)))
            return false;
    }
    return true;
}

/* "UTF-8'en'na%C3%AFve.txt" */
static int read_extended(struct arena *arena, struct text value, struct text *filename, struct error *error)
{
    struct text charset, language;
    if (!text_next(&value, '\'', &charset) || !text_next(&value, '\'', &language) || !value.p)
        return malformed(error, "filename* does not name its character set");
    if (!text_equal_fold(charset, TEXT("UTF-8")))
        return malformed(error, "filename* is not in UTF-8");
    if (!is_encoded(value))
        return malformed(error, "filename* has a character that must be written as %XX");
    return http_decode(arena, value, false, "Content-Disposition", filename, error);
}

int disposition_read(struct arena *arena, struct text value, struct text *filename, struct error *error)
{
    struct text rest, name, content, plain = {0}, extended = {0};
    bool bad = false;
    *filename = (struct text){0};
    if (!text_equal_fold(header_head(value, &rest), TEXT("attachment")))
        return malformed(error, "this disposition is not \"attachment\"");
    while (header_parameter(arena, &rest, &name, &content, &bad)) {
        struct text *slot = text_equal_fold(name, TEXT("filename"))    ? &plain
                            : text_equal_fold(name, TEXT("filename*")) ? &extended
                                                                       : NULL;
        if (!slot)
            return malformed(error, "there is a parameter beside filename and filename*");
        if (slot->p)
            return malformed(error, "there is more than one name");
        *slot = content;
    }
    if (arena_exhausted(arena))
        return arena_error(arena, error);
    if (bad || (!plain.p && !extended.p))
        return malformed(error, "there is no name in it, or it is malformed");
    /* A byte beyond ASCII is Latin-1 to some and UTF-8 to others; a backslash stands for itself to some, for nothing to others. */
    if (plain.p && (!header_is_value(plain, false) || text_find_char(plain, '\\') >= 0))
        return malformed(error, "filename has a backslash, or a character that is not ASCII");
    int result = extended.p ? read_extended(arena, extended, filename, error) : 0;
    if (result)
        return result;
    if (!extended.p)
        *filename = plain;
    if (!header_is_value(*filename, true) || text_find_char(*filename, '\t') >= 0)
        return malformed(error, "the name has a control character");
    return 0;
}
