#ifndef VAULT_SECRET_H
#define VAULT_SECRET_H

#include <stddef.h>

/* Memory for keys: locked where the system allows it, between guard pages, out of core dumps, wiped on
 * release. Zeroed. */
void *vault_secret_new(size_t size); /* NULL when out of memory */
void vault_secret_free(void *secret);

#endif
