#include "home.h"

#include "support/error_name.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

void must(int result, const struct error *error, const char *what)
{
    char line[800];
    if (result == 0)
        return;
    error_line(error, line, sizeof line);
    fail_msg("%s: %s (%s)", what, line, error_name(result));
}

void shell(const char *format, ...)
{
    char line[5000];
    va_list list;
    va_start(list, format);
    assert_true(vsnprintf(line, sizeof line, format, list) < (int)sizeof line);
    va_end(list);
    if (system(line) != 0)
        fail_msg("%s", line);
}

struct gate_settings home_settings(struct test_home *home)
{
    snprintf(home->program, sizeof home->program, "%s/keyholder-main", getenv("PROVISO_BUILD"));
    return (struct gate_settings){.home = home->folder,
                                  .database = home->database,
                                  .packs = home->packs ? home->packs : "packs",
                                  .pack = home->pack,
                                  .program = home->program,
                                  .clock = home->clock, .steady = home->steady,
                                  .witnesses = home->witnesses,
                                  .escrow = home->escrow,
                                  .turned = home->turned};
}

static void open_gate(struct test_home *home)
{
    struct error error;
    struct gate_settings settings = home_settings(home);
    must(gate_open(&settings, &home->gate, &error), &error, "gate_open");
}

static struct id add_agency(struct visit *operator_visit, const char *name, const char *kind)
{
    struct error error;
    struct agency_add in = {.name = text_of(name), .kind = text_of(kind)};
    struct agency_added out;
    must(visit_act_wait(operator_visit, &agency_add_command, &in, &out, &error), &error, name);
    return out.agency_id;
}

static struct id add_person(struct visit *operator_visit, const struct id *agency, const char *login, const char *role)
{
    struct error error;
    struct text roles[] = {text_of(role)};
    struct post_add in = {.agency_id = *agency, .title = text_of(login), .person = text_of(login), .roles = {roles, 1}};
    struct post_added post;
    must(visit_act_wait(operator_visit, &post_add_command, &in, &post, &error), &error, login);
    struct account_add account = {.post_id = post.post_id, .login = text_of(login), .password = TEXT(HOME_PASSWORD)};
    struct account_added added;
    must(visit_act_wait(operator_visit, &account_add_command, &account, &added, &error), &error, login);
    return post.post_id;
}

void home_make(struct test_home *home)
{
    *home = (struct test_home){
        .database = home->database, .packs = home->packs, .pack = home->pack, .clock = home->clock, .steady = home->steady,
        .escrow = home->escrow};
    snprintf(home->folder, sizeof home->folder, "/tmp/proviso-gate-XXXXXX");
    assert_non_null(mkdtemp(home->folder));
    home->arena = arena_new(256 << 20, ARENA_SECRET);
    open_gate(home);
    struct error error;
    struct visit *visit;
    must(visit_begin(home->gate, home->arena, &visit, &error), &error, "visit_begin");
    visit_as_operator(visit);
    home->school = add_agency(visit, "Elm School", "education");
    home->social_care = add_agency(visit, "Brook Social Care", "childrens-social-care");
    home->teacher = add_person(visit, &home->school, "teacher", "practitioner");
    home->head = add_person(visit, &home->school, "head", "lead");
    home->other_teacher = add_person(visit, &home->school, "other", "practitioner");
    home->social_worker = add_person(visit, &home->social_care, "worker", "practitioner");
    home->second_worker = add_person(visit, &home->social_care, "second", "practitioner");
    visit_end(&visit);
}

struct id home_hire(struct test_home *home, const struct id *agency, const char *login, const char *role)
{
    struct error error;
    struct visit *visit;
    must(visit_begin(home->gate, home->arena, &visit, &error), &error, "visit_begin");
    visit_as_operator(visit);
    return add_person(visit, agency, login, role);
}

void home_reopen(struct test_home *home)
{
    gate_close(&home->gate);
    open_gate(home);
}

void home_drop(struct test_home *home)
{
    gate_close(&home->gate);
    arena_free(&home->arena);
    shell("rm -rf %s", home->folder);
}

int home_begin(void **state)
{
    static struct test_home home;
    home_make(&home);
    *state = &home;
    return 0;
}

int home_end(void **state)
{
    home_drop(*state);
    return 0;
}

struct visit *home_visit(struct test_home *home, const char *login)
{
    struct error error;
    struct visit *visit;
    struct session_begin in = {.login = text_of(login), .password = TEXT(HOME_PASSWORD)};
    struct session_begun out;
    must(visit_begin(home->gate, home->arena, &visit, &error), &error, "visit_begin");
    must(visit_act_wait(visit, &session_begin_command, &in, &out, &error), &error, "session.begin");
    assert_true(out.signed_in);
    must(visit_by_session(visit, out.token, &error), &error, "visit_by_session");
    return visit;
}

struct decided home_decide(struct test_home *home, struct visit *teacher, struct text outside)
{
    struct error error;
    struct decided decided;
    struct case_open open = {.name = TEXT("Robin Example"), .born = {2015, 4, 1}};
    struct case_opened opened;
    must(visit_act_wait(teacher, &case_open_command, &open, &opened, &error), &error, "case.open");
    decided.case_id = opened.case_id;

    struct item_record item = {.case_id = opened.case_id, .text = TEXT("Came with a bruise on the arm."), .nature = TEXT("fact")};
    struct item_recorded recorded;
    must(visit_act_wait(teacher, &item_record_command, &item, &recorded, &error), &error, "item.record");
    decided.item_id = recorded.item_id;

    struct id *agencies = ARENA_ARRAY(home->arena, struct id, 1);
    agencies[0] = home->social_care;
    struct decision_record record = {
        .cases = {&opened.case_id, 1},
        .agencies = {agencies, outside.n ? 0 : 1},
        .outside = outside,
        .facts = {TEXT("{\"purpose\":\"section-47\",\"identifies\":\"living-person\",\"confidential\":true,"
                       "\"consent\":\"given\",\"consent_covers\":true,\"child_harm\":\"evidence\",\"proportionate\":true,"
                       "\"urgent\":false,\"recipient_needs_to_know\":true,\"informing_raises_risk\":false}")},
        .outcome = TEXT("share"),
        .reasons = TEXT("The bruise and what the child said."),
    };
    struct decision_recorded made;
    must(visit_act_wait(teacher, &decision_record_command, &record, &made, &error), &error, "decision.record");
    decided.decision_id = made.decision_id;
    return decided;
}

struct id home_attach(struct visit *visit, struct arena *arena, const struct id *case_id, struct text content)
{
    struct error error;
    struct document_receiver *receiver;
    struct document_attach in;
    struct document_attached out;
    must(document_receive(visit, case_id, TEXT("notes.txt"), TEXT("text/plain"), &receiver, &error), &error, "document_receive");
    must(document_piece(receiver, content.p, content.n, &error), &error, "document_piece");
    must(document_received(receiver, arena, &in, &error), &error, "document_received");
    document_receive_end(&receiver);
    must(visit_act_wait(visit, &document_attach_command, &in, &out, &error), &error, "document.attach");
    return out.document_id;
}

static void settled(void *context, int result, const struct error *error)
{
    (void)error;
    atomic_store((_Atomic int *)context, result == 0 ? 1 : -1);
}

void home_settle(struct visit *visit)
{
    _Atomic int done = 0;
    if (visit_settle(visit, (struct visit_done){settled, &done}))
        return;
    while (!atomic_load(&done))
        nanosleep(&(struct timespec){.tv_nsec = 100000}, NULL);
    assert_int_equal(done, 1);
}

void home_look_at_case(struct visit *visit, const struct id *case_id)
{
    struct error error;
    struct view_rows rows;
    struct case_of of = {*case_id};
    must(visit_look(visit, &case_read_view, &of, &rows, &error), &error, "case.read");
    must(visit_look(visit, &item_list_view, &of, &rows, &error), &error, "item.list");
    home_settle(visit);
}

struct verify_report home_verify(struct gate *gate, struct arena *arena)
{
    struct error error;
    struct verify_report report;
    must(gate_verify(gate, arena, NULL, &report, &error), &error, "gate_verify");
    if (report.differences)
        fail_msg("the record does not hold:\n%.*s", TEXT_ARGS(report.lines));
    return report;
}
