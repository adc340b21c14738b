#include "arrival.h"

#include "internal.h"

static int add(struct turn *turn, struct arrival *arrival, struct id receipt, struct error *error)
{
    struct id *grown = arena_grow(turn->arena, arrival->receipt, arrival->n, arrival->n + 1, sizeof *grown);
    if (!grown)
        return arena_error(turn->arena, error);
    arrival->receipt = grown;
    grown[arrival->n++] = receipt;
    return 0;
}

int arrival_find(struct turn *turn, const struct id *receipt, struct arrival *out, struct error *error)
{
    *out = (struct arrival){NULL, 0};
    int got = add(turn, out, *receipt, error);
    if (got)
        return got;
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    got = store_query(turn->session,
                      "SELECT o.id FROM receipt r JOIN share s ON s.id = r.share_id"
                      " JOIN decision_together t ON t.decision_id = s.decision_id"
                      " JOIN decision_together u ON u.together = t.together"
                      " JOIN share v ON v.decision_id = u.decision_id AND v.sent_at = s.sent_at"
                      " JOIN receipt o ON o.share_id = v.id AND o.outside = r.outside"
                      " WHERE r.id = $1 AND o.id <> r.id AND COALESCE(o.agency_id, '') = COALESCE(r.agency_id, '')"
                      " ORDER BY o.id",
                      STORE_BIND(STORE_TEXT(id_text(receipt))), &rows, error);
    while (!got && (got = store_next(rows, error)) > 0)
        got = add(turn, out, column_id(rows, 0), error);
    return got;
}
