#include "pack_cases.h"

#include "provision.h"

/* Cases read off the Buckinghamshire code of practice. */

static void early_help_needs_consent(void **state)
{
    (void)state;
    PROVISION("BUC-15");
    share("{\"purpose\":\"early-help\"}", "=seek-consent +seek-consent");
    share("{\"purpose\":\"early-help\",\"confidential\":false}", "=seek-consent");
    share("{\"purpose\":\"early-help\",\"consent\":\"refused\"}", "=do-not-share");
    share("{\"purpose\":\"early-help\",\"consent\":\"given\",\"consent_covers\":true}", "=share +consent");
    share("{\"purpose\":\"early-help\",\"consent\":\"given\",\"consent_covers\":false}", "=seek-consent");
    PROVISION("BUC-03");
    share("{\"consent\":\"refused\"}", "=share +public-task +inform-subject");
}

static void safeguarding_concerns(void **state)
{
    (void)state;
    PROVISION("BUC-16");
    PROVISION("BUC-11");
    share("{\"purpose\":\"section-47\",\"child_harm\":\"reasonable-cause\",\"recipient\":\"childrens-social-"
          "care\"}",
          "=share +public-interest +consult-manager +without-delay -refer-childrens-social-care");
    share("{\"purpose\":\"section-47\",\"child_harm\":\"evidence\",\"recipient\":\"police\"}",
          "=share +refer-childrens-social-care");
    PROVISION("BUC-17");
    share("{\"purpose\":\"section-47\",\"child_harm\":\"unclear\"}",
          "=seek-advice +consult-manager +consult-governance-lead");
    PROVISION("BUC-18");
    share("{\"purpose\":\"practice-review\",\"consent\":\"refused\"}", "=share +public-task");
}

static void the_seven_questions(void **state)
{
    (void)state;
    PROVISION("BUC-20");
    share("{\"purpose\":\"none\"}", "=do-not-share");
    share("{\"proportionate\":false}", "=do-not-share");
    share("{\"recipient_needs_to_know\":false}", "=do-not-share");
    PROVISION("BUC-35");
    share("{\"restricted_by_law\":true}", "=share +consult-governance-lead");
    PROVISION("BUC-21");
    share("{\"purpose\":\"statistics\"}", "=share-anonymised");
    share("{\"purpose\":\"statistics\",\"identifies\":\"nobody\"}", "=share +not-personal");
    PROVISION("BUC-22");
    share("{\"purpose\":\"service-provision\",\"confidential\":false}", "=share +not-confidential");
    share("{\"purpose\":\"service-provision\"}", "=seek-consent");
    PROVISION("BUC-27");
    share("{\"purpose\":\"service-provision\",\"consent\":\"refused\",\"child_harm\":\"evidence\"}",
          "=share +public-interest");
    share("{\"purpose\":\"service-provision\",\"consent\":\"refused\",\"adult_harm\":\"serious\"}",
          "=share +public-interest");
    share("{\"purpose\":\"service-provision\",\"consent\":\"refused\",\"serious_crime\":true}",
          "=share +public-interest");
    share("{\"purpose\":\"service-provision\",\"consent\":\"refused\"}", "=do-not-share");
    PROVISION("BUC-19");
    share("{\"purpose\":\"service-provision\",\"no_consent_ground\":\"child-risk\"}",
          "=seek-advice -seek-consent");
    share("{\"identifies\":\"deceased-person\"}", "=seek-advice +consult-governance-lead");
}

static void records_and_telling(void **state)
{
    (void)state;
    PROVISION("BUC-29");
    share("{\"child_harm\":\"evidence\"}", "+record-legal-basis +record-risk-level");
    PROVISION("BUC-26");
    share("{\"consent\":\"given\",\"consent_covers\":true,\"sensitive\":true}", "+record-legal-basis");
    share("{\"consent\":\"given\",\"consent_covers\":true}", "-record-legal-basis");
    PROVISION("BUC-32");
    share("{\"consent\":\"given\",\"consent_covers\":true}", "+record-consent-giver");
    PROVISION("BUC-28");
    share("{\"child_harm\":\"evidence\"}", "+inform-child +inform-parent");
    share("{\"child_harm\":\"evidence\",\"informing_raises_risk\":true}",
          "-inform-child -inform-parent +do-not-inform");
    PROVISION("BUC-30");
    PROVISION("BUC-31");
    share("{\"consent\":\"given\",\"consent_covers\":true}",
          "+establish-onward-sharing +state-consent-limits +inform-subject +inform-provider");
}

static void whose_consent(void **state)
{
    (void)state;
    PROVISION("BUC-24");
    consent("{\"subject_age\":16,\"capacity\":\"presumed\"}", "=person");
    consent("{\"subject_age\":13,\"understanding\":\"sufficient\"}", "=child");
    consent("{\"subject_age\":13,\"understanding\":\"insufficient\"}", "=parental-responsibility");
    consent("{\"subject_age\":13,\"understanding\":\"sufficient\",\"parent_disagrees\":true}",
            "=child +consult-manager");
}

static void channels_and_clocks(void **state)
{
    (void)state;
    PROVISION("BUC-08");
    channel("{\"medium\":\"post\",\"personal\":true}", "=conditional +agreed-method");
    PROVISION("BUC-01");
    case_check(pack, POLICY_DEADLINE, "{\"matter\":\"code-reaffirmation\"}", "=limit");
    PROVISION("BUC-34");
    case_check(pack, POLICY_RETENTION, "{\"still_needed\":true}", "=own-policy");
}

static void consent_has_its_minimum_content(void **state)
{
    static const char *const part[] = {"collected", "used for", "who it might be shared with",
                                       "detection of crime"};
    struct policy_words words;
    (void)state;
    PROVISION("BUC-23");
    policy_words(pack, POLICY_WORDS_OBLIGATION, TEXT("seek-consent"), &words);
    for (size_t i = 0; i < 4; i++)
        assert_true(text_find(words.todo, text_of(part[i])) >= 0);
    PROVISION("BUC-25");
    policy_words(pack, POLICY_WORDS_OBLIGATION, TEXT("record-consent-giver"), &words);
    assert_true(text_find(words.todo, TEXT("renewed")) > 0);
}

static void smaller_rules(void **state)
{
    (void)state;
    share("{\"legal_duty\":\"court-order\"}", "=share +legal-duty");
    share("{\"consent\":\"refused\",\"vital_interests\":true}", "+vital-interests");
    share("{}", "+minimum-necessary +check-accuracy +check-recipient +use-secure-channel");
    share("{\"identifies\":\"nobody-alone\"}", "=share +check-reidentification");
    share("{\"purpose\":\"statistics\"}", "=share-anonymised +check-reidentification +minimum-necessary");
    share("{}", "+justify-without-consent");
    share("{\"consent\":\"given\",\"consent_covers\":true}", "-justify-without-consent");
    share("{\"child_harm\":\"unclear\",\"consent\":\"given\",\"consent_covers\":true}", "+consult-manager");
    share("{\"consent\":\"given\",\"consent_covers\":true}", "-consult-manager");
    share("{\"vital_interests\":true,\"consent\":\"given\",\"consent_covers\":true}", "+without-delay");
    share("{\"urgent\":true,\"consent\":\"given\",\"consent_covers\":true}", "+without-delay");
    share("{\"consent\":\"given\",\"consent_covers\":true}", "-without-delay");
    share("{\"purpose\":\"service-provision\",\"no_consent_ground\":\"delay\"}",
          "=seek-advice +consult-manager");
    case_check(pack, POLICY_CONSENT,
               "{\"subject_age\":40,\"capacity\":\"lacks\",\"attorney_or_deputy\":true}",
               "=attorney-or-deputy");
    case_check(pack, POLICY_CONSENT, "{\"subject_age\":40,\"capacity\":\"unassessed\"}",
               "=assess-first +consult-manager");
    case_check(pack, POLICY_CONSENT, "{\"subject_age\":4,\"understanding\":\"unassessed\"}", "=assess-first");
    case_check(pack, POLICY_CHANNEL,
               "{\"medium\":\"email\",\"personal\":false,\"sender_address\":\"a@council.gov.uk\",\"recipient_"
               "address\":\"b@school.sch.uk\"}",
               "=allowed");
    case_check(pack, POLICY_CHANNEL,
               "{\"medium\":\"email\",\"personal\":true,\"sender_address\":\"a@council.gov.uk\",\"recipient_"
               "address\":\"b@school.sch.uk\"}",
               "=conditional");
    case_check(pack, POLICY_CHANNEL, "{\"medium\":\"post\",\"personal\":false}", "=allowed");
    case_check(pack, POLICY_CHANNEL, "{\"medium\":\"meeting\",\"personal\":true}",
               "=conditional +not-overheard +check-identity");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(smaller_rules),
        cmocka_unit_test(consent_has_its_minimum_content),
        cmocka_unit_test(early_help_needs_consent),
        cmocka_unit_test(safeguarding_concerns),
        cmocka_unit_test(the_seven_questions),
        cmocka_unit_test(records_and_telling),
        cmocka_unit_test(whose_consent),
        cmocka_unit_test(channels_and_clocks),
    };
    return RUN_PACK_CASES("buckinghamshire-2018", tests);
}
