#ifndef WEB_PICTURE_H
#define WEB_PICTURE_H

#include "pages/shapes.h"
#include "policy.h"

/*
 * The graph of a decision as a drawing. Tables stand where the model's own drawing has them, pulled together to what
 * the page has room for; a model that has no drawing, or one that cannot be read, is laid out in layers. Facts are
 * not drawn: each box lists those that count in it. Lines are led around boxes, never behind them.
 */
struct picture_box {
    bool lit;               /* on the path */
    int64_t number;         /* of the step that tells of it; 0: none */
    struct text result;     /* what it gave, or why it was not needed */
    const struct text *fact; /* one a line */
    size_t facts;
    const bool *need_lit;   /* for each of the table's needs: was it used? NULL: none was */
};

/* `boxes` has one for each table of the graph. */
int picture_draw(struct arena *arena, const struct policy_graph *graph, const struct picture_box *boxes,
                 struct text title, struct text description, struct shape_picture *out, struct error *error);

#endif
