#ifndef GATE_FOLDER_H
#define GATE_FOLDER_H

struct error;

/* Folders of plain files. Nothing follows a symbolic link. */

/* Calls `each` for every name until it returns non-zero, which is then returned. No such folder: 0. */
int folder_list(const char *path, int (*each)(void *self, const char *name, struct error *error), void *self,
                struct error *error);

/* Removes a folder and the files in it, and of folders in it the same. No such folder: 0. */
int folder_remove(const char *path, struct error *error);

#endif
