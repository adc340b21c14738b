#include "inside.h"

#include "base/bytes.h"
#include "ledger/hash.h"

/* The public log, and how the server is: nobody need sign in. */

/*
 * Tagged by its bytes, also a tile, though its path names them: a log begun anew under the same address must not pass for
 * unchanged. A checkpoint stays one of the same root and yet gets more signatures.
 */
static int reply_public(struct http_request *request, const char *type, const char *kept, struct text content, struct error *error)
{
    struct ledger_hash hash = ledger_hash_leaf(content);
    struct text hex = hex_encode(http_arena(request), hash.byte, 16);
    struct text tag = arena_format(http_arena(request), "\"%.*s\"", TEXT_ARGS(hex));
    if (!hex.p || !tag.p)
        return arena_error(http_arena(request), error);
    int result = http_set_header(request, "Cache-Control", text_of(kept), error);
    return result ? result : http_reply_tagged(request, type, content, tag, error);
}

int checkpoint_handler(struct http_request *request, struct error *error)
{
    struct text note;
    int result = gate_checkpoint_shown(gate_of(request), http_arena(request), &note, error);
    return result ? result : reply_public(request, "text/plain; charset=utf-8", "no-cache", note, error);
}

int log_key_handler(struct http_request *request, struct error *error)
{
    struct text key = gate_log_key(gate_of(request), http_arena(request));
    return key.p ? http_reply(request, 200, "text/plain; charset=utf-8", key, error)
                 : arena_error(http_arena(request), error);
}

/* A tile never changes, so it may be kept for ever. */
int tile_handler(struct http_request *request, struct error *error)
{
    struct text path = http_path(request), content;
    path = text_cut(path, sizeof "/log/" - 1, path.n);
    int result = gate_tile(gate_of(request), http_arena(request), path, &content, error);
    return result ? result
                  : reply_public(request, "application/octet-stream", "public, max-age=31536000, immutable", content, error);
}

int health_handler(struct http_request *request, struct error *error)
{
    struct error why;
    if (gate_is_full(gate_of(request)))
        return http_reply(request, 503, "text/plain; charset=utf-8",
                          TEXT("the disk is full: nothing can be kept\n"), error);
    if (gate_is_well(gate_of(request), &why))
        return http_reply(request, 200, "text/plain; charset=utf-8", TEXT("ok\n"), error);
    return http_reply(request, 503, "text/plain; charset=utf-8",
                      TEXT("the service has stopped taking changes\n"), error);
}

/* Left out where there is no escrow, or the keyholder does not answer: its end is told elsewhere. */
static void put_escrow(struct gate *gate, struct buffer *out)
{
    struct gate_escrow_state state;
    struct error why;
    if (gate_escrow_look(gate, &state, &why) != 0 || state.count == 0)
        return;
    buffer_format(out,
                  "# HELP proviso_epoch Of the key that wraps now.\n# TYPE proviso_epoch gauge\nproviso_epoch %u\n"
                  "# HELP proviso_escrow_agencies That keep a share of it.\n# TYPE proviso_escrow_agencies gauge\nproviso_escrow_agencies %u\n"
                  "# HELP proviso_escrow_safe 1 if the shares of the present epoch are written.\n# TYPE proviso_escrow_safe gauge\n"
                  "proviso_escrow_safe %d\n",
                  state.epoch, state.count, state.safe);
}

/* How far forgetting has come. */
static void put_forget(struct gate *gate, struct buffer *out)
{
    struct forget_progress progress = gate_forget_progress(gate);
    buffer_format(out,
                  "# HELP proviso_disposals_waiting Disposals that are not final yet.\n# TYPE proviso_disposals_waiting gauge\n"
                  "proviso_disposals_waiting %lld\n"
                  "# HELP proviso_epoch_turning 1 while the keys are wrapped anew.\n# TYPE proviso_epoch_turning gauge\n"
                  "proviso_epoch_turning %d\n"
                  "# HELP proviso_keys_wrapped Keys looked at in the turn that runs or ran last.\n# TYPE proviso_keys_wrapped gauge\n"
                  "proviso_keys_wrapped %llu\n"
                  "# HELP proviso_keys_to_wrap Keys that there were when it began.\n# TYPE proviso_keys_to_wrap gauge\n"
                  "proviso_keys_to_wrap %llu\n",
                  (long long)progress.waiting, progress.turning, (unsigned long long)progress.done, (unsigned long long)progress.of);
}

static void put_clock(struct gate *gate, struct buffer *out)
{
    struct gate_doubt doubt;
    bool doubted = gate_doubts_clock(gate, &doubt);
    buffer_format(out,
                  "# HELP proviso_clock_doubted 1 while the machine's clock is far from the time that the service has seen pass: nothing "
                  "is destroyed for its age meanwhile.\n# TYPE proviso_clock_doubted gauge\nproviso_clock_doubted %d\n",
                  doubted);
}

int metrics_handler(struct http_request *request, struct error *error)
{
    struct buffer b = buffer_in(http_arena(request));
    struct gate_counts counts = gate_count(gate_of(request));
    const struct {
        const char *name, *help, *type;
        uint64_t value;
    } lines[] = {
        {"proviso_commands_total", "Commands acknowledged.", "counter", counts.commands},
        {"proviso_commands_refused_total", "Commands refused.", "counter", counts.refused},
        {"proviso_looks_total", "Looks at personal data on record.", "counter", counts.looks},
        {"proviso_batches_total", "Batches of the writer.", "counter", counts.batches},
        {"proviso_log_size", "Entries of the log that are signed.", "gauge", counts.log_size},
        {"proviso_well", "1 while the service takes changes; 0 from when it has stopped taking them until it ends.", "gauge",
         gate_is_well(gate_of(request), NULL)},
        {"proviso_disk_full", "1 while nothing can be kept, for want of room on the disk.", "gauge", gate_is_full(gate_of(request))},
    };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        buffer_format(&b, "# HELP %s %s\n# TYPE %s %s\n%s %llu\n", lines[i].name, lines[i].help,
                      lines[i].name, lines[i].type, lines[i].name, (unsigned long long)lines[i].value);
    put_escrow(gate_of(request), &b);
    put_forget(gate_of(request), &b);
    put_clock(gate_of(request), &b);
    int result = witness_metrics(gate_of(request), http_arena(request), &b, error);
    if (result)
        return result;
    http_write_metrics(http_server_of(request), &b);
    return http_reply_buffer(request, 200, "text/plain; version=0.0.4; charset=utf-8", &b, error);
}
