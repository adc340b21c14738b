#ifndef GATE_NAMES_H
#define GATE_NAMES_H

#include "work.h"

struct gate;

/*
 * Before the writer starts: is the index of names there, and does its key open? There is none in a new database, and in one of
 * an earlier version of the program: then it is made. Where only the reading is allowed nothing is done.
 */
int names_begin(struct gate *gate, struct error *error);

/* A turn for the functions of work/name_index.h. It has no key of its own. */
struct turn names_turn(struct gate *gate, struct arena *arena, struct store_session *session);

#endif
