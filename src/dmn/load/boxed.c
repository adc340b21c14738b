#include "load.h"

#include <string.h>

static const struct dmn_boxed *one(struct loader *l, const xmlNode *node, const struct scope *scope,
                                   const struct place *place);

static const struct {
    const char *element;
    enum dmn_boxed_kind kind;
} known[] = {
    {"literalExpression", DMN_BOXED_LITERAL},
    {"decisionTable", DMN_BOXED_TABLE},
    {"context", DMN_BOXED_CONTEXT},
    {"list", DMN_BOXED_LIST},
    {"relation", DMN_BOXED_RELATION},
    {"invocation", DMN_BOXED_INVOCATION},
    {"functionDefinition", DMN_BOXED_FUNCTION},
    {"conditional", DMN_BOXED_CONDITIONAL},
    {"for", DMN_BOXED_FOR},
    {"every", DMN_BOXED_EVERY},
    {"some", DMN_BOXED_SOME},
    {"filter", DMN_BOXED_FILTER},
};

static bool boxed_kind(const struct loader *l, const xmlNode *node, enum dmn_boxed_kind *kind)
{
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (load_is(l, node, known[i].element)) {
            *kind = known[i].kind;
            return true;
        }
    return false;
}

static const xmlNode *first_boxed(const struct loader *l, const xmlNode *parent)
{
    enum dmn_boxed_kind kind;
    for (const xmlNode *c = parent ? parent->children : NULL; c; c = c->next)
        if (boxed_kind(l, c, &kind))
            return c;
    return NULL;
}

static size_t count_boxed(const struct loader *l, const xmlNode *parent)
{
    enum dmn_boxed_kind kind;
    size_t count = 0;
    for (const xmlNode *c = parent->children; c; c = c->next)
        count += boxed_kind(l, c, &kind);
    return count;
}

const struct dmn_boxed *load_boxed(struct loader *l, const xmlNode *parent, const struct scope *scope,
                                   const struct place *place)
{
    const xmlNode *node = first_boxed(l, parent);
    return node ? one(l, node, scope, place) : NULL;
}

static struct dmn_boxed *new_boxed(struct loader *l, const xmlNode *node, enum dmn_boxed_kind kind, size_t parts)
{
    struct dmn_boxed *boxed = ARENA_NEW(l->arena, struct dmn_boxed);
    if (!boxed)
        return NULL;
    boxed->kind = kind;
    boxed->line = load_line(node);
    boxed->id = load_attribute(l, node, "id");
    boxed->type = &type_any;
    boxed->parts = parts;
    boxed->part = ARENA_ARRAY(l->arena, const struct dmn_boxed *, parts);
    return boxed->part ? boxed : NULL;
}

static void set_part(struct dmn_boxed *boxed, size_t at, const struct dmn_boxed *part)
{
    ((const struct dmn_boxed **)boxed->part)[at] = part;
}

/* A part may be shared by nobody else while loading, so its name can still be given. */
static void name_part(struct loader *l, struct dmn_boxed *owner, size_t at, struct text name,
                      const struct dmn_type *type, int line)
{
    struct dmn_boxed *part = (struct dmn_boxed *)owner->part[at];
    if (!part) { /* an entry without a value: null */
        part = ARENA_NEW(l->arena, struct dmn_boxed);
        if (!part)
            return;
        part->kind = DMN_BOXED_LIST;
        part->line = line;
        part->kind = DMN_BOXED_LITERAL;
        part->type = &type_any;
        set_part(owner, at, part);
    }
    part->name = name;
    if (part->type == &type_any)
        part->type = type;
}

static struct dmn_boxed *context(struct loader *l, const xmlNode *node, const struct scope *scope,
                                 const struct place *place)
{
    size_t n = load_count(l, node, "contextEntry"), i = 0;
    struct dmn_boxed *boxed = new_boxed(l, node, DMN_BOXED_CONTEXT, n);
    struct text *name = ARENA_ARRAY(l->arena, struct text, n);
    struct scope inner = {.outer = scope, .name = name};
    if (!boxed || !name)
        return NULL;
    for (xmlNode *e = load_first(l, node, "contextEntry"); e; e = load_next(l, e, "contextEntry"), i++) {
        const xmlNode *variable = load_first(l, e, "variable");
        struct text entry = variable ? load_name(l, variable) : (struct text){NULL, 0};
        set_part(boxed, i, load_boxed(l, e, &inner, place));
        name_part(l, boxed, i, entry, load_type_of(l, variable, place), load_line(e));
        if (scope_of(l->arena, NULL, &entry, 1).count)
            name[inner.count++] = entry;
    }
    return boxed;
}

static struct dmn_boxed *list(struct loader *l, const xmlNode *node, const struct scope *scope,
                              const struct place *place)
{
    enum dmn_boxed_kind kind;
    struct dmn_boxed *boxed = new_boxed(l, node, DMN_BOXED_LIST, count_boxed(l, node));
    size_t i = 0;
    for (const xmlNode *c = node->children; boxed && c; c = c->next)
        if (boxed_kind(l, c, &kind))
            set_part(boxed, i++, one(l, c, scope, place));
    return boxed;
}

static struct dmn_boxed *relation(struct loader *l, const xmlNode *node, const struct scope *scope,
                                  const struct place *place)
{
    size_t columns = load_count(l, node, "column"), rows = load_count(l, node, "row"), i = 0;
    struct dmn_boxed *boxed = new_boxed(l, node, DMN_BOXED_RELATION, columns * rows);
    struct text *column = ARENA_ARRAY(l->arena, struct text, columns);
    if (!boxed || !column)
        return NULL;
    boxed->column = column;
    boxed->columns = columns;
    for (xmlNode *c = load_first(l, node, "column"); c; c = load_next(l, c, "column"))
        column[i++] = load_name(l, c);
    size_t row = 0;
    for (xmlNode *r = load_first(l, node, "row"); r; r = load_next(l, r, "row"), row++) {
        enum dmn_boxed_kind kind;
        size_t at = 0;
        for (const xmlNode *c = r->children; c; c = c->next)
            if (boxed_kind(l, c, &kind) && at < columns)
                set_part(boxed, row * columns + at++, one(l, c, scope, place));
    }
    return boxed;
}

static struct dmn_boxed *invocation(struct loader *l, const xmlNode *node, const struct scope *scope,
                                    const struct place *place)
{
    size_t i = 1;
    struct dmn_boxed *boxed = new_boxed(l, node, DMN_BOXED_INVOCATION, 1 + load_count(l, node, "binding"));
    if (!boxed)
        return NULL;
    set_part(boxed, 0, load_boxed(l, node, scope, place));
    for (xmlNode *b = load_first(l, node, "binding"); b; b = load_next(l, b, "binding"), i++) {
        const xmlNode *parameter = load_first(l, b, "parameter");
        set_part(boxed, i, load_boxed(l, b, scope, place));
        name_part(l, boxed, i, parameter ? load_name(l, parameter) : (struct text){NULL, 0}, &type_any, load_line(b));
    }
    return boxed;
}

const struct dmn_boxed *load_function(struct loader *l, const xmlNode *node, const struct scope *scope,
                                      const struct place *place)
{
    size_t n = load_count(l, node, "formalParameter"), i = 0;
    struct dmn_boxed *boxed = new_boxed(l, node, DMN_BOXED_FUNCTION, 1);
    struct dmn_parameter *parameter = ARENA_ARRAY(l->arena, struct dmn_parameter, n);
    struct text *name = ARENA_ARRAY(l->arena, struct text, n), kind = load_attribute(l, node, "kind");
    if (!boxed || !parameter || !name)
        return NULL;
    for (xmlNode *p = load_first(l, node, "formalParameter"); p; p = load_next(l, p, "formalParameter"), i++) {
        name[i] = load_name(l, p);
        parameter[i] = (struct dmn_parameter){name[i], load_type_of(l, p, place)};
    }
    struct scope inner = scope_of(l->arena, scope, name, n);
    boxed->parameter = parameter;
    boxed->parameters = n;
    boxed->external = kind.n && !text_equal_fold(kind, TEXT("FEEL"));
    set_part(boxed, 0, load_boxed(l, node, &inner, place));
    return boxed;
}

static struct dmn_boxed *parts_named(struct loader *l, const xmlNode *node, enum dmn_boxed_kind kind,
                                     const char *const *part, size_t parts, const struct scope *first,
                                     const struct scope *others, const struct place *place)
{
    struct dmn_boxed *boxed = new_boxed(l, node, kind, parts);
    for (size_t i = 0; boxed && i < parts; i++) {
        const xmlNode *child = load_first(l, node, part[i]);
        set_part(boxed, i, load_boxed(l, child, i ? others : first, place));
        if (child && boxed->part[i] && boxed->part[i]->type == &type_any)
            ((struct dmn_boxed *)boxed->part[i])->type = load_type_of(l, child, place);
    }
    return boxed;
}

static struct dmn_boxed *iteration(struct loader *l, const xmlNode *node, enum dmn_boxed_kind kind,
                                   const struct scope *scope, const struct place *place)
{
    static const char *const loop[] = {"in", "return"}, *const quantified[] = {"in", "satisfies"};
    struct text name = name_normal(l->arena, load_attribute(l, node, "iteratorVariable"));
    struct scope inner = scope_of(l->arena, scope, &name, 1);
    struct dmn_boxed *boxed =
        parts_named(l, node, kind, kind == DMN_BOXED_FOR ? loop : quantified, 2, scope, &inner, place);
    if (boxed)
        boxed->name = name;
    return boxed;
}

static struct dmn_boxed *literal(struct loader *l, const xmlNode *node, const struct scope *scope,
                                 const struct place *place)
{
    struct dmn_boxed *boxed = new_boxed(l, node, DMN_BOXED_LITERAL, 0);
    int line = load_line(node);
    if (!boxed)
        return NULL;
    boxed->text = load_child_text(l, node, "text", &line);
    if (text_trim(boxed->text).n)
        boxed->expression = load_expression(l, boxed->text, line, scope, place);
    return boxed;
}

static const struct dmn_boxed *one(struct loader *l, const xmlNode *node, const struct scope *scope,
                                   const struct place *place)
{
    static const char *const conditional[] = {"if", "then", "else"}, *const filter[] = {"in", "match"};
    struct scope members = {scope, l->shared.members.name, l->shared.members.count};
    struct dmn_boxed *boxed = NULL;
    enum dmn_boxed_kind kind;
    if (!boxed_kind(l, node, &kind))
        return NULL;
    if (++l->depth > LOAD_DEPTH_MOST) {
        load_problem(l, load_line(node), place, DMN_PROBLEM_SHAPE, (struct text){NULL, 0}, TEXT("expressions are nested too deeply"));
        l->depth--;
        return NULL;
    }
    switch (kind) {
    case DMN_BOXED_LITERAL: boxed = literal(l, node, scope, place); break;
    case DMN_BOXED_TABLE:
        boxed = new_boxed(l, node, kind, 0);
        if (boxed)
            boxed->table = load_table(l, node, scope, place);
        break;
    case DMN_BOXED_CONTEXT: boxed = context(l, node, scope, place); break;
    case DMN_BOXED_LIST: boxed = list(l, node, scope, place); break;
    case DMN_BOXED_RELATION: boxed = relation(l, node, scope, place); break;
    case DMN_BOXED_INVOCATION: boxed = invocation(l, node, scope, place); break;
    case DMN_BOXED_FUNCTION: boxed = (struct dmn_boxed *)load_function(l, node, scope, place); break;
    case DMN_BOXED_CONDITIONAL: boxed = parts_named(l, node, kind, conditional, 3, scope, scope, place); break;
    case DMN_BOXED_FOR:
    case DMN_BOXED_EVERY:
    case DMN_BOXED_SOME: boxed = iteration(l, node, kind, scope, place); break;
    case DMN_BOXED_FILTER: boxed = parts_named(l, node, kind, filter, 2, scope, &members, place); break;
    }
    l->depth--;
    struct text type = load_attribute(l, node, "typeRef");
    if (boxed && type.n)
        boxed->type = load_type_of(l, node, place);
    return boxed;
}
