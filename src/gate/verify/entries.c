#include "keys.h"
#include "walk.h"
#include "writer/pieces.h"

#include "vault.h"

#include <stdio.h>
#include <string.h>

enum { HELD_MOST = 1 << 20, MISSING_MOST = 1000 };

/* Entries whose keys are asked for together: a round trip to the keyholder is what this walk waits for. */
struct group {
    struct sealed_entry entry[VERIFY_TOGETHER]; /* wrapped empty: its key is gone */
    size_t n, held;                             /* held: bytes sealed */
};

struct opened_entry {
    bool opened, disposed;
    struct ledger_entry entry;
    struct ledger_hash row_key;
};

/* Where the walk is in the log, beside the table. */
struct place {
    uint64_t next; /* the entry that must come now */
    uint64_t bundle;
    bool has_bundle, readable;
    struct text leaf[LEDGER_TILE_WIDTH];
    struct arena *arena; /* of the bundle */
};

static void differ(struct walk *walk, uint64_t index, const char *what)
{
    char name[32];
    snprintf(name, sizeof name, "%llu", (unsigned long long)index);
    verify_differ(walk->verify, "entry", text_of(name), (int64_t)index, "%s", what);
}

/* ---- the leaf in the log ---- */

/* A bundle that cannot be read is told by the walk of the log. */
static int load_bundle(struct walk *walk, struct place *place, uint64_t bundle, struct error *error)
{
    struct ledger_storage pieces = pieces_in(walk->session);
    struct text content;
    struct error why;
    unsigned width = ledger_tile_width(LEDGER_LEVEL_ENTRIES, bundle, walk->verify->head.size);
    arena_reset(place->arena);
    int result = pieces.read(pieces.self, LEDGER_LEVEL_ENTRIES, bundle, place->arena, &content, error);
    place->has_bundle = true;
    place->bundle = bundle;
    place->readable = !result && ledger_bundle_read(content, width, place->leaf, &why) == 0;
    return result == ERROR_MISSING ? 0 : result;
}

static int check_leaf(struct walk *walk, struct place *place, uint64_t index, struct text leaf, struct error *error)
{
    uint64_t bundle = index / LEDGER_TILE_WIDTH;
    int result = place->has_bundle && place->bundle == bundle ? 0 : load_bundle(walk, place, bundle, error);
    if (!result && place->readable && !text_equal(place->leaf[index % LEDGER_TILE_WIDTH], leaf))
        differ(walk, index, "its leaf is not the one in the log");
    return result;
}

/* ---- the body ---- */

static int open_body(struct walk *walk, const struct sealed_entry *sealed, struct text body, struct ledger_entry *entry,
                     struct ledger_hash *row_key, struct error *error)
{
    static const char otherwise[] = "its content is not what its leaf commits to";
    struct ledger_leaf leaf;
    if (sealed->leaf.n != sizeof leaf.byte)
        return error_set(error, ERROR_CHECK, "entry", "", "%s", otherwise);
    memcpy(leaf.byte, sealed->leaf.p, sizeof leaf.byte);
    int result = ledger_entry_open(walk->arena, body, &leaf, entry, row_key, error);
    return result == ERROR_CHECK ? error_set(error, ERROR_CHECK, "entry", "", "%s", otherwise) : result;
}

int verify_open_entry(struct walk *walk, const struct sealed_entry *sealed, const uint8_t plain[TURN_KEY_SIZE],
                      struct ledger_entry *entry, struct ledger_hash *row_key, struct error *error)
{
    struct text body;
    struct buffer bound = buffer_in(walk->arena);
    buffer_string(&bound, "entry/");
    buffer_text(&bound, sealed->key_id);
    int result = vault_record_open(walk->arena, plain, buffer_result(&bound), sealed->sealed, &body, error);
    if (!result)
        result = open_body(walk, sealed, body, entry, row_key, error);
    if (result && arena_exhausted(walk->arena))
        return arena_error(walk->arena, error);
    return result == ERROR_SYSTEM ? result : result ? ERROR_CHECK : 0;
}

static void check_time(struct walk *walk, const struct sealed_entry *sealed, const struct ledger_entry *entry)
{
    const struct text *time = ledger_entry_field(entry, "time");
    if (!time || !text_equal(*time, instant_format(walk->arena, sealed->at)))
        differ(walk, sealed->index, "the time beside it is not the one that it tells");
}

/* What it lists, where it has opened. */
static int check_listed(struct walk *walk, const struct sealed_entry *sealed, const struct opened_entry *opened,
                        struct error *error)
{
    if (!opened->opened)
        return opened->disposed ? 0 : verify_looks(walk, sealed->index, NULL, error); /* entries of looks are never disposed of */
    int result = verify_last(walk, sealed->index, error);
    for (size_t i = 0; !result && i < opened->entry.row_count; i++)
        result = verify_row(walk,
                            &(struct listed_row){.table = ledgered_named(opened->entry.row[i].table),
                                                 .index = sealed->index,
                                                 .key_id = sealed->key_id,
                                                 .row_key = &opened->row_key,
                                                 .row = &opened->entry.row[i]},
                            error);
    if (result)
        return result;
    verify_last_told(walk, sealed->index);
    return verify_looks(walk, sealed->index, &opened->entry, error);
}

/* ---- groups ---- */

static int open_keys(struct walk *walk, const struct group *group, uint8_t plain[][TURN_KEY_SIZE], bool *together,
                     struct error *error)
{
    struct text wrapped[VERIFY_TOGETHER];
    uint8_t opened[VERIFY_TOGETHER][TURN_KEY_SIZE];
    struct error why;
    size_t n = 0;
    for (size_t i = 0; i < group->n; i++)
        if (group->entry[i].wrapped.n)
            wrapped[n++] = group->entry[i].wrapped;
    int result = n ? keys_open(walk->gate, n, wrapped, opened, &why) : 0;
    *together = result == 0;
    for (size_t i = 0, at = 0; !result && i < group->n; i++)
        if (group->entry[i].wrapped.n)
            memcpy(plain[i], opened[at++], TURN_KEY_SIZE);
    bytes_wipe(opened, sizeof opened);
    if (result == ERROR_SYSTEM)
        *error = why;
    return result == ERROR_SYSTEM ? result : 0;
}

/* An entry's key goes with the last of the rows that it wrote, and its body with the key. */
static int check_keyless(struct walk *walk, const struct sealed_entry *entry, struct error *error)
{
    bool disposed = false;
    int result = verify_is_disposed(walk, TEXT("record_key"), entry->key_id, &disposed, error);
    if (!result && !disposed)
        return error_set(error, ERROR_CHECK, "", "", "its key is gone");
    if (!result && entry->sealed.n)
        return error_set(error, ERROR_CHECK, "", "", "it was disposed of, and its body is there");
    return result;
}

/* 0 also where it was disposed of: then there is nothing to open. */
static int open_entry(struct walk *walk, const struct sealed_entry *sealed, uint8_t (*plain)[TURN_KEY_SIZE], bool has_key,
                      struct opened_entry *opened, struct error *why)
{
    if (!sealed->wrapped.n) {
        int gone = check_keyless(walk, sealed, why);
        opened->disposed = gone == 0;
        if (opened->disposed)
            sum_add(walk->verify, &walk->tally.dead_named, TEXT(""), sealed->key_id, 0);
        return gone;
    }
    int result = has_key ? 0 : keys_open(walk->gate, 1, &sealed->wrapped, plain, why);
    if (!result)
        result = verify_open_entry(walk, sealed, *plain, &opened->entry, &opened->row_key, why);
    opened->opened = result == 0;
    if (opened->opened)
        check_time(walk, sealed, &opened->entry);
    return result;
}

/*
 * All are opened, then the rows of all are looked at: a processor that goes to and fro between the two forgets each
 * time how it is done. One by one where the keys do not open together: one of them is bad.
 */
static int check_group(struct walk *walk, struct group *group, struct error *error)
{
    uint8_t plain[VERIFY_TOGETHER][TURN_KEY_SIZE];
    struct opened_entry opened[VERIFY_TOGETHER];
    bool together;
    int result = open_keys(walk, group, plain, &together, error);
    for (size_t i = 0; !result && i < group->n; i++) {
        struct error why;
        opened[i].opened = opened[i].disposed = false;
        int one = open_entry(walk, &group->entry[i], &plain[i], together, &opened[i], &why);
        if (one == ERROR_SYSTEM) {
            *error = why;
            result = one;
        } else if (one) {
            differ(walk, group->entry[i].index, why.what);
        }
    }
    for (size_t i = 0; !result && i < group->n; i++)
        result = check_listed(walk, &group->entry[i], &opened[i], error);
    if (!result)
        result = verify_listed_rows(walk, error);
    bytes_wipe(plain, sizeof plain);
    bytes_wipe(opened, sizeof opened);
    *group = (struct group){.n = 0};
    if (!result)
        result = verify_own_rows(walk, error);
    arena_reset(walk->arena);
    return result;
}

static int add_entry(struct walk *walk, struct group *group, struct store_rows *rows, struct error *error)
{
    struct sealed_entry *entry = &group->entry[group->n++];
    *entry = (struct sealed_entry){.index = (uint64_t)store_int(rows, 0),
                                   .at = store_int(rows, 1),
                                   .key_id = arena_text(walk->arena, store_cell(rows, 2).text),
                                   .leaf = store_bytes_in(rows, 3, walk->arena),
                                   .sealed = store_bytes_in(rows, 4, walk->arena),
                                   .wrapped = store_bytes_in(rows, 5, walk->arena)};
    group->held += entry->sealed.n;
    if (arena_exhausted(walk->arena))
        return arena_error(walk->arena, error);
    if (entry->wrapped.n)
        sum_add(walk->verify, &walk->tally.keys_named, TEXT(""), entry->key_id, 0);
    return group->n == VERIFY_TOGETHER || group->held > HELD_MOST ? check_group(walk, group, error) : 0;
}

static void tell_missing(struct walk *walk, struct place *place, uint64_t to)
{
    uint64_t size = walk->verify->head.size, end = to < size ? to : size;
    for (size_t told = 0; place->next < end; place->next++) {
        if (told++ == MISSING_MOST) { /* a head that was made up may say any number */
            verify_differ(walk->verify, "entry", TEXT(""), (int64_t)place->next, "%llu more are missing from entry %llu on",
                          (unsigned long long)(end - place->next), (unsigned long long)place->next);
            place->next = end;
            return;
        }
        differ(walk, place->next, "it is missing");
    }
}

/* ---- a piece of the table, and of the log beside it ---- */

static int walk_entries(struct walk *walk, const struct task *task, struct group *group, struct place *place,
                        struct error *error)
{
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int got = store_query(walk->session,
                          "SELECT e.idx, e.at, e.key_id, e.leaf, e.sealed, k.wrapped FROM entry e"
                          " LEFT JOIN record_key k ON k.id = e.key_id WHERE e.idx >= $1 AND e.idx <= $2 ORDER BY e.idx",
                          STORE_BIND(STORE_INT(task_from(task)), STORE_INT(task_until(task))),
                          &rows, error);
    while (!got && (got = store_next(rows, error)) > 0) {
        int64_t index = store_int(rows, 0);
        got = 0;
        if (index < 0 || (uint64_t)index >= walk->verify->head.size) {
            differ(walk, (uint64_t)index, "it is not in the log");
            continue;
        }
        tell_missing(walk, place, (uint64_t)index);
        place->next = (uint64_t)index + 1;
        got = check_leaf(walk, place, (uint64_t)index, store_bytes(rows, 3), error);
        if (!got)
            got = add_entry(walk, group, rows, error);
        walk->tally.entries++;
    }
    if (!got)
        tell_missing(walk, place, task->last ? walk->verify->head.size : task->to);
    return got ? got : check_group(walk, group, error);
}

int verify_entries(struct walk *walk, const struct task *task, struct error *error)
{
    ARENA_SCOPE struct arena *bundles = arena_new(64 << 20, ARENA_PLAIN);
    struct group group = {.n = 0};
    struct place place = {.next = task->from, .arena = bundles};
    if (!bundles)
        return error_set(error, ERROR_SYSTEM, "", "", "out of memory");
    walk->owns = 0;
    int result = verify_looks_begin(walk, task, error);
    if (!result)
        result = verify_last_begin(walk, task, error);
    if (!result)
        result = walk_entries(walk, task, &group, &place, error);
    if (!result)
        result = verify_last_end(walk, error);
    if (!result)
        result = verify_looks_end(walk, error);
    store_done(&walk->look);
    verify_last_done(walk);
    return result;
}
