#ifndef TESTS_SUPPORT_FAULT_H
#define TESTS_SUPPORT_FAULT_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Calls that fail when told to. A program made by fault_test() (cmake/Fault.cmake) has its calls to the system, to the
 * allocator and to SQLite go through fault_calls.c, which counts those of the kind that is armed and makes the nth fail.
 * SQLite's and OpenSSL's own memory is counted too, once fault_libraries() has been called.
 *
 * One for the whole program; any thread may call.
 */
enum fault_kind {
    FAULT_MEMORY,       /* malloc and its kin, secret memory: NULL */
    FAULT_MEMORY_INNER, /* what SQLite and OpenSSL allocate inside: NULL */
    FAULT_READ,         /* opening, reading, looking at files and folders: EIO */
    FAULT_WRITE,        /* writing, half of it done: EIO */
    FAULT_FULL,         /* the same and the making of files: ENOSPC */
    FAULT_SYNC,         /* fsync, fdatasync, syncfs: EIO */
    FAULT_NAME,         /* making, renaming, linking, removing: EIO */
    FAULT_ENGINE,       /* a call to SQLite: an error before it has done anything */
    FAULT_KINDS
};

const char *fault_kind_name(enum fault_kind kind);

/* Has SQLite's and OpenSSL's memory counted. The first thing that main() does. */
void fault_libraries(void);

/* From now on the nth call of the kind fails; `for_good`: every later one too. */
void fault_arm(enum fault_kind kind, long nth, bool for_good);

/* Ends it. How many calls have failed; *name is the first that did. */
long fault_disarm(const char **name);

/* Is, or was, it armed for good? */
bool fault_for_good(void);

/*
 * A power cut. From fault_watch() on it is kept in mind which files were written and not synced; fault_lose() ends that
 * and takes their content away from those of them in `folder`: all, half, or all but their length. Names stay, as they
 * would on a disk that was quicker with them. For what is written by calls of the program itself, not by SQLite.
 */
void fault_watch(void);
void fault_lose(const char *folder);

/*
 * What a power cut could take: how many files in `folder` were written and not synced, and how many folders (it too) in
 * which a name was given or taken away and that were not synced. `first` is told where, or is "".
 * fault_unsynced_anywhere() counts files too that have no name any more: a secret that was overwritten and removed.
 */
enum { FAULT_PATH_SIZE = 512 };
size_t fault_unsynced(const char *folder, char first[FAULT_PATH_SIZE]);
size_t fault_unsynced_anywhere(void);

/* For fault_calls.c: something was written, was synced (`all`: with the whole file system), has got or lost its name. */
void fault_note_written(int fd);
void fault_note_named(int folder, const char *path);
void fault_note_synced(int fd, bool all);

/* For fault_calls.c: is this call one that fails? */
bool fault_strikes(enum fault_kind kind, const char *name);

/* What the program has allocated through its own calls and not given back. */
long fault_live(void);
void fault_count_live(const void *given, const void *taken);

#endif
