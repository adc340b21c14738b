#include "name_rows.h"

#include "store.h"

/* A place that is not used has no agency, and adds no row. */
#define PUT(table)                                                                                             \
    store_run(rows->turn->session,                                                                             \
              "INSERT INTO " table " (agency_id, trigram, subject_id)"                                         \
              " SELECT column1, column2, column3 FROM (VALUES"                                                 \
              " ($1, $2, $3), ($4, $5, $6), ($7, $8, $9), ($10, $11, $12), ($13, $14, $15), ($16, $17, $18),"  \
              " ($19, $20, $21), ($22, $23, $24), ($25, $26, $27), ($28, $29, $30), ($31, $32, $33), ($34, $35, $36)," \
              " ($37, $38, $39), ($40, $41, $42), ($43, $44, $45), ($46, $47, $48), ($49, $50, $51), ($52, $53, $54)," \
              " ($55, $56, $57), ($58, $59, $60), ($61, $62, $63)"                                             \
              ") AS fresh WHERE column1 IS NOT NULL ON CONFLICT DO NOTHING",                                   \
              ((struct store_values){value, 3 * NAME_ROWS_TOGETHER}), NULL, error)

int name_rows_end(struct name_rows *rows, struct error *error)
{
    struct store_value value[3 * NAME_ROWS_TOGETHER];
    for (size_t i = 0; i < NAME_ROWS_TOGETHER; i++) {
        value[3 * i] = STORE_TEXT_IF(i < rows->n, rows->row[i].agency);
        value[3 * i + 1] = STORE_TEXT_IF(i < rows->n, rows->row[i].piece);
        value[3 * i + 2] = STORE_TEXT_IF(i < rows->n, rows->row[i].subject);
    }
    if (rows->n == 0)
        return 0;
    rows->n = 0;
    return rows->second ? PUT("subject_trigram_2") : PUT("subject_trigram");
}

int name_rows_add(struct name_rows *rows, struct text agency, struct text subject, const struct text *piece, size_t n, struct error *error)
{
    int result = 0;
    for (size_t i = 0; !result && i < n; i++) {
        rows->row[rows->n].agency = agency;
        rows->row[rows->n].piece = piece[i];
        rows->row[rows->n++].subject = subject;
        if (rows->n == NAME_ROWS_TOGETHER)
            result = name_rows_end(rows, error);
    }
    return result;
}
