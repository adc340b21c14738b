#include "picture_inside.h"

/* ---- the model's own drawing ---- */

static double along(const struct policy_table *table, bool across)
{
    return across ? table->x : table->y;
}

static double extent(const struct policy_table *table, bool across)
{
    return across ? table->width : table->height;
}

/*
 * Boxes that begin within half a box of each other share a column (or row). Gives how many there are, 0 where memory
 * is short.
 */
static size_t share_out(struct arena *arena, const struct policy_graph *graph, bool across, size_t *lane)
{
    size_t *order = ARENA_ARRAY(arena, size_t, graph->tables), lanes = 0;
    if (!order)
        return 0;
    for (size_t t = 0; t < graph->tables; t++) {
        size_t at = t;
        for (; at > 0 && along(&graph->table[order[at - 1]], across) > along(&graph->table[t], across); at--)
            order[at] = order[at - 1];
        order[at] = t;
    }
    double begin = 0;
    for (size_t i = 0; i < graph->tables; i++) {
        const struct policy_table *table = &graph->table[order[i]];
        if (i == 0 || along(table, across) > begin + extent(table, across) / 2) {
            begin = along(table, across);
            lanes++;
        }
        lane[order[i]] = lanes - 1;
    }
    return lanes;
}

/* One box in a cell, and what is needed stands below. */
static bool readable(const struct policy_graph *graph, const struct picture_place *place)
{
    for (size_t t = 0; t < graph->tables; t++) {
        for (size_t i = 0; i < graph->table[t].needs; i++)
            if (place[graph->table[t].need[i]].row <= place[t].row)
                return false;
        for (size_t other = 0; other < t; other++)
            if (place[other].row == place[t].row && place[other].column == place[t].column)
                return false;
    }
    return true;
}

static bool as_drawn(struct arena *arena, const struct policy_graph *graph, struct picture_place *place,
                     size_t *columns, size_t *rows)
{
    size_t *column = ARENA_ARRAY(arena, size_t, graph->tables), *row = ARENA_ARRAY(arena, size_t, graph->tables);
    for (size_t t = 0; t < graph->tables; t++)
        if (!graph->table[t].placed)
            return false;
    if (!column || !row)
        return false;
    *columns = share_out(arena, graph, true, column);
    *rows = share_out(arena, graph, false, row);
    for (size_t t = 0; t < graph->tables; t++)
        place[t] = (struct picture_place){column[t], row[t]};
    return readable(graph, place);
}

/* ---- in layers: each table above all that it needs ---- */

static bool in_layers(struct arena *arena, const struct policy_graph *graph, struct picture_place *place,
                      size_t *columns, size_t *rows)
{
    size_t *depth = ARENA_ARRAY(arena, size_t, graph->tables), *filled = ARENA_ARRAY(arena, size_t, graph->tables + 1);
    if (!depth || !filled)
        return false;
    *columns = *rows = 0;
    for (size_t t = 0; t < graph->tables; t++) {
        for (size_t i = 0; i < graph->table[t].needs; i++)
            if (depth[graph->table[t].need[i]] >= depth[t])
                depth[t] = depth[graph->table[t].need[i]] + 1;
        *rows = depth[t] + 1 > *rows ? depth[t] + 1 : *rows;
    }
    for (size_t t = 0; t < graph->tables; t++) {
        place[t] = (struct picture_place){filled[depth[t]]++, *rows - 1 - depth[t]};
        *columns = place[t].column + 1 > *columns ? place[t].column + 1 : *columns;
    }
    return true;
}

bool picture_layout(struct arena *arena, const struct policy_graph *graph, struct picture_place *place,
                    size_t *columns, size_t *rows)
{
    return as_drawn(arena, graph, place, columns, rows) || in_layers(arena, graph, place, columns, rows);
}
