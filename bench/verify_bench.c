#include "load.h"

#include <linux/perf_event.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * How fast a whole record is verified. The record: decisions as the real server takes them, each with sealed row, sealed
 * entry, key and index of last writes. Every entry is opened and every row held against it; what ten million of them
 * would take is worked out from the rate, and said to be.
 *
 *   verify-bench [SECONDS of decisions, 10]
 *
 * PROVISO_BEFORE names another program, an older one for instance: both verify the same records by turns, and the ratio
 * is printed. PROVISO_KEEP=1 keeps the record and prints where it lies.
 */
enum { TEN_MILLION = 10000000, TURNS = 3 };

/* The least of several turns: what else the machine does only ever adds. */
struct verified {
    double seconds, worked, megabytes; /* worked: of all processors together; memory: at most */
    double instructions;               /* outside the kernel; 0 where the machine does not count them */
};

static double worked(const struct rusage *used)
{
    return (double)(used->ru_utime.tv_sec + used->ru_stime.tv_sec) +
           (double)(used->ru_utime.tv_usec + used->ru_stime.tv_usec) / 1e6;
}

/* Of the process that is made next and all that it starts. -1 where that may not be counted. */
static int count_instructions(void)
{
    struct perf_event_attr attributes = {.type = PERF_TYPE_HARDWARE,
                                         .size = sizeof attributes,
                                         .config = PERF_COUNT_HW_INSTRUCTIONS,
                                         .inherit = 1,
                                         .exclude_kernel = 1};
    return (int)syscall(SYS_perf_event_open, &attributes, 0, -1, -1, PERF_FLAG_FD_CLOEXEC);
}

static double counted(int counter)
{
    uint64_t count = 0;
    if (counter < 0 || read(counter, &count, sizeof count) != (ssize_t)sizeof count)
        count = 0;
    if (counter >= 0)
        close(counter);
    return (double)count;
}

static void become(const char *program, const struct server *server)
{
    setenv("PROVISO_PACKS", "packs", 1);
    if (freopen("/dev/null", "w", stdout) && freopen("/dev/null", "w", stderr))
        execl(program, "proviso", "ledger", "verify", "--home", server->home, (char *)NULL);
    _exit(127);
}

/* Its own process and the keyholder that it starts; nobody else's memory is counted. */
static struct verified verify_once(struct server *server, const char *program)
{
    struct rusage used = {0};
    int status = -1, counter = count_instructions();
    int64_t begun = clock_steady();
    pid_t pid = fork();
    if (pid == 0)
        become(program, server);
    if (pid < 0 || wait4(pid, &status, 0, &used) != pid || status != 0)
        server_fail(server, "%s: the record does not verify", program);
    return (struct verified){.seconds = (double)(clock_steady() - begun) / (double)CLOCK_SECOND,
                             .worked = worked(&used),
                             .megabytes = (double)used.ru_maxrss / 1024,
                             .instructions = counted(counter)};
}

static void keep_least(struct verified *least, struct verified now)
{
    if (least->seconds == 0 || now.seconds < least->seconds)
        least->seconds = now.seconds;
    if (least->worked == 0 || now.worked < least->worked)
        least->worked = now.worked;
    least->megabytes = now.megabytes > least->megabytes ? now.megabytes : least->megabytes;
    least->instructions = now.instructions;
}

struct programs {
    const char *now, *before; /* before: NULL, or to compare with */
};

struct both {
    struct verified now, before;
};

static struct both verify(struct server *server, const struct programs *programs)
{
    struct both both = {0};
    for (int turn = 0; turn < TURNS; turn++) {
        if (programs->before)
            keep_least(&both.before, verify_once(server, programs->before));
        keep_least(&both.now, verify_once(server, programs->now));
    }
    return both;
}

/* Of the second part of the record alone: what a start costs does not grow. */
static double print(const char *whose, const struct verified *many, const struct verified *few, size_t more)
{
    double cores = (double)sysconf(_SC_NPROCESSORS_ONLN), rate = (double)more / (many->seconds - few->seconds);
    double each = (many->worked - few->worked) / (double)more;
    printf("%s: %.2f s (%.2f s of it for the first part): %.0f a second; at most %.0f and %.0f MB of memory\n", whose,
           many->seconds, few->seconds, rate, many->megabytes, few->megabytes);
    printf("%s: one decision keeps a processor busy for %.2f microseconds: ten million %.0f s on %.0f processors with nothing else"
           " to do, %.0f s at the rate that was measured\n",
           whose, each * 1e6, each * TEN_MILLION / cores, cores, TEN_MILLION / rate);
    if (many->instructions > 0)
        printf("%s: one decision takes %.0f instructions\n", whose, (many->instructions - few->instructions) / (double)more);
    return each;
}

int main(int argc, char **argv)
{
    struct server server = {0};
    char program[4096];
    double seconds = argc > 1 ? strtod(argv[1], NULL) : 10;
    snprintf(program, sizeof program, "%s/proviso", getenv("PROVISO_BUILD") ? getenv("PROVISO_BUILD") : "build");
    const struct programs programs = {program, getenv("PROVISO_BEFORE")};
    server_make(&server);
    server.plain = true;
    server_start(&server);
    size_t first = load_decisions(&server, LOAD_CLIENTS, seconds / 10).recorded;
    server_end(&server, SIGTERM);
    struct both few = verify(&server, &programs);
    server_start(&server);
    size_t more = load_decisions(&server, LOAD_CLIENTS, seconds).recorded;
    if (server_end(&server, SIGTERM) != 0)
        server_fail(&server, "the server did not end well");
    struct both many = verify(&server, &programs);
    printf("verified: %zu decisions, %zu of them the first part; the least of %d turns\n", first + more, first, TURNS);
    double before = programs.before ? print("before", &many.before, &few.before, more) : 0;
    double each = print("now", &many.now, &few.now, more);
    if (programs.before)
        printf("ratio before to now, by processor time: %.2f\n", before / each);
    printf("ratio a minute to ten million whole decisions verified, by processor time: %.2f (aim 1.00)\n",
           60 * (double)sysconf(_SC_NPROCESSORS_ONLN) / (each * TEN_MILLION));
    if (getenv("PROVISO_KEEP"))
        printf("%s\n", server.home);
    else
        server_drop(&server);
    return 0;
}
