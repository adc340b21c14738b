#include "home_log.h"
#include "writer/pieces.h" /* of the gate: how the log lies in the database */

#include "ledger.h"
#include "store.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/*
 * The log alone, as it lies in the database of a real home: appended to and synchronised, grown to ten million entries,
 * proved from, checked, audited, and served. Beside it Go's tlog, where Go is installed.
 */
enum { PROOFS = 2000, CHECKS = 100000, STEPS = 5 };
static const uint64_t sizes[STEPS] = {1000, 10000, 100000, 1000000, 10000000};

struct log {
    struct server server;
    struct home_log home;
    struct arena *arena;
    size_t read;                 /* pieces */
    struct text checkpoint, key; /* as the server gave them last */
    struct arena *kept;
};

static void must(struct log *log, int result, const struct error *error)
{
    if (result)
        server_fail(&log->server, "%s: %s", error->where, error->what);
}

static double since(int64_t begun)
{
    return (double)(clock_steady() - begun) / (double)CLOCK_SECOND;
}

/* Of this processor, whoever else works beside. */
static double worked(void)
{
    struct timespec used;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    return (double)used.tv_sec + (double)used.tv_nsec / 1e9;
}

static double appending(struct log *log, size_t batch, size_t batches)
{
    struct error error;
    STORE_SESSION_SCOPE struct store_session *session = NULL;
    must(log, store_writer(log->home.store, &session, &error), &error);
    int64_t begun = clock_steady();
    for (size_t i = 0; i < batches; i++)
        (void)home_log_append(&log->home, session, batch);
    return (double)(batch * batches) / since(begun);
}

static void grow_to(struct log *log, uint64_t size)
{
    struct error error;
    STORE_SESSION_SCOPE struct store_session *session = NULL;
    must(log, store_writer(log->home.store, &session, &error), &error);
    while (log->home.edge.size < size)
        (void)home_log_append(&log->home, session, size - log->home.edge.size < HOME_LOG_BULK ? (size_t)(size - log->home.edge.size) : HOME_LOG_BULK);
}

/* ---- proofs ---- */

static int counted(void *self, int level, uint64_t index, struct arena *arena, struct text *out, struct error *error)
{
    struct log *log = ((void **)self)[0];
    struct ledger_storage pieces = pieces_in(((void **)self)[1]);
    log->read++;
    return pieces.read(pieces.self, level, index, arena, out, error);
}

struct proving {
    double pieces, microseconds, checks; /* a proof; checks a second */
};

static struct proving prove(struct log *log)
{
    struct error error;
    STORE_SESSION_SCOPE struct store_session *session = NULL;
    ARENA_SCOPE struct arena *kept = arena_new(64 << 20, ARENA_PLAIN);
    struct ledger_head head = ledger_edge_head(&log->home.edge);
    struct ledger_proof proof;
    struct ledger_hash leaf = {0};
    struct text data;
    uint64_t index = 0;
    must(log, store_reader(log->home.store, &session, &error), &error);
    void *both[2] = {log, session};
    struct ledger_storage pieces = {.self = both, .read = counted};
    log->read = 0;
    int64_t begun = clock_steady();
    for (size_t i = 0; i < PROOFS; i++) {
        index = (index + 7919 * 104729) % head.size;
        must(log, ledger_inclusion(&pieces, log->arena, head.size, index, &proof, &error), &error);
        if (i + 1 < PROOFS)
            arena_reset(log->arena);
    }
    struct proving proving = {.pieces = (double)log->read / PROOFS, .microseconds = since(begun) * 1e6 / PROOFS};
    must(log, ledger_leaf(&pieces, kept, head.size, index, &data, &error), &error);
    leaf = ledger_hash_leaf(data);
    double before = worked();
    for (size_t i = 0; i < CHECKS; i++)
        must(log, ledger_inclusion_check(&head, index, &leaf, &proof, &error), &error);
    proving.checks = CHECKS / (worked() - before);
    return proving;
}

/* A checkpoint read and its Ed25519 signature checked, a second. */
static double signatures(struct log *log)
{
    enum { COUNT = 5000 };
    struct error error;
    struct ledger_key key;
    struct ledger_checkpoint checkpoint;
    must(log, ledger_key_parse(log->key, &key, &error), &error);
    double before = worked();
    for (size_t i = 0; i < COUNT; i++) {
        must(log, ledger_checkpoint_open(log->arena, log->checkpoint, key.name, &key, 1, &checkpoint, NULL, &error), &error);
        arena_reset(log->arena);
    }
    return COUNT / (worked() - before);
}

static double audit(struct log *log)
{
    struct error error;
    STORE_SESSION_SCOPE struct store_session *session = NULL;
    struct ledger_head head = ledger_edge_head(&log->home.edge);
    must(log, store_reader(log->home.store, &session, &error), &error);
    struct ledger_storage pieces = pieces_in(session);
    int64_t begun = clock_steady();
    must(log, ledger_audit(&pieces, &head, NULL, &error), &error);
    return since(begun);
}

/* ---- the real server over it ---- */

static long memory_of(pid_t pid)
{
    char path[40], line[200];
    long kilobytes = 0;
    snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
    FILE *file = fopen(path, "r");
    while (file && fgets(line, sizeof line, file))
        if (strncmp(line, "VmRSS:", 6) == 0)
            kilobytes = strtol(line + 6, NULL, 10);
    if (file)
        fclose(file);
    return kilobytes;
}

/* Starts it, which signs what has grown, and asks it for tiles and bundles from all over; then once more. */
static long serve(struct log *log, long *again)
{
    struct server *server = &log->server;
    uint64_t bundles = log->home.edge.size / LEDGER_TILE_WIDTH;
    long kilobytes[2];
    server_start(server);
    struct client *client = client_new(server);
    for (uint64_t i = 0; i < 4000; i++) {
        char path[LEDGER_PATH_SIZE + 8] = "/log/";
        struct ledger_tile tile = {.level = i % 2 ? 0 : LEDGER_LEVEL_ENTRIES,
                                   .index = bundles ? i * 7919 % bundles : 0,
                                   .width = bundles ? LEDGER_TILE_WIDTH : 1};
        ledger_tile_path(&tile, path + 5);
        if (client_ask(client, log->arena, NULL, path, NULL).status != 200)
            server_fail(server, "%s is not served", path);
        arena_reset(log->arena);
        if (i % 2000 == 1999)
            kilobytes[i / 2000] = memory_of(server->pid);
    }
    log->checkpoint = client_ask(client, log->kept, NULL, "/log/checkpoint", NULL).body;
    log->key = text_trim(client_ask(client, log->kept, NULL, "/log/key", NULL).body);
    client_free(&client);
    if (server_end(server, SIGTERM) != 0)
        server_fail(server, "the server did not end well");
    *again = kilobytes[1];
    return kilobytes[0];
}

/* ---- Go's ---- */

/* Rates by name, 0 without Go. */
static void ask_go(double *memory, double *synced, double *synced10)
{
    static const char line[] =
        "command -v go >/dev/null && d=$(mktemp -d) && GO111MODULE=off GOPATH=/usr/share/gocode GOCACHE=$d GOFLAGS= CGO_ENABLED=0"
        " go build -o $d/tlog bench/tlog.go && TMPDIR=/tmp $d/tlog; rm -rf \"$d\"";
    char name[40];
    double rate;
    FILE *output = popen(line, "r");
    while (output && fscanf(output, "%39s %lf", name, &rate) == 2)
        *(strcmp(name, "memory") == 0 ? memory : strcmp(name, "synced") == 0 ? synced : synced10) = rate;
    if (output)
        pclose(output);
}

static void make(struct log *log)
{
    log->arena = arena_new((size_t)1 << 30, ARENA_PLAIN);
    log->kept = arena_new(1 << 20, ARENA_PLAIN);
    if (!log->arena || !log->kept)
        exit(3);
    server_make(&log->server);
    log->server.plain = true;
    home_log_make(&log->home, &log->server);
}

int main(void)
{
    struct log *log = calloc(1, sizeof *log);
    double memory = 0, synced = 0, synced10 = 0, first_memory = 0, last_memory = 0;
    struct proving proving = {0};
    make(log);

    printf("%10s %18s %14s %14s %16s %12s\n", "entries", "pieces for a proof", "its time", "checks/s", "server's memory", "the same again");
    for (size_t i = 0; i < STEPS; i++) {
        long again = 0, kilobytes;
        home_log_open(&log->home);
        grow_to(log, sizes[i]);
        proving = prove(log);
        home_log_close(&log->home);
        kilobytes = serve(log, &again);
        last_memory = (double)again;
        if (i == 0)
            first_memory = last_memory;
        printf("%10llu %18.1f %11.1f us %14.0f %13.1f MB %9.1f MB\n", (unsigned long long)sizes[i], proving.pieces,
               proving.microseconds, proving.checks, (double)kilobytes / 1024, (double)again / 1024);
        fflush(stdout);
    }
    home_log_open(&log->home);
    double seconds = audit(log);
    double ten = appending(log, 10, 2000), thousand = appending(log, 1024, 1000);
    home_log_close(&log->home);
    ask_go(&memory, &synced, &synced10);

    printf("the log alone, ten million entries, every one hashed and every tile compared: %.1f s\n", seconds);
    printf("appended and synchronised in the database: %.0f entries/s in batches of 1024, %.0f in batches of 10\n", thousand, ten);
    if (memory > 0)
        printf("Go's tlog: %.0f entries/s in memory; synchronised in a file %.0f in batches of 1024, %.0f in batches of 10\n",
               memory, synced, synced10);
    double aim = thousand / 500000 > thousand / ten / 25 ? thousand / 500000 : thousand / ten / 25;
    printf("ratio synchronised appending at batches of 1024 to half a million, or to 25 times that at 10: %.2f (aim 1.00)\n", aim);
    if (synced > 0)
        printf("ratio synchronised appending at batches of 1024 to Go's tlog: %.2f (aim 1.00)\n", thousand / synced);
    double sure = signatures(log);
    printf("checks of inclusion among ten million: %.0f a second; of a checkpoint's signature: %.0f; of both, one after the other:"
           " %.0f\n", proving.checks, sure, 1 / (1 / proving.checks + 1 / sure));
    printf("ratio checks of inclusion among ten million (the tree, not the signature) to 100000 a second: %.2f (aim 1.00)\n", proving.checks / 100000);
    printf("ratio a minute to the time that ten million entries of the log alone take: %.2f (aim 1.00)\n", 60 / seconds);
    /* not quite 1: SQLite fills its page caches, 8 MB for each connection, and then no more */
    printf("ratio the server's memory at a thousand entries to that at ten million: %.2f (aim 0.70)\n", first_memory / last_memory);
    server_drop(&log->server);
    return 0;
}
