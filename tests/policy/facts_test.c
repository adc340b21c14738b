#include "cases.h"

#include "base/arena.h"

/* Facts in: what is accepted, and what an error says. */

static struct policy_pack *pack;
static struct arena *arena;

static int load(void **state)
{
    (void)state;
    pack = case_pack("manchester-2016");
    arena = arena_new(16 << 20, ARENA_PLAIN);
    return pack && arena ? 0 : -1;
}

static int unload(void **state)
{
    (void)state;
    policy_pack_free(&pack);
    arena_free(&arena);
    return 0;
}

/* The line of the error that the facts give; fails the test where they are accepted. */
static const char *complaint(const char *json)
{
    static char line[800];
    struct error error = {0};
    const struct json *object;
    struct policy_facts *facts = policy_facts_new(pack, arena);
    int result = json_read(arena, text_of(json), "case", &object, &error);
    if (!result)
        result = policy_facts_read(facts, object, &error);
    if (!result)
        fail_msg("accepted: %s", json);
    assert_int_equal(result, ERROR_INPUT);
    error_line(&error, line, sizeof line);
    return line;
}

static void assert_says(const char *line, const char *part)
{
    if (!strstr(line, part))
        fail_msg("\"%s\" does not say \"%s\"", line, part);
}

static void errors_name_fact_value_and_what_would_do(void **state)
{
    (void)state;
    const char *line = complaint("{\"purpose\":\"section-74\"}");
    assert_says(line, "purpose");
    assert_says(line, "section-74");
    assert_says(line, "section-47");
    line = complaint("{\"perpose\":\"none\"}");
    assert_says(line, "perpose");
    assert_says(line, "purpose");
    line = complaint("{\"confidential\":\"true\"}");
    assert_says(line, "confidential");
    assert_says(line, "true, false");
    line = complaint("{\"subject_age\":\"12\"}");
    assert_says(line, "subject_age");
    line = complaint("{\"subject_age\":-1}");
    assert_says(line, "0 to 130");
    line = complaint("{\"date\":\"2016-02-30\"}");
    assert_says(line, "date");
    line = complaint("{\"purpose\":3}");
    assert_says(line, "purpose");
    line = complaint("{\"purpose\":[\"none\"]}");
    assert_says(line, "purpose");
}

static void every_fact_of_the_vocabulary_is_understood(void **state)
{
    static const char *const keys[] = {"date",
                                       "purpose",
                                       "identifies",
                                       "confidential",
                                       "sensitive",
                                       "consent",
                                       "consent_covers",
                                       "consent_written",
                                       "no_consent_ground",
                                       "child_harm",
                                       "would_deteriorate",
                                       "subject_age",
                                       "adult_harm",
                                       "serious_crime",
                                       "vital_interests",
                                       "legal_duty",
                                       "public_function",
                                       "both_listed",
                                       "more_detrimental",
                                       "proportionate",
                                       "urgent",
                                       "restricted_by_law",
                                       "recipient",
                                       "recipient_needs_to_know",
                                       "sharer",
                                       "article6",
                                       "article9",
                                       "schedule2",
                                       "schedule3",
                                       "original_controller_permits",
                                       "manager_consulted",
                                       "informing_raises_risk",
                                       "telling_recipient_raises_risk",
                                       "capacity",
                                       "understanding",
                                       "attorney_or_deputy",
                                       "parents_separated",
                                       "parent_disagrees",
                                       "medium",
                                       "sender_address",
                                       "recipient_address",
                                       "personal",
                                       "unavoidable",
                                       "encrypted",
                                       "employer_owned",
                                       "file_medium",
                                       "password_medium"};
    (void)state;
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        const struct policy_fact_info *info = policy_fact_find(pack, text_of(keys[i]));
        if (!info)
            fail_msg("no fact %s", keys[i]);
        assert_false(info->own);
    }
    assert_int_equal(policy_fact_find(pack, TEXT("purpose"))->values, 17);
    assert_int_equal(policy_fact_find(pack, TEXT("recipient"))->values, 14);
    assert_int_equal(policy_fact_find(pack, TEXT("article6"))->values, 7);
    assert_int_equal(policy_fact_find(pack, TEXT("article9"))->values, 11);
    assert_int_equal(policy_fact_find(pack, TEXT("medium"))->values, 13);
}

static void null_is_unknown(void **state)
{
    struct error error;
    const struct json *object;
    struct policy_facts *facts = policy_facts_new(pack, arena);
    (void)state;
    assert_int_equal(policy_facts_set(facts, TEXT("purpose"), TEXT("none"), &error), 0);
    assert_int_equal(json_read(arena, TEXT("{\"purpose\":null}"), "case", &object, &error), 0);
    assert_int_equal(policy_facts_read(facts, object, &error), 0);
    assert_null(policy_facts_get(facts, TEXT("purpose")).p);
}

static void facts_survive_writing_and_reading(void **state)
{
    struct error error;
    const struct json *object;
    struct policy_facts *facts = policy_facts_new(pack, arena);
    (void)state;
    assert_int_equal(policy_facts_set(facts, TEXT("purpose"), TEXT("cse"), &error), 0);
    assert_int_equal(policy_facts_set(facts, TEXT("confidential"), TEXT("false"), &error), 0);
    assert_int_equal(policy_facts_set(facts, TEXT("subject_age"), TEXT("015.50"), &error), 0);
    assert_int_equal(policy_facts_set(facts, TEXT("date"), TEXT("2026-09-30"), &error), 0);
    assert_int_equal(policy_facts_set(facts, TEXT("recipient_address"), TEXT("a@@\"b"), &error), 0);
    struct buffer out = buffer_in(arena), again = buffer_in(arena);
    struct json_writer w = json_writer_in(&out);
    policy_facts_write(facts, &w);
    assert_int_equal(json_read(arena, buffer_result(&out), "case", &object, &error), 0);
    facts = policy_facts_new(pack, arena);
    assert_int_equal(policy_facts_read(facts, object, &error), 0);
    w = json_writer_in(&again);
    policy_facts_write(facts, &w);
    assert_true(text_equal(buffer_result(&out), buffer_result(&again)));
    assert_true(text_equal(policy_facts_get(facts, TEXT("subject_age")), TEXT("15.5")));
}

/* Of whom a fact is decides how often it is asked when several people or recipients are concerned. */
static void facts_are_of_somebody(void **state)
{
    (void)state;
    assert_int_equal(policy_fact_find(pack, TEXT("purpose"))->of, POLICY_OF_SHARING);
    assert_int_equal(policy_fact_find(pack, TEXT("urgent"))->of, POLICY_OF_SHARING);
    assert_int_equal(policy_fact_find(pack, TEXT("subject_age"))->of, POLICY_OF_SUBJECT);
    assert_int_equal(policy_fact_find(pack, TEXT("child_harm"))->of, POLICY_OF_SUBJECT);
    assert_int_equal(policy_fact_find(pack, TEXT("both_listed"))->of, POLICY_OF_RECIPIENT);
    assert_int_equal(policy_fact_find(pack, TEXT("consent"))->of, POLICY_OF_PAIR);
    assert_int_equal(policy_fact_find(pack, TEXT("keep_indefinitely"))->of, POLICY_OF_SHARING); /* the pack's own, which does not say */
}

static void words_are_plain(void **state)
{
    struct policy_words words;
    size_t terms;
    (void)state;
    policy_words(pack, POLICY_WORDS_OUTCOME, TEXT("do-not-share"), &words);
    assert_true(text_equal(words.title, TEXT("Do not share it")));
    policy_words(pack, POLICY_WORDS_OUTCOME, TEXT("no-such-code"), &words);
    assert_true(text_equal(words.title, TEXT("no-such-code")));
    assert_true(text_equal(policy_value_words(pack, TEXT("confidential"), TEXT("true")), TEXT("Yes")));
    assert_true(text_equal(policy_fact_words(pack, TEXT("consent")), TEXT("Consent")));
    assert_non_null(policy_glossary(pack, &terms));
    assert_true(terms > 5);
}

static size_t terms_in(const char *said, const struct policy_term **term)
{
    const struct text text = text_of(said);
    size_t n;
    assert_int_equal(policy_terms_in(pack, &text, 1, arena, term, &n, NULL), 0);
    return n;
}

/* A word counts in any case and as a plural, a name only as it is written. */
static void terms_are_found(void **state)
{
    (void)state;
    const struct policy_term *term;
    assert_int_equal(terms_in("Parental Responsibility counts", &term), 1);
    assert_true(text_equal(term->term, TEXT("parental responsibility")));
    assert_int_equal(terms_in("two deputies, many powers", &term), 0);
    assert_int_equal(terms_in("Ask one of the designated leads.", &term), 1);
    assert_int_equal(terms_in("It is about Prevent, the programme", &term), 1);
    assert_true(text_equal(term->term, TEXT("Prevent")));
    assert_int_equal(terms_in("It prevents crime, or would prevent it: preventing is right", &term), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(errors_name_fact_value_and_what_would_do),
        cmocka_unit_test(every_fact_of_the_vocabulary_is_understood),
        cmocka_unit_test(null_is_unknown),
        cmocka_unit_test(facts_survive_writing_and_reading),
        cmocka_unit_test(facts_are_of_somebody),
        cmocka_unit_test(words_are_plain),
        cmocka_unit_test(terms_are_found),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
