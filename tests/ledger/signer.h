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

#endif
