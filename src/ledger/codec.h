#ifndef LEDGER_CODEC_H
#define LEDGER_CODEC_H

#include "base/buffer.h"
#include "ledger/hash.h"

/* Numbers, hashes and lines as the texts of C2SP write them: one way each. */

/* Decimal digits without leading zeroes, at most LEDGER_SIZE_MAX. */
bool ledger_decimal_parse(struct text t, uint64_t *value);

/* Standard base64 of exactly `size` (at most 128) bytes. */
bool ledger_base64_parse(struct text t, void *out, size_t size);

/* Takes a line off the front of `rest`; false where there is none that ends with a newline. Without the
 * newline. */
bool ledger_line_next(struct text *rest, struct text *line);

/* Lines of one hash each, up to and with the empty line behind them. */
bool ledger_proof_lines(struct text *rest, struct ledger_proof *proof);
void ledger_put_proof(struct buffer *out, const struct ledger_proof *proof); /* without the empty line */

void ledger_put_base64(struct buffer *out, const void *p, size_t n);
void ledger_put_decimal(struct buffer *out, uint64_t value);

#endif
