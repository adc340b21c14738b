#include "page.h"

void page_put_text(struct buffer *out, struct text t)
{
    size_t start = 0;
    for (size_t i = 0; i < t.n; i++) {
        const char *reference = NULL;
        switch (t.p[i]) {
        case '&':
            reference = "&amp;";
            break;
        case '<':
            reference = "&lt;";
            break;
        case '>':
            reference = "&gt;";
            break;
        case '"':
            reference = "&quot;";
            break;
        case '\'':
            reference = "&#39;";
            break;
        default:
            continue;
        }
        buffer_bytes(out, t.p + start, i - start);
        buffer_string(out, reference);
        start = i + 1;
    }
    if (t.n > start)
        buffer_bytes(out, t.p + start, t.n - start);
}

static bool plain_in_url(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

void page_put_url_part(struct buffer *out, struct text t)
{
    static const char digits[] = "0123456789ABCDEF";
    for (size_t i = 0; i < t.n; i++) {
        unsigned char c = (unsigned char)t.p[i];
        if (plain_in_url(c)) {
            buffer_char(out, (char)c);
            continue;
        }
        buffer_char(out, '%');
        buffer_char(out, digits[c >> 4]);
        buffer_char(out, digits[c & 15]);
    }
}

bool page_link_allowed(struct text t)
{
    static const struct text schemes[] = {TEXT_INIT("https://"), TEXT_INIT("http://"), TEXT_INIT("mailto:"),
                                          TEXT_INIT("tel:")};
    for (size_t i = 0; i < t.n; i++)
        if ((unsigned char)t.p[i] <= 0x20 || t.p[i] == 0x7F || t.p[i] == '\\')
            return false;
    if (t.n > 0 && (t.p[0] == '#' || t.p[0] == '?'))
        return true;
    if (t.n > 0 && t.p[0] == '/')
        return t.n == 1 || t.p[1] != '/';
    for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++)
        if (text_starts(t, schemes[i]))
            return true;
    return false;
}

void page_put_link(struct buffer *out, struct text t)
{
    page_put_text(out, page_link_allowed(t) ? t : TEXT("#"));
}

void page_put_int(struct buffer *out, int64_t value)
{
    buffer_int(out, value);
}
