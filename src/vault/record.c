/* For one block EVP takes ten times as long to begin as to hash: it is the same SHA-256 inside. */
#define OPENSSL_SUPPRESS_DEPRECATED

#include "vault/record.h"

#include <string.h>
#include <openssl/sha.h>
#include <sodium.h>
#include "base/error.h"

enum {
    VERSION_1 = 1, /* without a commitment to its opener; read, not written any more */
    VERSION_2 = 2,
    NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
    TAG = crypto_aead_xchacha20poly1305_ietf_ABYTES,
    COMMITMENT = crypto_hash_sha256_BYTES,
    OVERHEAD_1 = 1 + NONCE + TAG,
    BARE_NONCE = crypto_aead_chacha20poly1305_ietf_NPUBBYTES,
};

_Static_assert(VAULT_RECORD_OVERHEAD == OVERHEAD_1 + COMMITMENT, "as the header says");
_Static_assert((int)VAULT_RECORD_OPENER == (int)crypto_core_hchacha20_OUTPUTBYTES, "an opener is a key of ChaCha20");

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

static int library(struct error *error)
{
    return sodium_init() < 0 ? error_set(error, ERROR_SYSTEM, "record", "", "the cryptographic library does not start")
                             : 0;
}

/* XChaCha20 is ChaCha20 under a key made of its own key and the first 16 bytes of its nonce: that is the opener. */
static void make_opener(const uint8_t key[VAULT_RECORD_KEY], const unsigned char *nonce,
                        uint8_t opener[VAULT_RECORD_OPENER])
{
    crypto_core_hchacha20(opener, nonce, key, NULL);
}

static void bare_nonce(const unsigned char *nonce, unsigned char bare[BARE_NONCE])
{
    memset(bare, 0, 4);
    memcpy(bare + 4, nonce + 16, 8);
}

static void commit(const uint8_t opener[VAULT_RECORD_OPENER], unsigned char commitment[COMMITMENT])
{
    static const char tag[16] = "vault/opener/v1";
    unsigned char both[sizeof tag + VAULT_RECORD_OPENER];
    memcpy(both, tag, sizeof tag);
    memcpy(both + sizeof tag, opener, VAULT_RECORD_OPENER);
    SHA256_CTX state;
    SHA256_Init(&state);
    SHA256_Update(&state, both, sizeof both);
    SHA256_Final(commitment, &state);
    sodium_memzero(&state, sizeof state);
    sodium_memzero(both, sizeof both);
}

int vault_record_seal(struct arena *arena, const uint8_t key[VAULT_RECORD_KEY], struct text bound,
                      struct text plain, struct text *out, struct error *error)
{
    int result = library(error);
    if (result)
        return result;
    unsigned char *sealed = arena_alloc(arena, plain.n + VAULT_RECORD_OVERHEAD);
    unsigned char *all = bind_version(arena, VERSION_2, bound);
    if (!sealed || !all)
        return arena_error(arena, error);
    uint8_t opener[VAULT_RECORD_OPENER];
    unsigned char nonce[BARE_NONCE];
    sealed[0] = VERSION_2;
    randombytes_buf(sealed + 1, NONCE);
    make_opener(key, sealed + 1, opener);
    bare_nonce(sealed + 1, nonce);
    commit(opener, sealed + 1 + NONCE);
    crypto_aead_chacha20poly1305_ietf_encrypt(sealed + 1 + NONCE + COMMITMENT, NULL, (const unsigned char *)plain.p,
                                              plain.n, all, bound.n + 1, NULL, nonce, opener);
    sodium_memzero(opener, sizeof opener);
    *out = (struct text){(const char *)sealed, plain.n + VAULT_RECORD_OVERHEAD};
    return 0;
}

static int check_version(struct text sealed, struct error *error)
{
    if (sealed.n < 1 || sealed.n < (sealed.p[0] == VERSION_1 ? (size_t)OVERHEAD_1 : (size_t)VAULT_RECORD_OVERHEAD))
        return error_set(error, ERROR_INPUT, "record", "", "too short to be a sealed record");
    if (sealed.p[0] != VERSION_1 && sealed.p[0] != VERSION_2)
        return error_set(error, ERROR_INPUT, "record", "", "a sealed record of unknown version %u",
                         (unsigned)(unsigned char)sealed.p[0]);
    return 0;
}

/* With the right version and length. */
static int open_checked(struct arena *arena, const uint8_t opener[VAULT_RECORD_OPENER], struct text bound,
                        struct text sealed, struct text *out, struct error *error)
{
    const unsigned char *p = (const unsigned char *)sealed.p, *content = p + 1 + NONCE;
    size_t n = sealed.n - (size_t)OVERHEAD_1;
    unsigned char nonce[BARE_NONCE], commitment[COMMITMENT];
    bool right = true;
    if (p[0] == VERSION_2) {
        commit(opener, commitment);
        right = sodium_memcmp(commitment, content, COMMITMENT) == 0;
        content += COMMITMENT;
        n -= COMMITMENT;
    }
    unsigned char *plain = arena_alloc(arena, n + 1);
    unsigned char *all = bind_version(arena, p[0], bound);
    if (!plain || !all)
        return arena_error(arena, error);
    bare_nonce(p + 1, nonce);
    if (!right || crypto_aead_chacha20poly1305_ietf_decrypt(plain, NULL, NULL, content, n + TAG, all, bound.n + 1, nonce,
                                                            opener) != 0)
        return error_set(error, ERROR_CHECK, "record", "",
                         "a sealed record does not open: it was altered, moved or sealed with another key");
    plain[n] = '\0';
    *out = (struct text){(const char *)plain, n};
    return 0;
}

int vault_record_open(struct arena *arena, const uint8_t key[VAULT_RECORD_KEY], struct text bound,
                      struct text sealed, struct text *out, struct error *error)
{
    uint8_t opener[VAULT_RECORD_OPENER];
    int result = library(error);
    if (!result)
        result = check_version(sealed, error);
    if (result)
        return result;
    make_opener(key, (const unsigned char *)sealed.p + 1, opener);
    result = open_checked(arena, opener, bound, sealed, out, error);
    sodium_memzero(opener, sizeof opener);
    return result;
}

static int check_shareable(struct text sealed, struct error *error)
{
    int result = library(error);
    if (!result)
        result = check_version(sealed, error);
    if (!result && sealed.p[0] != VERSION_2)
        result = error_set(error, ERROR_INVALID, "record", "", "it was sealed in a form that cannot be shown to others");
    return result;
}

int vault_record_opener(const uint8_t key[VAULT_RECORD_KEY], struct text sealed, uint8_t opener[VAULT_RECORD_OPENER],
                        struct error *error)
{
    int result = check_shareable(sealed, error);
    if (!result)
        make_opener(key, (const unsigned char *)sealed.p + 1, opener);
    return result;
}

int vault_record_open_by(struct arena *arena, const uint8_t opener[VAULT_RECORD_OPENER], struct text bound,
                         struct text sealed, struct text *out, struct error *error)
{
    int result = check_shareable(sealed, error);
    return result ? result : open_checked(arena, opener, bound, sealed, out, error);
}
