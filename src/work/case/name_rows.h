#ifndef WORK_NAME_ROWS_H
#define WORK_NAME_ROWS_H

#include "work/turn.h"

/*
 * Pieces of names on their way into a table of the index. One statement takes many: the way to a database on another machine
 * takes longer than all that is done for a piece. Begins with the turn and the table; what is added is lent until the end.
 */
enum { NAME_ROWS_TOGETHER = 21 };
struct name_rows {
    struct turn *turn;
    bool second;
    struct {
        struct text agency, piece, subject;
    } row[NAME_ROWS_TOGETHER];
    size_t n;
};

int name_rows_add(struct name_rows *rows, struct text agency, struct text subject, const struct text *piece, size_t n, struct error *error);
int name_rows_end(struct name_rows *rows, struct error *error);

#endif
