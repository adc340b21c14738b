#include "vault/payload.h"

#include <stdlib.h>
#include <string.h>
#include "base/bytes.h"
#include "base/error.h"
#include "chunk.h"
#include "secret.h"

/* As the sealer: `held` collects the nonce first, then sealed chunks, which are opened into `plain` or
 * straight to the caller. */
struct vault_opener {
    struct vault_file_key key; /* until the nonce is there */
    struct vault_chunk_cipher cipher;
    uint8_t *buffer; /* VAULT_SEALED_CHUNK sealed bytes, then VAULT_CHUNK plain ones */
    size_t held;
    size_t at, size; /* plain bytes still to give */
    uint64_t counter;
    bool keyed, last_opened;
    const char *ends_badly; /* what to report once what was verified is out */
    int failed;
    enum vault_verdict verdict;
};

int vault_opener_new(const struct vault_file_key *key, struct vault_opener **out, struct error *error)
{
    struct vault_opener *opener = vault_secret_new(sizeof *opener);
    *out = NULL;
    if (!opener || !(opener->buffer = malloc(VAULT_SEALED_CHUNK + VAULT_CHUNK))) {
        vault_secret_free(opener);
        return error_set(error, ERROR_SYSTEM, "opening", "", "out of memory");
    }
    opener->key = *key;
    *out = opener;
    return 0;
}

void vault_opener_free(struct vault_opener **opener)
{
    struct vault_opener *o = *opener;
    if (!o)
        return;
    vault_chunk_stop(&o->cipher);
    bytes_wipe(o->buffer, VAULT_SEALED_CHUNK + VAULT_CHUNK);
    free(o->buffer);
    vault_secret_free(o);
    *opener = NULL;
}

static int broken(struct vault_opener *o, struct error *error, const char *what)
{
    o->verdict = VAULT_PAYLOAD_BROKEN;
    return error_set(error, ERROR_CHECK, "payload", "", "%s (chunk %llu)", what,
                     (unsigned long long)o->counter);
}

static int take_nonce(struct vault_opener *o, struct vault_flow *flow, bool end, struct error *error)
{
    size_t n = VAULT_NONCE - o->held < flow->in_left ? VAULT_NONCE - o->held : flow->in_left;
    if (n > 0)
        memcpy(o->buffer + o->held, flow->in, n);
    o->held += n;
    flow->in += n;
    flow->in_left -= n;
    if (o->held < VAULT_NONCE) {
        if (!end)
            return 0;
        o->verdict = VAULT_HEADER_MALFORMED; /* so the specification's test vectors class it */
        return error_set(error, ERROR_INPUT, "payload", "", "the file ends where its payload should begin");
    }
    uint8_t payload_key[32];
    int result = vault_payload_key(&o->key, o->buffer, payload_key, error);
    if (result == 0)
        result = vault_chunk_start(&o->cipher, payload_key, error);
    bytes_wipe(payload_key, sizeof payload_key);
    vault_file_key_wipe(&o->key);
    o->held = 0;
    o->keyed = true;
    return result;
}

/*
 * A chunk's mark (last or not) should agree with whether bytes follow. Where a full chunk holds under the
 * other mark its bytes are genuine and are given out, but the payload as a whole was cut or added to: that is
 * reported next.
 */
static int open_chunk(struct vault_opener *o, bool last, const uint8_t *in, size_t n, uint8_t *out,
                      struct error *error)
{
    bool holds = false;
    int result = vault_chunk_open(&o->cipher, o->counter, last, in, n, out, &holds, error);
    if (result == 0 && !holds && n == VAULT_SEALED_CHUNK) {
        result = vault_chunk_open(&o->cipher, o->counter, !last, in, n, out, &holds, error);
        if (holds)
            o->ends_badly = last ? "the file is cut short" : "the file goes on past its end";
    }
    if (result)
        return result;
    if (!holds && n < VAULT_TAG)
        return broken(o, error, "the file is cut short");
    if (!holds)
        return broken(o, error, last ? "the file was altered or cut short" : "the file was altered");
    if (n == VAULT_TAG && o->counter > 0)
        return broken(o, error, "the last chunk is empty");
    o->counter++;
    o->last_opened = last;
    return 0;
}

static void drain(struct vault_opener *o, struct vault_flow *flow)
{
    size_t n = o->size - o->at < flow->out_left ? o->size - o->at : flow->out_left;
    if (n == 0)
        return;
    memcpy(flow->out, o->buffer + VAULT_SEALED_CHUNK + o->at, n);
    o->at += n;
    flow->out += n;
    flow->out_left -= n;
}

static int step(struct vault_opener *o, struct vault_flow *flow, bool end, struct error *error)
{
    if (!o->keyed) {
        int result = take_nonce(o, flow, end, error);
        if (result || !o->keyed)
            return result;
    }
    for (;;) {
        drain(o, flow);
        if (o->at < o->size)
            return 0;
        if (o->ends_badly)
            return broken(o, error, o->ends_badly);
        if (o->last_opened)
            return 0;
        bool last = end && o->held + flow->in_left <= VAULT_SEALED_CHUNK;
        size_t n =
            flow->in_left < VAULT_SEALED_CHUNK - o->held ? flow->in_left : VAULT_SEALED_CHUNK - o->held;
        bool whole = last || o->held + flow->in_left > VAULT_SEALED_CHUNK;
        const uint8_t *sealed = o->buffer;
        size_t size = o->held + n;
        if (o->held == 0 && whole) {
            sealed = flow->in;
        } else {
            if (n > 0)
                memcpy(o->buffer + o->held, flow->in, n);
            o->held += n;
        }
        flow->in += n;
        flow->in_left -= n;
        if (!whole)
            return 0;
        size_t plain = size < VAULT_TAG ? 0 : size - VAULT_TAG;
        bool straight = flow->out_left >= plain;
        int result =
            open_chunk(o, last, sealed, size, straight ? flow->out : o->buffer + VAULT_SEALED_CHUNK, error);
        if (result)
            return result;
        o->held = 0;
        o->at = 0;
        o->size = straight ? 0 : plain;
        if (straight) {
            flow->out += plain;
            flow->out_left -= plain;
        }
    }
}

int vault_opener_step(struct vault_opener *opener, struct vault_flow *flow, bool end, struct error *error)
{
    if (opener->failed)
        return error_set(error, opener->failed, "opening", "", "it failed before");
    opener->failed = step(opener, flow, end, error);
    if (opener->failed && opener->verdict == VAULT_GOOD)
        opener->verdict = VAULT_SYSTEM_FAILED;
    return opener->failed;
}

bool vault_opener_done(const struct vault_opener *opener)
{
    return opener->last_opened && opener->at == opener->size && !opener->ends_badly && !opener->failed;
}

enum vault_verdict vault_opener_verdict(const struct vault_opener *opener)
{
    return opener->verdict;
}
