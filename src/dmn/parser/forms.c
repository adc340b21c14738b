#include "parts.h"

static void growing_scope_open(struct parser *p, struct growing_scope *g)
{
    *g = (struct growing_scope){.scope = {.outer = p->scope}};
    p->scope = &g->scope;
}

static void growing_scope_add(struct parser *p, struct growing_scope *g, struct text name)
{
    if (!g || lexer_is_word(name) || name.n == 0)
        return;
    struct text *grown = arena_more(p->arena, g->name, g->scope.count, &g->room, sizeof *grown);
    if (!grown) {
        parser_fail(p, "out of memory");
        return;
    }
    g->scope.name = g->name = grown;
    g->name[g->scope.count++] = name;
}

static const struct dmn_expression *condition(struct parser *p)
{
    struct spot start = p->token.start;
    parser_step(p);
    const struct dmn_expression *test = parser_expression(p), *yes, *no;
    if (!parser_take_word(p, "then"))
        return parser_fail(p, "\"then\" should follow in \"if\"");
    yes = parser_expression(p);
    if (!parser_take_word(p, "else"))
        return parser_fail(p, "\"else\" should follow in \"if\"");
    no = parser_expression(p);
    struct dmn_expression *node = parser_node(p, DMN_EXPRESSION_IF, start, 3);
    if (node)
        ((const struct dmn_expression **)node->part)[2] = no;
    return parser_with(p, node, test, yes);
}

/* All up to the word "in": an iterator's name may have spaces. */
static bool iterator_name(struct parser *p, struct text *name)
{
    struct spot start = p->token.start, end = start;
    while (!p->failed && (p->token.kind == TOKEN_WORD || p->token.kind == TOKEN_NUMBER ||
                          p->token.kind == TOKEN_SYMBOL) && !parser_word(p, "in")) {
        end = p->token.end;
        parser_step(p);
    }
    if (end.at == start.at || !parser_take_word(p, "in")) {
        parser_fail(p, "\"name in list\" should stand here");
        return false;
    }
    *name = name_normal(p->arena, text_cut(p->source, start.at, end.at));
    return true;
}

static const struct dmn_expression *iteration(struct parser *p, enum dmn_expression_kind kind, const char *before)
{
    struct spot start = p->token.start;
    const struct scope *saved = p->scope;
    struct growing_scope names;
    struct dmn_iterator *iterator = NULL;
    size_t count = 0, room = 0;
    parser_step(p);
    growing_scope_open(p, &names);
    do {
        struct dmn_iterator next = {0};
        if (!iterator_name(p, &next.name))
            break;
        next.from = parser_expression(p);
        if (parser_take(p, ".."))
            next.to = parser_expression(p);
        iterator = arena_more(p->arena, iterator, count, &room, sizeof *iterator);
        if (!iterator)
            return parser_fail(p, "out of memory");
        iterator[count++] = next;
        growing_scope_add(p, &names, next.name);
    } while (!p->failed && parser_take(p, ","));
    if (!p->failed && !parser_take_word(p, before))
        parser_fail(p, kind == DMN_EXPRESSION_FOR ? "\"return\" should stand here" : "\"satisfies\" should stand here");
    const struct dmn_expression *body = p->failed ? NULL : parser_expression(p);
    p->scope = saved;
    struct dmn_expression *node = parser_node(p, kind, start, 1);
    if (node) {
        node->iterator = iterator;
        node->iterators = count;
    }
    return parser_with(p, node, body, NULL);
}

/* A parameter's name: all up to ":", "," or ")". */
static bool parameter_name(struct parser *p, struct text *name)
{
    struct spot start = p->token.start, end = start;
    while (!p->failed && p->token.kind != TOKEN_END && !parser_is(p, ":") && !parser_is(p, ",") && !parser_is(p, ")")) {
        end = p->token.end;
        parser_step(p);
    }
    if (p->failed || end.at == start.at)
        return parser_fail(p, "a parameter's name should stand here") != NULL;
    *name = name_normal(p->arena, text_cut(p->source, start.at, end.at));
    return true;
}

static const struct dmn_expression *function(struct parser *p)
{
    struct spot start = p->token.start;
    const struct scope *saved = p->scope;
    struct growing_scope names;
    struct dmn_parameter *parameter = NULL;
    size_t count = 0, room = 0;
    parser_step(p);
    parser_step(p);
    growing_scope_open(p, &names);
    while (!p->failed && !parser_is(p, ")")) {
        struct dmn_parameter next = {.type = &type_any};
        if (!parameter_name(p, &next.name))
            return NULL;
        if (parser_take(p, ":"))
            next.type = parser_type(p);
        if (next.type == &type_unknown)
            return parser_fail(p, "there is no such type");
        parameter = arena_more(p->arena, parameter, count, &room, sizeof *parameter);
        if (!parameter)
            return parser_fail(p, "out of memory");
        parameter[count++] = next;
        growing_scope_add(p, &names, next.name);
        if (!parser_take(p, ","))
            break;
    }
    parser_expect(p, ")");
    bool external = parser_take_word(p, "external");
    const struct dmn_expression *body = p->failed ? NULL : parser_expression(p);
    p->scope = saved;
    struct dmn_expression *node = parser_node(p, DMN_EXPRESSION_FUNCTION, start, 1);
    if (node) {
        node->parameter = parameter;
        node->parameters = count;
        node->external = external;
    }
    return parser_with(p, node, body, NULL);
}

/* < 5: a range with one end. */
static const struct dmn_expression *half_range(struct parser *p, struct spot start, enum dmn_operator operation)
{
    parser_step(p);
    const struct dmn_expression *bound = parser_additive(p);
    struct dmn_expression *node = parser_node(p, DMN_EXPRESSION_RANGE, start, 2);
    bool has_low = operation != DMN_LESS && operation != DMN_AT_MOST;
    bool has_high = operation == DMN_LESS || operation == DMN_AT_MOST || operation == DMN_EQUAL;
    if (node) {
        node->comparison = true;
        node->unequal = operation == DMN_UNEQUAL;
        node->low_open = operation == DMN_GREATER || !has_low;
        node->high_open = operation == DMN_LESS || !has_high;
    }
    return parser_with(p, node, has_low ? bound : NULL, has_high ? bound : NULL);
}

const struct dmn_expression *parser_form(struct parser *p)
{
    enum dmn_operator operation;
    if (parser_comparison(p, &operation) && operation != DMN_EQUAL && operation != DMN_UNEQUAL)
        return half_range(p, p->token.start, operation);
    if (p->failed || p->token.kind != TOKEN_WORD)
        return NULL;
    if (parser_word(p, "if"))
        return condition(p);
    if (parser_word(p, "for"))
        return iteration(p, DMN_EXPRESSION_FOR, "return");
    if (parser_word(p, "some"))
        return iteration(p, DMN_EXPRESSION_SOME, "satisfies");
    if (parser_word(p, "every"))
        return iteration(p, DMN_EXPRESSION_EVERY, "satisfies");
    if (parser_word(p, "function")) {
        struct token next = lexer_token(p->arena, p->source, p->token.end);
        if (next.kind == TOKEN_SYMBOL && text_equal(next.text, TEXT("(")))
            return function(p);
    }
    return NULL;
}

const struct dmn_expression *parser_context(struct parser *p)
{
    struct spot start = p->token.start;
    const struct scope *saved = p->scope;
    bool saved_end = p->at_range_end;
    struct growing_scope names;
    struct parts parts = {0};
    p->at_range_end = false;
    parser_step(p);
    growing_scope_open(p, &names);
    while (!p->failed && !parser_is(p, "}")) {
        struct text name;
        if (p->token.kind == TOKEN_STRING) {
            name = p->token.text;
            parser_step(p);
            if (!parser_expect(p, ":"))
                return NULL;
        } else if (!parser_label(p, &name)) {
            return parser_fail(p, "\"name: value\" should stand here");
        }
        if (!parser_push(p, &parts, parser_expression(p), name))
            return NULL;
        growing_scope_add(p, &names, name);
        growing_scope_add(p, p->written, name);
        if (!parser_take(p, ","))
            break;
    }
    p->scope = saved;
    p->at_range_end = saved_end;
    if (!parser_expect(p, "}"))
        return NULL;
    struct dmn_expression *node = parser_node(p, DMN_EXPRESSION_CONTEXT, start, 0);
    if (!node)
        return NULL;
    node->part = parts.item;
    node->names = parts.name;
    node->count = parts.count;
    return node;
}

/* After "low ..": the high end and the bracket that closes. */
const struct dmn_expression *parser_range_tail(struct parser *p, struct spot start, const struct dmn_expression *low,
                                               bool low_open)
{
    bool saved = p->at_range_end;
    p->at_range_end = true;
    bool no_end = p->open_ends && (parser_is(p, ")") || parser_is(p, "["));
    const struct dmn_expression *high = no_end ? NULL : parser_additive(p);
    p->at_range_end = saved;
    bool open = parser_is(p, ")") || parser_is(p, "[");
    if (!open && !parser_is(p, "]"))
        return parser_fail(p, "the range should be closed here");
    parser_step(p);
    struct dmn_expression *node = parser_node(p, DMN_EXPRESSION_RANGE, start, 2);
    if (node) {
        node->low_open = low_open;
        node->high_open = open;
    }
    return parser_with(p, node, low, high);
}

const struct dmn_expression *parser_bracket(struct parser *p)
{
    struct spot start = p->token.start;
    bool open = parser_is(p, "]"), saved = p->at_range_end;
    struct parts parts = {0};
    parser_step(p);
    p->at_range_end = false;
    while (!p->failed && !parser_is(p, "]")) {
        bool no_start = open && p->open_ends && parser_is(p, "..");
        const struct dmn_expression *item = no_start ? NULL : parser_expression(p);
        if (parts.count == 0 && parser_take(p, "..")) {
            p->at_range_end = saved;
            return parser_range_tail(p, start, item, open);
        }
        if (!parser_push(p, &parts, item, (struct text){NULL, 0}))
            return NULL;
        if (!parser_take(p, ","))
            break;
    }
    p->at_range_end = saved;
    if (open)
        return parser_fail(p, "a range should stand here");
    if (!parser_expect(p, "]"))
        return NULL;
    struct dmn_expression *node = parser_node(p, DMN_EXPRESSION_LIST, start, 0);
    if (!node)
        return NULL;
    node->part = parts.item;
    node->count = parts.count;
    return node;
}

const struct dmn_expression *parser_paren(struct parser *p)
{
    struct spot start = p->token.start;
    enum dmn_operator operation;
    bool saved = p->at_range_end;
    parser_step(p);
    p->at_range_end = false;
    if (parser_comparison(p, &operation)) {
        const struct dmn_expression *range = half_range(p, start, operation);
        p->at_range_end = saved;
        return parser_expect(p, ")") ? range : NULL;
    }
    bool no_start = p->open_ends && parser_is(p, "..");
    const struct dmn_expression *value = no_start ? NULL : parser_expression(p);
    p->at_range_end = saved;
    if (parser_take(p, ".."))
        return parser_range_tail(p, start, value, true);
    return parser_expect(p, ")") ? value : NULL;
}
