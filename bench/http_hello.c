#include "http/http.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

/*
 * The smallest site, for a load generator: bench-http-hello [port [threads]]; ends at SIGTERM.
 *   /plain  answered at once     /work  answered by a worker thread
 */
static int on_plain(struct http_request *request, struct error *error)
{
    return http_reply(request, 200, "text/plain", TEXT("hello, world\n"), error);
}

static int on_work(struct http_request *request, struct error *error)
{
    return http_work(request, on_plain, error);
}

static const struct http_route routes[] = {
    {.method = HTTP_GET, .pattern = "/plain", .handler = on_plain},
    {.method = HTTP_GET, .pattern = "/work", .handler = on_work},
};
static const struct http_table table = {routes, 2};

int main(int count, char **argument)
{
    struct http_site site = {.tables = &table, .tables_n = 1};
    struct http_settings settings = {.port = count > 1 ? (unsigned)atoi(argument[1]) : 8080,
                                     .threads = count > 2 ? (unsigned)atoi(argument[2]) : 2,
                                     .work_queue = 10000};
    struct http_server *server;
    struct error error = {0};
    sigset_t signals;
    int signal_number;
    if (http_start(&settings, &site, &server, &error) != 0) {
        fprintf(stderr, "%s: %s\n", error.where, error.what);
        return 3;
    }
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    sigwait(&signals, &signal_number);
    http_stop(&server);
    return 0;
}
