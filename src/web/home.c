#include "home.h"

#include "case/cases.h"
#include "pages/home.h"
#include "share/received.h"
#include "words.h"

enum { CASES_SHOWN = 20 }; /* the others are folded away */

struct work {
    struct shape_task task[300];
    size_t n;
};

static void add(struct work *work, struct text label, struct text hint, struct text href, const char *status,
                const char *colour)
{
    if (work->n < sizeof work->task / sizeof *work->task)
        work->task[work->n++] = (struct shape_task){label, hint, href, text_of(status), text_of(colour)};
}

/* What was shared with the agency and waits, the new before the opened. */
static int add_receipts(struct asking *asking, struct work *work, struct error *error)
{
    struct view_rows rows;
    int result = asking_look(asking, &receipt_list_view, NULL, &rows, error);
    for (int pass = 0; !result && pass < 2; pass++)
        for (size_t i = 0; i < rows.n; i++) {
            const struct receipt_row *row = VISIT_ROW(rows, struct receipt_row, i);
            bool fresh = text_equal(row->state, TEXT("sent"));
            if (fresh != (pass == 0) || text_equal(row->state, TEXT("confirmed")) || is_later_of_arrival(&rows, i))
                continue;
            struct text names = names_of_arrival(asking, &rows, i);
            struct text label = names.n ? arena_format(asking->arena, "%.*s, from %.*s", TEXT_ARGS(names),
                                                       TEXT_ARGS(row->sender_agency))
                                        : arena_format(asking->arena, "From %.*s", TEXT_ARGS(row->sender_agency));
            add(work, label,
                arena_format(asking->arena, "%.*s, %.*s. Sent %.*s", TEXT_ARGS(row->sender),
                             TEXT_ARGS(row->sender_post), TEXT_ARGS(words_ago(asking->arena, row->sent_at))),
                arena_format(asking->arena, "/received/%s", row->receipt_id.text), fresh ? "New" : "Not answered",
                fresh ? "red" : "yellow");
        }
    return result;
}

static struct text notice_place(struct asking *asking, const struct notice_row *row)
{
    if (text_starts(row->kind, TEXT("disposal-")))
        return arena_format(asking->arena, "/disposal/%s", row->about.text);
    if (text_starts(row->kind, TEXT("decision-")))
        return arena_format(asking->arena, "/decision/%s", row->about.text);
    if (text_equal(row->kind, TEXT("share-received")))
        return arena_format(asking->arena, "/received/%s", row->about.text);
    if (text_equal(row->kind, TEXT("pack-proposed")))
        return arena_format(asking->arena, "/rules/proposal/%s", row->about.text);
    if (text_equal(row->kind, TEXT("pack-approved")) || text_equal(row->kind, TEXT("pack-withdrawn")))
        return arena_format(asking->arena, "/rules/changes/%s", row->about.text);
    if (text_equal(row->kind, TEXT("pack-review")))
        return TEXT("/rules");
    return arena_format(asking->arena, "/case/%s", row->about.text);
}

/* What is told of a case of one's own is told with the name that one knows it by. */
static void name_notices(struct asking *asking, struct page_home *page, struct page_home_notices *notices)
{
    for (size_t i = 0; i < page->notices_n; i++)
        for (size_t c = 0; c < page->cases_n; c++)
            if (text_ends(notices[i].href, page->cases[c].id) && text_starts(notices[i].href, TEXT("/case/")))
                notices[i].words = arena_format(asking->arena, "%.*s – %.*s", TEXT_ARGS(page->cases[c].name),
                                                TEXT_ARGS(notices[i].words));
}

/* After the cases. */
static int read_notices(struct asking *asking, struct page_home *page, struct error *error)
{
    struct view_rows rows;
    int result = asking_look(asking, &notice_list_view, NULL, &rows, error);
    if (result)
        return result;
    struct page_home_notices *notices = ARENA_ARRAY(asking->arena, struct page_home_notices, rows.n);
    if (!notices)
        return arena_error(asking->arena, error);
    for (size_t i = 0; i < rows.n; i++) {
        const struct notice_row *row = VISIT_ROW(rows, struct notice_row, i);
        notices[i] = (struct page_home_notices){.words = row->words,
                                                .when = words_ago(asking->arena, row->raised_at),
                                                .href = notice_place(asking, row),
                                                .id = arena_text(asking->arena, id_text(&row->notice_id))};
    }
    page->notices = notices;
    page->notices_n = rows.n;
    name_notices(asking, page, notices);
    return 0;
}

static int read_cases(struct asking *asking, struct page_home *page, struct error *error)
{
    struct view_rows rows;
    int result = asking_look(asking, &case_list_view, NULL, &rows, error);
    if (result)
        return result;
    struct page_home_cases *cases = ARENA_ARRAY(asking->arena, struct page_home_cases, rows.n);
    if (!cases)
        return arena_error(asking->arena, error);
    for (size_t i = 0; i < rows.n; i++) {
        const struct case_row *row = VISIT_ROW(rows, struct case_row, i);
        cases[i] = (struct page_home_cases){.name = row->name.n ? row->name : TEXT("(disposed of)"),
                                            .born = date_words(asking->arena, row->born),
                                            .older = i >= CASES_SHOWN,
                                            .state = case_state(asking, row),
                                            .id = id_text(&row->case_id)};
    }
    page->cases = cases;
    page->cases_n = rows.n;
    page->newest_only = rows.n == CASES_LISTED;
    if (rows.n > CASES_SHOWN)
        page->older = words_count(asking->arena, (int64_t)rows.n - CASES_SHOWN, "older case", "older cases");
    return 0;
}

/* Cases that were destroyed, to those who worked on them. */
static int read_gone(struct asking *asking, struct page_home *page, struct error *error)
{
    struct view_rows rows;
    int result = asking_look(asking, &disposal_list_view, NULL, &rows, error);
    if (result)
        return result;
    struct page_home_gone *gone = ARENA_ARRAY(asking->arena, struct page_home_gone, rows.n);
    if (!gone)
        return arena_error(asking->arena, error);
    for (size_t i = 0; i < rows.n; i++) {
        const struct disposal_row *row = VISIT_ROW(rows, struct disposal_row, i);
        if (row->yours && row->approved_at.at && text_equal(row->kind, TEXT("case")) && page->gone_n < 20)
            gone[page->gone_n++] = (struct page_home_gone){
                .id = id_text(&row->disposal_id), .when = words_ago(asking->arena, row->approved_at), .rule = row->rule_words};
    }
    page->gone = gone;
    return 0;
}

static int read_drafts(struct asking *asking, struct page_home *page, struct error *error)
{
    struct view_rows rows;
    int result = asking_look(asking, &draft_list_view, NULL, &rows, error);
    if (result)
        return result;
    struct page_home_drafts *drafts = ARENA_ARRAY(asking->arena, struct page_home_drafts, rows.n);
    if (!drafts)
        return arena_error(asking->arena, error);
    size_t n = 0;
    for (size_t i = 0; i < rows.n; i++) {
        const struct draft_row *row = VISIT_ROW(rows, struct draft_row, i);
        if (!text_equal(row->journey, TEXT("worry")))
            continue; /* a program's own */
        struct values said = values_in(asking->arena);
        values_read(&said, row->content.json);
        struct text name = values_get(&said, "name");
        struct id case_id;
        for (size_t c = 0; id_parse(values_get(&said, "cases"), &case_id) && c < page->cases_n; c++)
            if (text_equal(page->cases[c].id, id_text(&case_id)))
                name = page->cases[c].name;
        drafts[n++] = (struct page_home_drafts){.name = name.n ? name : TEXT("Not named yet"),
                                              .when = words_ago(asking->arena, row->saved_at),
                                              .id = id_text(&row->draft_id)};
    }
    page->drafts = drafts;
    page->drafts_n = n;
    return 0;
}

static int show(struct asking *asking, struct error *error)
{
    struct work *work = ARENA_NEW(asking->arena, struct work);
    struct page_home page = {.staff = asking_has_role(asking, ROLES_STAFF),
                             .overseer = asking_has_role(asking, ROLE_MANAGER | ROLE_LEAD | ROLE_GOVERNANCE),
                             .sees_cases = asking_has_role(asking, ROLE_MANAGER | ROLE_LEAD),
                             .administrator = asking_has_role(asking, ROLE_ADMINISTRATOR)};
    if (!work)
        return arena_error(asking->arena, error);
    const struct actor *actor = visit_actor(asking->visit);
    page.agency = text_of(actor->agency_name);
    int result = page.staff ? read_cases(asking, &page, error) : 0;
    if (!result)
        result = read_notices(asking, &page, error);
    if (!result && page.staff)
        result = add_receipts(asking, work, error);
    if (!result && page.staff)
        result = read_gone(asking, &page, error);
    if (!result && page.staff)
        result = read_drafts(asking, &page, error);
    page.frame = asking_frame(asking, "/");
    page.waiting = work->task;
    page.waiting_n = work->n;
    page_home(&asking->html, &page);
    return result;
}

const struct page home_page = {show, NULL, NULL};
const struct page notice_page = {NULL, button_take, BUTTON(&notice_done_command, "notice", "/")};
