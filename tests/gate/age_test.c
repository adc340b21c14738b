/*
 * A clock that is wrong destroys nothing: not what goes by its age (drafts, uploads, sessions), nor what a legal hold keeps.
 * While the server runs and across a restart; forwards, back, and from 1970. A clock that stands for a day is believed.
 */
#include "forget_fixture.h"
#include "raw.h"
#include "inside.h"
#include "support/wait.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#define HOUR (3600 * CLOCK_SECOND)
#define YEAR (365 * CLOCK_DAY)

/* Somebody saves a draft: the moment at which expired ones go. */
static struct id save_draft(void)
{
    struct error error;
    struct draft_save save = {.journey = TEXT("worry"), .content = {TEXT("{\"said\":\"what I saw\"}")}};
    struct draft_saved saved;
    must(visit_act_wait(home.teacher, &draft_save_command, &save, &saved, &error), &error, "draft.save");
    return saved.draft_id;
}

static bool draft_reads(const struct id *draft)
{
    struct error error;
    struct view_rows rows;
    struct draft_of of = {*draft};
    int result = visit_look(home.teacher, &draft_read_view, &of, &rows, &error);
    if (result == ERROR_MISSING)
        return false;
    must(result, &error, "draft.read");
    return rows.n == 1 && text_equal(VISIT_ROW(rows, struct draft_row, 0)->content.json, TEXT("{\"said\":\"what I saw\"}"));
}

static int64_t drafts_of(const struct id *draft)
{
    return raw_ask(&home.home, "proviso", "SELECT count(*) FROM draft WHERE id = '%s'", draft->text);
}

/* Received, and not attached yet: its author reads once more what is to be sent with it. */
static struct document_attach upload(const struct id *case_id)
{
    struct error error;
    struct document_receiver *receiver;
    struct document_attach attach;
    must(document_receive(home.teacher, case_id, TEXT("a.txt"), TEXT("text/plain"), &receiver, &error), &error, "receive");
    must(document_piece(receiver, "words", 5, &error), &error, "piece");
    must(document_received(receiver, home.home.arena, &attach, &error), &error, "received");
    document_receive_end(&receiver);
    return attach;
}

static struct id open_case(void)
{
    struct error error;
    struct case_open open = {.name = TEXT("Robin Example"), .born = {2015, 4, 1}};
    struct case_opened opened;
    must(visit_act_wait(home.teacher, &case_open_command, &open, &opened, &error), &error, "case.open");
    return opened.case_id;
}

static bool doubts(void)
{
    struct gate_doubt doubt;
    return gate_doubts_clock(home.home.gate, &doubt);
}

/* Closing tidies up, and looks for uploads that are old. */
static void restart(void)
{
    home_reopen(&home.home);
    home.teacher = home_visit(&home.home, "teacher");
}

/* Whatever the clock is set to, and for however many hours of service below a day. */
static void go_wrong(int64_t leap, int64_t hours, bool with_restart)
{
    forget_clock_jump(leap);
    for (int i = 0; i < 2; i++) {
        if (with_restart)
            restart();
        home.teacher = home_visit(&home.home, "teacher"); /* also drops sessions that are over */
        save_draft();
        forget_clock_add(hours / 2 * HOUR);
    }
    assert_true(doubts());
    save_draft();
    restart();
    assert_true(doubts());
    forget_clock_jump(-leap);
    restart();
}

static void test_nothing_goes(void **state)
{
    (void)state;
    static const struct {
        int64_t leap, hours;
        bool restart;
    } wrong[] = {{CLOCK_DAY, 6, false}, {YEAR, 6, false}, {YEAR, 6, true}, {20 * YEAR, 4, true}, {-YEAR, 6, true}, {-56 * YEAR, 6, false}};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct error error;
        struct document_attached attached;
        struct id case_id = open_case(), draft = save_draft();
        struct document_attach attach = upload(&case_id);
        home.teacher = home_visit(&home.home, "teacher");
        int64_t sessions = raw_ask(&home.home, "proviso", "SELECT count(*) FROM session");
        go_wrong(wrong[i].leap, wrong[i].hours, wrong[i].restart);
        assert_false(doubts());
        assert_true(draft_reads(&draft));
        assert_true(raw_ask(&home.home, "proviso", "SELECT count(*) FROM session") >= sessions);
        must(visit_act_wait(home.teacher, &document_attach_command, &attach, &attached, &error), &error, "document.attach");
        forget_verify(&home);
        forget_clock_add(7 * CLOCK_DAY); /* the next one's ground is clean */
        save_draft();
        assert_int_equal(drafts_of(&draft), 0);
    }
}

/* What happened yesterday happened, whatever the clock says. */
static void item_of(const struct id *case_id, int64_t happened_at)
{
    struct error error;
    struct item_record record = {.case_id = *case_id, .text = TEXT("A bruise."), .nature = TEXT("fact"), .happened_at = {happened_at}};
    struct item_recorded recorded;
    must(visit_act_wait(home.teacher, &item_record_command, &record, &recorded, &error), &error, "item.record");
}

static void decide_on(const struct id *case_id, int64_t happened_at)
{
    struct error error;
    struct decision_recorded recorded;
    struct decision_record record = {
        .cases = {case_id, 1},
        .agencies = {&home.home.social_care, 1},
        .facts = {TEXT("{\"purpose\":\"section-47\",\"identifies\":\"living-person\",\"confidential\":true,"
                       "\"consent\":\"given\",\"consent_covers\":true,\"child_harm\":\"evidence\",\"proportionate\":true,"
                       "\"urgent\":false,\"recipient_needs_to_know\":true,\"informing_raises_risk\":false}")},
        .outcome = TEXT("share"),
        .reasons = TEXT("The bruise."),
        .happened_at = {happened_at}};
    must(visit_act_wait(home.teacher, &decision_record_command, &record, &recorded, &error), &error, "decision.record");
}

/* What is saved while the clock is behind is not old once it is put right. */
static void test_behind(void **state)
{
    (void)state;
    int64_t yesterday = gate_now(home.home.gate) - CLOCK_DAY;
    forget_clock_jump(-56 * YEAR);
    restart();
    struct error error;
    struct document_attached attached;
    struct id case_id = open_case(), draft = save_draft();
    struct document_attach attach = upload(&case_id);
    item_of(&case_id, yesterday);
    decide_on(&case_id, yesterday);
    forget_clock_jump(56 * YEAR);
    restart();
    save_draft();
    assert_true(draft_reads(&draft));
    must(visit_act_wait(home.teacher, &document_attach_command, &attach, &attached, &error), &error, "document.attach");
    forget_verify(&home);
}

/* Time that passes makes old, and so does a clock that stands for a day of service, or is where the service left it. */
static void test_goes_in_time(void **state)
{
    (void)state;
    struct id draft = save_draft();
    forget_clock_add(CLOCK_DAY + HOUR);
    home.teacher = home_visit(&home.home, "teacher");
    save_draft();
    assert_false(draft_reads(&draft));         /* expired: shown no more */
    assert_int_equal(drafts_of(&draft), 1);    /* destroyed later */
    forget_clock_add(12 * HOUR);
    save_draft();
    assert_int_equal(drafts_of(&draft), 0);

    /* off for a fortnight */
    struct id case_id = open_case();
    draft = save_draft();
    upload(&case_id);
    int64_t uploads = raw_ask(&home.home, "documents", "SELECT count(*) FROM upload");
    home_reopen(&home.home);
    forget_clock_jump(14 * CLOCK_DAY);
    restart();
    assert_true(doubts());
    for (int i = 0; i < 4; i++) {
        forget_clock_add(23 * HOUR / 4); /* a day in pieces, with restarts between */
        save_draft();
        restart();
        assert_true(doubts() && drafts_of(&draft) == 1);
    }
    forget_clock_add(2 * HOUR);
    save_draft();
    assert_false(doubts());
    assert_int_equal(drafts_of(&draft), 0);
    restart();
    assert_true(raw_ask(&home.home, "documents", "SELECT count(*) FROM upload") < uploads);
}

/* Leaps too small to be doubted are followed, each from where the one before has led. */
static void test_small_leaps(void **state)
{
    (void)state;
    for (int i = 0; i < 3; i++) {
        forget_clock_jump(8 * HOUR);
        assert_false(doubts());
    }
    forget_clock_jump(-24 * HOUR);
    assert_true(doubts());
    forget_clock_jump(24 * HOUR);
    assert_false(doubts());
    for (int i = 0; i < 3; i++) {
        forget_clock_jump(-8 * HOUR);
        assert_false(doubts());
    }
}

/* Ahead by small leaps and put right by one: what was sent before is not old while its week is not over by both clocks. */
static void test_put_right(void **state)
{
    (void)state;
    struct error error;
    struct document_attached attached;
    struct id case_id = open_case();
    struct document_attach attach = upload(&case_id);
    forget_clock_add(7 * CLOCK_DAY + 12 * HOUR);
    for (int i = 0; i < 3; i++) {
        forget_clock_jump(8 * HOUR);
        assert_false(doubts());
    }
    forget_clock_jump(-24 * HOUR);
    restart();
    assert_true(doubts());
    restart();
    must(visit_act_wait(home.teacher, &document_attach_command, &attach, &attached, &error), &error, "document.attach");
    forget_clock_add(25 * HOUR);
    assert_false(doubts());
}

/* The clock was right and the service off for so long: what is sent while it is doubted is new once it is believed. */
static void test_doubted_and_right(void **state)
{
    (void)state;
    struct error error;
    struct document_attached attached;
    forget_clock_jump(14 * CLOCK_DAY);
    restart();
    assert_true(doubts());
    struct id case_id = open_case();
    struct document_attach attach = upload(&case_id);
    forget_clock_add(25 * HOUR);
    assert_false(doubts());
    restart();
    restart();
    must(visit_act_wait(home.teacher, &document_attach_command, &attach, &attached, &error), &error, "document.attach");
}

static int64_t left(void)
{
    struct gate_doubt doubt;
    assert_true(gate_doubts_clock(home.home.gate, &doubt));
    return doubt.left;
}

/* A clock that leaps again has not stood for a day: the day begins anew. */
static void test_second_leap(void **state)
{
    (void)state;
    forget_clock_jump(YEAR);
    restart();
    assert_in_range(left(), 23 * HOUR, 24 * HOUR);
    forget_clock_add(20 * HOUR);
    assert_in_range(left(), 3 * HOUR, 4 * HOUR);
    struct id draft = save_draft();
    forget_clock_jump(YEAR);
    assert_in_range(left(), 23 * HOUR, 24 * HOUR);
    forget_clock_add(20 * HOUR);
    save_draft();
    assert_true(doubts() && drafts_of(&draft) == 1);
    forget_clock_add(5 * HOUR);
    save_draft();
    assert_false(doubts());
    assert_int_equal(drafts_of(&draft), 0);
}

/* Without an end too: what was kept now and then is not so old that a clock that is right is doubted. */
static void test_crash(void **state)
{
    (void)state;
    char path[128];
    struct error error;
    struct text kept;
    snprintf(path, sizeof path, "%s/data/clock", home.home.folder);
    forget_clock_add(13 * HOUR);
    assert_false(doubts());
    age_keep(home.home.gate, false);
    must(file_read(home.home.arena, path, 200, &kept, &error), &error, "data/clock");
    gate_close(&home.home.gate);
    must(file_replace(path, kept, 0600, &error), &error, "data/clock");
    restart();
    assert_false(doubts());
}

/* What it saw up to its end counts when it comes back, though it was seen only a few minutes before. */
static void test_kept_at_the_end(void **state)
{
    (void)state;
    restart(); /* what was before is kept */
    forget_clock_add(8 * 60 * CLOCK_SECOND);
    home.teacher = home_visit(&home.home, "teacher");
    gate_close(&home.home.gate);
    forget_clock_jump(12 * HOUR - 4 * 60 * CLOCK_SECOND);
    restart();
    assert_false(doubts());
}

/* A doubt that has ended stays so across a crash: where the same wrong time comes back, its day begins anew. */
static void test_crash_after_doubt(void **state)
{
    (void)state;
    char path[128];
    struct error error;
    struct text kept;
    struct id draft = save_draft();
    snprintf(path, sizeof path, "%s/data/clock", home.home.folder);
    forget_clock_jump(YEAR);
    assert_true(doubts());
    forget_clock_add(22 * HOUR);
    assert_true(doubts());
    age_keep(home.home.gate, false);
    forget_clock_jump(-YEAR);
    assert_false(doubts());
    age_keep(home.home.gate, false);
    must(file_read(home.home.arena, path, 200, &kept, &error), &error, "data/clock");
    gate_close(&home.home.gate);
    must(file_replace(path, kept, 0600, &error), &error, "data/clock"); /* as a crash leaves it */
    forget_clock_jump(YEAR);
    restart();
    forget_clock_add(3 * HOUR);
    save_draft();
    assert_true(doubts() && drafts_of(&draft) == 1);
    forget_clock_jump(-YEAR);
    restart();
    assert_false(doubts());
}

/* Where the file is lost the newest entry says how late it was. */
static void test_without_file(void **state)
{
    (void)state;
    char path[128];
    struct id draft = save_draft();
    gate_close(&home.home.gate);
    snprintf(path, sizeof path, "%s/data/clock", home.home.folder);
    assert_int_equal(unlink(path), 0);
    forget_clock_jump(YEAR);
    restart();
    assert_true(doubts());
    save_draft();
    assert_int_equal(drafts_of(&draft), 1);
    forget_clock_jump(-YEAR);
    home.teacher = home_visit(&home.home, "teacher");
    assert_true(draft_reads(&draft) && !doubts());
}

/* Two people, and the hold of another agency: none of it is got round by a clock. */
static void test_hold(void **state)
{
    (void)state;
    struct error error;
    forget_home_sign_in(&home);
    struct marked made = forget_mark(&home, "jump", "Robin Example");
    struct disposal_propose propose = {.case_id = made.case_id, FORGET_BY_RULE};
    struct hold_place place = {.case_id = made.case_id, .reason = TEXT("A complaint.")};
    struct hold_placed placed;
    place.until = date_from_days(forget_clock() / CLOCK_DAY + 30);
    must(visit_act_wait(home.gov, &hold_place_command, &place, &placed, &error), &error, "hold.place");
    struct id disposal = forget_propose(&home, &propose);
    for (int again = 0; again < 2; again++) {
        forget_clock_jump(YEAR);
        if (again)
            restart();
        forget_home_sign_in(&home);
        assert_int_equal(forget_approve(&home, &disposal, &error), ERROR_CONFLICT);
        assert_non_null(strstr(error.what, "legal hold"));
        struct disposal_row row = forget_read(home.principal, &disposal);
        assert_int_equal(row.holds.n, 1);
        forget_clock_jump(-YEAR);
        forget_home_sign_in(&home);
        assert_int_equal(forget_approve(&home, &disposal, &error), ERROR_CONFLICT);
    }
    forget_clock_add(32 * CLOCK_DAY);
    forget_home_sign_in(&home);

    /* approved while the clock is a year ahead: final in the set time all the same, not a year late */
    forget_clock_jump(YEAR);
    forget_home_sign_in(&home);
    must(forget_approve(&home, &disposal, &error), &error, "disposal.approve");
    forget_clock_jump(-YEAR);
    WAIT_FOR(gate_forget_progress(home.home.gate).waiting == 0);
    forget_home_sign_in(&home);
    forget_verify(&home);
}

int main(void)
{
    log_threshold(LOG_LEVEL_ERROR);
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_nothing_goes), cmocka_unit_test(test_behind),
                                       cmocka_unit_test(test_goes_in_time), cmocka_unit_test(test_small_leaps),
                                       cmocka_unit_test(test_put_right), cmocka_unit_test(test_doubted_and_right),
                                       cmocka_unit_test(test_second_leap), cmocka_unit_test(test_kept_at_the_end),
                                       cmocka_unit_test(test_crash), cmocka_unit_test(test_crash_after_doubt),
                                       cmocka_unit_test(test_without_file),
                                       cmocka_unit_test(test_hold)};
    return cmocka_run_group_tests(tests, make, drop);
}
