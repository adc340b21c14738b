#ifndef WORK_INTERNAL_H
#define WORK_INTERNAL_H

#include "base.h"
#include "store.h"
#include "work.h"

/* What the verbs of this room share. */

void *row_at(const struct view_rows *rows, size_t index);

/* Sealed rows gathered while a query runs, to be opened together after it. */
struct openings {
    struct sealed_row *row;
    size_t n, room;
};

/* Copies the three texts. NULL when the arena is used up. Pointers into the list move: use indices. */
struct sealed_row *openings_add(struct turn *turn, struct openings *openings, const char *table, struct text row,
                                struct text sealed, struct text wrapped);

/* Members of an opened row; empty, 0 or none where it was disposed of or has no such member. */
struct text plain_text(const struct sealed_row *row, const char *name);
int64_t plain_int(const struct sealed_row *row, const char *name);
struct date plain_date(const struct sealed_row *row, const char *name);
struct json_object plain_object(const struct sealed_row *row, const char *name); /* kept as a text of JSON */

struct id column_id(struct store_rows *rows, int column); /* unset where the column is NULL */

/* In apply: puts something on the list of a post. */
int notice_raise(struct turn *turn, const struct id *notice, const struct id *post, const char *kind,
                 const struct id *about, struct error *error);

/* A sealed row's content as it is built. */
#define SEAL_BEGIN(turn, w)                                                                                    \
    struct buffer w##_buffer = buffer_in((turn)->arena);                                                       \
    struct json_writer w = json_writer_in(&w##_buffer);                                                        \
    json_object(&w)
#define SEAL_END_OWN(turn, w, own, table, row, sealed, error)                                                  \
    (json_end(&w), buffer_failed(&w##_buffer)                                                                  \
                       ? arena_error((turn)->arena, (error))                                                   \
                       : own_key_seal((turn), (own), (table), (row), buffer_result(&w##_buffer), (sealed), (error)))
#define SEAL_END(turn, w, table, row, sealed, error)                                                           \
    (json_end(&w), buffer_failed(&w##_buffer)                                                                  \
                       ? arena_error((turn)->arena, (error))                                                   \
                       : turn_seal((turn), (table), (row), buffer_result(&w##_buffer), (sealed), (error)))

/*
 * One command may write into the files of several cases. What goes into each is then sealed under a key of its own, so
 * that disposing of one case leaves the others readable. Zeroed, it stands for the command's key, as everywhere else.
 */
struct own_key {
    bool is_own;
    struct turn_key key;
};
int own_key_make(struct turn *turn, struct own_key *key, struct error *error); /* in prepare */
int own_key_seal(struct turn *turn, const struct own_key *key, const char *table, const struct id *row,
                 struct text plain, struct text *sealed, struct error *error);
int own_key_write(struct turn *turn, const struct own_key *key, struct error *error); /* in apply */
struct text own_key_id(const struct turn *turn, const struct own_key *key);

#define SEALED_BYTES(text) STORE_BYTES((text).p, (text).n)
#define KEY_ID(turn) STORE_TEXT(id_text(&(turn)->key.id))

#endif
