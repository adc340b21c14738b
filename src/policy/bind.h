#ifndef POLICY_BIND_H
#define POLICY_BIND_H

#include "internal.h"

#include "dmn.h"

/* What bind.c, which reads the tables, and bind_classes.c, which parts the facts by them, share. */

enum { MOST_TABLES = 200, MOST_RULES = 2000, MOST_INPUTS = 60, MOST_VALUES = 250, MOST_CITATIONS = 2000 };

struct binding {
    struct policy_pack *pack;
    struct arena *scratch; /* for what the finished pack does not need */
    const struct dmn_model *model;
    size_t *index_of;                 /* decision in the model -> table in the pack, or SIZE_MAX */
    const struct dmn_table **source;  /* of each table in the pack */
    const struct dmn_value ***output; /* [table][column * (MOST_VALUES + 1) + class] */
    struct error *error;
};

/*
 * When every table is bound: parts the values of each number and date into classes that no rule tells apart, and
 * notes for each input which rules each class passes.
 */
int policy_bind_classes(struct binding *b);

/* bind_drawing.c: where the model's own drawing has each table. */
void policy_bind_drawing(struct binding *b);

#endif
