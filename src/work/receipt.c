#include "arrival.h"
#include "internal.h"

static const struct choice states[] = {
    {"sent", "New"},
    {"opened", "Opened, not answered yet"},
    {"confirmed", "Answered"},
    {NULL, NULL},
};

/* ---- receipt.open: the first to open it takes it; from then on it is theirs, and their managers' and leads' ---- */

static bool is_overseer(const struct actor *actor)
{
    return actor->roles & (ROLE_MANAGER | ROLE_LEAD);
}

/* In apply: a colleague may have taken it since the gate judged. */
static int check_own(struct turn *turn, const struct id *receipt, struct error *error)
{
    int64_t own = 0;
    int result = store_one_int(turn->session,
                               "SELECT count(*) FROM receipt WHERE id = $1 AND (post_id IS NULL OR post_id = $2 OR $3 <> 0)",
                               STORE_BIND(STORE_TEXT(id_text(receipt)), STORE_TEXT(id_text(&turn->actor->post)),
                                          STORE_BOOL(is_overseer(turn->actor))),
                               &own, error);
    return result || own ? result
                         : error_set(error, ERROR_CONFLICT, "receipt_id", "Look at your list again.",
                                     "a colleague has taken this meanwhile");
}

static int receipt_open_prepare(struct turn *turn, const struct receipt_of *in, char **ready, struct error *error)
{
    (void)turn, (void)in, (void)ready, (void)error;
    return 0;
}

static int receipt_open_apply(struct turn *turn, const struct receipt_of *in, const char *ready,
                              struct receipt_opened *out, struct error *error)
{
    (void)ready;
    struct arrival arrival;
    int result = arrival_find(turn, &in->receipt_id, &arrival, error);
    out->first = false;
    for (size_t i = 0; !result && i < arrival.n; i++) {
        int64_t changed = 0;
        result = store_run(turn->session,
                           "UPDATE receipt SET state = 'opened', opened_at = $2, post_id = $3"
                           " WHERE id = $1 AND state = 'sent' AND outside = 0",
                           STORE_BIND(STORE_TEXT(id_text(&arrival.receipt[i])), STORE_INT(turn->now),
                                      STORE_TEXT(id_text(&turn->actor->post))),
                           &changed, error);
        if (!result && changed)
            result = turn_wrote(turn, "receipt", &arrival.receipt[i], error);
        out->first |= changed > 0;
    }
    return result || out->first ? result : check_own(turn, &in->receipt_id, error);
}

static const struct field of_takes[] = {
    FIELD(struct receipt_of, receipt_id, .label = "Receipt", .required = true, .about = "receipt"),
};
static const struct field open_gives[] = {
    FIELD(struct receipt_opened, first, .label = "You are the first to open it"),
};

COMMAND(receipt_open, struct receipt_of, struct receipt_opened, char, .name = "receipt.open",
        .title = "Take what was shared with your agency", TAKES(of_takes), GIVES(open_gives),
        .may = {.roles = ROLES_STAFF, .reach = REACH_RECEIPT, .about = offsetof(struct receipt_of, receipt_id)});

/* ---- receipt.confirm ---- */

struct one_reply {
    struct id receipt, sender, case_id, notice;
    struct own_key key;
    struct text sealed;
};

struct receipt_confirm_ready {
    struct one_reply *reply;
    size_t replies;
};

/* The same words to each person's file. */
static int seal_reply(struct turn *turn, const struct receipt_confirm *in, struct one_reply *reply, struct error *error)
{
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int result = store_one(turn->session,
                           "SELECT s.sent_by, s.case_id FROM receipt r JOIN share s ON s.id = r.share_id WHERE r.id = $1",
                           STORE_BIND(STORE_TEXT(id_text(&reply->receipt))), &rows, error);
    if (result)
        return result;
    reply->sender = column_id(rows, 0);
    reply->case_id = column_id(rows, 1);
    reply->notice = turn_id(turn);
    SEAL_BEGIN(turn, w);
    json_key(&w, "action");
    json_put_text(&w, in->action);
    return SEAL_END_OWN(turn, w, &reply->key, "receipt", &reply->receipt, &reply->sealed, error);
}

static int receipt_confirm_prepare(struct turn *turn, const struct receipt_confirm *in,
                                   struct receipt_confirm_ready **out, struct error *error)
{
    struct receipt_confirm_ready *ready = *out = ARENA_NEW(turn->arena, struct receipt_confirm_ready);
    if (!ready)
        return arena_error(turn->arena, error);
    struct arrival arrival;
    int result = arrival_find(turn, &in->receipt_id, &arrival, error);
    if (result)
        return result;
    ready->replies = arrival.n;
    if (!(ready->reply = ARENA_ARRAY(turn->arena, struct one_reply, arrival.n)))
        return arena_error(turn->arena, error);
    for (size_t i = 0; !result && i < arrival.n; i++) {
        ready->reply[i].receipt = arrival.receipt[i];
        if (arrival.n > 1)
            result = own_key_make(turn, &ready->reply[i].key, error);
        if (!result)
            result = seal_reply(turn, in, &ready->reply[i], error);
    }
    return result;
}

static int write_reply(struct turn *turn, const struct one_reply *reply, struct error *error)
{
    int64_t changed = 0;
    int result = check_own(turn, &reply->receipt, error);
    if (!result)
        result = own_key_write(turn, &reply->key, error);
    if (!result)
        result = store_run(turn->session,
                           "UPDATE receipt SET state = 'confirmed', confirmed_at = $2, reply_key_id = $3, reply = $4,"
                           " opened_at = COALESCE(opened_at, $2), post_id = COALESCE(post_id, $5)"
                           " WHERE id = $1 AND state <> 'confirmed' AND outside = 0",
                           STORE_BIND(STORE_TEXT(id_text(&reply->receipt)), STORE_INT(turn->now),
                                      STORE_TEXT(own_key_id(turn, &reply->key)), SEALED_BYTES(reply->sealed),
                                      STORE_TEXT(id_text(&turn->actor->post))),
                           &changed, error);
    if (!result && !changed)
        return error_set(error, ERROR_CONFLICT, "receipt_id", "", "receipt has been confirmed already");
    if (!result)
        result = turn_wrote(turn, "receipt", &reply->receipt, error);
    return result ? result
                  : notice_raise(turn, &reply->notice, &reply->sender, "share-confirmed", &reply->case_id, error);
}

static int receipt_confirm_apply(struct turn *turn, const struct receipt_confirm *in,
                                 const struct receipt_confirm_ready *ready, struct receipt_confirmed *out,
                                 struct error *error)
{
    (void)in;
    int result = 0;
    for (size_t i = 0; !result && i < ready->replies; i++)
        result = write_reply(turn, &ready->reply[i], error);
    out->confirmed_at.at = turn->now;
    return result;
}

static const struct field confirm_takes[] = {
    FIELD(struct receipt_confirm, receipt_id, .label = "Receipt", .required = true, .about = "receipt"),
    FIELD(struct receipt_confirm, action, .label = "What will you do?",
          .hint = "The person who shared this will read it. If you will do nothing, say so and why.", .max = 5000,
          .required = true, .personal = true),
};
static const struct field confirm_gives[] = {
    FIELD(struct receipt_confirmed, confirmed_at, .label = "Confirmed"),
};

COMMAND(receipt_confirm, struct receipt_confirm, struct receipt_confirmed, struct receipt_confirm_ready,
        .name = "receipt.confirm", .title = "Confirm receipt and say what you will do", TAKES(confirm_takes),
        GIVES(confirm_gives),
        .may = {.roles = ROLES_STAFF, .reach = REACH_RECEIPT, .about = offsetof(struct receipt_confirm, receipt_id)});

/* ---- receipt.list ---- */

/* The subject's key, where the recipient is to know whom it is about. */
#define SUBJECT_KEY(k) "CASE WHEN d.decided = 'share-anonymised' THEN NULL ELSE " k ".wrapped END"

#define RECEIPT_LIST                                                                                           \
    "SELECT r.id, r.state, r.sent_at, r.opened_at, r.confirmed_at, post.person, post.title, a.name,"           \
    " u.id, u.sealed, " SUBJECT_KEY("k") ", r.post_id, t.together"                                             \
    " FROM receipt r JOIN share s ON s.id = r.share_id JOIN decision d ON d.id = s.decision_id"                \
    " JOIN post ON post.id = s.sent_by"                                                                        \
    " JOIN agency a ON a.id = s.agency_id JOIN case_file c ON c.id = s.case_id"                                \
    " JOIN subject u ON u.id = c.subject_id LEFT JOIN record_key k ON k.id = u.key_id"                         \
    " LEFT JOIN decision_together t ON t.decision_id = s.decision_id"

/*
 * Rows of one arrival name its first; one that came alone names none: whether more was decided than this recipient was
 * sent is not theirs to know.
 */
static void name_arrivals(struct view_rows *out, const struct id *together)
{
    for (size_t i = 0; i < out->n; i++) {
        struct receipt_row *row = row_at(out, i);
        for (size_t k = 0; k < i && id_is_set(&together[i]) && !id_is_set(&row->arrival); k++) {
            struct receipt_row *first = row_at(out, k);
            if (id_equal(&together[i], &together[k]) && first->sent_at.at == row->sent_at.at)
                row->arrival = first->arrival = id_is_set(&first->arrival) ? first->arrival : first->receipt_id;
        }
    }
}

static int receipt_list_look(struct turn *turn, const struct nothing *in, struct view_rows *out, struct error *error)
{
    (void)in;
    enum { LISTED = 200 };
    struct openings sealed = {0};
    struct id *together = ARENA_ARRAY(turn->arena, struct id, LISTED);
    if (!together)
        return arena_error(turn->arena, error);
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    const struct store_value agency = STORE_TEXT(id_text(&turn->actor->agency)),
                             post = STORE_TEXT(id_text(&turn->actor->post));
    /* two statements, so that each finds its rows by an index and in order */
    int got = is_overseer(turn->actor)
                  ? store_query(turn->session, RECEIPT_LIST " WHERE r.agency_id = $1 ORDER BY r.sent_at DESC, r.id LIMIT 200",
                                STORE_BIND(agency), &rows, error)
                  : store_query(turn->session,
                                RECEIPT_LIST " WHERE r.id IN"
                                             " (SELECT id FROM receipt WHERE agency_id = $1 AND post_id IS NULL"
                                             "  UNION ALL SELECT id FROM receipt WHERE agency_id = $1 AND post_id = $2)"
                                             " ORDER BY r.sent_at DESC, r.id LIMIT 200",
                                STORE_BIND(agency, post), &rows, error);
    while (!got && (got = store_next(rows, error)) > 0) {
        struct receipt_row *row = view_row(out);
        if (!row ||
            !openings_add(turn, &sealed, "subject", store_text(rows, 8), store_bytes(rows, 9),
                          store_is_null(rows, 11) ? (struct text){NULL, 0} : store_bytes(rows, 10)))
            return arena_error(turn->arena, error);
        together[out->n - 1] = column_id(rows, 12);
        row->receipt_id = column_id(rows, 0);
        row->state = store_text_in(rows, 1, turn->arena);
        row->state_words = choice_label(states, row->state);
        row->sent_at.at = store_int(rows, 2);
        row->opened_at.at = store_int(rows, 3);
        row->confirmed_at.at = store_int(rows, 4);
        row->sender = store_text_in(rows, 5, turn->arena);
        row->sender_post = store_text_in(rows, 6, turn->arena);
        row->sender_agency = store_text_in(rows, 7, turn->arena);
        got = 0;
    }
    name_arrivals(out, together);
    if (!got)
        got = turn_open(turn, sealed.row, sealed.n, error);
    for (size_t i = 0; !got && i < sealed.n; i++) {
        struct receipt_row *row = row_at(out, i);
        row->name = plain_text(&sealed.row[i], "name"); /* empty until somebody has taken it */
        row->born = plain_date(&sealed.row[i], "born");
    }
    return got;
}

static const struct field list_gives[] = {
    FIELD(struct receipt_row, receipt_id, .label = "Receipt", .about = "receipt"),
    FIELD(struct receipt_row, arrival, .label = "Came with", .hint = "The same for all that came at once; none: it came alone.",
          .about = "receipt"),
    FIELD(struct receipt_row, sender, .label = "From"),
    FIELD(struct receipt_row, sender_post, .label = "Post"),
    FIELD(struct receipt_row, sender_agency, .label = "Agency"),
    FIELD(struct receipt_row, name, .label = "About", .hint = "Told once somebody has taken it.", .personal = true),
    FIELD(struct receipt_row, born, .label = "Born", .personal = true),
    FIELD(struct receipt_row, state, .label = "State", .choices = states),
    FIELD(struct receipt_row, state_words, .label = "State in words"),
    FIELD(struct receipt_row, sent_at, .label = "Sent"),
    FIELD(struct receipt_row, opened_at, .label = "Opened"),
    FIELD(struct receipt_row, confirmed_at, .label = "Answered"),
};

VIEW(receipt_list, struct nothing, struct receipt_row, .name = "receipt.list",
     .title = "What was shared with your agency", GIVES(list_gives), .personal = true, .may = {.roles = ROLES_STAFF});

/* ---- receipt.read ---- */

static int receipt_read_look(struct turn *turn, const struct receipt_of *in, struct view_rows *out,
                             struct error *error)
{
    struct openings sealed = {0};
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int got = store_query(turn->session,
                          "SELECT r.id, r.share_id, r.state, r.sent_at, r.opened_at, r.confirmed_at, post.person,"
                          " post.title, a.name, u.id, u.sealed, " SUBJECT_KEY("ku") ", r.sealed, kr.wrapped, s.sealed, ks.wrapped,"
                          " r.reply, kp.wrapped"
                          " FROM receipt r JOIN share s ON s.id = r.share_id JOIN decision d ON d.id = s.decision_id"
                          " JOIN post ON post.id = s.sent_by"
                          " JOIN agency a ON a.id = s.agency_id JOIN case_file c ON c.id = s.case_id"
                          " JOIN subject u ON u.id = c.subject_id LEFT JOIN record_key ku ON ku.id = u.key_id"
                          " LEFT JOIN record_key kr ON kr.id = r.key_id LEFT JOIN record_key ks ON ks.id = s.key_id"
                          " LEFT JOIN record_key kp ON kp.id = r.reply_key_id WHERE r.id = $1",
                          STORE_BIND(STORE_TEXT(id_text(&in->receipt_id))), &rows, error);
    if (got || (got = store_next(rows, error)) <= 0)
        return got;
    struct receipt_full *row = view_row(out);
    if (!row ||
        !openings_add(turn, &sealed, "subject", store_text(rows, 9), store_bytes(rows, 10), store_bytes(rows, 11)) ||
        !openings_add(turn, &sealed, "receipt", store_text(rows, 0), store_bytes(rows, 12), store_bytes(rows, 13)) ||
        !openings_add(turn, &sealed, "share", store_text(rows, 1), store_bytes(rows, 14), store_bytes(rows, 15)) ||
        !openings_add(turn, &sealed, "receipt", store_text(rows, 0), store_bytes(rows, 16), store_bytes(rows, 17)))
        return arena_error(turn->arena, error);
    row->receipt_id = column_id(rows, 0);
    row->share_id = column_id(rows, 1);
    row->state = store_text_in(rows, 2, turn->arena);
    row->state_words = choice_label(states, row->state);
    row->sent_at.at = store_int(rows, 3);
    row->opened_at.at = store_int(rows, 4);
    row->confirmed_at.at = store_int(rows, 5);
    row->sender = store_text_in(rows, 6, turn->arena);
    row->sender_post = store_text_in(rows, 7, turn->arena);
    row->sender_agency = store_text_in(rows, 8, turn->arena);
    got = turn_open(turn, sealed.row, sealed.n, error);
    row->name = plain_text(&sealed.row[0], "name");
    row->about = plain_text(&sealed.row[0], "about");
    row->born = plain_date(&sealed.row[0], "born");
    row->limits = plain_object(&sealed.row[1], "limits");
    row->message = plain_text(&sealed.row[2], "message");
    row->reply = plain_text(&sealed.row[3], "action");
    return got;
}

static const struct field read_gives[] = {
    FIELD(struct receipt_full, receipt_id, .label = "Receipt", .about = "receipt"),
    FIELD(struct receipt_full, share_id, .label = "Share", .about = "share"),
    FIELD(struct receipt_full, sender, .label = "From"),
    FIELD(struct receipt_full, sender_post, .label = "Post"),
    FIELD(struct receipt_full, sender_agency, .label = "Agency"),
    FIELD(struct receipt_full, name, .label = "About", .personal = true),
    FIELD(struct receipt_full, about, .label = "More about them", .personal = true),
    FIELD(struct receipt_full, born, .label = "Born", .personal = true),
    FIELD(struct receipt_full, message, .label = "Message", .personal = true),
    FIELD(struct receipt_full, limits, .label = "Limits", .personal = true),
    FIELD(struct receipt_full, state, .label = "State", .choices = states),
    FIELD(struct receipt_full, state_words, .label = "State in words"),
    FIELD(struct receipt_full, reply, .label = "What you will do", .personal = true),
    FIELD(struct receipt_full, sent_at, .label = "Sent"),
    FIELD(struct receipt_full, opened_at, .label = "Opened"),
    FIELD(struct receipt_full, confirmed_at, .label = "Answered"),
};

VIEW(receipt_read, struct receipt_of, struct receipt_full, .name = "receipt.read",
     .title = "What was shared with you, and its limits", TAKES(of_takes), GIVES(read_gives), .personal = true,
     .one = true,
     .may = {.roles = ROLES_STAFF, .reach = REACH_RECEIPT_TAKEN, .about = offsetof(struct receipt_of, receipt_id)});

/* ---- receipt.items, receipt.documents ---- */

static int receipt_items_look(struct turn *turn, const struct receipt_of *in, struct view_rows *out,
                              struct error *error)
{
    struct openings sealed = {0};
    bool anonymised = false;
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int got = store_query(turn->session,
                          "SELECT i.id, i.nature, i.historical, i.confidence, i.recorded_at, i.sealed, k.wrapped,"
                          " d.decided = 'share-anonymised'"
                          " FROM receipt r JOIN share s ON s.id = r.share_id JOIN decision d ON d.id = s.decision_id"
                          " JOIN share_item si ON si.share_id = r.share_id JOIN item i ON i.id = si.item_id"
                          " LEFT JOIN record_key k ON k.id = i.key_id WHERE r.id = $1 ORDER BY i.recorded_at",
                          STORE_BIND(STORE_TEXT(id_text(&in->receipt_id))), &rows, error);
    while (!got && (got = store_next(rows, error)) > 0) {
        struct receipt_item *row = view_row(out);
        if (!row || !openings_add(turn, &sealed, "item", store_text(rows, 0), store_bytes(rows, 5), store_bytes(rows, 6)))
            return arena_error(turn->arena, error);
        row->nature = store_text_in(rows, 1, turn->arena);
        row->historical = store_bool(rows, 2);
        row->confidence = store_text_in(rows, 3, turn->arena);
        row->recorded_at.at = store_int(rows, 4);
        anonymised = store_bool(rows, 7);
        got = 0;
    }
    if (!got)
        got = turn_open(turn, sealed.row, sealed.n, error);
    for (size_t i = 0; !got && i < sealed.n; i++) {
        struct receipt_item *row = row_at(out, i);
        row->text = plain_text(&sealed.row[i], "text");
        /* who told it in confidence stays with the sender (BUC-36, LLR-31) */
        if (!anonymised && !text_equal(row->confidence, TEXT("explicit")))
            row->provider = plain_text(&sealed.row[i], "provider");
        row->happened_at.at = plain_int(&sealed.row[i], "happened_at");
    }
    return got;
}

static const struct field items_gives[] = {
    FIELD(struct receipt_item, text, .label = "What is known", .personal = true),
    FIELD(struct receipt_item, nature, .label = "Fact or opinion", .choices = item_natures),
    FIELD(struct receipt_item, confidence, .label = "Confidence", .choices = item_confidences),
    FIELD(struct receipt_item, provider, .label = "Told by", .personal = true),
    FIELD(struct receipt_item, historical, .label = "About the past"),
    FIELD(struct receipt_item, happened_at, .label = "Happened"),
    FIELD(struct receipt_item, recorded_at, .label = "Written down"),
};

VIEW(receipt_items, struct receipt_of, struct receipt_item, .name = "receipt.items",
     .title = "The items that were shared with you", TAKES(of_takes), GIVES(items_gives), .personal = true,
     .may = {.roles = ROLES_STAFF, .reach = REACH_RECEIPT_TAKEN, .about = offsetof(struct receipt_of, receipt_id)});

static int receipt_documents_look(struct turn *turn, const struct receipt_of *in, struct view_rows *out,
                                  struct error *error)
{
    struct openings sealed = {0};
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int got = store_query(turn->session,
                          "SELECT d.id, d.size, d.sealed, k.wrapped FROM receipt r"
                          " JOIN share_document sd ON sd.share_id = r.share_id JOIN document d ON d.id = sd.document_id"
                          " LEFT JOIN record_key k ON k.id = d.key_id WHERE r.id = $1 ORDER BY d.added_at",
                          STORE_BIND(STORE_TEXT(id_text(&in->receipt_id))), &rows, error);
    while (!got && (got = store_next(rows, error)) > 0) {
        struct receipt_document *row = view_row(out);
        if (!row ||
            !openings_add(turn, &sealed, "document", store_text(rows, 0), store_bytes(rows, 2), store_bytes(rows, 3)))
            return arena_error(turn->arena, error);
        row->document_id = column_id(rows, 0);
        row->size = store_int(rows, 1);
        got = 0;
    }
    if (!got)
        got = turn_open(turn, sealed.row, sealed.n, error);
    for (size_t i = 0; !got && i < sealed.n; i++) {
        struct receipt_document *row = row_at(out, i);
        row->name = plain_text(&sealed.row[i], "name");
        row->type = plain_text(&sealed.row[i], "type");
    }
    return got;
}

static const struct field documents_gives[] = {
    FIELD(struct receipt_document, document_id, .label = "Document", .about = "document"),
    FIELD(struct receipt_document, name, .label = "Name", .personal = true),
    FIELD(struct receipt_document, type, .label = "Kind"),
    FIELD(struct receipt_document, size, .label = "Bytes"),
};

VIEW(receipt_documents, struct receipt_of, struct receipt_document, .name = "receipt.documents",
     .title = "The documents that were shared with you", TAKES(of_takes), GIVES(documents_gives), .personal = true,
     .may = {.roles = ROLES_STAFF, .reach = REACH_RECEIPT_TAKEN, .about = offsetof(struct receipt_of, receipt_id)});
