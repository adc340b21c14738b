/* Disposal by two people, what goes and what stays, legal holds, and what a tombstone says. */
#include "both.h"
#include "forget_home.h"
#include "provision.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

static struct forget_home home;
static struct nothing nothing;

static size_t notices(struct visit *visit, const char *kind, const struct id *about)
{
    struct error error;
    struct view_rows rows;
    size_t n = 0;
    must(visit_look(visit, &notice_list_view, &nothing, &rows, &error), &error, "notice.list");
    for (size_t i = 0; i < rows.n; i++) {
        const struct notice_row *row = VISIT_ROW(rows, struct notice_row, i);
        n += text_equal(row->kind, text_of(kind)) && id_equal(&row->about, about);
    }
    return n;
}

static bool lists(struct text_list list, const char *what)
{
    for (size_t i = 0; i < list.n; i++)
        if (text_find(list.item[i], text_of(what)) >= 0)
            return true;
    return false;
}

/* ---- two people ---- */

static void test_two_people(void **state)
{
    (void)state;
    struct error error;
    struct view_rows rows;
    struct disposal_proposed proposed;
    struct disposal_settled settled;
    struct marked made = forget_mark(&home, "MARK1", "Robin Example");
    struct disposal_propose in = {.case_id = made.case_id, FORGET_BY_RULE};
    assert_int_equal(visit_act_wait(home.teacher, &disposal_propose_command, &in, &proposed, &error), ERROR_FORBIDDEN);
    assert_int_equal(visit_act_wait(home.boss, &disposal_propose_command, &in, &proposed, &error), ERROR_MISSING);
    struct disposal_propose without = in;
    without.stands = TEXT("");
    assert_int_equal(visit_act_wait(home.head, &disposal_propose_command, &without, &proposed, &error), ERROR_INVALID);
    assert_string_equal(error.where, "stands");

    struct id disposal = forget_propose(&home, &in);
    assert_int_equal(visit_act_wait(home.gov, &disposal_propose_command, &in, &proposed, &error), ERROR_CONFLICT);
    assert_int_equal(notices(home.principal, "disposal-proposed", &disposal), 1);
    assert_int_equal(notices(home.gov, "disposal-proposed", &disposal), 1);
    assert_int_equal(notices(home.head, "disposal-proposed", &disposal), 0);

    /* what would go, before it goes */
    struct disposal_row row = forget_read(home.principal, &disposal);
    assert_true(text_equal(row.state, TEXT("proposed")));
    assert_true(text_equal(row.name, TEXT("Robin Example")));
    assert_true(lists(row.gone, "1 case") && lists(row.gone, "1 item of information") && lists(row.gone, "1 document"));
    assert_true(lists(row.gone, "1 decision") && lists(row.gone, "2 recipients’ copies") && lists(row.gone, "1 parcel for somebody outside"));
    assert_true(lists(row.recipients, "Brook Social Care") && lists(row.recipients, "outside the partnership"));
    assert_int_equal(row.words.n, 0);

    struct disposal_of of = {disposal};
    assert_int_equal(visit_act_wait(home.head, &disposal_approve_command, &of, &settled, &error), ERROR_FORBIDDEN);
    assert_int_equal(visit_act_wait(home.teacher, &disposal_approve_command, &of, &settled, &error), ERROR_FORBIDDEN);
    home_hire(&home.home, &home.home.school, "HEAD", "manager"); /* the same person in another post */
    assert_int_equal(visit_act_wait(home_visit(&home.home, "HEAD"), &disposal_approve_command, &of, &settled, &error), ERROR_FORBIDDEN);
    assert_non_null(strstr(error.what, "who proposed it"));
    assert_int_equal(visit_act_wait(home.boss, &disposal_approve_command, &of, &settled, &error), ERROR_MISSING);
    must(forget_approve(&home, &disposal, &error), &error, "disposal.approve");
    assert_int_equal(forget_approve(&home, &disposal, &error), ERROR_CONFLICT);

    /* gone, for everybody; and told to those who may know, in words */
    struct case_of case_of = {made.case_id};
    struct receipt_of receipt_of = {made.receipt};
    assert_int_equal(visit_look(home.teacher, &case_read_view, &case_of, &rows, &error), ERROR_MISSING);
    assert_non_null(strstr(error.what, "destroyed on"));
    assert_non_null(strstr(error.what, "approved by principal"));
    assert_int_equal(visit_look(home.worker, &receipt_read_view, &receipt_of, &rows, &error), ERROR_MISSING);
    assert_non_null(strstr(error.what, "destroyed on"));
    assert_int_equal(visit_look(home.other, &case_read_view, &case_of, &rows, &error), ERROR_MISSING);
    assert_null(strstr(error.what, "destroyed"));
    struct subject_search search = {TEXT("Robin Example")};
    must(visit_look(home.teacher, &subject_search_view, &search, &rows, &error), &error, "subject.search");
    assert_int_equal(rows.n, 0);
    must(visit_look(home.teacher, &case_list_view, &nothing, &rows, &error), &error, "case.list");
    assert_int_equal(rows.n, 0);

    assert_int_equal(notices(home.principal, "disposal-proposed", &disposal), 0);
    assert_int_equal(notices(home.gov, "disposal-proposed", &disposal), 0);
    assert_int_equal(notices(home.teacher, "disposal-done", &disposal), 1);
    assert_int_equal(notices(home.worker, "disposal-received", &disposal), 1);

    /* the tombstone: what, when, under which rule, by whom, approved by whom; and how the copies elsewhere went */
    struct visit *told[] = {home.teacher, home.worker, home.head, home.gov};
    for (size_t i = 0; i < sizeof told / sizeof *told; i++) {
        row = forget_read(told[i], &disposal);
        assert_true(text_equal(row.state, TEXT("waiting")));
        assert_int_equal(row.name.n, 0);
        assert_true(text_find(row.words, TEXT("The whole case was destroyed on")) >= 0);
        assert_true(text_find(row.words, TEXT("kept as long as it should be")) >= 0);
        assert_true(text_find(row.words, TEXT("Our retention schedule of 2026, line 12")) >= 0);
        assert_true(text_find(row.words, TEXT("Proposed by head")) >= 0);
        assert_true(text_find(row.words, TEXT("approved by principal")) >= 0);
        assert_true(text_equal(row.paper_words, TEXT("It goes to confidential shredding")));
        assert_true(lists(row.gone, "1 document"));
    }
    PROVISION("BEX-43");
    PROVISION("MAN-21");
    must(visit_look(home.teacher, &disposal_list_view, &nothing, &rows, &error), &error, "disposal.list");
    assert_int_equal(rows.n, 1);
    must(visit_look(home.other, &disposal_list_view, &nothing, &rows, &error), &error, "disposal.list");
    assert_int_equal(rows.n, 0);
    assert_int_equal(visit_look(home.boss, &disposal_read_view, &of, &rows, &error), ERROR_MISSING);
    must(visit_look(home.boss, &disposal_list_view, &nothing, &rows, &error), &error, "disposal.list"); /* of another agency */
    assert_int_equal(rows.n, 0);
    forget_verify(&home);

    must(gate_turn_keys(home.home.gate, &error), &error, "gate_turn_keys");
    row = forget_read(home.teacher, &disposal);
    assert_true(text_equal(row.state, TEXT("final")));
    assert_true(row.final_at.at >= row.approved_at.at);
    forget_verify(&home);
}

static void test_withdrawn(void **state)
{
    (void)state;
    struct error error;
    struct view_rows rows;
    struct disposal_settled settled;
    struct marked made = forget_mark(&home, "MARK2", "Sam Example");
    struct disposal_propose in = {.case_id = made.case_id, FORGET_BY_RULE};
    struct disposal_of of = {forget_propose(&home, &in)};
    must(visit_act_wait(home.gov, &disposal_withdraw_command, &of, &settled, &error), &error, "disposal.withdraw");
    assert_int_equal(forget_approve(&home, &of.disposal_id, &error), ERROR_CONFLICT);
    struct case_of case_of = {made.case_id};
    must(visit_look(home.teacher, &case_read_view, &case_of, &rows, &error), &error, "case.read");
    assert_int_equal(rows.n, 1);
    forget_dispose(&home, &in); /* it can be proposed again */
    forget_verify(&home);
}

/* ---- one thing of a case ---- */

static void test_one_item(void **state)
{
    (void)state;
    struct error error;
    struct view_rows rows;
    struct marked made = forget_mark(&home, "MARK3", "Kim Example"), other = forget_mark(&home, "MARK4", "Lee Example");
    struct disposal_proposed proposed;
    struct disposal_propose wrong = {.case_id = made.case_id, .item_id = other.item, FORGET_BY_RULE};
    assert_int_equal(visit_act_wait(home.head, &disposal_propose_command, &wrong, &proposed, &error), ERROR_MISSING);
    wrong.item_id = made.item;
    wrong.decision_id = made.decision;
    assert_int_equal(visit_act_wait(home.head, &disposal_propose_command, &wrong, &proposed, &error), ERROR_INVALID);

    struct disposal_propose in = {.case_id = made.case_id, .item_id = made.item, FORGET_BY_RULE};
    struct id disposal = forget_dispose(&home, &in);
    struct item_list items = {made.case_id};
    must(visit_look(home.teacher, &item_list_view, &items, &rows, &error), &error, "item.list");
    assert_int_equal(rows.n, 0);
    struct receipt_of receipt = {made.receipt};
    must(visit_look(home.worker, &receipt_items_view, &receipt, &rows, &error), &error, "receipt.items");
    assert_int_equal(rows.n, 0);
    must(visit_look(home.worker, &receipt_read_view, &receipt, &rows, &error), &error, "receipt.read");
    assert_true(VISIT_ROW(rows, struct receipt_full, 0)->message.n > 0);
    must(visit_look(home.worker, &receipt_documents_view, &receipt, &rows, &error), &error, "receipt.documents");
    assert_int_equal(rows.n, 1);
    assert_int_equal(notices(home.worker, "disposal-received", &disposal), 1);
    forget_verify(&home);

    struct disposal_propose document = {.case_id = made.case_id, .document_id = made.document, FORGET_BY_RULE};
    disposal = forget_dispose(&home, &document);
    must(visit_look(home.worker, &receipt_documents_view, &receipt, &rows, &error), &error, "receipt.documents");
    assert_int_equal(rows.n, 0);
    struct document_open open = {made.document};
    assert_int_equal(visit_look(home.teacher, &document_open_view, &open, &rows, &error), ERROR_MISSING);
    assert_non_null(strstr(error.what, "destroyed on"));
    forget_verify(&home);

    struct disposal_propose decision = {.case_id = made.case_id, .decision_id = made.decision, FORGET_BY_RULE};
    forget_dispose(&home, &decision);
    assert_int_equal(visit_look(home.worker, &receipt_read_view, &receipt, &rows, &error), ERROR_MISSING);
    struct case_of case_of = {made.case_id};
    must(visit_look(home.teacher, &case_read_view, &case_of, &rows, &error), &error, "case.read");
    assert_int_equal(VISIT_ROW(rows, struct case_row, 0)->decisions, 0);
    assert_true(text_equal(VISIT_ROW(rows, struct case_row, 0)->name, TEXT("Kim Example")));
    forget_verify(&home);
}

/* The person stays known as long as another case is about them. */
static void test_two_cases(void **state)
{
    (void)state;
    struct error error;
    struct view_rows rows;
    struct marked made = forget_mark(&home, "MARK5", "Jo Twocases");
    struct case_open open = {.subject_id = made.subject};
    struct case_opened second;
    must(visit_act_wait(home.teacher, &case_open_command, &open, &second, &error), &error, "case.open");
    forget_dispose(&home, &(struct disposal_propose){.case_id = made.case_id, FORGET_BY_RULE});
    struct case_of case_of = {second.case_id};
    must(visit_look(home.teacher, &case_read_view, &case_of, &rows, &error), &error, "case.read");
    assert_true(text_equal(VISIT_ROW(rows, struct case_row, 0)->name, TEXT("Jo Twocases")));
    forget_verify(&home);
    must(gate_turn_keys(home.home.gate, &error), &error, "gate_turn_keys");
    forget_dispose(&home, &(struct disposal_propose){.case_id = second.case_id, FORGET_BY_RULE});
    struct subject_search search = {TEXT("Jo Twocases")};
    must(visit_look(home.teacher, &subject_search_view, &search, &rows, &error), &error, "subject.search");
    assert_int_equal(rows.n, 0);
    forget_verify(&home);
}

/* ---- one command about several people ---- */

static void test_joint(void **state)
{
    (void)state;
    struct error error;
    struct view_rows rows;
    struct case_opened opened[2];
    struct id cases[2], items[2];
    for (int i = 0; i < 2; i++) {
        struct case_open open = {.name = i ? TEXT("Kit Brother") : TEXT("Sam Brother")};
        must(visit_act_wait(home.teacher, &case_open_command, &open, &opened[i], &error), &error, "case.open");
        cases[i] = opened[i].case_id;
        struct item_record item = {.case_id = cases[i], .text = TEXT("Came hungry."), .nature = TEXT("fact")};
        struct item_recorded recorded;
        must(visit_act_wait(home.teacher, &item_record_command, &item, &recorded, &error), &error, "item.record");
        items[i] = recorded.item_id;
    }
    struct decision_record record = {
        .cases = {cases, 2},
        .agencies = {&home.home.social_care, 1},
        .outside = TEXT("health"),
        .facts = {TEXT("{\"purpose\":\"section-47\",\"identifies\":\"living-person\",\"confidential\":true,"
                       "\"consent\":\"given\",\"consent_covers\":true,\"child_harm\":\"evidence\",\"proportionate\":true,"
                       "\"urgent\":false,\"recipient_needs_to_know\":true,\"informing_raises_risk\":false}")},
        .outcome = TEXT("share"),
        .reasons = TEXT("Both came hungry."),
    };
    struct decision_recorded made;
    must(visit_act_wait(home.teacher, &decision_record_command, &record, &made, &error), &error, "decision.record");
    assert_int_equal(made.decisions.n, 2);
    struct share_send send = {.decisions = made.decisions,
                              .items = {items, 2},
                              .outside_name = TEXT("A clinic"),
                              .link_medium = TEXT("email"),
                              .phrase_medium = TEXT("landline")};
    struct share_sent sent;
    must(visit_act_wait(home.teacher, &share_send_command, &send, &sent, &error), &error, "share.send");

    forget_verify(&home);
    /* whichever case the one parcel hangs on: it held both */
    struct case_of first = {cases[0]}, second = {cases[1]};
    forget_dispose(&home, &(struct disposal_propose){.case_id = cases[1], FORGET_BY_RULE});
    forget_verify(&home);
    assert_int_equal(visit_look(home.teacher, &case_read_view, &second, &rows, &error), ERROR_MISSING);
    must(visit_look(home.teacher, &case_read_view, &first, &rows, &error), &error, "case.read");
    struct decision_list list = {cases[0]};
    must(visit_look(home.teacher, &decision_list_view, &list, &rows, &error), &error, "decision.list");
    assert_int_equal(rows.n, 1);
    assert_true(text_equal(VISIT_ROW(rows, struct decision_row, 0)->reasons, TEXT("Both came hungry.")));
    struct pickup_try try = {.link = sent.link, .phrase = sent.phrase};
    struct pickup_tried tried;
    int result = visit_act_wait(home.teacher, &pickup_try_command, &try, &tried, &error);
    assert_true(result == ERROR_CONFLICT || result == ERROR_MISSING);
    must(gate_turn_keys(home.home.gate, &error), &error, "gate_turn_keys");
    forget_verify(&home);
    forget_dispose(&home, &(struct disposal_propose){.case_id = cases[0], FORGET_BY_RULE});
    forget_verify(&home);
}

/* ---- legal holds ---- */

static int64_t holds_on(const struct id *id)
{
    struct case_of of = {*id};
    struct view_rows rows;
    struct error error;
    must(visit_look(home.head, &case_read_view, &of, &rows, &error), &error, "case.read");
    return VISIT_ROW(rows, struct case_row, 0)->holds;
}

static void test_hold(void **state)
{
    (void)state;
    struct error error;
    struct view_rows rows;
    struct hold_placed placed;
    struct hold_lifted lifted;
    struct marked made = forget_mark(&home, "MARK6", "Ali Example");
    struct disposal_propose in = {.case_id = made.case_id, FORGET_BY_RULE};
    struct id disposal = forget_propose(&home, &in);

    /* by an agency that was sent a share of it */
    struct hold_place_received received = {.receipt_id = made.receipt, .reason = TEXT("It is before the family court.")};
    assert_int_equal(visit_act_wait(home.worker, &hold_place_received_command, &received, &placed, &error), ERROR_FORBIDDEN);
    must(visit_act_wait(home.boss, &hold_place_received_command, &received, &placed, &error), &error, "hold.place_received");
    assert_int_equal(forget_approve(&home, &disposal, &error), ERROR_CONFLICT);
    assert_non_null(strstr(error.what, "Brook Social Care"));
    struct disposal_row row = forget_read(home.principal, &disposal);
    assert_true(lists(row.holds, "Brook Social Care"));
    must(visit_look(home.head, &hold_list_view, &nothing, &rows, &error), &error, "hold.list");
    assert_int_equal(rows.n, 1);
    assert_true(VISIT_ROW(rows, struct hold_row, 0)->stands && !VISIT_ROW(rows, struct hold_row, 0)->own);
    assert_int_equal(VISIT_ROW(rows, struct hold_row, 0)->reason.n, 0); /* theirs to tell */
    must(visit_look(home.boss, &hold_list_view, &nothing, &rows, &error), &error, "hold.list");
    assert_true(text_equal(VISIT_ROW(rows, struct hold_row, 0)->reason, TEXT("It is before the family court.")));
    assert_int_equal(VISIT_ROW(rows, struct hold_row, 0)->name.n, 0);
    assert_false(id_is_set(&VISIT_ROW(rows, struct hold_row, 0)->case_id));

    /* the page of the case tells of it */
    assert_int_equal(holds_on(&made.case_id), 1);
    struct hold_of of = {placed.hold_id};
    assert_int_equal(visit_act_wait(home.head, &hold_lift_command, &of, &lifted, &error), ERROR_MISSING);
    must(visit_act_wait(home.boss, &hold_lift_command, &of, &lifted, &error), &error, "hold.lift");
    assert_int_equal(visit_act_wait(home.boss, &hold_lift_command, &of, &lifted, &error), ERROR_CONFLICT);
    assert_int_equal(holds_on(&made.case_id), 0);

    /* by the agency itself, until a day: it still stands on that day and no longer */
    struct hold_place place = {.case_id = made.case_id, .reason = TEXT("A complaint."), .until = {2001, 1, 1}};
    assert_int_equal(visit_act_wait(home.head, &hold_place_command, &place, &placed, &error), ERROR_INVALID);
    int64_t now = clock_now(), to_noon = (CLOCK_DAY + CLOCK_DAY / 2 - now % CLOCK_DAY) % CLOCK_DAY; /* no day ends while this runs */
    forget_clock_add(to_noon);
    forget_home_sign_in(&home);
    place.until = date_from_days((now + to_noon) / CLOCK_DAY + 2);
    must(visit_act_wait(home.gov, &hold_place_command, &place, &placed, &error), &error, "hold.place");
    assert_int_equal(forget_approve(&home, &disposal, &error), ERROR_CONFLICT);
    forget_verify(&home);
    forget_clock_add(2 * CLOCK_DAY);
    forget_home_sign_in(&home);
    assert_int_equal(forget_approve(&home, &disposal, &error), ERROR_CONFLICT);
    assert_int_equal(holds_on(&made.case_id), 1);
    forget_clock_add(CLOCK_DAY);
    forget_home_sign_in(&home);
    assert_int_equal(holds_on(&made.case_id), 0);
    must(forget_approve(&home, &disposal, &error), &error, "disposal.approve");
    must(visit_look(home.boss, &hold_list_view, &nothing, &rows, &error), &error, "hold.list");
    assert_int_equal(rows.n, 0);
    forget_verify(&home);
}

static int make(void **state)
{
    (void)state;
    forget_home_make(&home, both_database());
    return 0;
}

static int drop(void **state)
{
    (void)state;
    home_drop(&home.home);
    both_end();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_two_people), cmocka_unit_test(test_withdrawn), cmocka_unit_test(test_one_item),
        cmocka_unit_test(test_two_cases),  cmocka_unit_test(test_joint),     cmocka_unit_test(test_hold),
    };
    return cmocka_run_group_tests(tests, make, drop);
}
