#ifndef GATE_BACKUP_POSTGRES_H
#define GATE_BACKUP_POSTGRES_H

#include "store.h"

/*
 * A backup is the same two files whatever engine the record lies in: so the shares of the agencies open it, it is verified and
 * restored in one way, and a home can move from one engine to the other by it.
 */
int postgres_copy(struct store *from, const char *record, const char *documents, const struct store_progress *told_record,
                  const struct store_progress *told_documents, struct error *error);

/* Fills a new database from the two files. ERROR_CONFLICT if it is not new. */
int postgres_fill(const char *address, const char *record, const char *documents, const struct store_progress *told,
                  struct error *error);

#endif
