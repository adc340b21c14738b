#include "base/text.h"

#include <string.h>

struct text text_of(const char *s)
{
    return s ? (struct text){s, strlen(s)} : (struct text){NULL, 0};
}

struct text text_cut(struct text t, size_t from, size_t to)
{
    if (to > t.n)
        to = t.n;
    if (from > to)
        from = to;
    return t.p ? (struct text){t.p + from, to - from} : t;
}

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

struct text text_trim(struct text t)
{
    while (t.n && is_space(t.p[0])) {
        t.p++;
        t.n--;
    }
    while (t.n && is_space(t.p[t.n - 1]))
        t.n--;
    return t;
}

bool text_equal(struct text a, struct text b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static unsigned char fold(char c)
{
    return (unsigned char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
}

bool text_equal_fold(struct text a, struct text b)
{
    if (a.n != b.n)
        return false;
    for (size_t i = 0; i < a.n; i++)
        if (fold(a.p[i]) != fold(b.p[i]))
            return false;
    return true;
}

int text_compare(struct text a, struct text b)
{
    size_t n = a.n < b.n ? a.n : b.n;
    int order = n ? memcmp(a.p, b.p, n) : 0;
    if (order)
        return order;
    return (a.n > b.n) - (a.n < b.n);
}

bool text_starts(struct text t, struct text prefix)
{
    return t.n >= prefix.n && text_equal(text_cut(t, 0, prefix.n), prefix);
}

bool text_ends(struct text t, struct text suffix)
{
    return t.n >= suffix.n && text_equal(text_cut(t, t.n - suffix.n, t.n), suffix);
}

ptrdiff_t text_find(struct text t, struct text needle)
{
    if (needle.n == 0)
        return 0;
    if (t.n < needle.n)
        return -1;
    const char *at = memmem(t.p, t.n, needle.p, needle.n);
    return at ? at - t.p : -1;
}

ptrdiff_t text_find_char(struct text t, char c)
{
    const char *at = t.n ? memchr(t.p, c, t.n) : NULL;
    return at ? at - t.p : -1;
}

bool text_next(struct text *rest, char separator, struct text *piece)
{
    if (!rest->p)
        return false;
    ptrdiff_t at = text_find_char(*rest, separator);
    if (at < 0) {
        *piece = *rest;
        *rest = (struct text){NULL, 0};
    } else {
        *piece = text_cut(*rest, 0, (size_t)at);
        *rest = text_cut(*rest, (size_t)at + 1, rest->n);
    }
    return true;
}

bool text_to_int64(struct text t, int64_t *value)
{
    bool minus = t.n && t.p[0] == '-';
    if (minus)
        t = text_cut(t, 1, t.n);
    if (t.n == 0)
        return false;
    int64_t sum = 0;
    for (size_t i = 0; i < t.n; i++) {
        int digit = t.p[i] - '0';
        if (digit < 0 || digit > 9 || __builtin_mul_overflow(sum, 10, &sum) ||
            (minus ? __builtin_sub_overflow(sum, digit, &sum) : __builtin_add_overflow(sum, digit, &sum)))
            return false;
    }
    *value = sum;
    return true;
}

/* Length of the well-formed sequence at t, or 0 (RFC 3629, section 4). */
static size_t utf8_sequence(const unsigned char *p, size_t n)
{
    if (p[0] < 0x80)
        return 1;
    unsigned char low = 0x80, high = 0xbf;
    size_t length;
    if (p[0] >= 0xc2 && p[0] <= 0xdf) {
        length = 2;
    } else if ((p[0] & 0xf0) == 0xe0) {
        length = 3;
        if (p[0] == 0xe0)
            low = 0xa0;
        if (p[0] == 0xed)
            high = 0x9f;
    } else if (p[0] >= 0xf0 && p[0] <= 0xf4) {
        length = 4;
        if (p[0] == 0xf0)
            low = 0x90;
        if (p[0] == 0xf4)
            high = 0x8f;
    } else {
        return 0;
    }
    if (n < length || p[1] < low || p[1] > high)
        return 0;
    for (size_t i = 2; i < length; i++)
        if ((p[i] & 0xc0) != 0x80)
            return 0;
    return length;
}

bool text_is_utf8(struct text t)
{
    const unsigned char *p = (const unsigned char *)t.p;
    for (size_t i = 0; i < t.n;) {
        uint64_t eight; /* nearly everything is ASCII */
        if (t.n - i >= sizeof eight) {
            memcpy(&eight, p + i, sizeof eight);
            if ((eight & 0x8080808080808080) == 0) {
                i += sizeof eight;
                continue;
            }
        }
        size_t step = utf8_sequence(p + i, t.n - i);
        if (step == 0)
            return false;
        i += step;
    }
    return true;
}

size_t text_length(struct text t)
{
    size_t count = 0;
    for (size_t i = 0; i < t.n; i++)
        count += ((unsigned char)t.p[i] & 0xc0) != 0x80;
    return count;
}

bool text_equal_secret(struct text a, struct text b)
{
    if (a.n != b.n)
        return false;
    volatile unsigned char difference = 0;
    for (size_t i = 0; i < a.n; i++)
        difference = (unsigned char)(difference | ((unsigned char)a.p[i] ^ (unsigned char)b.p[i]));
    return difference == 0;
}

size_t text_distance(struct text a, struct text b)
{
    enum { LONGEST = 64 };
    size_t row[LONGEST + 1];
    if (a.n > LONGEST)
        a.n = LONGEST;
    if (b.n > LONGEST)
        b.n = LONGEST;
    for (size_t j = 0; j <= b.n; j++)
        row[j] = j;
    for (size_t i = 1; i <= a.n; i++) {
        size_t corner = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b.n; j++) {
            size_t least = corner + (a.p[i - 1] != b.p[j - 1]);
            corner = row[j];
            if (row[j] + 1 < least)
                least = row[j] + 1;
            if (row[j - 1] + 1 < least)
                least = row[j - 1] + 1;
            row[j] = least;
        }
    }
    return row[b.n];
}
