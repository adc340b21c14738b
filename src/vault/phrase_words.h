#ifndef VAULT_PHRASE_WORDS_H
#define VAULT_PHRASE_WORDS_H

#include "vault/phrase.h"

/* In order, lower-case letters only. */
enum { VAULT_PHRASE_WORD_LENGTH = 8 };
extern const char vault_phrase_words[VAULT_PHRASE_WORDS][VAULT_PHRASE_WORD_LENGTH + 1];

#endif
