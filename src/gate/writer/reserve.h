#ifndef GATE_RESERVE_H
#define GATE_RESERVE_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Room that is kept for the day when the disk is full: a file beside the database, given back to the disk then, so that
 * what people are in the middle of is kept still, and the operator, who is told at once, has time. It is filled with
 * noise, so that a disk that compresses keeps it too. By the writer only, and before it starts.
 */
struct reserve {
    char path[4096]; /* "": none is kept */
    bool there;
    int64_t asked;
};

/* Makes it where it is not there, now and then; warns where it cannot. */
void reserve_keep(struct reserve *reserve);

/* Gives its room to the disk. False if there was none left to give. */
bool reserve_release(struct reserve *reserve);

#endif
