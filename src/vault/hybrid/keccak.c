#include "keccak.h"

#include <openssl/evp.h>
#include "primitive.h"

static int hash(const EVP_MD *kind, const void *in, size_t n, uint8_t *out, size_t size, struct error *error)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool xof = (EVP_MD_get_flags(kind) & EVP_MD_FLAG_XOF) != 0;
    bool good = context && EVP_DigestInit_ex2(context, kind, NULL) == 1 && EVP_DigestUpdate(context, in, n) == 1 &&
                (xof ? EVP_DigestFinalXOF(context, out, size) : EVP_DigestFinal_ex(context, out, NULL)) == 1;
    EVP_MD_CTX_free(context);
    return good ? 0 : vault_library_failed(error, "SHA-3");
}

int keccak_256(const void *in, size_t n, uint8_t out[32], struct error *error)
{
    return hash(EVP_sha3_256(), in, n, out, 32, error);
}

int keccak_512(const void *in, size_t n, uint8_t out[64], struct error *error)
{
    return hash(EVP_sha3_512(), in, n, out, 64, error);
}

int keccak_shake128(const void *in, size_t n, uint8_t *out, size_t size, struct error *error)
{
    return hash(EVP_shake128(), in, n, out, size, error);
}

int keccak_shake256(const void *in, size_t n, uint8_t *out, size_t size, struct error *error)
{
    return hash(EVP_shake256(), in, n, out, size, error);
}
