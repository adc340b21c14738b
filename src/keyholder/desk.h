#ifndef KEYHOLDER_DESK_H
#define KEYHOLDER_DESK_H

#include "folder.h"
#include "message.h"

/*
 * Where requests are answered: everything of the keyholder but its process. Single-threaded. It moves between
 * three states; a table says which request is answered in which:
 *
 *   waiting   only hello
 *   ready     one epoch: keys, unwrap, sign, turn, escrow; rewrap and retire for who repeats himself after a crash
 *   turning   two epochs: the same but turn
 *
 * Over a folder that is only read, hello and unwrap are answered and all else is refused with ERROR_FORBIDDEN.
 */
struct keyholder_desk;

/*
 * Loads the keys, or makes them if the folder is empty (`origin` must then be given). The folder is lent.
 * ERROR_INVALID: a missing, malformed or different origin. ERROR_CHECK: damaged or incomplete.
 */
int keyholder_desk_open(const struct keyholder_folder *folder, const char *origin,
                        struct keyholder_desk **desk, struct error *error);

/*
 * Loads what is known of the escrow by this plan, which is lent. Without it there is none. From then on an epoch is
 * retired only when the shares of the one after it are safe.
 */
struct keyholder_plan;
int keyholder_desk_escrow(struct keyholder_desk *desk, const struct keyholder_plan *plan, struct error *error);
void keyholder_desk_close(struct keyholder_desk **desk); /* wipes */

/* Answers any `size` bytes. Returns the size of the reply: there always is one. The caller wipes those bytes; beyond
 * them nothing of this answer is left. */
size_t keyholder_desk_answer(struct keyholder_desk *desk, const void *message, size_t size,
                             union message_reply *reply);

/* Is there something to sync, and do it. After an error the process must end. */
bool keyholder_desk_unsettled(const struct keyholder_desk *desk);
int keyholder_desk_settle(struct keyholder_desk *desk, struct error *error);

#endif
