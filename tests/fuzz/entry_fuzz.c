/* Bodies of entries, and what shows parts of them: one thing has one encoding. The first byte chooses. */
#include "base.h"
#include "ledger.h"

#include <string.h>

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
    struct ledger_showing showing;
    struct ledger_leaf found;
    struct text again;
    struct error error;
    if (ledger_entry_parse(arena, source, &entry, &error) != 0)
        return;
    must(ledger_entry_encode(arena, &entry, &again, &error) == 0 && text_equal(source, again));
    must(ledger_entry_leaf(&entry, &leaf, &error) == 0);
    must(ledger_showing_make(arena, &entry, (size_t[]){entry.field_count + entry.row_count - 1}, 1, &showing, &error) == 0);
    must(ledger_showing_leaf(&showing, &found, &error) == 0 && memcmp(&found, &leaf, sizeof leaf) == 0);
}

static void try_showing(struct arena *arena, struct text source)
{
    struct ledger_showing showing;
    struct ledger_leaf leaf;
    struct text again;
    struct error error;
    if (ledger_showing_parse(arena, source, &showing, &error) != 0)
        return;
    must(ledger_showing_encode(arena, &showing, &again, &error) == 0 && text_equal(source, again));
    must(ledger_showing_leaf(&showing, &leaf, &error) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    ARENA_SCOPE struct arena *arena = arena_new(64 << 20, ARENA_PLAIN);
    struct text source = {(const char *)data + 1, size - 1};
    if (data[0] == 's')
        try_showing(arena, source);
    else
        try_body(arena, source);
    return 0;
}
