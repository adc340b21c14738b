#ifndef GATE_PARCELS_H
#define GATE_PARCELS_H

#include <stdint.h>

/* What was picked up with a phrase, kept in memory for a while: gate/parcel.h. */
struct parcels;

struct parcels *parcels_new(void); /* NULL: out of memory */
void parcels_free(struct parcels **parcels);
/* Wipes those whose time is over at `now`, by the steady clock; INT64_MAX: all. Who has one open types the phrase again. */
void parcels_forget(struct parcels *parcels, int64_t now);

#endif
