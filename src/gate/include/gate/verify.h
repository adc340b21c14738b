#ifndef GATE_VERIFY_H
#define GATE_VERIFY_H

#include "gate/visit.h"

/* What was found. `line` has a line for each difference, the first of each table first; empty if all is well. */
struct verify_report {
    uint64_t entries, rows, looks, differences;
    struct text lines;
};

/*
 * Checks the whole record: the signed checkpoint against the tiles, every entry against its leaf, every living row of
 * the ledgered tables against the last entry that wrote it, every look against its batch. Differences are reported, not errors;
 * up to 20 of each table are named. `progress` (may be NULL) is told how far it is, of 1000.
 */
int gate_verify(struct gate *gate, struct arena *arena, void (*progress)(void *context, int thousandths), void *context,
                struct verify_report *report, struct error *error);

#endif
