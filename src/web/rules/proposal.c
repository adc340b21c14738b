#include "rules.h"

#include "pages/rules_proposal.h"
#include "words.h"

/* A proposal and what it would change: the same page for who proposed it and for who approves it. */

static struct text member(const struct json *object, const char *key)
{
    return json_text(json_get(object, key));
}

static int64_t number(const struct json *object, const char *key)
{
    const struct json *value = json_get(object, key);
    int64_t n = 0;
    if (json_is(value, JSON_NUMBER))
        text_to_int64(value->text, &n);
    return n;
}

static size_t items(const struct json *array)
{
    return json_is(array, JSON_ARRAY) ? array->count : 0;
}

/* "12.3", "less than 0.1": the whole part is enough for a bar; what is there at all is seen. */
static int64_t bar(struct text percent)
{
    int64_t whole = 0;
    struct text rest = percent, first;
    if (text_next(&rest, '.', &first) && text_to_int64(first, &whole) && whole > 0)
        return whole > 100 ? 100 : whole;
    return 1;
}

static int read_rows(struct asking *asking, const struct json *rows, int64_t of, const struct shape_rules_change **out,
                     size_t *n, struct error *error)
{
    *n = items(rows);
    struct shape_rules_change *list = ARENA_ARRAY(asking->arena, struct shape_rules_change, *n);
    *out = list;
    for (size_t i = 0; list && i < *n; i++) {
        const struct json *row = &rows->item[i], *when = json_get(row, "when");
        struct text *facts = ARENA_ARRAY(asking->arena, struct text, items(when));
        if (!facts)
            return arena_error(asking->arena, error);
        for (size_t k = 0; k < items(when); k++)
            facts[k] = json_text(&when->item[k]);
        bool same = text_equal(member(row, "was"), member(row, "now")) && member(row, "was").n;
        list[i] = (struct shape_rules_change){
            .was = member(row, "was_words"),
            .now = same ? arena_format(asking->arena, "%.*s, with other things to do", TEXT_ARGS(member(row, "now_words")))
                        : member(row, "now_words"),
            .count = member(row, "percent"),
            .percent = bar(member(row, "percent")),
            .when = facts,
            .when_n = items(when)};
        if (of > 0) {
            int64_t count = number(row, "count");
            list[i].count = arena_format(asking->arena, "%lld of %lld", (long long)count, (long long)of);
            list[i].percent = count * 100 / of ? count * 100 / of : 1;
        }
    }
    return list ? 0 : arena_error(asking->arena, error);
}

static int read_compared(struct asking *asking, const struct json *compared, struct page_rules_proposal *page,
                         struct error *error)
{
    page->compared_n = items(compared);
    struct shape_rules_compared *list = ARENA_ARRAY(asking->arena, struct shape_rules_compared, page->compared_n);
    int result = list ? 0 : arena_error(asking->arena, error);
    page->compared = list;
    for (size_t i = 0; !result && i < page->compared_n; i++) {
        const struct json *one = &compared->item[i];
        list[i].title = member(one, "title");
        list[i].percent = member(one, "percent");
        result = read_rows(asking, json_get(one, "rows"), 0, &list[i].rows, &list[i].rows_n, error);
    }
    return result;
}

static int read_effect(struct asking *asking, const struct pack_effect_row *row, struct page_rules_proposal *page,
                       struct error *error)
{
    struct arena *arena = asking->arena;
    const struct json *effect;
    page->working = text_equal(row->state, TEXT("working"));
    page->broken = text_equal(row->state, TEXT("failed"));
    page->done = row->done;
    page->whole = row->of;
    if (page->working)
        return http_set_header(asking->request, "Refresh", TEXT("5"), error);
    if (!row->worked_at.at)
        return 0;
    int result = json_read(arena, row->effect.json, "effect", &effect, error);
    if (result)
        return result;
    const struct json *replayed = json_get(effect, "replayed"), *cases = json_get(effect, "open_cases");
    page->worked = words_ago(arena, row->worked_at);
    page->replayed = row->decisions == 0 ? TEXT("Nothing was decided in that time.")
                     : row->differing == 0
                         ? arena_format(arena, "None of %lld decisions would be answered otherwise.", (long long)row->decisions)
                         : arena_format(arena, "%lld of %lld decisions would be answered otherwise.", (long long)row->differing,
                                        (long long)row->decisions);
    int64_t others = number(replayed, "obligations"), unreadable = number(replayed, "unreadable");
    if (others)
        page->obligations = arena_format(arena, "In %lld more there would be other things to do.", (long long)others);
    if (unreadable)
        page->unreadable = arena_format(arena, "%lld could not be read.", (long long)unreadable);
    int64_t changed = number(cases, "changed");
    page->cases = changed == 0 ? TEXT("The answer of no open case changes.")
                               : arena_format(arena, "The answer changes for %lld of %lld open cases: those who work on them are told when it is approved.",
                                              (long long)changed, (long long)number(cases, "looked"));
    result = read_rows(asking, json_get(replayed, "rows"), number(replayed, "answers"), &page->moves, &page->moves_n, error);
    return result ? result : read_compared(asking, json_get(effect, "compared"), page, error);
}

static int show(struct asking *asking, struct error *error)
{
    struct pack_row row;
    struct view_rows rows;
    struct page_rules_proposal page = {.title = TEXT("")};
    int result = rules_adoption(asking, &row, error);
    struct pack_of of = {row.adoption_id};
    if (!result)
        result = asking_look(asking, &pack_effect_view, &of, &rows, error);
    if (!result)
        result = read_effect(asking, VISIT_ROW(rows, struct pack_effect_row, 0), &page, error);
    if (result)
        return result;
    bool proposed = text_equal(row.state, TEXT("proposed")), coming = text_equal(row.state, TEXT("coming"));
    bool adopts = asking_has_role(asking, ROLE_MANAGER | ROLE_GOVERNANCE);
    page.id = id_text(&row.adoption_id);
    page.title = row.title;
    page.version = row.version;
    page.version_href = arena_format(asking->arena, "/rules/version/%s", row.version_id.text);
    page.from = date_words(asking->arena, row.from);
    page.proposed = row.proposed_by;
    page.approved = row.approved_by;
    page.reasons = row.reasons;
    page.state = choice_label(pack_states, row.state);
    page.colour = text_of(rules_colour(row.state));
    page.own = proposed && row.proposed_by_you;
    page.may_approve = proposed && adopts && !row.proposed_by_you && page.worked.n && !page.working;
    page.may_withdraw = (proposed || coming) && (adopts || row.proposed_by_you);
    page.may_again = proposed && !page.working;
    page.failed = asking->errors_n > 0;
    page.errors = asking->errors, page.errors_n = asking->errors_n;
    page.frame = asking_frame(asking, "/rules");
    page_rules_proposal(&asking->html, &page);
    return 0;
}

const struct page rules_proposal_page = {show, NULL, NULL};

/* ---- its buttons ---- */

/* What is refused is told on the proposal's own page. */
const struct page
    rules_approve_page = {show, button_take, BUTTON_STAYS(&pack_approve_command, "adoption", "/rules/proposal/")},
    rules_withdraw_page = {show, button_take, BUTTON_STAYS(&pack_withdraw_command, "adoption", "/rules/proposal/")},
    rules_again_page = {show, button_take, BUTTON_STAYS(&pack_work_out_command, "adoption", "/rules/proposal/")};
