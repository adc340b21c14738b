#ifndef GATE_WRITER_H
#define GATE_WRITER_H

#include "job.h"

/*
 * The one writer. Its thread takes all that waits, runs it in one transaction, adds an entry for each command to the log,
 * commits once, has the new tree signed, and only then answers. While it commits the next batch gathers. In a quiet moment
 * it tidies up. The signature comes after the commit, so a signed tree is always durable already (keyholder.h).
 *
 *   writer_new      before all else
 *   writer_reserve  once the home is there
 *   writer_resume   once the database is open
 *   writer_start    from here on jobs are taken
 *   writer_stop     what waits is still answered, then no more is taken
 *   writer_free     when nobody can wake it any more
 *
 * A gate that is read only has one that is resumed and never started.
 */
struct writer;

struct writer *writer_new(void); /* NULL: out of memory */
void writer_free(struct writer **writer);

/* Keeps room on the disk for the day when it is full, where the database is a file of this home. */
void writer_reserve(struct gate *gate);

/*
 * Reads where the log stands, publishes it, and sees that this home may go on from there. ERROR_CHECK: the database is older
 * than what was signed last, is another home's, or is damaged. Unless the gate is read only the tree is signed anew, which
 * the keyholder allows for the same one: a crash may have come between commit and signature. `session` has one picture.
 */
int writer_resume(struct gate *gate, struct store_session *session, struct arena *arena, struct error *error);

int writer_start(struct gate *gate, struct error *error);
void writer_stop(struct gate *gate);

/* ---- from any thread ---- */

/* Hands over a job, which stays where it is until its `done` is called. False when the service is stopping: it is not taken. */
bool writer_put(struct gate *gate, struct job *job, struct error *error);

/* Hands over a chore and waits for it. apart: between two transactions, instead of in one. */
int writer_do(struct gate *gate, int (*chore)(struct store_session *session, void *context, struct error *error), void *context,
              bool apart, struct error *error);

/* Witnesses have signed, or said something: there is something to keep that no job tells of. */
void writer_wake(struct gate *gate);

#endif
