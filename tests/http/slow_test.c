#include "check.h"

#include "client.h"

#include "base/clock.h"
#include "http/http.h"

#include <stdatomic.h>
#include <sys/socket.h>
#include <unistd.h>

/* Clients that send or read a byte now and then must not hold a connection for ever. */

static struct http_server *server;

static int on_any(struct http_request *request, struct error *error)
{
    return http_reply(request, 200, "text/plain", TEXT("ok"), error);
}

static int64_t pull(void *context, uint64_t offset, void *out, size_t n)
{
    (void)context;
    (void)offset;
    memset(out, 'd', n);
    return (int64_t)n;
}

static _Atomic bool left;

static void done(void *context, bool whole)
{
    (void)context;
    left = !whole;
}

static int on_endless(struct http_request *request, struct error *error)
{
    struct http_source source = {.pull = pull, .done = done};
    left = false;
    return http_reply_stream(request, 200, "text/plain", UINT64_MAX, &source, error);
}

static struct http_request *_Atomic held;

static int on_wait(struct http_request *request, struct error *error)
{
    (void)error;
    held = request;
    return HTTP_LATER;
}

static const struct http_route routes[] = {
    {.method = HTTP_GET, .pattern = "/a", .handler = on_any},
    {.method = HTTP_POST, .pattern = "/a", .handler = on_any, .body = HTTP_BODY_JSON, .body_limit = 1 << 20},
    {.method = HTTP_GET, .pattern = "/endless", .handler = on_endless},
    {.method = HTTP_GET, .pattern = "/wait", .handler = on_wait},
};
static const struct http_table table = {routes, 4};
static const struct http_site site = {.tables = &table, .tables_n = 1};

static int start_at(unsigned rate)
{
    struct http_settings settings = {
        .threads = 1, .header_time = 400, .patience = 400, .slowest_rate = rate, .stop_time = 300};
    return http_start(&settings, &site, &server, NULL);
}

static int start(void **state)
{
    (void)state;
    return start_at(100000);
}

static int stop(void **state)
{
    (void)state;
    http_stop(&server);
    return 0;
}

/* Sends a byte every 20 ms until the server hangs up; milliseconds that it took, at most 5000. */
static int64_t trickle(int fd, const char *bytes)
{
    int64_t from = clock_steady();
    char answer[2000];
    for (size_t i = 0; clock_steady() - from < 5 * CLOCK_SECOND; i++) {
        if (!client_try_send(fd, &bytes[i % strlen(bytes)], 1))
            break;
        if (recv(fd, answer, sizeof answer, MSG_DONTWAIT) == 0)
            break;
        usleep(20000);
    }
    return (clock_steady() - from) / 1000;
}

static void test_slow_header(void **state)
{
    (void)state;
    int fd = client_connect(http_port(server));
    client_send(fd, "GET /a HTTP/1.1\r\nHost: localhost\r\nX-Slow: ", 42);
    int64_t took = trickle(fd, "a");
    close(fd);
    assert_in_range(took, 350, 2000);
    fd = client_connect(http_port(server));
    took = trickle(fd, "GET /a");
    close(fd);
    assert_in_range(took, 350, 2000);
}

static void test_silent_client(void **state)
{
    (void)state;
    struct answer answer;
    int fd = client_connect(http_port(server));
    client_read(fd, false, 3, &answer);
    assert_int_equal(answer.status, 0); /* closed, and not by our own time limit */
    close(fd);
    /* Also between two requests. */
    static const char request[] = "GET /a HTTP/1.1\r\nHost: localhost\r\n\r\n";
    fd = client_connect(http_port(server));
    client_send(fd, request, sizeof request - 1);
    client_read(fd, false, 3, &answer);
    assert_int_equal(answer.status, 200);
    client_read(fd, false, 3, &answer);
    assert_int_equal(answer.status, 0);
    close(fd);
}

static void test_slow_body(void **state)
{
    (void)state;
    static const char head[] = "POST /a HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                               "Content-Length: 100000\r\n\r\n";
    int fd = client_connect(http_port(server));
    client_send(fd, head, sizeof head - 1);
    int64_t took = trickle(fd, "1");
    close(fd);
    assert_in_range(took, 350, 2000);
}

static void test_steady_body_is_not_slow(void **state)
{
    (void)state;
    static const char head[] = "POST /a HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                               "Content-Length: 400000\r\n\r\n";
    struct answer answer;
    char bytes[10000];
    memset(bytes, ' ', sizeof bytes);
    int64_t from = clock_steady();
    int fd = client_connect(http_port(server));
    client_send(fd, head, sizeof head - 1);
    for (int i = 0; i < 40; i++) {
        client_send(fd, bytes, sizeof bytes);
        usleep(25000);
    }
    client_read(fd, false, 5, &answer);
    close(fd);
    assert_int_equal(answer.status, 200);
    assert_true(clock_steady() - from > 900000); /* more than twice the patience */
}

static void test_slow_reader(void **state)
{
    (void)state;
    static const char request[] = "GET /endless HTTP/1.1\r\nHost: localhost\r\n\r\n";
    char bytes[100];
    int small = 4096;
    /* The megabytes that the network itself holds count as taken, so the rate is set high. */
    http_stop(&server);
    assert_int_equal(start_at(10000000), 0);
    int fd = client_connect(http_port(server));
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    client_send(fd, request, sizeof request - 1);
    int64_t from = clock_steady();
    while (clock_steady() - from < 20 * CLOCK_SECOND && !left) {
        usleep(10000);
        if (recv(fd, bytes, sizeof bytes, 0) <= 0)
            break;
    }
    int64_t took = (clock_steady() - from) / 1000;
    close(fd);
    assert_true(left);
    assert_in_range(took, 300, 19000);
    printf("the slow reader was left after %lld ms\n", (long long)took);
}

static void test_waiting_for_us_is_not_slow(void **state)
{
    (void)state;
    static const char request[] = "GET /wait HTTP/1.1\r\nHost: localhost\r\n\r\n";
    struct answer answer;
    int fd = client_connect(http_port(server));
    client_send(fd, request, sizeof request - 1);
    usleep(1200000);
    http_reply(held, 200, "text/plain", TEXT("at last"), NULL);
    http_answer(held, 0, NULL);
    client_read(fd, false, 5, &answer);
    assert_string_equal(answer.body, "at last");
    close(fd);
}

static void test_stop_breaks_off_what_does_not_end(void **state)
{
    (void)state;
    static const char request[] = "GET /endless HTTP/1.1\r\nHost: localhost\r\n\r\n";
    char bytes[1000];
    int fd = client_connect(http_port(server));
    client_send(fd, request, sizeof request - 1);
    assert_true(recv(fd, bytes, sizeof bytes, 0) > 0);
    int64_t from = clock_steady();
    http_stop(&server);
    int64_t took = (clock_steady() - from) / 1000;
    assert_in_range(took, 0, 3000);
    close(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_slow_header, start, stop),
        cmocka_unit_test_setup_teardown(test_silent_client, start, stop),
        cmocka_unit_test_setup_teardown(test_slow_body, start, stop),
        cmocka_unit_test_setup_teardown(test_steady_body_is_not_slow, start, stop),
        cmocka_unit_test_setup_teardown(test_slow_reader, start, stop),
        cmocka_unit_test_setup_teardown(test_waiting_for_us_is_not_slow, start, stop),
        cmocka_unit_test_setup_teardown(test_stop_breaks_off_what_does_not_end, start, stop),
    };
    return cmocka_run_group_tests_name("http slow clients", tests, NULL, NULL);
}
