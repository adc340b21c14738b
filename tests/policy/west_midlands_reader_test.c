#include "pack_cases.h"

#include "provision.h"

/* The West Midlands procedures of 2024, read again by somebody who had not read the pack: cases that a plain
 * reader would put to it. */

static void who_it_identifies(void **state)
{
    (void)state;
    PROVISION("WM-24");
    share("{\"identifies\":\"nobody\",\"consent\":\"refused\"}",
          "=share +not-personal -tell-recipient-no-consent -inform-subject");
    share("{\"identifies\":\"nobody-alone\"}", "=seek-consent");
    share("{\"identifies\":\"nobody-alone\",\"article6\":\"e\",\"consent\":\"refused\"}",
          "=share +check-reidentification +tell-recipient-no-consent");
    share("{\"identifies\":\"deceased-person\",\"legal_duty\":\"court-order\"}",
          "=seek-advice +consult-governance-lead");
    share("{\"identifies\":\"deceased-person\",\"child_harm\":\"evidence\"}", "=seek-advice +without-delay");
    share("{\"purpose\":\"statistics\",\"article6\":\"a\",\"consent\":\"given\",\"consent_covers\":true}",
          "=share +consent");
    share("{\"purpose\":\"statistics\",\"article6\":\"e\",\"consent\":\"refused\"}",
          "=share-anonymised -inform-subject -do-not-inform");
    share("{\"purpose\":\"none\",\"article6\":\"e\",\"consent\":\"given\",\"consent_covers\":true}",
          "=do-not-share");
    share("{\"purpose\":\"none\",\"legal_duty\":\"statute\"}", "=do-not-share");
}

static void consent_is_one_basis(void **state)
{
    (void)state;
    PROVISION("WM-05");
    PROVISION("WM-09");
    PROVISION("WM-10");
    PROVISION("WM-35");
    share("{}", "=seek-consent +seek-consent +record-decision +record-reasons");
    share("{\"consent\":\"refused\"}", "=do-not-share -seek-consent");
    share("{\"consent\":\"withdrawn\",\"consent_covers\":true}", "=do-not-share");
    share("{\"consent\":\"unobtainable\"}", "=do-not-share");
    share("{\"consent\":\"given\",\"consent_covers\":true}",
          "=share +consent +record-legal-basis -tell-recipient-no-consent -justify-without-consent");
    share("{\"consent\":\"given\",\"consent_covers\":true,\"sensitive\":true}", "=share +consent");
    share("{\"consent\":\"given\",\"consent_covers\":true,\"sensitive\":true,\"article6\":\"e\"}",
          "=share +consent +public-task");
    share("{\"consent\":\"given\",\"consent_covers\":true,\"article6\":\"e\"}",
          "=share +public-task -consent");
    share("{\"consent\":\"given\",\"consent_covers\":true,\"article6\":\"f\"}", "=share +consent");
    share("{\"consent\":\"given\",\"consent_covers\":true,\"article6\":\"f\",\"sharer\":\"charity\"}",
          "=share -consent");
    share("{\"consent\":\"given\",\"consent_covers\":true,\"article6\":\"a\",\"sensitive\":true,\"article9\":"
          "\"h\"}",
          "=share +consent");
    share("{\"consent\":\"given\",\"consent_covers\":false}", "=seek-consent");
    share("{\"consent\":\"given\",\"consent_covers\":false,\"article6\":\"e\"}",
          "=share +public-task +justify-without-consent");
    share("{\"consent\":\"given\",\"consent_covers\":true,\"proportionate\":false}", "=do-not-share");
    share("{\"consent\":\"given\",\"consent_covers\":true,\"recipient_needs_to_know\":false}",
          "=do-not-share");
    share("{\"confidential\":false,\"article6\":\"e\",\"consent\":\"refused\"}", "=share");
    share("{\"restricted_by_law\":true,\"article6\":\"e\"}", "=share");
}

static void not_sought_where_it_does_harm(void **state)
{
    (void)state;
    PROVISION("WM-06");
    share("{\"no_consent_ground\":\"child-risk\"}", "=do-not-share -seek-consent");
    share("{\"no_consent_ground\":\"delay\"}", "=do-not-share -seek-consent");
    share("{\"informing_raises_risk\":true}", "=do-not-share -seek-consent -do-not-inform");
    share("{\"consent\":\"given\",\"consent_covers\":false,\"informing_raises_risk\":true}",
          "=do-not-share -seek-consent");
    share("{\"child_harm\":\"evidence\",\"informing_raises_risk\":true,\"urgent\":true}",
          "=share -seek-consent +do-not-inform -inform-parent");
    share("{\"article6\":\"e\",\"no_consent_ground\":\"child-risk\"}", "=share -seek-consent");
}

static void the_conditions(void **state)
{
    (void)state;
    PROVISION("WM-12");
    PROVISION("WM-15");
    PROVISION("WM-16");
    share("{\"article6\":\"b\",\"consent\":\"refused\"}", "=share +record-legal-basis");
    share("{\"article6\":\"c\",\"consent\":\"refused\"}", "=share +legal-duty");
    share("{\"article6\":\"d\",\"consent\":\"refused\"}", "=share +vital-interests +without-delay");
    share("{\"article6\":\"f\",\"consent\":\"refused\"}", "=do-not-share");
    share("{\"article6\":\"f\",\"sharer\":\"other\",\"consent\":\"refused\"}", "=share");
    share("{\"article6\":\"f\",\"sharer\":\"charity\",\"sensitive\":true,\"consent\":\"refused\"}",
          "=do-not-share");
    share("{\"article6\":\"a\",\"consent\":\"refused\"}", "=do-not-share");
    share("{\"article6\":\"e\",\"sensitive\":true,\"consent\":\"refused\"}", "=do-not-share");
    share("{\"article6\":\"e\",\"sensitive\":true,\"article9\":\"a\",\"consent\":\"refused\"}",
          "=do-not-share");
    share("{\"article6\":\"e\",\"sensitive\":true,\"article9\":\"b\",\"consent\":\"refused\"}", "=share");
    share("{\"article6\":\"e\",\"sensitive\":true,\"article9\":\"c\",\"consent\":\"withdrawn\"}",
          "=do-not-share");
    share("{\"article6\":\"e\",\"sensitive\":true,\"article9\":\"c\",\"consent\":\"not-sought\"}", "=share");
    share("{\"article6\":\"e\",\"sensitive\":true,\"article9\":\"d\",\"consent\":\"refused\"}",
          "=do-not-share");
    share("{\"article6\":\"e\",\"sensitive\":true,\"article9\":\"d\",\"consent\":\"refused\",\"recipient\":"
          "\"same-agency\"}",
          "=share");
    share("{\"article6\":\"e\",\"sensitive\":true,\"article9\":\"e\",\"consent\":\"refused\"}", "=share");
    share("{\"article6\":\"e\",\"sensitive\":true,\"article9\":\"f\",\"consent\":\"refused\"}", "=share");
    share("{\"article6\":\"e\",\"sensitive\":true,\"article9\":\"g\",\"consent\":\"refused\"}",
          "=share +substantial-public-interest");
    share("{\"article6\":\"e\",\"sensitive\":true,\"article9\":\"h\",\"consent\":\"refused\"}",
          "=share -substantial-public-interest");
    share("{\"article6\":\"e\",\"sensitive\":true,\"article9\":\"i\",\"consent\":\"refused\"}", "=share");
    share("{\"article6\":\"e\",\"sensitive\":true,\"article9\":\"j\",\"consent\":\"refused\"}", "=share");
    share("{\"article6\":\"none\",\"sensitive\":true,\"article9\":\"h\",\"consent\":\"refused\"}",
          "=do-not-share");
    share("{\"schedule2\":false,\"schedule3\":false,\"article6\":\"e\"}", "=share");
}

static void danger_before_every_gate(void **state)
{
    (void)state;
    PROVISION("WM-11");
    PROVISION("WM-17");
    PROVISION("WM-18");
    share("{\"child_harm\":\"evidence\",\"consent\":\"refused\"}",
          "=seek-advice +without-delay -seek-consent");
    share("{\"child_harm\":\"reasonable-cause\",\"consent\":\"refused\",\"urgent\":true}",
          "=share +record-reasons +consult-governance-lead +public-interest");
    share("{\"child_harm\":\"evidence\",\"sensitive\":true,\"article6\":\"e\",\"consent\":\"refused\"}",
          "=seek-advice +without-delay");
    share("{\"child_harm\":\"evidence\",\"sensitive\":true,\"article6\":\"e\",\"consent\":\"refused\","
          "\"urgent\":true}",
          "=share +consult-governance-lead");
    share("{\"child_harm\":\"evidence\",\"article6\":\"f\",\"consent\":\"refused\",\"urgent\":true}",
          "=share +consult-governance-lead");
    share("{\"vital_interests\":true,\"consent\":\"refused\"}", "=seek-advice +without-delay");
    share("{\"vital_interests\":true,\"consent\":\"refused\",\"urgent\":true}",
          "=share +vital-interests +without-delay");
    share("{\"vital_interests\":true,\"consent\":\"refused\",\"proportionate\":false,\"urgent\":true}",
          "=do-not-share");
    share("{\"child_harm\":\"evidence\",\"article6\":\"e\",\"consent\":\"refused\",\"recipient\":\"police\"}",
          "=share +refer-childrens-social-care +without-delay -consult-governance-lead");
    share("{\"child_harm\":\"evidence\",\"article6\":\"e\",\"consent\":\"refused\",\"recipient\":\"childrens-"
          "social-care\"}",
          "=share -refer-childrens-social-care +without-delay");
    share("{\"child_harm\":\"evidence\",\"article6\":\"e\",\"recipient_needs_to_know\":false}",
          "=do-not-share +refer-childrens-social-care");
    share("{\"child_harm\":\"unclear\",\"article6\":\"e\",\"urgent\":true}", "=share +without-delay");
    share("{\"child_harm\":\"unclear\",\"consent\":\"refused\"}", "=seek-advice");
    share("{\"original_controller_permits\":false,\"article6\":\"e\",\"child_harm\":\"evidence\"}", "=share");
}

static void a_duty_must_be_followed(void **state)
{
    (void)state;
    PROVISION("WM-19");
    share("{\"legal_duty\":\"court-order\",\"consent\":\"refused\",\"sensitive\":true}",
          "=share +legal-duty +use-secure-channel +tell-recipient-no-consent -seek-consent");
    share("{\"legal_duty\":\"statute\",\"recipient_needs_to_know\":false,\"proportionate\":false}",
          "=share +legal-duty");
    share("{\"legal_duty\":\"court-order\",\"subject_age\":30}", "=share +inform-subject -inform-parent");
    stated("{\"legal_duty\":\"court-order\",\"purpose\":\"section-47\",\"identifies\":\"living-person\"}",
           "=share @ +legal-duty -seek-consent");
}

static void who_is_told(void **state)
{
    (void)state;
    PROVISION("WM-13");
    PROVISION("WM-27");
    share("{\"article6\":\"e\",\"subject_age\":0}", "+inform-parent -inform-child");
    share("{\"article6\":\"e\",\"subject_age\":11}", "+inform-parent -inform-child");
    share("{\"article6\":\"e\",\"subject_age\":12}", "+inform-parent +inform-child");
    share("{\"article6\":\"e\",\"subject_age\":15}", "+inform-parent +inform-child");
    share("{\"article6\":\"e\",\"subject_age\":16}", "+inform-subject -inform-parent -inform-child");
    share("{\"article6\":\"e\",\"subject_age\":13,\"informing_raises_risk\":true}",
          "+do-not-inform -inform-parent -inform-child -inform-subject");
    share("{\"article6\":\"e\",\"consent\":\"withdrawn\"}", "+tell-recipient-no-consent");
    share("{\"article6\":\"e\",\"consent\":\"unobtainable\"}", "-tell-recipient-no-consent");
    share("{\"article6\":\"e\",\"telling_recipient_raises_risk\":null}",
          "=share @ -tell-recipient-no-consent");
}

static void what_is_asked(void **state)
{
    (void)state;
    PROVISION("WM-15");
    stated("{\"identifies\":\"living-person\",\"purpose\":\"section-17\",\"consent\":\"refused\"}",
           "=null ?article6 ?sensitive ?recipient_needs_to_know ?proportionate !?no_consent_ground "
           "!?informing_raises_risk !?schedule3 !?confidential");
    stated("{\"purpose\":\"none\"}", "=do-not-share @");
    stated("{\"purpose\":\"section-17\",\"identifies\":\"living-person\",\"legal_duty\":\"none\",\"recipient_"
           "needs_to_know\":true,\"proportionate\":true,\"article6\":\"e\",\"sensitive\":false}",
           "=share @ +public-task !?child_harm");
    stated("{\"purpose\":\"section-17\",\"identifies\":\"living-person\",\"legal_duty\":\"none\",\"recipient_"
           "needs_to_know\":true,\"proportionate\":true,\"consent\":\"given\",\"consent_covers\":true}",
           "=share @");
    stated("{\"purpose\":\"section-17\",\"identifies\":\"living-person\",\"legal_duty\":\"none\",\"recipient_"
           "needs_to_know\":true,\"proportionate\":true,\"article6\":\"f\",\"sensitive\":false,\"consent\":"
           "\"refused\",\"child_harm\":\"none\",\"vital_interests\":false}",
           "=null ?sharer");
    stated("{\"purpose\":\"section-17\",\"identifies\":\"living-person\",\"legal_duty\":\"none\","
           "\"proportionate\":false}",
           "=do-not-share @");
}

static void whose_consent(void **state)
{
    (void)state;
    PROVISION("WM-07");
    consent("{\"subject_age\":16}", "=null ?capacity");
    consent("{\"subject_age\":16,\"capacity\":\"presumed\"}", "=person @");
    consent("{\"subject_age\":15,\"capacity\":\"has\"}", "=null ?understanding");
    consent("{\"subject_age\":40,\"capacity\":\"lacks\"}", "=null ?attorney_or_deputy");
    consent("{\"understanding\":\"sufficient\"}", "=null ?subject_age");
    case_check(pack, POLICY_RETENTION, "{\"consent\":\"withdrawn\"}", "=null ?held_on_consent_alone");
    case_check(pack, POLICY_RETENTION,
               "{\"consent\":\"withdrawn\",\"held_on_consent_alone\":true,\"still_needed\":true}",
               "=dispose");
    case_check(pack, POLICY_RETENTION, "{\"consent\":\"refused\",\"still_needed\":true}", "=own-policy @");
    case_check(pack, POLICY_RETENTION, "{\"consent\":\"given\",\"still_needed\":false}", "=dispose");
    case_check(pack, POLICY_DEADLINE, "{\"matter\":\"advice\"}", "=without-delay @");
    case_check(pack, POLICY_DEADLINE, "{\"matter\":\"dvds\"}", "=not-in-source");
}

static void how_it_travels(void **state)
{
    (void)state;
    PROVISION("WM-20");
    PROVISION("WM-25");
    channel("{\"medium\":\"email\",\"sender_address\":\"a@nhs.net\",\"recipient_address\":\"b@nhs.net\","
            "\"personal\":true}",
            "=conditional +local-procedure +no-doubt-left");
    channel("{\"medium\":\"email\",\"sender_address\":\"a@nhs.net\",\"recipient_address\":\"b@c@nhs.net\","
            "\"personal\":true}",
            "=refused +meeting +post");
    channel("{\"medium\":\"email\",\"sender_address\":\"nobody\",\"recipient_address\":\"b@nhs.net\","
            "\"personal\":false}",
            "=refused");
    channel("{\"medium\":\"internal-email\",\"sender_address\":\"a@x.gov.uk\",\"recipient_address\":\"b@x."
            "gov.uk\",\"personal\":true}",
            "=conditional");
    channel("{\"medium\":\"internal-email\",\"sender_address\":\"a@x.gov.uk\",\"recipient_address\":\"b..c@"
            "\",\"personal\":true}",
            "=refused");
    channel("{\"medium\":\"web-pickup\",\"recipient_address\":\"b@home.example\",\"personal\":true}",
            "=conditional @");
    channel("{\"medium\":\"web-pickup\",\"recipient_address\":\"b@@home.example\",\"personal\":true}",
            "=refused");
    channel("{\"medium\":\"web-pickup\",\"recipient_address\":\"b@home.example\",\"personal\":false}",
            "=allowed @");
    channel("{\"medium\":\"password-file\",\"personal\":true,\"file_medium\":\"email\",\"password_medium\":"
            "\"email\"}",
            "=conditional +local-procedure");
    channel("{\"medium\":\"meeting\",\"personal\":true}", "=conditional +safe-setting @");
    channel("{\"medium\":\"landline\",\"personal\":true}", "=conditional +safe-setting");
    channel("{\"medium\":\"mobile\",\"personal\":true}", "=conditional +safe-setting");
    channel("{\"medium\":\"by-hand\",\"personal\":true}", "=conditional +safe-setting");
    channel("{\"medium\":\"fax\",\"personal\":true}", "=conditional +local-procedure -safe-setting");
    channel("{\"medium\":\"courier\",\"personal\":true}", "=conditional");
    channel("{\"medium\":\"internal-mail\",\"personal\":true}", "=conditional");
    channel("{\"medium\":\"portable-media\",\"personal\":true}", "=conditional");
    channel("{\"medium\":\"portable-media\",\"personal\":false}", "=allowed @");
    channel("{\"medium\":\"post\"}", "=null ?personal");
}

static void nothing_besides(void **state)
{
    (void)state;
    PROVISION("WM-21");
    PROVISION("WM-23");
    PROVISION("WM-26");
    share("{\"identifies\":\"nobody\"}",
          "=share only +not-personal +record-decision +record-reasons +record-legal-basis +minimum-necessary "
          "+check-accuracy +mark-fact-and-opinion +check-recipient +use-secure-channel");
    share("{\"identifies\":\"nobody\",\"article6\":\"a\",\"article9\":\"g\",\"sensitive\":true,\"consent\":"
          "\"given\",\"consent_covers\":true,\"legal_duty\":\"statute\",\"child_harm\":\"none\",\"vital_"
          "interests\":true,\"urgent\":true}",
          "=share only +not-personal +record-decision +record-reasons +record-legal-basis +minimum-necessary "
          "+check-accuracy +mark-fact-and-opinion +check-recipient +use-secure-channel");
    share("{\"identifies\":\"nobody\",\"article6\":\"d\",\"consent\":\"refused\",\"subject_age\":13}",
          "=share only +not-personal +record-decision +record-reasons +record-legal-basis +minimum-necessary "
          "+check-accuracy +mark-fact-and-opinion +check-recipient +use-secure-channel");
    share("{\"legal_duty\":\"court-order\",\"article6\":\"e\",\"article9\":\"g\",\"sensitive\":true,"
          "\"consent\":\"given\",\"consent_covers\":true,\"vital_interests\":true,\"urgent\":true,\"subject_"
          "age\":40}",
          "=share only +legal-duty +record-decision +record-reasons +record-legal-basis +minimum-necessary "
          "+check-accuracy +mark-fact-and-opinion +check-recipient +use-secure-channel +inform-subject");
    share("{\"legal_duty\":\"court-order\",\"article6\":\"d\",\"consent\":\"refused\",\"subject_age\":40}",
          "=share only +legal-duty +record-decision +record-reasons +record-legal-basis +minimum-necessary "
          "+check-accuracy +mark-fact-and-opinion +check-recipient +use-secure-channel +inform-subject "
          "+tell-recipient-no-consent");
    share("{\"legal_duty\":\"court-order\",\"consent\":\"given\",\"consent_covers\":true,\"article6\":\"a\","
          "\"subject_age\":40,\"child_harm\":\"evidence\"}",
          "=share only +legal-duty +record-decision +record-reasons +record-legal-basis +minimum-necessary "
          "+check-accuracy +mark-fact-and-opinion +check-recipient +use-secure-channel +inform-subject "
          "+without-delay +refer-childrens-social-care");
    share("{\"article6\":\"a\",\"consent\":\"given\",\"consent_covers\":true,\"subject_age\":40}",
          "=share only +consent +record-decision +record-reasons +record-legal-basis +minimum-necessary "
          "+check-accuracy +mark-fact-and-opinion +check-recipient +use-secure-channel +inform-subject");
    share("{\"article6\":\"a\",\"article9\":\"g\",\"sensitive\":true,\"consent\":\"given\",\"consent_"
          "covers\":true,\"subject_age\":40,\"vital_interests\":true,\"child_harm\":\"unclear\"}",
          "=share only +consent +substantial-public-interest +record-decision +record-reasons "
          "+record-legal-basis +minimum-necessary +check-accuracy +mark-fact-and-opinion +check-recipient "
          "+use-secure-channel +inform-subject");
    share("{\"article6\":\"e\",\"article9\":\"g\",\"consent\":\"refused\",\"subject_age\":40,\"vital_"
          "interests\":true,\"urgent\":true}",
          "=share only +public-task +record-decision +record-reasons +record-legal-basis +minimum-necessary "
          "+check-accuracy +mark-fact-and-opinion +check-recipient +use-secure-channel +inform-subject "
          "+tell-recipient-no-consent +justify-without-consent");
    share("{\"article6\":\"e\",\"article9\":\"a\",\"sensitive\":false,\"consent\":\"given\",\"consent_"
          "covers\":true,\"subject_age\":40}",
          "=share only +public-task +record-decision +record-reasons +record-legal-basis +minimum-necessary "
          "+check-accuracy +mark-fact-and-opinion +check-recipient +use-secure-channel +inform-subject");
    share("{\"article6\":\"e\",\"article9\":\"h\",\"sensitive\":true,\"consent\":\"given\",\"consent_"
          "covers\":true,\"subject_age\":40}",
          "=share only +public-task +record-decision +record-reasons +record-legal-basis +minimum-necessary "
          "+check-accuracy +mark-fact-and-opinion +check-recipient +use-secure-channel +inform-subject");
    share("{\"article6\":\"f\",\"sharer\":\"charity\",\"consent\":\"refused\",\"subject_age\":40}",
          "=share only +record-decision +record-reasons +record-legal-basis +minimum-necessary "
          "+check-accuracy +mark-fact-and-opinion +check-recipient +use-secure-channel +inform-subject "
          "+tell-recipient-no-consent +justify-without-consent");
    share("{\"article6\":\"e\",\"identifies\":\"nobody-alone\",\"consent\":\"unobtainable\",\"subject_age\":"
          "14}",
          "=share only +public-task +record-decision +record-reasons +record-legal-basis +minimum-necessary "
          "+check-accuracy +mark-fact-and-opinion +check-recipient +use-secure-channel +inform-subject "
          "+inform-parent +inform-child +check-reidentification +justify-without-consent");
    share("{\"article6\":\"d\",\"sensitive\":true,\"consent\":\"refused\",\"child_harm\":\"evidence\","
          "\"urgent\":true,\"subject_age\":40}",
          "=share only +public-interest +record-decision +record-reasons +record-legal-basis "
          "+minimum-necessary +check-accuracy +mark-fact-and-opinion +check-recipient +use-secure-channel "
          "+inform-subject +tell-recipient-no-consent +justify-without-consent +consult-governance-lead "
          "+without-delay +refer-childrens-social-care");
    share("{\"article6\":\"c\",\"sensitive\":true,\"article9\":\"none\",\"consent\":\"refused\",\"vital_"
          "interests\":true,\"urgent\":true,\"subject_age\":40}",
          "=share only +vital-interests +record-decision +record-reasons +record-legal-basis "
          "+minimum-necessary +check-accuracy +mark-fact-and-opinion +check-recipient +use-secure-channel "
          "+inform-subject +tell-recipient-no-consent +justify-without-consent +consult-governance-lead "
          "+without-delay");
    share("{\"article6\":\"none\",\"sensitive\":true,\"article9\":\"g\",\"consent\":\"refused\",\"vital_"
          "interests\":true,\"urgent\":true,\"subject_age\":40}",
          "=share only +vital-interests +record-decision +record-reasons +record-legal-basis "
          "+minimum-necessary +check-accuracy +mark-fact-and-opinion +check-recipient +use-secure-channel "
          "+inform-subject +tell-recipient-no-consent +justify-without-consent +consult-governance-lead "
          "+without-delay");
    share("{\"article6\":\"e\",\"consent\":\"refused\",\"recipient\":\"childrens-social-care\",\"child_"
          "harm\":\"unclear\",\"subject_age\":40}",
          "=share only +public-task +record-decision +record-reasons +record-legal-basis +minimum-necessary "
          "+check-accuracy +mark-fact-and-opinion +check-recipient +use-secure-channel +inform-subject "
          "+tell-recipient-no-consent +justify-without-consent +without-delay");
    share("{\"article6\":\"e\",\"consent\":\"refused\",\"child_harm\":\"unclear\",\"subject_age\":40}",
          "=share only +public-task +record-decision +record-reasons +record-legal-basis +minimum-necessary "
          "+check-accuracy +mark-fact-and-opinion +check-recipient +use-secure-channel +inform-subject "
          "+tell-recipient-no-consent +justify-without-consent");
    share("{\"article6\":\"e\",\"consent\":\"refused\",\"proportionate\":false,\"recipient\":\"childrens-"
          "social-care\",\"identifies\":\"nobody-alone\",\"subject_age\":13}",
          "=do-not-share only +record-decision +record-reasons");
    share("{\"article6\":\"d\",\"consent\":\"refused\",\"proportionate\":false,\"vital_interests\":true,"
          "\"urgent\":true,\"child_harm\":\"unclear\"}",
          "=do-not-share only +record-decision +record-reasons");
    share("{\"child_harm\":\"unclear\",\"consent\":\"refused\",\"urgent\":true}",
          "=seek-advice only +record-decision +record-reasons +consult-manager +consult-governance-lead");
    share("{\"child_harm\":\"unclear\",\"consent\":\"refused\",\"vital_interests\":true}",
          "=seek-advice only +record-decision +record-reasons +consult-manager +consult-governance-lead "
          "+without-delay");
    share(
        "{\"purpose\":\"statistics\",\"identifies\":\"nobody-alone\",\"consent\":\"refused\"}",
        "=share-anonymised only +record-decision +record-reasons +minimum-necessary +check-reidentification");
    share(
        "{\"purpose\":\"statistics\",\"article6\":\"e\",\"consent\":\"refused\",\"subject_age\":13}",
        "=share-anonymised only +record-decision +record-reasons +minimum-necessary +check-reidentification");
    share("{}", "=seek-consent only +record-decision +record-reasons +seek-consent");
    share("{\"consent\":\"refused\"}", "=do-not-share only +record-decision +record-reasons");
    share(
        "{\"identifies\":\"deceased-person\",\"article6\":\"e\",\"child_harm\":\"evidence\",\"urgent\":true}",
        "=seek-advice only +record-decision +record-reasons +consult-manager +consult-governance-lead "
        "+without-delay +refer-childrens-social-care");
    consent("{\"subject_age\":15,\"understanding\":\"sufficient\"}", "=child only +record-decision");
    consent("{\"subject_age\":15,\"understanding\":\"unassessed\"}",
            "=assess-first only +record-decision +consult-manager");
    consent("{\"subject_age\":40,\"capacity\":\"lacks\",\"attorney_or_deputy\":false}",
            "=best-interests only +record-decision +consult-manager");
    channel("{\"medium\":\"post\",\"personal\":true}",
            "=conditional only +local-procedure +no-doubt-left +needs-it-securely");
    channel("{\"medium\":\"meeting\",\"personal\":true}",
            "=conditional only +local-procedure +no-doubt-left +needs-it-securely +safe-setting");
    channel("{\"medium\":\"meeting\",\"personal\":false}", "=allowed only");
    channel("{\"medium\":\"web-pickup\",\"recipient_address\":\"x\",\"personal\":false}", "=refused only");
    channel("{\"medium\":\"email\",\"sender_address\":\"x@x.example\",\"recipient_address\":\"x\","
            "\"personal\":true}",
            "=refused only");
    share("{\"identifies\":\"nobody\",\"article6\":\"c\",\"article9\":\"g\",\"sensitive\":true,\"consent\":"
          "\"refused\"}",
          "=share only +not-personal +record-decision +record-reasons +record-legal-basis +minimum-necessary "
          "+check-accuracy +mark-fact-and-opinion +check-recipient +use-secure-channel");
    share("{\"identifies\":\"nobody\",\"article6\":\"a\",\"consent\":\"given\",\"consent_covers\":true}",
          "=share only +not-personal +record-decision +record-reasons +record-legal-basis +minimum-necessary "
          "+check-accuracy +mark-fact-and-opinion +check-recipient +use-secure-channel");
    share("{\"identifies\":\"nobody\",\"article6\":\"e\",\"sensitive\":true,\"article9\":\"none\","
          "\"consent\":\"given\",\"consent_covers\":true}",
          "=share only +not-personal +record-decision +record-reasons +record-legal-basis +minimum-necessary "
          "+check-accuracy +mark-fact-and-opinion +check-recipient +use-secure-channel");
    share("{\"identifies\":\"nobody\",\"article6\":\"f\",\"consent\":\"given\",\"consent_covers\":true}",
          "=share only +not-personal +record-decision +record-reasons +record-legal-basis +minimum-necessary "
          "+check-accuracy +mark-fact-and-opinion +check-recipient +use-secure-channel");
    share("{\"identifies\":\"nobody\",\"article6\":\"none\",\"vital_interests\":true,\"child_harm\":"
          "\"evidence\",\"recipient\":\"police\"}",
          "=share only +not-personal +record-decision +record-reasons +record-legal-basis +minimum-necessary "
          "+check-accuracy +mark-fact-and-opinion +check-recipient +use-secure-channel +without-delay "
          "+refer-childrens-social-care");
    share("{\"legal_duty\":\"statute\",\"article6\":\"c\",\"sensitive\":true,\"article9\":\"none\","
          "\"consent\":\"given\",\"consent_covers\":true,\"subject_age\":40}",
          "=share only +legal-duty +record-decision +record-reasons +record-legal-basis +minimum-necessary "
          "+check-accuracy +mark-fact-and-opinion +check-recipient +use-secure-channel +inform-subject");
    share("{\"legal_duty\":\"statute\",\"article6\":\"f\",\"consent\":\"given\",\"consent_covers\":true,"
          "\"subject_age\":40}",
          "=share only +legal-duty +record-decision +record-reasons +record-legal-basis +minimum-necessary "
          "+check-accuracy +mark-fact-and-opinion +check-recipient +use-secure-channel +inform-subject");
    share("{\"legal_duty\":\"statute\",\"article6\":\"none\",\"vital_interests\":true,\"child_harm\":"
          "\"evidence\",\"consent\":\"unobtainable\",\"subject_age\":40}",
          "=share only +legal-duty +record-decision +record-reasons +record-legal-basis +minimum-necessary "
          "+check-accuracy +mark-fact-and-opinion +check-recipient +use-secure-channel +inform-subject "
          "+without-delay +refer-childrens-social-care");
    share("{\"legal_duty\":\"statute\",\"article6\":\"none\",\"vital_interests\":true,\"consent\":"
          "\"unobtainable\",\"subject_age\":40}",
          "=share only +legal-duty +record-decision +record-reasons +record-legal-basis +minimum-necessary "
          "+check-accuracy +mark-fact-and-opinion +check-recipient +use-secure-channel +inform-subject");
    share("{\"article6\":\"f\",\"sharer\":\"public-authority\",\"consent\":\"refused\",\"child_harm\":"
          "\"evidence\",\"urgent\":true,\"subject_age\":40}",
          "=share only +public-interest +record-decision +record-reasons +record-legal-basis "
          "+minimum-necessary +check-accuracy +mark-fact-and-opinion +check-recipient +use-secure-channel "
          "+inform-subject +tell-recipient-no-consent +justify-without-consent +consult-governance-lead "
          "+without-delay +refer-childrens-social-care");
    share("{\"article6\":\"e\",\"sensitive\":true,\"consent\":\"refused\",\"child_harm\":\"evidence\","
          "\"urgent\":true,\"subject_age\":40}",
          "=share only +public-interest +record-decision +record-reasons +record-legal-basis "
          "+minimum-necessary +check-accuracy +mark-fact-and-opinion +check-recipient +use-secure-channel "
          "+inform-subject +tell-recipient-no-consent +justify-without-consent +consult-governance-lead "
          "+without-delay +refer-childrens-social-care");
    share("{\"article6\":\"e\",\"consent\":\"refused\",\"child_harm\":\"evidence\",\"subject_age\":40}",
          "=share only +public-task +record-decision +record-reasons +record-legal-basis +minimum-necessary "
          "+check-accuracy +mark-fact-and-opinion +check-recipient +use-secure-channel +inform-subject "
          "+tell-recipient-no-consent +justify-without-consent +without-delay +refer-childrens-social-care");
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
    PROVISION("WM-16");
    hint_says("sensitive", "politics|trade union|genetics|fingerprints");
    PROVISION("WM-17");
    hint_says("proportionate", "if you do not|failing to pass it on");
    PROVISION("WM-15");
    hint_says("article6", "public body");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_it_identifies),
        cmocka_unit_test(consent_is_one_basis),
        cmocka_unit_test(not_sought_where_it_does_harm),
        cmocka_unit_test(the_conditions),
        cmocka_unit_test(danger_before_every_gate),
        cmocka_unit_test(a_duty_must_be_followed),
        cmocka_unit_test(who_is_told),
        cmocka_unit_test(what_is_asked),
        cmocka_unit_test(whose_consent),
        cmocka_unit_test(how_it_travels),
        cmocka_unit_test(nothing_besides),
        cmocka_unit_test(what_the_questions_explain),
    };
    return RUN_PACK_CASES("west-midlands-2024", tests);
}
