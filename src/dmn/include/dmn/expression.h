#ifndef DMN_EXPRESSION_H
#define DMN_EXPRESSION_H

#include "dmn/value.h"

/* FEEL expressions and unary tests as parsed. Read only; they live in the model's arena. */

enum dmn_operator {
    DMN_EQUAL,
    DMN_UNEQUAL,
    DMN_LESS,
    DMN_AT_MOST,
    DMN_GREATER,
    DMN_AT_LEAST,
    DMN_ADD,
    DMN_SUBTRACT,
    DMN_MULTIPLY,
    DMN_DIVIDE,
    DMN_POWER,
    DMN_AND,
    DMN_OR,
};

enum dmn_expression_kind {
    DMN_EXPRESSION_LITERAL,  /* value: null, booleans, numbers (also negative), strings, @"..." */
    DMN_EXPRESSION_NAME,     /* name; "?" is the tested value */
    DMN_EXPRESSION_PATH,     /* part[0] . name */
    DMN_EXPRESSION_NEGATE,   /* part[0] */
    DMN_EXPRESSION_BINARY,   /* part[0] operator part[1] */
    DMN_EXPRESSION_BETWEEN,  /* part[0] between part[1] and part[2] */
    DMN_EXPRESSION_IN,       /* part[0] in test */
    DMN_EXPRESSION_IF,       /* part: condition, then, else */
    DMN_EXPRESSION_FOR,      /* iterator[], part[0] is the result */
    DMN_EXPRESSION_SOME,     /* iterator[], part[0] is the condition */
    DMN_EXPRESSION_EVERY,
    DMN_EXPRESSION_FILTER,   /* part[0] [ part[1] ] */
    DMN_EXPRESSION_LIST,     /* part[] */
    DMN_EXPRESSION_CONTEXT,  /* part[] named by names[] */
    DMN_EXPRESSION_FUNCTION, /* parameter[]; part[0] is the body */
    DMN_EXPRESSION_CALL,     /* part[0] ( part[1..] ), named by names[1..] where names is not NULL */
    DMN_EXPRESSION_INSTANCE, /* part[0] instance of type */
    DMN_EXPRESSION_RANGE,    /* part[0], part[1]: NULL where there is no bound */
    DMN_EXPRESSION_INVALID,  /* could not be read; name says why. The model lists it among its problems; null */
};

struct dmn_iterator {
    struct text name;
    const struct dmn_expression *from; /* a list, or the low end where `to` is set */
    const struct dmn_expression *to;   /* NULL unless written low..high */
};

struct dmn_parameter {
    struct text name;
    const struct dmn_type *type; /* any where none is said */
};

struct dmn_expression {
    enum dmn_expression_kind kind;
    enum dmn_operator operation;
    int line, column; /* in the model's file; 0 where unknown */
    bool low_open, high_open; /* of a range */
    bool comparison;          /* a range written (< 10) */
    bool unequal;             /* a range: all but part[0] */
    bool external;            /* a function of another language */
    struct text name;
    const struct dmn_value *value;
    const struct dmn_expression *const *part;
    const struct text *names;
    size_t count; /* of part (and names) */
    const struct dmn_iterator *iterator;
    size_t iterators;
    const struct dmn_parameter *parameter;
    size_t parameters;
    const struct dmn_type *type;
    const struct dmn_test *test;
};

/* A cell of a decision table, allowed values, or what follows "in". */
enum dmn_test_kind {
    DMN_TEST_ANY,        /* "-" or empty */
    DMN_TEST_LIST,       /* any of item[] */
    DMN_TEST_NOT,        /* none of item[] */
    DMN_TEST_COMPARE,    /* tested operation low */
    DMN_TEST_INTERVAL,   /* low .. high, each end open or not */
    DMN_TEST_VALUE,      /* equal to `low`; or in it, where that is a list or a range */
    DMN_TEST_EXPRESSION, /* `low` mentions "?": true or false of itself */
};

struct dmn_test {
    enum dmn_test_kind kind;
    enum dmn_operator operation;
    int line, column;
    bool low_open, high_open;
    const struct dmn_expression *low, *high;
    const struct dmn_test *const *item;
    size_t count;
};

#endif
