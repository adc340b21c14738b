/*
 * The real programs, and a clock that is set while they work: a day and a year ahead, an hour and a year back, and right again;
 * while they run, and while they are stopped. Nothing acknowledged is lost, the log only grows, nobody is signed in for longer,
 * what is refused says what to do, and nothing is destroyed because it seems old.
 */
#include "load.h"

#include <curl/curl.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define HOUR INT64_C(3600)
#define DAY (24 * HOUR)
#define YEAR (365 * DAY)

static volatile int64_t *ahead; /* seconds: the server's clock */

static void make_clock(struct server *server)
{
    static char library[4200], file[100];
    snprintf(file, sizeof file, "%s/ahead", server->folder);
    snprintf(library, sizeof library, "%s/libjump-clock.so", getenv("PROVISO_BUILD"));
    int fd = open(file, O_RDWR | O_CREAT, 0600);
    void *p = fd < 0 || ftruncate(fd, 4096) != 0 ? MAP_FAILED : mmap(NULL, sizeof *ahead, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (p == MAP_FAILED || access(library, R_OK) != 0)
        server_fail(server, "there is no clock to set: %s", library);
    close(fd);
    ahead = p;
    server->library = library;
    server->clock = file;
}

static int64_t now_there(void)
{
    return clock_now() / CLOCK_SECOND + *ahead;
}

static bool log_has(struct server *server, const char *words)
{
    ARENA_SCOPE struct arena *arena = arena_new(64 << 20, ARENA_PLAIN);
    struct text text;
    struct error error;
    return file_read(arena, server->log, 16 << 20, &text, &error) == 0 && text_find(text, text_of(words)) >= 0;
}

static void wait_for_log(struct server *server, const char *words)
{
    for (int i = 0; i < 6000 && !log_has(server, words); i++)
        usleep(10000);
    if (!log_has(server, words))
        server_fail(server, "the log does not say \"%s\"", words);
}

/* Of the public checkpoint. It never goes back. */
static uint64_t log_grown(struct server *server, uint64_t from)
{
    ARENA_SCOPE struct arena *arena = arena_new(1 << 20, ARENA_PLAIN);
    struct client *client = client_new(server);
    struct answered answered = client_ask(client, arena, NULL, "/log/checkpoint", NULL);
    struct text rest = answered.body, line = TEXT("");
    int64_t size = 0;
    if (!text_next(&rest, '\n', &line) || !text_next(&rest, '\n', &line) || !text_to_int64(line, &size))
        server_fail(server, "no checkpoint: %d", answered.status);
    if ((uint64_t)size < from)
        server_fail(server, "the log has gone back from %llu to %lld entries", (unsigned long long)from, (long long)size);
    client_free(&client);
    return (uint64_t)size;
}

static struct answered ask(struct server *server, struct arena *arena, const char *token, const char *path, const char *json)
{
    struct client *client = client_new(server);
    struct answered answered = client_ask(client, arena, token, path, json);
    client_free(&client);
    return answered;
}

static void save_draft(struct server *server, struct arena *arena, const char *token, const char **id)
{
    struct answered answered = ask(server, arena, token, "draft/save", "{\"journey\":\"worry\",\"content\":{\"said\":\"what I saw\"}}");
    if (answered.status != 200)
        server_fail(server, "a draft was not saved: %d %.*s", answered.status, TEXT_ARGS(answered.body));
    *id = arena_string(arena, json_text(json_get(answered.json, "draft_id")));
}

/* The time that the newest entry tells. */
static int64_t newest_entry(struct server *server, struct arena *arena)
{
    int64_t at = 0;
    struct text said =
        server_shell(server, arena, "sqlite3 %s/data/proviso.db 'SELECT at / 1000000 FROM entry ORDER BY idx DESC LIMIT 1'", server->home);
    text_to_int64(text_trim(said), &at);
    return at;
}

/* Whether who signed in when the clock was right is signed in still, and is told what to do if not. */
static void check_token(struct server *server, struct arena *arena, const char *token, bool good)
{
    struct answered answered = ask(server, arena, token, "agency/list", NULL);
    if (answered.status != (good ? 200 : 401))
        server_fail(server, "%+lld hours: a token of before gets %d", (long long)(*ahead / HOUR), answered.status);
    if (!good && text_find(answered.body, TEXT("Make a new token")) < 0 &&
        text_find(answered.body, TEXT("Sign in again")) < 0)
        server_fail(server, "it is not told what to do: %.*s", TEXT_ARGS(answered.body));
}

/* A day's work at a wrong hour. */
static void work_there(struct server *server, struct arena *arena, struct load **kept)
{
    const char *token = load_sign_in(server, arena);
    *kept = load_begin(server, token, &(struct load_settings){.clients = 3});
    load_wait_acknowledged(*kept, 60);
    load_end(*kept);
    int64_t at = newest_entry(server, arena);
    if (at > now_there() || at < now_there() - 600)
        server_fail(server, "an entry does not tell the time that the clock said");
    const char *draft;
    save_draft(server, arena, token, &draft);
}

int main(void)
{
    static const struct {
        int64_t to;
        bool token_good, doubted, stopped;
    } jumps[] = {
        {DAY, true, true, false},   {YEAR, false, true, false}, {-HOUR, false, false, false}, {-YEAR, false, true, false},
        {0, true, false, false},    {YEAR, false, true, true},  {-YEAR, false, true, true},   {0, true, false, true},
    };
    enum { JUMPS = sizeof jumps / sizeof *jumps };
    ARENA_SCOPE struct arena *arena = arena_new(64 << 20, ARENA_PLAIN);
    struct server server = {0};
    struct load *kept[2 * JUMPS] = {NULL};
    uint64_t size = 0;
    const char *draft;
    setvbuf(stdout, NULL, _IOLBF, 0);
    curl_global_init(CURL_GLOBAL_ALL);
    signal(SIGPIPE, SIG_IGN);
    server_make(&server);
    make_clock(&server);
    server_start(&server);
    const char *token = load_sign_in(&server, arena);
    save_draft(&server, arena, token, &draft);
    for (int i = 0; i < JUMPS; i++) {
        struct load *running = NULL;
        if (jumps[i].stopped) {
            if (server_end(&server, SIGTERM) != 0)
                server_fail(&server, "it did not end well");
            *ahead = jumps[i].to;
            server_start(&server);
        } else {
            running = kept[JUMPS + i] = load_begin(&server, load_sign_in(&server, arena), &(struct load_settings){.clients = 3});
            load_wait_acknowledged(running, 30);
            *ahead = jumps[i].to;
            usleep(300000);
            load_end(running);
            const struct refusal last = load_last(running);
            if (load_refused(running) && last.status != 401)
                server_fail(&server, "refused with %d %s", last.status, last.words);
        }
        check_token(&server, arena, token, jumps[i].token_good);
        if (jumps[i].doubted)
            wait_for_log(&server, jumps[i].to > 0 ? "later than the service has seen" : "earlier than the service has seen");
        struct answered metrics = ask(&server, arena, NULL, "/metrics", NULL);
        if (text_find(metrics.body, jumps[i].doubted ? TEXT("proviso_clock_doubted 1") : TEXT("proviso_clock_doubted 0")) < 0)
            server_fail(&server, "%+lld hours: the metrics do not tell whether the clock is doubted", (long long)(jumps[i].to / HOUR));
        work_there(&server, arena, &kept[i]);
        size = log_grown(&server, size);
        printf("%+lld hours%s: %zu acknowledged at that time, %zu during the jump, %zu refused\n", (long long)(jumps[i].to / HOUR),
               jumps[i].stopped ? " while stopped" : "", load_acknowledged(kept[i]), running ? load_acknowledged(running) : 0,
               running ? load_refused(running) : 0);
    }
    /* right again: the draft of before is there, though others were saved when it seemed to be old */
    struct answered read = ask(&server, arena, token, arena_format(arena, "draft/read?draft_id=%s", draft).p, NULL);
    if (read.status != 200 || text_find(read.body, TEXT("what I saw")) < 0)
        server_fail(&server, "a draft was destroyed by a wrong clock: %d %.*s", read.status, TEXT_ARGS(read.body));
    for (int i = 0; i < 2 * JUMPS; i++)
        if (kept[i])
            load_check_documents(&server, token, kept[i]);
    if (server_end(&server, SIGTERM) != 0)
        server_fail(&server, "it did not end well");
    for (int i = 0; i < 2 * JUMPS; i++)
        if (kept[i]) {
            load_check_kept(&server, kept[i]);
            load_free(&kept[i]);
        }
    load_check_verifies(&server);
    server_drop(&server);
    printf("done\n");
    return 0;
}
