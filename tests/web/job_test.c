#include "walk.h"
#include "provision.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

/* A teacher, without script, from the worry to the thing sent; the social worker takes and answers it; the teacher
 * sees that. */
static void test_main_job(void **state)
{
    struct test_site *site = *state;
    struct browser teacher, worker;
    char fields[600], receipt[100], case_id[100];
    browser_open(&teacher, site);
    browser_sign_in(&teacher, "teacher");
    assert_sees(&teacher, "I am worried about a child");
    walk_to_recipients(&teacher, "Robin+Example");

    browser_post(&teacher, NULL, "outside=");
    assert_int_equal(teacher.status, 422);
    assert_sees(&teacher, "Choose who needs to know");
    snprintf(fields, sizeof fields, "agencies=%s&outside=", site->home.social_care.text);
    browser_post(&teacher, NULL, fields);
    assert_non_null(strstr(teacher.path, "/question"));
    assert_sees(&teacher, "Why we ask this");
    int asked = walk_through_questions(&teacher);
    print_message("  %d questions\n", asked);
    assert_true(asked <= 10);
    assert_non_null(strstr(teacher.path, "/answer"));
    assert_sees(&teacher, "You may share it");
    assert_sees(&teacher, "Why it is lawful");
    assert_sees(&teacher, "What is left for you to do");
    assert_sees(&teacher, "the system knows this");
    PROVISION("MAN-08");
    assert_sees(&teacher, "What the words mean");
    assert_sees(&teacher, "Free and informed agreement, which can be taken back at any time.");
    PROVISION("BEX-08");

    char decide[600];
    snprintf(decide, sizeof decide, "%.*sdecide", (int)(strlen(teacher.path) - strlen("answer")), teacher.path);
    browser_get(&teacher, decide);
    assert_sees(&teacher, "The policy says: You may share it.");
    assert_sees_not(&teacher, "checked"); /* nothing is chosen for the person */
    assert_sees(&teacher, "About <strong>Robin Example</strong>");
    browser_post(&teacher, NULL, "outcome=share&reasons=");
    assert_int_equal(teacher.status, 422);
    assert_sees(&teacher, "There is a problem");
    browser_post(&teacher, NULL, "outcome=share&reasons=The+bruise.&consulted=Head");
    assert_non_null(strstr(teacher.path, "/documents"));
    browser_post(&teacher, NULL, "x=y");
    assert_non_null(strstr(teacher.path, "/content"));
    char item[100];
    browser_between(&teacher, "name=\"items\" type=\"checkbox\" value=\"", "\"", item, sizeof item);
    assert_sees(&teacher, "checked");
    snprintf(fields, sizeof fields, "items=%s&message=Please+look+today.", item);
    browser_post(&teacher, NULL, fields);
    assert_non_null(strstr(teacher.path, "/check"));
    assert_sees(&teacher, "Brook Social Care");
    assert_sees(&teacher, "Came with a bruise.");
    browser_post(&teacher, NULL, "x=y");
    assert_non_null(strstr(teacher.path, "/sent/"));
    assert_sees(&teacher, "It has been sent");
    assert_sees(&teacher, "<li>Brook Social Care</li>");

    browser_open(&worker, site);
    browser_sign_in(&worker, "worker");
    assert_sees(&worker, "From Elm School");
    assert_sees_not(&worker, "Robin Example");
    browser_between(&worker, "href=\"/received/", "\"", receipt, sizeof receipt);
    char path[200];
    snprintf(path, sizeof path, "/received/%s", receipt);
    browser_get(&worker, path);
    assert_sees_not(&worker, "Robin Example");
    snprintf(path, sizeof path, "/received/%s/open", receipt);
    browser_post(&worker, path, "x=y");
    assert_sees(&worker, "Robin Example");
    assert_sees(&worker, "Before you read: the limits");
    assert_sees(&worker, "The person agreed to this sharing");
    assert_sees(&worker, "Fact");
    assert_sees(&worker, "Please look today.");
    assert_true(strstr(worker.body, "Before you read") < strstr(worker.body, "Came with a bruise"));
    PROVISION("MAN-04");
    snprintf(path, sizeof path, "/received/%s/answer", receipt);
    browser_post(&worker, path, "action=");
    assert_int_equal(worker.status, 422);
    browser_post(&worker, path, "action=We+visit+this+afternoon.");
    assert_int_equal(worker.status, 200);
    assert_sees(&worker, "What you said you will do");

    browser_get(&teacher, "/");
    assert_sees(&teacher, "Robin Example – What you shared was received and answered");
    browser_between(&teacher, "href=\"/case/", "\"", case_id, sizeof case_id);
    snprintf(path, sizeof path, "/case/%s", case_id);
    browser_get(&teacher, path);
    assert_sees(&teacher, "We visit this afternoon.");
    assert_sees(&teacher, "Decision: Share");
    assert_sees(&teacher, ">1 item, sent today at");
    PROVISION("BEX-07");

    /* deciding again asks only what may have changed, and says where the rest comes from */
    snprintf(fields, sizeof fields, "%s/worry", path);
    browser_post(&teacher, fields, "x=y");
    assert_non_null(strstr(teacher.path, "/recipients"));
    snprintf(fields, sizeof fields, "agencies=%s", site->home.social_care.text);
    browser_post(&teacher, NULL, fields);
    int again = walk_through_questions(&teacher);
    assert_true(again < asked);
    assert_sees(&teacher, "was answered for the decision of");
    assert_sees(&teacher, "You may share it");

    /* another agency's ids are as if they were not there */
    browser_get(&worker, path);
    assert_int_equal(worker.status, 404);
    assert_sees_not(&worker, "Robin");
    browser_close(&worker);
    browser_close(&teacher);
}

/* Deciding not to share ends with the reasons; a decision that differs says whom it tells. */
static void test_not_sharing(void **state)
{
    struct test_site *site = *state;
    struct browser teacher;
    char fields[200];
    browser_open(&teacher, site);
    browser_sign_in(&teacher, "teacher");
    walk_to_recipients(&teacher, "Sam+Example");
    snprintf(fields, sizeof fields, "agencies=%s", site->home.social_care.text);
    browser_post(&teacher, NULL, fields);
    walk_through_questions(&teacher);
    walk_decide(&teacher, "outcome=do-not-share&reasons=I+know+more+than+the+questions+ask.");
    assert_non_null(strstr(teacher.path, "/check"));
    assert_sees(&teacher, "Nothing is sent to anybody");
    browser_post(&teacher, NULL, "x=y");
    assert_sees(&teacher, "Your decision is recorded");
    assert_sees(&teacher, "designated lead has been told");
    PROVISION("BEX-06");
    browser_close(&teacher);
}

/* A lead finds the cases of her agency from her first page: those without a decision, and how the others stand. */
static void test_cases_of_agency(void **state)
{
    struct test_site *site = *state;
    struct browser teacher, head, worker;
    char fields[200], case_id[100], path[200];
    browser_open(&teacher, site);
    browser_open(&head, site);
    browser_open(&worker, site);
    browser_sign_in(&teacher, "teacher");
    walk_to_recipients(&teacher, "Quill+Undecided");
    browser_sign_in(&head, "head");
    assert_sees(&head, "<a class=\"govuk-link\" href=\"/cases?which=undecided\">Cases with no decision yet</a>");
    browser_get(&head, "/cases?which=undecided");
    assert_int_equal(head.status, 200);
    assert_sees(&head, "Quill Undecided");
    assert_sees(&head, "No decision yet");
    assert_sees(&head, "Something was written down today at");
    assert_sees(&head, "by teacher");
    browser_between(&head, "<a class=\"govuk-link\" href=\"/case/", "\"", case_id, sizeof case_id);
    snprintf(path, sizeof path, "/case/%s", case_id);
    browser_get(&head, path);
    assert_sees(&head, "Quill Undecided");
    assert_sees(&head, "<a href=\"/cases\" class=\"govuk-back-link\">"); /* the list that she came from */
    browser_get(&teacher, "/");
    assert_sees(&teacher, "No decision yet");

    walk_to_recipients(&teacher, "Quill+Decided");
    snprintf(fields, sizeof fields, "agencies=%s", site->home.social_care.text);
    browser_post(&teacher, NULL, fields);
    walk_through_questions(&teacher);
    walk_decide(&teacher, "outcome=do-not-share&reasons=I+know+more+than+the+questions+ask.");
    browser_post(&teacher, NULL, "x=y");
    assert_sees(&teacher, "About <strong>Quill Decided</strong>. Recorded on ");
    assert_sees(&teacher, "A receipt, to keep or to print");
    browser_between(&teacher, "<a class=\"govuk-link\" href=\"/decision/", "/proof#take\"", fields, sizeof fields);
    snprintf(path, sizeof path, "/decision/%.26s/proof", fields);
    browser_get(&teacher, path);
    assert_sees(&teacher, "id=\"take\"");
    browser_get(&head, "/cases?which=undecided");
    assert_sees_not(&head, "Quill Decided");
    browser_get(&head, "/cases");
    assert_sees(&head, "Quill Decided");
    assert_sees(&head, "Decision: Do not share");
    browser_get(&head, "/cases?which=unanswered");
    assert_sees_not(&head, "Quill");
    browser_get(&head, "/cases?which=all&page=9");
    assert_sees(&head, "There is no such page");
    browser_get(&head, "/cases?which=nonsense&page=nonsense"); /* an address that somebody has cut short */
    assert_sees(&head, "Quill Undecided");

    /* a governance lead sees no case; what stands on the list of decisions can be read nevertheless */
    home_hire(&site->home, &site->home.school, "governance", "governance");
    struct browser governance;
    browser_open(&governance, site);
    browser_sign_in(&governance, "governance");
    browser_get(&governance, "/decisions");
    browser_between(&governance, "<a class=\"govuk-link\" href=\"/decision/", "\"", case_id, sizeof case_id);
    snprintf(path, sizeof path, "/decision/%s", case_id);
    browser_get(&governance, path);
    assert_int_equal(governance.status, 200);
    assert_sees(&governance, "Quill Decided");
    assert_sees(&governance, "<a href=\"/decisions\" class=\"govuk-back-link\">");
    /* and they have a case destroyed without seeing it */
    browser_between(&governance, "<a class=\"govuk-link\" href=\"/case/", "/destroy", case_id, sizeof case_id);
    snprintf(path, sizeof path, "/case/%s/hold", case_id);
    browser_get(&governance, path);
    assert_sees(&governance, "<a href=\"/decisions\" class=\"govuk-back-link\">");
    snprintf(path, sizeof path, "/case/%s/destroy", case_id);
    browser_get(&governance, path);
    assert_sees(&governance, "<a href=\"/decisions\" class=\"govuk-back-link\">");
    snprintf(fields, sizeof fields, "what=case%%2F%s", case_id);
    browser_post(&governance, NULL, fields);
    browser_post(&governance, NULL, "rule=retention");
    browser_post(&governance, NULL, "stands=Schedule+3");
    browser_post(&governance, NULL, "paper=none");
    browser_post(&governance, NULL, "media=none");
    assert_int_equal(governance.status, 200);
    assert_sees(&governance, "Check what you propose");
    assert_sees_not(&governance, "Quill");
    browser_post(&governance, NULL, "x=y");
    assert_sees(&governance, "Proposed to be destroyed");
    browser_close(&governance);

    browser_get(&teacher, "/cases");
    assert_int_equal(teacher.status, 403);
    assert_sees_not(&teacher, "Quill");
    browser_get(&teacher, "/");
    assert_sees_not(&teacher, "href=\"/cases");
    browser_sign_in(&worker, "worker");
    browser_get(&worker, "/cases");
    assert_int_equal(worker.status, 403);
    assert_sees_not(&worker, "Quill");
    browser_close(&worker);
    browser_close(&head);
    browser_close(&teacher);
}

/* A list that is cut short says so, and where the rest stands. */
static void test_long_list(void **state)
{
    struct test_site *site = *state;
    struct browser head;
    browser_open(&head, site);
    browser_sign_in(&head, "head");
    browser_get(&head, "/decisions");
    assert_sees_not(&head, "Older ones");
    struct visit *teacher = home_visit(&site->home, "teacher");
    for (int i = 0; i < DECISIONS_LISTED; i++)
        home_decide(&site->home, teacher, TEXT(""));
    browser_get(&head, "/decisions");
    assert_sees(&head, "these are the newest 100. Older ones stand in <a class=\"govuk-link\" href=\"/cases\">their cases</a>");
    browser_get(&head, "/cases?page=2");
    assert_sees(&head, "This is page 2 of 5");
    assert_sees(&head, "rel=\"prev\"");
    assert_sees(&head, "href=\"/cases?which=all&amp;page=3\"");
    struct browser teachers;
    browser_open(&teachers, site);
    browser_sign_in(&teachers, "teacher");
    assert_sees(&teachers, "older cases</span>"); /* folded away */
    browser_close(&teachers);
    browser_close(&head);
}

/* A case is found by a name from the first page: the name stands in no address, and nobody finds what is not theirs. */
static void test_find(void **state)
{
    struct test_site *site = *state;
    struct browser teacher, head, worker;
    char path[200], case_id[100];
    browser_open(&teacher, site);
    browser_open(&head, site);
    browser_open(&worker, site);
    browser_sign_in(&worker, "worker");
    assert_sees_not(&worker, "Find a case"); /* there is none to be found */
    browser_sign_in(&teacher, "teacher");
    walk_to_recipients(&teacher, "Zinnia+Quillfether");
    browser_get(&teacher, "/");
    assert_sees(&teacher, "Find a case by the child’s name");
    browser_post(&teacher, "/cases/find", "name=quillfether");
    assert_int_equal(teacher.status, 200);
    assert_string_equal(teacher.path, "/cases/find");
    assert_sees(&teacher, "1 case with a name like “quillfether”");
    browser_between(&teacher, "<a class=\"govuk-link\" href=\"/case/", "\"", case_id, sizeof case_id);
    snprintf(path, sizeof path, "/case/%s", case_id);
    browser_get(&teacher, path);
    assert_sees(&teacher, "Zinnia Quillfether");
    browser_get(&teacher, "/cases/find?name=quillfether");
    assert_sees_not(&teacher, "quillfether"); /* an address is not asked */
    browser_post(&teacher, NULL, "name=++");
    assert_int_equal(teacher.status, 422);
    assert_sees(&teacher, "There is a problem");
    assert_sees(&teacher, "<a href=\"#name\">Write the name, or a part of it</a>");
    browser_post(&teacher, "/cases/find", "name=Wilhelmina");
    assert_sees(&teacher, "No case with a name like “Wilhelmina”");
    assert_sees(&teacher, "Try the family name alone");

    browser_get(&worker, "/cases/find");
    browser_post(&worker, NULL, "name=Zinnia+Quillfether");
    assert_int_equal(worker.status, 200);
    assert_sees(&worker, "No case with a name like");
    assert_sees(&worker, "ask them to add you to it");
    assert_sees_not(&worker, path);
    browser_sign_in(&head, "head");
    browser_get(&head, "/cases");
    browser_post(&head, "/cases/find", "name=Zinnia+Quillfether");
    assert_sees(&head, path);
    assert_sees(&head, "every case of your agency");
    snprintf(path, sizeof path, "/case/%s/looks", case_id);
    browser_get(&teacher, path);
    assert_sees(&teacher, "The cases found by a name");
    browser_close(&worker);
    browser_close(&head);
    browser_close(&teacher);
}

/* Where nobody else could approve a disposal, that is said before it is proposed; where somebody can, who. */
static void test_who_approves(void **state)
{
    struct test_site *site = *state;
    struct browser worker, chief;
    char case_id[100], path[200], fields[200];
    home_hire(&site->home, &site->home.social_care, "chief", "manager");
    browser_open(&worker, site);
    browser_open(&chief, site);
    browser_sign_in(&worker, "worker");
    walk_to_recipients(&worker, "Quince+Finished");
    browser_sign_in(&chief, "chief");
    browser_get(&chief, "/cases");
    browser_between(&chief, "<a class=\"govuk-link\" href=\"/case/", "\"", case_id, sizeof case_id);
    snprintf(path, sizeof path, "/case/%s/destroy", case_id);
    browser_get(&chief, path);
    snprintf(fields, sizeof fields, "what=case%%2F%s", case_id);
    browser_post(&chief, NULL, fields);
    browser_post(&chief, NULL, "rule=retention");
    browser_post(&chief, NULL, "stands=Schedule+3");
    browser_post(&chief, NULL, "paper=none");
    browser_post(&chief, NULL, "media=none");
    assert_non_null(strstr(chief.path, "/check"));
    assert_sees(&chief, "Nobody else in your agency can approve it.");
    home_hire(&site->home, &site->home.social_care, "guardian", "governance");
    browser_get(&chief, chief.path);
    assert_sees_not(&chief, "Nobody else");
    assert_sees(&chief, "<li>guardian, guardian</li>");
    assert_sees_not(&chief, "<li>chief");
    assert_sees_not(&chief, "<li>worker");
    assert_sees_not(&chief, "<li>head"); /* of another agency */
    browser_post(&chief, NULL, "x=y");
    assert_sees(&chief, "Proposed to be destroyed");
    assert_sees(&chief, "<li>guardian, guardian</li>");
    browser_close(&chief);
    browser_close(&worker);
}

/* Where the link "Back" of the page leads. */
static void go_back(struct browser *browser)
{
    char written[400], place[400];
    size_t n = 0;
    browser_between(browser, "<nav aria-label=\"Back\"><a href=\"", "\"", written, sizeof written);
    for (const char *at = written; *at; n++) {
        place[n] = *at;
        at += strncmp(at, "&amp;", 5) == 0 ? 5 : 1;
    }
    place[n] = '\0';
    browser_get(browser, place);
    assert_int_equal(browser->status, 200);
}

/* From the answer, "Back" leads through all that was replied, "I do not know" too, to who needs to know. Only from a
 * reply that somebody came to change does it lead to the answer. */
static void test_back(void **state)
{
    struct test_site *site = *state;
    struct browser browser;
    char fields[200], first[100], key[100], last[100] = "", change[300];
    browser_open(&browser, site);
    browser_sign_in(&browser, "teacher");
    walk_to_recipients(&browser, "Finch+Example");
    snprintf(fields, sizeof fields, "agencies=%s", site->home.social_care.text);
    browser_post(&browser, NULL, fields);
    browser_between(&browser, "name=\"key\" value=\"", "\"", first, sizeof first);
    snprintf(fields, sizeof fields, "key=%s&other=unknown", first);
    browser_post(&browser, NULL, fields);
    int asked = 1 + walk_through_questions(&browser);
    assert_true(asked > 3);
    snprintf(change, sizeof change, "%.*squestion?key=%s", (int)(strlen(browser.path) - strlen("answer")), browser.path, first);
    for (int i = 0; i < asked; i++) {
        go_back(&browser);
        browser_between(&browser, "name=\"key\" value=\"", "\"", key, sizeof key);
        assert_string_not_equal(key, last);
        memcpy(last, key, sizeof last);
    }
    assert_string_equal(key, first);
    assert_sees(&browser, "You said that you do not know this");
    go_back(&browser);
    assert_sees(&browser, "Who needs to know?");

    browser_get(&browser, change);
    go_back(&browser);
    assert_non_null(strstr(browser.path, "/answer"));
    browser_close(&browser);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_main_job),
        cmocka_unit_test(test_cases_of_agency),
        cmocka_unit_test(test_find), cmocka_unit_test(test_who_approves),
        cmocka_unit_test(test_long_list),
        cmocka_unit_test(test_not_sharing),
        cmocka_unit_test(test_back),
    };
    return cmocka_run_group_tests(tests, site_begin, site_end);
}
