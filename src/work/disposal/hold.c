#include "inside.h"
#include "work/hold.h"

enum { ROLES_HOLD = ROLE_MANAGER | ROLE_LEAD | ROLE_GOVERNANCE };

struct hold_place_ready {
    struct id id, case_id;
    struct text sealed;
};

static int ready_hold(struct turn *turn, struct text reason, struct date until, struct hold_place_ready *ready, struct error *error)
{
    if (until.year && date_compare(until, turn_date(turn)) < 0)
        return error_set(error, ERROR_INVALID, "until", "Give a day to come, or none.", "this day has passed");
    ready->id = turn_id(turn);
    SEAL_BEGIN(turn, w);
    json_member_text(&w, "reason", reason);
    return SEAL_END(turn, w, "legal_hold", &ready->id, &ready->sealed, error);
}

static int write_hold(struct turn *turn, const struct hold_place_ready *ready, struct date until, struct hold_placed *out,
                      struct error *error)
{
    int64_t there = 0;
    int result = store_one_int(turn->session, "SELECT count(*) FROM case_file WHERE id = $1",
                               STORE_BIND(STORE_TEXT(id_text(&ready->case_id))), &there, error);
    if (!result && !there)
        return error_set(error, ERROR_MISSING, "", "", "the case was destroyed meanwhile");
    if (!result)
        result = store_run(turn->session,
                           "INSERT INTO legal_hold (id, case_id, agency_id, placed_by, placed_at, until_day, key_id, sealed)"
                           " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
                           STORE_BIND(STORE_TEXT(id_text(&ready->id)), STORE_TEXT(id_text(&ready->case_id)),
                                      STORE_TEXT(id_text(&turn->actor->agency)), STORE_TEXT(id_text(&turn->actor->post)),
                                      STORE_INT(turn->now), STORE_TEXT(day_write(turn->arena, until)), KEY_ID(turn),
                                      SEALED_BYTES(ready->sealed)),
                           NULL, error);
    out->hold_id = ready->id;
    return result ? result : turn_wrote(turn, "legal_hold", &ready->id, error);
}

/* ---- hold.place ---- */

static int hold_place_prepare(struct turn *turn, const struct hold_place *in, struct hold_place_ready **out, struct error *error)
{
    struct hold_place_ready *ready = *out = ARENA_NEW(turn->arena, struct hold_place_ready);
    if (!ready)
        return arena_error(turn->arena, error);
    ready->case_id = in->case_id;
    return ready_hold(turn, in->reason, in->until, ready, error);
}

static int hold_place_apply(struct turn *turn, const struct hold_place *in, const struct hold_place_ready *ready,
                            struct hold_placed *out, struct error *error)
{
    return write_hold(turn, ready, in->until, out, error);
}

#define REASON_AND_UNTIL(type)                                                                                 \
    FIELD(type, reason, .label = "Why is it still needed?",                                                    \
          .hint = "For example: a court case, a complaint, an inspection.", .max = 2000, .required = true, .personal = true), \
        FIELD(type, until, .label = "Until when?", .hint = "Leave it empty to hold it until somebody of your agency lifts it.")

static const struct field place_takes[] = {
    FIELD(struct hold_place, case_id, .label = "Case", .required = true, .about = "case"),
    REASON_AND_UNTIL(struct hold_place),
};
static const struct field place_gives[] = {
    FIELD(struct hold_placed, hold_id, .label = "Hold", .about = "hold"),
};

COMMAND(hold_place, struct hold_place, struct hold_placed, struct hold_place_ready, .name = "hold.place",
        .title = "Hold a case: nothing of it may be destroyed", TAKES(place_takes), GIVES(place_gives),
        .may = {.roles = ROLES_HOLD, .reach = REACH_CASE_OF_AGENCY, .about = offsetof(struct hold_place, case_id)});

/* ---- hold.place_received ---- */

static int hold_place_received_prepare(struct turn *turn, const struct hold_place_received *in, struct hold_place_ready **out,
                                       struct error *error)
{
    struct hold_place_ready *ready = *out = ARENA_NEW(turn->arena, struct hold_place_ready);
    if (!ready)
        return arena_error(turn->arena, error);
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int result = store_one(turn->session, "SELECT s.case_id FROM receipt r JOIN share s ON s.id = r.share_id WHERE r.id = $1",
                           STORE_BIND(STORE_TEXT(id_text(&in->receipt_id))), &rows, error);
    if (result)
        return result;
    ready->case_id = column_id(rows, 0);
    return ready_hold(turn, in->reason, in->until, ready, error);
}

static int hold_place_received_apply(struct turn *turn, const struct hold_place_received *in,
                                     const struct hold_place_ready *ready, struct hold_placed *out, struct error *error)
{
    return write_hold(turn, ready, in->until, out, error);
}

static const struct field received_takes[] = {
    FIELD(struct hold_place_received, receipt_id, .label = "What you received", .required = true, .about = "receipt"),
    REASON_AND_UNTIL(struct hold_place_received),
};

COMMAND(hold_place_received, struct hold_place_received, struct hold_placed, struct hold_place_ready,
        .name = "hold.place_received", .title = "Hold what was shared with you: its source may not destroy it",
        TAKES(received_takes), GIVES(place_gives),
        .may = {.roles = ROLE_MANAGER | ROLE_LEAD, .reach = REACH_RECEIPT_TAKEN, .about = offsetof(struct hold_place_received, receipt_id)});

/* ---- hold.lift ---- */

static int hold_lift_apply(struct turn *turn, const struct hold_of *in, struct hold_lifted *out, struct error *error)
{
    int64_t changed = 0;
    int result = store_run(turn->session, "UPDATE legal_hold SET lifted_by = $2, lifted_at = $3 WHERE id = $1 AND lifted_at IS NULL",
                           STORE_BIND(STORE_TEXT(id_text(&in->hold_id)), STORE_TEXT(id_text(&turn->actor->post)), STORE_INT(turn->now)),
                           &changed, error);
    if (!result && !changed)
        return error_set(error, ERROR_CONFLICT, "", "There is nothing to do.", "this hold has been lifted already");
    out->lifted = true;
    return result ? result : turn_wrote(turn, "legal_hold", &in->hold_id, error);
}

static const struct field lift_takes[] = {
    FIELD(struct hold_of, hold_id, .label = "Hold", .required = true, .about = "hold"),
};
static const struct field lift_gives[] = {
    FIELD(struct hold_lifted, lifted, .label = "It is lifted"),
};

COMMAND_DIRECT(hold_lift, struct hold_of, struct hold_lifted, .name = "hold.lift", .title = "Lift a legal hold of your agency",
               TAKES(lift_takes), GIVES(lift_gives),
               .may = {.roles = ROLES_HOLD, .reach = REACH_HOLD, .about = offsetof(struct hold_of, hold_id)});

/* ---- hold.list ---- */

/* Two rows to open for each: the hold's own reason, and the subject where the case is the actor's agency's. */
static int take(struct turn *turn, struct store_rows *rows, struct view_rows *out, struct openings *sealed, struct error *error)
{
    struct hold_row *row = view_row(out);
    struct arena *arena = turn->arena;
    if (!row)
        return arena_error(arena, error);
    bool own = text_equal(store_text(rows, 2), id_text(&turn->actor->agency));
    bool own_case = text_equal(store_text(rows, 3), id_text(&turn->actor->agency));
    row->hold_id = column_id(rows, 0);
    if (own_case)
        row->case_id = column_id(rows, 1);
    row->agency = store_text_in(rows, 4, arena);
    row->placed_by = store_text_in(rows, 5, arena);
    row->placed_post = store_text_in(rows, 6, arena);
    row->placed_at.at = store_int(rows, 7);
    row->until = day_read(store_text(rows, 8));
    row->lifted_at.at = store_int(rows, 9);
    row->lifted_by = store_text_in(rows, 10, arena);
    row->own = own;
    row->stands = !row->lifted_at.at && (!row->until.year || date_compare(row->until, turn_date_passed(turn)) >= 0);
    const struct text none = {NULL, 0};
    return openings_add(turn, sealed, "legal_hold", store_text(rows, 0), store_bytes(rows, 11), own ? store_bytes(rows, 12) : none) &&
                   openings_add(turn, sealed, "subject", store_text(rows, 13), store_bytes(rows, 14),
                                own_case ? store_bytes(rows, 15) : none)
               ? 0
               : arena_error(arena, error);
}

static int hold_list_look(struct turn *turn, const struct nothing *in, struct view_rows *out, struct error *error)
{
    (void)in;
    struct openings sealed = {0};
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int got = store_query(turn->session,
                          "SELECT h.id, h.case_id, h.agency_id, c.agency_id, a.name, p.person, p.title, h.placed_at, h.until_day,"
                          " h.lifted_at, l.person, h.sealed, hk.wrapped, u.id, u.sealed, uk.wrapped"
                          " FROM (SELECT id FROM legal_hold WHERE agency_id = $1 UNION SELECT x.id FROM case_file o"
                          "  JOIN legal_hold x ON x.case_id = o.id WHERE o.agency_id = $1) mine"
                          " JOIN legal_hold h ON h.id = mine.id JOIN case_file c ON c.id = h.case_id"
                          " JOIN subject u ON u.id = c.subject_id JOIN agency a ON a.id = h.agency_id"
                          " JOIN post p ON p.id = h.placed_by LEFT JOIN post l ON l.id = h.lifted_by"
                          " LEFT JOIN record_key hk ON hk.id = h.key_id LEFT JOIN record_key uk ON uk.id = u.key_id"
                          " ORDER BY h.placed_at DESC LIMIT 200",
                          STORE_BIND(STORE_TEXT(id_text(&turn->actor->agency))), &rows, error);
    while (!got && (got = store_next(rows, error)) > 0)
        got = take(turn, rows, out, &sealed, error);
    if (!got)
        got = turn_open(turn, sealed.row, sealed.n, error);
    for (size_t i = 0; !got && i < out->n; i++) {
        struct hold_row *row = row_at(out, i);
        row->reason = plain_text(&sealed.row[2 * i], "reason");
        row->name = plain_text(&sealed.row[2 * i + 1], "name");
    }
    return got;
}

static const struct field list_gives[] = {
    FIELD(struct hold_row, hold_id, .label = "Hold", .about = "hold"),
    FIELD(struct hold_row, case_id, .label = "Case", .about = "case"),
    FIELD(struct hold_row, name, .label = "Name", .personal = true),
    FIELD(struct hold_row, reason, .label = "Why it is still needed", .personal = true),
    FIELD(struct hold_row, placed_by, .label = "Placed by"),
    FIELD(struct hold_row, placed_post, .label = "Their post"),
    FIELD(struct hold_row, agency, .label = "Agency"),
    FIELD(struct hold_row, placed_at, .label = "Placed"),
    FIELD(struct hold_row, lifted_at, .label = "Lifted"),
    FIELD(struct hold_row, lifted_by, .label = "Lifted by"),
    FIELD(struct hold_row, until, .label = "Until"),
    FIELD(struct hold_row, stands, .label = "It stands"),
    FIELD(struct hold_row, own, .label = "Your agency placed it"),
};

VIEW(hold_list, struct nothing, struct hold_row, .name = "hold.list", .title = "Legal holds", GIVES(list_gives), .personal = true,
     .each = true, .may = {.roles = ROLES_HOLD});
