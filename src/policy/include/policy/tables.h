#ifndef POLICY_TABLES_H
#define POLICY_TABLES_H

#include "policy/words.h"

/*
 * The tables of a pack and how they hang together, for people to read: each cell as it is written and in plain
 * words, each rule with its source, each table where the model's own drawing (DMNDI) has it.
 *
 * All lies in the caller's arena or in the pack.
 */

enum policy_hit { POLICY_HIT_FIRST, POLICY_HIT_ONE, POLICY_HIT_EVERY };

/* "the first rule that matches", ... */
const char *policy_hit_words(enum policy_hit hit);

/* A column of tests: of a fact, or of what another table gives. */
struct policy_tests {
    struct text name;  /* as written: "consent", "retention.from" */
    struct text words; /* "Consent"; for a table its question */
    bool fact;
    struct text key; /* the fact, or the name of the table */
};

struct policy_cell {
    struct text test;  /* as written; "-" where it does not matter */
    struct text words; /* "Yes", "16 or more", "anything but “No”"; empty where it does not matter */
};

struct policy_gives {
    struct text value; /* as written; empty where the rule gives nothing */
    struct text words;
};

struct policy_table_rule {
    const struct policy_cell *cell;   /* for each column of tests */
    const struct policy_gives *gives; /* for each output */
    struct policy_citation citation;
    struct text source_title; /* of the law or policy */
    struct text note;         /* may be empty */
};

struct policy_table {
    struct text name;     /* "outcome" */
    struct text question; /* "May it be shared?" */
    enum policy_hit hit;
    const struct policy_tests *column;
    size_t columns;
    const struct text *output; /* their names; a table with one output has its own name */
    size_t outputs;
    const struct policy_table_rule *rule;
    size_t rules;
    const struct policy_gives *otherwise; /* for each output what no rule gives; NULL: nothing is said */
    const size_t *need; /* indexes in the graph of the tables that it tests, each once */
    size_t needs;
    bool placed; /* the model's drawing has it, here: */
    double x, y, width, height;
};

struct policy_graph {
    const struct policy_table *table; /* those needed by others come first */
    size_t tables;
};

/*
 * The tables that a decision rests on; with NULL, every table of the pack.
 * Errors: ERROR_MISSING (the pack does not take this decision), ERROR_TOO_LARGE (the arena is full).
 */
int policy_tables(const struct policy_pack *pack, const enum policy_decision *decision, struct arena *arena,
                  struct policy_graph *out, struct error *error);

/* The table of that name, or NULL. */

/*
 * Does `value` (as policy_facts_get() or policy_fired give it) pass a cell? Rules and columns count from 0. False too where
 * the pack has no such cell or no such value.
 */
bool policy_cell_passes(const struct policy_pack *pack, struct text table, size_t rule, size_t column, struct text value);

/* What a table gives, in plain words: `output` is the name of the output, the table's own where it has one. */
struct text policy_output_words(const struct policy_pack *pack, struct text table, struct text output,
                                struct text value, struct arena *arena);

/* The title of a source, or its code. */
struct text policy_source_words(const struct policy_pack *pack, struct text code);

#endif
