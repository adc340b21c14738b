#include "bech32.h"

#include <string.h>
#include "base/bytes.h"

static const char alphabet[33] = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";

enum { CHECK = 6, SYMBOLS_MOST = (BECH32_BYTES * 8 + 4) / 5 };

static size_t symbols_of(size_t size)
{
    return (size * 8 + 4) / 5; /* of 5 bits */
}

static size_t length_of(size_t prefix, size_t size)
{
    return prefix + 1 + symbols_of(size) + CHECK;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static char upper(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - 32) : c;
}

static uint32_t step(uint32_t sum, uint8_t value)
{
    static const uint32_t generator[5] = {0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3};
    uint32_t top = sum >> 25;
    sum = (sum & 0x1ffffff) << 5 ^ value;
    for (int i = 0; i < 5; i++)
        if (top >> i & 1)
            sum ^= generator[i];
    return sum;
}

static uint32_t checksum(struct text prefix, const uint8_t *symbols, size_t count)
{
    uint32_t sum = 1;
    for (size_t i = 0; i < prefix.n; i++)
        sum = step(sum, (uint8_t)((uint8_t)lower(prefix.p[i]) >> 5));
    sum = step(sum, 0);
    for (size_t i = 0; i < prefix.n; i++)
        sum = step(sum, (uint8_t)((uint8_t)lower(prefix.p[i]) & 31));
    for (size_t i = 0; i < count; i++)
        sum = step(sum, symbols[i]);
    return sum;
}

static bool is_upper(struct text prefix)
{
    return prefix.p[0] >= 'A' && prefix.p[0] <= 'Z';
}

bool vault_bech32_decode(struct text t, struct text prefix, uint8_t *out, size_t size)
{
    uint8_t symbols[SYMBOLS_MOST + CHECK];
    size_t count = symbols_of(size), spare = count * 5 - size * 8;
    if (size > BECH32_BYTES || t.n != length_of(prefix.n, size) || !text_starts(t, prefix) || t.p[prefix.n] != '1')
        return false;
    bool good = true;
    for (size_t i = 0; i < count + CHECK && good; i++) {
        char c = t.p[prefix.n + 1 + i];
        const char *at = c != lower(c) && !is_upper(prefix) ? NULL : memchr(alphabet, lower(c), 32);
        if (!at || (is_upper(prefix) && c != upper(c)))
            good = false;
        else
            symbols[i] = (uint8_t)(at - alphabet);
    }
    /* the bits to spare must be zero */
    good = good && checksum(prefix, symbols, count + CHECK) == 1 && (symbols[count - 1] & ((1U << spare) - 1)) == 0;
    for (size_t bit = 0; bit < size * 8 && good; bit++) {
        if (bit % 8 == 0)
            out[bit / 8] = 0;
        if (symbols[bit / 5] >> (4 - bit % 5) & 1)
            out[bit / 8] |= (uint8_t)(128 >> bit % 8);
    }
    bytes_wipe(symbols, sizeof symbols);
    return good;
}

void vault_bech32_encode(struct text prefix, const uint8_t *in, size_t size, char *out)
{
    uint8_t symbols[SYMBOLS_MOST + CHECK] = {0};
    size_t count = symbols_of(size);
    for (size_t bit = 0; bit < size * 8; bit++)
        if (in[bit / 8] >> (7 - bit % 8) & 1)
            symbols[bit / 5] |= (uint8_t)(16 >> bit % 5);
    uint32_t sum = checksum(prefix, symbols, count + CHECK) ^ 1;
    for (size_t i = 0; i < CHECK; i++)
        symbols[count + i] = (uint8_t)(sum >> 5 * (CHECK - 1 - i) & 31);
    memcpy(out, prefix.p, prefix.n);
    out[prefix.n] = '1';
    for (size_t i = 0; i < count + CHECK; i++) {
        char c = alphabet[symbols[i]];
        out[prefix.n + 1 + i] = is_upper(prefix) ? upper(c) : c;
    }
    out[length_of(prefix.n, size)] = '\0';
    bytes_wipe(symbols, sizeof symbols);
}
