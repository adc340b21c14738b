#include "parts.h"

static struct dmn_test *test_node(struct parser *p, enum dmn_test_kind kind, struct spot start)
{
    struct dmn_test *test = ARENA_NEW(p->arena, struct dmn_test);
    if (!test)
        return parser_fail(p, "out of memory");
    test->kind = kind;
    test->line = start.line;
    test->column = start.column;
    return test;
}

/* What an expression means where a test is wanted. */
static const struct dmn_test *test_of(struct parser *p, const struct dmn_expression *value, struct spot start,
                                      bool about_input)
{
    struct dmn_test *test = test_node(p, about_input ? DMN_TEST_EXPRESSION : DMN_TEST_VALUE, start);
    if (!test || !value)
        return NULL;
    test->low = value;
    if (about_input || value->kind != DMN_EXPRESSION_RANGE)
        return test;
    if (value->unequal) {
        test->kind = DMN_TEST_COMPARE;
        test->operation = DMN_UNEQUAL;
        test->low = value->part[0];
        return test;
    }
    if (value->part[0] && value->part[1]) {
        test->kind = DMN_TEST_INTERVAL;
        test->low = value->part[0];
        test->high = value->part[1];
        test->low_open = value->low_open;
        test->high_open = value->high_open;
        return test;
    }
    test->kind = DMN_TEST_COMPARE;
    test->low = value->part[0] ? value->part[0] : value->part[1];
    test->operation = value->part[0] ? (value->low_open ? DMN_GREATER : DMN_AT_LEAST)
                                     : (value->high_open ? DMN_LESS : DMN_AT_MOST);
    return test;
}

static const struct dmn_test *one_test(struct parser *p)
{
    struct spot start = p->token.start;
    enum dmn_operator operation;
    bool saved = p->saw_input;
    if (parser_comparison(p, &operation)) {
        parser_step(p);
        const struct dmn_expression *value = parser_additive(p);
        struct dmn_test *test = test_node(p, DMN_TEST_COMPARE, start);
        if (!test || p->failed)
            return NULL;
        test->operation = operation;
        test->low = value;
        return test;
    }
    p->saw_input = false;
    const struct dmn_expression *value = parser_expression(p);
    bool about_input = p->saw_input;
    p->saw_input = saved || about_input;
    return p->failed ? NULL : test_of(p, value, start, about_input);
}

/* `first` and those after it, up to what is no comma. */
static const struct dmn_test *more_tests(struct parser *p, const struct dmn_test *first, struct spot start)
{
    if (p->failed || !parser_is(p, ","))
        return p->failed ? NULL : first;
    const struct dmn_test **item = NULL;
    size_t count = 0, room = 0;
    for (const struct dmn_test *next = first;; next = one_test(p)) {
        if (p->failed)
            return NULL;
        item = arena_more(p->arena, item, count, &room, sizeof *item);
        if (!item)
            return parser_fail(p, "out of memory");
        item[count++] = next;
        if (!parser_take(p, ","))
            break;
    }
    struct dmn_test *list = test_node(p, DMN_TEST_LIST, start);
    if (!list)
        return NULL;
    list->item = item;
    list->count = count;
    return list;
}

/* One or more with commas. */
static const struct dmn_test *some_tests(struct parser *p)
{
    struct spot start = p->token.start;
    return more_tests(p, one_test(p), start);
}

static const struct dmn_test *negated(struct parser *p, const struct dmn_test *inner, struct spot start)
{
    struct dmn_test *test = test_node(p, DMN_TEST_NOT, start);
    if (!test || !inner)
        return NULL;
    if (inner->kind == DMN_TEST_LIST) {
        test->item = inner->item;
        test->count = inner->count;
        return test;
    }
    const struct dmn_test **item = ARENA_ARRAY(p->arena, const struct dmn_test *, 1);
    if (!item)
        return parser_fail(p, "out of memory");
    item[0] = inner;
    test->item = item;
    test->count = 1;
    return test;
}

/*
 * "in (1, 2)", "in (< 3, [5..7])", "in (1..5)", "in list". A bracket may open a range or hold tests; which one is
 * known when the first value has been read.
 */
const struct dmn_test *parser_in_tests(struct parser *p)
{
    struct spot start = p->token.start;
    enum dmn_operator operation;
    if (++p->depth > PARSE_DEPTH_MOST)
        return parser_fail(p, "too deeply nested");
    const struct dmn_test *test = NULL;
    if (parser_take(p, "(")) {
        const struct dmn_test *first = one_test(p);
        if (first && first->kind != DMN_TEST_COMPARE && parser_take(p, "..")) {
            test = test_of(p, parser_range_tail(p, start, first->low, true), start, false);
        } else {
            test = more_tests(p, first, start);
            parser_expect(p, ")");
        }
    } else if (parser_comparison(p, &operation)) {
        test = one_test(p);
    } else {
        test = test_of(p, parser_additive(p), start, false);
    }
    p->depth--;
    return p->failed ? NULL : test;
}

static struct parser parser_open(const struct parse_shared *shared, struct text source, int line,
                                 const struct scope *scope)
{
    struct parser p = {.shared = shared, .arena = shared->arena, .scope = scope};
    p.written = ARENA_NEW(shared->arena, struct growing_scope);
    p.source = source.p ? source : TEXT("");
    p.token.end = (struct spot){0, line, 1};
    parser_step(&p);
    return p;
}

static const struct dmn_expression *invalid(struct parser *p, int line, struct text *what)
{
    static const struct dmn_expression nothing = {.kind = DMN_EXPRESSION_INVALID};
    struct dmn_expression *node = ARENA_NEW(p->arena, struct dmn_expression);
    *what = p->what.n ? p->what : TEXT("out of memory");
    if (!node)
        return &nothing;
    node->kind = DMN_EXPRESSION_INVALID;
    node->line = line;
    node->name = *what;
    return node;
}

const struct dmn_expression *parse_expression(const struct parse_shared *shared, struct text source, int line,
                                              const struct scope *scope, struct text *what)
{
    struct parser p = parser_open(shared, source, line, scope);
    const struct dmn_expression *value = p.failed ? NULL : parser_expression(&p);
    *what = (struct text){NULL, 0};
    if (!p.failed && p.token.kind != TOKEN_END)
        parser_fail(&p, "the expression should have ended");
    return p.failed || !value ? invalid(&p, line, what) : value;
}

const struct dmn_expression *parse_range(const struct parse_shared *shared, struct text source, struct text *what)
{
    struct parser p = parser_open(shared, source, 1, NULL);
    p.open_ends = true;
    const struct dmn_expression *value = p.failed ? NULL : parser_expression(&p);
    *what = (struct text){NULL, 0};
    if (!p.failed && (p.token.kind != TOKEN_END || value->kind != DMN_EXPRESSION_RANGE || value->comparison))
        parser_fail(&p, "this is not a range");
    return p.failed || !value ? invalid(&p, 1, what) : value;
}

const struct dmn_test *parse_test(const struct parse_shared *shared, struct text source, int line,
                                  const struct scope *scope, struct text *what)
{
    static const struct dmn_test any = {.kind = DMN_TEST_ANY};
    struct text trimmed = text_trim(source);
    *what = (struct text){NULL, 0};
    struct parser p = parser_open(shared, source, line, scope);
    struct spot start = p.token.start;
    if (trimmed.n == 0 || text_equal(trimmed, TEXT("-"))) {
        struct dmn_test *test = test_node(&p, DMN_TEST_ANY, start);
        return test ? test : &any;
    }
    const struct dmn_test *test = NULL;
    if (parser_word(&p, "not") && text_starts(text_trim(text_cut(source, p.token.end.at, source.n)), TEXT("("))) {
        parser_step(&p);
        parser_step(&p);
        test = some_tests(&p);
        if (!p.failed && parser_expect(&p, ")"))
            test = negated(&p, test, start);
        if (p.failed || p.token.kind != TOKEN_END) { /* not(...) is part of something larger: read as if for the first time */
            p = parser_open(shared, source, line, scope);
            test = NULL;
        }
    }
    if (!test)
        test = some_tests(&p);
    if (!p.failed && p.token.kind != TOKEN_END)
        parser_fail(&p, "the test should have ended");
    if (!p.failed && test)
        return test;
    struct dmn_test *broken = test_node(&p, DMN_TEST_EXPRESSION, start);
    const struct dmn_expression *value = invalid(&p, line, what);
    if (!broken)
        return &any;
    broken->low = value;
    return broken;
}
