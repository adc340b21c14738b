#include "pickup.h"

#include "download.h"
#include "pages/parcel.h"
#include "pages/pickup.h"
#include "received.h"
#include "sign.h"
#include "words.h"

/* The parcel that was opened stays in reach for a quarter of an hour, by this cookie. */
static const char *cookie(struct http_request *request)
{
    return http_is_tls(request) ? "__Host-parcel" : "parcel";
}

static int show(struct asking *asking, struct error *error)
{
    struct pickup_look in = {http_param(asking->request, "link")};
    struct view_rows rows;
    int result = in.link.n > 64 ? ERROR_MISSING : asking_look(asking, &pickup_look_view, &in, &rows, error);
    if (result == ERROR_MISSING)
        return error_set(error, ERROR_MISSING, "", "", "there is no parcel at this address");
    if (result)
        return result;
    const struct pickup_row *row = VISIT_ROW(rows, struct pickup_row, 0);
    /* what was refused is not the secret: one of ten words is mended more easily than all typed again */
    bool wrong = asking->again && asking->status == 422;
    WRITE(asking, pickup, .frame = asking_frame(asking, ""), .failed = asking->errors_n > 0, .errors = asking->errors,
          .errors_n = asking->errors_n, .link = in.link, .agency = row->sender_agency,
          .until = words_time(asking->arena, row->expires_at), .open = row->open, .state = row->state_words,
          .once = row->once, .tries = row->tries_left,
          .typed = wrong ? text_trim(values_get(&asking->typed, "phrase")) : TEXT(""), .error = asking_error_of(asking, "phrase"));
    return 0;
}

struct trying {
    struct pickup_try in;
    struct pickup_tried out;
};

static int tried(struct asking *asking, struct error *error)
{
    struct trying *trying = asking->own;
    struct text token;
    if (!trying->out.opened) {
        asking_wrong(asking, "phrase",
                     trying->out.tries_left <= 0
                         ? "That was not the phrase. The parcel is locked now: ask the sender to send it again"
                         : "That is not the phrase. Look at each word, or ask the sender");
        return error_set(error, ERROR_INVALID, "phrase", "", "wrong");
    }
    tries_give(asking);
    int result = parcel_keep(asking->face->gate, trying->out.parcel.json, asking->arena, &token, error);
    if (!result)
        result = http_set_cookie(asking->request, cookie(asking->request), token, 15 * 60,
                                 http_is_tls(asking->request) ? 0 : HTTP_COOKIE_INSECURE, error);
    return result ? result : asking_go(asking, "/pickup/%.*s/open", TEXT_ARGS(trying->in.link));
}

static int take(struct asking *asking, struct error *error)
{
    struct trying *trying = asking->own = ARENA_NEW(asking->arena, struct trying);
    if (!trying)
        return arena_error(asking->arena, error);
    int result = tries_take(asking, error);
    if (result)
        return result;
    trying->in.link = http_param(asking->request, "link");
    trying->in.phrase = text_trim(values_get(&asking->typed, "phrase"));
    if (trying->in.link.n > 64)
        return error_set(error, ERROR_MISSING, "", "", "there is no parcel at this address");
    if (!trying->in.phrase.n) {
        asking_wrong(asking, "phrase", "Type the phrase that you were told");
        return error_set(error, ERROR_INVALID, "phrase", "", "empty");
    }
    return asking_act(asking, &pickup_try_command, &trying->in, &trying->out, tried);
}

const struct page pickup_page = {show, take, NULL};

/* ---- what is in it ---- */

static int read_parcel(struct asking *asking, const struct json **parcel, struct error *error)
{
    struct text content;
    int result = parcel_kept(asking->face->gate, http_cookie(asking->request, cookie(asking->request)), asking->arena,
                             &content, error);
    return result ? result : json_read(asking->arena, content, "parcel", parcel, error);
}

static int64_t number_of(const struct json *value)
{
    int64_t number = 0;
    if (value)
        text_to_int64(value->text, &number);
    return number;
}

/* The documents of a part, by their places among all; of a parcel about one person, all. */
static struct page_parcel_parts_documents *read_documents(struct asking *asking, const struct json *parcel,
                                                    const struct json *part, size_t *n)
{
    const struct json *all = json_get(parcel, "documents"), *own = part == parcel ? NULL : json_get(part, "documents");
    size_t have = json_is(all, JSON_ARRAY) ? all->count : 0;
    *n = part == parcel ? have : json_is(own, JSON_ARRAY) ? own->count : 0;
    struct page_parcel_parts_documents *files = ARENA_ARRAY(asking->arena, struct page_parcel_parts_documents, *n);
    for (size_t i = 0; files && i < *n; i++) {
        int64_t at = own ? number_of(&own->item[i]) : (int64_t)i;
        const struct json *file = at >= 0 && (size_t)at < have ? &all->item[at] : NULL;
        files[i] = (struct page_parcel_parts_documents){.number = at + 1,
                                                  .name = json_text(json_get(file, "name")),
                                                  .size = words_size(asking->arena, number_of(json_get(file, "size")))};
    }
    return files;
}

static int read_part(struct asking *asking, const struct json *parcel, const struct json *part,
                     struct page_parcel_parts *out, struct error *error)
{
    const struct json *items = json_get(part, "items");
    size_t n = json_is(items, JSON_ARRAY) ? items->count : 0, documents_n;
    struct page_parcel_parts_items *known = ARENA_ARRAY(asking->arena, struct page_parcel_parts_items, n);
    struct page_parcel_parts_documents *documents = read_documents(asking, parcel, part, &documents_n);
    if (!known || !documents)
        return arena_error(asking->arena, error);
    for (size_t i = 0; i < n; i++) {
        const struct json *item = &items->item[i];
        struct text nature = json_text(json_get(item, "nature"));
        known[i] = (struct page_parcel_parts_items){
            .text = json_text(json_get(item, "text")),
            .nature = nature_words(nature, json_is(json_get(item, "historical"), JSON_TRUE)),
            .colour = text_equal(nature, TEXT("fact")) ? TEXT("blue") : TEXT("purple")};
    }
    struct limits limits = limits_read(asking->arena, json_get(part, "limits"));
    struct date born;
    *out = (struct page_parcel_parts){.name = json_text(json_get(part, "name")),
                                      .born = date_parse(json_text(json_get(part, "born")), &born)
                                                  ? date_words(asking->arena, born)
                                                  : TEXT(""),
                                      .consent = limits.consent,
                                      .basis = limits.basis,
                                      .basis_n = limits.basis_n,
                                      .obligations = limits.obligations,
                                      .obligations_n = limits.obligations_n,
                                      .senders = limits.senders,
                                      .senders_n = limits.senders_n,
                                      .items = known,
                                      .items_n = n,
                                      .documents = documents,
                                      .documents_n = documents_n};
    return 0;
}

static int parcel_show(struct asking *asking, struct error *error)
{
    const struct json *parcel;
    struct text link = http_param(asking->request, "link");
    int result = read_parcel(asking, &parcel, error);
    if (result == ERROR_MISSING) /* the quarter of an hour is over */
        return link.n > 64 ? result : asking_go(asking, "/pickup/%.*s", TEXT_ARGS(link));
    if (result)
        return result;
    const struct json *about = json_get(parcel, "about");
    size_t n = json_is(about, JSON_ARRAY) ? about->count : 1;
    struct page_parcel_parts *parts = ARENA_ARRAY(asking->arena, struct page_parcel_parts, n);
    if (!parts)
        return arena_error(asking->arena, error);
    for (size_t i = 0; i < n; i++) {
        const struct json *part = json_is(about, JSON_ARRAY) ? &about->item[i] : parcel;
        if ((result = read_part(asking, parcel, part, &parts[i], error)))
            return result;
        if (n > 1 && !parts[i].name.n)
            parts[i].name = arena_format(asking->arena, "Person %zu", i + 1); /* sent without a name */
    }
    WRITE(asking, parcel, .frame = asking_frame(asking, ""), .link = link,
          .sender = json_text(json_get(parcel, "sender")), .message = json_text(json_get(parcel, "message")),
          .several = n > 1, .parts = parts, .parts_n = n);
    return 0;
}

const struct page parcel_page = {parcel_show, NULL, NULL};

static int document_show(struct asking *asking, struct error *error)
{
    const struct json *parcel;
    int64_t number;
    struct document_key key = {0};
    int result = read_parcel(asking, &parcel, error);
    if (result)
        return result;
    const struct json *documents = json_get(parcel, "documents");
    if (!text_to_int64(http_param(asking->request, "number"), &number) || !json_is(documents, JSON_ARRAY) ||
        number < 1 || number > (int64_t)documents->count)
        return error_set(error, ERROR_MISSING, "", "", "there is no such document");
    const struct json *document = &documents->item[number - 1], *size = json_get(document, "size");
    key.name = json_text(json_get(document, "name"));
    key.type = json_text(json_get(document, "type"));
    key.payload = json_text(json_get(document, "payload"));
    key.file_key = json_text(json_get(document, "file_key"));
    if (size)
        text_to_int64(size->text, &key.size);
    return download(asking, &key, error);
}

const struct page parcel_document_page = {document_show, NULL, NULL};
