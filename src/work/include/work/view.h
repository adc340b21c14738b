#ifndef WORK_VIEW_H
#define WORK_VIEW_H

#include "work/command.h"

struct view_rows;

/* A look: gives rows of one kind. One that is personal is written down: who looked, when, at what. */
struct view {
    const char *name, *title;
    const struct field *takes, *gives;
    size_t takes_n, gives_n, in_size, row_size;
    struct grant may;
    bool personal;
    bool each;   /* each row is a look at the case that its field case_id names */
    bool one;    /* gives exactly one row, or ERROR_MISSING */
    bool inside; /* used by the faces, not offered by name */
    int (*look)(struct turn *turn, const void *in, struct view_rows *rows, struct error *error);
};

/* The rows a view has given so far. */
struct view_rows {
    struct arena *arena;
    size_t row_size, n, room;
    char *item;
};

/* A new zeroed row to fill; NULL when the arena is used up (report arena_error). */
void *view_row(struct view_rows *rows);

#define VIEW(symbol, in_type, row_type, ...)                                                                   \
    static int symbol##_look_thunk(struct turn *turn, const void *in, struct view_rows *rows,                  \
                                   struct error *error)                                                        \
    {                                                                                                          \
        return symbol##_look(turn, (const in_type *)in, rows, error);                                          \
    }                                                                                                          \
    const struct view symbol##_view = {                                                                        \
        .look = symbol##_look_thunk, .in_size = sizeof(in_type), .row_size = sizeof(row_type), __VA_ARGS__}

/* What a view takes that needs nothing. */
struct nothing {
    char unused;
};

#endif
