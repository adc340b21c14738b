#include "work/shelf.h"

#include "policy/pack.h"

#include <sodium.h>
#include <stdio.h>

void shelf_digest(const struct policy_pack_files *files, char digest[SHELF_DIGEST])
{
    const struct text file[] = {files->vocabulary, files->words, files->pack, files->rules, files->safety};
    unsigned char hash[crypto_hash_sha256_BYTES];
    crypto_hash_sha256_state state;
    crypto_hash_sha256_init(&state);
    for (size_t i = 0; i < sizeof file / sizeof *file; i++) {
        char length[32]; /* so that no byte can move from one file to the next */
        int n = snprintf(length, sizeof length, "%zu", file[i].n);
        crypto_hash_sha256_update(&state, (const unsigned char *)length, (size_t)n + 1);
        crypto_hash_sha256_update(&state, (const unsigned char *)file[i].p, file[i].n);
    }
    crypto_hash_sha256_final(&state, hash);
    sodium_bin2hex(digest, SHELF_DIGEST, hash, sizeof hash);
}
