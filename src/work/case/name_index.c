#include "internal.h"
#include "names.h"
#include "work/derived.h"

/* The index of names: added to, made again from the sealed names, and held against them. */
enum { TOGETHER = 64 };

/* Of the two tables the one that is written to now: see work_schema_12. */
int name_index_add(struct turn *turn, struct text agency, const struct id *subject, const struct text *piece, size_t n,
                   struct error *error)
{
    int64_t second = 0;
    const struct store_value of = STORE_TEXT(agency), id = STORE_TEXT(id_text(subject));
    int result = store_one_int(turn->session, "SELECT second FROM trigram_side WHERE id = 1", STORE_BIND(), &second, error);
    for (size_t i = 0; !result && i < n; i++)
        result = second ? store_run(turn->session,
                                    "INSERT INTO subject_trigram_2 (agency_id, trigram, subject_id) VALUES ($1, $2, $3)"
                                    " ON CONFLICT DO NOTHING",
                                    STORE_BIND(of, STORE_TEXT(piece[i]), id), NULL, error)
                        : store_run(turn->session,
                                    "INSERT INTO subject_trigram (agency_id, trigram, subject_id) VALUES ($1, $2, $3)"
                                    " ON CONFLICT DO NOTHING",
                                    STORE_BIND(of, STORE_TEXT(piece[i]), id), NULL, error);
    return result;
}

struct named {
    struct id subject;
    struct text agency;
};

struct page {
    struct named named[TOGETHER];
    struct openings sealed;
    struct id after;
};

static int read_page(struct turn *turn, struct page *page, struct error *error)
{
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    page->sealed = (struct openings){0};
    int got = store_query(turn->session,
                          "SELECT s.id, s.agency_id, s.sealed, k.wrapped FROM subject s"
                          " LEFT JOIN record_key k ON k.id = s.key_id WHERE s.id > $1 ORDER BY s.id LIMIT $2",
                          STORE_BIND(STORE_TEXT(id_text(&page->after)), STORE_INT(TOGETHER)), &rows, error);
    while (!got && (got = store_next(rows, error)) > 0) {
        struct named *named = &page->named[page->sealed.n];
        id_parse(store_text(rows, 0), &named->subject);
        named->agency = store_text_in(rows, 1, turn->arena);
        page->after = named->subject;
        got = openings_add(turn, &page->sealed, "subject", store_text(rows, 0), store_bytes(rows, 2), store_bytes(rows, 3))
                  ? 0
                  : arena_error(turn->arena, error);
    }
    return got;
}

/* Together where all open; one by one where they do not. One that does not open is told by who checks the rows. */
static int open_page(struct turn *turn, struct page *page, struct error *error)
{
    struct error why;
    int result = turn_open(turn, page->sealed.row, page->sealed.n, &why);
    for (size_t i = 0; result == ERROR_CHECK && i < page->sealed.n; i++)
        (void)turn_open(turn, &page->sealed.row[i], 1, &why);
    if (result && result != ERROR_CHECK)
        *error = why;
    return result == ERROR_CHECK ? 0 : result;
}

/* ---- making it again ---- */

static int index_subject(struct turn *turn, const struct named *named, const struct sealed_row *row, struct error *error)
{
    struct text *piece;
    size_t n;
    int result = name_pieces(turn, named->agency, plain_text(row, "name"), &piece, &n, error);
    return result ? result : name_index_add(turn, named->agency, &named->subject, piece, n, error);
}

int name_index_make(struct turn *turn, struct error *error)
{
    struct page page = {.after = {""}};
    int result = store_run(turn->session, "DELETE FROM subject_trigram", STORE_BIND(), NULL, error);
    if (!result)
        result = store_run(turn->session, "DELETE FROM subject_trigram_2", STORE_BIND(), NULL, error);
    do {
        arena_reset(turn->arena);
        if (!result)
            result = read_page(turn, &page, error);
        if (!result)
            result = open_page(turn, &page, error);
        for (size_t i = 0; !result && i < page.sealed.n; i++)
            if (page.sealed.row[i].plain)
                result = index_subject(turn, &page.named[i], &page.sealed.row[i], error);
    } while (!result && page.sealed.n == TOGETHER);
    return result;
}

/* ---- holding it against the names: what is missing ---- */

static int find_one(struct turn *turn, const struct named *named, struct text piece, bool *there, struct error *error)
{
    int64_t n = 0;
    int result = store_one_int(
        turn->session,
        "SELECT (SELECT count(*) FROM subject_trigram WHERE agency_id = $1 AND trigram = $2 AND subject_id = $3)"
        " + (SELECT count(*) FROM subject_trigram_2 WHERE agency_id = $1 AND trigram = $2 AND subject_id = $3)",
        STORE_BIND(STORE_TEXT(named->agency), STORE_TEXT(piece), STORE_TEXT(id_text(&named->subject))), &n, error);
    *there = n > 0;
    return result;
}

static bool is_new(const struct text *piece, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (text_equal(piece[k], piece[i]))
            return false;
    return true;
}

static int check_subject(struct turn *turn, const struct named *named, const struct sealed_row *row, int64_t *expected,
                         const struct derived_report *report, struct error *error)
{
    struct text *piece = NULL;
    size_t n = 0;
    int result = row->plain ? name_pieces(turn, named->agency, plain_text(row, "name"), &piece, &n, error) : 0;
    for (size_t i = 0; !result && i < n; i++) {
        bool there = true;
        if (!is_new(piece, i))
            continue;
        ++*expected;
        result = find_one(turn, named, piece[i], &there, error);
        if (!result && !there)
            report->differs(report->self, "subject_trigram", id_text(&named->subject),
                            "the name cannot be found by all of its letters");
    }
    return result;
}

/* ---- what should not be there ---- */

static int is_of_name(struct turn *turn, struct text subject, struct text agency, struct text piece, bool *is,
                      struct error *error)
{
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    struct error why;
    struct text *made = NULL;
    size_t n = 0;
    *is = false;
    int result = store_one(turn->session,
                           "SELECT s.sealed, k.wrapped FROM subject s LEFT JOIN record_key k ON k.id = s.key_id"
                           " WHERE s.id = $1 AND s.agency_id = $2",
                           STORE_BIND(STORE_TEXT(subject), STORE_TEXT(agency)), &rows, error);
    if (result)
        return result == ERROR_MISSING ? 0 : result;
    struct sealed_row row = {.table = "subject", .row = subject, .sealed = store_bytes(rows, 0), .wrapped = store_bytes(rows, 1)};
    result = turn_open(turn, &row, 1, &why);
    if (!result && row.plain)
        result = name_pieces(turn, agency, plain_text(&row, "name"), &made, &n, &why);
    for (size_t i = 0; !result && i < n; i++)
        *is |= text_equal(made[i], piece);
    if (result == ERROR_SYSTEM)
        *error = why;
    return result == ERROR_SYSTEM ? result : 0;
}

static int name_strays(struct turn *turn, const struct derived_report *report, struct error *error)
{
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int got = store_query(turn->session, "SELECT agency_id, trigram, subject_id FROM subject_trigram"
                          " UNION ALL SELECT agency_id, trigram, subject_id FROM subject_trigram_2",
                          STORE_BIND(), &rows, error);
    while (!got && (got = store_next(rows, error)) > 0) {
        bool is = false;
        got = is_of_name(turn, store_text(rows, 2), store_text(rows, 0), store_text(rows, 1), &is, error);
        if (!got && !is)
            report->differs(report->self, "subject_trigram", store_text(rows, 2),
                            "letters lie there that are not of this person's name");
        arena_reset(turn->arena);
    }
    return got;
}

static int check(struct turn *turn, const struct derived_report *report, struct error *error)
{
    struct page page = {.after = {""}};
    int64_t expected = 0, there = 0;
    int result = 0;
    do {
        arena_reset(turn->arena);
        result = read_page(turn, &page, error);
        if (!result)
            result = open_page(turn, &page, error);
        for (size_t i = 0; !result && i < page.sealed.n; i++)
            result = check_subject(turn, &page.named[i], &page.sealed.row[i], &expected, report, error);
    } while (!result && page.sealed.n == TOGETHER);
    arena_reset(turn->arena);
    if (!result)
        result = store_one_int(turn->session, "SELECT (SELECT count(*) FROM subject_trigram) + (SELECT count(*) FROM subject_trigram_2)",
                               STORE_BIND(), &there, error);
    return result || there <= expected ? result : name_strays(turn, report, error);
}

const struct derived subject_trigram_derived = {"subject_trigram", check};
