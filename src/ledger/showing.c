#include "ledger/showing.h"

#include <string.h>

#include "base/error.h"
#include "commitment.h"
#include "item.h"

enum { SHOWING_VERSION = 1 };

static int item_rules(const struct ledger_showing *showing, const struct ledger_shown *item, struct error *error)
{
    return item->place < showing->field_count ? ledger_field_rules(&item->field, item->place, error)
                                              : ledger_row_rules(&item->row, error);
}

static int showing_rules(const struct ledger_showing *showing, struct error *error)
{
    int result = ledger_count_rules(showing->field_count, showing->row_count, error);
    if (result == 0 && (showing->count == 0 || showing->count > showing->field_count + showing->row_count))
        result = error_set(error, ERROR_INPUT, "showing", "", "it shows nothing, or more than the entry has");
    for (size_t i = 0; result == 0 && i < showing->count; i++) {
        const struct ledger_shown *item = &showing->item[i];
        if (item->place >= showing->field_count + showing->row_count || (i > 0 && item->place <= item[-1].place))
            result = error_set(error, ERROR_INPUT, "showing", "", "its places are out of order, or beyond the entry");
        else
            result = item_rules(showing, item, error);
        for (size_t k = 0; result == 0 && k < i && item->place < showing->field_count; k++)
            if (text_equal(showing->item[k].field.name, item->field.name))
                result = error_set(error, ERROR_INPUT, "showing", "", "it shows two fields of the same name");
    }
    return result;
}

int ledger_showing_make(struct arena *arena, const struct ledger_entry *entry, const size_t *places, size_t count,
                        struct ledger_showing *showing, struct error *error)
{
    int result = ledger_entry_rules(entry, error);
    if (result != 0)
        return result;
    size_t all = entry->field_count + entry->row_count;
    struct ledger_showing made = {.field_count = entry->field_count, .row_count = entry->row_count, .count = count};
    struct ledger_shown *item = ARENA_ARRAY(arena, struct ledger_shown, count);
    struct ledger_hash *commitment = ARENA_ARRAY(arena, struct ledger_hash, all);
    if (!item || !commitment)
        return arena_error(arena, error);
    HASHER_SCOPE struct ledger_hasher hasher;
    ledger_hasher_open(&hasher);
    ledger_commit_entry(&hasher, entry, commitment);
    size_t others = 0, next = 0;
    for (size_t place = 0; place < all; place++) {
        if (next == count || places[next] != place) {
            commitment[others++] = commitment[place];
            continue;
        }
        item[next].place = place;
        ledger_item_salt(&hasher, entry->salt, place, item[next].salt);
        if (place < entry->field_count)
            item[next].field = entry->field[place];
        else
            item[next].row = entry->row[place - entry->field_count];
        next++;
    }
    memset(commitment + others, 0, (all - others) * sizeof *commitment);
    if (next != count)
        return error_set(error, ERROR_INPUT, "showing", "", "its places are out of order, or beyond the entry");
    made.item = item;
    made.other = commitment;
    result = showing_rules(&made, error);
    if (result == 0)
        *showing = made;
    return result;
}

int ledger_showing_leaf(const struct ledger_showing *showing, struct ledger_leaf *leaf, struct error *error)
{
    int result = showing_rules(showing, error);
    if (result != 0)
        return result;
    size_t all = showing->field_count + showing->row_count, next = 0, others = 0;
    ARENA_SCOPE struct arena *arena = arena_new(all * sizeof(struct ledger_hash) + 4096, ARENA_PLAIN);
    struct ledger_hash *commitment = arena ? ARENA_ARRAY(arena, struct ledger_hash, all) : NULL;
    if (!commitment)
        return error_set(error, ERROR_SYSTEM, "showing", "", "out of memory");
    HASHER_SCOPE struct ledger_hasher hasher;
    ledger_hasher_open(&hasher);
    for (size_t place = 0; place < all; place++) {
        const struct ledger_shown *item = &showing->item[next];
        if (next == showing->count || item->place != place) {
            commitment[place] = showing->other[others++];
            continue;
        }
        commitment[place] = place < showing->field_count ? ledger_commit_field(&hasher, item->salt, &item->field)
                                                         : ledger_commit_row(&hasher, item->salt, &item->row);
        next++;
    }
    *leaf = ledger_commit_leaf(&hasher, showing->field_count, showing->row_count, commitment);
    return 0;
}

const struct text *ledger_showing_field(const struct ledger_showing *showing, const char *name)
{
    for (size_t i = 0; i < showing->count && showing->item[i].place < showing->field_count; i++)
        if (text_equal(showing->item[i].field.name, text_of(name)))
            return &showing->item[i].field.value;
    return NULL;
}

int ledger_showing_encode(struct arena *arena, const struct ledger_showing *showing, struct text *out,
                          struct error *error)
{
    int result = showing_rules(showing, error);
    if (result != 0)
        return result;
    struct buffer bytes = buffer_in(arena);
    buffer_char(&bytes, SHOWING_VERSION);
    buffer_u32(&bytes, (uint32_t)showing->field_count);
    buffer_u32(&bytes, (uint32_t)showing->row_count);
    buffer_u32(&bytes, (uint32_t)showing->count);
    for (size_t i = 0; i < showing->count; i++) {
        const struct ledger_shown *item = &showing->item[i];
        buffer_u32(&bytes, (uint32_t)item->place);
        buffer_bytes(&bytes, item->salt, LEDGER_SALT_SIZE);
        if (item->place < showing->field_count)
            ledger_put_field(&bytes, &item->field);
        else
            ledger_put_row(&bytes, &item->row);
    }
    buffer_bytes(&bytes, showing->other,
                 (showing->field_count + showing->row_count - showing->count) * sizeof *showing->other);
    if (buffer_failed(&bytes))
        return arena_error(arena, error);
    *out = buffer_result(&bytes);
    return 0;
}

static int malformed(struct error *error)
{
    return error_set(error, ERROR_INPUT, "showing", "", "these bytes do not show parts of an entry");
}

static void take_item(struct wire *wire, size_t field_count, struct ledger_shown *item)
{
    item->place = wire_number(wire, 4);
    wire_copy(wire, item->salt, LEDGER_SALT_SIZE);
    if (item->place < field_count)
        ledger_take_field(wire, &item->field);
    else
        ledger_take_row(wire, &item->row);
}

int ledger_showing_parse(struct arena *arena, struct text source, struct ledger_showing *showing,
                         struct error *error)
{
    struct wire wire = {.rest = source};
    struct ledger_showing made = {0};
    uint64_t version = wire_number(&wire, 1);
    made.field_count = wire_number(&wire, 4);
    made.row_count = wire_number(&wire, 4);
    made.count = wire_number(&wire, 4);
    /* each item takes more than its salt: a count beyond that is a lie, and memory is not asked for it */
    if (wire.failed || version != SHOWING_VERSION || made.count > source.n / LEDGER_SALT_SIZE)
        return malformed(error);
    struct ledger_shown *item = ARENA_ARRAY(arena, struct ledger_shown, made.count);
    if (!item)
        return arena_error(arena, error);
    for (size_t i = 0; i < made.count && !wire.failed; i++)
        take_item(&wire, made.field_count, &item[i]);
    made.item = item;
    int result = wire.failed ? malformed(error) : showing_rules(&made, error);
    if (result != 0)
        return result;
    size_t others = made.field_count + made.row_count - made.count;
    if (wire.rest.n != others * sizeof(struct ledger_hash))
        return malformed(error);
    struct ledger_hash *other = ARENA_ARRAY(arena, struct ledger_hash, others);
    if (!other)
        return arena_error(arena, error);
    wire_copy(&wire, other, others * sizeof *other);
    made.other = other;
    *showing = made;
    return 0;
}
