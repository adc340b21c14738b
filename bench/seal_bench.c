/*
 * Seals and opens a file with age and with our commands, in turn, and prints times, their ratio and peak
 * memory.
 *
 *   seal_bench [-s MEBIBYTES] [-n ROUNDS] [FOLDER]      1024 MiB, 5 rounds, in $TMPDIR or /tmp
 *
 * The best round counts: what disturbs a run only makes it longer. "to a file" writes to FOLDER, "to nothing"
 * to /dev/null. The program starts itself as the command, so both sides pay for a process. Exit 1 if
 * something sealed did not open to the same bytes.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/bytes.h"
#include "base/clock.h"
#include "base/error.h"
#include "vault.h"
#include "vault/command.h"

enum { MANY = 16 };

struct measure {
    double best, processor; /* seconds: the shortest of any round, by the clock and of processor time */
    long memory;            /* KiB, the most of any round */
};

static char folder[1024];

static void die(const char *what)
{
    fprintf(stderr, "seal_bench: %s: %s\n", what, strerror(errno));
    exit(3);
}

static const char *path(const char *name)
{
    static char paths[MANY][1100];
    static int next;
    char *p = paths[next++ % MANY];
    snprintf(p, sizeof paths[0], "%s/%s", folder, name);
    return p;
}

static void measure(struct measure *m, const char *const arguments[])
{
    struct rusage usage;
    int status;
    int64_t start = clock_steady();
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        execvp(arguments[0], (char *const *)(uintptr_t)arguments);
        _exit(127);
    }
    if (child < 0 || wait4(child, &status, 0, &usage) != child || !WIFEXITED(status) ||
        WEXITSTATUS(status) != 0) {
        fprintf(stderr, "seal_bench: %s failed\n", arguments[0]);
        exit(3);
    }
    double seconds = (double)(clock_steady() - start) / (double)CLOCK_SECOND;
    if (m->best == 0 || seconds < m->best)
        m->best = seconds;
    double processor = (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
                       (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
    if (m->processor == 0 || processor < m->processor)
        m->processor = processor;
    if (usage.ru_maxrss > m->memory)
        m->memory = usage.ru_maxrss;
}

static void print(const char *what, const struct measure *age, const struct measure *ours)
{
    printf("%-16s %6.3f s %6.3f s %6.2f %9.3f s %6.3f s %6.2f %8.1f MiB %6.1f MiB\n", what, age->best,
           ours->best, age->best / ours->best, age->processor, ours->processor,
           age->processor / ours->processor, (double)age->memory / 1024, (double)ours->memory / 1024);
}

static void make_keys(char public[VAULT_RECIPIENT_LENGTH + 1])
{
    struct vault_identity identity;
    struct vault_recipient recipient;
    char secret[VAULT_IDENTITY_LENGTH + 1];
    vault_identity_new(&identity);
    if (vault_identity_recipient(&identity, &recipient, NULL))
        die("key");
    vault_recipient_format(&recipient, public);
    vault_identity_format(&identity, secret);
    FILE *f = fopen(path("key"), "w");
    if (!f || fprintf(f, "%s\n", secret) < 0 || fclose(f) != 0)
        die("key");
}

static void make_plain(long mebibytes)
{
    static char block[1 << 20];
    FILE *f = fopen(path("plain"), "w");
    for (long i = 0; f && i < mebibytes; i++) {
        bytes_random(block, sizeof block);
        if (fwrite(block, 1, sizeof block, f) != sizeof block)
            die("plain");
    }
    if (!f || fclose(f) != 0)
        die("plain");
}

static bool same(const char *a, const char *b)
{
    static char left[1 << 16], right[1 << 16];
    FILE *f = fopen(a, "r"), *g = fopen(b, "r");
    size_t n = 1;
    bool equal = f && g;
    while (equal && n > 0) {
        n = fread(left, 1, sizeof left, f);
        equal = fread(right, 1, sizeof right, g) == n && memcmp(left, right, n) == 0;
    }
    if (f)
        fclose(f);
    if (g)
        fclose(g);
    return equal;
}

static void clean(void)
{
    static const char *const names[] = {"key", "plain", "sealed-age", "sealed", "opened-age", "opened"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        unlink(path(names[i]));
    rmdir(folder);
}

static bool round_to(const char *public, bool to_file, struct measure m[4])
{
    const char *null = "/dev/null", *self = "/proc/self/exe";
    const char *sealed_age = path("sealed-age"), *sealed = path("sealed"), *key = path("key"),
               *plain = path("plain");
    const char *out[4] = {sealed_age, sealed, path("opened-age"), path("opened")};
    for (int i = 0; i < 4 && to_file; i++)
        unlink(out[i]);
    for (int i = 0; i < 4 && !to_file; i++)
        out[i] = null;
    measure(&m[0], (const char *const[]){"age", "-r", public, "-o", out[0], plain, NULL});
    measure(&m[1], (const char *const[]){self, "seal", "-r", public, "-o", out[1], plain, NULL});
    measure(&m[2], (const char *const[]){"age", "-d", "-i", key, "-o", out[2], sealed, NULL});
    measure(&m[3], (const char *const[]){self, "open", "-i", key, "-o", out[3], sealed_age, NULL});
    return !to_file || (same(out[2], plain) && same(out[3], plain));
}

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "seal") == 0)
        return vault_command_seal(argc - 1, argv + 1);
    if (argc > 1 && strcmp(argv[1], "open") == 0)
        return vault_command_open(argc - 1, argv + 1);
    long mebibytes = 1024, rounds = 5;
    const char *root = getenv("TMPDIR");
    for (int option; (option = getopt(argc, argv, "s:n:")) != -1;) {
        if (option == 's')
            mebibytes = atol(optarg);
        else if (option == 'n')
            rounds = atol(optarg);
        else
            return 2;
    }
    if (optind < argc)
        root = argv[optind];
    snprintf(folder, sizeof folder, "%s/seal-bench-XXXXXX", root ? root : "/tmp");
    if (!mkdtemp(folder))
        die(folder);
    atexit(clean);
    if (system("age --version >/dev/null 2>&1") != 0) {
        printf("age is not installed: nothing to compare with\n");
        return 0;
    }
    char public[VAULT_RECIPIENT_LENGTH + 1];
    struct measure to_file[4] = {{0}}, to_nothing[4] = {{0}};
    make_keys(public);
    make_plain(mebibytes);
    bool good = true;
    for (long i = 0; i < rounds && good; i++)
        good = round_to(public, true, to_file) && round_to(public, false, to_nothing);
    if (!good) {
        fprintf(stderr, "seal_bench: what was opened is not what was sealed\n");
        return 1;
    }
    printf("%ld MiB, best of %ld\n", mebibytes, rounds);
    printf("%-16s %25s %29s %22s\n", "", "by the clock", "processor time", "memory");
    printf("%-16s %8s %8s %6s %11s %8s %6s %12s %10s\n", "", "age", "ours", "ratio", "age", "ours", "ratio",
           "age", "ours");
    print("seal to a file", &to_file[0], &to_file[1]);
    print("open to a file", &to_file[2], &to_file[3]);
    print("seal to nothing", &to_nothing[0], &to_nothing[1]);
    print("open to nothing", &to_nothing[2], &to_nothing[3]);
    printf("ratio sealing, age to ours: %.2f (aim 1.20)\n", to_nothing[0].best / to_nothing[1].best);
    printf("ratio opening, age to ours: %.2f (aim 1.20)\n", to_nothing[2].best / to_nothing[3].best);
    return 0;
}
