#ifndef GATE_WITNESSES_WITNESSES_H
#define GATE_WITNESSES_WITNESSES_H

#include "gate/visit.h"
#include "store.h"

/*
 * The witnesses of the log: what they cosigned is kept in the database before anybody is shown it, so that the published
 * checkpoint never goes back, across a crash either. The thread of the rounds hands it over and wakes the writer, which keeps
 * it. Where no policy of witnesses is set all of this does nothing.
 */
struct witnesses;

/* The policy, before the process is confined: while its file can be read. */
int witnesses_read(struct gate *gate, const struct gate_settings *settings, struct error *error);
int witnesses_start(struct gate *gate, struct error *error); /* before the writer, which lends it its ear */
void witnesses_stop(struct gate *gate);                      /* after the writer */

/* There is a new checkpoint. Quick; from any thread. */
void witnesses_wake(struct gate *gate);

/* By the writer: what was cosigned since, and alarms, go into its transaction; and, that being committed, the former is shown. */
int witnesses_keep(struct gate *gate, struct store_session *session, struct error *error);
void witnesses_kept(struct gate *gate);

/* The cosigned checkpoint if it has the entry of this index already, otherwise the newest: for evidence about that entry. */
int gate_checkpoint_with(struct gate *gate, struct arena *arena, uint64_t index, struct text *note, struct error *error);

#endif
