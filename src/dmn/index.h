#ifndef DMN_INDEX_H
#define DMN_INDEX_H

#include "base/arena.h"

/* Finds numbers by text. Made for a number of entries known beforehand; the first put of a text stays. */
struct index;

struct index *index_new(struct arena *arena, size_t entries); /* NULL past the arena's ceiling */
bool index_put(struct index *index, struct text name, size_t value); /* false if the name was there already */
bool index_get(const struct index *index, struct text name, size_t *value); /* a NULL index has nothing */

#endif
