#include "case_rows.h"
#include "names.h"

/* People, and cases about them, by a name that is like theirs. */

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

#define NEEDS_TO_KNOW "EXISTS (SELECT 1 FROM need_to_know n WHERE n.case_id = c.id AND n.post_id = $27 AND n.until IS NULL)"

/*
 * The subjects of the agency that share the most pieces of their name with what was typed: id, sealed, wrapped key, whether the actor
 * needs to know a case of theirs, and their own open case about them. only_theirs: only of cases that they may read. No row at
 * all where nothing was typed that can be looked for.
 */
static int find_subjects(struct turn *turn, struct text name, bool only_theirs, struct store_rows **rows, struct error *error)
{
    struct text wanted[2][WANTED_MOST];
    size_t n;
    int got = cut_wanted(turn, name, wanted, &n, error);
    if (got || n == 0)
        return got;
#define W(i) STORE_TEXT(wanted[0][i])
#define W_2(i) STORE_TEXT(wanted[1][i])
    return store_query(turn->session,
                       "SELECT s.id, s.sealed, k.wrapped,"
                       " EXISTS (SELECT 1 FROM case_file c WHERE c.subject_id = s.id AND " NEEDS_TO_KNOW "),"
                       " (SELECT c.id FROM case_file c WHERE c.subject_id = s.id AND c.status = 'open' AND " NEEDS_TO_KNOW
                       "  ORDER BY c.opened_at DESC LIMIT 1)"
                       " FROM (SELECT subject_id, count(*) AS shared FROM"
                       " (SELECT subject_id FROM subject_trigram" WANTED
                       "  UNION ALL SELECT subject_id FROM subject_trigram_2" WANTED ") found"
                       "  GROUP BY subject_id HAVING count(*) * 2 >= $26) hit"
                       " JOIN subject s ON s.id = hit.subject_id LEFT JOIN record_key k ON k.id = s.key_id"
                       " WHERE $52 = 0 OR EXISTS (SELECT 1 FROM case_file c WHERE c.subject_id = s.id"
                       "  AND ((c.agency_id = $1 AND $53 <> 0) OR " NEEDS_TO_KNOW "))"
                       " ORDER BY hit.shared DESC, s.added_at DESC LIMIT 20",
                       STORE_BIND(STORE_TEXT(id_text(&turn->actor->agency)), W(0), W(1), W(2), W(3), W(4), W(5), W(6), W(7),
                                  W(8), W(9), W(10), W(11), W(12), W(13), W(14), W(15), W(16), W(17), W(18), W(19), W(20),
                                  W(21), W(22), W(23), STORE_INT((int64_t)(n < WANTED_MOST ? n : WANTED_MOST)),
                                  STORE_TEXT(id_text(&turn->actor->post)), W_2(0), W_2(1), W_2(2), W_2(3), W_2(4), W_2(5), W_2(6),
                                  W_2(7), W_2(8), W_2(9), W_2(10), W_2(11), W_2(12), W_2(13), W_2(14), W_2(15), W_2(16), W_2(17),
                                  W_2(18), W_2(19), W_2(20), W_2(21), W_2(22), W_2(23), STORE_BOOL(only_theirs),
                                  STORE_BOOL(turn->actor->roles & ROLES_OF_CASES)),
                       rows, error);
#undef W
#undef W_2
}

/* ---- subject.search ---- */

/* Somebody whose case the actor need not know is found too, by name and day of birth only: else one child would have two files. */
static int subject_search_look(struct turn *turn, const struct subject_search *in, struct view_rows *out,
                               struct error *error)
{
    struct openings sealed = {0};
    bool needs[FOUND_MOST] = {false}; /* does the actor need to know a case of theirs? */
    struct id own[FOUND_MOST] = {0};
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int got = find_subjects(turn, in->name, false, &rows, error);
    while (!got && rows && (got = store_next(rows, error)) > 0) {
        needs[sealed.n] = store_bool(rows, 3);
        own[sealed.n] = column_id(rows, 4);
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
        row->case_id = own[i];
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
    FIELD(struct subject_row, case_id, .label = "Your open case about them", .about = "case"),
};

VIEW(subject_search, struct subject_search, struct subject_row, .name = "subject.search",
     .title = "Search the people your agency knows", TAKES(search_takes), GIVES(search_gives), .personal = true,
     .may = {.roles = ROLES_STAFF});

/* ---- case.find ---- */

#define S(i) STORE_TEXT(id_text(&subject[i]))
#define PLACE(n) " WHEN $" n " THEN " n

/* Who is most like the name comes first; of one person, the newest case. */
static int case_find_look(struct turn *turn, const struct case_find *in, struct view_rows *out, struct error *error)
{
    struct id subject[FOUND_MOST] = {0};
    size_t n = 0;
    STORE_ROWS_SCOPE struct store_rows *subjects = NULL, *rows = NULL;
    int got = find_subjects(turn, in->name, true, &subjects, error);
    while (!got && subjects && (got = store_next(subjects, error)) > 0) {
        subject[n++] = column_id(subjects, 0);
        got = 0;
    }
    if (got || n == 0)
        return got;
    got = store_query(turn->session,
                      CASE_SELECT("0") CASE_FROM
                      " WHERE c.subject_id IN ($5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24)"
                      " AND ((c.agency_id = $1 AND $4 <> 0) OR EXISTS"
                      "  (SELECT 1 FROM need_to_know n WHERE n.case_id = c.id AND n.post_id = $3 AND n.until IS NULL))"
                      " ORDER BY CASE c.subject_id" PLACE("5") PLACE("6") PLACE("7") PLACE("8") PLACE("9") PLACE("10") PLACE("11")
                      PLACE("12") PLACE("13") PLACE("14") PLACE("15") PLACE("16") PLACE("17") PLACE("18") PLACE("19") PLACE("20")
                      PLACE("21") PLACE("22") PLACE("23") PLACE("24") " END, c.opened_at DESC, c.id DESC LIMIT $25",
                      STORE_BIND(STORE_TEXT(id_text(&turn->actor->agency)), STORE_TEXT(case_rows_today(turn)),
                                 STORE_TEXT(id_text(&turn->actor->post)), STORE_BOOL(turn->actor->roles & ROLES_OF_CASES), S(0),
                                 S(1), S(2), S(3), S(4), S(5), S(6), S(7), S(8), S(9), S(10), S(11), S(12), S(13), S(14), S(15),
                                 S(16), S(17), S(18), S(19), STORE_INT(CASES_FOUND)),
                      &rows, error);
    return got ? got : case_rows_read(turn, rows, out, error);
}

#undef S
#undef PLACE

static const struct field find_takes[] = {
    FIELD(struct case_find, name, .label = "Name", .required = true, .personal = true),
};
static const struct field find_gives[] = {CASE_GIVES};

VIEW(case_find, struct case_find, struct case_row, .name = "case.find", .title = "Find the cases that you may read by a name",
     TAKES(find_takes), GIVES(find_gives), .personal = true, .each = true, .may = {.roles = ROLES_STAFF});
