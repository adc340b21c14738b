/* A recorded decision is shown in the words of the version that answered, though another has the same rules. */
#include "../gate/pack_home.h"
#include "browser.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static struct pack_home home;

static int make(void **state)
{
    (void)state;
    pack_home_make(&home, NULL);
    return 0;
}

static int drop(void **state)
{
    (void)state;
    pack_home_drop(&home);
    return 0;
}

/* On both pages: how the answer came about, and the decision with what its words mean. */
static void check_pages(struct browser *browser, const struct id *decision, const char *outcome, const char *other,
                        const char *meaning, const char *other_meaning)
{
    char path[100];
    snprintf(path, sizeof path, "/decision/%s/path", decision->text);
    browser_get(browser, path);
    assert_sees(browser, "How the answer came about");
    assert_sees(browser, outcome);
    assert_sees_not(browser, other);
    snprintf(path, sizeof path, "/decision/%s", decision->text);
    browser_get(browser, path);
    assert_sees(browser, outcome);
    assert_sees(browser, meaning);
    assert_sees_not(browser, other);
    assert_sees_not(browser, other_meaning);
}

static void test_words_of_then(void **state)
{
    (void)state;
    struct error error;
    struct id adoption;
    struct visit *teacher = home_visit(&home.home, "teacher");
    struct decided before = home_decide(&home.home, teacher, TEXT(""));
    char command[400];
    /* only words change: the rules, and so the hash that answers carry, stay as they are */
    snprintf(command, sizeof command, "sed -i 's/You may share it/Go ahead and share it/; s/Free and informed agreement/A free yes/' %s/words.json",
             home.packs);
    assert_int_equal(system(command), 0);
    must(pack_propose_as(&home, "principal", "manchester-2016", pack_day(0), &adoption, &error), &error, "pack.propose");
    pack_effect_wait(&home, &adoption);
    must(pack_approve_as(&home, "boss", &adoption, &error), &error, "pack.approve");
    struct decided after = home_decide(&home.home, teacher, TEXT(""));
    visit_end(&teacher);

    /* after a restart too, when only the version in force is at hand until another is asked for */
    for (int restarted = 0; restarted < 2; restarted++) {
        struct test_site site = {0};
        struct browser browser;
        site_open(&site, &home.home);
        browser_open(&browser, &site);
        browser_sign_in(&browser, "teacher");
        for (int again = 0; again < 2; again++) {
            check_pages(&browser, &after.decision_id, "Go ahead and share it", "You may share it", "A free yes", "Free and informed");
            check_pages(&browser, &before.decision_id, "You may share it", "Go ahead and share it", "Free and informed", "A free yes");
        }
        browser_close(&browser);
        site_close(&site);
        if (!restarted)
            home_reopen(&home.home);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_words_of_then, make, drop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
