#ifndef VAULT_PHRASE_H
#define VAULT_PHRASE_H

#include "base/arena.h"

struct error;

/*
 * Passphrases made by the machine, to be told by voice: ten words of a list of 1024 (10 bits each). The first
 * two are the code, by which a server finds the document, counts tries and locks; it is no secret. The other
 * eight are the secret, 80 bits.
 *
 * In the list no two words share their first four letters, sound alike or differ by a single slip (a letter
 * wrong, missing, added or two swapped); tests/vault/phrase_test.c holds it to that.
 */
enum {
    VAULT_PHRASE_WORDS = 1024,
    VAULT_PHRASE_CODE = 2,
    VAULT_PHRASE_SECRET = 8,
    VAULT_PHRASE_MAX = 128, /* room for any phrase and its NUL */
};

/* Words joined by hyphens, NUL-ended. `secret` is, as it stands, the passphrase of the age file. */
struct vault_phrase {
    char code[VAULT_PHRASE_MAX];
    char secret[VAULT_PHRASE_MAX];
};

void vault_phrase_new(struct vault_phrase *phrase);
void vault_phrase_wipe(struct vault_phrase *phrase);

/*
 * Reads what a person typed: case, hyphens, spaces, commas and full stops do not matter, and the first four
 * letters of a word are enough. All ten words. ERROR_INVALID says which word is not in the list (its place,
 * never the word).
 */
int vault_phrase_parse(struct text typed, struct vault_phrase *out, struct error *error);

/* The same for a part: `count` words (the code alone, say), normalised into `out`. */
int vault_phrase_normalise(struct text typed, size_t count, char out[VAULT_PHRASE_MAX], struct error *error);

#endif
