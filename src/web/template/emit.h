#ifndef TEMPLATE_EMIT_H
#define TEMPLATE_EMIT_H

#include "write.h"

/*
 * What writing out a page works with. Parts and layouts are written out in place, with their parameters
 * replaced by what was given for them; so a name may stand for a place in C or for a value of the template.
 */

enum { EMIT_DEEPEST = 400 };

struct frame;

/* What a name stands for: a place in C, or a value to be written out where the name stands. */
struct binding {
    struct text name;
    struct text expression; /* empty for a value */
    struct type type;       /* as declared */
    const struct value *value;
    const struct binding *scope; /* the names that `value` speaks of */
    const struct frame *frame;   /* the call whose slots `value` speaks of */
    const struct binding *outer;
};

/* The call that is being written out: where its slots get their blocks. */
struct frame {
    const struct node *call;
    const struct template *callee;
    const struct binding *scope;
    const struct frame *caller;
};

struct emitter {
    const struct template_set *set;
    struct buffer *out;
    struct buffer run; /* literal text not written yet */
    struct error *error;
    int indent, depth;
    unsigned loops;
};

/* What a path stands for. The checker has seen that it stands for something: an ERROR_SYSTEM is a fault of
 * the compiler. */
int emit_find(struct emitter *e, const struct path *path, const struct binding *scope, struct binding *found);

/* A condition as an expression of C; "true" or "false" where that is known now. `frame` is where it was
 * written. */
int emit_condition(struct emitter *e, const struct condition *condition, const struct binding *scope,
                   const struct frame *frame, struct text *c);
bool emit_is_true(struct text c);
bool emit_is_false(struct text c);

/* The block that the caller gave for a slot, or NULL. */
const struct block *emit_block_given(const struct frame *frame, struct text slot);

/* The arena is full: fills the error. */
int emit_full(struct emitter *e);

#endif
