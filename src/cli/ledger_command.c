#include "commands.h"
#include "settings.h"

#include "gate.h"

#include <stdio.h>
#include <string.h>

static const char usage[] = "proviso ledger checkpoint|key [--home DIR] [--config FILE];"
                            " proviso ledger verify|witness|mirror|compare|prove --help";

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
} verbs[] = {{"checkpoint", checkpoint}, {"key", key}};

int ledger_command(int argc, char **argv)
{
    /* with words of their own */
    static const struct {
        const char *name;
        int (*run)(int argc, char **argv);
    } others[] = {{"verify", ledger_verify_command}, {"witness", ledger_witness_command}, {"mirror", ledger_mirror_command},
                  {"compare", ledger_compare_command}, {"prove", ledger_prove_command}};
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
            return command_usage(argc, argv, usage);
    }
    for (size_t v = 0; argc >= 2 && v < sizeof verbs / sizeof *verbs; v++) {
        if (strcmp(argv[1], verbs[v].name) != 0)
            continue;
        ARENA_SCOPE struct arena *arena = arena_new(64 << 20, ARENA_PLAIN);
        struct settings settings;
        struct error error = {0};
        struct gate *gate = NULL;
        int result = settings_read_home(arena, file, home, &settings, &error);
        struct gate_settings asked = settings_gate(&settings);
        asked.read_only = true;
        if (!result)
            result = gate_open(&asked, &gate, &error);
        if (!result)
            result = verbs[v].run(gate, arena, &error);
        gate_close(&gate);
        char name[32];
        snprintf(name, sizeof name, "ledger %s", verbs[v].name);
        return result ? command_fail(name, &error) : 0;
    }
    return command_usage(argc, argv, usage);
}
