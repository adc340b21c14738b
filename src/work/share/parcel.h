#ifndef WORK_PARCEL_H
#define WORK_PARCEL_H

#include "vault.h"
#include "work/turn.h"

/* A parcel is an age file, small enough for memory, that only a phrase opens. */
enum { PARCEL_MAX = 4 << 20, PARCEL_LINK = 26, PARCEL_HASH = 32 };

int parcel_seal(struct arena *arena, struct text content, struct text secret, struct text *parcel, struct error *error);

/* *content {NULL, 0} and no error where the secret does not fit. */
int parcel_open(struct arena *arena, struct text parcel, struct text secret, struct text *content, struct error *error);

/* What the database keeps of a link, and of the code beside it: enough to recognise them, not to make them. */
void parcel_link_hash(struct text link, uint8_t hash[PARCEL_HASH]);
void parcel_code_hash(struct text link, struct text code, uint8_t hash[PARCEL_HASH]);

#endif
