#include "case_rows.h"

static int case_list_look(struct turn *turn, const struct nothing *in, struct view_rows *out, struct error *error)
{
    (void)in;
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int got = store_query(turn->session,
                          CASE_SELECT("0") CASE_FROM " JOIN need_to_know n ON n.case_id = c.id"
                                       " WHERE n.post_id = $1 AND n.until IS NULL ORDER BY c.opened_at DESC LIMIT $3",
                          STORE_BIND(STORE_TEXT(id_text(&turn->actor->post)), STORE_TEXT(case_rows_today(turn)),
                                     STORE_INT(CASES_LISTED)), &rows, error);
    return got ? got : case_rows_read(turn, rows, out, error);
}

static int case_read_look(struct turn *turn, const struct case_of *in, struct view_rows *out, struct error *error)
{
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int got = store_query(turn->session, CASE_SELECT("0") CASE_FROM " WHERE c.id = $1",
                          STORE_BIND(STORE_TEXT(id_text(&in->case_id)), STORE_TEXT(case_rows_today(turn))), &rows, error);
    return got ? got : case_rows_read(turn, rows, out, error);
}

static const struct field case_gives[] = {CASE_GIVES};
static const struct field case_takes[] = {
    FIELD(struct case_of, case_id, .label = "Case", .required = true, .about = "case"),
};

VIEW(case_list, struct nothing, struct case_row, .name = "case.list", .title = "Your cases", GIVES(case_gives),
     .personal = true, .may = {.roles = ROLES_STAFF});
VIEW(case_read, struct case_of, struct case_row, .name = "case.read", .title = "A case", TAKES(case_takes),
     GIVES(case_gives), .personal = true, .one = true,
     .may = {.roles = ROLES_STAFF, .reach = REACH_CASE_REVIEW, .about = offsetof(struct case_of, case_id)});

/* ---- case.agency ---- */

const struct choice case_selections[] = {
    {"all", "All"},
    {"undecided", "No decision yet"},
    {"unanswered", "Shared, not answered yet"},
    {NULL, NULL},
};

enum { PAGES_MOST = 1000000 };

static int case_agency_look(struct turn *turn, const struct case_agency *in, struct view_rows *out, struct error *error)
{
    if (in->page < 0 || in->page > PAGES_MOST)
        return error_set(error, ERROR_INVALID, "page", "The newest are on page 1.", "there is no such page");
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int got = store_query(turn->session,
                          CASE_SELECT("found.n") CASE_FROM
                          " JOIN (SELECT f.id, count(*) OVER () AS n FROM case_file f WHERE f.agency_id = $1"
                          "  AND ($3 <> 'undecided' OR NOT EXISTS (SELECT 1 FROM decision d WHERE d.case_id = f.id))"
                          "  AND ($3 <> 'unanswered' OR EXISTS (SELECT 1 FROM share a JOIN receipt r ON r.share_id = a.id"
                          "   WHERE a.case_id = f.id AND " UNANSWERED "))"
                          "  ORDER BY f.opened_at DESC, f.id DESC LIMIT $4 OFFSET $5) found ON found.id = c.id"
                          " ORDER BY c.opened_at DESC, c.id DESC",
                          STORE_BIND(STORE_TEXT(id_text(&turn->actor->agency)), STORE_TEXT(case_rows_today(turn)),
                                     STORE_TEXT(in->which), STORE_INT(CASES_ON_PAGE),
                                     STORE_INT(in->page ? (in->page - 1) * CASES_ON_PAGE : 0)),
                          &rows, error);
    return got ? got : case_rows_read(turn, rows, out, error);
}

static const struct field agency_takes[] = {
    FIELD(struct case_agency, which, .label = "Which cases", .choices = case_selections),
    FIELD(struct case_agency, page, .label = "Page", .hint = "25 cases each; the newest are on page 1."),
};
static const struct field agency_gives[] = {CASE_GIVES, FIELD(struct case_row, of, .label = "Such cases in all")};

VIEW(case_agency, struct case_agency, struct case_row, .name = "case.agency", .title = "The cases of your agency, the newest first",
     TAKES(agency_takes), GIVES(agency_gives), .personal = true, .each = true, .may = {.roles = ROLES_OF_CASES});

/* ---- case.people ---- */

static int case_people_look(struct turn *turn, const struct case_of *in, struct view_rows *out, struct error *error)
{
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int got = store_query(turn->session,
                          "SELECT post.id, post.title, post.person, n.added_at, n.until FROM need_to_know n"
                          " JOIN post ON post.id = n.post_id WHERE n.case_id = $1 ORDER BY n.added_at",
                          STORE_BIND(STORE_TEXT(id_text(&in->case_id))), &rows, error);
    while (!got && (got = store_next(rows, error)) > 0) {
        struct need_row *row = view_row(out);
        if (!row)
            return arena_error(turn->arena, error);
        row->post_id = column_id(rows, 0);
        row->title = store_text_in(rows, 1, turn->arena);
        row->person = store_text_in(rows, 2, turn->arena);
        row->since.at = store_int(rows, 3);
        row->until.at = store_int(rows, 4);
        got = 0;
    }
    return got;
}

static const struct field people_gives[] = {
    FIELD(struct need_row, post_id, .label = "Post", .about = "post"),
    FIELD(struct need_row, title, .label = "Post"),
    FIELD(struct need_row, person, .label = "Held by"),
    FIELD(struct need_row, since, .label = "Since"),
    FIELD(struct need_row, until, .label = "Until"),
};

VIEW(case_people, struct case_of, struct need_row, .name = "case.people", .title = "Who needs to know a case",
     TAKES(case_takes), GIVES(people_gives),
     .may = {.roles = ROLES_STAFF, .reach = REACH_CASE_REVIEW, .about = offsetof(struct case_of, case_id)});

/* ---- case.looks ---- */

static int case_looks_look(struct turn *turn, const struct case_of *in, struct view_rows *out, struct error *error)
{
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int got = store_query(turn->session,
                          "SELECT post.person, post.title, look.view, look.at FROM look"
                          " JOIN post ON post.id = look.post_id WHERE look.case_id = $1 ORDER BY look.seq DESC LIMIT 500",
                          STORE_BIND(STORE_TEXT(id_text(&in->case_id))), &rows, error);
    while (!got && (got = store_next(rows, error)) > 0) {
        struct look_row *row = view_row(out);
        if (!row)
            return arena_error(turn->arena, error);
        row->person = store_text_in(rows, 0, turn->arena);
        row->post = store_text_in(rows, 1, turn->arena);
        row->what = store_text_in(rows, 2, turn->arena);
        row->at.at = store_int(rows, 3);
        got = 0;
    }
    return got;
}

static const struct field looks_gives[] = {
    FIELD(struct look_row, person, .label = "Who"),
    FIELD(struct look_row, post, .label = "Post"),
    FIELD(struct look_row, what, .label = "What was looked at"),
    FIELD(struct look_row, at, .label = "When"),
};

VIEW(case_looks, struct case_of, struct look_row, .name = "case.looks", .title = "Who looked at a case",
     TAKES(case_takes), GIVES(looks_gives),
     .may = {.roles = ROLES_STAFF, .reach = REACH_CASE_REVIEW, .about = offsetof(struct case_of, case_id)});
