#include "sharing.h"

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

static int seal_receipt(struct turn *turn, const struct one_share *share, const struct kept_answer *answered, struct text name,
                        struct one_receipt *one, struct error *error)
{
    int result = share->key.is_own ? own_key_make(turn, &one->key, error) : 0;
    if (result)
        return result;
    one->id = turn_id(turn);
    one->outside = !id_parse(answered->agency_id, &one->agency);
    struct buffer limits = buffer_in(turn->arena);
    struct json_writer l = json_writer_in(&limits);
    limits_write(&l, answered);
    SEAL_BEGIN(turn, w);
    json_member_text(&w, "name", one->outside && name.n ? name : answered->recipient);
    json_member_text(&w, "limits", buffer_result(&limits));
    return SEAL_END_OWN(turn, w, &one->key, "receipt", &one->id, &one->sealed, error);
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

static int seal_share(struct turn *turn, const struct share_send *in, struct one_share *share, struct error *error)
{
    int result = 0;
    share->receipts = share->answers.n;
    if (!(share->receipt = ARENA_ARRAY(turn->arena, struct one_receipt, share->receipts)))
        return arena_error(turn->arena, error);
    for (size_t i = 0; !result && i < share->receipts; i++)
        result = seal_receipt(turn, share, &share->answers.item[i], in->outside_name, &share->receipt[i], error);
    if (result)
        return result;
    SEAL_BEGIN(turn, w);
    json_member_text(&w, "message", in->message);
    return SEAL_END_OWN(turn, w, &share->key, "share", &share->id, &share->sealed, error);
}

/* The first receipt of whoever is outside; unset: nobody is. */
static struct id outside_receipt(const struct share_send_ready *ready)
{
    for (size_t i = 0; i < ready->shares; i++)
        for (size_t r = 0; r < ready->share[i].receipts; r++)
            if (ready->share[i].receipt[r].outside)
                return ready->share[i].receipt[r].id;
    return (struct id){""};
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
    int result = check_once(in->decisions, "decisions", error);
    if (!result)
        result = check_once(in->items, "items", error);
    if (!result)
        result = check_once(in->documents, "documents", error);
    if (!result)
        result = sharing_read(turn, in, ready, error);
    if (!result)
        result = sharing_gather(turn, in, ready, error);
    for (size_t i = 0; !result && i < ready->shares; i++)
        result = seal_share(turn, in, &ready->share[i], error);
    if (result)
        return result;
    ready->picked = outside_receipt(ready);
    if (!id_is_set(&ready->picked))
        return 0;
    result = check_outside(in, error);
    return result ? result : sharing_parcel(turn, in, ready, error);
}

static int write_receipts(struct turn *turn, const struct one_share *share, struct error *error)
{
    int result = 0;
    for (size_t i = 0; !result && i < share->receipts; i++) {
        const struct one_receipt *one = &share->receipt[i];
        result = own_key_write(turn, &one->key, error);
        if (!result)
            result = store_run(turn->session,
                           "INSERT INTO receipt (id, share_id, agency_id, outside, state, sent_at, key_id, sealed)"
                           " VALUES ($1, $2, $3, $4, 'sent', $5, $6, $7)",
                           STORE_BIND(STORE_TEXT(id_text(&one->id)), STORE_TEXT(id_text(&share->id)),
                                      STORE_TEXT_IF(!one->outside, id_text(&one->agency)), STORE_BOOL(one->outside),
                                      STORE_INT(turn->now), STORE_TEXT(own_key_id(turn, &one->key)),
                                      SEALED_BYTES(one->sealed)),
                           NULL, error);
        if (!result)
            result = turn_wrote(turn, "receipt", &one->id, error);
    }
    return result;
}

static int write_pickup(struct turn *turn, const struct share_send *in, const struct share_send_ready *ready,
                        struct error *error)
{
    if (!id_is_set(&ready->picked))
        return 0;
    int result = store_run(turn->session,
                           "INSERT INTO pickup (id, receipt_id, link, code, parcel, link_medium, phrase_medium, once,"
                           " expires_at, failures, locked) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, 0)",
                           STORE_BIND(STORE_TEXT(id_text(&ready->pickup)), STORE_TEXT(id_text(&ready->picked)),
                                      STORE_BYTES(ready->link_hash, PARCEL_HASH), STORE_BYTES(ready->code_hash, PARCEL_HASH),
                                      STORE_BYTES("", 0), STORE_TEXT(in->link_medium),
                                      STORE_TEXT(in->phrase_medium), STORE_BOOL(in->once), STORE_INT(ready->expires_at)),
                           NULL, error);
    if (!result)
        result = turn_own_key_write(turn, &ready->parcel_key, error);
    if (!result)
        result = store_run(turn->session, "INSERT INTO parcel (id, pickup_id, key_id, sealed) VALUES ($1, $2, $3, $4)",
                           STORE_BIND(STORE_TEXT(id_text(&ready->parcel_id)), STORE_TEXT(id_text(&ready->pickup)),
                                      STORE_TEXT(id_text(&ready->parcel_key.id)), SEALED_BYTES(ready->parcel)),
                           NULL, error);
    if (!result)
        result = turn_wrote(turn, "pickup", &ready->pickup, error);
    return result ? result : turn_wrote(turn, "parcel", &ready->parcel_id, error);
}

static int write_things(struct turn *turn, const struct one_share *share, struct error *error)
{
    int result = 0;
    for (size_t i = 0; !result && i < share->items; i++) {
        const struct sent_thing *item = &share->item[i];
        result = store_run(turn->session, "INSERT INTO share_item (id, share_id, item_id) VALUES ($1, $2, $3)",
                           STORE_BIND(STORE_TEXT(id_text(&item->link)), STORE_TEXT(id_text(&share->id)),
                                      STORE_TEXT(id_text(&item->id))),
                           NULL, error);
        if (!result)
            result = turn_wrote(turn, "share_item", &item->link, error);
    }
    for (size_t i = 0; !result && i < share->documents; i++) {
        const struct sent_thing *document = &share->document[i];
        result = store_run(turn->session, "INSERT INTO share_document (id, share_id, document_id) VALUES ($1, $2, $3)",
                           STORE_BIND(STORE_TEXT(id_text(&document->link)), STORE_TEXT(id_text(&share->id)),
                                      STORE_TEXT(id_text(&document->id))),
                           NULL, error);
        if (!result)
            result = turn_wrote(turn, "share_document", &document->link, error);
    }
    return result;
}

static int write_share(struct turn *turn, const struct one_share *share, struct error *error)
{
    int64_t sent = 0;
    int result = store_one_int(turn->session, "SELECT count(*) FROM share WHERE decision_id = $1",
                               STORE_BIND(STORE_TEXT(id_text(&share->decision_id))), &sent, error);
    if (!result && sent)
        return error_set(error, ERROR_CONFLICT, "decisions", "Look at the case: it shows what was sent.",
                         "what was decided here has been sent already");
    if (!result)
        result = own_key_write(turn, &share->key, error);
    if (!result)
        result = store_run(turn->session,
                           "INSERT INTO share (id, case_id, decision_id, agency_id, sent_by, sent_at, key_id, sealed)"
                           " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
                           STORE_BIND(STORE_TEXT(id_text(&share->id)), STORE_TEXT(id_text(&share->case_id)),
                                      STORE_TEXT(id_text(&share->decision_id)), STORE_TEXT(id_text(&turn->actor->agency)),
                                      STORE_TEXT(id_text(&turn->actor->post)), STORE_INT(turn->now),
                                      STORE_TEXT(own_key_id(turn, &share->key)), SEALED_BYTES(share->sealed)),
                           NULL, error);
    if (!result)
        result = turn_wrote(turn, "share", &share->id, error);
    if (!result)
        result = write_things(turn, share, error);
    return result ? result : write_receipts(turn, share, error);
}

static int share_send_apply(struct turn *turn, const struct share_send *in, const struct share_send_ready *ready,
                            struct share_sent *out, struct error *error)
{
    int result = 0;
    for (size_t i = 0; !result && i < ready->shares; i++)
        result = write_share(turn, &ready->share[i], error);
    if (!result)
        result = write_pickup(turn, in, ready, error);
    out->share_id = ready->share[0].id;
    out->link = ready->link;
    out->phrase = ready->phrase;
    return result;
}

static const struct field takes[] = {
    FIELD(struct share_send, decisions, .label = "Decisions", .max = 100, .required = true, .about = "decision"),
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
        .may = {.roles = ROLES_STAFF, .reach = REACH_DECISIONS, .about = offsetof(struct share_send, decisions)});
