#include "provision.h"
#include "site.h"

#include "gate/raw.h"
#include "http/limiter.h"

#include <dirent.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

/* Every refusal there is: its status, its shape, and that nothing leaks. */

static void test_malformed(void **state)
{
    struct test_site *site = *state;
    struct text teacher = site_token(site, "teacher");
    static const char *const bodies[] = {"",      "{",  "{\"name\":}", "{\"name\":\"a\",\"name\":\"b\"}",
                                         "{} {}", "nul"};
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++)
        refused(site, ASK(site, .path = "case/open", .token = teacher, .json = bodies[i]), 400);
    refused(site, ASK(site, .path = "case/open", .token = teacher, .json = "[]"), 400);
    refused(site,
            ASK(site, .path = "case/open", .token = teacher, .type = "application/json",
                .body = TEXT("{\"name\":\"\xff\"}")),
            400);
    refused(site, ASK(site, .path = "case/open", .token = teacher, .type = "text/plain", .body = TEXT("{}")),
            415);
    refused(site, ASK(site, .path = "case/open", .token = teacher), 405);
    refused(site, ASK(site, .path = "case/unheard-of", .token = teacher, .json = "{}"), 404);
    refused(site, ASK(site, .path = "case/read?case_id=%ZZ", .token = teacher), 400);
}

static void test_fields(void **state)
{
    struct test_site *site = *state;
    struct text teacher = site_token(site, "teacher");
    static const struct {
        const char *path, *json, *field;
    } cases[] = {
        {"case/open", "{\"name\":1}", "name"},
        {"case/open", "{\"name\":[\"a\"]}", "name"},
        {"case/open", "{\"name\":\"A\",\"born\":\"2015-02-30\"}", "born"},
        {"case/open", "{\"name\":\"A\",\"born\":20150401}", "born"},
        {"case/open", "{\"name\":\"A\",\"colour\":\"red\"}", "colour"},
        {"case/open", "{\"name\":\"A\\u0007\"}", "name"},
        {"case/open", "{\"subject_id\":\"1\",\"name\":\"A\"}", "subject_id"},
        {"item/record", "{\"text\":\"x\",\"nature\":\"fact\"}", "case_id"},
        {"item/record", "{\"case_id\":\"7zzzzzzzzzzzzzzzzzzzzzzzzz\",\"text\":\"\",\"nature\":\"fact\"}",
         "text"},
        {"item/record", "{\"case_id\":\"7zzzzzzzzzzzzzzzzzzzzzzzzz\",\"text\":\"x\",\"nature\":\"rumour\"}",
         "nature"},
        {"decision/answer", "{\"agencies\":\"all\",\"facts\":{}}", "agencies"},
        {"decision/answer", "{\"agencies\":[3],\"facts\":{}}", "agencies"},
        {"decision/answer", "{\"facts\":[]}", "facts"},
        {"token/make", "{\"label\":\"x\",\"days\":1.5}", "days"},
        {"token/make", "{\"label\":\"x\",\"days\":9223372036854775808}", "days"},
        {"token/make", "{\"label\":\"x\",\"days\":91}", "days"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct reply reply = ASK(site, .path = cases[i].path, .token = teacher, .json = cases[i].json);
        const char *field = refused(site, reply, 422);
        if (strcmp(field, cases[i].field) != 0)
            fail_msg("%s %s: \"%s\" is named", cases[i].path, cases[i].json, field);
    }
    char *name = arena_alloc(site->arena, 202);
    memset(name, 'a', 201);
    struct reply reply = ASK(site, .path = "case/open", .token = teacher,
                             .json = site_format(site, "{\"name\":\"%s\"}", name));
    assert_string_equal(refused(site, reply, 422), "name");

    /* all that is wrong is told at once */
    reply = ASK(site, .path = "item/record", .token = teacher, .json = "{\"text\":2,\"nature\":3}");
    refused(site, reply, 422);
    const struct json *errors = json_get(reply.json, "errors");
    assert_true(json_is(errors, JSON_ARRAY));
    assert_int_equal(errors->count, 2);
    assert_true(json_text(json_get(&errors->item[1], "field")).n &&
                json_text(json_get(&errors->item[1], "what")).n);

    /* and of a query */
    assert_string_equal(refused(site, ASK(site, .path = "case/read?case_id=nonsense", .token = teacher), 422),
                        "case_id");
    assert_string_equal(refused(site, ASK(site, .path = "case/read", .token = teacher), 422), "case_id");
    assert_string_equal(refused(site, ASK(site, .path = "case/list?extra=1", .token = teacher), 422),
                        "extra");
    const char *id = site->home.school.text;
    assert_string_equal(
        refused(site,
                ASK(site, .path = site_format(site, "post/list?agency_id=%s&agency_id=%s", id, id),
                    .token = teacher),
                422),
        "agency_id");
}

static void test_too_large(void **state)
{
    struct test_site *site = *state;
    struct text teacher = site_token(site, "teacher");
    size_t size = 3 << 20;
    char *body = arena_alloc(site->arena, size);
    memset(body, ' ', size);
    refused(
        site,
        ASK(site, .path = "case/open", .token = teacher, .type = "application/json", .body = {body, size}),
        413);
}

/* Who it is comes before what it says. */
static void test_who(void **state)
{
    struct test_site *site = *state;
    struct text teacher = site_token(site, "teacher");
    struct reply reply = ASK(site, .path = "case/open", .json = "{not json");
    refused(site, reply, 401);
    assert_true(text_equal(reply_header(&reply, "WWW-Authenticate"), TEXT("Bearer")));
    refused(site, ASK(site, .path = "case/list"), 401);
    refused(site, ASK(site, .path = "document/attach?case_id=x", .type = "a/b", .body = TEXT("x")),
            401);
    static const char *const headers[] = {"Bearer", "Bearer ",
                                          "Bearer proviso_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                                          "Basic dGVhY2hlcjphIGxvbmcgZW5vdWdoIHBhc3N3b3Jk"};
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++) {
        reply = ASK(site, .path = "case/list", .authorization = headers[i]);
        refused(site, reply, 401);
        assert_true(text_starts(reply_header(&reply, "WWW-Authenticate"), TEXT("Bearer")));
    }
    refused(site, ASK(site, .path = "agency/add", .token = teacher, .json = "{not json"), 403);
    refused(site,
            ASK(site, .path = "agency/add", .token = teacher, .json = "{\"name\":\"X\",\"kind\":\"health\"}"),
            403);
    refused(site, ASK(site, .path = "decision/agency", .token = teacher), 403);
    refused(
        site,
        ASK(site, .path = "token", .json = "{\"login\":\"teacher\",\"password\":\"wrong\",\"label\":\"x\"}"),
        401);
    refused(
        site,
        ASK(site, .path = "token", .json = "{\"login\":\"nobody\",\"password\":\"wrong\",\"label\":\"x\"}"),
        401);
    refused(site, ASK(site, .path = "token", .json = "{\"login\":\"teacher\"}"), 422);
    /* the inside of the gate has no address */
    refused(site, ASK(site, .path = "session/begin", .json = "{\"login\":\"a\",\"password\":\"b\"}"), 404);
    refused(site, ASK(site, .path = "account/list", .token = teacher), 403);
}

/* A browser's session is no way in: so no other site can send a browser here. */
static void test_cookies(void **state)
{
    struct test_site *site = *state;
    struct error error;
    struct visit *visit;
    struct session_begin in = {.login = TEXT("teacher"), .password = TEXT(HOME_PASSWORD)};
    struct session_begun out;
    must(visit_begin(site->home.gate, site->home.arena, &visit, &error), &error, "visit_begin");
    must(visit_act_wait(visit, &session_begin_command, &in, &out, &error), &error, "session.begin");
    const char *names[] = {"session", "proviso", "__Host-session", "__Host-proviso"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        refused(site,
                ASK(site, .path = "case/list",
                    .cookie = site_format(site, "%s=%.*s", names[i], TEXT_ARGS(out.token))),
                401);
    refused(site,
            ASK(site, .path = "case/list",
                .authorization = site_format(site, "Bearer %.*s", TEXT_ARGS(out.token))),
            401);
}

static void test_reach(void **state)
{
    struct test_site *site = *state;
    struct text teacher = site_token(site, "teacher"), worker = site_token(site, "worker"),
                other = site_token(site, "other");
    struct shared shared = site_decide(site, teacher, false);
    struct text strangers[] = {worker, other};
    const char *paths[] = {
        site_format(site, "case/read?case_id=%s", shared.case_id),
        site_format(site, "case/people?case_id=%s", shared.case_id),
        site_format(site, "item/list?case_id=%s", shared.case_id),
        site_format(site, "document/list?case_id=%s", shared.case_id),
        site_format(site, "share/list?case_id=%s", shared.case_id),
        site_format(site, "decision/list?case_id=%s", shared.case_id),
        site_format(site, "decision/read?decision_id=%s", shared.decision_id),
    };
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        for (size_t s = 0; s < 2; s++) {
            struct reply reply = ASK(site, .path = paths[i], .token = strangers[s]);
            refused(site, reply, 404);
            assert_true(text_find(reply.body, TEXT("Robin")) < 0);
        }
    const char *item =
        site_format(site, "{\"case_id\":\"%s\",\"text\":\"x\",\"nature\":\"fact\"}", shared.case_id);
    refused(site, ASK(site, .path = "item/record", .token = worker, .json = item), 404);
    const char *send = site_format(site, "{\"decisions\":[\"%s\"],\"message\":\"x\"}", shared.decision_id);
    refused(site, ASK(site, .path = "share/send", .token = worker, .json = send), 404);
    refused(site,
            ASK(site, .path = site_format(site, "document/attach?case_id=%s", shared.case_id), .token = worker,
                .type = "text/plain", .disposition = "attachment; filename=a", .body = TEXT("x")),
            404);
    PROVISION("MAN-12");
    /* done already */
    site_post(site, teacher, "share/send", send);
    refused(site, ASK(site, .path = "share/send", .token = teacher, .json = send), 409);
    assert_string_equal(
        refused(site,
                ASK(site, .path = site_format(site, "document/attach?case_id=%s", shared.case_id), .token = teacher,
                    .type = "text/plain", .disposition = "attachment; filename=a", .body = TEXT("")),
                422),
        "document");
}

static void test_unlawful(void **state)
{
    struct test_site *site = *state;
    struct text teacher = site_token(site, "teacher");
    struct reply reply = site_post(site, teacher, "case/open", "{\"name\":\"Sam Example\"}");
    reply = site_post(
        site, teacher, "decision/record",
        site_format(
            site,
            "{\"cases\":[\"%s\"],\"agencies\":[\"%s\"],\"outcome\":\"do-not-share\",\"reasons\":\"No need.\","
            "\"facts\":{\"purpose\":\"none\",\"child_harm\":\"none\",\"vital_interests\":false,"
            "\"legal_duty\":\"none\"}}",
            reply_text(site, &reply, "case_id"), site->home.social_care.text));
    const char *send = site_format(site, "{\"decisions\":[\"%s\"],\"message\":\"x\"}",
                                   reply_text(site, &reply, "decision_id"));
    refused(site, ASK(site, .path = "share/send", .token = teacher, .json = send), 451);
}

static void test_tokens_end(void **state)
{
    struct test_site *site = *state;
    struct text token = site_token(site, "second"), other = site_token(site, "other");
    /* not used yet, so the gate does not have it in memory */
    assert_int_equal(raw_change(&site->home, "proviso", "UPDATE session SET expires_at = 1 WHERE kind = 1 AND account_id ="
                                                        " (SELECT id FROM account WHERE login = 'second')"), 1);
    refused(site, ASK(site, .path = "case/list", .token = token), 401);
    site_get(site, other, "case/list");
}

static void test_tries(void **state)
{
    struct test_site *site = *state;
    struct reply reply;
    int n = 0;
    /* the account rests after five, whoever asks */
    do
        reply = ASK(site, .path = "token",
                    .json = "{\"login\":\"second\",\"password\":\"wrong\",\"label\":\"x\"}");
    while (reply.status == 401 && ++n < 10);
    refused(site, reply, 429);
    assert_int_equal(n, 5);
    reply = ASK(site, .path = "token",
                .json = "{\"login\":\"second\",\"password\":\"" HOME_PASSWORD "\",\"label\":\"x\"}");
    refused(site, reply, 429);
    /* and the address is slowed down, for phrases as well */
    http_limiter_free(&site->face.tries);
    site->face.tries = http_limiter_new(1, 4, 64);
    for (int i = 0; i < 4; i++)
        refused(site,
                ASK(site, .path = "token",
                    .json = "{\"login\":\"nobody\",\"password\":\"wrong\",\"label\":\"x\"}"),
                401);
    reply = ASK(site, .path = "token",
                .json = "{\"login\":\"teacher\",\"password\":\"" HOME_PASSWORD "\",\"label\":\"x\"}");
    refused(site, reply, 429);
    int wait = atoi(site_format(site, "%.*s", TEXT_ARGS(reply_header(&reply, "Retry-After"))));
    assert_in_range(wait, 1, 60);
    refused(site, ASK(site, .path = "pickup/try", .json = "{\"link\":\"0000000000000000\",\"phrase\":\"x\"}"),
            429);
    http_limiter_free(&site->face.tries);
    site->face.tries = http_limiter_new(1, 4, 64);
    for (int i = 0; i < 8; i++) /* what is right costs nothing */
        site_token(site, "teacher");
}

/* Whoever has one address of IPv6 has the 2^64 of its network: another one of them is no new start. */
static void test_tries_of_a_network(void **state)
{
    (void)state;
    struct test_site site;
    static const char wrong[] = "{\"login\":\"nobody\",\"password\":\"wrong\",\"label\":\"x\"}";
    site_open_with(&site, (struct http_settings){.behind_proxy = true});
    http_limiter_free(&site.face.tries);
    site.face.tries = http_limiter_new(1.0 / 60, 2, 64);
    for (int i = 1; i <= 4; i++)
        refused(&site, ASK(&site, .path = "token", .json = wrong, .forwarded_for = site_format(&site, "2001:db8::%d:%d", i, i)),
                i <= 2 ? 401 : 429);
    refused(&site, ASK(&site, .path = "pickup/try", .json = "{\"link\":\"0000000000000000\",\"phrase\":\"x\"}", .forwarded_for = "2001:db8::9"),
            429);
    refused(&site, ASK(&site, .path = "token", .json = wrong, .forwarded_for = "2001:db8:0:1::1"), 401);
    refused(&site, ASK(&site, .path = "token", .json = wrong, .forwarded_for = "192.0.2.1"), 401);
    site_close(&site);
}

static void kill_children(void)
{
    DIR *folder = opendir("/proc");
    assert_non_null(folder);
    for (struct dirent *entry; (entry = readdir(folder));) {
        char path[300], line[512];
        int pid = atoi(entry->d_name), parent = 0;
        if (pid <= 0)
            continue;
        snprintf(path, sizeof path, "/proc/%d/stat", pid);
        FILE *file = fopen(path, "r");
        if (!file)
            continue;
        if (fgets(line, sizeof line, file) && strrchr(line, ')') &&
            sscanf(strrchr(line, ')') + 1, " %*c %d", &parent) == 1 && parent == getpid())
            kill(pid, SIGKILL);
        fclose(file);
    }
    closedir(folder);
}

/* Without the keyholder nothing can be signed, so nothing is acknowledged; and what is said of it names no
 * file. */
static void test_ill(void **state)
{
    struct test_site *site = *state;
    char command[5000], copy[200], folder[100] = "/tmp/proviso-ill-XXXXXX";
    char *build = strdup(getenv("PROVISO_BUILD"));
    site_close(site);
    assert_non_null(mkdtemp(folder));
    snprintf(copy, sizeof copy, "%s/keyholder-main", folder);
    snprintf(command, sizeof command, "cp '%s/keyholder-main' %s", build, copy);
    assert_int_equal(system(command), 0);
    setenv("PROVISO_BUILD", folder, 1); /* where the home looks for the keyholder */
    site_open(site);
    setenv("PROVISO_BUILD", build, 1);
    struct text teacher = site_token(site, "teacher");
    assert_int_equal(ASK(site, .path = "/healthz").status, 200);
    assert_true(text_find(ASK(site, .path = "/metrics").body, TEXT("\nproviso_well 1\n")) >= 0);
    unlink(copy);
    kill_children();
    struct reply reply = {0};
    for (int i = 0; i < 500 && reply.status != 503; i++)
        reply = ASK(site, .path = "case/open", .token = teacher, .json = "{\"name\":\"A\"}");
    refused(site, reply, 503);
    assert_true(reply_header(&reply, "Retry-After").n > 0);
    assert_true(text_find(reply.body, TEXT("/tmp")) < 0);
    assert_true(text_find(reply.body, TEXT("may not have been kept")) >= 0);
    assert_true(text_find(reply.body, TEXT("keyholder")) < 0); /* what broke is for the operator's log */
    reply = ASK(site, .path = "/healthz");
    assert_int_equal(reply.status, 503);
    assert_true(text_find(reply.body, TEXT("/tmp")) < 0);
    assert_true(text_find(ASK(site, .path = "/metrics").body, TEXT("\nproviso_well 0\n")) >= 0);
    free(build);
    rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_malformed), cmocka_unit_test(test_fields),     cmocka_unit_test(test_too_large),
        cmocka_unit_test(test_who),       cmocka_unit_test(test_cookies),    cmocka_unit_test(test_reach),
        cmocka_unit_test(test_unlawful),  cmocka_unit_test(test_tokens_end), cmocka_unit_test(test_tries),
        cmocka_unit_test(test_tries_of_a_network), cmocka_unit_test(test_ill),
    };
    return cmocka_run_group_tests(tests, site_begin, site_end);
}
