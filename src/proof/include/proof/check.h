#ifndef PROOF_CHECK_H
#define PROOF_CHECK_H

#include "base.h"
#include "ledger.h"

enum {
    PROOF_FILE_MAX = 4 << 20, /* bytes; larger ones are refused unread */
    PROOF_WITNESSES = 63,
};

struct proof_witness {
    struct text name; /* of its key */
    size_t key;       /* its place among the keys that were given */
    int64_t time;     /* seconds since 1970, as it says itself */
};

/* What a file says, every word of it checked. Lends from the file and lies in the arena. */
struct proof_said {
    /* the log */
    struct text origin;
    struct ledger_key log_key;
    uint64_t index, size; /* the entry's number, counted from 0, and how many there were when the log signed */
    struct ledger_hash root;
    struct proof_witness witness[PROOF_WITNESSES];
    size_t witnesses;

    /* the entry */
    int64_t recorded_at;       /* as the entry says */
    struct text by, by_person; /* as they were called then; "" where it is not shown */

    /* the decision */
    struct text decision_id, case_id, agency_id, post_id;
    struct text pack, pack_version, pack_sha256, answered, decided;
    bool differs;
    int64_t happened_at; /* 0: when it was recorded */

    /* what is personal; only where the file holds it */
    bool personal;
    struct text reasons, consulted;
    const struct json *facts; /* an object; NULL: none */
};

/*
 * Checks a file. keys[0] is the log's, whose name is the log's origin; the others are witnesses', of whom those that
 * cosigned are told. A wrong signature of any of them refuses the file.
 *
 *   ERROR_INPUT      it is no such file           ERROR_CHECK  it is one, and does not hold
 *   ERROR_TOO_LARGE  beyond PROOF_FILE_MAX
 */
int proof_check(struct arena *arena, struct text file, const struct ledger_key *keys, size_t count,
                struct proof_said *said, struct error *error);

/* The same with verifier keys as texts. */
int proof_check_texts(struct arena *arena, struct text file, const struct text *keys, size_t count,
                      struct proof_said *said, struct error *error);

/* What to call the file: "decision-<id>[-with-reasons].<ending>". */
struct text proof_file_name(struct arena *arena, const struct proof_said *said, const char *ending);

/* The fingerprint of a key, as people compare it: SHA-256 of the text of the verifier key, in groups of four hex digits. */
struct text proof_fingerprint(struct arena *arena, const struct ledger_key *key);

#endif
