#include "check.h"

#include "client.h"

#include "http/http.h"
#include "support/error_name.h"
#include "support/wait.h"

#include <stdatomic.h>
#include <unistd.h>

/* What requests are let in, and what the site gets to see of them. Against a real server. */

static struct http_server *server;
static unsigned port;
static _Atomic int finished; /* of the requests that ask to be counted */

static int on_echo(struct http_request *request, struct error *error)
{
    struct buffer out = buffer_in(http_arena(request));
    buffer_format(&out, "method=%s path=%.*s", http_method_name(http_method(request)),
                  TEXT_ARGS(http_path(request)));
    buffer_format(&out, " name=%.*s peer=%.*s host=%.*s", TEXT_ARGS(http_param(request, "name")),
                  TEXT_ARGS(http_peer(request)), TEXT_ARGS(http_host(request)));
    buffer_format(&out, " session=%.*s x=%.*s own=%d", TEXT_ARGS(http_cookie(request, "session")),
                  TEXT_ARGS(http_header(request, "x-TEST")), http_same_origin(request));
    const struct http_pairs *query = http_query(request);
    for (size_t i = 0; i < query->n; i++)
        buffer_format(&out, " ?%.*s=%.*s", TEXT_ARGS(query->pair[i].name), TEXT_ARGS(query->pair[i].value));
    return http_reply_buffer(request, 200, "text/plain; charset=utf-8", &out, error);
}

static int on_form(struct http_request *request, struct error *error)
{
    struct buffer out = buffer_in(http_arena(request));
    const struct http_pairs *fields = http_fields(request);
    for (size_t i = 0; i < fields->n; i++)
        buffer_format(&out, "%.*s=%.*s;", TEXT_ARGS(fields->pair[i].name), TEXT_ARGS(fields->pair[i].value));
    return http_reply_buffer(request, 200, "text/plain", &out, error);
}

static int on_json(struct http_request *request, struct error *error)
{
    return http_reply(request, 200, "application/json", http_body_text(request), error);
}

static int on_hungry(struct http_request *request, struct error *error)
{
    while (arena_alloc(http_arena(request), 4096))
        ;
    return arena_error(http_arena(request), error);
}

static int on_silent(struct http_request *request, struct error *error)
{
    (void)request;
    (void)error;
    return 0;
}

static int on_fail(struct http_request *request, struct error *error)
{
    (void)request;
    return error_set(error, ERROR_CONFLICT, "share", "Look again.", "somebody else was quicker");
}

static int begin(struct http_request *request, struct error *error)
{
    if (text_equal(http_header(request, "X-Visitor"), TEXT("stranger")))
        return error_set(error, ERROR_UNAUTHENTICATED, "", "Sign in.", "nobody is signed in");
    if (text_equal(http_header(request, "X-Visitor"), TEXT("lost")))
        return http_redirect(request, TEXT("/sign-in"), error);
    return 0;
}

/* The page of a refusal: its status, code and place; and whether the route was known. */
static void on_refusal(struct http_request *request, int status, const struct error *error)
{
    struct text body =
        arena_format(http_arena(request), "refused %d %s [%s] %s", status, error_name(error->code),
                     error->where, http_route(request) ? http_route(request)->pattern : "-");
    http_reply(request, status, "text/plain", body, NULL);
}

static void finish(struct http_request *request, bool whole)
{
    (void)whole;
    if (text_equal(http_header(request, "X-Visitor"), TEXT("counted")))
        finished++;
}

static const struct http_route routes[] = {
    {.method = HTTP_GET, .pattern = "/echo/{name}", .handler = on_echo},
    {.method = HTTP_DELETE, .pattern = "/echo/{name}", .handler = on_echo},
    {.method = HTTP_POST, .pattern = "/form", .handler = on_form, .body = HTTP_BODY_FORM, .body_limit = 1000},
    {.method = HTTP_POST, .pattern = "/json", .handler = on_json, .body = HTTP_BODY_JSON, .body_limit = 100},
    {.method = HTTP_GET, .pattern = "/hungry", .handler = on_hungry},
    {.method = HTTP_GET, .pattern = "/silent", .handler = on_silent},
    {.method = HTTP_GET, .pattern = "/fail", .handler = on_fail},
};
static const struct http_table table = {routes, sizeof routes / sizeof routes[0]};
static const struct http_site site = {
    .tables = &table, .tables_n = 1, .begin = begin, .refuse = on_refusal, .finish = finish};

static int start(void **state)
{
    (void)state;
    struct error error = {0};
    struct http_settings settings = {.form_fields = 4, .arena_bytes = 200000, .held_bytes = 5000};
    if (http_start(&settings, &site, &server, &error) != 0) {
        printf("%s %s\n", error.where, error.what);
        return -1;
    }
    port = http_port(server);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    http_stop(&server);
    return server != NULL;
}

#define check_answer(answer, wanted_status, wanted_body)                                                     \
    do {                                                                                                     \
        if ((answer).status != (wanted_status) || strcmp((answer).body, (wanted_body)) != 0)                 \
            fail_msg("got %d \"%s\"", (answer).status, (answer).body);                                       \
    } while (0)

static void test_what_a_handler_sees(void **state)
{
    (void)state;
    struct answer answer;
    client_ask(port,
               "GET /echo/J%C3%BCrgen%20X?a=1&b=%26+c HTTP/1.1\r\nHost: localhost:1\r\nCookie: a=b; "
               "session=s3; c=d\r\n"
               "X-Test:  one \t\r\nx-test: two\r\nSec-Fetch-Site: same-origin\r\n\r\n",
               &answer);
    check_answer(answer, 200,
                 "method=GET path=/echo/J%C3%BCrgen%20X name=J\xc3\xbcrgen X peer=127.0.0.1 host=localhost:1 "
                 "session=s3 "
                 "x=one, two own=1 ?a=1 ?b=& c");
    assert_string_equal(answer_header(&answer, "Content-Type"), "text/plain; charset=utf-8");
}

static void test_same_origin(void **state)
{
    (void)state;
    static const struct {
        const char *header;
        const char *own;
    } cases[] = {
        {"Sec-Fetch-Site: cross-site\r\n", "own=0"},
        {"Sec-Fetch-Site: same-site\r\n", "own=0"},
        {"Sec-Fetch-Site: none\r\n", "own=1"},
        {"Origin: http://localhost\r\n", "own=1"},
        {"Origin: https://localhost\r\n", "own=0"},
        {"Origin: http://evil\r\n", "own=0"},
        {"Origin: null\r\n", "own=0"},
        {"", "own=1"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct answer answer;
        char request[256];
        snprintf(request, sizeof request, "GET /echo/x HTTP/1.1\r\nHost: localhost\r\n%s\r\n",
                 cases[i].header);
        client_ask(port, request, &answer);
        if (!strstr(answer.body, cases[i].own))
            fail_msg("%s: %s", cases[i].header, answer.body);
    }
}

static void test_refusals_reach_the_site(void **state)
{
    (void)state;
    static const struct {
        const char *path;
        int status;
        const char *body;
    } cases[] = {
        {"/nothing", 404, "refused 404 missing [] -"},
        {"/echo/%zz", 400, "refused 400 input [path] -"},
        {"/echo/%ff", 400, "refused 400 input [path] -"},
        {"/echo/a%2fb", 400, "refused 400 input [path] -"},
        {"/echo/a%00b", 400, "refused 400 input [path] -"},
        {"/echo/..", 400, "refused 400 input [path] -"},
        {"/echo/x?a=%f", 400, "refused 400 input [query] /echo/{name}"},
        {"/fail", 409, "refused 409 conflict [share] /fail"},
        {"/silent", 500, "refused 500 system [] /silent"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct answer answer;
        client_get(port, cases[i].path, &answer);
        if (answer.status != cases[i].status || strcmp(answer.body, cases[i].body) != 0)
            fail_msg("%s: %d %s", cases[i].path, answer.status, answer.body);
    }
}

/* RFC 9112 section 3.2.2: the address in the request line wins over Host. */
static void test_whole_address(void **state)
{
    (void)state;
    struct answer answer;
    client_ask(port, "GET http://127.0.0.1:7/echo/a%20b?c=d HTTP/1.1\r\nHost: localhost\r\n\r\n", &answer);
    check_answer(answer, 200,
                 "method=GET path=/echo/a%20b name=a b peer=127.0.0.1 host=127.0.0.1:7 session= x= own=1 ?c=d");
    client_ask(port, "GET http://localhost/echo/x HTTP/1.1\r\nHost: evil.example\r\nOrigin: http://evil.example\r\n\r\n",
               &answer);
    check_answer(answer, 200, "method=GET path=/echo/x name=x peer=127.0.0.1 host=localhost session= x= own=0");
    client_ask(port, "GET http://localhost?c=d HTTP/1.1\r\nHost: localhost\r\n\r\n", &answer);
    check_answer(answer, 404, "refused 404 missing [] -");
    client_ask(port, "GET http://evil.example/echo/x HTTP/1.1\r\nHost: localhost\r\n\r\n", &answer);
    check_answer(answer, 421, "refused 421 input [address] -");
    client_ask(port, "OPTIONS http://localhost/echo/x HTTP/1.1\r\nHost: localhost\r\n\r\n", &answer);
    assert_int_equal(answer.status, 204);
    client_ask(port, "OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n", &answer);
    check_answer(answer, 400, "refused 400 input [address] -");
    client_ask(port, "CONNECT localhost:80 HTTP/1.1\r\nHost: localhost\r\n\r\n", &answer);
    check_answer(answer, 501, "refused 501 input [] -");
}

static void test_arena_ends(void **state)
{
    (void)state;
    struct answer answer;
    client_get(port, "/hungry", &answer);
    assert_int_equal(answer.status, 413);
    assert_memory_equal(answer.body, "refused 413 too", 15);
}

static void test_methods(void **state)
{
    (void)state;
    struct answer answer;
    client_ask(port, "POST /echo/x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n", &answer);
    assert_int_equal(answer.status, 405);
    assert_string_equal(answer_header(&answer, "Allow"), "OPTIONS, HEAD, GET, DELETE");
    client_ask(port, "OPTIONS /echo/x HTTP/1.1\r\nHost: localhost\r\n\r\n", &answer);
    assert_int_equal(answer.status, 204);
    assert_string_equal(answer_header(&answer, "Allow"), "OPTIONS, HEAD, GET, DELETE");
    client_ask(port, "HEAD /echo/x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", &answer);
    assert_int_equal(answer.status, 200);
    assert_int_equal(answer.n, 0);
    assert_true(atoi(answer_header(&answer, "Content-Length")) > 20);
    client_ask(port, "DELETE /echo/x HTTP/1.1\r\nHost: localhost\r\n\r\n", &answer);
    assert_int_equal(answer.status, 200);
    client_ask(port, "BREW /echo/x HTTP/1.1\r\nHost: localhost\r\n\r\n", &answer);
    check_answer(answer, 501, "refused 501 input [] -");
    client_ask(port, "OPTIONS /nothing HTTP/1.1\r\nHost: localhost\r\n\r\n", &answer);
    assert_int_equal(answer.status, 404);
}

static void test_begin(void **state)
{
    (void)state;
    struct answer answer;
    client_ask(port, "GET /echo/x HTTP/1.1\r\nHost: localhost\r\nX-Visitor: stranger\r\n\r\n", &answer);
    check_answer(answer, 401, "refused 401 unauthenticated [] /echo/{name}");
    client_ask(port, "GET /echo/x HTTP/1.1\r\nHost: localhost\r\nX-Visitor: lost\r\n\r\n", &answer);
    assert_int_equal(answer.status, 303);
    assert_string_equal(answer_header(&answer, "Location"), "/sign-in");
    /* With a body: it is read and thrown away first, so the answer arrives whole. */
    client_ask(port,
               "POST /form HTTP/1.1\r\nHost: localhost\r\nX-Visitor: stranger\r\nContent-Type: "
               "application/x-www-form-urlencoded\r\nContent-Length: 3\r\n\r\na=1",
               &answer);
    check_answer(answer, 401, "refused 401 unauthenticated [] /form");
    /* Expect: the client gets the refusal instead of "100 Continue", and sends nothing. */
    client_ask(port,
               "POST /form HTTP/1.1\r\nHost: localhost\r\nX-Visitor: stranger\r\nExpect: "
               "100-continue\r\nContent-Type: "
               "application/x-www-form-urlencoded\r\nContent-Length: 300\r\n\r\n",
               &answer);
    check_answer(answer, 401, "refused 401 unauthenticated [] /form");
}

static void test_every_told_request_is_finished(void **state)
{
    (void)state;
    struct answer answer;
    client_ask(port, "GET /echo/x HTTP/1.1\r\nHost: localhost\r\nX-Visitor: counted\r\n\r\n", &answer);
    client_ask(port, "GET /nothing HTTP/1.1\r\nHost: localhost\r\nX-Visitor: counted\r\n\r\n", &answer);
    WAIT_FOR(finished >= 2);
    assert_int_equal(finished, 2);
}

static void test_urlencoded(void **state)
{
    (void)state;
    static const char type[] = "application/x-www-form-urlencoded";
    struct answer answer;
    char big[1200];
    client_post(port, "/form", type, "a=1&b=%C3%A9+x&a=2", 18, &answer);
    check_answer(answer, 200, "a=1;b=\xc3\xa9 x;a=2;");
    client_post(port, "/form", "application/x-www-form-urlencoded; charset=UTF-8", "a=1", 3, &answer);
    check_answer(answer, 200, "a=1;");
    client_post(port, "/form", type, "", 0, &answer);
    check_answer(answer, 200, "");
    client_post(port, "/form", type, "a=%ff", 5, &answer);
    check_answer(answer, 400, "refused 400 input [form] /form");
    client_post(port, "/form", type, "a=%", 3, &answer);
    check_answer(answer, 400, "refused 400 input [form] /form");
    client_post(port, "/form", type, "a=1&b=2&c=3&d=4&e=5", 19, &answer);
    assert_int_equal(answer.status, 413);
    memset(big, 'a', sizeof big);
    client_post(port, "/form", type, big, 1000, &answer);
    assert_int_equal(answer.status, 200);
    client_post(port, "/form", type, big, 1001, &answer);
    assert_int_equal(answer.status, 413);
    client_post(port, "/form", "text/plain", "a=1", 3, &answer);
    assert_int_equal(answer.status, 415);
    client_post(port, "/form", "application/x-www-form-urlencoded; charset=latin1", "a=1", 3, &answer);
    assert_int_equal(answer.status, 415);
}

static void test_multipart(void **state)
{
    (void)state;
    static const char type[] = "multipart/form-data; boundary=b";
    static const char form[] = "--b\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\n1\r\n2\r\n"
                               "--b\r\nContent-Disposition: form-data; name=\"y\"\r\n\r\n\xc3\xa9\r\n"
                               "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"\"\r\n"
                               "Content-Type: application/octet-stream\r\n\r\n\r\n--b--\r\n";
    static const char with_file[] =
        "--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a\"\r\n\r\n1\r\n--b--\r\n";
    static const char invalid[] =
        "--b\r\nContent-Disposition: form-data; name=\"f\"\r\n\r\n\xff\r\n--b--\r\n";
    struct answer answer;
    client_post(port, "/form", type, form, sizeof form - 1, &answer);
    check_answer(answer, 200, "x=1\r\n2;y=\xc3\xa9;");
    client_post(port, "/form", type, with_file, sizeof with_file - 1, &answer);
    check_answer(answer, 422, "refused 422 invalid [form] /form");
    client_post(port, "/form", type, invalid, sizeof invalid - 1, &answer);
    check_answer(answer, 400, "refused 400 input [form] /form");
    client_post(port, "/form", type, form, sizeof form - 20, &answer);
    check_answer(answer, 400, "refused 400 input [form] /form");
    client_post(port, "/form", "multipart/form-data", form, sizeof form - 1, &answer);
    check_answer(answer, 400, "refused 400 input [Content-Type] /form");
}

static void test_json(void **state)
{
    (void)state;
    struct answer answer;
    client_post(port, "/json", "application/json", "{\"a\":1}", 7, &answer);
    check_answer(answer, 200, "{\"a\":1}");
    client_post(port, "/json", "application/merge-patch+json; charset=utf-8", "[]", 2, &answer);
    check_answer(answer, 200, "[]");
    client_post(port, "/json", "application/json", "\"\xff\"", 3, &answer);
    check_answer(answer, 400, "refused 400 input [body] /json");
    client_post(port, "/json", "text/json", "{}", 2, &answer);
    assert_int_equal(answer.status, 415);
    client_ask(port,
               "POST /json HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
               "Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}",
               &answer);
    assert_int_equal(answer.status, 415);
    client_ask(port,
               "POST /json HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
               "Transfer-Encoding: chunked\r\n\r\n3\r\n[1,\r\n2\r\n2]\r\n0\r\n\r\n",
               &answer);
    check_answer(answer, 200, "[1,2]");
    /* Chunks beyond the limit: the size was not announced. */
    char chunks[400];
    int n = snprintf(chunks, sizeof chunks,
                     "POST /json HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                     "Transfer-Encoding: chunked\r\n\r\n65\r\n%0101d\r\n0\r\n\r\n",
                     0);
    client_ask_bytes(port, chunks, (size_t)n, &answer);
    check_answer(answer, 413, "refused 413 too-large [body] /json");
}

static int ask_json(struct answer *answer)
{
    client_post(port, "/json", "application/json", "{}", 2, answer);
    return answer->status;
}

/* Many bodies that never end share a bound; when they are gone, others fit again. */
static void test_bodies_together(void **state)
{
    (void)state;
    static const char begun_body[] = "POST /form HTTP/1.1\r\nHost: localhost\r\nContent-Type: "
                                     "application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\na=1";
    struct answer answer;
    int fd[5];
    for (int i = 0; i < 5; i++) {
        fd[i] = client_connect(port);
        client_send(fd[i], begun_body, sizeof begun_body - 1);
    }
    WAIT_FOR(ask_json(&answer) != 200);
    check_answer(answer, 503, "refused 503 system [body] /json");
    assert_string_equal(answer_header(&answer, "Retry-After"), "5");
    for (int i = 0; i < 5; i++)
        close(fd[i]);
    WAIT_FOR(ask_json(&answer) == 200);
}

static void test_body_where_none_is_taken(void **state)
{
    (void)state;
    struct answer answer;
    client_ask(port, "GET /echo/x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\nab", &answer);
    assert_int_equal(answer.status, 413);
}

static void test_expectation(void **state)
{
    (void)state;
    struct answer answer;
    client_ask(port, "GET /echo/x HTTP/1.1\r\nHost: localhost\r\nExpect: miracles\r\n\r\n", &answer);
    assert_int_equal(answer.status, 417);
}

static struct text metrics(struct arena *arena)
{
    arena_reset(arena);
    struct buffer out = buffer_in(arena);
    http_write_metrics(server, &out);
    assert_false(buffer_failed(&out));
    return buffer_result(&out);
}

static void test_metrics(void **state)
{
    (void)state;
    struct answer answer;
    ARENA_SCOPE struct arena *arena = arena_new(1 << 20, ARENA_PLAIN);
    client_get(port, "/echo/J%C3%BCrgen", &answer);
    client_get(port, "/fail", &answer);
    /* A request is counted when it is over, which is after its answer has arrived. */
    WAIT_FOR(text_find(metrics(arena),
                       TEXT("http_requests_total{method=\"GET\",route=\"/fail\",status=\"409\"}")) > 0);
    WAIT_FOR(text_find(metrics(arena),
                       TEXT("http_request_seconds_count{method=\"GET\",route=\"/echo/{name}\"}")) > 0);
    /* No path that was asked for. */
    assert_int_equal(text_find(metrics(arena), TEXT("rgen")), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_a_handler_sees),
        cmocka_unit_test(test_same_origin),
        cmocka_unit_test(test_refusals_reach_the_site),
        cmocka_unit_test(test_whole_address), cmocka_unit_test(test_arena_ends),
        cmocka_unit_test(test_methods),
        cmocka_unit_test(test_begin),
        cmocka_unit_test(test_every_told_request_is_finished),
        cmocka_unit_test(test_urlencoded),
        cmocka_unit_test(test_multipart),
        cmocka_unit_test(test_json),
        cmocka_unit_test(test_bodies_together),
        cmocka_unit_test(test_body_where_none_is_taken),
        cmocka_unit_test(test_expectation),
        cmocka_unit_test(test_metrics),
    };
    return cmocka_run_group_tests_name("http requests", tests, start, stop);
}
