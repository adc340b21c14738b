#ifndef VAULT_KEY_H
#define VAULT_KEY_H

#include "base/arena.h"

struct error;

enum {
    VAULT_SEAL_WORK = 15, /* scrypt's work factor when sealing: 2^15, 32 MiB */
    VAULT_OPEN_WORK = 22, /* the most that a file may ask of one who opens it: 2^22, 4 GiB */
    VAULT_WORK_MAX = 30,
};

/* The key of one payload. Whoever has it can open the payload and make headers for it: keep it wrapped. */
struct vault_file_key {
    uint8_t bytes[16];
};

struct vault_file_key vault_file_key_new(void);
void vault_file_key_wipe(struct vault_file_key *key);

enum vault_way {
    VAULT_BY_KEY,        /* X25519 */
    VAULT_BY_HYBRID,     /* ML-KEM-768 and X25519: not even a quantum computer of the future opens it */
    VAULT_BY_PASSPHRASE, /* scrypt */
};

/*
 * For whom a file is sealed. A passphrase is lent. Only one recipient by passphrase, and then no other; hybrid ones only
 * among themselves, for the file would be no safer than its weakest.
 */
enum { VAULT_POINT = 1216 };
struct vault_recipient {
    enum vault_way way;
    uint8_t point[VAULT_POINT]; /* X25519: the first 32 bytes */
    struct text passphrase;
    int work; /* scrypt's work factor; 0 means VAULT_SEAL_WORK */
};

/* With what a file is opened. A secret: keep it in memory that is wiped. A passphrase is lent. */
struct vault_identity {
    enum vault_way way;
    uint8_t scalar[32]; /* hybrid: the seed of both keys */
    struct text passphrase;
    int work_ceiling; /* a file that asks for more is refused; 0 means VAULT_OPEN_WORK */
};

void vault_identity_new(struct vault_identity *identity); /* a new X25519 key */
void vault_identity_new_hybrid(struct vault_identity *identity);

/* The public half of a key. ERROR_INVALID for a passphrase. */
int vault_identity_recipient(const struct vault_identity *identity, struct vault_recipient *out,
                             struct error *error);

struct vault_recipient vault_recipient_passphrase(struct text passphrase);
struct vault_identity vault_identity_passphrase(struct text passphrase);

/* The written forms: "age1..." (Bech32, lower case) and "AGE-SECRET-KEY-1..." (upper case), hybrid ones "age1pq1..." and
 * "AGE-SECRET-KEY-PQ-1...". ERROR_INPUT if it is not one. */
enum { VAULT_RECIPIENT_LENGTH = 1959, VAULT_IDENTITY_LENGTH = 77 }; /* at most */
int vault_recipient_parse(struct text t, struct vault_recipient *out, struct error *error);
int vault_identity_parse(struct text t, struct vault_identity *out, struct error *error);
void vault_recipient_format(const struct vault_recipient *recipient, char out[VAULT_RECIPIENT_LENGTH + 1]);
void vault_identity_format(const struct vault_identity *identity, char out[VAULT_IDENTITY_LENGTH + 1]);

/*
 * Reads an identity file: a key a line; lines that begin with # and blank ones are passed over. `where` names
 * the file in errors, which give the line. At least one key, or ERROR_INPUT. Give an arena of kind
 * ARENA_SECRET.
 */
int vault_identities_read(struct arena *arena, struct text file, const char *where,
                          const struct vault_identity **out, size_t *count, struct error *error);

#endif
