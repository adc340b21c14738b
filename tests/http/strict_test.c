#include "check.h"

#include "client.h"

#include "http/http.h"

#include <sys/socket.h>
#include <unistd.h>

/* What could make two servers in a row see two different requests is refused, and the connection closed. */

static struct http_server *server;

static int on_any(struct http_request *request, struct error *error)
{
    return http_reply(request, 200, "text/plain", TEXT("ok"), error);
}

static const struct http_route routes[] = {
    {.method = HTTP_GET, .pattern = "/a", .handler = on_any},
    {.method = HTTP_POST, .pattern = "/a", .handler = on_any, .body = HTTP_BODY_JSON},
};
static const struct http_table table = {routes, 2};
static const struct http_site site = {.tables = &table, .tables_n = 1};

static int start(void **state)
{
    (void)state;
    struct http_settings settings = {.header_bytes = 4096};
    return http_start(&settings, &site, &server, NULL);
}

static int stop(void **state)
{
    (void)state;
    http_stop(&server);
    return 0;
}

#define H "Host: localhost\r\n"
#define J "Content-Type: application/json\r\n"
#define RAW(literal) literal, sizeof(literal) - 1

static const struct {
    const char *name, *request;
    size_t n;
    int status;
} cases[] = {
    {"good", RAW("GET /a HTTP/1.1\r\n" H "\r\n"), 200},
    {"good, many headers",
     RAW("GET /a HTTP/1.1\r\nA: 1\r\nB:2\r\nC: \r\nD:\r\nE:  \t x y  \r\n" H "F: \xc3\xa9\r\n\r\n"), 200},
    {"good, query", RAW("GET /a?b=c&d&e=f HTTP/1.1\r\n" H "\r\n"), 200},
    {"good, cookie", RAW("GET /a HTTP/1.1\r\n" H "Cookie: a=b; c=\"d\"\r\nX: y\r\n\r\n"), 200},
    {"good, HTTP/1.0", RAW("GET /a HTTP/1.0\r\n" H "\r\n"), 200},
    {"good, body", RAW("POST /a HTTP/1.1\r\n" H J "Content-Length: 2\r\n\r\n{}"), 200},
    {"good, chunks",
     RAW("POST /a HTTP/1.1\r\n" H J "Transfer-Encoding: Chunked\r\n\r\n2;x=y\r\n{}\r\n0\r\nT: 1\r\n\r\n"),
     200},
    {"NUL in a value", RAW("GET /a HTTP/1.1\r\n" H "X: a\0b\r\nY: z\r\n\r\n"), 400},
    {"NUL in the last value", RAW("GET /a HTTP/1.1\r\n" H "X: a\0b\r\n\r\n"), 400},
    {"NULs that look like a line end", RAW("GET /a HTTP/1.1\r\n" H "X: a\0\0b: c\r\n\r\n"), 400},
    {"NUL in a name", RAW("GET /a HTTP/1.1\r\n" H "X\0Y: a\r\n\r\n"), 400},
    {"NUL in the host", RAW("GET /a HTTP/1.1\r\nHost: localhost\0.evil\r\n\r\n"), 400},
    {"NUL in the target", RAW("GET /a\0b HTTP/1.1\r\n" H "\r\n"), 400},
    {"NUL in a length", RAW("POST /a HTTP/1.1\r\n" H J "Content-Length: 2\0 9\r\n\r\n{}"), 400},
    {"two equal lengths", RAW("POST /a HTTP/1.1\r\n" H J "Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}"),
     400},
    {"two lengths", RAW("POST /a HTTP/1.1\r\n" H J "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}"), 400},
    {"list of lengths", RAW("POST /a HTTP/1.1\r\n" H J "Content-Length: 2, 2\r\n\r\n{}"), 400},
    {"signed length", RAW("POST /a HTTP/1.1\r\n" H J "Content-Length: +2\r\n\r\n{}"), 400},
    {"negative length", RAW("POST /a HTTP/1.1\r\n" H J "Content-Length: -2\r\n\r\n{}"), 400},
    {"hexadecimal length", RAW("POST /a HTTP/1.1\r\n" H J "Content-Length: 0x2\r\n\r\n{}"), 400},
    {"huge length", RAW("POST /a HTTP/1.1\r\n" H J "Content-Length: 99999999999999999999\r\n\r\n{}"), 413},
    {"length and encoding",
     RAW("POST /a HTTP/1.1\r\n" H J
         "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"),
     400},
    {"two encodings",
     RAW("POST /a HTTP/1.1\r\n" H J
         "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n"),
     400},
    {"encoding list", RAW("POST /a HTTP/1.1\r\n" H J "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"),
     400},
    {"other encoding", RAW("POST /a HTTP/1.1\r\n" H J "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"), 400},
    {"encoding in HTTP/1.0", RAW("POST /a HTTP/1.0\r\n" H J "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
     400},
    {"malformed chunk",
     RAW("POST /a HTTP/1.1\r\n" H J "Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n"), 400},
    {"folded line", RAW("GET /a HTTP/1.1\r\n" H "X: a\r\n  b\r\n\r\n"), 400},
    {"name made by folding", RAW("POST /a HTTP/1.1\r\n" H J "Content-Lengt: 2\r\n h\r\n\r\n{}"), 400},
    {"bare line feeds", RAW("GET /a HTTP/1.1\nHost: localhost\n\n"), 400},
    {"one bare line feed", RAW("GET /a HTTP/1.1\r\n" H "X: a\nY: b\r\n\r\n"), 400},
    {"carriage return in a value", RAW("GET /a HTTP/1.1\r\n" H "X: a\rb\r\n\r\n"), 400},
    {"control character in a value", RAW("GET /a HTTP/1.1\r\n" H "X: a\x01\r\n\r\n"), 400},
    {"space before the colon", RAW("GET /a HTTP/1.1\r\n" H "X : a\r\n\r\n"), 400},
    {"empty name", RAW("GET /a HTTP/1.1\r\n" H ": a\r\n\r\n"), 400},
    {"line without colon", RAW("GET /a HTTP/1.1\r\n" H "Xyz\r\n\r\n"), 400},
    {"no host", RAW("GET /a HTTP/1.1\r\n\r\n"), 400},
    {"no host in HTTP/1.0", RAW("GET /a HTTP/1.0\r\n\r\n"), 400},
    {"two hosts", RAW("GET /a HTTP/1.1\r\n" H H "\r\n"), 400},
    {"unknown host", RAW("GET /a HTTP/1.1\r\nHost: evil.example\r\n\r\n"), 421},
    {"host that ends like ours", RAW("GET /a HTTP/1.1\r\nHost: xlocalhost\r\n\r\n"), 421},
    {"empty host", RAW("GET /a HTTP/1.1\r\nHost:\r\n\r\n"), 421},
    {"host with port", RAW("GET /a HTTP/1.1\r\nHost: LOCALHOST:80\r\n\r\n"), 200},
    {"host by number", RAW("GET /a HTTP/1.1\r\nHost: [::1]:80\r\n\r\n"), 200},
    {"whole address as target", RAW("GET http://localhost/a HTTP/1.1\r\n" H "\r\n"), 200},
    {"whole address with port and query", RAW("GET HTTP://LOCALHOST:80/a?b=c HTTP/1.1\r\n" H "\r\n"), 200},
    {"whole address by number", RAW("GET http://[::1]:80/a HTTP/1.1\r\n" H "\r\n"), 200},
    {"whole address and another Host", RAW("GET http://localhost/a HTTP/1.1\r\nHost: evil.example\r\n\r\n"), 200},
    {"whole address of another", RAW("GET http://evil.example/a HTTP/1.1\r\n" H "\r\n"), 421},
    {"whole address that begins like ours", RAW("GET http://localhost.evil.example/a HTTP/1.1\r\n" H "\r\n"), 421},
    {"whole address cut by a fragment", RAW("GET http://evil.example#localhost/a HTTP/1.1\r\n" H "\r\n"), 421},
    {"whole address cut by a backslash", RAW("GET http://evil.example\\localhost/a HTTP/1.1\r\n" H "\r\n"), 421},
    {"whole address of https on a plain connection", RAW("GET https://localhost/a HTTP/1.1\r\n" H "\r\n"), 421},
    {"whole address without Host", RAW("GET http://localhost/a HTTP/1.1\r\n\r\n"), 400},
    {"whole address with two Hosts", RAW("GET http://localhost/a HTTP/1.1\r\n" H H "\r\n"), 400},
    {"whole address, another path", RAW("GET http://localhost/b HTTP/1.1\r\n" H "\r\n"), 404},
    {"whole address with a NUL", RAW("GET http://localhost/a\0b HTTP/1.1\r\n" H "\r\n"), 400},
    {"whole address and a body", RAW("POST http://localhost/a HTTP/1.1\r\n" H J "Content-Length: 2\r\n\r\n{}"), 200},
    {"way to somewhere else", RAW("CONNECT localhost:80 HTTP/1.1\r\n" H "\r\n"), 501},
    {"bytes above ASCII in the target", RAW("GET /\xc3\xa9 HTTP/1.1\r\n" H "\r\n"), 400},
    {"newer version", RAW("GET /a HTTP/2.0\r\n" H "\r\n"), 505},
    {"no version", RAW("GET /a\r\n\r\n"), 400},
};

/* What is malformed, but ends where all agree that it ends: refused, and the connection goes on. */
static const struct {
    const char *name, *request;
    size_t n;
} kept[] = {
    {"everything as target", RAW("OPTIONS * HTTP/1.1\r\n" H "\r\n")},
    {"no slash", RAW("GET a HTTP/1.1\r\n" H "\r\n")},
    {"name and port", RAW("GET localhost:80 HTTP/1.1\r\n" H "\r\n")},
    {"another scheme", RAW("GET ftp://localhost/a HTTP/1.1\r\n" H "\r\n")},
    {"address without a name", RAW("GET http:///a HTTP/1.1\r\n" H "\r\n")},
    {"address with a user", RAW("GET http://localhost@evil.example/a HTTP/1.1\r\n" H "\r\n")},
    {"address with our own user", RAW("GET http://evil.example@localhost/a HTTP/1.1\r\n" H "\r\n")},
};

static void test_targets_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++) {
        struct answer answer;
        int fd = client_connect(http_port(server));
        client_send(fd, kept[i].request, kept[i].n);
        client_read(fd, false, &answer);
        if (answer.status != 400 || answer.closed)
            fail_msg("%s: %d, closed %d, %s", kept[i].name, answer.status, answer.closed, answer.head);
        client_send(fd, "GET /a HTTP/1.1\r\n" H "\r\n", sizeof("GET /a HTTP/1.1\r\n" H "\r\n") - 1);
        client_read(fd, false, &answer);
        assert_int_equal(answer.status, 200);
        close(fd);
    }
}

static void test_requests(void **state)
{
    (void)state;
    int wrong = 0;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct answer answer;
        client_ask_bytes(http_port(server), cases[i].request, cases[i].n, &answer);
        bool must_close = cases[i].status == 400;
        if (answer.status != cases[i].status || (must_close && !answer.closed)) {
            printf("%s: %d, closed %d\n", cases[i].name, answer.status, answer.closed);
            wrong++;
        }
    }
    assert_int_equal(wrong, 0);
}

/* In small pieces too, where the library's memory may move between them. */
static void test_good_request_byte_by_byte(void **state)
{
    (void)state;
    static const char request[] =
        "GET /a?x=1 HTTP/1.1\r\n" H "Cookie: a=b; c=d\r\nX-Long: aaaaaaaaaaaaaaaaaaaaaaaa\r\nY:\r\n\r\n";
    struct answer answer;
    int fd = client_connect(http_port(server));
    for (size_t i = 0; i < sizeof request - 1; i++)
        client_send(fd, request + i, 1);
    client_read(fd, false, &answer);
    assert_int_equal(answer.status, 200);
    close(fd);
}

/* A long header in many lines and in pieces, for which the library's memory must grow more than once. */
static void test_good_long_header(void **state)
{
    (void)state;
    char request[3900];
    struct answer answer;
    size_t n = (size_t)snprintf(request, sizeof request, "GET /a HTTP/1.1\r\n" H);
    for (int i = 0; n < sizeof request - 120; i++)
        n += (size_t)snprintf(request + n, sizeof request - n, "X-%d: %0*d\r\nCookie-%d: a=b\r\n", i, i % 80,
                              i, i);
    n += (size_t)snprintf(request + n, sizeof request - n, "\r\n");
    for (size_t step = 97; step < n; step += 500) {
        int fd = client_connect(http_port(server));
        for (size_t at = 0; at < n; at += step) {
            client_send(fd, request + at, n - at < step ? n - at : step);
            usleep(1000);
        }
        client_read(fd, false, &answer);
        assert_int_equal(answer.status, 200);
        close(fd);
    }
}

/* Two requests on one connection, sent at once, and one sent with its body behind. */
/* How many requests in what is sent are answered, until there are two or the server closes. */
static int answers_to(const char *sent, size_t size)
{
    int fd = client_connect(http_port(server)), answers = 0;
    char bytes[8192];
    size_t n = 0;
    client_send(fd, sent, size);
    while (answers < 2) {
        ssize_t got = recv(fd, bytes + n, sizeof bytes - 1 - n, 0);
        if (got <= 0)
            break;
        n += (size_t)got;
        bytes[n] = '\0';
        answers = 0;
        for (const char *at = bytes; (at = strstr(at, "HTTP/1.1 ")); at++)
            answers++;
    }
    close(fd);
    return answers;
}

static void test_pipeline(void **state)
{
    (void)state;
    static const char both[] =
        "POST /a HTTP/1.1\r\n" H J "Content-Length: 2\r\n\r\n{}GET /a HTTP/1.1\r\n" H "\r\n";
    assert_int_equal(answers_to(both, sizeof both - 1), 2);
}

/* Two servers in a row may think otherwise of where such a body ends: nothing behind it is answered. */
static void test_nothing_behind_chunks(void **state)
{
    (void)state;
#define CHUNKED(path, chunks)                                                                                  \
    RAW("POST " path " HTTP/1.1\r\n" H J "Transfer-Encoding: chunked\r\n\r\n" chunks "GET /a HTTP/1.1\r\n" H "\r\n")
    static const struct {
        const char *name, *sent;
        size_t n;
    } behind[] = {
        {"well formed", CHUNKED("/a", "2\r\n{}\r\n0\r\n\r\n")},
        {"line feeds alone", CHUNKED("/a", "2\n{}\n0\n\n")},
        {"a carriage return in an extension", CHUNKED("/a", "2;a\rxx\r\n{}\r\n0\r\n\r\n")},
        {"a NUL in an extension", CHUNKED("/a", "2;\0\r\n{}\r\n0\r\n\r\n")},
        {"a length behind it", CHUNKED("/a", "2\r\n{}\r\n0\r\nContent-Length: 40\r\n\r\n")},
        {"a NUL behind it", CHUNKED("/a", "2\r\n{}\r\n0\r\nX: \0\r\n\r\n")},
        {"no body", CHUNKED("/a", "0\r\n\r\n")},
        {"a path that is none", CHUNKED("/b", "2\n{}\n0\n\n")},
        {"a body that is refused", CHUNKED("/a", "3\r\n\xff{}\r\n0\r\n\r\n")},
    };
    for (size_t i = 0; i < sizeof behind / sizeof *behind; i++) {
        int answers = answers_to(behind[i].sent, behind[i].n);
        if (answers != 1)
            fail_msg("%s: %d answers", behind[i].name, answers);
    }
}

static void test_large_headers(void **state)
{
    (void)state;
    for (size_t size = 3000; size < 60000; size += 4500) {
        char *request = malloc(size + 200);
        int head = sprintf(request, "GET /a HTTP/1.1\r\n" H "X: ");
        memset(request + head, 'a', size);
        memcpy(request + (size_t)head + size, "\r\n\r\n", 4);
        struct answer answer;
        client_ask_bytes(http_port(server), request, (size_t)head + size + 4, &answer);
        free(request);
        assert_int_equal(answer.status, size < 4000 ? 200 : 431);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_requests),         cmocka_unit_test(test_good_request_byte_by_byte),
        cmocka_unit_test(test_good_long_header), cmocka_unit_test(test_pipeline), cmocka_unit_test(test_nothing_behind_chunks),
        cmocka_unit_test(test_large_headers),   cmocka_unit_test(test_targets_refused),
    };
    return cmocka_run_group_tests_name("http strictness", tests, start, stop);
}
