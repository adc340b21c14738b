#include "walk.h"
#include "provision.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

/* Documents up and down, and somebody outside who picks them up. */

enum { SIZE = 3000000 };

static unsigned char *content(void)
{
    unsigned char *bytes = malloc(SIZE);
    assert_non_null(bytes);
    for (size_t i = 0; i < SIZE; i++)
        bytes[i] = (unsigned char)(i * 31 + i / 509);
    return bytes;
}

static void check_content(const struct browser *browser, const unsigned char *bytes)
{
    assert_int_equal(browser->status, 200);
    assert_int_equal(browser->n, SIZE);
    assert_memory_equal(browser->body, bytes, SIZE);
    assert_non_null(strstr(browser->headers, "attachment"));
    assert_non_null(strstr(browser->headers, "application/octet-stream"));
}

static void test_upload(void **state)
{
    struct test_site *site = *state;
    struct browser teacher, worker;
    char path[300], document[100];
    unsigned char *bytes = content();
    struct visit *visit = home_visit(&site->home, "teacher");
    struct decided decided = home_decide(&site->home, visit, TEXT(""));
    browser_open(&teacher, site);
    browser_sign_in(&teacher, "teacher");
    snprintf(path, sizeof path, "/case/%s/documents", decided.case_id.text);
    browser_get(&teacher, path);
    browser_post(&teacher, path, "x=y");
    assert_int_equal(teacher.status, 422);
    assert_sees(&teacher, "Choose a file");
    browser_upload(&teacher, path, "empty.txt", "", 0);
    assert_int_equal(teacher.status, 422);
    browser_upload(&teacher, path, "Brief an die Schule – ä.pdf", bytes, SIZE);
    assert_int_equal(teacher.status, 200);
    assert_sees(&teacher, "Brief an die Schule – ä.pdf");
    assert_sees(&teacher, "3.0 MB");
    browser_between(&teacher, "href=\"/document/", "\"", document, sizeof document);
    snprintf(path, sizeof path, "/document/%s", document);
    browser_get(&teacher, path);
    check_content(&teacher, bytes);
    snprintf(path, sizeof path, "/case/%s/documents", decided.case_id.text);
    browser_get(&teacher, path);
    browser_upload(&teacher, path, "\xe2\x80\xaegpj.exe", "MZ", 2); /* it would show as exe.jpg */
    assert_sees(&teacher, "gpj.exe");
    assert_sees_not(&teacher, "\xe2\x80\xae");
    snprintf(path, sizeof path, "/document/%s", document);

    /* out of reach for another agency; a forged form is refused before a byte is kept */
    browser_open(&worker, site);
    browser_sign_in(&worker, "worker");
    browser_get(&worker, path);
    assert_int_equal(worker.status, 404);
    browser_get(&worker, "/worry");
    snprintf(path, sizeof path, "/case/%s/documents", decided.case_id.text);
    browser_upload(&worker, path, "a.txt", "abc", 3);
    assert_int_equal(worker.status, 404);
    browser_close(&worker);
    browser_close(&teacher);
    free(bytes);
}

static void test_pickup(void **state)
{
    struct test_site *site = *state;
    struct browser teacher, stranger;
    char item[100], document[100], fields[700], link[200], phrase[300], path[400];
    unsigned char *bytes = content();
    browser_open(&teacher, site);
    browser_sign_in(&teacher, "teacher");
    walk_to_recipients(&teacher, "Nia+Example");
    browser_post(&teacher, NULL, "outside=health");
    walk_through_questions(&teacher);
    walk_decide(&teacher, "outcome=share&reasons=The+clinic+must+know.");
    browser_upload(&teacher, NULL, "x-ray.png", bytes, SIZE);
    assert_non_null(strstr(teacher.path, "/content"));
    browser_between(&teacher, "name=\"items\" type=\"checkbox\" value=\"", "\"", item, sizeof item);
    browser_between(&teacher, "name=\"documents\" type=\"checkbox\" value=\"", "\"", document, sizeof document);
    snprintf(fields, sizeof fields, "items=%s&documents=%s&message=For+the+clinic.", item, document);
    browser_post(&teacher, NULL, fields);
    assert_non_null(strstr(teacher.path, "/outside"));
    browser_post(&teacher, NULL,
                 "outside_name=Dr+Fern&link_medium=text-message&phrase_medium=mobile&once=yes&days=2");
    assert_int_equal(teacher.status, 422); /* one telephone is one medium: told before anything is decided */
    assert_non_null(strstr(teacher.path, "/outside"));
    assert_sees(&teacher, "must not go by the same medium");
    assert_sees(&teacher, "Dr Fern");
    PROVISION("BEX-32");
    browser_post(&teacher, NULL,
                 "outside_name=Dr+Fern&link_medium=text-message&phrase_medium=landline&once=yes&days=2");
    browser_post(&teacher, NULL, "x=y");
    assert_int_equal(teacher.status, 200);
    assert_sees(&teacher, "ready to be picked up");
    browser_between(&teacher, "/pickup/", "<", link, sizeof link);
    browser_between(&teacher, "govuk-body-l\"><span class=\"proviso-code\">", "<", phrase, sizeof phrase);

    browser_open(&stranger, site);
    browser_get(&stranger, "/pickup/0000000000000000");
    assert_int_equal(stranger.status, 404);
    snprintf(path, sizeof path, "/pickup/%s", link);
    browser_get(&stranger, path);
    assert_sees(&stranger, "Elm School has something for you");
    assert_sees_not(&stranger, "Nia");
    browser_post(&stranger, path, "phrase=one+two+three");
    assert_int_equal(stranger.status, 422);
    snprintf(path, sizeof path, "/pickup/%s/open", link);
    browser_get(&stranger, path); /* not without the phrase */
    assert_sees(&stranger, "What is the phrase?");
    assert_sees_not(&stranger, "bruise");
    snprintf(fields, sizeof fields, "phrase=%s", phrase);
    for (char *p = fields; *p; p++)
        if (*p == '-')
            *p = '+';
    snprintf(path, sizeof path, "/pickup/%s", link);
    browser_post(&stranger, path, fields);
    assert_int_equal(stranger.status, 200);
    assert_sees(&stranger, "Nia Example"); /* they are told whom it is about, and who says so */
    assert_sees(&stranger, "4 May 2016");
    assert_sees(&stranger, "From teacher, teacher, Elm School");
    assert_sees(&stranger, "Came with a bruise.");
    assert_sees(&stranger, "For the clinic.");
    assert_sees(&stranger, "The person agreed");
    snprintf(path, sizeof path, "/pickup/%s/document/1", link);
    browser_get(&stranger, path);
    check_content(&stranger, bytes);
    snprintf(path, sizeof path, "/pickup/%s/document/2", link);
    browser_get(&stranger, path);
    assert_int_equal(stranger.status, 404);
    PROVISION("BEX-30");

    /* once only, and nothing else of the site */
    browser_get(&stranger, "/received");
    assert_non_null(strstr(stranger.path, "/sign-in"));
    browser_close(&stranger);
    browser_open(&stranger, site);
    snprintf(path, sizeof path, "/pickup/%s", link);
    browser_get(&stranger, path);
    assert_sees(&stranger, "It has been opened already");
    assert_sees_not(&stranger, "What is the phrase?");
    browser_close(&stranger);
    browser_close(&teacher);
    free(bytes);
}

/* What was decided to go without anything that identifies goes without the name and the day of birth. */
static void test_pickup_unnamed(void **state)
{
    struct test_site *site = *state;
    struct browser teacher, stranger;
    char fields[700], link[200], phrase[300], path[400];
    browser_open(&teacher, site);
    browser_sign_in(&teacher, "teacher");
    walk_to_recipients(&teacher, "Una+Unnamed");
    browser_post(&teacher, NULL, "outside=health");
    walk_through_questions(&teacher);
    walk_decide(&teacher, "outcome=share-anonymised&reasons=They+only+plan.");
    browser_post(&teacher, NULL, "x=y");
    browser_post(&teacher, NULL, "message=One+more+place+is+needed.");
    browser_post(&teacher, NULL, "outside_name=Dr+Fern&link_medium=email&phrase_medium=landline");
    assert_sees(&teacher, "Una Unnamed"); /* the last check tells it to who sends */
    browser_post(&teacher, NULL, "x=y");
    browser_between(&teacher, "/pickup/", "<", link, sizeof link);
    browser_between(&teacher, "govuk-body-l\"><span class=\"proviso-code\">", "<", phrase, sizeof phrase);
    browser_open(&stranger, site);
    snprintf(fields, sizeof fields, "phrase=%s", phrase);
    snprintf(path, sizeof path, "/pickup/%s", link);
    browser_get(&stranger, path);
    browser_post(&stranger, path, fields);
    assert_sees(&stranger, "One more place is needed.");
    assert_sees_not(&stranger, "Unnamed");
    assert_sees_not(&stranger, ">About<");
    assert_sees_not(&stranger, "Born");
    browser_close(&stranger);
    browser_close(&teacher);
}

struct press {
    struct browser browser;
    char path[600];
};

static void *press(void *context)
{
    struct press *one = context;
    browser_post(&one->browser, one->path, "x=y");
    return NULL;
}

/* The last button pressed twice: one decision, one share. */
static void test_pressed_twice(void **state)
{
    struct test_site *site = *state;
    struct press one, two;
    char item[100], fields[300], path[200];
    pthread_t thread;
    browser_open(&one.browser, site);
    browser_sign_in(&one.browser, "other");
    browser_open(&two.browser, site);
    browser_sign_in(&two.browser, "other");
    walk_to_recipients(&one.browser, "Pip+Finch");
    browser_post(&one.browser, NULL, "outside=health");
    walk_through_questions(&one.browser);
    walk_decide(&one.browser, "outcome=share&reasons=They+must+know.");
    browser_post(&one.browser, NULL, "x=y");
    browser_between(&one.browser, "name=\"items\" type=\"checkbox\" value=\"", "\"", item, sizeof item);
    snprintf(fields, sizeof fields, "items=%s", item);
    browser_post(&one.browser, NULL, fields);
    browser_post(&one.browser, NULL, "outside_name=Dr+Fern&link_medium=email&phrase_medium=landline");
    assert_non_null(strstr(one.browser.path, "/check"));
    snprintf(one.path, sizeof one.path, "%s", one.browser.path);
    snprintf(two.path, sizeof two.path, "%s", one.browser.path);
    browser_get(&two.browser, two.path);
    assert_int_equal(pthread_create(&thread, NULL, press, &two), 0);
    press(&one);
    pthread_join(thread, NULL);
    int sent = browser_sees(&one.browser, "ready to be picked up") + browser_sees(&two.browser, "ready to be picked up");
    assert_int_equal(sent, 1);
    browser_get(&one.browser, "/");
    browser_between(&one.browser, "href=\"/case/", "\"", path + strlen("/case/"), sizeof path - 10);
    memcpy(path, "/case/", strlen("/case/"));
    browser_get(&one.browser, path);
    const char *first = strstr(one.browser.body, ">Decision: Share<");
    assert_non_null(first);
    assert_null(strstr(first + 1, ">Decision: Share<"));
    browser_close(&two.browser);
    browser_close(&one.browser);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_upload),
        cmocka_unit_test(test_pickup),
        cmocka_unit_test(test_pickup_unnamed),
        cmocka_unit_test(test_pressed_twice),
    };
    return cmocka_run_group_tests(tests, site_begin, site_end);
}
