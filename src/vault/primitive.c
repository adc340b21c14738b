#include "primitive.h"

#include <string.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/kdf.h>
#include "base/bytes.h"
#include "chunk.h"

int vault_library_failed(struct error *error, const char *at)
{
    unsigned long number = ERR_peek_last_error();
    const char *reason = number ? ERR_reason_error_string(number) : NULL;
    error_set(error, ERROR_SYSTEM, "cryptographic library", "", "%s failed%s%s", at, reason ? ": " : "",
              reason ? reason : "");
    ERR_clear_error();
    return ERROR_SYSTEM;
}

int vault_hkdf(struct text salt, struct text secret, const char *purpose, uint8_t out[32],
               struct error *error)
{
    EVP_KDF *kdf = EVP_KDF_fetch(NULL, "HKDF", NULL);
    EVP_KDF_CTX *context = kdf ? EVP_KDF_CTX_new(kdf) : NULL;
    char digest[] = "SHA256";
    OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest, 0),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, (void *)secret.p, secret.n),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, (void *)purpose, strlen(purpose)),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SALT, (void *)salt.p, salt.n),
        OSSL_PARAM_construct_end(),
    };
    if (salt.n == 0) /* HKDF's default salt, which is what an empty one means */
        parameters[3] = OSSL_PARAM_construct_end();
    int good = context && EVP_KDF_derive(context, out, 32, parameters) == 1;
    EVP_KDF_CTX_free(context);
    EVP_KDF_free(kdf);
    return good ? 0 : vault_library_failed(error, "HKDF");
}

int vault_hmac(const uint8_t key[32], struct text message, uint8_t out[32], struct error *error)
{
    unsigned size = 32;
    if (!HMAC(EVP_sha256(), key, 32, (const unsigned char *)message.p, message.n, out, &size) || size != 32)
        return vault_library_failed(error, "HMAC");
    return 0;
}

int vault_x25519_public(const uint8_t scalar[32], uint8_t point[32], struct error *error)
{
    size_t size = 32;
    EVP_PKEY *key = EVP_PKEY_new_raw_private_key(EVP_PKEY_X25519, NULL, scalar, 32);
    int good = key && EVP_PKEY_get_raw_public_key(key, point, &size) == 1 && size == 32;
    EVP_PKEY_free(key);
    return good ? 0 : vault_library_failed(error, "X25519");
}

int vault_x25519_shared(const uint8_t scalar[32], const uint8_t point[32], uint8_t shared[32], bool *usable,
                        struct error *error)
{
    static const uint8_t zero[32];
    size_t size = 32;
    *usable = false;
    EVP_PKEY *own = EVP_PKEY_new_raw_private_key(EVP_PKEY_X25519, NULL, scalar, 32);
    EVP_PKEY *peer = EVP_PKEY_new_raw_public_key(EVP_PKEY_X25519, NULL, point, 32);
    EVP_PKEY_CTX *context = own && peer ? EVP_PKEY_CTX_new_from_pkey(NULL, own, NULL) : NULL;
    int ready = context && EVP_PKEY_derive_init(context) == 1 && EVP_PKEY_derive_set_peer(context, peer) == 1;
    if (ready) {
        /* The library refuses the derivation exactly when the result is all zeros; checked again all the
         * same. */
        *usable = EVP_PKEY_derive(context, shared, &size) == 1 && size == 32 &&
                  !text_equal_secret((struct text){(const char *)shared, 32},
                                     (struct text){(const char *)zero, 32});
        ERR_clear_error();
    }
    EVP_PKEY_CTX_free(context);
    EVP_PKEY_free(own);
    EVP_PKEY_free(peer);
    if (!*usable)
        bytes_wipe(shared, 32);
    return ready ? 0 : vault_library_failed(error, "X25519");
}

int vault_scrypt(struct text passphrase, struct text salt, int work, uint8_t out[32], struct error *error)
{
    uint64_t rounds = UINT64_C(1) << work;
    uint64_t memory = (rounds + 16) * 1024 + (1 << 20); /* 128 * r bytes a round, and some for the ends */
    if (EVP_PBE_scrypt(passphrase.p ? passphrase.p : "", passphrase.n, (const unsigned char *)salt.p, salt.n,
                       rounds, 8, 1, memory, out, 32) != 1)
        return vault_library_failed(error, "scrypt");
    return 0;
}

static const uint8_t zero_nonce[VAULT_CHUNK_NONCE];

int vault_wrap(const uint8_t key[32], const uint8_t plain[16], uint8_t wrapped[32], struct error *error)
{
    struct vault_chunk_cipher cipher;
    int result = vault_chunk_start(&cipher, key, error);
    if (result == 0)
        result = vault_chunk_seal_nonce(&cipher, zero_nonce, plain, 16, wrapped, error);
    vault_chunk_stop(&cipher);
    return result;
}

int vault_unwrap(const uint8_t key[32], const uint8_t wrapped[32], uint8_t plain[16], bool *fits,
                 struct error *error)
{
    struct vault_chunk_cipher cipher;
    int result = vault_chunk_start(&cipher, key, error);
    if (result == 0)
        result = vault_chunk_open_nonce(&cipher, zero_nonce, wrapped, 32, plain, fits, error);
    vault_chunk_stop(&cipher);
    return result;
}
