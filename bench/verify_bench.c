#include "load.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * How fast a whole record is verified. The record: decisions as the real server takes them, each with sealed row, sealed
 * entry, key and index of last writes. Every entry is opened and every row held against it; what ten million of them
 * would take is worked out from the rate, and said to be.
 */
enum { TEN_MILLION = 10000000 };

struct verified {
    double seconds, worked, megabytes; /* worked: of all processors together; memory: at most */
};

static double worked(const struct rusage *used)
{
    return (double)(used->ru_utime.tv_sec + used->ru_stime.tv_sec) +
           (double)(used->ru_utime.tv_usec + used->ru_stime.tv_usec) / 1e6;
}

/* Its own process and the keyholder that it starts; nobody else's memory is counted. */
static struct verified verify(struct server *server)
{
    struct rusage used = {0};
    char program[4096];
    int status = -1;
    int64_t begun = clock_steady();
    pid_t pid = fork();
    if (pid == 0) {
        snprintf(program, sizeof program, "%s/proviso", getenv("PROVISO_BUILD") ? getenv("PROVISO_BUILD") : "build");
        setenv("PROVISO_PACKS", "packs", 1);
        if (!freopen("/dev/null", "w", stdout) || !freopen("/dev/null", "w", stderr))
            _exit(127);
        execl(program, "proviso", "ledger", "verify", "--home", server->home, (char *)NULL);
        _exit(127);
    }
    if (pid < 0 || wait4(pid, &status, 0, &used) != pid || status != 0)
        server_fail(server, "the record does not verify");
    return (struct verified){.seconds = (double)(clock_steady() - begun) / (double)CLOCK_SECOND,
                             .worked = worked(&used),
                             .megabytes = (double)used.ru_maxrss / 1024};
}

int main(int argc, char **argv)
{
    struct server server = {0};
    double seconds = argc > 1 ? strtod(argv[1], NULL) : 10;
    server_make(&server);
    server.plain = true;
    server_start(&server);
    size_t recorded = load_decisions(&server, LOAD_CLIENTS, seconds / 10).recorded;
    server_end(&server, SIGTERM);
    struct verified few = verify(&server);
    size_t before = recorded;
    server_start(&server);
    recorded += load_decisions(&server, LOAD_CLIENTS, seconds).recorded;
    if (server_end(&server, SIGTERM) != 0)
        server_fail(&server, "the server did not end well");
    struct verified many = verify(&server);
    if (argc > 2) { /* to look at it longer */
        printf("%s\n", server.home);
        return 0;
    }
    /* Entries of the second part alone: what a start costs does not grow. */
    double more = (double)(recorded - before), rate = more / (many.seconds - few.seconds);
    double each = (many.worked - few.worked) / more, cores = (double)sysconf(_SC_NPROCESSORS_ONLN);
    printf("verified: %zu decisions in %.2f s, %zu in %.2f s: %.0f a second; at most %.0f and %.0f MB of memory\n", recorded,
           many.seconds, before, few.seconds, rate, many.megabytes, few.megabytes);
    printf("one decision keeps a processor busy for %.1f microseconds: ten million %.0f s on %.0f processors with nothing else"
           " to do, %.0f s at the rate that was measured\n", each * 1e6, each * TEN_MILLION / cores, cores, TEN_MILLION / rate);
    printf("ratio a minute to ten million whole decisions verified, by processor time: %.2f (aim 1.00)\n",
           60 * cores / (each * TEN_MILLION));
    server_drop(&server);
    return 0;
}
