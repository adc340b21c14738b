#include <string.h>

#include "base/buffer.h"
#include "base/bytes.h"
#include "base/error.h"
#include "bytes_reader.h"
#include "commitment.h"

enum { BODY_VERSION = 1 };

static int ledger_body_too_large(struct error *error)
{
    return error_set(error, ERROR_TOO_LARGE, "entry", "", "the body of an entry has at most %d bytes",
                     LEDGER_ENTRY_BODY_MAX);
}

int ledger_entry_encode(struct arena *arena, const struct ledger_entry *entry, struct text *body,
                        struct error *error)
{
    int code = ledger_entry_rules(entry, error);
    if (code != 0)
        return code;
    struct buffer out = buffer_in(arena);
    buffer_char(&out, BODY_VERSION);
    buffer_bytes(&out, entry->salt, LEDGER_SALT_SIZE);
    buffer_u32(&out, (uint32_t)entry->field_count);
    for (size_t i = 0; i < entry->field_count; i++) {
        const struct ledger_field *field = &entry->field[i];
        if (out.n + field->value.n > LEDGER_ENTRY_BODY_MAX)
            return ledger_body_too_large(error);
        buffer_u16(&out, (uint16_t)field->name.n);
        buffer_text(&out, field->name);
        buffer_u32(&out, (uint32_t)field->value.n);
        buffer_text(&out, field->value);
    }
    buffer_u32(&out, (uint32_t)entry->row_count);
    for (size_t i = 0; i < entry->row_count; i++) {
        const struct ledger_row *row = &entry->row[i];
        buffer_u16(&out, (uint16_t)row->table.n);
        buffer_text(&out, row->table);
        buffer_u16(&out, (uint16_t)row->key.n);
        buffer_text(&out, row->key);
        buffer_bytes(&out, row->digest.byte, LEDGER_HASH_SIZE);
    }
    if (buffer_failed(&out))
        return arena_error(arena, error);
    if (out.n > LEDGER_ENTRY_BODY_MAX)
        return ledger_body_too_large(error);
    *body = buffer_result(&out);
    return 0;
}

static int ledger_body_malformed(struct error *error)
{
    return error_set(error, ERROR_INPUT, "entry", "", "these bytes are not the body of an entry");
}

int ledger_entry_parse(struct arena *arena, struct text body, struct ledger_entry *entry, struct error *error)
{
    if (body.n > LEDGER_ENTRY_BODY_MAX)
        return ledger_body_too_large(error);
    struct ledger_bytes bytes = {.rest = body};
    struct ledger_entry result = {0};
    uint32_t version = ledger_bytes_uint(&bytes, 1);
    ledger_bytes_copy(&bytes, result.salt, LEDGER_SALT_SIZE);
    result.field_count = ledger_bytes_uint(&bytes, 4);
    /* Counts are judged before memory is taken for them. */
    if (bytes.failed || version != BODY_VERSION || result.field_count > LEDGER_ENTRY_FIELDS_MAX)
        return ledger_body_malformed(error);
    struct ledger_field *field = ARENA_ARRAY(arena, struct ledger_field, result.field_count);
    if (!field)
        return arena_error(arena, error);
    for (size_t i = 0; i < result.field_count; i++) {
        field[i].name = ledger_bytes_take(&bytes, ledger_bytes_uint(&bytes, 2));
        field[i].value = ledger_bytes_take(&bytes, ledger_bytes_uint(&bytes, 4));
    }
    result.row_count = ledger_bytes_uint(&bytes, 4);
    if (bytes.failed || result.row_count > LEDGER_ENTRY_ROWS_MAX)
        return ledger_body_malformed(error);
    struct ledger_row *row = ARENA_ARRAY(arena, struct ledger_row, result.row_count);
    if (!row)
        return arena_error(arena, error);
    for (size_t i = 0; i < result.row_count; i++) {
        row[i].table = ledger_bytes_take(&bytes, ledger_bytes_uint(&bytes, 2));
        row[i].key = ledger_bytes_take(&bytes, ledger_bytes_uint(&bytes, 2));
        ledger_bytes_copy(&bytes, row[i].digest.byte, LEDGER_HASH_SIZE);
    }
    if (!ledger_bytes_done(&bytes))
        return ledger_body_malformed(error);
    result.field = field;
    result.row = row;
    int code = ledger_entry_rules(&result, error);
    if (code == 0)
        *entry = result;
    return code;
}

int ledger_entry_open(struct arena *arena, struct text body, const struct ledger_leaf *leaf, struct ledger_entry *entry,
                      struct ledger_hash *row_key, struct error *error)
{
    struct ledger_leaf found;
    HASHER_SCOPE struct ledger_hasher hasher;
    ledger_hasher_open(&hasher);
    int code = ledger_entry_parse(arena, body, entry, error);
    if (code == 0)
        code = ledger_leaf_of(&hasher, entry, &found, error);
    if (code == 0 && memcmp(found.byte, leaf->byte, LEDGER_LEAF_SIZE) != 0)
        code = error_set(error, ERROR_CHECK, "entry", "", "the body is not the one that the log has");
    if (code == 0)
        *row_key = ledger_rows_key(&hasher, entry->salt);
    return code;
}

int ledger_entry_check(struct arena *arena, struct text body, const struct ledger_leaf *leaf,
                       struct error *error)
{
    struct ledger_entry entry;
    struct ledger_hash row_key;
    int code = ledger_entry_open(arena, body, leaf, &entry, &row_key, error);
    bytes_wipe(&row_key, sizeof row_key);
    return code;
}
