#ifndef LEDGER_WITNESS_H
#define LEDGER_WITNESS_H

#include "base/arena.h"
#include "ledger/checkpoint.h"
#include "ledger/proof.h"

struct error;

/*
 * C2SP tlog-witness: a log sends a witness its checkpoint with a proof that it grew from the one the witness
 * saw last; the witness answers with a signature line. This is the body of that request ("add-checkpoint"):
 *   "old <size>", a line for each hash of the consistency proof, an empty line, the signed checkpoint.
 */
struct ledger_submission {
    uint64_t old_size;
    struct ledger_proof proof;
    struct text checkpoint; /* the whole signed note */
};

/* One fewer than a proof can have: what the protocol lets a client send. Only trees of more than 2^62 leaves need more. */
enum { LEDGER_SUBMISSION_PROOF_MAX = 63 };

int ledger_submission_text(struct arena *arena, const struct ledger_submission *submission, struct text *text,
                           struct error *error);
int ledger_submission_parse(struct arena *arena, struct text source, struct ledger_submission *submission,
                            struct error *error);

/*
 * What a witness must see before it signs. `last` is the head that it signed last for this origin; size 0 if
 * it never did. keys[0] is the log's. Fills `checkpoint` when all is well; the witness then stores its head
 * *and only then* answers, in one step with the comparison to `last`.
 *
 *   ERROR_INPUT      not a checkpoint, or the old size is above the new one   (400)
 *   ERROR_MISSING    a checkpoint of another origin                           (404)
 *   ERROR_FORBIDDEN  the log has not signed it, or a signature is wrong       (403)
 *   ERROR_CONFLICT   `old_size` is not last->size (tell it the right one),
 *                    or the same size with another root                       (409)
 *   ERROR_INVALID    the proof does not hold                                  (422)
 */
int ledger_submission_judge(struct arena *arena, const struct ledger_submission *submission,
                            struct text origin, const struct ledger_key *keys, size_t count,
                            const struct ledger_head *last, struct ledger_checkpoint *checkpoint,
                            struct error *error);

/*
 * What the log does with a witness's answer: adds to the note the lines that are signatures of the given keys
 * and not there yet; of a key that signed more than once, the line with the latest time, so that nobody can fill the
 * note. Lines of other keys are left out. ERROR_CHECK if a line of a given key is wrong, or if
 * none is theirs.
 */
int ledger_note_merge(struct arena *arena, struct text note, struct text lines, const struct ledger_key *keys,
                      size_t count, struct text *out, struct error *error);

#endif
