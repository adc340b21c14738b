#include "witness/mirror.h"

#include "fetch.h"

#include "base/error.h"
#include "base/file.h"
#include "ledger/checkpoint.h"
#include "ledger/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* Bundles taken in one step: each step writes a full tile once, and tiles above it once. */
enum { STEP = 32, STEP_MEMORY = 1 << 30, FEW = 64 << 20 };

struct mirror {
    const struct witness_mirror_settings *settings;
    struct witness_fetch fetch;
    struct ledger_folder folder;
    struct ledger_storage storage;
    struct ledger_edge edge;
    struct ledger_head last; /* of the copy; size 0: none */
    struct arena *arena;     /* of a step */
};

/* A path in the folder of the copy, which ledger_folder_open has found short enough. */
static void path_in(const char *folder, const char *name, char path[PATH_MAX])
{
    snprintf(path, PATH_MAX, "%.4000s/%s", folder, name);
}

static void tell(const struct witness_mirror_settings *settings, uint64_t done, uint64_t of)
{
    if (settings->progress)
        settings->progress(settings->context, done, of);
}

static int judge(struct arena *arena, const struct ledger_key *log, const struct witness_policy *policy, struct text note,
                 struct ledger_head *head, struct error *error)
{
    struct ledger_checkpoint checkpoint;
    int result = policy ? witness_policy_judge(arena, policy, log, note, &checkpoint, NULL, NULL, error)
                        : ledger_checkpoint_open(arena, note, log->name, log, 1, &checkpoint, NULL, error);
    if (result == 0)
        *head = checkpoint.head;
    return result;
}

/* The checkpoint that stands in a folder, by the log's signature alone: what was good when it was copied stays so. */
static int read_last(const char *folder, const struct ledger_key *log, struct arena *arena, struct text *note,
                     struct ledger_head *head, struct error *error)
{
    char path[PATH_MAX];
    path_in(folder, "checkpoint", path);
    *head = (struct ledger_head){.size = 0, .root = ledger_hash_empty()};
    if (access(path, F_OK) != 0)
        return errno == ENOENT ? ERROR_MISSING : error_system(error, errno, path, "cannot be looked at");
    int result = file_read(arena, path, LEDGER_NOTE_LIMIT, note, error);
    if (result == 0 && (result = judge(arena, log, NULL, *note, head, error)) != 0 && result != ERROR_SYSTEM)
        result = error_set(error, ERROR_CHECK, path,
                           "Is the key of --log the right one? If so keep this folder as it is, and take a new copy into an empty one.",
                           "the copy's checkpoint is damaged, or of another log");
    return result;
}

/* A signed checkpoint that speaks against its log is worth keeping. */
static void keep_refused(const struct mirror *mirror, struct text note, uint64_t size, char path[PATH_MAX])
{
    struct error ignored;
    snprintf(path, PATH_MAX, "%.4000s/refused-%llu", mirror->folder.path, (unsigned long long)size);
    (void)file_replace(path, note, 0644, &ignored);
}

static int refuse(const struct mirror *mirror, struct text note, uint64_t size, const char *what, struct error *error)
{
    char path[PATH_MAX];
    keep_refused(mirror, note, size, path);
    return error_set(error, ERROR_CHECK, path, "Keep it and the copy: together they are proof. Tell the other agencies.",
                     "%s", what);
}

/* Nobody but whoever keeps this copy is to blame. */
static int damaged(const char *folder, struct error *error)
{
    struct error why = *error;
    error_set(error, ERROR_CHECK, why.where,
              "The host is not to blame: look at this disk. Keep this folder as it is, and take a new copy into an empty one. "
              "--check tells whether a copy is whole.",
              "this copy was damaged since it was made: %s", why.what);
    return error_within(error, folder);
}

/* A piece of the copy as it was at its checkpoint. */
static int own_piece(struct mirror *mirror, int level, uint64_t index, unsigned width, struct text *content, struct error *error)
{
    const struct ledger_tile tile = {level, index, width};
    char path[LEDGER_PATH_SIZE];
    size_t n = ledger_tile_path(&tile, path);
    return ledger_serve(&mirror->storage, mirror->arena, mirror->last.size, (struct text){path, n}, content, error);
}

/* The entries of the unfinished bundle at the copy's edge: none if it ends with a full one. */
static int own_newest(struct mirror *mirror, struct text leaves[LEDGER_TILE_WIDTH], unsigned *count, struct error *error)
{
    struct text bundle;
    *count = mirror->last.size % LEDGER_TILE_WIDTH;
    if (*count == 0)
        return 0;
    int result = own_piece(mirror, LEDGER_LEVEL_ENTRIES, mirror->last.size / LEDGER_TILE_WIDTH, *count, &bundle, error);
    return result ? result : ledger_bundle_read(bundle, *count, leaves, error);
}

/* What the next run compares with the host's, against the hashes that the root was made of. */
static int check_newest(struct mirror *mirror, struct error *error)
{
    struct text leaves[LEDGER_TILE_WIDTH], hashes = {NULL, 0};
    unsigned count;
    int result = own_newest(mirror, leaves, &count, error);
    if (result == 0 && count)
        result = own_piece(mirror, 0, mirror->last.size / LEDGER_TILE_WIDTH, count, &hashes, error);
    for (unsigned i = 0; result == 0 && i < count; i++) {
        struct ledger_hash hash = ledger_hash_leaf(leaves[i]);
        if (memcmp(hashes.p + i * sizeof hash, &hash, sizeof hash) != 0)
            result = error_set(error, ERROR_CHECK, "tile/entries", "", "entry %llu is not the one that was copied",
                               (unsigned long long)(mirror->last.size - count + i));
    }
    return result;
}

/* What is needed to go on, against the checkpoint that stands in the copy. All else is what the full check is for. */
static int check_own(struct mirror *mirror, struct error *error)
{
    int result = ledger_edge_load(&mirror->storage, mirror->arena, &mirror->last, &mirror->edge, error);
    if (result == 0)
        result = check_newest(mirror, error);
    return result == 0 || result == ERROR_SYSTEM ? result : damaged(mirror->settings->folder, error);
}

/* Is the root that the copy gives for an older size one that its own checkpoint has grown from? */
static int check_older(struct mirror *mirror, const struct ledger_head *older, struct error *error)
{
    struct ledger_growth growth = {.from = *older, .to = mirror->last};
    int result = ledger_consistency(&mirror->storage, mirror->arena, older->size, mirror->last.size, &growth.proof, error);
    if (result == 0)
        result = ledger_growth_check(&growth, error);
    return result == 0 || result == ERROR_SYSTEM ? result : damaged(mirror->settings->folder, error);
}

/* What the host shows is no larger than the copy. */
static int compare(struct mirror *mirror, struct text note, const struct ledger_head *shown, struct error *error)
{
    struct ledger_hash root = mirror->last.root;
    int result = 0;
    if (shown->size < mirror->last.size) {
        struct ledger_head own = {.size = shown->size};
        result = ledger_root(&mirror->storage, mirror->arena, shown->size, &own.root, error);
        root = own.root;
        if (result == ERROR_CHECK)
            return damaged(mirror->settings->folder, error);
        if (result == 0 && !ledger_hash_equal(&root, &shown->root))
            result = check_older(mirror, &own, error);
    }
    if (result == 0 && !ledger_hash_equal(&root, &shown->root))
        result = refuse(mirror, note, shown->size,
                        "the log has signed another tree than the one that it showed before, which this copy holds", error);
    return result;
}

/*
 * An append that was not finished may have put wider tiles in the place of the one at the copy's edge, and the next
 * could put a narrower one there. The one that the checkpoint speaks of must be there all the while.
 */
static int secure_edge(struct mirror *mirror, struct error *error)
{
    for (int level = LEDGER_LEVEL_ENTRIES; level < 8; level++) {
        int shift = level == LEDGER_LEVEL_ENTRIES ? LEDGER_TILE_HEIGHT : LEDGER_TILE_HEIGHT * (level + 1);
        uint64_t index = shift < 64 ? mirror->last.size >> shift : 0;
        struct ledger_tile tile = {level, index, ledger_tile_width(level, index, mirror->last.size)};
        char relative[LEDGER_PATH_SIZE], path[PATH_MAX];
        struct text content;
        if (tile.width == 0 || tile.width == LEDGER_TILE_WIDTH)
            continue;
        ledger_tile_path(&tile, relative);
        path_in(mirror->folder.path, relative, path);
        if (access(path, F_OK) == 0)
            continue;
        int result = ledger_serve(&mirror->storage, mirror->arena, mirror->last.size, text_of(relative), &content, error);
        char *slash = strrchr(path, '/');
        *slash = '\0';
        if (result == 0 && mkdir(path, 0755) != 0 && errno != EEXIST)
            result = error_system(error, errno, path, "cannot make the folder");
        *slash = '/';
        if (result == 0)
            result = file_replace(path, content, 0644, error);
        if (result != 0)
            return result;
    }
    return 0;
}

/* The leaves that the copy has of the bundle at its edge must be those that the host hands out now. */
static int same_beginning(struct mirror *mirror, const struct text *leaves, struct error *error)
{
    struct text own[LEDGER_TILE_WIDTH];
    unsigned count;
    int result = own_newest(mirror, own, &count, error);
    for (unsigned i = 0; result == 0 && i < count; i++)
        if (!text_equal(own[i], leaves[i]))
            result = error_set(error, ERROR_CHECK, "entries", "Keep the copy and tell the other agencies.",
                               "the host hands out another entry %llu than before", (unsigned long long)(mirror->last.size - count + i));
    return result;
}

/* Fetches the next entries and appends them, up to STEP bundles. */
static int step(struct mirror *mirror, const struct ledger_head *shown, struct error *error)
{
    struct ledger_tile tiles[STEP];
    struct text contents[STEP];
    struct ledger_growth growth;
    uint64_t index = mirror->edge.size / LEDGER_TILE_WIDTH;
    size_t have = mirror->edge.size % LEDGER_TILE_WIDTH, count = 0, total = 0;
    for (unsigned width; count < STEP && (width = ledger_tile_width(LEDGER_LEVEL_ENTRIES, index + count, shown->size)) > 0;
         count++) {
        tiles[count] = (struct ledger_tile){LEDGER_LEVEL_ENTRIES, index + count, width};
        total += width;
    }
    arena_reset(mirror->arena);
    int result = witness_fetch_tiles(&mirror->fetch, mirror->arena, tiles, count, contents, error);
    struct text *leaves = ARENA_ARRAY(mirror->arena, struct text, total);
    if (result == 0 && !leaves)
        result = arena_error(mirror->arena, error);
    for (size_t i = 0, at = 0; result == 0 && i < count; at += tiles[i++].width)
        result = ledger_bundle_read(contents[i], tiles[i].width, leaves + at, error);
    if (result == 0 && have && mirror->edge.size == mirror->last.size)
        result = same_beginning(mirror, leaves, error);
    if (result == 0)
        result = ledger_append(&mirror->storage, mirror->arena, &mirror->edge, leaves + have, total - have, &mirror->edge,
                               &growth, error);
    return result;
}

/* The host's own tiles are what others will check proofs by: they must be the ones that follow from its entries. */
static int compare_tiles(struct mirror *mirror, const struct ledger_tile *tiles, size_t count, struct error *error)
{
    struct text contents[FETCH_MOST];
    arena_reset(mirror->arena);
    int result = witness_fetch_tiles(&mirror->fetch, mirror->arena, tiles, count, contents, error);
    for (size_t i = 0; result == 0 && i < count; i++) {
        char path[LEDGER_PATH_SIZE];
        struct text own;
        size_t n = ledger_tile_path(&tiles[i], path);
        result = ledger_serve(&mirror->storage, mirror->arena, mirror->edge.size, (struct text){path, n}, &own, error);
        if (result == 0 && !text_equal(own, contents[i]))
            result = error_set(error, ERROR_CHECK, path, "Tell the host.",
                               "the host hands out a tile that does not follow from its own entries");
    }
    return result;
}

static int check_tiles(struct mirror *mirror, uint64_t *checked, struct error *error)
{
    struct ledger_tile tiles[FETCH_MOST];
    size_t count = 0;
    int result = 0;
    for (int level = 0; level < 8; level++) {
        uint64_t from = mirror->last.size >> (LEDGER_TILE_HEIGHT * level), to = mirror->edge.size >> (LEDGER_TILE_HEIGHT * level);
        if (to == from)
            break;
        for (uint64_t index = from / LEDGER_TILE_WIDTH; result == 0; index++) {
            unsigned width = ledger_tile_width(level, index, mirror->edge.size);
            if (width)
                tiles[count++] = (struct ledger_tile){level, index, width};
            if (count == FETCH_MOST || (!width && count)) {
                result = compare_tiles(mirror, tiles, count, error);
                *checked += count;
                count = 0;
            }
            if (!width)
                break;
        }
    }
    return result;
}

static int grow(struct mirror *mirror, struct text note, const struct ledger_head *shown, uint64_t *tiles,
                struct error *error)
{
    char path[PATH_MAX];
    int result = mirror->last.size ? secure_edge(mirror, error) : 0;
    ledger_folder_defer(&mirror->folder, mirror->last.size);
    while (result == 0 && mirror->edge.size < shown->size) {
        result = step(mirror, shown, error);
        if (result == 0)
            tell(mirror->settings, mirror->edge.size, shown->size);
    }
    struct ledger_head own = ledger_edge_head(&mirror->edge);
    if (result == 0 && !ledger_hash_equal(&own.root, &shown->root))
        result = refuse(mirror, note, shown->size,
                        mirror->last.size ? "the tree that the log signed is not what its entries make of the tree that it showed before"
                                          : "the tree that the log signed is not what its entries make",
                        error);
    if (result == 0)
        result = check_tiles(mirror, tiles, error);
    if (result == ERROR_CHECK)
        keep_refused(mirror, note, shown->size, path);
    if (result == 0)
        result = ledger_folder_sync(&mirror->folder, error);
    path_in(mirror->folder.path, "checkpoint", path);
    return result ? result : file_replace(path, note, 0644, error);
}

static int lock(const char *folder, int *fd, struct error *error)
{
    char path[PATH_MAX];
    if (mkdir(folder, 0755) != 0 && errno != EEXIST)
        return error_system(error, errno, folder, "cannot make the folder");
    path_in(folder, ".lock", path);
    *fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (*fd < 0)
        return error_system(error, errno, path, "cannot be opened");
    if (flock(*fd, LOCK_EX | LOCK_NB) != 0)
        return error_set(error, ERROR_CONFLICT, folder, "Wait for it.", "another run keeps this copy just now");
    return 0;
}

static int run(struct mirror *mirror, struct arena *arena, struct witness_mirror_report *report, struct error *error)
{
    const struct witness_mirror_settings *settings = mirror->settings;
    struct text note, old;
    struct ledger_head shown;
    int result = read_last(settings->folder, &settings->log, arena, &old, &mirror->last, error);
    bool fresh = result == ERROR_MISSING;
    if (result == 0)
        result = check_own(mirror, error);
    if (result == 0 || fresh)
        result = witness_fetch_checkpoint(&mirror->fetch, arena, &note, error);
    if (result == 0)
        result = judge(arena, &settings->log, settings->policy, note, &shown, error);
    if (result != 0)
        return result;
    report->before = report->size = mirror->last.size;
    report->shown = shown.size;
    if (shown.size > mirror->last.size || fresh)
        result = grow(mirror, note, &shown, &report->tiles, error);
    else if ((result = compare(mirror, note, &shown, error)) == 0 && shown.size == mirror->last.size) {
        char path[PATH_MAX]; /* it may have more cosignatures by now */
        path_in(mirror->folder.path, "checkpoint", path);
        result = file_replace(path, note, 0644, error);
    }
    if (result == 0 && shown.size > report->size)
        report->size = shown.size;
    return result;
}

int witness_mirror_run(const struct witness_mirror_settings *settings, struct witness_mirror_report *report,
                       struct error *error)
{
    ARENA_SCOPE struct arena *arena = arena_new(FEW, ARENA_PLAIN);
    struct mirror mirror = {.settings = settings, .arena = arena_new(STEP_MEMORY, ARENA_PLAIN)};
    FILE_SCOPE int fd = -1;
    *report = (struct witness_mirror_report){0};
    mirror.fetch = (struct witness_fetch){witness_caller_new(settings->ca_file), settings->url};
    int result = arena && mirror.arena && mirror.fetch.caller ? ledger_folder_open(text_of(settings->folder), &mirror.folder, error)
                                                              : error_set(error, ERROR_SYSTEM, "", "", "out of memory");
    mirror.storage = ledger_folder_storage(&mirror.folder);
    if (result == 0)
        result = lock(settings->folder, &fd, error);
    if (result == 0)
        result = run(&mirror, arena, report, error);
    witness_caller_free(&mirror.fetch.caller);
    arena_free(&mirror.arena);
    return result;
}

struct counting {
    void (*progress)(void *context, uint64_t done, uint64_t of);
    void *context;
    uint64_t of;
};

static int count(void *self, uint64_t index, struct text data, struct error *error)
{
    const struct counting *counting = self;
    (void)data, (void)error;
    if (counting->progress)
        counting->progress(counting->context, index + 1, counting->of);
    return 0;
}

int witness_mirror_check(const char *folder, const struct ledger_key *log, const struct witness_policy *policy,
                         void (*progress)(void *context, uint64_t done, uint64_t of), void *context,
                         struct ledger_head *head, struct error *error)
{
    ARENA_SCOPE struct arena *arena = arena_new(FEW, ARENA_PLAIN);
    struct ledger_folder files;
    struct text note;
    if (!arena)
        return error_set(error, ERROR_SYSTEM, "", "", "out of memory");
    int result = ledger_folder_open(text_of(folder), &files, error);
    if (result == 0)
        result = read_last(folder, log, arena, &note, head, error);
    if (result == ERROR_MISSING)
        return error_set(error, ERROR_INPUT, folder, "Name the folder that \"proviso ledger mirror\" made.", "there is no copy of a log here");
    if (result == 0 && policy)
        result = judge(arena, log, policy, note, head, error);
    struct ledger_storage storage = ledger_folder_storage(&files);
    struct counting counting = {progress, context, head->size};
    struct ledger_visitor visitor = {&counting, count};
    if (result == 0 && (result = ledger_audit(&storage, head, &visitor, error)) == ERROR_CHECK)
        result = damaged(folder, error);
    return result;
}
