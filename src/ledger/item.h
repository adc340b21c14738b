#ifndef LEDGER_ITEM_H
#define LEDGER_ITEM_H

#include "base/buffer.h"
#include "base/wire.h"
#include "ledger/entry.h"

/* One field or row: the rules of entry.h for it. ERROR_INPUT. */
int ledger_field_rules(const struct ledger_field *field, size_t place, struct error *error);
int ledger_row_rules(const struct ledger_row *row, struct error *error);

/* For how many there are, and for a whole entry. */
int ledger_count_rules(size_t field_count, size_t row_count, struct error *error);
int ledger_entry_rules(const struct ledger_entry *entry, struct error *error);

/* Its bytes, the same in the body of an entry and in a showing. What is taken is lent from what is read. */
void ledger_put_field(struct buffer *out, const struct ledger_field *field);
void ledger_put_row(struct buffer *out, const struct ledger_row *row);
void ledger_take_field(struct wire *wire, struct ledger_field *field);
void ledger_take_row(struct wire *wire, struct ledger_row *row);

#endif
