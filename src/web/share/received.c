#include "received.h"

#include "answer/answer_words.h"
#include "pages/received.h"
#include "pages/receipt.h"
#include "pages/receipt_new.h"
#include "words.h"

struct limits limits_read(struct arena *arena, const struct json *object)
{
    static const struct {
        const char *code, *words;
    } consents[] = {
        {"given", "The person agreed to this sharing. Do not use it for anything that they did not agree to."},
        {"refused", "The person was asked and refused. It is shared all the same, because the law allows it."},
        {"withdrawn",
         "The person agreed and then changed their mind. It is shared all the same, because the law allows it."},
        {"not-sought", "The person was not asked. It is shared without their agreement, because the law allows it."},
        {"unobtainable",
         "The person could not be asked. It is shared without their agreement, because the law allows it."},
    };
    struct limits limits = {.consent = TEXT("")};
    struct text consent = json_text(json_get(object, "consent"));
    for (size_t i = 0; i < sizeof consents / sizeof *consents; i++)
        if (text_equal(consent, text_of(consents[i].code)))
            limits.consent = text_of(consents[i].words);
    limits.basis_n = todo_words(arena, json_get(object, "basis"), &limits.basis);
    todo_received(arena, json_get(object, "obligations"), &limits.obligations, &limits.obligations_n, &limits.senders,
                  &limits.senders_n);
    return limits;
}

struct text nature_words(struct text nature, bool historical)
{
    if (text_equal(nature, TEXT("fact")))
        return historical ? TEXT("Fact, about the past") : TEXT("Fact");
    return historical ? TEXT("Opinion, about the past") : TEXT("Opinion");
}

/* ---- the list: what came at once is one line ---- */

static bool is_with(const struct receipt_row *a, const struct receipt_row *b)
{
    return id_is_set(&a->arrival) && id_equal(&a->arrival, &b->arrival);
}

bool is_later_of_arrival(const struct view_rows *rows, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (is_with(VISIT_ROW(*rows, struct receipt_row, i), VISIT_ROW(*rows, struct receipt_row, at)))
            return true;
    return false;
}

struct text names_of_arrival(struct asking *asking, const struct view_rows *rows, size_t at)
{
    const struct receipt_row *first = VISIT_ROW(*rows, struct receipt_row, at);
    struct text *names = ARENA_ARRAY(asking->arena, struct text, rows->n);
    size_t n = 0;
    for (size_t i = at; names && i < rows->n; i++) {
        const struct receipt_row *row = VISIT_ROW(*rows, struct receipt_row, i);
        if ((i == at || is_with(first, row)) && row->name.n)
            names[n++] = row->name;
    }
    return names ? words_and(asking->arena, names, n) : TEXT("");
}

static int list_show(struct asking *asking, struct error *error)
{
    struct view_rows rows;
    int result = asking_look(asking, &receipt_list_view, NULL, &rows, error);
    struct shape_task *tasks = result ? NULL : ARENA_ARRAY(asking->arena, struct shape_task, rows.n);
    if (!result && !tasks)
        result = arena_error(asking->arena, error);
    if (result)
        return result;
    size_t n = 0;
    for (size_t i = 0; i < rows.n; i++) {
        const struct receipt_row *row = VISIT_ROW(rows, struct receipt_row, i);
        if (is_later_of_arrival(&rows, i))
            continue;
        struct text names = names_of_arrival(asking, &rows, i);
        tasks[n++] = (struct shape_task){
            .label = names.n ? names : arena_format(asking->arena, "From %.*s", TEXT_ARGS(row->sender_agency)),
            .hint = arena_format(asking->arena, "%.*s, %.*s, %.*s. Sent %.*s", TEXT_ARGS(row->sender),
                                 TEXT_ARGS(row->sender_post), TEXT_ARGS(row->sender_agency),
                                 TEXT_ARGS(words_ago(asking->arena, row->sent_at))),
            .href = arena_format(asking->arena, "/received/%s", row->receipt_id.text),
            .status = row->state_words,
            .colour = text_equal(row->state, TEXT("sent"))     ? TEXT("red")
                      : text_equal(row->state, TEXT("opened")) ? TEXT("yellow")
                                                               : TEXT("green")};
    }
    WRITE(asking, received, .frame = asking_frame(asking, "/received"),
          .agency = text_of(visit_actor(asking->visit)->agency_name), .tasks = tasks, .tasks_n = n);
    return 0;
}

const struct page received_page = {list_show, NULL, NULL};

/* ---- one: closed, until somebody takes it ---- */

/* Whose it is and from whom is on the list; nothing more is shown before somebody has taken it. */
static int show_new(struct asking *asking, const struct id *receipt, bool *is_new, struct error *error)
{
    struct view_rows rows;
    int result = asking_look(asking, &receipt_list_view, NULL, &rows, error);
    *is_new = false;
    for (size_t i = 0; !result && i < rows.n; i++) {
        const struct receipt_row *row = VISIT_ROW(rows, struct receipt_row, i);
        if (!id_equal(&row->receipt_id, receipt) || !text_equal(row->state, TEXT("sent")))
            continue;
        *is_new = true;
        WRITE(asking, receipt_new, .frame = asking_frame(asking, "/received"),
              .id = arena_text(asking->arena, id_text(receipt)), .sender = row->sender, .post = row->sender_post,
              .agency = row->sender_agency, .sent = words_ago(asking->arena, row->sent_at));
    }
    return result;
}

static int read_items(struct asking *asking, const struct receipt_of *of, struct page_receipt_parts *part,
                      struct error *error)
{
    struct view_rows rows;
    int result = asking_look(asking, &receipt_items_view, of, &rows, error);
    struct page_receipt_parts_items *items = result ? NULL : ARENA_ARRAY(asking->arena, struct page_receipt_parts_items, rows.n);
    for (size_t i = 0; items && i < rows.n; i++) {
        const struct receipt_item *row = VISIT_ROW(rows, struct receipt_item, i);
        bool fact = text_equal(row->nature, TEXT("fact"));
        struct text confidence =
            text_equal(row->confidence, TEXT("explicit")) || text_equal(row->confidence, TEXT("implied"))
                ? choice_label(item_confidences, row->confidence)
                : TEXT("");
        items[i] =
            (struct page_receipt_parts_items){.text = row->text,
                                        .nature = nature_words(row->nature, row->historical),
                                        .colour = fact ? TEXT("blue") : TEXT("purple"),
                                        .provider = row->provider,
                                        .confidence = confidence,
                                        .when = row->happened_at.at ? words_time(asking->arena, row->happened_at)
                                                                    : words_time(asking->arena, row->recorded_at),
                                        .happened = row->happened_at.at != 0};
    }
    part->items = items;
    part->items_n = items ? rows.n : 0;
    return result;
}

static int read_documents(struct asking *asking, const struct receipt_of *of, struct page_receipt_parts *part,
                          struct error *error)
{
    struct view_rows rows;
    int result = asking_look(asking, &receipt_documents_view, of, &rows, error);
    struct page_receipt_parts_documents *documents =
        result ? NULL : ARENA_ARRAY(asking->arena, struct page_receipt_parts_documents, rows.n);
    for (size_t i = 0; documents && i < rows.n; i++) {
        const struct receipt_document *row = VISIT_ROW(rows, struct receipt_document, i);
        documents[i] = (struct page_receipt_parts_documents){
            .id = id_text(&row->document_id), .name = row->name, .size = words_size(asking->arena, row->size)};
    }
    part->documents = documents;
    part->documents_n = documents ? rows.n : 0;
    return result;
}

static int read_limits(struct asking *asking, struct json_object kept, struct page_receipt_parts *part, struct error *error)
{
    const struct json *object;
    if (!kept.json.n)
        return 0;
    int result = json_read(asking->arena, kept.json, "limits", &object, error);
    if (result)
        return result;
    struct limits limits = limits_read(asking->arena, object);
    part->consent = limits.consent;
    part->basis = limits.basis;
    part->basis_n = limits.basis_n;
    part->obligations = limits.obligations;
    part->obligations_n = limits.obligations_n;
    part->senders = limits.senders;
    part->senders_n = limits.senders_n;
    return 0;
}

static int read_part(struct asking *asking, const struct id *receipt, struct page_receipt *page,
                     struct page_receipt_parts *part, struct error *error)
{
    struct receipt_of of = {*receipt};
    struct view_rows rows;
    int result = asking_look(asking, &receipt_read_view, &of, &rows, error);
    if (result)
        return result;
    const struct receipt_full *row = VISIT_ROW(rows, struct receipt_full, 0);
    part->id = id_text(&row->receipt_id);
    part->name = row->name.n ? row->name : TEXT("Somebody who is not named");
    part->about = row->about;
    part->born = date_words(asking->arena, row->born);
    page->sender = arena_format(asking->arena, "%.*s, %.*s, %.*s", TEXT_ARGS(row->sender), TEXT_ARGS(row->sender_post),
                                TEXT_ARGS(row->sender_agency));
    page->sent = words_time(asking->arena, row->sent_at);
    page->message = row->message;
    page->reply = row->reply;
    page->answered = words_time(asking->arena, row->confirmed_at);
    page->confirmed = row->confirmed_at.at != 0;
    result = read_limits(asking, row->limits, part, error);
    if (!result)
        result = read_items(asking, &of, part, error);
    return result ? result : read_documents(asking, &of, part, error);
}

/* The receipts that came with this one, itself among them. */
static int find_arrival(struct asking *asking, const struct id *receipt, struct id **out, size_t *n, struct error *error)
{
    struct view_rows rows;
    struct id arrival = {""};
    int result = asking_look(asking, &receipt_list_view, NULL, &rows, error);
    struct id *ids = result ? NULL : ARENA_ARRAY(asking->arena, struct id, rows.n + 1);
    if (!result && !ids)
        result = arena_error(asking->arena, error);
    *n = 0;
    for (size_t i = 0; !result && i < rows.n; i++)
        if (id_equal(&VISIT_ROW(rows, struct receipt_row, i)->receipt_id, receipt))
            arrival = VISIT_ROW(rows, struct receipt_row, i)->arrival;
    for (size_t i = 0; !result && id_is_set(&arrival) && i < rows.n; i++)
        if (id_equal(&VISIT_ROW(rows, struct receipt_row, i)->arrival, &arrival))
            ids[(*n)++] = VISIT_ROW(rows, struct receipt_row, i)->receipt_id;
    if (!result && *n == 0)
        ids[(*n)++] = *receipt;
    *out = ids;
    return result;
}

static int show(struct asking *asking, struct error *error)
{
    struct id receipt, *ids;
    size_t n = 0;
    struct page_receipt page = {.frame = asking_frame(asking, "/received")};
    bool is_new;
    int result = asking_id(asking, "receipt", &receipt, error);
    if (!result)
        result = show_new(asking, &receipt, &is_new, error);
    if (result || is_new)
        return result;
    result = find_arrival(asking, &receipt, &ids, &n, error);
    struct page_receipt_parts *parts = result ? NULL : ARENA_ARRAY(asking->arena, struct page_receipt_parts, n);
    struct text *names = result ? NULL : ARENA_ARRAY(asking->arena, struct text, n);
    if (!result && (!parts || !names))
        result = arena_error(asking->arena, error);
    for (size_t i = 0; !result && i < n; i++) {
        result = read_part(asking, &ids[i], &page, &parts[i], error);
        names[i] = parts[i].name;
    }
    if (result)
        return result;
    page.id = arena_text(asking->arena, id_text(&receipt));
    page.parts = parts;
    page.parts_n = n;
    page.several = n > 1;
    page.names = words_and(asking->arena, names, n);
    page.failed = asking->errors_n > 0;
    page.errors = asking->errors;
    page.errors_n = asking->errors_n;
    page.action = values_get(&asking->typed, "action");
    page.action_error = asking_error_of(asking, "action");
    page.may_hold = visit_may(asking->visit, &hold_place_received_command.may,
                                         &(struct hold_place_received){.receipt_id = receipt}, NULL) == 0;
    page_receipt(&asking->html, &page);
    return 0;
}

const struct page receipt_page = {show, NULL, NULL};

/* ---- taking it, and answering ---- */

/* Its address shows the same as the receipt's, for somebody who had to sign in between. */
const struct page receipt_open_page = {show, button_take, BUTTON_STAYS(&receipt_open_command, "receipt", "/received/")};

struct confirming {
    struct receipt_confirm in;
    struct receipt_confirmed out;
};

static int confirm_take(struct asking *asking, struct error *error)
{
    struct confirming *confirming = ARENA_NEW(asking->arena, struct confirming);
    if (!confirming)
        return arena_error(asking->arena, error);
    int result = asking_id(asking, "receipt", &confirming->in.receipt_id, error);
    if (result)
        return result;
    struct id receipt = confirming->in.receipt_id;
    struct form_errors errors = {0};
    result = form_read(asking->arena, receipt_confirm_command.takes, receipt_confirm_command.takes_n,
                       asking->typed.pair, asking->typed.n, &confirming->in, &errors, error);
    confirming->in.receipt_id = receipt;
    if (!confirming->in.action.n) {
        asking_wrong(asking, "action", "Say what you will do. If you will do nothing, say so and why");
        return error_set(error, ERROR_INVALID, "action", "", "nothing is said");
    }
    if (!result)
        result = asking_go(asking, "/received/%s", receipt.text);
    return result ? result : asking_act(asking, &receipt_confirm_command, &confirming->in, &confirming->out, NULL);
}

const struct page receipt_confirm_page = {show, confirm_take, NULL};
