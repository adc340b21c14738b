/* Who is who: sessions that end everywhere, tokens that are taken back, names that cannot be found out. */
#include "home.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <unistd.h>
#include <cmocka.h>

static struct test_home home;

static struct visit *new_visit(void)
{
    struct error error;
    struct visit *visit;
    must(visit_begin(home.gate, home.arena, &visit, &error), &error, "visit_begin");
    return visit;
}

static struct text sign_in(const char *login, const char *password)
{
    struct error error;
    struct session_begin in = {text_of(login), text_of(password)};
    struct session_begun out;
    must(visit_act_wait(new_visit(), &session_begin_command, &in, &out, &error), &error, "session.begin");
    return out.signed_in ? out.token : TEXT("");
}

/* Signing out ends all sessions of the account's browsers, also those that the server remembers; tokens go on. */
static void test_sign_out(void **state)
{
    (void)state;
    struct error error;
    struct nothing nothing = {0};
    struct session_ended ended;
    struct token_make make = {.label = TEXT("timetable program")};
    struct token_made token;
    struct text here = sign_in("teacher", HOME_PASSWORD), there = sign_in("teacher", HOME_PASSWORD),
                other = sign_in("other", HOME_PASSWORD);
    struct visit *visit = new_visit(), *second = new_visit();
    must(visit_by_session(second, there, &error), &error, "the second browser");
    must(visit_by_session(visit, here, &error), &error, "the first browser");
    must(visit_act_wait(visit, &token_make_command, &make, &token, &error), &error, "token.make");
    must(visit_by_bearer(new_visit(), token.token, &error), &error, "the token");
    must(visit_by_session(new_visit(), other, &error), &error, "a colleague");

    must(visit_act_wait(visit, &session_end_command, &nothing, &ended, &error), &error, "session.end");
    assert_int_equal(visit_by_session(new_visit(), here, &error), ERROR_UNAUTHENTICATED);
    assert_int_equal(visit_by_session(new_visit(), there, &error), ERROR_UNAUTHENTICATED);
    must(visit_by_bearer(new_visit(), token.token, &error), &error, "the token");
    must(visit_by_session(new_visit(), other, &error), &error, "a colleague");
}

static void test_tokens(void **state)
{
    (void)state;
    struct error error;
    struct nothing nothing = {0};
    struct view_rows rows;
    struct session_ended ended;
    struct token_make make = {.label = TEXT("one"), .days = 91};
    struct token_made one, two;
    struct visit *visit = home_visit(&home, "other"), *worker = home_visit(&home, "worker");
    assert_int_equal(visit_act_wait(visit, &token_make_command, &make, &one, &error), ERROR_INVALID);
    make.days = 90;
    must(visit_act_wait(visit, &token_make_command, &make, &one, &error), &error, "token.make");
    make.label = TEXT("two");
    must(visit_act_wait(visit, &token_make_command, &make, &two, &error), &error, "token.make");
    must(visit_by_bearer(new_visit(), one.token, &error), &error, "the token");
    must(visit_look(visit, &token_list_view, &nothing, &rows, &error), &error, "token.list");
    assert_int_equal(rows.n, 2);
    const struct token_row *row = VISIT_ROW(rows, struct token_row, 1);
    assert_true(text_equal(row->label, TEXT("one")));
    struct token_end end = {row->token_id};
    assert_int_equal(visit_act_wait(worker, &token_end_command, &end, &ended, &error), ERROR_MISSING);
    must(visit_act_wait(visit, &token_end_command, &end, &ended, &error), &error, "token.end");
    assert_int_equal(visit_by_bearer(new_visit(), one.token, &error), ERROR_UNAUTHENTICATED);
    must(visit_by_bearer(new_visit(), two.token, &error), &error, "the other token");
    assert_int_equal(visit_act_wait(visit, &token_end_command, &end, &ended, &error), ERROR_MISSING);
}

/* An unknown name is counted and rests like a known one: nobody learns which names there are. */
static void test_unknown_names(void **state)
{
    (void)state;
    struct error known, unknown;
    struct session_begin in = {TEXT("second"), TEXT("wrong words here")}, nobody = {TEXT("nobody at all"), TEXT("wrong words here")};
    struct session_begun out;
    for (int i = 0; i < 5; i++) {
        must(visit_act_wait(new_visit(), &session_begin_command, &in, &out, &known), &known, "session.begin");
        assert_false(out.signed_in);
        must(visit_act_wait(new_visit(), &session_begin_command, &nobody, &out, &unknown), &unknown, "session.begin");
        assert_false(out.signed_in);
    }
    assert_int_equal(visit_act_wait(new_visit(), &session_begin_command, &in, &out, &known), ERROR_LIMITED);
    assert_int_equal(visit_act_wait(new_visit(), &session_begin_command, &nobody, &out, &unknown), ERROR_LIMITED);
    assert_string_equal(known.what, unknown.what);
    in.password = TEXT(HOME_PASSWORD);
    assert_int_equal(visit_act_wait(new_visit(), &session_begin_command, &in, &out, &known), ERROR_LIMITED);
    /* a right password clears the count */
    sign_in("head", "wrong words here");
    assert_true(sign_in("head", HOME_PASSWORD).n > 0);
    for (int i = 0; i < 4; i++)
        sign_in("head", "wrong words here");
    assert_true(sign_in("  head ", HOME_PASSWORD).n > 0);
}

static void test_passwords(void **state)
{
    (void)state;
    struct error error;
    static const char *const bad[] = {"short", "elevenchars", "aaaaaaaaaaaaaaaa", "abababababababab", "my name is newcomer!"};
    struct account_add in = {.post_id = home.teacher, .login = TEXT(" newcomer ")};
    struct account_added out;
    struct visit *visit = new_visit();
    visit_as_operator(visit);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        in.password = text_of(bad[i]);
        assert_int_equal(visit_act_wait(visit, &account_add_command, &in, &out, &error), ERROR_INVALID);
        assert_string_equal(error.where, "password");
    }
    in.password = TEXT("four words not together");
    must(visit_act_wait(visit, &account_add_command, &in, &out, &error), &error, "account.add");
    assert_true(sign_in("newcomer", "four words not together").n > 0);
    assert_int_equal(visit_act_wait(visit, &account_add_command, &in, &out, &error), ERROR_CONFLICT);
}

/* A new password, and the end of an account: whoever was signed in is not any more. */
static void test_account_changes(void **state)
{
    (void)state;
    struct error error;
    struct session_ended ended;
    struct token_make make = {.label = TEXT("program")};
    struct token_made token;
    struct visit *operator_visit = new_visit(), *visit = new_visit();
    struct account_add add = {.post_id = home.teacher, .login = TEXT("leaver"), .password = TEXT("four words not together")};
    struct account_added added;
    visit_as_operator(operator_visit);
    must(visit_act_wait(operator_visit, &account_add_command, &add, &added, &error), &error, "account.add");
    struct text session = sign_in("leaver", "four words not together");
    must(visit_by_session(visit, session, &error), &error, "session");

    struct account_password change = {TEXT("not my password"), TEXT("other words than before")};
    assert_int_equal(visit_act_wait(visit, &account_password_command, &change, &ended, &error), ERROR_INVALID);
    change.present = TEXT("four words not together");
    must(visit_act_wait(visit, &account_password_command, &change, &ended, &error), &error, "account.password");
    assert_int_equal(visit_by_session(new_visit(), session, &error), ERROR_UNAUTHENTICATED);
    assert_int_equal(sign_in("leaver", "four words not together").n, 0);
    session = sign_in("leaver", "other words than before");
    must(visit_by_session(visit, session, &error), &error, "session");
    must(visit_act_wait(visit, &token_make_command, &make, &token, &error), &error, "token.make");
    must(visit_by_bearer(new_visit(), token.token, &error), &error, "token");

    struct account_end end = {added.account_id};
    must(visit_act_wait(operator_visit, &account_end_command, &end, &ended, &error), &error, "account.end");
    assert_int_equal(visit_by_session(new_visit(), session, &error), ERROR_UNAUTHENTICATED);
    assert_int_equal(visit_by_bearer(new_visit(), token.token, &error), ERROR_UNAUTHENTICATED);
    assert_int_equal(sign_in("leaver", "other words than before").n, 0);
}

static void open_with_idle(int64_t idle)
{
    struct error error;
    struct gate_settings settings = home_settings(&home);
    settings.idle = idle;
    gate_close(&home.gate);
    must(gate_open(&settings, &home.gate, &error), &error, "gate_open");
}

/* A session, used again and again for longer than `idle`. False if the machine stood still for so long between two uses. */
static bool use_on(int64_t idle, struct text *token)
{
    struct error error;
    open_with_idle(idle);
    int64_t used = clock_now();
    *token = sign_in("worker", HOME_PASSWORD);
    for (int i = 0; i < 5; i++) {
        int64_t before = clock_now();
        int result = visit_by_session(new_visit(), *token, &error);
        if (result && clock_now() - used >= idle)
            return false;
        must(result, &error, "in use");
        used = before;
        usleep((useconds_t)(idle / 4));
    }
    return true;
}

/* A session that nobody uses ends, and a restart does not bring it back. */
static void test_idle(void **state)
{
    (void)state;
    struct error error;
    struct text token;
    int64_t idle = CLOCK_SECOND;
    while (!use_on(idle, &token)) {
        idle *= 2;
        assert_true(idle < 60 * CLOCK_SECOND);
    }
    usleep((useconds_t)idle);
    assert_int_equal(visit_by_session(new_visit(), token, &error), ERROR_UNAUTHENTICATED);
    assert_int_equal(visit_by_session(new_visit(), token, &error), ERROR_UNAUTHENTICATED);
    open_with_idle(idle);
    assert_int_equal(visit_by_session(new_visit(), token, &error), ERROR_UNAUTHENTICATED);
    /* one that is in use goes on across a restart */
    open_with_idle(600 * CLOCK_SECOND);
    token = sign_in("worker", HOME_PASSWORD);
    open_with_idle(600 * CLOCK_SECOND);
    must(visit_by_session(new_visit(), token, &error), &error, "after a restart");
}

static int make(void **state)
{
    *state = &home;
    home = (struct test_home){0};
    home_make(&home);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_sign_out), cmocka_unit_test(test_tokens),
                                       cmocka_unit_test(test_unknown_names), cmocka_unit_test(test_passwords), cmocka_unit_test(test_account_changes),
                                       cmocka_unit_test(test_idle)};
    return cmocka_run_group_tests(tests, make, home_end);
}
