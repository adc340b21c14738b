#ifndef KEYHOLDER_IDENTITY_H
#define KEYHOLDER_IDENTITY_H

#include "folder.h"
#include "keyholder/client.h"

/* The log's name and signing key. Lies in secret memory. */
struct keyholder_identity {
    char origin[KEYHOLDER_ORIGIN_MAX + 1];
    uint8_t public_key[LEDGER_PUBLIC_KEY_SIZE];
    uint8_t secret_key[64];
};

/* Printable ASCII without space or "+", at most KEYHOLDER_ORIGIN_MAX of it: fits a signed note. */
bool keyholder_origin_valid(const char *origin);

int keyholder_identity_create(const struct keyholder_folder *folder, const char *origin, struct error *error);

/* *found is false if there is none. */
int keyholder_identity_load(const struct keyholder_folder *folder, struct keyholder_identity *identity,
                            bool *found, struct error *error);

/* Signs the checkpoint: origin, size and root, a line each. */
int keyholder_identity_sign(const struct keyholder_identity *identity, const struct ledger_head *head,
                            uint8_t signature[LEDGER_SIGNATURE_SIZE], struct error *error);

#endif
