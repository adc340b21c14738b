#include "hybrid.h"

#include <string.h>
#include "base/bytes.h"
#include "chunk.h"
#include "keccak.h"
#include "mlkem.h"
#include "primitive.h"

enum { SCALAR_AT = MLKEM_SEED, EXPANDED = MLKEM_SEED + 32 };

/* ---- the key agreement: draft-connolly-cfrg-xwing-kem ---- */

static int expand(const uint8_t seed[HYBRID_SEED], uint8_t out[EXPANDED], struct error *error)
{
    return keccak_shake256(seed, HYBRID_SEED, out, EXPANDED, error);
}

int hybrid_public(const uint8_t seed[HYBRID_SEED], uint8_t public_key[HYBRID_PUBLIC], struct error *error)
{
    uint8_t expanded[EXPANDED];
    int result = expand(seed, expanded, error);
    if (!result)
        result = mlkem_public(expanded, public_key, error);
    if (!result)
        result = vault_x25519_public(expanded + SCALAR_AT, public_key + MLKEM_PUBLIC, error);
    bytes_wipe(expanded, sizeof expanded);
    return result;
}

bool hybrid_public_valid(const uint8_t public_key[HYBRID_PUBLIC])
{
    return mlkem_public_valid(public_key);
}

/* `both`: the secret of ML-KEM, then that of X25519. */
static int combine(const uint8_t both[64], const uint8_t share_point[32], const uint8_t public_point[32], uint8_t secret[32],
                   struct error *error)
{
    static const uint8_t label[6] = {'\\', '.', '/', '/', '^', '\\'};
    uint8_t all[64 + 32 + 32 + sizeof label];
    memcpy(all, both, 64);
    memcpy(all + 64, share_point, 32);
    memcpy(all + 96, public_point, 32);
    memcpy(all + 128, label, sizeof label);
    int result = keccak_256(all, sizeof all, secret, error);
    bytes_wipe(all, sizeof all);
    return result;
}

static int agree(const uint8_t public_key[HYBRID_PUBLIC], uint8_t share[HYBRID_SHARE], uint8_t secret[32], bool *usable,
                 struct error *error)
{
    uint8_t chance[64], both[64];
    bytes_random(chance, sizeof chance);
    int result = mlkem_seal(public_key, chance, share, both, error);
    if (!result)
        result = vault_x25519_public(chance + 32, share + MLKEM_SHARE, error);
    if (!result)
        result = vault_x25519_shared(chance + 32, public_key + MLKEM_PUBLIC, both + 32, usable, error);
    if (!result && *usable)
        result = combine(both, share + MLKEM_SHARE, public_key + MLKEM_PUBLIC, secret, error);
    bytes_wipe(chance, sizeof chance);
    bytes_wipe(both, sizeof both);
    return result;
}

static int agreed(const uint8_t seed[HYBRID_SEED], const uint8_t share[HYBRID_SHARE], uint8_t secret[32], bool *usable,
                  struct error *error)
{
    uint8_t expanded[EXPANDED], both[64], point[32];
    int result = expand(seed, expanded, error);
    if (!result)
        result = mlkem_open(expanded, share, both, error);
    if (!result)
        result = vault_x25519_public(expanded + SCALAR_AT, point, error);
    if (!result)
        result = vault_x25519_shared(expanded + SCALAR_AT, share + MLKEM_SHARE, both + 32, usable, error);
    if (!result && *usable)
        result = combine(both, share + MLKEM_SHARE, point, secret, error);
    bytes_wipe(expanded, sizeof expanded);
    bytes_wipe(both, sizeof both);
    return result;
}

/* ---- HPKE: RFC 9180, section 5.1 ---- */

struct piece {
    const void *p;
    size_t n;
};

static int keyed(const uint8_t key[32], const struct piece *piece, size_t n, uint8_t out[32], struct error *error)
{
    uint8_t all[256];
    size_t used = 0;
    for (size_t i = 0; i < n; i++) {
        memcpy(all + used, piece[i].p, piece[i].n);
        used += piece[i].n;
    }
    int result = vault_hmac(key, (struct text){(const char *)all, used}, out, error);
    bytes_wipe(all, sizeof all);
    return result;
}

#define PIECE(literal) {literal, sizeof(literal) - 1}
#define SUITE PIECE("HPKE-v1HPKE\x64\x7a\x00\x01\x00\x03") /* MLKEM768-X25519, HKDF-SHA256, ChaCha20-Poly1305 */
#define PURPOSE "age-encryption.org/mlkem768x25519"
static const uint8_t no_salt[32];

/* One block of output is enough for all that is wanted here. */
static int expand_labelled(const uint8_t secret[32], const char *label, uint8_t size, const uint8_t *context, size_t n,
                           uint8_t out[32], struct error *error)
{
    const uint8_t length[2] = {0, size};
    const struct piece pieces[] = {{length, 2}, SUITE, {label, strlen(label)}, {context, n}, PIECE("\x01")};
    return keyed(secret, pieces, sizeof pieces / sizeof *pieces, out, error);
}

static int schedule(const uint8_t shared[32], uint8_t key[32], uint8_t nonce[32], struct error *error)
{
    const struct piece of_psk[] = {SUITE, PIECE("psk_id_hash")}, of_info[] = {SUITE, PIECE("info_hash"), PIECE(PURPOSE)},
                       of_secret[] = {SUITE, PIECE("secret")};
    uint8_t context[1 + 32 + 32] = {0}, secret[32]; /* mode_base */
    int result = keyed(no_salt, of_psk, 2, context + 1, error);
    if (!result)
        result = keyed(no_salt, of_info, 3, context + 33, error);
    if (!result)
        result = keyed(shared, of_secret, 2, secret, error);
    if (!result)
        result = expand_labelled(secret, "key", 32, context, sizeof context, key, error);
    if (!result)
        result = expand_labelled(secret, "base_nonce", VAULT_CHUNK_NONCE, context, sizeof context, nonce, error);
    bytes_wipe(secret, sizeof secret);
    return result;
}

int hybrid_wrap(const uint8_t public_key[HYBRID_PUBLIC], const uint8_t plain[16], uint8_t share[HYBRID_SHARE],
                uint8_t wrapped[HYBRID_WRAPPED], struct error *error)
{
    struct vault_chunk_cipher cipher = {0};
    uint8_t shared[32], key[32], nonce[32];
    bool usable = false;
    int result = agree(public_key, share, shared, &usable, error);
    if (!result && !usable)
        result = error_set(error, ERROR_INVALID, "recipient", "", "a key of low order, which hides nothing");
    if (!result)
        result = schedule(shared, key, nonce, error);
    if (!result)
        result = vault_chunk_start(&cipher, key, error);
    if (!result)
        result = vault_chunk_seal_nonce(&cipher, nonce, plain, 16, wrapped, error);
    vault_chunk_stop(&cipher);
    bytes_wipe(shared, sizeof shared);
    bytes_wipe(key, sizeof key);
    return result;
}

int hybrid_unwrap(const uint8_t seed[HYBRID_SEED], const uint8_t share[HYBRID_SHARE], const uint8_t wrapped[HYBRID_WRAPPED],
                  uint8_t plain[16], bool *fits, struct error *error)
{
    struct vault_chunk_cipher cipher = {0};
    uint8_t shared[32], key[32], nonce[32];
    bool usable = false;
    *fits = false;
    int result = agreed(seed, share, shared, &usable, error);
    if (!result && !usable)
        result = error_set(error, ERROR_INPUT, "header", "", "a post-quantum recipient with a share of low order");
    if (!result)
        result = schedule(shared, key, nonce, error);
    if (!result)
        result = vault_chunk_start(&cipher, key, error);
    if (!result)
        result = vault_chunk_open_nonce(&cipher, nonce, wrapped, HYBRID_WRAPPED, plain, fits, error);
    vault_chunk_stop(&cipher);
    bytes_wipe(shared, sizeof shared);
    bytes_wipe(key, sizeof key);
    return result;
}
