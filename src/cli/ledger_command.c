#include "commands.h"
#include "settings.h"

#include "gate.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char usage[] = "proviso ledger verify|checkpoint|key [--home DIR] [--config FILE]; proviso ledger witness|mirror|compare|prove --help";

/* On a terminal one line that is written over; otherwise a line for each tenth. */
static void show_progress(void *context, int thousandths)
{
    int *last = context, now = isatty(STDERR_FILENO) ? thousandths / 10 : thousandths / 100 * 10;
    if (now == *last)
        return;
    *last = now;
    if (isatty(STDERR_FILENO))
        fprintf(stderr, "\rverifying: %3d %%%s", now, now == 100 ? "\n" : "");
    else
        fprintf(stderr, "verifying: %d %%\n", now);
}

static int verify(struct gate *gate, struct arena *arena, struct error *error)
{
    struct verify_report report;
    int last = -1;
    int result = gate_verify(gate, arena, show_progress, &last, &report, error);
    if (result)
        return result;
    printf("%.*s", TEXT_ARGS(report.lines));
    printf("%llu entries, %llu rows and %llu looks checked: ", (unsigned long long)report.entries,
           (unsigned long long)report.rows, (unsigned long long)report.looks);
    if (report.differences == 0) {
        printf("the record holds\n");
        return 0;
    }
    printf("%llu differences\n", (unsigned long long)report.differences);
    return error_set(error, ERROR_CHECK, "", "Keep a copy of the files as they are and tell the governance lead.",
                     "the record does not hold");
}

static int checkpoint(struct gate *gate, struct arena *arena, struct error *error)
{
    struct text note;
    int result = gate_checkpoint(gate, arena, &note, error);
    if (!result)
        printf("%.*s", TEXT_ARGS(note));
    return result;
}

static int key(struct gate *gate, struct arena *arena, struct error *error)
{
    (void)error;
    printf("%.*s\n", TEXT_ARGS(gate_log_key(gate, arena)));
    return 0;
}

static const struct {
    const char *name;
    int (*run)(struct gate *gate, struct arena *arena, struct error *error);
} verbs[] = {{"verify", verify}, {"checkpoint", checkpoint}, {"key", key}};

int ledger_command(int argc, char **argv)
{
    /* of other people's logs, mostly: no home of ours is needed */
    static const struct {
        const char *name;
        int (*run)(int argc, char **argv);
    } others[] = {{"witness", ledger_witness_command}, {"mirror", ledger_mirror_command}, {"compare", ledger_compare_command},
                {"prove", ledger_prove_command}};
    for (size_t i = 0; argc >= 2 && i < sizeof others / sizeof *others; i++)
        if (strcmp(argv[1], others[i].name) == 0)
            return others[i].run(argc - 1, argv + 1);
    const char *file = NULL, *home = NULL;
    for (int i = 2; i < argc; i++) {
        if (strcmp(argv[i], "--config") == 0 && i + 1 < argc)
            file = argv[++i];
        else if (strcmp(argv[i], "--home") == 0 && i + 1 < argc)
            home = argv[++i];
        else
            return command_usage(usage);
    }
    for (size_t v = 0; argc >= 2 && v < sizeof verbs / sizeof *verbs; v++) {
        if (strcmp(argv[1], verbs[v].name) != 0)
            continue;
        ARENA_SCOPE struct arena *arena = arena_new(64 << 20, ARENA_PLAIN);
        struct settings settings;
        struct error error = {0};
        struct gate *gate = NULL;
        int result = settings_read(arena, file, &settings, &error);
        if (home)
            settings.home = home;
        struct gate_settings asked = {.home = settings.home,
                                      .database = settings.database,
                                      .packs = settings.packs,
                                      .pack = settings.pack,
                                      .read_only = true};
        if (!result)
            result = gate_open(&asked, &gate, &error);
        if (!result)
            result = verbs[v].run(gate, arena, &error);
        gate_close(&gate);
        return result ? command_fail("ledger", &error) : 0;
    }
    return command_usage(usage);
}
