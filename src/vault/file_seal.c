#include "vault/file.h"

#include <stdlib.h>
#include <string.h>
#include "base/bytes.h"
#include "base/error.h"
#include "vault/armor.h"

enum { BETWEEN = VAULT_SEALED_CHUNK, HEADER_CEILING = 16 << 20 };

struct vault_file_sealer {
    struct arena *arena; /* the header */
    struct text header;
    size_t header_at;
    struct vault_sealer *payload;
    bool armored;
    struct vault_armor_writer armor;
    uint8_t *between; /* sealed bytes on their way to the armor */
    size_t at, size;
};

int vault_file_sealer_new(const struct vault_recipient *recipients, size_t count, bool armor,
                          struct vault_file_sealer **out, struct error *error)
{
    struct vault_file_sealer *s = calloc(1, sizeof *s);
    *out = NULL;
    if (s) {
        s->arena = arena_new(HEADER_CEILING, ARENA_PLAIN);
        s->between = armor ? malloc(BETWEEN) : NULL;
    }
    if (!s || !s->arena || (armor && !s->between)) {
        vault_file_sealer_free(&s);
        return error_set(error, ERROR_SYSTEM, "sealing", "", "out of memory");
    }
    struct vault_file_key key = vault_file_key_new();
    s->armored = armor;
    vault_armor_writer_start(&s->armor);
    int result = vault_header_make(s->arena, &key, recipients, count, &s->header, error);
    if (result == 0)
        result = vault_sealer_new(&key, false, &s->payload, error);
    vault_file_key_wipe(&key);
    if (result)
        vault_file_sealer_free(&s);
    *out = s;
    return result;
}

void vault_file_sealer_free(struct vault_file_sealer **sealer)
{
    struct vault_file_sealer *s = *sealer;
    if (!s)
        return;
    arena_free(&s->arena);
    vault_sealer_free(&s->payload);
    free(s->between);
    free(s);
    *sealer = NULL;
}

static int binary_step(struct vault_file_sealer *s, struct vault_flow *flow, bool end, struct error *error)
{
    size_t n = s->header.n - s->header_at;
    if (n > flow->out_left)
        n = flow->out_left;
    if (n > 0)
        memcpy(flow->out, s->header.p + s->header_at, n);
    s->header_at += n;
    flow->out += n;
    flow->out_left -= n;
    return vault_sealer_step(s->payload, flow, end, error);
}

int vault_file_sealer_step(struct vault_file_sealer *s, struct vault_flow *flow, bool end,
                           struct error *error)
{
    if (!s->armored)
        return binary_step(s, flow, end, error);
    while (!vault_armor_writer_done(&s->armor)) {
        if (s->at == s->size) {
            struct vault_flow inner = {flow->in, flow->in_left, s->between, BETWEEN};
            int result = binary_step(s, &inner, end, error);
            if (result)
                return result;
            flow->in = inner.in;
            flow->in_left = inner.in_left;
            s->at = 0;
            s->size = BETWEEN - inner.out_left;
        }
        bool last = vault_sealer_done(s->payload);
        struct vault_flow outer = {s->between + s->at, s->size - s->at, flow->out, flow->out_left};
        int result = vault_armor_writer_step(&s->armor, &outer, last, error);
        if (result)
            return result;
        bool idle = outer.in_left == s->size - s->at && outer.out_left == flow->out_left;
        s->at = s->size - outer.in_left;
        flow->out = outer.out;
        flow->out_left = outer.out_left;
        if (flow->out_left == 0 || (idle && flow->in_left == 0))
            return 0;
    }
    return 0;
}

bool vault_file_sealer_done(const struct vault_file_sealer *s)
{
    return s->armored ? vault_armor_writer_done(&s->armor) : vault_sealer_done(s->payload);
}
