#ifndef GATE_VERIFY_H
#define GATE_VERIFY_H

#include "gate/visit.h"

/*
 * What was found. A table is one of the database, or "log" (tiles, checkpoint, growth), "database" (pages, SQLite's
 * own indexes, references) or "schema" (what the program did not make).
 */
struct verify_difference {
    struct text table, row; /* row: its id; empty where it is not about one */
    int64_t entry;          /* the number of the entry that tells otherwise; -1: none */
    struct text what;       /* in words, without the table's and row's names */
};

struct verify_table {
    uint64_t differences;
    struct verify_difference first; /* by entry, then by row */
};

struct verify_report {
    uint64_t entries, rows, looks, documents; /* that were checked */
    uint64_t differences;
    const struct verify_table *table; /* that have any, in the order of the schema */
    size_t tables;
    struct text lines; /* a line for each difference, up to 20 of a table; empty if all is well */
};

struct verify_asked {
    /*
     * Told how far it is, of 1000; never back. From several threads, one at a time.
     */
    void (*progress)(void *context, int thousandths);
    void *context;

    /*
     * Checkpoints of this log that others kept (a partner's, a witness's): the log must have grown from each. A home
     * that was put back whole, its keys with it, is found by these only.
     */
    const struct text *against;
    size_t against_n;

    /* The index of names may be still to be made: what was restored is of an earlier version of the program. */
    bool names_due;

    unsigned threads; /* 0: as many as there are processors, at most 8 */
};

/*
 * Checks the whole record as it is at one moment, while others may go on:
 *   the signed checkpoint, growth from the tree that the keyholder signed last, every tile
 *   every entry against its leaf, its time, its key
 *   every living row of the ledgered tables against the last entry that wrote it; every row that an entry wrote is there
 *   every look against the Merkle root in its batch's entry
 *   every document's stored payload against the digest in its row
 *   the index of last writes, the keys, the search index, SQLite's own indexes: each as made again
 *   the schema: no trigger or table that the program did not make
 * Differences are reported, not errors. `asked` may be NULL. Memory does not grow with the record.
 */
int gate_verify(struct gate *gate, struct arena *arena, const struct verify_asked *asked, struct verify_report *report,
                struct error *error);

#endif
