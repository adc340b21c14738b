#ifndef TESTS_GATE_ALTER_JUDGE_H
#define TESTS_GATE_ALTER_JUDGE_H

#include "alter_cell.h"
#include "alter_home.h"

/*
 * Whether what was altered is told of, by the name of its table, or docs/sealed-and-plain.md says that it is held against
 * nothing. ALTER_EVERY=n tries one alteration in n, ALTER_PART=K/N only the lots K (from 0), K + N,
 * K + 2N and so on, ALTER_ONLY=TABLE those of one table; ALTER_OUT=FILE gets a line for each: ok, outside (the promise) or WRONG; table; column; what was done; what came of it, and its first words.
 */
struct alteration {
    const struct alter_file *file;
    const struct alter_table *table;
    const char *column; /* NULL: of rows */
    char what[200];
    bool may_hold; /* outside the promise, and whoever tries it can say why */
    bool inside;   /* the document speaks of other rows of this column */
    bool any;      /* it is of several tables, or of what they are made of: told of any of these */
};

void alter_judge_begin(struct alter_home *home);
void alter_judge_end(void); /* fails the test where something was wrong */

bool alter_chosen(const char *table);
/*
 * What is tried falls into lots: a table, or for cells a column of one. Which there are hangs on the schema alone and on no
 * home, so that the parts, each with a home of its own, are together all that there is.
 */
void alter_next_lot(void);
bool alter_brief(void); /* ALTER_EVERY is above 90: each column once, and no more of rows and schemas than time allows */
/* Writes the file, verifies, puts the file back. `db` is closed. */
void alter_tell(const struct alteration *alteration, sqlite3 **db);
/* Verifies what was altered by other means. */
void alter_tell_home(const struct alteration *alteration);

/* What is tried: each of one table. */
void alter_each_cell(const struct alter_file *file, const struct alter_table *table);
void alter_each_row(const struct alter_file *file, const struct alter_table *table);
void alter_each_schema(const struct alter_file *file, const struct alter_table *table);
void alter_each_pair(const struct alter_file *file, const struct alter_table *table); /* of a ledgered table, with its indexes */

#endif
