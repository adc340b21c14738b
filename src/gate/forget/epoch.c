#include "forget_inside.h"

#include <time.h>

unsigned keys_enter(struct gate *gate)
{
    struct epoch *epoch = &gate->epoch;
    for (;;) {
        unsigned now = atomic_load(&epoch->round);
        atomic_fetch_add(&epoch->under_way[now & 1], 1);
        if (atomic_load(&epoch->round) == now)
            return now;
        atomic_fetch_sub(&epoch->under_way[now & 1], 1); /* it changed in between: whoever waits may have looked before */
    }
}

void keys_leave(struct gate *gate, unsigned entered)
{
    atomic_fetch_sub(&gate->epoch.under_way[entered & 1], 1);
}

int forget_wait_out(struct gate *gate, struct error *error)
{
    struct epoch *epoch = &gate->epoch;
    const struct timespec while_waiting = {.tv_nsec = 2000000};
    unsigned before = atomic_fetch_add(&epoch->round, 1);
    int result = 0;
    while (!result && atomic_load(&epoch->under_way[before & 1])) {
        nanosleep(&while_waiting, NULL);
        result = forget_check_stop(gate, error);
    }
    return result;
}
