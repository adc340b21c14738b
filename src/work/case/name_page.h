#ifndef WORK_NAME_PAGE_H
#define WORK_NAME_PAGE_H

#include "internal.h"
#include "work/name_index.h"

/* Some people at a time, with their names opened: so memory does not grow with how many there are. */
struct name_page {
    struct openings person; /* .row[i].plain: NULL where it was disposed of, or does not open, which is told by who checks the rows */
    struct text agency[NAME_MOVE_PAGE]; /* of person.row[i] */
    struct id last;
};

/* From rows, NAME_MOVE_PAGE at most, of subject's id, agency_id and sealed, and of the wrapped key. */
int name_page_take(struct turn *turn, struct store_rows *rows, struct name_page *page, struct error *error);

/* The people after page->last (at first unset), by their ids; fewer than NAME_MOVE_PAGE: they were the last. Gives the arena back first. */
int name_page_next(struct turn *turn, struct name_page *page, struct error *error);

#endif
