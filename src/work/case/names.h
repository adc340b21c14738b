#ifndef WORK_NAMES_H
#define WORK_NAMES_H

#include "work/turn.h"

/*
 * Searching names without opening them: a name is cut into trigrams of its folded letters ("Zoë Lee" gives " zo", "zoe",
 * "oe ", " le", "lee", "ee "). Of each a digest under the key of the index of names lies in a table of its own: who has the
 * file and not its keys learns which people of an agency have a piece of their names in common, and not which piece.
 */
int name_pieces(struct turn *turn, struct text agency, struct text name, struct text **out, size_t *n, struct error *error);

/* In apply: makes a subject of this agency found by these. */
int name_index_add(struct turn *turn, struct text agency, const struct id *subject, const struct text *piece, size_t n,
                   struct error *error);

/*
 * A name of a person or a file without the marks that turn the order of what follows (U+202A to U+202E, U+2066 to
 * U+2069): with them it can be made to show as another, "exe.jpg" for what ends in ".exe". Scripts that run from right to
 * left need none of them.
 */
struct text name_in_order(struct arena *arena, struct text name);

#endif
