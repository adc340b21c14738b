#ifndef GATE_AGE_H
#define GATE_AGE_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

struct gate;

/*
 * What is destroyed for its age is not destroyed because a clock is wrong. Beside the machine's clock the gate keeps one of
 * its own, which follows it, but not its leaps: where the two are half a day apart, ours goes on by the time that the service
 * was seen running, until it has been so for a day; from then on the machine's clock is believed. It lies in HOME/data/clock,
 * so that a leap while the service was stopped is seen too.
 */
struct age {
    pthread_mutex_t lock;
    int64_t (*steady)(void);
    char path[4096];    /* "": it is not kept */
    bool begun;
    int64_t at, read;   /* our clock; the steady clock when it was looked at */
    int64_t apart;      /* by how much the machine's clock was ahead when the doubt began; 0: it is believed */
    int64_t since;      /* our clock then */
    int64_t kept;       /* our clock as the file has it */
    bool kept_apart;
};

/* Once, before the threads. `newest`: the time of the record's newest entry, for a home that has no file; 0: there is none. */
void age_begin(struct gate *gate, int64_t newest);

/* Our clock, at a moment when the machine's says `now`. */
int64_t age_look(struct gate *gate, int64_t now);

/* Keeps it, if that was ten minutes ago or something has changed; `ending`: in any case. */
void age_keep(struct gate *gate, bool ending);

#endif
