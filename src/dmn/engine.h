#ifndef DMN_ENGINE_H
#define DMN_ENGINE_H

#include "dmn/evaluate.h"
#include "parser/parser.h"

struct model_inside;

/*
 * One evaluation. FEEL has no errors, only null; so evaluators give a value always. What breaks off an evaluation
 * (steps, depth, memory) is remembered here: engine_step() is then false, everything gives null at once, and the
 * caller at the top makes an error of it.
 */
struct engine {
    struct arena *arena;
    uint64_t steps; /* left */
    int depth, depth_most;
    int64_t now;
    const char *stopped; /* why it broke off, or NULL */
    struct dmn_note *note;
    size_t notes;
    struct text where; /* the decision at work */
    bool name_missing; /* a name was used that nothing has */
};

/* Names and their values, from the inside out. */
struct frame {
    const struct frame *outer;
    struct text name;
    const struct dmn_value *value;
    const struct dmn_value *members; /* instead of a name: all entries of this context */
};

/* A decision service or the top: inputs given, decisions worked out so far. */
struct run {
    const struct dmn_model *model;
    const struct dmn_value *given;           /* a context: input data, and input decisions of a service */
    const struct dmn_value **input;          /* as of their types; NULL: not yet looked at */
    const struct dmn_value **decision;       /* NULL: not yet */
    const struct dmn_value **knowledge;      /* functions, made when wanted */
    const struct dmn_value **service;
};

enum function_kind { FUNCTION_BUILTIN, FUNCTION_FEEL, FUNCTION_BOXED, FUNCTION_SERVICE, FUNCTION_EXTERNAL };

struct dmn_function {
    enum function_kind kind;
    struct text name; /* of a builtin, knowledge or service */
    const struct dmn_parameter *parameter;
    size_t parameters;
    const struct dmn_type *result;            /* any where none is said */
    const struct dmn_expression *expression;  /* FUNCTION_FEEL: the body */
    const struct dmn_boxed *boxed;            /* FUNCTION_BOXED: the body */
    const struct frame *frame;                /* names where it was defined */
    struct run *run;                          /* FUNCTION_SERVICE, and knowledge whose frame is made at the first call */
    size_t index;
    bool is_knowledge, frame_made;
};

bool engine_step(struct engine *e);
/* Takes off steps for work that one step does not pay for: `size` bytes or items gone through. */
void engine_charge(struct engine *e, size_t size);
bool engine_enter(struct engine *e); /* one deeper; pair with engine_leave, also where it is false */
void engine_leave(struct engine *e);
void engine_note(struct engine *e, int line, const char *what, ...) __attribute__((format(printf, 3, 4)));
const struct dmn_value *engine_null(struct engine *e, int line, const char *what, ...)
    __attribute__((format(printf, 3, 4)));

const struct frame *frame_bind(struct engine *e, const struct frame *outer, struct text name,
                               const struct dmn_value *value);
const struct frame *frame_open(struct engine *e, const struct frame *outer, const struct dmn_value *members);

/* A list of values that grows; earlier shares of it stay good. */
struct values {
    const struct dmn_value **item;
    size_t count, room;
};
void values_push(struct engine *e, struct values *values, const struct dmn_value *value);
const struct dmn_value *values_list(struct engine *e, const struct values *values);

/* Entries of a context that grows; a name that is there already is replaced. */
struct entries {
    struct dmn_entry *item;
    size_t count, room;
    size_t *slot; /* position + 1 by hash of the name, once there are many; 0 is free */
};
/* False where the name was there already. */
bool entries_put(struct engine *e, struct entries *entries, struct text name, const struct dmn_value *value);
const struct dmn_value *entries_context(struct engine *e, const struct entries *entries);

/* Expressions and tests. */
const struct dmn_value *feel_evaluate(struct engine *e, const struct dmn_expression *x, const struct frame *frame);
/* `input` is what is tested. True, false or null. */
const struct dmn_value *feel_test(struct engine *e, const struct dmn_test *test, const struct dmn_value *input,
                                  const struct frame *frame);
const struct dmn_value *feel_call(struct engine *e, const struct dmn_value *function,
                                  const struct dmn_value *const *arg, const struct text *name, size_t count, int line);
const struct dmn_value *feel_path(struct engine *e, const struct dmn_value *from, struct text name);
const struct dmn_value *feel_arithmetic(struct engine *e, enum dmn_operator op, const struct dmn_value *a,
                                        const struct dmn_value *b, int line);
const struct dmn_value *feel_negate(struct engine *e, const struct dmn_value *a, int line);

/* What "for", "some", "every" go over: a list, or a range of numbers or days. */
struct domain {
    const struct dmn_value *list; /* NULL for a range */
    struct number from, to;
    bool is_date;
    int64_t day_from, day_to;
    size_t at;
};
bool domain_open(struct engine *e, const struct dmn_value *from, const struct dmn_value *to, struct domain *out);
bool domain_next(struct engine *e, struct domain *domain, const struct dmn_value **item);
/* list[match]: an index, or those items for which `match` holds (called with the item; gives what it evaluates to). */
typedef const struct dmn_value *filter_match(struct engine *e, const struct dmn_value *item, const void *with,
                                             const struct frame *frame);
const struct dmn_value *feel_filter(struct engine *e, const struct dmn_value *from, filter_match *match,
                                    const void *with, const struct frame *frame);

/* Comparison: true, false, or null where the two cannot be compared. */
const struct dmn_value *feel_equal(const struct dmn_value *a, const struct dmn_value *b);
const struct dmn_value *feel_compare(enum dmn_operator op, const struct dmn_value *a, const struct dmn_value *b);
bool feel_order(const struct dmn_value *a, const struct dmn_value *b, int *order); /* false: no order between them */
const struct dmn_value *feel_in_range(const struct dmn_value *value, const struct dmn_value *range);
bool feel_is_true(const struct dmn_value *v);
const struct dmn_value *feel_not(const struct dmn_value *v);
const struct dmn_value *feel_both(const struct dmn_value *a, const struct dmn_value *b); /* and */

/* Types. */
bool type_instance(const struct dmn_value *value, const struct dmn_type *type);
/* The value as of that type: itself, into or out of a list of one, a date as a date and time; or null. */
const struct dmn_value *type_coerce(struct engine *e, const struct dmn_value *value, const struct dmn_type *type,
                                    bool lenient);

/* Builtins by name; NULL if there is none. May one be called with so many arguments? */
const struct dmn_value *builtin_find(struct text name);
bool builtin_takes(const struct dmn_function *function, size_t count);
const struct dmn_value *builtin_call(struct engine *e, const struct dmn_function *function,
                                     const struct dmn_value *const *arg, const struct text *name, size_t count,
                                     int line);

/* Boxed expressions and the model. */
const struct dmn_value *boxed_evaluate(struct engine *e, const struct dmn_boxed *boxed, const struct frame *frame);
const struct dmn_value *table_evaluate(struct engine *e, const struct dmn_table *table, const struct frame *frame);
const struct dmn_value *decide_service(struct engine *e, const struct run *run, size_t service,
                                       const struct dmn_value *given);
/* The top: -1 where the model has nothing of that name. */
int decide_by_name(struct engine *e, const struct dmn_model *model, struct text name, const struct dmn_value *given,
                   const struct dmn_value **out);
const struct dmn_value *decide_all(struct engine *e, const struct dmn_model *model, const struct dmn_value *given);
/* The frame in which a piece of knowledge runs. */
const struct frame *knowledge_frame(struct engine *e, struct run *run, size_t knowledge);

#endif
