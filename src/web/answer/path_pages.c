#include "path_pages.h"

#include "pages/path.h"
#include "path.h"
#include "words.h"
#include "worry/worry.h"

/* One answer of several: what the page needs of it, whichever view it came from. */
struct one {
    struct text name, recipient, pack_name, version;
    const struct policy_pack *pack; /* the version that answered; NULL: it is not at hand */
    struct json_object answer, words, trace, changes;
};

/* ?which=2 is the second; whatever else is the first. */
static size_t chosen(struct asking *asking, size_t n)
{
    int64_t which;
    if (!text_to_int64(http_pairs_get(http_query(asking->request), "which"), &which) || which < 1 || which > (int64_t)n)
        return 0;
    return (size_t)which - 1;
}

static struct text about(struct arena *arena, const struct one *one)
{
    return one->name.n ? arena_format(arena, "%.*s → %.*s", TEXT_ARGS(one->name), TEXT_ARGS(one->recipient))
                       : one->recipient;
}

static int read_choices(struct asking *asking, const struct one *ones, size_t n, size_t which, struct text address,
                        struct page_path *page, struct error *error)
{
    struct shape_nav_item *choice = ARENA_ARRAY(asking->arena, struct shape_nav_item, n);
    if (!choice)
        return arena_error(asking->arena, error);
    for (size_t i = 0; i < n; i++)
        choice[i] = (struct shape_nav_item){about(asking->arena, &ones[i]),
                                            arena_format(asking->arena, "%.*s?which=%zu", TEXT_ARGS(address), i + 1), i == which};
    page->choices = choice;
    page->choices_n = n > 1 ? n : 0;
    return 0;
}

/* The list in an object that the gate gave; NULL where it gave none. */
static int read_list(struct asking *asking, struct json_object object, const char *member, const struct json **out,
                     struct error *error)
{
    const struct json *read = NULL;
    int result = object.json.n ? json_read(asking->arena, object.json, member, &read, error) : 0;
    *out = json_get(read, member);
    return result;
}

/* What an open answer still depends on. */
static void read_missing(struct arena *arena, const struct policy_pack *pack, const struct json *ask,
                         struct page_path *page)
{
    size_t n = json_is(ask, JSON_ARRAY) ? ask->count : 0;
    struct text *name = ARENA_ARRAY(arena, struct text, n);
    for (size_t i = 0; name && i < n; i++)
        name[i] = policy_fact_words(pack, json_text(&ask->item[i]));
    page->missing = name;
    page->missing_n = name ? n : 0;
}

static int read_one(struct asking *asking, const struct one *one, struct page_path *page, struct error *error)
{
    const struct json *fired, *changes, *recorded = NULL, *words = NULL, *answer = NULL;
    const struct policy_pack *pack = one->pack;
    int result = json_read(asking->arena, one->words.json, "words", &words, error);
    if (!result)
        result = json_read(asking->arena, one->answer.json, "answer", &answer, error);
    if (!result)
        result = read_list(asking, one->trace, "fired", &fired, error);
    if (!result)
        result = read_list(asking, one->changes, "changes", &changes, error);
    if (result)
        return result;
    const struct json *outcome = json_get(words, "outcome");
    page->about = about(asking->arena, one);
    page->outcome = json_text(json_get(outcome, "title"));
    page->drawn = pack && fired;
    if (!page->outcome.n && pack)
        read_missing(asking->arena, pack, json_get(answer, "ask"), page);
    page->policy = arena_format(asking->arena, "%.*s, version %.*s",
                                TEXT_ARGS(pack ? policy_pack_info(pack)->title : one->pack_name), TEXT_ARGS(one->version));
    if (page->drawn) {
        struct path path;
        if ((result = path_read(asking->arena, pack, fired, json_get(words, "known"), &path, error)))
            return result;
        page->picture = path.picture;
        page->steps = path.steps;
        page->steps_n = path.steps_n;
        return path_changes(asking->arena, pack, changes, &page->changes, &page->changes_n, error);
    }
    recorded = json_get(words, "fired");
    if (!json_is(recorded, JSON_ARRAY) || recorded->count == 0) /* without the version there are no words of its rules */
        recorded = json_get(words, "citations");
    return path_recorded(asking->arena, recorded, &page->recorded, &page->recorded_n, error);
}

static int show(struct asking *asking, const struct one *ones, size_t n, struct text address, struct page_path *page,
                struct error *error)
{
    size_t which = chosen(asking, n);
    page->frame = asking_frame(asking, "/");
    int result = read_choices(asking, ones, n, which, address, page, error);
    if (!result && n)
        result = read_one(asking, &ones[which], page, error);
    if (!result)
        page_path(&asking->html, page);
    return result;
}

/* ---- of an answer on its way ---- */

static int worry_path_show(struct asking *asking, struct error *error)
{
    struct worry *worry;
    struct view_rows rows;
    int result = worry_load(asking, &worry, error);
    if (result)
        return result;
    result = worry_explain(asking, worry, &rows, error);
    if (result == ERROR_INVALID) /* something must be said first; the page of the answer knows what */
        return asking_go(asking, "/worry/%s/answer", worry->draft_id.text);
    struct one *ones = result ? NULL : ARENA_ARRAY(asking->arena, struct one, rows.n);
    if (!result && !ones)
        result = arena_error(asking->arena, error);
    for (size_t i = 0; !result && i < rows.n; i++) {
        const struct answer_row *row = VISIT_ROW(rows, struct answer_row, i);
        const struct json *answer;
        if ((result = json_read(asking->arena, row->answer.json, "answer", &answer, error)))
            break;
        ones[i] = (struct one){.name = row->name,
                               .recipient = row->recipient,
                               .pack_name = json_text(json_get(answer, "pack")),
                               .pack = gate_pack(asking->face->gate), /* it was asked just now */
                               .version = json_text(json_get(answer, "pack_version")),
                               .answer = row->answer,
                               .words = row->words,
                               .trace = row->trace,
                               .changes = row->changes};
    }
    if (result)
        return result;
    struct page_path page = {.title = TEXT("How we got here"), .back = worry_address(asking, worry, "answer")};
    return show(asking, ones, rows.n, worry_address(asking, worry, "path"), &page, error);
}

const struct page worry_path_page = {worry_path_show, NULL, NULL};

/* ---- of a recorded decision ---- */

static int decision_path_show(struct asking *asking, struct error *error)
{
    struct decision_of of;
    struct view_rows rows;
    int result = asking_id(asking, "decision", &of.decision_id, error);
    if (!result)
        result = asking_look(asking, &decision_path_view, &of, &rows, error);
    struct one *ones = result ? NULL : ARENA_ARRAY(asking->arena, struct one, rows.n);
    if (!result && !ones)
        result = arena_error(asking->arena, error);
    if (result)
        return result;
    for (size_t i = 0; i < rows.n; i++) {
        const struct decision_path_row *row = VISIT_ROW(rows, struct decision_path_row, i);
        ones[i] = (struct one){.name = row->name,
                               .recipient = row->recipient,
                               .pack_name = row->pack,
                               .version = row->pack_version,
                               .pack = gate_pack_of(asking->face->gate, row->pack_digest),
                               .answer = row->answer,
                               .words = row->words,
                               .trace = row->trace,
                               .changes = row->changes};
    }
    struct text back = arena_format(asking->arena, "/decision/%s", of.decision_id.text);
    struct page_path page = {.title = TEXT("How the answer came about"), .back = back, .decided = true};
    return show(asking, ones, rows.n, arena_format(asking->arena, "%.*s/path", TEXT_ARGS(back)), &page, error);
}

const struct page decision_path_page = {decision_path_show, NULL, NULL};
