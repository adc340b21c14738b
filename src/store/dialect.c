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

int store_dialect(enum store_engine_kind kind, const char *sql, char **out, struct error *error)
{
    size_t n = 0;
    /* BIGINT becomes one letter longer, BLOB too: never more than twice as long. */
    char *to = malloc(2 * strlen(sql) + 1);
    *out = NULL;
    if (!to)
        return error_set(error, ERROR_SYSTEM, "migration", "", "There is no memory for it");
    bool statement_starts = true;
    bool in_trigger = false; /* SQLite's CREATE TRIGGER ... BEGIN ...; END holds statements of its own */
    for (const char *p = sql; *p;) {
        const char *q = skip_untouched(p);
        if (q > p) {
            if (p[0] != '-' && p[0] != '/')
                statement_starts = false;
        } else if (is_word_char(*p)) {
            while (is_word_char(*q))
                q++;
            size_t length = (size_t)(q - p);
            if (in_trigger && statement_starts && same_word(p, length, "END")) {
                in_trigger = false;
            } else if (statement_starts && ends_transaction(p, length)) {
                free(to);
                return error_set(error, ERROR_CHECK, "migration", "Leave transactions to store_migrate.",
                                 "Its text says %.*s", (int)length, p);
            }
            if (kind == STORE_SQLITE && !statement_starts && same_word(p, length, "BEGIN"))
                in_trigger = statement_starts = true;
            else
                statement_starts = false;
            const char *word = translate_word(kind, p, length);
            if (word) {
                memcpy(to + n, word, strlen(word));
                n += strlen(word);
                p = q;
                continue;
            }
        } else {
            q = p + 1;
            if (*p == ';')
                statement_starts = true;
            else if (!isspace((unsigned char)*p))
                statement_starts = false;
        }
        memcpy(to + n, p, (size_t)(q - p));
        n += (size_t)(q - p);
        p = q;
    }
    to[n] = '\0';
    *out = to;
    return 0;
}
