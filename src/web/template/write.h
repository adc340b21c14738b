#ifndef TEMPLATE_WRITE_H
#define TEMPLATE_WRITE_H

#include "tree.h"

/* Small pieces of C that both emitters write. */

/* The bytes as a string literal of C, broken after line feeds; `indent` spaces before each further line. */
void write_c_string(struct buffer *out, struct text t, int indent);

/* "struct shape_option", "int64_t", "struct text". */
struct text type_in_c(struct arena *arena, const struct type *type);

/* SIGN_IN, for sign_in. */

#endif
