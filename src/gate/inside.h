#ifndef GATE_INSIDE_H
#define GATE_INSIDE_H

#include "gate.h"

#include "age.h"

#include "keyholder.h"
#include "ledger.h"
#include "policy.h"
#include "store.h"
#include "vault.h"

#include <pthread.h>
#include <stdatomic.h>

/* What the files of this room share. */

struct sessions;
struct parcels;
struct packs;
struct effects;
struct witnesses;
struct forget;

/* A look on its way to the record. */
struct look {
    const char *view;
    struct id about, case_id; /* unset: none */
    int64_t at;
};

/*
 * What waits for the writer: a command that is prepared, the looks of a visit (command NULL), or a chore (visit NULL too): work
 * of the gate's own that the record need not tell of, in the batch's transaction or, `apart`, between two of them.
 */
struct job {
    struct job *next;
    struct visit *visit;
    const struct command *command;
    int (*chore)(struct store_session *session, void *context, struct error *error);
    void *context;
    bool apart;
    bool under_way; /* between keys_enter and keys_leave */
    unsigned entered;
    const void *in;
    void *ready, *out;
    struct turn turn;
    const struct look *looks;
    size_t looks_n;
    struct visit_done done;
    int code;
    struct error error;
};

struct gate {
    struct store *store, *documents; /* documents: on SQLite a file of its own, so that uploads do not hold up the writer */
    struct keyholder *keyholder;
    struct packs *packs;
    struct shelf shelf; /* the packs, as turns are lent them */
    struct effects *effects;
    struct witnesses *witnesses; /* NULL: no policy of witnesses is set */
    int64_t (*clock)(void);
    struct age age;
    struct sessions *sessions;
    struct parcels *parcels;
    int64_t idle;
    bool read_only;
    char *home;
    char *database; /* of PostgreSQL; NULL: SQLite in the home */
    const struct keyholder_description *copied; /* of a copy: what was signed before it was taken, lent. NULL: ask the keyholder */
    char origin[KEYHOLDER_ORIGIN_MAX + 1];
    uint8_t public_key[LEDGER_PUBLIC_KEY_SIZE];

    /* the writer's queue */
    pthread_mutex_t queue_lock;
    pthread_cond_t queue_filled;
    struct job *first, **last;
    bool stopping, running;
    bool cosigned; /* witnesses have signed, or said something: there is something to keep */
    pthread_t writer;

    /* the writer's own */
    struct ledger_edge edge;
    int64_t look_seq, seen_written, swept;
    int careful;                   /* so many batches are run with a savepoint for each job: writer/batch.h */
    struct arena *batch, *scratch; /* one batch's memory, and one job's */
    bool untidy;                   /* there is something to do in a quiet moment */
    char reserve[4096];            /* room kept on the disk: see reserve.c; "": none */
    bool reserved;
    int64_t reserve_asked;

    /* turning the epoch of keys: forget.c */
    struct forget *forget;
    _Atomic int64_t epoch;         /* no key is wrapped under a later one */
    _Atomic unsigned wrapping;     /* changes when the epoch has turned */
    _Atomic uint64_t under_way[2]; /* who entered while it was even, and odd: see keys_enter */

    pthread_mutex_t revival; /* held while a keyholder that died is started anew */
    bool (*is_stopped)(void *context);
    void *is_stopped_context;
    void (*fell_ill)(void *context);
    void *fell_ill_context;

    /* what is published, and whether the service is well */
    pthread_mutex_t head_lock;
    char note[1024];
    struct ledger_head head;
    struct error illness; /* code 0: well */
    _Atomic int64_t full_told;
    _Atomic bool full;    /* the disk has no room: the last batch could not be kept */

    _Atomic uint64_t commands, refused, looks, batches;
};

struct visit {
    struct gate *gate;
    struct arena *arena;
    struct actor actor;
    struct text form_token;
    uint8_t session[32]; /* hash of the token; for session.end */
    bool has_session;
    bool unrecorded; /* looks could not be written down: nothing may be shown any more */
    struct look *look;
    size_t looks, looks_room;
    struct job looking; /* for visit_settle */
};

/* ---- writer/writer.c ---- */
int writer_start(struct gate *gate, struct error *error);
void writer_stop(struct gate *gate);

/* ---- writer/queue.c: of what the writer is to do ---- */
/* False when the service has stopped; then the job is not taken. */
bool queue_put(struct gate *gate, struct job *job, struct error *error);
/* Hands a chore to the writer and waits for it. apart: between two transactions, instead of in one. */
int queue_do(struct gate *gate, int (*chore)(struct store_session *session, void *context, struct error *error), void *context,
             bool apart, struct error *error);

/* ---- own.c ---- */
/*
 * Do this home's keys and log belong to the database, whose head is `head` and whose checkpoint is gate->note? ERROR_CHECK
 * if another home wrote it.
 */
int own_database(struct gate *gate, struct store_session *session, struct arena *arena, const struct ledger_head *head,
                 const struct ledger_head *signed_last, struct error *error);

/* ---- writer/head.c ---- */
/* Has the tree of `growth` (or, growth NULL, the present one again) signed, and publishes the checkpoint. */
int head_sign(struct gate *gate, const struct ledger_growth *growth, struct arena *arena, struct error *error);

/* ---- writer/unkept.c ---- */
/* From here on nothing is acknowledged any more. */
void gate_fall_ill(struct gate *gate, const struct error *why);

/* ---- writer/reserve.c: by the writer only, and before it starts ---- */
/* Makes it where it is not there, now and then; warns where it cannot. */
void reserve_keep(struct gate *gate);
/* Gives its room to the disk. False if there was none left to give. */
bool reserve_release(struct gate *gate);
/* From any thread: what whoever asked is told where the disk is full; the operator is told why. Returns ERROR_SYSTEM. */
int full_told(struct gate *gate, const struct error *why, struct error *told);
/* Tells the operator that nothing can be kept and why, now and then. From any thread. */
void reserve_tell(struct gate *gate, const struct error *why);

/* ---- writer/pieces.c: the log's storage in the database ---- */
struct ledger_storage pieces_in(struct store_session *session);

/* ---- log.c ---- */
uint64_t log_size(struct gate *gate); /* entries, as published */
int log_verifier_key(const struct gate *gate, struct ledger_key *key, struct error *error); /* its name is lent by the gate */

/* ---- rows.c: ledgered rows ---- */
enum { LEDGERED_SOME = 16 };
struct ledgered {
    const char *name, *columns, *kinds; /* the first column is the row's key in the record */
    bool passing;                       /* its rows may go without leaving a trace: see WORK_PASSING */
    int (*one)(struct store_session *session, struct text id, struct store_rows **rows, struct error *error);
    /* At most LEDGERED_SOME, those that there are, in any order. */
    int (*some)(struct store_session *session, const struct text *id, size_t n, struct store_rows **rows, struct error *error);
    /* The columns, all NULL where the row is gone; after them the number of the entry that has the last word. */
    int (*last)(struct store_session *session, struct text id, struct store_rows **rows, struct error *error);
    int (*count)(struct store_session *session, int64_t *n, struct error *error);
    /* The keys of rows that the index of last writes does not have. */
    int (*strays)(struct store_session *session, struct store_rows **rows, struct error *error);
};
extern const struct ledgered ledgered_tables[]; /* ended by name NULL */
const struct ledgered *ledgered_find(const char *name);
const struct ledgered *ledgered_named(struct text name);
/* The row that was read, as the bytes that its digest is made of. */
int row_content(struct arena *arena, const struct ledgered *table, struct store_rows *rows, struct text *content,
                struct error *error);
/* The content, in the form in which the entry that wrote the row digested it; {NULL, 0} if the row is not what it recorded. */
int row_find_content(struct arena *arena, const struct ledgered *table, struct store_rows *rows,
                     const struct ledger_hash *row_key, const struct ledger_row *row, struct text *content,
                     struct error *error);
/* A look as its leaf's bytes. */
struct text look_content(struct arena *arena, int64_t seq, int64_t at, struct text account, struct text post,
                         struct text view, struct text about, struct text case_id);

/* ---- proof.c ---- */
int proof_for_turn(const void *opener, struct turn *turn, const struct id *decision, bool personal, struct evidence *out,
                   struct error *error);

/* ---- reach.c ---- */
/* *case_id: the case behind the thing, if there is one. ERROR_MISSING when out of reach. */
int reach_judge(struct store_session *session, const struct actor *actor, enum reach reach, const struct id *thing,
                struct id *case_id, struct error *error);

/* Is it judged on a list? Then all of it must be in reach: one thing that is not makes it as if none were there. */
bool reach_of_list(enum reach reach);
int reach_judge_list(struct store_session *session, const struct actor *actor, enum reach reach, struct id_list things,
                     struct error *error);

/* ---- keys.c ---- */
/* A keyholder that has died is started anew, once; where that fails the service stops. */
int keys_revive(struct gate *gate, struct error *error);
int keys_open(const void *opener, size_t n, const struct text *wrapped, uint8_t (*plain)[TURN_KEY_SIZE],
              struct error *error);
int keys_fresh(const void *opener, int64_t now, struct turn_key *out, struct error *error);

/* ---- names.c ---- */
/*
 * Before the writer starts: is the index of names there, and does its key open? There is none in a new database, and in one of
 * an earlier version of the program: then it is made. Where only the reading is allowed nothing is done.
 */
int names_begin(struct gate *gate, struct error *error);
/* A fresh key for it, and a turn for the functions of work/name_index.h. */
struct turn names_turn(struct gate *gate, struct arena *arena, struct store_session *session);

/* ---- schema.c ---- */
extern const struct store_migration gate_migrations[], gate_document_migrations[];
extern const size_t gate_migrations_n, gate_document_migrations_n;
extern const char *const gate_append_only[];
extern const size_t gate_append_only_n;

/* ---- visit.c ---- */
/* A job that was answered, or is not taken, is not under way any more. */
void job_leave(struct job *job);

/* The instant of a turn. */
int64_t gate_now(const struct gate *gate);

/* ---- packs/effect_thread.c: what a proposal would change, worked out by a thread of its own ---- */
int effects_start(struct gate *gate, struct error *error);
void effects_stop(struct gate *gate);
/* Puts it in the queue; one that waits or is being worked out is not asked for twice. */
void effects_ask(struct gate *gate, const struct id *adoption);
struct shelf_progress effects_progress(struct gate *gate, const struct id *adoption);

/* ---- witnesses.c ---- */
int witnesses_read(struct gate *gate, const struct gate_settings *settings, struct error *error); /* the policy, while it can be read */
int witnesses_start(struct gate *gate, struct error *error); /* before the writer, which lends it its ear */
void witnesses_stop(struct gate *gate);                      /* after the writer */
void witnesses_wake(struct gate *gate);
/* By the writer: what was cosigned since, and alarms, go into its transaction; and, that being committed, the former is shown. */
int witnesses_keep(struct gate *gate, struct store_session *session, struct error *error);
void witnesses_kept(struct gate *gate);

/* ---- forget/forget.c: the thread that turns the epoch of keys in time ---- */
int forget_start(struct gate *gate, const struct gate_settings *settings, struct error *error);
void forget_stop(struct gate *gate);
/* Something was disposed of. */
void forget_ask(struct gate *gate);
/*
 * Whoever takes keys, or opens what a picture of the database shows, is under way in between: an epoch is not retired before they
 * have left. What enters gives is given back once.
 */
unsigned keys_enter(struct gate *gate);
void keys_leave(struct gate *gate, unsigned entered);

/* ---- upload.c ---- */
/* ERROR_MISSING: nothing whole of this name lies there. */
int upload_check(struct gate *gate, struct text payload, struct error *error);
int upload_remember(struct gate *gate, struct store_session *documents, struct text payload, struct error *error);
/*
 * Forgets uploads of before `before` that were attached, and destroys those that were not: some at a time. `done`:
 * there are none left. `session` sees the documents' rows.
 */
int upload_sweep(struct store_session *documents, struct store_session *session, int64_t before, bool *done,
                 struct error *error);

/* ---- parcels.c ---- */
struct parcels *parcels_new(void);
void parcels_free(struct parcels **parcels);

#endif
