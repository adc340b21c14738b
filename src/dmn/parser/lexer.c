#include "lexer.h"

#include <string.h>

#include "base/buffer.h"

/* One code point of valid UTF-8; its length in *n (0 at the end). U+FFFD where a character does not start. */
static uint32_t code_point(struct text t, size_t *n)
{
    if (t.n == 0) {
        *n = 0;
        return 0;
    }
    const unsigned char *p = (const unsigned char *)t.p;
    *n = 1;
    if (p[0] < 0x80)
        return p[0];
    size_t more = p[0] >= 0xf0 ? 3 : p[0] >= 0xe0 ? 2 : 1;
    if (p[0] < 0xc0 || more >= t.n)
        return 0xfffd;
    uint32_t c = p[0] & (0x3fu >> more);
    for (size_t i = 1; i <= more; i++)
        c = c << 6 | (p[i] & 0x3fu);
    *n = more + 1;
    return c;
}

size_t lexer_space(struct text t)
{
    size_t n;
    uint32_t c = code_point(t, &n);
    bool space = c == ' ' || (c >= 0x09 && c <= 0x0d) || c == 0x85 || c == 0xa0 || c == 0x1680 || c == 0x180e ||
                 (c >= 0x2000 && c <= 0x200b) || c == 0x2028 || c == 0x2029 || c == 0x202f || c == 0x205f ||
                 c == 0x3000 || c == 0xfeff;
    return space ? n : 0;
}

static bool is_name_start(uint32_t c)
{
    if (c < 0x80)
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    static const uint32_t range[][2] = {
        {0xc0, 0xd6},     {0xd8, 0xf6},     {0xf8, 0x2ff},    {0x370, 0x37d},   {0x37f, 0x1fff},  {0x200c, 0x200d},
        {0x2070, 0x218f}, {0x2c00, 0x2fef}, {0x3001, 0xd7ff}, {0xf900, 0xfdcf}, {0xfdf0, 0xfffd}, {0x10000, 0xeffff},
    };
    for (size_t i = 0; i < sizeof range / sizeof *range; i++)
        if (c >= range[i][0] && c <= range[i][1])
            return c != 0x1680 && c != 0x180e;
    return false;
}

size_t lexer_name_start(struct text t)
{
    size_t n;
    return is_name_start(code_point(t, &n)) ? n : 0;
}

size_t lexer_name_part(struct text t)
{
    size_t n;
    uint32_t c = code_point(t, &n);
    bool part = is_name_start(c) || (c >= '0' && c <= '9') || c == 0xb7 || (c >= 0x300 && c <= 0x36f) || c == 0x203f ||
                c == 0x2040;
    return part ? n : 0;
}

static struct text rest(struct text t, size_t from)
{
    return (struct text){t.p + from, t.n - from};
}

bool lexer_is_word(struct text t)
{
    size_t at = t.n ? lexer_name_start(t) : 0;
    if (at == 0)
        return false;
    for (size_t n; at < t.n; at += n)
        if ((n = lexer_name_part(rest(t, at))) == 0)
            return false;
    return true;
}

static size_t spaces(struct text t, size_t at)
{
    for (size_t n; at < t.n && (n = lexer_space(rest(t, at))) > 0; at += n)
        ;
    return at;
}

/* Is the character before `at` a name character? */
static bool ends_word(struct text t, size_t at)
{
    return at > 0 && (((unsigned char)t.p[at - 1] & 0x80) || lexer_name_part(rest(t, at - 1)));
}

/* Does a run of name characters go on from `at - 1` to `at`? */
static bool inside_word(struct text t, size_t at)
{
    return ends_word(t, at) && at < t.n && lexer_name_part(rest(t, at));
}

size_t lexer_match_name(struct text source, struct text name)
{
    size_t i = 0, j = 0;
    while (i < name.n) {
        size_t i_next = spaces(name, i), j_next = spaces(source, j);
        if (i > 0 && (i_next > i || j_next > j)) {
            /* Between two words there is space in both; beside a sign it does not count. */
            bool sign = !lexer_name_part(rest(name, i_next)) || !ends_word(name, i);
            if (!sign && (i_next == i || j_next == j))
                return 0;
            i = i_next;
            j = j_next;
        }
        if (i >= name.n || j >= source.n || name.p[i] != source.p[j])
            return i >= name.n ? j : 0;
        i++;
        j++;
    }
    return inside_word(source, j) ? 0 : j;
}

struct spot lexer_advance(struct text source, struct spot from, size_t bytes)
{
    for (size_t i = 0; i < bytes && from.at < source.n; i++, from.at++) {
        if (source.p[from.at] == '\n') {
            from.line++;
            from.column = 1;
        } else if (((unsigned char)source.p[from.at] & 0xc0) != 0x80) {
            from.column++;
        }
    }
    return from;
}

static struct spot skip_space(struct text source, struct spot from)
{
    for (;;) {
        struct text left = rest(source, from.at);
        size_t n = left.n ? lexer_space(left) : 0;
        if (n == 0 && text_starts(left, TEXT("//"))) {
            ptrdiff_t end = text_find_char(left, '\n');
            n = end < 0 ? left.n : (size_t)end;
        } else if (n == 0 && text_starts(left, TEXT("/*"))) {
            ptrdiff_t end = text_find(rest(left, 2), TEXT("*/"));
            n = end < 0 ? 0 : (size_t)end + 4;
        }
        if (n == 0)
            return from;
        from = lexer_advance(source, from, n);
    }
}

static bool hex(const char *p, size_t n, uint32_t *value)
{
    *value = 0;
    for (size_t i = 0; i < n; i++) {
        char c = p[i];
        uint32_t digit = c >= '0' && c <= '9'   ? (uint32_t)(c - '0')
                         : c >= 'a' && c <= 'f' ? (uint32_t)(c - 'a' + 10)
                         : c >= 'A' && c <= 'F' ? (uint32_t)(c - 'A' + 10)
                                                : 16;
        if (digit == 16)
            return false;
        *value = *value << 4 | digit;
    }
    return true;
}

static void put_utf8(struct buffer *out, uint32_t c)
{
    if (c < 0x80) {
        buffer_char(out, (char)c);
    } else if (c < 0x800) {
        buffer_char(out, (char)(0xc0 | c >> 6));
        buffer_char(out, (char)(0x80 | (c & 0x3f)));
    } else if (c < 0x10000) {
        buffer_char(out, (char)(0xe0 | c >> 12));
        buffer_char(out, (char)(0x80 | (c >> 6 & 0x3f)));
        buffer_char(out, (char)(0x80 | (c & 0x3f)));
    } else {
        buffer_char(out, (char)(0xf0 | c >> 18));
        buffer_char(out, (char)(0x80 | (c >> 12 & 0x3f)));
        buffer_char(out, (char)(0x80 | (c >> 6 & 0x3f)));
        buffer_char(out, (char)(0x80 | (c & 0x3f)));
    }
}

/* The escape at `t` (which starts with a backslash) into `out`; bytes used, 0 if it is none of FEEL's. */
static size_t unescape(struct text t, struct buffer *out)
{
    if (t.n < 2)
        return 0;
    uint32_t c, low;
    switch (t.p[1]) {
    case 'n': buffer_char(out, '\n'); return 2;
    case 'r': buffer_char(out, '\r'); return 2;
    case 't': buffer_char(out, '\t'); return 2;
    case '"':
    case '\'':
    case '\\': buffer_char(out, t.p[1]); return 2;
    case 'u':
        if (t.n < 6 || !hex(t.p + 2, 4, &c))
            return 0;
        if (c >= 0xd800 && c < 0xdc00 && t.n >= 12 && t.p[6] == '\\' && t.p[7] == 'u' && hex(t.p + 8, 4, &low) &&
            low >= 0xdc00 && low < 0xe000) {
            put_utf8(out, 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00));
            return 12;
        }
        if (c >= 0xd800 && c < 0xe000)
            return 0;
        put_utf8(out, c);
        return 6;
    case 'U':
        if (t.n < 8 || !hex(t.p + 2, 6, &c) || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
            return 0;
        put_utf8(out, c);
        return 8;
    default: return 0;
    }
}

/* `t` starts after the opening quote. Bytes up to and with the closing one, or 0. */
static size_t read_string(struct arena *arena, struct text t, struct text *out)
{
    size_t at = 0;
    while (at < t.n && t.p[at] != '"' && t.p[at] != '\\')
        at++;
    if (at < t.n && t.p[at] == '"') {
        *out = (struct text){t.p, at};
        return at + 1;
    }
    struct buffer b = buffer_in(arena);
    for (at = 0; at < t.n && t.p[at] != '"';) {
        size_t used = t.p[at] == '\\' ? unescape(rest(t, at), &b) : 0;
        if (used == 0) {
            buffer_char(&b, t.p[at]); /* a backslash that escapes nothing stands for itself */
            used = 1;
        }
        at += used;
    }
    if (at >= t.n || buffer_failed(&b))
        return 0;
    *out = buffer_result(&b);
    return at + 1;
}

static size_t digits(struct text t)
{
    size_t n = 0;
    while (n < t.n && t.p[n] >= '0' && t.p[n] <= '9')
        n++;
    return n;
}

static size_t number_length(struct text t)
{
    size_t n = digits(t);
    if (n + 1 < t.n && t.p[n] == '.' && digits(rest(t, n + 1)) > 0)
        n += 1 + digits(rest(t, n + 1));
    if (n > 0 && n + 1 < t.n && (t.p[n] == 'e' || t.p[n] == 'E')) {
        size_t sign = t.p[n + 1] == '-' || t.p[n + 1] == '+' ? 1 : 0;
        size_t exponent = digits(rest(t, n + 1 + sign));
        if (exponent)
            n += 1 + sign + exponent;
    }
    return n;
}

static size_t symbol_length(struct text t)
{
    static const char *const two[] = {"**", "..", "!=", "<=", ">=", "->"};
    for (size_t i = 0; i < sizeof two / sizeof *two; i++)
        if (text_starts(t, text_of(two[i])))
            return 2;
    return memchr("+-*/()[]{},:.=<>", t.p[0], 16) ? 1 : 0;
}

struct token lexer_token(struct arena *arena, struct text source, struct spot from)
{
    struct token token = {.start = skip_space(source, from)};
    struct text left = rest(source, token.start.at);
    size_t n = 0;
    if (left.n == 0) {
        token.kind = TOKEN_END;
    } else if (left.p[0] == '"' || text_starts(left, TEXT("@\""))) {
        size_t quote = left.p[0] == '@' ? 2 : 1;
        token.kind = quote == 2 ? TOKEN_AT : TOKEN_STRING;
        n = read_string(arena, rest(left, quote), &token.text);
        if (n == 0) {
            token.kind = TOKEN_BAD;
            token.text = TEXT("the string has no closing quote");
        }
        n += quote;
    } else if ((n = text_starts(left, TEXT("..")) ? 0 : number_length(left)) > 0) {
        token.kind = TOKEN_NUMBER;
        token.text = text_cut(left, 0, n);
    } else if (left.p[0] == '?') {
        token.kind = TOKEN_WORD;
        token.text = text_cut(left, 0, n = 1);
    } else if ((n = lexer_name_start(left)) > 0) {
        for (size_t more; n < left.n && (more = lexer_name_part(rest(left, n))) > 0; n += more)
            ;
        token.kind = TOKEN_WORD;
        token.text = text_cut(left, 0, n);
    } else if ((n = symbol_length(left)) > 0) {
        token.kind = TOKEN_SYMBOL;
        token.text = text_cut(left, 0, n);
    } else {
        token.kind = TOKEN_BAD;
        token.text = text_starts(left, TEXT("/*")) ? TEXT("the comment has no end")
                                                   : TEXT("a character that FEEL does not know");
        n = 1;
    }
    token.end = lexer_advance(source, token.start, n);
    return token;
}
