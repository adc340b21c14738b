#ifndef GATE_FORGET_H
#define GATE_FORGET_H

#include "gate/visit.h"

/*
 * Forgetting for good. A disposal deletes rows and keys at once; but a copy of the database made before still has the
 * keys, wrapped under the key of their epoch, which only the keyholder has. So the epoch turns:
 *
 *   turned      the keyholder has a new epoch key; from now on new keys are wrapped under it
 *   moved       the index of names is written anew, under another key, if a name was disposed of: older copies of the file have
 *               its pieces still, and so have pages of the file that others were split from
 *   wrapped     every key that still stands in the database is wrapped anew, a few hundred at a time beside the commands
 *   escrowed    the new epoch key is with those who keep a part of it
 *   retired     the old epoch key is destroyed
 *   deleted     the payloads of documents that were disposed of are deleted
 *   scrubbed    the write-ahead logs are emptied
 *   final       the disposals are marked as final, in the record
 *
 * A crash at any step goes on after the next start. A thread of the gate does it in time by itself: no later than the
 * operator's set time after the first disposal that waits.
 */

/* Does all of it now, and waits. ERROR_CONFLICT: the gate stops meanwhile, or another process reads for too long. */
int gate_turn_keys(struct gate *gate, struct error *error);

struct forget_progress {
    bool turning;
    const char *step;     /* the last one that was done, "" for none */
    uint64_t done, of;    /* keys wrapped anew */
    int64_t waiting;      /* disposals that are not final yet */
    int64_t waiting_since; /* 0: none waits */
};
struct forget_progress gate_forget_progress(struct gate *gate);

#endif
