#include "commands.h"

#include "gate.h"

#include <stdio.h>
#include <string.h>

int access_command(int argc, char **argv)
{
    if (argc != 2 || strcmp(argv[1], "report") != 0)
        return command_usage(argc, argv, "proviso access report");
    ARENA_SCOPE struct arena *arena = arena_new(4 << 20, ARENA_PLAIN);
    struct buffer report = buffer_in(arena);
    gate_access_report(&report);
    printf("%.*s", TEXT_ARGS(buffer_result(&report)));
    return 0;
}
