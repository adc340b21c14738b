#include "received.h"

#include "answer_words.h"
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

/* ---- the list ---- */

static int list_show(struct asking *asking, struct error *error)
{
    struct view_rows rows;
    int result = asking_look(asking, &receipt_list_view, NULL, &rows, error);
    struct shape_task *tasks = result ? NULL : ARENA_ARRAY(asking->arena, struct shape_task, rows.n);
    if (!result && !tasks)
        result = arena_error(asking->arena, error);
    if (result)
        return result;
    for (size_t i = 0; i < rows.n; i++) {
        const struct receipt_row *row = VISIT_ROW(rows, struct receipt_row, i);
        tasks[i] = (struct shape_task){
            .label =
                row->name.n ? row->name : arena_format(asking->arena, "From %.*s", TEXT_ARGS(row->sender_agency)),
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
          .agency = text_of(visit_actor(asking->visit)->agency_name), .tasks = tasks, .tasks_n = rows.n);
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

static int read_items(struct asking *asking, const struct receipt_of *of, struct page_receipt *page,
                      struct error *error)
{
    struct view_rows rows;
    int result = asking_look(asking, &receipt_items_view, of, &rows, error);
    struct page_receipt_items *items = result ? NULL : ARENA_ARRAY(asking->arena, struct page_receipt_items, rows.n);
    for (size_t i = 0; items && i < rows.n; i++) {
        const struct receipt_item *row = VISIT_ROW(rows, struct receipt_item, i);
        bool fact = text_equal(row->nature, TEXT("fact"));
        struct text confidence =
            text_equal(row->confidence, TEXT("explicit")) || text_equal(row->confidence, TEXT("implied"))
                ? choice_label(item_confidences, row->confidence)
                : TEXT("");
        items[i] =
            (struct page_receipt_items){.text = row->text,
                                        .nature = nature_words(row->nature, row->historical),
                                        .colour = fact ? TEXT("blue") : TEXT("purple"),
                                        .provider = row->provider,
                                        .confidence = confidence,
                                        .when = row->happened_at.at ? words_time(asking->arena, row->happened_at)
                                                                    : words_time(asking->arena, row->recorded_at),
                                        .happened = row->happened_at.at != 0};
    }
    page->items = items;
    page->items_n = items ? rows.n : 0;
    return result;
}

static int read_documents(struct asking *asking, const struct receipt_of *of, struct page_receipt *page,
                          struct error *error)
{
    struct view_rows rows;
    int result = asking_look(asking, &receipt_documents_view, of, &rows, error);
    struct page_receipt_documents *documents =
        result ? NULL : ARENA_ARRAY(asking->arena, struct page_receipt_documents, rows.n);
    for (size_t i = 0; documents && i < rows.n; i++) {
        const struct receipt_document *row = VISIT_ROW(rows, struct receipt_document, i);
        documents[i] = (struct page_receipt_documents){
            .id = id_text(&row->document_id), .name = row->name, .size = words_size(asking->arena, row->size)};
    }
    page->documents = documents;
    page->documents_n = documents ? rows.n : 0;
    return result;
}

static int read_limits(struct asking *asking, struct json_object kept, struct page_receipt *page, struct error *error)
{
    const struct json *object;
    if (!kept.json.n)
        return 0;
    int result = json_read(asking->arena, kept.json, "limits", &object, error);
    if (result)
        return result;
    struct limits limits = limits_read(asking->arena, object);
    page->consent = limits.consent;
    page->basis = limits.basis;
    page->basis_n = limits.basis_n;
    page->obligations = limits.obligations;
    page->obligations_n = limits.obligations_n;
    page->senders = limits.senders;
    page->senders_n = limits.senders_n;
    return 0;
}

static int show(struct asking *asking, struct error *error)
{
    struct receipt_of of;
    struct view_rows rows;
    struct page_receipt page = {.frame = asking_frame(asking, "/received")};
    bool is_new;
    int result = asking_id(asking, "receipt", &of.receipt_id, error);
    if (!result)
        result = show_new(asking, &of.receipt_id, &is_new, error);
    if (result || is_new)
        return result;
    if ((result = asking_look(asking, &receipt_read_view, &of, &rows, error)))
        return result;
    const struct receipt_full *row = VISIT_ROW(rows, struct receipt_full, 0);
    page.id = id_text(&row->receipt_id);
    page.name = row->name.n ? row->name : TEXT("Somebody who is not named");
    page.about = row->about;
    page.born = words_date(asking->arena, row->born);
    page.sender = arena_format(asking->arena, "%.*s, %.*s, %.*s", TEXT_ARGS(row->sender), TEXT_ARGS(row->sender_post),
                               TEXT_ARGS(row->sender_agency));
    page.sent = words_time(asking->arena, row->sent_at);
    page.message = row->message;
    page.reply = row->reply;
    page.answered = words_time(asking->arena, row->confirmed_at);
    page.confirmed = row->confirmed_at.at != 0;
    page.failed = asking->errors_n > 0;
    page.errors = asking->errors;
    page.errors_n = asking->errors_n;
    page.action = values_get(&asking->typed, "action");
    page.action_error = asking_error_of(asking, "action");
    result = read_limits(asking, row->limits, &page, error);
    if (!result)
        result = read_items(asking, &of, &page, error);
    if (!result)
        result = read_documents(asking, &of, &page, error);
    page_receipt(&asking->html, &page);
    return result;
}

const struct page receipt_page = {show, NULL, NULL};

/* ---- taking it, and answering ---- */

struct taking {
    struct receipt_of in;
    struct receipt_opened out;
};

static int open_take(struct asking *asking, struct error *error)
{
    struct taking *taking = ARENA_NEW(asking->arena, struct taking);
    if (!taking)
        return arena_error(asking->arena, error);
    int result = asking_id(asking, "receipt", &taking->in.receipt_id, error);
    if (!result)
        result = asking_go(asking, "/received/%s", taking->in.receipt_id.text);
    return result ? result : asking_act(asking, &receipt_open_command, &taking->in, &taking->out, NULL);
}

/* Its address shows the same as the receipt's, for somebody who had to sign in between. */
const struct page receipt_open_page = {show, open_take, NULL};

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
