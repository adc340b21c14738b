#ifndef POLICY_ANSWER_PRIVATE_H
#define POLICY_ANSWER_PRIVATE_H

#include "internal.h"

/* What an answer is put together from, whichever way the rules that fire were found. */
struct answering {
    const struct policy_pack *pack;
    const struct plan *plan;
    const struct policy_facts *facts;
    struct arena *arena;
    struct policy_answer *out;
};

/* complete.c: every fact that matters is known; the tables are read directly. */
int policy_answer_complete(struct answering *a, struct error *error);

/*
 * The tables of a decision read under facts of which all that matter are known: which rules decide, and what each
 * table gives. Equal bytes give equal answers but for what is varied (plan->vary).
 */
enum { ANSWER_TABLES = 200 };

struct tables_reading {
    const struct policy_pack *pack;
    const struct plan *plan;
    uint64_t *bits[ANSWER_TABLES]; /* rules that decide, by table */
    uint16_t *out[ANSWER_TABLES];  /* class of each output */
    bool asked[ANSWER_TABLES];
    void *bytes; /* all of bits and out */
    size_t size;
};

bool policy_tables_start(struct tables_reading *reading, const struct policy_pack *pack, const struct plan *plan,
                         struct arena *arena); /* false when the arena is full */
void policy_tables_read(struct tables_reading *reading, const uint16_t *class_of);

/* partial.c: some are not; the diagrams are walked. */
int policy_answer_partial(struct answering *a, struct error *error);

/* The lists of the answer that belong to the lists of the plan. */
void policy_answer_list(struct policy_answer *out, size_t list, const struct text *code, size_t count);

/* Fills in the outputs after the first of the deciding table. class[o] is DIAGRAM_OPEN where open. */
int policy_answer_details(struct answering *a, const uint16_t *class, struct error *error);

/* The tests of a rule with what is known of each; `value_of(t, column)` gives another table's output or empty. */
typedef struct text policy_output_of(const void *context, uint16_t table, uint16_t column);
void policy_answer_fired(struct answering *a, struct policy_fired *to, const struct table *table,
                         const struct table_rule *rule, struct policy_tested *tested, policy_output_of *output_of,
                         const void *context);

#endif
