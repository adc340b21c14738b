#include "load.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/error.h"
#include "parser/lexer.h"

/* Item definitions. A definition may use those after it, and itself through a component or a collection. */

static const struct dmn_type *type_named(struct loader *l, struct text name, int line, const struct place *place)
{
    const struct dmn_type *type = parse_type_name(&l->shared, name);
    if (type)
        return type;
    load_problem(l, line, place, DMN_PROBLEM_TYPE, name,
                 arena_format(l->arena, "no item definition has the name \"%.*s\"", TEXT_ARGS(text_cut(name, 0, 80))));
    return &type_any;
}

const struct dmn_type *load_type_of(struct loader *l, const xmlNode *node, const struct place *place)
{
    if (!node)
        return &type_any;
    struct text name = load_attribute(l, node, "typeRef");
    if (name.n == 0)
        name = text_trim(load_child_text(l, node, "typeRef", NULL));
    return name.n ? type_named(l, name, load_line(node), place) : &type_any;
}

const struct dmn_type *load_variable_type(struct loader *l, const xmlNode *node, const struct place *place)
{
    const xmlNode *variable = load_first(l, node, "variable");
    return load_type_of(l, variable ? variable : node, place);
}

static bool is_true(struct text t)
{
    return text_equal(t, TEXT("true")) || text_equal(t, TEXT("1"));
}

static void narrow(struct loader *l, const xmlNode *node, struct dmn_type *type, struct place *place)
{
    int line;
    const xmlNode *allowed = load_first(l, node, "allowedValues"), *constraint = load_first(l, node, "typeConstraint");
    if (allowed) {
        place->part = "allowed values";
        line = load_line(allowed);
        type->allowed_text = load_child_text(l, allowed, "text", &line);
        type->allowed = load_test(l, type->allowed_text, line, NULL, place);
    }
    if (constraint) {
        place->part = "type constraint";
        line = load_line(constraint);
        struct text text = load_child_text(l, constraint, "text", &line);
        type->constraint = load_test(l, text, line, NULL, place);
    }
    place->part = NULL;
}

static void fill_type(struct loader *l, const xmlNode *node, struct dmn_type *type, struct place *place);

static const struct dmn_type *component(struct loader *l, const xmlNode *node, struct place *place)
{
    struct dmn_type *type = ARENA_NEW(l->arena, struct dmn_type);
    if (!type)
        return &type_any;
    type->line = load_line(node);
    fill_type(l, node, type, place);
    return type;
}

static void fill_function(struct loader *l, const xmlNode *node, struct dmn_type *type, struct place *place)
{
    const xmlNode *function = load_first(l, node, "functionItem");
    struct text result = load_attribute(l, function, "outputTypeRef");
    size_t n = load_count(l, function, "parameters");
    struct dmn_member *member = ARENA_ARRAY(l->arena, struct dmn_member, n);
    type->kind = DMN_TYPE_FUNCTION;
    type->base = result.n ? type_named(l, result, load_line(function), place) : &type_any;
    type->member = member;
    for (xmlNode *c = load_first(l, function, "parameters"); member && c; c = load_next(l, c, "parameters"))
        member[type->members++] = (struct dmn_member){load_name(l, c), load_type_of(l, c, place)};
}

/* The shape of one item definition or component into `type`, whose name stays. */
static void fill_type(struct loader *l, const xmlNode *node, struct dmn_type *type, struct place *place)
{
    bool collection = is_true(load_attribute(l, node, "isCollection"));
    struct dmn_type *inner = type;
    if (++l->depth > LOAD_DEPTH_MOST) {
        load_problem(l, load_line(node), place, DMN_PROBLEM_SHAPE, (struct text){NULL, 0}, TEXT("components are nested too deeply"));
        l->depth--;
        return;
    }
    if (collection) {
        inner = ARENA_NEW(l->arena, struct dmn_type);
        type->kind = DMN_TYPE_LIST;
        type->base = inner ? inner : &type_any;
        if (!inner) {
            l->depth--;
            return;
        }
        inner->line = type->line;
    }
    size_t n = load_count(l, node, "itemComponent");
    if (n) {
        struct dmn_member *member = ARENA_ARRAY(l->arena, struct dmn_member, n);
        inner->kind = DMN_TYPE_CONTEXT;
        inner->member = member;
        for (xmlNode *c = load_first(l, node, "itemComponent"); member && c; c = load_next(l, c, "itemComponent")) {
            member[inner->members].name = load_name(l, c);
            member[inner->members++].type = component(l, c, place);
        }
    } else if (load_first(l, node, "functionItem")) {
        fill_function(l, node, inner, place);
    } else {
        inner->kind = DMN_TYPE_DEFINED;
        inner->base = load_type_of(l, node, place);
    }
    narrow(l, node, type, place);
    l->depth--;
}

/* A name that stands for itself by way of others has no meaning. */
static int check_alias(const struct loader *l, struct dmn_type *type, struct error *error)
{
    const struct dmn_type *slow = type, *fast = type;
    while (fast->kind == DMN_TYPE_DEFINED && fast->base->kind == DMN_TYPE_DEFINED) {
        slow = slow->base;
        fast = fast->base->base;
        if (slow != fast)
            continue;
        char where[160];
        (void)snprintf(where, sizeof where, "%s:%d", l->file, type->line);
        return error_set(error, ERROR_INPUT, where, "Give it a type of its own.",
                         "the item definition \"%.*s\" is defined by itself", TEXT_ARGS(text_cut(type->name, 0, 80)));
    }
    return 0;
}

int load_types(struct loader *l, const xmlNode *root, struct error *error)
{
    size_t n = load_count(l, root, "itemDefinition"), i = 0;
    struct dmn_type **type = ARENA_ARRAY(l->arena, struct dmn_type *, n);
    struct index *index = index_new(l->arena, n);
    if (!type || !index)
        return arena_error(l->arena, error);
    for (xmlNode *d = load_first(l, root, "itemDefinition"); d; d = load_next(l, d, "itemDefinition"), i++) {
        type[i] = ARENA_NEW(l->arena, struct dmn_type);
        if (!type[i])
            return arena_error(l->arena, error);
        type[i]->name = load_name(l, d);
        type[i]->line = load_line(d);
        type[i]->base = &type_any;
        if (type[i]->name.n == 0)
            type[i]->name = TEXT("(no name)");
        index_put(index, type[i]->name, i);
    }
    l->shared.type = (const struct dmn_type *const *)type;
    l->shared.types = n;
    l->shared.type_index = index;
    l->model->type = l->shared.type;
    l->model->types = n;
    i = 0;
    for (xmlNode *d = load_first(l, root, "itemDefinition"); d; d = load_next(l, d, "itemDefinition"), i++) {
        struct place place = {.owner = arena_format(l->arena, "item definition \"%.*s\"", TEXT_ARGS(type[i]->name))};
        fill_type(l, d, type[i], &place);
    }
    for (i = 0; i < n; i++) {
        int result = check_alias(l, type[i], error);
        if (result)
            return result;
    }
    return 0;
}

/* Names of components, entries, outputs and columns, and keys in the text of expressions: whatever may follow a dot
 * somewhere in the model. Only those of more than one word. */
struct names {
    struct text *name;
    size_t count, room;
};

static void keep_name(struct loader *l, struct names *names, struct text name)
{
    if (name.n == 0 || lexer_is_word(name))
        return;
    names->name = arena_more(l->arena, names->name, names->count, &names->room, sizeof *names->name);
    if (names->name)
        names->name[names->count++] = name;
    else
        *names = (struct names){NULL, 0, 0};
}

/* Keys of contexts: what stands between "{" or "," and ":". */
static void gather_keys(struct loader *l, struct text text, struct names *names)
{
    if (text_find_char(text, '{') < 0)
        return;
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] != '{' && text.p[i] != ',')
            continue;
        size_t end = i + 1, n = 1;
        for (; end < text.n && n > 0; end += n) {
            struct text rest = text_cut(text, end, text.n);
            n = lexer_name_part(rest);
            if (!n)
                n = lexer_space(rest);
            if (!n && (rest.p[0] == '-' || rest.p[0] == '/' || rest.p[0] == '.'))
                n = 1;
        }
        if (end < text.n && text.p[end] == ':' && lexer_name_start(text_trim(text_cut(text, i + 1, end))))
            keep_name(l, names, name_normal(l->arena, text_cut(text, i + 1, end)));
        i = end > i + 1 ? end - 1 : i;
    }
}

static void gather(struct loader *l, const xmlNode *node, struct names *names)
{
    static const char *const holder[] = {"itemComponent", "variable", "output", "column"};
    for (const xmlNode *c = node->children; c; c = c->next) {
        if (c->type != XML_ELEMENT_NODE)
            continue;
        for (size_t i = 0; i < sizeof holder / sizeof *holder; i++)
            if (load_is(l, c, holder[i]))
                keep_name(l, names, load_name(l, c));
        if (load_is(l, c, "text"))
            gather_keys(l, load_content(l, c), names);
        gather(l, c, names);
    }
}

static int by_bytes(const void *a, const void *b)
{
    return text_compare(*(const struct text *)a, *(const struct text *)b);
}

void load_members(struct loader *l, const xmlNode *root)
{
    struct names names = {NULL, 0, 0};
    size_t kept = 0;
    gather(l, root, &names);
    struct index *seen = index_new(l->arena, names.count);
    for (size_t i = 0; seen && i < names.count; i++)
        if (index_put(seen, names.name[i], i))
            names.name[kept++] = names.name[i];
    if (kept > 1)
        qsort(names.name, kept, sizeof *names.name, by_bytes);
    l->shared.members = (struct scope){NULL, names.name, kept};
}
