#include "gate.h"

/*
 * Work's tables and the gate's own joined once. The lists are short; finding by name walks them.
 */
static const struct command *const own_commands[] = {&account_add_command, &session_begin_command,
                                                     &session_end_command, &token_make_command,
                                                     &token_end_command,   &account_password_command,
                                                     &account_end_command,  &record_restore_command, NULL};
static const struct view *const own_views[] = {&account_list_view, &token_list_view, &restoration_list_view, NULL};

_Static_assert(sizeof own_commands / sizeof *own_commands <= GATE_TABLE_MOST - WORK_TABLE_MOST + 1, "as the header says");
_Static_assert(sizeof own_views / sizeof *own_views <= GATE_TABLE_MOST - WORK_TABLE_MOST + 1, "as the header says");

static struct {
    const struct command *command[GATE_TABLE_MOST + 1];
    const struct view *view[GATE_TABLE_MOST + 1];
} joined;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void join_tables(void)
{
    size_t n = 0;
    for (size_t i = 0; work_commands[i]; i++)
        joined.command[n++] = work_commands[i];
    for (size_t i = 0; own_commands[i]; i++)
        joined.command[n++] = own_commands[i];
    n = 0;
    for (size_t i = 0; work_views[i]; i++)
        joined.view[n++] = work_views[i];
    for (size_t i = 0; own_views[i]; i++)
        joined.view[n++] = own_views[i];
}

const struct command *const *gate_commands(void)
{
    pthread_once(&once, join_tables);
    return joined.command;
}

const struct view *const *gate_views(void)
{
    pthread_once(&once, join_tables);
    return joined.view;
}
