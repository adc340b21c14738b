#ifndef GATE_OWN_H
#define GATE_OWN_H

#include "ledger.h"
#include "store.h"

struct gate;

/*
 * Do this home's keys and log belong to the database, whose head is `head` and whose checkpoint is published? ERROR_CHECK
 * if another home wrote it.
 */
int own_database(struct gate *gate, struct store_session *session, struct arena *arena, const struct ledger_head *head,
                 const struct ledger_head *signed_last, struct error *error);

/*
 * Is the file of the database there, where the home has signed a tree? ERROR_MISSING if not: one that would be made anew in
 * its place is one that was lost, or never was, because the record lies in PostgreSQL. ERROR_CHECK if nothing is in it.
 */
int own_file(const char *path, const struct ledger_head *signed_last, struct error *error);

#endif
