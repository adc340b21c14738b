#include "item.h"

#include "base/error.h"

static bool name_valid(struct text name)
{
    return name.n > 0 && name.n <= LEDGER_ENTRY_NAME_MAX && text_is_utf8(name);
}

int ledger_field_rules(const struct ledger_field *field, size_t place, struct error *error)
{
    if (!name_valid(field->name))
        return error_set(error, ERROR_INPUT, "entry", "",
                         "the name of field %zu is not 1 to 255 bytes of UTF-8", place);
    if (place < 2 && !text_equal(field->name, place == 0 ? TEXT("type") : TEXT("time")))
        return error_set(error, ERROR_INPUT, "entry", "", "the first two fields are type and time");
    if (field->value.n > LEDGER_ENTRY_BODY_MAX)
        return error_set(error, ERROR_INPUT, "entry", "", "field %zu is too large", place);
    return 0;
}

int ledger_row_rules(const struct ledger_row *row, struct error *error)
{
    if (!name_valid(row->table) || !name_valid(row->key))
        return error_set(error, ERROR_INPUT, "entry", "",
                         "table and key of a row are 1 to 255 bytes of UTF-8");
    return 0;
}

void ledger_put_field(struct buffer *out, const struct ledger_field *field)
{
    buffer_u16(out, (uint16_t)field->name.n);
    buffer_text(out, field->name);
    buffer_u32(out, (uint32_t)field->value.n);
    buffer_text(out, field->value);
}

void ledger_put_row(struct buffer *out, const struct ledger_row *row)
{
    buffer_u16(out, (uint16_t)row->table.n);
    buffer_text(out, row->table);
    buffer_u16(out, (uint16_t)row->key.n);
    buffer_text(out, row->key);
    buffer_bytes(out, row->digest.byte, LEDGER_HASH_SIZE);
}

void ledger_take_field(struct wire *wire, struct ledger_field *field)
{
    field->name = wire_text(wire, 2);
    field->value = wire_text(wire, 4);
}

void ledger_take_row(struct wire *wire, struct ledger_row *row)
{
    row->table = wire_text(wire, 2);
    row->key = wire_text(wire, 2);
    wire_copy(wire, row->digest.byte, LEDGER_HASH_SIZE);
}
