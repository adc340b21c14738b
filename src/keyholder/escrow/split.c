#include "split.h"

#include "base/error.h"

#include <libgfshare.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

struct keyholder_split {
    gfshare_ctx *context;
};

static void fill(unsigned char *p, unsigned int n)
{
    randombytes_buf(p, n);
}

static int no_memory(struct error *error)
{
    return error_set(error, ERROR_SYSTEM, "escrow", "", "out of memory");
}

/* The library draws from whatever its caller names, for coefficients and for overwriting what it frees. */
static void draw_from_the_system(void)
{
    gfshare_fill_rand = fill;
}

int keyholder_split_new(const uint8_t secret[KEYHOLDER_SECRET_SIZE], uint32_t needed, uint32_t count,
                        struct keyholder_split **out, struct error *error)
{
    unsigned char number[255], copy[KEYHOLDER_SECRET_SIZE];
    *out = NULL;
    if (needed < 2 || needed > count || count > sizeof number)
        return error_set(error, ERROR_INVALID, "escrow", "", "%u of %u is no way to split a key", needed, count);
    for (uint32_t i = 0; i < count; i++)
        number[i] = (unsigned char)(i + 1);
    draw_from_the_system();
    struct keyholder_split *split = calloc(1, sizeof *split);
    if (split)
        split->context = gfshare_ctx_init_enc(number, count, (unsigned char)needed, sizeof copy);
    if (!split || !split->context) {
        keyholder_split_free(&split);
        return no_memory(error);
    }
    memcpy(copy, secret, sizeof copy);
    gfshare_ctx_enc_setsecret(split->context, copy);
    sodium_memzero(copy, sizeof copy);
    *out = split;
    return 0;
}

void keyholder_split_free(struct keyholder_split **split)
{
    if (*split && (*split)->context)
        gfshare_ctx_free((*split)->context); /* overwrites it */
    free(*split);
    *split = NULL;
}

void keyholder_split_share(const struct keyholder_split *split, uint32_t number, uint8_t share[KEYHOLDER_SECRET_SIZE])
{
    gfshare_ctx_enc_getshare(split->context, (unsigned char)(number - 1), share);
}

int keyholder_split_join(const uint8_t *numbers, const uint8_t *shares, uint32_t count,
                         uint8_t secret[KEYHOLDER_SECRET_SIZE], struct error *error)
{
    unsigned char number[255], share[KEYHOLDER_SECRET_SIZE];
    if (count == 0 || count > sizeof number)
        return error_set(error, ERROR_INVALID, "escrow", "", "%u shares cannot be joined", count);
    memcpy(number, numbers, count);
    draw_from_the_system();
    gfshare_ctx *context = gfshare_ctx_init_dec(number, count, sizeof share);
    if (!context)
        return no_memory(error);
    for (uint32_t i = 0; i < count; i++) {
        memcpy(share, shares + (size_t)i * sizeof share, sizeof share);
        gfshare_ctx_dec_giveshare(context, (unsigned char)i, share);
    }
    gfshare_ctx_dec_extract(context, secret);
    gfshare_ctx_free(context);
    sodium_memzero(share, sizeof share);
    return 0;
}
