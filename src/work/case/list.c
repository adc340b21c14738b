#include "case_rows.h"
#include "names.h"

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
     TAKES(agency_takes), GIVES(agency_gives), .personal = true, .each = true, .may = {.roles = ROLE_MANAGER | ROLE_LEAD});

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

/* ---- subject.search ---- */

enum { FOUND_MOST = 20, WANTED_MOST = 24 };

#define WANTED                                                                                                 \
    " WHERE agency_id = $1 AND trigram IN ($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18,"  \
    " $19, $20, $21, $22, $23, $24, $25, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38, $39, $40, $41, $42, $43," \
    " $44, $45, $46, $47, $48, $49, $50, $51)"

/* The pieces of what was typed, under the key of each table of the index that has one; *n of each. */
static int cut_wanted(struct turn *turn, struct text name, struct text wanted[2][WANTED_MOST], size_t *n, struct error *error)
{
    struct name_keys keys;
    struct text *piece;
    int result = name_keys_open(turn, &keys, error);
    for (int table = 0; !result && table < 2; table++) {
        size_t cut = 0;
        if (id_is_set(&keys.id[table])) {
            result = name_pieces(turn, keys.plain[table], id_text(&turn->actor->agency), name, &piece, &cut, error);
            *n = cut;
        }
        for (size_t i = 0; i < WANTED_MOST; i++)
            wanted[table][i] = !result && i < cut ? piece[i] : (struct text){"", 0};
    }
    bytes_wipe(&keys, sizeof keys);
    return result;
}

/*
 * The subjects of the agency that share the most pieces of their name with what was typed. Somebody whose case the actor need not
 * know is found too, by name and day of birth only: else one child would have two files.
 */
static int subject_search_look(struct turn *turn, const struct subject_search *in, struct view_rows *out,
                               struct error *error)
{
    struct text wanted[2][WANTED_MOST];
    size_t n;
    int got = cut_wanted(turn, in->name, wanted, &n, error);
    if (got || n == 0)
        return got;
    struct openings sealed = {0};
    bool needs[FOUND_MOST] = {false}; /* does the actor need to know a case of theirs? */
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
#define W(i) STORE_TEXT(wanted[0][i])
#define W_2(i) STORE_TEXT(wanted[1][i])
    got = store_query(turn->session,
                      "SELECT s.id, s.sealed, k.wrapped, EXISTS (SELECT 1 FROM case_file c JOIN need_to_know n ON n.case_id = c.id"
                      "  WHERE c.subject_id = s.id AND n.post_id = $27 AND n.until IS NULL) FROM (SELECT subject_id, count(*) AS shared FROM"
                      " (SELECT subject_id FROM subject_trigram" WANTED
                      "  UNION ALL SELECT subject_id FROM subject_trigram_2" WANTED ") found"
                      "  GROUP BY subject_id HAVING count(*) * 2 >= $26) hit"
                      " JOIN subject s ON s.id = hit.subject_id LEFT JOIN record_key k ON k.id = s.key_id"
                      " ORDER BY hit.shared DESC, s.added_at DESC LIMIT 20",
                      STORE_BIND(STORE_TEXT(id_text(&turn->actor->agency)), W(0), W(1), W(2), W(3), W(4), W(5), W(6), W(7),
                                 W(8), W(9), W(10), W(11), W(12), W(13), W(14), W(15), W(16), W(17), W(18), W(19), W(20),
                                 W(21), W(22), W(23), STORE_INT((int64_t)(n < WANTED_MOST ? n : WANTED_MOST)),
                                 STORE_TEXT(id_text(&turn->actor->post)), W_2(0), W_2(1), W_2(2), W_2(3), W_2(4), W_2(5), W_2(6),
                                 W_2(7), W_2(8), W_2(9), W_2(10), W_2(11), W_2(12), W_2(13), W_2(14), W_2(15), W_2(16), W_2(17),
                                 W_2(18), W_2(19), W_2(20), W_2(21), W_2(22), W_2(23)),
                      &rows, error);
#undef W
#undef W_2
    while (!got && (got = store_next(rows, error)) > 0) {
        needs[sealed.n] = store_bool(rows, 3);
        got = openings_add(turn, &sealed, "subject", store_text(rows, 0), store_bytes(rows, 1), store_bytes(rows, 2))
                  ? 0
                  : arena_error(turn->arena, error);
    }
    if (!got)
        got = turn_open(turn, sealed.row, sealed.n, error);
    for (size_t i = 0; !got && i < sealed.n; i++) {
        if (!sealed.row[i].plain)
            continue;
        struct subject_row *row = view_row(out);
        if (!row)
            return arena_error(turn->arena, error);
        id_parse(sealed.row[i].row, &row->subject_id);
        row->name = plain_text(&sealed.row[i], "name");
        row->about = needs[i] ? plain_text(&sealed.row[i], "about") : TEXT("");
        row->born = plain_date(&sealed.row[i], "born");
    }
    return got;
}

static const struct field search_takes[] = {
    FIELD(struct subject_search, name, .label = "Name", .required = true, .personal = true),
};
static const struct field search_gives[] = {
    FIELD(struct subject_row, subject_id, .label = "Subject", .about = "subject"),
    FIELD(struct subject_row, name, .label = "Name", .personal = true),
    FIELD(struct subject_row, about, .label = "About", .personal = true),
    FIELD(struct subject_row, born, .label = "Born", .personal = true),
};

VIEW(subject_search, struct subject_search, struct subject_row, .name = "subject.search",
     .title = "Search the people your agency knows", TAKES(search_takes), GIVES(search_gives), .personal = true,
     .may = {.roles = ROLES_STAFF});
