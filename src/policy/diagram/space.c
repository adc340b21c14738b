#include "space.h"

#include "policy/address.h"

#include "base/buffer.h"

#include <string.h>

enum { MILLION = 1000000 };

static bool parse_number(struct text t, int64_t *out)
{
    bool minus = t.n && t.p[0] == '-';
    struct text digits = text_cut(t, minus ? 1 : 0, t.n);
    ptrdiff_t point = text_find_char(digits, '.');
    struct text whole = point < 0 ? digits : text_cut(digits, 0, (size_t)point);
    struct text part = point < 0 ? (struct text){NULL, 0} : text_cut(digits, (size_t)point + 1, digits.n);
    int64_t value, fraction = 0, scale = MILLION;
    if (whole.n == 0 || whole.p[0] == '-' || whole.n > 12 || !text_to_int64(whole, &value) ||
        (point >= 0 && part.n == 0))
        return false;
    for (size_t i = 0; i < part.n; i++) {
        if (part.p[i] < '0' || part.p[i] > '9')
            return false;
        if (scale == 1 && part.p[i] != '0')
            return false;
        if (scale > 1) {
            scale /= 10;
            fraction += (part.p[i] - '0') * scale;
        }
    }
    value = value * MILLION + fraction;
    *out = minus ? -value : value;
    return true;
}

bool space_parse(const struct space_fact *fact, struct text value, int64_t *out)
{
    if (fact->info.kind == POLICY_FACT_DATE) {
        struct date date;
        if (!date_parse(value, &date))
            return false;
        *out = date_to_days(date);
        return true;
    }
    return parse_number(value, out) && *out >= fact->least && *out <= fact->most;
}

struct text space_format(struct arena *arena, const struct space_fact *fact, int64_t value)
{
    if (fact->info.kind == POLICY_FACT_DATE)
        return date_format(arena, date_from_days(value));
    uint64_t size = value < 0 ? (uint64_t)-value : (uint64_t)value;
    struct text t = arena_format(arena, "%s%llu.%06llu", value < 0 ? "-" : "",
                                 (unsigned long long)(size / MILLION), (unsigned long long)(size % MILLION));
    while (t.n && t.p[t.n - 1] == '0')
        t.n--;
    if (t.n && t.p[t.n - 1] == '.')
        t.n--;
    return t;
}

bool space_cut(struct arena *arena, struct space_fact *fact, int64_t point)
{
    size_t at = 0;
    while (at < fact->points && fact->point[at] < point)
        at++;
    if (at < fact->points && fact->point[at] == point)
        return true;
    int64_t *grown = ARENA_ARRAY(arena, int64_t, fact->points + 1);
    if (!grown)
        return false;
    if (fact->points) {
        memcpy(grown, fact->point, at * sizeof *grown);
        memcpy(grown + at + 1, fact->point + at, (fact->points - at) * sizeof *grown);
    }
    grown[at] = point;
    fact->point = grown;
    fact->points++;
    return true;
}

bool space_piece_value(const struct space_fact *fact, size_t piece, int64_t *value)
{
    if (piece % 2) {
        *value = fact->point[piece / 2];
        return *value >= fact->least && *value <= fact->most;
    }
    int64_t low = piece == 0 ? fact->least : fact->point[piece / 2 - 1] + 1;
    int64_t high = piece / 2 == fact->points ? fact->most : fact->point[piece / 2] - 1;
    if (low < fact->least)
        low = fact->least;
    if (high > fact->most)
        high = fact->most;
    if (low > high)
        return false;
    *value = piece == 0 ? high : low;
    if (fact->info.kind == POLICY_FACT_NUMBER) { /* a whole number where there is one */
        int64_t up = low >= 0 ? (low + MILLION - 1) / MILLION * MILLION : low / MILLION * MILLION;
        int64_t down = high >= 0 ? high / MILLION * MILLION : (high - MILLION + 1) / MILLION * MILLION;
        if (piece == 0 && down >= low)
            *value = down;
        else if (piece != 0 && up <= high)
            *value = up;
    }
    return true;
}

static uint16_t classify_address(const struct space_fact *fact, struct text address)
{
    struct text domain;
    if (!policy_address_domain(address, &domain))
        return SPACE_MALFORMED;
    uint16_t class = SPACE_NONE;
    size_t longest = 0;
    for (size_t i = 0; i < fact->domains; i++)
        if (fact->domain[i].name.n > longest && policy_domain_under(domain, fact->domain[i].name)) {
            longest = fact->domain[i].name.n;
            class = fact->domain[i].class;
        }
    return class;
}

bool space_classify(const struct space_fact *fact, struct text value, uint16_t *class)
{
    switch (fact->info.kind) {
    case POLICY_FACT_CHOICE:
    case POLICY_FACT_BOOLEAN:
        for (size_t i = 0; i < fact->info.values; i++)
            if (text_equal(value, fact->info.value[i])) {
                *class = (uint16_t)i;
                return true;
            }
        return false;
    case POLICY_FACT_ADDRESS:
        *class = classify_address(fact, value);
        return true;
    case POLICY_FACT_NUMBER:
    case POLICY_FACT_DATE:
        break;
    }
    int64_t number;
    if (!space_parse(fact, value, &number))
        return false;
    size_t low = 0, high = fact->points; /* the first point that is not below */
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (fact->point[middle] < number)
            low = middle + 1;
        else
            high = middle;
    }
    size_t piece = low < fact->points && fact->point[low] == number ? 2 * low + 1 : 2 * low;
    *class = fact->class_of ? fact->class_of[piece] : 0;
    return true;
}

struct text space_nearest(struct arena *arena, struct text written, const struct text *value, size_t values,
                          size_t most)
{
    struct buffer out = buffer_in(arena);
    bool *used = ARENA_ARRAY(arena, bool, values + 1);
    size_t give = values < most ? values : most;
    for (size_t n = 0; used && n < give; n++) {
        size_t best = values;
        for (size_t i = 0; i < values; i++)
            if (!used[i] && (best == values || text_distance(written, value[i]) < text_distance(written, value[best])))
                best = i;
        used[best] = true;
        if (n)
            buffer_string(&out, n + 1 == give ? " or " : ", ");
        buffer_text(&out, value[best]);
    }
    return buffer_result(&out);
}
