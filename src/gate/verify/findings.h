#ifndef GATE_FINDINGS_H
#define GATE_FINDINGS_H

#include "gate/verify.h"

/*
 * Differences as they are found, from several threads at once: counted for each table, the first of each kept, by
 * entry and then by row, whichever thread came upon them first.
 */
struct findings;

struct findings *findings_new(void); /* NULL: out of memory */
void findings_free(struct findings **findings);
#define FINDINGS_SCOPE __attribute__((cleanup(findings_free)))

/* `row` may be empty; `entry` -1: none. What is too long is cut, what is not printable replaced. */
void findings_add(struct findings *findings, const char *table, struct text row, int64_t entry, const char *what);
bool findings_any(struct findings *findings, const char *table);

/* In the order in which `order` (ended by NULL) names the tables, others after them. */
int findings_report(struct findings *findings, const char *const *order, struct arena *arena,
                    struct verify_report *report, struct error *error);

#endif
