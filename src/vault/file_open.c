#include "vault/file.h"

#include <stdlib.h>
#include <string.h>
#include "base/bytes.h"
#include "base/error.h"
#include "header/stanza.h"
#include "vault/armor.h"

enum {
    BETWEEN = VAULT_SEALED_CHUNK,
    HEADER_START = 1024,
    ARENA_CEILING =
        64 << 20, /* a hostile header may be all stanzas; its parsed form is some twenty times as long */
};

struct vault_file_opener {
    const struct vault_identity *identities;
    size_t count;
    enum { FORM_UNKNOWN, BINARY, ARMORED } form;
    struct vault_armor_reader armor;
    uint8_t *between; /* bytes out of the armor */
    size_t at, size;
    char *header;
    size_t header_n, header_room, line_start;
    struct vault_opener *payload; /* once the header is open */
    enum vault_verdict verdict;
    int failed;
};

int vault_file_opener_new(const struct vault_identity *identities, size_t count,
                          struct vault_file_opener **out, struct error *error)
{
    struct vault_file_opener *o = *out = calloc(1, sizeof *o);
    if (!o)
        return error_set(error, ERROR_SYSTEM, "opening", "", "out of memory");
    o->identities = identities;
    o->count = count;
    vault_armor_reader_start(&o->armor);
    return 0;
}

void vault_file_opener_free(struct vault_file_opener **opener)
{
    struct vault_file_opener *o = *opener;
    if (!o)
        return;
    vault_opener_free(&o->payload);
    free(o->between);
    free(o->header);
    free(o);
    *opener = NULL;
}

static int out_of_memory(struct vault_file_opener *o, struct error *error)
{
    o->verdict = VAULT_SYSTEM_FAILED;
    return error_set(error, ERROR_SYSTEM, "opening", "", "out of memory");
}

static int malformed(struct vault_file_opener *o, struct error *error, const char *what)
{
    o->verdict = VAULT_HEADER_MALFORMED;
    return error_set(error, ERROR_INPUT, "header", "", "%s", what);
}

static int open_header(struct vault_file_opener *o, struct error *error)
{
    ARENA_SCOPE struct arena *arena = arena_new(ARENA_CEILING, ARENA_PLAIN);
    struct vault_file_key key;
    if (!arena)
        return out_of_memory(o, error);
    int result = vault_header_open(arena, (struct text){o->header, o->header_n}, o->identities, o->count, &key,
                                   &o->verdict, error);
    if (result)
        return result;
    result = vault_opener_new(&key, &o->payload, error);
    vault_file_key_wipe(&key);
    free(o->header);
    o->header = NULL;
    return result;
}

static int keep_header(struct vault_file_opener *o, const uint8_t *p, size_t n, struct error *error)
{
    if (n > VAULT_HEADER_MAX - o->header_n)
        return malformed(o, error, "the header is longer than 1 MiB");
    if (o->header_n + n > o->header_room) {
        size_t room = o->header_room ? o->header_room : HEADER_START;
        while (room < o->header_n + n)
            room *= 2;
        char *more = realloc(o->header, room);
        if (!more)
            return out_of_memory(o, error);
        o->header = more;
        o->header_room = room;
    }
    memcpy(o->header + o->header_n, p, n);
    o->header_n += n;
    return 0;
}

/* Takes whole lines, up to and with the one that begins with "---"; what is certainly no age file is refused
 * at once. */
static int header_step(struct vault_file_opener *o, struct vault_flow *flow, bool end, struct error *error)
{
    static const struct text version = TEXT_INIT(VAULT_VERSION_LINE);
    while (flow->in_left > 0) {
        const uint8_t *newline = memchr(flow->in, '\n', flow->in_left);
        size_t n = newline ? (size_t)(newline - flow->in) + 1 : flow->in_left;
        int result = keep_header(o, flow->in, n, error);
        if (result)
            return result;
        flow->in += n;
        flow->in_left -= n;
        size_t seen = o->header_n < version.n ? o->header_n : version.n;
        if (memcmp(o->header, version.p, seen) != 0)
            return malformed(o, error, "not an age file, or not of version 1");
        if (!newline)
            continue;
        if (text_starts((struct text){o->header + o->line_start, o->header_n - o->line_start}, TEXT("---")))
            return open_header(o, error);
        o->line_start = o->header_n;
    }
    if (!end)
        return 0;
    return malformed(o, error, o->header_n == 0 ? "the file is empty" : "the header is cut short");
}

static int binary_step(struct vault_file_opener *o, struct vault_flow *flow, bool end, struct error *error)
{
    if (!o->payload) {
        int result = header_step(o, flow, end, error);
        if (result || !o->payload)
            return result;
    }
    int result = vault_opener_step(o->payload, flow, end, error);
    if (result)
        o->verdict = vault_opener_verdict(o->payload);
    return result;
}

static int armored_step(struct vault_file_opener *o, struct vault_flow *flow, bool end, struct error *error)
{
    if (!o->between && !(o->between = malloc(BETWEEN)))
        return out_of_memory(o, error);
    for (;;) {
        if (o->at == o->size) {
            struct vault_flow outer = {flow->in, flow->in_left, o->between, BETWEEN};
            int result = vault_armor_reader_step(&o->armor, &outer, end, error);
            flow->in = outer.in;
            flow->in_left = outer.in_left;
            if (result) {
                o->verdict = VAULT_ARMOR_MALFORMED;
                return result;
            }
            o->at = 0;
            o->size = BETWEEN - outer.out_left;
        }
        bool last = vault_armor_reader_done(&o->armor);
        struct vault_flow inner = {o->between + o->at, o->size - o->at, flow->out, flow->out_left};
        int result = binary_step(o, &inner, last, error);
        o->at = o->size - inner.in_left;
        flow->out = inner.out;
        flow->out_left = inner.out_left;
        if (result || o->at < o->size || last || (flow->in_left == 0 && !end))
            return result;
    }
}

static int step(struct vault_file_opener *o, struct vault_flow *flow, bool end, struct error *error)
{
    if (o->form == FORM_UNKNOWN && flow->in_left == 0)
        return end ? malformed(o, error, "the file is empty") : 0;
    if (o->form == FORM_UNKNOWN) /* armor may have white space before it, which the armor reader judges */
        o->form = memchr("- \t\r\n", flow->in[0], 5) ? ARMORED : BINARY;
    return o->form == BINARY ? binary_step(o, flow, end, error) : armored_step(o, flow, end, error);
}

int vault_file_opener_step(struct vault_file_opener *opener, struct vault_flow *flow, bool end,
                           struct error *error)
{
    if (opener->failed)
        return error_set(error, opener->failed, "opening", "", "it failed before");
    opener->failed = step(opener, flow, end, error);
    if (opener->failed && opener->verdict == VAULT_GOOD)
        opener->verdict = VAULT_SYSTEM_FAILED;
    return opener->failed;
}

bool vault_file_opener_done(const struct vault_file_opener *opener)
{
    return !opener->failed && opener->payload && vault_opener_done(opener->payload);
}

enum vault_verdict vault_file_opener_verdict(const struct vault_file_opener *opener)
{
    return opener->verdict;
}
