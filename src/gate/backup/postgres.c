#include "postgres.h"
#include "schema.h"

#include "base.h"

/* What lies in the file of documents; on PostgreSQL these are beside all the others. */
static const char *const paper[] = {"store_blob", "store_piece", "upload"};
enum { PAPERS = sizeof paper / sizeof *paper };

static const struct store_tables of_record = {paper, PAPERS, true}, of_documents = {paper, PAPERS, false};

int postgres_copy(struct store *from, const char *record, const char *documents, const struct store_progress *told_record,
                  const struct store_progress *told_documents, struct error *error)
{
    const struct store_copy_form first = {.migrations = gate_migrations,
                                          .count = gate_migrations_n,
                                          .append_only = gate_append_only,
                                          .append_only_count = gate_append_only_n,
                                          .tables = of_record},
                                 second = {.migrations = gate_document_migrations,
                                           .count = gate_document_migrations_n,
                                           .tables = of_documents};
    struct store_copy *copy = NULL;
    int result = store_migrate(from, gate_migrations, gate_migrations_n, error); /* only looks: are they ours, of this version? */
    if (!result)
        result = store_copy_begin(from, &copy, error); /* one picture of both */
    if (!result)
        result = store_copy_rows(copy, &first, record, told_record, error);
    if (!result)
        result = store_copy_rows(copy, &second, documents, told_documents, error);
    store_copy_end(&copy);
    return result;
}

static int check_new(struct store *to, struct error *error)
{
    STORE_SESSION_SCOPE struct store_session *session = NULL;
    int64_t n = 0;
    int result = store_reader(to, &session, error);
    if (!result)
        result = store_one_int(session, "SELECT (SELECT count(*) FROM entry) + (SELECT count(*) FROM record_key)", STORE_BIND(), &n, error);
    if (!result && n)
        return error_set(error, ERROR_CONFLICT, "database",
                         "Make a new one: createdb -T template0 -E UTF8 --locale=C NAME. Nothing is restored over what is there.",
                         "there is a record in the database already");
    return result;
}

static int fill_from(struct store *to, const char *path, const struct store_tables *tables, const struct store_progress *told,
                     struct error *error)
{
    STORE_SCOPE struct store *from = NULL;
    struct store_settings settings = {.database = path, .may_write = true}; /* what a copy of it left is its own log */
    int result = store_open(&settings, &from, error);
    return result ? result : store_fill(from, to, tables, told, error);
}

int postgres_fill(const char *address, const char *record, const char *documents, const struct store_progress *told,
                  struct error *error)
{
    STORE_SCOPE struct store *to = NULL;
    struct store_settings settings = {.database = address,
                                      .may_write = true,
                                      .alone = true,
                                      .append_only = gate_append_only,
                                      .append_only_count = gate_append_only_n};
    int result = store_open(&settings, &to, error);
    if (!result && store_kind(to) != STORE_POSTGRES)
        return error_set(error, ERROR_INPUT, "--database", "Name one of PostgreSQL (postgresql://...), or leave it out.",
                         "a database of its own is for PostgreSQL: SQLite lies in the home");
    if (!result)
        result = store_migrate(to, gate_migrations, gate_migrations_n, error);
    if (!result)
        result = check_new(to, error);
    if (!result)
        result = fill_from(to, record, &of_record, told, error);
    return result ? result : fill_from(to, documents, &of_documents, told, error);
}
