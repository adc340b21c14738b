#include "case_rows.h"

#include "pack/rules.h"

struct text case_rows_today(struct turn *turn)
{
    return day_write(turn->arena, turn_date_passed(turn));
}

static int64_t later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* Takes the present row; the sealed part is opened later, by fill(). */
static int take(struct turn *turn, struct store_rows *rows, struct view_rows *out, struct openings *sealed,
                struct error *error)
{
    struct case_row *row = view_row(out);
    if (!row)
        return arena_error(turn->arena, error);
    row->case_id = column_id(rows, 0);
    row->subject_id = column_id(rows, 1);
    row->status = store_text_in(rows, 2, turn->arena);
    row->opened_at.at = store_int(rows, 3);
    row->opened_by = store_text_in(rows, 4, turn->arena);
    row->items = store_int(rows, 7);
    row->decisions = store_int(rows, 8);
    row->shares = store_int(rows, 9);
    row->holds = store_int(rows, 10);
    row->unanswered = store_int(rows, 11);
    row->decision_id = column_id(rows, 12);
    row->decided = store_text_in(rows, 13, turn->arena);
    row->decided_at.at = store_int(rows, 14);
    row->last_at.at = later(later(row->opened_at.at, row->decided_at.at), later(store_int(rows, 15), store_int(rows, 16)));
    row->of = store_int(rows, 17);
    return openings_add(turn, sealed, "subject", store_text(rows, 1), store_bytes(rows, 5), store_bytes(rows, 6))
               ? 0
               : arena_error(turn->arena, error);
}

int case_rows_read(struct turn *turn, struct store_rows *rows, struct view_rows *out, struct error *error)
{
    struct openings sealed = {0};
    int got = 0;
    while (!got && (got = store_next(rows, error)) > 0)
        got = take(turn, rows, out, &sealed, error);
    if (!got)
        got = turn_open(turn, sealed.row, sealed.n, error);
    for (size_t i = 0; !got && i < sealed.n; i++) {
        struct case_row *row = row_at(out, i);
        row->name = plain_text(&sealed.row[i], "name");
        row->born = plain_date(&sealed.row[i], "born");
        row->about = plain_text(&sealed.row[i], "about");
    }
    return got;
}
