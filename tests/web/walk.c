#include "walk.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

/* The key of the question that the page asks. */
static void key_of(struct browser *browser, char *key, size_t size)
{
    browser_between(browser, "name=\"key\" value=\"", "\"", key, size);
}

int walk_through_questions(struct browser *browser)
{
    static const struct {
        const char *key, *value;
    } facts[] = {
        {"purpose", "section-47"},
        {"identifies", "living-person"},
        {"confidential", "true"},
        {"consent", "given"},
        {"consent_covers", "true"},
        {"child_harm", "evidence"},
        {"informing_raises_risk", "false"},
        {"urgent", "false"},
        {"recipient_needs_to_know", "true"},
        {"no_consent_ground", "none"},
        {"subject_age", "10"},
        {"public_function", "true"},
        {"vital_interests", "false"},
        {"legal_duty", "none"},
        {"adult_harm", "none"},
        {"serious_crime", "false"},
    };
    int asked = 0;
    while (strstr(browser->path, "/question")) {
        char key[100], fields[200];
        key_of(browser, key, sizeof key);
        const char *value = NULL;
        for (size_t i = 0; i < sizeof facts / sizeof *facts; i++)
            if (strcmp(facts[i].key, key) == 0)
                value = facts[i].value;
        if (!value)
            fail_msg("nobody told the test what to say to %s", key);
        snprintf(fields, sizeof fields, "key=%s&answer=%s", key, value);
        browser_post(browser, NULL, fields);
        assert_int_equal(browser->status, 200);
        assert_true(++asked < 20);
    }
    return asked;
}

void walk_to_recipients(struct browser *browser, const char *name)
{
    char fields[200];
    browser_get(browser, "/worry");
    snprintf(fields, sizeof fields, "name=%s", name);
    browser_post(browser, NULL, fields);
    if (strstr(browser->path, "/child"))
        browser_post(browser, NULL, "subject_id=new");
    assert_non_null(strstr(browser->path, "/born"));
    browser_post(browser, NULL, "born-day=4&born-month=5&born-year=2016&about=Year+5");
    assert_non_null(strstr(browser->path, "/seen"));
    browser_post(browser, NULL, "text=Came+with+a+bruise.%0D%0ASaid+he+fell.&nature=fact&historical=no");
    assert_non_null(strstr(browser->path, "/told"));
    browser_post(browser, NULL, "provider=&confidence=none");
    assert_non_null(strstr(browser->path, "/recipients"));
}

void walk_decide(struct browser *browser, const char *fields)
{
    char decide[600];
    assert_non_null(strstr(browser->path, "/answer"));
    snprintf(decide, sizeof decide, "%.*sdecide", (int)(strlen(browser->path) - strlen("answer")), browser->path);
    browser_get(browser, decide);
    browser_post(browser, NULL, fields);
    assert_int_equal(browser->status, 200);
}
