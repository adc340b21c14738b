#ifndef DMN_PARSER_H
#define DMN_PARSER_H

#include "dmn/model.h"

struct index;

/*
 * Names that an expression may use and that are more than one word: those the parser must know beforehand
 * ("Credit score", "a-b"). Single words need no entry.
 */
struct scope {
    const struct scope *outer;
    const struct text *name;
    size_t count;
};

/* What all expressions of a model share. */
struct parse_shared {
    struct arena *arena;
    struct scope members; /* names of more than one word that any context of the model may have; in byte order */
    const struct index *type_index;   /* item definitions by name; may be NULL */
    const struct dmn_type *const *type;
    size_t types;
};

/* Only the names of more than one word. */
struct scope scope_of(struct arena *arena, const struct scope *outer, const struct text *name, size_t count);

/* White space at the ends removed, inside made single spaces. */
struct text name_normal(struct arena *arena, struct text name);

/*
 * Never NULL: what cannot be read is an invalid expression, and *what says why (an empty text otherwise).
 * `line` is that of the text's first character.
 */
const struct dmn_expression *parse_expression(const struct parse_shared *shared, struct text source, int line,
                                              const struct scope *scope, struct text *what);

/* The text of a range by itself; "[1..)" and "(..1]" have one end only. */
const struct dmn_expression *parse_range(const struct parse_shared *shared, struct text source, struct text *what);

/* A cell, allowed values: "-", or tests with commas, or not(tests). A test that cannot be read holds an invalid
 * expression. */
const struct dmn_test *parse_test(const struct parse_shared *shared, struct text source, int line,
                                  const struct scope *scope, struct text *what);

/* A type as attributes name it: "number", "feel:string", "tLoan", "list<number>". NULL if there is none of that name. */
const struct dmn_type *parse_type_name(const struct parse_shared *shared, struct text name);

extern const struct dmn_type type_any;
extern const struct dmn_type type_unknown; /* after "instance of": no type of that name; the test is null */

#endif
