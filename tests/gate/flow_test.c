#include "both.h"
#include "home.h"
#include "provision.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

static int make(void **state)
{
    static struct test_home home;
    home.database = both_database();
    home_make(&home);
    *state = &home;
    return 0;
}

static int drop(void **state)
{
    home_drop(*state);
    both_end();
    return 0;
}

/* A teacher decides and sends; the social worker finds it, answers; the teacher sees that. */
static void test_main_job(void **state)
{
    struct test_home *home = *state;
    struct error error;
    struct visit *teacher = home_visit(home, "teacher"), *worker = home_visit(home, "worker");
    struct decided decided = home_decide(home, teacher, TEXT(""));

    struct share_send send = {
        .decisions = {&decided.decision_id, 1}, .items = {&decided.item_id, 1}, .message = TEXT("Please look at this today.")};
    struct share_sent sent;
    must(visit_act_wait(teacher, &share_send_command, &send, &sent, &error), &error, "share.send");
    assert_int_equal(sent.link.n, 0);
    assert_int_equal(visit_act_wait(teacher, &share_send_command, &send, &sent, &error), ERROR_CONFLICT); /* once only */

    struct view_rows rows;
    struct nothing nothing = {0};
    must(visit_look(worker, &receipt_list_view, &nothing, &rows, &error), &error, "receipt.list");
    assert_int_equal(rows.n, 1);
    const struct receipt_row *row = VISIT_ROW(rows, struct receipt_row, 0);
    assert_true(text_equal(row->sender_agency, TEXT("Elm School")));
    assert_int_equal(row->name.n, 0); /* nobody has taken it yet */
    struct receipt_of of = {row->receipt_id};

    struct receipt_opened opened;
    must(visit_act_wait(worker, &receipt_open_command, &of, &opened, &error), &error, "receipt.open");
    assert_true(opened.first);
    must(visit_look(worker, &receipt_read_view, &of, &rows, &error), &error, "receipt.read");
    const struct receipt_full *full = VISIT_ROW(rows, struct receipt_full, 0);
    assert_true(text_equal(full->name, TEXT("Robin Example")));
    assert_true(text_find(full->limits.json, TEXT("\"consent\":\"given\"")) >= 0);
    must(visit_look(worker, &receipt_items_view, &of, &rows, &error), &error, "receipt.items");
    assert_true(text_equal(VISIT_ROW(rows, struct receipt_item, 0)->nature, TEXT("fact")));
    PROVISION("MAN-04");
    PROVISION("MAN-08");

    struct receipt_confirm confirm = {.receipt_id = of.receipt_id, .action = TEXT("We will visit this afternoon.")};
    struct receipt_confirmed confirmed;
    must(visit_act_wait(worker, &receipt_confirm_command, &confirm, &confirmed, &error), &error, "receipt.confirm");
    assert_int_equal(visit_act_wait(worker, &receipt_confirm_command, &confirm, &confirmed, &error), ERROR_CONFLICT);

    struct share_list list = {decided.case_id};
    must(visit_look(teacher, &share_list_view, &list, &rows, &error), &error, "share.list");
    assert_true(text_equal(VISIT_ROW(rows, struct share_row, 0)->reply, TEXT("We will visit this afternoon.")));
    must(visit_look(teacher, &notice_list_view, &nothing, &rows, &error), &error, "notice.list");
    assert_int_equal(rows.n, 1);
    PROVISION("BEX-07");
}

/* A child may be expected, but not born in a year that somebody mistyped. */
static void test_expected(void **state)
{
    struct error error;
    struct visit *teacher = home_visit(*state, "teacher");
    int64_t today = date_to_days(date_of_instant(clock_now()));
    struct case_open open = {.name = TEXT("Baby Example"), .born = date_from_days(today + 302)};
    struct case_opened opened;
    assert_int_equal(visit_act_wait(teacher, &case_open_command, &open, &opened, &error), ERROR_INVALID);
    assert_string_equal(error.where, "born");
    open.born = date_from_days(today + 299); /* tests may run over midnight */
    must(visit_act_wait(teacher, &case_open_command, &open, &opened, &error), &error, "case.open");
}

/* Ids of another agency, or of a case one need not know, are as if they were not there. */
static void test_reach(void **state)
{
    struct test_home *home = *state;
    struct error error;
    struct visit *teacher = home_visit(home, "teacher"), *worker = home_visit(home, "worker"),
                 *other = home_visit(home, "other"), *head = home_visit(home, "head"), *second = home_visit(home, "second");
    struct decided decided = home_decide(home, teacher, TEXT(""));
    struct view_rows rows;
    struct case_of of = {decided.case_id};
    must(visit_look(teacher, &case_read_view, &of, &rows, &error), &error, "case.read");
    must(visit_look(head, &case_read_view, &of, &rows, &error), &error, "case.read as lead");
    assert_int_equal(visit_look(other, &case_read_view, &of, &rows, &error), ERROR_MISSING);
    assert_int_equal(visit_look(worker, &case_read_view, &of, &rows, &error), ERROR_MISSING);
    struct decision_of decision = {decided.decision_id};
    assert_int_equal(visit_look(worker, &decision_read_view, &decision, &rows, &error), ERROR_MISSING);
    struct item_record item = {.case_id = decided.case_id, .text = TEXT("x"), .nature = TEXT("fact")};
    struct item_recorded recorded;
    assert_int_equal(visit_act_wait(worker, &item_record_command, &item, &recorded, &error), ERROR_MISSING);
    assert_int_equal(visit_act_wait(other, &item_record_command, &item, &recorded, &error), ERROR_MISSING);

    /* a colleague who comes to need it gains it (BEX-23) */
    struct case_admit admit = {.case_id = decided.case_id, .post_id = home->other_teacher};
    struct case_admitted admitted;
    must(visit_act_wait(teacher, &case_admit_command, &admit, &admitted, &error), &error, "case.admit");
    must(visit_look(other, &case_read_view, &of, &rows, &error), &error, "case.read once admitted");
    admit.post_id = home->social_worker;
    assert_int_equal(visit_act_wait(teacher, &case_admit_command, &admit, &admitted, &error), ERROR_INVALID);

    /* what one worker has taken is no longer open to the next */
    struct share_send send = {.decisions = {&decided.decision_id, 1}, .items = {&decided.item_id, 1}};
    struct share_sent sent;
    must(visit_act_wait(teacher, &share_send_command, &send, &sent, &error), &error, "share.send");
    struct nothing nothing = {0};
    must(visit_look(worker, &receipt_list_view, &nothing, &rows, &error), &error, "receipt.list");
    struct receipt_of receipt = {VISIT_ROW(rows, struct receipt_row, 0)->receipt_id};
    struct receipt_opened opened;
    must(visit_act_wait(worker, &receipt_open_command, &receipt, &opened, &error), &error, "receipt.open");
    assert_int_equal(visit_look(second, &receipt_read_view, &receipt, &rows, &error), ERROR_MISSING);
    assert_int_equal(visit_look(teacher, &receipt_read_view, &receipt, &rows, &error), ERROR_MISSING);
    PROVISION("MAN-12");
    PROVISION("BEX-22");

    /* roles */
    struct agency_add agency = {.name = TEXT("X"), .kind = TEXT("health")};
    struct agency_added added;
    assert_int_equal(visit_act_wait(teacher, &agency_add_command, &agency, &added, &error), ERROR_FORBIDDEN);
    assert_int_equal(visit_look(teacher, &decision_agency_view, &nothing, &rows, &error), ERROR_FORBIDDEN);
    struct visit *visitor;
    must(visit_begin(home->gate, home->arena, &visitor, &error), &error, "visit_begin");
    assert_int_equal(visit_look(visitor, &case_list_view, &nothing, &rows, &error), ERROR_UNAUTHENTICATED);
}

/* The answer and the decision are two records; where they differ the lead is told. */
static void test_differing_decision(void **state)
{
    struct test_home *home = *state;
    struct error error;
    struct visit *teacher = home_visit(home, "teacher"), *head = home_visit(home, "head");
    struct case_open open = {.name = TEXT("Sam Example")};
    struct case_opened opened;
    must(visit_act_wait(teacher, &case_open_command, &open, &opened, &error), &error, "case.open");
    struct decision_record record = {.cases = {&opened.case_id, 1},
                                     .agencies = {&home->social_care, 1},
                                     .facts = {TEXT("{\"purpose\":\"none\",\"child_harm\":\"none\",\"vital_interests\":false,\"legal_duty\":\"none\"}")},
                                     .outcome = TEXT("share"),
                                     .reasons = TEXT("")};
    struct decision_recorded made;
    assert_int_equal(visit_act_wait(teacher, &decision_record_command, &record, &made, &error), ERROR_INVALID);
    assert_string_equal(error.where, "reasons");
    record.reasons = TEXT("My judgement differs because of what the child told me.");
    must(visit_act_wait(teacher, &decision_record_command, &record, &made, &error), &error, "decision.record");
    assert_true(made.differs);
    assert_true(text_equal(made.answered, TEXT("do-not-share")));

    struct view_rows rows;
    struct nothing nothing = {0};
    must(visit_look(head, &notice_list_view, &nothing, &rows, &error), &error, "notice.list");
    assert_true(rows.n >= 1);
    assert_true(id_equal(&VISIT_ROW(rows, struct notice_row, 0)->about, &made.decision_id));
    must(visit_look(head, &decision_agency_view, &nothing, &rows, &error), &error, "decision.agency");
    assert_true(text_equal(VISIT_ROW(rows, struct decision_row, 0)->reasons, record.reasons));

    /* a decision not to share is recorded in the same way, and nothing can be sent under it */
    record.outcome = TEXT("do-not-share");
    must(visit_act_wait(teacher, &decision_record_command, &record, &made, &error), &error, "decision.record");
    assert_false(made.differs);
    struct share_send send = {.decisions = {&made.decision_id, 1}, .message = TEXT("x")};
    struct share_sent sent;
    assert_int_equal(visit_act_wait(teacher, &share_send_command, &send, &sent, &error), ERROR_UNLAWFUL);
    PROVISION("BEX-06");

    /* facts that cannot be, and an answer that is still open */
    record.facts.json = TEXT("{\"purpose\":\"curiosity\"}");
    assert_int_equal(visit_act_wait(teacher, &decision_record_command, &record, &made, &error), ERROR_INVALID);
    record.facts.json = TEXT("{}");
    assert_int_equal(visit_act_wait(teacher, &decision_record_command, &record, &made, &error), ERROR_INVALID);
    assert_non_null(strstr(error.what, "purpose"));

    /* an urgent risk does not wait for the answer: it is acted on, and those who lead review what was left open */
    record.facts.json = TEXT("{\"urgent\":true}");
    record.outcome = TEXT("share");
    must(visit_act_wait(teacher, &decision_record_command, &record, &made, &error), &error, "decision.record");
    assert_true(made.differs);
    assert_true(text_equal(made.answered, TEXT("open")));
    must(visit_look(head, &notice_list_view, &nothing, &rows, &error), &error, "notice.list");
    assert_true(text_equal(VISIT_ROW(rows, struct notice_row, 0)->kind, TEXT("decision-open")));
    must(visit_act_wait(teacher, &decision_record_command, &record, &made, &error), &error, "decision.record");
    send = (struct share_send){.decisions = {&made.decision_id, 1}, .message = TEXT("Please go there now.")};
    must(visit_act_wait(teacher, &share_send_command, &send, &sent, &error), &error, "share.send");
}

/* Somebody outside: link by one medium, phrase by another; wrong tries are counted and lock. */
static void test_pickup(void **state)
{
    struct test_home *home = *state;
    struct error error;
    struct visit *teacher = home_visit(home, "teacher"), *visitor;
    must(visit_begin(home->gate, home->arena, &visitor, &error), &error, "visit_begin");
    struct decided decided = home_decide(home, teacher, TEXT("health"));
    struct share_send send = {.decisions = {&decided.decision_id, 1},
                              .items = {&decided.item_id, 1},
                              .message = TEXT("For the clinic."),
                              .outside_name = TEXT("A clinic"),
                              .link_medium = TEXT("text-message"),
                              .phrase_medium = TEXT("mobile"),
                              .once = true};
    struct share_sent sent;
    assert_int_equal(visit_act_wait(teacher, &share_send_command, &send, &sent, &error), ERROR_INVALID);
    assert_string_equal(error.where, "phrase_medium");
    PROVISION("BEX-32");
    send.phrase_medium = TEXT("landline");
    must(visit_act_wait(teacher, &share_send_command, &send, &sent, &error), &error, "share.send");
    assert_true(sent.link.n >= 16 && sent.phrase.n > 40);

    struct pickup_try wrong = {.link = sent.link, .phrase = TEXT("nonsense")};
    struct pickup_tried tried;
    assert_int_equal(visit_act_wait(visitor, &pickup_try_command, &wrong, &tried, &error), ERROR_INVALID);
    /* the right code, and its first word where the secret's last should stand */
    char phrase[256];
    struct text first, rest = sent.phrase, last = {phrase, sent.phrase.n};
    text_next(&rest, '-', &first);
    memcpy(phrase, sent.phrase.p, sent.phrase.n);
    while (phrase[last.n - 1] != '-')
        last.n--;
    memcpy(phrase + last.n, first.p, first.n);
    last.n += first.n;
    wrong.phrase = last;
    must(visit_act_wait(visitor, &pickup_try_command, &wrong, &tried, &error), &error, "pickup.try");
    assert_false(tried.opened);
    assert_int_equal(tried.tries_left, PICKUP_TRIES - 1);

    struct pickup_try right = {.link = sent.link, .phrase = sent.phrase};
    must(visit_act_wait(visitor, &pickup_try_command, &right, &tried, &error), &error, "pickup.try");
    assert_true(tried.opened);
    assert_true(text_find(tried.parcel.json, TEXT("bruise")) >= 0);
    assert_int_equal(visit_act_wait(visitor, &pickup_try_command, &right, &tried, &error), ERROR_CONFLICT); /* once */
    right.link = TEXT("0000000000000000");
    assert_int_equal(visit_act_wait(visitor, &pickup_try_command, &right, &tried, &error), ERROR_MISSING);
    PROVISION("BEX-30");
}

static void test_pickup_locks(void **state)
{
    struct test_home *home = *state;
    struct error error;
    struct visit *teacher = home_visit(home, "teacher"), *visitor;
    must(visit_begin(home->gate, home->arena, &visitor, &error), &error, "visit_begin");
    struct decided decided = home_decide(home, teacher, TEXT("health"));
    struct share_send send = {.decisions = {&decided.decision_id, 1},
                              .items = {&decided.item_id, 1},
                              .outside_name = TEXT("A clinic"),
                              .link_medium = TEXT("email"),
                              .phrase_medium = TEXT("landline")};
    struct share_sent sent, foreign;
    must(visit_act_wait(teacher, &share_send_command, &send, &sent, &error), &error, "share.send");
    struct decided again = home_decide(home, teacher, TEXT("health"));
    send.decisions.item = &again.decision_id;
    send.items.item = &again.item_id;
    must(visit_act_wait(teacher, &share_send_command, &send, &foreign, &error), &error, "share.send");
    struct pickup_try wrong = {.link = sent.link, .phrase = foreign.phrase}; /* another parcel's phrase */
    struct pickup_tried tried;
    for (int i = 0; i < PICKUP_TRIES; i++) {
        must(visit_act_wait(visitor, &pickup_try_command, &wrong, &tried, &error), &error, "pickup.try");
        assert_false(tried.opened);
    }
    wrong.phrase = sent.phrase; /* right, but too late */
    assert_int_equal(visit_act_wait(visitor, &pickup_try_command, &wrong, &tried, &error), ERROR_LIMITED);
}

static void test_documents(void **state)
{
    struct test_home *home = *state;
    struct error error;
    struct visit *teacher = home_visit(home, "teacher"), *worker = home_visit(home, "worker");
    struct decided decided = home_decide(home, teacher, TEXT(""));
    struct document_receiver *receiver;
    assert_int_equal(document_receive(worker, &decided.case_id, TEXT("a.txt"), TEXT("text/plain"), &receiver, &error),
                     ERROR_MISSING);
    must(document_receive(teacher, &decided.case_id, TEXT("notes.bin"), TEXT("application/octet-stream"), &receiver, &error),
         &error, "document_receive");
    enum { SIZE = 3000000 };
    unsigned char *content = arena_alloc(home->arena, SIZE), *back = arena_alloc(home->arena, SIZE);
    for (size_t i = 0; i < SIZE; i++)
        content[i] = (unsigned char)(i * 7 + i / 251);
    for (size_t at = 0; at < SIZE; at += 70001)
        must(document_piece(receiver, content + at, SIZE - at < 70001 ? SIZE - at : 70001, &error), &error, "document_piece");
    struct document_attach attach;
    must(document_received(receiver, home->arena, &attach, &error), &error, "document_received");
    document_receive_end(&receiver);
    struct document_attached attached;
    must(visit_act_wait(teacher, &document_attach_command, &attach, &attached, &error), &error, "document.attach");

    struct document_open open = {attached.document_id};
    struct view_rows rows;
    assert_int_equal(visit_look(worker, &document_open_view, &open, &rows, &error), ERROR_MISSING);
    must(visit_look(teacher, &document_open_view, &open, &rows, &error), &error, "document.open");
    struct document_sender *sender;
    must(document_send(home->gate, VISIT_ROW(rows, struct document_key, 0), &sender, &error), &error, "document_send");
    size_t n = 0, got;
    do {
        must(document_read(sender, back + n, SIZE - n < 65537 ? SIZE - n : 65537, &got, &error), &error, "document_read");
        n += got;
    } while (got);
    document_send_end(&sender);
    assert_int_equal(n, SIZE);
    assert_memory_equal(content, back, SIZE);

    must(document_receive(teacher, &decided.case_id, TEXT("empty"), TEXT(""), &receiver, &error), &error, "receive");
    assert_int_equal(document_received(receiver, home->arena, &attach, &error), ERROR_INVALID);
    document_receive_end(&receiver);
}

static void test_sign_in(void **state)
{
    struct test_home *home = *state;
    struct error error;
    struct visit *visit;
    must(visit_begin(home->gate, home->arena, &visit, &error), &error, "visit_begin");
    struct session_begin in = {.login = TEXT("nobody"), .password = TEXT("whatever it is")};
    struct session_begun out;
    must(visit_act_wait(visit, &session_begin_command, &in, &out, &error), &error, "session.begin");
    assert_false(out.signed_in);
    in.login = TEXT("second");
    for (int i = 0; i < 5; i++) {
        must(visit_act_wait(visit, &session_begin_command, &in, &out, &error), &error, "session.begin");
        assert_false(out.signed_in);
    }
    in.password = TEXT(HOME_PASSWORD);
    assert_int_equal(visit_act_wait(visit, &session_begin_command, &in, &out, &error), ERROR_LIMITED);
    assert_int_equal(visit_by_session(visit, TEXT("made up"), &error), ERROR_UNAUTHENTICATED);

    struct visit *teacher = home_visit(home, "teacher");
    struct token_make make_token = {.label = TEXT("test")};
    struct token_made token;
    must(visit_act_wait(teacher, &token_make_command, &make_token, &token, &error), &error, "token.make");
    must(visit_by_bearer(visit, token.token, &error), &error, "visit_by_bearer");
    assert_true(id_equal(&visit_actor(visit)->post, &home->teacher));
    assert_int_equal(visit_by_session(visit, token.token, &error), ERROR_UNAUTHENTICATED); /* a token is no cookie */
}

static void test_looks(void **state)
{
    struct test_home *home = *state;
    struct error error;
    struct visit *teacher = home_visit(home, "teacher"), *head = home_visit(home, "head");
    struct decided decided = home_decide(home, teacher, TEXT(""));
    struct view_rows rows;
    struct case_of of = {decided.case_id};
    must(visit_look(teacher, &case_read_view, &of, &rows, &error), &error, "case.read");
    home_settle(teacher);
    must(visit_look(head, &case_looks_view, &of, &rows, &error), &error, "case.looks");
    assert_int_equal(rows.n, 1);
    assert_true(text_equal(VISIT_ROW(rows, struct look_row, 0)->what, TEXT("case.read")));
}

static void test_verifies(void **state)
{
    struct test_home *home = *state;
    home_reopen(home);
    struct verify_report report = home_verify(home->gate, home->arena);
    assert_true(report.entries > 20 && report.rows > 20 && report.looks > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_main_job), cmocka_unit_test(test_expected),     cmocka_unit_test(test_reach),
        cmocka_unit_test(test_pickup),   cmocka_unit_test(test_pickup_locks), cmocka_unit_test(test_differing_decision),
        cmocka_unit_test(test_sign_in),  cmocka_unit_test(test_documents),    cmocka_unit_test(test_looks),
        cmocka_unit_test(test_verifies),
    };
    return cmocka_run_group_tests(tests, make, drop);
}
