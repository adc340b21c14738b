#include "commands.h"
#include "settings.h"
#include "signals.h"

#include "sandbox.h"
#include "witness.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

static const char usage[] =
    "proviso ledger witness --home DIR [--listen ADDRESS:PORT] [--log VERIFIER-KEY]... [--name NAME]\n"
    "       [--tls-certificate FILE --tls-key FILE] [--host NAME]... [--behind-proxy] [--no-sandbox]\n\n"
    "Watches over the logs of other agencies: cosigns each checkpoint that is a growth of the one it saw before.\n"
    "The first start makes its key in DIR, and prints the verifier key for the policies of others.\n"
    "--name is the name of that key: an address that you own, without https://, is a good one.";

enum { LOGS_MOST = 1000, HOSTS_MOST = 16 };

struct arguments {
    struct witness_desk_settings desk;
    struct witness_service_settings service;
    const char *listen, *logs[LOGS_MOST], *hosts[HOSTS_MOST + 1];
    size_t hosts_n;
    bool sandbox;
};

static bool parse(int argc, char **argv, struct arguments *arguments)
{
    for (int i = 1; i < argc; i++) {
        const char *name = argv[i], *value = i + 1 < argc ? argv[i + 1] : NULL;
        if (strcmp(name, "--behind-proxy") == 0) {
            arguments->service.behind_proxy = true;
            continue;
        }
        if (strcmp(name, "--no-sandbox") == 0) {
            arguments->sandbox = false;
            continue;
        }
        if (!value)
            return false;
        i++;
        if (strcmp(name, "--home") == 0)
            arguments->desk.home = value;
        else if (strcmp(name, "--listen") == 0)
            arguments->listen = value;
        else if (strcmp(name, "--name") == 0)
            arguments->desk.name = value;
        else if (strcmp(name, "--tls-certificate") == 0)
            arguments->service.certificate_file = value;
        else if (strcmp(name, "--tls-key") == 0)
            arguments->service.key_file = value;
        else if (strcmp(name, "--log") == 0 && arguments->desk.log_count < LOGS_MOST)
            arguments->logs[arguments->desk.log_count++] = value;
        else if (strcmp(name, "--host") == 0 && arguments->hosts_n < HOSTS_MOST)
            arguments->hosts[arguments->hosts_n++] = value;
        else
            return false;
    }
    arguments->desk.logs = arguments->logs;
    arguments->service.hosts = arguments->hosts_n ? arguments->hosts : NULL;
    return arguments->desk.home && arguments->desk.home[0];
}

static int confine(const struct arguments *arguments, struct error *error)
{
    struct sandbox_path paths[3] = {{arguments->desk.home, SANDBOX_WRITE, false}};
    size_t n = 1;
    if (arguments->service.certificate_file)
        paths[n++] = (struct sandbox_path){arguments->service.certificate_file, SANDBOX_READ, false};
    if (arguments->service.key_file)
        paths[n++] = (struct sandbox_path){arguments->service.key_file, SANDBOX_READ, false};
    return sandbox_enter(SANDBOX_SERVE, paths, n, NULL, error);
}

static void introduce(const struct witness_desk *desk, struct arena *arena, const struct arguments *arguments,
                      unsigned port)
{
    printf("%.*s\n", TEXT_ARGS(witness_desk_key(desk, arena)));
    fflush(stdout);
    log_line(LOG_LEVEL_INFO, "witness", "listening on %s port %u%s, for %zu %s", arguments->service.address, port,
             arguments->service.certificate_file ? " with TLS" : "", arguments->desk.log_count,
             arguments->desk.log_count == 1 ? "log" : "logs");
    if (arguments->desk.log_count == 0)
        log_line(LOG_LEVEL_WARNING, "witness", "no log is named: start again with --log and the log's verifier key");
}

int ledger_witness_command(int argc, char **argv)
{
    struct arguments arguments = {.listen = "127.0.0.1:8081", .sandbox = true};
    struct error error = {0};
    struct witness_desk *desk = NULL;
    struct witness_service *service = NULL;
    if (!parse(argc, argv, &arguments))
        return command_usage(argc, argv, usage);
    ARENA_SCOPE struct arena *arena = arena_new(1 << 20, ARENA_PLAIN);
    if (!arena)
        return 3;
    signals_hold();
    int result =
        settings_split_listen(arena, arguments.listen, &arguments.service.address, &arguments.service.port, &error);
    if (!result)
        result = sandbox_hide_memory(&error);
    if (!result)
        result = witness_desk_open(&arguments.desk, &desk, &error);
    if (!result && arguments.sandbox)
        result = confine(&arguments, &error);
    if (!result)
        result = witness_service_start(desk, &arguments.service, &service, &error);
    if (!result) {
        introduce(desk, arena, &arguments, witness_service_port(service));
        signals_wait();
        witness_service_stop(&service);
    }
    witness_desk_close(&desk);
    return result ? command_fail("ledger witness", &error) : 0;
}
