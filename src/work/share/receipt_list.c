#include "receipts.h"

#define RECEIPT_LIST                                                                                           \
    "SELECT r.id, r.state, r.sent_at, r.opened_at, r.confirmed_at, post.person, post.title, a.name,"           \
    " u.id, u.sealed, " RECEIPT_SUBJECT_KEY("k") ", r.post_id, t.together"                                             \
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
    int got = receipt_is_overseer(turn->actor)
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
        row->state_words = choice_label(receipt_states, row->state);
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
    FIELD(struct receipt_row, state, .label = "State", .choices = receipt_states),
    FIELD(struct receipt_row, state_words, .label = "State in words"),
    FIELD(struct receipt_row, sent_at, .label = "Sent"),
    FIELD(struct receipt_row, opened_at, .label = "Opened"),
    FIELD(struct receipt_row, confirmed_at, .label = "Answered"),
};

VIEW(receipt_list, struct nothing, struct receipt_row, .name = "receipt.list",
     .title = "What was shared with your agency", GIVES(list_gives), .personal = true, .may = {.roles = ROLES_STAFF});
