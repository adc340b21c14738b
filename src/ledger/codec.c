#include "codec.h"

#include <inttypes.h>

#include "base/bytes.h"

bool ledger_decimal_parse(struct text t, uint64_t *value)
{
    if (t.n == 0 || t.n > 19 || (t.n > 1 && t.p[0] == '0'))
        return false;
    uint64_t result = 0;
    for (size_t i = 0; i < t.n; i++) {
        if (t.p[i] < '0' || t.p[i] > '9')
            return false;
        result = result * 10 + (uint64_t)(t.p[i] - '0'); /* 19 digits fit */
    }
    *value = result;
    return result <= LEDGER_SIZE_MAX;
}

bool ledger_base64_parse(struct text t, void *out, size_t size)
{
    return base64_decode_into(BASE64_STANDARD, t, out, size);
}

bool ledger_line_next(struct text *rest, struct text *line)
{
    ptrdiff_t newline = text_find_char(*rest, '\n');
    if (newline < 0)
        return false;
    *line = text_cut(*rest, 0, (size_t)newline);
    *rest = text_cut(*rest, (size_t)newline + 1, rest->n);
    return true;
}

bool ledger_proof_lines(struct text *rest, struct ledger_proof *proof)
{
    struct text line;
    *proof = (struct ledger_proof){0};
    while (ledger_line_next(rest, &line)) {
        if (line.n == 0)
            return true;
        if (proof->count == LEDGER_PROOF_MAX ||
            !ledger_base64_parse(line, proof->hash[proof->count].byte, LEDGER_HASH_SIZE))
            return false;
        proof->count++;
    }
    return false;
}

void ledger_put_proof(struct buffer *out, const struct ledger_proof *proof)
{
    for (uint32_t i = 0; i < proof->count && i < LEDGER_PROOF_MAX; i++) {
        ledger_put_base64(out, proof->hash[i].byte, LEDGER_HASH_SIZE);
        buffer_char(out, '\n');
    }
}

void ledger_put_base64(struct buffer *out, const void *p, size_t n)
{
    struct text encoded = base64_encode(out->arena, BASE64_STANDARD, p, n);
    if (!encoded.p)
        out->failed = true;
    buffer_text(out, encoded);
}

void ledger_put_decimal(struct buffer *out, uint64_t value)
{
    buffer_format(out, "%" PRIu64, value);
}
