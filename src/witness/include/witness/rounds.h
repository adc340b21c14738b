#ifndef WITNESS_ROUNDS_H
#define WITNESS_ROUNDS_H

#include "ledger/proof.h"
#include "witness/policy.h"

struct error;

/*
 * A thread of a log's server that takes each new checkpoint to the witnesses of a policy, all at once, with a proof
 * from what each saw last, and hands back what they cosigned. What comes while a round is under way is taken by the
 * next. A witness that fails is left alone for a while, longer each time, five minutes at most; the others are not
 * kept waiting. No request of anybody waits for it.
 */
struct witness_rounds;

/* The log. All are called by the thread of the rounds, without a lock of its own held. */
struct witness_source {
    void *self;
    /* The newest checkpoint, signed by the log alone. ERROR_MISSING: none yet. */
    int (*newest)(void *self, struct arena *arena, struct text *note, struct error *error);
    int (*prove)(void *self, struct arena *arena, uint64_t from, uint64_t to, struct ledger_proof *proof,
                 struct error *error);
    /*
     * A checkpoint with the cosignatures that came so far; its policy is met. Called as soon as it is, and again when
     * more have signed the same one.
     */
    int (*publish)(void *self, struct text note, const struct ledger_checkpoint *checkpoint, struct error *error);
    /*
     * What a witness of the policy says cannot be if this server is honest and whole, in plain words; or, empty, it signs
     * again. To be kept until then, and given back at the next start: a restart takes no alarm back.
     */
    void (*alarm)(void *self, size_t witness, int64_t at, const char *problem);
};

/* An alarm that stood at the restart. at == 0: none. */
struct witness_alarm {
    int64_t at; /* wall clock: since when it stands */
    struct text problem;
};

struct witness_rounds_settings {
    const struct witness_policy *policy; /* lent, and all that it holds */
    struct ledger_key log;
    struct witness_source source;
    struct text cosigned;  /* what was published before the restart; empty: nothing */
    const struct witness_alarm *alarms; /* a place for each witness of the policy; NULL: none stood */
    const char *ca_file;   /* PEM file of further certificate authorities, or NULL */
    int64_t pause;         /* microseconds from one round to the next at least; 0: one second */
    unsigned call_seconds; /* what one question may take; 0: 15 */
};

int witness_rounds_start(const struct witness_rounds_settings *settings, struct witness_rounds **rounds,
                         struct error *error);
void witness_rounds_stop(struct witness_rounds **rounds); /* breaks off what is under way; NULL is fine */

/* There is a new checkpoint. Quick; from any thread. */
void witness_rounds_wake(struct witness_rounds *rounds);

/* How one witness stands. */
struct witness_standing {
    struct text name;       /* lent from the policy */
    uint64_t size;          /* of the last checkpoint that it is known to have cosigned; 0: none */
    int64_t signed_at;      /* when it did, by its own clock; 0: never */
    int64_t behind_since;   /* since when there are entries that it has not cosigned; 0: it is level */
    unsigned failures;      /* one after another */
    bool alarm;             /* what it said cannot be if this server is honest and whole: see `problem`. Until it signs again */
    int64_t alarm_at;       /* since when the alarm stands, by the wall clock of here */
    char problem[240];      /* of the last try, or of the alarm, in plain words; empty: all is well */
};

struct witness_state_of_all {
    uint64_t size;          /* of the newest checkpoint that rounds have seen */
    uint64_t cosigned_size; /* of the newest for which the policy was met; 0: none */
    int64_t cosigned_at;
    int64_t behind_since;   /* since when the policy is not met for the newest; 0: it is */
    size_t count;           /* witnesses in the policy */
};

/* `standings` has WITNESS_POLICY_MOST places, in the policy's order. From any thread. */
void witness_rounds_look(struct witness_rounds *rounds, struct witness_state_of_all *all,
                         struct witness_standing *standings);

#endif
