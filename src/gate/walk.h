#ifndef GATE_WALK_H
#define GATE_WALK_H

#include "inside.h"

/*
 * The whole record against its log. Four walks, each in a file of its own:
 *   verify_log.c      the checkpoint's signature, growth from the tree that was signed last, every tile, and each
 *                     entry's stored leaf against the log's
 *   verify_entries.c  each entry's body against its leaf; it asks of what the body lists
 *   verify_rows.c     each row that an entry is the last word on, against the living row; and each living row of the
 *                     ledgered tables: is there an entry that is the last word on it?
 *   verify_looks.c    each look against the Merkle root in its batch's entry
 * All see one picture of the database. A function returns an error only where it could not look; what it found wrong
 * it tells by verify_differ and goes on.
 */
enum { VERIFY_TABLES = 64 };

struct walk {
    struct gate *gate;
    struct store_session *session;
    struct arena *arena; /* of what is in hand; reset between entries */
    struct buffer lines;
    struct verify_report *report;
    void (*progress)(void *context, int thousandths);
    void *context;
    struct store_rows *entries; /* verify_log.c: the entry table beside the leaves */
    uint64_t size;
    size_t named[VERIFY_TABLES]; /* for each ledgered table, and the last one for all else */
};

/* One difference, as a line; after some of one table they are only counted. `table` NULL: the log itself. */
void verify_differ(struct walk *walk, const struct ledgered *table, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Progress: `done` of `of`, of a part that is `share` thousandths of the whole and begins at `from`. */
void verify_tell(struct walk *walk, int from, uint64_t done, uint64_t of, int share);

/* `known` was told before the picture of the database was taken, so that a living log can only have grown since. */
int verify_log(struct walk *walk, const struct keyholder_description *known, struct error *error);
int verify_entries(struct walk *walk, struct error *error);

/* Of one entry, whose body was found to be what the log says. */
int verify_row(struct walk *walk, uint64_t index, const struct ledger_entry *entry, const struct ledger_row *row,
               struct error *error);
int verify_looks(struct walk *walk, uint64_t index, const struct ledger_entry *entry, struct error *error);

/* Rows and looks that no entry knows. */
int verify_strays(struct walk *walk, struct error *error);

#endif
