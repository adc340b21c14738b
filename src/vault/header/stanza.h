#ifndef VAULT_STANZA_H
#define VAULT_STANZA_H

#include "vault/header.h"

struct error;

/* A header taken apart. */
struct vault_stanza {
    const struct text *argument; /* the first is the kind of recipient; at least one */
    size_t arguments;
    struct text body;
};

struct vault_header {
    const struct vault_stanza *stanza;
    size_t stanzas;
    struct text signed_part; /* up to and with "---" */
    uint8_t mac[32];
};

#define VAULT_VERSION_LINE "age-encryption.org/v1\n"

/* `whole` is exactly a header. Strict. ERROR_INPUT gives the line. */
int vault_header_parse(struct arena *arena, struct text whole, struct vault_header *out, struct error *error);

/* The seal over the signed part. */
int vault_header_mac(const struct vault_file_key *key, struct text signed_part, uint8_t mac[32],
                     struct error *error);

/* Canonical base64 without padding, of exactly `size` bytes. */
bool vault_base64_exact(struct text t, void *out, size_t size);

#endif
