#ifndef VAULT_HEADER_H
#define VAULT_HEADER_H

#include "vault/key.h"

/*
 * The header of an age file says who can open it and ends in "--- " and a seal over it. It depends on the
 * file key only, not on the payload: any header made for a payload's file key, followed by that payload, is
 * an age file.
 */

/* How the opening of a file went. */
enum vault_verdict {
    VAULT_GOOD,
    VAULT_ARMOR_MALFORMED,  /* ERROR_INPUT: the text form is broken */
    VAULT_HEADER_MALFORMED, /* ERROR_INPUT: not an age file, or not one of this version */
    VAULT_NO_KEY_FITS,      /* ERROR_CHECK: sealed for somebody else, or another passphrase */
    VAULT_HEADER_ALTERED,   /* ERROR_CHECK: a key fits, but the header is not the one that was made */
    VAULT_PAYLOAD_BROKEN,   /* ERROR_CHECK: altered, cut short or added to */
    VAULT_SYSTEM_FAILED,    /* ERROR_SYSTEM: no memory, or the cryptographic library failed */
};

/* Makes a header. At least one recipient; a passphrase stands alone, hybrid keys among themselves (else ERROR_INVALID). */
int vault_header_make(struct arena *arena, const struct vault_file_key *key,
                      const struct vault_recipient *recipients, size_t count, struct text *out,
                      struct error *error);

/*
 * Opens a whole header, from its first byte to the newline of its last line. `verdict` may be NULL.
 * A recipient of a kind that this room does not know is passed over.
 */
int vault_header_open(struct arena *arena, struct text header, const struct vault_identity *identities,
                      size_t count, struct vault_file_key *key, enum vault_verdict *verdict,
                      struct error *error);

#endif
