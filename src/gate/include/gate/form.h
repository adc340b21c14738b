#ifndef GATE_FORM_H
#define GATE_FORM_H

#include "base/error.h"
#include "base/json.h"
#include "work/field.h"

/* One name and value of a form. The layout of http's pairs. */
struct form_pair {
    struct text name, value;
};

/* What is wrong with a form: one message for each field, in the order of the fields. */
struct form_error {
    const struct field *field;
    struct error error;
};
struct form_errors {
    struct form_error *item;
    size_t n;
};

/*
 * Fills the struct at `in` (zeroed before) from a form. A date is three pairs, name-day, name-month, name-year; a list is
 * a pair for each item; a yes or no is "yes" or "no", absent is no. Names that no field has are ignored: a page adds its own.
 * Gives 0; ERROR_INVALID with `errors` filled; ERROR_TOO_LARGE. Required fields are checked by form_check.
 */
int form_read(struct arena *arena, const struct field *fields, size_t n, const struct form_pair *pairs,
              size_t pairs_n, void *in, struct form_errors *errors, struct error *error);

/* From a JSON object; here an unknown name is an error. Dates and instants are ISO strings. */
int form_read_json(struct arena *arena, const struct field *fields, size_t n, const struct json *object, void *in,
                   struct form_errors *errors, struct error *error);

/* Required, not too long, one of the choices. The gate does this again for every command and view. */
int form_check(struct arena *arena, const struct field *fields, size_t n, const void *in, struct form_errors *errors,
               struct error *error);

/* The struct as a JSON object; secret fields are left out. */
void form_write_json(struct arena *arena, const struct field *fields, size_t n, const void *in, struct json_writer *w);

/* The field of this name, or NULL. */
const struct field *form_field(const struct field *fields, size_t n, const char *name);

#endif
