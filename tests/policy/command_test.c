#include "policy.h"

#include "base/arena.h"
#include "base/file.h"
#include "base/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

/* The commands as a person types them: exit codes, and what is on standard output and standard error. */

static char out[1 << 20], err[1 << 16];

static void slurp(const char *path, char *to, size_t size)
{
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    size_t n = fread(to, 1, size - 1, file);
    to[n] = 0;
    fclose(file);
}

/* Runs in a child of its own, `input` on standard input. */
static int run(const char *input, int (*command)(int, char **), ...)
{
    char *argv[32];
    int argc = 0;
    va_list list;
    char in[600], o[600], e[600];
    const char *build = getenv("PROVISO_BUILD");
    va_start(list, command);
    for (char *a; (a = va_arg(list, char *)) != NULL;)
        argv[argc++] = a;
    va_end(list);
    argv[argc] = NULL;
    snprintf(in, sizeof in, "%s/policy-command.in", build ? build : "/tmp");
    snprintf(o, sizeof o, "%s/policy-command.out", build ? build : "/tmp");
    snprintf(e, sizeof e, "%s/policy-command.err", build ? build : "/tmp");
    FILE *file = fopen(in, "w");
    assert_non_null(file);
    fputs(input, file);
    fclose(file);
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        if (!freopen(in, "r", stdin) || !freopen(o, "w", stdout) || !freopen(e, "w", stderr))
            _exit(99);
        int code = command(argc, argv);
        fflush(NULL);
        _exit(code);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    slurp(o, out, sizeof out);
    slurp(e, err, sizeof err);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

#define DECIDE(input, ...) run(input, policy_command_decide, "decide", __VA_ARGS__, (char *)NULL)
#define POLICY(...) run("", policy_command, "policy", __VA_ARGS__, (char *)NULL)
#define MANCHESTER "--packs", "packs", "--pack", "manchester-2016"

static void one_line(void)
{
    const char *end = strchr(err, '\n');
    assert_true(end && end[1] == 0);
}

static void an_answer_has_its_keys_in_order(void **state)
{
    static const char *const key[] = {"outcome",   "ask",  "ask_more",     "basis",      "obligations",
                                      "citations", "pack", "pack_version", "pack_sha256"};
    struct arena *arena ARENA_SCOPE = arena_new(1 << 20, ARENA_PLAIN);
    const struct json *answer;
    struct error error;
    (void)state;
    assert_int_equal(DECIDE("{\"purpose\":\"none\"}", MANCHESTER, "--decision", "share", "--json", "-"), 0);
    assert_string_equal(err, "");
    assert_int_equal(json_read(arena, text_of(out), "answer", &answer, &error), 0);
    assert_int_equal(answer->count, 9);
    for (size_t i = 0; i < 9; i++)
        assert_true(text_equal(answer->key[i], text_of(key[i])));
    assert_true(text_equal(json_text(json_get(answer, "outcome")), TEXT("do-not-share")));
    assert_true(
        text_equal(json_text(json_get(&json_get(answer, "citations")->item[0], "source")), TEXT("MAN")));
}

static void an_open_answer_is_null(void **state)
{
    (void)state;
    assert_int_equal(DECIDE("{}", MANCHESTER, "--decision", "share", "--json", "-", "--trace", "--question"),
                     0);
    assert_non_null(strstr(out, "{\"outcome\":null,\"ask\":[\"purpose\","));
    assert_non_null(strstr(out, "\"fired\":["));
    assert_non_null(strstr(out, "\"question\":{\"key\":\"purpose\",\"kind\":\"choice\""));
    struct arena *arena ARENA_SCOPE = arena_new(1 << 20, ARENA_PLAIN);
    const struct json *answer;
    struct error error;
    assert_int_equal(json_read(arena, text_of(out), "answer", &answer, &error), 0);
    assert_int_equal(DECIDE("{\"purpose\":\"none\",\"child_harm\":\"none\",\"recipient\":\"police\"}",
                            MANCHESTER, "--decision", "share", "--json", "-", "--question"),
                     0);
    assert_non_null(strstr(out, ",\"question\":{}}\n")); /* nothing more need be asked */
}

static void what_would_change_it_is_told_when_asked_for(void **state)
{
    (void)state;
    assert_int_equal(
        DECIDE("{\"purpose\":\"none\"}", MANCHESTER, "--decision", "share", "--json", "-", "--changes"), 0);
    struct arena *arena ARENA_SCOPE = arena_new(1 << 20, ARENA_PLAIN);
    const struct json *answer;
    struct error error;
    assert_int_equal(json_read(arena, text_of(out), "answer", &answer, &error), 0);
    const struct json *changes = json_get(answer, "changes");
    assert_true(json_is(changes, JSON_ARRAY));
    assert_int_equal(changes->count, 2);
    const struct json *altered = json_get(&changes->item[0], "altered");
    assert_true(json_is(altered, JSON_ARRAY) && altered->count > 1);
    assert_true(text_equal(json_text(json_get(&altered->item[0], "fact")), TEXT("purpose")));
    assert_true(text_equal(json_text(json_get(&altered->item[0], "from")), TEXT("none")));
    assert_true(json_is(json_get(&altered->item[1], "from"), JSON_NULL));
    assert_int_equal(DECIDE("{\"purpose\":\"none\"}", MANCHESTER, "--decision", "share", "--json", "-"), 0);
    assert_null(strstr(out, "\"changes\""));
}

static void the_other_decisions_have_their_keys(void **state)
{
    (void)state;
    assert_int_equal(DECIDE("{\"subject_age\":30}", MANCHESTER, "--decision", "consent", "--json", "-"), 0);
    assert_non_null(strstr(out, "{\"consent_from\":null,\"ask\":["));
    assert_int_equal(
        DECIDE("{\"medium\":\"fax\",\"personal\":true}", MANCHESTER, "--decision", "channel", "--json", "-"),
        0);
    assert_non_null(
        strstr(out, "{\"channel\":\"conditional\",\"ask\":[],\"ask_more\":[],\"conditions\":[\""));
    assert_non_null(strstr(out, "\"instead\":[]"));
    assert_int_equal(
        DECIDE("{\"matter\":\"policy-review\"}", MANCHESTER, "--decision", "deadline", "--json", "-"), 0);
    assert_non_null(strstr(out, "\"length\":2,\"unit\":\"years\",\"from\":\"last-review\""));
    assert_int_equal(DECIDE("{}", MANCHESTER, "--decision", "retention", "--json", "-"), 0);
    assert_non_null(strstr(out, "{\"retention\":null,\"years\":null"));
}

static void bad_input_is_one_line_and_exit_2(void **state)
{
    (void)state;
    assert_int_equal(DECIDE("{\"purpose\":\"section-74\"}", MANCHESTER, "--decision", "share", "--json", "-"),
                     2);
    one_line();
    assert_non_null(strstr(err, "purpose"));
    assert_non_null(strstr(err, "section-47"));
    assert_string_equal(out, "");
    static const char *const bad[] = {"",
                                      "[]",
                                      "{",
                                      "{\"a\":1}",
                                      "{\"purpose\":\"none\",\"purpose\":\"none\"}",
                                      "{\"purpose\":true}",
                                      "{} {}",
                                      "{\"urgent\":1}",
                                      "{\"subject_age\":1e400}"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_int_equal(DECIDE(bad[i], MANCHESTER, "--decision", "share", "--json", "-"), 2);
        one_line();
    }
}

static void bad_usage_is_exit_2(void **state)
{
    (void)state;
    assert_int_equal(
        DECIDE("{}", "--packs", "packs", "--pack", "atlantis", "--decision", "share", "--json", "-"), 2);
    one_line();
    assert_int_equal(DECIDE("{}", MANCHESTER, "--decision", "shore", "--json", "-"), 2);
    assert_int_equal(DECIDE("{}", MANCHESTER, "--decision", "share"), 2);
    assert_int_equal(DECIDE("{}", MANCHESTER, "--decision", "share", "--json"), 2);
    assert_int_equal(DECIDE("{}", MANCHESTER, "--decision", "share", "--json", "-", "--loud"), 2);
    assert_int_equal(DECIDE("{}", MANCHESTER, "--decision", "share", "--json", "no/such/file"), 2);
    assert_int_equal(POLICY("frob"), 2);
    assert_int_equal(POLICY("show"), 2);
}

static void the_packs_are_found_beside_the_program(void **state)
{
    (void)state;
    unsetenv("PROVISO_PACKS");
    assert_int_equal(DECIDE("{}", "--pack", "manchester-2016", "--decision", "share", "--json", "-"), 0);
    setenv("PROVISO_PACKS", "no/such/folder", 1);
    assert_int_equal(DECIDE("{}", "--pack", "manchester-2016", "--decision", "share", "--json", "-"), 2);
    unsetenv("PROVISO_PACKS");
}

static void packs_are_checked_shown_and_listed(void **state)
{
    (void)state;
    assert_int_equal(POLICY("check", "manchester-2016", "--packs", "packs"), 0);
    assert_non_null(strstr(out, " 0 failed"));
    assert_int_equal(POLICY("show", "manchester-2016", "--packs", "packs"), 0);
    assert_non_null(strstr(out, "[MAN, Section 7, question 1]"));
    assert_int_equal(POLICY("questions", "manchester-2016", "--packs", "packs"), 0);
    assert_non_null(strstr(out, "questions as chosen"));
    assert_int_equal(POLICY("list", "--packs", "packs"), 0);
    assert_non_null(strstr(out, "manchester-2016  2016-02-01  "));
}

/* A recorded answer, as a line. */
static void record(char *line, size_t size, const char *facts)
{
    assert_int_equal(DECIDE(facts, MANCHESTER, "--decision", "share", "--json", "-"), 0);
    out[strlen(out) - 1] = 0;
    int n = snprintf(line, size, "{\"decision\":\"share\",\"facts\":%s,\"answer\":%s}\n", facts, out);
    assert_true(n > 0 && (size_t)n < size);
}

static void recorded_answers_are_replayed(void **state)
{
    static char lines[65536], one[16384], bad[16384];
    (void)state;
    record(one, sizeof one,
           "{\"purpose\":\"section-17\",\"identifies\":\"living-person\",\"confidential\":false}");
    record(bad, sizeof bad, "{\"purpose\":\"none\"}");
    snprintf(lines, sizeof lines, "%s%s", one, bad);
    assert_int_equal(run(lines, policy_command, "policy", "replay", "-", "--packs", "packs", (char *)NULL),
                     0);
    assert_non_null(strstr(out, "2 answers replayed, 0 differ"));
    char *was = strstr(bad, "do-not-share");
    memcpy(was, "share-anonym", 12); /* an answer that somebody altered */
    snprintf(lines, sizeof lines, "%s%s", one, bad);
    assert_int_equal(run(lines, policy_command, "policy", "replay", "-", "--packs", "packs", (char *)NULL),
                     1);
    assert_non_null(strstr(out, "line 2: was share-anonym, is do-not-share"));
    assert_int_equal(run(one, policy_command, "policy", "replay", "-", "--as", "bexley-2015", "--packs",
                         "packs", (char *)NULL),
                     0);
    assert_non_null(strstr(out, "line 1: was share, is open"));
    assert_int_equal(
        run("{\"facts\":{}}\n", policy_command, "policy", "replay", "-", "--packs", "packs", (char *)NULL),
        2);
    assert_int_equal(POLICY("replay", "no/such/file", "--packs", "packs"), 2);
}

/* A line that another version answered is reported, not taken for a difference of this one, unless --as asks.
 */
static void other_versions_are_reported(void **state)
{
    static char line[16384], lines[65536];
    (void)state;
    record(line, sizeof line, "{\"purpose\":\"none\"}");
    char *version = strstr(line, "\"pack_version\":\"2016-02-01\"");
    assert_non_null(version);
    memcpy(version, "\"pack_version\":\"2009-02-01\"", 27);
    snprintf(lines, sizeof lines, "%s%s", line, line);
    memcpy(version, "\"pack_version\":\"2016-02-01\"", 27);
    strcat(lines, line);
    assert_int_equal(run(lines, policy_command, "policy", "replay", "-", "--packs", "packs", (char *)NULL),
                     1);
    assert_non_null(strstr(out, "2  recorded under manchester-2016 2009-02-01 (sha256 "));
    assert_non_null(strstr(out, "not worked out; the first is line 1"));
    assert_non_null(strstr(out, "3 answers replayed, 0 differ"));
    assert_int_equal(run(lines, policy_command, "policy", "replay", "-", "--as", "manchester-2016", "--packs",
                         "packs", (char *)NULL),
                     0);
    assert_non_null(strstr(out, "3 answers replayed as manchester-2016, 0 have another outcome"));
    char *pack = strstr(line, "\"pack\":\"manchester-2016\"");
    memcpy(pack, "\"pack\":\"lancashire-2016\"", 24); /* of which nothing is left */
    assert_int_equal(run(line, policy_command, "policy", "replay", "-", "--packs", "packs", (char *)NULL), 1);
    assert_non_null(strstr(out, "recorded under lancashire-2016 2016-02-01"));
    /* What the line says of its pack must be what its answer says. */
    record(line, sizeof line, "{\"purpose\":\"none\"}");
    snprintf(lines, sizeof lines, "{\"pack\":\"bexley-2015\",%s", line + 1);
    assert_int_equal(run(lines, policy_command, "policy", "replay", "-", "--packs", "packs", (char *)NULL),
                     2);
    one_line();
    snprintf(lines, sizeof lines, "{\"pack\":\"manchester-2016\",%s", line + 1);
    assert_int_equal(run(lines, policy_command, "policy", "replay", "-", "--packs", "packs", (char *)NULL),
                     0);
}

static void many_answers_are_counted_by_change(void **state)
{
    enum { LINES = 3000, ALTERED = 150 };
    static char one[16384], bad[16384];
    struct arena *arena ARENA_SCOPE = arena_new(64 << 20, ARENA_PLAIN);
    struct buffer lines = buffer_in(arena);
    (void)state;
    record(one, sizeof one,
           "{\"purpose\":\"section-17\",\"identifies\":\"living-person\",\"confidential\":false}");
    record(bad, sizeof bad, "{\"purpose\":\"none\"}");
    memcpy(strstr(bad, "do-not-share"), "seek-consent", 12);
    for (int i = 0; i < LINES; i++) /* several blocks of the reader */
        buffer_string(&lines, i % (LINES / ALTERED) == 7 ? bad : one);
    buffer_text(&lines, text_trim(text_of(one))); /* the last line lacks its end */
    assert_int_equal(run(arena_string(arena, buffer_result(&lines)), policy_command, "policy", "replay", "-",
                         "--packs", "packs", (char *)NULL),
                     1);
    assert_non_null(strstr(out, "line 8: was seek-consent, is do-not-share"));
    assert_non_null(strstr(out, "and 50 lines more that differ"));
    assert_non_null(
        strstr(out, "150  was seek-consent, is do-not-share; for example line 8: {\"purpose\":\"none\"}"));
    assert_non_null(strstr(out, "3001 answers replayed, 150 differ"));
    assert_non_null(strstr(err, "100 % replayed, 3000 answers, 150 differ"));
    size_t told = 0;
    for (const char *p = err; (p = strchr(p, '\n')) != NULL; p++)
        told++;
    assert_in_range(told, 2, 10); /* one a tenth at most */
}

static void packs_are_compared(void **state)
{
    (void)state;
    assert_int_equal(POLICY("diff", "manchester-2016", "bexley-2015", "--packs", "packs"), 0);
    assert_non_null(strstr(out, "share here, do-not-share there, for example {"));
    assert_non_null(strstr(out, "the same \"share\""));
    assert_int_equal(POLICY("diff", "manchester-2016", "manchester-2016", "--packs", "packs"), 0);
    assert_non_null(strstr(out, "100.00 %  the same"));
    assert_int_equal(POLICY("diff", "manchester-2016", "--packs", "packs"), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer_has_its_keys_in_order),
        cmocka_unit_test(an_open_answer_is_null),
        cmocka_unit_test(what_would_change_it_is_told_when_asked_for),
        cmocka_unit_test(the_other_decisions_have_their_keys),
        cmocka_unit_test(bad_input_is_one_line_and_exit_2),
        cmocka_unit_test(bad_usage_is_exit_2),
        cmocka_unit_test(the_packs_are_found_beside_the_program),
        cmocka_unit_test(packs_are_checked_shown_and_listed),
        cmocka_unit_test(recorded_answers_are_replayed),
        cmocka_unit_test(other_versions_are_reported),
        cmocka_unit_test(many_answers_are_counted_by_change),
        cmocka_unit_test(packs_are_compared),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
