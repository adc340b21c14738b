#ifndef GATE_FORGET_INSIDE_H
#define GATE_FORGET_INSIDE_H

#include "forget.h"
#include "inside.h"

/* What the files about forgetting share. */
struct forget {
    pthread_mutex_t lock; /* of asked; and of work, below, only while it is taken */
    pthread_cond_t changed;
    pthread_mutex_t work; /* one turn at a time */
    pthread_t thread;
    bool running, asked;
    bool retired;            /* under work: of the turn that is unfinished the keys are done, the disk is not */
    _Atomic bool unfinished; /* a turn was begun, before the start or since, and failed: it is gone on with at once */
    _Atomic bool stop;
    int64_t within; /* a disposal is to be final after this, at most */
    void (*turned)(void *context, const char *step);
    void *turned_context;

    _Atomic(const char *) step; /* the last one done */
    _Atomic bool turning;
    _Atomic uint64_t done, of;
};

/* ERROR_CONFLICT once the gate stops. */
int forget_check_stop(struct gate *gate, struct error *error);

/* ---- epoch.c ---- */
/* Waits until everybody who is under way now has left. */
int forget_wait_out(struct gate *gate, struct error *error);

/* ---- keys.c ---- */
/* Wraps every key that is not of this epoch anew. */
int forget_wrap(struct gate *gate, uint32_t epoch, struct error *error);

/* ---- names.c ---- */
/* The index of names moves to another key, if a name was disposed of. Before the keys are wrapped anew. */
int forget_names(struct gate *gate, struct error *error);
/* Then, with the rest of the disk: what the table that it left keeps. */
int forget_names_left(struct gate *gate, struct error *error);

/* ---- disk.c ---- */
int forget_payloads(struct gate *gate, struct error *error);
int forget_logs(struct gate *gate, struct error *error);

#endif
