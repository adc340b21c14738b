#include "pieces.h"

#include <stdlib.h>
#include <string.h>

void bytes_add(struct bytes *bytes, const void *p, size_t n)
{
    if (bytes->n + n > bytes->room) {
        bytes->room = (bytes->n + n) * 2;
        bytes->p = realloc(bytes->p, bytes->room);
        assert_non_null(bytes->p);
    }
    if (n > 0)
        memcpy(bytes->p + bytes->n, p, n);
    bytes->n += n;
}

void bytes_free(struct bytes *bytes)
{
    free(bytes->p);
    *bytes = (struct bytes){0};
}

void bytes_assert(const struct bytes *got, const struct bytes *wanted)
{
    assert_int_equal(got->n, wanted->n);
    if (got->n > 0)
        assert_true(memcmp(got->p, wanted->p, got->n) == 0);
}

struct bytes bytes_made(size_t n, uint32_t seed)
{
    struct bytes made = {.p = malloc(n + 1), .n = n, .room = n + 1};
    assert_non_null(made.p);
    for (size_t i = 0; i < n; i++) {
        seed = seed * 1664525 + 1013904223;
        made.p[i] = (uint8_t)(seed >> 24);
    }
    return made;
}

#define STEPPER(name, type, prefix)                                                                          \
    static int name##_step(void *self, struct vault_flow *flow, bool end, struct error *error)               \
    {                                                                                                        \
        return prefix##_step(self, flow, end, error);                                                        \
    }                                                                                                        \
    static bool name##_done(const void *self)                                                                \
    {                                                                                                        \
        return prefix##_done(self);                                                                          \
    }                                                                                                        \
    struct stepper stepper_##name(type *self)                                                                \
    {                                                                                                        \
        return (struct stepper){self, name##_step, name##_done};                                             \
    }

STEPPER(sealer, struct vault_sealer, vault_sealer)
STEPPER(opener, struct vault_opener, vault_opener)
STEPPER(file_sealer, struct vault_file_sealer, vault_file_sealer)
STEPPER(file_opener, struct vault_file_opener, vault_file_opener)
STEPPER(armor_writer, struct vault_armor_writer, vault_armor_writer)
STEPPER(armor_reader, struct vault_armor_reader, vault_armor_reader)

int run_pieces(struct stepper stream, const uint8_t *in, size_t n, size_t in_size, size_t out_size,
               bool end_apart, struct bytes *out, struct error *error)
{
    uint8_t *room = malloc(out_size);
    assert_non_null(room);
    int result = 0;
    size_t at = 0;
    bool end = false;
    while (result == 0 && !end) {
        size_t size = n - at < in_size ? n - at : in_size;
        uint8_t *piece = malloc(size + 1); /* never of size 0 */
        assert_non_null(piece);
        uint8_t *offered = piece + 1; /* ends where the memory ends: a sanitizer sees any step beyond */
        if (size > 0)
            memcpy(offered, in + at, size);
        end = at + size == n && (!end_apart || size == 0);
        at += size;
        struct vault_flow flow = {.in = size > 0 ? offered : NULL, .in_left = size};
        int idle = 0;
        do {
            flow.out = room;
            flow.out_left = out_size;
            size_t before = flow.in_left;
            result = stream.step(stream.self, &flow, end, error);
            bytes_add(out, room, out_size - flow.out_left);
            /* A step that takes and gives nothing twice over, with bytes and room to hand, would hang its
             * caller. */
            idle = flow.in_left == before && flow.out_left == out_size ? idle + 1 : 0;
            assert_true(idle < 3);
        } while (result == 0 && (flow.in_left > 0 || flow.out_left == 0 || (end && !stream.done(stream.self))));
        free(piece);
    }
    free(room);
    return result;
}

static int memory_read(void *self, void *buffer, size_t room, size_t *got, struct error *error)
{
    (void)error;
    struct memory_reader *memory = self;
    size_t n = memory->n < room ? memory->n : room;
    if (memory->most && n > memory->most)
        n = memory->most;
    if (n > 0)
        memcpy(buffer, memory->p, n);
    memory->p += n;
    memory->n -= n;
    *got = n;
    return 0;
}

static int memory_write(void *self, const void *p, size_t n, struct error *error)
{
    struct memory_writer *memory = self;
    memory->calls++;
    if (memory->limit && memory->bytes.n + n > memory->limit)
        return error_set(error, ERROR_SYSTEM, "memory writer", "", "no space left");
    if (memory->bytes.n + n > memory->bytes.room) {
        memory->bytes.room = (memory->bytes.n + n) * 2;
        memory->bytes.p = realloc(memory->bytes.p, memory->bytes.room);
    }
    memcpy(memory->bytes.p + memory->bytes.n, p, n);
    memory->bytes.n += n;
    return 0;
}

struct vault_reader reader_of(struct memory_reader *memory)
{
    return (struct vault_reader){memory_read, memory};
}

struct vault_writer writer_of(struct memory_writer *memory)
{
    return (struct vault_writer){memory_write, memory};
}
