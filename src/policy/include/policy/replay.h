#ifndef POLICY_REPLAY_H
#define POLICY_REPLAY_H

#include "policy/answer.h"

/*
 * Recorded answers worked out again, one after the other, and counted: those of a file (proviso policy replay) or of a
 * database. It tells whether the past can be repeated, and what another version of a pack would change.
 * One thread at a time.
 */
struct policy_replay;

enum policy_replay_how {
    /* By the pack that answered, that very version: all that the answer said must come out again. */
    POLICY_REPLAY_EXACT,
    /* By another pack or version: only outcomes are compared. What it does not know of the facts is left out. */
    POLICY_REPLAY_OUTCOME,
};

struct policy_replay *policy_replay_new(enum policy_replay_how how, struct arena *arena); /* NULL: the arena is full */

/* An answer as it was recorded. */
struct policy_recorded {
    enum policy_decision decision;
    const struct json *facts;  /* as policy_facts_write() wrote them */
    const struct json *answer; /* as policy_answer_write() wrote it */
    struct text name;          /* what it is called as an example: "line 12", the number of a decision */
};

enum policy_replayed_kind {
    POLICY_REPLAYED_SAME,
    POLICY_REPLAYED_DIFFERS,
    POLICY_REPLAYED_OTHER_PACK, /* EXACT: another pack or version answered; it was not worked out again */
};

struct policy_replayed {
    enum policy_replayed_kind kind;
    struct text was, now; /* outcomes; "open" where it was not settled, "not decided" where the pack does not decide */
    struct text members;  /* DIFFERS with equal outcomes: what differs, "obligations citations" */
};

/*
 * Works out one answer again with `pack` and counts it. Texts of `out` live in `scratch`, which may be reset between
 * calls. Errors: ERROR_INPUT (facts that the pack does not understand, an answer without outcome), ERROR_TOO_LARGE.
 */
int policy_replay_one(struct policy_replay *replay, const struct policy_pack *pack,
                      const struct policy_recorded *recorded, struct arena *scratch, struct policy_replayed *out,
                      struct error *error);

/* How often one outcome became another, or stayed while the rest of the answer changed (was equals now). */
struct policy_replay_count {
    struct text was, now;
    size_t count;
    struct text example, facts; /* the first: its name, and its facts as JSON that `decide` accepts */
};

struct policy_replay_sum {
    size_t answers, same, differ, other_pack;
    size_t left_out; /* OUTCOME: facts that the pack did not know, or not with that value */
};

struct policy_replay_sum policy_replay_sum(const struct policy_replay *replay);

/* Those that differ, the commonest first; lent until the next policy_replay_one(). */
const struct policy_replay_count *policy_replay_counts(struct policy_replay *replay, size_t *count);

#endif
