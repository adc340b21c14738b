#include "check.h"

#include "client.h"
#include "streaming.h"

#include "base/clock.h"
#include "http/http.h"
#include "support/wait.h"

#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

/* Bodies that pass through in pieces. */

/* What upload handlers keep for a request. */
struct taken {
    uint64_t bytes, sum;
    size_t files, pieces, ended;
    char names[256];
};

static _Atomic int finished, broken;
static struct http_server *server;

static struct taken *taken_of(struct http_request *request)
{
    struct taken *taken = http_data(request);
    if (!taken) {
        taken = calloc(1, sizeof *taken);
        http_set_data(request, taken);
    }
    return taken;
}

static uint64_t sum_of(uint64_t sum, const unsigned char *p, size_t n, uint64_t offset)
{
    for (size_t i = 0; i < n; i++)
        sum += (uint64_t)p[i] * ((offset + i) % 251 + 1);
    return sum;
}

static void note(struct http_request *request, const struct http_piece *piece)
{
    struct taken *taken = taken_of(request);
    if (piece->offset == 0 && piece->n > 0 && piece->part->filename.n > 0) {
        size_t used = strlen(taken->names);
        snprintf(taken->names + used, sizeof taken->names - used, "%.*s/%.*s/%.*s/%zu/%zu ",
                 TEXT_ARGS(piece->part->field), TEXT_ARGS(piece->part->filename),
                 TEXT_ARGS(piece->part->type), piece->part->index, http_fields(request)->n);
    }
    taken->bytes += piece->n;
    taken->pieces++;
    taken->ended += piece->last;
}

static int upload(struct http_request *request, const struct http_piece *piece, struct error *error)
{
    (void)error;
    note(request, piece);
    struct taken *taken = taken_of(request);
    taken->sum = sum_of(taken->sum, piece->p, piece->n, piece->offset);
    return 0;
}

/* As fast as it comes, unlooked at. */
static int upload_fast(struct http_request *request, const struct http_piece *piece, struct error *error)
{
    (void)error;
    note(request, piece);
    return 0;
}

/* Every piece makes the client wait; every second wait ends before it begins. */
static int upload_slow(struct http_request *request, const struct http_piece *piece, struct error *error)
{
    upload(request, piece, error);
    if (taken_of(request)->pieces % 2) {
        http_more(request);
        return HTTP_LATER;
    }
    pthread_t thread;
    if (pthread_create(&thread, NULL, more_soon, request) != 0)
        return ERROR_SYSTEM;
    pthread_detach(thread);
    return HTTP_LATER;
}

static int upload_picky(struct http_request *request, const struct http_piece *piece, struct error *error)
{
    upload(request, piece, error);
    return piece->offset > 100000 ? error_set(error, ERROR_UNLAWFUL, "file", "", "not this") : 0;
}

static int on_uploaded(struct http_request *request, struct error *error)
{
    const struct taken *taken = taken_of(request);
    struct text text = arena_format(http_arena(request), "%llu %llu %zu %s", (unsigned long long)taken->bytes,
                                    (unsigned long long)taken->sum, taken->ended, taken->names);
    return http_reply(request, 200, "text/plain", text, error);
}

static void finish(struct http_request *request, bool whole)
{
    free(http_data(request));
    broken += !whole;
    finished++; /* last: a test that waits for it looks at the other one then */
}

static const struct http_route routes[] = {
    {HTTP_PUT, "/raw", on_uploaded, HTTP_BODY_STREAM, UINT64_C(1) << 40, upload, 0, NULL},
    {HTTP_PUT, "/raw-fast", on_uploaded, HTTP_BODY_STREAM, UINT64_C(1) << 40, upload_fast, 0, NULL},
    {HTTP_PUT, "/raw-slow", on_uploaded, HTTP_BODY_STREAM, 1 << 30, upload_slow, 0, NULL},
    {HTTP_PUT, "/raw-small", on_uploaded, HTTP_BODY_STREAM, 100000, upload, 0, NULL},
    {HTTP_PUT, "/raw-picky", on_uploaded, HTTP_BODY_STREAM, 1 << 30, upload_picky, 0, NULL},
    {HTTP_POST, "/form", on_uploaded, HTTP_BODY_FORM, UINT64_C(1) << 40, upload, 0, NULL},
    {HTTP_POST, "/form-fast", on_uploaded, HTTP_BODY_FORM, UINT64_C(1) << 40, upload_fast, 0, NULL},
    {HTTP_POST, "/form-slow", on_uploaded, HTTP_BODY_FORM, 1 << 30, upload_slow, 0, NULL},
};
static const struct http_table table = {routes, sizeof routes / sizeof routes[0]};

static int begin(struct http_request *request, struct error *error)
{
    if (http_header(request, "X-No").n > 0)
        return error_set(error, ERROR_FORBIDDEN, "", "", "no");
    return 0;
}

static const struct http_site site = {.tables = &table, .tables_n = 1, .begin = begin, .finish = finish};

static int start(void **state)
{
    (void)state;
    struct http_settings settings = {.threads = 1, .form_files = 3};
    return http_start(&settings, &site, &server, NULL);
}

static int stop(void **state)
{
    (void)state;
    http_stop(&server);
    return 0;
}

static unsigned char pattern[1 << 16];

/* Sends `size` bytes of the pattern in pieces of `step`; false when the server hung up. */
static bool send_pattern(int fd, uint64_t size, size_t step)
{
    for (uint64_t at = 0; at < size;) {
        size_t from = (size_t)(at % sizeof pattern);
        size_t n = sizeof pattern - from < step ? sizeof pattern - from : step;
        if (n > size - at)
            n = (size_t)(size - at);
        if (!client_try_send(fd, pattern + from, n))
            return false;
        at += n;
    }
    return true;
}

static uint64_t pattern_sum(uint64_t size)
{
    uint64_t sum = 0;
    for (uint64_t at = 0; at < size; at++)
        sum += (uint64_t)pattern[at % sizeof pattern] * (at % 251 + 1);
    return sum;
}

static int put(const char *path, uint64_t announced, const char *more)
{
    char head[256];
    int fd = client_connect(http_port(server));
    int n =
        snprintf(head, sizeof head, "PUT %s HTTP/1.1\r\nHost: localhost\r\nContent-Length: %llu\r\n%s\r\n",
                 path, (unsigned long long)announced, more);
    client_send(fd, head, (size_t)n);
    return fd;
}

static void check_upload(const char *path, uint64_t size, size_t step)
{
    struct answer answer;
    char wanted[100];
    int fd = put(path, size, "");
    assert_true(send_pattern(fd, size, step));
    client_read(fd, false, &answer);
    close(fd);
    snprintf(wanted, sizeof wanted, "%llu %llu 1 ", (unsigned long long)size,
             (unsigned long long)pattern_sum(size));
    assert_int_equal(answer.status, 200);
    assert_string_equal(answer.body, wanted);
}

static void test_stream_upload(void **state)
{
    (void)state;
    check_upload("/raw", 0, 1);
    check_upload("/raw", 1, 1);
    check_upload("/raw", 70001, 777);
    check_upload("/raw", 5 << 20, sizeof pattern);
}

static void test_back_pressure(void **state)
{
    (void)state;
    check_upload("/raw-slow", 0, 1);
    check_upload("/raw-slow", 3000, 1000);
    check_upload("/raw-slow", 2 << 20, sizeof pattern);
}

static void test_chunked_upload(void **state)
{
    (void)state;
    static const char *const paths[] = {"/raw", "/raw-slow"};
    for (size_t p = 0; p < 2; p++) {
        struct answer answer;
        char line[200], wanted[100];
        uint64_t at = 0;
        int fd = client_connect(http_port(server));
        int n =
            snprintf(line, sizeof line,
                     "PUT %s HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n", paths[p]);
        client_send(fd, line, (size_t)n);
        for (size_t size = 1; size < 60000; size = size * 3 + 1) {
            n = snprintf(line, sizeof line, "%zx\r\n", size);
            client_send(fd, line, (size_t)n);
            client_send(fd, pattern, size);
            client_send(fd, "\r\n", 2);
            at += size;
        }
        client_send(fd, "0\r\n\r\n", 5);
        client_read(fd, false, &answer);
        close(fd);
        snprintf(wanted, sizeof wanted, "%llu ", (unsigned long long)at);
        assert_int_equal(answer.status, 200);
        assert_memory_equal(answer.body, wanted, strlen(wanted));
    }
}

static void test_big_upload_in_flat_memory(void **state)
{
    (void)state;
    struct answer answer;
    uint64_t before = resident();
    int64_t from = clock_steady();
    int fd = put("/raw-fast", STREAMING_BIG, "");
    assert_true(send_pattern(fd, STREAMING_BIG, sizeof pattern));
    client_read(fd, false, &answer);
    close(fd);
    assert_int_equal(answer.status, 200);
    assert_int_equal(strtoull(answer.body, NULL, 10), STREAMING_BIG);
    uint64_t grown = resident() > before ? resident() - before : 0;
    printf("512 MiB raw: memory grew by %llu KiB, %lld ms\n", (unsigned long long)grown / 1024,
           (long long)(clock_steady() - from) / 1000);
    assert_true(grown < 8 << 20);
}

#define B "multipart/form-data; boundary=bound"
static const char form_head[] =
    "--bound\r\nContent-Disposition: form-data; name=\"token\"\r\n\r\nt0\r\n"
    "--bound\r\nContent-Disposition: form-data; name=\"doc\"; filename=\"r\xc3\xa9port.pdf\"\r\n"
    "Content-Type: application/pdf\r\n\r\n";
static const char form_tail[] = "\r\n--bound--\r\n";

static int post_form(const char *path, uint64_t size, const char *tail)
{
    char head[300];
    int fd = client_connect(http_port(server));
    int n =
        snprintf(head, sizeof head,
                 "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: " B "\r\nContent-Length: %llu\r\n\r\n",
                 path, (unsigned long long)(size + sizeof form_head - 1 + strlen(tail)));
    client_send(fd, head, (size_t)n);
    client_send(fd, form_head, sizeof form_head - 1);
    return fd;
}

static void check_form(const char *path, uint64_t size)
{
    struct answer answer;
    char wanted[200];
    int fd = post_form(path, size, form_tail);
    assert_true(send_pattern(fd, size, 9999));
    client_send(fd, form_tail, sizeof form_tail - 1);
    client_read(fd, false, &answer);
    close(fd);
    snprintf(wanted, sizeof wanted, "%llu %llu 1 doc/r\xc3\xa9port.pdf/application/pdf/0/1 ",
             (unsigned long long)size, (unsigned long long)pattern_sum(size));
    assert_int_equal(answer.status, 200);
    assert_string_equal(answer.body, wanted);
}

static void test_file_in_a_form(void **state)
{
    (void)state;
    check_form("/form", 1);
    check_form("/form", 16384);
    check_form("/form", 3 << 20);
    check_form("/form-slow", 1);
    check_form("/form-slow", 1 << 20);
}

static void test_big_file_in_flat_memory(void **state)
{
    (void)state;
    struct answer answer;
    uint64_t before = resident();
    int64_t from = clock_steady();
    int fd = post_form("/form-fast", STREAMING_BIG, form_tail);
    assert_true(send_pattern(fd, STREAMING_BIG, sizeof pattern));
    client_send(fd, form_tail, sizeof form_tail - 1);
    client_read(fd, false, &answer);
    close(fd);
    assert_int_equal(strtoull(answer.body, NULL, 10), STREAMING_BIG);
    uint64_t grown = resident() > before ? resident() - before : 0;
    printf("512 MiB in a form: memory grew by %llu KiB, %lld ms\n", (unsigned long long)grown / 1024,
           (long long)(clock_steady() - from) / 1000);
    assert_true(grown < 8 << 20);
}

static void test_files_beyond_the_limit(void **state)
{
    (void)state;
    static const char part[] =
        "--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"x\"\r\n\r\n1\r\n";
    static const char empty[] =
        "--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"\"\r\n\r\n\r\n";
    for (size_t files = 0; files < 6; files++) {
        struct answer answer;
        char body[2000] = "";
        for (size_t i = 0; i < files; i++)
            strcat(body, part);
        strcat(body, empty); /* an input that was left empty is no file */
        if (files >= 3)
            memset(strstr(body, empty), 0, 1);
        strcat(body, "--b--\r\n");
        client_post(http_port(server), "/form", "multipart/form-data; boundary=b", body, strlen(body),
                    &answer);
        assert_int_equal(answer.status, files <= 3 ? 200 : 413);
        if (files <= 3)
            assert_int_equal(atoi(answer.body), files);
    }
}

static void test_upload_over_its_limit(void **state)
{
    (void)state;
    struct answer answer;
    int fd = put("/raw-small", 100001, "");
    assert_true(send_pattern(fd, 100001, 5000));
    client_read(fd, false, &answer);
    assert_int_equal(answer.status, 413);
    close(fd);
    /* Far over, and the client asks first: it need not send a byte. */
    fd = put("/raw-small", UINT64_C(1) << 35, "Expect: 100-continue\r\n");
    client_read(fd, false, &answer);
    assert_int_equal(answer.status, 413);
    close(fd);
    /* Far over, and sent all the same: the server hangs up instead of reading it. */
    fd = put("/raw-small", STREAMING_BIG, "");
    assert_false(send_pattern(fd, STREAMING_BIG, sizeof pattern));
    close(fd);
    fd = put("/raw", 1000, "X-No: 1\r\n");
    assert_true(send_pattern(fd, 1000, 100));
    client_read(fd, false, &answer);
    assert_int_equal(answer.status, 403);
    close(fd);
}

static void test_upload_refused_half_way(void **state)
{
    (void)state;
    struct answer answer;
    int fd = put("/raw-picky", 1000000, "");
    assert_true(send_pattern(fd, 1000000, sizeof pattern));
    client_read(fd, false, &answer);
    assert_int_equal(answer.status, 451);
    close(fd);
    /* The connection is kept and good for the next request. */
    fd = put("/raw-picky", 200000, "");
    assert_true(send_pattern(fd, 200000, sizeof pattern));
    client_read(fd, false, &answer);
    assert_int_equal(answer.status, 451);
    static const char request[] = "PUT /raw HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\nx";
    client_send(fd, request, sizeof request - 1);
    client_read(fd, false, &answer);
    assert_int_equal(answer.status, 200);
    close(fd);
}

static bool idle(void)
{
    ARENA_SCOPE struct arena *arena = arena_new(1 << 20, ARENA_PLAIN);
    struct buffer out = buffer_in(arena);
    http_write_metrics(server, &out);
    return text_find(buffer_result(&out), TEXT("\nhttp_requests_under_way 0\n")) >= 0;
}

static void test_client_leaves_half_way_up(void **state)
{
    (void)state;
    WAIT_FOR(idle()); /* the tests before are over on the server's side too */
    int before = finished, before_broken = broken;
    int fd = put("/raw", 1000000, "");
    send_pattern(fd, 300000, 30000);
    close(fd);
    fd = post_form("/form", 1000000, form_tail);
    send_pattern(fd, 300000, 30000);
    close(fd);
    wait_for(&finished, before + 2);
    assert_int_equal(broken, before_broken + 2);
}

int main(void)
{
    for (size_t i = 0; i < sizeof pattern; i++)
        pattern[i] = (unsigned char)(i * 31 + i / 256);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_stream_upload),
        cmocka_unit_test(test_back_pressure),
        cmocka_unit_test(test_chunked_upload),
        cmocka_unit_test(test_big_upload_in_flat_memory),
        cmocka_unit_test(test_file_in_a_form),
        cmocka_unit_test(test_big_file_in_flat_memory),
        cmocka_unit_test(test_files_beyond_the_limit),
        cmocka_unit_test(test_upload_over_its_limit),
        cmocka_unit_test(test_upload_refused_half_way),
        cmocka_unit_test(test_client_leaves_half_way_up),
    };
    return cmocka_run_group_tests_name("http uploads", tests, start, stop);
}
