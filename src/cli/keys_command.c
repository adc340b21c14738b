#include "commands.h"
#include "settings.h"

#include "gate.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static const char usage[] = "proviso keys turn [--home DIR] [--config FILE]";

static void tell(void *context, const char *step)
{
    (void)context;
    fprintf(stderr, "%s\n", step);
}

/* A gate makes a home where there is none: here that would only hide that the name is wrong. */
static int check_home(const char *home, struct error *error)
{
    char keys[PATH_MAX];
    struct stat status;
    snprintf(keys, sizeof keys, "%s/keyholder", home);
    return stat(keys, &status) == 0 ? 0 : error_set(error, ERROR_MISSING, keys, "Check the name of the home.", "there are no keys here");
}

/* What serve does by itself in time, now, with the server stopped. */
int keys_command(int argc, char **argv)
{
    const char *home = NULL, *file = NULL;
    if (argc < 2 || strcmp(argv[1], "turn") != 0)
        return command_usage(argc, argv, usage);
    for (int i = 2; i < argc; i += 2) {
        const char **value = strcmp(argv[i], "--home") == 0 ? &home : strcmp(argv[i], "--config") == 0 ? &file : NULL;
        if (!value || i + 1 == argc)
            return command_usage(argc, argv, usage);
        *value = argv[i + 1];
    }
    ARENA_SCOPE struct arena *arena = arena_new(1 << 20, ARENA_PLAIN);
    struct settings settings;
    struct error error = {0};
    struct gate *gate = NULL;
    int result = arena ? settings_read(arena, file, &settings, &error) : error_set(&error, ERROR_SYSTEM, "", "", "out of memory");
    if (!result && home)
        settings.home = home;
    struct gate_settings opened = {.home = settings.home,
                                   .database = settings.database,
                                   .packs = settings.packs,
                                   .pack = settings.pack,
                                   .escrow = settings.escrow,
                                   .turned = tell};
    if (!result)
        result = check_home(settings.home, &error);
    if (!result)
        result = gate_open(&opened, &gate, &error);
    if (!result)
        result = gate_turn_keys(gate, &error);
    if (!result)
        puts("The keys of the epoch before are destroyed: what was disposed of until now is final. Make a backup: older ones cannot be opened any more.");
    gate_close(&gate);
    return result ? command_fail("keys", &error) : 0;
}
