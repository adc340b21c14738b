/* What a decision keeps of its answers, and the words that are made of it later. */
#include "pack_home.h"
#include "raw.h"
#include "sealed.h"

#include "gate/replay.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#define FACTS                                                                                                            \
    "{\"purpose\":\"section-47\",\"identifies\":\"living-person\",\"confidential\":true,\"consent\":\"given\","            \
    "\"consent_covers\":true,\"child_harm\":\"evidence\",\"urgent\":false,\"informing_raises_risk\":false}"

static struct pack_home home;
static struct visit *teacher;

static int make(void **state)
{
    (void)state;
    pack_home_make(&home, NULL);
    teacher = home_visit(&home.home, "teacher");
    return 0;
}

static int drop(void **state)
{
    (void)state;
    pack_home_drop(&home);
    return 0;
}

static struct id open_case(void)
{
    struct error error;
    struct case_open open = {.name = TEXT("Robin Example"), .born = {2015, 4, 1}};
    struct case_opened opened;
    must(visit_act_wait(teacher, &case_open_command, &open, &opened, &error), &error, "case.open");
    return opened.case_id;
}

/* The words that the practitioner was shown, as the view gave them. */
static struct text words_shown(const struct id *case_id)
{
    struct error error;
    struct view_rows rows;
    struct decision_answer ask = {
        .cases = {(struct id *)(uintptr_t)case_id, 1}, .agencies = {&home.home.social_care, 1}, .facts = {TEXT(FACTS)}, .usual = true};
    must(visit_look(teacher, &decision_answer_view, &ask, &rows, &error), &error, "decision.answer");
    return VISIT_ROW(rows, struct answer_row, 0)->words.json;
}

static struct id decide(const struct id *case_id)
{
    struct error error;
    struct decision_recorded made;
    struct decision_record record = {.cases = {(struct id *)(uintptr_t)case_id, 1},
                                     .agencies = {&home.home.social_care, 1},
                                     .facts = {TEXT(FACTS)},
                                     .usual = true,
                                     .outcome = TEXT("share"),
                                     .reasons = TEXT("The bruise and what the child said.")};
    must(visit_act_wait(teacher, &decision_record_command, &record, &made, &error), &error, "decision.record");
    return made.decision_id;
}

static struct decision_row read_decision(const struct id *decision)
{
    struct error error;
    struct view_rows rows;
    struct decision_of of = {*decision};
    must(visit_look(teacher, &decision_read_view, &of, &rows, &error), &error, "decision.read");
    assert_int_equal(rows.n, 1);
    return *VISIT_ROW(rows, struct decision_row, 0);
}

static const struct json *parse(struct text json)
{
    const struct json *read;
    struct error error;
    must(json_read(home.home.arena, json, "json", &read, &error), &error, "json");
    return read;
}

static const struct json *first_answer(const struct decision_row *row)
{
    const struct json *list = json_get(parse(row->answers.json), "answers");
    assert_true(json_is(list, JSON_ARRAY) && list->count == 1);
    return &list->item[0];
}

static struct text written(const struct json *value)
{
    struct buffer b = buffer_in(home.home.arena);
    struct json_writer w = json_writer_in(&b);
    json_put(&w, value);
    return buffer_result(&b);
}

static struct text words_kept(const struct id *decision)
{
    struct decision_row row = read_decision(decision);
    return written(json_get(first_answer(&row), "words"));
}

/* Facts and codes are kept; no title, no task, no note of a rule: these are the version's. */
static void test_kept(void **state)
{
    (void)state;
    struct id case_id = open_case(), decision = decide(&case_id);
    struct text plain = sealed_decision(&home.home, &decision);
    const struct json *kept = parse(plain), *one = &json_get(kept, "answers")->item[0];
    assert_true(json_is(json_get(kept, "facts"), JSON_OBJECT) && json_is(json_get(kept, "facts_of"), JSON_OBJECT));
    const struct json *also = json_get(one, "also"); /* what was said is there once */
    assert_true(json_is(json_get(one, "answer"), JSON_OBJECT) && !json_get(one, "facts"));
    assert_true(json_get(also, "date") && json_get(also, "subject_age") && !json_get(also, "purpose"));
    assert_null(json_get(one, "words"));
    assert_true(json_get(one, "system")->count == 4); /* the birth is recorded */
    assert_true(json_get(one, "usual")->count > 0);
    assert_int_equal(json_text(json_get(kept, "pack_digest")).n, SHELF_DIGEST - 1);
    assert_true(text_find(plain, TEXT("todo")) < 0 && text_find(plain, TEXT("You may share it")) < 0);
    struct decision_row row = read_decision(&decision);
    const struct json *facts = json_get(first_answer(&row), "facts");
    assert_true(text_equal(json_text(json_get(facts, "purpose")), TEXT("section-47")));
    assert_int_equal(facts->count, json_get(kept, "facts")->count + also->count);
    assert_true(text_find(written(first_answer(&(struct decision_row){.answers = read_decision(&decision).answers})),
                          TEXT("You may share it")) >= 0);
}

/* What was said differently of some, or taken back for one, is read again as it was answered. */
static void test_said_of_some(void **state)
{
    (void)state;
    struct error error;
    struct id of[] = {open_case(), open_case()};
    char facts_of[400];
    snprintf(facts_of, sizeof facts_of,
             "{\"%s\":{\"consent\":\"refused\"},\"outside\":{\"recipient_needs_to_know\":false},"
             "\"%s/outside\":{\"consent\":null}}",
             of[1].text, of[1].text);
    struct decision_recorded made;
    struct decision_record record = {.cases = {of, 2},
                                     .agencies = {&home.home.social_care, 1},
                                     .outside = TEXT("health"),
                                     .facts = {TEXT("{\"purpose\":\"section-47\",\"identifies\":\"living-person\","
                                                    "\"consent\":\"given\",\"urgent\":true,\"proportionate\":null}")},
                                     .facts_of = {text_of(facts_of)},
                                     .outcome = TEXT("share"),
                                     .reasons = TEXT("It cannot wait.")};
    must(visit_act_wait(teacher, &decision_record_command, &record, &made, &error), &error, "decision.record");
    assert_int_equal(made.decisions.n, 2);
    for (size_t d = 0; d < 2; d++) {
        struct decision_row row = read_decision(&made.decisions.item[d]);
        bool second = id_equal(&row.case_id, &of[1]);
        const struct json *list = json_get(parse(row.answers.json), "answers");
        assert_int_equal(list->count, 2);
        for (size_t i = 0; i < 2; i++) {
            const struct json *one = &list->item[i], *facts = json_get(one, "facts");
            bool outside = json_text(json_get(one, "agency_id")).n == 0;
            struct text consent = second && outside ? TEXT("") : second ? TEXT("refused") : TEXT("given");
            assert_true(text_equal(json_text(json_get(facts, "consent")), consent));
            assert_int_equal(json_get(facts, "recipient_needs_to_know") != NULL, outside);
            assert_int_equal(json_get(facts, "consent") == NULL, second && outside);
            assert_null(json_get(facts, "proportionate"));
            assert_null(json_get(json_get(one, "words"), "at_hand"));
        }
    }
    struct replay_report report;
    struct replay_settings settings = {NULL, 0};
    struct replay_listener silent = {NULL, NULL, NULL};
    must(gate_replay(home.home.gate, &settings, &silent, &report, &error), &error, "gate_replay");
    assert_int_equal(report.answers, 4);
    assert_int_equal(report.same, 4);
}

/* The same texts to the letter as were shown then, whatever words are in force now, and after a restart. */
static void test_words_of_then(void **state)
{
    (void)state;
    struct error error;
    struct id case_id = open_case(), adoption;
    struct text shown = words_shown(&case_id);
    struct id before = decide(&case_id);
    assert_true(text_find(shown, TEXT("You may share it")) >= 0);
    assert_true(text_find(shown, TEXT("\"usual\":\"")) >= 0);
    assert_true(text_equal(words_kept(&before), shown));

    /* only words change: the rules, and so the hash that answers carry, stay as they are */
    shell("sed -i 's/You may share it/Go ahead and share it/' %s/words.json", home.packs);
    must(pack_propose_as(&home, "principal", "manchester-2016", pack_day(0), &adoption, &error), &error, "pack.propose");
    pack_effect_wait(&home, &adoption);
    must(pack_approve_as(&home, "boss", &adoption, &error), &error, "pack.approve");
    struct text later = words_shown(&case_id);
    struct id after = decide(&case_id);
    assert_true(text_find(later, TEXT("Go ahead and share it")) >= 0);
    assert_true(text_equal(read_decision(&before).pack_version, read_decision(&after).pack_version));

    for (int restarted = 0; restarted < 2; restarted++) {
        assert_true(text_equal(words_kept(&before), shown));
        assert_true(text_equal(words_kept(&after), later));
        home_reopen(&home.home);
        teacher = home_visit(&home.home, "teacher");
    }
}


/* A version that was altered, or is not there, gives no words: it is said, and the codes stand. */
static void test_not_at_hand(void **state)
{
    (void)state;
    struct error error;
    struct id case_id = open_case(), decision = decide(&case_id), adoption;
    must(pack_propose_as(&home, "principal", "england", pack_day(0), &adoption, &error), &error, "pack.propose");
    pack_effect_wait(&home, &adoption);
    must(pack_approve_as(&home, "boss", &adoption, &error), &error, "pack.approve");
    raw_change(&home.home, "proviso",
               "UPDATE policy_file SET content = CAST(replace(CAST(content AS TEXT), 'You may share it', 'Forged') AS BLOB)"
               " WHERE name = 'words.json' AND version_id IN (SELECT id FROM policy_version WHERE pack = 'manchester-2016')");
    home_reopen(&home.home);
    teacher = home_visit(&home.home, "teacher");
    struct decision_row row = read_decision(&decision);
    const struct json *one = first_answer(&row), *words = json_get(one, "words"), *answer = json_get(one, "answer");
    assert_true(json_is(json_get(words, "at_hand"), JSON_FALSE));
    assert_true(text_equal(json_text(json_get(json_get(words, "outcome"), "code")), TEXT("share")));
    assert_int_equal(json_get(words, "obligations")->count, json_get(answer, "obligations")->count);
    assert_true(text_equal(json_text(json_get(&json_get(words, "obligations")->item[0], "title")),
                           json_text(&json_get(answer, "obligations")->item[0])));
    assert_int_equal(json_get(words, "citations")->count, json_get(answer, "citations")->count);
    size_t system = 0, usual = 0;
    const struct json *known = json_get(words, "known");
    for (size_t i = 0; i < known->count; i++) {
        system += json_is(json_get(&known->item[i], "system"), JSON_TRUE);
        usual += json_is(json_get(&known->item[i], "usual"), JSON_STRING);
    }
    assert_true(system == 4 && usual > 0 && known->count == json_get(one, "facts")->count);
    assert_true(text_find(row.answers.json, TEXT("Forged")) < 0);
}

/* Where the version gives another answer than was recorded, its words are not lent to it. */
static void test_not_what_was_recorded(void **state)
{
    (void)state;
    struct error error;
    struct view_rows rows;
    struct id case_id = open_case(), decision = decide(&case_id);
    struct decision_row row = read_decision(&decision);
    struct decision_of of = {decision};
    assert_null(json_get(json_get(first_answer(&row), "words"), "at_hand"));
    must(visit_look(teacher, &decision_path_view, &of, &rows, &error), &error, "decision.path");
    assert_true(VISIT_ROW(rows, struct decision_path_row, 0)->at_hand);
    sealed_decision_forge(&home.home, &decision,
                          sealed_altered(&home.home, sealed_decision(&home.home, &decision), "\"basis\":[", "\"basis\":[\"forged\","));
    row = read_decision(&decision);
    assert_true(json_is(json_get(json_get(first_answer(&row), "words"), "at_hand"), JSON_FALSE));
    must(visit_look(teacher, &decision_path_view, &of, &rows, &error), &error, "decision.path");
    assert_false(VISIT_ROW(rows, struct decision_path_row, 0)->at_hand);
}

static void put(struct json_writer *w, const char *key, struct text value)
{
    json_member_text(w, key, value);
}

/* As it was kept before: words beside each answer, JSON as texts of JSON. */
static struct text kept_before(const struct decision_row *row, struct text answers)
{
    struct buffer b = buffer_in(home.home.arena);
    struct json_writer w = json_writer_in(&b);
    json_object(&w);
    put(&w, "reasons", row->reasons);
    put(&w, "consulted", row->consulted);
    put(&w, "facts", row->facts.json);
    put(&w, "facts_of", row->facts_of.json);
    put(&w, "answers", answers);
    json_end(&w);
    return buffer_result(&b);
}

/* Decisions of before read as ever: in lists, in what is shared, in the path. */
static void test_older_form(void **state)
{
    (void)state;
    struct error error;
    struct view_rows rows;
    struct id case_id = open_case(), decision = decide(&case_id);
    struct decision_row row = read_decision(&decision);
    struct text answers = sealed_altered(&home.home, row.answers.json, "You may share it", "It may be shared, as we said then");
    struct text basis = json_text(json_get(&json_get(json_get(first_answer(&row), "words"), "basis")->item[0], "title"));
    answers = sealed_altered(&home.home, answers, arena_string(home.home.arena, basis), "Why, as we said then");
    sealed_decision_forge(&home.home, &decision, kept_before(&row, answers));

    struct decision_row again = read_decision(&decision);
    assert_true(text_equal(again.answers.json, answers));
    assert_true(text_equal(again.facts.json, row.facts.json) && text_equal(again.facts_of.json, row.facts_of.json));
    struct decision_of of = {decision};
    must(visit_look(teacher, &decision_path_view, &of, &rows, &error), &error, "decision.path");
    const struct decision_path_row *path = VISIT_ROW(rows, struct decision_path_row, 0);
    assert_true(path->at_hand && path->trace.json.n > 0);
    assert_true(text_find(path->words.json, TEXT("as we said then")) >= 0);

    struct share_send send = {.decisions = {&decision, 1}, .message = TEXT("Please see to it.")};
    struct share_sent sent;
    must(visit_act_wait(teacher, &share_send_command, &send, &sent, &error), &error, "share.send");
    struct visit *worker = home_visit(&home.home, "worker");
    struct nothing nothing = {0};
    must(visit_look(worker, &receipt_list_view, &nothing, &rows, &error), &error, "receipt.list");
    struct receipt_of receipt = {VISIT_ROW(rows, struct receipt_row, 0)->receipt_id};
    struct receipt_opened opened;
    must(visit_act_wait(worker, &receipt_open_command, &receipt, &opened, &error), &error, "receipt.open");
    must(visit_look(worker, &receipt_read_view, &receipt, &rows, &error), &error, "receipt.read");
    assert_true(text_find(VISIT_ROW(rows, struct receipt_full, 0)->limits.json, TEXT("Why, as we said then")) >= 0);
}

/* A request has eight megabytes: a hundred decisions with their words fit. */
static void test_many(void **state)
{
    (void)state;
    enum { MANY = 100 };
    struct error error;
    struct view_rows rows;
    struct id case_id = open_case();
    struct decision_list list = {case_id};
    for (int i = 0; i < MANY; i++)
        decide(&case_id);
    struct arena *own = home.home.arena;
    home.home.arena = arena_new(8 << 20, ARENA_SECRET);
    struct visit *visit = home_visit(&home.home, "teacher");
    must(visit_look(visit, &decision_list_view, &list, &rows, &error), &error, "decision.list");
    assert_int_equal(rows.n, MANY);
    for (size_t i = 0; i < MANY; i++)
        assert_true(text_find(VISIT_ROW(rows, struct decision_row, i)->answers.json, TEXT("You may share it")) >= 0);
    visit_end(&visit);
    arena_free(&home.home.arena);
    home.home.arena = own;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_kept, make, drop),
        cmocka_unit_test_setup_teardown(test_said_of_some, make, drop),
        cmocka_unit_test_setup_teardown(test_words_of_then, make, drop),
        cmocka_unit_test_setup_teardown(test_not_at_hand, make, drop),
        cmocka_unit_test_setup_teardown(test_not_what_was_recorded, make, drop),
        cmocka_unit_test_setup_teardown(test_older_form, make, drop),
        cmocka_unit_test_setup_teardown(test_many, make, drop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
