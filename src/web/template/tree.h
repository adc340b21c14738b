#ifndef TEMPLATE_TREE_H
#define TEMPLATE_TREE_H

#include "template.h"

/* What the parser makes of the templates, and what the checker and the emitter walk. */

struct place {
    uint32_t line, column;
};

/* ---- types ---- */

enum type_kind {
    TYPE_TEXT,
    TYPE_INT,
    TYPE_BOOL,
    TYPE_LINK, /* a text that is a URL: looked at again when it is written */
    TYPE_SHAPE,
    TYPE_LIST,
};

struct shape;

struct type {
    enum type_kind kind;
    const struct shape *shape; /* of TYPE_SHAPE */
    const struct type *item;   /* of TYPE_LIST */
};

struct value;

struct field {
    struct text name, comment;
    struct type type;
    struct place place;
    const struct value *otherwise; /* what it is when a caller leaves it out; NULL when it may not */
    bool used;
    struct field *next;
};

struct shape {
    struct text name, c_name; /* c_name without "struct "; name is empty for one written in place */
    struct text home;         /* the template that it is written in; empty for one of the shapes' file */
    struct field *fields;
    struct shape *next;
};

/* ---- values and conditions ---- */

enum { PATH_LONGEST = 6 };

struct path {
    struct text names[PATH_LONGEST];
    size_t n;
    struct place place;
};

struct piece {
    bool is_path;
    struct text literal;
    struct path path;
    struct place place;
    struct piece *next;
};

enum value_kind {
    VALUE_PATH,
    VALUE_INT,
    VALUE_BOOL,
    VALUE_PIECES, /* "Delete {{name}}" */
    VALUE_CONDITION,
    VALUE_NONE, /* the empty list */
};

struct condition;

struct value {
    enum value_kind kind;
    struct place place;
    struct path path;
    int64_t number; /* of VALUE_INT, and 0 or 1 of VALUE_BOOL */
    struct piece *pieces;
    struct condition *condition;
};

enum condition_kind {
    CONDITION_PATH,
    CONDITION_NOT,   /* left */
    CONDITION_AND,   /* left, right */
    CONDITION_OR,    /* left, right */
    CONDITION_EQUAL, /* from here on: a, b */
    CONDITION_UNEQUAL,
    CONDITION_LESS,
    CONDITION_LESS_OR_EQUAL,
    CONDITION_MORE,
    CONDITION_MORE_OR_EQUAL,
    CONDITION_GIVEN, /* the caller gave the block `slot` */
};

struct condition {
    enum condition_kind kind;
    struct place place;
    struct condition *left, *right;
    struct value *a, *b; /* VALUE_PATH, VALUE_INT or VALUE_PIECES of one literal; CONDITION_PATH uses a */
    struct text slot;
};

/* ---- nodes ---- */

enum context {
    CONTEXT_TEXT,      /* between tags, and in <title> and <textarea> */
    CONTEXT_ATTRIBUTE, /* in a quoted value */
    CONTEXT_URL,       /* the start of a quoted URL */
    CONTEXT_URL_PART,  /* a quoted URL after its literal beginning */
};

enum node_kind {
    NODE_LITERAL,
    NODE_INSERT,
    NODE_IF,
    NODE_EACH,
    NODE_CALL,
    NODE_SLOT,
};

struct argument {
    struct text name;
    struct value *value;
    struct place place;
    struct argument *next;
};

struct block {
    struct text name;
    struct node *body;
    struct place place;
    struct block *next;
};

struct node {
    enum node_kind kind;
    struct place place;
    struct text literal;
    enum context context; /* of NODE_INSERT */
    struct path path;     /* of NODE_INSERT, and the list of NODE_EACH */
    struct condition *condition;
    struct text name;   /* NODE_EACH: the item; NODE_CALL: the template; NODE_SLOT: the slot */
    struct text number; /* NODE_EACH: the counter, or empty */
    struct place number_place;
    struct node *body, *otherwise;
    struct argument *arguments;
    struct block *blocks;
    bool required; /* NODE_SLOT */
    bool wraps;    /* NODE_CALL: written with `wrap`, so it has blocks */
    struct node *next;
};

enum template_kind {
    TEMPLATE_PAGE,
    TEMPLATE_PART,
    TEMPLATE_LAYOUT,
};

struct slot {
    struct text name;
    bool required;
    struct slot *next;
};

enum visit {
    VISIT_NOT_YET,
    VISIT_NOW,
    VISIT_DONE,
};

struct template
{
    enum template_kind kind;
    struct text name, c_name, file, comment;
    struct field *fields;
    struct node *body;
    bool in_layout; /* a page in a layout: its body is one NODE_CALL, of the layout */
    struct slot *slots;
    enum visit visit;
    struct template *next;
};

struct asset {
    struct text name, path;
    struct text style; /* one of {{style}} instead: what it holds */
    struct asset *next;
};

struct template_set {
    struct arena *arena;
    struct shape *shapes, *last_shape; /* with those written in place, each after the ones it holds */
    struct template *templates, *last_template;
    struct asset *assets;
};

struct field *field_find(struct field *fields, struct text name);
const struct shape *shape_find(const struct template_set *set, struct text name);
struct template *template_find(const struct template_set *set, struct text name);
const struct asset *asset_find(const struct template_set *set, struct text name);

/* "text", "list of option": for messages. */
struct text type_words(struct arena *arena, const struct type *type);

/* A name as C has it: '-' becomes '_'. */
struct text name_in_c(struct arena *arena, struct text name);

/*
 * May a URL begin with these characters? `complete` says that nothing follows them; otherwise something
 * inserted does, and they must already have settled which place the URL points at.
 */
bool url_beginning_allowed(struct text literal, bool complete);

/* Fills the error at a place of a file; returns ERROR_INPUT. */
int error_at(struct error *error, struct text file, struct place place, const char *fix, const char *what,
             ...) __attribute__((format(printf, 5, 6)));

#endif
