#ifndef WEB_DISPOSAL_THINGS_H
#define WEB_DISPOSAL_THINGS_H

#include "asking.h"

/*
 * What of a case can be destroyed: the whole, and each thing in it that the reader may see, in words by which a person
 * tells one from another. The value of each is its kind and id, "item/01m8...".
 */
struct disposal_things {
    struct shape_option *item;
    size_t n, room;
};

int disposal_things_read(struct asking *asking, const struct id *case_id, struct disposal_things *things, struct error *error);
/* The thing of that value; NULL: there is none. */
const struct shape_option *disposal_thing(const struct disposal_things *things, struct text value);
/* What it is and how it begins. */
struct text disposal_thing_words(struct arena *arena, const struct shape_option *thing);

#endif
