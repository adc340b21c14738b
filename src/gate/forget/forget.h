#ifndef GATE_FORGET_FORGET_H
#define GATE_FORGET_FORGET_H

#include "gate/visit.h"

/* The thread that turns the epoch of keys in time: gate/forget.h tells what a turn is. */
struct forget;

int forget_start(struct gate *gate, const struct gate_settings *settings, struct error *error); /* after the writer */
void forget_stop(struct gate *gate);                                                            /* before the writer */

/* Something was disposed of. */
void forget_ask(struct gate *gate);

#endif
