#ifndef KEYHOLDER_USER_H
#define KEYHOLDER_USER_H

struct error;

/*
 * Makes the folder `home`, if it is not there, for the user and becomes that user, for good. NULL: stays who
 * it is. A process that is not root can only become who it is already: ERROR_INVALID.
 */
int keyholder_become(const char *user, const char *home, struct error *error);

#endif
