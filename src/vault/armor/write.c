#include "vault/armor.h"

#include <string.h>
#include <sodium.h>
#include "lines.h"
#include "base/error.h"

enum { BEGIN, BODY, END, FINISHED };

void vault_armor_writer_start(struct vault_armor_writer *writer)
{
    *writer = (struct vault_armor_writer){.state = BEGIN};
}

static void put_line(struct vault_armor_writer *w, const char *line)
{
    w->line_at = 0;
    w->line_n = strlen(line);
    memcpy(w->line, line, w->line_n);
    w->line[w->line_n++] = '\n';
}

static void put_held(struct vault_armor_writer *w)
{
    char coded[65];
    sodium_bin2base64(coded, sizeof coded, w->held, w->held_n, sodium_base64_VARIANT_ORIGINAL);
    put_line(w, coded);
    w->held_n = 0;
}

int vault_armor_writer_step(struct vault_armor_writer *w, struct vault_flow *flow, bool end,
                            struct error *error)
{
    (void)error;
    for (;;) {
        size_t give = w->line_n - w->line_at < flow->out_left ? w->line_n - w->line_at : flow->out_left;
        if (give > 0)
            memcpy(flow->out, w->line + w->line_at, give);
        w->line_at += give;
        flow->out += give;
        flow->out_left -= give;
        if (w->line_at < w->line_n || w->state == FINISHED)
            return 0;
        if (w->state == BEGIN) {
            put_line(w, VAULT_ARMOR_BEGIN);
            w->state = BODY;
            continue;
        }
        if (w->state == END) {
            put_line(w, VAULT_ARMOR_END);
            w->state = FINISHED;
            continue;
        }
        while (w->held_n == 0 && flow->in_left >= 48 && flow->out_left >= 65) {
            vault_armor_encode_line(flow->in, flow->out);
            flow->out[64] = '\n';
            flow->in += 48;
            flow->in_left -= 48;
            flow->out += 65;
            flow->out_left -= 65;
        }
        size_t room = sizeof w->held - w->held_n;
        size_t take = flow->in_left < room ? flow->in_left : room;
        if (take > 0)
            memcpy(w->held + w->held_n, flow->in, take);
        w->held_n += take;
        flow->in += take;
        flow->in_left -= take;
        if (w->held_n == sizeof w->held) {
            put_held(w);
        } else if (end) {
            if (w->held_n > 0)
                put_held(w);
            w->state = END;
        } else {
            return 0;
        }
    }
}

bool vault_armor_writer_done(const struct vault_armor_writer *writer)
{
    return writer->state == FINISHED && writer->line_at == writer->line_n;
}
