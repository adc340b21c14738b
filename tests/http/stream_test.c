#include "check.h"

#include "client.h"
#include "streaming.h"

#include "base/clock.h"
#include "http/http.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <unistd.h>

/* Answers that pass through in pieces. */

static _Atomic int dones, dones_whole;
static struct http_server *server;

/* What to do at which place. */
struct plan {
    uint64_t size, fail_at;
    bool waits;
    _Atomic int waiting;
    struct http_request *request;
};

static int64_t pull(void *context, uint64_t offset, void *out, size_t n)
{
    struct plan *plan = context;
    if (plan->fail_at && offset >= plan->fail_at)
        return HTTP_PULL_FAIL;
    if (plan->waits && !atomic_exchange(&plan->waiting, 1)) {
        pthread_t thread;
        if (pthread_create(&thread, NULL, more_soon, plan->request) == 0)
            pthread_detach(thread);
        return HTTP_PULL_LATER;
    }
    atomic_store(&plan->waiting, 0);
    if (offset >= plan->size)
        return HTTP_PULL_END;
    if (plan->size - offset < n)
        n = (size_t)(plan->size - offset);
    memset(out, 'd', n);
    return (int64_t)n;
}

static void done(void *context, bool whole)
{
    free(context);
    dones_whole += whole;
    dones++;
}

static int stream(struct http_request *request, struct plan plan, uint64_t length, struct error *error)
{
    struct plan *own = malloc(sizeof *own);
    *own = plan;
    own->request = request;
    struct http_source source = {pull, done, own};
    return http_reply_stream(request, 200, "application/octet-stream", length, &source, error);
}

static int on_big(struct http_request *request, struct error *error)
{
    return stream(request, (struct plan){.size = STREAMING_BIG}, STREAMING_BIG, error);
}

static int on_chunked(struct http_request *request, struct error *error)
{
    return stream(request, (struct plan){.size = 300000}, UINT64_MAX, error);
}

static int on_waiting(struct http_request *request, struct error *error)
{
    uint64_t length = http_query(request)->n ? UINT64_MAX : 2000000;
    return stream(request, (struct plan){.size = 2000000, .waits = true}, length, error);
}

static int on_short(struct http_request *request, struct error *error)
{
    return stream(request, (struct plan){.size = 1000}, 5000, error);
}

static int on_failing(struct http_request *request, struct error *error)
{
    return stream(request, (struct plan){.size = 1000000, .fail_at = 100000}, UINT64_MAX, error);
}

static int on_changed_mind(struct http_request *request, struct error *error)
{
    stream(request, (struct plan){.size = 1000}, 1000, error);
    return error_set(error, ERROR_FORBIDDEN, "", "", "after all, no");
}

static const struct http_route routes[] = {
    {.method = HTTP_GET, .pattern = "/big", .handler = on_big},
    {.method = HTTP_GET, .pattern = "/chunked", .handler = on_chunked},
    {.method = HTTP_GET, .pattern = "/waiting", .handler = on_waiting},
    {.method = HTTP_GET, .pattern = "/short", .handler = on_short},
    {.method = HTTP_GET, .pattern = "/failing", .handler = on_failing},
    {.method = HTTP_GET, .pattern = "/changed-mind", .handler = on_changed_mind},
};
static const struct http_table table = {routes, sizeof routes / sizeof routes[0]};

static const struct http_site site = {.tables = &table, .tables_n = 1};

static int start(void **state)
{
    (void)state;
    struct http_settings settings = {.threads = 1};
    return http_start(&settings, &site, &server, NULL);
}

static int stop(void **state)
{
    (void)state;
    http_stop(&server);
    return 0;
}

static void test_big_download_in_flat_memory(void **state)
{
    (void)state;
    static struct answer answer;
    int before_dones = dones, before_whole = dones_whole;
    uint64_t before = resident();
    int64_t from = clock_steady();
    client_get(http_port(server), "/big", &answer);
    assert_int_equal(answer.status, 200);
    assert_true(answer.length == STREAMING_BIG);
    wait_for(&dones, before_dones + 1);
    assert_int_equal(dones_whole, before_whole + 1);
    uint64_t grown = resident() > before ? resident() - before : 0;
    printf("512 MiB down: memory grew by %llu KiB, %lld ms\n", (unsigned long long)grown / 1024,
           (long long)(clock_steady() - from) / 1000);
    assert_true(grown < 8 << 20);
}

static void test_downloads(void **state)
{
    (void)state;
    static const struct {
        const char *path;
        int status;
        uint64_t length;
        int whole;
    } cases[] = {
        {"/chunked", 200, 300000, 1}, {"/waiting", 200, 2000000, 1}, {"/waiting?chunked", 200, 2000000, 1},
        {"/short", 200, 1000, 0},     {"/changed-mind", 403, 0, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct answer answer;
        int before = dones, before_whole = dones_whole;
        client_get(http_port(server), cases[i].path, &answer);
        assert_int_equal(answer.status, cases[i].status);
        if (cases[i].length)
            assert_int_equal(answer.length, cases[i].length);
        wait_for(&dones, before + 1);
        assert_int_equal(dones_whole - before_whole, cases[i].whole);
    }
    /* Broken off by the server: a chunked answer without its end is not whole. */
    struct answer answer;
    int before = dones, before_whole = dones_whole;
    client_get(http_port(server), "/failing", &answer);
    assert_int_equal(answer.status, 0);
    wait_for(&dones, before + 1);
    client_ask(http_port(server), "HEAD /big HTTP/1.1\r\nHost: localhost\r\n\r\n", &answer);
    assert_int_equal(answer.status, 200);
    assert_int_equal(strtoull(answer_header(&answer, "Content-Length"), NULL, 10), STREAMING_BIG);
    wait_for(&dones, before + 2);
    assert_int_equal(dones_whole, before_whole);
}

static void test_client_leaves_half_way_down(void **state)
{
    (void)state;
    static const char request[] = "GET /big HTTP/1.1\r\nHost: localhost\r\n\r\n";
    char bytes[10000];
    int before = dones, before_whole = dones_whole;
    for (int i = 0; i < 5; i++) {
        int fd = client_connect(http_port(server));
        client_send(fd, request, sizeof request - 1);
        assert_true(recv(fd, bytes, sizeof bytes, 0) > 0);
        close(fd);
    }
    wait_for(&dones, before + 5);
    assert_int_equal(dones_whole, before_whole);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_big_download_in_flat_memory),
        cmocka_unit_test(test_downloads),
        cmocka_unit_test(test_client_leaves_half_way_down),
    };
    return cmocka_run_group_tests_name("http streams", tests, start, stop);
}
