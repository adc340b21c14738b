#ifndef DMN_MODEL_H
#define DMN_MODEL_H

#include "dmn/expression.h"

struct error;

/*
 * A decision model (OMG DMN 1.1 to 1.5), loaded and checked once, then read and evaluated any number of times by any
 * number of threads. Everything here is read only and lives in the arena that it was loaded into.
 *
 * `line` is the line of the element in the file.
 */

enum dmn_type_kind {
    DMN_TYPE_ANY,
    DMN_TYPE_NULL,
    DMN_TYPE_BOOLEAN,
    DMN_TYPE_NUMBER,
    DMN_TYPE_STRING,
    DMN_TYPE_DATE,
    DMN_TYPE_TIME,
    DMN_TYPE_DATE_TIME,
    DMN_TYPE_DURATION,
    DMN_TYPE_MONTHS,
    DMN_TYPE_LIST,     /* of base */
    DMN_TYPE_RANGE,    /* of base */
    DMN_TYPE_CONTEXT,  /* member[] */
    DMN_TYPE_FUNCTION, /* member[] are the parameters, base the result */
    DMN_TYPE_DEFINED,  /* another name for base, perhaps narrowed by `allowed` */
};

struct dmn_member {
    struct text name;
    const struct dmn_type *type;
};

struct dmn_type {
    enum dmn_type_kind kind;
    int line;
    struct text name; /* as the model names it; empty for a type written in place */
    const struct dmn_type *base;
    const struct dmn_member *member;
    size_t members;
    const struct dmn_test *allowed; /* NULL: all. Of a list: its items */
    struct text allowed_text;
    const struct dmn_test *constraint; /* DMN 1.5 typeConstraint: of the whole value */
};

/* Follows DMN_TYPE_DEFINED to what it stands for. */
const struct dmn_type *dmn_type_plain(const struct dmn_type *type);
/* The allowed values nearest along that way, or NULL. */
const struct dmn_test *dmn_type_allowed(const struct dmn_type *type);

enum dmn_hit_policy {
    DMN_HIT_UNIQUE,
    DMN_HIT_ANY,
    DMN_HIT_PRIORITY,
    DMN_HIT_FIRST,
    DMN_HIT_RULE_ORDER,
    DMN_HIT_OUTPUT_ORDER,
    DMN_HIT_COLLECT,
};

enum dmn_aggregation { DMN_AGGREGATE_NONE, DMN_AGGREGATE_SUM, DMN_AGGREGATE_COUNT, DMN_AGGREGATE_MIN, DMN_AGGREGATE_MAX };

struct dmn_column_in {
    int line;
    struct text id, label;
    struct text text; /* the expression as written */
    const struct dmn_expression *expression;
    const struct dmn_type *type;    /* any where none is said */
    const struct dmn_test *allowed; /* inputValues, or NULL */
    struct text allowed_text;
};

struct dmn_column_out {
    int line;
    struct text id, name, label; /* name is empty where a table has one output that is not named */
    const struct dmn_type *type;
    const struct dmn_test *allowed; /* outputValues, best first for the priority policies; or NULL */
    struct text allowed_text;
    const struct dmn_expression *fallback; /* defaultOutputEntry, or NULL */
    struct text fallback_text;
};

struct dmn_cell {
    int line;
    struct text id;
    struct text text;
    const struct dmn_test *test;             /* an input cell */
    const struct dmn_expression *expression; /* an output cell */
};

struct dmn_rule {
    int line;
    struct text id, description;
    const struct dmn_cell *in, *out; /* as many as the table has columns */
    const struct text *annotation;   /* as many as annotation names; missing ones are empty */
};

struct dmn_table {
    int line;
    enum dmn_hit_policy hit_policy;
    enum dmn_aggregation aggregation;
    const struct dmn_column_in *in;
    size_t ins;
    const struct dmn_column_out *out;
    size_t outs;
    const struct dmn_rule *rule;
    size_t rules;
    const struct text *annotation; /* names of the annotation columns */
    size_t annotations;
};

enum dmn_boxed_kind {
    DMN_BOXED_LITERAL,     /* expression */
    DMN_BOXED_TABLE,       /* table */
    DMN_BOXED_CONTEXT,     /* part[]: named entries; a last one without a name is the result */
    DMN_BOXED_LIST,        /* part[] */
    DMN_BOXED_RELATION,    /* column[], and row after row in part[] */
    DMN_BOXED_INVOCATION,  /* part[0] is called with part[1..] named */
    DMN_BOXED_FUNCTION,    /* parameter[]; part[0] is the body */
    DMN_BOXED_CONDITIONAL, /* part: if, then, else */
    DMN_BOXED_FOR,         /* name in part[0] return part[1] */
    DMN_BOXED_EVERY,       /* name in part[0] satisfies part[1] */
    DMN_BOXED_SOME,
    DMN_BOXED_FILTER, /* part[0] [ part[1] ] */
};

struct dmn_boxed {
    enum dmn_boxed_kind kind;
    int line;
    struct text id;
    struct text name; /* of the entry, binding or iterator; empty where there is none */
    struct text text; /* DMN_BOXED_LITERAL: as written */
    const struct dmn_type *type;
    const struct dmn_expression *expression;
    const struct dmn_table *table;
    const struct dmn_boxed *const *part; /* NULL entries: left out in the model, null when evaluated */
    size_t parts;
    const struct text *column;
    size_t columns;
    const struct dmn_parameter *parameter;
    size_t parameters;
    bool external; /* a function of another language: not run */
};

struct dmn_input {
    struct text id, name, label;
    int line;
    const struct dmn_type *type;
};

/* What a decision (or a piece of business knowledge) needs: index into the model's array of that kind. */
enum dmn_need_kind { DMN_NEED_INPUT, DMN_NEED_DECISION, DMN_NEED_KNOWLEDGE, DMN_NEED_SERVICE };

struct dmn_need {
    enum dmn_need_kind kind;
    size_t index;
    int line;
};

struct dmn_decision {
    struct text id, name, label;
    int line;
    struct text question, allowed_answers, description;
    const struct dmn_type *type;
    const struct dmn_boxed *logic; /* NULL where the model gives none */
    const struct dmn_need *need;
    size_t needs;
};

struct dmn_knowledge {
    struct text id, name, label;
    int line;
    const struct dmn_type *type;    /* of the result */
    const struct dmn_boxed *logic;  /* DMN_BOXED_FUNCTION, or NULL */
    const struct dmn_need *need;    /* other knowledge, services */
    size_t needs;
};

struct dmn_service {
    struct text id, name, label;
    int line;
    const struct dmn_type *type;
    const size_t *output, *encapsulated, *input_decision, *input; /* indexes of decisions (three times) and inputs */
    size_t outputs, encapsulateds, input_decisions, inputs;
};

/* The drawing (DMNDI), where the model has one. */
struct dmn_point {
    double x, y;
};

struct dmn_shape {
    struct text element; /* id of what it shows */
    int line;
    double x, y, width, height;
};

struct dmn_edge {
    struct text element;
    int line;
    const struct dmn_point *waypoint;
    size_t waypoints;
};

/*
 * A part that could not be understood (FEEL that does not parse, a type that is not defined). The standard makes
 * such a part null and lets the rest run; whoever must not run a doubtful model refuses one with problems.
 */
enum dmn_problem_kind {
    DMN_PROBLEM_FEEL,       /* a text that does not parse */
    DMN_PROBLEM_TYPE,       /* `written` is no type */
    DMN_PROBLEM_HIT_POLICY, /* `written` is no hit policy or aggregation */
    DMN_PROBLEM_SHAPE,      /* cells missing or too many, nesting */
};

struct dmn_problem {
    enum dmn_problem_kind kind;
    int line;
    struct text written;
    struct text where; /* file:line: decision, table, rule, cell */
    struct text what;
};

struct dmn_model {
    struct text file, id, name, uri;
    int version; /* 11 to 16: the standard's version times ten; what 1.6 adds is not known */
    const struct dmn_type *const *type; /* item definitions */
    size_t types;
    const struct dmn_input *input;
    size_t inputs;
    const struct dmn_decision *decision;
    size_t decisions;
    const struct dmn_knowledge *knowledge;
    size_t knowledges;
    const struct dmn_service *service;
    size_t services;
    const struct dmn_shape *shape;
    size_t shapes;
    const struct dmn_edge *edge;
    size_t edges;
    const struct dmn_problem *problem;
    size_t problems;
};

/*
 * Reads and checks a model. `file` names it in errors. Errors: ERROR_INPUT (not a model, or it does not hold
 * together: references that lead nowhere, decisions that need themselves, imports), ERROR_TOO_LARGE.
 * FEEL that does not parse is a problem, not an error.
 */
int dmn_model_load(struct arena *arena, struct text xml, const char *file, const struct dmn_model **out,
                   struct error *error);

/* By name, or by id. NULL if there is none. */
const struct dmn_decision *dmn_decision_find(const struct dmn_model *model, struct text name);
const struct dmn_input *dmn_input_find(const struct dmn_model *model, struct text name);

#endif
