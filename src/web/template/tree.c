#include "tree.h"

struct template_set *template_set_new(struct arena *arena)
{
    struct template_set *set = ARENA_NEW(arena, struct template_set);
    if (set)
        set->arena = arena;
    return set;
}

struct field *field_find(struct field *fields, struct text name)
{
    for (; fields; fields = fields->next)
        if (text_equal(fields->name, name))
            return fields;
    return NULL;
}

const struct shape *shape_find(const struct template_set *set, struct text name)
{
    for (const struct shape *shape = set->shapes; shape; shape = shape->next)
        if (shape->name.n > 0 && text_equal(shape->name, name))
            return shape;
    return NULL;
}

struct template *template_find(const struct template_set *set, struct text name)
{
    for (struct template *t = set->templates; t; t = t->next)
        if (text_equal(t->name, name))
            return t;
    return NULL;
}

const struct asset *asset_find(const struct template_set *set, struct text name)
{
    for (const struct asset *asset = set->assets; asset; asset = asset->next)
        if (text_equal(asset->name, name))
            return asset;
    return NULL;
}

const struct template *template_next_page(const struct template_set *set, const struct template *after)
{
    const struct template *t = after ? after->next : set->templates;
    while (t && t->kind != TEMPLATE_PAGE)
        t = t->next;
    return t;
}

struct text template_c_name(const struct template *page)
{
    return page->c_name;
}

struct text name_in_c(struct arena *arena, struct text name)
{
    char *copy = arena_string(arena, name);
    for (size_t i = 0; copy && i < name.n; i++)
        if (copy[i] == '-')
            copy[i] = '_';
    return (struct text){copy, copy ? name.n : 0};
}

struct text type_words(struct arena *arena, const struct type *type)
{
    switch (type->kind) {
    case TYPE_TEXT:
        return TEXT("text");
    case TYPE_INT:
        return TEXT("int");
    case TYPE_BOOL:
        return TEXT("bool");
    case TYPE_LINK:
        return TEXT("link");
    case TYPE_SHAPE:
        return type->shape->name.n > 0 ? type->shape->name : TEXT("a shape written in place");
    case TYPE_LIST:
        break;
    }
    return arena_format(arena, "list of %.*s", TEXT_ARGS(type_words(arena, type->item)));
}

static bool is_letter_or_digit(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool url_beginning_allowed(struct text literal, bool complete)
{
    static const struct text outside[] = {TEXT_INIT("https://"), TEXT_INIT("http://")};
    if (literal.n == 0)
        return complete;
    if (literal.p[0] == '#' || literal.p[0] == '?')
        return true;
    if (literal.p[0] == '/') {
        /* "//host" and "/\host" leave the site; so could "/" before an insertion that turns out empty. */
        if (literal.n == 1)
            return complete;
        return is_letter_or_digit(literal.p[1]) || literal.p[1] == '_' || literal.p[1] == '?' ||
               literal.p[1] == '#';
    }
    for (size_t i = 0; i < sizeof(outside) / sizeof(outside[0]); i++) {
        if (!text_starts(literal, outside[i]))
            continue;
        struct text host = text_cut(literal, outside[i].n, literal.n);
        return host.n > 0 && is_letter_or_digit(host.p[0]) && (complete || text_find_char(host, '/') > 0);
    }
    if (text_starts(literal, TEXT("mailto:")) || text_starts(literal, TEXT("tel:")))
        return true;
    return false;
}
