/*
 * An age file from its first byte: armor or not, header, payload. Whatever the pieces it arrives in, it opens
 * or does not, with the same bytes; where it is binary, with the same verdict.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "base/error.h"
#include "vault.h"

struct outcome {
    int code;
    enum vault_verdict verdict;
    uint8_t out[1 << 17];
    size_t n;
};

enum { IDENTITIES = 3 };

static void open_in(const struct vault_identity *identities, const uint8_t *data, size_t size, size_t in,
                    size_t out, struct outcome *outcome)
{
    struct vault_file_opener *opener;
    size_t at = 0;
    outcome->n = 0;
    outcome->code = 0;
    if (vault_file_opener_new(identities, IDENTITIES, &opener, NULL) != 0)
        abort();
    while (outcome->code == 0 && !vault_file_opener_done(opener)) {
        size_t piece = size - at < in ? size - at : in;
        size_t room = sizeof outcome->out - outcome->n < out ? sizeof outcome->out - outcome->n : out;
        struct vault_flow flow = {data + at, piece, outcome->out + outcome->n, room};
        if (room == 0)
            break;
        outcome->code = vault_file_opener_step(opener, &flow, at + piece == size, NULL);
        if (outcome->code == 0 && piece > 0 && flow.in_left == piece && flow.out_left == room &&
            !vault_file_opener_done(opener))
            abort(); /* it would hang its caller */
        at += piece - flow.in_left;
        outcome->n += room - flow.out_left;
    }
    outcome->verdict = vault_file_opener_verdict(opener);
    if ((outcome->code == 0) != (outcome->verdict == VAULT_GOOD))
        abort();
    vault_file_opener_free(&opener);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct outcome whole, pieces;
    struct vault_identity identities[IDENTITIES] = {{.way = VAULT_BY_KEY}, vault_identity_passphrase(TEXT("fuzz")), {.way = VAULT_BY_HYBRID}};
    memset(identities[0].scalar, 7, sizeof identities[0].scalar);
    memset(identities[2].scalar, 7, sizeof identities[2].scalar);
    identities[1].work_ceiling = 4;
    if (size > sizeof whole.out)
        return 0;
    open_in(identities, data, size, size, sizeof whole.out, &whole);
    open_in(identities, data, size, 1 + size % 61, 1 + size % 17, &pieces);
    bool binary = size > 0 && data[0] == 'a';
    if (whole.code == 0 || pieces.code == 0 || binary)
        if (whole.code != pieces.code || whole.n != pieces.n || memcmp(whole.out, pieces.out, whole.n) != 0)
            abort();
    if (binary && whole.verdict != pieces.verdict)
        abort();
    return 0;
}
