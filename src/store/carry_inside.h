#ifndef STORE_CARRY_INSIDE_H
#define STORE_CARRY_INSIDE_H

#include "inside.h"

struct sqlite3_stmt;
struct pg_result;

/* Every row of one table, as the engine gives them. The SQL may be put together: names come from the program's own tables. */
struct carry_source {
    struct store_session *session;
    const char *sql;
    struct pg_result *row;
    struct sqlite3_stmt *statement;
};
int carry_source_begin(struct carry_source *source, struct store_session *session, const char *sql, struct error *error);
int carry_source_next(struct carry_source *source, struct error *error); /* 1, 0 at the end */
bool carry_source_cell(const struct carry_source *source, int column, struct store_value *value); /* lent until the next row */
void carry_source_end(struct carry_source *source);

/* Adds rows to one table: the columns of `list`, "a","b", of which there are `columns`. */
struct carry_sink {
    struct store_session *session;
    int columns;
    char *sql;
    struct sqlite3_stmt *statement;
    bool copying; /* PostgreSQL: the connection is in COPY */
    unsigned char *bytes;
    size_t used, room;
};
int carry_sink_begin(struct carry_sink *sink, struct store_session *session, const char *table, const char *list, int columns,
                     struct error *error);
int carry_sink_add(struct carry_sink *sink, const struct carry_source *source, struct error *error);
int carry_sink_finish(struct carry_sink *sink, struct error *error); /* all of it is there, if the transaction is kept */
void carry_sink_end(struct carry_sink *sink);

#endif
