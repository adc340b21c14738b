#include "secret.h"

#include <string.h>
#include <sodium.h>

void *vault_secret_new(size_t size)
{
    if (sodium_init() < 0)
        return NULL;
    /* The library puts an object against the guard page behind it, so only a rounded size leaves it aligned.
     */
    size_t rounded = (size + 63) & ~(size_t)63;
    void *secret = sodium_malloc(rounded);
    if (secret)
        memset(secret, 0, rounded);
    return secret;
}

void vault_secret_free(void *secret)
{
    sodium_free(secret);
}
