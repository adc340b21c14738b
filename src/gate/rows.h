#ifndef GATE_ROWS_H
#define GATE_ROWS_H

#include "base/id.h"
#include "ledger.h"
#include "store.h"

/*
 * Ledgered tables: each row is digested into the entry of the command that wrote it, and found again by whoever verifies.
 */
enum { LEDGERED_SOME = 16, LEDGERED_MOST = 64 };
struct ledgered {
    const char *name, *columns, *kinds; /* the first column is the row's key in the record */
    bool passing;                       /* its rows may go without leaving a trace: see WORK_PASSING */
    int (*one)(struct store_session *session, struct text id, struct store_rows **rows, struct error *error);
    /* At most LEDGERED_SOME, those that there are, in any order. */
    int (*some)(struct store_session *session, const struct text *id, size_t n, struct store_rows **rows, struct error *error);
    /* The columns, all NULL where the row is gone; after them the number of the entry that has the last word. */
    int (*last)(struct store_session *session, struct text id, struct store_rows **rows, struct error *error);
    int (*count)(struct store_session *session, int64_t *n, struct error *error);
    /* The keys of rows that the index of last writes does not have. */
    int (*strays)(struct store_session *session, struct store_rows **rows, struct error *error);
};
extern const struct ledgered ledgered_tables[]; /* ended by name NULL, at most LEDGERED_MOST */

/* NULL: there is no such table in the record. */
const struct ledgered *ledgered_find(const char *name);
const struct ledgered *ledgered_named(struct text name);

/* The row that was read, as the bytes that its digest is made of. */
int row_content(struct arena *arena, const struct ledgered *table, struct store_rows *rows, struct text *content,
                struct error *error);

/* The content, in the form in which the entry that wrote the row digested it; {NULL, 0} if the row is not what it recorded. */
int row_find_content(struct arena *arena, const struct ledgered *table, struct store_rows *rows,
                     const struct ledger_hash *row_key, const struct ledger_row *row, struct text *content,
                     struct error *error);

/* A look as its leaf's bytes. */
struct text look_content(struct arena *arena, int64_t seq, int64_t at, struct text account, struct text post,
                         struct text view, struct text about, struct text case_id);

#endif
