#ifndef BASE_TEMPORAL_H
#define BASE_TEMPORAL_H

#include "base/buffer.h"
#include "base/clock.h"

/*
 * Dates, times and durations as people write them (ISO 8601 and XML Schema), with years up to nine digits,
 * nanoseconds, offsets and named zones. Days are base/clock.h's struct date.
 */
enum zone_kind {
    ZONE_LOCAL,  /* none said */
    ZONE_OFFSET, /* +01:00, Z */
    ZONE_NAMED,  /* Europe/London */
};

struct zone {
    enum zone_kind kind;
    int32_t offset;   /* seconds east of UTC: ZONE_OFFSET */
    struct text name; /* ZONE_NAMED: lends from the parsed text or an arena */
};

struct time_of_day {
    int32_t hour, minute, second, nanosecond;
    struct zone zone;
};

struct date_time {
    struct date date;
    struct time_of_day time;
};

/* An exact length of time: seconds + nanoseconds, 0 <= nanoseconds < 1e9, so -0.5 s is {-1, 500000000}. */
struct duration {
    int64_t seconds;
    int32_t nanoseconds;
};

enum { TEMPORAL_YEAR_MOST = 999999999 };

/* The whole text or nothing. Names of zones lend from `t`. */
bool temporal_parse_date(struct text t, struct date *out);               /* 2026-09-30, -0044-03-15; no zone */
bool temporal_parse_time(struct text t, struct time_of_day *out);        /* 10:15:00.5Z, 10:15:00@Europe/London */
bool temporal_parse_date_time(struct text t, struct date_time *out);     /* 2026-09-30T10:15:00+01:00 */
bool temporal_parse_duration(struct text t, struct duration *out);       /* P1DT2H, -PT0.5S */
bool temporal_parse_months(struct text t, int64_t *months);              /* P1Y2M */

void temporal_write_date(struct buffer *out, struct date d);
void temporal_write_time(struct buffer *out, struct time_of_day t);
void temporal_write_date_time(struct buffer *out, struct date_time d);
void temporal_write_duration(struct buffer *out, struct duration d);
void temporal_write_months(struct buffer *out, int64_t months);

bool temporal_date_valid(struct date d); /* a day of the calendar, |year| <= TEMPORAL_YEAR_MOST */
struct date temporal_add_months(struct date d, int64_t months); /* day cut to the month's last; year may overflow: check */
int temporal_weekday(struct date d);                            /* 1 Monday .. 7 Sunday */
int temporal_day_of_year(struct date d);
int temporal_week_of_year(struct date d);                       /* ISO 8601 */

/* Whole months from `a` to `b`, towards zero, times of day counted where given (pass 0 for none). */
int64_t temporal_months_between(struct date a, int64_t nanos_a, struct date b, int64_t nanos_b);

bool zone_known(struct text name);
/* Seconds east of UTC of `zone` at a local date and time. False for ZONE_LOCAL or an unknown name. */
bool zone_offset(const struct zone *zone, struct date d, const struct time_of_day *t, int32_t *seconds);

/* Seconds since 1970-01-01T00:00:00 of the place where it is said; where it has a zone, UTC. */
int64_t temporal_seconds(const struct date_time *d);
int64_t temporal_time_seconds(const struct time_of_day *t); /* of the day; where it has a zone, UTC (may leave 0..86399) */

/* The same kind of local time, later or earlier; keeps the zone. False past the years allowed. */
bool temporal_date_time_add(struct date_time d, struct duration by, struct date_time *out);
struct time_of_day temporal_time_add(struct time_of_day t, struct duration by); /* around midnight */

bool duration_add(struct duration a, struct duration b, struct duration *out);
struct duration duration_negate(struct duration a);
int duration_compare(struct duration a, struct duration b);

#endif
