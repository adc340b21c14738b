#ifndef WEB_VALUES_H
#define WEB_VALUES_H

#include "base/error.h"
#include "base/json.h"
#include "gate/form.h"
#include "http/pairs.h"

/* Names with values in an order, a name perhaps more than once: what a form held, or what a draft keeps. */
struct values {
    struct arena *arena;
    struct form_pair *pair;
    size_t n, room;
};

struct values values_in(struct arena *arena);
struct values values_of(struct arena *arena, const struct http_pairs *pairs);

/* The first value of a name, "" if there is none; whether a name has this value; whether the name is there. */
struct text values_get(const struct values *values, const char *name);
bool values_has(const struct values *values, struct text name, struct text value);
bool values_there(const struct values *values, const char *name);

/* Each value of a name in turn; *at starts at 0. */
bool values_next(const struct values *values, const char *name, size_t *at, struct text *value);

void values_add(struct values *values, struct text name, struct text value);
void values_set(struct values *values, const char *name, struct text value); /* in the place of the first */
void values_drop(struct values *values, const char *name);

/* Takes over from another whatever has one of its names: those that the other lacks are dropped here. */
void values_take(struct values *values, const struct values *from, const char *name);

/* As JSON, and back: {"said": [["name", "value"], ...]}. False if it is something else. */
struct text values_write(const struct values *values, struct arena *arena);
bool values_read(struct values *values, struct text json);

#endif
