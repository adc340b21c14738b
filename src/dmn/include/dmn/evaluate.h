#ifndef DMN_EVALUATE_H
#define DMN_EVALUATE_H

#include "dmn/model.h"

/*
 * What an evaluation may use. Memory is bounded by the ceiling of the arena; the stack by the depth: the default depth
 * needs 1 MiB.
 */
struct dmn_limits {
    uint64_t steps; /* expressions, rules and items visited; 0: the default, 50 million */
    int depth;      /* nested evaluations; 0: the default, 1500 */
    int64_t now;    /* instant for now() and today(); 0: the clock */
};

/* Why some part came out as null though the model did not say null: for the person who tests the model. */
struct dmn_note {
    struct text where; /* decision, table, rule; line */
    struct text what;
};

struct dmn_result {
    const struct dmn_value *value;
    const struct dmn_note *note; /* the first 100 */
    size_t notes;
};

/*
 * Evaluates a decision, a decision service or a piece of business knowledge by name (or id). `input` is a context:
 * the values of input data by name; for a service also of its input decisions; for knowledge its parameters.
 * What is missing is null. The result lives in `arena` and may share parts of the input and the model.
 * Errors: ERROR_MISSING (no such name), ERROR_TOO_LARGE (steps, depth, memory).
 */
int dmn_evaluate(const struct dmn_model *model, struct arena *arena, struct text name, const struct dmn_value *input,
                 const struct dmn_limits *limits, struct dmn_result *out, struct error *error);

/* A context of every decision of the model, by name; shared decisions are worked out once. */
int dmn_evaluate_all(const struct dmn_model *model, struct arena *arena, const struct dmn_value *input,
                     const struct dmn_limits *limits, struct dmn_result *out, struct error *error);

/* The value of a FEEL text by itself, e.g. a context of input: {Age: 18, d: date("2020-01-31")}. */
int dmn_feel(struct arena *arena, struct text feel, const char *where, const struct dmn_limits *limits,
             struct dmn_result *out, struct error *error);

/*
 * The value of an expression that uses no variable (a literal, date("2026-01-01"), -3, "a" + "b"):
 * NULL where it does use one.
 */
const struct dmn_value *dmn_expression_constant(struct arena *arena, const struct dmn_expression *expression);

/* Does `value` pass the test, itself without variables? FEEL's third truth value is DMN_NULL. */
const struct dmn_value *dmn_test_value(struct arena *arena, const struct dmn_test *test,
                                       const struct dmn_value *value);

#endif
