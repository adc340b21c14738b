#include "parts.h"

#include <string.h>

void parser_step(struct parser *p)
{
    p->token = lexer_token(p->arena, p->source, p->token.end);
    if (p->token.kind == TOKEN_BAD)
        parser_fail(p, NULL);
}

void parser_rewind(struct parser *p, struct spot to)
{
    p->token.end = to;
    parser_step(p);
}

/* The words of a failure: what, and where in the text. */
void *parser_fail(struct parser *p, const char *what)
{
    if (p->failed)
        return NULL;
    p->failed = true;
    struct text words = what ? text_of(what) : p->token.text;
    struct text found = text_cut(p->source, p->token.start.at, p->token.end.at);
    if (p->token.kind == TOKEN_END)
        p->what = arena_format(p->arena, "%.*s, at the end of \"%.*s\"", TEXT_ARGS(words),
                               TEXT_ARGS(text_cut(p->source, 0, 60)));
    else
        p->what = arena_format(p->arena, "%.*s, at \"%.*s\" (line %d, character %d)", TEXT_ARGS(words),
                               TEXT_ARGS(text_cut(found, 0, 40)), p->token.start.line, p->token.start.column);
    return NULL;
}

bool parser_is(const struct parser *p, const char *symbol)
{
    return !p->failed && p->token.kind == TOKEN_SYMBOL && text_equal(p->token.text, text_of(symbol));
}

bool parser_word(const struct parser *p, const char *word)
{
    return !p->failed && p->token.kind == TOKEN_WORD && text_equal(p->token.text, text_of(word));
}

bool parser_take(struct parser *p, const char *symbol)
{
    if (!parser_is(p, symbol))
        return false;
    parser_step(p);
    return true;
}

bool parser_take_word(struct parser *p, const char *word)
{
    if (!parser_word(p, word))
        return false;
    parser_step(p);
    return true;
}

bool parser_expect(struct parser *p, const char *symbol)
{
    if (parser_take(p, symbol))
        return true;
    char words[48] = "there should be a ";
    strncat(words, symbol, sizeof words - strlen(words) - 1);
    parser_fail(p, words);
    return false;
}

struct dmn_expression *parser_node(struct parser *p, enum dmn_expression_kind kind, struct spot start, size_t parts)
{
    struct dmn_expression *node = ARENA_NEW(p->arena, struct dmn_expression);
    if (!node || p->failed)
        return parser_fail(p, "out of memory");
    node->kind = kind;
    node->line = start.line;
    node->column = start.column;
    if (parts) {
        node->part = ARENA_ARRAY(p->arena, const struct dmn_expression *, parts);
        node->count = parts;
        if (!node->part)
            return parser_fail(p, "out of memory");
    }
    return node;
}

const struct dmn_expression *parser_with(struct parser *p, struct dmn_expression *node,
                                         const struct dmn_expression *a, const struct dmn_expression *b)
{
    if (!node || p->failed)
        return NULL;
    const struct dmn_expression **part = (const struct dmn_expression **)node->part;
    part[0] = a;
    if (node->count > 1)
        part[1] = b;
    return node;
}

bool parser_push(struct parser *p, struct parts *parts, const struct dmn_expression *item, struct text name)
{
    if (p->failed)
        return false;
    if (parts->count == parts->room) {
        size_t room = parts->room ? parts->room * 2 : 4;
        parts->item = arena_grow(p->arena, parts->item, parts->room, room, sizeof *parts->item);
        parts->name = arena_grow(p->arena, parts->name, parts->room, room, sizeof *parts->name);
        if (!parts->item || !parts->name) {
            parser_fail(p, "out of memory");
            return false;
        }
        parts->room = room;
    }
    parts->item[parts->count] = item;
    parts->name[parts->count++] = name;
    return true;
}

bool parser_comparison(const struct parser *p, enum dmn_operator *operation)
{
    static const struct {
        const char *symbol;
        enum dmn_operator operation;
    } known[] = {{"=", DMN_EQUAL}, {"!=", DMN_UNEQUAL}, {"<", DMN_LESS},
                 {"<=", DMN_AT_MOST}, {">", DMN_GREATER}, {">=", DMN_AT_LEAST}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (parser_is(p, known[i].symbol)) {
            *operation = known[i].operation;
            return true;
        }
    return false;
}

static const struct dmn_expression *literal(struct parser *p, struct spot start, const struct dmn_value *value)
{
    struct dmn_expression *node = parser_node(p, DMN_EXPRESSION_LITERAL, start, 0);
    if (node)
        node->value = value;
    return node;
}

/* @"...": whichever of the temporal kinds its text is; null where it is none. */
static const struct dmn_value *temporal_value(struct parser *p, struct text t)
{
    struct date date;
    struct time_of_day time;
    struct date_time both;
    struct duration duration;
    int64_t months;
    if (temporal_parse_date(t, &date))
        return dmn_date(p->arena, date);
    if (temporal_parse_date_time(t, &both))
        return dmn_date_time(p->arena, both);
    if (temporal_parse_time(t, &time))
        return dmn_time(p->arena, time);
    if (temporal_parse_duration(t, &duration))
        return dmn_duration(p->arena, duration);
    if (temporal_parse_months(t, &months))
        return dmn_months(p->arena, months);
    return &dmn_null;
}

static const struct dmn_expression *primary(struct parser *p)
{
    struct spot start = p->token.start;
    struct token token = p->token;
    struct number number;
    switch (token.kind) {
    case TOKEN_NUMBER:
        if (!number_parse(token.text, &number))
            return parser_fail(p, "the number is out of range");
        parser_step(p);
        return literal(p, start, dmn_number(p->arena, number));
    case TOKEN_STRING: parser_step(p); return literal(p, start, dmn_string(p->arena, token.text));
    case TOKEN_AT: parser_step(p); return literal(p, start, temporal_value(p, token.text));
    case TOKEN_SYMBOL:
        if (parser_is(p, "("))
            return parser_paren(p);
        if (parser_is(p, "[") || parser_is(p, "]"))
            return parser_bracket(p);
        if (parser_is(p, "{"))
            return parser_context(p);
        break;
    case TOKEN_WORD: {
        struct dmn_expression *node;
        struct text name;
        if (!parser_name(p, p->in_filter, &name))
            return NULL;
        if (text_equal(name, TEXT("null")))
            return literal(p, start, &dmn_null);
        if (text_equal(name, TEXT("true")) || text_equal(name, TEXT("false")))
            return literal(p, start, name.n == 4 ? &dmn_true : &dmn_false);
        p->saw_input |= text_equal(name, TEXT("?"));
        node = parser_node(p, DMN_EXPRESSION_NAME, start, 0);
        if (node)
            node->name = name;
        return node;
    }
    case TOKEN_END:
    case TOKEN_BAD: break;
    }
    return parser_fail(p, "a value should stand here");
}

static const struct dmn_expression *call(struct parser *p, const struct dmn_expression *callee, struct spot start)
{
    struct parts parts = {0};
    struct text name = {NULL, 0};
    bool named = false, saved_end = p->at_range_end;
    p->at_range_end = false;
    parser_step(p);
    parser_push(p, &parts, callee, name);
    while (!p->failed && !parser_is(p, ")")) {
        bool label = parser_label(p, &name);
        if (parts.count > 1 && label != named)
            return parser_fail(p, "either all arguments have names or none has");
        named = label;
        if (!parser_push(p, &parts, parser_expression(p), label ? name : (struct text){NULL, 0}))
            return NULL;
        if (!parser_take(p, ","))
            break;
    }
    p->at_range_end = saved_end;
    if (!parser_expect(p, ")"))
        return NULL;
    struct dmn_expression *node = parser_node(p, DMN_EXPRESSION_CALL, start, 0);
    if (!node)
        return NULL;
    node->part = parts.item;
    node->names = named ? parts.name : NULL;
    node->count = parts.count;
    return node;
}

static const struct dmn_expression *filter(struct parser *p, const struct dmn_expression *from, struct spot start)
{
    bool saved = p->in_filter;
    parser_step(p);
    p->in_filter = true;
    const struct dmn_expression *condition = parser_expression(p);
    p->in_filter = saved;
    if (!parser_expect(p, "]"))
        return NULL;
    return parser_with(p, parser_node(p, DMN_EXPRESSION_FILTER, start, 2), from, condition);
}

/* Paths, calls, filters and "instance of", from the left. */
static const struct dmn_expression *postfix(struct parser *p)
{
    struct spot start = p->token.start;
    const struct dmn_expression *value = primary(p);
    for (int length = 0; value && !p->failed; length++) {
        if (length > PARSE_PATH_MOST)
            return parser_fail(p, "the path is too long");
        struct dmn_expression *node;
        if (parser_is(p, "(")) {
            value = call(p, value, start);
        } else if (parser_is(p, "[") && !p->at_range_end) {
            value = filter(p, value, start);
        } else if (parser_take(p, ".")) {
            struct text name;
            if (p->token.kind != TOKEN_WORD)
                return parser_fail(p, "a name should follow the dot");
            if (!parser_name(p, true, &name))
                return NULL;
            node = parser_node(p, DMN_EXPRESSION_PATH, start, 1);
            if (node)
                node->name = name;
            value = parser_with(p, node, value, NULL);
        } else if (parser_word(p, "instance")) {
            parser_step(p);
            if (!parser_take_word(p, "of"))
                return parser_fail(p, "\"of\" should follow \"instance\"");
            const struct dmn_type *type = parser_type(p);
            node = parser_node(p, DMN_EXPRESSION_INSTANCE, start, 1);
            if (node)
                node->type = type;
            value = parser_with(p, node, value, NULL);
        } else {
            return value;
        }
    }
    return p->failed ? NULL : value;
}

static const struct dmn_expression *unary(struct parser *p)
{
    struct spot start = p->token.start;
    if (!parser_take(p, "-"))
        return postfix(p);
    if (++p->depth > PARSE_DEPTH_MOST)
        return parser_fail(p, "too deeply nested");
    const struct dmn_expression *value = unary(p);
    p->depth--;
    if (!value)
        return NULL;
    if (value->kind == DMN_EXPRESSION_LITERAL && value->value->kind == DMN_NUMBER)
        return literal(p, start, dmn_number(p->arena, number_negate(value->value->as.number)));
    return parser_with(p, parser_node(p, DMN_EXPRESSION_NEGATE, start, 1), value, NULL);
}

struct level {
    const char *symbol[2];
    enum dmn_operator operation[2];
    const struct dmn_expression *(*tighter)(struct parser *);
};

/* Left to right over operators of one level. */
static const struct dmn_expression *chain(struct parser *p, const struct level *level)
{
    struct spot start = p->token.start;
    const struct dmn_expression *left = level->tighter(p);
    for (int length = 0; left && !p->failed; length++) {
        size_t which = parser_is(p, level->symbol[0]) ? 0 : level->symbol[1] && parser_is(p, level->symbol[1]) ? 1 : 2;
        if (which == 2)
            return left;
        if (length > PARSE_CHAIN_MOST)
            return parser_fail(p, "too many operators in a row");
        parser_step(p);
        const struct dmn_expression *right = level->tighter(p);
        struct dmn_expression *node = parser_node(p, DMN_EXPRESSION_BINARY, start, 2);
        if (node)
            node->operation = level->operation[which];
        left = parser_with(p, node, left, right);
    }
    return NULL;
}

static const struct dmn_expression *power(struct parser *p)
{
    static const struct level level = {{"**", NULL}, {DMN_POWER, DMN_POWER}, unary};
    return chain(p, &level);
}

static const struct dmn_expression *multiplicative(struct parser *p)
{
    static const struct level level = {{"*", "/"}, {DMN_MULTIPLY, DMN_DIVIDE}, power};
    return chain(p, &level);
}

const struct dmn_expression *parser_additive(struct parser *p)
{
    static const struct level level = {{"+", "-"}, {DMN_ADD, DMN_SUBTRACT}, multiplicative};
    return chain(p, &level);
}

static const struct dmn_expression *between(struct parser *p, const struct dmn_expression *value, struct spot start)
{
    const struct dmn_expression *low = parser_additive(p);
    if (!parser_take_word(p, "and"))
        return parser_fail(p, "\"and\" should follow in \"between\"");
    const struct dmn_expression *high = parser_additive(p);
    struct dmn_expression *node = parser_node(p, DMN_EXPRESSION_BETWEEN, start, 3);
    if (node)
        ((const struct dmn_expression **)node->part)[2] = high;
    return parser_with(p, node, value, low);
}

static const struct dmn_expression *comparison(struct parser *p)
{
    struct spot start = p->token.start;
    const struct dmn_expression *left = parser_additive(p);
    for (int length = 0; left && !p->failed; length++) {
        struct dmn_expression *node;
        enum dmn_operator operation;
        if (length > PARSE_PATH_MOST)
            return parser_fail(p, "too many operators in a row");
        if (parser_comparison(p, &operation)) {
            parser_step(p);
            const struct dmn_expression *right = parser_additive(p);
            node = parser_node(p, DMN_EXPRESSION_BINARY, start, 2);
            if (node)
                node->operation = operation;
            left = parser_with(p, node, left, right);
        } else if (parser_take_word(p, "between")) {
            left = between(p, left, start);
        } else if (parser_take_word(p, "in")) {
            const struct dmn_test *test = parser_in_tests(p);
            node = parser_node(p, DMN_EXPRESSION_IN, start, 1);
            if (node)
                node->test = test;
            left = parser_with(p, node, left, NULL);
        } else {
            return left;
        }
    }
    return NULL;
}

static const struct dmn_expression *logic(struct parser *p, const char *word, enum dmn_operator operation,
                                          const struct dmn_expression *(*tighter)(struct parser *))
{
    struct spot start = p->token.start;
    const struct dmn_expression *left = tighter(p);
    for (int length = 0; left && parser_take_word(p, word); length++) {
        if (length > PARSE_CHAIN_MOST)
            return parser_fail(p, "too many operators in a row");
        const struct dmn_expression *right = tighter(p);
        struct dmn_expression *node = parser_node(p, DMN_EXPRESSION_BINARY, start, 2);
        if (node)
            node->operation = operation;
        left = parser_with(p, node, left, right);
    }
    return p->failed ? NULL : left;
}

static const struct dmn_expression *conjunction(struct parser *p)
{
    return logic(p, "and", DMN_AND, comparison);
}

const struct dmn_expression *parser_expression(struct parser *p)
{
    if (++p->depth > PARSE_DEPTH_MOST)
        return parser_fail(p, "too deeply nested");
    const struct dmn_expression *value = parser_form(p);
    if (!value && !p->failed)
        value = logic(p, "or", DMN_OR, conjunction);
    p->depth--;
    return p->failed ? NULL : value;
}
