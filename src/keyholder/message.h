#ifndef KEYHOLDER_MESSAGE_H
#define KEYHOLDER_MESSAGE_H

#include "base/error.h"
#include "keyholder/client.h"

/*
 * One message a request, one a reply, each of a size that its kind and the number of its keys decide. Both ends are the same
 * program on the same machine, so numbers are in the machine's order and structs travel as they are. Unused
 * places are zero. A request that is refused is answered by a `failure`, whatever its kind. A keyholder that
 * cannot start sends a failure with sequence 0 before it ends.
 */
enum { MESSAGE_MAGIC = 0x70766b68, MESSAGE_VERSION = 1 };

enum message_kind {
    MESSAGE_HELLO = 1,
    MESSAGE_KEYS,
    MESSAGE_UNWRAP,
    MESSAGE_SIGN,
    MESSAGE_TURN,
    MESSAGE_REWRAP,
    MESSAGE_RETIRE,
    MESSAGE_ESCROW,
    MESSAGE_ESCROWED,
    MESSAGE_KINDS,
    MESSAGE_FAILURE = 0xff, /* replies only */
};

struct message_head {
    uint32_t magic;
    uint16_t version, kind;
    uint32_t count; /* of keys; 0 where there are none */
    uint32_t zero;
    uint64_t sequence; /* the reply has that of its request */
};

struct message_wrapped {
    struct message_head head;
    struct wrapped_key wrapped[KEYHOLDER_BATCH];
};

struct message_growth {
    struct message_head head;
    struct ledger_growth growth;
};

struct message_epoch {
    struct message_head head;
    uint32_t epoch, zero;
};

/* One agency's share, sealed. */
struct message_share {
    struct message_head head;
    struct keyholder_sealed_share share;
};

struct message_description {
    struct message_head head;
    struct keyholder_description description;
};

struct message_keys {
    struct message_head head;
    struct data_key key[KEYHOLDER_BATCH];
};

struct message_plain {
    struct message_head head;
    uint8_t verdict[KEYHOLDER_BATCH];
    uint8_t key[KEYHOLDER_BATCH][DATA_KEY_SIZE];
};

struct message_rewrapped {
    struct message_head head;
    uint8_t verdict[KEYHOLDER_BATCH];
    struct wrapped_key wrapped[KEYHOLDER_BATCH];
};

struct message_signature {
    struct message_head head;
    uint8_t signature[LEDGER_SIGNATURE_SIZE];
};

struct message_failure {
    struct message_head head;
    struct error error;
};

union message_request {
    struct message_head head;
    struct message_wrapped wrapped; /* UNWRAP, REWRAP */
    struct message_growth growth;   /* SIGN */
    struct message_epoch epoch;     /* RETIRE, ESCROWED; ESCROW: the number of a share */
};

union message_reply {
    struct message_head head;
    struct message_description description; /* HELLO */
    struct message_keys keys;               /* KEYS */
    struct message_plain plain;             /* UNWRAP */
    struct message_signature signature;     /* SIGN */
    struct message_epoch epoch;             /* TURN */
    struct message_rewrapped rewrapped;     /* REWRAP */
    struct message_share share;             /* ESCROW */
    struct message_failure failure;
};

struct message_size {
    size_t head, each; /* bytes: without keys, and for each of them */
};

struct message_shape {
    const char *name;
    struct message_size request, reply;
    bool counted; /* 1 to KEYHOLDER_BATCH keys; otherwise none */
};

/* NULL for a kind that is none. */
const struct message_shape *keyholder_message_shape(unsigned kind);

/* `count` is in the range of its kind. */
static inline size_t keyholder_message_size(struct message_size size, uint32_t count)
{
    return size.head + count * size.each;
}

/*
 * Is it a whole, well formed request? Everything but the meaning of its contents is checked. ERROR_INPUT.
 * `message` is any `size` bytes.
 */
int keyholder_message_check(const void *message, size_t size, struct error *error);

/* An error as a reply, and back; what comes back is always NUL-ended and has a negative code. */
void keyholder_message_fail(struct message_failure *failure, uint64_t sequence, const struct error *error);
int keyholder_message_failed(const struct message_failure *failure, struct error *error);

#endif
