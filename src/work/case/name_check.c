#include "name_page.h"
#include "names.h"
#include "work/derived.h"

/* The index of names, held against the sealed names. */

/* ---- what is missing ---- */

/* A name, cut for each table: for one that has no key, and nothing in it, as for the other. */
struct cuts {
    struct text *piece[2];
    size_t n;
};

static int cut_twice(struct turn *turn, const struct name_keys *keys, struct text agency, struct text name, struct cuts *out,
                     struct error *error)
{
    bool now = keys->second;
    int result = name_pieces(turn, keys->plain[now], agency, name, &out->piece[now], &out->n, error);
    out->piece[!now] = out->piece[now];
    return result || !id_is_set(&keys->id[!now])
               ? result
               : name_pieces(turn, keys->plain[!now], agency, name, &out->piece[!now], &out->n, error);
}

static int find_one(struct turn *turn, struct text agency, struct text subject, const struct cuts *cuts, size_t i, bool *there,
                    struct error *error)
{
    int64_t n = 0;
    int result = store_one_int(
        turn->session,
        "SELECT (SELECT count(*) FROM subject_trigram WHERE agency_id = $1 AND trigram = $2 AND subject_id = $4)"
        " + (SELECT count(*) FROM subject_trigram_2 WHERE agency_id = $1 AND trigram = $3 AND subject_id = $4)",
        STORE_BIND(STORE_TEXT(agency), STORE_TEXT(cuts->piece[0][i]), STORE_TEXT(cuts->piece[1][i]), STORE_TEXT(subject)), &n, error);
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

static int check_person(struct turn *turn, const struct name_keys *keys, const struct name_page *page, size_t i, int64_t *expected,
                        const struct derived_report *report, struct error *error)
{
    struct cuts cuts = {.n = 0};
    const struct sealed_row *row = &page->person.row[i];
    int result = row->plain ? cut_twice(turn, keys, page->agency[i], plain_text(row, "name"), &cuts, error) : 0;
    for (size_t k = 0; !result && k < cuts.n; k++) {
        bool there = true;
        if (!is_new(cuts.piece[0], k))
            continue;
        ++*expected;
        result = find_one(turn, page->agency[i], row->row, &cuts, k, &there, error);
        if (!result && !there)
            report->differs(report->self, "subject_trigram", row->row, "the name cannot be found by all of its letters");
    }
    return result;
}

/* ---- what should not be there ---- */

struct lying {
    struct text subject, agency, piece;
    int64_t table;
};

static int is_of_name(struct turn *turn, const struct name_keys *keys, const struct lying *lying, bool *is, struct error *error)
{
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    struct error why;
    struct cuts cuts = {.n = 0};
    *is = false;
    int result = store_one(turn->session,
                           "SELECT s.sealed, k.wrapped FROM subject s LEFT JOIN record_key k ON k.id = s.key_id"
                           " WHERE s.id = $1 AND s.agency_id = $2",
                           STORE_BIND(STORE_TEXT(lying->subject), STORE_TEXT(lying->agency)), &rows, error);
    if (result)
        return result == ERROR_MISSING ? 0 : result;
    struct sealed_row row = {.table = "subject", .row = lying->subject, .sealed = store_bytes(rows, 0), .wrapped = store_bytes(rows, 1)};
    result = turn_open(turn, &row, 1, &why);
    if (!result && row.plain)
        result = cut_twice(turn, keys, lying->agency, plain_text(&row, "name"), &cuts, &why);
    for (size_t i = 0; !result && i < cuts.n; i++)
        *is |= text_equal(cuts.piece[lying->table][i], lying->piece);
    if (result == ERROR_SYSTEM)
        *error = why;
    return result == ERROR_SYSTEM ? result : 0;
}

static int name_strays(struct turn *turn, const struct name_keys *keys, const struct derived_report *report, struct error *error)
{
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int got = store_query(turn->session, "SELECT agency_id, trigram, subject_id, 0 FROM subject_trigram"
                          " UNION ALL SELECT agency_id, trigram, subject_id, 1 FROM subject_trigram_2",
                          STORE_BIND(), &rows, error);
    while (!got && (got = store_next(rows, error)) > 0) {
        bool is = false;
        struct lying lying = {store_text(rows, 2), store_text(rows, 0), store_text(rows, 1), store_int(rows, 3)};
        got = is_of_name(turn, keys, &lying, &is, error);
        if (!got && !is)
            report->differs(report->self, "subject_trigram", lying.subject, "letters lie there that are not of this person's name");
        arena_reset(turn->arena);
    }
    return got;
}

static int check_under(struct turn *turn, const struct name_keys *keys, const struct derived_report *report, struct error *error)
{
    struct name_page page = {.last = {""}};
    int64_t expected = 0, there = 0;
    int result = 0;
    do {
        result = name_page_next(turn, &page, error);
        for (size_t i = 0; !result && i < page.person.n; i++)
            result = check_person(turn, keys, &page, i, &expected, report, error);
    } while (!result && page.person.n == NAME_MOVE_PAGE);
    arena_reset(turn->arena);
    if (!result)
        result = store_one_int(turn->session, "SELECT (SELECT count(*) FROM subject_trigram) + (SELECT count(*) FROM subject_trigram_2)",
                               STORE_BIND(), &there, error);
    return result || there <= expected ? result : name_strays(turn, keys, report, error);
}

/* Without its keys nothing can be said of it: that is told of name_key. */
static int check(struct turn *turn, const struct derived_report *report, struct error *error)
{
    struct name_keys keys;
    int result = name_keys_open(turn, &keys, error);
    if (!result)
        result = check_under(turn, &keys, report, error);
    bytes_wipe(&keys, sizeof keys);
    return result == ERROR_CHECK ? 0 : result;
}

const struct derived subject_trigram_derived = {"subject_trigram", check};
