#include "site.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

/* Many at once: what can be done once is done once, what waits is answered, and too much is refused in order.
 */

enum { RUNNERS = 16 };

struct runner {
    struct test_site site; /* a client of its own: the arena is not shared */
    struct ask ask;
    struct reply reply;
    pthread_t thread;
    pthread_barrier_t *start;
};

static void *run(void *context)
{
    struct runner *runner = context;
    pthread_barrier_wait(runner->start);
    runner->reply = site_ask(&runner->site, &runner->ask);
    return NULL;
}

/* Asks the same from RUNNERS connections at one moment; gives how many were answered with `status`. */
static size_t all_at_once(struct test_site *site, struct runner *runner, const struct ask *ask, int status)
{
    pthread_barrier_t start;
    size_t n = 0;
    pthread_barrier_init(&start, NULL, RUNNERS);
    for (int i = 0; i < RUNNERS; i++) {
        runner[i] = (struct runner){.site = {.port = site->port, .arena = arena_new(1 << 20, ARENA_PLAIN)},
                                    .ask = *ask,
                                    .start = &start};
        assert_int_equal(pthread_create(&runner[i].thread, NULL, run, &runner[i]), 0);
    }
    for (int i = 0; i < RUNNERS; i++) {
        pthread_join(runner[i].thread, NULL);
        n += runner[i].reply.status == status;
    }
    pthread_barrier_destroy(&start);
    return n;
}

static void forget(struct runner *runner)
{
    for (int i = 0; i < RUNNERS; i++)
        arena_free(&runner[i].site.arena);
}

static void test_once(void **state)
{
    struct test_site *site = *state;
    struct runner runner[RUNNERS];
    struct text teacher = site_token(site, "teacher"), worker = site_token(site, "worker");
    for (int round = 0; round < 5; round++) {
        struct shared shared = site_decide(site, teacher, false);
        struct ask send = {.path = "share/send", .token = teacher};
        send.json = site_format(site, "{\"decisions\":[\"%s\"],\"items\":[\"%s\"]}", shared.decision_id,
                                shared.item_id);
        assert_int_equal(all_at_once(site, runner, &send, 200), 1);
        forget(runner);
        assert_int_equal(all_at_once(site, runner, &send, 409), RUNNERS);
        forget(runner);

        struct reply reply = site_get(site, worker, "receipt/list");
        const char *of = NULL;
        for (size_t i = 0; i < reply_rows(&reply) && !of; i++)
            if (strcmp(reply_row(site, &reply, i, "state"), "sent") == 0)
                of = reply_row(site, &reply, i, "receipt_id");
        assert_non_null(of);
        struct ask open = {.path = "receipt/open", .token = worker};
        open.json = site_format(site, "{\"receipt_id\":\"%s\"}", of);
        size_t first = 0, well = all_at_once(site, runner, &open, 200);
        for (int i = 0; i < RUNNERS; i++)
            first += json_is(json_get(runner[i].reply.json, "first"), JSON_TRUE);
        forget(runner);
        assert_true(well >= 1);
        assert_int_equal(first, 1);
        struct ask confirm = {.path = "receipt/confirm", .token = worker};
        confirm.json = site_format(site, "{\"receipt_id\":\"%s\",\"action\":\"We will call.\"}", of);
        assert_int_equal(all_at_once(site, runner, &confirm, 200), 1);
        forget(runner);
    }
}

/* Wrong phrases tried at the same moment are counted one by one: the parcel locks, and no try is had for
 * nothing. */
static void test_phrases(void **state)
{
    struct test_site *site = *state;
    struct runner runner[RUNNERS];
    struct text teacher = site_token(site, "teacher");
    const char *phrase[2], *link = NULL;
    for (int i = 0; i < 2; i++) {
        struct shared shared = site_decide(site, teacher, true);
        struct reply reply =
            site_post(site, teacher, "share/send",
                      site_format(site,
                                  "{\"decisions\":[\"%s\"],\"items\":[\"%s\"],\"outside_name\":\"A clinic\","
                                  "\"link_medium\":\"email\",\"phrase_medium\":\"landline\"}",
                                  shared.decision_id, shared.item_id));
        link = reply_text(site, &reply, "link");
        phrase[i] = reply_text(site, &reply, "phrase");
    }
    /* the other parcel's phrase */
    struct ask wrong = {.path = "pickup/try",
                        .json = site_format(site, "{\"link\":\"%s\",\"phrase\":\"%s\"}", link, phrase[0])};
    size_t heard = all_at_once(site, runner, &wrong, 200);
    for (int i = 0; i < RUNNERS; i++)
        assert_false(json_is(json_get(runner[i].reply.json, "opened"), JSON_TRUE));
    forget(runner);
    assert_true(heard <= PICKUP_TRIES);
    struct reply reply =
        ASK(site, .path = "pickup/try",
            .json = site_format(site, "{\"link\":\"%s\",\"phrase\":\"%s\"}", link, phrase[1]));
    assert_int_equal(reply.status, 429);
}

static void test_busy(void **state)
{
    (void)state;
    struct test_site site;
    struct runner runner[RUNNERS];
    site_open_with(&site, (struct http_settings){.workers = 1, .work_queue = 1});
    struct ask sign_in = {.path = "token",
                          .json =
                              "{\"login\":\"teacher\",\"password\":\"" HOME_PASSWORD "\",\"label\":\"x\"}"};
    size_t well = all_at_once(&site, runner, &sign_in, 200), busy = 0;
    for (int i = 0; i < RUNNERS; i++) {
        if (runner[i].reply.status != 503)
            continue;
        busy++;
        assert_true(reply_header(&runner[i].reply, "Retry-After").n > 0);
        assert_true(
            text_equal(reply_header(&runner[i].reply, "Content-Type"), TEXT("application/problem+json")));
    }
    forget(runner);
    printf("%zu of %d signed in, %zu were told to come again\n", well, RUNNERS, busy);
    assert_true(well >= 1 && busy >= 1);
    assert_int_equal(well + busy, RUNNERS);
    site_token(&site, "teacher");
    site_close(&site);
}

/* A token that its owner ends is dead at once. */
static void test_ended(void **state)
{
    struct test_site *site = *state;
    struct text teacher = site_token(site, "teacher"), other = site_token(site, "other");
    struct reply reply = site_post(site, teacher, "token/make", "{\"label\":\"to be ended\"}");
    struct text spare = json_text(json_get(reply.json, "token"));
    site_get(site, spare, "case/list");
    reply = site_get(site, teacher, "token/list");
    const char *id = NULL;
    for (size_t i = 0; i < reply_rows(&reply); i++)
        if (strcmp(reply_row(site, &reply, i, "label"), "to be ended") == 0)
            id = reply_row(site, &reply, i, "token_id");
    assert_non_null(id);
    const char *end = site_format(site, "{\"token_id\":\"%s\"}", id);
    assert_int_equal(ASK(site, .path = "token/end", .token = other, .json = end).status, 404);
    site_get(site, spare, "case/list");
    site_post(site, teacher, "token/end", end);
    assert_int_equal(ASK(site, .path = "case/list", .token = spare).status, 401);
    site_get(site, teacher, "case/list");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_once),
        cmocka_unit_test(test_phrases),
        cmocka_unit_test(test_busy),
        cmocka_unit_test(test_ended),
    };
    return cmocka_run_group_tests(tests, site_begin, site_end);
}
