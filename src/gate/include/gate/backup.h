#ifndef GATE_BACKUP_H
#define GATE_BACKUP_H

#include "gate/visit.h"

/*
 * A backup is a folder that looks like a home without its keys:
 *
 *   data/proviso.db     the record; every personal word in it is sealed
 *   data/documents.db   the documents, sealed
 *   demo                only where the home is the demo
 *   MANIFEST            what belongs to it, with sizes and digests; written last, so that without it there is no backup
 *
 * Both are SQLite files, also where the record lies in PostgreSQL.
 *
 * There is no key in it and no share of one: whoever finds it can open nothing, and what was disposed of before the keys were
 * last renewed cannot be opened by anybody.
 */
enum { BACKUP_FILES = 3, BACKUP_EPOCHS = 2, BACKUP_HASH = 32 };

struct backup_file {
    const char *name; /* beneath the folder; of a fixed list */
    int64_t size;
    uint8_t sha256[BACKUP_HASH];
};

struct backup_manifest {
    int64_t made_at;
    const char *origin; /* name of the log */
    struct text log_key; /* its verifier key */
    struct text checkpoint; /* the newest signed one that lay in the database; empty in a log without entries */
    uint64_t entries;
    uint8_t root[BACKUP_HASH]; /* of the tree of all entries */
    uint32_t epoch[BACKUP_EPOCHS]; /* whose keys open it: two if it was made while keys were renewed */
    size_t epochs;
    struct backup_file file[BACKUP_FILES];
    size_t files;
};

/* Told what is being done and how much of it, of 1000. `tell` may be NULL. */
struct backup_progress {
    void (*tell)(void *context, const char *what, int thousandths);
    void *context;
};

struct backup_report {
    struct backup_manifest manifest;
    uint64_t rows, looks, documents; /* that were verified */
    struct text differences;         /* with ERROR_CHECK: a line for each */
};

/*
 * Copies the home that `settings` names, also while its server runs, into the new folder `folder`, and verifies what was
 * written: pages, the whole log, every entry, row, look and document. The keys stay where they are and are used to look
 * only. After an error the folder is not there; after a crash it has no MANIFEST.
 *   ERROR_CONFLICT  there is something of that name   ERROR_CHECK  what was copied does not hold
 *   ERROR_SYSTEM    disk, database
 */
int gate_backup(const struct gate_settings *settings, const char *folder, struct arena *arena,
                const struct backup_progress *progress, struct backup_report *report, struct error *error);

/*
 * Reads and checks the manifest of a backup, and its checkpoint's signature; the files are not read yet.
 *   ERROR_MISSING  there is no such folder   ERROR_CHECK  it is incomplete or altered
 */
int gate_backup_look(const char *folder, struct arena *arena, struct backup_manifest *manifest, struct error *error);

struct gate_restoring {
    const char *folder; /* the backup */
    const char *home;   /* must not exist, or be empty */
    const char *database; /* NULL: SQLite in the home; otherwise a new database of PostgreSQL, which the record is to lie in */
    const char *packs, *pack, *program; /* as in gate_settings */
    const char *const *share;           /* as in keyholder/restore.h */
    size_t shares;
    const char *const *identity;
    size_t identities;
    const char *keys;
    const char *log_name; /* NULL: the old name with "/restored-" and the time */
    struct text reason;   /* why it is restored although, or because, it is not the newest; goes into the record */
    uint64_t seen;        /* entries that a witness has seen of the log; 0: unknown */
    int64_t (*clock)(void); /* NULL: clock_now */
};

struct restore_report {
    struct backup_manifest manifest;
    const char *origin; /* the log's name from now on */
    struct text log_key;
    uint64_t rows, looks, documents;
    struct text differences;
};

/*
 * Makes a home from a backup: checks every file against the manifest, gets the keys, verifies the whole record, and writes into
 * it that it was restored. The log goes on under a new name with a new key. All or nothing: `home` appears when all is done;
 * until then it is HOME.restoring, which an error removes and a crash leaves. A database that was named may have been filled
 * by then: drop it.
 *   ERROR_CHECK     the backup does not hold, or shares as in keyholder/restore.h
 *   ERROR_CONFLICT  the home or the database is not empty; a restore that did not end lies beside it
 *   ERROR_INVALID   `seen` is more than the backup has, and no reason is given
 */
int gate_restore(const struct gate_restoring *restoring, struct arena *arena, const struct backup_progress *progress,
                 struct restore_report *report, struct error *error);

/* What has been restored, for the record. */
struct record_restore {
    struct instant made_at; /* the backup */
    int64_t entries, bytes, seen;
    struct text old_log, new_log, restored_by, reason;
};
struct record_restored {
    struct id restoration_id;
};
struct restoration_row {
    struct id restoration_id;
    struct instant at, made_at;
    int64_t entries, bytes, seen;
    struct text old_log, new_log, restored_by, reason;
};
extern const struct command record_restore_command;
extern const struct view restoration_list_view;

#endif
