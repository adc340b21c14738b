#include "internal.h"
#include "names.h"
#include "work/derived.h"
#include "work/name_index.h"

/* The index of names: added to, made again from the sealed names, and held against them. */
enum { TOGETHER = 64 };

#define ADD(table)                                                                                             \
    store_run(turn->session, "INSERT INTO " table " (agency_id, trigram, subject_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING", \
              STORE_BIND(STORE_TEXT(agency), STORE_TEXT(cut->piece[i]), STORE_TEXT(subject)), NULL, error)

int name_index_add(struct turn *turn, struct text agency, struct text subject, const struct name_cut *cut, struct error *error)
{
    int64_t is_there = 1;
    int result = cut->n == 0 ? 0
                             : store_one_int(turn->session, "SELECT count(*) FROM name_key WHERE id = $1 AND key_id = $2",
                                             STORE_BIND(STORE_INT(cut->second ? 2 : 1), STORE_TEXT(id_text(&cut->key))), &is_there,
                                             error);
    if (!result && !is_there)
        return error_set(error, ERROR_CONFLICT, "name", "Try again. Nothing was changed.",
                         "the keys of the service were renewed at this very moment");
    for (size_t i = 0; !result && i < cut->n; i++)
        result = cut->second ? ADD("subject_trigram_2") : ADD("subject_trigram");
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

/* ---- what is there ---- */

/* *n of the pieces that lie in a table without a key, and of keys of no table. */
static int count_stray(struct turn *turn, const struct name_keys *keys, int64_t *n, struct error *error)
{
    int result = store_one_int(turn->session, "SELECT count(*) FROM name_key WHERE id NOT IN (1, 2)", STORE_BIND(), n, error);
    if (result || *n)
        return result;
    if (!id_is_set(&keys->id[0]))
        return store_one_int(turn->session, "SELECT count(*) FROM subject_trigram", STORE_BIND(), n, error);
    if (!id_is_set(&keys->id[1]))
        return store_one_int(turn->session, "SELECT count(*) FROM subject_trigram_2", STORE_BIND(), n, error);
    return 0;
}

int name_index_look(struct turn *turn, struct error *error)
{
    struct name_keys keys;
    int64_t stray = 0;
    int result = name_keys_open(turn, &keys, error);
    bytes_wipe(keys.plain, sizeof keys.plain);
    if (!result)
        result = count_stray(turn, &keys, &stray, error);
    if (!result && stray)
        result = error_set(error, ERROR_CHECK, "name_key", "Tell the operator: start the service again, which indexes names anew.",
                           "pieces of names lie there whose key is gone, or a key is there that is of none");
    return result;
}

/* ---- making it again ---- */

static int put_key(struct turn *turn, struct name_cut *cut, struct error *error)
{
    int64_t second = 0;
    int result = store_one_int(turn->session, "SELECT second FROM trigram_side WHERE id = 1", STORE_BIND(), &second, error);
    if (!result)
        result = store_run(turn->session, "DELETE FROM record_key WHERE own = 1 AND id IN (SELECT key_id FROM name_key)", STORE_BIND(),
                           NULL, error);
    if (!result)
        result = store_run(turn->session, "DELETE FROM name_key", STORE_BIND(), NULL, error);
    if (!result)
        result = turn_own_key_write(turn, &turn->key, error);
    if (!result)
        result = store_run(turn->session, "INSERT INTO name_key (id, key_id) VALUES ($1, $2)",
                           STORE_BIND(STORE_INT(second ? 2 : 1), STORE_TEXT(id_text(&turn->key.id))), NULL, error);
    if (!result)
        result = store_run(turn->session, "DELETE FROM subject_trigram", STORE_BIND(), NULL, error);
    if (!result)
        result = store_run(turn->session, "DELETE FROM subject_trigram_2", STORE_BIND(), NULL, error);
    *cut = (struct name_cut){.second = second != 0, .key = turn->key.id};
    return result;
}

static int index_subject(struct turn *turn, const struct named *named, const struct sealed_row *row, struct name_cut *cut,
                         struct error *error)
{
    int result = name_pieces(turn, turn->key.plain, named->agency, plain_text(row, "name"), &cut->piece, &cut->n, error);
    return result ? result : name_index_add(turn, named->agency, row->row, cut, error);
}

int name_index_make(struct turn *turn, struct error *error)
{
    struct page page = {.after = {""}};
    struct name_cut cut;
    size_t there = 0, opened = 0;
    int result = put_key(turn, &cut, error);
    do {
        arena_reset(turn->arena);
        if (!result)
            result = read_page(turn, &page, error);
        if (!result)
            result = open_page(turn, &page, error);
        for (size_t i = 0; !result && i < page.sealed.n; i++) {
            there++;
            opened += page.sealed.row[i].plain != NULL;
            if (page.sealed.row[i].plain)
                result = index_subject(turn, &page.named[i], &page.sealed.row[i], &cut, error);
        }
    } while (!result && page.sealed.n == TOGETHER);
    if (!result && there && !opened)
        result = error_set(error, ERROR_CHECK, "subject", "Look whether the keyholder's folder is the one of this database.",
                           "not one name opens");
    return result;
}

/* ---- holding it against the names: what is missing ---- */

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

static int find_one(struct turn *turn, const struct named *named, const struct cuts *cuts, size_t i, bool *there, struct error *error)
{
    int64_t n = 0;
    int result = store_one_int(
        turn->session,
        "SELECT (SELECT count(*) FROM subject_trigram WHERE agency_id = $1 AND trigram = $2 AND subject_id = $4)"
        " + (SELECT count(*) FROM subject_trigram_2 WHERE agency_id = $1 AND trigram = $3 AND subject_id = $4)",
        STORE_BIND(STORE_TEXT(named->agency), STORE_TEXT(cuts->piece[0][i]), STORE_TEXT(cuts->piece[1][i]),
                   STORE_TEXT(id_text(&named->subject))), &n, error);
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

static int check_subject(struct turn *turn, const struct name_keys *keys, const struct named *named, const struct sealed_row *row,
                         int64_t *expected, const struct derived_report *report, struct error *error)
{
    struct cuts cuts = {.n = 0};
    int result = row->plain ? cut_twice(turn, keys, named->agency, plain_text(row, "name"), &cuts, error) : 0;
    for (size_t i = 0; !result && i < cuts.n; i++) {
        bool there = true;
        if (!is_new(cuts.piece[0], i))
            continue;
        ++*expected;
        result = find_one(turn, named, &cuts, i, &there, error);
        if (!result && !there)
            report->differs(report->self, "subject_trigram", id_text(&named->subject),
                            "the name cannot be found by all of its letters");
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
    struct page page = {.after = {""}};
    int64_t expected = 0, there = 0;
    int result = 0;
    do {
        arena_reset(turn->arena);
        result = read_page(turn, &page, error);
        if (!result)
            result = open_page(turn, &page, error);
        for (size_t i = 0; !result && i < page.sealed.n; i++)
            result = check_subject(turn, keys, &page.named[i], &page.sealed.row[i], &expected, report, error);
    } while (!result && page.sealed.n == TOGETHER);
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
