#include "picture_inside.h"

/* A line on its way from the box below, which is needed, to the box above, which needs it. */
struct way {
    size_t from, to;
    bool lit;
    int64_t lane;  /* x on which it passes the rows between; the middle of its boxes where there are none */
    int64_t start, end; /* x at which it leaves and arrives */
};

int64_t picture_left(const struct picture_sheet *sheet, size_t column)
{
    return PICTURE_MARGIN + (int64_t)column * (sheet->width + PICTURE_GUTTER);
}

static int64_t middle(const struct picture_sheet *sheet, size_t table)
{
    return picture_left(sheet, sheet->place[table].column) + sheet->width / 2;
}

static int64_t apart(int64_t a, int64_t b)
{
    return a < b ? b - a : a - b;
}

/* Is the column free of boxes in every row between the two? */
static bool clear(const struct picture_sheet *sheet, const struct way *way, size_t column)
{
    for (size_t t = 0; t < sheet->graph->tables; t++)
        if (sheet->place[t].column == column && sheet->place[t].row > sheet->place[way->to].row &&
            sheet->place[t].row < sheet->place[way->from].row)
            return false;
    return true;
}

/* The k-th line in a lane runs beside the others: 0, 1, -1, 2, -2, ... */
static int64_t beside(size_t k, int64_t step)
{
    int64_t at = (int64_t)(k + 1) / 2;
    return (k % 2 ? at : -at) * step;
}

/*
 * Lanes 0 to `columns` are the gutters, the first and the last being the margins; those after them the columns
 * themselves, where they are clear.
 */
static void choose_lane(const struct picture_sheet *sheet, struct way *way, size_t *used)
{
    int64_t here = middle(sheet, way->from), there = middle(sheet, way->to), least = INT64_MAX;
    size_t best = 0;
    way->lane = here;
    if (sheet->place[way->from].row == sheet->place[way->to].row + 1)
        return;
    for (size_t i = 0; i < 2 * sheet->columns + 1; i++) {
        bool gutter = i <= sheet->columns;
        if (!gutter && !clear(sheet, way, i - sheet->columns - 1))
            continue;
        int64_t x = gutter ? picture_left(sheet, i) - PICTURE_GUTTER / 2
                           : picture_left(sheet, i - sheet->columns - 1) + sheet->width / 2;
        int64_t cost = apart(x, here) + apart(x, there) + (int64_t)used[i] * (gutter ? 40 : 12);
        if (cost < least) {
            least = cost;
            best = i;
            way->lane = x + beside(used[i], gutter ? 6 : 14);
        }
    }
    used[best]++;
}

/* Lines leave and arrive side by side, in the order in which they come. `at` is the end: the box above. */
static void spread(const struct picture_sheet *sheet, struct way *ways, size_t n, size_t table, bool at_end)
{
    size_t there = 0;
    for (size_t i = 0; i < n; i++)
        there += (at_end ? ways[i].to : ways[i].from) == table;
    int64_t step = there > 1 ? (sheet->width - 2 * PICTURE_PADDING - 20) / (int64_t)(there - 1) : 0;
    step = step > 24 ? 24 : step;
    for (size_t i = 0; i < n; i++) {
        if ((at_end ? ways[i].to : ways[i].from) != table)
            continue;
        size_t before = 0;
        for (size_t k = 0; k < n; k++) {
            if ((at_end ? ways[k].to : ways[k].from) != table || k == i)
                continue;
            bool direct_i = ways[i].lane == middle(sheet, ways[i].from),
                 direct_k = ways[k].lane == middle(sheet, ways[k].from);
            int64_t x = at_end || !direct_i ? ways[i].lane : middle(sheet, ways[i].to),
                    other = at_end || !direct_k ? ways[k].lane : middle(sheet, ways[k].to);
            before += other < x || (other == x && k < i);
        }
        int64_t port = middle(sheet, table) + (2 * (int64_t)before - (int64_t)(there - 1)) * step / 2;
        if (at_end)
            ways[i].end = port;
        else
            ways[i].start = port;
    }
}

static struct shape_picture_line draw(struct arena *arena, const struct picture_sheet *sheet, const struct way *way)
{
    size_t below = sheet->place[way->from].row, above = sheet->place[way->to].row;
    int64_t y0 = sheet->top[below], y1 = sheet->top[above] + sheet->tall[way->to] + PICTURE_HEAD,
            floor = sheet->top[above] + sheet->height[above] + PICTURE_HEAD; /* of the row: above it straight up */
    struct text d;
    if (below == above + 1) {
        int64_t bend = (y0 + floor) / 2;
        d = arena_format(arena, "M%lld %lldC%lld %lld %lld %lld %lld %lldV%lld", (long long)way->start, (long long)y0,
                         (long long)way->start, (long long)bend, (long long)way->end, (long long)bend,
                         (long long)way->end, (long long)floor, (long long)y1);
    } else {
        int64_t enter = sheet->top[below - 1] + sheet->height[below - 1], leave = sheet->top[above + 1],
                low = (y0 + enter) / 2, high = (leave + floor) / 2;
        d = arena_format(arena, "M%lld %lldC%lld %lld %lld %lld %lld %lldV%lldC%lld %lld %lld %lld %lld %lldV%lld",
                         (long long)way->start, (long long)y0, (long long)way->start, (long long)low,
                         (long long)way->lane, (long long)low, (long long)way->lane, (long long)enter,
                         (long long)leave, (long long)way->lane, (long long)high, (long long)way->end,
                         (long long)high, (long long)way->end, (long long)floor, (long long)y1);
    }
    long long half = way->lit ? 7 : 4;
    struct text head = arena_format(arena, "M%lld %lldl%lld %dh%lldz", (long long)way->end,
                                    (long long)y1 - PICTURE_HEAD + 1, half, PICTURE_HEAD + 2, -2 * half);
    return (struct shape_picture_line){.d = d, .head = head, .lit = way->lit};
}

int picture_lines(struct arena *arena, const struct picture_sheet *sheet, struct shape_picture *out,
                  struct error *error)
{
    size_t most = 0, n = 0;
    for (size_t t = 0; t < sheet->graph->tables; t++)
        most += sheet->graph->table[t].needs;
    struct way *ways = ARENA_ARRAY(arena, struct way, most);
    size_t *used = ARENA_ARRAY(arena, size_t, 2 * sheet->columns + 1);
    struct shape_picture_line *line = ARENA_ARRAY(arena, struct shape_picture_line, most);
    if (!ways || !used || !line)
        return arena_error(arena, error);
    for (size_t t = 0; t < sheet->graph->tables; t++)
        for (size_t i = 0; i < sheet->graph->table[t].needs; i++) {
            ways[n] = (struct way){.from = sheet->graph->table[t].need[i], .to = t};
            ways[n].lit = sheet->box[t].need_lit && sheet->box[t].need_lit[i];
            choose_lane(sheet, &ways[n++], used);
        }
    for (size_t t = 0; t < sheet->graph->tables; t++) {
        spread(sheet, ways, n, t, true);
        spread(sheet, ways, n, t, false);
    }
    size_t drawn = 0;
    for (int lit = 0; lit < 2; lit++)
        for (size_t i = 0; i < n; i++)
            if (ways[i].lit == (lit == 1))
                line[drawn++] = draw(arena, sheet, &ways[i]);
    out->lines = line;
    out->lines_n = n;
    return 0;
}
