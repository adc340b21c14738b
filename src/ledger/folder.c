#include "ledger/folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "base/wire.h"
#include "reader.h"

enum {
    FOLDER_PATH = 4096,
    FOLDER_TILE_MAX = LEDGER_TILE_WIDTH * (2 + 65535), /* the largest bundle */
};

int ledger_folder_open(struct text path, struct ledger_folder *folder, struct error *error)
{
    *folder = (struct ledger_folder){0};
    while (path.n > 1 && path.p[path.n - 1] == '/')
        path.n--;
    if (path.n == 0 || path.n >= sizeof folder->path || memchr(path.p, '\0', path.n))
        return error_set(error, ERROR_INPUT, "folder", "", "the path of the folder is empty or too long");
    memcpy(folder->path, path.p, path.n);
    return 0;
}

static void folder_path(const struct ledger_folder *folder, int level, uint64_t index, unsigned width,
                        char path[FOLDER_PATH])
{
    struct ledger_tile tile = {level, index, width};
    char relative[LEDGER_PATH_SIZE];
    ledger_tile_path(&tile, relative);
    snprintf(path, FOLDER_PATH, "%s/%s", folder->path, relative);
}

/* The folder "....p" that holds the partial tiles of this index. */
static void folder_partials(const struct ledger_folder *folder, int level, uint64_t index,
                            char path[FOLDER_PATH])
{
    folder_path(folder, level, index, 1, path);
    *strrchr(path, '/') = '\0';
}

/*
 * The widest partial tile there is, of another width than `but`; 0 for none. Files with other names are not ours and are
 * passed over. A folder that cannot be listed is no folder without tiles: what is left in it from an append that was given
 * up would be taken for ours.
 */
static int folder_widest(const char *partials, unsigned but, unsigned *widest, struct error *error)
{
    *widest = 0;
    DIR *listing = opendir(partials);
    if (!listing)
        return errno == ENOENT || errno == ENOTDIR
                   ? 0
                   : error_system(error, errno, partials, "a folder of the log cannot be listed");
    struct dirent *entry;
    while (errno = 0, (entry = readdir(listing))) {
        int64_t width;
        if (entry->d_name[0] != '0' && text_to_int64(text_of(entry->d_name), &width) && width > *widest &&
            width < LEDGER_TILE_WIDTH && width != but)
            *widest = (unsigned)width;
    }
    int result = errno ? error_system(error, errno, partials, "a folder of the log cannot be listed") : 0;
    closedir(listing);
    return result;
}

static int folder_read(void *self, int level, uint64_t index, struct arena *arena, struct text *out,
                       struct error *error)
{
    const struct ledger_folder *folder = self;
    char path[FOLDER_PATH];
    folder_path(folder, level, index, LEDGER_TILE_WIDTH, path);
    if (access(path, F_OK) != 0) {
        char partials[FOLDER_PATH];
        unsigned width = 0;
        if (errno != ENOENT && errno != ENOTDIR)
            return error_system(error, errno, path, "a tile of the log cannot be looked at");
        folder_partials(folder, level, index, partials);
        int result = folder_widest(partials, 0, &width, error);
        if (result != 0 || width == 0)
            return result ? result : error_set(error, ERROR_MISSING, "folder", "", "no such tile");
        folder_path(folder, level, index, width, path);
    }
    return file_read(arena, path, FOLDER_TILE_MAX, out, error);
}

/* How many hashes or entries a whole value has; 0 if it is none. */
static unsigned folder_width(int level, struct text content)
{
    size_t width = content.n / LEDGER_HASH_SIZE;
    struct wire wire = {.rest = content};
    if (level == LEDGER_LEVEL_ENTRIES)
        for (width = 0; wire.rest.n && !wire.failed && width <= LEDGER_TILE_WIDTH; width++)
            wire_text(&wire, 2);
    return width <= LEDGER_TILE_WIDTH ? (unsigned)width : 0;
}

static int folder_make(char *path, struct error *error)
{
    for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        int made = mkdir(path, 0755);
        int number = errno;
        *slash = '/';
        if (made != 0 && number != EEXIST)
            return error_system(error, number, "folder", "cannot make the folders of the log");
    }
    return 0;
}

static int folder_remove(const struct ledger_folder *folder, int level, uint64_t index, unsigned width,
                         struct error *error)
{
    char path[FOLDER_PATH];
    folder_path(folder, level, index, width, path);
    if (unlink(path) != 0 && errno != ENOENT)
        return error_system(error, errno, "folder", "cannot remove a tile that another has replaced");
    return 0;
}

/* No checkpoint of the copy speaks of it yet. */
static bool folder_unseen(const struct ledger_folder *folder, int level, uint64_t index)
{
    return folder->later && ledger_tile_width(level, index, folder->kept) == 0;
}

/*
 * What was written must be what is read, so anything wider goes: it is left from an append that was not
 * committed. Behind a full tile all partial ones go; so do narrower ones that nobody was shown, which may be torn.
 */
static int folder_tidy(const struct ledger_folder *folder, int level, uint64_t index, unsigned width,
                       struct error *error)
{
    bool full = width == LEDGER_TILE_WIDTH;
    char partials[FOLDER_PATH];
    folder_partials(folder, level, index, partials);
    int result = full ? 0 : folder_remove(folder, level, index, LEDGER_TILE_WIDTH, error);
    unsigned keep = full || folder_unseen(folder, level, index) ? 0 : width, widest;
    while (result == 0 && (result = folder_widest(partials, width, &widest, error)) == 0 && widest > keep)
        result = folder_remove(folder, level, index, widest, error);
    if (result == 0 && full)
        rmdir(partials); /* if it holds something else it stays, which harms nobody */
    return result;
}

/* Without waiting for the disk; whoever reads it before the sync has it from memory. */
static int folder_write_later(const char *path, struct text content, struct error *error)
{
    FILE_SCOPE int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (fd < 0)
        return error_system(error, errno, path, "cannot be made");
    return file_write_all(fd, content.p, content.n, error);
}

static int folder_write(void *self, int level, uint64_t index, struct text content,
                        struct error *error)
{
    const struct ledger_folder *folder = self;
    unsigned width = folder_width(level, content);
    if (width == 0)
        return error_set(error, ERROR_INPUT, "folder", "", "this is not a tile");
    char path[FOLDER_PATH];
    folder_path(folder, level, index, width, path);
    int result = folder_make(path, error);
    if (result == 0)
        result = folder_unseen(folder, level, index) ? folder_write_later(path, content, error)
                                                          : file_replace(path, content, 0644, error);
    if (result == 0)
        result = folder_tidy(folder, level, index, width, error);
    return result;
}

void ledger_folder_defer(struct ledger_folder *folder, uint64_t size)
{
    folder->later = true;
    folder->kept = size;
}

int ledger_folder_sync(struct ledger_folder *folder, struct error *error)
{
    FILE_SCOPE int fd = open(folder->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0 || syncfs(fd) != 0)
        return error_system(error, errno, folder->path, "the tiles cannot be synced");
    folder->later = false;
    return 0;
}

struct ledger_storage ledger_folder_storage(struct ledger_folder *folder)
{
    return (struct ledger_storage){folder, folder_read, folder_write};
}
