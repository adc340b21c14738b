#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "inside.h"

/*
 * A tokeniser just good enough to tell words from strings, quoted names and comments, in both engines' SQL
 * ($tag$ ... $tag$ is PostgreSQL's).
 */

static bool is_word_char(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

/* The end of a piece that must be copied untouched: string, quoted name, comment, dollar quote; or `p` itself. */
static const char *skip_untouched(const char *p)
{
    if (*p == '\'' || *p == '"') {
        const char *q = strchr(p + 1, *p);
        return q ? q + 1 : p + strlen(p);
    }
    if (p[0] == '-' && p[1] == '-')
        return p + strcspn(p, "\n");
    if (p[0] == '/' && p[1] == '*') {
        const char *q = strstr(p + 2, "*/");
        return q ? q + 2 : p + strlen(p);
    }
    if (*p == '$') {
        size_t n = 1;
        while (is_word_char(p[n]))
            n++;
        if (p[n] == '$' && n < 64 && !isdigit((unsigned char)p[1])) {
            char tag[66];
            memcpy(tag, p, n + 1);
            tag[n + 1] = '\0';
            const char *q = strstr(p + n + 1, tag);
            return q ? q + n + 1 : p + strlen(p);
        }
    }
    return p;
}

static bool same_word(const char *p, size_t n, const char *word)
{
    return strlen(word) == n && strncasecmp(p, word, n) == 0;
}

static bool ends_transaction(const char *p, size_t n)
{
    static const char *const word[] = {"BEGIN", "START",   "COMMIT",    "END",    "ROLLBACK",
                                       "ABORT", "RELEASE", "SAVEPOINT", "PREPARE"};
    for (size_t i = 0; i < sizeof(word) / sizeof(word[0]); i++) {
        if (same_word(p, n, word[i]))
            return true;
    }
    return false;
}

static const char *translate_word(enum store_engine_kind kind, const char *p, size_t n)
{
    if (kind == STORE_SQLITE)
        return same_word(p, n, "BIGINT") ? "INTEGER" : NULL;
    if (same_word(p, n, "BLOB"))
        return "BYTEA";
    return same_word(p, n, "STRICT") ? "" : NULL;
}

struct reading {
    enum store_engine_kind kind;
    bool starts;     /* a statement, at what comes next */
    bool in_trigger; /* SQLite's CREATE TRIGGER ... BEGIN ...; END holds statements of its own */
};

/* False: the word begins or ends a transaction. */
static bool pass_word(struct reading *reading, const char *p, size_t n)
{
    if (reading->in_trigger && reading->starts && same_word(p, n, "END"))
        reading->in_trigger = false;
    else if (reading->starts && ends_transaction(p, n))
        return false;
    bool body = reading->kind == STORE_SQLITE && !reading->starts && same_word(p, n, "BEGIN");
    reading->in_trigger = reading->in_trigger || body;
    reading->starts = body;
    return true;
}

int store_dialect(enum store_engine_kind kind, const char *sql, char **out, struct error *error)
{
    size_t n = 0;
    /* BIGINT becomes one letter longer, BLOB too: never more than twice as long. */
    char *to = *out = malloc(2 * strlen(sql) + 1);
    if (!to)
        return error_set(error, ERROR_SYSTEM, "migration", "", "There is no memory for it");
    struct reading reading = {.kind = kind, .starts = true};
    for (const char *p = sql, *q; *p; p = q) {
        const char *word = NULL;
        q = skip_untouched(p);
        if (q > p) {
            reading.starts = reading.starts && (*p == '-' || *p == '/');
        } else if (!is_word_char(*p)) {
            q = p + 1;
            reading.starts = *p == ';' || (reading.starts && isspace((unsigned char)*p));
        } else {
            while (is_word_char(*q))
                q++;
            if (!pass_word(&reading, p, (size_t)(q - p))) {
                free(to);
                *out = NULL;
                return error_set(error, ERROR_CHECK, "migration", "Leave transactions to store_migrate.",
                                 "Its text says %.*s", (int)(q - p), p);
            }
            word = translate_word(kind, p, (size_t)(q - p));
        }
        size_t length = word ? strlen(word) : (size_t)(q - p);
        memcpy(to + n, word ? word : p, length);
        n += length;
    }
    to[n] = '\0';
    return 0;
}
