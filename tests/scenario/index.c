/*
 * The real program is told to stop while it indexes people by their names, as at the first start of a new version. It ends well
 * within a page of them, nothing of it is there, and the next start does it all: everybody is found.
 */
#include "server.h"

#include <curl/curl.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* A page is what is done between two looks at whether it shall stop. */
enum { PEOPLE = 640, PAGE = 64, STOPPED_AFTER = 5 * PAGE, SLOW = 6 };

struct person {
    char name[20], subject[ID_LENGTH + 1];
};

/* ---- people ---- */

/* Names that have little in common, the same each time. */
static void make_names(struct person *people)
{
    uint32_t state = 1;
    for (int i = 0; i < PEOPLE; i++)
        for (int k = 0; k < 9; k++) {
            state = state * 1664525 + 1013904223;
            people[i].name[k] = (char)((k ? 'a' : 'A') + (state >> 16) % 26);
        }
}

static const char *sign_in(struct client *client, struct server *server, struct arena *arena)
{
    struct answered answered = client_ask(client, arena, NULL, "token",
                                          "{\"login\":\"teacher\",\"password\":\"" SERVER_PASSWORD "\",\"label\":\"index\",\"days\":90}");
    if (answered.status != 200)
        server_fail(server, "signing in: %d %.*s", answered.status, TEXT_ARGS(answered.body));
    return arena_string(arena, json_text(json_get(answered.json, "token")));
}

static void put_people(struct server *server, const char *token, struct person *people)
{
    ARENA_SCOPE struct arena *arena = arena_new(1 << 20, ARENA_PLAIN);
    struct client *client = client_new(server);
    for (int i = 0; i < PEOPLE; i++) {
        arena_reset(arena);
        struct text json = arena_format(arena, "{\"name\":\"%s\"}", people[i].name);
        struct answered answered = client_ask(client, arena, token, "case/open", json.p);
        if (answered.status != 200)
            server_fail(server, "%s was not put down: %d %.*s", people[i].name, answered.status, TEXT_ARGS(answered.body));
        snprintf(people[i].subject, sizeof people[i].subject, "%.*s", TEXT_ARGS(json_text(json_get(answered.json, "subject_id"))));
    }
    client_free(&client);
}

static void find_people(struct server *server, const char *token, const struct person *people)
{
    ARENA_SCOPE struct arena *arena = arena_new(1 << 20, ARENA_PLAIN);
    struct client *client = client_new(server);
    for (int i = 0; i < PEOPLE; i++) {
        arena_reset(arena);
        struct text json = arena_format(arena, "{\"name\":\"%s\"}", people[i].name);
        struct answered answered = client_ask(client, arena, token, "subject/search", json.p);
        const struct json *rows = json_get(answered.json, "rows");
        if (!rows || !rows->count || !text_equal(json_text(json_get(&rows->item[0], "subject_id")), text_of(people[i].subject)))
            server_fail(server, "%s is not found: %d %.*s", people[i].name, answered.status, TEXT_ARGS(answered.body));
    }
    client_free(&client);
}

/* ---- the index ---- */

/* As the migration leaves a database of an earlier version. */
static void make_old(struct server *server, struct arena *arena)
{
    server_shell(server, arena,
                 "sqlite3 %s/data/proviso.db \"DELETE FROM record_key WHERE id IN (SELECT key_id FROM name_key)\""
                 " \"UPDATE name_key SET key_id = ''\" 'DELETE FROM subject_trigram'",
                 server->home);
}

static void must_be_old(struct server *server, struct arena *arena)
{
    struct text said = server_shell(server, arena,
                                    "sqlite3 %s/data/proviso.db 'SELECT count(*) FROM subject_trigram'"
                                    " 'SELECT count(*) FROM subject_trigram_2' \"SELECT id || key_id FROM name_key\"",
                                    server->home);
    if (!text_equal(text_trim(said), TEXT("0\n0\n1")))
        server_fail(server, "something of the index is there: %.*s", TEXT_ARGS(said));
}

/* ---- its words, one at a time ---- */

/*
 * What the server writes goes through a pipe that holds one line: so it is never further than a line and what it does for the
 * next. On a slow machine it tells of every page.
 */
static int listen_to(struct server *server, volatile int64_t **clock)
{
    static char library[4200], file[100];
    int ends[2];
    snprintf(file, sizeof file, "%s/slow", server->folder);
    snprintf(library, sizeof library, "%s/libjump-clock.so", getenv("PROVISO_BUILD"));
    int fd = open(file, O_RDWR | O_CREAT, 0600);
    void *p = fd < 0 || ftruncate(fd, 4096) != 0 ? MAP_FAILED : mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (p == MAP_FAILED || access(library, R_OK) != 0)
        server_fail(server, "there is no clock to slow: %s", library);
    close(fd);
    if (pipe2(ends, O_DIRECT) != 0 || fcntl(ends[0], F_SETFD, FD_CLOEXEC) != 0 ||
        fcntl(ends[1], F_SETPIPE_SZ, 4096) != (int)sysconf(_SC_PAGESIZE))
        server_fail(server, "there is no pipe of one line");
    *clock = p;
    (*clock)[1] = SLOW;
    server->library = library;
    server->clock = file;
    server->told = ends[1];
    return ends[0];
}

/* False: it has ended. */
static bool next_line(int from, char *line, size_t size)
{
    ssize_t n = read(from, line, size - 1);
    line[n > 0 ? n : 0] = '\0';
    fputs(line, stderr);
    return n > 0;
}

static int done_of(const char *line, int *of)
{
    int done;
    const char *at = strstr(line, "gate: indexed ");
    return at && sscanf(at, "gate: indexed %d of %d people", &done, of) == 2 ? done : 0;
}

static void stop_while_it_indexes(struct server *server)
{
    char line[5000];
    int done = 0, of = 0, last;
    bool told = false;
    volatile int64_t *clock;
    int from = listen_to(server, &clock);
    server_begin(server);
    close(server->told);
    server->told = 0;
    while (done < STOPPED_AFTER && next_line(from, line, sizeof line))
        done = done_of(line, &of);
    if (done < STOPPED_AFTER || of < PEOPLE)
        server_fail(server, "it does not tell how far it is");
    kill(server->pid, SIGTERM);
    clock[1] = 0;
    last = done;
    while (next_line(from, line, sizeof line)) {
        last = done_of(line, &of) > last ? done_of(line, &of) : last;
        told |= strstr(line, "serve: stopping: told to stop while people were being indexed by their names") != NULL;
    }
    close(from);
    server->library = NULL;
    int code = server_end(server, 0);
    if (code != 0 || !told)
        server_fail(server, "told to stop it ended with %d", code);
    if (last > done + 2 * PAGE) /* a line lay in the pipe, one waited to be written */
        server_fail(server, "it went on from %d to %d people", done, last);
}

int main(void)
{
    static struct person people[PEOPLE];
    ARENA_SCOPE struct arena *arena = arena_new(64 << 20, ARENA_PLAIN);
    struct server server = {0};
    struct error error;
    struct text text;
    curl_global_init(CURL_GLOBAL_ALL);
    server_make(&server);
    server_start(&server);
    struct client *client = client_new(&server);
    const char *token = sign_in(client, &server, arena);
    client_free(&client);
    make_names(people);
    put_people(&server, token, people);
    if (server_end(&server, SIGTERM) != 0)
        server_fail(&server, "it did not end well");
    make_old(&server, arena);
    stop_while_it_indexes(&server);
    must_be_old(&server, arena);
    server_start(&server);
    if (file_read(arena, server.log, 1 << 20, &text, &error) != 0 || text_find(text, TEXT("gate: indexed all ")) < 0)
        server_fail(&server, "the next start does not index people");
    find_people(&server, token, people);
    if (server_end(&server, SIGTERM) != 0)
        server_fail(&server, "it did not end well");
    if (server_run(&server, arena, "ledger verify", &text) != 0)
        server_fail(&server, "it does not verify: %.*s", TEXT_ARGS(text));
    server_drop(&server);
    printf("done\n");
    return 0;
}
