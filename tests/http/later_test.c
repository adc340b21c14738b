#include "check.h"

#include "client.h"

#include "http/http.h"
#include "support/wait.h"

#include <dirent.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

/* Requests that wait hold no thread, whoever answers them, whenever. */

enum { MOST = 2000 };

static struct http_server *server;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct http_request *waiting[MOST];
static size_t waiting_n;
static _Atomic int finished, whole_n; /* whole_n: of those that waited */
static _Atomic bool held_back; /* while it is set no work ends */
static _Atomic int working;

static int on_wait(struct http_request *request, struct error *error)
{
    (void)error;
    pthread_mutex_lock(&lock);
    waiting[waiting_n++] = request;
    pthread_mutex_unlock(&lock);
    return HTTP_LATER;
}

/* Answers before "later" is even returned. */
static int on_at_once(struct http_request *request, struct error *error)
{
    http_reply(request, 200, "text/plain", TEXT("at once"), error);
    http_answer(request, 0, NULL);
    return HTTP_LATER;
}

static void *answer_soon(void *context)
{
    struct http_request *request = context;
    http_reply(request, 200, "text/plain", TEXT("raced"), NULL);
    http_answer(request, 0, NULL);
    return NULL;
}

static int on_race(struct http_request *request, struct error *error)
{
    pthread_t thread;
    (void)error;
    if (pthread_create(&thread, NULL, answer_soon, request) != 0)
        return ERROR_SYSTEM;
    pthread_detach(thread);
    return HTTP_LATER;
}

static int slowly(struct http_request *request, struct error *error)
{
    working++;
    while (held_back)
        wait_a_little();
    working--;
    struct text text =
        arena_format(http_arena(request), "worked on %.*s", TEXT_ARGS(http_param(request, "what")));
    return http_reply(request, 200, "text/plain", text, error);
}

static int in_vain(struct http_request *request, struct error *error)
{
    (void)request;
    return error_set(error, ERROR_FORBIDDEN, "", "", "no");
}

static int on_work(struct http_request *request, struct error *error)
{
    return http_work(request, slowly, error);
}

static int on_vain(struct http_request *request, struct error *error)
{
    return http_work(request, in_vain, error);
}

static void finish(struct http_request *request, bool whole)
{
    whole_n += whole && text_equal(http_path(request), TEXT("/wait"));
    finished++;
}

static int begin(struct http_request *request, struct error *error)
{
    (void)request;
    (void)error;
    return 0;
}

static const struct http_route routes[] = {
    {.method = HTTP_GET, .pattern = "/wait", .handler = on_wait},
    {.method = HTTP_POST, .pattern = "/wait", .handler = on_wait, .body = HTTP_BODY_FORM},
    {.method = HTTP_GET, .pattern = "/at-once", .handler = on_at_once},
    {.method = HTTP_GET, .pattern = "/race", .handler = on_race},
    {.method = HTTP_GET, .pattern = "/work/{what}", .handler = on_work},
    {.method = HTTP_GET, .pattern = "/vain", .handler = on_vain},
};
static const struct http_table table = {routes, sizeof routes / sizeof routes[0]};
static const struct http_site site = {.tables = &table, .tables_n = 1, .begin = begin, .finish = finish};

static void start(struct http_settings settings)
{
    struct error error = {0};
    waiting_n = 0;
    finished = whole_n = 0;
    if (http_start(&settings, &site, &server, &error) != 0)
        fail_msg("%s %s", error.where, error.what);
}

static int stop(void **state)
{
    (void)state;
    held_back = false;
    http_stop(&server);
    return 0;
}

static size_t threads(void)
{
    size_t n = 0;
    DIR *folder = opendir("/proc/self/task");
    for (struct dirent *entry; folder && (entry = readdir(folder));)
        n += entry->d_name[0] != '.';
    closedir(folder);
    return n;
}

static size_t waiting_now(void)
{
    pthread_mutex_lock(&lock);
    size_t n = waiting_n;
    pthread_mutex_unlock(&lock);
    return n;
}

static void wait_for(size_t n)
{
    WAIT_FOR(waiting_now() >= n);
    assert_int_equal(waiting_now(), n);
}

static void open_waiting(int *fd, size_t n)
{
    static const char request[] = "GET /wait HTTP/1.1\r\nHost: localhost\r\n\r\n";
    for (size_t i = 0; i < n; i++) {
        fd[i] = client_connect(http_port(server));
        client_send(fd[i], request, sizeof request - 1);
    }
}

static void check_many(size_t n)
{
    int *fd = calloc(n, sizeof *fd);
    size_t before = threads();
    struct answer answer;
    open_waiting(fd, n);
    wait_for(n);
    assert_in_range(threads(), 1, before); /* fewer, where one of a test before was still ending */
    /* Nobody has an answer, and the server still serves others. */
    struct pollfd quiet = {.fd = fd[0], .events = POLLIN};
    assert_int_equal(poll(&quiet, 1, 50), 0);
    client_get(http_port(server), "/at-once", &answer);
    assert_int_equal(answer.status, 200);
    for (size_t i = n; i-- > 0;) {
        http_reply(waiting[i], 200, "text/plain", TEXT("at last"), NULL);
        http_answer(waiting[i], 0, NULL);
    }
    for (size_t i = 0; i < n; i++) {
        client_read(fd[i], false, &answer);
        assert_int_equal(answer.status, 200);
        assert_string_equal(answer.body, "at last");
        close(fd[i]);
    }
    free(fd);
}

static void test_64_waiting_requests_on_one_thread(void **state)
{
    (void)state;
    start((struct http_settings){.threads = 1, .workers = 1});
    check_many(64);
}

static void test_2000_waiting_requests(void **state)
{
    (void)state;
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    size_t n = limit.rlim_cur > 2 * MOST + 300 ? MOST : (size_t)limit.rlim_cur / 4;
    printf("%zu requests wait\n", n);
    start((struct http_settings){.threads = 2});
    check_many(n);
}

static void test_answers_that_race(void **state)
{
    (void)state;
    struct answer answer;
    start((struct http_settings){.threads = 2});
    for (int i = 0; i < 300; i++) {
        client_get(http_port(server), i % 2 ? "/race" : "/at-once", &answer);
        assert_int_equal(answer.status, 200);
        assert_string_equal(answer.body, i % 2 ? "raced" : "at once");
    }
}

static void test_kept_connection(void **state)
{
    (void)state;
    static const char request[] = "GET /race HTTP/1.1\r\nHost: localhost\r\n\r\n";
    struct answer answer;
    start((struct http_settings){.threads = 1});
    int fd = client_connect(http_port(server));
    for (int i = 0; i < 100; i++) {
        client_send(fd, request, sizeof request - 1);
        client_read(fd, false, &answer);
        assert_int_equal(answer.status, 200);
    }
    close(fd);
}

static void test_refused_later(void **state)
{
    (void)state;
    struct answer answer;
    struct error error = {.code = ERROR_CONFLICT};
    int fd;
    start((struct http_settings){0});
    open_waiting(&fd, 1);
    wait_for(1);
    http_answer(waiting[0], ERROR_CONFLICT, &error);
    client_read(fd, false, &answer);
    assert_int_equal(answer.status, 409);
    close(fd);
    /* Ended without a word: that is a fault of ours. */
    open_waiting(&fd, 1);
    wait_for(2);
    http_answer(waiting[1], 0, NULL);
    client_read(fd, false, &answer);
    assert_int_equal(answer.status, 500);
    close(fd);
}

static void test_stray_more_does_not_answer(void **state)
{
    (void)state;
    struct answer answer;
    int fd;
    start((struct http_settings){0});
    open_waiting(&fd, 1);
    wait_for(1);
    for (int i = 0; i < 20; i++) {
        http_more(waiting[0]);
        usleep(1000);
    }
    http_reply(waiting[0], 200, "text/plain", TEXT("once"), NULL);
    http_answer(waiting[0], 0, NULL);
    client_read(fd, false, &answer);
    assert_string_equal(answer.body, "once");
    close(fd);
}

static void test_client_leaves_while_it_waits(void **state)
{
    (void)state;
    int fd[10];
    start((struct http_settings){0});
    open_waiting(fd, 10);
    wait_for(10);
    for (int i = 0; i < 10; i++)
        close(fd[i]);
    usleep(50000);
    assert_int_equal(finished, 0);
    for (int i = 0; i < 10; i++) {
        http_reply(waiting[i], 200, "text/plain", TEXT("nobody there"), NULL);
        http_answer(waiting[i], 0, NULL);
    }
    WAIT_FOR(finished >= 10);
    assert_int_equal(finished, 10);
}

static int ask_for_work(void)
{
    static const char request[] = "GET /work/x HTTP/1.1\r\nHost: localhost\r\n\r\n";
    int fd = client_connect(http_port(server));
    client_send(fd, request, sizeof request - 1);
    return fd;
}

/* On how many of them something has arrived. */
static int answered(const int *fd, size_t n)
{
    int count = 0;
    for (size_t i = 0; i < n; i++)
        count += poll(&(struct pollfd){.fd = fd[i], .events = POLLIN}, 1, 0) == 1;
    return count;
}

static void test_workers(void **state)
{
    (void)state;
    struct answer answer;
    start((struct http_settings){.threads = 1, .workers = 2, .work_queue = 2});
    client_get(http_port(server), "/work/it", &answer);
    assert_string_equal(answer.body, "worked on it");
    client_get(http_port(server), "/vain", &answer);
    assert_int_equal(answer.status, 403);
    /* Two are worked on, two wait, the others are told to come again before any of the four is done. */
    int fd[10], good = 0, busy = 0;
    held_back = true;
    for (int i = 0; i < 10; i++) {
        fd[i] = ask_for_work();
        WAIT_FOR(working >= (i < 2 ? i + 1 : 2));
    }
    WAIT_FOR(answered(fd, 10) >= 6);
    held_back = false;
    for (int i = 0; i < 10; i++) {
        client_read(fd[i], false, &answer);
        good += answer.status == 200;
        busy += answer.status == 503 && strcmp(answer_header(&answer, "Retry-After"), "2") == 0;
        close(fd[i]);
    }
    assert_int_equal(good, 4);
    assert_int_equal(busy, 6);
}

static void *stop_now(void *context)
{
    (void)context;
    http_stop(&server);
    return NULL;
}

/* Asks anew: is the connection closed without an answer? */
static bool is_turned_away(unsigned port)
{
    static const char request[] = "GET /at-once HTTP/1.1\r\nHost: localhost\r\n\r\n";
    struct answer answer;
    int late = client_connect(port);
    client_try_send(late, request, sizeof request - 1);
    client_read(late, false, &answer);
    close(late);
    return answer.status <= 0;
}

static void test_stop_finishes_what_is_under_way(void **state)
{
    (void)state;
    pthread_t stopper;
    struct answer answer;
    int fd[20];
    start((struct http_settings){.stop_time = 600000});
    unsigned port = http_port(server);
    open_waiting(fd, 20);
    wait_for(20);
    pthread_create(&stopper, NULL, stop_now, NULL);
    /* Nobody new is let in, once it has begun to stop. */
    WAIT_FOR(is_turned_away(port));
    for (int i = 0; i < 20; i++) {
        http_reply(waiting[i], 200, "text/plain", TEXT("finished"), NULL);
        http_answer(waiting[i], 0, NULL);
    }
    for (int i = 0; i < 20; i++) {
        client_read(fd[i], false, &answer);
        assert_string_equal(answer.body, "finished");
        assert_true(answer.closed);
        close(fd[i]);
    }
    pthread_join(stopper, NULL);
    assert_null(server);
    assert_int_equal(whole_n, 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_64_waiting_requests_on_one_thread, stop),
        cmocka_unit_test_teardown(test_2000_waiting_requests, stop),
        cmocka_unit_test_teardown(test_answers_that_race, stop),
        cmocka_unit_test_teardown(test_kept_connection, stop),
        cmocka_unit_test_teardown(test_refused_later, stop),
        cmocka_unit_test_teardown(test_stray_more_does_not_answer, stop),
        cmocka_unit_test_teardown(test_client_leaves_while_it_waits, stop),
        cmocka_unit_test_teardown(test_workers, stop),
        cmocka_unit_test_teardown(test_stop_finishes_what_is_under_way, stop),
    };
    return cmocka_run_group_tests_name("http later", tests, NULL, NULL);
}
