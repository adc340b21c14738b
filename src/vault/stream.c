#include "vault/file.h"

#include <stdlib.h>
#include "base/bytes.h"
#include "base/error.h"
#include "pipe.h"

enum { READ = 1 << 18 };

/* What seals or opens, whichever it is. */
struct stream {
    void *self;
    int (*step)(void *self, struct vault_flow *flow, bool end, struct error *error);
    bool (*done)(const void *self);
};

static int fill(const struct vault_reader *reader, uint8_t *buffer, size_t *n, struct error *error)
{
    size_t got = 1;
    for (*n = 0; *n < READ && got > 0; *n += got) {
        int result = reader->read(reader->self, buffer + *n, READ - *n, &got, error);
        if (result)
            return result;
    }
    return 0;
}

/* Puts what is verified also when the stream then fails. The stream's error comes before the writer's. */
static int run(const struct stream *stream, const struct vault_reader *reader, uint8_t *buffer,
               struct vault_pipe *pipe, struct error *error)
{
    struct vault_flow flow = {.out = vault_pipe_slot(pipe), .out_left = VAULT_PIPE_SLOT};
    bool end = false;
    int result = 0;
    while (result == 0 && !stream->done(stream->self)) {
        if (flow.in_left == 0 && !end) {
            size_t n;
            result = fill(reader, buffer, &n, error);
            if (result)
                break;
            flow.in = buffer;
            flow.in_left = n;
            end = n < READ;
        }
        result = stream->step(stream->self, &flow, end, error);
        if (result == 0 && flow.out_left == 0) {
            result = vault_pipe_put(pipe, VAULT_PIPE_SLOT, error);
            if (result)
                return result;
            flow.out = vault_pipe_slot(pipe);
            flow.out_left = VAULT_PIPE_SLOT;
        }
    }
    struct error later;
    int put = flow.out_left < VAULT_PIPE_SLOT
                  ? vault_pipe_put(pipe, VAULT_PIPE_SLOT - flow.out_left, result ? &later : error)
                  : 0;
    if (!put)
        put = vault_pipe_finish(pipe, result ? &later : error);
    return result ? result : put;
}

static int run_stream(const struct stream *stream, const struct vault_reader *reader,
                      const struct vault_writer *writer, struct error *error)
{
    struct vault_pipe *pipe = NULL;
    uint8_t *buffer = malloc(READ);
    if (!buffer)
        return error_set(error, ERROR_SYSTEM, "streaming", "", "out of memory");
    int result = vault_pipe_new(writer, &pipe, error);
    if (result == 0)
        result = run(stream, reader, buffer, pipe, error);
    vault_pipe_free(&pipe);
    bytes_wipe(buffer, READ);
    free(buffer);
    return result;
}

static int seal_step(void *self, struct vault_flow *flow, bool end, struct error *error)
{
    return vault_file_sealer_step(self, flow, end, error);
}

static bool seal_done(const void *self)
{
    return vault_file_sealer_done(self);
}

static int open_step(void *self, struct vault_flow *flow, bool end, struct error *error)
{
    return vault_file_opener_step(self, flow, end, error);
}

static bool open_done(const void *self)
{
    return vault_file_opener_done(self);
}

int vault_file_seal(const struct vault_reader *reader, const struct vault_writer *writer,
                    const struct vault_recipient *recipients, size_t count, bool armor, struct error *error)
{
    VAULT_FILE_SEALER_SCOPE struct vault_file_sealer *sealer = NULL;
    int result = vault_file_sealer_new(recipients, count, armor, &sealer, error);
    struct stream stream = {sealer, seal_step, seal_done};
    return result ? result : run_stream(&stream, reader, writer, error);
}

int vault_file_open(const struct vault_reader *reader, const struct vault_writer *writer,
                    const struct vault_identity *identities, size_t count, enum vault_verdict *verdict,
                    struct error *error)
{
    VAULT_FILE_OPENER_SCOPE struct vault_file_opener *opener = NULL;
    int result = vault_file_opener_new(identities, count, &opener, error);
    struct stream stream = {opener, open_step, open_done};
    if (result == 0)
        result = run_stream(&stream, reader, writer, error);
    if (verdict) {
        *verdict = opener ? vault_file_opener_verdict(opener) : VAULT_SYSTEM_FAILED;
        if (result && *verdict == VAULT_GOOD) /* the reader or the writer failed, not the file */
            *verdict = VAULT_SYSTEM_FAILED;
    }
    return result;
}
