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
    char path[3072];  /* without a slash at its end */
    bool later;       /* see ledger_folder_defer */
    uint64_t kept;
};

/* ERROR_INPUT if the path is too long. The folder is made by the first write. */
int ledger_folder_open(struct text path, struct ledger_folder *folder, struct error *error);

/* Lends `folder`. */
struct ledger_storage ledger_folder_storage(struct ledger_folder *folder);

/*
 * For who writes many tiles at once: from here on nothing waits for the disk, but for the tiles that a log of `size`
 * entries ends in. Those it reads, and they stay whole and durable at each moment; of the others a power cut may leave
 * anything, which the next append writes anew. ledger_folder_sync() makes all of it durable, and comes before a
 * checkpoint that speaks of it.
 */
void ledger_folder_defer(struct ledger_folder *folder, uint64_t size);

/* On an error what was written since ledger_folder_defer() counts as lost. */
int ledger_folder_sync(struct ledger_folder *folder, struct error *error);

#endif
