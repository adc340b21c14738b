#include "alter_home.h"

#include "raw.h"
#include "touch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

/* ---- rules ---- */

static struct date day_after(int days)
{
    time_t seconds = (time_t)(forget_clock() / CLOCK_SECOND);
    struct tm local;
    localtime_r(&seconds, &local);
    return date_from_days(date_to_days((struct date){local.tm_year + 1900, local.tm_mon + 1, local.tm_mday}) + days);
}

static bool is_worked_out(struct visit *visit, const struct pack_of *of)
{
    struct error error;
    struct view_rows rows;
    must(visit_look(visit, &pack_effect_view, of, &rows, &error), &error, "pack.effect");
    return rows.n && text_equal(VISIT_ROW(rows, struct pack_effect_row, 0)->state, TEXT("done"));
}

static void make_rules(struct forget_home *home)
{
    struct error error;
    struct pack_propose in = {.pack = TEXT("buckinghamshire-2018"), .from = day_after(0), .reasons = TEXT("We have merged.")};
    struct pack_proposed proposed;
    struct pack_settled settled;
    struct pack_acknowledged read;
    struct pack_reviewed reviewed;
    must(visit_act_wait(home->principal, &pack_propose_command, &in, &proposed, &error), &error, "pack.propose");
    struct pack_of of = {proposed.adoption_id};
    for (int i = 0; i < 6000 && !is_worked_out(home->gov, &of); i++) /* a minute, which only a fault needs */
        nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
    assert_true(is_worked_out(home->gov, &of));
    must(visit_act_wait(home->boss, &pack_approve_command, &of, &settled, &error), &error, "pack.approve");
    must(visit_act_wait(home->teacher, &pack_acknowledge_command, &of, &read, &error), &error, "pack.acknowledge");
    struct pack_review review = {.adoption_id = of.adoption_id, .found = TEXT("It does."), .next = day_after(100)};
    must(visit_act_wait(home->gov, &pack_review_command, &review, &reviewed, &error), &error, "pack.review");
}

/* ---- cases ---- */

/* One case gone for good, one without its item, one whose disposal is proposed and was once withdrawn, one under a hold. */
static void make_cases(struct forget_home *home)
{
    struct error error;
    struct disposal_settled settled;
    struct hold_placed placed;
    struct marked whole = forget_mark(home, "MARK1", "Robin Example"), part = forget_mark(home, "MARK2", "Sam Example"),
                  asked = forget_mark(home, "MARK3", "Kim Example"), held = forget_mark(home, "MARK4", "Robin Otherwise");
    home_look_at_case(home->teacher, &whole.case_id);
    home_look_at_case(home->teacher, &part.case_id);
    home_look_at_case(home->teacher, &held.case_id);
    make_rules(home);
    forget_dispose(home, &(struct disposal_propose){.case_id = whole.case_id, FORGET_BY_RULE});
    must(gate_turn_keys(home->home.gate, &error), &error, "gate_turn_keys");
    forget_dispose(home, &(struct disposal_propose){.case_id = part.case_id, .item_id = part.item, FORGET_BY_RULE});
    struct disposal_of of = {forget_propose(home, &(struct disposal_propose){.case_id = asked.case_id, FORGET_BY_RULE})};
    must(visit_act_wait(home->head, &disposal_withdraw_command, &of, &settled, &error), &error, "disposal.withdraw");
    (void)forget_propose(home, &(struct disposal_propose){.case_id = asked.case_id, .decision_id = asked.decision, FORGET_BY_RULE});
    struct hold_place place = {.case_id = held.case_id, .reason = TEXT("A complaint")};
    must(visit_act_wait(home->head, &hold_place_command, &place, &placed, &error), &error, "hold.place");
    home_look_at_case(home->head, &held.case_id);
}

/* ---- people ---- */

static void make_accounts(struct forget_home *home)
{
    struct error error;
    struct token_make make = {.label = TEXT("a program")};
    struct token_made made;
    struct session_ended ended;
    struct nothing nothing = {0};
    struct account_password change = {TEXT(HOME_PASSWORD), TEXT("another long enough password")};
    struct session_begin wrong = {.login = TEXT("teacher"), .password = TEXT("not the password")};
    struct session_begun begun;
    struct visit *visit;
    must(visit_act_wait(home->teacher, &token_make_command, &make, &made, &error), &error, "token.make");
    must(visit_act_wait(home->other, &session_end_command, &nothing, &ended, &error), &error, "session.end");
    must(visit_begin(home->home.gate, home->home.arena, &visit, &error), &error, "visit_begin");
    must(visit_act_wait(visit, &session_begin_command, &wrong, &begun, &error), &error, "session.begin");
    assert_false(begun.signed_in);
    must(visit_act_wait(home->worker, &account_password_command, &change, &ended, &error), &error, "account.password");
}

/* ---- all of it ---- */

/* What came to be beside any command: a checkpoint as witnesses have it, and what a witness said. */
static void make_beside(struct raw *raw)
{
    raw_run(raw, "INSERT INTO log_cosigned SELECT 1, CAST(substr(note, instr(note, char(10)) + 1) AS INTEGER), note FROM log_head;"
                 "INSERT INTO witness_alarm VALUES ('w.example+1', 1, 'it has seen more entries than this log has')");
}

void alter_home_make(struct alter_home *home)
{
    enum { EACH = 3 };
    *home = (struct alter_home){.earlier = ""};
    struct test_home *in = &home->forget.home;
    forget_home_make(&home->forget, NULL);
    make_cases(&home->forget);
    gate_close(&in->gate);
    snprintf(home->earlier, sizeof home->earlier, "%s.earlier", in->folder);
    shell("cp -r %s %s", in->folder, home->earlier);
    home_reopen(in);
    forget_home_sign_in(&home->forget);
    (void)forget_mark(&home->forget, "MARK5", "Noor Example");
    make_accounts(&home->forget);
    struct raw raw = raw_open(in, "proviso");
    for (const struct ledgered *table = ledgered_tables; table->name; table++)
        for (int64_t n = raw_int(&raw, "SELECT count(*) FROM %s", table->name); n < EACH; n++)
            touch_make(in, raw.db, table); /* last: some may go again when time passes */
    make_beside(&raw);
    raw_close(&raw);
    gate_close(&in->gate);
    alter_file_read(&home->file[0], in->folder, "proviso");
    alter_file_read(&home->file[1], in->folder, "documents");
}

void alter_home_drop(struct alter_home *home)
{
    shell("rm -rf %s", home->earlier);
    for (size_t i = 0; i < 2; i++)
        alter_file_end(&home->file[i]);
    home_drop(&home->forget.home);
}
