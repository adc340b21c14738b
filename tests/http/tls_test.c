#include "check.h"

#include "http/http.h"
#include "support/wait.h"

#include <curl/curl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

/* The same server under TLS, with curl as the client that checks the certificate. */

static char folder[] = "/tmp/http-tls-XXXXXX";
static char certificate[64], key[64];
static struct http_server *server;
static _Atomic uint64_t taken;
static _Atomic bool whole_download;

static void *answer_soon(void *context)
{
    usleep(20000);
    http_reply(context, 200, "text/plain", TEXT("later"), NULL);
    http_answer(context, 0, NULL);
    return NULL;
}

static int on_hello(struct http_request *request, struct error *error)
{
    return http_reply(request, 200, "text/plain", http_is_tls(request) ? TEXT("secret hello") : TEXT("hello"),
                      error);
}

static int on_later(struct http_request *request, struct error *error)
{
    pthread_t thread;
    (void)error;
    if (pthread_create(&thread, NULL, answer_soon, request) != 0)
        return ERROR_SYSTEM;
    pthread_detach(thread);
    return HTTP_LATER;
}

static void *more_soon(void *request)
{
    usleep(200);
    http_more(request);
    return NULL;
}

static int upload(struct http_request *request, const struct http_piece *piece, struct error *error)
{
    (void)error;
    taken += piece->n;
    if (piece->offset / 65536 == (piece->offset + piece->n) / 65536)
        return 0;
    pthread_t thread;
    if (pthread_create(&thread, NULL, more_soon, request) != 0)
        return ERROR_SYSTEM;
    pthread_detach(thread);
    return HTTP_LATER;
}

static int64_t pull(void *context, uint64_t offset, void *out, size_t n)
{
    (void)context;
    memset(out, 'a' + (int)(offset % 7), n);
    return (int64_t)n;
}

static void done(void *context, bool whole)
{
    (void)context;
    whole_download = whole;
}

static int on_download(struct http_request *request, struct error *error)
{
    struct http_source source = {.pull = pull, .done = done};
    return http_reply_stream(request, 200, "application/octet-stream", 32 << 20, &source, error);
}

static const struct http_route routes[] = {
    {.method = HTTP_GET, .pattern = "/hello", .handler = on_hello},
    {.method = HTTP_GET, .pattern = "/later", .handler = on_later},
    {.method = HTTP_PUT,
     .pattern = "/file",
     .handler = on_hello,
     .body = HTTP_BODY_STREAM,
     .body_limit = 1 << 30,
     .upload = upload},
    {.method = HTTP_GET, .pattern = "/download", .handler = on_download},
};
static const struct http_table table = {routes, sizeof routes / sizeof routes[0]};
static const struct http_site site = {.tables = &table, .tables_n = 1};

static int start(void **state)
{
    static const char *const hosts[] = {"localhost", NULL};
    char command[400];
    struct error error = {0};
    (void)state;
    if (!mkdtemp(folder))
        return -1;
    snprintf(certificate, sizeof certificate, "%s/c.pem", folder);
    snprintf(key, sizeof key, "%s/k.pem", folder);
    snprintf(
        command, sizeof command,
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost "
        "-addext subjectAltName=DNS:localhost -keyout %s -out %s 2>/dev/null",
        key, certificate);
    if (system(command) != 0)
        return -1;
    /* Beyond loopback, because under TLS that is allowed. */
    struct http_settings settings = {
        .address = "0.0.0.0", .hosts = hosts, .certificate_file = certificate, .key_file = key};
    if (http_start(&settings, &site, &server, &error) != 0) {
        printf("%s: %s\n", error.where, error.what);
        return -1;
    }
    return 0;
}

static int stop(void **state)
{
    (void)state;
    http_stop(&server);
    unlink(certificate);
    unlink(key);
    rmdir(folder);
    return 0;
}

struct got {
    uint64_t n;
    char body[100];
    bool hsts;
};

static size_t on_body(char *p, size_t size, size_t n, void *context)
{
    struct got *got = context;
    for (size_t i = 0; i < size * n && got->n + i < sizeof got->body - 1; i++)
        got->body[got->n + i] = p[i];
    got->n += size * n;
    return size * n;
}

static size_t on_header(char *p, size_t size, size_t n, void *context)
{
    struct got *got = context;
    if (size * n > 26 && strncasecmp(p, "strict-transport-security:", 26) == 0)
        got->hsts = true;
    return size * n;
}

static uint64_t left_to_send;

static size_t on_send(char *p, size_t size, size_t n, void *context)
{
    (void)context;
    size_t now = size * n < left_to_send ? size * n : (size_t)left_to_send;
    memset(p, 'u', now);
    left_to_send -= now;
    return now;
}

static CURL *client(const char *path, struct got *got)
{
    char url[100];
    CURL *curl = curl_easy_init();
    memset(got, 0, sizeof *got);
    snprintf(url, sizeof url, "https://localhost:%u%s", http_port(server), path);
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_CAINFO, certificate);
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_IPRESOLVE, (long)CURL_IPRESOLVE_V4);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, 100L);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, got);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, got);
    return curl;
}

static long perform(CURL *curl)
{
    long status = 0;
    CURLcode code = curl_easy_perform(curl);
    if (code != CURLE_OK)
        fail_msg("%s", curl_easy_strerror(code));
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_cleanup(curl);
    return status;
}

static void test_hello(void **state)
{
    (void)state;
    struct got got;
    static const long versions[] = {CURL_SSLVERSION_TLSv1_2 | CURL_SSLVERSION_MAX_TLSv1_2,
                                    CURL_SSLVERSION_TLSv1_3};
    for (size_t i = 0; i < 2; i++) {
        CURL *curl = client("/hello", &got);
        curl_easy_setopt(curl, CURLOPT_SSLVERSION, versions[i]);
        assert_int_equal(perform(curl), 200);
        assert_string_equal(got.body, "secret hello");
        assert_true(got.hsts);
    }
    CURL *old = client("/hello", &got);
    curl_easy_setopt(old, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_1 | CURL_SSLVERSION_MAX_TLSv1_1);
    curl_easy_setopt(old, CURLOPT_SSL_CIPHER_LIST, "ALL:@SECLEVEL=0");
    assert_int_equal(curl_easy_perform(old), CURLE_SSL_CONNECT_ERROR);
    curl_easy_cleanup(old);
}

static void test_later_on_a_kept_connection(void **state)
{
    (void)state;
    struct got got;
    CURL *curl = client("/later", &got);
    for (int i = 0; i < 10; i++) {
        got.n = 0;
        assert_int_equal(curl_easy_perform(curl), CURLE_OK);
        assert_string_equal(got.body, "later");
    }
    long connects = 0;
    curl_easy_getinfo(curl, CURLINFO_NUM_CONNECTS, &connects);
    assert_int_equal(connects, 0);
    assert_int_equal(perform(curl), 200);
}

static void test_upload_with_back_pressure(void **state)
{
    (void)state;
    struct got got;
    CURL *curl = client("/file", &got);
    taken = 0;
    left_to_send = 8 << 20;
    curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(curl, CURLOPT_READFUNCTION, on_send);
    curl_easy_setopt(curl, CURLOPT_INFILESIZE_LARGE, (curl_off_t)left_to_send);
    assert_int_equal(perform(curl), 200);
    assert_int_equal(taken, 8 << 20);
    curl = client("/file", &got);
    taken = 0;
    left_to_send = 3 << 20;
    curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L); /* chunked: no size is given */
    curl_easy_setopt(curl, CURLOPT_READFUNCTION, on_send);
    assert_int_equal(perform(curl), 200);
    assert_int_equal(taken, 3 << 20);
}

static void test_download(void **state)
{
    (void)state;
    struct got got;
    assert_int_equal(perform(client("/download", &got)), 200);
    assert_int_equal(got.n, 32 << 20);
    WAIT_FOR(whole_download);
}

static void test_key_of_another_certificate(void **state)
{
    (void)state;
    static const char *const hosts[] = {"localhost", NULL};
    struct http_settings settings = {
        .hosts = hosts, .certificate_file = certificate, .key_file = certificate};
    struct http_server *none;
    struct error error = {0};
    assert_int_equal(http_start(&settings, &site, &none, &error), ERROR_SYSTEM);
    assert_true(error.fix[0] != '\0');
}

int main(void)
{
    curl_global_init(CURL_GLOBAL_DEFAULT);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hello),
        cmocka_unit_test(test_later_on_a_kept_connection),
        cmocka_unit_test(test_upload_with_back_pressure),
        cmocka_unit_test(test_download),
        cmocka_unit_test(test_key_of_another_certificate),
    };
    return cmocka_run_group_tests_name("http under TLS", tests, start, stop);
}
