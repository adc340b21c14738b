#ifndef POLICY_TABLES_WORDS_H
#define POLICY_TABLES_WORDS_H

#include "internal.h"
#include "policy/tables.h"

/* The cell of rule `r` under column `in`, in plain words; empty where it does not matter. */
struct text policy_cell_words(const struct policy_pack *pack, const struct table *table, size_t r,
                              const struct table_in *in, struct text cell, struct arena *arena);

/* A test of a number or a date as it is written: ">= 16" is "16 or more". What is not understood stays as it is. */
struct text policy_range_words(struct text test, struct arena *arena);

#endif
