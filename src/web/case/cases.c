#include "cases.h"

#include "pages/cases.h"
#include "words.h"

static struct text sent_words(struct arena *arena, const struct case_row *row)
{
    if (!row->shares)
        return TEXT("");
    if (!row->unanswered)
        return TEXT("Sent and received");
    return row->shares == 1 ? TEXT("Sent, no answer yet")
                            : arena_format(arena, "Sent %lld times, %lld without an answer", (long long)row->shares,
                                           (long long)row->unanswered);
}

struct shape_case_state case_state(struct asking *asking, const struct case_row *row)
{
    struct arena *arena = asking->arena;
    if (!id_is_set(&row->decision_id))
        return (struct shape_case_state){.when = row->items ? arena_format(arena, "Something was written down %.*s",
                                                                           TEXT_ARGS(words_ago(arena, row->last_at)))
                                                            : TEXT("Nothing is written down yet")};
    return (struct shape_case_state){.decision = id_text(&row->decision_id),
                                     .decided = choice_label(decision_outcomes, row->decided),
                                     .when = words_ago(arena, row->decided_at),
                                     .sent = sent_words(arena, row)};
}

struct text case_back(struct asking *asking, const struct id *case_id)
{
    return visit_may(asking->visit, &case_read_view.may, &(struct case_of){*case_id}, NULL) == 0
               ? arena_format(asking->arena, "/case/%s", case_id->text)
               : TEXT("/decisions");
}

/* ---- the agency's ---- */

static struct text place(struct arena *arena, struct text which, int64_t page)
{
    return page > 1 ? arena_format(arena, "/cases?which=%.*s&page=%lld", TEXT_ARGS(which), (long long)page)
                    : arena_format(arena, "/cases?which=%.*s", TEXT_ARGS(which));
}

/* What the address asks for; whatever is no such thing asks for the first page of all. */
static struct case_agency asked(struct asking *asking)
{
    const struct http_pairs *query = http_query(asking->request);
    struct case_agency in = {.which = http_pairs_get(query, "which")};
    if (!choice_valid(case_selections, in.which))
        in.which = text_of(case_selections[0].value);
    if (!text_to_int64(http_pairs_get(query, "page"), &in.page) || in.page < 1 || in.page > 100000)
        in.page = 1;
    return in;
}

static int add_selections(struct asking *asking, const struct case_agency *in, struct page_cases *page, struct error *error)
{
    while (case_selections[page->selections_n].value)
        page->selections_n++;
    struct shape_page_link *links = ARENA_ARRAY(asking->arena, struct shape_page_link, page->selections_n);
    if (!links)
        return arena_error(asking->arena, error);
    for (size_t i = 0; i < page->selections_n; i++) {
        struct text which = text_of(case_selections[i].value);
        links[i] = (struct shape_page_link){.label = text_of(case_selections[i].label),
                                            .href = place(asking->arena, which, 1),
                                            .current = text_equal(which, in->which)};
    }
    page->selections = links;
    return 0;
}

static struct text none_words(struct text which)
{
    if (text_equal(which, TEXT("undecided")))
        return TEXT("There is a decision in every case");
    if (text_equal(which, TEXT("unanswered")))
        return TEXT("Nothing that was shared waits for an answer");
    return TEXT("Your agency has no cases");
}

static int show(struct asking *asking, struct error *error)
{
    struct case_agency in = asked(asking);
    struct page_cases page = {.frame = asking_frame(asking, "/cases"), .page = in.page};
    struct view_rows rows;
    struct arena *arena = asking->arena;
    int result = asking_look(asking, &case_agency_view, &in, &rows, error);
    if (!result)
        result = add_selections(asking, &in, &page, error);
    struct page_cases_cases *cases = result ? NULL : ARENA_ARRAY(arena, struct page_cases_cases, rows.n);
    if (!cases)
        return result ? result : arena_error(arena, error);
    for (size_t i = 0; i < rows.n; i++) {
        const struct case_row *row = VISIT_ROW(rows, struct case_row, i);
        cases[i] = (struct page_cases_cases){
            .id = id_text(&row->case_id),
            .name = row->name.n ? row->name : TEXT("(disposed of)"),
            .born = date_words(arena, row->born),
            .state = case_state(asking, row),
            .opened = arena_format(arena, "Opened %.*s, by %.*s", TEXT_ARGS(words_ago(arena, row->opened_at)),
                                   TEXT_ARGS(row->opened_by))};
    }
    int64_t of = rows.n ? VISIT_ROW(rows, struct case_row, 0)->of : 0;
    page.agency = text_of(visit_actor(asking->visit)->agency_name);
    page.pages = (of + CASES_ON_PAGE - 1) / CASES_ON_PAGE;
    page.title = page.page > 1 ? arena_format(arena, "Cases of your agency, page %lld", (long long)page.page)
                               : TEXT("Cases of your agency");
    page.found = of              ? words_count(arena, of, "case", "cases")
                 : page.page > 1 ? TEXT("There is no such page")
                                 : none_words(in.which);
    page.previous = page.page > 1 ? place(arena, in.which, of ? page.page - 1 : 1) : TEXT("");
    page.next = page.page < page.pages ? place(arena, in.which, page.page + 1) : TEXT("");
    page.cases = cases;
    page.cases_n = rows.n;
    page_cases(&asking->html, &page);
    return 0;
}

const struct page cases_page = {show, NULL, NULL};
