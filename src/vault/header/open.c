#include "vault/header.h"

#include <string.h>
#include "base/bytes.h"
#include "base/error.h"
#include "hybrid/hybrid.h"
#include "primitive.h"
#include "recipient.h"
#include "stanza.h"

static int malformed(struct error *error, const char *what)
{
    return error_set(error, ERROR_INPUT, "header", "", "%s", what);
}

static int try_x25519(const struct vault_stanza *stanza, const struct vault_identity *identity,
                      struct vault_file_key *key, bool *fits, struct error *error)
{
    uint8_t share_and_point[64], shared[32], wrap_key[32];
    bool usable = false;
    if (stanza->arguments != 2 || !vault_base64_exact(stanza->argument[1], share_and_point, 32))
        return malformed(error, "an X25519 recipient without a share of 32 bytes");
    if (stanza->body.n != 32)
        return malformed(error, "an X25519 recipient whose wrapped key is not 32 bytes");
    int result = vault_x25519_public(identity->scalar, share_and_point + 32, error);
    if (result == 0)
        result = vault_x25519_shared(identity->scalar, share_and_point, shared, &usable, error);
    if (result == 0 && !usable)
        result = malformed(error, "an X25519 recipient with a share of low order");
    if (result == 0)
        result = vault_hkdf((struct text){(const char *)share_and_point, 64},
                            (struct text){(const char *)shared, 32}, VAULT_X25519_PURPOSE, wrap_key, error);
    if (result == 0)
        result = vault_unwrap(wrap_key, (const uint8_t *)stanza->body.p, key->bytes, fits, error);
    bytes_wipe(shared, sizeof shared);
    bytes_wipe(wrap_key, sizeof wrap_key);
    return result;
}

static int try_hybrid(const struct vault_stanza *stanza, const struct vault_identity *identity,
                      struct vault_file_key *key, bool *fits, struct error *error)
{
    uint8_t share[HYBRID_SHARE];
    if (stanza->arguments != 2 || !vault_base64_exact(stanza->argument[1], share, sizeof share))
        return malformed(error, "a post-quantum recipient without a share of 1120 bytes");
    if (stanza->body.n != HYBRID_WRAPPED)
        return malformed(error, "a post-quantum recipient whose wrapped key is not 32 bytes");
    return hybrid_unwrap(identity->scalar, share, (const uint8_t *)stanza->body.p, key->bytes, fits, error);
}

/* A whole number from 1, without sign or leading zero; 0 if it is not one. Anything from 1000 counts as 1000.
 */
static int parse_work(struct text t)
{
    int work = 0;
    if (t.n == 0 || t.p[0] == '0')
        return 0;
    for (size_t i = 0; i < t.n; i++) {
        if (t.p[i] < '0' || t.p[i] > '9')
            return 0;
        work = work < 100 ? work * 10 + (t.p[i] - '0') : 1000;
    }
    return work;
}

static int try_scrypt(const struct vault_stanza *stanza, const struct vault_identity *identity,
                      struct vault_file_key *key, bool *fits, struct error *error)
{
    uint8_t salt[VAULT_SCRYPT_PURPOSE_LENGTH + VAULT_SCRYPT_SALT], wrap_key[32];
    int ceiling = identity->work_ceiling ? identity->work_ceiling : VAULT_OPEN_WORK;
    memcpy(salt, VAULT_SCRYPT_PURPOSE, VAULT_SCRYPT_PURPOSE_LENGTH);
    if (stanza->arguments != 3 ||
        !vault_base64_exact(stanza->argument[1], salt + VAULT_SCRYPT_PURPOSE_LENGTH, VAULT_SCRYPT_SALT))
        return malformed(error, "a passphrase recipient without a salt of 16 bytes");
    int work = parse_work(stanza->argument[2]);
    if (work == 0)
        return malformed(error, "a passphrase recipient whose work factor is not a plain number");
    if (stanza->body.n != 32)
        return malformed(error, "a passphrase recipient whose wrapped key is not 32 bytes");
    if (work > ceiling || work > VAULT_WORK_MAX)
        return error_set(error, ERROR_INPUT, "header", "",
                         "the file asks for more work (scrypt %.*s) than is allowed here (%d)",
                         stanza->argument[2].n > 20 ? 20 : (int)stanza->argument[2].n, stanza->argument[2].p,
                         ceiling);
    int result = vault_scrypt(identity->passphrase, (struct text){(const char *)salt, sizeof salt}, work,
                              wrap_key, error);
    if (result == 0)
        result = vault_unwrap(wrap_key, (const uint8_t *)stanza->body.p, key->bytes, fits, error);
    bytes_wipe(wrap_key, sizeof wrap_key);
    return result;
}

static const struct way {
    struct text name;
    int (*try)(const struct vault_stanza *stanza, const struct vault_identity *identity, struct vault_file_key *key, bool *fits,
               struct error *error);
} ways[] = {
    [VAULT_BY_KEY] = {TEXT_INIT("X25519"), try_x25519},
    [VAULT_BY_HYBRID] = {TEXT_INIT("mlkem768x25519"), try_hybrid},
    [VAULT_BY_PASSPHRASE] = {TEXT_INIT("scrypt"), try_scrypt},
};

static int find_key(const struct vault_header *header, const struct vault_identity *identities, size_t count,
                    struct vault_file_key *key, bool *fits, struct error *error)
{
    for (size_t i = 0; i < count; i++) {
        const struct way *way = &ways[identities[i].way];
        for (size_t k = 0; k < header->stanzas; k++) {
            const struct vault_stanza *stanza = &header->stanza[k];
            if (!text_equal(stanza->argument[0], way->name))
                continue;
            int result = way->try(stanza, &identities[i], key, fits, error);
            if (result || *fits)
                return result;
        }
    }
    return 0;
}

static int no_key_fits(const struct vault_header *header, const struct vault_identity *identities,
                       size_t count, struct error *error)
{
    bool for_passphrase = text_equal(header->stanza[0].argument[0], TEXT("scrypt")), have_passphrase = false;
    for (size_t i = 0; i < count; i++)
        have_passphrase = have_passphrase || identities[i].way == VAULT_BY_PASSPHRASE;
    if (for_passphrase && have_passphrase)
        return error_set(error, ERROR_CHECK, "header", "",
                         "the passphrase is not the one the file was sealed with");
    if (for_passphrase)
        return error_set(error, ERROR_CHECK, "header", "give its passphrase",
                         "the file was sealed with a passphrase");
    return error_set(error, ERROR_CHECK, "header", "", "the file was not sealed for any of the keys given");
}

int vault_header_open(struct arena *arena, struct text header, const struct vault_identity *identities,
                      size_t count, struct vault_file_key *key, enum vault_verdict *verdict,
                      struct error *error)
{
    struct vault_header parsed;
    uint8_t mac[32];
    bool fits = false;
    enum vault_verdict ignored;
    if (!verdict)
        verdict = &ignored;
    int result = vault_header_parse(arena, header, &parsed, error);
    if (result == 0)
        result = find_key(&parsed, identities, count, key, &fits, error);
    if (result) {
        *verdict = result == ERROR_INPUT ? VAULT_HEADER_MALFORMED : VAULT_SYSTEM_FAILED;
        return result;
    }
    if (!fits) {
        *verdict = VAULT_NO_KEY_FITS;
        return no_key_fits(&parsed, identities, count, error);
    }
    result = vault_header_mac(key, parsed.signed_part, mac, error);
    if (result == 0 &&
        !text_equal_secret((struct text){(const char *)mac, 32}, (struct text){(const char *)parsed.mac, 32}))
        result =
            error_set(error, ERROR_CHECK, "header", "", "the header was altered after the file was sealed");
    *verdict = result == 0 ? VAULT_GOOD : result == ERROR_CHECK ? VAULT_HEADER_ALTERED : VAULT_SYSTEM_FAILED;
    if (result)
        vault_file_key_wipe(key);
    return result;
}
