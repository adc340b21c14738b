#include "load.h"

#include "support/postgres.h"

#include <curl/curl.h>
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * crash MODE ...: the real program under load, and what becomes of it. Whatever happens: what it had acknowledged is
 * there afterwards, nothing is half there, the record verifies, and it goes on.
 *
 *   killed ROUNDS [postgres]   SIGKILL at a moment nobody chose
 *   full                       a disk that takes no more: a limit on the size of files
 *   disk                       a disk that is full: a small file system
 *   keyholder ROUNDS           the keyholder is killed
 *   stopped                    the keyholder stands still for a moment, then for good
 */

enum { LOAD_MS = 700, HOME_ROUNDS = 50 };

static const struct load_settings six = {.clients = 6, .documents = true};

/* The size that the public checkpoint tells: its second line. */
static uint64_t log_size(struct server *server)
{
    ARENA_SCOPE struct arena *arena = arena_new(1 << 20, ARENA_PLAIN);
    struct client *client = client_new(server);
    struct answered answered = client_ask(client, arena, NULL, "/log/checkpoint", NULL);
    struct text rest = answered.body, line = TEXT("");
    int64_t size = 0;
    if (!text_next(&rest, '\n', &line) || !text_next(&rest, '\n', &line) || !text_to_int64(line, &size))
        server_fail(server, "no checkpoint: %d", answered.status);
    client_free(&client);
    return (uint64_t)size;
}

/* Afterwards, as an operator would: it is whole, it starts, what it had acknowledged is there, and it goes on. */
static void check_after(struct server *server, const char *token, struct load *load, uint64_t before)
{
    load_check_kept(server, load);
    load_check_verifies(server);
    server_start(server);
    uint64_t now = log_size(server);
    if (now < before + load_acknowledged(load))
        server_fail(server, "the log has %llu entries, fewer than were acknowledged", (unsigned long long)now);
    load_check_documents(server, token, load);
    struct load *again = load_begin(server, token, &(struct load_settings){.clients = 1});
    load_wait_acknowledged(again, 6);
    load_end(again);
    load_free(&again);
}

static void end_well(struct server *server)
{
    int code = server_end(server, SIGTERM);
    if (code != 0)
        server_fail(server, "it ended with %d", code);
    load_check_verifies(server);
}

static void seed(void)
{
    unsigned value;
    const char *wish = getenv("CRASH_SEED");
    bytes_random(&value, sizeof value);
    if (wish)
        value = (unsigned)strtoul(wish, NULL, 10);
    printf("seed %u\n", value);
    srandom(value);
}

/* ---- killed ---- */

static void kill_once(struct server *server, const char *token, int round)
{
    uint64_t before = log_size(server);
    struct load *load = load_begin(server, token, &six);
    long wait = 20 + random() % LOAD_MS;
    usleep((useconds_t)wait * 1000);
    server_end(server, SIGKILL);
    load_end(load);
    check_after(server, token, load, before);
    printf("round %d: killed after %ld ms, %zu acknowledged, none lost\n", round, wait, load_acknowledged(load));
    fflush(stdout);
    load_free(&load);
}

static void run_killed(struct server *server, int rounds)
{
    seed();
    for (int done = 0; done < rounds; done += HOME_ROUNDS) { /* a new home now and then: checking takes as long as it is large */
        ARENA_SCOPE struct arena *arena = arena_new(1 << 20, ARENA_PLAIN);
        if (done) {
            server_drop(server);
            server_make(server);
        }
        server_start(server);
        const char *token = load_sign_in(server, arena);
        for (int round = done + 1; round <= rounds && round <= done + HOME_ROUNDS; round++)
            kill_once(server, token, round);
        end_well(server);
    }
}

/* ---- full ---- */

static bool log_has(struct server *server, const char *words)
{
    struct error error;
    struct text text;
    ARENA_SCOPE struct arena *arena = arena_new(32 << 20, ARENA_PLAIN);
    return file_read(arena, server->log, 16 << 20, &text, &error) == 0 && text_find(text, text_of(words)) >= 0;
}

static int status_of(struct server *server, const char *token, const char *path, const char *expected)
{
    ARENA_SCOPE struct arena *arena = arena_new(16 << 20, ARENA_PLAIN);
    struct client *client = client_new(server);
    struct answered answered = client_ask(client, arena, token, path, NULL);
    if (expected && text_find(answered.body, text_of(expected)) < 0)
        server_fail(server, "%s does not say \"%s\": %d %.*s", path, expected, answered.status, TEXT_ARGS(answered.body));
    client_free(&client);
    return answered.status;
}

/* Each is told what is wrong and what to do, and nothing of the machine; what needs no writing goes on; the operator knows. */
static void check_told_full(struct server *server, const char *token, struct load *load)
{
    size_t refused = load_refused(load);
    load_wait_refused(load, refused + 30); /* from here on nothing is kept */
    const struct refusal last = load_last(load);
    printf("%zu acknowledged before the disk was full, %zu refused\nthe last refusal: %d %s\n", load_acknowledged(load),
           load_refused(load), last.status, last.words);
    if (load_refused(load) < refused + 30 || last.status != 503 || strstr(last.words, server->folder) ||
        !strstr(last.words, "the disk of the service is full") || !strstr(last.words, "Tell the operator to free some space"))
        server_fail(server, "whoever asks is not told what to do, or too much");
    if (!log_has(server, "NOTHING CAN BE KEPT") || !log_has(server, "Free some space"))
        server_fail(server, "the operator is not told");
    if (status_of(server, NULL, "/healthz", "the disk is full") != 503 ||
        status_of(server, NULL, "/metrics", "\nproviso_disk_full 1\n") != 200 ||
        status_of(server, NULL, "/status", "The disk is full: nothing new can be recorded") != 200 ||
        status_of(server, NULL, "/log/checkpoint", "proviso.example/log") != 200 ||
        status_of(server, token, "agency/list", "Alderbrook") != 200)
        server_fail(server, "what needs no writing does not go on");
}

static void run_full(struct server *server)
{
    ARENA_SCOPE struct arena *arena = arena_new(1 << 20, ARENA_PLAIN);
    server->file_limit = UINT64_C(1500) << 10;
    server_start(server);
    const char *token = load_sign_in(server, arena);
    struct load *load = load_begin(server, token, &(struct load_settings){.clients = 6});
    check_told_full(server, token, load);
    load_end(load);
    int code = server_end(server, SIGTERM);
    if (code != 0)
        server_fail(server, "it ended with %d", code);
    server->file_limit = 0;
    check_after(server, token, load, 0);
    load_free(&load);
    end_well(server);
}

/* The home moves to a file system of its own, which is small. */
static bool make_small_disk(struct server *server)
{
    char at[100];
    snprintf(at, sizeof at, "%s/small", server->folder);
    if (mkdir(at, 0755) != 0 || unshare(CLONE_NEWNS) != 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
        mount("none", at, "tmpfs", 0, "size=64m,mode=0755") != 0) {
        printf("left out: a file system cannot be mounted here (%s); `crash full` stands for it\n", strerror(errno));
        return false;
    }
    ARENA_SCOPE struct arena *arena = arena_new(1 << 20, ARENA_PLAIN);
    server_shell(server, arena, "cp -a %s %s/home", server->home, at);
    snprintf(server->home, sizeof server->home, "%s/home", at);
    return true;
}

/* Uploads meet it first; what is left, and the reserve, something else on the machine takes. */
static void fill_disk(struct server *server, const char *at)
{
    ARENA_SCOPE struct arena *arena = arena_new(1 << 20, ARENA_PLAIN);
    for (int i = 0; i < 600 && status_of(server, NULL, "/healthz", NULL) == 200; i++) {
        server_shell(server, arena, "dd if=/dev/zero of=%s/junk bs=16k oflag=append conv=notrunc >/dev/null 2>&1 || true", at);
        usleep(20000);
    }
}

static void run_disk(struct server *server)
{
    ARENA_SCOPE struct arena *arena = arena_new(1 << 20, ARENA_PLAIN);
    char at[100];
    if (!make_small_disk(server))
        return;
    snprintf(at, sizeof at, "%s/small", server->folder);
    server_start(server);
    const char *token = load_sign_in(server, arena);
    struct load *load = load_begin(server, token, &six);
    load_wait_refused(load, 1);
    fill_disk(server, at);
    check_told_full(server, token, load);
    if (!log_has(server, "THE DISK IS FULL"))
        server_fail(server, "the reserve was not used");
    /* with room again it goes on by itself */
    size_t before = load_acknowledged(load);
    if (mount(NULL, at, NULL, MS_REMOUNT, "size=300m") != 0)
        server_fail(server, "the disk cannot be made larger: %s", strerror(errno));
    load_wait_acknowledged(load, before + 50);
    load_end(load);
    if (status_of(server, NULL, "/healthz", "ok") != 200 || status_of(server, NULL, "/metrics", "\nproviso_disk_full 0\n") != 200)
        server_fail(server, "it does not say that it is well again");
    /* killed, and started on a disk that is full again */
    server_end(server, SIGKILL);
    server_shell(server, arena, "dd if=/dev/zero of=%s/junk bs=16k oflag=append conv=notrunc >/dev/null 2>&1 || true", at);
    struct text said;
    int code = server_run(server, arena, "ledger checkpoint", &said);
    printf("on the full disk: %d %.*s\n", code, TEXT_ARGS(said));
    server_shell(server, arena, "rm %s/junk", at);
    check_after(server, token, load, 0);
    load_free(&load);
    end_well(server);
    umount2(at, MNT_DETACH);
}

/* ---- the keyholder ---- */

static pid_t keyholder_of(struct server *server)
{
    char path[80], line[100] = "";
    snprintf(path, sizeof path, "/proc/%ld/task/%ld/children", (long)server->pid, (long)server->pid);
    FILE *file = fopen(path, "r");
    if (!file || !fgets(line, sizeof line, file) || atol(line) <= 1)
        server_fail(server, "the keyholder is not found");
    fclose(file);
    return (pid_t)atol(line);
}

/* In its sandbox the server cannot start another: it ends, says why, and is started anew by the service manager. */
static void check_ended(struct server *server, struct load *load, const char *why)
{
    int code = server_end(server, 0);
    load_end(load);
    printf("%zu acknowledged, %zu refused, then it ended with %d; the last refusal: %s\n", load_acknowledged(load),
           load_refused(load), code, load_last(load).words);
    if (code != 3)
        server_fail(server, "without its keyholder it ended with %d", code);
    if (!log_has(server, why) || !log_has(server, "the service stops"))
        server_fail(server, "the log does not say that %s", why);
}

/* Outside it the server starts another keyholder and goes on. */
static void check_went_on(struct server *server, struct load *load)
{
    load_wait_acknowledged(load, load_acknowledged(load) + 50);
    load_end(load);
    printf("%zu acknowledged, %zu refused, and it went on; the last refusal: %s\n", load_acknowledged(load),
           load_refused(load), load_last(load).words);
    server_end(server, SIGTERM);
}

static void run_keyholder(struct server *server, int rounds)
{
    ARENA_SCOPE struct arena *arena = arena_new(1 << 20, ARENA_PLAIN);
    seed();
    server_start(server);
    const char *token = load_sign_in(server, arena);
    for (int round = 1; round <= rounds; round++) {
        uint64_t before = log_size(server);
        struct load *load = load_begin(server, token, &six);
        load_wait_acknowledged(load, 1 + (size_t)random() % 300);
        kill(keyholder_of(server), SIGKILL);
        if (SERVER_CONFINED)
            check_ended(server, load, "was ended by signal 9");
        else
            check_went_on(server, load);
        check_after(server, token, load, before);
        load_free(&load);
    }
    end_well(server);
}

static void run_stopped(struct server *server, bool for_good)
{
    ARENA_SCOPE struct arena *arena = arena_new(1 << 20, ARENA_PLAIN);
    server_start(server);
    const char *token = load_sign_in(server, arena);
    uint64_t before = log_size(server);
    struct load *load = load_begin(server, token, &six);
    load_wait_acknowledged(load, 100);
    pid_t keyholder = keyholder_of(server);
    for (int i = 0; i < 3; i++) { /* it stands still, and everybody waits */
        kill(keyholder, SIGSTOP);
        usleep(300000);
        kill(keyholder, SIGCONT);
        load_wait_acknowledged(load, load_acknowledged(load) + 100);
    }
    if (load_refused(load))
        server_fail(server, "refused while the keyholder stood still for a moment: %s", load_last(load).words);
    if (for_good) {
        kill(keyholder, SIGSTOP);
        if (SERVER_CONFINED)
            check_ended(server, load, "it did not answer in time");
        else
            check_went_on(server, load);
        check_after(server, token, load, before);
    } else {
        load_end(load);
        load_check_documents(server, token, load);
    }
    end_well(server);
    load_check_kept(server, load);
    load_free(&load);
}

int main(int count, char **argument)
{
    const char *mode = count > 1 ? argument[1] : "";
    int rounds = count > 2 ? atoi(argument[2]) : 0;
    bool on_postgres = count == 4 && strcmp(argument[3], "postgres") == 0;
    struct server server = {0};
    curl_global_init(CURL_GLOBAL_ALL);
    signal(SIGPIPE, SIG_IGN);
    struct test_postgres *postgres = on_postgres ? test_postgres_start() : NULL;
    if (on_postgres)
        test_postgres_database(postgres, "crash", server.database, sizeof server.database);
    server_make(&server);
    if (strcmp(mode, "killed") == 0 && rounds)
        run_killed(&server, rounds);
    else if (strcmp(mode, "full") == 0)
        run_full(&server);
    else if (strcmp(mode, "disk") == 0)
        run_disk(&server);
    else if (strcmp(mode, "keyholder") == 0 && rounds)
        run_keyholder(&server, rounds);
    else if (strcmp(mode, "stopped") == 0)
        run_stopped(&server, rounds > 0);
    else
        server_fail(&server, "usage: crash killed ROUNDS [postgres] | full | disk | keyholder ROUNDS | stopped [1]");
    server_drop(&server);
    test_postgres_stop(&postgres);
    printf("%s: done\n", mode);
    return 0;
}
