#ifndef GATE_VISIT_H
#define GATE_VISIT_H

#include "work.h"

struct gate;

struct gate_settings {
    const char *home;     /* folder of everything: made if it is not there, for its owner only */
    const char *database; /* NULL: HOME/data/proviso.db; else as struct store_settings says */
    const char *keys;     /* folder of the keyholder; NULL: HOME/keyholder */
    const char *packs;    /* folder of packs; NULL: policy_packs_folder() */
    const char *pack;     /* id of the pack that a new home adopts; NULL: manchester-2016. Later the record says what applies */
    const char *origin;   /* name of the log, for a new home; NULL: "proviso.example/log" */
    const char *escrow;   /* file that names the agencies that keep shares of the epoch key (gate/escrow.h); NULL: none */
    const char *witnesses;  /* file with the policy of witnesses (witness/policy.h); NULL: none are asked */
    const char *witness_ca; /* PEM file of further certificate authorities that vouch for them; NULL: the system's */
    const char *program;  /* that has the keyholder's command; NULL: this one */
    int64_t idle;         /* microseconds after which a session that does nothing ends; 0: 30 minutes */
    int64_t (*clock)(void); /* of turns and sessions; NULL: clock_now. Tests go through days with it */
    int64_t (*steady)(void); /* by which leaps of that clock are seen; NULL: clock_steady, or `clock` where that is given */
    int64_t epoch;        /* microseconds from a disposal until it is final, at most: forget.h; 0: a day */
    /* Told after each step of a turn, from the thread that does it. NULL: none. */
    void (*turned)(void *context, const char *step);
    void *turned_context;
    bool read_only;       /* to check a home, also beside the server that has it: no writer, nothing is made or changed */
    /* Called once the keyholder runs and before the first thread: the moment to give up what is not needed. NULL: none. */
    int (*confine)(void *context, struct error *error);
    void *confine_context;
    /* Asked again and again while it opens, where that takes long: true ends it, with ERROR_CONFLICT. NULL: never. */
    bool (*is_stopped)(void *context);
    void *is_stopped_context;
    /* Called once, from any thread, when the service has stopped taking changes for good: end the process. NULL: none. */
    void (*fell_ill)(void *context);
    void *fell_ill_context;
};

/*
 * Opens a home: starts the keyholder, migrates the database, checks that the log's head is the one that is stored,
 * signs it anew, starts the writer. Errors are for the operator.
 */
int gate_open(const struct gate_settings *settings, struct gate **out, struct error *error);

/* Finishes what is acknowledged, stops the writer and the keyholder. Every visit must have ended. */
void gate_close(struct gate **gate);

/*
 * True while the machine's clock is half a day or more from the time that the service has seen pass, and has not been so for
 * a day of service: nothing is destroyed for its age meanwhile, and a legal hold stands though its day may have passed.
 */
struct gate_doubt {
    int64_t now, seen; /* what the machine's clock says, and what the service has seen */
    int64_t left;      /* microseconds of service until the machine's clock is believed */
};
bool gate_doubts_clock(struct gate *gate, struct gate_doubt *out);

/* False once the service has stopped, because a commit failed or the keyholder is lost; *why says so, the log why. */
bool gate_is_well(struct gate *gate, struct error *why);

/* Why it has stopped, for the operator: what is wrong, where, what to do. 0 while it is well. */
int gate_illness(struct gate *gate, struct error *why);

/*
 * True while the disk is full, so that no change and no look can be kept: each is refused, nothing of it is there, and it
 * goes on by itself once there is room.
 */
bool gate_is_full(const struct gate *gate);
/* Is this how one who asked is told so? Its words are for them, unlike those of other errors of the system. */
bool gate_told_full(const struct error *error);

/* Every command and view there is, work's and the gate's own; NULL at the end. No more of either than this. */
enum { GATE_TABLE_MOST = WORK_TABLE_MOST + 16 };
const struct command *const *gate_commands(void);
const struct view *const *gate_views(void);

/* ---- a visit: one request's way through the door ---- */

struct visit;

/*
 * Begins as a visitor who is not signed in. Everything that the visit looks at and does lives in `arena`, which must be
 * secret (ARENA_SECRET) and outlive it. Used by one thread at a time.
 */
int visit_begin(struct gate *gate, struct arena *arena, struct visit **out, struct error *error);
void visit_end(struct visit **visit);
#define VISIT_SCOPE __attribute__((cleanup(visit_end)))

/* Becomes the holder of a session (its cookie) or of a bearer token. ERROR_UNAUTHENTICATED: unknown, ended or idle. */
int visit_by_session(struct visit *visit, struct text token, struct error *error);
int visit_by_bearer(struct visit *visit, struct text token, struct error *error);

/* Becomes the operator at the machine's own command line, who keeps agencies, posts and accounts. */
void visit_as_operator(struct visit *visit);

const struct actor *visit_actor(const struct visit *visit);

/* The session's own token for forms, against requests forged by other sites; "" without a session. */
struct text visit_form_token(const struct visit *visit);

/*
 * Looks. `in` is the struct that the view takes (NULL if it takes none). Runs at once on this thread. What is
 * personal is written down; call visit_settle before showing it.
 *   ERROR_FORBIDDEN  not with this role      ERROR_MISSING  no such thing, or out of reach
 *   ERROR_INVALID    a field: `where` names it
 */
int visit_look(struct visit *visit, const struct view *view, const void *in, struct view_rows *rows,
               struct error *error);

/* The rows as what they are. */
#define VISIT_ROW(rows, type, index) (&((const type *)(const void *)(rows).item)[index])

/* May they at all? The same judgement as acting and looking, without doing it. */
int visit_may(struct visit *visit, const struct grant *may, const void *in, struct error *error);

/*
 * Called once, from the writer's thread or from visit_act itself, when a command is done: 0, acknowledged (durable,
 * in the log, covered by a signed checkpoint); or why not, and then nothing was changed. (One exception: where the
 * keyholder is lost between commit and signature the change is kept, is not acknowledged, and the error says so.)
 * Must be quick.
 */
struct visit_done {
    void (*call)(void *context, int result, const struct error *error);
    void *context;
};

/*
 * Acts: judges, checks the fields, prepares on this thread (use a worker if command->pace is PACE_SLOW), hands over to
 * the writer. `in` and `out` must live in the visit's arena until `done` is called; the visit must not be used meanwhile.
 */
void visit_act(struct visit *visit, const struct command *command, const void *in, void *out, struct visit_done done);

/* The same, waiting. For the command line and for tests: never on a server's thread. */
int visit_act_wait(struct visit *visit, const struct command *command, const void *in, void *out,
                   struct error *error);

/*
 * Sees that the looks of this visit are on record. True: they are, or there were none. False: `done` is called once
 * they are (result 0), or cannot be, and then nothing of what this visit looked at may be shown: it stays so.
 */
bool visit_settle(struct visit *visit, struct visit_done done);

/* ---- counters, for /metrics ---- */
struct gate_counts {
    uint64_t commands, refused, looks, batches, log_size;
};
struct gate_counts gate_count(struct gate *gate);

#endif
