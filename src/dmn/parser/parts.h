#ifndef DMN_PARSER_PARTS_H
#define DMN_PARSER_PARTS_H

#include "lexer.h"
#include "parser.h"

/* The parser's inside, shared by its files. Functions give NULL after the first failure and leave its words in `what`. */
enum {
    PARSE_DEPTH_MOST = 150,   /* brackets in brackets */
    PARSE_CHAIN_MOST = 10000, /* a + b + c ... */
    PARSE_PATH_MOST = 150,    /* a.b.c ..., f()()() */
};

struct growing_scope;

struct parser {
    const struct parse_shared *shared;
    struct arena *arena;
    struct text source;
    struct token token; /* the next one */
    const struct scope *scope;
    struct growing_scope *written; /* names of entries in the text so far: they may follow a dot */
    int depth;
    bool in_filter;     /* members of the items are names here */
    bool at_range_end;  /* a "[" closes the range */
    bool saw_input;     /* a "?" was read */
    bool open_ends;     /* "[1..)" and "(..1]" are ranges */
    bool failed;
    struct text what;
};

void parser_step(struct parser *p);
void parser_rewind(struct parser *p, struct spot to);
void *parser_fail(struct parser *p, const char *what); /* always NULL */
bool parser_is(const struct parser *p, const char *symbol);
bool parser_word(const struct parser *p, const char *word);
bool parser_take(struct parser *p, const char *symbol);
bool parser_take_word(struct parser *p, const char *word);
bool parser_expect(struct parser *p, const char *symbol);
struct dmn_expression *parser_node(struct parser *p, enum dmn_expression_kind kind, struct spot start, size_t parts);
const struct dmn_expression *parser_with(struct parser *p, struct dmn_expression *node,
                                         const struct dmn_expression *a, const struct dmn_expression *b);

const struct dmn_expression *parser_expression(struct parser *p);
const struct dmn_expression *parser_additive(struct parser *p);

/* A name that is in scope, the longest; or one word that is no keyword. */
bool parser_name(struct parser *p, bool member, struct text *name);

/* "name:" before a value: an entry, an argument. Takes both, or nothing. */
bool parser_label(struct parser *p, struct text *name);

/* A list that grows while parsing. */
struct parts {
    const struct dmn_expression **item;
    struct text *name;
    size_t count, room;
};
bool parser_push(struct parser *p, struct parts *parts, const struct dmn_expression *item, struct text name);

/* Names that come into scope one by one. */
struct growing_scope {
    struct scope scope;
    struct text *name;
    size_t room;
};

/* if, for, some, every, function, context: NULL without failure where none of them starts here. */
const struct dmn_expression *parser_form(struct parser *p);
const struct dmn_expression *parser_context(struct parser *p);
const struct dmn_expression *parser_bracket(struct parser *p); /* list or range at "[" */
const struct dmn_expression *parser_paren(struct parser *p);   /* "(" */
const struct dmn_expression *parser_range_tail(struct parser *p, struct spot start, const struct dmn_expression *low,
                                               bool low_open);
const struct dmn_test *parser_in_tests(struct parser *p); /* what follows "in" */
const struct dmn_type *parser_type(struct parser *p);
bool parser_comparison(const struct parser *p, enum dmn_operator *operation);

#endif
