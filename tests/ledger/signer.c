#include "signer.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "base.h"

static int test_sign(void *self, struct text message, uint8_t signature[LEDGER_SIGNATURE_SIZE],
                     struct error *error)
{
    const struct test_signer *signer = self;
    size_t size = LEDGER_SIGNATURE_SIZE;
    EVP_PKEY *key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, signer->seed, 32);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    int good = key && context && EVP_DigestSignInit(context, NULL, NULL, NULL, key) == 1 &&
               EVP_DigestSign(context, signature, &size, (const uint8_t *)message.p, message.n) == 1;
    EVP_MD_CTX_free(context);
    EVP_PKEY_free(key);
    return good ? 0 : error_set(error, ERROR_SYSTEM, "test signer", "", "cannot sign");
}

void test_signer_from(struct test_signer *signer, enum ledger_key_kind kind, const char *name,
                      const uint8_t seed[32])
{
    uint8_t public_key[32];
    size_t size = sizeof public_key;
    struct error error;
    memcpy(signer->seed, seed, 32);
    EVP_PKEY *key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, seed, 32);
    if (!key || EVP_PKEY_get_raw_public_key(key, public_key, &size) != 1 ||
        ledger_key_make(kind, text_of(name), public_key, &signer->signer.key, &error) != 0)
        abort();
    EVP_PKEY_free(key);
    signer->signer.self = signer;
    signer->signer.sign = test_sign;
}

void test_signer_make(struct test_signer *signer, enum ledger_key_kind kind, const char *name, uint8_t seed)
{
    uint8_t bytes[32];
    memset(bytes, seed, sizeof bytes);
    test_signer_from(signer, kind, name, bytes);
}

int test_note_sign(struct arena *arena, struct text text, const struct ledger_signer *signers, size_t count, uint64_t time,
                   struct text *note, struct error *error)
{
    struct buffer out = buffer_in(arena);
    int result = 0;
    buffer_text(&out, text);
    buffer_char(&out, '\n');
    for (size_t i = 0; i < count && result == 0; i++) {
        struct text line = {0};
        result = ledger_note_sign_line(arena, text, &signers[i], time, &line, error);
        buffer_text(&out, line);
    }
    *note = buffer_result(&out);
    return result == 0 && buffer_failed(&out) ? arena_error(arena, error) : result;
}

int test_note_add(struct arena *arena, struct text note, const struct ledger_signer *signer, uint64_t time, struct text *out,
                  struct error *error)
{
    struct ledger_note parsed;
    struct text line;
    int result = ledger_note_parse(arena, note, &parsed, error);
    if (result == 0)
        result = ledger_note_sign_line(arena, parsed.text, signer, time, &line, error);
    if (result != 0)
        return result;
    *out = arena_format(arena, "%.*s%.*s", TEXT_ARGS(note), TEXT_ARGS(line));
    return out->p ? 0 : arena_error(arena, error);
}
