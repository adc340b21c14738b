#ifndef KEYHOLDER_RESTORE_H
#define KEYHOLDER_RESTORE_H

#include <stddef.h>
#include <stdint.h>

struct error;

/* The keys for a home that is restored from a backup: epoch keys from shares of agencies, or from the old keyholder's folder. */
struct keyholder_restoring {
    const char *program;   /* as in struct keyholder_options */
    const char *home;      /* the new folder of keys: must not exist, or be empty */
    const char *origin;    /* name of the log from now on: it gets a new signing key, for the old one was never escrowed */
    const char *log;       /* name of the log of the backup */
    const uint32_t *epoch; /* whose keys the backup needs */
    size_t epoch_count;
    const char *const *share; /* files: shares as agencies opened them, or sealed ones */
    size_t share_count;
    const char *const *identity; /* files of age keys, for sealed ones */
    size_t identity_count;
    const char *keys; /* the old keyholder's folder, in place of shares; NULL: none. It is left as it is */
};

/*
 * Starts a keyholder that does this and ends. After an error `home` has no identity: no keyholder starts from it.
 *   ERROR_CHECK     a share is altered, of another log, epoch or making; they do not fit together; they are too few; the
 *                   old folder does not have the epoch any more. Says which file, and what to do
 *   ERROR_INPUT     a file that is no share, or is sealed and no identity opens it
 *   ERROR_CONFLICT  there are keys in `home`
 */
int keyholder_restore(const struct keyholder_restoring *restoring, struct error *error);

/* The process: proviso keyholder --restore ..., started by the above only. argv[0] is the word "keyholder". */
int keyholder_restore_command(int argc, char **argv);

#endif
