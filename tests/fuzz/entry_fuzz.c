/* Bodies of entries and openings: one thing has one encoding. The first byte chooses. */
#include "base.h"
#include "ledger.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds)
        __builtin_trap();
}

static void try_body(struct arena *arena, struct text source)
{
    struct ledger_entry entry;
    struct ledger_leaf leaf;
    struct ledger_opening opening;
    struct text again;
    struct error error;
    if (ledger_entry_parse(arena, source, &entry, &error) != 0)
        return;
    must(ledger_entry_encode(arena, &entry, &again, &error) == 0 && text_equal(source, again));
    must(ledger_entry_leaf(&entry, &leaf, &error) == 0);
    must(ledger_opening_make(arena, &entry, entry.field_count + entry.row_count - 1, &opening, &error) == 0);
    must(ledger_opening_check(&opening, &leaf, &error) == 0);
}

static void try_opening(struct arena *arena, struct text source)
{
    struct ledger_opening opening;
    struct ledger_leaf leaf = {{LEDGER_LEAF_VERSION}};
    struct text again;
    struct error error;
    if (ledger_opening_parse(arena, source, &opening, &error) != 0)
        return;
    must(ledger_opening_encode(arena, &opening, &again, &error) == 0 && text_equal(source, again));
    must(ledger_opening_check(&opening, &leaf, &error) != 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    ARENA_SCOPE struct arena *arena = arena_new(64 << 20, ARENA_PLAIN);
    struct text source = {(const char *)data + 1, size - 1};
    if (data[0] == 'o')
        try_opening(arena, source);
    else
        try_body(arena, source);
    return 0;
}
