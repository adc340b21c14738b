#include "pack_cases.h"

#include "provision.h"

/* Cases read off the Manchester policy of 2016. */

#define NAMED "{\"purpose\":\"section-17\",\"identifies\":\"living-person\","
#define PRIVATE NAMED "\"confidential\":true,"
#define NO_REASON                                                                                            \
    "\"legal_duty\":\"none\",\"public_function\":false,\"vital_interests\":false,\"child_harm\":\"none\","   \
    "\"adult_harm\":\"none\",\"serious_crime\":false"

static void the_flowchart_in_its_order(void **state)
{
    (void)state;
    PROVISION("MAN-08");
    stated("{}", "=null ?purpose ?identifies ?confidential ?consent ?public_function ?vital_interests");
    stated("{\"purpose\":\"none\"}", "=do-not-share @");
    stated("{\"purpose\":\"early-help\"}", "=null ?identifies !?purpose");
    stated("{\"purpose\":\"statistics\",\"identifies\":\"nobody\"}", "=share @ +not-personal -consent");
    stated(NAMED "\"confidential\":false}", "=share @ +not-confidential");
    stated(PRIVATE "\"consent\":\"given\",\"consent_covers\":true}", "=share @ +consent");
    stated(PRIVATE "\"consent\":\"given\"}", "=null ?consent_covers");
    stated(PRIVATE "\"consent\":\"refused\",\"public_function\":true}", "=share @ +public-task");
    stated(PRIVATE "\"consent\":\"refused\",\"vital_interests\":true}", "=share @ +vital-interests");
    stated(PRIVATE "\"consent\":\"refused\"," NO_REASON "}", "=do-not-share @ -consent -public-task");
    stated(PRIVATE "\"consent\":\"withdrawn\"," NO_REASON "}", "=do-not-share @");
    stated(PRIVATE "\"consent\":\"given\",\"consent_covers\":false," NO_REASON "}", "=do-not-share @");
    struct policy_answer answer = case_answer(pack, POLICY_SHARE, "{}");
    assert_true(text_equal(answer.ask[0], TEXT("purpose")));
    assert_true(text_equal(answer.ask[1], TEXT("identifies")));
    assert_true(text_equal(answer.ask[2], TEXT("confidential")));
    assert_true(text_equal(answer.ask[3], TEXT("consent")));
    assert_int_equal(answer.asks_more, 0);
    answer = case_answer(pack, POLICY_SHARE, "{\"purpose\":\"none\"}");
    assert_true(case_cites(&answer, "Section 7, question 1"));
}

static void other_reasons(void **state)
{
    (void)state;
    PROVISION("MAN-30");
    stated(PRIVATE "\"consent\":\"refused\",\"legal_duty\":\"court-order\"}", "=share +legal-duty");
    stated(PRIVATE "\"consent\":\"refused\",\"child_harm\":\"evidence\"}", "=share +public-interest");
    stated(PRIVATE "\"consent\":\"not-sought\",\"child_harm\":\"reasonable-cause\"}",
          "=share +public-interest");
    stated(PRIVATE "\"consent\":\"refused\",\"adult_harm\":\"serious\"}", "=share +public-interest");
    stated(PRIVATE "\"consent\":\"refused\",\"serious_crime\":true}", "=share +public-interest");
    stated("{\"purpose\":\"crime\",\"identifies\":\"living-person\",\"confidential\":true,\"consent\":"
          "\"refused\","
          "\"serious_crime\":true,\"legal_duty\":\"none\"}",
          "=share +consult-manager");
}

static void how_to_share(void **state)
{
    (void)state;
    PROVISION("MAN-09");
    PROVISION("MAN-04");
    PROVISION("MAN-03");
    PROVISION("MAN-17");
    const char *facts =
        PRIVATE "\"consent\":\"given\",\"consent_covers\":true,\"informing_raises_risk\":false}";
    stated(facts, "+minimum-necessary +mark-fact-and-opinion +explain-historical +check-recipient "
                 "+use-secure-channel +inform-subject -do-not-inform -consult-manager");
    stated(PRIVATE "\"consent\":\"given\",\"consent_covers\":true,\"informing_raises_risk\":true}",
          "+do-not-inform -inform-subject");
    stated(PRIVATE "\"consent\":\"given\",\"consent_covers\":true}", "-do-not-inform -inform-subject");
    stated("{\"purpose\":\"statistics\",\"identifies\":\"nobody\",\"informing_raises_risk\":false}",
          "-inform-subject");
}

static void decisions_are_recorded(void **state)
{
    (void)state;
    PROVISION("MAN-06");
    stated("{\"purpose\":\"none\"}", "+record-decision +record-reasons +discuss-refusal-with-requester");
    stated(PRIVATE "\"consent\":\"refused\",\"public_function\":true}",
          "+record-decision +record-reasons -discuss-refusal-with-requester");
    stated("{}", "+record-decision +record-reasons");
}

static void unsure_means_advice(void **state)
{
    (void)state;
    PROVISION("MAN-10");
    const char *unsure =
        PRIVATE "\"consent\":\"refused\",\"legal_duty\":\"none\",\"public_function\":false,"
                "\"vital_interests\":false,\"child_harm\":\"unclear\",\"adult_harm\":\"none\","
                "\"serious_crime\":false}";
    stated(unsure, "=seek-advice +consult-manager +record-decision -share");
}

static void harm_to_a_child_goes_without_delay(void **state)
{
    (void)state;
    PROVISION("MAN-11");
    PROVISION("MAN-34");
    stated(PRIVATE "\"consent\":\"refused\",\"child_harm\":\"reasonable-cause\",\"recipient\":\"police\"}",
          "=share +refer-childrens-social-care +without-delay");
    stated(PRIVATE
          "\"consent\":\"refused\",\"child_harm\":\"evidence\",\"recipient\":\"childrens-social-care\"}",
          "=share -refer-childrens-social-care +without-delay");
    stated("{\"purpose\":\"none\",\"child_harm\":\"evidence\",\"recipient\":\"health\"}",
          "=do-not-share +refer-childrens-social-care +without-delay");
    stated(PRIVATE "\"child_harm\":\"none\",\"recipient\":\"police\"}", "-refer-childrens-social-care");
}

static void without_consent_with_a_manager(void **state)
{
    (void)state;
    PROVISION("MAN-18");
    stated(PRIVATE "\"consent\":\"refused\",\"public_function\":true}",
          "+consult-manager +justify-without-consent");
    stated(PRIVATE "\"consent\":\"refused\",\"legal_duty\":\"statute\"}",
          "+consult-manager +justify-without-consent");
    stated(NAMED "\"confidential\":false,\"recipient_needs_to_know\":true}", "-consult-manager");
}

static void emergencies(void **state)
{
    (void)state;
    PROVISION("MAN-05");
    stated(PRIVATE "\"consent\":\"not-sought\",\"child_harm\":\"evidence\",\"urgent\":true}",
          "=share +without-delay -seek-consent");
    stated(PRIVATE "\"consent\":\"not-sought\",\"no_consent_ground\":\"delay\"," NO_REASON "}",
          "=do-not-share -seek-consent");
    stated(PRIVATE "\"consent\":\"not-sought\",\"no_consent_ground\":\"none\"," NO_REASON "}",
          "=do-not-share +seek-consent");
}

static void inside_the_organisation_as_outside(void **state)
{
    (void)state;
    PROVISION("MAN-33");
    stated(PRIVATE "\"consent\":\"refused\",\"recipient\":\"same-agency\"," NO_REASON "}", "=do-not-share");
    stated(PRIVATE "\"consent\":\"refused\",\"recipient\":\"same-agency\",\"public_function\":true}",
          "=share +minimum-necessary");
    PROVISION("MAN-12");
    stated(PRIVATE "\"consent\":\"given\",\"consent_covers\":true,\"recipient_needs_to_know\":false}",
          "+consult-manager");
}

static void people_who_have_died(void **state)
{
    (void)state;
    stated("{\"purpose\":\"practice-review\",\"identifies\":\"deceased-person\"}",
          "=seek-advice @ +consult-governance-lead");
    stated("{\"purpose\":\"none\",\"identifies\":\"deceased-person\"}", "=do-not-share");
}

static void known_only_with_other_information(void **state)
{
    (void)state;
    stated("{\"purpose\":\"statistics\",\"identifies\":\"nobody-alone\",\"confidential\":false}",
          "=share +check-reidentification");
}

static void whose_consent(void **state)
{
    (void)state;
    PROVISION("MAN-26");
    case_check(pack, POLICY_CONSENT, "{\"subject_age\":16,\"capacity\":\"presumed\"}", "=person @");
    case_check(pack, POLICY_CONSENT, "{\"subject_age\":15.9,\"understanding\":\"sufficient\"}", "=child @");
    case_check(pack, POLICY_CONSENT, "{\"subject_age\":9,\"understanding\":\"insufficient\"}",
               "=parental-responsibility");
    case_check(pack, POLICY_CONSENT, "{\"subject_age\":40,\"capacity\":\"lacks\"}",
               "=null ?attorney_or_deputy");
    case_check(pack, POLICY_CONSENT,
               "{\"subject_age\":40,\"capacity\":\"lacks\",\"attorney_or_deputy\":false}",
               "=best-interests +consult-manager");
    case_check(pack, POLICY_CONSENT, "{\"subject_age\":40,\"capacity\":\"unassessed\"}", "=assess-first");
    case_check(pack, POLICY_CONSENT, "{}", "=null ?subject_age ?capacity ?understanding");
}

static void how_it_travels(void **state)
{
    (void)state;
    PROVISION("MAN-25");
    case_check(pack, POLICY_CHANNEL, "{\"medium\":\"fax\",\"personal\":true}",
               "=conditional +double-check-number +recipient-waiting");
    struct policy_answer answer = case_answer(pack, POLICY_CHANNEL, "{\"medium\":\"fax\",\"personal\":true}");
    assert_int_equal(answer.conditions, 2);
    PROVISION("MAN-22");
    PROVISION("MAN-23");
    case_check(pack, POLICY_CHANNEL, "{\"medium\":\"mobile\",\"personal\":true}",
               "=conditional +check-identity +check-entitlement +take-number +verify-number +call-back "
               "+no-details-in-messages +clear-phone");
    PROVISION("MAN-24");
    case_check(pack, POLICY_CHANNEL, "{\"medium\":\"post\",\"personal\":true}",
               "=conditional +check-address +check-contents");
    PROVISION("MAN-31");
    PROVISION("MAN-32");
    case_check(pack, POLICY_CHANNEL, "{\"medium\":\"meeting\",\"personal\":true}",
               "+not-overheard +not-seen-by-others");
    case_check(pack, POLICY_CHANNEL, "{\"medium\":\"by-hand\",\"personal\":true}", "+keep-locked");
    case_check(pack, POLICY_CHANNEL, "{\"medium\":\"email\",\"recipient_address\":\"a@b@nhs.net\"}",
               "=refused @ +post -email");
    case_check(pack, POLICY_CHANNEL,
               "{\"medium\":\"post\",\"recipient_address\":\"a@b@nhs.net\",\"personal\":false}", "=allowed");
}

static void how_long_and_by_when(void **state)
{
    (void)state;
    PROVISION("MAN-07");
    case_check(pack, POLICY_RETENTION, "{\"still_needed\":true,\"keep_indefinitely\":true}",
               "=indefinite-with-review");
    case_check(pack, POLICY_RETENTION, "{\"still_needed\":false}", "=dispose @");
    PROVISION("MAN-21");
    struct policy_words words;
    policy_words(pack, POLICY_WORDS_RETENTION, TEXT("dispose"), &words);
    assert_true(text_find(words.todo, TEXT("Shred paper")) >= 0 &&
                text_find(words.todo, TEXT("destroy discs and the like")) > 0 &&
                text_find(words.todo, TEXT("Securely delete")) > 0);
    PROVISION("MAN-01");
    struct policy_answer answer = case_answer(pack, POLICY_DEADLINE, "{\"matter\":\"policy-review\"}");
    assert_true(text_equal(answer.outcome, TEXT("limit")));
    assert_true(text_equal(answer.detail[0].value, TEXT("2")) && answer.detail[0].number);
    assert_true(text_equal(answer.detail[1].value, TEXT("years")));
    assert_true(text_equal(policy_pack_info(pack)->review_by, TEXT("2018-02-01")));
}

static void guided_questions_follow_the_flowchart(void **state)
{
    static const char *const key[] = {"purpose", "identifies", "confidential", "consent", "child_harm"};
    static const char *const value[] = {"early-help", "living-person", "true", "refused", "evidence"};
    struct arena *arena ARENA_SCOPE = arena_new(64 << 20, ARENA_PLAIN);
    struct policy_facts *facts = policy_facts_new(pack, arena);
    struct policy_question question;
    struct error error;
    (void)state;
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(policy_next_question(pack, POLICY_SHARE, facts, arena, &question, &error), 0);
        assert_true(text_equal(question.key, text_of(key[i])));
        assert_false(question.settled);
        assert_true(question.question.n > 5 && question.why.n > 5 && question.citations > 0);
        assert_int_equal(policy_facts_set(facts, question.key, text_of(value[i]), &error), 0);
    }
    size_t more = 0;
    for (;; more++) { /* then what else could matter, each asked once, until nothing does */
        assert_int_equal(policy_next_question(pack, POLICY_SHARE, facts, arena, &question, &error), 0);
        if (!question.key.p)
            break;
        assert_true(question.settled);
        assert_null(policy_facts_get(facts, question.key).p);
        assert_int_equal(policy_facts_set(facts, question.key, question.option[0].value, &error), 0);
    }
    assert_true(more > 0 && more < 12);
}

static void smaller_rules(void **state)
{
    (void)state;
    stated("{\"purpose\":\"early-help\",\"identifies\":\"living-person\",\"confidential\":true,\"consent\":"
          "\"given\",\"consent_covers\":true}",
          "+check-accuracy");
    stated("{\"purpose\":\"early-help\",\"identifies\":\"living-person\",\"confidential\":true,\"consent\":"
          "\"given\",\"consent_covers\":true,\"urgent\":true,\"vital_interests\":false,\"child_harm\":"
          "\"none\"}",
          "+without-delay");
    stated("{\"purpose\":\"early-help\",\"identifies\":\"living-person\",\"confidential\":true,\"consent\":"
          "\"given\",\"consent_covers\":true,\"vital_interests\":true,\"urgent\":false,\"child_harm\":"
          "\"none\"}",
          "+without-delay");
    stated("{\"purpose\":\"early-help\",\"identifies\":\"living-person\",\"confidential\":true,\"consent\":"
          "\"given\",\"consent_covers\":true,\"vital_interests\":false,\"urgent\":false,\"child_harm\":"
          "\"none\"}",
          "-without-delay");
    stated("{\"purpose\":\"crime\",\"identifies\":\"living-person\",\"confidential\":false,\"consent\":"
          "\"refused\",\"legal_duty\":\"none\"}",
          "=share +consult-manager");
    stated("{\"purpose\":\"service-provision\",\"identifies\":\"living-person\",\"confidential\":false,"
          "\"consent\":\"refused\",\"legal_duty\":\"none\",\"recipient_needs_to_know\":true}",
          "=share -consult-manager");
    case_check(pack, POLICY_CONSENT, "{\"subject_age\":10,\"understanding\":\"unassessed\"}",
               "=assess-first +consult-manager");
    case_check(pack, POLICY_CHANNEL,
               "{\"medium\":\"email\",\"personal\":false,\"sender_address\":\"a@council.gov.uk\",\"recipient_"
               "address\":\"b@school.sch.uk\"}",
               "=allowed");
    case_check(pack, POLICY_CHANNEL, "{\"medium\":\"fax\",\"personal\":false}", "=allowed");
    case_check(pack, POLICY_CHANNEL, "{\"medium\":\"landline\",\"personal\":false}", "=allowed");
    case_check(pack, POLICY_CHANNEL, "{\"medium\":\"landline\",\"personal\":true}",
               "=conditional +not-overheard");
    case_check(pack, POLICY_CHANNEL, "{\"medium\":\"portable-media\",\"personal\":true}",
               "=conditional +delete-after-use +follow-security-policy +check-contents");
    case_check(pack, POLICY_CHANNEL,
               "{\"medium\":\"email\",\"personal\":true,\"sender_address\":\"a@council.gov.uk\",\"recipient_"
               "address\":\"b@school.sch.uk\"}",
               "=conditional +check-address +follow-security-policy +check-contents");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(smaller_rules),
        cmocka_unit_test(the_flowchart_in_its_order),
        cmocka_unit_test(other_reasons),
        cmocka_unit_test(how_to_share),
        cmocka_unit_test(decisions_are_recorded),
        cmocka_unit_test(unsure_means_advice),
        cmocka_unit_test(harm_to_a_child_goes_without_delay),
        cmocka_unit_test(without_consent_with_a_manager),
        cmocka_unit_test(emergencies),
        cmocka_unit_test(inside_the_organisation_as_outside),
        cmocka_unit_test(people_who_have_died),
        cmocka_unit_test(known_only_with_other_information),
        cmocka_unit_test(whose_consent),
        cmocka_unit_test(how_it_travels),
        cmocka_unit_test(how_long_and_by_when),
        cmocka_unit_test(guided_questions_follow_the_flowchart),
    };
    return RUN_PACK_CASES("manchester-2016", tests);
}
