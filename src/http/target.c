#include "target.h"

static int malformed(struct error *error, const char *what)
{
    return error_set(error, ERROR_INPUT, "address", "Ask for a path that begins with a slash, or for a whole http or https address.",
                     "%s", what);
}

static bool cut_scheme(struct text raw, struct text scheme, struct text *rest)
{
    if (!text_equal_fold(text_cut(raw, 0, scheme.n), scheme))
        return false;
    *rest = text_cut(raw, scheme.n, raw.n);
    return true;
}

static void cut_query(struct target *out)
{
    ptrdiff_t question = text_find_char(out->path, '?');
    out->asks = question >= 0;
    if (!out->asks)
        return;
    out->query = text_cut(out->path, (size_t)question + 1, out->path.n);
    out->path = text_cut(out->path, 0, (size_t)question);
}

int target_read(struct text raw, struct target *out, struct error *error)
{
    struct text rest;
    *out = (struct target){.path = raw};
    if (!text_starts(raw, TEXT("/"))) {
        out->tls = cut_scheme(raw, TEXT("https://"), &rest);
        if (!out->tls && !cut_scheme(raw, TEXT("http://"), &rest))
            return malformed(error, "this target is neither a path nor an address");
        size_t end = 0;
        while (end < rest.n && rest.p[end] != '/' && rest.p[end] != '?')
            end++;
        out->absolute = true;
        out->authority = text_cut(rest, 0, end);
        out->path = text_cut(rest, end, rest.n);
        if (out->authority.n == 0)
            return malformed(error, "the address has no name of a server");
        /* RFC 9110 section 4.2.4: it can make one server look like another. */
        if (text_find_char(out->authority, '@') >= 0)
            return malformed(error, "the address has a user name in it");
    }
    cut_query(out);
    if (out->path.n == 0)
        out->path = TEXT("/");
    return 0;
}
