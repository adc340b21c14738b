#include "site.h"

#include <curl/curl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

/* 50 MiB up and down; the memory of this process, server and gate within it, stays flat. */

enum { SIZE = 50 << 20, GROWTH_KIB = 20 << 10 };

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { WATCHED = 0 }; /* a sanitizer keeps memory of its own for each byte */
#else
enum { WATCHED = 1 };
#endif

/* Byte `at` of the document. */
static unsigned char byte_at(size_t at)
{
    return (unsigned char)((at * 2654435761u) >> 13 ^ at);
}

struct flow {
    size_t at, most;
    bool wrong;
};

static size_t give(char *p, size_t size, size_t n, void *context)
{
    struct flow *flow = context;
    size_t room = size * n, given = 0;
    while (given < room && flow->at < flow->most)
        p[given++] = (char)byte_at(flow->at++);
    return given;
}

static size_t take(char *p, size_t size, size_t n, void *context)
{
    struct flow *flow = context;
    for (size_t i = 0; i < size * n; i++)
        flow->wrong |= (unsigned char)p[i] != byte_at(flow->at++);
    return size * n;
}

static size_t keep(char *p, size_t size, size_t n, void *context)
{
    struct text *kept = context;
    static char bytes[4096];
    if (kept->n + size * n > sizeof bytes)
        return 0;
    memcpy(bytes + kept->n, p, size * n);
    *kept = (struct text){bytes, kept->n + size * n};
    return size * n;
}

static long memory_kib(const char *what)
{
    char line[200];
    long kib = -1;
    FILE *file = fopen("/proc/self/status", "r");
    assert_non_null(file);
    while (fgets(line, sizeof line, file))
        if (strncmp(line, what, strlen(what)) == 0)
            kib = atol(line + strlen(what) + 1);
    fclose(file);
    return kib;
}

/* The most that was ever in use counts from here again. */
static long watch_memory(void)
{
    FILE *file = fopen("/proc/self/clear_refs", "w");
    if (file) {
        fputs("5\n", file);
        fclose(file);
    }
    return memory_kib("VmRSS:");
}

static void check_memory(const char *what, long before)
{
    long grown = memory_kib("VmHWM:") - before;
    printf("%s of %d MiB: %ld KiB more memory at most\n", what, SIZE >> 20, grown);
    if (WATCHED)
        assert_true(grown < GROWTH_KIB);
}

static int run(struct test_site *site, struct text token, CURL *curl, const char *path)
{
    struct curl_slist *headers =
        curl_slist_append(NULL, site_format(site, "Authorization: Bearer %.*s", TEXT_ARGS(token)));
    long status = 0;
    headers = curl_slist_append(headers, "Content-Type: video/mp4");
    headers = curl_slist_append(headers, "Content-Disposition: attachment; filename=interview.mp4");
    curl_easy_setopt(curl, CURLOPT_URL, site_format(site, "http://127.0.0.1:%u/api/v1/%s", site->port, path));
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, 200L);
    CURLcode result = curl_easy_perform(curl);
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    curl_slist_free_all(headers);
    return result == CURLE_OK ? (int)status : -(int)result;
}

static const char *upload(struct test_site *site, struct text token, const char *case_id)
{
    CURL *curl = curl_easy_init();
    struct flow flow = {.most = SIZE};
    struct text answer = {NULL, 0};
    const struct json *json;
    struct error error;
    curl_easy_setopt(curl, CURLOPT_POST, 1L);
    curl_easy_setopt(curl, CURLOPT_READFUNCTION, give);
    curl_easy_setopt(curl, CURLOPT_READDATA, &flow);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)SIZE);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, keep);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &answer);
    int status =
        run(site, token, curl, site_format(site, "document/attach?case_id=%s", case_id));
    if (status != 200)
        fail_msg("upload: %d %.*s", status, TEXT_ARGS(answer));
    curl_easy_cleanup(curl);
    must(json_read(site->arena, answer, "answer", &json, &error), &error, "answer");
    return site_format(site, "%.*s", TEXT_ARGS(json_text(json_get(json, "document_id"))));
}

static void test_flat(void **state)
{
    struct test_site *site = *state;
    struct text teacher = site_token(site, "teacher");
    struct shared shared = site_decide(site, teacher, false);
    long before = watch_memory();
    const char *document = upload(site, teacher, shared.case_id);
    check_memory("upload", before);

    CURL *curl = curl_easy_init();
    struct flow flow = {0};
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &flow);
    before = watch_memory();
    int status = run(site, teacher, curl, site_format(site, "document/open?document_id=%s", document));
    check_memory("download", before);
    curl_easy_cleanup(curl);
    assert_int_equal(status, 200);
    assert_int_equal(flow.at, SIZE);
    assert_false(flow.wrong);

    struct reply reply =
        site_get(site, teacher, site_format(site, "document/list?case_id=%s", shared.case_id));
    assert_int_equal(reply_rows(&reply), 1);
    assert_string_equal(reply_row(site, &reply, 0, "size"), site_format(site, "%d", SIZE));
}

/* A client that goes away in the middle leaves no document behind. */
static size_t stop_in_the_middle(char *p, size_t size, size_t n, void *context)
{
    struct flow *flow = context;
    return flow->at > SIZE / 8 ? CURL_READFUNC_ABORT : give(p, size, n, flow);
}

static void test_broken_off(void **state)
{
    struct test_site *site = *state;
    struct text teacher = site_token(site, "teacher");
    struct shared shared = site_decide(site, teacher, false);
    CURL *curl = curl_easy_init();
    struct flow flow = {.most = SIZE};
    curl_easy_setopt(curl, CURLOPT_POST, 1L);
    curl_easy_setopt(curl, CURLOPT_READFUNCTION, stop_in_the_middle);
    curl_easy_setopt(curl, CURLOPT_READDATA, &flow);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)SIZE);
    int status =
        run(site, teacher, curl, site_format(site, "document/attach?case_id=%s", shared.case_id));
    assert_int_equal(status, -CURLE_ABORTED_BY_CALLBACK);
    curl_easy_cleanup(curl);
    struct reply reply =
        site_get(site, teacher, site_format(site, "document/list?case_id=%s", shared.case_id));
    assert_int_equal(reply_rows(&reply), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_flat),
        cmocka_unit_test(test_broken_off),
    };
    return cmocka_run_group_tests(tests, site_begin, site_end);
}
