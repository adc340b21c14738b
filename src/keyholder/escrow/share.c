#include "share.h"

#include "block.h"

#include "base/error.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

enum { SUM_SIZE = 16 };

static const char FIRST_LINE[] = "proviso escrow share 1";

/* Keyed with what is secret, over what is not. */
static void bind(const struct keyholder_share *share, const uint8_t key[32], uint8_t digest[32])
{
    crypto_generichash_state state;
    uint8_t numbers[12];
    keyholder_put_number(numbers, 4, share->epoch);
    keyholder_put_number(numbers + 4, 4, share->needed);
    keyholder_put_number(numbers + 8, 4, share->count);
    crypto_generichash_init(&state, key, 32, 32);
    crypto_generichash_update(&state, (const uint8_t *)FIRST_LINE, sizeof FIRST_LINE);
    crypto_generichash_update(&state, (const uint8_t *)share->origin, strlen(share->origin) + 1);
    crypto_generichash_update(&state, numbers, sizeof numbers);
    crypto_generichash_update(&state, share->set, sizeof share->set);
    crypto_generichash_final(&state, digest, 32);
    sodium_memzero(&state, sizeof state);
}

void keyholder_share_secret(const struct keyholder_share *share, const uint8_t key[32], uint8_t secret[KEYHOLDER_SECRET_SIZE])
{
    memcpy(secret, key, 32);
    bind(share, key, secret + 32);
}

bool keyholder_share_key(const struct keyholder_share *share, const uint8_t secret[KEYHOLDER_SECRET_SIZE], uint8_t key[32])
{
    uint8_t digest[32];
    bind(share, secret, digest);
    bool fits = sodium_memcmp(digest, secret + 32, sizeof digest) == 0;
    if (fits)
        memcpy(key, secret, 32);
    sodium_memzero(digest, sizeof digest);
    return fits;
}

static void sum_of(const char *text, size_t n, char hex[2 * SUM_SIZE + 1])
{
    uint8_t sum[SUM_SIZE];
    crypto_generichash(sum, sizeof sum, (const uint8_t *)text, n, NULL, 0);
    sodium_bin2hex(hex, 2 * SUM_SIZE + 1, sum, sizeof sum);
}

size_t keyholder_share_write(const struct keyholder_share *share, char text[KEYHOLDER_SHARE_TEXT])
{
    char set[2 * KEYHOLDER_SET_SIZE + 1], value[2 * KEYHOLDER_SECRET_SIZE + 1], sum[2 * SUM_SIZE + 1];
    sodium_bin2hex(set, sizeof set, share->set, sizeof share->set);
    sodium_bin2hex(value, sizeof value, share->value, sizeof share->value);
    int n = snprintf(text, KEYHOLDER_SHARE_TEXT,
                     "%s\nlog %s\nepoch %" PRIu32 "\nshare %" PRIu32 " of %" PRIu32 ", %" PRIu32 " needed\nagency %s\n"
                     "set %s\nvalue %s\n",
                     FIRST_LINE, share->origin, share->epoch, share->number, share->count, share->needed, share->agency, set, value);
    sum_of(text, (size_t)n, sum);
    n += snprintf(text + n, KEYHOLDER_SHARE_TEXT - (size_t)n,
                  "sum %s\n\n"
                  "%" PRIu32 " agencies together can open the backups of this epoch with their shares. Alone this share opens nothing.\n"
                  "Give it to nobody but the operator who restores from a backup, and speak to that person first.\n"
                  "Keep it sealed as it came, apart from any backup. When your share of a later epoch has come, destroy this one\n"
                  "and every copy of it: what was disposed of in between is gone only once that is done.\n",
                  sum, share->needed);
    sodium_memzero(value, sizeof value);
    return (size_t)n;
}

struct parsing {
    struct text rest;
    const char *where;
};

static int no_share(const struct parsing *parsing, struct error *error)
{
    return error_set(error, ERROR_INPUT, parsing->where,
                     "Give the file that came out when the agency opened its share, whole and unchanged.",
                     "it is not a share of a key");
}

/* The rest of the next line behind `word` and a space. */
static bool take(struct parsing *parsing, const char *word, struct text *value)
{
    struct text line, begin = text_of(word);
    if (!text_next(&parsing->rest, '\n', &line))
        return false;
    if (line.n && line.p[line.n - 1] == '\r')
        line.n--;
    if (!text_starts(line, begin) || line.n <= begin.n || line.p[begin.n] != ' ')
        return false;
    *value = text_cut(line, begin.n + 1, line.n);
    return true;
}

static bool take_string(struct parsing *parsing, const char *word, char *out, size_t size)
{
    struct text value;
    if (!take(parsing, word, &value) || value.n == 0 || value.n >= size || memchr(value.p, 0, value.n))
        return false;
    memset(out, 0, size);
    memcpy(out, value.p, value.n);
    return true;
}

static bool take_hex(struct parsing *parsing, const char *word, uint8_t *out, size_t size)
{
    struct text value;
    size_t n = 0;
    return take(parsing, word, &value) && value.n == 2 * size &&
           sodium_hex2bin(out, size, value.p, value.n, NULL, &n, NULL) == 0 && n == size;
}

static bool take_number(struct text *t, char end, uint32_t most, uint32_t *out)
{
    int64_t number;
    struct text piece;
    if (!text_next(t, end, &piece) || !text_to_int64(piece, &number) || number < 1 || number > most)
        return false;
    *out = (uint32_t)number;
    return true;
}

static bool take_numbers(struct parsing *parsing, struct keyholder_share *share)
{
    struct text epoch, numbers;
    if (!take(parsing, "epoch", &epoch) || !take_number(&epoch, '\n', UINT32_MAX, &share->epoch) || !take(parsing, "share", &numbers))
        return false;
    if (!take_number(&numbers, ' ', KEYHOLDER_AGENCIES_MAX, &share->number) || !text_starts(numbers, TEXT("of ")))
        return false;
    numbers = text_cut(numbers, 3, numbers.n);
    if (!take_number(&numbers, ',', KEYHOLDER_AGENCIES_MAX, &share->count) || !text_starts(numbers, TEXT(" ")))
        return false;
    numbers = text_cut(numbers, 1, numbers.n);
    return take_number(&numbers, ' ', KEYHOLDER_AGENCIES_MAX, &share->needed) && text_equal(numbers, TEXT("needed")) &&
           share->needed >= 2 && share->needed <= share->count && share->number <= share->count;
}

int keyholder_share_parse(struct text source, const char *where, struct keyholder_share *share, struct error *error)
{
    struct parsing parsing = {source, where};
    struct keyholder_share found;
    struct text line;
    char again[KEYHOLDER_SHARE_TEXT];
    uint8_t sum[SUM_SIZE];
    memset(&found, 0, sizeof found);
    bool good = text_next(&parsing.rest, '\n', &line) && text_equal(text_trim(line), text_of(FIRST_LINE)) &&
                take_string(&parsing, "log", found.origin, sizeof found.origin) && take_numbers(&parsing, &found) &&
                take_string(&parsing, "agency", found.agency, sizeof found.agency) &&
                take_hex(&parsing, "set", found.set, sizeof found.set) &&
                take_hex(&parsing, "value", found.value, sizeof found.value) && take_hex(&parsing, "sum", sum, sizeof sum);
    int result = good ? 0 : no_share(&parsing, error);
    if (good) {
        /* The sum is of the lines as they are written here, whatever a mail program did to their ends. */
        size_t n = keyholder_share_write(&found, again);
        char hex[2 * SUM_SIZE + 1];
        sodium_bin2hex(hex, sizeof hex, sum, sizeof sum);
        ptrdiff_t at = text_find((struct text){again, n}, TEXT("\nsum "));
        if (at < 0 || memcmp(again + at + 5, hex, 2 * SUM_SIZE) != 0)
            result = error_set(error, ERROR_CHECK, where, "Ask the agency for it again.",
                               "the share has been altered: its sum is wrong (it says that it is of %.60s)", found.agency);
    }
    if (result == 0)
        *share = found;
    sodium_memzero(&found, sizeof found);
    sodium_memzero(again, sizeof again);
    return result;
}
