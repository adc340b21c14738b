#ifndef WORK_NAMES_H
#define WORK_NAMES_H

#include "work/turn.h"

/*
 * Searching names without opening them: a name is cut into trigrams of its folded letters ("Zoë Lee" gives " zo", "zoe",
 * "oe ", " le", "lee", "ee "), which lie plain in a table of their own.
 */
int name_trigrams(struct arena *arena, struct text name, struct text **out, size_t *n, struct error *error);

/* In apply: makes a subject of the actor's agency found by these. */
int name_index_add(struct turn *turn, const struct id *subject, const struct text *trigram, size_t n, struct error *error);

/* In apply: puts a post on the list of those who need to know a case. */
int need_to_know_add(struct turn *turn, const struct id *id, const struct id *case_id, const struct id *post,
                     struct error *error);

#endif
