#ifndef POLICY_REPLAY_INSIDE_H
#define POLICY_REPLAY_INSIDE_H

#include "policy/replay.h"

#include "internal.h"

/* The tally of a replay; replay.c. */
enum { REPLAY_CHANGES = 512 };

struct policy_replay {
    enum policy_replay_how how;
    struct arena *arena;
    struct policy_replay_sum sum;
    struct policy_replay_count count[REPLAY_CHANGES];
    size_t counts;
};

/*
 * quick.c: the common line of a file, worked out without reading it as JSON. Holds what it learns of each pack,
 * and answers that were written before, within bounded memory.
 */
struct quick;

struct quick *quick_new(enum policy_replay_how how, struct arena *arena); /* NULL: the arena is full */
void quick_free(struct quick **quick);
bool quick_add(struct quick *quick, const struct policy_pack *pack); /* false: there is no quick way for this pack */

/*
 * Is the line, written as policy_facts_write() and policy_answer_write() do, the same when worked out again? False
 * where it is not, or where the line is anything else: then it must be read as a whole.
 */
bool quick_same(struct quick *quick, struct text line);

#endif
