#include "floor.h"
#include "home_log.h"
#include "http/http.h"
#include "keyholder.h"
#include "load.h"

#include <stdio.h>
#include <stdlib.h>

static int on_plain(struct http_request *request, struct error *error)
{
    return http_reply(request, 200, "text/plain", TEXT("hello, world\n"), error);
}

static double answers(struct server *server, double seconds)
{
    static const struct http_route route = {.method = HTTP_GET, .pattern = "/plain", .handler = on_plain};
    static const struct http_table table = {&route, 1};
    struct http_site site = {.tables = &table, .tables_n = 1};
    struct http_settings settings = {.address = "127.0.0.1", .threads = 2};
    struct http_server *http = NULL;
    struct error error;
    if (http_start(&settings, &site, &http, &error) != 0)
        server_fail(server, "%s: %s", error.where, error.what);
    struct load load =
        load_asks(server, http_port(http), TEXT("GET /plain HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"), 1, seconds);
    http_stop(&http);
    return load.rate;
}

static double entries(struct server *server, double seconds)
{
    char home[120], program[4096];
    const char *build = getenv("PROVISO_BUILD");
    uint8_t signature[LEDGER_SIGNATURE_SIZE];
    struct home_log log = {0};
    struct keyholder *keyholder = NULL;
    struct error error;
    size_t n = 0;
    snprintf(home, sizeof home, "%s/keyholder", server->home);
    snprintf(program, sizeof program, "%s/proviso", build ? build : "build");
    struct keyholder_options options = {.program = program, .home = home};
    if (keyholder_start(&options, &keyholder, &error) != 0)
        server_fail(server, "%s: %s", error.where, error.what);
    home_log_make(&log, server);
    home_log_open(&log);
    STORE_SESSION_SCOPE struct store_session *session = NULL;
    if (store_writer(log.store, &session, &error) != 0)
        server_fail(server, "%s: %s", error.where, error.what);
    int64_t begun = clock_steady(), now = begun;
    while (now - begun < (int64_t)(seconds * (double)CLOCK_SECOND)) {
        struct ledger_growth growth = home_log_append(&log, session, 1);
        if (keyholder_sign(keyholder, &growth, signature, &error) != 0)
            server_fail(server, "%s: %s", error.where, error.what);
        n++;
        now = clock_steady();
    }
    store_give_back(&session);
    home_log_close(&log);
    keyholder_stop(&keyholder);
    return (double)n * (double)CLOCK_SECOND / (double)(now - begun);
}

struct floor floor_measure(struct server *server, double seconds)
{
    return (struct floor){.answers = answers(server, seconds), .entries = entries(server, seconds)};
}
