#ifndef LEDGER_NOTE_H
#define LEDGER_NOTE_H

#include "base/arena.h"

struct error;

/*
 * C2SP signed notes: a text, an empty line, and signature lines
 *   "— <key name> <base64(key id || signature)>"
 * Two kinds of Ed25519 signature: of the text itself, and of a witness, which signs the text with the time it
 * saw it.
 */
enum {
    LEDGER_NOTE_LIMIT = 256 * 1024, /* bytes of a whole note */
    LEDGER_NOTE_SIGNATURES = 64,
    LEDGER_KEY_NAME_MAX = 255,
    LEDGER_SIGNATURE_SIZE = 64,
    LEDGER_PUBLIC_KEY_SIZE = 32,
};

enum ledger_key_kind {
    LEDGER_KEY_LOG = 0x01,     /* Ed25519 over the text */
    LEDGER_KEY_WITNESS = 0x04, /* Ed25519 over "cosignature/v1\ntime <seconds>\n" and the text */
};

struct ledger_key {
    enum ledger_key_kind kind;
    uint32_t id;
    struct text name; /* as long as what it was made from */
    uint8_t public_key[LEDGER_PUBLIC_KEY_SIZE];
};

/* Works out the id. ERROR_INPUT for a name that a key may not have (empty, white space, "+", not UTF-8). */
int ledger_key_make(enum ledger_key_kind kind, struct text name,
                    const uint8_t public_key[LEDGER_PUBLIC_KEY_SIZE], struct ledger_key *key,
                    struct error *error);

/* "name+0123abcd+<base64(kind || public key)>" and back. ERROR_INPUT also where the id is not that of the
 * key. */
int ledger_key_parse(struct text verifier_key, struct ledger_key *key, struct error *error);
struct text ledger_key_text(struct arena *arena,
                            const struct ledger_key *key); /* {NULL, 0} past the ceiling */

/* Whoever has the secret key: in another process, in a device. Signs the message as it is given. */
struct ledger_signer {
    struct ledger_key key;
    void *self;
    int (*sign)(void *self, struct text message, uint8_t signature[LEDGER_SIGNATURE_SIZE],
                struct error *error);
};

struct ledger_note_signature {
    struct text name;
    uint32_t id;
    struct text bytes; /* after the id */
};

struct ledger_note {
    struct text text; /* with its last newline */
    size_t signature_count;
    const struct ledger_note_signature *signature;
};

/* A text that can be signed: UTF-8, no control characters but newline, ends with newline. */
bool ledger_note_text_valid(struct text text);

/* The message that a key of this kind signs. `time` (seconds since 1970) counts for witnesses only. */
int ledger_note_message(struct arena *arena, enum ledger_key_kind kind, struct text text, uint64_t time,
                        struct text *message, struct error *error);

/* One signature line, with its newline, for bytes that were signed elsewhere. */
int ledger_note_line(struct arena *arena, const struct ledger_key *key, uint64_t time,
                     const uint8_t signature[LEDGER_SIGNATURE_SIZE], struct text *line, struct error *error);

/* The line of one signer over this text. What a witness answers with. */
int ledger_note_sign_line(struct arena *arena, struct text text, const struct ledger_signer *signer,
                          uint64_t time, struct text *line, struct error *error);

/* Strict. Lends from `source`, except signature bytes, which lie in the arena. ERROR_INPUT, ERROR_TOO_LARGE.
 */
int ledger_note_parse(struct arena *arena, struct text source, struct ledger_note *note, struct error *error);

/* One for each key given to ledger_note_verify. */
struct ledger_note_verdict {
    bool signed_by;
    uint64_t time; /* of a witness: seconds since 1970 */
};

/*
 * Checks the signatures of the given keys; others are ignored. ERROR_CHECK if one of them is wrong (even
 * beside a right one) or if none of the keys signed. `verdicts` (may be NULL) has `count` places. Whoever
 * needs a certain key, or several witnesses, looks at the verdicts.
 */
int ledger_note_verify(const struct ledger_note *note, const struct ledger_key *keys, size_t count,
                       struct ledger_note_verdict *verdicts, struct error *error);

/*
 * The time of a verdict as it is shown and reckoned with. A good cosignature may carry one that no clock has: 0 counts as
 * 1, so that 0 can mean "never"; what lies beyond the year 9999 counts as its last second.
 */
int64_t ledger_note_time(uint64_t time);

#endif
