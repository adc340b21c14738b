#ifndef WORK_NAMES_H
#define WORK_NAMES_H

#include "work/turn.h"

/*
 * Searching names without opening them: a name is cut into trigrams of its folded letters ("Zoë Lee" gives " zo", "zoe",
 * "oe ", " le", "lee", "ee "). Of each a digest under a key lies in a table of its own: who has the file and not its keys
 * learns which people of an agency have a piece of their names in common, and not which piece.
 *
 * There are two such tables, each under its own key: names are added to one, the other is empty, or on its way into it (see
 * name_index.h of the room).
 */
struct name_keys {
    bool second; /* which table names are added to */
    struct id id[2]; /* of record_key; unset: this table has none, and nothing in it */
    uint8_t plain[2][TURN_KEY_SIZE];
};

/* As the turn's session sees them, to be wiped whatever it gives. ERROR_CHECK: one is gone that should be there, or does not open. */
int name_keys_open(struct turn *turn, struct name_keys *out, struct error *error);

int name_pieces(struct turn *turn, const uint8_t key[TURN_KEY_SIZE], struct text agency, struct text name, struct text **out,
                size_t *n, struct error *error);

/* A name on its way into the index. */
struct name_cut {
    bool second; /* into which table */
    struct id key; /* under which the pieces are */
    struct text *piece;
    size_t n;
};

/*
 * In prepare, and in apply: makes a subject of this agency found by its name. Where the key does not open nobody is kept from
 * their work: the subject is found after the next start, which makes the index again. ERROR_CONFLICT from the second: the index
 * has moved to another key meanwhile.
 */
int name_cut(struct turn *turn, struct text agency, struct text name, struct name_cut *out, struct error *error);
int name_index_add(struct turn *turn, struct text agency, struct text subject, const struct name_cut *cut, struct error *error);

/*
 * A name of a person or a file without the marks that turn the order of what follows (U+202A to U+202E, U+2066 to
 * U+2069): with them it can be made to show as another, "exe.jpg" for what ends in ".exe". Scripts that run from right to
 * left need none of them.
 */
struct text name_in_order(struct arena *arena, struct text name);

#endif
