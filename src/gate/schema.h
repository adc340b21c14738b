#ifndef GATE_SCHEMA_H
#define GATE_SCHEMA_H

#include "store.h"

/* The tables of the record, and on SQLite of the database of documents beside it. A released migration never changes. */
extern const struct store_migration gate_migrations[], gate_document_migrations[];
extern const size_t gate_migrations_n, gate_document_migrations_n;

/* Tables whose rows are neither changed nor deleted. */
extern const char *const gate_append_only[];
extern const size_t gate_append_only_n;

#endif
