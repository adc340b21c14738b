#ifndef GATE_FORM_INSIDE_H
#define GATE_FORM_INSIDE_H

#include "gate/form.h"

/* Where the struct at `in` has the field's member. */
#define MEMBER(in, field, type) ((type *)(void *)((char *)(in) + (field)->offset))
#define CONST_MEMBER(in, field, type) ((const type *)(const void *)((const char *)(in) + (field)->offset))

/* Remembers what is wrong with a field: ERROR_INVALID, the first of all as `error`; or ERROR_TOO_LARGE. */
int form_note(struct arena *arena, struct form_errors *errors, const struct field *field, const char *what,
              struct error *error);

#endif
