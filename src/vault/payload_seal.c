#include "vault/payload.h"

#include <stdlib.h>
#include <string.h>
#include "base/bytes.h"
#include "base/error.h"
#include "chunk.h"
#include "digest.h"
#include "secret.h"

/*
 * One buffer serves in turn: it fills with plain bytes, is sealed in place and drains. Where the caller
 * offers more than a chunk and has room for a sealed one, the bytes go straight from the caller's `in` to the
 * caller's `out`.
 */
struct vault_sealer {
    struct vault_chunk_cipher cipher;
    EVP_MD_CTX *digest;
    uint8_t *buffer; /* VAULT_SEALED_CHUNK */
    size_t held;     /* plain bytes waiting in the buffer */
    size_t at, size; /* sealed bytes of it still to give */
    uint64_t counter;
    bool last_sealed;
    int failed;
    uint8_t result[VAULT_DIGEST];
};

int vault_sealer_new(const struct vault_file_key *key, bool digest, struct vault_sealer **out,
                     struct error *error)
{
    uint8_t payload_key[32];
    struct vault_sealer *sealer = vault_secret_new(sizeof *sealer);
    *out = NULL;
    if (!sealer || !(sealer->buffer = malloc(VAULT_SEALED_CHUNK))) {
        vault_secret_free(sealer);
        return error_set(error, ERROR_SYSTEM, "sealing", "", "out of memory");
    }
    bytes_random(sealer->buffer, VAULT_NONCE);
    sealer->size = VAULT_NONCE;
    int result = vault_payload_key(key, sealer->buffer, payload_key, error);
    if (result == 0)
        result = vault_chunk_start(&sealer->cipher, payload_key, error);
    if (result == 0 && digest)
        result = vault_digest_start(&sealer->digest, error);
    if (result == 0)
        result = vault_digest_add(sealer->digest, sealer->buffer, VAULT_NONCE, error);
    bytes_wipe(payload_key, sizeof payload_key);
    if (result)
        vault_sealer_free(&sealer);
    *out = sealer;
    return result;
}

void vault_sealer_free(struct vault_sealer **sealer)
{
    struct vault_sealer *s = *sealer;
    if (!s)
        return;
    vault_chunk_stop(&s->cipher);
    EVP_MD_CTX_free(s->digest);
    bytes_wipe(s->buffer, VAULT_SEALED_CHUNK);
    free(s->buffer);
    vault_secret_free(s);
    *sealer = NULL;
}

static int seal_chunk(struct vault_sealer *s, bool last, const uint8_t *in, size_t n, uint8_t *out,
                      struct error *error)
{
    int result = vault_chunk_seal(&s->cipher, s->counter++, last, in, n, out, error);
    if (result == 0)
        result = vault_digest_add(s->digest, out, n + VAULT_TAG, error);
    if (result == 0 && last && s->digest && EVP_DigestFinal_ex(s->digest, s->result, NULL) != 1)
        result = vault_library_failed(error, "SHA-256");
    s->last_sealed = last;
    return result;
}

static void drain(struct vault_sealer *s, struct vault_flow *flow)
{
    size_t n = s->size - s->at < flow->out_left ? s->size - s->at : flow->out_left;
    if (n == 0)
        return;
    memcpy(flow->out, s->buffer + s->at, n);
    s->at += n;
    flow->out += n;
    flow->out_left -= n;
}

static int step(struct vault_sealer *s, struct vault_flow *flow, bool end, struct error *error)
{
    for (;;) {
        drain(s, flow);
        if (s->at < s->size || s->last_sealed)
            return 0;
        /* A chunk is the last one exactly when nothing follows it, so a full one waits for the next byte or
         * the end. */
        bool last = end && s->held + flow->in_left <= VAULT_CHUNK;
        size_t n = flow->in_left < VAULT_CHUNK - s->held ? flow->in_left : VAULT_CHUNK - s->held;
        bool whole = last || s->held + flow->in_left > VAULT_CHUNK;
        if (s->held == 0 && whole && flow->out_left >= n + VAULT_TAG) {
            int result = seal_chunk(s, last, flow->in, n, flow->out, error);
            if (result)
                return result;
            flow->out += n + VAULT_TAG;
            flow->out_left -= n + VAULT_TAG;
            flow->in += n;
            flow->in_left -= n;
            continue;
        }
        if (n > 0)
            memcpy(s->buffer + s->held, flow->in, n);
        s->held += n;
        flow->in += n;
        flow->in_left -= n;
        if (!whole)
            return 0;
        int result = seal_chunk(s, last, s->buffer, s->held, s->buffer, error);
        if (result)
            return result;
        s->size = s->held + VAULT_TAG;
        s->at = s->held = 0;
    }
}

int vault_sealer_step(struct vault_sealer *sealer, struct vault_flow *flow, bool end, struct error *error)
{
    if (sealer->failed)
        return error_set(error, sealer->failed, "sealing", "", "it failed before");
    return sealer->failed = step(sealer, flow, end, error);
}

bool vault_sealer_done(const struct vault_sealer *sealer)
{
    return sealer->last_sealed && sealer->at == sealer->size && !sealer->failed;
}

bool vault_sealer_digest(const struct vault_sealer *sealer, uint8_t digest[VAULT_DIGEST])
{
    if (!sealer->digest || !vault_sealer_done(sealer))
        return false;
    memcpy(digest, sealer->result, VAULT_DIGEST);
    return true;
}
