#include "../gate/sealed.h"
#include "walk.h"
#include "provision.h"
#include "web.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

/* The pages beside the main job: directory, accounts, tokens, overseers, plain text. */

static int make(void **state)
{
    static struct test_site site;
    setenv("TZ", "Europe/London", 1);
    site_make(&site);
    struct error error;
    struct visit *visit;
    struct text role = TEXT("administrator");
    struct post_add post = {.agency_id = site.home.school,
                            .title = TEXT("Office"),
                            .person = TEXT("Alex"),
                            .roles = {&role, 1}};
    struct post_added added;
    struct account_added account;
    must(visit_begin(site.home.gate, site.home.arena, &visit, &error), &error, "visit_begin");
    visit_as_operator(visit);
    must(visit_act_wait(visit, &post_add_command, &post, &added, &error), &error, "post.add");
    struct account_add in = {added.post_id, TEXT("admin"), TEXT(HOME_PASSWORD)};
    must(visit_act_wait(visit, &account_add_command, &in, &account, &error), &error, "account.add");
    *state = &site;
    return 0;
}

/* Every page with a fixed address, for each kind of person: shown, or refused in words; never a failure. */
static void test_every_fixed_page(void **state)
{
    static const char *const people[] = {NULL, "teacher", "head", "admin"};
    const struct http_table *table = web_table();
    size_t seen = 0;
    for (size_t p = 0; p < 4; p++) {
        struct browser browser;
        browser_open(&browser, *state);
        if (people[p])
            browser_sign_in(&browser, people[p]);
        for (size_t i = 0; i < table->n; i++) {
            const struct http_route *route = &table->routes[i];
            if (route->method != HTTP_GET || strchr(route->pattern, '{'))
                continue;
            browser_get(&browser, route->pattern);
            if (browser.status != 200 && browser.status != 403)
                fail_msg("%s for %s: %ld", route->pattern, people[p] ? people[p] : "a visitor", browser.status);
            assert_sees(&browser, "</html>");
            assert_sees(&browser, "<h1");
            assert_non_null(strstr(browser.headers, "no-store"));
            seen++;
        }
        browser_close(&browser);
    }
    assert_true(seen >= 4 * 14);
}

/* An administrator sees no case; an agency, a post and an account are added, used and ended. */
static void test_directory(void **state)
{
    struct browser admin, person;
    char path[200], id[200];
    browser_open(&admin, *state);
    browser_sign_in(&admin, "admin");
    assert_sees_not(&admin, "I am worried about a child");
    browser_get(&admin, "/worry");
    browser_post(&admin, NULL, "name=Robin");
    assert_int_equal(admin.status, 403);
    browser_get(&admin, "/received");
    assert_int_equal(admin.status, 403);

    browser_get(&admin, "/directory/agency");
    browser_post(&admin, NULL, "name=Fir+Clinic");
    assert_int_equal(admin.status, 422);
    assert_sees(&admin, "value=\"Fir Clinic\"");
    browser_post(&admin, NULL, "name=Elm+School&kind=education");
    assert_int_equal(admin.status, 409);
    assert_sees(&admin, "There is an agency of this name already");
    browser_post(&admin, NULL, "name=Fir+Clinic&kind=health&domain=fir.example");
    assert_string_equal(admin.path, "/directory");
    const char *clinic = strstr(admin.body, "Fir Clinic");
    assert_non_null(clinic);
    const char *at = strstr(clinic, "/directory/agency/");
    snprintf(path, sizeof path, "%.*s", (int)strcspn(at, "\""), at);
    browser_get(&admin, path);
    browser_post(&admin, NULL, "title=Nurse&person=Bo+Lind&roles=practitioner");
    assert_sees(&admin, "Bo Lind, Nurse");
    at = strstr(strstr(admin.body, "Bo Lind, Nurse"), "/directory/post/");
    snprintf(path, sizeof path, "%.*s", (int)strcspn(at, "\""), at);
    browser_get(&admin, path);
    browser_post(&admin, NULL, "login=bo&password=short");
    assert_int_equal(admin.status, 422);
    assert_sees_not(&admin, "value=\"short\"");
    browser_post(&admin, NULL, "login=bo&password=a+long+enough+password");
    assert_string_equal(admin.path, "/directory");

    browser_open(&person, *state);
    browser_sign_in(&person, "bo");
    assert_sees(&person, "Fir Clinic");
    browser_get(&person, "/password");
    browser_post(&person, NULL, "present=wrong&password=another+long+password");
    assert_int_equal(person.status, 422);
    browser_post(&person, NULL, "present=a+long+enough+password&password=another+long+password");
    assert_non_null(strstr(person.path, "/sign-in"));
    assert_sees(&person, "Your password is changed");
    browser_post(&person, "/sign-in", "login=bo&password=another+long+password");
    assert_string_equal(person.path, "/");

    browser_get(&admin, "/directory");
    const char *account = strstr(admin.body, "bo: Bo Lind");
    assert_non_null(account);
    at = strstr(account, "/directory/account/");
    snprintf(id, sizeof id, "%.*s", (int)strcspn(at, "\""), at);
    assert_sees(&admin, "Bo Lind can then no longer sign in as bo"); /* told before it is done */
    browser_post(&admin, id, "x=y");
    assert_sees(&admin, ">Ended<");
    browser_get(&person, "/");
    assert_non_null(strstr(person.path, "/sign-in"));
    assert_sees(&person, "Your session has ended");
    browser_close(&person);
    browser_close(&admin);
}

static void test_tokens(void **state)
{
    struct test_site *site = *state;
    struct browser browser;
    struct error error;
    struct visit *visit;
    char token[200], path[200];
    browser_open(&browser, site);
    browser_sign_in(&browser, "teacher");
    browser_get(&browser, "/tokens");
    browser_post(&browser, NULL, "label=Nightly+import&days=900");
    assert_int_equal(browser.status, 422);
    browser_post(&browser, NULL, "label=Nightly+import&days=3");
    browser_between(&browser, "proviso-code\">", "<", token, sizeof token);
    must(visit_begin(site->home.gate, site->home.arena, &visit, &error), &error, "visit_begin");
    must(visit_by_bearer(visit, text_of(token), &error), &error, "visit_by_bearer");
    browser_get(&browser, "/tokens");
    assert_sees(&browser, "Nightly import");
    assert_sees_not(&browser, token);
    browser_between(&browser, "/tokens/", "\"", path + strlen("/tokens/"), sizeof path - 10);
    memcpy(path, "/tokens/", strlen("/tokens/"));
    browser_post(&browser, path, "x=y");
    assert_sees_not(&browser, "Nightly import");
    assert_int_equal(visit_by_bearer(visit, text_of(token), &error), ERROR_UNAUTHENTICATED);
    browser_close(&browser);
}

/* Where decision and answer differ the lead finds it, sees both sides, and takes the notice off the list. */
static void test_overseer(void **state)
{
    struct test_site *site = *state;
    struct browser teacher, head;
    char fields[200], path[200];
    browser_open(&teacher, site);
    browser_sign_in(&teacher, "teacher");
    walk_to_recipients(&teacher, "Ivy+Wren");
    snprintf(fields, sizeof fields, "agencies=%s", site->home.social_care.text);
    browser_post(&teacher, NULL, fields);
    walk_through_questions(&teacher);
    walk_decide(&teacher, "outcome=do-not-share&reasons=The+family+told+me+more.");
    browser_post(&teacher, NULL, "x=y");
    assert_sees(&teacher, "It is recorded");

    browser_open(&head, site);
    browser_sign_in(&head, "head");
    assert_sees(&head, "decided otherwise than the policy says");
    browser_get(&head, "/decisions");
    assert_sees(&head, "Differs");
    browser_between(&head, "/decision/", "\"", path + strlen("/decision/"), sizeof path - 20);
    memcpy(path, "/decision/", strlen("/decision/"));
    browser_get(&head, path);
    assert_sees(&head, "Ivy Wren");
    assert_sees(&head, "The family told me more.");
    assert_sees(&head, "You may share it");
    assert_sees(&head, "What was taken into account");
    browser_get(&head, "/");
    browser_between(&head, "/notice/", "\"", path + strlen("/notice/"), sizeof path - 20);
    memcpy(path, "/notice/", strlen("/notice/"));
    browser_post(&head, path, "x=y");
    assert_sees_not(&head, "decided otherwise than the policy says");
    browser_close(&head);
    browser_close(&teacher);
}

/* Where the version that answered is not at hand the pages say so, and show what was recorded in its short names. */
static void test_without_words(void **state)
{
    struct test_site *site = *state;
    struct error error;
    struct visit *visit = home_visit(&site->home, "teacher");
    struct decided decided = home_decide(&site->home, visit, TEXT(""));
    struct view_rows rows;
    struct decision_of of = {decided.decision_id};
    struct browser teacher;
    char path[100];
    browser_open(&teacher, site);
    browser_sign_in(&teacher, "teacher");
    snprintf(path, sizeof path, "/decision/%s", decided.decision_id.text);
    browser_get(&teacher, path);
    assert_sees(&teacher, "You may share it");
    assert_sees_not(&teacher, "is not at hand");

    struct text plain = sealed_decision(&site->home, &decided.decision_id);
    plain = sealed_altered(&site->home, plain, "\"pack_digest\":\"", "\"pack_digest\":\"0");
    plain = sealed_altered(&site->home, plain, "\"pack_sha256\":\"", "\"pack_sha256\":\"0");
    sealed_decision_forge(&site->home, &decided.decision_id, plain);
    browser_get(&teacher, path);
    assert_int_equal(teacher.status, 200);
    assert_sees(&teacher, "The version of the policy that answered is not at hand");
    assert_sees(&teacher, "record-decision");
    assert_sees_not(&teacher, "You may share it");
    must(visit_look(visit, &decision_read_view, &of, &rows, &error), &error, "decision.read");
    assert_true(text_find(VISIT_ROW(rows, struct decision_row, 0)->answers.json, TEXT("\"at_hand\":false")) >= 0);
    snprintf(path, sizeof path, "/decision/%s/path", decided.decision_id.text);
    browser_get(&teacher, path);
    assert_sees(&teacher, "The tables of this version are not at hand");
    assert_sees(&teacher, "MAN, ");
    assert_sees_not(&teacher, "it was disposed of");
    browser_close(&teacher);
}

/* What was begun waits on the home page, and can be thrown away. */
static void test_drafts(void **state)
{
    struct browser browser;
    char path[200];
    browser_open(&browser, *state);
    browser_sign_in(&browser, "other");
    walk_to_recipients(&browser, "Uma+Kestrel");
    browser_get(&browser, "/");
    assert_sees(&browser, ": Uma Kestrel</a>");
    browser_between(&browser, "href=\"/worry/", "\"", path + strlen("/worry/"), sizeof path - 20);
    memcpy(path, "/worry/", strlen("/worry/"));
    browser_get(&browser, path);
    assert_non_null(strstr(browser.path, "/recipients")); /* where it was left */
    browser_get(&browser, "/");
    strcpy(strstr(path, "/check"), "/drop");
    browser_post(&browser, path, "x=y");
    assert_sees_not(&browser, ": Uma Kestrel</a>");
    assert_sees(&browser, "Uma Kestrel"); /* the case stays */
    browser_close(&browser);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_fixed_page), cmocka_unit_test(test_directory), cmocka_unit_test(test_tokens),
        cmocka_unit_test(test_overseer),         cmocka_unit_test(test_without_words), cmocka_unit_test(test_drafts),
    };
    return cmocka_run_group_tests(tests, make, site_end);
}
