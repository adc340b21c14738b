#include "base/number.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"

/* Which of the library's calling conventions libbidgcc000 was built with: by value, rounding and flags as arguments. */
#define DECIMAL_CALL_BY_REFERENCE 0
#define DECIMAL_GLOBAL_ROUNDING 0
#define DECIMAL_GLOBAL_EXCEPTION_FLAGS 0
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wundef"
#pragma GCC diagnostic ignored "-Wstrict-prototypes"
#include <bid_conf.h>
#include <bid_functions.h>
#pragma GCC diagnostic pop

enum {
    DIGITS_MOST = 34,
    WRITTEN_MOST = 40,     /* more digits than this are written with an exponent */
    TEXT_MOST = 1100,      /* a longer text of digits is not a number of ours */
    EXPONENT_MOST = 6111,  /* largest exponent of a whole coefficient */
    EXPONENT_LEAST = -6176,
};

static BID_UINT128 bid_of(struct number a)
{
    BID_UINT128 b;
    /* All zero bytes is 0E-6176 in this encoding; give it the exponent of a plain 0. */
    if (a.word[0] == 0 && a.word[1] == 0)
        a.word[1] = UINT64_C(0x3040000000000000);
    memcpy(&b, a.word, sizeof b);
    return b;
}

static bool keep(BID_UINT128 b, struct number *out)
{
    if (!bid128_isFinite(b))
        return false;
    memcpy(out->word, &b, sizeof b);
    return true;
}

struct number number_of_int(int64_t value)
{
    struct number n = {{0, 0}};
    (void)keep(bid128_from_int64(value), &n);
    return n;
}

bool number_parse(struct text t, struct number *out)
{
    size_t at = 0, digits = 0;
    if (t.n == 0 || t.n > TEXT_MOST)
        return false;
    if (t.p[at] == '-' || t.p[at] == '+')
        at++;
    for (; at < t.n && t.p[at] >= '0' && t.p[at] <= '9'; at++)
        digits++;
    if (at < t.n && t.p[at] == '.') {
        at++;
        size_t fraction = 0;
        for (; at < t.n && t.p[at] >= '0' && t.p[at] <= '9'; at++)
            fraction++;
        if (fraction == 0)
            return false;
        digits += fraction;
    }
    if (digits == 0)
        return false;
    if (at < t.n && (t.p[at] == 'e' || t.p[at] == 'E')) {
        at++;
        if (at < t.n && (t.p[at] == '-' || t.p[at] == '+'))
            at++;
        size_t exponent = 0;
        for (; at < t.n && t.p[at] >= '0' && t.p[at] <= '9'; at++)
            exponent++;
        if (exponent == 0)
            return false;
    }
    if (at != t.n)
        return false;
    char copy[TEXT_MOST + 1];
    memcpy(copy, t.p, t.n);
    copy[t.n] = 0;
    unsigned flags = 0;
    return keep(bid128_from_string(copy, BID_ROUNDING_TO_NEAREST, &flags), out);
}

/* The number taken apart: sign, digits without leading zeros, and the power of ten of the last digit. */
struct parts {
    bool negative;
    char digit[DIGITS_MOST + 2];
    int count, exponent;
};

static struct parts parts_of(struct number a)
{
    char s[64];
    unsigned flags = 0;
    struct parts parts = {0};
    bid128_to_string(s, bid_of(a), &flags);
    const char *c = s;
    parts.negative = *c == '-';
    if (*c == '-' || *c == '+')
        c++;
    for (; *c >= '0' && *c <= '9'; c++)
        if ((parts.count > 0 || *c != '0') && parts.count < DIGITS_MOST)
            parts.digit[parts.count++] = *c;
    int sign = 1;
    if (*c == 'E') {
        c++;
        if (*c == '-')
            sign = -1;
        for (c++; *c >= '0' && *c <= '9'; c++)
            parts.exponent = parts.exponent * 10 + (*c - '0');
    }
    parts.exponent *= sign;
    while (parts.count > 0 && parts.digit[parts.count - 1] == '0') {
        parts.count--;
        parts.exponent++;
    }
    if (parts.count == 0)
        parts.exponent = 0;
    return parts;
}

bool number_to_int64(struct number a, int64_t *out)
{
    unsigned flags = 0;
    if (!number_is_whole(a))
        return false;
    int64_t value = bid128_to_int64_int(bid_of(a), &flags);
    if (flags & DEC_FE_INVALID)
        return false;
    *out = value;
    return true;
}

double number_to_double(struct number a)
{
    unsigned flags = 0;
    return bid128_to_binary64(bid_of(a), BID_ROUNDING_TO_NEAREST, &flags);
}

void number_write(struct buffer *out, struct number a)
{
    struct parts parts = parts_of(a);
    if (parts.count == 0) {
        buffer_char(out, '0');
        return;
    }
    if (parts.negative)
        buffer_char(out, '-');
    int point = parts.count + parts.exponent; /* digits before the point */
    if (point > WRITTEN_MOST || point < -WRITTEN_MOST) {
        buffer_char(out, parts.digit[0]);
        if (parts.count > 1) {
            buffer_char(out, '.');
            buffer_bytes(out, parts.digit + 1, (size_t)parts.count - 1);
        }
        buffer_format(out, "E%+d", point - 1);
        return;
    }
    if (point <= 0)
        buffer_char(out, '0');
    for (int i = 0; i < point; i++)
        buffer_char(out, i < parts.count ? parts.digit[i] : '0');
    if (parts.count <= point)
        return;
    buffer_char(out, '.');
    for (int i = point; i < 0; i++)
        buffer_char(out, '0');
    int from = point > 0 ? point : 0;
    buffer_bytes(out, parts.digit + from, (size_t)(parts.count - from));
}

bool number_add(struct number a, struct number b, struct number *out)
{
    unsigned flags = 0;
    return keep(bid128_add(bid_of(a), bid_of(b), BID_ROUNDING_TO_NEAREST, &flags), out);
}

bool number_subtract(struct number a, struct number b, struct number *out)
{
    unsigned flags = 0;
    return keep(bid128_sub(bid_of(a), bid_of(b), BID_ROUNDING_TO_NEAREST, &flags), out);
}

bool number_multiply(struct number a, struct number b, struct number *out)
{
    unsigned flags = 0;
    return keep(bid128_mul(bid_of(a), bid_of(b), BID_ROUNDING_TO_NEAREST, &flags), out);
}

bool number_divide(struct number a, struct number b, struct number *out)
{
    unsigned flags = 0;
    return keep(bid128_div(bid_of(a), bid_of(b), BID_ROUNDING_TO_NEAREST, &flags), out);
}

/* By squaring, while every step is exact; false where one is not. */
static bool power_exact(BID_UINT128 base, uint64_t exponent, BID_UINT128 *out)
{
    unsigned flags = 0;
    BID_UINT128 result = bid128_from_int64(1);
    for (; exponent; exponent >>= 1) {
        if (exponent & 1)
            result = bid128_mul(result, base, BID_ROUNDING_TO_NEAREST, &flags);
        if (exponent > 1)
            base = bid128_mul(base, base, BID_ROUNDING_TO_NEAREST, &flags);
        if (flags & (DEC_FE_INEXACT | DEC_FE_OVERFLOW | DEC_FE_UNDERFLOW | DEC_FE_INVALID))
            return false;
    }
    *out = result;
    return true;
}

bool number_power(struct number a, struct number b, struct number *out)
{
    unsigned flags = 0;
    int64_t whole;
    BID_UINT128 result;
    if (number_to_int64(b, &whole) && whole > -100000 && whole < 100000) {
        if (whole < 0 && number_sign(a) == 0)
            return false;
        if (power_exact(bid_of(a), (uint64_t)(whole < 0 ? -whole : whole), &result)) {
            if (whole < 0)
                result = bid128_div(bid128_from_int64(1), result, BID_ROUNDING_TO_NEAREST, &flags);
            return keep(result, out);
        }
    }
    return keep(bid128_pow(bid_of(a), bid_of(b), BID_ROUNDING_TO_NEAREST, &flags), out);
}

bool number_modulo(struct number a, struct number b, struct number *out)
{
    unsigned flags = 0;
    if (number_sign(b) == 0)
        return false;
    struct number rest;
    if (!keep(bid128_fmod(bid_of(a), bid_of(b), &flags), &rest))
        return false;
    if (number_sign(rest) != 0 && number_sign(rest) != number_sign(b))
        return number_add(rest, b, out);
    *out = rest;
    return true;
}

bool number_sqrt(struct number a, struct number *out)
{
    unsigned flags = 0;
    return number_sign(a) >= 0 && keep(bid128_sqrt(bid_of(a), BID_ROUNDING_TO_NEAREST, &flags), out);
}

bool number_exp(struct number a, struct number *out)
{
    unsigned flags = 0;
    return keep(bid128_exp(bid_of(a), BID_ROUNDING_TO_NEAREST, &flags), out);
}

bool number_log(struct number a, struct number *out)
{
    unsigned flags = 0;
    return number_sign(a) > 0 && keep(bid128_log(bid_of(a), BID_ROUNDING_TO_NEAREST, &flags), out);
}

struct number number_negate(struct number a)
{
    struct number n = {{0, 0}};
    if (number_sign(a) == 0) /* there is no minus nought */
        return number_of_int(0);
    (void)keep(bid128_negate(bid_of(a)), &n);
    return n;
}

struct number number_abs(struct number a)
{
    return number_sign(a) < 0 ? number_negate(a) : a;
}

static BID_UINT128 power_of_ten(int exponent)
{
    char s[16];
    unsigned flags = 0;
    (void)snprintf(s, sizeof s, "1E%d", exponent);
    return bid128_from_string(s, BID_ROUNDING_TO_NEAREST, &flags);
}

bool number_round(struct number a, int64_t scale, enum number_rounding how, struct number *out)
{
    if (-scale > EXPONENT_MOST || -scale < EXPONENT_LEAST)
        return false;
    struct parts parts = parts_of(a);
    if (parts.count == 0 || parts.exponent >= -scale) {
        *out = a;
        return true;
    }
    unsigned flags = 0;
    unsigned mode = BID_ROUNDING_TO_NEAREST;
    switch (how) {
    case NUMBER_HALF_EVEN: mode = BID_ROUNDING_TO_NEAREST; break;
    case NUMBER_HALF_UP: mode = BID_ROUNDING_TIES_AWAY; break;
    case NUMBER_HALF_DOWN: mode = BID_ROUNDING_TO_ZERO; break;
    case NUMBER_UP: mode = parts.negative ? BID_ROUNDING_DOWN : BID_ROUNDING_UP; break;
    case NUMBER_DOWN: mode = BID_ROUNDING_TO_ZERO; break;
    case NUMBER_FLOOR: mode = BID_ROUNDING_DOWN; break;
    case NUMBER_CEILING: mode = BID_ROUNDING_UP; break;
    }
    BID_UINT128 unit = power_of_ten((int)-scale);
    BID_UINT128 rounded = bid128_quantize(bid_of(a), unit, mode, &flags);
    if (how == NUMBER_HALF_DOWN) {
        struct number cut, rest, half;
        if (!keep(rounded, &cut) || !number_subtract(a, cut, &rest) ||
            !keep(bid128_mul(unit, bid128_div(bid128_from_int64(1), bid128_from_int64(2), 0, &flags), 0, &flags), &half))
            return false;
        if (number_compare(number_abs(rest), half) > 0)
            rounded = parts.negative ? bid128_sub(rounded, unit, 0, &flags) : bid128_add(rounded, unit, 0, &flags);
    }
    if (!keep(rounded, out))
        return false;
    if (number_sign(*out) == 0)
        *out = number_of_int(0);
    return true;
}

int number_compare(struct number a, struct number b)
{
    unsigned flags = 0;
    BID_UINT128 x = bid_of(a), y = bid_of(b);
    if (bid128_quiet_less(x, y, &flags))
        return -1;
    return bid128_quiet_greater(x, y, &flags) ? 1 : 0;
}

bool number_is_whole(struct number a)
{
    unsigned flags = 0;
    BID_UINT128 x = bid_of(a);
    return bid128_quiet_equal(bid128_round_integral_zero(x, &flags), x, &flags);
}

int number_sign(struct number a)
{
    BID_UINT128 x = bid_of(a);
    if (bid128_isZero(x))
        return 0;
    return bid128_isSigned(x) ? -1 : 1;
}
