#include "server.h"

#include "support/postgres.h"

#include <curl/curl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/*
 * crash killed ROUNDS [postgres]
 *                         clients write without a pause; the server is killed at a moment nobody chose. What
 * it had acknowledged is there afterwards, and the record verifies. crash full              the disk is full:
 * nothing more is acknowledged, and what was is kept.
 */

enum { CLIENTS = 6, KEPT = 20000, LOAD_MS = 700 };

struct load {
    struct server *server;
    const char *token;
    _Atomic bool *over;
    pthread_t thread;
    char (*id)[ID_LENGTH + 1]; /* of the cases that were acknowledged */
    size_t n, refused;
    int last_status;
};

/* Writes until the server is gone, or (a full disk) until it says no for the third time. */
static void *write_on(void *context)
{
    struct load *load = context;
    struct client *client = client_new(load->server);
    struct arena *arena = arena_new(1 << 20, ARENA_PLAIN);
    while (arena && load->n < KEPT && !atomic_load(load->over)) {
        arena_reset(arena);
        struct answered answered =
            client_ask(client, arena, load->token, "case/open", "{\"name\":\"Robin Example\"}");
        load->last_status = answered.status;
        if (answered.status == 0)
            break;
        if (answered.status != 200) {
            if (++load->refused == 3)
                break;
            continue;
        }
        struct text id = json_text(json_get(answered.json, "case_id"));
        snprintf(load->id[load->n++], ID_LENGTH + 1, "%.*s", TEXT_ARGS(id));
    }
    arena_free(&arena);
    client_free(&client);
    return NULL;
}

static const char *sign_in(struct server *server, struct arena *arena)
{
    struct client *client = client_new(server);
    struct answered answered = client_ask(client, arena, NULL, "token",
                                          "{\"login\":\"teacher\",\"password\":\"" SERVER_PASSWORD
                                          "\",\"label\":\"crash\",\"days\":2}");
    client_free(&client);
    if (answered.status != 200)
        server_fail(server, "signing in: %d %.*s", answered.status, TEXT_ARGS(answered.body));
    return arena_string(arena, json_text(json_get(answered.json, "token")));
}

static int by_id(const void *a, const void *b)
{
    return memcmp(a, b, ID_LENGTH);
}

/* Every case that was acknowledged is in the database, read by the database's own program. */
static void check_kept(struct server *server, struct load *load, size_t loads)
{
    struct arena *arena = arena_new(64 << 20, ARENA_PLAIN);
    static const char query[] = "SELECT id FROM case_file ORDER BY id COLLATE \"C\"";
    struct text rest =
        server->database[0]
            ? server_shell(server, arena, "psql -Atc '%s' '%s'", query, server->database)
            : server_shell(server, arena, "sqlite3 %s/data/proviso.db 'SELECT id FROM case_file ORDER BY id'",
                           server->home);
    struct text line;
    size_t n = 0;
    char(*there)[ID_LENGTH] = calloc(rest.n / ID_LENGTH + 1, ID_LENGTH);
    while (there && text_next(&rest, '\n', &line))
        if (line.n == ID_LENGTH)
            memcpy(there[n++], line.p, ID_LENGTH);
    for (size_t l = 0; l < loads; l++)
        for (size_t i = 0; i < load[l].n; i++)
            if (!bsearch(load[l].id[i], there, n, ID_LENGTH, by_id))
                server_fail(server, "case %s was acknowledged and is lost", load[l].id[i]);
    free(there);
    arena_free(&arena);
}

static void check_verifies(struct server *server, struct arena *arena)
{
    struct text output;
    int code = server_run(server, arena, "ledger verify", &output);
    if (code != 0)
        server_fail(server, "verifying ended with %d: %.*s", code, TEXT_ARGS(output));
}

/* The size that the public checkpoint tells: its second line. */
static uint64_t log_size(struct server *server, struct arena *arena)
{
    struct client *client = client_new(server);
    struct answered answered = client_ask(client, arena, NULL, "/log/checkpoint", NULL);
    struct text rest = answered.body, line = TEXT("");
    int64_t size = 0;
    if (!text_next(&rest, '\n', &line) || !text_next(&rest, '\n', &line) || !text_to_int64(line, &size))
        server_fail(server, "no checkpoint: %d", answered.status);
    client_free(&client);
    return (uint64_t)size;
}

static size_t acknowledged(const struct load *load)
{
    size_t n = 0;
    for (int i = 0; i < CLIENTS; i++)
        n += load[i].n;
    return n;
}

static void load_begin(struct load *load, struct server *server, const char *token, _Atomic bool *over)
{
    for (int i = 0; i < CLIENTS; i++) {
        load[i] =
            (struct load){.server = server, .token = token, .over = over, .id = calloc(KEPT, ID_LENGTH + 1)};
        if (!load[i].id || pthread_create(&load[i].thread, NULL, write_on, &load[i]) != 0)
            server_fail(server, "out of memory");
    }
}

static void load_wait(struct load *load)
{
    for (int i = 0; i < CLIENTS; i++)
        pthread_join(load[i].thread, NULL);
}

static void load_end(struct load *load)
{
    for (int i = 0; i < CLIENTS; i++)
        free(load[i].id);
}

static void run_killed(struct server *server, struct arena *arena, int rounds)
{
    unsigned seed;
    bytes_random(&seed, sizeof seed);
    printf("seed %u\n", seed);
    srandom(seed);
    server_start(server);
    const char *token = sign_in(server, arena);
    uint64_t size = log_size(server, arena);
    for (int round = 1; round <= rounds; round++) {
        struct load load[CLIENTS];
        _Atomic bool over = false;
        long wait = 20 + random() % LOAD_MS;
        load_begin(load, server, token, &over);
        usleep((useconds_t)wait * 1000);
        server_end(server, SIGKILL);
        atomic_store(&over, true);
        load_wait(load);
        check_kept(server, load, CLIENTS);
        check_verifies(server, arena);
        server_start(server);
        uint64_t now = log_size(server, arena);
        if (now < size + acknowledged(load))
            server_fail(server, "the log has %llu entries, fewer than were acknowledged",
                        (unsigned long long)now);
        size = now;
        printf("round %d: killed after %ld ms, %zu acknowledged, none lost, %llu entries\n", round, wait,
               acknowledged(load), (unsigned long long)size);
        fflush(stdout);
        load_end(load);
    }
    int code = server_end(server, SIGTERM);
    if (code != 0)
        server_fail(server, "it ended with %d", code);
    check_verifies(server, arena);
}

static void run_full(struct server *server, struct arena *arena)
{
    struct load load[CLIENTS];
    _Atomic bool over = false;
    server->file_limit = UINT64_C(1500) << 10;
    server_start(server);
    const char *token = sign_in(server, arena);
    load_begin(load, server, token, &over);
    load_wait(load);
    for (int i = 0; i < CLIENTS; i++)
        if (load[i].last_status > 0 && load[i].last_status < 500)
            server_fail(server, "on a full disk the answer was %d", load[i].last_status);
    /* it ends itself, so that the service manager starts it anew */
    int code = server_end(server, 0);
    printf("%zu acknowledged before the disk was full; then it ended with %d\n", acknowledged(load), code);
    if (code != 3)
        server_fail(server, "it goes on as if there were room");
    /* with room again nothing is missing and it goes on */
    server->file_limit = 0;
    check_kept(server, load, CLIENTS);
    check_verifies(server, arena);
    server_start(server);
    struct client *client = client_new(server);
    struct answered again = client_ask(client, arena, token, "case/open", "{\"name\":\"Robin Example\"}");
    if (again.status != 200)
        server_fail(server, "with room again: %d %.*s", again.status, TEXT_ARGS(again.body));
    client_free(&client);
    server_end(server, SIGTERM);
    check_verifies(server, arena);
    load_end(load);
}

int main(int count, char **argument)
{
    bool killed = count >= 3 && strcmp(argument[1], "killed") == 0,
         full = count == 2 && strcmp(argument[1], "full") == 0;
    bool on_postgres = killed && count == 4 && strcmp(argument[3], "postgres") == 0;
    if (!killed && !full) {
        fprintf(stderr, "usage: crash killed ROUNDS [postgres] | full\n");
        return 2;
    }
    struct server server = {0};
    struct arena *arena = arena_new(64 << 20, ARENA_PLAIN);
    curl_global_init(CURL_GLOBAL_ALL);
    signal(SIGPIPE, SIG_IGN);
    struct test_postgres *postgres = on_postgres ? test_postgres_start() : NULL;
    if (on_postgres)
        test_postgres_database(postgres, "crash", server.database, sizeof server.database);
    server_make(&server);
    if (killed)
        run_killed(&server, arena, atoi(argument[2]));
    else
        run_full(&server, arena);
    server_drop(&server);
    test_postgres_stop(&postgres);
    arena_free(&arena);
    printf("%s: done\n", argument[1]);
    return 0;
}
