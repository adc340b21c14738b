#include "commands.h"
#include "settings.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const char usage[] = "proviso demo [--home DIR] [--listen ADDRESS:PORT] [--seed-only]";

/* HOME/demo marks a home as invented; written last, so that a half-made one is not taken for whole. */
static int seed_once(const struct settings *settings, struct error *error)
{
    char mark[PATH_MAX], data[PATH_MAX];
    struct stat status;
    snprintf(mark, sizeof mark, "%s/demo", settings->home);
    snprintf(data, sizeof data, "%s/data", settings->home);
    if (stat(mark, &status) == 0)
        return 0;
    if (stat(data, &status) == 0)
        return error_set(error, ERROR_CONFLICT, settings->home, "Delete that folder ('make demo-reset' does), or name another with --home.",
                         "there is data already that is not a whole demo");
    fprintf(stderr, "proviso demo: making an invented partnership in %s\n", settings->home);
    int result = demo_seed(settings, error);
    return result ? result : file_replace(mark, TEXT("People and places in this folder are invented.\n"), 0600, error);
}

int demo_command(int argc, char **argv)
{
    ARENA_SCOPE struct arena *arena = arena_new(4 << 20, ARENA_PLAIN);
    struct settings settings;
    struct error error = {0};
    bool seed_only = false;
    int result = settings_read(arena, NULL, &settings, &error);
    if (!result && !getenv("PROVISO_HOME"))
        settings.home = "demo";
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--home") == 0 && i + 1 < argc)
            settings.home = argv[++i];
        else if (strcmp(argv[i], "--listen") == 0 && i + 1 < argc)
            settings.listen = argv[++i];
        else if (strcmp(argv[i], "--seed-only") == 0)
            seed_only = true;
        else
            return command_usage(argc, argv, usage);
    }
    settings.partnership = "Alderbrook Safeguarding Partnership";
    if (!result)
        result = seed_once(&settings, &error);
    if (!result && seed_only)
        printf("The invented partnership is in %s. Start it with: proviso demo --home %s\n", settings.home, settings.home);
    if (!result && !seed_only) {
        struct buffer ready = buffer_in(arena);
        demo_accounts(&ready);
        buffer_string(&ready, "\nPeople and places are invented. Nothing here is legal advice.\n"
                              "Press Ctrl-C to stop; the data stays for the next time.\n");
        result = serve_until_told(&settings, true, arena_string(arena, buffer_result(&ready)), &error);
    }
    return result ? command_fail("demo", &error) : 0;
}
