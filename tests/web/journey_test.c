#include "case/case.h"
#include "disposal/disposal.h"
#include "form_page.h"
#include "rules/rules.h"
#include "web.h"
#include "worry/worry.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

/*
 * Each field of every command that pages offer stands on exactly one page of its journey. What the journey fills in
 * itself is said here, with the reason.
 */
static const struct {
    const struct command *command;
    const char *field, *why;
} filled[] = {
    {&item_record_command, "case_id", "the case that the journey is about"},
    {&decision_record_command, "cases", "the cases that the journey is about"},
    {&decision_record_command, "facts_of", "the pages that ask the policy's questions"},
    {&decision_record_command, "outcomes", "the page that asks what is decided, where the answers differ"},
    {&decision_record_command, "usual", "the journey: its questions take it as given too"},
    {&decision_record_command, "facts", "the pages that ask the policy's questions"},
    {&share_send_command, "decisions", "the decision that was recorded just before"},
    {&case_admit_command, "case_id", "the address"},
    {&case_release_command, "case_id", "the address"},
    {&post_add_command, "agency_id", "the address"},
    {&account_add_command, "post_id", "the address"},
    {&pack_review_command, "adoption_id", "the address"},
    {&hold_place_command, "case_id", "the address"},
    {&hold_place_received_command, "receipt_id", "the address"},
    {&disposal_propose_command, "case_id", "the address of the first page"},
    {&disposal_propose_command, "item_id", "the page that asks what is to be destroyed"},
    {&disposal_propose_command, "document_id", "the page that asks what is to be destroyed"},
    {&disposal_propose_command, "decision_id", "the page that asks what is to be destroyed"},
    {&pack_propose_command, "pack", "the page that offers the versions, then the address"},
    {&pack_propose_command, "version_id", "the page that offers the versions, then the address"},
};

static bool is_filled(const struct command *command, const char *field)
{
    for (size_t i = 0; i < sizeof filled / sizeof *filled; i++)
        if (filled[i].command == command && strcmp(filled[i].field, field) == 0)
            return true;
    return false;
}

static int pages_of(const struct step *step, const struct command *command, const char *field)
{
    int n = 0;
    for (size_t i = 0; step->command == command && i < STEP_FIELDS && step->field[i].name; i++)
        n += strcmp(step->field[i].name, field) == 0;
    return n;
}

static int all_pages_of(const struct command *command, const char *field)
{
    int n = 0;
    for (const struct worry_page *page = worry_pages; page->step.name; page++)
        n += pages_of(&page->step, command, field);
    for (const struct form_page *page = form_pages; page->step.name; page++)
        n += pages_of(&page->step, command, field);
    for (const struct step *step = rules_steps; step->name; step++)
        n += pages_of(step, command, field);
    for (const struct step *step = disposal_steps; step->name; step++)
        n += pages_of(step, command, field);
    return n;
}

static void check_command(const struct command *command)
{
    for (size_t i = 0; i < command->takes_n; i++) {
        const char *field = command->takes[i].name;
        int n = all_pages_of(command, field), expected = is_filled(command, field) ? 0 : 1;
        if (n != expected)
            fail_msg("%s: %s stands on %d pages, not %d", command->name, field, n, expected);
    }
}

static void test_each_field_once(void **state)
{
    (void)state;
    size_t commands = 0;
    for (const struct worry_page *page = worry_pages; page->step.name; page++, commands++)
        check_command(page->step.command);
    for (const struct form_page *page = form_pages; page->step.name; page++, commands++)
        check_command(page->step.command);
    for (const struct step *step = rules_steps; step->name; step++, commands++)
        check_command(step->command);
    for (const struct step *step = disposal_steps; step->name; step++, commands++)
        check_command(step->command);
    assert_true(commands >= 17);
}

/* A page names only fields that its command has. */
static void check_names(const struct step *step)
{
    for (size_t i = 0; i < STEP_FIELDS && step->field[i].name; i++)
        if (!form_field(step->command->takes, step->command->takes_n, step->field[i].name))
            fail_msg("%s: %s has no field %s", step->name, step->command->name, step->field[i].name);
}

static void test_names(void **state)
{
    (void)state;
    for (const struct worry_page *page = worry_pages; page->step.name; page++)
        check_names(&page->step);
    for (const struct form_page *page = form_pages; page->step.name; page++)
        check_names(&page->step);
    for (const struct step *step = rules_steps; step->name; step++)
        check_names(step);
    for (const struct step *step = disposal_steps; step->name; step++)
        check_names(step);
}

/* A button's command takes one id, of what the path names. */
static void test_buttons(void **state)
{
    (void)state;
    const struct http_table *table = web_table();
    size_t buttons = 0;
    for (size_t i = 0; i < table->n; i++) {
        const struct page *page = table->routes[i].data;
        if (!page || table->routes[i].handler != asking_post || page->take != button_take)
            continue;
        const struct button *button = page->data;
        char part[80];
        buttons++;
        snprintf(part, sizeof part, "/{%s}", button->parameter);
        if (button->command->takes_n != 1 || button->command->takes[0].kind != FIELD_ID ||
            strcmp(button->command->takes[0].about, button->parameter) != 0 || !strstr(table->routes[i].pattern, part))
            fail_msg("%s does not take the %s of its path", button->command->name, button->parameter);
    }
    assert_true(buttons >= 11);
}

/* A proposal asks one thing a page. */
static void test_one_question_a_page(void **state)
{
    (void)state;
    const struct step *const journeys[] = {disposal_steps, rules_steps};
    for (size_t j = 0; j < sizeof journeys / sizeof *journeys; j++)
        for (const struct step *step = journeys[j]; step->name; step++)
            if (!step->field[0].name || step->field[1].name)
                fail_msg("%s does not ask one thing", step->name);
}

/* Each step's page leads to one that is there: the fixed ways of the table. */
static void test_ways(void **state)
{
    (void)state;
    static const char *const others[] = {"", "child", "question", "answer", "documents", "check"};
    for (const struct worry_page *page = worry_pages; page->step.name; page++)
        for (int way = 0; way < 2; way++) {
            const char *name = way ? page->next : page->back;
            bool there = name == NULL;
            for (size_t i = 0; !there && i < sizeof others / sizeof *others; i++)
                there = strcmp(others[i], name) == 0;
            for (const struct worry_page *to = worry_pages; !there && to->step.name; to++)
                there = strcmp(to->step.name, name) == 0;
            if (!there)
                fail_msg("%s leads to %s, which is not there", page->step.name, name);
        }
}

/* Words that a name in the address of another site, or a script, could hide behind. */
static void test_local_paths(void **state)
{
    (void)state;
    static const char *const good[] = {"/", "/case/01m800m1kjgygszh8gr6mnw6xb", "/worry/x/question?key=consent"};
    static const char *const bad[] = {"",
                                      "//evil.example",
                                      "/\\evil.example",
                                      "https://evil.example",
                                      "javascript:alert(1)",
                                      "evil",
                                      "/a\nb",
                                      "\\\\evil",
                                      "/ b"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        assert_true(asking_is_local(text_of(good[i])));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(asking_is_local(text_of(bad[i])));
}

/* The page that tells of a hundred decisions has all their ids in its address. */
static void test_long_addresses(void **state)
{
    (void)state;
    ARENA_SCOPE struct arena *arena = arena_new(1 << 20, ARENA_PLAIN);
    struct asking asking = {.arena = arena};
    char with[100 * 32];
    memset(with, 'a', sizeof with);
    assert_int_equal(asking_go(&asking, "/sent/%.*s%s", (int)sizeof with, with, "z"), 0);
    assert_int_equal(asking.next.n, sizeof with + 7);
    assert_true(text_starts(asking.next, TEXT("/sent/aa")) && text_ends(asking.next, TEXT("az")));
}

/* Who looked at a case is told in words, whatever page they looked at. */
static void test_looks_have_words(void **state)
{
    (void)state;
    for (size_t i = 0; work_views[i]; i++)
        if (work_views[i]->personal && !case_look_words(text_of(work_views[i]->name)))
            fail_msg("%s has no words for those who read who looked", work_views[i]->name);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_field_once),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_buttons),
        cmocka_unit_test(test_one_question_a_page),
        cmocka_unit_test(test_ways),
        cmocka_unit_test(test_local_paths),
        cmocka_unit_test(test_long_addresses),
        cmocka_unit_test(test_looks_have_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
