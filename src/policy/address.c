#include "policy/address.h"

static bool letter_or_digit(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* A dot-atom of RFC 5322, at most 64 characters. */
static bool good_local_part(struct text t)
{
    static const char others[] = "!#$%&'*+-/=?^_`{|}~";
    bool after_dot = true;
    if (t.n == 0 || t.n > 64)
        return false;
    for (size_t i = 0; i < t.n; i++) {
        bool other = false;
        for (const char *o = others; *o; o++)
            other = other || *o == t.p[i];
        if (t.p[i] == '.') {
            if (after_dot)
                return false;
            after_dot = true;
        } else if (letter_or_digit(t.p[i]) || other) {
            after_dot = false;
        } else {
            return false;
        }
    }
    return !after_dot;
}

static bool good_domain(struct text t)
{
    size_t labels = 0;
    struct text label = {NULL, 0};
    if (t.n == 0 || t.n > 253 || t.p[t.n - 1] == '.')
        return false;
    while (text_next(&t, '.', &label)) {
        if (label.n == 0 || label.n > 63 || label.p[0] == '-' || label.p[label.n - 1] == '-')
            return false;
        for (size_t i = 0; i < label.n; i++)
            if (!letter_or_digit(label.p[i]) && label.p[i] != '-')
                return false;
        labels++;
    }
    bool digits = true;
    for (size_t i = 0; i < label.n; i++)
        digits = digits && label.p[i] >= '0' && label.p[i] <= '9';
    return labels >= 2 && !digits;
}

static struct text without_dot(struct text t)
{
    if (t.n && t.p[t.n - 1] == '.')
        t.n--;
    return t;
}

bool policy_address_domain(struct text address, struct text *domain)
{
    ptrdiff_t at = text_find_char(address, '@');
    if (at < 0)
        return false;
    struct text local = text_cut(address, 0, (size_t)at);
    struct text rest = without_dot(text_cut(address, (size_t)at + 1, address.n));
    if (!good_local_part(local) || !good_domain(rest))
        return false;
    *domain = rest;
    return true;
}

bool policy_domain_under(struct text domain, struct text listed)
{
    domain = without_dot(domain);
    listed = without_dot(listed);
    if (listed.n == 0 || domain.n < listed.n)
        return false;
    size_t before = domain.n - listed.n;
    if (!text_equal_fold(text_cut(domain, before, domain.n), listed))
        return false;
    return before == 0 || (before > 1 && domain.p[before - 1] == '.');
}
