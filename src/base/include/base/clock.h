#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include "base/arena.h"

#include <pthread.h>

/* An instant is microseconds since 1970-01-01T00:00:00Z, in an int64_t. */
#define CLOCK_SECOND INT64_C(1000000)
#define CLOCK_DAY (86400 * CLOCK_SECOND)

int64_t clock_now(void);    /* wall clock */
int64_t clock_steady(void); /* never goes back; only differences mean something */

/* A condition whose timed waits go by CLOCK_MONOTONIC: a clock that is set neither ends nor lengthens them. */
void clock_condition_init(pthread_cond_t *condition);

/* A day of the proleptic Gregorian calendar. */
struct date {
    int32_t year;
    int32_t month, day; /* 1.. */
};

bool date_valid(struct date d);
int64_t date_to_days(struct date d); /* days since 1970-01-01 */
struct date date_from_days(int64_t days);
bool date_parse(struct text t, struct date *d); /* "2026-09-30" and nothing else; years 0001 to 9999 */
struct text date_format(struct arena *arena, struct date d);
const char *date_month(int month);                            /* 1 to 12: "January" */
struct text date_words(struct arena *arena, struct date d); /* "3 June 2015"; empty for no date */
int date_compare(struct date a, struct date b);

/* The day an instant falls on in UTC. */
struct date date_of_instant(int64_t instant);

/* "2026-09-30T14:05:06.123456Z"; six decimals always, so that text order is time order. */
struct text instant_format(struct arena *arena, int64_t instant);

/* "3 June 2015 at 2:05pm", where this machine stands; empty for none. */
struct text instant_words(struct arena *arena, int64_t instant);

/* RFC 3339 with Z or an offset; fraction optional, at most six digits used. */
bool instant_parse(struct text t, int64_t *instant);

#endif
