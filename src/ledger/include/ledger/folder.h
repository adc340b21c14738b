#ifndef LEDGER_FOLDER_H
#define LEDGER_FOLDER_H

#include "ledger/log.h"

/*
 * A storage of plain files, named by the paths of their tiles: a mirror of a log, which any web server can
 * publish as it is. Each write replaces a file whole. A partial tile is removed once its full one stands;
 * narrower partial ones stay beside wider ones, for each was published once.
 *
 * Writes are not undone together: a log whose append was not committed has files that are wider than its
 * checkpoint, which the storage's contract allows. Keep the checkpoint in its own file, written last.
 */
struct ledger_folder {
    char path[3072]; /* without a slash at its end */
};

/* ERROR_INPUT if the path is too long. The folder is made by the first write. */
int ledger_folder_open(struct text path, struct ledger_folder *folder, struct error *error);

/* Lends `folder`. */
struct ledger_storage ledger_folder_storage(struct ledger_folder *folder);

#endif
