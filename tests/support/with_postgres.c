#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/postgres.h"

/*
 * with-postgres COMMAND...: runs it beside a PostgreSQL server of its own, which PGHOST and PGUSER name, and whose files lie in
 * PGHOST/data. Ends as the command does.
 */
static volatile sig_atomic_t told;

static void note(int number)
{
    told = number;
}

int main(int count, char **argument)
{
    char address[200];
    int status = 0;
    if (count < 2) {
        fprintf(stderr, "usage: with-postgres COMMAND...\n");
        return 2;
    }
    struct test_postgres *server = test_postgres_start();
    test_postgres_database(server, "first", address, sizeof address); /* host=FOLDER user=NAME dbname=first */
    address[strcspn(address, " ")] = '\0';
    setenv("PGHOST", strchr(address, '=') + 1, 1);
    setenv("PGUSER", "test", 1);
    struct sigaction action = {.sa_handler = note};
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGINT, &action, NULL);
    pid_t child = fork();
    if (child == 0) {
        execvp(argument[1], argument + 1);
        _exit(127);
    }
    while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR)
        kill(child, told);
    test_postgres_stop(&server);
    return child > 0 && WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
