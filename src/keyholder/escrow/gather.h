#ifndef KEYHOLDER_GATHER_H
#define KEYHOLDER_GATHER_H

#include "epoch.h"
#include "keyholder/restore.h"

/*
 * The epoch keys that `restoring` asks for, from its shares or from the old folder. `epochs` lies in secret memory and has
 * room for two. Errors as keyholder_restore().
 */
int keyholder_gather(const struct keyholder_restoring *restoring, struct keyholder_epochs *epochs, struct error *error);

#endif
