#include "internal.h"
#include "names.h"
#include "pack/rules.h"

/* Takes the present row; the sealed part is opened later, by fill(). */
static int take(struct turn *turn, struct store_rows *rows, struct view_rows *out, struct openings *sealed,
                struct error *error)
{
    struct case_row *row = view_row(out);
    if (!row)
        return arena_error(turn->arena, error);
    row->case_id = column_id(rows, 0);
    row->subject_id = column_id(rows, 1);
    row->status = store_text_in(rows, 2, turn->arena);
    row->opened_at.at = store_int(rows, 3);
    row->opened_by = store_text_in(rows, 4, turn->arena);
    row->items = store_int(rows, 7);
    row->decisions = store_int(rows, 8);
    row->shares = store_int(rows, 9);
    row->holds = store_int(rows, 10);
    return openings_add(turn, sealed, "subject", store_text(rows, 1), store_bytes(rows, 5), store_bytes(rows, 6))
               ? 0
               : arena_error(turn->arena, error);
}

static int fill(struct turn *turn, struct view_rows *out, struct openings *sealed, struct error *error)
{
    int result = turn_open(turn, sealed->row, sealed->n, error);
    for (size_t i = 0; !result && i < sealed->n; i++) {
        struct case_row *row = row_at(out, i);
        row->name = plain_text(&sealed->row[i], "name");
        row->born = plain_date(&sealed->row[i], "born");
        row->about = plain_text(&sealed->row[i], "about");
    }
    return result;
}

#define CASE_COLUMNS                                                                                           \
    "SELECT c.id, c.subject_id, c.status, c.opened_at, post.person, s.sealed, k.wrapped,"                      \
    " (SELECT count(*) FROM item WHERE item.case_id = c.id),"                                                  \
    " (SELECT count(*) FROM decision WHERE decision.case_id = c.id),"                                          \
    " (SELECT count(*) FROM share WHERE share.case_id = c.id),"                                                \
    " (SELECT count(*) FROM legal_hold h WHERE h.case_id = c.id AND h.lifted_at IS NULL"                       \
    "  AND (h.until_day = '' OR h.until_day >= $2))"                                                           \
    " FROM case_file c JOIN subject s ON s.id = c.subject_id JOIN post ON post.id = c.opened_by"               \
    " LEFT JOIN record_key k ON k.id = s.key_id"

static struct text today(struct turn *turn)
{
    return day_write(turn->arena, turn_date_passed(turn));
}

static int case_list_look(struct turn *turn, const struct nothing *in, struct view_rows *out, struct error *error)
{
    (void)in;
    struct openings sealed = {0};
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int got = store_query(turn->session,
                          CASE_COLUMNS " JOIN need_to_know n ON n.case_id = c.id"
                                       " WHERE n.post_id = $1 AND n.until IS NULL ORDER BY c.opened_at DESC LIMIT 200",
                          STORE_BIND(STORE_TEXT(id_text(&turn->actor->post)), STORE_TEXT(today(turn))), &rows, error);
    while (!got && (got = store_next(rows, error)) > 0)
        got = take(turn, rows, out, &sealed, error);
    return got ? got : fill(turn, out, &sealed, error);
}

static int case_read_look(struct turn *turn, const struct case_of *in, struct view_rows *out, struct error *error)
{
    struct openings sealed = {0};
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int got = store_query(turn->session, CASE_COLUMNS " WHERE c.id = $1",
                          STORE_BIND(STORE_TEXT(id_text(&in->case_id)), STORE_TEXT(today(turn))), &rows, error);
    while (!got && (got = store_next(rows, error)) > 0)
        got = take(turn, rows, out, &sealed, error);
    return got ? got : fill(turn, out, &sealed, error);
}

static const struct field case_gives[] = {
    FIELD(struct case_row, case_id, .label = "Case", .about = "case"),
    FIELD(struct case_row, subject_id, .label = "Subject", .about = "subject"),
    FIELD(struct case_row, name, .label = "Name", .personal = true),
    FIELD(struct case_row, born, .label = "Born", .personal = true),
    FIELD(struct case_row, about, .label = "About", .personal = true),
    FIELD(struct case_row, status, .label = "Status"),
    FIELD(struct case_row, opened_by, .label = "Opened by"),
    FIELD(struct case_row, opened_at, .label = "Opened"),
    FIELD(struct case_row, items, .label = "Items of information"),
    FIELD(struct case_row, decisions, .label = "Decisions"),
    FIELD(struct case_row, shares, .label = "Shares"),
    FIELD(struct case_row, holds, .label = "Legal holds on it that stand"),
};
static const struct field case_takes[] = {
    FIELD(struct case_of, case_id, .label = "Case", .required = true, .about = "case"),
};

VIEW(case_list, struct nothing, struct case_row, .name = "case.list", .title = "Your cases", GIVES(case_gives),
     .personal = true, .may = {.roles = ROLES_STAFF});
VIEW(case_read, struct case_of, struct case_row, .name = "case.read", .title = "A case", TAKES(case_takes),
     GIVES(case_gives), .personal = true, .one = true,
     .may = {.roles = ROLES_STAFF, .reach = REACH_CASE_REVIEW, .about = offsetof(struct case_of, case_id)});

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
