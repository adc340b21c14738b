#include "case.h"

#include "pages/case.h"
#include "pages/documents.h"
#include "pages/looks.h"
#include "upload.h"
#include "words.h"

#include <stdlib.h>

/* ---- the time line: everything that happened, the newest first ---- */

struct moment {
    int64_t at;
    struct shape_event event;
};

struct moments {
    struct arena *arena;
    struct moment *item;
    size_t n, room;
};

static void add(struct moments *moments, struct instant at, struct text title, struct text by, struct text body,
                struct text href)
{
    struct moment *grown = arena_more(moments->arena, moments->item, moments->n, &moments->room, sizeof *grown);
    if (!grown)
        return;
    moments->item = grown;
    moments->item[moments->n++] = (struct moment){at.at,
                                                  {.title = title,
                                                   .by = by,
                                                   .at = words_time(moments->arena, at),
                                                   .datetime = instant_format(moments->arena, at.at),
                                                   .body = body,
                                                   .href = href}};
}

static int newest_first(const void *a, const void *b)
{
    const struct moment *x = a, *y = b;
    return (x->at < y->at) - (x->at > y->at);
}

static int add_items(struct asking *asking, const struct id *case_id, struct moments *moments, struct error *error)
{
    struct item_list in = {*case_id};
    struct view_rows rows;
    int result = asking_look(asking, &item_list_view, &in, &rows, error);
    for (size_t i = 0; !result && i < rows.n; i++) {
        const struct item_row *row = VISIT_ROW(rows, struct item_row, i);
        struct text notes[4];
        size_t n = 0;
        if (row->provider.n)
            notes[n++] = arena_format(asking->arena, "Told by %.*s.", TEXT_ARGS(row->provider));
        if (text_equal(row->confidence, TEXT("explicit")) || text_equal(row->confidence, TEXT("implied")))
            notes[n++] =
                arena_format(asking->arena, "%.*s.", TEXT_ARGS(choice_label(item_confidences, row->confidence)));
        if (row->happened_at.at)
            notes[n++] = arena_format(asking->arena, "It happened %.*s.",
                                      TEXT_ARGS(words_time(asking->arena, row->happened_at)));
        struct text more = words_join(asking->arena, notes, n, " ");
        add(moments, row->recorded_at,
            text_equal(row->nature, TEXT("fact"))
                ? (row->historical ? TEXT("A fact about the past") : TEXT("A fact"))
                : (row->historical ? TEXT("An opinion about the past") : TEXT("An opinion")),
            row->recorded_by,
            more.n ? arena_format(asking->arena, "%.*s\n%.*s", TEXT_ARGS(row->text), TEXT_ARGS(more)) : row->text,
            TEXT(""));
    }
    return result;
}

static int add_decisions(struct asking *asking, const struct id *case_id, struct moments *moments,
                         struct error *error)
{
    struct decision_list in = {*case_id};
    struct view_rows rows;
    int result = asking_look(asking, &decision_list_view, &in, &rows, error);
    for (size_t i = 0; !result && i < rows.n; i++) {
        const struct decision_row *row = VISIT_ROW(rows, struct decision_row, i);
        add(moments, row->recorded_at,
            arena_format(asking->arena, "Decision: %.*s", TEXT_ARGS(choice_label(decision_outcomes, row->decided))),
            row->made_by,
            row->differs
                ? arena_format(asking->arena, "The policy says: %.*s.\n%.*s",
                               TEXT_ARGS(choice_label(decision_answers, row->answered)), TEXT_ARGS(row->reasons))
                : row->reasons,
            arena_format(asking->arena, "/decision/%s", row->decision_id.text));
    }
    return result;
}

static struct text sent_words(struct arena *arena, const struct share_row *row)
{
    struct text part[2];
    size_t n = 0;
    if (row->items)
        part[n++] = words_count(arena, row->items, "item", "items");
    if (row->documents)
        part[n++] = words_count(arena, row->documents, "document", "documents");
    return n ? words_and(arena, part, n) : TEXT("A message");
}

static int add_shares(struct asking *asking, const struct id *case_id, struct moments *moments,
                      struct page_case *page, struct error *error)
{
    struct share_list in = {*case_id};
    struct view_rows rows;
    int result = asking_look(asking, &share_list_view, &in, &rows, error);
    struct page_case_shares *shares = result ? NULL : ARENA_ARRAY(asking->arena, struct page_case_shares, rows.n);
    for (size_t i = 0; shares && i < rows.n; i++) {
        const struct share_row *row = VISIT_ROW(rows, struct share_row, i);
        struct text what = sent_words(asking->arena, row);
        add(moments, row->sent_at, arena_format(asking->arena, "Shared with %.*s", TEXT_ARGS(row->recipient)),
            row->sender, what, arena_format(asking->arena, "/decision/%s", row->decision_id.text));
        if (row->opened_at.at)
            add(moments, row->opened_at,
                arena_format(asking->arena, row->outside ? "%.*s picked it up" : "%.*s opened it",
                             TEXT_ARGS(row->recipient)),
                TEXT(""), TEXT(""), TEXT(""));
        if (row->confirmed_at.at)
            add(moments, row->confirmed_at, arena_format(asking->arena, "%.*s answered", TEXT_ARGS(row->recipient)),
                TEXT(""), row->reply, TEXT(""));
        shares[i] = (struct page_case_shares){.recipient = row->recipient,
                                              .what = what,
                                              .sent = words_ago(asking->arena, row->sent_at),
                                              .state = row->state_words,
                                              .colour = row->confirmed_at.at ? TEXT("green")
                                                        : row->opened_at.at  ? TEXT("blue")
                                                                             : TEXT("yellow"),
                                              .reply = row->reply};
    }
    page->shares = shares;
    page->shares_n = shares ? rows.n : 0;
    return result;
}

static int add_documents(struct asking *asking, const struct id *case_id, struct moments *moments,
                         struct page_case *page, struct error *error)
{
    struct document_list in = {*case_id};
    struct view_rows rows;
    int result = asking_look(asking, &document_list_view, &in, &rows, error);
    struct page_case_documents *documents =
        result ? NULL : ARENA_ARRAY(asking->arena, struct page_case_documents, rows.n);
    for (size_t i = 0; documents && i < rows.n; i++) {
        const struct document_row *row = VISIT_ROW(rows, struct document_row, i);
        documents[i] = (struct page_case_documents){
            .id = id_text(&row->document_id), .name = row->name, .size = words_size(asking->arena, row->size)};
        add(moments, row->added_at, TEXT("Document added"), row->added_by, row->name,
            arena_format(asking->arena, "/document/%s", row->document_id.text));
    }
    page->documents = documents;
    page->documents_n = documents ? rows.n : 0;
    return result;
}

static int add_people(struct asking *asking, const struct id *case_id, struct page_case *page, struct error *error)
{
    struct case_of in = {*case_id};
    struct view_rows rows;
    int result = asking_look(asking, &case_people_view, &in, &rows, error);
    struct shape_row *people = result ? NULL : ARENA_ARRAY(asking->arena, struct shape_row, rows.n);
    for (size_t i = 0; people && i < rows.n; i++) {
        const struct need_row *row = VISIT_ROW(rows, struct need_row, i);
        people[i] = (struct shape_row){.key = row->person,
                                       .value = arena_format(asking->arena, "%.*s, since %.*s", TEXT_ARGS(row->title),
                                                             TEXT_ARGS(words_time(asking->arena, row->since)))};
    }
    page->people = people;
    page->people_n = people ? rows.n : 0;
    return result;
}

/* What is proposed to be destroyed of it: whoever comes to propose it sees that somebody has. */
static int add_proposals(struct asking *asking, const struct id *case_id, struct page_case *page, struct error *error)
{
    struct view_rows rows;
    int result = asking_look(asking, &disposal_list_view, NULL, &rows, error);
    struct page_case_proposals *list = result ? NULL : ARENA_ARRAY(asking->arena, struct page_case_proposals, rows.n);
    if (!list)
        return result ? result : arena_error(asking->arena, error);
    for (size_t i = 0; i < rows.n; i++) {
        const struct disposal_row *row = VISIT_ROW(rows, struct disposal_row, i);
        if (!id_equal(&row->case_id, case_id) || !text_equal(row->state, TEXT("proposed")))
            continue;
        list[page->proposals_n++] = (struct page_case_proposals){
            .href = arena_format(asking->arena, "/disposal/%s", row->disposal_id.text),
            .what = arena_format(asking->arena, "%.*s: proposed to be destroyed by %.*s, %.*s", TEXT_ARGS(row->kind_words),
                                 TEXT_ARGS(row->proposed_by), TEXT_ARGS(words_ago(asking->arena, row->proposed_at))),
        };
    }
    page->proposals = list;
    return 0;
}

static struct shape_event *events_of(struct moments *moments)
{
    if (moments->n)
        qsort(moments->item, moments->n, sizeof *moments->item, newest_first);
    struct shape_event *events = ARENA_ARRAY(moments->arena, struct shape_event, moments->n);
    for (size_t i = 0; events && i < moments->n; i++)
        events[i] = moments->item[i].event;
    return events;
}

static int show(struct asking *asking, struct error *error)
{
    struct case_of of;
    struct view_rows rows;
    struct moments moments = {.arena = asking->arena};
    struct page_case page = {.frame = asking_frame(asking, "/")};
    int result = asking_id(asking, "case", &of.case_id, error);
    if (!result)
        result = asking_look(asking, &case_read_view, &of, &rows, error);
    if (result)
        return result;
    const struct case_row *row = VISIT_ROW(rows, struct case_row, 0);
    result = add_items(asking, &of.case_id, &moments, error);
    if (!result)
        result = add_decisions(asking, &of.case_id, &moments, error);
    if (!result)
        result = add_shares(asking, &of.case_id, &moments, &page, error);
    if (!result)
        result = add_documents(asking, &of.case_id, &moments, &page, error);
    if (!result)
        result = add_people(asking, &of.case_id, &page, error);
    if (result)
        return result;
    page.id = id_text(&row->case_id);
    page.name = row->name;
    page.born = date_words(asking->arena, row->born);
    page.about = row->about;
    page.opened = arena_format(asking->arena, "%.*s, by %.*s", TEXT_ARGS(words_time(asking->arena, row->opened_at)),
                               TEXT_ARGS(row->opened_by));
    /* an overseer who is not on the list may look and may add people, no more */
    page.works_on_it =
        visit_may(asking->visit, &item_record_command.may, &(struct item_record){.case_id = of.case_id}, NULL) == 0;
    page.back = page.works_on_it ? TEXT("/") : TEXT("/cases");
    page.may_destroy =
        visit_may(asking->visit, &disposal_propose_command.may, &(struct disposal_propose){.case_id = of.case_id}, NULL) == 0;
    page.held = row->holds > 0;
    if (page.may_destroy && (result = add_proposals(asking, &of.case_id, &page, error)))
        return result;
    page.events = events_of(&moments);
    page.events_n = page.events ? moments.n : 0;
    page_case(&asking->html, &page);
    return 0;
}

const struct page case_page = {show, NULL, NULL};

/* ---- who looked ---- */

const char *case_look_words(struct text view)
{
    static const struct {
        const char *view, *words;
    } table[] = {
        {"case.read", "The case"},
        {"case.agency", "The list of the agency’s cases"},
        {"case.list", "The list of cases"},
        {"case.find", "The cases found by a name"},
        {"item.list", "What is written down"},
        {"decision.list", "The decisions"},
        {"decision.read", "A decision"},
        {"decision.path", "How a decision came about"},
        {"decision.proof", "The proof of a decision"},
        {"decision.answer", "What the policy says of it"},
        {"decision.agency", "The list of all decisions"},
        {"disposal.list", "The list of what is to be destroyed"},
        {"disposal.read", "What is to be destroyed"},
        {"hold.list", "The list of legal holds"},
        {"subject.search", "The names of children, in a search"},
        {"share.list", "What was shared"},
        {"document.list", "The list of documents"},
        {"document.open", "A document"},
        {"receipt.list", "The list of what was received"},
        {"receipt.read", "What was received"},
        {"receipt.items", "Received items"},
        {"receipt.documents", "Received documents"},
        {"receipt.document", "A received document"},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (text_equal(view, text_of(table[i].view)))
            return table[i].words;
    return NULL;
}

static int looks_show(struct asking *asking, struct error *error)
{
    struct case_of of;
    struct view_rows rows;
    int result = asking_id(asking, "case", &of.case_id, error);
    if (!result)
        result = asking_look(asking, &case_looks_view, &of, &rows, error);
    struct page_looks_looks *looks = result ? NULL : ARENA_ARRAY(asking->arena, struct page_looks_looks, rows.n);
    size_t n = 0;
    if (!result && !looks)
        result = arena_error(asking->arena, error);
    if (result)
        return result;
    for (size_t i = 0; i < rows.n; i++) {
        const struct look_row *row = VISIT_ROW(rows, struct look_row, i);
        const char *words = case_look_words(row->what);
        struct text what = words ? text_of(words) : row->what, when = words_time(asking->arena, row->at);
        struct page_looks_looks *last = n ? &looks[n - 1] : NULL;
        if (last && text_equal(last->person, row->person) && text_equal(last->when, when)) {
            if (text_find(last->what, what) < 0) /* one page looks at several things, within a minute at the most */
                last->what = arena_format(asking->arena, "%.*s\n%.*s", TEXT_ARGS(last->what), TEXT_ARGS(what));
            continue;
        }
        looks[n++] = (struct page_looks_looks){.person = row->person, .post = row->post, .what = what, .when = when};
    }
    WRITE(asking, looks, .frame = asking_frame(asking, "/"), .id = id_text(&of.case_id), .looks = looks,
          .looks_n = n);
    return 0;
}

const struct page looks_page = {looks_show, NULL, NULL};

/* ---- attaching a document ---- */

static int find_case(struct asking *asking, struct id *case_id, struct error *error)
{
    return asking_id(asking, "case", case_id, error);
}

int case_upload(struct http_request *request, const struct http_piece *piece, struct error *error)
{
    return upload_piece(request, piece, find_case, error);
}

static int documents_show(struct asking *asking, struct error *error)
{
    struct document_attach asked = {0};
    int result = asking_id(asking, "case", &asked.case_id, error);
    if (!result)
        result = visit_may(asking->visit, &document_attach_command.may, &asked, error);
    if (result)
        return result;
    WRITE(asking, documents, .frame = asking_frame(asking, "/"),
          .action = arena_format(asking->arena, "/case/%s/documents", asked.case_id.text),
          .back = arena_format(asking->arena, "/case/%s", asked.case_id.text), .failed = asking->errors_n > 0,
          .errors = asking->errors, .errors_n = asking->errors_n, .error = asking_error_of(asking, "file"),
          .documents = NULL, .documents_n = 0, .heading = TEXT("Attach documents"),
          .whose = TEXT(""), .others = NULL, .others_n = 0, .button = TEXT("Attach"),
          .other = TEXT(""));
    return 0;
}

static int attached(struct asking *asking, struct error *error)
{
    const struct id *documents;
    if (asking->errors_n || upload_done(asking, &documents) == 0) {
        if (!asking->errors_n)
            asking_wrong(asking, "file", "Choose a file");
        return error_set(error, ERROR_INVALID, "file", "", "a file could not be taken");
    }
    return asking_go(asking, "/case/%.*s", TEXT_ARGS(http_param(asking->request, "case")));
}

static int documents_take(struct asking *asking, struct error *error)
{
    return upload_attach(asking, attached, error);
}

const struct page case_documents_page = {documents_show, documents_take, NULL};
