#ifndef GATE_WALK_H
#define GATE_WALK_H

#include "findings.h"
#include "inside.h"
#include "rows.h"

#include "keyholder.h"
#include "ledger.h"
#include "store.h"

/*
 * The whole record against its log, by several threads that all see one picture of it:
 *   verify.c        what is to be done, and the report
 *   picture.c       the threads, one picture for all, tasks handed out
 *   log.c           signatures, growth, every tile, nothing beside them
 *   entries.c       each entry against its leaf in the log; then what its body lists, by
 *     rows.c        each row whose last word it is, against the living row
 *     last.c        which rows those are: the index of last writes, read beside the entries
 *     looks.c       each look against the Merkle root of its batch
 *   living.c        no more rows are alive than the entries tell of
 *   overwritten.c   the index of earlier writes
 *   tombstones.c    what was disposed of: nothing is gone without a tombstone, nothing that has one is there
 *   keys.c          keys of records that nothing names
 *   made.c          what can be made again: the search index, documents' payloads; pages and schema
 * A function returns an error only where it could not look; what it found wrong it tells by verify_differ and goes on.
 */
enum { VERIFY_THREADS = 8, VERIFY_TOGETHER = KEYHOLDER_BATCH };

/*
 * Sets compared without holding either: each member counts with its keyed hash, and the sums are equal where the sets
 * are. The key is made for this run alone, so that nobody can have prepared a set that sums up to another's.
 */
struct sum {
    uint64_t low, high;
};

/* What is added up on the way: each thread for itself, so that none waits for another; all together at the end. */
struct tally {
    uint64_t confirmed[LEDGERED_MOST], living[LEDGERED_MOST]; /* of each ledgered table: rows as entries tell, as they are */
    struct sum keys_named, keys_kept, own_named, own_kept;
    struct sum dead_named, dead_told; /* keys of entries that were disposed of: by the entries, and by the tombstones */
    struct sum earlier_told, earlier_kept; /* rows that a later entry wrote again: the table overwritten */
    uint64_t entries, rows, looks, documents;
};

struct verify {
    struct gate *gate;
    struct findings *findings;
    const struct verify_asked *asked;
    struct keyholder_description known; /* told before the picture was taken: a living log can only have grown since */
    struct ledger_head head;
    struct text note; /* in the picture */
    uint8_t sum_key[16];
    struct tally all;
};

/* One thread's. */
struct own_row {
    const struct ledgered *table;
    struct text row, sealed, key_id;
};

/* A row that an entry lists. */
struct listed_row {
    const struct ledgered *table; /* NULL: there is no such table in the record */
    uint64_t index; /* of the entry */
    struct text key_id; /* under which the entry is sealed */
    const struct ledger_hash *row_key;
    const struct ledger_row *row;
};

struct walk {
    struct verify *verify;
    struct gate *gate;
    struct store_session *session;
    struct tally tally;
    struct arena *arena; /* of what is in hand: reset whenever a group is done */
    struct own_row own[VERIFY_TOGETHER]; /* rows.c: rows under another key than the entry's, to be opened together */
    size_t owns;
    const struct ledgered *sealed_table; /* rows.c: whose columns `sealed` tells of */
    uint64_t sealed;
    struct listed_row *listed; /* rows.c: to be read together, in `arena` */
    size_t listed_n, listed_room;
    struct last_words *last; /* last.c */
    struct store_rows *look; /* looks.c: beside the entries */
    bool look_waits;         /* it stands on a row that is not yet taken */
};

/*
 * A piece of work. Entries from <= number < to; of every `to` documents that with the number `from`; one table; or neither.
 * `weight`: its part of the progress.
 */
struct task {
    int (*run)(struct walk *walk, const struct task *task, struct error *error);
    uint64_t from, to;
    const struct ledgered *table;
    uint64_t weight;
    bool last;
};

/* Both are in it. All numbers that a database can hold lie in one of the tasks: a row under any other would never be read. */
static inline int64_t task_from(const struct task *task)
{
    return task->from ? (int64_t)task->from : INT64_MIN;
}

static inline int64_t task_until(const struct task *task)
{
    return task->last ? INT64_MAX : (int64_t)task->to - 1;
}

/* One difference. `entry` -1: none tells it. */
void verify_differ(struct verify *verify, const char *table, struct text row, int64_t entry, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

void sum_add(const struct verify *verify, struct sum *sum, struct text table, struct text id, uint64_t index);
bool sum_equal(const struct sum *a, const struct sum *b);
void tally_join(struct tally *all, const struct tally *part);

/* ---- picture.c ---- */
/*
 * Takes the picture (verify->head and note), has `plan` make the tasks for it, runs them, and last `finish` on the calling
 * thread. `plan` fills at most `room`.
 */
struct plan {
    size_t (*tasks)(struct verify *verify, struct task *task, size_t room);
    int (*finish)(struct walk *walk, struct error *error);
};
enum { VERIFY_TASKS = 512 };
int verify_picture(struct verify *verify, const struct plan *plan, struct error *error);

/* ---- tasks ---- */
int verify_log(struct walk *walk, const struct task *task, struct error *error);
int verify_entries(struct walk *walk, const struct task *task, struct error *error);
int verify_living(struct walk *walk, const struct task *task, struct error *error); /* of one table */
int verify_overwritten(struct walk *walk, const struct task *task, struct error *error);
/* Is the index of names, and its key, still to be made, and was that to be expected? */
int verify_names_due(struct walk *walk, bool *due, struct error *error);
int verify_keys(struct walk *walk, const struct task *task, struct error *error);
int verify_made(struct walk *walk, const struct task *task, struct error *error);
int verify_documents(struct walk *walk, const struct task *task, struct error *error);
int verify_tombstones(struct walk *walk, const struct task *task, struct error *error);

/* Was it disposed of? `table` is "record_key" for the key of an entry. */
int verify_is_disposed(struct walk *walk, struct text table, struct text id, bool *disposed, struct error *error);

/* ---- of one entry, whose body was found to be what the log says ---- */
int verify_row(struct walk *walk, const struct listed_row *listed, struct error *error);
int verify_listed_rows(struct walk *walk, struct error *error); /* reads those that wait */
int verify_own_rows(struct walk *walk, struct error *error); /* opens those that wait */
/*
 * Of entries in ascending order, none twice. verify_last takes up those of one entry, in walk->arena; a row that is not
 * among them may still be its own: SQLite's index that this goes by is only the quick way. verify_last_told when all its
 * rows were asked for: the index of last writes names no other. Those of entries that were passed over are told too.
 */
int verify_last_begin(struct walk *walk, const struct task *task, struct error *error);
int verify_last(struct walk *walk, uint64_t index, struct error *error);
bool verify_has_last_word(struct walk *walk, const struct ledger_row *row);
void verify_last_told(struct walk *walk, uint64_t index);
int verify_last_end(struct walk *walk, struct error *error);
void verify_last_done(struct walk *walk);
int verify_looks_begin(struct walk *walk, const struct task *task, struct error *error);
/* `entry` NULL: its body does not open. Looks before `index` belong to no entry. */
int verify_looks(struct walk *walk, uint64_t index, const struct ledger_entry *entry, struct error *error);
int verify_looks_end(struct walk *walk, struct error *error);

/* ---- when all is summed up: names what the sums only tell of ---- */
int verify_living_names(struct walk *walk, struct error *error);
int verify_overwritten_names(struct walk *walk, struct error *error);
int verify_keys_names(struct walk *walk, struct error *error);
int verify_tombstones_names(struct walk *walk, struct error *error);

/* The body of one entry, opened and checked against its leaf. ERROR_CHECK, with the reason in `error`. Wipe `row_key`. */
struct sealed_entry {
    uint64_t index;
    int64_t at;
    struct text key_id, leaf, sealed, wrapped;
};
int verify_open_entry(struct walk *walk, const struct sealed_entry *sealed, const uint8_t plain[TURN_KEY_SIZE],
                      struct ledger_entry *entry, struct ledger_hash *row_key, struct error *error);

/* ---- beside the picture: pages, indexes and schema, on a session of its own ---- */
int verify_pages(struct verify *verify, struct error *error);

#endif
