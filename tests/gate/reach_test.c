/*
 * Every command and every view, tried with ids of another agency, one field at a time, by every role: it must be as if
 * the thing were not there. The commands and fields are read off the tables, so a new one is tried too.
 */
#include "every.h"
#include "provision.h"
#include "support/error_name.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

static struct test_home home;
static struct every foreign, own;
static struct visit *worker, *manager, *administrator, *visitor, *colleague;

static struct visit *hire(const char *login, const char *role)
{
    struct error error;
    struct visit *visit;
    struct text roles[] = {text_of(role)};
    struct post_add in = {.agency_id = home.social_care, .title = text_of(login), .person = text_of(login), .roles = {roles, 1}};
    struct post_added post;
    must(visit_begin(home.gate, home.arena, &visit, &error), &error, "visit_begin");
    visit_as_operator(visit);
    must(visit_act_wait(visit, &post_add_command, &in, &post, &error), &error, login);
    struct account_add account = {.post_id = post.post_id, .login = text_of(login), .password = TEXT(HOME_PASSWORD)};
    struct account_added added;
    must(visit_act_wait(visit, &account_add_command, &account, &added, &error), &error, login);
    return home_visit(&home, login);
}

/* A notice to the head of the school, about a decision that differs. */
static struct id make_notice(struct visit *teacher)
{
    struct error error;
    struct view_rows rows;
    struct nothing nothing = {0};
    struct decision_record record = {.cases = {&foreign.case_id, 1},
                                     .agencies = {&home.social_care, 1},
                                     .facts = {TEXT("{\"purpose\":\"none\",\"child_harm\":\"none\",\"vital_interests\":false,"
                                                    "\"legal_duty\":\"none\"}")},
                                     .outcome = TEXT("share"),
                                     .reasons = TEXT("because")};
    struct decision_recorded made;
    must(visit_act_wait(teacher, &decision_record_command, &record, &made, &error), &error, "decision.record");
    must(visit_look(home_visit(&home, "head"), &notice_list_view, &nothing, &rows, &error), &error, "notice.list");
    assert_true(rows.n > 0);
    return VISIT_ROW(rows, struct notice_row, 0)->notice_id;
}

static int make(void **state)
{
    *state = &home;
    struct error error;
    home_make(&home);
    struct visit *teacher = home_visit(&home, "teacher");
    worker = home_visit(&home, "worker");
    colleague = home_visit(&home, "other");
    manager = hire("boss", "manager");
    administrator = hire("admin", "administrator");
    must(visit_begin(home.gate, home.arena, &visitor, &error), &error, "visit_begin");
    every_make(&home, teacher, &foreign);
    foreign.notice = make_notice(teacher);
    every_make(&home, worker, &own);
    every_dispose(&home, home_visit(&home, "head"), &foreign);
    every_dispose(&home, manager, &own);
    return 0;
}

/* The directory is for all to see; everything else belongs to somebody. */
static bool belongs(const struct field *field, const char *verb)
{
    if (!field->about || !every_id(&foreign, field->about))
        return false;
    if (strcmp(field->about, "post") == 0)
        return strncmp(verb, "case.", 5) == 0;
    return strcmp(field->about, "agency") != 0 && strcmp(field->about, "account") != 0;
}

static void put_foreign(const struct field *field, void *in, const struct every *every)
{
    void *member = (char *)in + field->offset;
    if (field->kind == FIELD_ID)
        *(struct id *)member = *every_id(every, field->about);
    else if (field->kind == FIELD_IDS)
        *(struct id_list *)member = (struct id_list){every_id(every, field->about), 1};
}

static bool refused(int result)
{
    return result == ERROR_MISSING || result == ERROR_FORBIDDEN || result == ERROR_INVALID || result == ERROR_UNAUTHENTICATED;
}

static int act(struct visit *visit, const struct command *command, const void *in, struct error *error)
{
    return visit_act_wait(visit, command, in, arena_alloc(home.arena, command->out_size + 1), error);
}

/* How many were tried. Subjects are the whole agency's: a colleague may open a second case about one. */
static int attack(struct visit *visit, const char *who, bool same_agency)
{
    int tried = 0;
    struct error error = {0};
    for (const struct command *const *c = gate_commands(); *c; c++)
        for (size_t f = 0; f < (*c)->takes_n; f++) {
            const struct field *field = &(*c)->takes[f];
            if (!belongs(field, (*c)->name) || (same_agency && (strcmp(field->about, "subject") == 0 || strcmp(field->about, "post") == 0)))
                continue;
            void *in = every_fill(home.arena, (*c)->takes, (*c)->takes_n, (*c)->in_size, &own);
            put_foreign(field, in, &foreign);
            int result = act(visit, *c, in, &error);
            if (!refused(result))
                fail_msg("%s did %s with another's %s: %s %s", who, (*c)->name, field->name, error_name(result), error.what);
            tried++;
        }
    for (const struct view *const *v = gate_views(); *v; v++)
        for (size_t f = 0; f < (*v)->takes_n; f++) {
            struct view_rows rows = {0};
            const struct field *field = &(*v)->takes[f];
            if (!belongs(field, (*v)->name))
                continue;
            void *in = every_fill(home.arena, (*v)->takes, (*v)->takes_n, (*v)->in_size, &own);
            put_foreign(field, in, &foreign);
            int result = visit_look(visit, *v, in, &rows, &error);
            if (!refused(result))
                fail_msg("%s saw %s with another's %s: %s, %zu rows", who, (*v)->name, field->name, error_name(result), rows.n);
            tried++;
        }
    return tried;
}

static void test_another_agency(void **state)
{
    (void)state;
    assert_true(attack(worker, "a practitioner", false) >= 25);
    attack(manager, "a manager", false);
    attack(administrator, "an administrator", false);
    attack(visitor, "a visitor", false);
    PROVISION("MAN-12");
}

/* A colleague in the same school whom nobody has let in. */
static void test_same_agency(void **state)
{
    (void)state;
    attack(colleague, "a colleague", true);
    PROVISION("BEX-22");
}

/* The same with one's own ids is done: else the refusals above would show nothing. */
static void test_own(void **state)
{
    (void)state;
    static const char *const works[] = {"case.admit",   "case.open",     "decision.record",
                                        "draft.drop",       "draft.save",    "item.record",   "share.send",      "token.end",
                                        "case.read",    "case.people",   "case.looks",    "decision.list",   "decision.read", "decision.path",
                                        "document.list", "document.open", "draft.read",   "item.list",       "share.list",     "case.release"};
    struct error error;
    for (size_t i = 0; i < sizeof works / sizeof *works; i++) {
        const struct command *const *c = gate_commands(), *command;
        const struct view *const *v = gate_views(), *view;
        while ((command = *c) && strcmp(command->name, works[i]) != 0)
            c++;
        while ((view = *v) && strcmp(view->name, works[i]) != 0)
            v++;
        struct view_rows rows;
        if (strcmp(works[i], "draft.read") == 0 || strcmp(works[i], "case.read") == 0)
            every_make(&home, worker, &own); /* what came before has dropped and released */
        if (command)
            must(act(worker, command, every_fill(home.arena, command->takes, command->takes_n, command->in_size, &own), &error),
                 &error, works[i]);
        else
            must(visit_look(worker, view, every_fill(home.arena, view->takes, view->takes_n, view->in_size, &own), &rows, &error),
                 &error, works[i]);
    }
}

/* Without the role it is not even looked for; who keeps the directory sees no case. */
static void test_roles(void **state)
{
    (void)state;
    struct error error;
    struct view_rows rows;
    const struct {
        struct visit *visit;
        uint32_t role;
    } people[] = {{worker, ROLE_PRACTITIONER}, {manager, ROLE_MANAGER}, {administrator, ROLE_ADMINISTRATOR}, {visitor, ROLE_VISITOR}};
    for (size_t i = 0; i < sizeof people / sizeof *people; i++) {
        for (const struct command *const *c = gate_commands(); *c; c++) {
            if ((*c)->may.roles & people[i].role)
                continue;
            int result = act(people[i].visit, *c, every_fill(home.arena, (*c)->takes, (*c)->takes_n, (*c)->in_size, &own), &error);
            assert_int_equal(result, people[i].role == ROLE_VISITOR ? ERROR_UNAUTHENTICATED : ERROR_FORBIDDEN);
        }
        for (const struct view *const *v = gate_views(); *v; v++) {
            if ((*v)->may.roles & people[i].role)
                continue;
            int result =
                visit_look(people[i].visit, *v, every_fill(home.arena, (*v)->takes, (*v)->takes_n, (*v)->in_size, &own), &rows, &error);
            assert_int_equal(result, people[i].role == ROLE_VISITOR ? ERROR_UNAUTHENTICATED : ERROR_FORBIDDEN);
        }
    }
    for (const struct view *const *v = gate_views(); *v; v++)
        if ((*v)->personal)
            assert_int_equal((*v)->may.roles & (ROLE_ADMINISTRATOR | ROLE_VISITOR), 0);
    PROVISION("MAN-19");
}

/* Who leaves a case loses it, who comes to it gains it. */
static void test_release(void **state)
{
    (void)state;
    struct error error;
    struct view_rows rows;
    struct visit *second = home_visit(&home, "second");
    every_make(&home, worker, &own);
    struct case_of of = {own.case_id};
    struct case_admit admit = {own.case_id, home.second_worker};
    struct case_admitted admitted;
    struct case_release release = {own.case_id, home.second_worker};
    struct case_released released;
    assert_int_equal(visit_look(second, &case_read_view, &of, &rows, &error), ERROR_MISSING);
    must(visit_act_wait(worker, &case_admit_command, &admit, &admitted, &error), &error, "case.admit");
    must(visit_look(second, &case_read_view, &of, &rows, &error), &error, "case.read");
    must(visit_act_wait(worker, &case_release_command, &release, &released, &error), &error, "case.release");
    assert_int_equal(visit_look(second, &case_read_view, &of, &rows, &error), ERROR_MISSING);
    assert_int_equal(visit_act_wait(worker, &case_release_command, &release, &released, &error), ERROR_INVALID);
    must(visit_look(worker, &case_people_view, &of, &rows, &error), &error, "case.people");
    assert_int_equal(rows.n, 2);
    assert_true(VISIT_ROW(rows, struct need_row, 1)->until.at > 0);
    PROVISION("BEX-23");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_another_agency), cmocka_unit_test(test_same_agency),
                                       cmocka_unit_test(test_roles), cmocka_unit_test(test_own), cmocka_unit_test(test_release)};
    return cmocka_run_group_tests(tests, make, home_end);
}
