#ifndef GATE_EPOCH_H
#define GATE_EPOCH_H

#include <stdatomic.h>
#include <stdint.h>

struct gate;

/*
 * The epoch of keys, and who is at work with them. Whoever takes keys, or opens what a picture of the database shows, is under
 * way in between: an epoch is not retired before they have left.
 */
struct epoch {
    _Atomic int64_t newest;        /* no key is wrapped under a later one */
    _Atomic unsigned round;        /* one more whenever those who are under way are waited for */
    _Atomic uint64_t under_way[2]; /* who entered while it was even, and odd */
};

/* From any thread. What enters gives is given back once. */
unsigned keys_enter(struct gate *gate);
void keys_leave(struct gate *gate, unsigned entered);

#endif
