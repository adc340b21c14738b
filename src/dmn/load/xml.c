#include "load.h"

#include <string.h>

static xmlNode *first_from(const struct loader *l, xmlNode *node, const char *name)
{
    for (; node; node = node->next)
        if (load_is(l, node, name))
            return node;
    return NULL;
}

bool load_is(const struct loader *l, const xmlNode *node, const char *name)
{
    return node->type == XML_ELEMENT_NODE && node->ns && xmlStrEqual(node->ns->href, l->uri) &&
           (!name || strcmp((const char *)node->name, name) == 0);
}

xmlNode *load_first(const struct loader *l, const xmlNode *parent, const char *name)
{
    return parent ? first_from(l, parent->children, name) : NULL;
}

xmlNode *load_next(const struct loader *l, const xmlNode *node, const char *name)
{
    return first_from(l, node->next, name);
}

size_t load_count(const struct loader *l, const xmlNode *parent, const char *name)
{
    size_t count = 0;
    for (xmlNode *node = load_first(l, parent, name); node; node = load_next(l, node, name))
        count++;
    return count;
}

struct text load_attribute(struct loader *l, const xmlNode *node, const char *name)
{
    xmlChar *value = xmlGetNoNsProp(node, (const xmlChar *)name);
    if (!value)
        return (struct text){NULL, 0};
    struct text copy = arena_text(l->arena, text_of((const char *)value));
    xmlFree(value);
    return copy;
}

struct text load_name(struct loader *l, const xmlNode *node)
{
    return name_normal(l->arena, load_attribute(l, node, "name"));
}

struct text load_content(struct loader *l, const xmlNode *node)
{
    xmlChar *value = xmlNodeGetContent(node);
    if (!value)
        return (struct text){NULL, 0};
    struct text copy = arena_text(l->arena, text_of((const char *)value));
    xmlFree(value);
    return copy;
}

int load_line(const xmlNode *node)
{
    return (int)xmlGetLineNo(node);
}

struct text load_child_text(struct loader *l, const xmlNode *parent, const char *name, int *line)
{
    const xmlNode *node = load_first(l, parent, name);
    if (!node)
        return (struct text){NULL, 0};
    if (line)
        *line = load_line(node);
    return load_content(l, node);
}

void load_problem(struct loader *l, int line, const struct place *place, enum dmn_problem_kind kind,
                  struct text written, struct text what)
{
    struct dmn_model *model = l->model;
    model->problem = l->problem = arena_more(l->arena, l->problem, model->problems, &l->problem_room, sizeof *l->problem);
    if (!l->problem) {
        model->problems = l->problem_room = 0;
        return;
    }
    struct buffer where = buffer_in(l->arena);
    buffer_format(&where, "%s:%d: %.*s", l->file, line, TEXT_ARGS(place->owner));
    if (place->rule)
        buffer_format(&where, ", rule %zu", place->rule);
    if (place->part)
        buffer_format(&where, ", %s", place->part);
    if (place->column)
        buffer_format(&where, " %zu", place->column);
    if (place->column && place->named.n)
        buffer_format(&where, " (%.*s)", TEXT_ARGS(text_cut(place->named, 0, 40)));
    l->problem[model->problems++] = (struct dmn_problem){kind, line, written, buffer_result(&where), what};
}

const struct dmn_expression *load_expression(struct loader *l, struct text text, int line, const struct scope *scope,
                                             const struct place *place)
{
    struct text what;
    const struct dmn_expression *value = parse_expression(&l->shared, text, line, scope, &what);
    if (what.n)
        load_problem(l, line, place, DMN_PROBLEM_FEEL, text, what);
    return value;
}

const struct dmn_test *load_test(struct loader *l, struct text text, int line, const struct scope *scope,
                                 const struct place *place)
{
    struct text what;
    const struct dmn_test *test = parse_test(&l->shared, text, line, scope, &what);
    if (what.n)
        load_problem(l, line, place, DMN_PROBLEM_FEEL, text, what);
    return test;
}
