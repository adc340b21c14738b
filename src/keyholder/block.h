#ifndef KEYHOLDER_BLOCK_H
#define KEYHOLDER_BLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Every file of the keyholder is one or more blocks: a name of 16 bytes that says what it is, the contents,
 * and at the end a checksum (BLAKE2b, 32 bytes) of all before it, which tells a torn or damaged block from a
 * whole one.
 */
enum { BLOCK_NAME_SIZE = 16, BLOCK_SUM_SIZE = 32 };

/* Fills name and checksum of a block of `size` bytes; `name` has at most 16 characters. */
void keyholder_block_finish(void *block, size_t size, const char *name);

bool keyholder_block_whole(const void *block, size_t size, const char *name);

/* Numbers in files have the most significant byte first. */
void keyholder_put_number(uint8_t *p, size_t n, uint64_t value);
uint64_t keyholder_get_number(const uint8_t *p, size_t n);

#endif
