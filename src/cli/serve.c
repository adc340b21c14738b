#include "commands.h"
#include "settings.h"
#include "signals.h"

#include "api.h"
#include "gate.h"
#include "http/http.h"
#include "http/limiter.h"
#include "letter.h"
#include "policy.h"
#include "sandbox.h"
#include "web.h"

#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Wrong passwords and phrases from one address: a school's staff may share one. What was right is given back. */
enum { TRIES_A_MINUTE = 10, TRIES_AT_ONCE = 40 };

/* What stays in reach once the keyholder runs: the data, the certificate, the packs, and what the system needs to serve. */
static int confine(void *context, struct error *error)
{
    const struct settings *settings = context;
    char data[PATH_MAX], keys[PATH_MAX];
    snprintf(data, sizeof data, "%s/data", settings->home);
    snprintf(keys, sizeof keys, "%s/keyholder", settings->home);
    struct sandbox_path paths[12] = {{data, SANDBOX_WRITE, false}, {keys, SANDBOX_NEVER, true}};
    size_t n = 2;
    if (settings->tls_certificate)
        paths[n++] = (struct sandbox_path){settings->tls_certificate, SANDBOX_READ, false};
    if (settings->tls_key)
        paths[n++] = (struct sandbox_path){settings->tls_key, SANDBOX_READ, false};
    if (settings->witness_ca)
        paths[n++] = (struct sandbox_path){settings->witness_ca, SANDBOX_READ, false};
    /* what is put there while the server runs can be proposed */
    ARENA_SCOPE struct arena *arena = arena_new(1 << 16, ARENA_PLAIN);
    const char *packs = settings->packs;
    if (packs || (arena && policy_packs_folder(arena, &packs)))
        paths[n++] = (struct sandbox_path){packs, SANDBOX_READ, true};
    return sandbox_enter(SANDBOX_SERVE, paths, n, NULL, error);
}

/* Who can write the plan can have the next shares sealed to himself: it must not lie where the server writes. */
static int check_escrow(const struct settings *settings, struct error *error)
{
    char data[PATH_MAX], real_data[PATH_MAX], real[PATH_MAX];
    snprintf(data, sizeof data, "%s/data", settings->home);
    if (!settings->escrow || !realpath(settings->escrow, real) || !realpath(data, real_data))
        return 0; /* a file that is not there is refused by who reads it */
    size_t n = strlen(real_data);
    if (strncmp(real, real_data, n) != 0 || real[n] != '/')
        return 0;
    return error_set(error, ERROR_INVALID, settings->escrow, "Put it beside the configuration, where the server cannot write.",
                     "the plan of the escrow lies in the folder of the data");
}

/* The faces by the path: programs ask under these, people everywhere else. */
static bool is_for_programs(const struct http_request *request)
{
    struct text path = http_path(request);
    return text_starts(path, TEXT("/api/")) || text_starts(path, TEXT("/log/")) || text_equal(path, TEXT("/healthz")) ||
           text_equal(path, TEXT("/metrics"));
}

static int begin(struct http_request *request, struct error *error)
{
    return is_for_programs(request) ? api_begin(request, error) : web_begin(request, error);
}

static void refuse(struct http_request *request, int status, const struct error *error)
{
    if (is_for_programs(request))
        api_refuse(request, status, error);
    else
        web_refuse(request, status, error);
}

static void finish(struct http_request *request, bool whole)
{
    if (is_for_programs(request))
        api_finish(request, whole);
    else
        web_finish(request, whole);
}

static int split_hosts(struct arena *arena, const char *hosts, const char *const **out, struct error *error)
{
    *out = NULL;
    if (!hosts)
        return 0;
    const char **list = ARENA_ARRAY(arena, const char *, strlen(hosts) + 2);
    struct text rest = text_of(hosts), name;
    size_t n = 0;
    while (list && text_next(&rest, ' ', &name))
        if (name.n)
            list[n++] = arena_string(arena, name);
    *out = list;
    return list ? 0 : arena_error(arena, error);
}

/* The service manager starts the server and its keyholder anew. */
static void end_process(void *context)
{
    (void)context;
    kill(getpid(), SIGTERM);
}

static bool is_stopped(void *context)
{
    bool *stopped = context;
    *stopped = *stopped || signals_take();
    return *stopped;
}

/* The address to open: with the port that was really taken, where any free one was asked for. */
static void tell_ready(const struct settings *settings, const char *address, unsigned port, const char *ready)
{
    bool six = strchr(address, ':') != NULL;
    printf("\nProviso is ready at http%s://%s%s%s:%u\n\n%s", settings->tls_certificate ? "s" : "", six ? "[" : "", address,
           six ? "]" : "", port, ready);
    fflush(stdout);
}

int serve_until_told(const struct settings *settings, bool demo, const char *ready, struct error *error)
{
    ARENA_SCOPE struct arena *arena = arena_new(1 << 20, ARENA_PLAIN);
    struct gate *gate = NULL;
    struct http_server *server = NULL;
    const char *address;
    unsigned port;
    const char *const *hosts;
    int result = arena ? settings_split_listen(arena, settings->listen, &address, &port, error)
                       : error_set(error, ERROR_SYSTEM, "", "", "out of memory");
    if (!result)
        result = check_escrow(settings, error);
    if (!result)
        result = split_hosts(arena, settings->hosts, &hosts, error);
    if (result)
        return result;
    bool stopped = false;
    signals_hold();
    struct gate_settings gate_settings = {
        .home = settings->home,
        .database = settings->database,
        .packs = settings->packs,
        .pack = settings->pack,
        .origin = settings->origin,
        .escrow = settings->escrow,
        .witnesses = settings->witnesses,
        .witness_ca = settings->witness_ca,
        .idle = settings->session_minutes * 60 * CLOCK_SECOND,
        .epoch = settings->epoch_hours * 3600 * CLOCK_SECOND,
        .is_stopped = is_stopped,
        .is_stopped_context = &stopped,
        .fell_ill = end_process,
        .confine = settings->sandbox ? confine : NULL,
        .confine_context = (void *)(uintptr_t)settings,
    };
    result = gate_open(&gate_settings, &gate, error);
    if (result && stopped) {
        log_line(LOG_LEVEL_INFO, "serve", "stopping: %s", error->what);
        return 0;
    }
    if (result)
        return result;
    struct http_limiter *tries = http_limiter_new(TRIES_A_MINUTE, TRIES_AT_ONCE, 4096);
    struct letter_press *press = NULL;
    struct error why;
    if (letter_press_open(&press, &why) != 0) /* all else works without it */
        log_line(LOG_LEVEL_WARNING, "serve", "receipts cannot be printed: %s: %s %s", why.where, why.what, why.fix);
    struct face face = {.gate = gate, .press = press, .partnership = settings->partnership, .demo = demo, .tries = tries};
    if (demo)
        demo_tell(&face);
    const struct http_table tables[] = {*web_table(), *api_table()};
    size_t assets_n;
    const struct http_asset *assets = web_assets(&assets_n);
    struct http_site site = {
        .context = &face,
        .tables = tables,
        .tables_n = 2,
        .assets = assets,
        .assets_n = assets_n,
        .begin = begin,
        .refuse = refuse,
        .finish = finish,
    };
    struct http_settings http = {
        .address = address,
        .port = port,
        .certificate_file = settings->tls_certificate,
        .key_file = settings->tls_key,
        .hosts = hosts,
        .behind_proxy = settings->behind_proxy,
        .threads = (unsigned)settings->threads,
        .access_log = settings->access_log,
    };
    result = tries ? http_start(&http, &site, &server, error) : error_set(error, ERROR_SYSTEM, "", "", "out of memory");
    if (!result) {
        log_line(LOG_LEVEL_INFO, "serve", "listening on %s port %u%s", address, http_port(server),
                 settings->tls_certificate ? " with TLS" : "");
        if (ready)
            tell_ready(settings, address, http_port(server), ready);
        signals_wait();
        log_line(LOG_LEVEL_INFO, "serve", "stopping");
        http_stop(&server);
        result = gate_illness(gate, error);
    } else if (strcmp(error->where, "address") == 0) { /* what http calls so has this name in the settings */
        snprintf(error->where, sizeof error->where, "listen");
    }
    gate_close(&gate);
    letter_press_close(&press);
    http_limiter_free(&tries);
    return result;
}

int serve_command(int argc, char **argv)
{
    const char *file = NULL;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--help") == 0) {
            ARENA_SCOPE struct arena *arena = arena_new(1 << 16, ARENA_PLAIN);
            struct buffer help = buffer_in(arena);
            settings_help(&help);
            printf("usage: proviso serve [--config FILE]\n\nSettings, in the file or the environment:\n%.*s",
                   TEXT_ARGS(buffer_result(&help)));
            return 0;
        }
        if (strcmp(argv[i], "--config") == 0 && i + 1 < argc)
            file = argv[++i];
        else
            return command_usage(argc, argv, "proviso serve [--config FILE]");
    }
    ARENA_SCOPE struct arena *arena = arena_new(4 << 20, ARENA_PLAIN);
    struct settings settings;
    struct error error = {0};
    int result = settings_read(arena, file, &settings, &error);
    char mark[PATH_MAX];
    struct stat status;
    if (!result) {
        snprintf(mark, sizeof mark, "%s/demo", settings.home);
        result = serve_until_told(&settings, stat(mark, &status) == 0, NULL, &error);
    }
    return result ? command_fail("serve", &error) : 0;
}
