#include "internal.h"

#include "base/error.h"
#include "base/file.h"
#include "base/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
    SERVER_ARENA = 16 << 20,
    ANSWER_ROOM =
        16 << 10, /* of a connection's memory beside the header: the answer's headers, pieces of a body */
    LIMITER_SLOTS = 65536,
    SPARE_FILES = 256, /* descriptors for everything but connections */
};

/* TLS 1.2 and 1.3 with forward secrecy and authenticated ciphers only. */
static const char tls_priorities[] =
    "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:-RSA:-CIPHER-ALL:+AES-256-GCM:"
    "+CHACHA20-POLY1305:+AES-128-GCM:-MAC-ALL:+AEAD";

__attribute__((format(printf, 2, 0))) static void library_log(void *context, const char *format,
                                                              va_list arguments)
{
    char line[400];
    (void)context;
    vsnprintf(line, sizeof line, format, arguments);
    line[strcspn(line, "\r\n")] = '\0';
    log_line(LOG_LEVEL_DEBUG, "http", "%s", line);
}

static void on_connection(void *context, struct MHD_Connection *connection, void **slot,
                          enum MHD_ConnectionNotificationCode code)
{
    struct http_server *server = context;
    if (code == MHD_CONNECTION_NOTIFY_CLOSED) {
        if (*slot)
            watch_remove(server->watch, *slot);
        *slot = NULL;
        return;
    }
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    *slot = info ? watch_add(server->watch, info->connect_fd) : NULL;
}

/*
 * A server that stops lets nobody new in. Not by MHD_quiesce_daemon: in 0.9.75 it and the threads of the pool may both take
 * the listening socket from the same set, and the library ends the process.
 */
static enum MHD_Result let_in(void *context, const struct sockaddr *address, socklen_t size)
{
    const struct http_server *server = context;
    (void)address, (void)size;
    return atomic_load(&server->stopping) ? MHD_NO : MHD_YES;
}

/* Each connection takes a descriptor; takes fewer connections if the system allows fewer. */
static void fit_connections(struct http_settings *settings)
{
    struct rlimit limit;
    rlim_t wanted = settings->connections + (rlim_t)SPARE_FILES;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= wanted)
        return;
    limit.rlim_cur = limit.rlim_max < wanted ? limit.rlim_max : wanted;
    setrlimit(RLIMIT_NOFILE, &limit);
    if (limit.rlim_cur >= wanted)
        return;
    settings->connections = limit.rlim_cur > 2 * SPARE_FILES ? (unsigned)(limit.rlim_cur - SPARE_FILES)
                                                             : (unsigned)(limit.rlim_cur / 2);
    log_line(LOG_LEVEL_WARNING, "http", "the system allows %llu open files: %u connections are taken at once",
             (unsigned long long)limit.rlim_cur, settings->connections);
}

static int listen_at(const struct http_settings *settings, const struct sockaddr_storage *address, unsigned *port, int *out,
                     struct error *error)
{
    FILE_SCOPE int fd = socket(address->ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    int on = 1, off = 0;
    bool v6 = address->ss_family == AF_INET6;
    socklen_t size = v6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in);
    if (fd < 0)
        return error_system(error, errno, "address", "no socket can be made");
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (v6)
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
    if (bind(fd, (const struct sockaddr *)address, size) != 0 || listen(fd, SOMAXCONN) != 0)
        return error_system(error, errno, "address", "cannot listen on %s port %u", settings->address, settings->port);
    struct sockaddr_storage bound;
    size = sizeof bound;
    if (getsockname(fd, (struct sockaddr *)&bound, &size) != 0)
        return error_system(error, errno, "address", "cannot listen on %s port %u", settings->address, settings->port);
    *port = ntohs(v6 ? ((struct sockaddr_in6 *)&bound)->sin6_port : ((struct sockaddr_in *)&bound)->sin_port);
    *out = fd;
    fd = -1;
    return 0;
}

static int start_daemon(struct http_server *server, int socket, struct error *error)
{
    const struct http_settings *settings = &server->settings;
    struct text certificate = {0}, key = {0};
    unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG;
    if (server->tls) {
        int result = file_read(server->arena, settings->certificate_file, 1 << 20, &certificate, error);
        if (result == 0)
            result = file_read(server->arena, settings->key_file, 1 << 20, &key, error);
        if (result != 0)
            return result;
        flags |= MHD_USE_TLS;
    }
    struct MHD_OptionItem option[20];
    size_t n = 0;
    unsigned per_thread =
        settings->connections < settings->threads ? settings->threads : settings->connections;
    option[n++] = (struct MHD_OptionItem){MHD_OPTION_LISTEN_SOCKET, socket, NULL};
    option[n++] = (struct MHD_OptionItem){MHD_OPTION_CONNECTION_LIMIT, per_thread, NULL};
    option[n++] = (struct MHD_OptionItem){MHD_OPTION_CONNECTION_MEMORY_LIMIT,
                                          (intptr_t)settings->header_bytes + ANSWER_ROOM, NULL};
    option[n++] =
        (struct MHD_OptionItem){MHD_OPTION_CONNECTION_TIMEOUT, (settings->idle_time + 999) / 1000, NULL};
    option[n++] = (struct MHD_OptionItem){MHD_OPTION_STRICT_FOR_CLIENT, 1, NULL};
    option[n++] = (struct MHD_OptionItem){MHD_OPTION_URI_LOG_CALLBACK, (intptr_t)serve_target, server};
    option[n++] = (struct MHD_OptionItem){MHD_OPTION_UNESCAPE_CALLBACK, (intptr_t)serve_unescape, server};
    option[n++] = (struct MHD_OptionItem){MHD_OPTION_NOTIFY_COMPLETED, (intptr_t)serve_completed, server};
    option[n++] = (struct MHD_OptionItem){MHD_OPTION_NOTIFY_CONNECTION, (intptr_t)on_connection, server};
    if (settings->threads > 1)
        option[n++] = (struct MHD_OptionItem){MHD_OPTION_THREAD_POOL_SIZE, settings->threads, NULL};
    if (settings->connections_per_address > 0)
        option[n++] = (struct MHD_OptionItem){MHD_OPTION_PER_IP_CONNECTION_LIMIT,
                                              settings->connections_per_address, NULL};
    if (server->tls) {
        option[n++] = (struct MHD_OptionItem){MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)(uintptr_t)certificate.p};
        option[n++] = (struct MHD_OptionItem){MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)(uintptr_t)key.p};
        option[n++] =
            (struct MHD_OptionItem){MHD_OPTION_HTTPS_PRIORITIES, 0, (void *)(uintptr_t)tls_priorities};
    }
    option[n] = (struct MHD_OptionItem){MHD_OPTION_END, 0, NULL};
    server->daemon = MHD_start_daemon(flags, 0, let_in, server, serve_access, server, MHD_OPTION_EXTERNAL_LOGGER,
                                      library_log, NULL, MHD_OPTION_ARRAY, option, MHD_OPTION_END);
    if (!server->daemon)
        return error_set(error, ERROR_SYSTEM, server->tls ? settings->certificate_file : "address",
                         server->tls ? "Check that the certificate and the key are PEM and belong together."
                                     : "",
                         "the web server does not start");
    return 0;
}

static void server_free(struct http_server *server)
{
    watch_free(&server->watch);
    worker_pool_free(&server->workers);
    http_limiter_free(&server->limiter);
    arena_free(&server->arena);
    free(server);
}

static int prepare(struct http_server *server, struct error *error)
{
    const struct http_settings *settings = &server->settings;
    int result = router_new(server->arena, server->site, &server->router, error);
    if (result == 0)
        result = asset_index(server, error);
    if (result != 0)
        return result;
    server->metrics = metrics_new(server->arena, server->router);
    if (!server->metrics)
        return arena_error(server->arena, error);
    struct watch_limits limits = {settings->header_time, settings->patience, settings->slowest_rate};
    server->watch = watch_new(&limits);
    server->workers = worker_pool_new(settings->workers, settings->work_queue);
    if (settings->requests_per_minute > 0)
        server->limiter =
            http_limiter_new(settings->requests_per_minute, settings->request_burst, LIMITER_SLOTS);
    if (!server->watch || !server->workers || (settings->requests_per_minute > 0 && !server->limiter))
        return error_set(error, ERROR_SYSTEM, "http", "",
                         "there is no memory or no thread for the web server");
    return 0;
}

int http_start(const struct http_settings *settings, const struct http_site *site, struct http_server **out,
               struct error *error)
{
    struct sockaddr_storage address;
    int socket = -1;
    *out = NULL;
    struct http_server *server = calloc(1, sizeof *server);
    if (!server || !(server->arena = arena_new(SERVER_ARENA, ARENA_SECRET))) {
        free(server);
        return error_set(error, ERROR_SYSTEM, "http", "", "out of memory");
    }
    server->site = site;
    int result = settings_fill(settings, &server->settings, &address, error);
    if (result == 0) {
        server->tls = server->settings.certificate_file != NULL;
        server->check_layout = strcmp(MHD_get_version(), "0.9.75") == 0;
        fit_connections(&server->settings);
        result = prepare(server, error);
    }
    if (result == 0)
        result = listen_at(&server->settings, &address, &server->port, &socket, error);
    if (result == 0)
        result = start_daemon(server, socket, error);
    if (result != 0) {
        file_close(&socket);
        server_free(server);
        return result;
    }
    *out = server;
    return 0;
}

static void nap(void)
{
    nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
}

void http_stop(struct http_server **slot)
{
    struct http_server *server = *slot;
    if (!server)
        return;
    atomic_store(&server->stopping, true);
    for (unsigned waited = 0; atomic_load(&server->under_way) > 0; waited += 2) {
        if (waited >= server->settings.stop_time)
            watch_end_all(server->watch);
        nap();
    }
    /* From here on kept connections may begin no request: none may be suspended when the library stops. */
    atomic_store(&server->closed, true);
    while (atomic_load(&server->under_way) > 0 || atomic_load(&server->calling) > 0)
        nap();
    worker_pool_free(&server->workers);
    MHD_stop_daemon(server->daemon);
    server_free(server);
    *slot = NULL;
}

unsigned http_port(const struct http_server *server)
{
    return server->port;
}

void http_write_metrics(const struct http_server *server, struct buffer *out)
{
    metrics_write(server->metrics, out);
    buffer_format(out,
                  "# HELP http_requests_under_way Requests that are not over.\n"
                  "# TYPE http_requests_under_way gauge\nhttp_requests_under_way %zu\n",
                  atomic_load(&server->under_way));
}

const struct http_server *http_server_of(const struct http_request *request)
{
    return request->server;
}
