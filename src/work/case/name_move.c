#include "name_page.h"
#include "name_rows.h"
#include "names.h"

/* The index of names moves to its other table, and to another key. */
static int read_second(struct turn *turn, bool *second, struct error *error)
{
    int64_t value = 0;
    int result = store_one_int(turn->session, "SELECT second FROM trigram_side WHERE id = 1", STORE_BIND(), &value, error);
    *second = value != 0;
    return result;
}

#define TABLE_ID(second) STORE_INT((second) ? 2 : 1)

int name_move_begin(struct turn *turn, struct error *error)
{
    bool second = false;
    int64_t begun = 0;
    int result = read_second(turn, &second, error);
    if (!result)
        result = store_one_int(turn->session, "SELECT count(*) FROM name_key WHERE id = $1", STORE_BIND(TABLE_ID(!second)), &begun, error);
    if (result || begun)
        return result;
    second = !second;
    result = turn_own_key_write(turn, &turn->key, error);
    if (!result)
        result = store_run(turn->session, "INSERT INTO name_key (id, key_id) VALUES ($1, $2)",
                           STORE_BIND(TABLE_ID(second), STORE_TEXT(id_text(&turn->key.id))), NULL, error);
    return result ? result
                  : store_run(turn->session, "UPDATE trigram_side SET second = $1 WHERE id = 1", STORE_BIND(STORE_BOOL(second)), NULL,
                              error);
}

#define PAGE(table)                                                                                            \
    store_query(turn->session,                                                                                 \
                "SELECT t.subject_id, s.agency_id, s.sealed, k.wrapped FROM"                                    \
                " (SELECT DISTINCT subject_id FROM " table " ORDER BY subject_id LIMIT $1) t"                   \
                " LEFT JOIN subject s ON s.id = t.subject_id LEFT JOIN record_key k ON k.id = s.key_id",        \
                STORE_BIND(STORE_INT(NAME_MOVE_PAGE)), &rows, error)

static int read_page(struct turn *turn, bool second, struct name_page *page, struct error *error)
{
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int result = second ? PAGE("subject_trigram") : PAGE("subject_trigram_2");
    return result ? result : name_page_take(turn, rows, page, error);
}

int name_move_read(struct turn *turn, struct name_moving *out, struct error *error)
{
    struct name_keys keys;
    struct name_page page = {.last = {""}};
    *out = (struct name_moving){.n = 0};
    arena_reset(turn->arena);
    int result = name_keys_open(turn, &keys, error);
    if (!result)
        result = read_page(turn, keys.second, &page, error);
    for (; !result && out->n < page.person.n; out->n++) {
        const struct sealed_row *row = &page.person.row[out->n];
        out->moved[out->n].subject = row->row;
        out->moved[out->n].agency = page.agency[out->n];
        if (row->plain)
            result = name_pieces(turn, keys.plain[keys.second], page.agency[out->n], plain_text(row, "name"),
                                 &out->moved[out->n].piece, &out->moved[out->n].n, error);
    }
    bytes_wipe(&keys, sizeof keys);
    return result;
}

#define TAKE(table)                                                                                            \
    store_query(turn->session,                                                                                 \
                "DELETE FROM " table " WHERE subject_id IN"                                                    \
                " ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16,"                     \
                " $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32,"             \
                " $33, $34, $35, $36, $37, $38, $39, $40, $41, $42, $43, $44, $45, $46, $47, $48,"             \
                " $49, $50, $51, $52, $53, $54, $55, $56, $57, $58, $59, $60, $61, $62, $63, $64)"             \
                " RETURNING subject_id",                                                                       \
                ((struct store_values){subject, NAME_MOVE_PAGE}), &rows, error)
_Static_assert(NAME_MOVE_PAGE == 64, "one statement takes a page");

/* Who was disposed of since the page was read is not there any more, and stays so. */
static int take(struct turn *turn, bool second, const struct name_moving *page, bool was_there[NAME_MOVE_PAGE], struct error *error)
{
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    struct store_value subject[NAME_MOVE_PAGE];
    for (size_t i = 0; i < NAME_MOVE_PAGE; i++)
        subject[i] = STORE_TEXT_IF(i < page->n, page->moved[i].subject);
    int got = second ? TAKE("subject_trigram") : TAKE("subject_trigram_2");
    while (!got && (got = store_next(rows, error)) > 0) {
        struct text taken = store_text(rows, 0);
        for (size_t i = 0; i < page->n; i++)
            was_there[i] = was_there[i] || text_equal(page->moved[i].subject, taken);
        got = 0;
    }
    return got;
}

static int move_page(struct turn *turn, bool second, const struct name_moving *page, struct error *error)
{
    bool was_there[NAME_MOVE_PAGE] = {false};
    struct name_rows rows = {.turn = turn, .second = second};
    int result = take(turn, second, page, was_there, error);
    for (size_t i = 0; !result && i < page->n; i++)
        if (was_there[i])
            result = name_rows_add(&rows, page->moved[i].agency, page->moved[i].subject, page->moved[i].piece, page->moved[i].n, error);
    return result ? result : name_rows_end(&rows, error);
}

/* The last page of a table is only cleared by deleting all of it, with nothing in it. */
static int finish(struct turn *turn, bool second, struct name_moving *page, struct error *error)
{
    int64_t left = 0;
    int result = second ? store_one_int(turn->session, "SELECT count(*) FROM subject_trigram", STORE_BIND(), &left, error)
                        : store_one_int(turn->session, "SELECT count(*) FROM subject_trigram_2", STORE_BIND(), &left, error);
    if (result || left) /* of somebody who was added meanwhile, under the key of before */
        return result;
    result = second ? store_run(turn->session, "DELETE FROM subject_trigram", STORE_BIND(), NULL, error)
                    : store_run(turn->session, "DELETE FROM subject_trigram_2", STORE_BIND(), NULL, error);
    if (!result)
        result = store_run(turn->session,
                           "DELETE FROM record_key WHERE own = 1 AND id IN (SELECT key_id FROM name_key WHERE id = $1)",
                           STORE_BIND(TABLE_ID(!second)), NULL, error);
    if (!result)
        result = store_run(turn->session, "DELETE FROM name_key WHERE id = $1", STORE_BIND(TABLE_ID(!second)), NULL, error);
    page->done = !result;
    return result;
}

int name_move_write(struct turn *turn, struct name_moving *page, struct error *error)
{
    bool second = false;
    page->done = false;
    int result = read_second(turn, &second, error);
    if (result)
        return result;
    return page->n ? move_page(turn, second, page, error) : finish(turn, second, page, error);
}
