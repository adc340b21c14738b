#ifndef BASE_NUMBER_H
#define BASE_NUMBER_H

#include "base/buffer.h"

/*
 * Exact decimal numbers: 34 significant digits, IEEE 754-2019 decimal128, rounding half to even unless told.
 *
 * No function here gives an infinity or a NaN: an operation whose result is not a finite number
 * (division by zero, overflow, square root of a negative) returns false and leaves *out alone.
 */
struct number {
    uint64_t word[2]; /* decimal128 in binary integer encoding; all zero bytes is the number 0 */
};

enum number_rounding {
    NUMBER_HALF_EVEN,
    NUMBER_HALF_UP,   /* ties away from zero */
    NUMBER_HALF_DOWN, /* ties towards zero */
    NUMBER_UP,        /* away from zero */
    NUMBER_DOWN,      /* towards zero */
    NUMBER_FLOOR,
    NUMBER_CEILING,
};

struct number number_of_int(int64_t value);
bool number_parse(struct text t, struct number *out); /* -12.50, .5, 1e3; surrounding space refused */
bool number_to_int64(struct number a, int64_t *out);  /* false if not whole or out of range */
double number_to_double(struct number a);             /* nearest; for comparison with a tolerance only */

/* Shortest plain form: "12.5", "1000", "-0.001"; an exponent only where more than 40 digits would be written. */
void number_write(struct buffer *out, struct number a);

bool number_add(struct number a, struct number b, struct number *out);
bool number_subtract(struct number a, struct number b, struct number *out);
bool number_multiply(struct number a, struct number b, struct number *out);
bool number_divide(struct number a, struct number b, struct number *out);
bool number_power(struct number a, struct number b, struct number *out);
bool number_modulo(struct number a, struct number b, struct number *out); /* a - b*floor(a/b) */
bool number_sqrt(struct number a, struct number *out);
bool number_exp(struct number a, struct number *out);
bool number_log(struct number a, struct number *out); /* natural */
struct number number_negate(struct number a);
struct number number_abs(struct number a);

/* Rounded to `scale` digits after the point (before it, where negative). */
bool number_round(struct number a, int64_t scale, enum number_rounding how, struct number *out);

int number_compare(struct number a, struct number b); /* <0, 0, >0; 1.0 equals 1 */
bool number_is_whole(struct number a);
int number_sign(struct number a); /* -1, 0, 1 */

#endif
