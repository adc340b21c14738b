#include "tree.h"

#include <stdarg.h>
#include <stdio.h>

/* Names, types, parts, layouts and slots: what can only be judged once all templates are read. */

enum { CALLS_DEEPEST = 24 };

struct name {
    struct text name;
    struct type type;
    bool *used;
    const struct name *outer;
};

struct checker {
    struct template_set *set;
    struct template *template;
    struct error *error;
    int depth;
};

static int check_nodes(struct checker *c, const struct node *node, const struct name *names);
static int check_condition(struct checker *c, const struct condition *condition, const struct name *names);
static int check_template(struct template_set *set, struct template *template, int depth,
                          struct error *error);

static int fail(struct checker *c, struct place place, const char *fix, const char *what, ...)
    __attribute__((format(printf, 4, 5)));

static int fail(struct checker *c, struct place place, const char *fix, const char *what, ...)
{
    char message[sizeof(c->error->what)];
    va_list args;
    va_start(args, what);
    vsnprintf(message, sizeof(message), what, args);
    va_end(args);
    return error_at(c->error, c->template->file, place, fix, "%s", message);
}

static struct text words(const struct checker *c, const struct type *type)
{
    return type_words(c->set->arena, type);
}

/* ---- paths ---- */

static void mark_whole(const struct type *type)
{
    const struct type *t = type->kind == TYPE_LIST ? type->item : type;
    if (t->kind != TYPE_SHAPE)
        return;
    for (struct field *f = t->shape->fields; f; f = f->next) {
        f->used = true;
        mark_whole(&f->type);
    }
}

static int resolve(struct checker *c, const struct path *path, const struct name *names, struct type *type)
{
    const struct name *name = names;
    while (name && !text_equal(name->name, path->names[0]))
        name = name->outer;
    if (!name)
        return fail(c, path->place, "declare it in {% takes %}", "there is no %.*s here",
                    TEXT_ARGS(path->names[0]));
    *name->used = true;
    *type = name->type;
    for (size_t i = 1; i < path->n; i++) {
        if (type->kind != TYPE_SHAPE)
            return fail(c, path->place, "", "%.*s has no fields: it is %.*s", TEXT_ARGS(path->names[i - 1]),
                        TEXT_ARGS(words(c, type)));
        struct field *field = field_find(type->shape->fields, path->names[i]);
        if (!field)
            return fail(c, path->place, "", "%.*s has no field %.*s", TEXT_ARGS(path->names[i - 1]),
                        TEXT_ARGS(path->names[i]));
        field->used = true;
        *type = field->type;
    }
    return 0;
}

/* Can what is of type `given` stand where `wanted` is declared? A shape fits another whose fields it has. */
static bool fits(const struct type *given, const struct type *wanted)
{
    if (given->kind == TYPE_LINK && wanted->kind == TYPE_TEXT)
        return true;
    if (given->kind != wanted->kind)
        return false;
    if (given->kind == TYPE_LIST)
        return fits(given->item, wanted->item);
    if (given->kind != TYPE_SHAPE || given->shape == wanted->shape)
        return true;
    for (const struct field *f = wanted->shape->fields; f; f = f->next) {
        const struct field *have = field_find(given->shape->fields, f->name);
        if (!have || !fits(&have->type, &f->type))
            return false;
    }
    return true;
}

/* ---- values ---- */

static int check_pieces(struct checker *c, const struct value *value, const struct type *wanted,
                        const struct name *names)
{
    bool link = wanted->kind == TYPE_LINK;
    for (const struct piece *piece = value->pieces; piece; piece = piece->next) {
        bool first = piece == value->pieces;
        if (!piece->is_path) {
            if (link && first && !url_beginning_allowed(piece->literal, !piece->next))
                return fail(c, piece->place,
                            "begin it with a path such as /cases/, with # or ?, or with https://HOST/",
                            "the link does not say plainly where it points");
            continue;
        }
        struct type type;
        int result = resolve(c, &piece->path, names, &type);
        if (result)
            return result;
        if (link && first && type.kind != TYPE_LINK)
            return fail(c, piece->place, "begin it with a path such as /cases/, or with a link",
                        "a link cannot begin with %.*s", TEXT_ARGS(words(c, &type)));
        if (type.kind != TYPE_TEXT && type.kind != TYPE_INT && !(type.kind == TYPE_LINK && (!link || first)))
            return fail(c, piece->place, "", "%.*s cannot be inserted: it is %.*s",
                        TEXT_ARGS(piece->path.names[0]), TEXT_ARGS(words(c, &type)));
    }
    return 0;
}

static int check_argument(struct checker *c, const struct argument *argument, const struct field *field,
                          const struct name *names)
{
    const struct value *value = argument->value;
    const struct type *wanted = &field->type;
    struct type type = {.kind = TYPE_TEXT};
    bool good = false;
    int result = 0;
    switch (value->kind) {
    case VALUE_PATH:
        result = resolve(c, &value->path, names, &type);
        if (result)
            return result;
        good = fits(&type, wanted);
        if (good)
            mark_whole(&type);
        break;
    case VALUE_INT:
        type.kind = TYPE_INT;
        good = wanted->kind == TYPE_INT;
        break;
    case VALUE_BOOL:
    case VALUE_CONDITION:
        type.kind = TYPE_BOOL;
        good = wanted->kind == TYPE_BOOL;
        if (value->kind == VALUE_CONDITION)
            result = check_condition(c, value->condition, names);
        break;
    case VALUE_PIECES:
        good = wanted->kind == TYPE_TEXT || wanted->kind == TYPE_LINK;
        if (good)
            result = check_pieces(c, value, wanted, names);
        break;
    case VALUE_NONE:
        if (wanted->kind != TYPE_LIST)
            return fail(c, value->place, "", "none is for lists, and %.*s is %.*s", TEXT_ARGS(field->name),
                        TEXT_ARGS(words(c, wanted)));
        good = true;
        break;
    }
    if (!result && !good)
        return fail(c, value->place, "", "%.*s is %.*s, and this is %.*s", TEXT_ARGS(field->name),
                    TEXT_ARGS(words(c, wanted)), TEXT_ARGS(words(c, &type)));
    return result;
}

/* ---- conditions ---- */

static int operand_type(struct checker *c, const struct value *value, const struct name *names,
                        struct type *type)
{
    if (value->kind == VALUE_PATH)
        return resolve(c, &value->path, names, type);
    *type = (struct type){.kind = value->kind == VALUE_INT ? TYPE_INT : TYPE_TEXT};
    return 0;
}

static int check_comparison(struct checker *c, const struct condition *condition, const struct name *names)
{
    struct type a, b;
    int result = operand_type(c, condition->a, names, &a);
    if (!result)
        result = operand_type(c, condition->b, names, &b);
    if (result)
        return result;
    bool texts = (a.kind == TYPE_TEXT || a.kind == TYPE_LINK) && (b.kind == TYPE_TEXT || b.kind == TYPE_LINK);
    bool numbers = a.kind == TYPE_INT && b.kind == TYPE_INT;
    bool equality = condition->kind == CONDITION_EQUAL || condition->kind == CONDITION_UNEQUAL;
    if (!numbers && !(texts && equality))
        return fail(c, condition->place, "texts compare with == and !=, numbers with any sign",
                    "%.*s and %.*s cannot be compared so", TEXT_ARGS(words(c, &a)), TEXT_ARGS(words(c, &b)));
    return 0;
}

static int check_given(struct checker *c, const struct condition *condition)
{
    for (const struct slot *slot = c->template->slots; slot; slot = slot->next)
        if (text_equal(slot->name, condition->slot))
            return 0;
    return fail(c, condition->place, "", "this template has no slot %.*s", TEXT_ARGS(condition->slot));
}

static int check_condition(struct checker *c, const struct condition *condition, const struct name *names)
{
    struct type type;
    int result;
    switch (condition->kind) {
    case CONDITION_NOT:
        return check_condition(c, condition->left, names);
    case CONDITION_AND:
    case CONDITION_OR:
        result = check_condition(c, condition->left, names);
        return result ? result : check_condition(c, condition->right, names);
    case CONDITION_GIVEN:
        return check_given(c, condition);
    case CONDITION_PATH:
        break;
    default:
        return check_comparison(c, condition, names);
    }
    result = resolve(c, &condition->a->path, names, &type);
    if (result)
        return result;
    if (type.kind == TYPE_INT)
        return fail(c, condition->place, "write for example > 0", "a number is no condition");
    if (type.kind == TYPE_SHAPE)
        return fail(c, condition->place, "name one of its fields",
                    "a shape is no condition: it is always there");
    return 0;
}

/* ---- nodes ---- */

static int check_insertion(struct checker *c, const struct node *node, const struct name *names)
{
    struct type type;
    int result = resolve(c, &node->path, names, &type);
    if (result)
        return result;
    struct text last = node->path.names[node->path.n - 1];
    if (type.kind == TYPE_BOOL)
        return fail(c, node->place, "write {% if %}", "%.*s is bool, and cannot be inserted",
                    TEXT_ARGS(last));
    if (type.kind == TYPE_LIST || type.kind == TYPE_SHAPE)
        return fail(c, node->place, type.kind == TYPE_LIST ? "write {% each %}" : "name one of its fields",
                    "%.*s is %.*s, and cannot be inserted", TEXT_ARGS(last), TEXT_ARGS(words(c, &type)));
    if (node->context == CONTEXT_URL && type.kind != TYPE_LINK)
        return fail(
            c, node->place, "begin the URL with a path such as /cases/, or declare the parameter as link",
            "a URL cannot begin with %.*s, which is %.*s", TEXT_ARGS(last), TEXT_ARGS(words(c, &type)));
    if (node->context == CONTEXT_URL_PART && type.kind == TYPE_LINK)
        return fail(c, node->place, "a link is the beginning of a URL",
                    "%.*s is link, and stands in the middle of one", TEXT_ARGS(last));
    return 0;
}

static bool name_taken(const struct name *names, struct text name)
{
    for (; names; names = names->outer)
        if (text_equal(names->name, name))
            return true;
    return false;
}

static int check_each(struct checker *c, const struct node *node, const struct name *names)
{
    struct type type;
    int result = resolve(c, &node->path, names, &type);
    if (result)
        return result;
    if (type.kind != TYPE_LIST)
        return fail(c, node->path.place, "", "each goes through a list, and this is %.*s",
                    TEXT_ARGS(words(c, &type)));
    if (name_taken(names, node->name) || text_equal(node->name, node->number))
        return fail(c, node->place, "choose another name", "%.*s is a name already", TEXT_ARGS(node->name));
    if (name_taken(names, node->number))
        return fail(c, node->number_place, "choose another name", "%.*s is a name already",
                    TEXT_ARGS(node->number));
    bool item_used = false, number_used = node->number.n == 0;
    struct name item = {.name = node->name, .type = *type.item, .used = &item_used, .outer = names};
    struct name number = {
        .name = node->number, .type = {.kind = TYPE_INT}, .used = &number_used, .outer = &item};
    result = check_nodes(c, node->body, node->number.n > 0 ? &number : &item);
    if (!result && !item_used)
        return fail(c, node->place, "insert it, or remove the each", "%.*s is never used",
                    TEXT_ARGS(node->name));
    if (!result && !number_used)
        return fail(c, node->number_place, "remove it", "%.*s is never used", TEXT_ARGS(node->number));
    return result ? result : check_nodes(c, node->otherwise, names);
}

static int check_arguments(struct checker *c, const struct node *node, const struct template *callee,
                           const struct name *names)
{
    for (const struct argument *a = node->arguments; a; a = a->next) {
        const struct field *field = field_find(callee->fields, a->name);
        if (!field)
            return fail(c, a->place, "", "%.*s takes no %.*s", TEXT_ARGS(callee->name), TEXT_ARGS(a->name));
        for (const struct argument *b = node->arguments; b != a; b = b->next)
            if (text_equal(a->name, b->name))
                return fail(c, a->place, "", "%.*s is given twice", TEXT_ARGS(a->name));
        int result = check_argument(c, a, field, names);
        if (result)
            return result;
    }
    for (const struct field *field = callee->fields; field; field = field->next) {
        bool given = field->otherwise != NULL;
        for (const struct argument *a = node->arguments; a; a = a->next)
            given = given || text_equal(a->name, field->name);
        if (!given)
            return fail(c, node->place, "", "%.*s needs %.*s (%.*s)", TEXT_ARGS(callee->name),
                        TEXT_ARGS(field->name), TEXT_ARGS(words(c, &field->type)));
    }
    return 0;
}

static int check_blocks(struct checker *c, const struct node *node, const struct template *callee,
                        const struct name *names)
{
    for (const struct block *b = node->blocks; b; b = b->next) {
        const struct slot *slot = callee->slots;
        while (slot && !text_equal(slot->name, b->name))
            slot = slot->next;
        if (!slot)
            return fail(c, b->place, "", "%.*s has no slot %.*s", TEXT_ARGS(callee->name),
                        TEXT_ARGS(b->name));
        int result = check_nodes(c, b->body, names);
        if (result)
            return result;
    }
    for (const struct slot *slot = callee->slots; slot; slot = slot->next) {
        bool given = !slot->required;
        for (const struct block *b = node->blocks; b; b = b->next)
            given = given || text_equal(b->name, slot->name);
        if (!given)
            return fail(c, node->place, "use {% wrap %} and give it", "%.*s needs the block %.*s",
                        TEXT_ARGS(callee->name), TEXT_ARGS(slot->name));
    }
    return 0;
}

static int check_call(struct checker *c, const struct node *node, const struct name *names)
{
    struct template *callee = template_find(c->set, node->name);
    bool is_page_layout = c->template->in_layout && c->template->body == node;
    if (!callee)
        return fail(c, node->place, "", "there is no %s %.*s", is_page_layout ? "layout" : "part",
                    TEXT_ARGS(node->name));
    if (is_page_layout ? callee->kind != TEMPLATE_LAYOUT : callee->kind != TEMPLATE_PART)
        return fail(c, node->place, "pages stand in layouts; parts are included or wrap something",
                    "%.*s is no %s", TEXT_ARGS(node->name), is_page_layout ? "layout" : "part");
    if (callee->visit == VISIT_NOW)
        return fail(c, node->place, "", "%.*s would contain itself", TEXT_ARGS(node->name));
    int result = check_template(c->set, callee, c->depth + 1, c->error);
    if (!result)
        result = check_arguments(c, node, callee, names);
    return result ? result : check_blocks(c, node, callee, names);
}

static int check_nodes(struct checker *c, const struct node *node, const struct name *names)
{
    int result = 0;
    for (; node && !result; node = node->next) {
        switch (node->kind) {
        case NODE_LITERAL:
            break;
        case NODE_INSERT:
            result = check_insertion(c, node, names);
            break;
        case NODE_IF:
            result = check_condition(c, node->condition, names);
            if (!result)
                result = check_nodes(c, node->body, names);
            if (!result)
                result = check_nodes(c, node->otherwise, names);
            break;
        case NODE_EACH:
            result = check_each(c, node, names);
            break;
        case NODE_CALL:
            result = check_call(c, node, names);
            break;
        case NODE_SLOT:
            result = check_nodes(c, node->body, names);
            break;
        }
    }
    return result;
}

static int check_unused(struct checker *c, const struct field *fields)
{
    for (const struct field *f = fields; f; f = f->next) {
        if (!f->used)
            return fail(c, f->place, "use it or remove it", "%.*s is declared and never used",
                        TEXT_ARGS(f->name));
        const struct type *type = f->type.kind == TYPE_LIST ? f->type.item : &f->type;
        if (type->kind == TYPE_SHAPE && type->shape->name.n == 0) {
            int result = check_unused(c, type->shape->fields);
            if (result)
                return result;
        }
    }
    return 0;
}

/* The parameters as names, the last innermost. */
static const struct name *parameters(struct template_set *set, struct template *template)
{
    const struct name *names = NULL;
    for (struct field *f = template->fields; f; f = f->next) {
        struct name *name = ARENA_NEW(set->arena, struct name);
        if (!name)
            return NULL;
        *name = (struct name){.name = f->name, .type = f->type, .used = &f->used, .outer = names};
        names = name;
    }
    return names;
}

static int check_template(struct template_set *set, struct template *template, int depth, struct error *error)
{
    if (template->visit == VISIT_DONE)
        return 0;
    struct checker c = {.set = set, .template = template, .error = error, .depth = depth};
    if (depth > CALLS_DEEPEST)
        return fail(&c, (struct place){1, 1}, "", "parts are nested more than %d deep", CALLS_DEEPEST);
    template->visit = VISIT_NOW;
    const struct name *names = parameters(set, template);
    if (template->fields && !names)
        return arena_error(set->arena, error);
    int result = check_nodes(&c, template->body, names);
    if (!result)
        result = check_unused(&c, template->fields);
    template->visit = VISIT_DONE;
    return result;
}

int template_check(struct template_set *set, struct error *error)
{
    for (struct template *t = set->templates; t; t = t->next) {
        int result = check_template(set, t, 0, error);
        if (result)
            return result;
        for (const struct template *other = set->templates; other != t; other = other->next)
            if (text_equal(other->c_name, t->c_name))
                return error_at(error, t->file, (struct place){1, 1}, "choose another name",
                                "%.*s and %.*s are one name in C", TEXT_ARGS(other->name),
                                TEXT_ARGS(t->name));
    }
    return arena_exhausted(set->arena) ? arena_error(set->arena, error) : 0;
}
