#include "receipts.h"

static const struct field takes[] = {
    FIELD(struct receipt_of, receipt_id, .label = "Receipt", .required = true, .about = "receipt"),
};

static int receipt_read_look(struct turn *turn, const struct receipt_of *in, struct view_rows *out,
                             struct error *error)
{
    struct openings sealed = {0};
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int got = store_query(turn->session,
                          "SELECT r.id, r.share_id, r.state, r.sent_at, r.opened_at, r.confirmed_at, post.person,"
                          " post.title, a.name, u.id, u.sealed, " RECEIPT_SUBJECT_KEY("ku") ", r.sealed, kr.wrapped, s.sealed, ks.wrapped,"
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
    row->state_words = choice_label(receipt_states, row->state);
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
    FIELD(struct receipt_full, state, .label = "State", .choices = receipt_states),
    FIELD(struct receipt_full, state_words, .label = "State in words"),
    FIELD(struct receipt_full, reply, .label = "What you will do", .personal = true),
    FIELD(struct receipt_full, sent_at, .label = "Sent"),
    FIELD(struct receipt_full, opened_at, .label = "Opened"),
    FIELD(struct receipt_full, confirmed_at, .label = "Answered"),
};

VIEW(receipt_read, struct receipt_of, struct receipt_full, .name = "receipt.read",
     .title = "What was shared with you, and its limits", TAKES(takes), GIVES(read_gives), .personal = true,
     .one = true,
     .may = {.roles = ROLES_STAFF, .reach = REACH_RECEIPT_TAKEN, .about = offsetof(struct receipt_of, receipt_id)});
