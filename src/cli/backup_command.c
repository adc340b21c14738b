#include "commands.h"
#include "progress.h"
#include "settings.h"

#include "gate.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char usage[] = "proviso backup -o FOLDER [--home DIR] [--config FILE]";

enum { MEMORY = 64 << 20 };

/* Shares are no part of a backup: whether somebody has any is seen in the home. */
static bool has_shares(const char *home, uint32_t epoch)
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/data/escrow/epoch-%u", home, epoch);
    return access(path, F_OK) == 0;
}

static void tell(const struct backup_report *report, const char *home, const char *folder, struct arena *arena)
{
    const struct backup_manifest *manifest = &report->manifest;
    int64_t bytes = 0;
    for (size_t i = 0; i < manifest->files; i++)
        bytes += manifest->file[i].size;
    printf("%s: %llu entries, %llu rows, %llu looks, %llu documents, %.1f MiB, made %.*s\n", folder,
           (unsigned long long)manifest->entries, (unsigned long long)report->rows, (unsigned long long)report->looks,
           (unsigned long long)report->documents, (double)bytes / (1 << 20), TEXT_ARGS(instant_format(arena, manifest->made_at)));
    if (!has_shares(home, manifest->epoch[0])) {
        printf("It holds no key, and no agency keeps a share of it: without %s/keyholder nobody can open it."
               " Name agencies that do: docs/backup.md.\n", home);
        return;
    }
    printf("It holds no key. The shares of epoch %u open it", manifest->epoch[0]);
    if (manifest->epochs > 1)
        printf(", together with those of epoch %u: the keys were being renewed. Make another when that is done", manifest->epoch[1]);
    printf(".\n");
}

int backup_command(int argc, char **argv)
{
    const char *file = NULL, *home = NULL, *folder = NULL;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--config") == 0 && i + 1 < argc)
            file = argv[++i];
        else if (strcmp(argv[i], "--home") == 0 && i + 1 < argc)
            home = argv[++i];
        else if ((strcmp(argv[i], "-o") == 0 || strcmp(argv[i], "--output") == 0) && i + 1 < argc)
            folder = argv[++i];
        else
            return command_usage(argc, argv, usage);
    }
    if (!folder)
        return command_usage(argc, argv, usage);
    ARENA_SCOPE struct arena *arena = arena_new(MEMORY, ARENA_PLAIN);
    struct settings settings;
    struct error error = {0};
    struct backup_report report = {0};
    struct progress progress = {0};
    struct backup_progress shown = {progress_show, &progress};
    int result = settings_read_home(arena, file, home, &settings, &error);
    struct gate_settings asked = settings_gate(&settings);
    if (!result)
        result = gate_backup(&asked, folder, arena, &shown, &report, &error);
    progress_end(&progress);
    if (!result)
        tell(&report, settings.home, folder, arena);
    else
        printf("%.*s", TEXT_ARGS(report.differences));
    return result ? command_fail("backup", &error) : 0;
}
