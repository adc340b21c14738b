#include "forget_home.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

static _Atomic int64_t ahead, passed;

int64_t forget_clock(void)
{
    return clock_now() + atomic_load(&ahead);
}

static int64_t steady(void)
{
    return clock_steady() + atomic_load(&passed);
}

void forget_clock_add(int64_t microseconds)
{
    atomic_fetch_add(&passed, microseconds);
    atomic_fetch_add(&ahead, microseconds);
}

void forget_clock_jump(int64_t microseconds)
{
    atomic_fetch_add(&ahead, microseconds);
}

void forget_home_sign_in(struct forget_home *home)
{
    home->teacher = home_visit(&home->home, "teacher");
    home->other = home_visit(&home->home, "other");
    home->head = home_visit(&home->home, "head");
    home->principal = home_visit(&home->home, "principal");
    home->gov = home_visit(&home->home, "gov");
    home->worker = home_visit(&home->home, "worker");
    home->boss = home_visit(&home->home, "boss");
}

void forget_home_make(struct forget_home *home, const char *database)
{
    setenv("TZ", "Europe/London", 1);
    tzset();
    home->home = (struct test_home){.database = database, .clock = forget_clock, .steady = steady};
    home_make(&home->home);
    home_hire(&home->home, &home->home.school, "principal", "manager");
    home_hire(&home->home, &home->home.school, "gov", "governance");
    home_hire(&home->home, &home->home.social_care, "boss", "manager");
    forget_home_sign_in(home);
}

static struct text marked_text(struct forget_home *home, const char *mark, const char *what)
{
    struct text text = arena_format(home->home.arena, "%s%s", mark, what);
    assert_non_null(text.p);
    return text;
}

struct id forget_attach(struct forget_home *home, struct visit *visit, const struct id *case_id, const char *mark, size_t size)
{
    struct error error;
    struct document_receiver *receiver;
    struct document_attach in;
    struct document_attached out;
    struct text line = marked_text(home, mark, "in-the-document ");
    must(document_receive(visit, case_id, marked_text(home, mark, "name-of-the-document.txt"), TEXT("text/plain"), &receiver, &error),
         &error, "document_receive");
    for (size_t sent = 0; sent < size; sent += line.n)
        must(document_piece(receiver, line.p, line.n, &error), &error, "document_piece");
    must(document_received(receiver, home->home.arena, &in, &error), &error, "document_received");
    document_receive_end(&receiver);
    must(visit_act_wait(visit, &document_attach_command, &in, &out, &error), &error, "document.attach");
    return out.document_id;
}

static void open_and_record(struct forget_home *home, const char *mark, const char *name, struct marked *made)
{
    struct error error;
    struct case_open open = {.name = text_of(name), .born = {2015, 4, 1}, .about = marked_text(home, mark, "about")};
    struct case_opened opened;
    must(visit_act_wait(home->teacher, &case_open_command, &open, &opened, &error), &error, "case.open");
    made->case_id = opened.case_id;
    made->subject = opened.subject_id;
    struct item_record item = {.case_id = opened.case_id,
                               .text = marked_text(home, mark, "what-was-seen"),
                               .nature = TEXT("fact"),
                               .provider = marked_text(home, mark, "who-told-it")};
    struct item_recorded recorded;
    must(visit_act_wait(home->teacher, &item_record_command, &item, &recorded, &error), &error, "item.record");
    made->item = recorded.item_id;
    struct draft_save save = {.journey = TEXT("worry"),
                              .content = {arena_format(home->home.arena, "{\"case\":\"%s\",\"seen\":\"%sin-a-draft\"}",
                                                       opened.case_id.text, mark)}};
    struct draft_saved saved;
    must(visit_act_wait(home->teacher, &draft_save_command, &save, &saved, &error), &error, "draft.save");
    made->draft = saved.draft_id;
}

static void decide_and_send(struct forget_home *home, const char *mark, struct marked *made)
{
    struct error error;
    struct view_rows rows;
    struct decision_record record = {
        .cases = {&made->case_id, 1},
        .agencies = {&home->home.social_care, 1},
        .outside = TEXT("health"),
        .facts = {TEXT("{\"purpose\":\"section-47\",\"identifies\":\"living-person\",\"confidential\":true,"
                       "\"consent\":\"given\",\"consent_covers\":true,\"child_harm\":\"evidence\",\"proportionate\":true,"
                       "\"urgent\":false,\"recipient_needs_to_know\":true,\"informing_raises_risk\":false}")},
        .outcome = TEXT("share"),
        .reasons = marked_text(home, mark, "reasons"),
        .consulted = marked_text(home, mark, "consulted"),
    };
    struct decision_recorded decided;
    must(visit_act_wait(home->teacher, &decision_record_command, &record, &decided, &error), &error, "decision.record");
    made->decision = decided.decision_id;
    struct share_send send = {.decisions = {&decided.decision_id, 1},
                              .items = {&made->item, 1},
                              .documents = {&made->document, 1},
                              .message = marked_text(home, mark, "message"),
                              .outside_name = marked_text(home, mark, "outside"),
                              .link_medium = TEXT("email"),
                              .phrase_medium = TEXT("landline")};
    struct share_sent sent;
    must(visit_act_wait(home->teacher, &share_send_command, &send, &sent, &error), &error, "share.send");
    struct nothing nothing = {0};
    must(visit_look(home->worker, &receipt_list_view, &nothing, &rows, &error), &error, "receipt.list");
    for (size_t i = rows.n; i-- > 0;) /* the newest comes first */
        if (text_equal(VISIT_ROW(rows, struct receipt_row, i)->state, TEXT("sent")))
            made->receipt = VISIT_ROW(rows, struct receipt_row, i)->receipt_id;
    struct receipt_of of = {made->receipt};
    struct receipt_opened opened;
    must(visit_act_wait(home->worker, &receipt_open_command, &of, &opened, &error), &error, "receipt.open");
    struct receipt_confirm confirm = {.receipt_id = made->receipt, .action = marked_text(home, mark, "what-they-will-do")};
    struct receipt_confirmed confirmed;
    must(visit_act_wait(home->worker, &receipt_confirm_command, &confirm, &confirmed, &error), &error, "receipt.confirm");
}

struct marked forget_mark(struct forget_home *home, const char *mark, const char *name)
{
    struct marked made;
    open_and_record(home, mark, name, &made);
    made.document = forget_attach(home, home->teacher, &made.case_id, mark, 700000);
    decide_and_send(home, mark, &made);
    return made;
}

struct id forget_propose(struct forget_home *home, const struct disposal_propose *in)
{
    struct error error;
    struct disposal_proposed out;
    must(visit_act_wait(home->head, &disposal_propose_command, in, &out, &error), &error, "disposal.propose");
    return out.disposal_id;
}

int forget_approve(struct forget_home *home, const struct id *disposal, struct error *error)
{
    struct disposal_of of = {*disposal};
    struct disposal_settled out;
    return visit_act_wait(home->principal, &disposal_approve_command, &of, &out, error);
}

struct id forget_dispose(struct forget_home *home, const struct disposal_propose *in)
{
    struct error error;
    struct id disposal = forget_propose(home, in);
    must(forget_approve(home, &disposal, &error), &error, "disposal.approve");
    return disposal;
}

struct disposal_row forget_read(struct visit *visit, const struct id *disposal)
{
    struct error error;
    struct view_rows rows;
    struct disposal_of of = {*disposal};
    must(visit_look(visit, &disposal_read_view, &of, &rows, &error), &error, "disposal.read");
    assert_int_equal(rows.n, 1);
    return *VISIT_ROW(rows, struct disposal_row, 0);
}

void forget_verify(struct forget_home *home)
{
    struct verify_report report = home_verify(home->home.gate, home->home.arena);
    assert_true(report.entries > 0 && report.rows > 0);
}
