#include "cases.h"

#include "pages/find.h"
#include "words.h"

static int find(struct asking *asking, struct page_find *page, struct error *error)
{
    struct case_find in = {page->name};
    struct view_rows rows;
    int result = asking_look(asking, &case_find_view, &in, &rows, error);
    struct page_find_cases *cases = result ? NULL : ARENA_ARRAY(asking->arena, struct page_find_cases, rows.n);
    if (!cases)
        return result ? result : arena_error(asking->arena, error);
    for (size_t i = 0; i < rows.n; i++) {
        const struct case_row *row = VISIT_ROW(rows, struct case_row, i);
        cases[i] = (struct page_find_cases){.id = id_text(&row->case_id),
                                            .name = row->name.n ? row->name : TEXT("(disposed of)"),
                                            .born = date_words(asking->arena, row->born),
                                            .about = row->about,
                                            .state = case_state(asking, row)};
    }
    page->cases = cases;
    page->cases_n = rows.n;
    page->more = rows.n == CASES_FOUND;
    page->found = rows.n ? words_count(asking->arena, (int64_t)rows.n, "case", "cases") : TEXT("No case");
    page->title = arena_format(asking->arena, "Find a case: %.*s found", TEXT_ARGS(page->found));
    return 0;
}

static int show(struct asking *asking, struct error *error)
{
    struct page_find page = {.frame = asking_frame(asking, "/"),
                             .title = TEXT("Find a case"),
                             .failed = asking->errors_n > 0,
                             .errors = asking->errors,
                             .errors_n = asking->errors_n,
                             .error = asking_error_of(asking, "name"),
                             .name = text_trim(values_get(&asking->typed, "name")),
                             .whole_agency = visit_may(asking->visit, &case_agency_view.may, NULL, NULL) == 0};
    int result = visit_may(asking->visit, &case_find_view.may, NULL, error);
    if (!result && page.name.n && !page.failed)
        result = find(asking, &page, error);
    if (result)
        return result;
    page_find(&asking->html, &page);
    return 0;
}

/* The page of what was found is the answer to the form: a name stands in no address. */
static int take(struct asking *asking, struct error *error)
{
    if (text_trim(values_get(&asking->typed, "name")).n)
        return show(asking, error);
    asking_wrong(asking, "name", "Write the name, or a part of it");
    return error_set(error, ERROR_INVALID, "name", "", "no name was written");
}

const struct page case_find_page = {show, take, NULL};
