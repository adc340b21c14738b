#ifndef BASE_FILE_H
#define BASE_FILE_H

#include "base/arena.h"

struct error;

/* Reads a whole file into the arena; "-" is standard input. ERROR_TOO_LARGE past `limit` bytes. */
int file_read(struct arena *arena, const char *path, size_t limit, struct text *out, struct error *error);

/*
 * Replaces a file as one step that survives a power cut: written beside, synced, renamed, folder synced.
 * `mode` as for open(2).
 */
int file_replace(const char *path, struct text content, unsigned mode, struct error *error);

/* Makes the making, renaming or removing of the file `path` durable: syncs the folder that it lies in. */
int file_sync_folder(const char *path, struct error *error);

/* A folder for its owner alone, whose name survives a power cut; 0 too where something of the name is there already. */
int file_make_folder(const char *path, struct error *error);

/* Every byte or an error: retries what the system cut short. */
int file_write_all(int fd, const void *p, size_t n, struct error *error);

/* Closes and sets to -1; for __attribute__((cleanup(file_close))). */
void file_close(int *fd);
#define FILE_SCOPE __attribute__((cleanup(file_close)))

#endif
