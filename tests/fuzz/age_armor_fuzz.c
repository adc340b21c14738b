/* Armor: what is read in pieces is what is read whole, and what is read, written and read again is the same.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "base/error.h"
#include "vault.h"

enum { MOST = 1 << 15 };

static int read_in(const uint8_t *data, size_t size, size_t in, uint8_t *out, size_t *n)
{
    struct vault_armor_reader reader;
    size_t at = 0;
    int result = 0;
    vault_armor_reader_start(&reader);
    *n = 0;
    while (result == 0 && !vault_armor_reader_done(&reader)) {
        size_t piece = size - at < in ? size - at : in;
        struct vault_flow flow = {data + at, piece, out + *n, MOST - *n};
        result = vault_armor_reader_step(&reader, &flow, at + piece == size, NULL);
        at += piece - flow.in_left;
        *n = MOST - flow.out_left;
    }
    return result;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t whole[MOST], pieces[MOST], again[2 * MOST];
    size_t whole_n, pieces_n;
    if (size > MOST)
        return 0;
    int result = read_in(data, size, size, whole, &whole_n);
    if (result != read_in(data, size, 1 + size % 13, pieces, &pieces_n))
        abort();
    if (whole_n != pieces_n || memcmp(whole, pieces, whole_n) != 0)
        abort();
    if (result != 0)
        return 0;
    struct vault_armor_writer writer;
    struct vault_flow flow = {whole, whole_n, again, sizeof again};
    vault_armor_writer_start(&writer);
    if (vault_armor_writer_step(&writer, &flow, true, NULL) != 0 || !vault_armor_writer_done(&writer))
        abort();
    if (read_in(again, sizeof again - flow.out_left, 1000, pieces, &pieces_n) != 0 || pieces_n != whole_n ||
        memcmp(whole, pieces, whole_n) != 0)
        abort();
    return 0;
}
