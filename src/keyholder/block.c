#include "block.h"

#include <sodium.h>
#include <string.h>

static void block_sum(const uint8_t *block, size_t size, uint8_t sum[BLOCK_SUM_SIZE])
{
    crypto_generichash(sum, BLOCK_SUM_SIZE, block, size - BLOCK_SUM_SIZE, NULL, 0);
}

void keyholder_block_finish(void *block, size_t size, const char *name)
{
    uint8_t *bytes = block;
    memset(bytes, 0, BLOCK_NAME_SIZE);
    memcpy(bytes, name, strnlen(name, BLOCK_NAME_SIZE));
    block_sum(bytes, size, bytes + size - BLOCK_SUM_SIZE);
}

bool keyholder_block_whole(const void *block, size_t size, const char *name)
{
    const uint8_t *bytes = block;
    uint8_t sum[BLOCK_SUM_SIZE];
    char padded[BLOCK_NAME_SIZE] = {0};
    memcpy(padded, name, strnlen(name, BLOCK_NAME_SIZE));
    block_sum(bytes, size, sum);
    return memcmp(bytes, padded, BLOCK_NAME_SIZE) == 0 &&
           sodium_memcmp(sum, bytes + size - BLOCK_SUM_SIZE, BLOCK_SUM_SIZE) == 0;
}

void keyholder_put_number(uint8_t *p, size_t n, uint64_t value)
{
    for (size_t i = n; i-- > 0; value >>= 8)
        p[i] = (uint8_t)value;
}

uint64_t keyholder_get_number(const uint8_t *p, size_t n)
{
    uint64_t value = 0;
    for (size_t i = 0; i < n; i++)
        value = value << 8 | p[i];
    return value;
}
