#ifndef LEDGER_SHOWING_H
#define LEDGER_SHOWING_H

#include "ledger/entry.h"

/*
 * Some fields and rows of one entry, shown without the rest: the salt and content of each, and the bare commitments of all
 * others. Of those it tells how many there are, and nothing else.
 */
struct ledger_shown {
    size_t place;                   /* below field_count: that field; from there on: that row */
    uint8_t salt[LEDGER_SALT_SIZE]; /* of this item alone */
    struct ledger_field field;
    struct ledger_row row;
};

struct ledger_showing {
    size_t field_count, row_count;
    size_t count;                     /* 1 or more */
    const struct ledger_shown *item;  /* by place, ascending, none twice */
    const struct ledger_hash *other;  /* field_count + row_count - count, in order */
};

/* `places` ascending, none twice. Lends the entry's texts. */
int ledger_showing_make(struct arena *arena, const struct ledger_entry *entry, const size_t *places, size_t count,
                        struct ledger_showing *showing, struct error *error);

/* The leaf that it leads to. Whether the log has that leaf is for ledger_evidence_check to say. */
int ledger_showing_leaf(const struct ledger_showing *showing, struct ledger_leaf *leaf, struct error *error);

/* The value of a field that is shown, or NULL. */
const struct text *ledger_showing_field(const struct ledger_showing *showing, const char *name);

/* One encoding, and no other bytes parse. */
int ledger_showing_encode(struct arena *arena, const struct ledger_showing *showing, struct text *out,
                          struct error *error);
int ledger_showing_parse(struct arena *arena, struct text source, struct ledger_showing *showing,
                         struct error *error);

#endif
