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

#endif
