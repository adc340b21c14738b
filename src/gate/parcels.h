#ifndef GATE_PARCELS_H
#define GATE_PARCELS_H

/* What was picked up with a phrase, kept in memory for a while: gate/parcel.h. */
struct parcels;

struct parcels *parcels_new(void); /* NULL: out of memory */
void parcels_free(struct parcels **parcels);

#endif
