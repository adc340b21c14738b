#include "name_page.h"

/* Together where all open; one by one where they do not. */
static int open_each(struct turn *turn, struct openings *sealed, struct error *error)
{
    int result = turn_open(turn, sealed->row, sealed->n, error);
    for (size_t i = 0; result == ERROR_CHECK && i < sealed->n; i++) {
        int one = turn_open(turn, &sealed->row[i], 1, error);
        result = one ? one : ERROR_CHECK;
    }
    return result == ERROR_CHECK ? 0 : result;
}

int name_page_take(struct turn *turn, struct store_rows *rows, struct name_page *page, struct error *error)
{
    int got;
    page->person = (struct openings){0};
    while ((got = store_next(rows, error)) > 0) {
        page->agency[page->person.n] = store_text_in(rows, 1, turn->arena);
        id_parse(store_text(rows, 0), &page->last);
        if (!openings_add(turn, &page->person, "subject", store_text(rows, 0), store_bytes(rows, 2), store_bytes(rows, 3)))
            return arena_error(turn->arena, error);
    }
    return got ? got : open_each(turn, &page->person, error);
}

int name_page_next(struct turn *turn, struct name_page *page, struct error *error)
{
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    const struct id before = page->last;
    arena_reset(turn->arena);
    int result = store_query(turn->session,
                             "SELECT s.id, s.agency_id, s.sealed, k.wrapped FROM subject s"
                             " LEFT JOIN record_key k ON k.id = s.key_id WHERE s.id > $1 ORDER BY s.id LIMIT $2",
                             STORE_BIND(STORE_TEXT(id_text(&page->last)), STORE_INT(NAME_MOVE_PAGE)), &rows, error);
    if (!result)
        result = name_page_take(turn, rows, page, error);
    if (!result && page->person.n == NAME_MOVE_PAGE && id_equal(&before, &page->last)) /* the next page would be this one */
        return error_set(error, ERROR_CHECK, "subject", "Tell the operator: run 'proviso ledger verify'.",
                         "there are people whose numbers are none");
    return result;
}
