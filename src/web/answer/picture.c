#include "picture_inside.h"

/* What stands in a box, line by line, before it is known where. */
struct content {
    const struct text *question, *result;
    size_t questions, results;
    const struct text **fact;
    size_t *fact_lines;
    int64_t height;
};

static bool fill(struct arena *arena, const struct policy_table *table, const struct picture_box *box, int64_t width,
                 struct content *to)
{
    int64_t room = width - 2 * PICTURE_PADDING;
    size_t lines;
    to->questions = picture_wrap(arena, table->question, PICTURE_LARGE, true, room, &to->question);
    to->results = picture_wrap(arena, box->result, PICTURE_LARGE, true, room, &to->result);
    to->fact = ARENA_ARRAY(arena, const struct text *, box->facts);
    to->fact_lines = ARENA_ARRAY(arena, size_t, box->facts);
    if (!to->fact || !to->fact_lines)
        return false;
    lines = to->questions + to->results;
    for (size_t i = 0; i < box->facts; i++) {
        to->fact_lines[i] = picture_wrap(arena, box->fact[i], PICTURE_SMALL, false, room, &to->fact[i]);
        lines += to->fact_lines[i];
    }
    /* a little air between the question and what was found */
    to->height = (int64_t)lines * PICTURE_LINE + 2 * PICTURE_PADDING + (box->facts ? 4 : 0) + (to->results ? 4 : 0);
    return true;
}

static struct shape_picture_box place_box(struct arena *arena, const struct picture_box *box,
                                          const struct content *content, int64_t x, int64_t y, int64_t width,
                                          int64_t height)
{
    size_t most = content->questions + content->results, n = 0;
    for (size_t i = 0; i < box->facts; i++)
        most += content->fact_lines[i];
    struct shape_picture_text *line = ARENA_ARRAY(arena, struct shape_picture_text, most);
    int64_t at = y + PICTURE_PADDING + PICTURE_LARGE;
    for (size_t i = 0; line && i < content->questions; i++, at += PICTURE_LINE)
        line[n++] = (struct shape_picture_text){x + PICTURE_PADDING, at, content->question[i], TEXT("question")};
    at += 4;
    for (size_t i = 0; line && i < content->results; i++, at += PICTURE_LINE)
        line[n++] = (struct shape_picture_text){x + PICTURE_PADDING, at, content->result[i],
                                                box->lit ? TEXT("result") : TEXT("quiet")};
    at += content->results ? 4 : 0;
    for (size_t f = 0; line && f < box->facts; f++)
        for (size_t i = 0; i < content->fact_lines[f]; i++, at += PICTURE_LINE)
            line[n++] = (struct shape_picture_text){x + PICTURE_PADDING, at, content->fact[f][i], TEXT("fact")};
    return (struct shape_picture_box){
        .x = x, .y = y, .width = width, .height = height, .lit = box->lit, .number = box->number, .lines = line, .lines_n = n};
}

int picture_draw(struct arena *arena, const struct policy_graph *graph, const struct picture_box *boxes,
                 struct text title, struct text description, struct shape_picture *out, struct error *error)
{
    struct picture_place *place = ARENA_ARRAY(arena, struct picture_place, graph->tables);
    struct content *content = ARENA_ARRAY(arena, struct content, graph->tables);
    struct shape_picture_box *box = ARENA_ARRAY(arena, struct shape_picture_box, graph->tables);
    struct picture_sheet sheet = {.graph = graph, .box = boxes, .place = place};
    *out = (struct shape_picture){.title = title, .description = description};
    if (!place || !content || !box || !picture_layout(arena, graph, place, &sheet.columns, &sheet.rows))
        return arena_error(arena, error);
    int64_t columns = (int64_t)sheet.columns, *top = ARENA_ARRAY(arena, int64_t, sheet.rows),
            *height = ARENA_ARRAY(arena, int64_t, sheet.rows), *tall = ARENA_ARRAY(arena, int64_t, graph->tables);
    if (!top || !height || !tall || columns == 0)
        return arena_error(arena, error);
    sheet.width = (PICTURE_WIDTH - 2 * PICTURE_MARGIN - (columns - 1) * PICTURE_GUTTER) / columns;
    sheet.width = sheet.width < PICTURE_LEAST ? PICTURE_LEAST : sheet.width > PICTURE_MOST ? PICTURE_MOST : sheet.width;
    for (size_t t = 0; t < graph->tables; t++) {
        if (!fill(arena, &graph->table[t], &boxes[t], sheet.width, &content[t]))
            return arena_error(arena, error);
        tall[t] = content[t].height;
        if (tall[t] > height[place[t].row])
            height[place[t].row] = content[t].height;
    }
    int64_t y = PICTURE_MARGIN;
    for (size_t r = 0; r < sheet.rows; r++, y += PICTURE_GAP) {
        top[r] = y;
        y += height[r];
    }
    sheet.top = top;
    sheet.height = height;
    sheet.tall = tall;
    for (size_t t = 0; t < graph->tables; t++)
        box[t] = place_box(arena, &boxes[t], &content[t], picture_left(&sheet, place[t].column), top[place[t].row],
                           sheet.width, tall[t]);
    out->width = 2 * PICTURE_MARGIN + columns * sheet.width + (columns - 1) * PICTURE_GUTTER;
    out->height = y - PICTURE_GAP + PICTURE_MARGIN;
    out->boxes = box;
    out->boxes_n = graph->tables;
    int result = picture_lines(arena, &sheet, out, error);
    return result ? result : arena_exhausted(arena) ? arena_error(arena, error) : 0;
}
