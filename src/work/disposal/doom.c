#include "inside.h"

#include <string.h>

/* Which rows go: from the thing itself to all that hangs on it. */

static int add(struct turn *turn, struct doom *doom, const char *table, struct id id, struct id key, struct id second,
               struct error *error)
{
    doom->row = arena_more(turn->arena, doom->row, doom->n, &doom->room, sizeof *doom->row);
    if (!doom->row)
        return arena_error(turn->arena, error);
    doom->row[doom->n++] = (struct doomed){table, id, key, second};
    return 0;
}

/* Columns: id, key, second key. Ends the rows. */
static int add_rows(struct turn *turn, struct doom *doom, const char *table, int got, struct store_rows **rows,
                    struct error *error)
{
    while (!got && (got = store_next(*rows, error)) > 0)
        got = add(turn, doom, table, column_id(*rows, 0), column_id(*rows, 1), column_id(*rows, 2), error);
    store_done(rows);
    return got;
}

#define FIND(table, sql)                                                                                       \
    (result ? result                                                                                           \
            : add_rows(turn, doom, table, store_query(turn->session, sql, STORE_BIND(of), &rows, error), &rows, error))

static int of_case(struct turn *turn, struct doom *doom, struct store_value of, struct error *error)
{
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int result = 0;
    result = FIND("item", "SELECT id, key_id, '' FROM item WHERE case_id = $1");
    result = FIND("decision", "SELECT id, key_id, '' FROM decision WHERE case_id = $1");
    result = FIND("document", "SELECT id, key_id, '' FROM document WHERE case_id = $1");
    result = FIND("need_to_know", "SELECT id, '', '' FROM need_to_know WHERE case_id = $1");
    result = FIND("legal_hold", "SELECT id, key_id, '' FROM legal_hold WHERE case_id = $1");
    return FIND("subject", "SELECT s.id, s.key_id, '' FROM case_file c JOIN subject s ON s.id = c.subject_id WHERE c.id = $1"
                           " AND NOT EXISTS (SELECT 1 FROM case_file o WHERE o.subject_id = s.id AND o.id <> c.id)");
}

static int of_decision(struct turn *turn, struct doom *doom, struct store_value of, struct error *error)
{
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int result = 0;
    result = FIND("decision_together", "SELECT id, '', '' FROM decision_together WHERE decision_id = $1");
    return FIND("share", "SELECT id, key_id, '' FROM share WHERE decision_id = $1");
}

static int of_share(struct turn *turn, struct doom *doom, struct store_value of, struct error *error)
{
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int result = 0;
    result = FIND("share_item", "SELECT id, '', '' FROM share_item WHERE share_id = $1");
    result = FIND("share_document", "SELECT id, '', '' FROM share_document WHERE share_id = $1");
    return FIND("receipt", "SELECT id, key_id, COALESCE(reply_key_id, '') FROM receipt WHERE share_id = $1");
}

/* What hangs on a row that goes. Of what one item or document was sent with, only the link to it goes. */
static int expand(struct turn *turn, const struct thing *thing, struct doom *doom, const struct doomed *row,
                  struct error *error)
{
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    const struct store_value of = STORE_TEXT(id_text(&row->id));
    bool whole = text_equal(thing->kind, TEXT("case"));
    const char *table = row->table;
    int result = 0;
    if (strcmp(table, "case_file") == 0)
        result = of_case(turn, doom, of, error);
    else if (strcmp(table, "decision") == 0)
        result = of_decision(turn, doom, of, error);
    else if (strcmp(table, "share") == 0)
        result = of_share(turn, doom, of, error);
    else if (strcmp(table, "receipt") == 0)
        result = FIND("pickup", "SELECT id, '', '' FROM pickup WHERE receipt_id = $1");
    else if (strcmp(table, "pickup") == 0)
        result = FIND("parcel", "SELECT id, key_id, '' FROM parcel WHERE pickup_id = $1");
    else if (strcmp(table, "item") == 0 && !whole)
        result = FIND("share_item", "SELECT id, '', '' FROM share_item WHERE item_id = $1");
    else if (strcmp(table, "document") == 0 && !whole)
        result = FIND("share_document", "SELECT id, '', '' FROM share_document WHERE document_id = $1");
    if (strcmp(table, "notice") != 0)
        result = FIND("notice", "SELECT id, '', '' FROM notice WHERE about = $1");
    return result;
}

static bool goes(const struct doom *doom, const char *table, const struct id *id)
{
    for (size_t i = 0; i < doom->n; i++)
        if (strcmp(doom->row[i].table, table) == 0 && id_equal(&doom->row[i].id, id))
            return true;
    return false;
}

static int add_pickup(struct turn *turn, struct doom *doom, struct id pickup, struct error *error)
{
    for (size_t i = 0; i < doom->pickups; i++)
        if (id_equal(&doom->pickup[i], &pickup))
            return 0;
    if (goes(doom, "pickup", &pickup))
        return 0;
    doom->pickup = arena_more(turn->arena, doom->pickup, doom->pickups, &doom->pickups_room, sizeof *doom->pickup);
    if (!doom->pickup)
        return arena_error(turn->arena, error);
    doom->pickup[doom->pickups++] = pickup;
    return 0;
}

/*
 * Parcels that hold what goes: of a share in which the item or document went, and of what was sent together with a share
 * that goes, where the parcel hangs on another case's receipt.
 */
#define SENT_TOGETHER                                                                                          \
    " JOIN decision_together t ON t.decision_id = s.decision_id JOIN decision_together u ON u.together = t.together" \
    " JOIN share v ON v.decision_id = u.decision_id JOIN receipt r ON r.share_id = v.id JOIN pickup p ON p.receipt_id = r.id"
#define PICKUPS_OF(table)                                                                                      \
    "SELECT p.id FROM " table " i JOIN share s ON s.id = i.share_id JOIN receipt r ON r.share_id = s.id"        \
    " JOIN pickup p ON p.receipt_id = r.id WHERE i.id = $1"                                                    \
    " UNION SELECT p.id FROM " table " i JOIN share s ON s.id = i.share_id" SENT_TOGETHER " WHERE i.id = $1"

static int find_pickups(struct turn *turn, struct doom *doom, const struct doomed *row, struct error *error)
{
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    const struct store_value id = STORE_TEXT(id_text(&row->id));
    int got = 0;
    if (strcmp(row->table, "share_item") == 0)
        got = store_query(turn->session, PICKUPS_OF("share_item"), STORE_BIND(id), &rows, error);
    else if (strcmp(row->table, "share_document") == 0)
        got = store_query(turn->session, PICKUPS_OF("share_document"), STORE_BIND(id), &rows, error);
    else if (strcmp(row->table, "share") == 0)
        got = store_query(turn->session, "SELECT p.id FROM share s" SENT_TOGETHER " WHERE s.id = $1", STORE_BIND(id), &rows, error);
    while (!got && rows && (got = store_next(rows, error)) > 0)
        got = add_pickup(turn, doom, column_id(rows, 0), error);
    return got;
}

/* Of one that is emptied. */
static int find_parcel(struct turn *turn, struct doom *doom, const struct id *pickup, struct error *error)
{
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    const struct store_value of = STORE_TEXT(id_text(pickup));
    int result = 0;
    return FIND("parcel", "SELECT id, key_id, '' FROM parcel WHERE pickup_id = $1");
}

static int add_first(struct turn *turn, const struct thing *thing, struct doom *doom, struct error *error)
{
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    const struct store_value of = STORE_TEXT(id_text(&thing->id));
    int result = 0;
    if (text_equal(thing->kind, TEXT("case")))
        return FIND("case_file", "SELECT id, '', '' FROM case_file WHERE id = $1");
    if (text_equal(thing->kind, TEXT("item")))
        return FIND("item", "SELECT id, key_id, '' FROM item WHERE id = $1");
    if (text_equal(thing->kind, TEXT("document")))
        return FIND("document", "SELECT id, key_id, '' FROM document WHERE id = $1");
    return FIND("decision", "SELECT id, key_id, '' FROM decision WHERE id = $1");
}

int doom_find(struct turn *turn, const struct thing *thing, struct doom *doom, struct error *error)
{
    *doom = (struct doom){.n = 0};
    int result = add_first(turn, thing, doom, error);
    if (!result && doom->n == 0)
        return error_set(error, ERROR_CONFLICT, "", "There is nothing to do: look at the list of what was destroyed.",
                         "what was to be destroyed is not there any more");
    for (size_t i = 0; !result && i < doom->n; i++) {
        struct doomed row = doom->row[i]; /* the list grows */
        result = expand(turn, thing, doom, &row, error);
    }
    for (size_t i = 0; !result && i < doom->n; i++)
        result = find_pickups(turn, doom, &doom->row[i], error);
    for (size_t i = 0; !result && i < doom->pickups; i++)
        result = find_parcel(turn, doom, &doom->pickup[i], error);
    return result;
}

int doom_count(struct turn *turn, const struct doom *doom, struct text_list *out, struct error *error)
{
    static const struct {
        const char *table, *one, *many;
    } kinds[] = {{"case_file", "case", "cases"},
                 {"subject", "person’s name and details", "people’s names and details"},
                 {"item", "item of information", "items of information"}, {"decision", "decision", "decisions"},
                 {"document", "document", "documents"}, {"share", "share", "shares"},
                 {"receipt", "recipient’s copy", "recipients’ copies"},
                 {"pickup", "parcel for somebody outside", "parcels for people outside"},
                 {"share_item", "item in a share", "items in shares"},
                 {"share_document", "document in a share", "documents in shares"}};
    struct text *list = ARENA_ARRAY(turn->arena, struct text, sizeof kinds / sizeof *kinds);
    if (!list)
        return arena_error(turn->arena, error);
    *out = (struct text_list){list, 0};
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        size_t n = strcmp(kinds[k].table, "pickup") == 0 ? doom->pickups : 0;
        for (size_t i = 0; i < doom->n; i++)
            n += strcmp(doom->row[i].table, kinds[k].table) == 0;
        if (n)
            list[out->n++] = arena_format(turn->arena, "%zu %s", n, n == 1 ? kinds[k].one : kinds[k].many);
    }
    return arena_exhausted(turn->arena) ? arena_error(turn->arena, error) : 0;
}
