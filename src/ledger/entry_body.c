#include <string.h>

#include "base/error.h"
#include "commitment.h"
#include "item.h"

enum { BODY_VERSION = 1 };

static int body_too_large(struct error *error)
{
    return error_set(error, ERROR_TOO_LARGE, "entry", "", "the body of an entry has at most %d bytes",
                     LEDGER_ENTRY_BODY_MAX);
}

int ledger_entry_encode(struct arena *arena, const struct ledger_entry *entry, struct text *body,
                        struct error *error)
{
    int result = ledger_entry_rules(entry, error);
    if (result != 0)
        return result;
    struct buffer out = buffer_in(arena);
    buffer_char(&out, BODY_VERSION);
    buffer_bytes(&out, entry->salt, LEDGER_SALT_SIZE);
    buffer_u32(&out, (uint32_t)entry->field_count);
    for (size_t i = 0; i < entry->field_count; i++) {
        if (out.n + entry->field[i].value.n > LEDGER_ENTRY_BODY_MAX)
            return body_too_large(error);
        ledger_put_field(&out, &entry->field[i]);
    }
    buffer_u32(&out, (uint32_t)entry->row_count);
    for (size_t i = 0; i < entry->row_count; i++)
        ledger_put_row(&out, &entry->row[i]);
    if (buffer_failed(&out))
        return arena_error(arena, error);
    if (out.n > LEDGER_ENTRY_BODY_MAX)
        return body_too_large(error);
    *body = buffer_result(&out);
    return 0;
}

static int body_malformed(struct error *error)
{
    return error_set(error, ERROR_INPUT, "entry", "", "these bytes are not the body of an entry");
}

int ledger_entry_parse(struct arena *arena, struct text body, struct ledger_entry *entry, struct error *error)
{
    if (body.n > LEDGER_ENTRY_BODY_MAX)
        return body_too_large(error);
    struct wire wire = {.rest = body};
    struct ledger_entry made = {0};
    uint64_t version = wire_number(&wire, 1);
    wire_copy(&wire, made.salt, LEDGER_SALT_SIZE);
    made.field_count = wire_number(&wire, 4);
    /* Counts are judged before memory is taken for them. */
    if (wire.failed || version != BODY_VERSION || made.field_count > LEDGER_ENTRY_FIELDS_MAX)
        return body_malformed(error);
    struct ledger_field *field = ARENA_ARRAY(arena, struct ledger_field, made.field_count);
    if (!field)
        return arena_error(arena, error);
    for (size_t i = 0; i < made.field_count; i++)
        ledger_take_field(&wire, &field[i]);
    made.row_count = wire_number(&wire, 4);
    if (wire.failed || made.row_count > LEDGER_ENTRY_ROWS_MAX)
        return body_malformed(error);
    struct ledger_row *row = ARENA_ARRAY(arena, struct ledger_row, made.row_count);
    if (!row)
        return arena_error(arena, error);
    for (size_t i = 0; i < made.row_count; i++)
        ledger_take_row(&wire, &row[i]);
    if (!wire_done(&wire))
        return body_malformed(error);
    made.field = field;
    made.row = row;
    int result = ledger_entry_rules(&made, error);
    if (result == 0)
        *entry = made;
    return result;
}

int ledger_entry_open(struct arena *arena, struct text body, const struct ledger_leaf *leaf, struct ledger_entry *entry,
                      struct ledger_hash *row_key, struct error *error)
{
    struct ledger_leaf found;
    HASHER_SCOPE struct ledger_hasher hasher;
    ledger_hasher_open(&hasher);
    int result = ledger_entry_parse(arena, body, entry, error);
    if (result == 0)
        result = ledger_leaf_of(&hasher, entry, &found, error);
    if (result == 0 && memcmp(found.byte, leaf->byte, LEDGER_LEAF_SIZE) != 0)
        result = error_set(error, ERROR_CHECK, "entry", "", "the body is not the one that the log has");
    if (result == 0)
        *row_key = ledger_rows_key(&hasher, entry->salt);
    return result;
}
