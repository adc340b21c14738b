#ifndef VAULT_DIGEST_H
#define VAULT_DIGEST_H

#include <openssl/evp.h>
#include "primitive.h"
#include "vault/payload.h"

/* SHA-256 on the way, if it is wanted. Context NULL: not wanted. */

static inline int vault_digest_start(EVP_MD_CTX **context, struct error *error)
{
    *context = EVP_MD_CTX_new();
    if (!*context || EVP_DigestInit_ex2(*context, EVP_sha256(), NULL) != 1)
        return vault_library_failed(error, "SHA-256");
    return 0;
}

static inline int vault_digest_add(EVP_MD_CTX *context, const void *p, size_t n, struct error *error)
{
    if (context && EVP_DigestUpdate(context, p, n) != 1)
        return vault_library_failed(error, "SHA-256");
    return 0;
}

#endif
