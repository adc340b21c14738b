#ifndef DMN_LOAD_H
#define DMN_LOAD_H

#include <libxml/tree.h>

#include "index.h"
#include "parser/parser.h"

/* Reading a model: what its files share. `failed` means the arena is exhausted. */
struct loader {
    struct arena *arena;
    struct dmn_model *model;
    struct parse_shared shared;
    const char *file;
    const xmlChar *uri; /* namespace of the model's elements */
    struct index *by_id;
    struct dmn_problem *problem;
    size_t problem_room;
    int depth;
};

/* Where in the model an expression stands, for problems: "decision \"x\"" and then table, rule, cell. */
struct place {
    struct text owner;
    size_t rule;      /* from 1; 0: not in a rule */
    const char *part; /* "input", "output", "input values", ... ; NULL */
    size_t column;    /* from 1; 0: none */
    struct text named; /* the column: its expression or name; may be empty */
};

enum { LOAD_DEPTH_MOST = 60 };

/* XML: children that are elements of the model's namespace. */
xmlNode *load_first(const struct loader *l, const xmlNode *parent, const char *name); /* NULL name: any */
xmlNode *load_next(const struct loader *l, const xmlNode *node, const char *name);
bool load_is(const struct loader *l, const xmlNode *node, const char *name);
size_t load_count(const struct loader *l, const xmlNode *parent, const char *name);
struct text load_attribute(struct loader *l, const xmlNode *node, const char *name); /* empty where there is none */
struct text load_name(struct loader *l, const xmlNode *node);                        /* the name attribute, normal */
struct text load_content(struct loader *l, const xmlNode *node);
/* Content of the child element `name`; its line in *line where wanted. */
struct text load_child_text(struct loader *l, const xmlNode *parent, const char *name, int *line);
int load_line(const xmlNode *node);

void load_problem(struct loader *l, int line, const struct place *place, enum dmn_problem_kind kind,
                  struct text written, struct text what);

/* A type by attribute or by child element `typeRef`; Any where none is said. */
const struct dmn_type *load_type_of(struct loader *l, const xmlNode *node, const struct place *place);
/* The type of the child `variable`, or of the element itself. */
const struct dmn_type *load_variable_type(struct loader *l, const xmlNode *node, const struct place *place);

int load_types(struct loader *l, const xmlNode *root, struct error *error);
void load_members(struct loader *l, const xmlNode *root); /* names of more than one word, all over the model */

const struct dmn_expression *load_expression(struct loader *l, struct text text, int line, const struct scope *scope,
                                             const struct place *place);
const struct dmn_test *load_test(struct loader *l, struct text text, int line, const struct scope *scope,
                                 const struct place *place);

/* The first boxed expression among the children of `parent`, or NULL. */
const struct dmn_boxed *load_boxed(struct loader *l, const xmlNode *parent, const struct scope *scope,
                                   const struct place *place);
/* A function: parameters and body, as in encapsulatedLogic and functionDefinition. */
const struct dmn_boxed *load_function(struct loader *l, const xmlNode *node, const struct scope *scope,
                                      const struct place *place);
const struct dmn_table *load_table(struct loader *l, const xmlNode *node, const struct scope *scope,
                                   const struct place *place);

int load_graph(struct loader *l, const xmlNode *root, struct error *error);
void load_drawing(struct loader *l, const xmlNode *root);

/* Decisions and knowledge that need themselves. */
int load_check_cycles(const struct loader *l, struct error *error);

#endif
