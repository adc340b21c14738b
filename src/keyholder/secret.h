#ifndef KEYHOLDER_SECRET_H
#define KEYHOLDER_SECRET_H

#include <stddef.h>

struct error;

/* Zeroed memory for secrets: guarded, locked where it can be, in no core dump. sodium_free() wipes it. NULL: ERROR_SYSTEM. */
void *keyholder_secret_new(size_t size, struct error *error);

#endif
