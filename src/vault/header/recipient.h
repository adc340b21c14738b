#ifndef VAULT_RECIPIENT_H
#define VAULT_RECIPIENT_H

/* What sealing and opening of a file key have in common. */

#define VAULT_X25519_PURPOSE "age-encryption.org/v1/X25519"
#define VAULT_SCRYPT_PURPOSE "age-encryption.org/v1/scrypt"
enum { VAULT_SCRYPT_SALT = 16, VAULT_SCRYPT_PURPOSE_LENGTH = sizeof VAULT_SCRYPT_PURPOSE - 1 };

#endif
