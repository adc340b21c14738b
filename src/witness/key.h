#ifndef WITNESS_KEY_H
#define WITNESS_KEY_H

#include "ledger/note.h"

struct error;

/*
 * The witness's own signing key. It lies in a file of one line, "PRIVATE+KEY+<name>+<key id>+<base64(0x04 || seed)>",
 * and while the witness runs in memory that is locked, guarded, and wiped at the end.
 */
struct witness_key {
    struct ledger_signer signer; /* `self` is this struct, so it must not move */
    unsigned char *secret;       /* of libsodium */
    char name[LEDGER_KEY_NAME_MAX + 1];
};

/*
 * Opens the key in `folder`, or makes one called `name` if there is none. ERROR_INPUT: the file is damaged, open to
 * others, or has another name than `name` (which may be NULL).
 */
int witness_key_open(const char *folder, const char *name, struct witness_key *key, struct error *error);
void witness_key_close(struct witness_key *key);

#endif
