#include "internal.h"

static const struct choice states[] = {
    {"sent", "Sent, not opened yet"},
    {"opened", "Opened"},
    {"confirmed", "Received and answered"},
    {"collected", "Picked up"},
    {NULL, NULL},
};

/* The parcel hangs on one receipt; those that came with it went the same way. */
#define MEDIUM(column)                                                                                         \
    "COALESCE(p." column ", (SELECT q." column " FROM decision_together t"                                      \
    " JOIN decision_together u ON u.together = t.together"                                                     \
    " JOIN share v ON v.decision_id = u.decision_id AND v.sent_at = s.sent_at"                                 \
    " JOIN receipt o ON o.share_id = v.id JOIN pickup q ON q.receipt_id = o.id"                                \
    " WHERE t.decision_id = s.decision_id AND r.outside <> 0))"

static int share_list_look(struct turn *turn, const struct share_list *in, struct view_rows *out, struct error *error)
{
    struct openings sealed = {0};
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int got = store_query(turn->session,
                          "SELECT s.id, r.id, s.decision_id, r.state, r.sent_at, r.opened_at, r.confirmed_at, r.outside,"
                          " r.sealed, k.wrapped, r.reply, kr.wrapped,"
                          " (SELECT count(*) FROM share_item WHERE share_item.share_id = s.id),"
                          " (SELECT count(*) FROM share_document WHERE share_document.share_id = s.id),"
                          " post.person, post.title, " MEDIUM("link_medium") ", " MEDIUM("phrase_medium")
                          " FROM share s JOIN receipt r ON r.share_id = s.id JOIN post ON post.id = s.sent_by"
                          " LEFT JOIN pickup p ON p.receipt_id = r.id LEFT JOIN record_key k ON k.id = r.key_id"
                          " LEFT JOIN record_key kr ON kr.id = r.reply_key_id"
                          " WHERE s.case_id = $1 ORDER BY s.sent_at DESC, r.id LIMIT 200",
                          STORE_BIND(STORE_TEXT(id_text(&in->case_id))), &rows, error);
    while (!got && (got = store_next(rows, error)) > 0) {
        struct share_row *row = view_row(out);
        if (!row ||
            !openings_add(turn, &sealed, "receipt", store_text(rows, 1), store_bytes(rows, 8), store_bytes(rows, 9)) ||
            !openings_add(turn, &sealed, "receipt", store_text(rows, 1), store_bytes(rows, 10), store_bytes(rows, 11)))
            return arena_error(turn->arena, error);
        row->share_id = column_id(rows, 0);
        row->receipt_id = column_id(rows, 1);
        row->decision_id = column_id(rows, 2);
        row->state = store_text_in(rows, 3, turn->arena);
        row->state_words = choice_label(states, row->state);
        row->sent_at.at = store_int(rows, 4);
        row->opened_at.at = store_int(rows, 5);
        row->confirmed_at.at = store_int(rows, 6);
        row->outside = store_bool(rows, 7);
        row->items = store_int(rows, 12);
        row->documents = store_int(rows, 13);
        row->sender = store_text_in(rows, 14, turn->arena);
        row->sender_post = store_text_in(rows, 15, turn->arena);
        row->link_medium = store_text_in(rows, 16, turn->arena);
        row->phrase_medium = store_text_in(rows, 17, turn->arena);
        got = 0;
    }
    if (!got)
        got = turn_open(turn, sealed.row, sealed.n, error);
    for (size_t i = 0; !got && i < out->n; i++) {
        struct share_row *row = row_at(out, i);
        row->recipient = plain_text(&sealed.row[2 * i], "name");
        row->reply = plain_text(&sealed.row[2 * i + 1], "action");
    }
    return got;
}

static const struct field takes[] = {
    FIELD(struct share_list, case_id, .label = "Case", .required = true, .about = "case"),
};
static const struct field gives[] = {
    FIELD(struct share_row, share_id, .label = "Share", .about = "share"),
    FIELD(struct share_row, receipt_id, .label = "Receipt", .about = "receipt"),
    FIELD(struct share_row, decision_id, .label = "Decision", .about = "decision"),
    FIELD(struct share_row, recipient, .label = "Recipient", .personal = true),
    FIELD(struct share_row, state, .label = "State", .choices = states),
    FIELD(struct share_row, state_words, .label = "State in words"),
    FIELD(struct share_row, reply, .label = "What they will do", .personal = true),
    FIELD(struct share_row, sent_at, .label = "Sent"),
    FIELD(struct share_row, opened_at, .label = "Opened"),
    FIELD(struct share_row, confirmed_at, .label = "Answered"),
    FIELD(struct share_row, items, .label = "Items"),
    FIELD(struct share_row, documents, .label = "Documents"),
    FIELD(struct share_row, outside, .label = "Outside the partnership"),
    FIELD(struct share_row, sender, .label = "Sent by"),
    FIELD(struct share_row, sender_post, .label = "Post"),
    FIELD(struct share_row, link_medium, .label = "How the link went", .choices = share_media),
    FIELD(struct share_row, phrase_medium, .label = "How the phrase went", .choices = share_media),
};

VIEW(share_list, struct share_list, struct share_row, .name = "share.list", .title = "What was shared from a case",
     TAKES(takes), GIVES(gives), .personal = true,
     .may = {.roles = ROLES_STAFF, .reach = REACH_CASE_REVIEW, .about = offsetof(struct share_list, case_id)});
