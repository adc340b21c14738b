#ifndef TEMPLATE_PARSE_H
#define TEMPLATE_PARSE_H

#include "html.h"

/* What the readers of directives share: the place in the file and in its HTML, and the tree so far. */

enum { BODY_DEEPEST = 48 };

struct parser {
    struct scan scan;
    struct html html;
    struct template *template;
    struct buffer literal; /* HTML read and not yet a node */
    struct place literal_place;
    int depth;
};

struct list {
    struct node *first, *last;
};

int parse_append(struct parser *p, struct list *list, struct node node, struct node **out);

/* What ended a body. */
enum body_end {
    BODY_END,
    BODY_ELSE,
    BODY_ELSEIF,
    BODY_FILE_END,
};

/*
 * Everything up to {% end %}, {% else %}, {% elseif (whose condition follows) or, with `of` NULL, the end of
 * the file. `of` names the directive for messages. Blocks go to `blocks`; with NULL they are refused.
 */
int parse_body(struct parser *p, const char *of, struct list *list, struct block **blocks,
               enum body_end *end);

/* The place in the HTML where the ways through a directive must all end. */
struct after {
    bool known;
    struct html html;
};

int parse_way_ends(struct parser *p, const char *what, struct after *after);

/* The directives, from behind their first word. `place` is where {% stands. */
int parse_if(struct parser *p, struct list *list);
int parse_each(struct parser *p, struct list *list);
int parse_call(struct parser *p, struct list *list, struct place place, bool wraps);
int parse_block(struct parser *p, struct place place, struct block **blocks);
int parse_slot(struct parser *p, struct list *list, struct place place);

/* NAME=VALUE ... up to %}. */
int parse_arguments(struct parser *p, struct argument **arguments);

/* What stands outside every {% block %} is the block `content`. */
int parse_content(struct parser *p, struct place place, struct node *body, struct block **blocks);

#endif
