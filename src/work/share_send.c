#include "answers.h"
#include "internal.h"
#include "parcel.h"

#include <string.h>

const struct choice share_media[] = {
    {"email", "E-mail"},
    {"post", "Post"},
    {"text-message", "Text message"},
    {"landline", "Telephone, on a landline"},
    {"mobile", "Mobile phone call"},
    {"in-person", "In person"},
    {NULL, NULL},
};

/* A text message and a call reach the same telephone: for a link and its phrase they are one medium. */
static struct text device(struct text medium)
{
    return text_equal(medium, TEXT("text-message")) ? TEXT("mobile") : medium;
}

struct one_receipt {
    struct id id, agency;
    bool outside;
    struct text sealed;
};

struct share_send_ready {
    struct id id, case_id;
    struct text sealed;
    struct one_receipt *receipt;
    size_t receipts;
    struct id *item_link, *document_link;
    struct id pickup;
    struct text link, phrase, parcel;
    uint8_t link_hash[PARCEL_HASH], code_hash[PARCEL_HASH];
    int64_t expires_at;
};

struct decided {
    struct id case_id;
    const struct json *answers; /* of the decision: a list, one for each recipient */
};

static int read_decision(struct turn *turn, const struct id *decision, struct decided *out, struct error *error)
{
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int result = store_one(turn->session,
                           "SELECT d.case_id, d.decided, d.sealed, k.wrapped,"
                           " (SELECT count(*) FROM share WHERE share.decision_id = d.id)"
                           " FROM decision d LEFT JOIN record_key k ON k.id = d.key_id WHERE d.id = $1",
                           STORE_BIND(STORE_TEXT(id_text(decision))), &rows, error);
    if (result)
        return result;
    struct text decided = store_text(rows, 1);
    if (!text_equal(decided, TEXT("share")) && !text_equal(decided, TEXT("share-anonymised")))
        return error_set(error, ERROR_UNLAWFUL, "decision_id", "If something has changed, record a new decision.",
                         "this decision was not to share");
    if (store_int(rows, 4) > 0)
        return error_set(error, ERROR_CONFLICT, "decision_id", "Look at the case: it shows what was sent.",
                         "what was decided here has been sent already");
    out->case_id = column_id(rows, 0);
    struct sealed_row sealed = {.table = "decision",
                                .row = id_text(decision),
                                .sealed = store_bytes_in(rows, 2, turn->arena),
                                .wrapped = store_bytes_in(rows, 3, turn->arena)};
    if ((result = turn_open(turn, &sealed, 1, error)))
        return result;
    const struct json *object = NULL;
    result = json_read(turn->arena, plain_object(&sealed, "answers").json, "answers", &object, error);
    out->answers = result ? NULL : json_get(object, "answers");
    if (!result && !json_is(out->answers, JSON_ARRAY))
        return error_set(error, ERROR_CONFLICT, "decision_id", "", "the content of this decision was disposed of");
    return result;
}

/* Obligations that give away how consent stands. */
static const char *const revealing[] = {"justify-without-consent", "tell-recipient-no-consent", "seek-consent",
                                        "record-consent-giver",    "state-consent-limits",      "discuss-refusal-with-requester",
                                        "continue-support"};

static void write_obligations(struct json_writer *w, const struct json *words, bool told)
{
    json_array(w);
    for (size_t i = 0; json_is(words, JSON_ARRAY) && i < words->count; i++) {
        bool reveals = false;
        for (size_t k = 0; k < FIELDS_COUNT(revealing); k++)
            reveals |= text_equal(json_text(json_get(&words->item[i], "code")), text_of(revealing[k]));
        if (told || !reveals)
            json_put(w, &words->item[i]);
    }
    json_end(w);
}

/*
 * The limits that travel: why it is lawful, what it obliges, and how consent stands (WM-27). Only where the sender has
 * said that telling would put somebody at risk or spoil an investigation is it left out, and then nothing goes that
 * would give it away, as citations do.
 */
static void write_limits(struct json_writer *w, const struct json *answered)
{
    const struct json *words = json_get(answered, "words"), *facts = json_get(answered, "facts");
    struct text consent = json_text(json_get(facts, "consent"));
    bool told = !consent.n || text_equal(consent, TEXT("given")) ||
                !json_is(json_get(facts, "telling_recipient_raises_risk"), JSON_TRUE);
    json_object(w);
    json_key(w, "basis");
    json_put(w, json_get(words, "basis"));
    json_key(w, "obligations");
    write_obligations(w, json_get(words, "obligations"), told);
    json_key(w, "citations");
    if (told) {
        json_put(w, json_get(words, "citations"));
    } else {
        json_array(w);
        json_end(w);
    }
    json_key(w, "consent");
    if (told && consent.n)
        json_put_text(w, consent);
    else
        json_put_null(w);
    json_end(w);
}

static int seal_receipt(struct turn *turn, const struct json *answered, struct text name, struct one_receipt *one,
                        struct error *error)
{
    one->id = turn_id(turn);
    one->outside = !id_parse(json_text(json_get(answered, "agency_id")), &one->agency);
    struct buffer limits = buffer_in(turn->arena);
    struct json_writer l = json_writer_in(&limits);
    write_limits(&l, answered);
    SEAL_BEGIN(turn, w);
    json_key(&w, "name");
    json_put_text(&w, one->outside && name.n ? name : json_text(json_get(answered, "recipient")));
    json_key(&w, "limits");
    json_put_text(&w, buffer_result(&limits));
    return SEAL_END(turn, w, "receipt", &one->id, &one->sealed, error);
}

/* Each id once: what is sent twice would be counted twice. */
static int check_once(struct id_list list, const char *field, struct error *error)
{
    for (size_t i = 0; i < list.n; i++)
        for (size_t k = 0; k < i; k++)
            if (id_equal(&list.item[i], &list.item[k]))
                return error_set(error, ERROR_INVALID, field, "Choose each once.", "one of them is named twice");
    return 0;
}

/* Every item and document must be of the decision's case. Gathers what a parcel needs of them. */
static int gather(struct turn *turn, const struct share_send *in, const struct decided *decided,
                  struct openings *sealed, struct json_writer *w, struct error *error)
{
    for (size_t i = 0; i < in->items.n; i++) {
        STORE_ROWS_SCOPE struct store_rows *rows = NULL;
        int result = store_one(turn->session,
                               "SELECT i.sealed, k.wrapped, i.nature, i.historical FROM item i"
                               " LEFT JOIN record_key k ON k.id = i.key_id WHERE i.id = $1 AND i.case_id = $2",
                               STORE_BIND(STORE_TEXT(id_text(&in->items.item[i])), STORE_TEXT(id_text(&decided->case_id))),
                               &rows, error);
        if (result == ERROR_MISSING)
            return error_set(error, ERROR_INVALID, "items", "Choose from the items of the case.",
                             "item %zu is not one of this case", i + 1);
        if (result)
            return result;
        if (!openings_add(turn, sealed, "item", id_text(&in->items.item[i]), store_bytes(rows, 0), store_bytes(rows, 1)))
            return arena_error(turn->arena, error);
        json_object(w);
        json_key(w, "nature");
        json_put_text(w, store_text(rows, 2));
        json_key(w, "historical");
        json_put_bool(w, store_bool(rows, 3));
        json_end(w);
    }
    for (size_t i = 0; i < in->documents.n; i++) {
        STORE_ROWS_SCOPE struct store_rows *rows = NULL;
        int result =
            store_one(turn->session,
                      "SELECT d.sealed, k.wrapped, d.size, d.payload FROM document d"
                      " LEFT JOIN record_key k ON k.id = d.key_id WHERE d.id = $1 AND d.case_id = $2",
                      STORE_BIND(STORE_TEXT(id_text(&in->documents.item[i])), STORE_TEXT(id_text(&decided->case_id))), &rows,
                      error);
        if (result == ERROR_MISSING)
            return error_set(error, ERROR_INVALID, "documents", "Choose from the documents of the case.",
                             "document %zu is not one of this case", i + 1);
        if (result)
            return result;
        if (!openings_add(turn, sealed, "document", id_text(&in->documents.item[i]), store_bytes(rows, 0),
                          store_bytes(rows, 1)))
            return arena_error(turn->arena, error);
        json_object(w);
        json_key(w, "size");
        json_put_int(w, store_int(rows, 2));
        json_key(w, "payload");
        json_put_text(w, store_text(rows, 3));
        json_end(w);
    }
    return turn_open(turn, sealed->row, sealed->n, error);
}

/* {"sender", "message", "limits", "items", "documents"}: what the person outside gets to see. */
static int make_parcel(struct turn *turn, const struct share_send *in, const struct json *answered,
                       const struct openings *sealed, const struct json *known, struct share_send_ready *ready,
                       struct error *error)
{
    struct buffer content = buffer_in(turn->arena);
    struct json_writer w = json_writer_in(&content);
    json_object(&w);
    json_key(&w, "sender");
    json_put_text(&w, arena_format(turn->arena, "%s, %s", turn->actor->title, turn->actor->agency_name));
    json_key(&w, "message");
    json_put_text(&w, in->message);
    json_key(&w, "limits");
    write_limits(&w, answered);
    json_key(&w, "items");
    json_array(&w);
    for (size_t i = 0; i < in->items.n; i++) {
        json_object(&w);
        json_key(&w, "text");
        json_put_text(&w, plain_text(&sealed->row[i], "text"));
        json_key(&w, "nature");
        json_put(&w, json_get(&known->item[i], "nature"));
        json_key(&w, "historical");
        json_put(&w, json_get(&known->item[i], "historical"));
        json_end(&w);
    }
    json_end(&w);
    json_key(&w, "documents");
    json_array(&w);
    for (size_t i = 0; i < in->documents.n; i++) {
        const struct sealed_row *row = &sealed->row[in->items.n + i];
        json_object(&w);
        json_key(&w, "name");
        json_put_text(&w, plain_text(row, "name"));
        json_key(&w, "type");
        json_put_text(&w, plain_text(row, "type"));
        json_key(&w, "file_key");
        json_put_text(&w, plain_text(row, "file_key"));
        json_key(&w, "size");
        json_put(&w, json_get(&known->item[in->items.n + i], "size"));
        json_key(&w, "payload");
        json_put(&w, json_get(&known->item[in->items.n + i], "payload"));
        json_end(&w);
    }
    json_end(&w);
    json_end(&w);
    if (buffer_failed(&content))
        return arena_error(turn->arena, error);

    struct vault_phrase phrase;
    vault_phrase_new(&phrase);
    struct id link = id_new(0); /* its 80 random bits are the secret of the address */
    ready->pickup = turn_id(turn);
    ready->link = arena_text(turn->arena, text_cut(id_text(&link), 9, ID_LENGTH));
    ready->phrase = arena_format(turn->arena, "%s-%s", phrase.code, phrase.secret);
    parcel_link_hash(ready->link, ready->link_hash);
    parcel_code_hash(ready->link, text_of(phrase.code), ready->code_hash);
    int result = parcel_seal(turn->arena, buffer_result(&content), text_of(phrase.secret), &ready->parcel, error);
    vault_phrase_wipe(&phrase);
    ready->expires_at = turn->now + (in->days ? in->days : 7) * CLOCK_DAY;
    return result;
}

static int check_outside(const struct share_send *in, struct error *error)
{
    if (!in->outside_name.n)
        return error_set(error, ERROR_INVALID, "outside_name", "", "say who outside the partnership will receive it");
    if (!in->link_medium.n || !in->phrase_medium.n)
        return error_set(error, ERROR_INVALID, in->link_medium.n ? "phrase_medium" : "link_medium", "",
                         "say how the link and the phrase will reach them");
    return 0;
}

static int share_send_check(const void *given, struct error *error)
{
    const struct share_send *in = given;
    if (in->link_medium.n && text_equal(device(in->link_medium), device(in->phrase_medium)))
        return error_set(error, ERROR_INVALID, "phrase_medium",
                         "Choose another way for the phrase, for example a telephone call.",
                         "the phrase must not go by the same medium as the link");
    if (in->days < 0 || in->days > 28)
        return error_set(error, ERROR_INVALID, "days", "", "it can be kept for 1 to 28 days");
    return 0;
}

static int share_send_prepare(struct turn *turn, const struct share_send *in, struct share_send_ready **out,
                              struct error *error)
{
    struct share_send_ready *ready = *out = ARENA_NEW(turn->arena, struct share_send_ready);
    if (!ready)
        return arena_error(turn->arena, error);
    if (in->items.n + in->documents.n == 0 && text_trim(in->message).n == 0)
        return error_set(error, ERROR_INVALID, "items", "Choose what to send, or write a message.",
                         "there is nothing to send");
    struct decided decided;
    int result = check_once(in->items, "items", error);
    if (!result)
        result = check_once(in->documents, "documents", error);
    if (result)
        return result;
    result = read_decision(turn, &in->decision_id, &decided, error);
    if (result)
        return result;
    ready->id = turn_id(turn);
    ready->case_id = decided.case_id;

    struct openings sealed = {0};
    struct buffer list = buffer_in(turn->arena);
    struct json_writer l = json_writer_in(&list);
    json_array(&l);
    result = gather(turn, in, &decided, &sealed, &l, error);
    json_end(&l);
    const struct json *known = NULL; /* what lies plain of the items, then of the documents */
    if (!result)
        result = json_read(turn->arena, buffer_result(&list), "items", &known, error);

    ready->receipts = decided.answers->count;
    ready->receipt = ARENA_ARRAY(turn->arena, struct one_receipt, ready->receipts);
    ready->item_link = ARENA_ARRAY(turn->arena, struct id, in->items.n);
    ready->document_link = ARENA_ARRAY(turn->arena, struct id, in->documents.n);
    if (!ready->receipt || !ready->item_link || !ready->document_link)
        return arena_error(turn->arena, error);
    for (size_t i = 0; i < in->items.n; i++)
        ready->item_link[i] = turn_id(turn);
    for (size_t i = 0; i < in->documents.n; i++)
        ready->document_link[i] = turn_id(turn);
    for (size_t i = 0; !result && i < ready->receipts; i++) {
        const struct json *answered = &decided.answers->item[i];
        result = seal_receipt(turn, answered, in->outside_name, &ready->receipt[i], error);
        if (!result && ready->receipt[i].outside && !(result = check_outside(in, error)))
            result = make_parcel(turn, in, answered, &sealed, known, ready, error);
    }
    if (result)
        return result;
    SEAL_BEGIN(turn, w);
    json_key(&w, "message");
    json_put_text(&w, in->message);
    return SEAL_END(turn, w, "share", &ready->id, &ready->sealed, error);
}

static int write_receipts(struct turn *turn, const struct share_send *in, const struct share_send_ready *ready,
                          struct error *error)
{
    int result = 0;
    for (size_t i = 0; !result && i < ready->receipts; i++) {
        const struct one_receipt *one = &ready->receipt[i];
        result = store_run(turn->session,
                           "INSERT INTO receipt (id, share_id, agency_id, outside, state, sent_at, key_id, sealed)"
                           " VALUES ($1, $2, $3, $4, 'sent', $5, $6, $7)",
                           STORE_BIND(STORE_TEXT(id_text(&one->id)), STORE_TEXT(id_text(&ready->id)),
                                      STORE_TEXT_IF(!one->outside, id_text(&one->agency)), STORE_BOOL(one->outside),
                                      STORE_INT(turn->now), KEY_ID(turn), SEALED_BYTES(one->sealed)),
                           NULL, error);
        if (!result)
            result = turn_wrote(turn, "receipt", &one->id, error);
        if (result || !one->outside)
            continue;
        result = store_run(turn->session,
                           "INSERT INTO pickup (id, receipt_id, link, code, parcel, link_medium, phrase_medium, once,"
                           " expires_at, failures, locked) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, 0)",
                           STORE_BIND(STORE_TEXT(id_text(&ready->pickup)), STORE_TEXT(id_text(&one->id)),
                                      STORE_BYTES(ready->link_hash, PARCEL_HASH), STORE_BYTES(ready->code_hash, PARCEL_HASH),
                                      SEALED_BYTES(ready->parcel), STORE_TEXT(in->link_medium),
                                      STORE_TEXT(in->phrase_medium), STORE_BOOL(in->once), STORE_INT(ready->expires_at)),
                           NULL, error);
        if (!result)
            result = turn_wrote(turn, "pickup", &ready->pickup, error);
    }
    return result;
}

static int share_send_apply(struct turn *turn, const struct share_send *in, const struct share_send_ready *ready,
                            struct share_sent *out, struct error *error)
{
    int64_t sent = 0;
    int result = store_one_int(turn->session, "SELECT count(*) FROM share WHERE decision_id = $1",
                               STORE_BIND(STORE_TEXT(id_text(&in->decision_id))), &sent, error);
    if (!result && sent)
        return error_set(error, ERROR_CONFLICT, "decision_id", "Look at the case: it shows what was sent.",
                         "what was decided here has been sent already");
    if (!result)
        result = store_run(turn->session,
                           "INSERT INTO share (id, case_id, decision_id, agency_id, sent_by, sent_at, key_id, sealed)"
                           " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
                           STORE_BIND(STORE_TEXT(id_text(&ready->id)), STORE_TEXT(id_text(&ready->case_id)),
                                      STORE_TEXT(id_text(&in->decision_id)), STORE_TEXT(id_text(&turn->actor->agency)),
                                      STORE_TEXT(id_text(&turn->actor->post)), STORE_INT(turn->now), KEY_ID(turn),
                                      SEALED_BYTES(ready->sealed)),
                           NULL, error);
    if (!result)
        result = turn_wrote(turn, "share", &ready->id, error);
    for (size_t i = 0; !result && i < in->items.n; i++) {
        result = store_run(turn->session, "INSERT INTO share_item (id, share_id, item_id) VALUES ($1, $2, $3)",
                           STORE_BIND(STORE_TEXT(id_text(&ready->item_link[i])), STORE_TEXT(id_text(&ready->id)),
                                      STORE_TEXT(id_text(&in->items.item[i]))),
                           NULL, error);
        if (!result)
            result = turn_wrote(turn, "share_item", &ready->item_link[i], error);
    }
    for (size_t i = 0; !result && i < in->documents.n; i++) {
        result = store_run(turn->session, "INSERT INTO share_document (id, share_id, document_id) VALUES ($1, $2, $3)",
                           STORE_BIND(STORE_TEXT(id_text(&ready->document_link[i])), STORE_TEXT(id_text(&ready->id)),
                                      STORE_TEXT(id_text(&in->documents.item[i]))),
                           NULL, error);
        if (!result)
            result = turn_wrote(turn, "share_document", &ready->document_link[i], error);
    }
    if (!result)
        result = write_receipts(turn, in, ready, error);
    out->share_id = ready->id;
    out->link = ready->link;
    out->phrase = ready->phrase;
    return result;
}

static const struct field takes[] = {
    FIELD(struct share_send, decision_id, .label = "Decision", .required = true, .about = "decision"),
    FIELD(struct share_send, items, .label = "Which items?", .hint = "Only what they need to know.", .about = "item"),
    FIELD(struct share_send, documents, .label = "Which documents?", .about = "document"),
    FIELD(struct share_send, message, .label = "What should they know?", .max = 10000, .personal = true),
    FIELD(struct share_send, outside_name, .label = "Who outside the partnership will receive it?",
          .personal = true),
    FIELD(struct share_send, link_medium, .label = "How will the link reach them?", .choices = share_media),
    FIELD(struct share_send, phrase_medium, .label = "How will you tell them the phrase?",
          .hint = "Not the same way as the link.", .choices = share_media),
    FIELD(struct share_send, once, .label = "It can be opened one time only"),
    FIELD(struct share_send, days, .label = "For how many days can it be picked up?"),
};
static const struct field gives[] = {
    FIELD(struct share_sent, share_id, .label = "Share", .about = "share"),
    FIELD(struct share_sent, link, .label = "Link", .personal = true),
    FIELD(struct share_sent, phrase, .label = "Phrase", .personal = true),
};

COMMAND(share_send, struct share_send, struct share_sent, struct share_send_ready, .check = share_send_check, .name = "share.send",
        .title = "Send what was decided to share", TAKES(takes), GIVES(gives), .pace = PACE_SLOW,
        .may = {.roles = ROLES_STAFF, .reach = REACH_DECISION, .about = offsetof(struct share_send, decision_id)});
