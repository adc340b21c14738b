#include "site.h"

#include "http/limiter.h"

#include <curl/curl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

void site_open_with(struct test_site *site, struct http_settings settings)
{
    struct error error;
    *site = (struct test_site){0};
    home_make(&site->home);
    site->arena = arena_new(512 << 20, ARENA_PLAIN);
    site->face = (struct face){
        .gate = site->home.gate, .partnership = "A partnership", .tries = http_limiter_new(10, 40, 64)};
    site->site = (struct http_site){.context = &site->face,
                                    .tables = api_table(),
                                    .tables_n = 1,
                                    .begin = api_begin,
                                    .refuse = api_refuse,
                                    .finish = api_finish};
    must(http_start(&settings, &site->site, &site->server, &error), &error, "http_start");
    site->port = http_port(site->server);
}

void site_open(struct test_site *site)
{
    site_open_with(site, (struct http_settings){0});
}

void site_close(struct test_site *site)
{
    http_stop(&site->server);
    http_limiter_free(&site->face.tries);
    home_drop(&site->home);
    arena_free(&site->arena);
}

int site_begin(void **state)
{
    static struct test_site site;
    site_open(&site);
    *state = &site;
    return 0;
}

int site_end(void **state)
{
    site_close(*state);
    return 0;
}

const char *site_format(struct test_site *site, const char *format, ...)
{
    va_list list;
    char *made;
    va_start(list, format);
    int n = vasprintf(&made, format, list);
    va_end(list);
    assert_true(n >= 0);
    const char *kept = arena_string(site->arena, (struct text){made, (size_t)n});
    free(made);
    return kept;
}

struct gathered {
    char *p;
    size_t n;
};

static size_t gather(char *p, size_t size, size_t n, void *context)
{
    struct gathered *gathered = context;
    char *grown = realloc(gathered->p, gathered->n + size * n + 1);
    if (!grown)
        return 0;
    memcpy(grown + gathered->n, p, size * n);
    gathered->p = grown;
    gathered->n += size * n;
    return size * n;
}

static struct curl_slist *headers_of(struct test_site *site, const struct ask *ask)
{
    struct curl_slist *list = NULL;
    const char *type = ask->type ? ask->type : ask->json ? "application/json" : NULL;
    if (type)
        list = curl_slist_append(list, site_format(site, "Content-Type: %s", type));
    if (ask->token.n)
        list =
            curl_slist_append(list, site_format(site, "Authorization: Bearer %.*s", TEXT_ARGS(ask->token)));
    if (ask->authorization)
        list = curl_slist_append(list, site_format(site, "Authorization: %s", ask->authorization));
    if (ask->cookie)
        list = curl_slist_append(list, site_format(site, "Cookie: %s", ask->cookie));
    if (ask->disposition)
        list = curl_slist_append(list, site_format(site, "Content-Disposition: %s", ask->disposition));
    if (ask->forwarded_for)
        list = curl_slist_append(list, site_format(site, "X-Forwarded-For: %s", ask->forwarded_for));
    if (ask->if_none_match.n)
        list = curl_slist_append(list, site_format(site, "If-None-Match: %.*s", TEXT_ARGS(ask->if_none_match)));
    return curl_slist_append(list, "Expect:");
}

struct reply site_ask(struct test_site *site, const struct ask *ask)
{
    CURL *curl = curl_easy_init();
    struct gathered head = {0}, body = {0};
    struct curl_slist *headers = headers_of(site, ask);
    struct text sent = ask->json ? text_of(ask->json) : ask->body;
    const char *method = ask->method ? ask->method : ask->json || sent.p ? "POST" : "GET";
    long status = 0;
    assert_non_null(curl);
    curl_easy_setopt(curl, CURLOPT_URL,
                     site_format(site, "http://127.0.0.1:%u%s%s", site->port,
                                 ask->path[0] == '/' ? "" : "/api/v1/", ask->path));
    if (sent.p) {
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, sent.p);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)sent.n);
    }
    if (strcmp(method, "HEAD") == 0)
        curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
    else
        curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, method);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, gather);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &body);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, gather);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, &head);
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, 100L);
    curl_easy_setopt(curl, CURLOPT_PATH_AS_IS, 1L);
    CURLcode result = curl_easy_perform(curl);
    if (result != CURLE_OK)
        fail_msg("%s %s: %s", method, ask->path, curl_easy_strerror(result));
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    struct reply reply = {.status = (int)status};
    reply.head = arena_text(site->arena, (struct text){head.p, head.n});
    reply.body = arena_text(site->arena, (struct text){body.p, body.n});
    struct text type = reply_header(&reply, "Content-Type");
    if (text_ends(type, TEXT("json")) && reply.body.n)
        must(json_read(site->arena, reply.body, "answer", &reply.json, &(struct error){0}),
             &(struct error){0}, "JSON");
    curl_slist_free_all(headers);
    curl_easy_cleanup(curl);
    free(head.p);
    free(body.p);
    return reply;
}

struct text reply_header(const struct reply *reply, const char *name)
{
    struct text rest = reply->head, line;
    while (text_next(&rest, '\n', &line)) {
        ptrdiff_t colon = text_find_char(line, ':');
        if (colon > 0 && text_equal_fold(text_cut(line, 0, (size_t)colon), text_of(name)))
            return text_trim(text_cut(line, (size_t)colon + 1, line.n));
    }
    return TEXT("");
}

static struct reply well(struct reply reply, const char *path)
{
    if (reply.status != 200)
        fail_msg("%s: %d %.*s", path, reply.status, TEXT_ARGS(reply.body));
    return reply;
}

struct reply site_get(struct test_site *site, struct text token, const char *path)
{
    return well(ASK(site, .path = path, .token = token), path);
}

struct reply site_post(struct test_site *site, struct text token, const char *path, const char *json)
{
    return well(ASK(site, .path = path, .token = token, .json = json), path);
}

const char *refused(struct test_site *site, struct reply reply, int status)
{
    if (reply.status != status)
        fail_msg("%d, not %d: %.*s", reply.status, status, TEXT_ARGS(reply.body));
    assert_true(text_equal(reply_header(&reply, "Content-Type"), TEXT("application/problem+json")));
    assert_true(text_equal(reply_header(&reply, "Cache-Control"), TEXT("no-store")));
    assert_int_equal(atoi(site_format(site, "%.*s", TEXT_ARGS(json_get(reply.json, "status")->text))),
                     status);
    assert_true(json_text(json_get(reply.json, "title")).n > 0);
    assert_true(json_text(json_get(reply.json, "detail")).n > 0);
    return site_format(site, "%.*s", TEXT_ARGS(json_text(json_get(reply.json, "field"))));
}

struct text site_token(struct test_site *site, const char *login)
{
    struct reply reply = site_post(
        site, TEXT(""), "token",
        site_format(site, "{\"login\":\"%s\",\"password\":\"" HOME_PASSWORD "\",\"label\":\"a test\"}",
                    login));
    return json_text(json_get(reply.json, "token"));
}

static const char *text_in(struct test_site *site, const struct json *object, const char *name)
{
    const struct json *value = json_get(object, name);
    if (!value)
        fail_msg("no member \"%s\"", name);
    return site_format(site, "%.*s", TEXT_ARGS(value->text));
}

const char *reply_text(struct test_site *site, const struct reply *reply, const char *name)
{
    return text_in(site, reply->json, name);
}

size_t reply_rows(const struct reply *reply)
{
    const struct json *rows = json_get(reply->json, "rows");
    assert_true(json_is(rows, JSON_ARRAY));
    return rows->count;
}

const char *reply_row(struct test_site *site, const struct reply *reply, size_t row, const char *name)
{
    assert_true(row < reply_rows(reply));
    return text_in(site, &json_get(reply->json, "rows")->item[row], name);
}

struct shared site_decide(struct test_site *site, struct text token, bool outside)
{
    struct shared shared;
    struct reply reply =
        site_post(site, token, "case/open", "{\"name\":\"Robin Example\",\"born\":\"2015-04-01\"}");
    shared.case_id = reply_text(site, &reply, "case_id");
    reply = site_post(site, token, "item/record",
                      site_format(site,
                                  "{\"case_id\":\"%s\",\"text\":\"Came with a bruise.\",\"nature\":\"fact\"}",
                                  shared.case_id));
    shared.item_id = reply_text(site, &reply, "item_id");
    const char *to = outside ? "\"outside\":\"health\""
                             : site_format(site, "\"agencies\":[\"%s\"]", site->home.social_care.text);
    reply = site_post(
        site, token, "decision/record",
        site_format(
            site,
            "{\"cases\":[\"%s\"],%s,\"outcome\":\"share\",\"reasons\":\"The bruise and what the child "
            "said.\","
            "\"facts\":{\"purpose\":\"section-47\",\"identifies\":\"living-person\",\"confidential\":true,"
            "\"consent\":\"given\",\"consent_covers\":true,\"child_harm\":\"evidence\",\"proportionate\":"
            "true,"
            "\"urgent\":false,\"recipient_needs_to_know\":true,\"informing_raises_risk\":false}}",
            shared.case_id, to));
    shared.decision_id = reply_text(site, &reply, "decision_id");
    return shared;
}
