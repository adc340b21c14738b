#include "commands.h"
#include "progress.h"
#include "settings.h"

#include "gate.h"

#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static const char usage[] = "proviso keys turn [--home DIR] [--config FILE]";

struct turning {
    struct gate *gate;
    bool escrow;
    atomic_bool over, wraps;
    pthread_mutex_t lock; /* of progress, and so of the line on the terminal */
    struct progress progress;
};

/* The steps of gate/forget.h, for whoever waits for them. */
static void tell(void *context, const char *step)
{
    static const struct {
        const char *step, *words;
    } steps[] = {
        {"turned", "a new key is made: what is new is wrapped with it"},
        {"moved", "the index of names has no name that was disposed of"},
        {"wrapped", "every key of a living record is wrapped with the new key"},
        {"escrowed", "the shares of the new key are written"},
        {"retired", "the old key is destroyed"},
        {"deleted", "the documents that were disposed of are deleted"},
        {"scrubbed", "the database's own logs are emptied"},
        {"final", "the disposals are marked as final, on record"},
    };
    struct turning *turning = context;
    pthread_mutex_lock(&turning->lock);
    progress_end(&turning->progress);
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
        if (strcmp(step, steps[i].step) == 0 && (turning->escrow || strcmp(step, "escrowed") != 0))
            fprintf(stderr, "%s\n", steps[i].words);
    pthread_mutex_unlock(&turning->lock);
    atomic_store(&turning->wraps, strcmp(step, "moved") == 0);
}

/* Wrapping takes as long as there are keys. */
static void *watch(void *context)
{
    struct turning *turning = context;
    while (!atomic_load(&turning->over)) {
        nanosleep(&(struct timespec){.tv_nsec = 200000000}, NULL);
        struct forget_progress now = gate_forget_progress(turning->gate);
        pthread_mutex_lock(&turning->lock);
        if (atomic_load(&turning->wraps) && now.of > 0)
            progress_show(&turning->progress, "wrapping keys anew", (int)(now.done >= now.of ? 999 : now.done * 1000 / now.of));
        pthread_mutex_unlock(&turning->lock);
    }
    return NULL;
}

static int turn(struct turning *turning, struct error *error)
{
    pthread_t watcher;
    bool watched = isatty(STDERR_FILENO) && pthread_create(&watcher, NULL, watch, turning) == 0;
    int result = gate_turn_keys(turning->gate, error);
    atomic_store(&turning->over, true);
    if (watched)
        pthread_join(watcher, NULL);
    progress_end(&turning->progress);
    return result;
}

static void tell_next(const struct settings *settings)
{
    printf("The old key of %s is destroyed: what was disposed of until now is final.\n\nNext:\n", settings->home);
    int n = 1;
    if (settings->escrow)
        printf("  %d. Send the new shares, in %s/data/escrow, to the agencies that keep them.\n", n++, settings->home);
    printf("  %d. Make a backup (proviso backup -o FOLDER): older ones cannot be opened any more.\n", n++);
    printf("  %d. Start the server again.\n", n);
}

/* A gate makes a home where there is none: here that would only hide that the name is wrong. */
static int check_home(const char *home, struct error *error)
{
    char keys[PATH_MAX];
    struct stat status;
    snprintf(keys, sizeof keys, "%s/keyholder", home);
    return stat(keys, &status) == 0 ? 0 : error_set(error, ERROR_MISSING, keys, "Check the name of the home (--home, --config, PROVISO_HOME).", "there are no keys here");
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
    struct turning turning = {.lock = PTHREAD_MUTEX_INITIALIZER};
    int result = settings_read_home(arena, file, home, &settings, &error);
    struct gate_settings opened = settings_gate(&settings);
    opened.escrow = settings.escrow;
    opened.turned = tell;
    opened.turned_context = &turning;
    if (!result)
        result = check_home(settings.home, &error);
    if (!result)
        result = gate_open(&opened, &gate, &error);
    turning.gate = gate;
    turning.escrow = settings.escrow != NULL;
    if (!result)
        result = turn(&turning, &error);
    if (!result)
        tell_next(&settings);
    gate_close(&gate);
    return result ? command_fail("keys turn", &error) : 0;
}
