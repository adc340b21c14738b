/* A witness behind HTTP, and a stranger's client: the statuses and types of C2SP tlog-witness. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <curl/curl.h>

#include "base.h"
#include "host.h"
#include "support/folder.h"
#include "witness.h"

static char folder[TEST_FOLDER_SIZE];
static struct arena *arena;
static struct error error;
static struct host host;
static struct witness_desk *desk;
static struct witness_service *service;

static int setup(void **state)
{
    (void)state;
    arena = arena_new(64 << 20, ARENA_PLAIN);
    host_make(&host, "log.example/partnership", 1);
    host_grow(&host, 20, "leaf");
    if (test_folder_make("witness-service", folder) != 0)
        return -1;
    char home[100];
    snprintf(home, sizeof home, "%s/home", folder);
    const char *const logs[] = {host_key(&host)};
    struct witness_desk_settings settings = {.home = home, .name = "witness.example/one", .logs = logs, .log_count = 1};
    struct witness_service_settings serve = {.address = "127.0.0.1", .requests_per_minute = 120};
    return witness_desk_open(&settings, &desk, &error) || witness_service_start(desk, &serve, &service, &error) ? -1 : 0;
}

static int teardown(void **state)
{
    (void)state;
    witness_service_stop(&service);
    witness_desk_close(&desk);
    host_free(&host);
    arena_free(&arena);
    return test_folder_remove(folder);
}

struct answered {
    long status;
    char type[80];
    struct buffer body;
};

static size_t take(char *p, size_t size, size_t n, void *context)
{
    buffer_bytes(&((struct answered *)context)->body, p, size * n);
    return size * n;
}

static struct answered ask(const char *path, const struct text *body, const char *type)
{
    struct answered answered = {.body = buffer_in(arena)};
    CURL *easy = curl_easy_init();
    struct curl_slist *headers = curl_slist_append(NULL, type);
    char url[200], *said = NULL;
    snprintf(url, sizeof url, "http://127.0.0.1:%u%s", witness_service_port(service), path);
    curl_easy_setopt(easy, CURLOPT_URL, url);
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, &answered);
    if (body) {
        curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
        curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)body->n);
        curl_easy_setopt(easy, CURLOPT_COPYPOSTFIELDS, body->p);
    }
    assert_int_equal(curl_easy_perform(easy), CURLE_OK);
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &answered.status);
    if (curl_easy_getinfo(easy, CURLINFO_CONTENT_TYPE, &said) == CURLE_OK && said)
        snprintf(answered.type, sizeof answered.type, "%s", said);
    curl_slist_free_all(headers);
    curl_easy_cleanup(easy);
    return answered;
}

static struct answered post(struct text body)
{
    return ask("/add-checkpoint", &body, "Content-Type: text/plain");
}

static void asked_as_the_standard_says(void **state)
{
    (void)state;
    struct answered answered = post(host_submission(&host, 20));
    assert_int_equal(answered.status, 409);
    assert_string_equal(answered.type, "text/x.tlog.size");
    assert_true(text_equal(buffer_result(&answered.body), TEXT("0\n")));
    struct text body = host_submission(&host, 0);
    answered = ask("/add-checkpoint", &body, "Content-Type: application/octet-stream"); /* the type says nothing */
    assert_int_equal(answered.status, 200);
    assert_true(text_starts(buffer_result(&answered.body), TEXT("\xe2\x80\x94 witness.example/one ")));
    answered = post(body); /* again, from what it was before */
    assert_int_equal(answered.status, 409);
    assert_true(text_equal(buffer_result(&answered.body), TEXT("20\n")));
    assert_int_equal(post(TEXT("old")).status, 400);
    assert_int_equal(post(TEXT("")).status, 400);
    assert_int_equal(post(arena_format(arena, "old 21\n\n%.*s", TEXT_ARGS(host.note))).status, 400);
    struct host unknown, impostor, forked;
    host_make(&unknown, "log.example/unknown", 1);
    host_make(&impostor, "log.example/partnership", 2);
    host_make(&forked, "log.example/partnership", 1);
    host_grow(&unknown, 20, "leaf");
    host_grow(&impostor, 20, "leaf");
    host_grow(&forked, 20, "lie");
    assert_int_equal(post(host_submission(&unknown, 0)).status, 404);
    assert_int_equal(post(host_submission(&impostor, 0)).status, 403);
    answered = post(host_submission(&forked, 20));
    assert_int_equal(answered.status, 409);
    assert_string_equal(answered.type, "text/x.tlog.size");
    host_grow(&forked, 4, "lie");
    assert_int_equal(post(host_submission(&forked, 20)).status, 422);
    host_free(&unknown);
    host_free(&impostor);
    host_free(&forked);
    struct text long_one = {arena_alloc(arena, 1 << 20), 1 << 20};
    assert_int_equal(post(long_one).status, 413);
    assert_int_equal(ask("/add-checkpoint", NULL, "").status, 405);
}

static void shows_what_it_saw(void **state)
{
    (void)state;
    struct ledger_checkpoint checkpoint;
    struct ledger_key key;
    struct ledger_note note;
    struct answered answered = ask("/8bf0bd0ffd8e80d3ae6f3ae31e3a0b6f4f4ee2d0a11a5a3a4a3cc37b6d3e0000/checkpoint", NULL, "");
    assert_int_equal(answered.status, 404);
    /* the SHA-256 of the origin, worked out by another program */
    FILE *shell = popen("printf log.example/partnership | sha256sum | cut -d' ' -f1", "r");
    char hash[80] = "", path[120];
    assert_non_null(fgets(hash, sizeof hash, shell));
    pclose(shell);
    snprintf(path, sizeof path, "/%.64s/checkpoint", hash);
    answered = ask(path, NULL, "");
    assert_int_equal(answered.status, 200);
    struct text shown = buffer_result(&answered.body);
    assert_int_equal(ledger_checkpoint_open(arena, shown, host.origin, &host.signer.signer.key, 1, &checkpoint, NULL, &error), 0);
    assert_true(checkpoint.head.size == 20);
    assert_int_equal(ledger_key_parse(witness_desk_key(desk, arena), &key, &error), 0);
    assert_int_equal(ledger_note_parse(arena, shown, &note, &error), 0);
    assert_int_equal(ledger_note_verify(&note, &key, 1, NULL, &error), 0);
}

/* The question that a restore asks: how much has anybody seen? It leaves no trace. */
static void seen(void **state)
{
    (void)state;
    struct witness_policy policy;
    struct witness_sight sights[3];
    struct host before, forked, other;
    uint64_t largest;
    size_t answered;
    host_make(&before, "log.example/partnership", 1);
    host_make(&forked, "log.example/partnership", 1);
    host_make(&other, "log.example/other", 1);
    host_grow(&before, 12, "leaf");
    host_grow(&forked, 20, "lie");
    host_grow(&other, 20, "leaf");
    uint8_t nobody[32] = {[31] = 3}, silent[32] = {[31] = 4};
    struct ledger_key away, mute;
    assert_int_equal(ledger_key_make(LEDGER_KEY_WITNESS, TEXT("away"), nobody, &away, &error), 0);
    assert_int_equal(ledger_key_make(LEDGER_KEY_WITNESS, TEXT("mute"), silent, &mute, &error), 0);
    struct text source = arena_format(arena, "witness one %.*s http://127.0.0.1:%u\nwitness away %.*s http://127.0.0.1:1\nwitness mute %.*s\nquorum one\n",
                                      TEXT_ARGS(witness_desk_key(desk, arena)), witness_service_port(service),
                                      TEXT_ARGS(ledger_key_text(arena, &away)), TEXT_ARGS(ledger_key_text(arena, &mute)));
    assert_int_equal(witness_policy_parse(arena, source, "policy", &policy, &error), 0);
    assert_int_equal(witness_seen(arena, &policy, host.note, NULL, sights, &largest, &answered, &error), 0);
    assert_true(largest == 20 && answered == 1);
    assert_true(sights[0].answered && sights[0].size == 20 && !sights[0].forked);
    assert_true(!sights[1].answered && sights[1].problem[0] && !sights[2].answered && sights[2].problem[0]);
    /* an older copy */
    assert_int_equal(witness_seen(arena, &policy, before.note, NULL, sights, &largest, &answered, &error), 0);
    assert_true(largest == 20 && answered == 1 && !sights[0].forked);
    /* another tree of the same size */
    assert_int_equal(witness_seen(arena, &policy, forked.note, NULL, sights, &largest, &answered, &error), 0);
    assert_true(largest == 20 && sights[0].forked);
    /* a newer one: the witness is not moved by the question */
    host_grow(&host, 5, "leaf");
    for (int i = 0; i < 2; i++) {
        assert_int_equal(witness_seen(arena, &policy, host.note, NULL, sights, &largest, &answered, &error), 0);
        assert_true(largest == 20 && answered == 1);
    }
    /* a log that it does not know */
    assert_int_equal(witness_seen(arena, &policy, other.note, NULL, sights, &largest, &answered, &error), 0);
    assert_true(largest == 0 && answered == 0 && sights[0].problem[0]);
    assert_int_equal(witness_seen(arena, &policy, TEXT("hello"), NULL, sights, &largest, &answered, &error), ERROR_INPUT);
    host_free(&before);
    host_free(&forked);
    host_free(&other);
}

/* Of several witnesses the one that has seen most counts, wherever it stands in the policy. */
static void seen_by_several(void **state)
{
    (void)state;
    struct witness_desk *other;
    struct witness_service *beside;
    struct witness_policy policy;
    struct witness_sight sights[2];
    struct host young;
    uint64_t largest;
    size_t answered;
    char home[100];
    snprintf(home, sizeof home, "%s/beside", folder);
    host_make(&young, "log.example/partnership", 1);
    host_grow(&young, 12, "leaf");
    const char *const logs[] = {host_key(&host)};
    struct witness_desk_settings settings = {.home = home, .name = "witness.example/two", .logs = logs, .log_count = 1};
    struct witness_service_settings serve = {.address = "127.0.0.1"};
    struct witness_reply reply;
    assert_int_equal(witness_desk_open(&settings, &other, &error), 0);
    witness_desk_submit(other, arena, host_submission(&young, 0), &reply);
    assert_int_equal(reply.status, 200);
    assert_int_equal(witness_service_start(other, &serve, &beside, &error), 0);
    struct text line[2] = {arena_format(arena, "witness one %.*s http://127.0.0.1:%u\n", TEXT_ARGS(witness_desk_key(desk, arena)),
                                        witness_service_port(service)),
                           arena_format(arena, "witness two %.*s http://127.0.0.1:%u\n", TEXT_ARGS(witness_desk_key(other, arena)),
                                        witness_service_port(beside))};
    for (int i = 0; i < 2; i++) {
        struct text source = arena_format(arena, "%.*s%.*squorum one\n", TEXT_ARGS(line[i]), TEXT_ARGS(line[!i]));
        assert_int_equal(witness_policy_parse(arena, source, "policy", &policy, &error), 0);
        assert_int_equal(witness_seen(arena, &policy, young.note, NULL, sights, &largest, &answered, &error), 0);
        assert_true(answered == 2 && largest == 20);
        assert_true(sights[i].size == 20 && sights[!i].size == 12);
    }
    witness_service_stop(&beside);
    witness_desk_close(&other);
    host_free(&young);
}

static void flooded(void **state)
{
    (void)state;
    struct text body = host_submission(&host, 0);
    long status = 0;
    for (int i = 0; i < 500 && status != 429; i++)
        status = post(body).status;
    assert_int_equal(status, 429);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(asked_as_the_standard_says), cmocka_unit_test(shows_what_it_saw),
                                       cmocka_unit_test(seen), cmocka_unit_test(seen_by_several),
                                       cmocka_unit_test(flooded)};
    return cmocka_run_group_tests(tests, setup, teardown);
}
