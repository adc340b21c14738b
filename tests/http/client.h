#ifndef TESTS_HTTP_CLIENT_H
#define TESTS_HTTP_CLIENT_H

#include "base/text.h"

#include <stdint.h>

/* A client that sends just the bytes that a test gives, over loopback. */

int client_connect(unsigned port); /* fails the test if it cannot */
void client_send(int fd, const void *p, size_t n);
bool client_try_send(int fd, const void *p, size_t n); /* false once the server is gone */

struct answer {
    int status;      /* 0: the server closed without an answer; -1: nothing came within the time */
    char head[8192]; /* status line and headers */
    char body[65536];
    size_t n; /* of the body; what did not fit is only counted in `length` */
    uint64_t length;
    bool closed; /* the server closed the connection */
};

/* One answer: by Content-Length, chunked, or to the end. `head_only`: to a HEAD. Waits a minute for each byte. */
void client_read(int fd, bool head_only, struct answer *answer);

/* Connects, sends, reads one answer, closes. */
void client_ask(unsigned port, const char *request, struct answer *answer);
void client_ask_bytes(unsigned port, const void *request, size_t n, struct answer *answer);

/* "GET path" with Host and Connection: close. */
void client_get(unsigned port, const char *path, struct answer *answer);
/* "POST path" with type and Content-Length. */
void client_post(unsigned port, const char *path, const char *type, const void *body, size_t n,
                 struct answer *answer);

/* The value of a header, or NULL. Valid until the next call. */
const char *answer_header(const struct answer *answer, const char *name);

#endif
