#include "check.h"

#include "client.h"

#include "http/http.h"
#include "support/wait.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

/* What goes out: headers, cookies, assets, limits of requests; and settings that are refused. */

static int on_plain(struct http_request *request, struct error *error)
{
    return http_reply(request, 200, "text/html; charset=utf-8", TEXT("<p>hello"), error);
}

static int on_own(struct http_request *request, struct error *error)
{
    http_set_header(request, "Cache-Control", TEXT("private"), error);
    http_set_header(request, "cache-control", TEXT("private, max-age=60"), error);
    http_set_header(request, "Cross-Origin-Opener-Policy", TEXT(""), error);
    http_set_cookie(request, "__Host-session", TEXT("abc"), 0, 0, error);
    http_set_cookie(request, "other", TEXT("x=y"), 60,
                    HTTP_COOKIE_LAX | HTTP_COOKIE_SCRIPT | HTTP_COOKIE_INSECURE, error);
    http_set_cookie(request, "gone", TEXT(""), -1, 0, error);
    http_set_filename(request, TEXT("r\xc3\xa9port \"1\".pdf"), error);
    return http_reply(request, 201, "application/pdf", TEXT("x"), error);
}

static int on_injection(struct http_request *request, struct error *error)
{
    bool refused = http_set_header(request, "X-A", TEXT("a\r\nX-B: c"), NULL) == ERROR_INPUT &&
                   http_set_header(request, "X A", TEXT("a"), NULL) == ERROR_INPUT &&
                   http_set_cookie(request, "a", TEXT("b; c"), 0, 0, NULL) == ERROR_INPUT &&
                   http_set_cookie(request, "a b", TEXT("c"), 0, 0, NULL) == ERROR_INPUT &&
                   http_redirect(request, TEXT("/x\r\nX-B: c"), NULL) == ERROR_INPUT;
    return http_reply(request, 200, "text/plain", refused ? TEXT("refused") : TEXT("taken"), error);
}

static int on_etag(struct http_request *request, struct error *error)
{
    http_set_header(request, "Cache-Control", TEXT("no-cache"), error);
    return http_reply_tagged(request, "text/plain", TEXT("version 1"), TEXT("\"v1\""), error);
}

static int on_busy(struct http_request *request, struct error *error)
{
    http_refuse_with(request, 503, 7);
    http_set_cookie(request, "half", TEXT("done"), 0, 0, error);
    return error_set(error, ERROR_SYSTEM, "", "", "busy");
}

static int on_peer(struct http_request *request, struct error *error)
{
    return http_reply(request, 200, "text/plain", http_peer(request), error);
}

static const struct http_route routes[] = {
    {.method = HTTP_GET, .pattern = "/peer", .handler = on_peer},
    {.method = HTTP_GET, .pattern = "/plain", .handler = on_plain},
    {.method = HTTP_GET, .pattern = "/own", .handler = on_own},
    {.method = HTTP_GET, .pattern = "/injection", .handler = on_injection},
    {.method = HTTP_GET, .pattern = "/etag", .handler = on_etag},
    {.method = HTTP_GET, .pattern = "/busy", .handler = on_busy},
};
static const struct http_table table = {routes, sizeof routes / sizeof routes[0]};
static const struct http_asset assets[] = {
    {.path = "/static/z.js", .type = "text/javascript", .bytes = "let z", .n = 5},
    {.path = "/static/a.css",
     .type = "text/css",
     .bytes = "body{}",
     .n = 6,
     .etag = "\"a1\"",
     .gzip_bytes = "GZ",
     .gzip_n = 2},
};
static const struct http_site site = {.tables = &table, .tables_n = 1, .assets = assets, .assets_n = 2};

static struct http_server *server;

static void start(struct http_settings settings)
{
    struct error error = {0};
    if (http_start(&settings, &site, &server, &error) != 0)
        fail_msg("%s %s", error.where, error.what);
}

static int stop(void **state)
{
    (void)state;
    http_stop(&server);
    return 0;
}

static void ask(const char *path, const char *headers, struct answer *answer)
{
    char request[512];
    snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n%s\r\n",
             path, headers);
    client_ask(http_port(server), request, answer);
}

static void check_header(const struct answer *answer, const char *name, const char *wanted)
{
    const char *value = answer_header(answer, name);
    if ((!value) != (!wanted) || (value && strcmp(value, wanted) != 0))
        fail_msg("%s: %s", name, value ? value : "(none)");
}

static void test_default_headers(void **state)
{
    (void)state;
    struct answer answer;
    start((struct http_settings){0});
    static const char *const paths[] = {"/plain", "/nothing", "/busy"};
    for (size_t i = 0; i < 3; i++) {
        ask(paths[i], "", &answer);
        check_header(&answer, "Content-Security-Policy",
                     "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
                     "form-action 'self'; "
                     "frame-ancestors 'none'; base-uri 'none'");
        check_header(&answer, "X-Content-Type-Options", "nosniff");
        check_header(&answer, "Referrer-Policy", "no-referrer");
        check_header(&answer, "Cache-Control", "no-store");
        check_header(&answer, "Cross-Origin-Opener-Policy", "same-origin");
        check_header(&answer, "Cross-Origin-Resource-Policy", "same-origin");
        check_header(&answer, "Strict-Transport-Security", NULL);
        assert_non_null(answer_header(&answer, "Permissions-Policy"));
    }
    check_header(&answer, "Retry-After", "7");
    check_header(&answer, "Set-Cookie", NULL); /* a refusal drops what the handler had set */
    assert_int_equal(answer.status, 503);
}

static void test_own_headers(void **state)
{
    (void)state;
    struct answer answer;
    start((struct http_settings){0});
    ask("/own", "", &answer);
    assert_int_equal(answer.status, 201);
    check_header(&answer, "Cache-Control", "private, max-age=60");
    check_header(&answer, "Cross-Origin-Opener-Policy", NULL);
    check_header(&answer, "Content-Disposition",
                 "attachment; filename=\"r__port _1_.pdf\"; filename*=UTF-8''r%C3%A9port%20%221%22.pdf");
    assert_non_null(
        strstr(answer.head, "Set-Cookie: __Host-session=abc; Path=/; HttpOnly; Secure; SameSite=Strict\r\n"));
    assert_non_null(strstr(answer.head, "Set-Cookie: other=x=y; Path=/; Max-Age=60; SameSite=Lax\r\n"));
    assert_non_null(
        strstr(answer.head, "Set-Cookie: gone=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Strict\r\n"));
    ask("/injection", "", &answer);
    assert_string_equal(answer.body, "refused");
    check_header(&answer, "X-B", NULL);
}

static void test_etag(void **state)
{
    (void)state;
    struct answer answer;
    start((struct http_settings){0});
    ask("/etag", "", &answer);
    assert_int_equal(answer.status, 200);
    check_header(&answer, "ETag", "\"v1\"");
    ask("/etag", "If-None-Match: \"v0\", W/\"v1\"\r\n", &answer);
    assert_int_equal(answer.status, 304);
    assert_int_equal(answer.n, 0);
    check_header(&answer, "ETag", "\"v1\"");
    check_header(&answer, "Cache-Control", "no-cache");
    check_header(&answer, "Content-Length", "9"); /* what a 200 would have; nothing else is allowed there */
    ask("/etag", "If-None-Match: *\r\n", &answer);
    assert_int_equal(answer.status, 304);
    client_ask(http_port(server), "HEAD /etag HTTP/1.1\r\nHost: localhost\r\n\r\n", &answer);
    assert_int_equal(answer.status, 200);
    check_header(&answer, "Content-Length", "9");
    check_header(&answer, "ETag", "\"v1\"");
    client_ask(http_port(server), "HEAD /etag HTTP/1.1\r\nHost: localhost\r\nIf-None-Match: \"v1\"\r\n\r\n", &answer);
    assert_int_equal(answer.status, 304);
    ask("/etag", "If-None-Match: \"v0\"\r\n", &answer);
    assert_int_equal(answer.status, 200);
}

static void test_assets(void **state)
{
    (void)state;
    struct answer answer;
    start((struct http_settings){0});
    ask("/static/a.css", "", &answer);
    assert_int_equal(answer.status, 200);
    assert_string_equal(answer.body, "body{}");
    check_header(&answer, "Cache-Control", "public, max-age=31536000, immutable");
    check_header(&answer, "Vary", "Accept-Encoding");
    check_header(&answer, "Content-Encoding", NULL);
    ask("/static/a.css", "Accept-Encoding: br, gzip\r\n", &answer);
    assert_string_equal(answer.body, "GZ");
    check_header(&answer, "Content-Encoding", "gzip");
    check_header(&answer, "ETag", "W/\"a1\""); /* gzipped or not: two texts of bytes, one tag */
    ask("/static/a.css", "If-None-Match: \"a1\"\r\n", &answer);
    assert_int_equal(answer.status, 304);
    check_header(&answer, "Vary", "Accept-Encoding");
    check_header(&answer, "Content-Length", "6");
    ask("/static/z.js", "Accept-Encoding: gzip\r\n", &answer);
    assert_string_equal(answer.body, "let z");
    client_ask(http_port(server), "HEAD /static/a.css HTTP/1.1\r\nHost: localhost\r\n\r\n", &answer);
    assert_int_equal(answer.status, 200);
    check_header(&answer, "Content-Length", "6");
    ask("/static/y.js", "", &answer);
    assert_int_equal(answer.status, 404);
    /* a page's files come by one connection, and so does what is not there */
    int fd = client_connect(http_port(server));
    for (int i = 0; i < 6; i++) {
        static const char *const wanted[] = {"/static/z.js", "/static/y.js", "/static/a.css"};
        char request[100];
        size_t n = (size_t)snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n", wanted[i % 3]);
        client_send(fd, request, n);
        client_read(fd, false, &answer);
        assert_int_equal(answer.status, i % 3 == 1 ? 404 : 200);
        assert_false(answer.closed);
    }
    close(fd);
    client_ask(http_port(server), "POST /static/z.js HTTP/1.1\r\nHost: localhost\r\n\r\n", &answer);
    assert_int_equal(answer.status, 405);
    check_header(&answer, "Allow", "GET, HEAD");
}

static void test_too_many_requests(void **state)
{
    (void)state;
    struct answer answer;
    start((struct http_settings){.requests_per_minute = 1, .request_burst = 5});
    for (int i = 0; i < 5; i++) {
        ask("/plain", "", &answer);
        assert_int_equal(answer.status, 200);
    }
    ask("/plain", "", &answer);
    assert_int_equal(answer.status, 429);
    int wait = atoi(answer_header(&answer, "Retry-After"));
    assert_in_range(wait, 1, 60);
}

static void test_behind_a_proxy(void **state)
{
    (void)state;
    struct answer answer;
    start((struct http_settings){.requests_per_minute = 1, .request_burst = 2, .behind_proxy = true});
    /* Each client of the proxy has tokens of its own; what a client itself wrote in front does not count. */
    for (int i = 0; i < 2; i++) {
        ask("/plain", "X-Forwarded-For: 9.9.9.9, 2001:db8::1\r\nX-Forwarded-Proto: https\r\n", &answer);
        assert_int_equal(answer.status, 200);
        check_header(&answer, "Strict-Transport-Security", "max-age=31536000");
    }
    ask("/plain", "X-Forwarded-For: 8.8.8.8, 2001:db8::2\r\n", &answer);
    assert_int_equal(answer.status, 429); /* the same /64 */
    ask("/plain", "X-Forwarded-For: 2001:db8:0:1::1\r\n", &answer);
    assert_int_equal(answer.status, 200);
    http_stop(&server);
    start((struct http_settings){.requests_per_minute = 1, .request_burst = 2});
    for (int i = 0; i < 2; i++)
        ask("/plain", i ? "X-Forwarded-For: 1.1.1.1\r\n" : "X-Forwarded-Proto: https\r\n", &answer);
    check_header(&answer, "Strict-Transport-Security", NULL);
    ask("/plain", "X-Forwarded-For: 1.1.1.2\r\n", &answer);
    assert_int_equal(answer.status, 429);
}

/* The log has routes and figures; no path, no address, no query. */
static void test_access_log(void **state)
{
    (void)state;
    struct answer answer;
    char log[4096] = "";
    int pipe_end[2], saved = dup(STDERR_FILENO);
    assert_int_equal(pipe(pipe_end), 0);
    dup2(pipe_end[1], STDERR_FILENO);
    start((struct http_settings){.access_log = true});
    ask("/plain?child=anna", "", &answer);
    ask("/anna-smith", "", &answer);
    http_stop(&server);
    dup2(saved, STDERR_FILENO);
    close(pipe_end[1]);
    size_t n = 0;
    ssize_t got;
    while ((got = read(pipe_end[0], log + n, sizeof log - 1 - n)) > 0)
        n += (size_t)got;
    close(pipe_end[0]);
    close(saved);
    assert_non_null(strstr(log, "GET /plain 200 "));
    assert_non_null(strstr(log, "GET (unknown) 404 "));
    assert_null(strstr(log, "anna"));
    assert_null(strstr(log, "127.0.0.1"));
}

static void test_connections_of_one_address(void **state)
{
    (void)state;
    struct answer answer;
    start((struct http_settings){.connections_per_address = 3, .threads = 1});
    int fd[3];
    for (int i = 0; i < 3; i++) {
        fd[i] = client_connect(http_port(server));
        client_send(fd[i], "GET ", 4);
    }
    /* One thread takes connections in the order in which they came. */
    ask("/plain", "", &answer);
    assert_true(answer.status <= 0);
    for (int i = 0; i < 3; i++)
        close(fd[i]);
    WAIT_FOR((ask("/plain", "", &answer), answer.status == 200));
}

static void test_ipv6(void **state)
{
    (void)state;
    struct error error = {0};
    struct http_settings settings = {.address = "::1"};
    if (http_start(&settings, &site, &server, &error) != 0) {
        printf("left out: no IPv6 here (%s)\n", error.what);
        return;
    }
    struct sockaddr_in6 address = {.sin6_family = AF_INET6,
                                   .sin6_port = htons((uint16_t)http_port(server)),
                                   .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    int fd = socket(AF_INET6, SOCK_STREAM, 0);
    struct answer answer;
    static const char request[] = "GET /peer HTTP/1.1\r\nHost: [::1]\r\n\r\n";
    assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
    client_send(fd, request, sizeof request - 1);
    client_read(fd, false, &answer);
    assert_string_equal(answer.body, "::/64");
    close(fd);
}

static void test_refused_settings(void **state)
{
    (void)state;
    static const char *const hosts[] = {"example.org", NULL};
    static const struct {
        struct http_settings settings;
        const char *where;
    } cases[] = {
        {{.address = "0.0.0.0", .hosts = hosts}, "address"},
        {{.address = "::", .hosts = hosts}, "address"},
        {{.address = "192.0.2.1", .hosts = hosts}, "address"},
        {{.address = "localhost"}, "address"},
        {{.port = 65536}, "port"},
        {{.key_file = "key.pem"}, "TLS"},
        {{.address = "0.0.0.0", .certificate_file = "c.pem", .key_file = "k.pem"}, "hosts"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct error error = {0};
        struct http_server *none;
        assert_int_equal(http_start(&cases[i].settings, &site, &none, &error), ERROR_INVALID);
        assert_null(none);
        assert_string_equal(error.where, cases[i].where);
        assert_true(error.fix[0] != '\0' || i == 4);
    }
    struct error error = {0};
    struct http_server *none;
    struct http_settings missing = {.certificate_file = "/nonexistent/c.pem",
                                    .key_file = "/nonexistent/k.pem"};
    assert_true(http_start(&missing, &site, &none, &error) < 0);
    start((struct http_settings){0});
    struct http_settings taken = {.port = http_port(server)};
    assert_int_equal(http_start(&taken, &site, &none, &error), ERROR_SYSTEM);
    assert_string_equal(error.where, "address");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_default_headers, stop),
        cmocka_unit_test_teardown(test_own_headers, stop),
        cmocka_unit_test_teardown(test_etag, stop),
        cmocka_unit_test_teardown(test_assets, stop),
        cmocka_unit_test_teardown(test_too_many_requests, stop),
        cmocka_unit_test_teardown(test_behind_a_proxy, stop),
        cmocka_unit_test_teardown(test_access_log, stop),
        cmocka_unit_test_teardown(test_connections_of_one_address, stop),
        cmocka_unit_test_teardown(test_ipv6, stop),
        cmocka_unit_test_teardown(test_refused_settings, stop),
    };
    return cmocka_run_group_tests_name("http answers", tests, NULL, NULL);
}
