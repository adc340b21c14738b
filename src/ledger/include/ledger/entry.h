#ifndef LEDGER_ENTRY_H
#define LEDGER_ENTRY_H

#include "base/arena.h"
#include "ledger/hash.h"

struct error;

/*
 * An entry is a list of named fields, and of the rows that were written with it. The log holds only its leaf,
 * 33 bytes: a version and a digest over one salted commitment for each field and row. The body (salt, fields,
 * rows) is sealed and kept by others; with it the leaf can be worked out again, and any one field or row
 * shown alone. Once the body and its salt are gone the leaf says nothing.
 */
enum {
    LEDGER_SALT_SIZE = 32,
    LEDGER_LEAF_SIZE = 33,
    LEDGER_LEAF_VERSION = 1,
    LEDGER_ENTRY_NAME_MAX = 255,
    LEDGER_ENTRY_FIELDS_MAX = 1024,
    LEDGER_ENTRY_ROWS_MAX = 65536,
    LEDGER_ENTRY_BODY_MAX = 16 * 1024 * 1024,
};

struct ledger_field {
    struct text name;  /* 1 to 255 bytes of UTF-8 */
    struct text value; /* any bytes */
};

struct ledger_row {
    struct text table, key;    /* 1 to 255 bytes of UTF-8 each */
    struct ledger_hash digest; /* ledger_row_digest_by of what the row says */
};

struct ledger_entry {
    uint8_t salt[LEDGER_SALT_SIZE]; /* random, used for one entry only, secret as the body is */
    size_t field_count, row_count;
    const struct ledger_field *field; /* names differ; the first is "type", the second "time" */
    const struct ledger_row *row;     /* ascending by bytes of table, then key; no pair twice */
};

struct ledger_leaf {
    uint8_t byte[LEDGER_LEAF_SIZE];
};

/*
 * Builds an entry piece by piece. Lends what it is given until ledger_entry_finish, and the entry lends on.
 * Memory that ran out is told by ledger_entry_finish.
 */
struct ledger_entry_builder {
    struct arena *arena;
    uint8_t salt[LEDGER_SALT_SIZE];
    struct ledger_field *field;
    struct ledger_row *row;
    struct text *content; /* of each row */
    size_t field_count, row_count, field_room, row_room;
};

/* `type` and `time` become the first two fields. */
struct ledger_entry_builder ledger_entry_begin(struct arena *arena, const uint8_t salt[LEDGER_SALT_SIZE],
                                               struct text type, struct text time);
void ledger_entry_add(struct ledger_entry_builder *builder, struct text name, struct text value);
void ledger_entry_add_row(struct ledger_entry_builder *builder, struct text table, struct text key,
                          struct text content);

/* Puts the rows in order and digests them. Of a row that was added more than once the last content stands. */
int ledger_entry_finish(const struct ledger_entry_builder *builder, struct ledger_entry *entry,
                        struct error *error);

/*
 * The digest of a row's content under the salt of the entry that wrote it: whoever has the body can check
 * that the living row is the one that was written; nobody else can guess it. `row_key` is the key under which all rows of
 * an entry are digested, secret as the salt is (see ledger_entry_open): wipe it.
 */
struct ledger_hash ledger_row_digest_by(const struct ledger_hash *row_key, struct text table, struct text key,
                                        struct text content);

/* ERROR_INPUT for an entry that breaks a rule above. */
int ledger_entry_leaf(const struct ledger_entry *entry, struct ledger_leaf *leaf, struct error *error);

/* The body: one entry has exactly one encoding, and no other bytes parse. The parsed entry lends from `body`.
 */
int ledger_entry_encode(struct arena *arena, const struct ledger_entry *entry, struct text *body,
                        struct error *error);
int ledger_entry_parse(struct arena *arena, struct text body, struct ledger_entry *entry,
                       struct error *error);

/* The value of a field, or NULL if there is none of that name. */
const struct text *ledger_entry_field(const struct ledger_entry *entry, const char *name);

/*
 * The entry of a body, which it lends from, and its row key. ERROR_CHECK if the body does not give this leaf.
 */
int ledger_entry_open(struct arena *arena, struct text body, const struct ledger_leaf *leaf, struct ledger_entry *entry,
                      struct ledger_hash *row_key, struct error *error);

#endif
