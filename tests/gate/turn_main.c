/* gate-turn HOME STEP: turns the epoch of keys of a home, and kills itself when the step is done. */
#include "gate.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void die(void *context, const char *step)
{
    if (strcmp(step, context) == 0)
        kill(getpid(), SIGKILL);
}

int main(int argc, char **argv)
{
    char program[4096];
    struct error error;
    struct gate *gate = NULL;
    if (argc != 3 || !getenv("PROVISO_BUILD"))
        return 2;
    snprintf(program, sizeof program, "%s/keyholder-main", getenv("PROVISO_BUILD"));
    struct gate_settings settings = {.home = argv[1], .packs = "packs", .program = program, .turned = die, .turned_context = argv[2]};
    int result = gate_open(&settings, &gate, &error);
    if (!result)
        result = gate_turn_keys(gate, &error);
    gate_close(&gate);
    return result ? 1 : 0;
}
