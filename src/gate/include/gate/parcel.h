#ifndef GATE_PARCEL_H
#define GATE_PARCEL_H

#include "gate/visit.h"

/*
 * What a parcel held, kept in memory for a quarter of an hour after its phrase was right, so that its documents can be
 * taken. The token goes into a cookie.
 */
int parcel_keep(struct gate *gate, struct text content, struct arena *arena, struct text *token,
                struct error *error);
/* ERROR_MISSING: no such parcel, or its time is over. The content is copied into the arena. */
int parcel_kept(struct gate *gate, struct text token, struct arena *arena, struct text *content,
                struct error *error);

#endif
