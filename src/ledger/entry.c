#include "ledger/entry.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/error.h"
#include "commitment.h"
#include "item.h"

int ledger_count_rules(size_t field_count, size_t row_count, struct error *error)
{
    if (field_count < 2 || field_count > LEDGER_ENTRY_FIELDS_MAX || row_count > LEDGER_ENTRY_ROWS_MAX)
        return error_set(error, ERROR_INPUT, "entry", "", "an entry has 2 to %d fields and at most %d rows",
                         LEDGER_ENTRY_FIELDS_MAX, LEDGER_ENTRY_ROWS_MAX);
    return 0;
}

/* By table, then key. */
static int row_compare(const struct ledger_row *a, const struct ledger_row *b)
{
    int by_table = text_compare(a->table, b->table);
    return by_table != 0 ? by_table : text_compare(a->key, b->key);
}

int ledger_entry_rules(const struct ledger_entry *entry, struct error *error)
{
    int result = ledger_count_rules(entry->field_count, entry->row_count, error);
    for (size_t i = 0; result == 0 && i < entry->field_count; i++) {
        result = ledger_field_rules(&entry->field[i], i, error);
        for (size_t j = 0; result == 0 && j < i; j++)
            if (text_equal(entry->field[i].name, entry->field[j].name))
                result =
                    error_set(error, ERROR_INPUT, "entry", "", "fields %zu and %zu have the same name", j, i);
    }
    for (size_t i = 0; result == 0 && i < entry->row_count; i++) {
        result = ledger_row_rules(&entry->row[i], error);
        if (result == 0 && i > 0 && row_compare(&entry->row[i - 1], &entry->row[i]) >= 0)
            result = error_set(error, ERROR_INPUT, "entry", "", "rows are out of order or the same at %zu", i);
    }
    return result;
}

struct ledger_entry_builder ledger_entry_begin(struct arena *arena, const uint8_t salt[LEDGER_SALT_SIZE],
                                               struct text type, struct text time)
{
    struct ledger_entry_builder builder = {.arena = arena};
    memcpy(builder.salt, salt, LEDGER_SALT_SIZE);
    ledger_entry_add(&builder, TEXT("type"), type);
    ledger_entry_add(&builder, TEXT("time"), time);
    return builder;
}

void ledger_entry_add(struct ledger_entry_builder *builder, struct text name, struct text value)
{
    struct ledger_field *grown =
        arena_more(builder->arena, builder->field, builder->field_count, &builder->field_room, sizeof *grown);
    if (!grown)
        return; /* the arena is exhausted, which ledger_entry_finish tells */
    builder->field = grown;
    builder->field[builder->field_count++] = (struct ledger_field){name, value};
}

void ledger_entry_add_row(struct ledger_entry_builder *builder, struct text table, struct text key,
                          struct text content)
{
    if (builder->row_count == builder->row_room) {
        size_t old = builder->row_room, room = old ? old * 2 : 16;
        struct ledger_row *rows = arena_grow(builder->arena, builder->row, old, room, sizeof *rows);
        struct text *contents = arena_grow(builder->arena, builder->content, old, room, sizeof *contents);
        if (!rows || !contents)
            return;
        builder->row = rows;
        builder->content = contents;
        builder->row_room = room;
    }
    builder->row[builder->row_count] = (struct ledger_row){.table = table, .key = key};
    builder->content[builder->row_count++] = content;
}

/* Rows that are the same stand in the order in which they were added: their addresses say which came first.
 */
static int row_order(const void *a, const void *b)
{
    const struct ledger_row *left = *(const struct ledger_row *const *)a;
    const struct ledger_row *right = *(const struct ledger_row *const *)b;
    int order = row_compare(left, right);
    return order != 0 ? order : (left > right) - (left < right);
}

static int entry_order_rows(const struct ledger_entry_builder *builder, struct ledger_entry *entry,
                            struct error *error)
{
    const struct ledger_row **order =
        ARENA_ARRAY(builder->arena, const struct ledger_row *, builder->row_count);
    struct ledger_row *rows = ARENA_ARRAY(builder->arena, struct ledger_row, builder->row_count);
    if (!order || !rows)
        return arena_error(builder->arena, error);
    for (size_t i = 0; i < builder->row_count; i++)
        order[i] = &builder->row[i];
    qsort(order, builder->row_count, sizeof *order, row_order);
    HASHER_SCOPE struct ledger_hasher hasher;
    ledger_hasher_open(&hasher);
    struct ledger_hash rows_key = ledger_rows_key(&hasher, builder->salt);
    size_t kept = 0;
    for (size_t i = 0; i < builder->row_count; i++) {
        if (i + 1 < builder->row_count && row_compare(order[i], order[i + 1]) == 0)
            continue;
        rows[kept] = *order[i];
        rows[kept].digest = ledger_digest_row(&hasher, &rows_key, rows[kept].table, rows[kept].key,
                                              builder->content[order[i] - builder->row]);
        kept++;
    }
    bytes_wipe(&rows_key, sizeof rows_key);
    entry->row = rows;
    entry->row_count = kept;
    return 0;
}

int ledger_entry_finish(const struct ledger_entry_builder *builder, struct ledger_entry *entry,
                        struct error *error)
{
    if (arena_exhausted(builder->arena))
        return arena_error(builder->arena, error);
    struct ledger_entry made = {.field_count = builder->field_count, .field = builder->field};
    memcpy(made.salt, builder->salt, LEDGER_SALT_SIZE);
    int result = entry_order_rows(builder, &made, error);
    if (result == 0)
        result = ledger_entry_rules(&made, error);
    if (result == 0)
        *entry = made;
    return result;
}

struct ledger_hash ledger_row_digest_by(const struct ledger_hash *row_key, struct text table, struct text key,
                                        struct text content)
{
    HASHER_SCOPE struct ledger_hasher hasher;
    ledger_hasher_open(&hasher);
    return ledger_digest_row(&hasher, row_key, table, key, content);
}

const struct text *ledger_entry_field(const struct ledger_entry *entry, const char *name)
{
    for (size_t i = 0; i < entry->field_count; i++)
        if (text_equal(entry->field[i].name, text_of(name)))
            return &entry->field[i].value;
    return NULL;
}

int ledger_leaf_of(struct ledger_hasher *hasher, const struct ledger_entry *entry, struct ledger_leaf *leaf, struct error *error)
{
    struct ledger_hash few[64], *commitment = few; /* nearly every entry has no more */
    ARENA_SCOPE struct arena *arena = NULL;
    size_t count = entry->field_count + entry->row_count;
    if (count > sizeof few / sizeof *few) {
        arena = arena_new(count * sizeof *commitment + 4096, ARENA_PLAIN);
        commitment = arena ? ARENA_ARRAY(arena, struct ledger_hash, count) : NULL;
    }
    if (!commitment)
        return error_set(error, ERROR_SYSTEM, "entry", "", "out of memory");
    ledger_commit_entry(hasher, entry, commitment);
    *leaf = ledger_commit_leaf(hasher, entry->field_count, entry->row_count, commitment);
    return 0;
}

int ledger_entry_leaf(const struct ledger_entry *entry, struct ledger_leaf *leaf, struct error *error)
{
    int result = ledger_entry_rules(entry, error);
    if (result != 0)
        return result;
    HASHER_SCOPE struct ledger_hasher hasher;
    ledger_hasher_open(&hasher);
    return ledger_leaf_of(&hasher, entry, leaf, error);
}
