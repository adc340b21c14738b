#ifndef WEB_PICTURE_INSIDE_H
#define WEB_PICTURE_INSIDE_H

#include "picture.h"

/* What the drawing is made of; lengths are CSS pixels. */
enum {
    PICTURE_WIDTH = 960, /* what a page has room for */
    PICTURE_MARGIN = 22,
    PICTURE_GUTTER = 28,   /* between columns: lines run here */
    PICTURE_GAP = 66,      /* between rows */
    PICTURE_LEAST = 156,   /* a box's width */
    PICTURE_MOST = 250,
    PICTURE_PADDING = 12,
    PICTURE_LARGE = 14,    /* letters of the question */
    PICTURE_SMALL = 13,
    PICTURE_LINE = 18,     /* from line to line */
    PICTURE_HEAD = 8,      /* of an arrow */
};

/* picture_layout.c: in which column and row of a grid each table stands, row 0 on top. */
struct picture_place {
    size_t column, row;
};
bool picture_layout(struct arena *arena, const struct policy_graph *graph, struct picture_place *place,
                    size_t *columns, size_t *rows);

/* picture_lines.c: the lines between the boxes, those that are lit last. */
struct picture_sheet {
    const struct policy_graph *graph;
    const struct picture_box *box;
    const struct picture_place *place;
    size_t columns, rows;
    int64_t width;            /* of a box */
    const int64_t *top, *height; /* by row */
    const int64_t *tall;         /* by table: its own height, the row's at most */
};
int64_t picture_left(const struct picture_sheet *sheet, size_t column);
int picture_lines(struct arena *arena, const struct picture_sheet *sheet, struct shape_picture *out,
                  struct error *error);

/* picture_text.c: words in lines that fit into `width`; about as wide as the widest common letters. */
size_t picture_wrap(struct arena *arena, struct text words, int64_t size, bool bold, int64_t width,
                    const struct text **lines);

#endif
