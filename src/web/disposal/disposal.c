#include "disposal.h"

#include "approvers.h"
#include "things.h"
#include "pages/disposal.h"
#include "pages/disposals.h"
#include "words.h"

enum { ROLES_DISPOSE = ROLE_MANAGER | ROLE_LEAD | ROLE_GOVERNANCE };

static const char *colour_of(struct text state)
{
    static const struct {
        const char *state, *colour;
    } colours[] = {{"proposed", "yellow"}, {"waiting", "blue"}, {"final", "green"}, {"withdrawn", "grey"}};
    for (size_t i = 0; i < sizeof colours / sizeof *colours; i++)
        if (text_equal(state, text_of(colours[i].state)))
            return colours[i].colour;
    return "";
}

static struct text by(struct arena *arena, struct text who, struct text post, struct instant at)
{
    if (!who.n || !at.at)
        return TEXT("");
    return post.n ? arena_format(arena, "%.*s, %.*s, %.*s", TEXT_ARGS(who), TEXT_ARGS(post), TEXT_ARGS(words_ago(arena, at)))
                  : arena_format(arena, "%.*s, %.*s", TEXT_ARGS(who), TEXT_ARGS(words_ago(arena, at)));
}

/* ---- one ---- */

/* Who is to approve it must know which of a case's things would go, and be able to read it. */
static int read_which(struct asking *asking, const struct disposal_row *row, struct page_disposal *page, struct error *error)
{
    struct case_of of = {row->case_id};
    struct disposal_things things;
    if (!page->proposal || !row->yours || visit_may(asking->visit, &case_read_view.may, &of, NULL) != 0)
        return 0;
    page->case_page = arena_format(asking->arena, "/case/%s", row->case_id.text);
    int result = disposal_things_read(asking, &row->case_id, &things, error);
    if (result)
        return result;
    struct text value = arena_format(asking->arena, "%.*s/%s", TEXT_ARGS(row->kind), row->thing_id.text);
    const struct shape_option *thing = disposal_thing(&things, value);
    if (thing)
        page->what = disposal_thing_words(asking->arena, thing);
    return 0;
}

static int show(struct asking *asking, struct error *error)
{
    struct disposal_of of;
    struct view_rows rows;
    struct arena *arena = asking->arena;
    int result = asking_id(asking, "disposal", &of.disposal_id, error);
    if (!result)
        result = asking_look(asking, &disposal_read_view, &of, &rows, error);
    if (result)
        return result;
    const struct disposal_row *row = VISIT_ROW(rows, struct disposal_row, 0);
    bool proposed = text_equal(row->state, TEXT("proposed"));
    bool decides = proposed && row->yours && asking_has_role(asking, ROLES_DISPOSE);
    struct page_disposal page = {
        .frame = asking_frame(asking, "/disposals"),
        .id = arena_text(arena, id_text(&row->disposal_id)),
        .heading = proposed ? TEXT("Proposed to be destroyed") : TEXT("What was destroyed"),
        .name = row->name,
        .what = row->kind_words,
        .state = row->state_words,
        .colour = text_of(colour_of(row->state)),
        .rule = row->rule_words,
        .stands = row->stands,
        .paper = row->paper_words,
        .media = row->media_words,
        .proposed = by(arena, row->proposed_by, row->proposed_post, row->proposed_at),
        .approved = by(arena, row->approved_by, row->approved_post, row->approved_at),
        .withdrawn = by(arena, row->withdrawn_by, TEXT(""), row->withdrawn_at),
        .final = row->final_at.at ? words_time(arena, row->final_at) : TEXT(""),
        .waiting = text_equal(row->state, TEXT("waiting")),
        .proposal = proposed,
        .gone = row->gone.item,
        .gone_n = row->gone.n,
        .recipients = row->recipients.item,
        .recipients_n = row->recipients.n,
        .holds = row->holds.item,
        .holds_n = row->holds.n,
        .own = decides && row->proposed_by_you,
        .may_approve = decides && !row->proposed_by_you && row->holds.n == 0,
        .may_withdraw = decides,
        .failed = asking->errors_n > 0,
        .errors = asking->errors,
        .errors_n = asking->errors_n,
    };
    if (text_equal(row->state, TEXT("withdrawn")))
        page.heading = TEXT("Withdrawn: it was not destroyed");
    result = read_which(asking, row, &page, error);
    if (!result && page.own)
        result = disposal_approvers(asking, &page.approvers, &page.approvers_n, error);
    if (result)
        return result;
    page_disposal(&asking->html, &page);
    return 0;
}

const struct page disposal_page = {show, NULL, NULL};

/* What is refused is told on its own page. */
const struct page
    disposal_approve_page = {show, button_take, BUTTON_STAYS(&disposal_approve_command, "disposal", "/disposal/")},
    disposal_withdraw_page = {show, button_take, BUTTON_STAYS(&disposal_withdraw_command, "disposal", "/disposal/")};

/* ---- all, and the holds ---- */

static int read_disposals(struct asking *asking, struct page_disposals *page, struct error *error)
{
    struct view_rows rows;
    int result = asking_look(asking, &disposal_list_view, NULL, &rows, error);
    if (result)
        return result;
    struct page_disposals_disposals *list = ARENA_ARRAY(asking->arena, struct page_disposals_disposals, rows.n);
    if (!list)
        return arena_error(asking->arena, error);
    for (size_t i = 0; i < rows.n; i++) {
        const struct disposal_row *row = VISIT_ROW(rows, struct disposal_row, i);
        list[i] = (struct page_disposals_disposals){
            .id = id_text(&row->disposal_id),
            .what = row->kind_words,
            .state = row->state_words,
            .colour = text_of(colour_of(row->state)),
            .rule = row->rule_words,
            .when = words_ago(asking->arena, row->approved_at.at ? row->approved_at : row->proposed_at),
            .who = row->approved_at.at ? arena_format(asking->arena, "approved by %.*s", TEXT_ARGS(row->approved_by))
                                       : arena_format(asking->arena, "proposed by %.*s", TEXT_ARGS(row->proposed_by)),
        };
    }
    page->disposals = list;
    page->disposals_n = rows.n;
    return 0;
}

static int read_holds(struct asking *asking, struct page_disposals *page, struct error *error)
{
    struct view_rows rows;
    struct arena *arena = asking->arena;
    int result = asking_look(asking, &hold_list_view, NULL, &rows, error);
    if (result)
        return result;
    struct page_disposals_holds *list = ARENA_ARRAY(arena, struct page_disposals_holds, rows.n);
    if (!list)
        return arena_error(arena, error);
    for (size_t i = 0; i < rows.n; i++) {
        const struct hold_row *row = VISIT_ROW(rows, struct hold_row, i);
        struct text until = row->lifted_at.at ? arena_format(arena, "Lifted by %.*s %.*s", TEXT_ARGS(row->lifted_by),
                                                             TEXT_ARGS(words_ago(arena, row->lifted_at)))
                            : row->until.year ? arena_format(arena, row->stands ? "Until %.*s" : "It ended on %.*s", TEXT_ARGS(date_words(arena, row->until)))
                                              : TEXT("Until it is lifted");
        list[i] = (struct page_disposals_holds){
            .id = id_text(&row->hold_id),
            .number = (int64_t)i + 1,
            .what = row->name.n ? arena_format(arena, "The case of %.*s", TEXT_ARGS(row->name)) : TEXT("A case of which you were sent something"),
            .href = id_is_set(&row->case_id) ? arena_format(arena, "/case/%s", row->case_id.text) : TEXT(""),
            .reason = row->reason,
            .who = arena_format(arena, "%.*s, %.*s", TEXT_ARGS(row->placed_post), TEXT_ARGS(row->agency)),
            .until = until,
            .may_lift = row->own && !row->lifted_at.at,
        };
    }
    page->holds = list;
    page->holds_n = rows.n;
    return 0;
}

static int list_show(struct asking *asking, struct error *error)
{
    struct page_disposals page = {.overseer = asking_has_role(asking, ROLES_DISPOSE),
                                  .sees_cases = asking_has_role(asking, ROLE_MANAGER | ROLE_LEAD)};
    int result = read_disposals(asking, &page, error);
    if (!result && page.overseer)
        result = read_holds(asking, &page, error);
    if (result)
        return result;
    page.frame = asking_frame(asking, "/disposals");
    page_disposals(&asking->html, &page);
    return 0;
}

const struct page disposals_page = {list_show, NULL, NULL};
const struct page hold_lift_page = {NULL, button_take, BUTTON(&hold_lift_command, "hold", "/disposals")};
