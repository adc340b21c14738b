#include "stanza.h"

#include <stdio.h>
#include <sodium.h>
#include "base/error.h"
#include "primitive.h"

enum { COLUMNS = 64, LINE_BYTES = 48 };

struct parser {
    struct arena *arena;
    struct text rest;
    size_t line;
    struct error *error;
};

static int refuse(const struct parser *p, const char *what)
{
    char where[64];
    snprintf(where, sizeof where, "header line %zu", p->line);
    return error_set(p->error, ERROR_INPUT, where, "", "%s", what);
}

/* A line without its newline; false when no newline is left. */
static bool next_line(struct parser *p, struct text *line)
{
    ptrdiff_t end = text_find_char(p->rest, '\n');
    p->line++;
    if (end < 0)
        return false;
    *line = text_cut(p->rest, 0, (size_t)end);
    p->rest = text_cut(p->rest, (size_t)end + 1, p->rest.n);
    return true;
}

bool vault_base64_exact(struct text t, void *out, size_t size)
{
    size_t n = 0;
    return t.n == (size * 4 + 2) / 3 &&
           sodium_base642bin(out, size, t.p, t.n, NULL, &n, NULL,
                             sodium_base64_VARIANT_ORIGINAL_NO_PADDING) == 0 &&
           n == size;
}

static int parse_arguments(struct parser *p, struct text line, struct vault_stanza *stanza)
{
    size_t count = 1, used = 0;
    for (size_t i = 0; i < line.n; i++) {
        if (line.p[i] == ' ')
            count++;
        else if (line.p[i] < 33 || line.p[i] > 126)
            return refuse(p, "a character that is not allowed in a recipient's line");
    }
    struct text *argument = ARENA_ARRAY(p->arena, struct text, count);
    if (!argument)
        return arena_error(p->arena, p->error);
    size_t from = 0;
    for (size_t i = 0; i <= line.n; i++) {
        if (i < line.n && line.p[i] != ' ')
            continue;
        if (i == from)
            return refuse(p, "an empty argument in a recipient's line");
        argument[used++] = text_cut(line, from, i);
        from = i + 1;
    }
    stanza->argument = argument;
    stanza->arguments = used;
    return 0;
}

/* Full lines of 64 characters and then a shorter one, perhaps empty. */
static int parse_body(struct parser *p, struct vault_stanza *stanza)
{
    struct parser ahead = *p;
    struct text line = {NULL, COLUMNS};
    size_t lines = 0, used = 0;
    while (line.n == COLUMNS && next_line(&ahead, &line))
        lines++;
    uint8_t *body = arena_alloc(p->arena, lines * LINE_BYTES + 1);
    if (!body)
        return arena_error(p->arena, p->error);
    do {
        size_t n = 0;
        if (!next_line(p, &line) || line.n > COLUMNS)
            return refuse(p, "the recipient's body does not end in a short line");
        if (sodium_base642bin(body + used, LINE_BYTES, line.p, line.n, NULL, &n, NULL,
                              sodium_base64_VARIANT_ORIGINAL_NO_PADDING) != 0)
            return refuse(p, "the recipient's body is not canonical base64");
        used += n;
    } while (line.n == COLUMNS);
    stanza->body = (struct text){(const char *)body, used};
    return 0;
}

int vault_header_parse(struct arena *arena, struct text whole, struct vault_header *out, struct error *error)
{
    struct parser p = {.arena = arena, .rest = whole, .error = error};
    struct vault_stanza *list = NULL;
    size_t used = 0, room = 0, scrypts = 0;
    struct text line;
    *out = (struct vault_header){.stanza = NULL};
    if (!text_starts(whole, TEXT(VAULT_VERSION_LINE)))
        return error_set(error, ERROR_INPUT, "header line 1", "", "not an age file, or not of version 1");
    next_line(&p, &line);
    for (;;) {
        struct text before = p.rest;
        if (!next_line(&p, &line))
            return refuse(&p, "the header is cut short");
        if (text_starts(line, TEXT("---"))) {
            out->signed_part = (struct text){whole.p, (size_t)(before.p - whole.p) + 3};
            break;
        }
        if (!text_starts(line, TEXT("-> ")))
            return refuse(&p, "neither a recipient nor the end of the header");
        list = arena_more(arena, list, used, &room, sizeof *list);
        if (!list)
            return arena_error(arena, error);
        int result = parse_arguments(&p, text_cut(line, 3, line.n), &list[used]);
        if (result == 0)
            result = parse_body(&p, &list[used]);
        if (result)
            return result;
        if (text_equal(list[used].argument[0], TEXT("scrypt")))
            scrypts++;
        used++;
    }
    if (line.n < 4 || line.p[3] != ' ' || !vault_base64_exact(text_cut(line, 4, line.n), out->mac, 32))
        return refuse(&p, "the seal of the header is not 32 bytes in canonical base64");
    if (p.rest.n > 0)
        return refuse(&p, "the header goes on past its end");
    if (used == 0)
        return refuse(&p, "a header without recipients");
    if (scrypts > 0 && used > 1)
        return error_set(error, ERROR_INPUT, "header", "",
                         "a passphrase beside another recipient is not allowed");
    out->stanza = list;
    out->stanzas = used;
    return 0;
}

int vault_header_mac(const struct vault_file_key *key, struct text signed_part, uint8_t mac[32],
                     struct error *error)
{
    uint8_t mac_key[32];
    struct text secret = {(const char *)key->bytes, sizeof key->bytes};
    int result = vault_hkdf((struct text){NULL, 0}, secret, "header", mac_key, error);
    if (result == 0)
        result = vault_hmac(mac_key, signed_part, mac, error);
    sodium_memzero(mac_key, sizeof mac_key);
    return result;
}
