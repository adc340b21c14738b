#include "internal.h"

/* Rows: those that a view gives, and a column of those that it reads. */

void *view_row(struct view_rows *rows)
{
    char *grown = arena_more(rows->arena, rows->item, rows->n, &rows->room, rows->row_size);
    if (!grown)
        return NULL;
    rows->item = grown;
    return rows->item + rows->n++ * rows->row_size;
}

void *row_at(const struct view_rows *rows, size_t index)
{
    return rows->item + index * rows->row_size;
}

struct id column_id(struct store_rows *rows, int column)
{
    struct id id;
    id_parse(store_text(rows, column), &id);
    return id;
}
