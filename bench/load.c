#include "load.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { SYNC_SECONDS = 2, MOST = 1 << 20 };

/* ---- the disk ---- */

double load_syncs(struct server *server)
{
    char path[120], block[4096];
    memset(block, 'x', sizeof block);
    snprintf(path, sizeof path, "%s/syncs", server->folder);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    int64_t begun = clock_steady(), now = begun;
    size_t n = 0;
    while (fd >= 0 && now - begun < SYNC_SECONDS * CLOCK_SECOND) {
        if (write(fd, block, sizeof block) != (ssize_t)sizeof block || fdatasync(fd) != 0)
            server_fail(server, "%s: %s", path, strerror(errno));
        n++;
        now = clock_steady();
    }
    close(fd);
    unlink(path);
    return (double)n * (double)CLOCK_SECOND / (double)(now - begun);
}

/* ---- the clients ---- */

struct connection {
    int fd;
    char got[16384];
    size_t n;
    int64_t asked_at;
};

struct run {
    struct server *server; /* ended where something fails */
    unsigned port;
    struct text request;
    struct connection client[LOAD_CLIENTS];
    unsigned clients;
    int64_t *waits; /* microseconds */
    size_t n, refused;
};

static void ask(struct run *run, struct connection *client)
{
    client->n = 0;
    client->asked_at = clock_steady();
    if (send(client->fd, run->request.p, run->request.n, MSG_NOSIGNAL) != (ssize_t)run->request.n)
        server_fail(run->server, "the request was not taken: %s", strerror(errno));
}

static void join(struct run *run, struct connection *client)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)run->port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    client->fd = socket(AF_INET, SOCK_STREAM, 0);
    if (client->fd < 0 || connect(client->fd, (struct sockaddr *)&address, sizeof address) != 0)
        server_fail(run->server, "no connection: %s", strerror(errno));
}

/* Is the whole answer there? */
static bool is_whole(const struct connection *client)
{
    struct text got = {client->got, client->n};
    ptrdiff_t end = text_find(got, TEXT("\r\n\r\n")), length = text_find(got, TEXT("Content-Length: "));
    return end > 0 && length > 0 && length < end &&
           client->n >= (size_t)end + 4 + strtoul(client->got + length + 16, NULL, 10);
}

static void hear(struct run *run, struct connection *client, bool over)
{
    ssize_t n = recv(client->fd, client->got + client->n, sizeof client->got - 1 - client->n, 0);
    if (n <= 0)
        server_fail(run->server, "the server closed the connection");
    client->n += (size_t)n;
    client->got[client->n] = 0;
    if (!is_whole(client))
        return;
    if (strncmp(client->got, "HTTP/1.1 200", 12) != 0 && run->refused++ == 0)
        fprintf(stderr, "refused: %s\n", client->got);
    if (run->n < MOST)
        run->waits[run->n++] = clock_steady() - client->asked_at;
    client->n = 0;
    if (!over)
        ask(run, client);
    else
        client->asked_at = 0;
}

static double drive(struct run *run, double seconds)
{
    int queue = epoll_create1(0);
    for (unsigned i = 0; i < run->clients; i++) {
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = &run->client[i]};
        join(run, &run->client[i]);
        epoll_ctl(queue, EPOLL_CTL_ADD, run->client[i].fd, &event);
    }
    int64_t begun = clock_steady(), end = begun + (int64_t)(seconds * (double)CLOCK_SECOND), now = begun;
    for (unsigned i = 0; i < run->clients; i++)
        ask(run, &run->client[i]);
    while (now < end) {
        struct epoll_event event[LOAD_CLIENTS];
        int ready = epoll_wait(queue, event, LOAD_CLIENTS, 1000);
        now = clock_steady();
        for (int i = 0; i < ready; i++)
            hear(run, event[i].data.ptr, now >= end);
    }
    double rate = (double)run->n * (double)CLOCK_SECOND / (double)(now - begun);
    for (unsigned i = 0; i < run->clients; i++)
        close(run->client[i].fd);
    close(queue);
    return rate;
}

/* ---- what is asked ---- */

static struct text decision(struct server *server, struct arena *arena)
{
    struct client *client = client_new(server);
    struct answered answered =
        client_ask(client, arena, NULL, "token",
                   "{\"login\":\"teacher\",\"password\":\"" SERVER_PASSWORD "\",\"label\":\"bench\"}");
    const char *token = arena_string(arena, json_text(json_get(answered.json, "token")));
    answered = client_ask(client, arena, token, "case/open", "{\"name\":\"Robin Example\"}");
    struct text case_id = json_text(json_get(answered.json, "case_id")), agency = TEXT("");
    answered = client_ask(client, arena, token, "agency/list", NULL);
    const struct json *rows = json_get(answered.json, "rows");
    for (size_t i = 0; rows && i < rows->count; i++)
        if (text_equal(json_text(json_get(&rows->item[i], "kind")), TEXT("childrens-social-care")))
            agency = json_text(json_get(&rows->item[i], "agency_id"));
    client_free(&client);
    struct text body = arena_format(
        arena,
        "{\"cases\":[\"%.*s\"],\"agencies\":[\"%.*s\"],\"outcome\":\"share\",\"reasons\":\"The bruise and "
        "what the child said.\","
        "\"facts\":{\"purpose\":\"section-47\",\"identifies\":\"living-person\",\"confidential\":true,"
        "\"consent\":\"given\","
        "\"consent_covers\":true,\"child_harm\":\"evidence\",\"proportionate\":true,\"urgent\":false,"
        "\"recipient_needs_to_know\":true,\"informing_raises_risk\":false}}",
        TEXT_ARGS(case_id), TEXT_ARGS(agency));
    return arena_format(
        arena,
        "POST /api/v1/decision/record HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer %s\r\n"
        "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n%.*s",
        token, body.n, TEXT_ARGS(body));
}

static int by_size(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

struct load load_asks(struct server *server, unsigned port, struct text request, unsigned clients, double seconds)
{
    struct run *run = calloc(1, sizeof *run);
    if (!run || !(run->waits = calloc(MOST, sizeof *run->waits)))
        server_fail(server, "out of memory");
    run->server = server;
    run->port = port;
    run->clients = clients;
    run->request = request;
    struct load load = {.rate = drive(run, seconds), .recorded = run->n};
    if (run->refused || run->n == 0)
        server_fail(server, "%zu of %zu requests were refused", run->refused, run->n);
    qsort(run->waits, run->n, sizeof *run->waits, by_size);
    load.half = (double)run->waits[run->n / 2] / 1000;
    load.most = (double)run->waits[run->n * 99 / 100] / 1000;
    free(run->waits);
    free(run);
    return load;
}

struct load load_decisions(struct server *server, unsigned clients, double seconds)
{
    ARENA_SCOPE struct arena *arena = arena_new(64 << 20, ARENA_PLAIN);
    if (!arena)
        server_fail(server, "out of memory");
    curl_global_init(CURL_GLOBAL_ALL);
    return load_asks(server, server->port, decision(server, arena), clients, seconds);
}
