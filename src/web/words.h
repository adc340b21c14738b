#ifndef WEB_WORDS_H
#define WEB_WORDS_H

#include "base/clock.h"
#include "work.h"

/* Days, times and sizes as people say them. Times are those of the place (the process's zone); none gives "". */
struct text words_time(struct arena *arena, struct instant at); /* 21 November 2026 at 3:05pm */
struct text words_ago(struct arena *arena, struct instant at);  /* today at 3:05pm, yesterday at ..., or as above */
struct text words_size(struct arena *arena, int64_t bytes);     /* 1.4 MB */
struct text words_count(struct arena *arena, int64_t n, const char *one, const char *many); /* 1 item, 2 items */

/* A day and a time of day (empty: noon) of the place; false if it is neither. */
bool words_parse_time(struct text day, struct text month, struct text year, struct text time, struct instant *at);

/* The beginning of a long text, cut at a character and marked so. */
struct text words_begin(struct arena *arena, struct text text);

/* Texts of a JSON list, with their separator between. */
struct text words_join(struct arena *arena, const struct text *item, size_t n, const char *separator);
/* "Sam", "Sam and Kit", "Sam, Kit and Robin" */
struct text words_and(struct arena *arena, const struct text *item, size_t n);

#endif
