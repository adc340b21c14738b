#include "vault/armor.h"

#include <stdio.h>
#include <string.h>
#include <sodium.h>
#include "lines.h"
#include "base/error.h"
#include "base/text.h"

enum { BEFORE, BODY, SHORT_LINE_SEEN, AFTER, FINISHED, FAILED };

void vault_armor_reader_start(struct vault_armor_reader *reader)
{
    *reader = (struct vault_armor_reader){.state = BEFORE};
}

static int refuse(struct vault_armor_reader *r, struct error *error, const char *what)
{
    char where[64];
    snprintf(where, sizeof where, "armor line %zu", r->number);
    r->state = FAILED;
    return error_set(error, ERROR_INPUT, where, "", "%s", what);
}

static int body_line(struct vault_armor_reader *r, struct text line, struct error *error)
{
    if (text_equal(line, TEXT(VAULT_ARMOR_END))) {
        r->state = AFTER;
        r->outside = 0;
        return 0;
    }
    if (r->state == SHORT_LINE_SEEN)
        return refuse(r, error, "after a short line comes something other than the END line");
    if (line.n == 0)
        return refuse(r, error, "an empty line");
    if (line.n > 64)
        return refuse(r, error, "a line of more than 64 characters");
    if (sodium_base642bin(r->bytes, sizeof r->bytes, line.p, line.n, NULL, &r->bytes_n, NULL,
                          sodium_base64_VARIANT_ORIGINAL) != 0)
        return refuse(r, error, "not canonical base64");
    r->bytes_at = 0;
    if (r->bytes_n < sizeof r->bytes)
        r->state = SHORT_LINE_SEEN;
    return 0;
}

/* A line with its LF or CR LF, or what stands at the very end without one. */
static int take_line(struct vault_armor_reader *r, struct error *error)
{
    struct text line = {r->line, r->line_n};
    bool blank = text_trim(line).n == 0;
    r->number++;
    r->line_n = 0;
    if (r->state == BEFORE || r->state == AFTER) {
        if (blank && (r->outside += line.n) > VAULT_ARMOR_OUTSIDE)
            return refuse(r, error, "too much white space around the armor");
        if (blank)
            return 0;
        if (r->state == AFTER)
            return refuse(r, error, "something stands after the END line");
    }
    if (text_ends(line, TEXT("\r\n")))
        line.n -= 2;
    else if (text_ends(line, TEXT("\n")))
        line.n -= 1;
    if (r->state != BEFORE)
        return body_line(r, line, error);
    if (!text_equal(line, TEXT(VAULT_ARMOR_BEGIN)))
        return refuse(r, error, "not the line \"" VAULT_ARMOR_BEGIN "\"");
    r->state = BODY;
    return 0;
}

/* Full lines, as nearly all are, straight from the caller to the caller. Anything else is left to take_line.
 */
static void full_lines(struct vault_armor_reader *r, struct vault_flow *flow)
{
    while (flow->in_left >= 65 && flow->out_left >= 48 && flow->in[64] == '\n' &&
           vault_armor_decode_line(flow->in, flow->out)) {
        flow->in += 65;
        flow->in_left -= 65;
        flow->out += 48;
        flow->out_left -= 48;
        r->number++;
    }
}

int vault_armor_reader_step(struct vault_armor_reader *r, struct vault_flow *flow, bool end,
                            struct error *error)
{
    for (;;) {
        size_t give = r->bytes_n - r->bytes_at < flow->out_left ? r->bytes_n - r->bytes_at : flow->out_left;
        if (give > 0)
            memcpy(flow->out, r->bytes + r->bytes_at, give);
        r->bytes_at += give;
        flow->out += give;
        flow->out_left -= give;
        if (r->bytes_at < r->bytes_n || r->state == FINISHED)
            return 0;
        if (r->state == FAILED)
            return error_set(error, ERROR_INPUT, "armor", "", "it failed before");
        if (r->state == BODY && r->line_n == 0)
            full_lines(r, flow);
        const uint8_t *newline = flow->in_left > 0 ? memchr(flow->in, '\n', flow->in_left) : NULL;
        size_t n = newline ? (size_t)(newline - flow->in) + 1 : flow->in_left;
        if (n > sizeof r->line - r->line_n) {
            r->number++;
            return refuse(r, error, "a line that is far too long");
        }
        if (n > 0)
            memcpy(r->line + r->line_n, flow->in, n);
        r->line_n += n;
        flow->in += n;
        flow->in_left -= n;
        if (!newline && !end)
            return 0;
        if (newline || r->line_n > 0) {
            int result = take_line(r, error);
            if (result)
                return result;
            continue;
        }
        if (r->state != AFTER)
            return refuse(r, error, "the armor is cut short: there is no END line");
        r->state = FINISHED;
    }
}

bool vault_armor_reader_done(const struct vault_armor_reader *reader)
{
    return reader->state == FINISHED && reader->bytes_at == reader->bytes_n;
}
