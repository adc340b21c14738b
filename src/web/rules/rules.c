#include "rules.h"

#include "pages/rules.h"
#include "pages/rules_version.h"
#include "words.h"

enum { OVERSEERS = ROLE_MANAGER | ROLE_LEAD | ROLE_GOVERNANCE };

static struct text when_words(struct arena *arena, const struct pack_row *row)
{
    struct text from = row->from.year ? date_words(arena, row->from) : TEXT("the beginning");
    if (!row->until.year)
        return arena_format(arena, "From %.*s", TEXT_ARGS(from));
    struct date last = date_from_days(date_to_days(row->until) - 1);
    return arena_format(arena, "From %.*s to %.*s", TEXT_ARGS(from), TEXT_ARGS(date_words(arena, last)));
}

struct text rules_by(struct arena *arena, const struct pack_row *row)
{
    if (text_equal(row->proposed_by, TEXT("the operator")))
        return TEXT("Set up by the operator");
    if (!row->approved_by.n)
        return arena_format(arena, "Proposed by %.*s", TEXT_ARGS(row->proposed_by));
    return arena_format(arena, "Proposed by %.*s. Approved by %.*s", TEXT_ARGS(row->proposed_by), TEXT_ARGS(row->approved_by));
}

const char *rules_colour(struct text state)
{
    return text_equal(state, TEXT("in-force"))   ? "green"
           : text_equal(state, TEXT("proposed")) ? "yellow"
           : text_equal(state, TEXT("coming"))   ? "blue"
                                                 : "grey";
}

static struct shape_rules shape_of(struct arena *arena, const struct pack_row *row, struct text href)
{
    return (struct shape_rules){.title = row->title,
                                .version = row->version,
                                .when = when_words(arena, row),
                                .by = rules_by(arena, row),
                                .label = choice_label(pack_states, row->state),
                                .colour = text_of(rules_colour(row->state)),
                                .href = href};
}

static struct text place_of(struct asking *asking, const struct pack_row *row)
{
    const char *page = asking_has_role(asking, OVERSEERS) && row->proposed_at.at && !text_equal(row->proposed_by, TEXT("the operator"))
                           ? "proposal"
                           : "changes";
    return arena_format(asking->arena, "/rules/%s/%s", page, row->adoption_id.text);
}

struct lists {
    struct shape_rules *proposed, *coming, *before, *withdrawn, *unread;
    size_t proposed_n, coming_n, before_n, withdrawn_n, unread_n;
};

static int sort_out(struct asking *asking, const struct view_rows *rows, struct lists *lists, const struct pack_row **now,
                    struct error *error)
{
    struct shape_rules **list[] = {&lists->proposed, &lists->coming, &lists->before, &lists->withdrawn, &lists->unread};
    for (size_t i = 0; i < sizeof list / sizeof *list; i++)
        if (!(*list[i] = ARENA_ARRAY(asking->arena, struct shape_rules, rows->n)))
            return arena_error(asking->arena, error);
    bool staff = asking_has_role(asking, ROLES_STAFF), oversees = asking_has_role(asking, OVERSEERS);
    for (size_t i = 0; i < rows->n; i++) {
        const struct pack_row *row = VISIT_ROW(*rows, struct pack_row, i);
        struct shape_rules shape = shape_of(asking->arena, row, place_of(asking, row));
        bool in_force = text_equal(row->state, TEXT("in-force")), coming = text_equal(row->state, TEXT("coming"));
        if (staff && (in_force || coming) && row->from.year && !row->acknowledged) {
            lists->unread[lists->unread_n] = shape;
            lists->unread[lists->unread_n++].href = arena_format(asking->arena, "/rules/changes/%s", row->adoption_id.text);
        }
        if (in_force)
            *now = row;
        else if (coming)
            lists->coming[lists->coming_n++] = shape;
        else if (text_equal(row->state, TEXT("past")))
            lists->before[lists->before_n++] = shape;
        else if (oversees && text_equal(row->state, TEXT("proposed")))
            lists->proposed[lists->proposed_n++] = shape;
        else if (oversees)
            lists->withdrawn[lists->withdrawn_n++] = shape;
    }
    return 0;
}

/* The day that is asked for, if one is. */
static int read_day(struct asking *asking, struct page_rules *page, struct date *on)
{
    const struct http_pairs *query = http_query(asking->request);
    page->day = http_pairs_get(query, "on-day");
    page->month = http_pairs_get(query, "on-month");
    page->year = http_pairs_get(query, "on-year");
    int64_t day, month, year;
    *on = (struct date){0, 0, 0};
    if (!page->day.n && !page->month.n && !page->year.n)
        return 0;
    if (text_to_int64(text_trim(page->day), &day) && text_to_int64(text_trim(page->month), &month) &&
        text_to_int64(text_trim(page->year), &year) && year >= 1900 && year <= 9999 && month >= 1 && month <= 12 &&
        day >= 1 && day <= 31) {
        *on = (struct date){(int32_t)year, (int32_t)month, (int32_t)day};
        if (date_valid(*on))
            return 0;
    }
    *on = (struct date){0, 0, 0};
    page->wrong = TEXT("Give the day in numbers, like 30 9 2026");
    asking_wrong(asking, "on", "Give the day in numbers, like 30 9 2026");
    return ERROR_INVALID;
}

static int read_on(struct asking *asking, struct page_rules *page, struct error *error)
{
    struct pack_list in;
    struct view_rows rows;
    if (read_day(asking, page, &in.on) != 0 || in.on.year == 0)
        return 0;
    int result = asking_look(asking, &pack_list_view, &in, &rows, error);
    struct shape_rules *there = result ? NULL : ARENA_ARRAY(asking->arena, struct shape_rules, rows.n);
    if (!result && !there)
        return arena_error(asking->arena, error);
    for (size_t i = 0; !result && i < rows.n; i++) {
        const struct pack_row *row = VISIT_ROW(rows, struct pack_row, i);
        there[i] = shape_of(asking->arena, row, arena_format(asking->arena, "/rules/version/%s", row->version_id.text));
    }
    page->there = there;
    page->there_n = result ? 0 : rows.n;
    page->on = date_words(asking->arena, in.on);
    return result;
}

static int read_reviews(struct asking *asking, const struct pack_row *now, struct page_rules *page, struct error *error)
{
    struct pack_of in = {now->adoption_id};
    struct view_rows rows;
    int result = asking_has_role(asking, ROLES_STAFF) ? asking_look(asking, &pack_reviews_view, &in, &rows, error) : 0;
    if (result || !asking_has_role(asking, ROLES_STAFF))
        return result;
    struct shape_event *events = ARENA_ARRAY(asking->arena, struct shape_event, rows.n);
    if (!events)
        return arena_error(asking->arena, error);
    for (size_t i = 0; i < rows.n; i++) {
        const struct pack_review_row *row = VISIT_ROW(rows, struct pack_review_row, i);
        events[i] = (struct shape_event){
            .title = arena_format(asking->arena, "Reviewed; next by %.*s", TEXT_ARGS(date_words(asking->arena, row->next))),
            .by = row->by,
            .at = words_time(asking->arena, row->at),
            .datetime = instant_format(asking->arena, row->at.at),
            .body = row->found};
    }
    page->found = events;
    page->found_n = rows.n;
    return 0;
}

static bool is_past(struct date day)
{
    struct instant now = {clock_now()};
    return day.year && date_compare(day, date_of_instant(now.at)) < 0;
}

static int show(struct asking *asking, struct error *error)
{
    struct pack_list all = {{0, 0, 0}};
    struct view_rows rows;
    struct lists lists = {0};
    const struct pack_row *now = NULL;
    struct page_rules page = {.title = TEXT("")};
    int result = asking_look(asking, &pack_list_view, &all, &rows, error);
    if (!result)
        result = sort_out(asking, &rows, &lists, &now, error);
    if (!result && !now)
        return error_set(error, ERROR_MISSING, "", "", "nothing is on record");
    if (!result)
        result = read_on(asking, &page, error);
    if (!result)
        result = read_reviews(asking, now, &page, error);
    if (result)
        return result;
    page.title = now->title;
    page.version = now->version;
    page.since = now->from.year ? date_words(asking->arena, now->from) : TEXT("The beginning");
    page.approved = rules_by(asking->arena, now);
    page.review = now->review_due.year ? arena_format(asking->arena, "Due by %.*s", TEXT_ARGS(date_words(asking->arena, now->review_due)))
                                       : TEXT("");
    page.overdue = is_past(now->review_due);
    page.version_href = arena_format(asking->arena, "/rules/version/%s", now->version_id.text);
    page.adoption = id_text(&now->adoption_id);
    page.oversees = asking_has_role(asking, OVERSEERS);
    page.reviews = asking_has_role(asking, ROLE_MANAGER | ROLE_GOVERNANCE);
    page.unread = lists.unread, page.unread_n = lists.unread_n;
    page.proposed = lists.proposed, page.proposed_n = lists.proposed_n;
    page.coming = lists.coming, page.coming_n = lists.coming_n;
    page.before = lists.before, page.before_n = lists.before_n;
    page.withdrawn = lists.withdrawn, page.withdrawn_n = lists.withdrawn_n;
    page.failed = asking->errors_n > 0;
    page.errors = asking->errors, page.errors_n = asking->errors_n;
    page.frame = asking_frame(asking, "/rules");
    asking->status = page.failed ? 422 : 200;
    page_rules(&asking->html, &page);
    return 0;
}

const struct page rules_page = {show, NULL, NULL};

/* ---- one version ---- */

static int version_show(struct asking *asking, struct error *error)
{
    struct pack_version_of in;
    struct view_rows rows;
    int result = asking_id(asking, "version", &in.version_id, error);
    if (!result)
        result = asking_look(asking, &pack_read_view, &in, &rows, error);
    if (result)
        return result;
    const struct pack_version_row *row = VISIT_ROW(rows, struct pack_version_row, 0);
    WRITE(asking, rules_version, .frame = asking_frame(asking, "/rules"), .title = row->title, .version = row->version,
          .where = row->jurisdiction, .from = date_words(asking->arena, row->valid_from),
          .kept = words_time(asking->arena, row->kept_at), .hash = row->sha256, .sources = row->sources.item,
          .sources_n = row->sources.n, .notes = row->notes.item, .notes_n = row->notes.n, .tables = row->tables);
    return 0;
}

const struct page rules_version_page = {version_show, NULL, NULL};

int rules_adoption(struct asking *asking, struct pack_row *out, struct error *error)
{
    struct pack_list all = {{0, 0, 0}};
    struct view_rows rows;
    struct id adoption;
    int result = asking_id(asking, "adoption", &adoption, error);
    if (!result)
        result = asking_look(asking, &pack_list_view, &all, &rows, error);
    for (size_t i = 0; !result && i < rows.n; i++)
        if (id_equal(&VISIT_ROW(rows, struct pack_row, i)->adoption_id, &adoption)) {
            *out = *VISIT_ROW(rows, struct pack_row, i);
            return 0;
        }
    return result ? result : error_set(error, ERROR_MISSING, "", "", "there is no such page");
}
