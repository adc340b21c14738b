#ifndef TESTS_LEDGER_SIGNER_H
#define TESTS_LEDGER_SIGNER_H

#include "ledger.h"

/* A signer with a real Ed25519 key made from 32 bytes that all have one value. The name is lent. */
struct test_signer {
    uint8_t seed[32];
    struct ledger_signer signer;
};

void test_signer_make(struct test_signer *signer, enum ledger_key_kind kind, const char *name, uint8_t seed);
void test_signer_from(struct test_signer *signer, enum ledger_key_kind kind, const char *name,
                      const uint8_t seed[32]);

/* A new note: text, an empty line, the line of each signer. */
int test_note_sign(struct arena *arena, struct text text, const struct ledger_signer *signers, size_t count, uint64_t time,
                   struct text *note, struct error *error);
/* The note with one more line. */
int test_note_add(struct arena *arena, struct text note, const struct ledger_signer *signer, uint64_t time, struct text *out,
                  struct error *error);

#endif
