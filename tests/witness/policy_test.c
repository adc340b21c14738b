/* The policy file: what it may say, what is refused and where, when its quorum is met. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base.h"
#include "witness/policy.h"

static struct arena *arena;
static struct error error;
static const char *log_key, *key[6]; /* verifier keys; of the curve's points any 32 bytes do here */

static int setup(void **state)
{
    (void)state;
    arena = arena_new(64 << 20, ARENA_PLAIN);
    for (uint8_t i = 0; i < 7; i++) {
        uint8_t public_key[32] = {[0] = i, [31] = 7};
        struct ledger_key made;
        struct text name = arena_format(arena, "witness.example/%d", i);
        if (ledger_key_make(i == 6 ? LEDGER_KEY_LOG : LEDGER_KEY_WITNESS, name, public_key, &made, &error) != 0)
            return -1;
        *(i == 6 ? &log_key : &key[i]) = ledger_key_text(arena, &made).p;
    }
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static int parse(struct witness_policy *policy, const char *format, ...) __attribute__((format(printf, 2, 3)));
static int parse(struct witness_policy *policy, const char *format, ...)
{
    char source[4000];
    va_list list;
    va_start(list, format);
    vsnprintf(source, sizeof source, format, list);
    va_end(list);
    return witness_policy_parse(arena, text_of(source), "policy", policy, &error);
}

static void two_agencies(void **state)
{
    (void)state;
    struct witness_policy policy;
    assert_int_equal(parse(&policy,
                           "# who must have seen it, in a caf\xe9\n\n  log %s https://host.example/log/ \n"
                           "witness leeds-1 %s https://w1.leeds.example\n\twitness leeds-2\t%s\n"
                           "witness york %s http://127.0.0.1:8090/w\nwitness hull %s\n"
                           "group leeds any leeds-1 leeds-2\ngroup partners 2 leeds york hull\nquorum partners",
                           log_key, key[0], key[1], key[2], key[3]),
                     0);
    assert_int_equal(policy.log_count, 1);
    assert_true(text_equal(policy.log[0].url, TEXT("https://host.example/log")));
    assert_int_equal(policy.witness_count, 4);
    assert_true(text_equal(policy.witness[1].name, TEXT("leeds-2")));
    assert_int_equal(policy.witness[1].url.n, 0);
    assert_true(text_equal(policy.witness[2].url, TEXT("http://127.0.0.1:8090/w")));
    assert_true(text_equal(witness_policy_words(arena, &policy), TEXT("2 of (1 of leeds-1, leeds-2), york, hull")));
    for (unsigned set = 0; set < 16; set++) {
        bool seen[4] = {set & 1, set & 2, set & 4, set & 8};
        bool met = (seen[0] || seen[1]) + seen[2] + seen[3] >= 2;
        assert_int_equal(witness_policy_met(&policy, seen), met);
    }
}

static void other_quorums(void **state)
{
    (void)state;
    struct witness_policy policy;
    bool none[2] = {false, false}, first[2] = {true, false}, both[2] = {true, true};
    assert_int_equal(parse(&policy, "quorum none\n"), 0);
    assert_true(witness_policy_met(&policy, none));
    assert_int_equal(parse(&policy, "witness a %s\nwitness b %s\nquorum a\n", key[0], key[1]), 0);
    assert_true(witness_policy_met(&policy, first));
    assert_false(witness_policy_met(&policy, none));
    assert_int_equal(parse(&policy, "witness a %s\nwitness b %s\ngroup g all a b\nquorum g\n", key[0], key[1]), 0);
    assert_false(witness_policy_met(&policy, first));
    assert_true(witness_policy_met(&policy, both));
    assert_true(text_equal(witness_policy_words(arena, &policy), TEXT("all of a, b")));
}

static void refused(void **state)
{
    (void)state;
    struct witness_policy policy;
    const struct {
        const char *tail, *place;
    } bad[] = {
        {"", "policy"},                                          /* no quorum */
        {"quorum c\n", "policy line 3"},                         /* not defined */
        {"quorum a\nquorum a\n", "policy line 4"},               /* twice */
        {"quorum a b\n", "policy line 3"},
        {"quorum\n", "policy line 3"},
        {"group g 0 a\nquorum g\n", "policy line 3"},
        {"group g 3 a b\nquorum g\n", "policy line 3"},
        {"group g 01 a b\nquorum g\n", "policy line 3"},
        {"group g +1 a b\nquorum g\n", "policy line 3"},
        {"group g most a b\nquorum g\n", "policy line 3"},
        {"group g any\nquorum g\n", "policy line 3"},
        {"group g any a a\nquorum g\n", "policy line 3"},        /* counts twice */
        {"group g any a\ngroup h any a\nquorum g\n", "policy line 4"},
        {"group g any g\nquorum g\n", "policy line 3"},          /* round in circles */
        {"group a any b\nquorum a\n", "policy line 3"},          /* the name is taken */
        {"group none any b\nquorum none\n", "policy line 3"},
        {"group g any none\nquorum g\n", "policy line 3"},
        {"Quorum a\n", "policy line 3"},
        {"quorum a\r\n", "policy line 3"},
        {"# \x01\nquorum a\n", "policy line 3"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        if (parse(&policy, "witness a %s\nwitness b %s\n%s", key[0], key[1], bad[i].tail) != ERROR_INPUT)
            fail_msg("taken: %s", bad[i].tail);
        if (!text_starts(text_of(error.where), text_of(bad[i].place)))
            fail_msg("%s: place is %s", bad[i].tail, error.where);
    }
    assert_int_equal(parse(&policy, "witness a %s\nwitness b %s\nquorum a\n", key[0], key[0]), ERROR_INPUT);
    assert_int_equal(parse(&policy, "witness a %s\nquorum a\n", log_key), ERROR_INPUT);
    assert_int_equal(parse(&policy, "log %s\nquorum none\n", key[0]), ERROR_INPUT);
    assert_int_equal(parse(&policy, "log %s\nlog %s\nquorum none\n", log_key, log_key), ERROR_INPUT);
    assert_int_equal(parse(&policy, "witness caf\xe9 %s\nquorum caf\xe9\n", key[0]), ERROR_INPUT);
    assert_non_null(strstr(error.what, "not UTF-8"));
    assert_int_equal(parse(&policy, "witness caf\xc3\xa9 %s\nquorum caf\xc3\xa9\n", key[0]), 0);
    assert_int_equal(parse(&policy, "%s", ""), ERROR_INPUT);
    static const char *const urls[] = {"http://w.example",      "ftp://w.example",     "https://",       "w.example",
                                       "https://a@w.example",   "https://w.example?a", "https:///x",     "http://localhost.example",
                                       "https://w.example more", "http://127.0.0.1.example", "https://w.example#a"};
    for (size_t i = 0; i < sizeof urls / sizeof *urls; i++)
        if (parse(&policy, "witness a %s %s\nquorum a\n", key[0], urls[i]) != ERROR_INPUT)
            fail_msg("taken: %s", urls[i]);
    char longest[WITNESS_URL_MOST + 2] = "https://w.example/";
    memset(longest + strlen(longest), 'a', sizeof longest - 1 - strlen(longest));
    assert_int_equal(parse(&policy, "witness a %s %s\nquorum a\n", key[0], longest), ERROR_INPUT);
    longest[WITNESS_URL_MOST] = '\0';
    assert_int_equal(parse(&policy, "witness a %s %s\nquorum a\n", key[0], longest), 0);
}

static void many(void **state)
{
    (void)state;
    struct witness_policy policy;
    struct buffer source = buffer_in(arena);
    for (int i = 0; i < WITNESS_POLICY_MOST + 1; i++) {
        uint8_t public_key[32] = {[0] = (uint8_t)i, [31] = 9};
        struct ledger_key made;
        assert_int_equal(ledger_key_make(LEDGER_KEY_WITNESS, TEXT("w"), public_key, &made, &error), 0);
        if (i == WITNESS_POLICY_MOST) { /* so many are fine */
            struct buffer whole = buffer_in(arena);
            buffer_text(&whole, buffer_result(&source));
            buffer_string(&whole, "quorum w0\n");
            assert_int_equal(witness_policy_parse(arena, buffer_result(&whole), "", &policy, &error), 0);
            assert_int_equal(policy.witness_count, WITNESS_POLICY_MOST);
        }
        buffer_format(&source, "witness w%d %.*s\n", i, TEXT_ARGS(ledger_key_text(arena, &made)));
    }
    buffer_string(&source, "quorum w0\n");
    assert_int_equal(witness_policy_parse(arena, buffer_result(&source), "", &policy, &error), ERROR_INPUT);
}

/* Groups within groups, and logs: so many, and not one more. */
static void many_others(void **state)
{
    (void)state;
    struct witness_policy policy;
    for (int n = WITNESS_POLICY_MOST; n <= WITNESS_POLICY_MOST + 1; n++) {
        const int expected = n > WITNESS_POLICY_MOST ? ERROR_INPUT : 0;
        struct buffer groups = buffer_in(arena), logs = buffer_in(arena);
        buffer_format(&groups, "witness a %s\ngroup g0 1 a\n", key[0]);
        for (int i = 1; i < n; i++)
            buffer_format(&groups, "group g%d 1 g%d\n", i, i - 1);
        buffer_string(&groups, "quorum g3\n");
        assert_int_equal(witness_policy_parse(arena, buffer_result(&groups), "", &policy, &error), expected);
        assert_true(expected || policy.group_count == WITNESS_POLICY_MOST);
        for (int i = 0; i < n; i++) {
            uint8_t public_key[32] = {[0] = (uint8_t)i, [31] = 7};
            struct ledger_key made;
            assert_int_equal(ledger_key_make(LEDGER_KEY_LOG, TEXT("log.example/x"), public_key, &made, &error), 0);
            buffer_format(&logs, "log %.*s\n", TEXT_ARGS(ledger_key_text(arena, &made)));
        }
        buffer_string(&logs, "quorum none\n");
        assert_int_equal(witness_policy_parse(arena, buffer_result(&logs), "", &policy, &error), expected);
        assert_true(expected || policy.log_count == WITNESS_POLICY_MOST);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(two_agencies), cmocka_unit_test(other_quorums),
                                       cmocka_unit_test(refused), cmocka_unit_test(many), cmocka_unit_test(many_others)};
    return cmocka_run_group_tests(tests, setup, teardown);
}
