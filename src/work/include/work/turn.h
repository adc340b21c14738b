#ifndef WORK_TURN_H
#define WORK_TURN_H

#include "base.h"
#include "store.h"
#include "work/actor.h"

struct policy_pack;
struct shelf;
struct written_row;

enum { TURN_KEY_SIZE = 32, TURN_WRAPPED_MAX = 128 };

/* A data key of the record, plain for now and wrapped for ever. */
struct turn_key {
    struct id id;
    uint8_t plain[TURN_KEY_SIZE];
    uint8_t wrapped[TURN_WRAPPED_MAX];
    size_t wrapped_n;
};

/* A proof that a decision is in the record, and where it is. */
struct evidence {
    struct text file, key;  /* key: the log's verifier key */
    int64_t entry, entries; /* its number, counted from 0, and how many there were when the log signed */
};

/*
 * One command or view on its way: what the gate lends to the handler. In `prepare` and in a view the session is a
 * reader; in `apply` it is the writer inside a transaction, and everything that is written there stands or falls
 * with the entry that records it.
 */
struct turn {
    struct arena *arena; /* of the request, wiped afterwards */
    struct store_session *session;
    const struct actor *actor;
    int64_t now; /* the instant of the command; the same however often apply runs */
    int64_t passed;     /* no later than now: the time that has passed for sure, though the clock may be ahead. What is destroyed
                           for its age, or was to be kept until a day, goes by this */
    int64_t lasts_from; /* no earlier than now, though the clock may be behind: what is kept for a while is kept from here on,
                           and what lies after it lies in the future */
    const struct policy_pack *pack; /* in force for this partnership on the day of the command */
    struct text pack_digest;        /* of all its files: shelf.h */
    const struct shelf *shelf;      /* the packs at hand: only for the commands and views of packs */

    struct turn_key key;       /* commands: seals what this command writes. Destroying it disposes of that */
    const void *opener;        /* opens data keys: see turn_open */
    int (*open_keys)(const void *opener, size_t n, const struct text *wrapped, uint8_t (*plain)[TURN_KEY_SIZE],
                     struct error *error);

    /* A key of its own, for what is to go before the entry that tells of it: see turn_seal_under. */
    int (*fresh_key)(const void *opener, int64_t now, struct turn_key *key, struct error *error);

    /*
     * The version of a pack that has this digest; or this hash (pack_sha256 of an answer), which versions that differ only in
     * their words have in common. NULL where it is not at hand.
     */
    const struct policy_pack *(*pack_of)(const void *opener, struct text hash);

    /* What proves that the record holds a decision: a file of room `proof`. Only in a view that proves; see evidence. */
    int (*prove)(const void *opener, struct turn *turn, const struct id *decision, bool personal, struct evidence *out,
                 struct error *error);
    struct text checkpoint; /* the newest that is signed, taken before the picture that the session sees */
    int64_t epoch; /* apply: of the keys; no key that is wrapped at this moment outlives its destruction unless wrapped anew */

    struct written_row *written; /* apply: rows told by turn_wrote */
    size_t written_n, written_room;
    struct store_session *documents; /* prepare of document commands: where payloads lie */
};

/* A new id in this turn's time. Use it in prepare: apply may run again and must write the same. */
struct id turn_id(const struct turn *turn);

/* The day of the command where the partnership is (Europe/London). */
struct date turn_date(const struct turn *turn);
/* The day that has come for sure: of `passed`. */
struct date turn_date_passed(const struct turn *turn);

/*
 * Personal data lies sealed: a row has one column `sealed`, a JSON object of all that is personal in it, and `key_id`,
 * the key it was sealed under. It opens only in its own table and row.
 */
int turn_seal(struct turn *turn, const char *table, const struct id *row, struct text plain, struct text *sealed,
              struct error *error);

/*
 * The same under a key that is not the entry's: in prepare, *key is a new one, and the row is sealed under it; in apply,
 * turn_own_key_write keeps it; deleting it from record_key destroys it. The entry stays readable, what was sealed does not.
 */
int turn_seal_under(struct turn *turn, struct turn_key *key, const char *table, const struct id *row, struct text plain,
                    struct text *sealed, struct error *error);
/* The same under a key that was got so before. */
int turn_seal_with(struct turn *turn, const struct turn_key *key, const char *table, const struct id *row,
                   struct text plain, struct text *sealed, struct error *error);
int turn_own_key_write(struct turn *turn, const struct turn_key *key, struct error *error);
/* The gate's: keeps the key of the command itself, which its entry names. */
int turn_key_write(struct turn *turn, const struct turn_key *key, struct error *error);

/* One sealed row to open. Where the key was destroyed (disposed) plain stays NULL, no error. */
struct sealed_row {
    const char *table;
    struct text row;     /* its id */
    struct text sealed, wrapped; /* wrapped: from record_key, empty if there is none any more */
    const struct json *plain;    /* the result; NULL if disposed */
};

/* Opens many at once: a round trip to the keyholder for each 64. ERROR_CHECK names a row that does not open. */
int turn_open(struct turn *turn, struct sealed_row *rows, size_t n, struct error *error);

/* One that holds other bytes than an object: ERROR_MISSING where its key was destroyed. */
int turn_open_bytes(struct turn *turn, const char *table, const struct id *row, struct text sealed, struct text wrapped,
                    struct text *plain, struct error *error);

/* In apply: the row was inserted or changed. The gate reads it back and commits to it in the entry. */
int turn_wrote(struct turn *turn, const char *table, const struct id *row, struct error *error);

struct written_row {
    const char *table;
    struct id id;
};

#endif
