#include "chunk.h"

#include <string.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include "base/bytes.h"

int vault_chunk_start(struct vault_chunk_cipher *cipher, const uint8_t key[32], struct error *error)
{
    (void)error;
    cipher->seal = cipher->open = NULL;
    memcpy(cipher->key, key, sizeof cipher->key);
    return 0;
}

void vault_chunk_stop(struct vault_chunk_cipher *cipher)
{
    EVP_CIPHER_CTX_free(cipher->seal);
    EVP_CIPHER_CTX_free(cipher->open);
    cipher->seal = cipher->open = NULL;
    bytes_wipe(cipher->key, sizeof cipher->key);
}

static EVP_CIPHER_CTX *context_of(const struct vault_chunk_cipher *cipher, void **kept, int sealing)
{
    if (*kept)
        return *kept;
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    if (context &&
        EVP_CipherInit_ex2(context, EVP_chacha20_poly1305(), cipher->key, NULL, sealing, NULL) != 1) {
        EVP_CIPHER_CTX_free(context);
        context = NULL;
    }
    *kept = context;
    return context;
}

int vault_chunk_seal_nonce(struct vault_chunk_cipher *cipher, const uint8_t nonce[VAULT_CHUNK_NONCE],
                           const uint8_t *in, size_t n, uint8_t *out, struct error *error)
{
    EVP_CIPHER_CTX *context = context_of(cipher, &cipher->seal, 1);
    int written = 0, rest = 0;
    if (!context || EVP_EncryptInit_ex2(context, NULL, NULL, nonce, NULL) != 1 ||
        EVP_EncryptUpdate(context, out, &written, in, (int)n) != 1 ||
        EVP_EncryptFinal_ex(context, out + written, &rest) != 1 ||
        EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, VAULT_TAG, out + n) != 1)
        return vault_library_failed(error, "ChaCha20-Poly1305");
    return 0;
}

int vault_chunk_open_nonce(struct vault_chunk_cipher *cipher, const uint8_t nonce[VAULT_CHUNK_NONCE],
                           const uint8_t *in, size_t n, uint8_t *out, bool *holds, struct error *error)
{
    *holds = false;
    if (n < VAULT_TAG)
        return 0;
    EVP_CIPHER_CTX *context = context_of(cipher, &cipher->open, 0);
    uint8_t tag[VAULT_TAG], rest[VAULT_TAG];
    size_t plain = n - VAULT_TAG;
    int written = 0, ignored = 0;
    memcpy(tag, in + plain, sizeof tag);
    if (!context || EVP_DecryptInit_ex2(context, NULL, NULL, nonce, NULL) != 1 ||
        EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, VAULT_TAG, tag) != 1 ||
        EVP_DecryptUpdate(context, out, &written, in, (int)plain) != 1)
        return vault_library_failed(error, "ChaCha20-Poly1305");
    *holds = EVP_DecryptFinal_ex(context, rest, &ignored) == 1;
    if (!*holds) {
        bytes_wipe(out, plain);
        ERR_clear_error();
    }
    return 0;
}

static void nonce_of(uint64_t counter, bool last, uint8_t nonce[VAULT_CHUNK_NONCE])
{
    memset(nonce, 0, VAULT_CHUNK_NONCE);
    for (int i = 0; i < 8; i++)
        nonce[10 - i] = (uint8_t)(counter >> (8 * i));
    nonce[11] = last ? 1 : 0;
}

int vault_chunk_seal(struct vault_chunk_cipher *cipher, uint64_t counter, bool last, const uint8_t *in,
                     size_t n, uint8_t *out, struct error *error)
{
    uint8_t nonce[VAULT_CHUNK_NONCE];
    nonce_of(counter, last, nonce);
    return vault_chunk_seal_nonce(cipher, nonce, in, n, out, error);
}

int vault_chunk_open(struct vault_chunk_cipher *cipher, uint64_t counter, bool last, const uint8_t *in,
                     size_t n, uint8_t *out, bool *holds, struct error *error)
{
    uint8_t nonce[VAULT_CHUNK_NONCE];
    nonce_of(counter, last, nonce);
    return vault_chunk_open_nonce(cipher, nonce, in, n, out, holds, error);
}

int vault_payload_key(const struct vault_file_key *key, const uint8_t nonce[VAULT_NONCE], uint8_t out[32],
                      struct error *error)
{
    struct text salt = {(const char *)nonce, VAULT_NONCE};
    struct text secret = {(const char *)key->bytes, sizeof key->bytes};
    return vault_hkdf(salt, secret, "payload", out, error);
}
