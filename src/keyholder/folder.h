#ifndef KEYHOLDER_FOLDER_H
#define KEYHOLDER_FOLDER_H

#include <stdbool.h>
#include <stddef.h>

struct error;

/* The folder of the keys: one keyholder at a time, no other user. Names are relative to it; nothing follows
 * links. */
struct keyholder_folder {
    int fd;           /* -1: closed */
    const char *path; /* lent, for messages */
    bool read_only;   /* nothing is made, changed or removed: whatever would is refused with ERROR_FORBIDDEN */
};

/*
 * Makes the folder if it is not there (0700), opens and locks it. ERROR_INVALID if it is open to others or
 * not ours, ERROR_CONFLICT if another process has it and keeps it for five seconds.
 */
int keyholder_folder_open(const char *path, struct keyholder_folder *folder, struct error *error);

/*
 * Opens it to look only, beside the keyholder that has it: takes no lock and makes nothing. ERROR_MISSING if there is
 * no folder, ERROR_INVALID as above.
 */
int keyholder_folder_look(const char *path, struct keyholder_folder *folder, struct error *error);
void keyholder_folder_close(struct keyholder_folder *folder);

/* Exactly `size` bytes of a file that only we may read. *found is false, and nothing else done, if there is
 * none. */
int keyholder_folder_read(const struct keyholder_folder *folder, const char *name, void *p, size_t size,
                          bool *found, struct error *error);

/* A file, whole and durable when this returns. One that it replaces is overwritten. */
int keyholder_folder_write(const struct keyholder_folder *folder, const char *name, const void *p,
                           size_t size, struct error *error);

/* Opens a file of `size` bytes for reading and writing in place. ERROR_CHECK if it is missing or of another
 * size. */
int keyholder_folder_edit(const struct keyholder_folder *folder, const char *name, size_t size, int *fd,
                          struct error *error);

/* Overwrites the file with random bytes and then removes it, durably. `name` must begin with "retired-". */
int keyholder_folder_destroy(const struct keyholder_folder *folder, const char *name, struct error *error);

/* Renames durably. */
int keyholder_folder_rename(const struct keyholder_folder *folder, const char *from, const char *to,
                            struct error *error);

/* Calls `each` for every name until it returns non-zero, which is then returned. */
int keyholder_folder_list(const struct keyholder_folder *folder,
                          int (*each)(void *self, const char *name, struct error *error), void *self,
                          struct error *error);

#endif
