#include "identity.h"

#include "block.h"
#include "secret.h"

#include "base/error.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

static const char BLOCK_NAME[] = "proviso key 1";

struct identity_block {
    uint8_t name[BLOCK_NAME_SIZE];
    char origin[KEYHOLDER_ORIGIN_MAX + 1];
    uint8_t seed[crypto_sign_SEEDBYTES];
    uint8_t sum[BLOCK_SUM_SIZE];
};

bool keyholder_origin_valid(const char *origin)
{
    size_t n = strlen(origin);
    for (size_t i = 0; i < n; i++)
        if (origin[i] <= ' ' || origin[i] > '~' || origin[i] == '+')
            return false;
    return n > 0 && n <= KEYHOLDER_ORIGIN_MAX;
}

int keyholder_identity_create(const struct keyholder_folder *folder, const char *origin, struct error *error)
{
    struct identity_block *block = keyholder_secret_new(sizeof *block, error);
    if (!block)
        return ERROR_SYSTEM;
    memcpy(block->origin, origin, strnlen(origin, KEYHOLDER_ORIGIN_MAX));
    randombytes_buf(block->seed, sizeof block->seed);
    keyholder_block_finish(block, sizeof *block, BLOCK_NAME);
    int result = keyholder_folder_write(folder, "identity", block, sizeof *block, error);
    sodium_free(block);
    return result;
}

int keyholder_identity_load(const struct keyholder_folder *folder, struct keyholder_identity *identity,
                            bool *found, struct error *error)
{
    struct identity_block *block = keyholder_secret_new(sizeof *block, error);
    if (!block)
        return ERROR_SYSTEM;
    int result = keyholder_folder_read(folder, "identity", block, sizeof *block, found, error);
    if (result == 0 && *found) {
        block->origin[KEYHOLDER_ORIGIN_MAX] = '\0';
        if (!keyholder_block_whole(block, sizeof *block, BLOCK_NAME) ||
            !keyholder_origin_valid(block->origin))
            result = error_set(error, ERROR_CHECK, "identity", "Put the folder back from its escrow or backup.",
                               "the signing key is damaged");
    }
    if (result == 0 && *found) {
        memcpy(identity->origin, block->origin, sizeof identity->origin);
        crypto_sign_seed_keypair(identity->public_key, identity->secret_key, block->seed);
    }
    sodium_free(block);
    return result;
}

int keyholder_identity_sign(const struct keyholder_identity *identity, const struct ledger_head *head,
                            uint8_t signature[LEDGER_SIGNATURE_SIZE], struct error *error)
{
    /* The log's own form of the text is checked against this one in the tests; here nothing may fail or
     * allocate. */
    char root[64], note[KEYHOLDER_ORIGIN_MAX + 100];
    sodium_bin2base64(root, sizeof root, head->root.byte, sizeof head->root.byte,
                      sodium_base64_VARIANT_ORIGINAL);
    int n = snprintf(note, sizeof note, "%s\n%" PRIu64 "\n%s\n", identity->origin, head->size, root);
    if (n <= 0 || (size_t)n >= sizeof note)
        return error_set(error, ERROR_SYSTEM, "checkpoint", "", "the checkpoint does not fit");
    crypto_sign_detached(signature, NULL, (const uint8_t *)note, (unsigned long long)n, identity->secret_key);
    return 0;
}
