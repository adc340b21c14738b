#include "pack_cases.h"

#include "provision.h"

/* The Bexley guidance of 2015, read again by somebody who had not read the pack: cases that a plain reader
 * would put to it. */

static void who_it_identifies(void **state)
{
    (void)state;
    PROVISION("BEX-10");
    PROVISION("BEX-12");
    share("{\"identifies\":\"nobody\",\"sensitive\":true,\"schedule3\":false,\"consent\":\"refused\"}",
          "=share +not-personal -inform-subject -justify-without-consent");
    share("{\"identifies\":\"nobody\",\"recipient_needs_to_know\":false}", "=share");
    share("{\"identifies\":\"nobody-alone\"}", "=seek-consent");
    share("{\"identifies\":\"nobody-alone\",\"consent\":\"given\",\"consent_covers\":true}",
          "=share +consent +check-reidentification");
    share("{\"identifies\":\"deceased-person\",\"consent\":\"refused\"}",
          "=seek-advice +consult-governance-lead +consult-manager");
    share("{\"identifies\":\"deceased-person\",\"child_harm\":\"evidence\",\"recipient\":\"police\"}",
          "=seek-advice +without-delay +refer-childrens-social-care");
    share("{\"identifies\":\"deceased-person\",\"vital_interests\":true}", "=seek-advice +without-delay");
}

static void where_consent_stands(void **state)
{
    (void)state;
    PROVISION("BEX-13");
    PROVISION("BEX-15");
    PROVISION("BEX-20");
    share("{\"confidential\":false}", "=seek-consent");
    share("{\"consent\":\"given\",\"consent_covers\":false}", "=seek-consent");
    share("{\"consent\":\"given\",\"consent_covers\":false,\"no_consent_ground\":\"child-risk\"}",
          "=seek-advice -seek-consent");
    share("{\"consent\":\"withdrawn\",\"consent_covers\":true}", "=do-not-share");
    share("{\"consent\":\"unobtainable\"}", "=do-not-share");
    share("{\"consent\":\"withdrawn\",\"sensitive\":true,\"schedule3\":true}", "=share +schedule-3");
    share(
        "{\"consent\":\"withdrawn\",\"sensitive\":true,\"schedule3\":true,\"recipient_needs_to_know\":false}",
        "=do-not-share");
    share("{\"consent\":\"given\",\"consent_covers\":true,\"proportionate\":false}", "=share +consent");
    share("{\"consent\":\"given\",\"consent_covers\":true,\"schedule2\":false,\"sensitive\":true,"
          "\"schedule3\":false}",
          "=share +consent -schedule-3");
    share("{\"consent\":\"given\",\"consent_covers\":true,\"consent_written\":false}", "=share");
    share("{\"no_consent_ground\":\"child-risk\",\"child_harm\":\"evidence\"}", "=share -seek-consent");
    share("{\"purpose\":\"section-47\",\"consent\":\"refused\"}", "=share +public-task");
    share("{\"purpose\":\"section-47\",\"consent\":\"refused\",\"proportionate\":false}", "=do-not-share");
}

static void danger_before_every_gate(void **state)
{
    (void)state;
    PROVISION("BEX-09");
    PROVISION("BEX-14");
    PROVISION("BEX-25");
    share("{\"child_harm\":\"evidence\",\"recipient\":\"childrens-social-care\",\"consent\":\"refused\","
          "\"proportionate\":false,\"recipient_needs_to_know\":false}",
          "=share +public-interest");
    share("{\"child_harm\":\"reasonable-cause\",\"consent\":\"withdrawn\",\"recipient\":\"childrens-social-"
          "care\"}",
          "=share -seek-consent -refer-childrens-social-care");
    share("{\"child_harm\":\"reasonable-cause\",\"consent\":\"refused\",\"proportionate\":false}",
          "=do-not-share +refer-childrens-social-care");
    share("{\"child_harm\":\"evidence\",\"recipient_needs_to_know\":false}",
          "=do-not-share +refer-childrens-social-care");
    share("{\"child_harm\":\"unclear\",\"consent\":\"refused\"}",
          "=seek-advice +consult-manager -refer-childrens-social-care");
    share("{\"sensitive\":true,\"schedule3\":false,\"child_harm\":\"evidence\"}",
          "=seek-advice +without-delay -seek-consent");
    share("{\"sensitive\":true,\"schedule3\":false,\"child_harm\":\"evidence\",\"urgent\":true}",
          "=share +record-reasons +consult-governance-lead +without-delay");
    share("{\"sensitive\":true,\"schedule3\":false,\"child_harm\":\"reasonable-cause\",\"urgent\":true,"
          "\"consent\":\"unobtainable\",\"recipient\":\"police\"}",
          "=share +refer-childrens-social-care");
    share("{\"sensitive\":true,\"schedule3\":false,\"adult_harm\":\"serious\",\"consent\":\"refused\"}",
          "=do-not-share");
    share("{\"sensitive\":true,\"schedule3\":false,\"vital_interests\":true,\"consent\":\"refused\",\"child_"
          "harm\":\"evidence\"}",
          "=share +vital-interests +public-interest");
    share("{\"sensitive\":true,\"schedule3\":false,\"vital_interests\":true,\"consent\":\"refused\","
          "\"proportionate\":false}",
          "=do-not-share");
    share("{\"vital_interests\":true,\"consent\":\"refused\"}", "=share +vital-interests +without-delay");
    share("{\"adult_harm\":\"serious\",\"consent\":\"refused\",\"proportionate\":false}", "=do-not-share");
    share("{\"adult_harm\":\"serious\",\"consent\":\"refused\",\"urgent\":true}", "=share +without-delay");
    share("{\"adult_harm\":\"serious\",\"consent\":\"refused\"}", "=share -without-delay");
    share("{\"original_controller_permits\":false,\"child_harm\":\"evidence\"}", "=share");
}

static void a_duty_comes_before_consent(void **state)
{
    (void)state;
    PROVISION("BEX-46");
    share("{\"legal_duty\":\"court-order\",\"consent\":\"refused\"}",
          "=share +legal-duty -seek-consent -justify-without-consent");
    share("{\"legal_duty\":\"court-order\",\"consent\":\"refused\",\"sensitive\":true,\"schedule3\":false}",
          "=share +legal-duty");
    share("{\"legal_duty\":\"statute\",\"recipient_needs_to_know\":false}", "=share +legal-duty");
    share("{\"legal_duty\":\"court-order\",\"purpose\":\"none\"}", "=do-not-share -seek-consent");
    stated("{\"legal_duty\":\"court-order\",\"purpose\":\"section-17\",\"identifies\":\"living-person\"}",
           "=share @ -seek-consent");
}

static void telling_people(void **state)
{
    (void)state;
    PROVISION("BEX-02");
    share("{\"child_harm\":\"evidence\",\"consent\":\"refused\"}", "=share +inform-subject -do-not-inform");
    share("{\"child_harm\":\"evidence\",\"consent\":\"refused\",\"informing_raises_risk\":true}",
          "=share +do-not-inform -inform-subject");
    share("{\"consent\":\"refused\",\"informing_raises_risk\":true}",
          "=do-not-share -do-not-inform -inform-subject");
    share("{\"identifies\":\"nobody\",\"informing_raises_risk\":true}", "=share +do-not-inform");
}

static void what_is_asked(void **state)
{
    (void)state;
    PROVISION("BEX-11");
    stated("{\"identifies\":\"living-person\"}",
           "=null ?purpose ?child_harm ?consent ?legal_duty !?informing_raises_risk !?manager_consulted "
           "!?article6 !?schedule2");
    stated("{\"identifies\":\"living-person\",\"purpose\":\"section-17\",\"consent\":\"refused\"}",
           "=null ?child_harm ?serious_crime ?adult_harm ?proportionate ?sensitive !?consent_covers "
           "!?no_consent_ground");
    stated("{\"purpose\":\"none\"}", "=do-not-share @");
    stated("{\"identifies\":\"nobody\",\"purpose\":\"statistics\"}", "=share @");
    stated("{\"purpose\":\"section-17\",\"identifies\":\"living-person\",\"child_harm\":\"reasonable-cause\","
           "\"recipient\":\"childrens-social-care\"}",
           "=share @ +public-interest +without-delay");
    stated("{\"purpose\":\"section-17\",\"identifies\":\"living-person\",\"legal_duty\":\"none\",\"child_"
           "harm\":\"none\",\"recipient_needs_to_know\":true,\"consent\":\"given\",\"consent_covers\":true}",
           "=share @");
    stated("{\"purpose\":\"section-17\",\"identifies\":\"living-person\",\"legal_duty\":\"none\",\"child_"
           "harm\":\"none\",\"recipient_needs_to_know\":true,\"consent\":\"refused\",\"vital_interests\":"
           "false,\"adult_harm\":\"none\",\"serious_crime\":false,\"sensitive\":false}",
           "=do-not-share @ !?proportionate");
    stated("{\"purpose\":\"section-17\",\"identifies\":\"living-person\",\"legal_duty\":\"none\",\"child_"
           "harm\":\"none\",\"recipient_needs_to_know\":false}",
           "=do-not-share @");
}

static void whose_consent(void **state)
{
    (void)state;
    PROVISION("BEX-15");
    PROVISION("BEX-21");
    consent("{\"subject_age\":16}", "=null ?capacity");
    consent("{\"subject_age\":16,\"capacity\":\"has\"}", "=person @");
    consent("{\"subject_age\":15,\"capacity\":\"has\",\"understanding\":\"sufficient\"}",
            "=parental-responsibility");
    consent("{\"subject_age\":0}", "=parental-responsibility @");
    consent("{\"subject_age\":120,\"capacity\":\"presumed\"}", "=person");
    consent("{\"subject_age\":15,\"parents_separated\":true,\"parent_disagrees\":true}",
            "=parental-responsibility");
    consent("{\"subject_age\":40,\"capacity\":\"lacks\"}", "=null ?attorney_or_deputy");
    consent("{\"subject_age\":40,\"capacity\":\"lacks\",\"attorney_or_deputy\":false}",
            "=best-interests +record-reasons");
    consent("{\"subject_age\":16,\"capacity\":\"unassessed\"}", "=assess-first +record-reasons");
    consent("{\"capacity\":\"presumed\"}", "=null ?subject_age !?understanding !?parents_separated");
    consent("{\"capacity\":\"unassessed\",\"subject_age\":15}", "=parental-responsibility");
}

static void nothing_besides(void **state)
{
    (void)state;
    PROVISION("BEX-06");
    PROVISION("BEX-07");
    PROVISION("BEX-39");
    share("{\"identifies\":\"nobody\"}",
          "=share only +not-personal +record-decision +record-reasons +minimum-necessary +check-accuracy "
          "+check-recipient +use-secure-channel +follow-up-action");
    share("{\"identifies\":\"nobody\",\"consent\":\"given\",\"consent_covers\":true,\"child_harm\":"
          "\"evidence\",\"recipient\":\"childrens-social-care\",\"vital_interests\":true,\"legal_duty\":"
          "\"statute\",\"sensitive\":true}",
          "=share only +not-personal +record-decision +record-reasons +minimum-necessary +check-accuracy "
          "+check-recipient +use-secure-channel +follow-up-action +without-delay");
    share("{\"identifies\":\"nobody\",\"urgent\":true,\"serious_crime\":true,\"adult_harm\":\"serious\","
          "\"purpose\":\"section-47\"}",
          "=share only +not-personal +record-decision +record-reasons +minimum-necessary +check-accuracy "
          "+check-recipient +use-secure-channel +follow-up-action");
    share("{\"consent\":\"given\",\"consent_covers\":true}",
          "=share only +consent +record-decision +record-reasons +minimum-necessary +check-accuracy "
          "+check-recipient +use-secure-channel +follow-up-action +inform-subject");
    share("{\"consent\":\"given\",\"consent_covers\":true,\"sensitive\":true,\"schedule3\":true,\"vital_"
          "interests\":true,\"adult_harm\":\"serious\",\"serious_crime\":true,\"purpose\":\"section-47\","
          "\"urgent\":true}",
          "=share only +consent +record-decision +record-reasons +minimum-necessary +check-accuracy "
          "+check-recipient +use-secure-channel +follow-up-action +inform-subject");
    share("{\"consent\":\"given\",\"consent_covers\":true,\"child_harm\":\"evidence\",\"sensitive\":true,"
          "\"schedule3\":false}",
          "=share only +consent +record-decision +record-reasons +minimum-necessary +check-accuracy "
          "+check-recipient +use-secure-channel +follow-up-action +inform-subject +without-delay "
          "+refer-childrens-social-care");
    share("{\"legal_duty\":\"court-order\",\"sensitive\":true,\"schedule3\":true,\"vital_interests\":true,"
          "\"adult_harm\":\"serious\",\"serious_crime\":true,\"purpose\":\"section-47\",\"urgent\":true,"
          "\"consent\":\"given\",\"consent_covers\":true}",
          "=share only +legal-duty +record-decision +record-reasons +minimum-necessary +check-accuracy "
          "+check-recipient +use-secure-channel +follow-up-action +inform-subject");
    share("{\"legal_duty\":\"court-order\",\"sensitive\":true,\"schedule3\":false,\"child_harm\":"
          "\"evidence\",\"urgent\":true}",
          "=share only +legal-duty +record-decision +record-reasons +minimum-necessary +check-accuracy "
          "+check-recipient +use-secure-channel +follow-up-action +inform-subject +without-delay "
          "+refer-childrens-social-care");
    share("{\"consent\":\"refused\",\"serious_crime\":true}",
          "=share only +public-interest +record-decision +record-reasons +minimum-necessary +check-accuracy "
          "+check-recipient +use-secure-channel +follow-up-action +inform-subject +justify-without-consent");
    share("{\"consent\":\"refused\",\"adult_harm\":\"serious\",\"sensitive\":true,\"schedule3\":true}",
          "=share only +public-interest +schedule-3 +record-decision +record-reasons +minimum-necessary "
          "+check-accuracy +check-recipient +use-secure-channel +follow-up-action +inform-subject "
          "+justify-without-consent");
    share("{\"consent\":\"refused\",\"vital_interests\":true}",
          "=share only +vital-interests +record-decision +record-reasons +minimum-necessary +check-accuracy "
          "+check-recipient +use-secure-channel +follow-up-action +inform-subject +justify-without-consent "
          "+without-delay");
    share("{\"consent\":\"refused\",\"child_harm\":\"evidence\",\"vital_interests\":true}",
          "=share only +public-interest +record-decision +record-reasons +minimum-necessary +check-accuracy "
          "+check-recipient +use-secure-channel +follow-up-action +inform-subject +justify-without-consent "
          "+without-delay +refer-childrens-social-care");
    share("{\"consent\":\"refused\",\"child_harm\":\"evidence\",\"vital_interests\":true,\"sensitive\":true,"
          "\"schedule3\":true}",
          "=share only +public-interest +schedule-3 +record-decision +record-reasons +minimum-necessary "
          "+check-accuracy +check-recipient +use-secure-channel +follow-up-action +inform-subject "
          "+justify-without-consent +without-delay +refer-childrens-social-care");
    share("{\"consent\":\"refused\",\"child_harm\":\"evidence\",\"vital_interests\":true,\"sensitive\":true,"
          "\"schedule3\":false}",
          "=share only +public-interest +vital-interests +record-decision +record-reasons +minimum-necessary "
          "+check-accuracy +check-recipient +use-secure-channel +follow-up-action +inform-subject "
          "+justify-without-consent +without-delay +refer-childrens-social-care");
    share("{\"consent\":\"refused\",\"sensitive\":true,\"schedule3\":true,\"child_harm\":\"unclear\","
          "\"urgent\":true}",
          "=share only +schedule-3 +record-decision +record-reasons +minimum-necessary +check-accuracy "
          "+check-recipient +use-secure-channel +follow-up-action +inform-subject +justify-without-consent "
          "+without-delay");
    share("{\"consent\":\"refused\",\"sensitive\":true,\"schedule3\":true,\"urgent\":true}",
          "=share only +schedule-3 +record-decision +record-reasons +minimum-necessary +check-accuracy "
          "+check-recipient +use-secure-channel +follow-up-action +inform-subject +justify-without-consent");
    share("{\"consent\":\"refused\",\"sensitive\":true,\"schedule3\":true,\"child_harm\":\"unclear\"}",
          "=share only +schedule-3 +record-decision +record-reasons +minimum-necessary +check-accuracy "
          "+check-recipient +use-secure-channel +follow-up-action +inform-subject +justify-without-consent");
    share("{\"purpose\":\"section-47\",\"consent\":\"refused\"}",
          "=share only +public-task +record-decision +record-reasons +minimum-necessary +check-accuracy "
          "+check-recipient +use-secure-channel +follow-up-action +inform-subject +justify-without-consent");
    share("{\"consent\":\"refused\",\"recipient\":\"childrens-social-care\",\"child_harm\":\"evidence\"}",
          "=share only +public-interest +record-decision +record-reasons +minimum-necessary +check-accuracy "
          "+check-recipient +use-secure-channel +follow-up-action +inform-subject +justify-without-consent "
          "+without-delay");
    share("{\"consent\":\"refused\",\"sensitive\":true,\"schedule3\":false,\"child_harm\":\"evidence\","
          "\"urgent\":true}",
          "=share only +public-interest +record-decision +record-reasons +minimum-necessary +check-accuracy "
          "+check-recipient +use-secure-channel +follow-up-action +inform-subject +justify-without-consent "
          "+consult-governance-lead +without-delay +refer-childrens-social-care");
    share("{\"consent\":\"refused\",\"identifies\":\"nobody-alone\",\"serious_crime\":true}",
          "=share only +public-interest +record-decision +record-reasons +minimum-necessary +check-accuracy "
          "+check-recipient +use-secure-channel +follow-up-action +inform-subject +justify-without-consent "
          "+check-reidentification");
    share("{\"consent\":\"given\",\"consent_covers\":true,\"recipient_needs_to_know\":false,\"identifies\":"
          "\"nobody-alone\",\"vital_interests\":true,\"urgent\":true}",
          "=do-not-share only +record-decision +record-reasons");
    share("{\"consent\":\"refused\",\"sensitive\":true,\"schedule3\":true,\"recipient_needs_to_know\":false,"
          "\"serious_crime\":true,\"purpose\":\"section-47\"}",
          "=do-not-share only +record-decision +record-reasons");
    share("{\"consent\":\"refused\",\"child_harm\":\"unclear\",\"urgent\":true}",
          "=seek-advice only +record-decision +record-reasons +consult-manager");
    share("{}", "=seek-consent only +record-decision +record-reasons +seek-consent");
    share("{\"identifies\":\"deceased-person\"}",
          "=seek-advice only +record-decision +record-reasons +consult-manager +consult-governance-lead");
    consent("{\"subject_age\":16,\"capacity\":\"has\"}", "=person only +record-decision");
    consent("{\"subject_age\":16,\"capacity\":\"lacks\",\"attorney_or_deputy\":true}",
            "=attorney-or-deputy only +record-decision +record-reasons");
    share("{\"legal_duty\":\"statute\",\"consent\":\"refused\",\"sensitive\":true,\"schedule3\":true,\"vital_"
          "interests\":true,\"adult_harm\":\"serious\",\"serious_crime\":true,\"purpose\":\"section-47\","
          "\"urgent\":true}",
          "=share only +legal-duty +record-decision +record-reasons +minimum-necessary +check-accuracy "
          "+check-recipient +use-secure-channel +follow-up-action +inform-subject");
    share("{\"legal_duty\":\"statute\",\"consent\":\"refused\",\"sensitive\":true,\"schedule3\":false,"
          "\"child_harm\":\"reasonable-cause\",\"vital_interests\":true}",
          "=share only +legal-duty +record-decision +record-reasons +minimum-necessary +check-accuracy "
          "+check-recipient +use-secure-channel +follow-up-action +inform-subject +without-delay "
          "+refer-childrens-social-care");
    share("{\"identifies\":\"nobody\",\"consent\":\"refused\",\"sensitive\":true,\"schedule3\":true,\"child_"
          "harm\":\"reasonable-cause\",\"vital_interests\":true,\"recipient\":\"childrens-social-care\","
          "\"purpose\":\"section-47\"}",
          "=share only +not-personal +record-decision +record-reasons +minimum-necessary +check-accuracy "
          "+check-recipient +use-secure-channel +follow-up-action +without-delay");
    share(
        "{\"identifies\":\"nobody\",\"consent\":\"refused\",\"sensitive\":true,\"schedule3\":false,\"child_"
        "harm\":\"evidence\",\"vital_interests\":true,\"urgent\":true}",
        "=share only +not-personal +record-decision +record-reasons +minimum-necessary +check-accuracy "
        "+check-recipient +use-secure-channel +follow-up-action +without-delay +refer-childrens-social-care");
    share("{\"identifies\":\"nobody\",\"consent\":\"refused\",\"vital_interests\":true,\"urgent\":true}",
          "=share only +not-personal +record-decision +record-reasons +minimum-necessary +check-accuracy "
          "+check-recipient +use-secure-channel +follow-up-action");
    share("{\"recipient\":\"childrens-social-care\",\"consent\":\"given\",\"consent_covers\":true}",
          "=share only +consent +record-decision +record-reasons +minimum-necessary +check-accuracy "
          "+check-recipient +use-secure-channel +follow-up-action +inform-subject");
    share("{\"consent\":\"given\",\"consent_covers\":true,\"vital_interests\":true,\"sensitive\":true,"
          "\"schedule3\":false,\"child_harm\":\"evidence\"}",
          "=share only +consent +record-decision +record-reasons +minimum-necessary +check-accuracy "
          "+check-recipient +use-secure-channel +follow-up-action +inform-subject +without-delay "
          "+refer-childrens-social-care");
    share("{\"consent\":\"refused\",\"recipient_needs_to_know\":false,\"vital_interests\":true,\"serious_"
          "crime\":true,\"urgent\":true}",
          "=do-not-share only +record-decision +record-reasons");
    share("{\"purpose\":\"none\",\"identifies\":\"deceased-person\",\"vital_interests\":true}",
          "=do-not-share only +record-decision +record-reasons");
    share("{\"consent\":\"refused\",\"recipient\":\"childrens-social-care\",\"child_harm\":\"evidence\","
          "\"sensitive\":true,\"schedule3\":false,\"proportionate\":false}",
          "=share only +public-interest +record-decision +record-reasons +minimum-necessary +check-accuracy "
          "+check-recipient +use-secure-channel +follow-up-action +inform-subject +justify-without-consent "
          "+without-delay");
    share("{\"identifies\":\"nobody\",\"consent\":\"given\",\"consent_covers\":true}",
          "=share only +not-personal +record-decision +record-reasons +minimum-necessary +check-accuracy "
          "+check-recipient +use-secure-channel +follow-up-action");
    share(
        "{\"identifies\":\"nobody\",\"consent\":\"refused\",\"sensitive\":true,\"schedule3\":false,\"child_"
        "harm\":\"evidence\"}",
        "=share only +not-personal +record-decision +record-reasons +minimum-necessary +check-accuracy "
        "+check-recipient +use-secure-channel +follow-up-action +without-delay +refer-childrens-social-care");
    share(
        "{\"consent\":\"refused\",\"child_harm\":\"evidence\",\"vital_interests\":true,\"schedule3\":false}",
        "=share only +public-interest +record-decision +record-reasons +minimum-necessary +check-accuracy "
        "+check-recipient +use-secure-channel +follow-up-action +inform-subject +justify-without-consent "
        "+without-delay +refer-childrens-social-care");
    share("{\"consent\":\"refused\",\"child_harm\":\"evidence\",\"sensitive\":true,\"schedule3\":false}",
          "=seek-advice only +record-decision +record-reasons +consult-manager +without-delay "
          "+refer-childrens-social-care");
}

/* The words of a question's hint hold all of these. */
static void hint_says(const char *fact, const char *parts)
{
    struct arena *arena ARENA_SCOPE = arena_new(1 << 20, ARENA_PLAIN);
    struct text rest = text_of(parts), part;
    struct policy_question question;
    struct error error;
    assert_int_equal(policy_question_of(pack, POLICY_SHARE, text_of(fact), arena, &question, &error), 0);
    while (text_next(&rest, '|', &part))
        if (text_find(question.hint, part) < 0)
            fail_msg("the hint of %s does not say \"%.*s\"", fact, TEXT_ARGS(part));
}

static void what_the_questions_explain(void **state)
{
    (void)state;
    PROVISION("BEX-12");
    hint_says(
        "sensitive",
        "ethnic origin|political|religion|trade union|health|sex life|alleged offence|court proceedings");
    PROVISION("BEX-14");
    hint_says("schedule3",
              "Employment|life or death|made public|legal proceedings|administration of justice|medical|"
              "ethnic monitoring");
    PROVISION("BEX-24");
    hint_says("child_harm",
              "family|development|special needs|what the harm is|what it does|care that the child gets");
    PROVISION("BEX-22");
    hint_says("recipient_needs_to_know", "change the support|assess|deliver the plan|follow its progress");
    PROVISION("BEX-17");
    hint_says("consent_covers", "why|how it will be used|who will get it|from no|changing their mind");
}

static void the_family_is_a_judgement(void **state)
{
    const struct text who[] = {TEXT_INIT("person"), TEXT_INIT("parental-responsibility")};
    struct policy_words words;
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        policy_words(pack, POLICY_WORDS_CONSENT, who[i], &words);
        assert_true(text_find(words.todo, TEXT("with the agency that referred them: write it down")) > 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_it_identifies),
        cmocka_unit_test(where_consent_stands),
        cmocka_unit_test(danger_before_every_gate),
        cmocka_unit_test(a_duty_comes_before_consent),
        cmocka_unit_test(telling_people),
        cmocka_unit_test(what_is_asked),
        cmocka_unit_test(whose_consent),
        cmocka_unit_test(nothing_besides),
        cmocka_unit_test(what_the_questions_explain),
        cmocka_unit_test(the_family_is_a_judgement),
    };
    return RUN_PACK_CASES("bexley-2015", tests);
}
