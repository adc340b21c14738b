#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "inside.h"

struct store_place store_place(const char *sql)
{
    struct store_place place;
    size_t n = 0;
    bool space = false;
    for (const char *p = sql; *p && n < sizeof(place.text) - 1; p++) {
        if (isspace((unsigned char)*p)) {
            space = n > 0;
        } else {
            if (space)
                place.text[n++] = ' ';
            if (n < sizeof(place.text) - 1)
                place.text[n++] = *p;
            space = false;
        }
    }
    place.text[n] = '\0';
    return place;
}

static bool is_word(const char *p, size_t n, const char *word)
{
    return strlen(word) == n && strncasecmp(p, word, n) == 0;
}

const char *store_statement_refused(const char *sql)
{
    static const char *const allowed[] = {"SELECT", "WITH", "VALUES", "INSERT", "UPDATE", "DELETE"};
    const char *p = sql + strspn(sql, " \t\r\n(");
    size_t n = strspn(p, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
    bool known = false;
    for (size_t i = 0; i < sizeof(allowed) / sizeof(allowed[0]); i++)
        known = known || is_word(p, n, allowed[i]);
    if (!known)
        return "Only SELECT, WITH, VALUES, INSERT, UPDATE and DELETE may be run";
    /* INSERT OR REPLACE and the like are SQLite's alone, and replace rows unseen by the authorizer. */
    if (is_word(p, n, "INSERT") || is_word(p, n, "UPDATE")) {
        const char *q = p + n + strspn(p + n, " \t\r\n");
        if (strncasecmp(q, "OR", 2) == 0 && isspace((unsigned char)q[2]))
            return "Say ON CONFLICT: the OR clause is not in the common dialect";
    }
    return NULL;
}

static bool names(const char *sql, const char *word)
{
    size_t n = strlen(word);
    for (const char *p = sql; (p = strcasestr(p, word)); p += n) {
        bool starts = p == sql || !(isalnum((unsigned char)p[-1]) || p[-1] == '_');
        if (starts && !(isalnum((unsigned char)p[n]) || p[n] == '_'))
            return true;
    }
    return false;
}

bool store_only_reads(const char *sql)
{
    const char *p = sql + strspn(sql, " \t\r\n(");
    if (strncasecmp(p, "SELECT", 6) == 0 || strncasecmp(p, "VALUES", 6) == 0)
        return true;
    return strncasecmp(p, "WITH", 4) == 0 && !names(p, "INSERT") && !names(p, "UPDATE") &&
           !names(p, "DELETE");
}

static void link_rows(struct store_rows *rows)
{
    struct store_session *session = rows->session;
    rows->next = session->open;
    if (rows->next)
        rows->next->previous = rows;
    session->open = rows;
}

static void end_one(struct store_rows *rows)
{
    if (!rows->ended)
        rows->dropped = true;
    rows->session->engine->stop(rows);
    rows->ended = true;
    rows->on_row = false;
    rows->ahead = 0;
}

void store_end_rows(struct store_session *session)
{
    for (struct store_rows *rows = session->open; rows; rows = rows->next)
        end_one(rows);
}

void store_done(struct store_rows **at)
{
    struct store_rows *rows = *at;
    *at = NULL;
    if (!rows)
        return;
    end_one(rows);
    *(rows->previous ? &rows->previous->next : &rows->session->open) = rows->next;
    if (rows->next)
        rows->next->previous = rows->previous;
    free(rows->late);
    free(rows);
}

static int check_values(const struct store_session *session, const char *sql, struct store_values values, struct error *error)
{
    if (values.count > STORE_PARAMETERS_MAX)
        return error_set(error, ERROR_SYSTEM, store_place(sql).text, "", "More than %d parameters",
                         STORE_PARAMETERS_MAX);
    for (size_t i = 0; i < values.count; i++) {
        const struct store_value *v = &values.value[i];
        if (v->kind != STORE_KIND_TEXT || v->is_null || v->text.n == 0 || session->examined)
            continue;
        if (memchr(v->text.p, 0, v->text.n) || !text_is_utf8(v->text))
            return error_set(error, ERROR_INPUT, store_place(sql).text, "",
                             "The text bound to $%zu is not UTF-8 without NUL characters", i + 1);
    }
    return 0;
}

/* `brief`: the rows are ended before the caller's values are gone. */
static int query(struct store_session *session, const char *sql, struct store_values values, bool brief,
                 struct store_rows **out, struct error *error)
{
    *out = NULL;
    int result = store_ready(session, error);
    if (result)
        return result;
    if (session->failed)
        return store_refuse_failed(store_place(sql).text, error);
    result = check_values(session, sql, values, error);
    if (result)
        return store_note_failure(session, result);
    struct store_rows *rows = calloc(1, sizeof(*rows));
    if (!rows)
        return store_note_failure(session,
                                  error_set(error, ERROR_SYSTEM, "", "", "There is no memory for a query"));
    rows->session = session;
    rows->sql = sql;
    rows->brief = brief;
    result = session->engine->start(rows, sql, values, error);
    if (result) {
        session->engine->stop(rows);
        free(rows->late);
        free(rows);
        return store_note_failure(session, result);
    }
    link_rows(rows);
    session->counts.statements++;
    session->counts.rows += (uint64_t)rows->ahead;
    *out = rows;
    return 0;
}

int store_query_text(struct store_session *session, const char *sql, struct store_values values,
                     struct store_rows **out, struct error *error)
{
    *out = NULL;
    /* Both engines commit such a statement only when its last row was read: nobody would hear that it failed. */
    if (!session->in_transaction && !session->poisoned && !store_only_reads(sql))
        return error_set(error, ERROR_SYSTEM, store_place(sql).text, "Call store_begin first, or store_run.",
                         "Rows of a statement that writes are read inside a transaction only");
    return query(session, sql, values, false, out, error);
}

int store_own_query(struct store_session *session, const char *sql, struct store_values values,
                    struct store_rows **out, struct error *error)
{
    bool before = session->own;
    session->own = true;
    int result = query(session, sql, values, false, out, error);
    session->own = before;
    return result;
}

int store_next(struct store_rows *rows, struct error *error)
{
    rows->on_row = false;
    if (rows->mistake)
        return store_note_failure(rows->session,
                                  error_set(error, ERROR_SYSTEM, store_place(rows->sql).text, "",
                                            "Column %d was read as what it is not", rows->mistake - 1));
    if (rows->dropped)
        return error_set(error, ERROR_SYSTEM, store_place(rows->sql).text, "",
                         "The rows were ended by the end of their transaction");
    if (rows->ended)
        return 0;
    int got;
    if (rows->ahead) {
        rows->ahead = 0;
        got = 1;
    } else {
        rows->session->retry = rows->session->unsure = false;
        got = rows->session->engine->step(rows, error);
        if (got == 1)
            rows->session->counts.rows++;
    }
    rows->on_row = got == 1;
    if (got != 1) {
        rows->session->engine->stop(rows);
        rows->ended = true;
    }
    return got < 0 ? store_note_failure(rows->session, got) : got;
}

/* True if the column can be read as `kind`; then *value holds it, or is NULL. */
static bool read_cell(struct store_rows *rows, int column, enum store_value_kind kind,
                      struct store_value *value)
{
    *value = (struct store_value){.is_null = true};
    bool there = rows->on_row && column >= 0 && column < rows->columns;
    bool good = there && rows->session->engine->cell(rows, column, value);
    if (good && (value->is_null || value->kind == kind))
        return true;
    *value = (struct store_value){.is_null = true};
    if (there && rows->session->examined)
        return true;
    if (!rows->mistake)
        rows->mistake = 1 + (column < 0 ? 0 : column);
    return false;
}

struct store_value store_cell(struct store_rows *rows, int column)
{
    struct store_value value = {.is_null = true};
    bool there = rows->on_row && column >= 0 && column < rows->columns;
    if (there && rows->session->engine->bare_cell(rows, column, &value))
        return value;
    if (!there || !rows->session->examined)
        rows->mistake = rows->mistake ? rows->mistake : 1 + (column < 0 ? 0 : column);
    return (struct store_value){.is_null = true};
}

bool store_is_null(struct store_rows *rows, int column)
{
    struct store_value value = {.is_null = true};
    if (rows->on_row && column >= 0 && column < rows->columns) {
        rows->session->engine->cell(rows, column, &value);
        return value.is_null;
    }
    rows->mistake = 1 + (column < 0 ? 0 : column);
    return true;
}

int64_t store_int(struct store_rows *rows, int column)
{
    struct store_value value;
    read_cell(rows, column, STORE_KIND_INT, &value);
    return value.is_null ? 0 : value.integer;
}

bool store_bool(struct store_rows *rows, int column)
{
    return store_int(rows, column) != 0;
}

struct text store_text(struct store_rows *rows, int column)
{
    struct store_value value;
    read_cell(rows, column, STORE_KIND_TEXT, &value);
    return value.is_null ? (struct text){0} : value.text;
}

struct text store_bytes(struct store_rows *rows, int column)
{
    struct store_value value;
    read_cell(rows, column, STORE_KIND_BYTES, &value);
    return value.is_null ? (struct text){0} : value.text;
}

struct text store_text_in(struct store_rows *rows, int column, struct arena *arena)
{
    return arena_text(arena, store_text(rows, column));
}

struct text store_bytes_in(struct store_rows *rows, int column, struct arena *arena)
{
    return arena_text(arena, store_bytes(rows, column));
}

static int run_to_end(struct store_rows *rows, int64_t *changed, struct error *error)
{
    int got;
    while ((got = store_next(rows, error)) > 0)
        ;
    if (got == 0 && changed)
        *changed = rows->changed;
    return got;
}

int store_run_text(struct store_session *session, const char *sql, struct store_values values,
                   int64_t *changed, struct error *error)
{
    if (changed)
        *changed = 0;
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int result = query(session, sql, values, true, &rows, error);
    return result ? result : run_to_end(rows, changed, error);
}

int store_own_run(struct store_session *session, const char *sql, struct store_values values,
                  struct error *error)
{
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int result = store_own_query(session, sql, values, &rows, error);
    return result ? result : run_to_end(rows, NULL, error);
}

int store_one_text(struct store_session *session, const char *sql, struct store_values values,
                   struct store_rows **out, struct error *error)
{
    int got = store_query_text(session, sql, values, out, error);
    if (got)
        return got;
    got = store_next(*out, error);
    if (got == 1)
        return 0;
    store_done(out);
    return got ? got : error_set(error, ERROR_MISSING, "", "", "There is no such row");
}

int store_one_int_text(struct store_session *session, const char *sql, struct store_values values,
                       int64_t *value, struct error *error)
{
    *value = 0;
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int result = store_one_text(session, sql, values, &rows, error);
    if (result)
        return result;
    *value = store_int(rows, 0);
    int got = store_next(rows, error); /* tells if it was not an integer */
    return got < 0 ? got : 0;
}

struct store_counts store_count(const struct store_session *session)
{
    return session->counts;
}
