/* The cases of an agency: who sees which of them, how they stand, page by page; and that whoever looked is on record in each. */
#include "both.h"
#include "home.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

static struct test_home home;
static struct visit *teacher, *head, *worker, *manager;

static struct id open_case(struct visit *visit, const char *name)
{
    struct error error;
    struct case_open open = {.name = text_of(name), .born = {2015, 4, 1}};
    struct case_opened opened;
    must(visit_act_wait(visit, &case_open_command, &open, &opened, &error), &error, "case.open");
    return opened.case_id;
}

static struct view_rows look(struct visit *visit, const char *which, int64_t page)
{
    struct error error;
    struct view_rows rows;
    struct case_agency in = {text_of(which), page};
    must(visit_look(visit, &case_agency_view, &in, &rows, &error), &error, "case.agency");
    return rows;
}

static const struct case_row *find(const struct view_rows *rows, const struct id *case_id)
{
    for (size_t i = 0; i < rows->n; i++)
        if (id_equal(&VISIT_ROW(*rows, struct case_row, i)->case_id, case_id))
            return VISIT_ROW(*rows, struct case_row, i);
    return NULL;
}

/* A lead finds a case in which nothing was decided, though nobody put her on its list; and so it is told to those who are. */
static void test_undecided(void **state)
{
    (void)state;
    struct error error;
    struct id case_id = open_case(teacher, "Robin Undecided");
    struct item_record item = {.case_id = case_id, .text = TEXT("A bruise."), .nature = TEXT("fact")};
    struct item_recorded recorded;
    must(visit_act_wait(teacher, &item_record_command, &item, &recorded, &error), &error, "item.record");
    struct view_rows rows = look(head, "undecided", 0);
    const struct case_row *row = find(&rows, &case_id);
    assert_non_null(row);
    assert_true(text_equal(row->name, TEXT("Robin Undecided")));
    assert_true(text_equal(row->opened_by, TEXT("teacher")));
    assert_int_equal(row->items, 1);
    assert_true(row->last_at.at > row->opened_at.at);
    assert_false(id_is_set(&row->decision_id));
    assert_int_equal(row->of, rows.n);

    home_settle(head);
    struct case_of of = {case_id};
    must(visit_look(teacher, &case_looks_view, &of, &rows, &error), &error, "case.looks");
    assert_int_equal(rows.n, 1);
    assert_true(text_equal(VISIT_ROW(rows, struct look_row, 0)->what, TEXT("case.agency")));
    assert_true(text_equal(VISIT_ROW(rows, struct look_row, 0)->person, TEXT("head")));

    struct decided decided = home_decide(&home, teacher, TEXT(""));
    rows = look(head, "undecided", 0);
    assert_null(find(&rows, &decided.case_id));
    assert_non_null(find(&rows, &case_id));
    rows = look(head, "all", 0);
    assert_non_null(find(&rows, &case_id));
    row = find(&rows, &decided.case_id);
    assert_non_null(row);
    assert_true(id_equal(&row->decision_id, &decided.decision_id));
    assert_true(text_equal(row->decided, TEXT("share")));
    assert_int_equal(row->last_at.at, row->decided_at.at);
}

/* What was sent waits until somebody has answered it. */
static void test_unanswered(void **state)
{
    (void)state;
    struct error error;
    struct view_rows rows;
    struct nothing nothing = {0};
    struct decided decided = home_decide(&home, teacher, TEXT(""));
    rows = look(head, "unanswered", 0);
    assert_null(find(&rows, &decided.case_id));
    struct share_send send = {.decisions = {&decided.decision_id, 1}, .items = {&decided.item_id, 1}};
    struct share_sent sent;
    must(visit_act_wait(teacher, &share_send_command, &send, &sent, &error), &error, "share.send");
    rows = look(head, "unanswered", 0);
    assert_non_null(find(&rows, &decided.case_id));
    assert_int_equal(find(&rows, &decided.case_id)->unanswered, 1);

    must(visit_look(worker, &receipt_list_view, &nothing, &rows, &error), &error, "receipt.list");
    struct receipt_of of = {VISIT_ROW(rows, struct receipt_row, 0)->receipt_id};
    struct receipt_opened taken;
    must(visit_act_wait(worker, &receipt_open_command, &of, &taken, &error), &error, "receipt.open");
    rows = look(head, "unanswered", 0);
    assert_non_null(find(&rows, &decided.case_id)); /* opened is not answered */
    struct receipt_confirm confirm = {of.receipt_id, TEXT("We will see her tomorrow.")};
    struct receipt_confirmed confirmed;
    must(visit_act_wait(worker, &receipt_confirm_command, &confirm, &confirmed, &error), &error, "receipt.confirm");
    rows = look(head, "unanswered", 0);
    assert_null(find(&rows, &decided.case_id));
    rows = look(head, "all", 0);
    assert_int_equal(find(&rows, &decided.case_id)->shares, 1);
    assert_int_equal(find(&rows, &decided.case_id)->unanswered, 0);
    struct case_of case_of = {decided.case_id}; /* the case's own page, and the teacher's list, say the same */
    must(visit_look(teacher, &case_read_view, &case_of, &rows, &error), &error, "case.read");
    assert_int_equal(VISIT_ROW(rows, struct case_row, 0)->unanswered, 0);
    must(visit_look(teacher, &case_list_view, &nothing, &rows, &error), &error, "case.list");
    assert_true(id_equal(&find(&rows, &decided.case_id)->decision_id, &decided.decision_id));
}

/* Each agency its own, and only those who answer for it. */
static void test_reach(void **state)
{
    (void)state;
    struct error error;
    struct view_rows rows;
    struct case_agency in = {.which = TEXT("all")};
    struct id theirs = open_case(worker, "Kit Elsewhere"), ours = open_case(teacher, "Sam Here");
    rows = look(manager, "all", 0);
    assert_non_null(find(&rows, &theirs));
    assert_null(find(&rows, &ours));
    rows = look(head, "all", 0);
    assert_null(find(&rows, &theirs));
    assert_non_null(find(&rows, &ours));
    assert_int_equal(visit_look(teacher, &case_agency_view, &in, &rows, &error), ERROR_FORBIDDEN);
    struct visit *governance = home_visit(&home, "governance"), *administrator = home_visit(&home, "administrator"), *visitor;
    assert_int_equal(visit_look(governance, &case_agency_view, &in, &rows, &error), ERROR_FORBIDDEN);
    assert_int_equal(visit_look(administrator, &case_agency_view, &in, &rows, &error), ERROR_FORBIDDEN);
    must(visit_begin(home.gate, home.arena, &visitor, &error), &error, "visit_begin");
    assert_int_equal(visit_look(visitor, &case_agency_view, &in, &rows, &error), ERROR_UNAUTHENTICATED);

    home_settle(manager); /* they saw nothing of ours, and no look of theirs stands there */
    struct case_of of = {ours};
    must(visit_look(teacher, &case_looks_view, &of, &rows, &error), &error, "case.looks");
    for (size_t i = 0; i < rows.n; i++)
        assert_false(text_equal(VISIT_ROW(rows, struct look_row, i)->person, TEXT("manager")));
}

/* A governance lead sees no case, but each decision of the list that is theirs to see; none of another agency's. */
static void test_governance(void **state)
{
    (void)state;
    struct error error;
    struct view_rows rows;
    struct nothing nothing = {0};
    struct visit *governance = home_visit(&home, "governance"), *elsewhere = home_visit(&home, "elsewhere");
    struct decided decided = home_decide(&home, teacher, TEXT(""));
    struct decision_of of = {decided.decision_id};
    struct case_of case_of = {decided.case_id};
    must(visit_look(governance, &decision_agency_view, &nothing, &rows, &error), &error, "decision.agency");
    assert_true(id_equal(&VISIT_ROW(rows, struct decision_row, 0)->decision_id, &decided.decision_id));
    must(visit_look(governance, &decision_read_view, &of, &rows, &error), &error, "decision.read");
    home_settle(governance);
    must(visit_look(teacher, &case_looks_view, &case_of, &rows, &error), &error, "case.looks");
    assert_int_equal(rows.n, 2); /* the list, and the decision */
    assert_int_equal(visit_look(governance, &case_read_view, &case_of, &rows, &error), ERROR_MISSING);
    assert_int_equal(visit_look(elsewhere, &decision_read_view, &of, &rows, &error), ERROR_MISSING);
    struct share_send send = {.decisions = {&decided.decision_id, 1}, .items = {&decided.item_id, 1}};
    struct share_sent sent;
    assert_int_equal(visit_act_wait(governance, &share_send_command, &send, &sent, &error), ERROR_MISSING); /* to read is not to act */
}

/* The newest first, none twice, none left out; a look stands only in those that were on the page. */
static void test_pages(void **state)
{
    (void)state;
    struct error error;
    struct view_rows rows;
    int64_t before = look(manager, "all", 0).n ? VISIT_ROW(look(manager, "all", 0), struct case_row, 0)->of : 0;
    enum { MORE = CASES_ON_PAGE + 5 };
    struct id made[MORE];
    for (int i = 0; i < MORE; i++)
        made[i] = open_case(worker, "Alex Manifold");
    rows = look(manager, "all", 1);
    assert_int_equal(rows.n, CASES_ON_PAGE);
    for (int i = 0; i < CASES_ON_PAGE; i++) {
        assert_true(id_equal(&VISIT_ROW(rows, struct case_row, i)->case_id, &made[MORE - 1 - i]));
        assert_int_equal(VISIT_ROW(rows, struct case_row, i)->of, before + MORE);
    }
    home_settle(manager);
    struct case_of of = {made[0]};
    must(visit_look(worker, &case_looks_view, &of, &rows, &error), &error, "case.looks");
    assert_int_equal(rows.n, 0);
    rows = look(manager, "all", 2);
    assert_int_equal(rows.n, before + MORE - CASES_ON_PAGE);
    for (int i = CASES_ON_PAGE; i < MORE; i++)
        assert_true(id_equal(&VISIT_ROW(rows, struct case_row, i - CASES_ON_PAGE)->case_id, &made[MORE - 1 - i]));
    home_settle(manager);
    must(visit_look(worker, &case_looks_view, &of, &rows, &error), &error, "case.looks");
    assert_int_equal(rows.n, 1);
    assert_int_equal(look(manager, "all", 3).n, 0);
    struct case_agency in = {.page = -1};
    assert_int_equal(visit_look(manager, &case_agency_view, &in, &rows, &error), ERROR_INVALID);
    assert_string_equal(error.where, "page");
    in.page = INT64_MAX;
    assert_int_equal(visit_look(manager, &case_agency_view, &in, &rows, &error), ERROR_INVALID);
}

static struct view_rows by_name(struct visit *visit, const char *name)
{
    struct error error;
    struct view_rows rows;
    struct case_find in = {text_of(name)};
    must(visit_look(visit, &case_find_view, &in, &rows, &error), &error, "case.find");
    return rows;
}

/* By a name each finds what they may read, who is most like it first; and only in what came up it stands that they looked. */
static void test_by_name(void **state)
{
    (void)state;
    struct error error;
    struct view_rows rows;
    struct visit *colleague = home_visit(&home, "colleague"), *governance = home_visit(&home, "governance");
    struct id ours = open_case(teacher, "Zoë Quillfether"), like = open_case(teacher, "Zoe Quillon"), theirs = open_case(worker, "Zoe Quillfether"),
              other = open_case(colleague, "Zoe Quillfether");
    rows = by_name(teacher, "quillfether zoe");
    assert_true(id_equal(&VISIT_ROW(rows, struct case_row, 0)->case_id, &ours));
    assert_int_equal(rows.n, 2);
    assert_non_null(find(&rows, &like));
    assert_true(text_equal(VISIT_ROW(rows, struct case_row, 0)->name, TEXT("Zoë Quillfether")));
    rows = by_name(colleague, "Quillfether");
    assert_int_equal(rows.n, 1);
    assert_non_null(find(&rows, &other));
    rows = by_name(head, "Quillfether");
    assert_non_null(find(&rows, &ours));
    assert_non_null(find(&rows, &other));
    assert_null(find(&rows, &theirs));
    assert_int_equal(by_name(governance, "Quillfether").n, 0);
    assert_int_equal(by_name(teacher, "Wilhelmina").n, 0);
    assert_int_equal(by_name(teacher, "...").n, 0);

    home_settle(head);
    struct case_of of = {other};
    must(visit_look(colleague, &case_looks_view, &of, &rows, &error), &error, "case.looks");
    size_t looks = rows.n;
    assert_int_equal(looks, 1);
    assert_true(text_equal(VISIT_ROW(rows, struct look_row, 0)->what, TEXT("case.find")));
    assert_true(text_equal(VISIT_ROW(rows, struct look_row, 0)->person, TEXT("head")));
    home_settle(teacher);
    must(visit_look(colleague, &case_looks_view, &of, &rows, &error), &error, "case.looks");
    assert_int_equal(rows.n, looks); /* what the teacher did not find, he did not look at */

    struct case_admit admit = {of.case_id, visit_actor(teacher)->post};
    struct case_admitted admitted;
    must(visit_act_wait(colleague, &case_admit_command, &admit, &admitted, &error), &error, "case.admit");
    rows = by_name(teacher, "Quillfether");
    assert_non_null(find(&rows, &other));
    struct case_release release = {of.case_id, visit_actor(teacher)->post};
    struct case_released released;
    must(visit_act_wait(colleague, &case_release_command, &release, &released, &error), &error, "case.release");
    rows = by_name(teacher, "Quillfether");
    assert_null(find(&rows, &other));

    struct case_find in = {TEXT("Quillfether")};
    struct visit *administrator = home_visit(&home, "administrator");
    assert_int_equal(visit_look(administrator, &case_find_view, &in, &rows, &error), ERROR_FORBIDDEN);
    in.name = TEXT("");
    assert_int_equal(visit_look(teacher, &case_find_view, &in, &rows, &error), ERROR_INVALID);
}

/* Of one person with two cases, each finds the case that they may read, and only that. */
static void test_by_name_one_of_two(void **state)
{
    (void)state;
    struct error error;
    struct visit *colleague = home_visit(&home, "colleague");
    struct case_opened first, second;
    struct case_open open = {.name = TEXT("Ottoline Farrowgate"), .born = {2015, 4, 1}};
    must(visit_act_wait(teacher, &case_open_command, &open, &first, &error), &error, "case.open");
    open = (struct case_open){.subject_id = first.subject_id};
    must(visit_act_wait(colleague, &case_open_command, &open, &second, &error), &error, "case.open");
    struct view_rows rows = by_name(teacher, "Ottoline Farrowgate");
    assert_int_equal(rows.n, 1);
    assert_non_null(find(&rows, &first.case_id));
    rows = by_name(colleague, "Ottoline Farrowgate");
    assert_int_equal(rows.n, 1);
    assert_non_null(find(&rows, &second.case_id));
}

/* Many who are more like the name, whose cases are not the reader's, leave room for the one that is. */
static void test_by_name_among_many(void **state)
{
    (void)state;
    struct visit *colleague = home_visit(&home, "colleague");
    struct id mine = open_case(colleague, "Alexandria Thistlewo");
    for (int i = 0; i < 25; i++)
        open_case(teacher, "Alexandria Thistlewood");
    struct view_rows rows = by_name(colleague, "Alexandria Thistlewood");
    assert_int_equal(rows.n, 1);
    assert_non_null(find(&rows, &mine));
}

/* Who is about to write about a child is told of the open case that they have, and nobody of a case that is not theirs. */
static void test_own_case(void **state)
{
    (void)state;
    struct error error;
    struct view_rows rows;
    struct id mine = open_case(teacher, "Barnaby Ferriday");
    struct subject_search in = {TEXT("Barnaby Ferriday")};
    must(visit_look(teacher, &subject_search_view, &in, &rows, &error), &error, "subject.search");
    assert_int_equal(rows.n, 1);
    assert_true(id_equal(&VISIT_ROW(rows, struct subject_row, 0)->case_id, &mine));
    must(visit_look(head, &subject_search_view, &in, &rows, &error), &error, "subject.search");
    assert_int_equal(rows.n, 1);
    assert_false(id_is_set(&VISIT_ROW(rows, struct subject_row, 0)->case_id));
}

static int make(void **state)
{
    (void)state;
    home.database = both_database();
    home_make(&home);
    home_hire(&home, &home.social_care, "manager", "manager");
    home_hire(&home, &home.school, "governance", "governance");
    home_hire(&home, &home.school, "colleague", "practitioner");
    home_hire(&home, &home.social_care, "elsewhere", "governance");
    home_hire(&home, &home.school, "administrator", "administrator");
    teacher = home_visit(&home, "teacher");
    head = home_visit(&home, "head");
    worker = home_visit(&home, "worker");
    manager = home_visit(&home, "manager");
    return 0;
}

static int drop(void **state)
{
    (void)state;
    home_drop(&home);
    both_end();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_undecided),
        cmocka_unit_test(test_unanswered),
        cmocka_unit_test(test_reach),
        cmocka_unit_test(test_governance),
        cmocka_unit_test(test_by_name), cmocka_unit_test(test_by_name_one_of_two), cmocka_unit_test(test_by_name_among_many),
        cmocka_unit_test(test_own_case), cmocka_unit_test(test_pages),
    };
    return cmocka_run_group_tests(tests, make, drop);
}
