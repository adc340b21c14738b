#include "index.h"
#include "parts.h"

const struct dmn_type type_any = {.kind = DMN_TYPE_ANY, .name = TEXT_INIT("Any")};

const struct dmn_type type_unknown = {.kind = DMN_TYPE_ANY, .name = TEXT_INIT("no such type")};

static const struct dmn_type builtin[] = {
    {.kind = DMN_TYPE_ANY, .name = TEXT_INIT("Any")},
    {.kind = DMN_TYPE_ANY, .name = TEXT_INIT("any")},
    {.kind = DMN_TYPE_NULL, .name = TEXT_INIT("Null")},
    {.kind = DMN_TYPE_BOOLEAN, .name = TEXT_INIT("boolean")},
    {.kind = DMN_TYPE_NUMBER, .name = TEXT_INIT("number")},
    {.kind = DMN_TYPE_STRING, .name = TEXT_INIT("string")},
    {.kind = DMN_TYPE_DATE, .name = TEXT_INIT("date")},
    {.kind = DMN_TYPE_TIME, .name = TEXT_INIT("time")},
    {.kind = DMN_TYPE_DATE_TIME, .name = TEXT_INIT("date and time")},
    {.kind = DMN_TYPE_DATE_TIME, .name = TEXT_INIT("dateTime")},
    {.kind = DMN_TYPE_DURATION, .name = TEXT_INIT("days and time duration")},
    {.kind = DMN_TYPE_DURATION, .name = TEXT_INIT("dayTimeDuration")},
    {.kind = DMN_TYPE_MONTHS, .name = TEXT_INIT("years and months duration")},
    {.kind = DMN_TYPE_MONTHS, .name = TEXT_INIT("yearMonthDuration")},
    {.kind = DMN_TYPE_LIST, .name = TEXT_INIT("list"), .base = &type_any},
    {.kind = DMN_TYPE_RANGE, .name = TEXT_INIT("range"), .base = &type_any},
    {.kind = DMN_TYPE_CONTEXT, .name = TEXT_INIT("context")},
    {.kind = DMN_TYPE_FUNCTION, .name = TEXT_INIT("function"), .base = &type_any},
};

/* A type of the language by its name, or NULL. */
static const struct dmn_type *type_builtin(struct text name)
{
    for (size_t i = 0; i < sizeof builtin / sizeof *builtin; i++)
        if (text_equal(name, builtin[i].name))
            return &builtin[i];
    return NULL;
}

/* `source` starts with a type's name: the longest that is known, its length in *n. */
static const struct dmn_type *longest_type(const struct parse_shared *shared, struct text source, size_t *n)
{
    const struct dmn_type *best = NULL;
    size_t length;
    *n = 0;
    for (size_t i = 0; i < sizeof builtin / sizeof *builtin; i++)
        if ((length = lexer_match_name(source, builtin[i].name)) > *n) {
            *n = length;
            best = &builtin[i];
        }
    for (size_t i = 0; i < shared->types; i++)
        if ((length = lexer_match_name(source, shared->type[i]->name)) > *n) {
            *n = length;
            best = shared->type[i];
        }
    return best;
}

static struct dmn_type *new_type(struct parser *p, enum dmn_type_kind kind)
{
    struct dmn_type *type = ARENA_NEW(p->arena, struct dmn_type);
    if (!type)
        return parser_fail(p, "out of memory");
    type->kind = kind;
    type->base = &type_any;
    return type;
}

/* The members of context<a: number> or the parameters of function<number, string>. */
static bool members(struct parser *p, struct dmn_type *type, bool named)
{
    struct dmn_member *member = NULL;
    size_t room = 0;
    while (!p->failed && !parser_is(p, ">")) {
        struct dmn_member next = {{NULL, 0}, NULL};
        if (named && !parser_label(p, &next.name))
            return parser_fail(p, "\"name: type\" should stand here") != NULL;
        next.type = parser_type(p);
        member = arena_more(p->arena, member, type->members, &room, sizeof *member);
        if (!member)
            return parser_fail(p, "out of memory") != NULL;
        type->member = member;
        member[type->members++] = next;
        if (!parser_take(p, ","))
            break;
    }
    return parser_expect(p, ">");
}

const struct dmn_type *parser_type(struct parser *p)
{
    size_t n;
    if (p->failed || p->token.kind != TOKEN_WORD)
        return parser_fail(p, "a type should stand here");
    const struct dmn_type *found =
        longest_type(p->shared, text_cut(p->source, p->token.start.at, p->source.n), &n);
    if (!found) {
        do
            parser_step(p);
        while (parser_take(p, ".") && p->token.kind == TOKEN_WORD);
        return p->failed ? NULL : &type_unknown;
    }
    parser_rewind(p, lexer_advance(p->source, p->token.start, n));
    bool generic = found->kind == DMN_TYPE_LIST || found->kind == DMN_TYPE_RANGE || found->kind == DMN_TYPE_CONTEXT ||
                   found->kind == DMN_TYPE_FUNCTION;
    if (!generic || found < builtin || found >= builtin + sizeof builtin / sizeof *builtin)
        return p->failed ? NULL : found;
    if (!parser_is(p, "<")) /* these need to say of what */
        return p->failed ? NULL : &type_unknown;
    if (++p->depth > PARSE_DEPTH_MOST)
        return parser_fail(p, "too deeply nested");
    parser_step(p);
    struct dmn_type *type = new_type(p, found->kind);
    if (!type)
        return NULL;
    if (type->kind == DMN_TYPE_LIST || type->kind == DMN_TYPE_RANGE) {
        type->base = parser_type(p);
        parser_expect(p, ">");
    } else if (members(p, type, type->kind == DMN_TYPE_CONTEXT) && type->kind == DMN_TYPE_FUNCTION) {
        if (parser_expect(p, "->"))
            type->base = parser_type(p);
    }
    p->depth--;
    bool known = type->base != &type_unknown;
    for (size_t i = 0; i < type->members; i++)
        known &= type->member[i].type != &type_unknown;
    return p->failed ? NULL : known ? type : &type_unknown;
}

const struct dmn_type *parse_type_name(const struct parse_shared *shared, struct text name)
{
    size_t at;
    name = name_normal(shared->arena, name);
    if (index_get(shared->type_index, name, &at))
        return shared->type[at];
    const struct dmn_type *type = type_builtin(name);
    if (type)
        return type;
    ptrdiff_t colon = text_find_char(name, ':');
    if (colon > 0 && text_find_char(name, '<') < 0)
        return parse_type_name(shared, text_cut(name, (size_t)colon + 1, name.n));
    if (text_find_char(name, '<') < 0)
        return NULL;
    struct parser p = {.shared = shared, .arena = shared->arena, .source = name};
    p.token.end = (struct spot){0, 1, 1};
    parser_step(&p);
    type = parser_type(&p);
    return p.failed || p.token.kind != TOKEN_END || type == &type_unknown ? NULL : type;
}
