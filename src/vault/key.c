#include "vault/key.h"

#include "base/bytes.h"
#include "base/error.h"
#include "bech32.h"
#include "hybrid/hybrid.h"
#include "primitive.h"

static const struct text recipient_prefix = TEXT_INIT("age"), hybrid_recipient_prefix = TEXT_INIT("age1pq"),
                         identity_prefix = TEXT_INIT("AGE-SECRET-KEY-"), hybrid_identity_prefix = TEXT_INIT("AGE-SECRET-KEY-PQ-");
enum { X25519_LENGTH = 62 };

struct vault_file_key vault_file_key_new(void)
{
    struct vault_file_key key;
    bytes_random(key.bytes, sizeof key.bytes);
    return key;
}

void vault_file_key_wipe(struct vault_file_key *key)
{
    bytes_wipe(key, sizeof *key);
}

void vault_identity_new(struct vault_identity *identity)
{
    *identity = (struct vault_identity){.way = VAULT_BY_KEY};
    bytes_random(identity->scalar, sizeof identity->scalar);
}

void vault_identity_new_hybrid(struct vault_identity *identity)
{
    vault_identity_new(identity);
    identity->way = VAULT_BY_HYBRID;
}

int vault_identity_recipient(const struct vault_identity *identity, struct vault_recipient *out,
                             struct error *error)
{
    *out = (struct vault_recipient){.way = identity->way};
    if (identity->way == VAULT_BY_PASSPHRASE)
        return error_set(error, ERROR_INVALID, "identity", "", "a passphrase has no public half");
    return identity->way == VAULT_BY_HYBRID ? hybrid_public(identity->scalar, out->point, error)
                                            : vault_x25519_public(identity->scalar, out->point, error);
}

struct vault_recipient vault_recipient_passphrase(struct text passphrase)
{
    return (struct vault_recipient){.way = VAULT_BY_PASSPHRASE, .passphrase = passphrase};
}

struct vault_identity vault_identity_passphrase(struct text passphrase)
{
    return (struct vault_identity){.way = VAULT_BY_PASSPHRASE, .passphrase = passphrase};
}

int vault_recipient_parse(struct text t, struct vault_recipient *out, struct error *error)
{
    *out = (struct vault_recipient){.way = VAULT_BY_KEY};
    if (vault_bech32_decode(t, recipient_prefix, out->point, 32))
        return 0;
    out->way = VAULT_BY_HYBRID;
    if (vault_bech32_decode(t, hybrid_recipient_prefix, out->point, HYBRID_PUBLIC) && hybrid_public_valid(out->point))
        return 0;
    if (text_starts(t, TEXT("AGE-SECRET-KEY-")))
        return error_set(error, ERROR_INPUT, "recipient", "give the public key that begins with age1",
                         "this is a secret key, which must not be shown");
    if (text_starts(t, TEXT("age1")) && (t.n == X25519_LENGTH || t.n == VAULT_RECIPIENT_LENGTH))
        return error_set(error, ERROR_INPUT, "recipient", "copy it again from where it came",
                         "the key has a typing error: its checksum does not hold");
    return error_set(error, ERROR_INPUT, "recipient",
                     "an X25519 key has 62 characters and begins with age1, a post-quantum one has 1,959 and begins with age1pq1",
                     "not a key that this program can seal for");
}

int vault_identity_parse(struct text t, struct vault_identity *out, struct error *error)
{
    *out = (struct vault_identity){.way = VAULT_BY_KEY};
    if (vault_bech32_decode(t, identity_prefix, out->scalar, sizeof out->scalar))
        return 0;
    out->way = VAULT_BY_HYBRID;
    if (vault_bech32_decode(t, hybrid_identity_prefix, out->scalar, sizeof out->scalar))
        return 0;
    bytes_wipe(out->scalar, sizeof out->scalar);
    if (text_starts(t, TEXT("AGE-SECRET-KEY-1")) || text_starts(t, TEXT("AGE-SECRET-KEY-PQ-1")))
        return error_set(error, ERROR_INPUT, "identity", "copy it again from where it came",
                         "the secret key has a typing error: its length or checksum does not hold");
    if (text_starts(t, TEXT("AGE-PLUGIN-")))
        return error_set(error, ERROR_INPUT, "identity", "keys that can be used begin with AGE-SECRET-KEY-",
                         "a kind of key that this program does not use");
    return error_set(error, ERROR_INPUT, "identity", "keys that can be used begin with AGE-SECRET-KEY-",
                     "not a secret key");
}

void vault_recipient_format(const struct vault_recipient *recipient, char out[VAULT_RECIPIENT_LENGTH + 1])
{
    if (recipient->way == VAULT_BY_HYBRID)
        vault_bech32_encode(hybrid_recipient_prefix, recipient->point, HYBRID_PUBLIC, out);
    else
        vault_bech32_encode(recipient_prefix, recipient->point, 32, out);
}

void vault_identity_format(const struct vault_identity *identity, char out[VAULT_IDENTITY_LENGTH + 1])
{
    vault_bech32_encode(identity->way == VAULT_BY_HYBRID ? hybrid_identity_prefix : identity_prefix, identity->scalar,
                        sizeof identity->scalar, out);
}
