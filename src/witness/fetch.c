#include "fetch.h"

#include "base/error.h"
#include "ledger/log.h"
#include "ledger/note.h"


enum {
    AT_ONCE = 8,
    CALL_SECONDS = 300,
    ENTRY_MOST = 2 + 65535, /* in a bundle */
};

static int failed(const struct witness_call *call, struct error *error)
{
    if (call->status == 0)
        return error_set(error, ERROR_SYSTEM, call->url, "Check the address. If it is right, try again later.", "the host cannot be reached: %s", call->problem);
    if (call->status == 404)
        return error_set(error, ERROR_MISSING, call->url, "", "the host does not have this");
    return error_set(error, ERROR_SYSTEM, call->url, "Try again later.", "the host answered with status %ld", call->status);
}

int witness_fetch_checkpoint(const struct witness_fetch *fetch, struct arena *arena, struct text *note,
                             struct error *error)
{
    struct text url = arena_format(arena, "%s/checkpoint", fetch->url);
    struct witness_call call = {.url = url.p, .answer_most = LEDGER_NOTE_LIMIT};
    if (!url.p)
        return arena_error(arena, error);
    int result = witness_call_all(fetch->caller, &call, 1, 1, CALL_SECONDS, NULL, NULL, error);
    if (result == 0 && call.status != 200)
        result = failed(&call, error);
    if (result == 0) {
        *note = arena_text(arena, witness_call_answer(&call));
        result = note->p ? 0 : arena_error(arena, error);
    }
    witness_call_clear(&call);
    return result;
}

static bool ask_for(const struct witness_fetch *fetch, struct arena *arena, const struct ledger_tile *tile,
                    struct witness_call *call)
{
    char path[LEDGER_PATH_SIZE];
    size_t most = tile->level == LEDGER_LEVEL_ENTRIES ? ENTRY_MOST : LEDGER_HASH_SIZE;
    ledger_tile_path(tile, path);
    struct text url = arena_format(arena, "%s/%s", fetch->url, path);
    *call = (struct witness_call){.url = url.p, .answer_most = most * LEDGER_TILE_WIDTH};
    return url.p != NULL;
}

/* The first `width` of what may be more. False if it has not so many, or is more where it must not be. */
static bool cut(const struct ledger_tile *tile, bool wider, struct text *content)
{
    size_t n = (size_t)tile->width * LEDGER_HASH_SIZE;
    if (tile->level == LEDGER_LEVEL_ENTRIES && !ledger_bundle_length(*content, tile->width, &n))
        return false;
    if (content->n < n || (!wider && content->n != n))
        return false;
    content->n = n;
    return true;
}

int witness_fetch_tiles(const struct witness_fetch *fetch, struct arena *arena, const struct ledger_tile *tiles,
                        size_t count, struct text *contents, struct error *error)
{
    struct witness_call calls[FETCH_MOST] = {{0}};
    bool wider[FETCH_MOST] = {false};
    for (size_t i = 0; i < count; i++)
        if (!ask_for(fetch, arena, &tiles[i], &calls[i]))
            return arena_error(arena, error);
    int result = witness_call_all(fetch->caller, calls, count, AT_ONCE, CALL_SECONDS, NULL, NULL, error);
    for (size_t i = 0; i < count; i++) {
        if (result == 0 && calls[i].status == 404 && tiles[i].width < LEDGER_TILE_WIDTH) {
            struct ledger_tile full = {tiles[i].level, tiles[i].index, LEDGER_TILE_WIDTH};
            witness_call_clear(&calls[i]);
            wider[i] = true;
            result = ask_for(fetch, arena, &full, &calls[i])
                         ? witness_call_all(fetch->caller, &calls[i], 1, 1, CALL_SECONDS, NULL, NULL, error)
                         : arena_error(arena, error);
        }
        if (result == 0 && calls[i].status != 200)
            result = failed(&calls[i], error);
        if (result == 0) {
            contents[i] = arena_text(arena, witness_call_answer(&calls[i]));
            result = contents[i].p ? 0 : arena_error(arena, error);
        }
        if (result == 0 && !cut(&tiles[i], wider[i], &contents[i]))
            result = error_set(error, ERROR_CHECK, calls[i].url, "", "what the host handed out is not of the length that it must have");
        witness_call_clear(&calls[i]);
    }
    return result;
}
