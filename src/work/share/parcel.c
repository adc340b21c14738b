#include "parcel.h"

#include "base.h"

#include <sodium.h>
#include <string.h>

/* A text as a stream, and a stream as a text. */
struct from_text {
    struct text rest;
};

static int read_text(void *self, void *into, size_t room, size_t *got, struct error *error)
{
    (void)error;
    struct from_text *from = self;
    *got = from->rest.n < room ? from->rest.n : room;
    if (*got)
        memcpy(into, from->rest.p, *got);
    from->rest = text_cut(from->rest, *got, from->rest.n);
    return 0;
}

static int write_buffer(void *self, const void *p, size_t n, struct error *error)
{
    struct buffer *to = self;
    buffer_bytes(to, p, n);
    return buffer_failed(to) || to->n > PARCEL_MAX
               ? error_set(error, ERROR_TOO_LARGE, "", "Send less text at once, or attach it as a document.",
                           "the parcel is larger than %d bytes", PARCEL_MAX)
               : 0;
}

int parcel_seal(struct arena *arena, struct text content, struct text secret, struct text *parcel, struct error *error)
{
    struct from_text from = {content};
    struct buffer to = buffer_in(arena);
    struct vault_recipient recipient = vault_recipient_passphrase(secret);
    int result = vault_file_seal(&(struct vault_reader){read_text, &from}, &(struct vault_writer){write_buffer, &to},
                                 &recipient, 1, false, error);
    *parcel = buffer_result(&to);
    return result;
}

int parcel_open(struct arena *arena, struct text parcel, struct text secret, struct text *content, struct error *error)
{
    struct from_text from = {parcel};
    struct buffer to = buffer_in(arena);
    struct vault_identity identity = vault_identity_passphrase(secret);
    enum vault_verdict verdict = VAULT_GOOD;
    int result = vault_file_open(&(struct vault_reader){read_text, &from}, &(struct vault_writer){write_buffer, &to},
                                 &identity, 1, &verdict, error);
    *content = (struct text){NULL, 0};
    if (result == ERROR_CHECK && verdict == VAULT_NO_KEY_FITS)
        return 0;
    if (!result)
        *content = to.p ? buffer_result(&to) : TEXT("");
    return result;
}

static void hash(const char *use, struct text a, struct text b, uint8_t out[PARCEL_HASH])
{
    crypto_generichash_state state;
    crypto_generichash_init(&state, NULL, 0, PARCEL_HASH);
    crypto_generichash_update(&state, (const unsigned char *)use, strlen(use) + 1);
    crypto_generichash_update(&state, (const unsigned char *)a.p, a.n);
    crypto_generichash_update(&state, (const unsigned char *)"", 1);
    crypto_generichash_update(&state, (const unsigned char *)b.p, b.n);
    crypto_generichash_final(&state, out, PARCEL_HASH);
}

void parcel_link_hash(struct text link, uint8_t out[PARCEL_HASH])
{
    hash("link", link, TEXT(""), out);
}

void parcel_code_hash(struct text link, struct text code, uint8_t out[PARCEL_HASH])
{
    hash("code", link, code, out);
}
