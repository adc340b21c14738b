#include "word_table.h"

#include <string.h>

enum { TRIES = 200, ROOMIEST = 64 };

static bool place_all(struct word_table *table, const struct text *word, size_t words)
{
    memset(table->slot, 0, (table->mask + 1u) * sizeof *table->slot);
    for (size_t i = 0; i < words; i++) {
        struct word_slot *slot = &table->slot[word_hash(word[i].p, word[i].n, table->seed) & table->mask];
        if (slot->word.p)
            return false;
        *slot = (struct word_slot){word[i], (uint16_t)i};
    }
    return true;
}

bool word_table_start(struct word_table *table, struct arena *arena, const struct text *word, size_t words)
{
    uint32_t room = 2;
    while (room < 2 * words)
        room *= 2;
    for (uint32_t most = room * ROOMIEST; room <= most; room *= 2) {
        table->slot = ARENA_ARRAY(arena, struct word_slot, room);
        table->mask = room - 1;
        if (!table->slot)
            return false;
        for (table->seed = 1; table->seed < TRIES; table->seed++)
            if (place_all(table, word, words))
                return true;
    }
    return false;
}
