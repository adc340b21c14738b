#include "vault/header.h"

#include <string.h>
#include "base/buffer.h"
#include "base/bytes.h"
#include "base/error.h"
#include "hybrid/hybrid.h"
#include "primitive.h"
#include "recipient.h"
#include "stanza.h"

static int put_x25519(struct buffer *out, const struct vault_file_key *key,
                      const struct vault_recipient *recipient, struct error *error)
{
    uint8_t scalar[32], share_and_point[64], shared[32], wrap_key[32], wrapped[32];
    bool usable = false;
    bytes_random(scalar, sizeof scalar);
    memcpy(share_and_point + 32, recipient->point, 32);
    int result = vault_x25519_public(scalar, share_and_point, error);
    if (result == 0)
        result = vault_x25519_shared(scalar, recipient->point, shared, &usable, error);
    if (result == 0 && !usable)
        result = error_set(error, ERROR_INVALID, "recipient", "", "a key of low order, which hides nothing");
    if (result == 0)
        result = vault_hkdf((struct text){(const char *)share_and_point, 64},
                            (struct text){(const char *)shared, 32}, VAULT_X25519_PURPOSE, wrap_key, error);
    if (result == 0)
        result = vault_wrap(wrap_key, key->bytes, wrapped, error);
    if (result == 0) {
        buffer_string(out, "-> X25519 ");
        base64_write(out, BASE64_STANDARD_UNPADDED, share_and_point, 32);
        buffer_char(out, '\n');
        base64_write(out, BASE64_STANDARD_UNPADDED, wrapped, 32); /* 43 characters: one short line */
        buffer_char(out, '\n');
    }
    bytes_wipe(scalar, sizeof scalar);
    bytes_wipe(shared, sizeof shared);
    bytes_wipe(wrap_key, sizeof wrap_key);
    return result;
}

static int put_hybrid(struct buffer *out, const struct vault_file_key *key,
                      const struct vault_recipient *recipient, struct error *error)
{
    uint8_t share[HYBRID_SHARE], wrapped[HYBRID_WRAPPED];
    int result = hybrid_wrap(recipient->point, key->bytes, share, wrapped, error);
    if (result)
        return result;
    buffer_string(out, "-> mlkem768x25519 ");
    base64_write(out, BASE64_STANDARD_UNPADDED, share, sizeof share);
    buffer_char(out, '\n');
    base64_write(out, BASE64_STANDARD_UNPADDED, wrapped, sizeof wrapped);
    buffer_char(out, '\n');
    return 0;
}

static int put_scrypt(struct buffer *out, const struct vault_file_key *key,
                      const struct vault_recipient *recipient, struct error *error)
{
    uint8_t salt[VAULT_SCRYPT_PURPOSE_LENGTH + VAULT_SCRYPT_SALT], wrap_key[32], wrapped[32];
    int work = recipient->work ? recipient->work : VAULT_SEAL_WORK;
    if (work < 1 || work > VAULT_WORK_MAX)
        return error_set(error, ERROR_INVALID, "work factor", "", "%d is not between 1 and %d", work,
                         VAULT_WORK_MAX);
    if (recipient->passphrase.n == 0)
        return error_set(error, ERROR_INVALID, "passphrase", "", "an empty passphrase protects nothing");
    memcpy(salt, VAULT_SCRYPT_PURPOSE, VAULT_SCRYPT_PURPOSE_LENGTH);
    bytes_random(salt + VAULT_SCRYPT_PURPOSE_LENGTH, VAULT_SCRYPT_SALT);
    int result = vault_scrypt(recipient->passphrase, (struct text){(const char *)salt, sizeof salt}, work,
                              wrap_key, error);
    if (result == 0)
        result = vault_wrap(wrap_key, key->bytes, wrapped, error);
    if (result == 0) {
        buffer_string(out, "-> scrypt ");
        base64_write(out, BASE64_STANDARD_UNPADDED, salt + VAULT_SCRYPT_PURPOSE_LENGTH, VAULT_SCRYPT_SALT);
        buffer_format(out, " %d\n", work);
        base64_write(out, BASE64_STANDARD_UNPADDED, wrapped, 32);
        buffer_char(out, '\n');
    }
    bytes_wipe(wrap_key, sizeof wrap_key);
    return result;
}

static int put_recipient(struct buffer *out, const struct vault_file_key *key,
                         const struct vault_recipient *recipient, struct error *error)
{
    switch (recipient->way) {
    case VAULT_BY_PASSPHRASE:
        return put_scrypt(out, key, recipient, error);
    case VAULT_BY_HYBRID:
        return put_hybrid(out, key, recipient, error);
    case VAULT_BY_KEY:
        break;
    }
    return put_x25519(out, key, recipient, error);
}

int vault_header_make(struct arena *arena, const struct vault_file_key *key,
                      const struct vault_recipient *recipients, size_t count, struct text *out,
                      struct error *error)
{
    struct buffer header = buffer_in(arena);
    if (count == 0)
        return error_set(error, ERROR_INVALID, "recipients", "", "no recipient: nobody could open it");
    buffer_string(&header, VAULT_VERSION_LINE);
    for (size_t i = 0; i < count; i++) {
        if (recipients[i].way == VAULT_BY_PASSPHRASE && count > 1)
            return error_set(error, ERROR_INVALID, "recipients", "make one file for each",
                             "a passphrase cannot stand beside another recipient");
        if (recipients[i].way != recipients[0].way)
            return error_set(error, ERROR_INVALID, "recipients", "make one file for each kind of key",
                             "a post-quantum key cannot stand beside one of another kind, which would be the weaker");
        int result = put_recipient(&header, key, &recipients[i], error);
        if (result)
            return result;
    }
    buffer_string(&header, "---");
    if (buffer_failed(&header))
        return arena_error(arena, error);
    uint8_t mac[32];
    int result = vault_header_mac(key, buffer_result(&header), mac, error);
    if (result)
        return result;
    buffer_char(&header, ' ');
    base64_write(&header, BASE64_STANDARD_UNPADDED, mac, sizeof mac);
    buffer_char(&header, '\n');
    if (buffer_failed(&header))
        return arena_error(arena, error);
    *out = buffer_result(&header);
    return 0;
}
