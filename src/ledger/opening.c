#include <string.h>

#include "base/buffer.h"
#include "base/error.h"
#include "bytes_reader.h"
#include "commitment.h"

enum { OPENING_VERSION = 1 };

static int ledger_opening_rules(const struct ledger_opening *opening, struct error *error)
{
    int code = ledger_count_rules(opening->field_count, opening->row_count, error);
    if (code == 0 && opening->place >= opening->field_count + opening->row_count)
        code = error_set(error, ERROR_INPUT, "opening", "", "the entry has no such field or row");
    if (code == 0)
        code = opening->place < opening->field_count
                   ? ledger_field_rules(&opening->field, opening->place, error)
                   : ledger_row_rules(&opening->row, error);
    return code;
}

int ledger_opening_make(struct arena *arena, const struct ledger_entry *entry, size_t place,
                        struct ledger_opening *opening, struct error *error)
{
    int code = ledger_entry_rules(entry, error);
    if (code != 0)
        return code;
    size_t count = entry->field_count + entry->row_count;
    if (place >= count)
        return error_set(error, ERROR_INPUT, "opening", "", "the entry has no such field or row");
    struct ledger_hash *commitment = ARENA_ARRAY(arena, struct ledger_hash, count);
    if (!commitment)
        return arena_error(arena, error);
    struct ledger_opening result = {
        .field_count = entry->field_count, .row_count = entry->row_count, .place = place};
    if (place < entry->field_count)
        result.field = entry->field[place];
    else
        result.row = entry->row[place - entry->field_count];
    HASHER_SCOPE struct ledger_hasher hasher;
    ledger_hasher_open(&hasher);
    ledger_item_salt(&hasher, entry->salt, place, result.salt);
    ledger_commit_entry(&hasher, entry, commitment);
    memmove(commitment + place, commitment + place + 1, (count - place - 1) * sizeof *commitment);
    commitment[count - 1] = (struct ledger_hash){0};
    result.other = commitment;
    *opening = result;
    return 0;
}

int ledger_opening_check(const struct ledger_opening *opening, const struct ledger_leaf *leaf,
                         struct error *error)
{
    int code = ledger_opening_rules(opening, error);
    if (code != 0)
        return code;
    size_t count = opening->field_count + opening->row_count, place = opening->place;
    ARENA_SCOPE struct arena *arena = arena_new(count * sizeof(struct ledger_hash) + 4096, ARENA_PLAIN);
    struct ledger_hash *commitment = arena ? ARENA_ARRAY(arena, struct ledger_hash, count) : NULL;
    if (!commitment)
        return error_set(error, ERROR_SYSTEM, "opening", "", "out of memory");
    HASHER_SCOPE struct ledger_hasher hasher;
    ledger_hasher_open(&hasher);
    memcpy(commitment, opening->other, place * sizeof *commitment);
    commitment[place] = place < opening->field_count
                            ? ledger_commit_field(&hasher, opening->salt, &opening->field)
                            : ledger_commit_row(&hasher, opening->salt, &opening->row);
    memcpy(commitment + place + 1, opening->other + place, (count - place - 1) * sizeof *commitment);
    struct ledger_leaf found =
        ledger_commit_leaf(&hasher, opening->field_count, opening->row_count, commitment);
    if (memcmp(found.byte, leaf->byte, LEDGER_LEAF_SIZE) != 0)
        return error_set(error, ERROR_CHECK, "opening", "", "this is not what the log has committed to");
    return 0;
}

int ledger_opening_encode(struct arena *arena, const struct ledger_opening *opening, struct text *out,
                          struct error *error)
{
    int code = ledger_opening_rules(opening, error);
    if (code != 0)
        return code;
    struct buffer bytes = buffer_in(arena);
    buffer_char(&bytes, OPENING_VERSION);
    buffer_u32(&bytes, (uint32_t)opening->field_count);
    buffer_u32(&bytes, (uint32_t)opening->row_count);
    buffer_u32(&bytes, (uint32_t)opening->place);
    buffer_bytes(&bytes, opening->salt, LEDGER_SALT_SIZE);
    if (opening->place < opening->field_count) {
        buffer_u16(&bytes, (uint16_t)opening->field.name.n);
        buffer_text(&bytes, opening->field.name);
        buffer_u32(&bytes, (uint32_t)opening->field.value.n);
        buffer_text(&bytes, opening->field.value);
    } else {
        buffer_u16(&bytes, (uint16_t)opening->row.table.n);
        buffer_text(&bytes, opening->row.table);
        buffer_u16(&bytes, (uint16_t)opening->row.key.n);
        buffer_text(&bytes, opening->row.key);
        buffer_bytes(&bytes, opening->row.digest.byte, LEDGER_HASH_SIZE);
    }
    buffer_bytes(&bytes, opening->other,
                 (opening->field_count + opening->row_count - 1) * sizeof *opening->other);
    if (buffer_failed(&bytes))
        return arena_error(arena, error);
    *out = buffer_result(&bytes);
    return 0;
}

int ledger_opening_parse(struct arena *arena, struct text source, struct ledger_opening *opening,
                         struct error *error)
{
    struct ledger_bytes bytes = {.rest = source};
    struct ledger_opening result = {0};
    uint32_t version = ledger_bytes_uint(&bytes, 1);
    result.field_count = ledger_bytes_uint(&bytes, 4);
    result.row_count = ledger_bytes_uint(&bytes, 4);
    result.place = ledger_bytes_uint(&bytes, 4);
    ledger_bytes_copy(&bytes, result.salt, LEDGER_SALT_SIZE);
    if (result.place < result.field_count) {
        result.field.name = ledger_bytes_take(&bytes, ledger_bytes_uint(&bytes, 2));
        result.field.value = ledger_bytes_take(&bytes, ledger_bytes_uint(&bytes, 4));
    } else {
        result.row.table = ledger_bytes_take(&bytes, ledger_bytes_uint(&bytes, 2));
        result.row.key = ledger_bytes_take(&bytes, ledger_bytes_uint(&bytes, 2));
        ledger_bytes_copy(&bytes, result.row.digest.byte, LEDGER_HASH_SIZE);
    }
    if (bytes.failed || version != OPENING_VERSION)
        return error_set(error, ERROR_INPUT, "opening", "", "these bytes are not an opening");
    int code = ledger_opening_rules(&result, error);
    if (code != 0)
        return code;
    size_t others = result.field_count + result.row_count - 1;
    if (bytes.rest.n != others * sizeof(struct ledger_hash))
        return error_set(error, ERROR_INPUT, "opening", "", "these bytes are not an opening");
    struct ledger_hash *other = ARENA_ARRAY(arena, struct ledger_hash, others);
    if (!other)
        return arena_error(arena, error);
    ledger_bytes_copy(&bytes, other, others * sizeof *other);
    result.other = other;
    *opening = result;
    return 0;
}
