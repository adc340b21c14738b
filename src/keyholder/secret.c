#include "secret.h"

#include "base/error.h"

#include <sodium.h>
#include <string.h>

void *keyholder_secret_new(size_t size, struct error *error)
{
    void *secret = sodium_malloc(size);
    if (secret)
        memset(secret, 0, size);
    else
        error_set(error, ERROR_SYSTEM, "keyholder", "Raise the limit of locked memory (ulimit -l).",
                  "there is no secret memory left");
    return secret;
}
