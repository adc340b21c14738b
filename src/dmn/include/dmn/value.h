#ifndef DMN_VALUE_H
#define DMN_VALUE_H

#include "base/number.h"
#include "base/temporal.h"

struct error;

/*
 * A FEEL value. Values never change once made; they live in an arena and may share parts.
 * Pointers to values are never NULL: where memory ran out, functions give the shared null value and the
 * arena knows that it is exhausted.
 */
enum dmn_kind {
    DMN_NULL,
    DMN_BOOLEAN,
    DMN_NUMBER,
    DMN_STRING,
    DMN_DATE,
    DMN_TIME,
    DMN_DATE_TIME,
    DMN_DURATION, /* days and time duration */
    DMN_MONTHS,   /* years and months duration */
    DMN_LIST,
    DMN_CONTEXT,
    DMN_RANGE,
    DMN_FUNCTION,
};

struct dmn_function; /* private */

struct dmn_entry {
    struct text name;
    const struct dmn_value *value;
};

struct dmn_value {
    enum dmn_kind kind;
    union {
        bool boolean;
        struct number number;
        struct text string;
        struct date date;
        struct time_of_day time;
        struct date_time date_time;
        struct duration duration;
        int64_t months;
        struct {
            const struct dmn_value *const *item;
            size_t count;
        } list;
        struct {
            const struct dmn_entry *entry;
            size_t count;
        } context; /* in the order written, names unique */
        struct {
            const struct dmn_value *low, *high; /* the null value: no bound on this side */
            bool low_open, high_open;
            bool comparison; /* written (< 10), which does not equal (null..10) */
            bool unequal;    /* all but `low`: (!= 10) */
        } range;
        const struct dmn_function *function;
    } as;
};

extern const struct dmn_value dmn_null, dmn_true, dmn_false;

const struct dmn_value *dmn_boolean(bool value);
const struct dmn_value *dmn_number(struct arena *arena, struct number value);
const struct dmn_value *dmn_integer(struct arena *arena, int64_t value);
const struct dmn_value *dmn_string(struct arena *arena, struct text value); /* keeps the slice, copies nothing */
const struct dmn_value *dmn_date(struct arena *arena, struct date value);
const struct dmn_value *dmn_time(struct arena *arena, struct time_of_day value);
const struct dmn_value *dmn_date_time(struct arena *arena, struct date_time value);
const struct dmn_value *dmn_duration(struct arena *arena, struct duration value);
const struct dmn_value *dmn_months(struct arena *arena, int64_t value);
const struct dmn_value *dmn_list(struct arena *arena, const struct dmn_value *const *item, size_t count);
const struct dmn_value *dmn_context(struct arena *arena, const struct dmn_entry *entry, size_t count);

/* The member of a context, or NULL if it has none of that name. */
const struct dmn_value *dmn_context_get(const struct dmn_value *context, struct text name);

/* Same value by the rules of FEEL's "=" (1.0 = 1, contexts by member); false where the kinds differ. */
bool dmn_value_equal(const struct dmn_value *a, const struct dmn_value *b);

/* "null", "boolean", "number", "days and time duration", ... */
const char *dmn_kind_name(enum dmn_kind kind);

/*
 * As JSON: numbers exact, temporal values as strings in their ISO form, ranges and functions as their FEEL text.
 * As FEEL text: as string() of the standard writes it, strings quoted inside lists and contexts.
 */
void dmn_value_write_json(struct buffer *out, const struct dmn_value *value);
void dmn_value_write_feel(struct buffer *out, const struct dmn_value *value);

#endif
