#include "picture_inside.h"

/* Thousandths of the letters' size. System fonts differ: rather too wide than out of the box. */
static int64_t letter_width(unsigned char c)
{
    if (c >= 0x80)
        return (c & 0xC0) == 0x80 ? 0 : 620; /* a character once */
    if (c == ' ' || c == '.' || c == ',' || c == ':' || c == ';' || c == '\'' || c == 'i' || c == 'j' || c == 'l' ||
        c == '|' || c == '!')
        return 310;
    if (c == 'f' || c == 't' || c == 'r' || c == 'I' || c == '(' || c == ')' || c == '-' || c == '/')
        return 410;
    if (c == 'm' || c == 'w' || c == 'M' || c == 'W' || c == '%' || c == '@')
        return 950;
    if (c >= 'A' && c <= 'Z')
        return 720;
    return 600;
}

static int64_t text_width(struct text t, int64_t size, bool bold)
{
    int64_t width = 0;
    for (size_t i = 0; i < t.n; i++)
        width += letter_width((unsigned char)t.p[i]);
    return width * size / 1000 * (bold ? 108 : 100) / 100;
}

size_t picture_wrap(struct arena *arena, struct text words, int64_t size, bool bold, int64_t width,
                    const struct text **lines)
{
    struct text *line = ARENA_ARRAY(arena, struct text, words.n + 1);
    size_t n = 0, start = 0, end = 0; /* of the line that grows */
    *lines = line;
    for (size_t at = 0; line && at < words.n;) {
        size_t word = at;
        while (word < words.n && words.p[word] != ' ')
            word++;
        if (end > start && text_width(text_cut(words, start, word), size, bold) > width) {
            line[n++] = text_cut(words, start, end);
            start = at;
        }
        end = word;
        at = word < words.n ? word + 1 : word;
    }
    if (line && end > start)
        line[n++] = text_cut(words, start, end);
    return n;
}
