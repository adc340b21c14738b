#include "own.h"
#include "inside.h"

#include "keyholder.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/*
 * Is this database the one that the keys of this home belong to? A home without its database, or with another's, would go on
 * all the same: it would sign a record that it cannot read, and turn keys that others need.
 */

enum { LOOKED_AT = 16 };

/* One key may be damaged, which 'ledger verify' tells. Not one of the newest is of this home's making: it is another home. */
static int keys_fit(struct gate *gate, struct store_session *session, struct error *error)
{
    struct wrapped_key sealed[LOOKED_AT] = {0};
    struct unwrapped_key opened[LOOKED_AT];
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    size_t n = 0, good = 0;
    int got = store_query(session, "SELECT wrapped FROM record_key ORDER BY id DESC LIMIT $1", STORE_BIND(STORE_INT(LOOKED_AT)), &rows,
                          error);
    while (!got && (got = store_next(rows, error)) > 0) {
        struct text wrapped = store_bytes(rows, 0);
        got = 0;
        if (wrapped.n == sizeof sealed->byte)
            memcpy(sealed[n++].byte, wrapped.p, wrapped.n);
    }
    if (!got && n)
        got = keyholder_unwrap(gate->keyholder, sealed, n, opened, error);
    for (size_t i = 0; !got && i < n; i++)
        good += opened[i].verdict == WRAPPED_GOOD;
    bytes_wipe(opened, sizeof opened);
    if (got || good || !n)
        return got;
    return error_set(error, ERROR_CHECK, "record_key",
                     "Start it with the home whose keys wrote it. If this is that home, its keyholder folder is an older copy: "
                     "put the newest one back.",
                     "the database was written with other keys than those of this home");
}

/* Between what this home signed last and what is there another home has written, and signed under its own name. */
static int log_fits(struct gate *gate, struct arena *arena, const struct ledger_head *head, const struct ledger_head *signed_last,
                    struct error *error)
{
    struct ledger_key key;
    struct ledger_checkpoint checkpoint;
    struct error why;
    if (gate->published.note[0] == '\0' || signed_last->size == 0 || signed_last->size >= head->size)
        return 0; /* empty; a log that begins here under a new name; nothing is new */
    int result = log_verifier_key(gate, &key, error);
    if (result || ledger_checkpoint_open(arena, text_of(gate->published.note), key.name, &key, 1, &checkpoint, NULL, &why) == 0)
        return result;
    return error_set(error, ERROR_CHECK, "log_head",
                     "Go on with the home that wrote to it last. To take it over on purpose, give this log a new name (proviso keyholder --new-log).",
                     "another home has written to this database since, under another log than %.200s", gate->published.origin);
}

int own_database(struct gate *gate, struct store_session *session, struct arena *arena, const struct ledger_head *head,
                 const struct ledger_head *signed_last, struct error *error)
{
    int result = keys_fit(gate, session, error);
    return result ? result : log_fits(gate, arena, head, signed_last, error);
}

static int no_file(const char *path, const struct ledger_head *signed_last, struct error *error)
{
    return error_set(error, ERROR_MISSING, path,
                     "Does the record lie in PostgreSQL? Then name the configuration that says where (--config /etc/proviso/proviso.conf). "
                     "Otherwise the file was lost: restore the newest backup (proviso restore).",
                     "there is no database here, and this home has signed a record of %llu entries", (unsigned long long)signed_last->size);
}

/* With nothing in its write-ahead log either. */
static bool is_empty(const char *path, const struct stat *status)
{
    char log[PATH_MAX];
    struct stat beside;
    snprintf(log, sizeof log, "%s-wal", path);
    return S_ISREG(status->st_mode) && status->st_size == 0 && (stat(log, &beside) != 0 || beside.st_size == 0);
}

int own_file(const char *path, const struct ledger_head *signed_last, struct error *error)
{
    struct stat status;
    if (signed_last->size == 0)
        return 0;
    if (stat(path, &status) != 0)
        return errno == ENOENT ? no_file(path, signed_last, error) : 0;
    if (!is_empty(path, &status))
        return 0;
    return error_set(error, ERROR_CHECK, path, "Keep a copy of the files as they are, and restore the newest backup (proviso restore).",
                     "the database file is empty, and this home has signed a record of %llu entries", (unsigned long long)signed_last->size);
}
