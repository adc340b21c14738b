/* The plain interface is marked as deprecated in favour of EVP; hasher.h says why it is used. */
#define OPENSSL_SUPPRESS_DEPRECATED

#include "hasher.h"

#include <string.h>

#include "base/bytes.h"

void ledger_hasher_open(struct ledger_hasher *hasher)
{
    hasher->keyed = false;
    SHA256_Init(&hasher->state);
}

/* It may have hashed salts. */
void ledger_hasher_close(struct ledger_hasher *hasher)
{
    bytes_wipe(hasher, sizeof *hasher);
}

void ledger_hasher_start(struct ledger_hasher *hasher)
{
    SHA256_Init(&hasher->state);
}

void ledger_hasher_add(struct ledger_hasher *hasher, const void *p, size_t n)
{
    if (n > 0)
        SHA256_Update(&hasher->state, p, n);
}

void ledger_hasher_add_u32(struct ledger_hasher *hasher, uint32_t value)
{
    const uint8_t bytes[4] = {(uint8_t)(value >> 24), (uint8_t)(value >> 16), (uint8_t)(value >> 8),
                              (uint8_t)value};
    ledger_hasher_add(hasher, bytes, sizeof bytes);
}

void ledger_hasher_add_text(struct ledger_hasher *hasher, struct text t)
{
    ledger_hasher_add_u32(hasher, (uint32_t)t.n);
    ledger_hasher_add(hasher, t.p, t.n);
}

static void put_u32(uint8_t *out, uint32_t value)
{
    value = __builtin_bswap32(value);
    memcpy(out, &value, sizeof value);
}

static void tell(const SHA256_CTX *state, uint8_t hash[LEDGER_HASH_SIZE])
{
    for (size_t i = 0; i < LEDGER_HASH_SIZE / 4; i++)
        put_u32(hash + 4 * i, state->h[i]);
}

/*
 * The padding of FIPS 180-4, 5.1.1, and the last blocks. SHA256_Final does the same, and wipes its buffer each time, which
 * takes as long as a block: a hasher is wiped once, when it is closed.
 */
struct ledger_hash ledger_hasher_end(struct ledger_hasher *hasher)
{
    enum { BLOCK = SHA256_CBLOCK, LENGTH = 8 };
    SHA256_CTX *state = &hasher->state;
    uint8_t *block = (uint8_t *)state->data;
    size_t n = state->num;
    block[n++] = 0x80;
    if (n > BLOCK - LENGTH) {
        memset(block + n, 0, BLOCK - n);
        SHA256_Transform(state, block);
        n = 0;
    }
    memset(block + n, 0, BLOCK - LENGTH - n);
    put_u32(block + BLOCK - LENGTH, state->Nh);
    put_u32(block + BLOCK - LENGTH / 2, state->Nl);
    SHA256_Transform(state, block);
    struct ledger_hash result;
    tell(state, result.byte);
    return result;
}

struct ledger_hash ledger_hasher_leaf(struct ledger_hasher *hasher, struct text data)
{
    ledger_hasher_start(hasher);
    ledger_hasher_add(hasher, "\0", 1);
    ledger_hasher_add(hasher, data.p, data.n);
    return ledger_hasher_end(hasher);
}

struct ledger_hash ledger_hasher_node(struct ledger_hasher *hasher, const struct ledger_hash *left,
                                      const struct ledger_hash *right)
{
    uint8_t input[1 + 2 * LEDGER_HASH_SIZE];
    input[0] = 1;
    memcpy(input + 1, left->byte, LEDGER_HASH_SIZE);
    memcpy(input + 1 + LEDGER_HASH_SIZE, right->byte, LEDGER_HASH_SIZE);
    ledger_hasher_start(hasher);
    ledger_hasher_add(hasher, input, sizeof input);
    return ledger_hasher_end(hasher);
}

struct ledger_hash ledger_hasher_root(struct ledger_hasher *hasher, const struct ledger_hash *hash,
                                      size_t count)
{
    if (count == 1)
        return hash[0];
    size_t left_count = 1;
    while (left_count * 2 < count)
        left_count *= 2;
    struct ledger_hash left = ledger_hasher_root(hasher, hash, left_count);
    struct ledger_hash right = ledger_hasher_root(hasher, hash + left_count, count - left_count);
    return ledger_hasher_node(hasher, &left, &right);
}

/* ---- whole blocks ---- */

enum { LENGTH = 8, LEAST = 1 + LENGTH }; /* of the padding: 0x80 and the number of bits */

size_t ledger_blocks_of(size_t n)
{
    return (n + LEAST + LEDGER_BLOCK - 1) / LEDGER_BLOCK;
}

void ledger_blocks_pad(uint8_t *block, size_t n, size_t before)
{
    size_t end = ledger_blocks_of(n) * LEDGER_BLOCK;
    uint64_t bits = (uint64_t)(before + n) * 8;
    block[n] = 0x80;
    memset(block + n + 1, 0, end - n - LEAST);
    put_u32(block + end - LENGTH, (uint32_t)(bits >> 32));
    put_u32(block + end - LENGTH / 2, (uint32_t)bits);
}

void ledger_blocks_hash(const SHA256_CTX *from, const uint8_t *block, size_t count, uint8_t hash[LEDGER_HASH_SIZE])
{
    SHA256_CTX state;
    if (from)
        memcpy(state.h, from->h, sizeof state.h);
    else
        SHA256_Init(&state);
    for (size_t i = 0; i < count; i++)
        SHA256_Transform(&state, block + i * LEDGER_BLOCK);
    tell(&state, hash);
}

/* ---- HMAC ---- */

/* The key filled up to SHA-256's block of 64 bytes, each byte combined with `pad`. */
static void hmac_add_key(SHA256_CTX *state, const uint8_t key[32], uint8_t pad)
{
    uint8_t block[64];
    memset(block, pad, sizeof block);
    for (size_t i = 0; i < 32; i++)
        block[i] = (uint8_t)(key[i] ^ pad);
    SHA256_Init(state);
    SHA256_Update(state, block, sizeof block);
    bytes_wipe(block, sizeof block);
}

void ledger_hmac_take_key(struct ledger_hasher *hasher, const uint8_t key[32])
{
    if (hasher->keyed && memcmp(hasher->key, key, sizeof hasher->key) == 0)
        return;
    hmac_add_key(&hasher->inner, key, 0x36);
    hmac_add_key(&hasher->outer, key, 0x5c);
    memcpy(hasher->key, key, sizeof hasher->key);
    hasher->keyed = true;
}

void ledger_hmac_start(struct ledger_hasher *hasher, const uint8_t key[32])
{
    ledger_hmac_take_key(hasher, key);
    hasher->state = hasher->inner;
}

struct ledger_hash ledger_hmac_end(struct ledger_hasher *hasher, const uint8_t key[32])
{
    struct ledger_hash inner = ledger_hasher_end(hasher);
    ledger_hmac_take_key(hasher, key);
    hasher->state = hasher->outer;
    ledger_hasher_add(hasher, inner.byte, sizeof inner.byte);
    return ledger_hasher_end(hasher);
}
