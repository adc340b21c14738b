#include "vault/record.h"

#include <string.h>
#include <sodium.h>
#include "base/error.h"

enum {
    VERSION = 1,
    NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
    TAG = crypto_aead_xchacha20poly1305_ietf_ABYTES,
};

/* The version comes first, so that no record of another version with the same key and place can be passed
 * off. */
static unsigned char *bind_version(struct arena *arena, unsigned char version, struct text bound)
{
    unsigned char *all = arena_alloc(arena, bound.n + 1);
    if (!all)
        return NULL;
    all[0] = version;
    if (bound.n > 0)
        memcpy(all + 1, bound.p, bound.n);
    return all;
}

int vault_record_seal(struct arena *arena, const uint8_t key[VAULT_RECORD_KEY], struct text bound,
                      struct text plain, struct text *out, struct error *error)
{
    if (sodium_init() < 0)
        return error_set(error, ERROR_SYSTEM, "record", "", "the cryptographic library does not start");
    unsigned char *sealed = arena_alloc(arena, plain.n + VAULT_RECORD_OVERHEAD);
    unsigned char *all = bind_version(arena, VERSION, bound);
    if (!sealed || !all)
        return arena_error(arena, error);
    sealed[0] = VERSION;
    randombytes_buf(sealed + 1, NONCE);
    crypto_aead_xchacha20poly1305_ietf_encrypt(sealed + 1 + NONCE, NULL, (const unsigned char *)plain.p,
                                               plain.n, all, bound.n + 1, NULL, sealed + 1, key);
    *out = (struct text){(const char *)sealed, plain.n + VAULT_RECORD_OVERHEAD};
    return 0;
}

int vault_record_open(struct arena *arena, const uint8_t key[VAULT_RECORD_KEY], struct text bound,
                      struct text sealed, struct text *out, struct error *error)
{
    if (sodium_init() < 0)
        return error_set(error, ERROR_SYSTEM, "record", "", "the cryptographic library does not start");
    if (sealed.n < VAULT_RECORD_OVERHEAD)
        return error_set(error, ERROR_INPUT, "record", "", "too short to be a sealed record");
    const unsigned char *p = (const unsigned char *)sealed.p;
    if (p[0] != VERSION)
        return error_set(error, ERROR_INPUT, "record", "", "a sealed record of unknown version %u",
                         (unsigned)p[0]);
    size_t n = sealed.n - VAULT_RECORD_OVERHEAD;
    unsigned char *plain = arena_alloc(arena, n + 1);
    unsigned char *all = bind_version(arena, p[0], bound);
    if (!plain || !all)
        return arena_error(arena, error);
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(plain, NULL, NULL, p + 1 + NONCE, n + TAG, all,
                                                   bound.n + 1, p + 1, key) != 0)
        return error_set(error, ERROR_CHECK, "record", "",
                         "a sealed record does not open: it was altered, moved or sealed with another key");
    plain[n] = '\0';
    *out = (struct text){(const char *)plain, n};
    return 0;
}
