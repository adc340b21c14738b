#include "check.h"

#include "client.h"

#include "base/clock.h"
#include "http/http.h"
#include "support/wait.h"

#include <pthread.h>
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

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct http_request *held;
static bool nobody_waits;

static int on_wait(struct http_request *request, struct error *error)
{
    pthread_mutex_lock(&lock);
    bool later = !nobody_waits;
    if (later)
        held = request;
    pthread_mutex_unlock(&lock);
    return later ? HTTP_LATER : on_any(request, error);
}

/* The request that is held. `last`: from now on none is. */
static struct http_request *held_now(bool last)
{
    pthread_mutex_lock(&lock);
    struct http_request *request = held;
    nobody_waits = last;
    pthread_mutex_unlock(&lock);
    return request;
}

static const struct http_route routes[] = {
    {.method = HTTP_GET, .pattern = "/a", .handler = on_any},
    {.method = HTTP_POST, .pattern = "/a", .handler = on_any, .body = HTTP_BODY_JSON, .body_limit = 1 << 20},
    {.method = HTTP_GET, .pattern = "/endless", .handler = on_endless},
    {.method = HTTP_GET, .pattern = "/wait", .handler = on_wait},
};
static const struct http_table table = {routes, 4};
static const struct http_site site = {.tables = &table, .tables_n = 1};

static const char get[] = "GET /a HTTP/1.1\r\nHost: localhost\r\n\r\n";
static const char get_endless[] = "GET /endless HTTP/1.1\r\nHost: localhost\r\n\r\n";

/*
 * Two kinds of tests. Where a connection must be ended, it may take as long as it likes, but not less than the time that
 * the client has. Where a connection must be kept, a machine that stands still for a moment looks like a slow client: such
 * a test is tried again with twice the time. A server that is wrong fails with each.
 */
enum { TIME = 400, LONGEST = 30000 };

static void start(struct http_settings settings)
{
    settings.threads = 1;
    assert_int_equal(http_start(&settings, &site, &server, NULL), 0);
}

static struct http_settings impatient(unsigned milliseconds)
{
    return (struct http_settings){.header_time = milliseconds,
                                  .patience = milliseconds,
                                  .idle_time = 10 * LONGEST,
                                  .slowest_rate = 100000};
}

static int stop(void **state)
{
    (void)state;
    http_stop(&server);
    return 0;
}

static void must_be_kept(bool (*try)(unsigned milliseconds))
{
    bool kept = false;
    for (unsigned milliseconds = TIME; !kept && milliseconds < LONGEST; milliseconds *= 2) {
        start(impatient(milliseconds));
        kept = try(milliseconds);
        http_stop(&server);
        if (!kept)
            printf("not kept with %u ms\n", milliseconds);
    }
    assert_true(kept);
}

/* Connects, sends `first`, then a byte of `bytes` every 20 ms until the server hangs up: the milliseconds until then. */
static int64_t trickle(const char *first, const char *bytes)
{
    int64_t from = clock_steady();
    int fd = client_connect(http_port(server));
    char answer[2000];
    client_try_send(fd, first, strlen(first));
    for (size_t i = 0; i < 3000; i++) {
        if (!client_try_send(fd, &bytes[i % strlen(bytes)], 1) ||
            recv(fd, answer, sizeof answer, MSG_DONTWAIT) == 0)
            break;
        usleep(20000);
        assert_true(i < 2999);
    }
    close(fd);
    return (clock_steady() - from) / 1000;
}

static void test_slow_header(void **state)
{
    (void)state;
    start(impatient(TIME));
    assert_true(trickle("GET /a HTTP/1.1\r\nHost: localhost\r\nX-Slow: ", "a") >= TIME);
    assert_true(trickle("", "GET /a") >= TIME);
}

static void test_slow_body(void **state)
{
    (void)state;
    start(impatient(TIME));
    assert_true(trickle("POST /a HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                        "Content-Length: 100000\r\n\r\n",
                        "1") >= TIME);
}

static void test_silent_client(void **state)
{
    (void)state;
    struct answer answer;
    start(impatient(TIME));
    int fd = client_connect(http_port(server));
    client_read(fd, false, &answer);
    assert_int_equal(answer.status, 0); /* closed, and not by our own time limit */
    close(fd);
}

static bool answered_then_closed(unsigned milliseconds)
{
    (void)milliseconds;
    struct answer first, second;
    int fd = client_connect(http_port(server));
    client_try_send(fd, get, sizeof get - 1);
    client_read(fd, false, &first);
    client_read(fd, false, &second);
    close(fd);
    assert_int_equal(second.status, 0);
    return first.status == 200;
}

/* Also between two requests. */
static void test_silent_between_requests(void **state)
{
    (void)state;
    must_be_kept(answered_then_closed);
}

/* More than twice as long as the patience. */
static bool steady_body(unsigned milliseconds)
{
    char head[200], bytes[10000];
    struct answer answer;
    int pieces = (int)(milliseconds / 10);
    memset(bytes, ' ', sizeof bytes);
    snprintf(head, sizeof head,
             "POST /a HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
             "Content-Length: %zu\r\n\r\n",
             (size_t)pieces * sizeof bytes);
    int64_t from = clock_steady();
    int fd = client_connect(http_port(server));
    client_try_send(fd, head, strlen(head));
    for (int i = 0; i < pieces && client_try_send(fd, bytes, sizeof bytes); i++)
        usleep(25000);
    client_read(fd, false, &answer);
    close(fd);
    if (answer.status != 200)
        return false;
    assert_true(clock_steady() - from > 2000 * (int64_t)milliseconds);
    return true;
}

static void test_steady_body_is_not_slow(void **state)
{
    (void)state;
    must_be_kept(steady_body);
}

static void test_slow_reader(void **state)
{
    (void)state;
    char bytes[100];
    int small = 4096;
    /* The megabytes that the network itself holds count as taken, so the rate is set high. */
    struct http_settings settings = impatient(TIME);
    settings.slowest_rate = 10000000;
    start(settings);
    int64_t from = clock_steady();
    int fd = client_connect(http_port(server));
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    client_try_send(fd, get_endless, sizeof get_endless - 1);
    for (int looks = 0; looks < WAIT_LOOKS && !left && recv(fd, bytes, sizeof bytes, 0) > 0; looks++)
        wait_a_little();
    WAIT_FOR(left);
    int64_t took = (clock_steady() - from) / 1000;
    close(fd);
    assert_true(took >= TIME);
    printf("the slow reader was left after %lld ms\n", (long long)took);
}

/* Three times as long as the patience. */
static bool waits_for_us(unsigned milliseconds)
{
    static const char request[] = "GET /wait HTTP/1.1\r\nHost: localhost\r\n\r\n";
    struct answer answer;
    char byte;
    held = NULL;
    nobody_waits = false;
    int fd = client_connect(http_port(server));
    client_try_send(fd, request, sizeof request - 1);
    WAIT_FOR(held_now(false) || recv(fd, &byte, 1, MSG_DONTWAIT) == 0);
    struct http_request *waiting = held_now(true);
    if (waiting) {
        usleep(3000 * milliseconds);
        http_reply(waiting, 200, "text/plain", TEXT("at last"), NULL);
        http_answer(waiting, 0, NULL);
    }
    client_read(fd, false, &answer);
    close(fd);
    return strcmp(answer.body, "at last") == 0;
}

static void test_waiting_for_us_is_not_slow(void **state)
{
    (void)state;
    must_be_kept(waits_for_us);
}

static void test_stop_breaks_off_what_does_not_end(void **state)
{
    (void)state;
    char bytes[1000];
    start((struct http_settings){.header_time = 600000, .patience = 600000, .idle_time = 600000, .stop_time = 300});
    int fd = client_connect(http_port(server));
    client_send(fd, get_endless, sizeof get_endless - 1);
    assert_true(recv(fd, bytes, sizeof bytes, 0) > 0);
    int64_t from = clock_steady();
    http_stop(&server); /* which without breaking off would not return within ten minutes */
    assert_true(clock_steady() - from >= 300000);
    assert_true(left);
    close(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_slow_header, stop),
        cmocka_unit_test_teardown(test_silent_client, stop),
        cmocka_unit_test_teardown(test_silent_between_requests, stop),
        cmocka_unit_test_teardown(test_slow_body, stop),
        cmocka_unit_test_teardown(test_steady_body_is_not_slow, stop),
        cmocka_unit_test_teardown(test_slow_reader, stop),
        cmocka_unit_test_teardown(test_waiting_for_us_is_not_slow, stop),
        cmocka_unit_test_teardown(test_stop_breaks_off_what_does_not_end, stop),
    };
    return cmocka_run_group_tests_name("http slow clients", tests, NULL, NULL);
}
