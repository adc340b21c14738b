#include "pack_cases.h"

#include "provision.h"

/* Cases read off the West Midlands procedures 2.10 of 2024. */

static void a_lawful_basis_of_article_6(void **state)
{
    (void)state;
    PROVISION("WM-15");
    PROVISION("WM-05");
    share("{}", "=seek-consent @ +seek-consent");
    share("{\"article6\":\"e\"}", "=share @ +public-task +record-legal-basis");
    share("{\"article6\":\"c\"}", "=share +legal-duty");
    share("{\"article6\":\"a\"}", "=seek-consent");
    share("{\"article6\":\"a\",\"consent\":\"given\",\"consent_covers\":true}", "=share +consent");
    share("{\"article6\":\"f\"}", "=seek-consent -public-task");
    share("{\"article6\":\"f\",\"sharer\":\"charity\"}", "=share");
    share("{\"article6\":\"f\",\"sharer\":null}", "=null ?sharer");
    PROVISION("WM-12");
    share("{\"article6\":\"d\",\"vital_interests\":true}", "=share +vital-interests");
    PROVISION("WM-09");
    share("{\"article6\":\"e\"}", "+justify-without-consent");
}

static void special_category_data_needs_article_9(void **state)
{
    (void)state;
    PROVISION("WM-16");
    share("{\"article6\":\"e\",\"sensitive\":true}", "=seek-consent");
    share("{\"article6\":\"e\",\"sensitive\":true,\"article9\":\"g\"}",
          "=share +public-task +substantial-public-interest");
    share("{\"article6\":\"e\",\"sensitive\":true,\"article9\":\"a\"}", "=seek-consent");
    share("{\"article6\":\"none\",\"sensitive\":true,\"article9\":\"g\"}", "=seek-consent");
    share("{\"article6\":\"e\",\"sensitive\":null}", "=null ?sensitive");
    share("{\"article6\":\"d\",\"sensitive\":true,\"article9\":\"c\",\"consent\":\"refused\"}",
          "=do-not-share");
    share("{\"article6\":\"d\",\"sensitive\":true,\"article9\":\"c\",\"consent\":\"unobtainable\"}",
          "=share");
}

static void refusal_does_not_by_itself_stop_it(void **state)
{
    (void)state;
    PROVISION("WM-11");
    PROVISION("WM-10");
    share("{\"article6\":\"e\",\"consent\":\"refused\",\"child_harm\":\"reasonable-cause\"}",
          "=share +public-task");
    share("{\"article6\":\"e\",\"consent\":\"withdrawn\"}", "=share -consent");
    PROVISION("WM-35");
    share("{\"article6\":\"a\",\"consent\":\"given\",\"consent_covers\":true,\"confidential\":true}",
          "=share");
}

static void danger_comes_first(void **state)
{
    (void)state;
    PROVISION("WM-17");
    PROVISION("WM-18");
    share("{\"child_harm\":\"evidence\"}",
          "=seek-advice +without-delay +consult-manager +consult-governance-lead");
    share("{\"child_harm\":\"evidence\",\"urgent\":true}",
          "=share +record-reasons +consult-governance-lead +without-delay +public-interest");
    share("{\"vital_interests\":true,\"urgent\":true,\"sensitive\":true}", "=share +vital-interests");
    share("{\"child_harm\":\"evidence\",\"proportionate\":false}", "=do-not-share");
    share("{\"child_harm\":\"unclear\"}", "=seek-advice");
    share("{\"child_harm\":\"evidence\",\"recipient_needs_to_know\":false}",
          "=do-not-share +refer-childrens-social-care");
}

static void statutory_duty_and_court_order(void **state)
{
    (void)state;
    PROVISION("WM-19");
    share("{\"legal_duty\":\"court-order\"}",
          "=share +legal-duty +use-secure-channel +inform-subject -seek-consent");
    share("{\"legal_duty\":\"statute\",\"informing_raises_risk\":true}",
          "=share +do-not-inform -inform-subject");
}

static void who_is_told(void **state)
{
    (void)state;
    PROVISION("WM-13");
    PROVISION("WM-14");
    share("{\"article6\":\"e\"}", "+inform-subject +inform-parent -inform-child");
    share("{\"article6\":\"e\",\"subject_age\":12}", "+inform-parent +inform-child");
    share("{\"article6\":\"e\",\"subject_age\":16}", "+inform-subject -inform-parent -inform-child");
    PROVISION("WM-06");
    share("{\"informing_raises_risk\":true}", "=do-not-share -seek-consent");
    share("{\"article6\":\"e\",\"informing_raises_risk\":true}",
          "+do-not-inform -inform-parent -inform-subject");
    PROVISION("WM-27");
    share("{\"article6\":\"e\",\"consent\":\"refused\"}", "+tell-recipient-no-consent");
    share("{\"article6\":\"e\",\"telling_recipient_raises_risk\":true}", "-tell-recipient-no-consent");
}

static void what_is_shared_and_recorded(void **state)
{
    (void)state;
    PROVISION("WM-21");
    PROVISION("WM-26");
    PROVISION("WM-23");
    PROVISION("WM-24");
    PROVISION("WM-22");
    share("{\"article6\":\"e\"}", "+record-decision +record-reasons +record-legal-basis +minimum-necessary "
                                  "+check-accuracy +mark-fact-and-opinion +use-secure-channel");
    share("{\"article6\":\"e\",\"recipient_needs_to_know\":false}",
          "=do-not-share +record-decision +record-reasons");
    share("{\"article6\":\"e\",\"purpose\":\"statistics\"}", "=share-anonymised +minimum-necessary");
    share("{\"identifies\":\"nobody\",\"purpose\":\"statistics\"}", "=share +not-personal");
    share("{\"purpose\":\"none\",\"article6\":\"e\"}", "=do-not-share");
    share("{\"identifies\":\"deceased-person\",\"article6\":\"e\"}", "=seek-advice +consult-governance-lead");
}

static void how_it_travels(void **state)
{
    (void)state;
    PROVISION("WM-20");
    channel("{\"medium\":\"web-pickup\",\"personal\":true,\"recipient_address\":\"a@school.example.org\","
            "\"sender_address\":\"b@council.gov.uk\"}",
            "=conditional +local-procedure +no-doubt-left");
    PROVISION("WM-25");
    channel("{\"medium\":\"meeting\",\"personal\":true}", "=conditional +safe-setting");
}

static void withdrawal_deletes_what_is_held_on_consent_alone(void **state)
{
    (void)state;
    PROVISION("WM-07");
    case_check(pack, POLICY_RETENTION, "{\"consent\":\"withdrawn\",\"held_on_consent_alone\":true}",
               "=dispose @");
    case_check(pack, POLICY_RETENTION,
               "{\"consent\":\"withdrawn\",\"held_on_consent_alone\":false,\"still_needed\":true}",
               "=own-policy");
    consent("{\"subject_age\":17,\"capacity\":\"has\"}", "=person");
}

static void advice_without_a_name(void **state)
{
    struct policy_words words;
    (void)state;
    PROVISION("WM-08");
    policy_words(pack, POLICY_WORDS_OUTCOME, TEXT("seek-advice"), &words);
    assert_true(text_find(words.todo, TEXT("Do not name the person")) > 0);
}

static void smaller_rules(void **state)
{
    (void)state;
    share("{\"article6\":\"e\"}", "+check-recipient");
    share("{\"article6\":\"e\",\"identifies\":\"nobody-alone\"}", "=share +check-reidentification");
    share("{\"purpose\":\"statistics\"}", "+check-reidentification");
    share("{\"article6\":\"d\"}", "+without-delay");
    share("{\"article6\":\"e\",\"urgent\":true,\"child_harm\":\"unclear\"}", "+without-delay");
    share("{\"article6\":\"e\",\"recipient\":\"childrens-social-care\"}", "+without-delay");
    share("{\"article6\":\"e\"}", "-without-delay");
    case_check(pack, POLICY_CONSENT,
               "{\"subject_age\":40,\"capacity\":\"lacks\",\"attorney_or_deputy\":true}",
               "=attorney-or-deputy");
    case_check(pack, POLICY_CONSENT,
               "{\"subject_age\":40,\"capacity\":\"lacks\",\"attorney_or_deputy\":false}", "=best-interests");
    case_check(pack, POLICY_CONSENT, "{\"subject_age\":40,\"capacity\":\"unassessed\"}", "=assess-first");
    case_check(pack, POLICY_CONSENT, "{\"subject_age\":12,\"understanding\":\"sufficient\"}", "=child");
    case_check(pack, POLICY_CONSENT, "{\"subject_age\":12,\"understanding\":\"insufficient\"}",
               "=parental-responsibility");
    case_check(pack, POLICY_CONSENT, "{\"subject_age\":12,\"understanding\":\"unassessed\"}",
               "=assess-first");
    case_check(pack, POLICY_CHANNEL,
               "{\"medium\":\"email\",\"personal\":false,\"sender_address\":\"a@council.gov.uk\",\"recipient_"
               "address\":\"b@school.sch.uk\"}",
               "=allowed");
    case_check(pack, POLICY_CHANNEL, "{\"medium\":\"fax\",\"personal\":false}", "=allowed");
    case_check(pack, POLICY_CHANNEL, "{\"medium\":\"post\",\"personal\":true}",
               "=conditional +needs-it-securely -safe-setting");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(smaller_rules),
        cmocka_unit_test(advice_without_a_name),
        cmocka_unit_test(a_lawful_basis_of_article_6),
        cmocka_unit_test(special_category_data_needs_article_9),
        cmocka_unit_test(refusal_does_not_by_itself_stop_it),
        cmocka_unit_test(danger_comes_first),
        cmocka_unit_test(statutory_duty_and_court_order),
        cmocka_unit_test(who_is_told),
        cmocka_unit_test(what_is_shared_and_recorded),
        cmocka_unit_test(how_it_travels),
        cmocka_unit_test(withdrawal_deletes_what_is_held_on_consent_alone),
    };
    return RUN_PACK_CASES("west-midlands-2024", tests);
}
