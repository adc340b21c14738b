#include "browser.h"

#include "http/limiter.h"
#include "web.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

void site_make(struct test_site *site)
{
    home_make(&site->home);
    site_open(site, &site->home);
}

void site_open(struct test_site *site, const struct test_home *home)
{
    struct error error;
    static struct face face;
    static struct http_site http;
    if (home != &site->home)
        site->home = *home;
    face = (struct face){.gate = site->home.gate, .partnership = "Test partnership"};
    site->face = &face;
    http = (struct http_site){.context = &face,
                              .tables = web_table(),
                              .tables_n = 1,
                              .begin = web_begin,
                              .refuse = web_refuse,
                              .finish = web_finish};
    http.assets = web_assets(&http.assets_n);
    struct http_settings settings = {.port = 0};
    must(http_start(&settings, &http, &site->server, &error), &error, "http_start");
}

void site_limit(struct test_site *site, int tries)
{
    http_limiter_free(&site->tries);
    site->tries = tries ? http_limiter_new(1.0 / 60, tries, 16) : NULL;
    site->face->tries = site->tries;
}

void site_close(struct test_site *site)
{
    http_stop(&site->server);
    http_limiter_free(&site->tries);
}

void site_drop(struct test_site *site)
{
    site_close(site);
    home_drop(&site->home);
}

int site_begin(void **state)
{
    static struct test_site site;
    setenv("TZ", "Europe/London", 1);
    site_make(&site);
    *state = &site;
    return 0;
}

int site_end(void **state)
{
    site_drop(*state);
    return 0;
}

void browser_open(struct browser *browser, const struct test_site *site)
{
    *browser = (struct browser){.site = site, .curl = curl_easy_init()};
    assert_non_null(browser->curl);
    curl_easy_setopt(browser->curl, CURLOPT_COOKIEFILE, "");
}

void browser_close(struct browser *browser)
{
    curl_easy_cleanup(browser->curl);
    free(browser->body);
}

static size_t take_body(char *p, size_t one, size_t n, void *context)
{
    struct browser *browser = context;
    n *= one;
    if (browser->n + n + 1 > browser->room) {
        browser->room = (browser->n + n + 1) * 2;
        browser->body = realloc(browser->body, browser->room);
        assert_non_null(browser->body);
    }
    memcpy(browser->body + browser->n, p, n);
    browser->n += n;
    browser->body[browser->n] = '\0';
    return n;
}

static size_t take_header(char *p, size_t one, size_t n, void *context)
{
    struct browser *browser = context;
    n *= one;
    if (n > 5 && strncmp(p, "HTTP/", 5) == 0)
        browser->headers[0] = '\0';
    snprintf(browser->headers + strlen(browser->headers), sizeof browser->headers - strlen(browser->headers), "%.*s",
             (int)n, p);
    return n;
}

static void fetch(struct browser *browser, const char *path, const char *fields, curl_mime *mime, const char *header)
{
    char url[700];
    struct curl_slist *headers = NULL;
    CURL *curl = browser->curl;
    snprintf(url, sizeof url, "http://127.0.0.1:%u%s", http_port(browser->site->server), path);
    browser->n = 0;
    take_body("", 1, 0, browser);
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, browser);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, take_header);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, browser);
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, 100L);
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, NULL);
    if (mime)
        curl_easy_setopt(curl, CURLOPT_MIMEPOST, mime);
    else if (fields)
        curl_easy_setopt(curl, CURLOPT_COPYPOSTFIELDS, fields);
    else
        curl_easy_setopt(curl, CURLOPT_HTTPGET, 1L);
    if (header)
        headers = curl_slist_append(headers, header);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    CURLcode code = curl_easy_perform(curl);
    curl_slist_free_all(headers);
    if (code != CURLE_OK)
        fail_msg("%s: %s", path, curl_easy_strerror(code));
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &browser->status);
    char *ended = NULL;
    curl_easy_getinfo(curl, CURLINFO_EFFECTIVE_URL, &ended);
    const char *slash = strchr(ended + 8, '/');
    snprintf(browser->path, sizeof browser->path, "%s", slash ? slash : "/");
}

void browser_get(struct browser *browser, const char *path)
{
    fetch(browser, path, NULL, NULL, NULL);
}

static void token_of(const struct browser *browser, char *out, size_t size)
{
    browser_between(browser, "name=\"token\" value=\"", "\"", out, size);
}

static const char *without_query(struct browser *browser)
{
    browser->path[strcspn(browser->path, "?")] = '\0';
    return browser->path;
}

void browser_post(struct browser *browser, const char *path, const char *fields)
{
    char token[100], *whole, at[600];
    token_of(browser, token, sizeof token);
    snprintf(at, sizeof at, "%s", path ? path : without_query(browser));
    assert_true(asprintf(&whole, "token=%s&%s", token, fields) > 0);
    fetch(browser, at, whole, NULL, NULL);
    free(whole);
}

void browser_post_bare(struct browser *browser, const char *path, const char *fields, const char *header)
{
    fetch(browser, path, fields, NULL, header);
}

void browser_upload(struct browser *browser, const char *path, const char *file_name, const void *content, size_t n)
{
    char token[100], at[600];
    token_of(browser, token, sizeof token);
    snprintf(at, sizeof at, "%s", path ? path : without_query(browser));
    curl_mime *mime = curl_mime_init(browser->curl);
    curl_mimepart *part = curl_mime_addpart(mime);
    curl_mime_name(part, "token");
    curl_mime_data(part, token, CURL_ZERO_TERMINATED);
    part = curl_mime_addpart(mime);
    curl_mime_name(part, "file");
    curl_mime_filename(part, file_name);
    curl_mime_data(part, content, n);
    fetch(browser, at, NULL, mime, NULL);
    curl_mime_free(mime);
}

void browser_sign_in(struct browser *browser, const char *login)
{
    char fields[200];
    browser_get(browser, "/sign-in");
    snprintf(fields, sizeof fields, "login=%s&password=a+long+enough+password", login);
    browser_post(browser, "/sign-in", fields);
    assert_int_equal(browser->status, 200);
    assert_string_equal(browser->path, "/");
}

bool browser_sees(const struct browser *browser, const char *text)
{
    return strstr(browser->body, text) != NULL;
}

const char *browser_main(const struct browser *browser)
{
    const char *main_element = strstr(browser->body, "<main");
    return main_element ? main_element : browser->body;
}

void browser_between(const struct browser *browser, const char *before, const char *after, char *out, size_t size)
{
    const char *from = strstr(browser->body, before);
    if (!from)
        fail_msg("%s (%ld) has no %s:\n%.2000s", browser->path, browser->status, before, browser_main(browser));
    from += strlen(before);
    const char *to = strstr(from, after);
    assert_non_null(to);
    assert_true((size_t)(to - from) < size);
    snprintf(out, size, "%.*s", (int)(to - from), from);
}
