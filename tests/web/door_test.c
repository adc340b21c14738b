#include "walk.h"
#include "provision.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

/* What the pages refuse, and how they say it. */

static void test_sign_in(void **state)
{
    struct browser browser;
    browser_open(&browser, *state);
    browser_get(&browser, "/received");
    assert_non_null(strstr(browser.path, "/sign-in?next=%2Freceived"));
    browser_post(&browser, "/sign-in", "login=teacher&password=not+the+password&next=%2Freceived");
    assert_int_equal(browser.status, 422);
    assert_sees(&browser, "name or the password is not right");
    assert_sees(&browser, "value=\"teacher\"");
    assert_sees_not(&browser, "not the password");
    assert_sees(&browser, "value=\"/received\"");
    browser_post(&browser, "/sign-in", "login=teacher&password=a+long+enough+password&next=%2Freceived");
    assert_string_equal(browser.path, "/received");
    assert_non_null(strstr(browser.headers, "no-store"));

    /* a second tab still shows the form to sign in; sending it is no forgery */
    browser_post_bare(&browser, "/sign-in", "login=teacher&password=a+long+enough+password", NULL);
    assert_int_equal(browser.status, 200);

    /* nobody is sent to another site */
    browser_post(&browser, "/sign-in", "login=teacher&password=a+long+enough+password&next=%2F%2Fevil.example");
    assert_string_equal(browser.path, "/");

    browser_post(&browser, "/sign-out", "x=y");
    assert_non_null(strstr(browser.path, "/sign-in"));
    browser_get(&browser, "/");
    assert_non_null(strstr(browser.path, "/sign-in"));
    browser_close(&browser);
}

/* Passwords are not to be guessed from one address; a right one costs no try. */
static void test_tries(void **state)
{
    struct test_site *site = *state;
    struct browser browser;
    browser_open(&browser, site);
    browser_get(&browser, "/sign-in");
    site_limit(site, 2);
    for (int i = 0; i < 4; i++) {
        browser_post(&browser, "/sign-in", "login=teacher&password=a+long+enough+password");
        assert_int_equal(browser.status, 200);
    }
    browser_post(&browser, "/sign-in", "login=teacher&password=wrong");
    browser_post(&browser, "/sign-in", "login=teacher&password=wrong");
    assert_int_equal(browser.status, 422);
    browser_post(&browser, "/sign-in", "login=teacher&password=a+long+enough+password");
    assert_int_equal(browser.status, 429);
    assert_sees(&browser, "too many tries");
    assert_non_null(strstr(browser.headers, "Retry-After"));
    site_limit(site, 0);
    browser_close(&browser);
}

static void test_forged_forms(void **state)
{
    struct browser browser;
    browser_open(&browser, *state);
    browser_sign_in(&browser, "teacher");
    browser_post_bare(&browser, "/worry", "name=Robin", NULL);
    assert_int_equal(browser.status, 403);
    browser_post_bare(&browser, "/worry", "name=Robin&token=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", NULL);
    assert_int_equal(browser.status, 403);
    assert_sees(&browser, "not from your present session");

    /* the right token, but sent from elsewhere */
    browser_get(&browser, "/worry");
    char token[100], fields[200], origin[100];
    browser_between(&browser, "name=\"token\" value=\"", "\"", token, sizeof token);
    snprintf(fields, sizeof fields, "name=Robin&token=%s", token);
    browser_post_bare(&browser, "/worry", fields, "Sec-Fetch-Site: cross-site");
    assert_int_equal(browser.status, 403);
    browser_post_bare(&browser, "/worry", fields, "Origin: https://evil.example");
    assert_int_equal(browser.status, 403);
    browser_post_bare(&browser, "/sign-in", "login=teacher&password=a+long+enough+password",
                      "Sec-Fetch-Site: cross-site");
    assert_int_equal(browser.status, 403);
    browser_post_bare(&browser, "/worry", fields, "Sec-Fetch-Site: same-origin");
    assert_int_equal(browser.status, 200);
    assert_non_null(strstr(browser.headers, "Referrer-Policy: same-origin"));
    snprintf(origin, sizeof origin, "Origin: http://127.0.0.1:%u", http_port(((struct test_site *)*state)->server));
    browser_post_bare(&browser, "/worry", fields, origin);
    assert_int_equal(browser.status, 200);

    /* another person's token */
    struct browser other;
    browser_open(&other, *state);
    browser_sign_in(&other, "other");
    browser_post_bare(&other, "/worry", fields, NULL);
    assert_int_equal(other.status, 403);
    browser_close(&other);
    browser_close(&browser);
}

/* Where the link "Back" leads, as a browser reads it. */
static void way_back(struct browser *browser, char *href, size_t size)
{
    browser_between(browser, "aria-label=\"Back\"><a href=\"", "\"", href, size);
    for (char *amp; (amp = strstr(href, "&amp;"));)
        memmove(amp + 1, amp + 5, strlen(amp + 5) + 1);
}

static void assert_asks(struct browser *browser, const char *key)
{
    char asked[100];
    browser_between(browser, "name=\"key\" value=\"", "\"", asked, sizeof asked);
    assert_string_equal(asked, key);
}

/* Back goes from question to question as they were replied to, keeps the replies, and ends where one began. */
static void test_advice_back(void **state)
{
    struct test_site *site = *state;
    struct browser teacher;
    char answer[600], change[700], href[700], second[100];
    browser_open(&teacher, site);
    browser_sign_in(&teacher, "teacher");
    browser_get(&teacher, "/advice");
    browser_post(&teacher, NULL, "decision=consent");
    snprintf(answer, sizeof answer, "%.*sanswer", (int)(strlen(teacher.path) - strlen("question")), teacher.path);
    assert_asks(&teacher, "subject_age");
    way_back(&teacher, href, sizeof href);
    assert_string_equal(href, "/advice");
    browser_post(&teacher, NULL, "key=subject_age&answer=12");
    browser_between(&teacher, "name=\"key\" value=\"", "\"", second, sizeof second);
    assert_string_not_equal(second, "subject_age");

    way_back(&teacher, href, sizeof href);
    browser_get(&teacher, href);
    assert_asks(&teacher, "subject_age");
    assert_sees(&teacher, "value=\"12\"");
    way_back(&teacher, href, sizeof href);
    assert_string_equal(href, "/advice");
    /* a mistake does not lose the way */
    browser_post(&teacher, NULL, "key=subject_age&answer=many&walked=1");
    assert_int_equal(teacher.status, 422);
    way_back(&teacher, href, sizeof href);
    assert_string_equal(href, "/advice");
    browser_post(&teacher, NULL, "key=subject_age&answer=13&walked=1");
    assert_asks(&teacher, second);

    /* from the answer back to the last reply; from what is changed there back to the answer */
    browser_get(&teacher, answer);
    way_back(&teacher, href, sizeof href);
    browser_get(&teacher, href);
    assert_asks(&teacher, "subject_age");
    assert_sees(&teacher, "value=\"13\"");
    snprintf(change, sizeof change, "%.*squestion?key=subject_age", (int)(strlen(answer) - strlen("answer")), answer);
    browser_get(&teacher, change);
    assert_asks(&teacher, "subject_age");
    way_back(&teacher, href, sizeof href);
    assert_string_equal(href, answer);
    browser_close(&teacher);
}

/* A question to the policy is its asker's own; a draft of another kind is none; bad replies change nothing. */
static void test_advice(void **state)
{
    struct test_site *site = *state;
    struct browser teacher, other;
    char question[600], path[600], worry[600];
    browser_open(&teacher, site);
    browser_sign_in(&teacher, "teacher");
    browser_open(&other, site);
    browser_sign_in(&other, "other");
    browser_get(&teacher, "/advice");
    browser_post(&teacher, NULL, "decision=dinner");
    assert_int_equal(teacher.status, 422);
    assert_sees(&teacher, "Choose what you want to know");
    browser_post(&teacher, NULL, "decision=consent");
    assert_non_null(strstr(teacher.path, "/question"));
    snprintf(question, sizeof question, "%s", teacher.path);
    browser_post(&teacher, NULL, "key=subject_age&answer=many");
    assert_int_equal(teacher.status, 422);
    assert_sees(&teacher, "Write a whole number");
    browser_get(&teacher, question);
    browser_post(&teacher, NULL, "key=shoe_size&answer=5");
    assert_int_equal(teacher.status, 404);
    browser_get(&other, question);
    assert_int_equal(other.status, 404);
    snprintf(path, sizeof path, "%.*sanswer", (int)(strlen(question) - strlen("question")), question);
    browser_get(&other, path);
    assert_int_equal(other.status, 404);
    browser_get(&teacher, path);
    assert_int_equal(teacher.status, 200);
    assert_sees(&teacher, "It depends on what is still open"); /* nothing of the bad replies was kept */
    walk_to_recipients(&teacher, "Kim+Example");
    snprintf(worry, sizeof worry, "%s", strchr(teacher.path + 1, '/'));
    *strchr(worry + 1, '/') = '\0';
    snprintf(path, sizeof path, "/advice%s/answer", worry);
    browser_get(&teacher, path);
    assert_int_equal(teacher.status, 404);
    snprintf(path, sizeof path, "/worry%s/whose", worry);
    browser_get(&other, path);
    assert_int_equal(other.status, 404);
    browser_close(&other);
    browser_close(&teacher);
}

/* Another's draft, case, decision, document or receipt is as if it were not there; so is nonsense. */
static void test_reach(void **state)
{
    struct test_site *site = *state;
    struct browser teacher, other, worker;
    char draft[600], path[600];
    struct visit *visit = home_visit(&site->home, "teacher");
    struct decided decided = home_decide(&site->home, visit, TEXT(""));
    browser_open(&teacher, site);
    browser_sign_in(&teacher, "teacher");
    walk_to_recipients(&teacher, "Kim+Example");
    snprintf(draft, sizeof draft, "%s", teacher.path);
    browser_open(&other, site);
    browser_sign_in(&other, "other");
    browser_open(&worker, site);
    browser_sign_in(&worker, "worker");
    struct browser *strangers[] = {&other, &worker};
    const char *formats[] = {"/case/%s", "/case/%s/looks", "/case/%s/admit", "/case/%s/documents"};
    for (size_t b = 0; b < 2; b++) {
        browser_get(strangers[b], draft);
        assert_int_equal(strangers[b]->status, 404);
        for (size_t i = 0; i < 4; i++) {
            snprintf(path, sizeof path, "/case/%s%s", decided.case_id.text, formats[i] + strlen("/case/%s"));
            browser_get(strangers[b], path);
            assert_int_equal(strangers[b]->status, 404);
            assert_sees_not(strangers[b], "Robin");
        }
        snprintf(path, sizeof path, "/decision/%s", decided.decision_id.text);
        browser_get(strangers[b], path);
        assert_int_equal(strangers[b]->status, 404);
        snprintf(path, sizeof path, "/sent/%s", decided.decision_id.text);
        browser_get(strangers[b], path);
        assert_int_equal(strangers[b]->status, 404);
    }
    browser_get(&teacher, "/case/nonsense");
    assert_int_equal(teacher.status, 404);
    assert_sees(&teacher, "We cannot find that page");
    char words[600], other_words[600];
    browser_between(&teacher, "<h1", "</main>", words, sizeof words);
    browser_get(&worker, path); /* there, but out of reach: not a word differs */
    assert_int_equal(worker.status, 404);
    browser_between(&worker, "<h1", "</main>", other_words, sizeof other_words);
    assert_string_equal(words, other_words);
    browser_get(&teacher, draft); /* a finished draft says that it may be one's own */
    browser_get(&worker, draft);
    assert_sees(&worker, "If you began it yourself");
    browser_get(&teacher, "/nowhere");
    assert_int_equal(teacher.status, 404);
    browser_between(&teacher, "<h1", "</main>", other_words, sizeof other_words);
    assert_string_equal(words, other_words);
    assert_sees(&teacher, "Signed in as");
    browser_get(&teacher, "/decisions"); /* not with this role */
    assert_int_equal(teacher.status, 403);
    assert_sees(&teacher, "You may not do this");
    browser_get(&teacher, "/directory");
    assert_int_equal(teacher.status, 403);

    /* a colleague who is added sees it from then on */
    char fields[200];
    snprintf(path, sizeof path, "/case/%s/admit", decided.case_id.text);
    browser_get(&teacher, path);
    snprintf(fields, sizeof fields, "post_id=%s", site->home.other_teacher.text);
    browser_post(&teacher, path, fields);
    assert_int_equal(teacher.status, 200);
    snprintf(path, sizeof path, "/case/%s", decided.case_id.text);
    browser_get(&other, path);
    assert_int_equal(other.status, 200);
    assert_sees(&other, "Robin Example");
    PROVISION("BEX-23");
    /* and it is on record that they looked */
    snprintf(path, sizeof path, "/case/%s/looks", decided.case_id.text);
    browser_get(&teacher, path);
    assert_sees(&teacher, ">other<br>");
    browser_close(&worker);
    browser_close(&other);
    browser_close(&teacher);
}

/* A form that is refused keeps what was typed, says what is wrong at the top and at the field. */
static void test_refused_form(void **state)
{
    struct browser browser;
    browser_open(&browser, *state);
    browser_sign_in(&browser, "teacher");
    browser_get(&browser, "/worry");
    browser_post(&browser, NULL, "name=Wren");
    browser_post(&browser, NULL, "born-day=31&born-month=2&born-year=2016&about=%3Cb%3EYear+5%3C%2Fb%3E");
    assert_int_equal(browser.status, 422);
    assert_sees(&browser, "<title>Error:");
    assert_sees(&browser, "href=\"#born\"");
    assert_sees(&browser, "id=\"born-error\"");
    assert_sees(&browser, "value=\"31\"");
    assert_sees(&browser, "&lt;b&gt;Year 5&lt;/b&gt;</textarea>");
    assert_sees(&browser, "no such day in the calendar");
    char both[1300] = "born-day=29&born-month=2&born-year=2023&about=";
    size_t at = strlen(both);
    memset(both + at, 'x', 1001); /* one more than there may be */
    both[at + 1001] = '\0';
    browser_post(&browser, NULL, both);
    assert_sees(&browser, "no such day in the calendar"); /* all that is wrong is told at once */
    assert_sees(&browser, "“What else tells them from another person?”: it must be 1000 characters or fewer; it has 1001");
    browser_post(&browser, NULL, "born-day=28&born-month=2&born-year=2216&about=Year+5");
    assert_int_equal(browser.status, 422);
    assert_sees(&browser, "more than ten months in the future");
    assert_sees(&browser, "id=\"born-error\"");
    browser_post(&browser, NULL, "born-day=28&born-month=2&born-year=2016&about=Year+5");
    browser_post(&browser, NULL, "text=It+happened+then.&historical=yes");
    assert_int_equal(browser.status, 422);
    assert_sees(&browser, "Choose an answer under “Is this a fact or an opinion?”");
    assert_sees(&browser, "It happened then.</textarea>");
    browser_post(&browser, NULL, "text=It+happened+then.&nature=fact&historical=yes");
    browser_post(&browser, NULL, "happened_at-day=1&happened_at-month=13&happened_at-year=2026&provider=A+neighbour");
    assert_int_equal(browser.status, 422);
    assert_sees(&browser, "A neighbour");
    browser_post(&browser, NULL,
                 "happened_at-day=1&happened_at-month=2&happened_at-year=2126"); /* the command's own refusal */
    assert_int_equal(browser.status, 422);
    assert_sees(&browser, "lies in the future");
    browser_close(&browser);
}

/* "I do not know" goes on; what is open is said, and no decision is possible on it. */
static void test_unknown(void **state)
{
    struct test_site *site = *state;
    struct browser browser;
    char fields[200], key[100];
    browser_open(&browser, site);
    browser_sign_in(&browser, "teacher");
    walk_to_recipients(&browser, "Lee+Example");
    snprintf(fields, sizeof fields, "agencies=%s", site->home.social_care.text);
    browser_post(&browser, NULL, fields);
    for (int asked = 0; strstr(browser.path, "/question"); asked++) {
        browser_between(&browser, "name=\"key\" value=\"", "\"", key, sizeof key);
        snprintf(fields, sizeof fields, "key=%s&other=unknown", key);
        browser_post(&browser, NULL, fields);
        assert_int_equal(browser.status, 200);
        assert_true(asked < 30);
    }
    assert_non_null(strstr(browser.path, "/answer"));
    assert_sees(&browser, "The answer is still open");
    assert_sees(&browser, "What is still open");
    assert_sees_not(&browser, ">Decide<");
    /* one of them answered after all, from the answer page; a value that is none is refused */
    char place[300], link[300], question[600];
    browser_between(&browser, "What is still open", "answer this", link, sizeof link);
    snprintf(place, sizeof place, "%s", strstr(link, "?key=") + strlen("?key="));
    *strchr(place, '"') = '\0';
    snprintf(question, sizeof question, "%.*squestion?key=%s", (int)(strlen(browser.path) - strlen("answer")),
             browser.path, place);
    browser_get(&browser, question);
    assert_sees(&browser, "You said that you do not know this");
    snprintf(fields, sizeof fields, "key=%s&answer=curiosity", place);
    browser_post(&browser, NULL, fields);
    assert_int_equal(browser.status, 422);
    assert_sees(&browser, "This cannot be the answer");
    browser_close(&browser);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sign_in), cmocka_unit_test(test_tries),        cmocka_unit_test(test_forged_forms),
        cmocka_unit_test(test_advice), cmocka_unit_test(test_advice_back),
        cmocka_unit_test(test_reach),   cmocka_unit_test(test_refused_form), cmocka_unit_test(test_unknown),
    };
    return cmocka_run_group_tests(tests, site_begin, site_end);
}
