#ifndef TESTS_VAULT_PIECES_H
#define TESTS_VAULT_PIECES_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include "base/error.h"
#include "vault.h"

/* Bytes that grow; freed with bytes_free. */
struct bytes {
    uint8_t *p;
    size_t n, room;
};

void bytes_add(struct bytes *bytes, const void *p, size_t n);
void bytes_free(struct bytes *bytes);
void bytes_assert(const struct bytes *got, const struct bytes *wanted);

/* `n` bytes that depend on `seed` only. */
struct bytes bytes_made(size_t n, uint32_t seed);

/* Any stream of the room. */
struct stepper {
    void *self;
    int (*step)(void *self, struct vault_flow *flow, bool end, struct error *error);
    bool (*done)(const void *self);
};

struct stepper stepper_sealer(struct vault_sealer *sealer);
struct stepper stepper_opener(struct vault_opener *opener);
struct stepper stepper_file_sealer(struct vault_file_sealer *sealer);
struct stepper stepper_file_opener(struct vault_file_opener *opener);
struct stepper stepper_armor_writer(struct vault_armor_writer *writer);
struct stepper stepper_armor_reader(struct vault_armor_reader *reader);

/*
 * Runs a stream over `in`, offered `in_size` bytes at a time, each from memory of exactly that size, with
 * `out_size` bytes of room. Adds what came out to `out`, also before a failure. The end is told with the last
 * piece or, `end_apart`, after it.
 */
int run_pieces(struct stepper stream, const uint8_t *in, size_t n, size_t in_size, size_t out_size,
               bool end_apart, struct bytes *out, struct error *error);

/* A reader and a writer of memory. The writer fails once it would hold more than `limit` bytes. */
struct memory_reader {
    const uint8_t *p;
    size_t n, most; /* at most this many a read */
};
struct memory_writer {
    struct bytes bytes;
    size_t limit, calls;
};
struct vault_reader reader_of(struct memory_reader *memory);
struct vault_writer writer_of(struct memory_writer *memory);

#endif
