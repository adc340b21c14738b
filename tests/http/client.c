#include "client.h"

#include <arpa/inet.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

static void give_up(const char *what)
{
    perror(what);
    abort();
}

int client_connect(unsigned port)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof address) != 0)
        give_up("connect");
    return fd;
}

bool client_try_send(int fd, const void *p, size_t n)
{
    for (size_t sent = 0; sent < n;) {
        ssize_t now = send(fd, (const char *)p + sent, n - sent, MSG_NOSIGNAL);
        if (now <= 0)
            return false;
        sent += (size_t)now;
    }
    return true;
}

void client_send(int fd, const void *p, size_t n)
{
    if (!client_try_send(fd, p, n))
        give_up("send");
}

struct reader {
    int fd;
    char bytes[16384];
    size_t at, n;
    bool closed, late;
};

static int next_byte(struct reader *reader)
{
    if (reader->at == reader->n) {
        ssize_t n = recv(reader->fd, reader->bytes, sizeof reader->bytes, 0);
        reader->at = 0;
        reader->n = n > 0 ? (size_t)n : 0;
        reader->late = n < 0;
        reader->closed = n == 0;
        if (n <= 0)
            return -1;
    }
    return (unsigned char)reader->bytes[reader->at++];
}

static void keep(struct answer *answer, int byte)
{
    if (answer->n < sizeof answer->body - 1)
        answer->body[answer->n++] = (char)byte;
    answer->length++;
}

static void read_sized(struct reader *reader, uint64_t size, struct answer *answer)
{
    int byte;
    for (uint64_t i = 0; i < size && (byte = next_byte(reader)) >= 0; i++)
        keep(answer, byte);
}

static void read_chunked(struct reader *reader, struct answer *answer)
{
    for (;;) {
        char line[64];
        size_t n = 0;
        int byte;
        while ((byte = next_byte(reader)) >= 0 && byte != '\n' && n < sizeof line - 1)
            line[n++] = (char)byte;
        line[n] = '\0';
        if (byte < 0) {
            answer->status = 0; /* broken off */
            return;
        }
        uint64_t size = strtoull(line, NULL, 16);
        read_sized(reader, size, answer);
        next_byte(reader);
        next_byte(reader);
        if (size == 0)
            return;
    }
}

void client_read(int fd, bool head_only, struct answer *answer)
{
    struct timeval time = {.tv_sec = 60};
    struct reader *reader = calloc(1, sizeof *reader);
    size_t n = 0;
    int byte;
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time);
    memset(answer, 0, sizeof *answer);
    reader->fd = fd;
    do {
        n = 0;
        while (n < sizeof answer->head - 1 && (byte = next_byte(reader)) >= 0) {
            answer->head[n++] = (char)byte;
            if (n >= 4 && memcmp(answer->head + n - 4, "\r\n\r\n", 4) == 0)
                break;
        }
        answer->head[n] = '\0';
    } while (strncmp(answer->head, "HTTP/1.1 100 ", 13) == 0);
    answer->status = n >= 12 ? atoi(answer->head + 9) : reader->late ? -1 : 0;
    const char *length = answer_header(answer, "Content-Length");
    const char *coding = answer_header(answer, "Transfer-Encoding");
    if (answer->status > 0 && !head_only && answer->status != 204 && answer->status != 304) {
        if (coding && strcmp(coding, "chunked") == 0)
            read_chunked(reader, answer);
        else
            read_sized(reader,
                       (length = answer_header(answer, "Content-Length")) ? strtoull(length, NULL, 10)
                                                                          : UINT64_MAX,
                       answer);
    }
    answer->body[answer->n] = '\0';
    const char *connection = answer_header(answer, "Connection");
    answer->closed = reader->closed || (connection && strcasecmp(connection, "close") == 0);
    free(reader);
}

void client_ask_bytes(unsigned port, const void *request, size_t n, struct answer *answer)
{
    int fd = client_connect(port);
    client_try_send(fd, request, n);
    client_read(fd, memcmp(request, "HEAD ", 5) == 0, answer);
    close(fd);
}

void client_ask(unsigned port, const char *request, struct answer *answer)
{
    client_ask_bytes(port, request, strlen(request), answer);
}

void client_get(unsigned port, const char *path, struct answer *answer)
{
    char *request = NULL;
    if (asprintf(&request, "GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", path) < 0)
        abort();
    client_ask(port, request, answer);
    free(request);
}

void client_post(unsigned port, const char *path, const char *type, const void *body, size_t n,
                 struct answer *answer)
{
    char *request = NULL;
    int head = asprintf(&request,
                        "POST %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: %s\r\n"
                        "Content-Length: %zu\r\n\r\n",
                        path, type, n);
    if (head < 0)
        abort();
    request = realloc(request, (size_t)head + n + 1);
    if (!request)
        abort();
    memcpy(request + head, body, n);
    client_ask_bytes(port, request, (size_t)head + n, answer);
    free(request);
}

const char *answer_header(const struct answer *answer, const char *name)
{
    static _Thread_local char value[4096];
    size_t n = strlen(name);
    for (const char *line = strchr(answer->head, '\n'); line; line = strchr(line + 1, '\n')) {
        if (strncasecmp(line + 1, name, n) != 0 || line[1 + n] != ':')
            continue;
        const char *from = line + 2 + n;
        from += strspn(from, " ");
        size_t size = strcspn(from, "\r\n");
        if (size >= sizeof value)
            size = sizeof value - 1;
        memcpy(value, from, size);
        value[size] = '\0';
        return value;
    }
    return NULL;
}
