#include "internal.h"

#include "base/error.h"

#include <arpa/inet.h>
#include <string.h>

static void number(unsigned *value, unsigned otherwise)
{
    if (*value == 0)
        *value = otherwise;
}

static int read_address(const char *text, unsigned port, struct sockaddr_storage *out, struct error *error)
{
    struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port)};
    memset(out, 0, sizeof *out);
    if (inet_pton(AF_INET, text, &v4.sin_addr) == 1)
        memcpy(out, &v4, sizeof v4);
    else if (inet_pton(AF_INET6, text, &v6.sin6_addr) == 1)
        memcpy(out, &v6, sizeof v6);
    else
        return error_set(error, ERROR_INVALID, "address",
                         "Give it as numbers: 127.0.0.1, 0.0.0.0, ::1 or ::.",
                         "this is not an IPv4 or IPv6 address");
    return 0;
}

int settings_fill(const struct http_settings *given, struct http_settings *out,
                  struct sockaddr_storage *address, struct error *error)
{
    *out = *given;
    if (!out->address)
        out->address = "127.0.0.1";
    if (out->port > 65535)
        return error_set(error, ERROR_INVALID, "port", "", "a port is a number up to 65535");
    int result = read_address(out->address, out->port, address, error);
    if (result != 0)
        return result;
    bool loopback = peer_is_loopback((const struct sockaddr *)address);
    if (!out->certificate_file != !out->key_file)
        return error_set(error, ERROR_INVALID, "TLS", "Name both files or neither.",
                         "a certificate needs its key, and a key its certificate");
    if (!out->certificate_file && !loopback)
        return error_set(
            error, ERROR_INVALID, "address",
            "Name a certificate and its key, or listen on 127.0.0.1 behind a proxy that does TLS.",
            "plain HTTP is not served beyond this machine");
    if (!out->hosts && !loopback)
        return error_set(error, ERROR_INVALID, "hosts", "List the names under which people will reach it.",
                         "a server that others can reach must know its own names");
    number(&out->threads, 2);
    number(&out->workers, 2);
    number(&out->work_queue, 256);
    number(&out->connections, 10000);
    number(&out->header_bytes, 16384);
    number(&out->form_fields, 256);
    number(&out->form_files, 16);
    number(&out->header_time, 10000);
    number(&out->idle_time, 30000);
    number(&out->slowest_rate, 500);
    number(&out->patience, 20000);
    number(&out->stop_time, 10000);
    number(&out->request_burst, out->requests_per_minute / 4 + 1);
    if (out->body_bytes == 0)
        out->body_bytes = 1 << 20;
    if (out->arena_bytes == 0)
        out->arena_bytes = 8 << 20;
    if (out->held_bytes == 0)
        out->held_bytes = 256 << 20;
    return 0;
}
