#include "cases.h"

/* Answers and questions in words, as JSON: docs/answers.md tells their members. */

#define SOURCE "Manchester Settlement, Information Sharing and Confidentiality Policy, 1 February 2016"

static struct arena *arena;
static struct policy_pack *pack;

static int set_up(void **state)
{
    (void)state;
    arena = arena_new(64 << 20, ARENA_PLAIN);
    pack = case_pack("manchester-2016");
    return arena && pack ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    policy_pack_free(&pack);
    arena_free(&arena);
    return 0;
}

static void is(const struct json *object, const char *key, const char *value)
{
    struct text found = json_text(json_get(object, key));
    if (!text_equal(found, text_of(value)))
        fail_msg("%s: \"%.*s\", not \"%s\"", key, TEXT_ARGS(found), value);
}

static const struct json *read_back(struct buffer *out)
{
    const struct json *json;
    struct error error;
    assert_false(buffer_failed(out));
    assert_int_equal(json_read(arena, buffer_result(out), "words", &json, &error), 0);
    return json;
}

static const struct json *words_of(const char *facts)
{
    struct policy_answer answer = case_answer(pack, POLICY_SHARE, facts);
    struct buffer out = buffer_in(arena);
    struct json_writer w = json_writer_in(&out);
    json_object(&w);
    policy_answer_words_write(&answer, &w);
    json_end(&w);
    return read_back(&out);
}

static void an_answer(void **state)
{
    (void)state;
    const struct json *words =
        words_of("{\"purpose\":\"section-17\",\"identifies\":\"living-person\",\"confidential\":true,"
                 "\"consent\":\"given\",\"consent_covers\":true}");
    struct policy_words consent;
    policy_words(pack, POLICY_WORDS_BASIS, TEXT("consent"), &consent);
    assert_false(text_equal(consent.title, TEXT("consent"))); /* words, not the code */
    is(json_get(words, "outcome"), "code", "share");
    is(json_get(words, "outcome"), "title", "You may share it");
    const struct json *basis = json_get(words, "basis");
    assert_int_equal(basis->count, 1);
    is(&basis->item[0], "code", "consent");
    assert_true(text_equal(json_text(json_get(&basis->item[0], "title")), consent.title));
    const struct json *lists[] = {json_get(words, "citations"), json_get(words, "fired")};
    for (size_t l = 0; l < 2; l++) {
        assert_true(lists[l]->count > 0);
        for (size_t i = 0; i < lists[l]->count; i++) {
            is(&lists[l]->item[i], "source", "MAN");
            is(&lists[l]->item[i], "title", SOURCE);
            assert_true(json_text(json_get(&lists[l]->item[i], "where")).n > 0);
        }
    }
    assert_true(json_text(json_get(&lists[1]->item[0], "note")).n > 0);
    for (size_t i = 0; i < json_get(words, "obligations")->count; i++)
        assert_true(json_text(json_get(&json_get(words, "obligations")->item[i], "todo")).n > 0);
}

static void an_open_answer(void **state)
{
    (void)state;
    assert_true(json_is(json_get(words_of("{}"), "outcome"), JSON_NULL));
}

static const struct json *next_question(const char *facts)
{
    struct policy_facts *known = policy_facts_new(pack, arena);
    struct policy_question question;
    const struct json *object;
    struct error error;
    struct buffer out = buffer_in(arena);
    struct json_writer w = json_writer_in(&out);
    assert_int_equal(json_read(arena, text_of(facts), "facts", &object, &error), 0);
    assert_int_equal(policy_facts_read(known, object, &error), 0);
    assert_int_equal(policy_next_question(pack, POLICY_SHARE, known, arena, &question, &error), 0);
    policy_question_write(&question, &w);
    return read_back(&out);
}

static void a_question(void **state)
{
    (void)state;
    const struct json *asked = next_question("{\"purpose\":\"none\"}");
    is(asked, "key", "child_harm");
    is(asked, "kind", "choice");
    is(asked, "question", "Is a child suffering harm, or likely to?");
    assert_true(json_text(json_get(asked, "hint")).n > 0 && json_text(json_get(asked, "why")).n > 0);
    const struct json *options = json_get(asked, "options"), *terms = json_get(asked, "terms");
    assert_int_equal(options->count, 4);
    is(&options->item[0], "value", "evidence");
    is(&options->item[0], "label", "Yes, there is evidence");
    assert_true(json_text(json_get(&options->item[0], "hint")).n > 0);
    assert_int_equal(terms->count, 1);
    is(&terms->item[0], "term", "significant harm");
    assert_true(json_text(json_get(&terms->item[0], "meaning")).n > 0);
    assert_true(json_is(json_get(asked, "settled"), JSON_TRUE));
    assert_true(text_equal(json_get(asked, "left")->text, TEXT("2")));
    assert_true(json_is(json_get(next_question("{}"), "settled"), JSON_FALSE));
}

static void no_question(void **state)
{
    (void)state;
    const struct json *asked =
        next_question("{\"purpose\":\"none\",\"child_harm\":\"none\",\"recipient\":\"police\"}");
    assert_true(json_is(asked, JSON_OBJECT));
    assert_int_equal(asked->count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(an_answer), cmocka_unit_test(an_open_answer),
                                       cmocka_unit_test(a_question), cmocka_unit_test(no_question)};
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
