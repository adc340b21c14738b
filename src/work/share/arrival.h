#ifndef WORK_ARRIVAL_H
#define WORK_ARRIVAL_H

#include "work/turn.h"

/*
 * What one command sent to one recipient: a receipt for each person that it is about. It is taken by one post, answered
 * once, and shown as one, each person with their own limits.
 */
struct arrival {
    struct id *receipt; /* the one asked about first */
    size_t n;
};
int arrival_find(struct turn *turn, const struct id *receipt, struct arrival *out, struct error *error);

#endif
