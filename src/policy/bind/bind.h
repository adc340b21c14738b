#ifndef POLICY_BIND_H
#define POLICY_BIND_H

#include "internal.h"

#include "dmn.h"

/* What bind.c, which reads the tables, and classes.c, which parts the facts by them, share. */

enum { MOST_TABLES = 200, MOST_RULES = 2000, MOST_INPUTS = 60, MOST_VALUES = 250, MOST_CITATIONS = 2000 };

struct binding {
    struct policy_pack *pack;
    struct arena *scratch; /* for what the finished pack does not need */
    const struct dmn_model *model;
    size_t *index_of;                 /* decision in the model -> table in the pack, or SIZE_MAX */
    const struct dmn_table **source;  /* of each table in the pack */
    struct text *key;                 /* of the facts */
    const struct dmn_value ***output; /* [table][column * (MOST_VALUES + 1) + class] */
    struct text cell; /* that is being read, as written */
    struct error *error;
};

/*
 * refuse.c: ERROR_INPUT with file, line, table, rule (0: none) and cell (empty: none), what is wrong and what to
 * do. _written names the valid values nearest to what was written, _feel repeats what the reader of FEEL said of the
 * line, _problems refuses whatever the model's reader could not understand, or gives 0.
 */
int policy_refuse(const struct binding *b, int line, struct text table, size_t rule, struct text cell, const char *fix,
                  const char *what);
int policy_refuse_written(const struct binding *b, int line, struct text table, size_t rule, struct text cell,
                          struct text written, const char *what, const struct text *valid, size_t valids);
int policy_refuse_feel(const struct binding *b, int line, struct text table, size_t rule, struct text cell);
int policy_refuse_problems(const struct binding *b);
const struct dmn_problem *policy_problem_at(const struct binding *b, int line); /* or NULL */

/*
 * cells.c: may the cell of a rule stand as it is? A number or date is cut where the cell tests it.
 * policy_written_value: a value as written, not worked out, or NULL.
 */
int policy_bind_cell(struct binding *b, const struct table_in *in, const struct dmn_cell *cell, struct text table,
                     size_t rule);
const struct dmn_value *policy_written_value(const struct binding *b, const struct dmn_expression *expression);

/*
 * words.c: a code that a decision gives must be one that the words know; the type and the lists of values that a
 * model states of its columns must fit what they can be.
 */
int policy_bind_codes(struct binding *b, size_t t);
int policy_refuse_code(const struct binding *b, int line, const struct table *table, size_t rule, struct text written,
                       const char *what);
int policy_bind_stated(struct binding *b, size_t t);
const struct dmn_value *policy_sample_value(const struct binding *b, const struct space_fact *fact, size_t class);
bool policy_test_passes(const struct binding *b, const struct dmn_test *test, const struct dmn_value *value);

/*
 * When every table is bound: parts the values of each number and date into classes that no rule tells apart, and
 * notes for each input which rules each class passes.
 */
int policy_bind_classes(struct binding *b);

/* drawing.c: where the model's own drawing has each table. */
void policy_bind_drawing(struct binding *b);

#endif
