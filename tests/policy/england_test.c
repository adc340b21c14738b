#include "pack_cases.h"

#include "provision.h"

/* Cases read off the law in force in England in late 2026. */

static void the_day_decides(void **state)
{
    (void)state;
    PROVISION("BEX-46");
    /* listed bodies must share from 2026-09-30 */
    const char *duty = "{\"date\":\"2026-09-29\",\"both_listed\":true}";
    share(duty, "=do-not-share");
    share("{\"date\":\"2026-09-30\",\"both_listed\":true}", "=share +legal-duty");
    share("{\"date\":\"2026-09-30\",\"both_listed\":true,\"more_detrimental\":true}", "=do-not-share");
    share("{\"date\":\"2026-09-30\",\"both_listed\":true,\"recipient_needs_to_know\":false}",
          "=do-not-share");
    share("{\"date\":\"2026-09-30\",\"both_listed\":false}", "=do-not-share");
    share("{\"both_listed\":true,\"more_detrimental\":true,\"article6\":\"e\"}", "=do-not-share");
    share("{\"both_listed\":true,\"more_detrimental\":true,\"child_harm\":\"evidence\"}",
          "=seek-advice +without-delay");
    /* recognised legitimate interests from 2026-02-05, not for public bodies, without a balancing test */
    share("{\"date\":\"2026-02-04\",\"sharer\":\"charity\"}", "=do-not-share");
    share("{\"date\":\"2026-02-05\",\"sharer\":\"charity\"}", "=share +public-interest");
    share("{\"date\":\"2026-02-05\",\"sharer\":\"charity\",\"proportionate\":false}", "=share");
    share("{\"date\":\"2026-02-05\"}", "=do-not-share");
    share("{\"date\":null,\"sharer\":\"charity\"}", "=null ?date");
}

static void conditions(void **state)
{
    (void)state;
    share("{\"article6\":\"e\"}", "=share +public-task");
    share("{\"article6\":\"e\",\"sensitive\":true}", "=do-not-share");
    share("{\"article6\":\"e\",\"sensitive\":true,\"article9\":\"g\"}",
          "=share +substantial-public-interest");
    share("{\"child_harm\":\"evidence\"}", "=seek-advice +without-delay");
    share("{\"child_harm\":\"evidence\",\"urgent\":true}", "=share +consult-governance-lead +record-reasons");
    share("{\"article6\":\"e\",\"purpose\":\"service-provision\"}", "=seek-consent");
    share("{\"article6\":\"e\",\"recipient\":\"member-of-public\"}", "=seek-advice +consult-governance-lead");
    share("{\"article6\":\"e\"}", "+inform-subject +record-legal-basis");
}

static void closed_mail_domains(void **state)
{
    (void)state;
    channel(
        "{\"date\":\"2026-11-01\",\"medium\":\"email\",\"personal\":true,\"sender_address\":\"a@nhs.net\","
        "\"recipient_address\":\"b@leeds.gcsx.gov.uk\"}",
        "=refused -email +post");
    channel("{\"date\":\"2019-03-30\",\"medium\":\"email\",\"personal\":true,\"sensitive\":false,"
            "\"sender_address\":\"a@nhs.net\",\"recipient_address\":\"b@leeds.gcsx.gov.uk\"}",
            "=conditional");
    channel(
        "{\"date\":\"2026-11-01\",\"medium\":\"email\",\"personal\":true,\"sender_address\":\"a@nhs.net\","
        "\"recipient_address\":\"b@nhs.net\"}",
        "=conditional +accreditation-current");
    consent("{\"subject_age\":12,\"understanding\":\"sufficient\"}", "=child");
}

static void clocks(void **state)
{
    (void)state;
    case_check(pack, POLICY_DEADLINE, "{\"matter\":\"data-protection-complaint\",\"date\":\"2026-06-18\"}",
               "=not-in-source");
    case_check(pack, POLICY_DEADLINE, "{\"matter\":\"data-protection-complaint\",\"date\":\"2026-06-19\"}",
               "=limit");
    struct policy_answer answer = case_answer(pack, POLICY_DEADLINE, "{\"matter\":\"breach-regulator\"}");
    assert_true(text_equal(answer.detail[0].value, TEXT("72")));
    assert_true(text_equal(answer.detail[1].value, TEXT("hours")));
    answer = case_answer(pack, POLICY_RETENTION,
                         "{\"still_needed\":true,\"information_kind\":\"child-protection-record\"}");
    assert_true(text_equal(answer.detail[0].value, TEXT("35")));
}

static void smaller_rules(void **state)
{
    (void)state;
    share("{\"article6\":\"e\",\"proportionate\":false}", "=do-not-share");
    share("{\"child_harm\":\"unclear\"}", "=seek-advice +consult-manager");
    share("{\"article6\":\"e\",\"purpose\":\"service-provision\",\"child_harm\":\"unclear\"}",
          "=seek-advice");
    share("{\"article6\":\"e\",\"purpose\":\"service-provision\",\"no_consent_ground\":\"delay\"}",
          "=seek-advice");
    share("{\"article6\":\"e\",\"purpose\":\"service-provision\",\"consent\":\"refused\"}", "=do-not-share");
    share("{\"article6\":\"e\",\"purpose\":\"service-provision\"}", "=seek-consent +seek-consent");
    share("{\"identifies\":\"nobody\"}", "=share +not-personal");
    share("{\"legal_duty\":\"statute\"}", "=share +legal-duty");
    share("{\"article6\":\"a\",\"consent\":\"given\",\"consent_covers\":true}", "=share +consent");
    share("{\"article6\":\"c\"}", "=share +legal-duty");
    share("{\"article6\":\"d\"}", "=share +vital-interests");
    share("{\"vital_interests\":true,\"urgent\":true}", "=share +vital-interests -public-interest");
    share("{\"child_harm\":\"evidence\",\"urgent\":true}", "=share +public-interest -vital-interests");
    share("{\"article6\":\"e\"}", "+minimum-necessary +check-accuracy +mark-fact-and-opinion "
                                  "+check-recipient +use-secure-channel +justify-without-consent");
    share("{\"article6\":\"e\",\"identifies\":\"nobody-alone\"}", "=share +check-reidentification");
    share("{\"purpose\":\"statistics\"}", "=share-anonymised +check-reidentification");
    share("{\"identifies\":\"deceased-person\"}", "=seek-advice +consult-governance-lead");
    share("{\"article6\":\"e\",\"restricted_by_law\":true}", "=share +consult-governance-lead");
    share("{\"article6\":\"e\"}", "-consult-governance-lead");
    share("{\"both_listed\":true,\"more_detrimental\":true,\"child_harm\":\"evidence\"}",
          "=seek-advice +consult-governance-lead");
    share("{\"both_listed\":true,\"more_detrimental\":true,\"child_harm\":\"evidence\",\"urgent\":true,"
          "\"article6\":\"e\"}",
          "=share +consult-governance-lead");
    share(
        "{\"article6\":\"e\",\"recipient\":\"member-of-public\",\"child_harm\":\"evidence\",\"urgent\":true}",
        "=share +consult-governance-lead");
    share("{\"article6\":\"e\",\"vital_interests\":true}", "+without-delay");
    share("{\"article6\":\"e\",\"urgent\":true}", "+without-delay");
    share("{\"adult_harm\":\"serious\"}", "+alert-adult-social-care");
    share("{\"purpose\":\"private-fostering\"}", "+notify-private-fostering");
    share("{\"purpose\":\"private-fostering\",\"recipient\":\"local-authority\"}",
          "-notify-private-fostering");
    case_check(pack, POLICY_CONSENT, "{\"subject_age\":16,\"capacity\":\"has\"}", "=person");
    case_check(pack, POLICY_CONSENT,
               "{\"subject_age\":16,\"capacity\":\"lacks\",\"attorney_or_deputy\":true}",
               "=attorney-or-deputy");
    case_check(pack, POLICY_CONSENT, "{\"subject_age\":16,\"capacity\":\"unassessed\"}", "=assess-first");
    case_check(pack, POLICY_CONSENT, "{\"subject_age\":3,\"understanding\":\"insufficient\"}",
               "=parental-responsibility");
    case_check(pack, POLICY_CONSENT, "{\"subject_age\":3,\"understanding\":\"unassessed\"}", "=assess-first");
    case_check(pack, POLICY_CHANNEL, "{\"medium\":\"post\",\"personal\":false,\"sensitive\":false}",
               "=allowed");
    case_check(pack, POLICY_CHANNEL, "{\"medium\":\"fax\",\"personal\":true,\"unavoidable\":false}",
               "=refused");
    case_check(pack, POLICY_CHANNEL, "{\"medium\":\"fax\",\"personal\":true,\"unavoidable\":true}",
               "=conditional +double-check-number +recipient-waiting");
    case_check(pack, POLICY_CHANNEL, "{\"medium\":\"portable-media\",\"personal\":true,\"encrypted\":false}",
               "=refused");
    case_check(pack, POLICY_CHANNEL,
               "{\"medium\":\"email\",\"personal\":true,\"date\":\"2026-11-01\",\"sender_address\":\"a@"
               "council.gov.uk\",\"recipient_address\":\"b@school.sch.uk\"}",
               "=conditional +check-address +encrypted-in-transit");
    case_check(pack, POLICY_CHANNEL, "{\"medium\":\"password-file\",\"personal\":true}",
               "+strong-password +password-by-other-way");
    case_check(pack, POLICY_CHANNEL, "{\"medium\":\"mobile\",\"personal\":true}",
               "+not-overheard +check-identity");
    case_check(pack, POLICY_CHANNEL, "{\"medium\":\"by-hand\",\"personal\":true}", "+never-unattended");
    case_check(pack, POLICY_CHANNEL, "{\"medium\":\"courier\",\"personal\":true}",
               "+check-address +sealed-envelope");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(smaller_rules), cmocka_unit_test(the_day_decides),
        cmocka_unit_test(conditions),    cmocka_unit_test(closed_mail_domains),
        cmocka_unit_test(clocks),
    };
    return RUN_PACK_CASES("england", tests);
}
