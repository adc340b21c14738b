#ifndef WORK_NAME_INDEX_H
#define WORK_NAME_INDEX_H

#include "work/turn.h"

/*
 * The index by which people are found by their names: digests of pieces of the names, under a key of the index's own, which is
 * wrapped as those of records are. (In a turn for these functions: the arena, which they use up and give back, the session, the
 * time, what opens keys, and in `key` a fresh one where it is said.)
 *
 * There are two tables. One is empty, except while the index moves to it: then what it moves to is under another key, and that
 * of before is destroyed. So no key is left that would tell the pieces of who was disposed of, from an older copy of the file.
 */

/* 0: every piece that lies there is under a key that opens. ERROR_CHECK: it has to be made again; so it is in a new database. */
int name_index_look(struct turn *turn, struct error *error);

/*
 * Makes it again, under turn->key, from the sealed names: in one transaction, before anybody else writes. So it is there whole,
 * or all is as it was, whenever it is cut short. Its memory does not grow with the number of people. What it writes does, by
 * about 220 bytes for a letter of a name, or NAME_INDEX_EACH for a person: so much in the write-ahead log, which goes at the
 * end, and as much in the database, where that was not there before.
 *
 * The watch is told at the beginning and after each page how many of how many people are done; an error of it ends it all.
 * ERROR_CHECK: there are names and not one opens, so the keyholder is not this database's. After each error: roll back.
 */
enum { NAME_INDEX_EACH = 3 << 10 };
struct name_watch {
    int (*tell)(void *context, int64_t done, int64_t of, struct error *error);
    void *context;
};
int name_index_make(struct turn *turn, const struct name_watch *watch, struct error *error);

/*
 * A move, in steps between which people are added and searched for: it begins (a transaction of the writer; turn->key: the new
 * key; one that has begun goes on), then a page is read, and written (the writer), until it is done.
 */
enum { NAME_MOVE_PAGE = 64 };
struct name_moving {
    struct {
        struct text subject, agency, *piece; /* n == 0: its name does not open, or it is not there */
        size_t n;
    } moved[NAME_MOVE_PAGE];
    size_t n;
    bool done;
};
int name_move_begin(struct turn *turn, struct error *error);
int name_move_read(struct turn *turn, struct name_moving *page, struct error *error);
int name_move_write(struct turn *turn, struct name_moving *page, struct error *error);

#endif
