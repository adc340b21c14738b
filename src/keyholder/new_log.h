#ifndef KEYHOLDER_NEW_LOG_H
#define KEYHOLDER_NEW_LOG_H

struct error;

/*
 * Ends the log that the folder signs for and begins another of a different name, with a new signing key and
 * nothing signed yet. The epoch keys stay, so that the records can still be read. The old signing key is
 * destroyed: nobody can sign for the old log again, so its partners cannot be shown a second history of it.
 * ERROR_INVALID for a name that is malformed or the old one; ERROR_CONFLICT while a keyholder runs.
 */
int keyholder_new_log(const char *home, const char *origin, struct error *error);

#endif
