#include "pack_cases.h"

#include "provision.h"

/* Cases read off the agreement of Leicester, Leicestershire and Rutland of 2017. */

static void consent_first(void **state)
{
    (void)state;
    share("{}", "=seek-consent +seek-consent");
    share("{\"consent\":\"given\",\"consent_covers\":true}", "=share +consent +state-consent-limits");
    share("{\"consent\":\"refused\"}", "=do-not-share");
    share("{\"consent\":\"withdrawn\"}", "=do-not-share");
    PROVISION("LLR-32");
    share("{\"consent\":\"given\",\"consent_covers\":false}", "=seek-consent");
    PROVISION("LLR-58");
    share("{\"purpose\":\"early-help\",\"consent\":\"given\",\"consent_covers\":true}", "=seek-consent");
    share(
        "{\"purpose\":\"early-help\",\"consent\":\"given\",\"consent_covers\":true,\"consent_written\":true}",
        "=share +consent");
    PROVISION("LLR-47");
    share("{\"purpose\":\"early-help\",\"consent\":\"refused\"}", "=do-not-share +continue-support");
    PROVISION("LLR-53");
    share("{\"purpose\":\"early-help\",\"consent\":\"refused\",\"would_deteriorate\":true}", "=share");
    share("{\"would_deteriorate\":true}", "=share +justify-without-consent");
    PROVISION("LLR-37");
    share("{\"consent\":\"refused\",\"recipient\":\"childrens-social-care\",\"public_function\":true}",
          "=share +public-task");
    share(
        "{\"purpose\":\"service-provision\",\"consent\":\"refused\",\"recipient\":\"childrens-social-care\","
        "\"public_function\":true}",
        "=do-not-share");
}

static void without_consent(void **state)
{
    (void)state;
    PROVISION("LLR-36");
    share("{\"consent\":\"refused\",\"child_harm\":\"reasonable-cause\"}",
          "=share +public-interest +without-delay");
    share("{\"consent\":\"refused\",\"adult_harm\":\"serious\"}", "=share +public-interest");
    share("{\"consent\":\"refused\",\"serious_crime\":true}", "=share +public-interest");
    PROVISION("LLR-06");
    share("{\"consent\":\"refused\",\"serious_crime\":true,\"proportionate\":false}", "=do-not-share");
    PROVISION("LLR-38");
    share("{\"purpose\":\"section-47\",\"consent\":\"refused\",\"recipient\":\"childrens-social-care\"}",
          "=share +public-task");
    share("{\"purpose\":\"section-47\",\"consent\":\"refused\",\"recipient\":\"local-authority\"}",
          "=share +public-task");
    share("{\"purpose\":\"section-47\",\"recipient\":\"charity\"}", "=seek-consent");
    share("{\"purpose\":\"section-47\",\"recipient\":\"charity\",\"child_harm\":\"evidence\"}", "=share");
    PROVISION("LLR-43");
    share("{\"purpose\":\"board-request\",\"consent\":\"refused\"}", "=share +legal-duty +minimum-necessary");
    share("{\"purpose\":\"board-request\",\"consent\":\"refused\",\"proportionate\":false}", "=do-not-share");
    PROVISION("LLR-09");
    share("{\"recipient\":\"charity\",\"consent\":\"refused\",\"child_harm\":\"evidence\"}",
          "=share +justify-without-consent +minimum-necessary");
    share("{\"recipient\":\"charity\"}", "=seek-consent");
    PROVISION("LLR-41");
    share("{\"purpose\":\"crime\",\"no_consent_ground\":\"prejudice-crime\"}", "=share +crime-exemption");
    PROVISION("LLR-60");
    share("{\"purpose\":\"crime\",\"no_consent_ground\":\"prejudice-crime\",\"schedule2\":false}",
          "=do-not-share");
    PROVISION("LLR-56");
    share("{\"child_harm\":\"evidence\"}", "=share +seek-consent");
    share("{\"child_harm\":\"evidence\",\"no_consent_ground\":\"child-risk\"}", "=share -seek-consent");
    PROVISION("LLR-08");
    share("{\"no_consent_ground\":\"child-risk\"}", "=seek-advice -seek-consent");
}

static void gates(void **state)
{
    (void)state;
    PROVISION("LLR-16");
    PROVISION("LLR-22");
    share("{\"original_controller_permits\":false,\"consent\":\"given\",\"consent_covers\":true}",
          "=do-not-share +ask-original-controller");
    PROVISION("LLR-05");
    share("{\"schedule2\":false,\"child_harm\":\"none\",\"serious_crime\":true}", "=do-not-share");
    share("{\"sensitive\":true,\"schedule3\":false,\"serious_crime\":true}", "=do-not-share");
    share("{\"sensitive\":true,\"schedule3\":true,\"serious_crime\":true}", "=share +schedule-3");
    PROVISION("LLR-07");
    share("{\"restricted_by_law\":true,\"serious_crime\":true}", "=do-not-share +consult-governance-lead");
    share("{\"original_controller_permits\":false,\"child_harm\":\"evidence\"}",
          "=seek-advice +without-delay");
    share("{\"original_controller_permits\":false,\"child_harm\":\"evidence\",\"urgent\":true}",
          "=share +record-reasons +consult-governance-lead");
    PROVISION("LLR-55");
    share("{\"original_controller_permits\":false,\"legal_duty\":\"court-order\"}",
          "=share +legal-duty -seek-consent");
    PROVISION("LLR-14");
    share("{\"recipient_needs_to_know\":false,\"consent\":\"given\",\"consent_covers\":true}",
          "=do-not-share");
}

static void the_eight_duties(void **state)
{
    (void)state;
    PROVISION("LLR-15");
    PROVISION("LLR-18");
    PROVISION("LLR-04");
    share(
        "{\"consent\":\"given\",\"consent_covers\":true}",
        "+minimum-necessary +state-consent-limits +mark-fact-and-opinion +check-recipient +check-accuracy "
        "+use-secure-channel +establish-onward-sharing +inform-subject +inform-provider +record-legal-basis");
    PROVISION("LLR-39");
    share("{\"child_harm\":\"evidence\",\"informing_raises_risk\":true}",
          "+do-not-inform -inform-subject -inform-provider");
    PROVISION("LLR-40");
    share("{\"adult_harm\":\"serious\"}", "+alert-adult-social-care");
    share("{\"adult_harm\":\"serious\",\"recipient\":\"adult-social-care\"}", "-alert-adult-social-care");
    PROVISION("LLR-46");
    share("{\"purpose\":\"private-fostering\"}", "+notify-private-fostering");
    share("{\"purpose\":\"private-fostering\",\"recipient\":\"childrens-social-care\"}",
          "=share -notify-private-fostering");
}

static void identity(void **state)
{
    (void)state;
    PROVISION("LLR-30");
    share("{\"identifies\":\"nobody-alone\",\"consent\":\"refused\"}", "=do-not-share");
    share("{\"identifies\":\"nobody\"}", "=share +not-personal");
    PROVISION("LLR-11");
    share("{\"identifies\":\"deceased-person\"}", "=seek-advice +consult-governance-lead");
    share("{\"confidential\":false}", "=share +not-confidential");
}

static void whose_consent(void **state)
{
    (void)state;
    PROVISION("LLR-34");
    consent("{\"subject_age\":9,\"understanding\":\"insufficient\",\"parents_separated\":false}",
            "=parental-responsibility +inform-child");
    consent("{\"subject_age\":9,\"understanding\":\"insufficient\",\"parents_separated\":true}",
            "=resident-parent");
    PROVISION("LLR-33");
    consent("{\"subject_age\":9,\"understanding\":\"sufficient\"}", "=child @");
    consent("{\"subject_age\":14,\"understanding\":\"unassessed\"}", "=assess-first");
    PROVISION("LLR-35");
    PROVISION("LLR-57");
    consent("{\"subject_age\":14,\"understanding\":\"sufficient\",\"parent_disagrees\":true}", "=child");
    PROVISION("LLR-10");
    consent("{\"subject_age\":50,\"capacity\":\"lacks\",\"attorney_or_deputy\":false}", "=best-interests");
    consent("{\"subject_age\":50,\"capacity\":\"lacks\",\"attorney_or_deputy\":true}", "=attorney-or-deputy");
}

static void the_method_matrix(void **state)
{
    (void)state;
    PROVISION("LLR-48");
    PROVISION("LLR-49");
    channel("{\"medium\":\"email\",\"personal\":true,\"sensitive\":true,\"recipient\":\"police\","
            "\"recipient_address\":\"a@leics.pnn.police.uk\",\"sender_address\":\"b@leics.gov.uk\"}",
            "=conditional +no-personal-data-in-subject +no-sensitive-data-in-body +password-on-attachments");
    channel("{\"medium\":\"email\",\"personal\":true,\"sensitive\":true,\"recipient\":\"police\","
            "\"recipient_address\":\"a@leics.police.uk\",\"sender_address\":\"b@leics.gov.uk\"}",
            "=refused");
    PROVISION("LLR-20");
    channel("{\"medium\":\"email\",\"personal\":true,\"sensitive\":false,\"recipient\":\"health\","
            "\"recipient_address\":\"a@nhs.net\",\"sender_address\":\"b@leics.gcsx.gov.uk\"}",
            "=conditional -gcsx-where-available +nhs-agreed-transfer");
    PROVISION("LLR-19");
    channel("{\"medium\":\"landline\",\"personal\":true}", "=conditional +authorised-person +correct-number");
    channel("{\"medium\":\"fax\",\"personal\":true,\"unavoidable\":false}", "=refused");
    channel("{\"medium\":\"fax\",\"personal\":true,\"unavoidable\":true}",
            "=conditional +recipient-waiting +cover-sheet-first +wait-for-confirmation");
    channel("{\"medium\":\"portable-media\",\"personal\":true,\"encrypted\":true,\"employer_owned\":false}",
            "=refused");
    channel("{\"medium\":\"internal-mail\",\"personal\":true}",
            "=conditional +sealed-envelope +marking-shown");
    channel("{\"medium\":\"courier\",\"personal\":true}", "=conditional +sealed-envelope -marking-shown");
}

static void clocks(void **state)
{
    static const struct {
        const char *matter, *length, *unit;
    } row[] = {{"agreement-suspension", "45", "days"},
               {"agreement-meeting", "14", "days"},
               {"agreement-withdrawal", "30", "days"},
               {"agreement-review", "2", "years"}};
    (void)state;
    PROVISION("LLR-25");
    PROVISION("LLR-26");
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        char facts[100];
        snprintf(facts, sizeof facts, "{\"matter\":\"%s\"}", row[i].matter);
        struct policy_answer answer = case_answer(pack, POLICY_DEADLINE, facts);
        assert_true(text_equal(answer.outcome, TEXT("limit")));
        assert_true(text_equal(answer.detail[0].value, text_of(row[i].length)));
        assert_true(text_equal(answer.detail[1].value, text_of(row[i].unit)));
    }
}

static void purposes_exceptions_and_words(void **state)
{
    static const char *const purpose[] = {"section-47", "section-17",      "cse",
                                          "fgm",        "practice-review", "prevent"};
    struct policy_words words;
    (void)state;
    PROVISION("LLR-12");
    PROVISION("LLR-44");
    for (size_t i = 0; i < sizeof purpose / sizeof *purpose; i++) {
        char changes[160];
        snprintf(changes, sizeof changes,
                 "{\"purpose\":\"%s\",\"consent\":\"refused\",\"child_harm\":\"evidence\"}", purpose[i]);
        share(changes, "=share");
    }
    PROVISION("LLR-54");
    share("{\"legal_duty\":\"statute\",\"consent\":\"refused\"}", "=share +legal-duty");
    struct policy_answer answer = case_answer(
        pack, POLICY_SHARE,
        "{\"purpose\":\"section-17\",\"identifies\":\"living-person\",\"legal_duty\":\"statute\"}");
    assert_true(text_find(answer.fired[0].note, TEXT("section 251")) > 0);
    PROVISION("LLR-59");
    policy_words(pack, POLICY_WORDS_OBLIGATION, TEXT("notify-private-fostering"), &words);
    assert_true(text_find(words.todo, TEXT("advise the family to notify")) >= 0);
    PROVISION("LLR-52");
    policy_words(pack, POLICY_WORDS_CHANNEL, TEXT("refused"), &words);
    assert_true(text_find(words.todo, TEXT("discuss it with the agency that the information came from")) > 0);
}

static void smaller_rules(void **state)
{
    (void)state;
    share("{\"consent\":\"refused\",\"child_harm\":\"unclear\"}", "=seek-advice +consult-manager");
    share("{\"consent\":\"refused\",\"vital_interests\":true}", "=share +vital-interests");
    share("{\"would_deteriorate\":true}", "=share +public-interest");
    share("{\"identifies\":\"nobody-alone\",\"consent\":\"given\",\"consent_covers\":true}",
          "=share +check-reidentification");
    share("{\"original_controller_permits\":false,\"child_harm\":\"evidence\"}",
          "=seek-advice +ask-original-controller +consult-governance-lead");
    share("{\"original_controller_permits\":false,\"child_harm\":\"evidence\",\"urgent\":true}",
          "=share +ask-original-controller");
    share("{\"vital_interests\":true,\"consent\":\"given\",\"consent_covers\":true}", "+without-delay");
    share("{\"urgent\":true,\"consent\":\"given\",\"consent_covers\":true}", "+without-delay");
    share("{\"consent\":\"given\",\"consent_covers\":true}", "-without-delay");
    case_check(pack, POLICY_CONSENT, "{\"subject_age\":16,\"capacity\":\"presumed\"}", "=person");
    case_check(pack, POLICY_CONSENT, "{\"subject_age\":16,\"capacity\":\"unassessed\"}", "=assess-first");
    case_check(pack, POLICY_CHANNEL, "{\"medium\":\"fax\",\"personal\":false,\"sensitive\":false}",
               "=allowed");
    case_check(pack, POLICY_CHANNEL,
               "{\"medium\":\"web-pickup\",\"personal\":true,\"sender_address\":\"a@council.gov.uk\","
               "\"recipient_address\":\"b@school.sch.uk\"}",
               "=conditional +agreed-secure-method");
    case_check(pack, POLICY_CHANNEL,
               "{\"medium\":\"internal-email\",\"personal\":true,\"sensitive\":false,\"sender_address\":\"a@"
               "council.gov.uk\",\"recipient_address\":\"b@school.sch.uk\"}",
               "=conditional +autofill-off");
    case_check(pack, POLICY_CHANNEL,
               "{\"medium\":\"email\",\"personal\":true,\"sensitive\":false,\"recipient\":\"education\","
               "\"sender_address\":\"a@council.gov.uk\",\"recipient_address\":\"b@school.sch.uk\"}",
               "=conditional +gcsx-where-available +check-address");
    case_check(pack, POLICY_CHANNEL, "{\"medium\":\"password-file\",\"personal\":true}",
               "=conditional +password-by-other-way");
    case_check(pack, POLICY_CHANNEL,
               "{\"medium\":\"portable-media\",\"personal\":true,\"encrypted\":true,\"employer_owned\":true}",
               "+keep-locked");
    case_check(pack, POLICY_CHANNEL, "{\"medium\":\"mobile\",\"personal\":true}", "+digital-phone-or-urgent");
    case_check(pack, POLICY_CHANNEL, "{\"medium\":\"post\",\"personal\":true}", "+check-address");
    case_check(pack, POLICY_CHANNEL, "{\"medium\":\"by-hand\",\"personal\":true}", "+lockable-briefcase");
    case_check(pack, POLICY_CHANNEL, "{\"medium\":\"meeting\",\"personal\":true}", "+invited-only");
}

/* Whatever gate stands in the way of protecting a child or a life. */
static void danger_first(void **state)
{
    static const char *const gate[] = {"\"original_controller_permits\":false", "\"restricted_by_law\":true",
                                       "\"schedule2\":false", "\"sensitive\":true,\"schedule3\":false"};
    static const char *const danger[] = {"\"child_harm\":\"evidence\"", "\"child_harm\":\"reasonable-cause\"",
                                         "\"vital_interests\":true"};
    char changes[200];
    (void)state;
    for (size_t i = 0; i < sizeof gate / sizeof *gate; i++) {
        for (size_t k = 0; k < sizeof danger / sizeof *danger; k++) {
            snprintf(changes, sizeof changes, "{%s,%s}", gate[i], danger[k]);
            share(changes, "=seek-advice +without-delay +consult-governance-lead");
            snprintf(changes, sizeof changes, "{%s,%s,\"urgent\":true}", gate[i], danger[k]);
            share(changes, "=share +record-reasons +consult-governance-lead +without-delay");
            snprintf(changes, sizeof changes, "{%s,%s,\"urgent\":null}", gate[i], danger[k]);
            share(changes, "=null ?urgent !?would_deteriorate");
            snprintf(changes, sizeof changes, "{%s,%s,\"urgent\":true,\"recipient_needs_to_know\":false}",
                     gate[i], danger[k]);
            share(changes, "=do-not-share");
        }
        snprintf(changes, sizeof changes, "{%s,\"serious_crime\":true}", gate[i]);
        share(changes, "=do-not-share");
        snprintf(changes, sizeof changes, "{%s,\"legal_duty\":\"statute\"}", gate[i]);
        share(changes, "=share +legal-duty -consult-governance-lead");
    }
}

/* Section 5: not under a statutory duty. Appendix B: sought in section 47 all the same, unless that increases
 * harm. */
static void when_consent_is_still_sought(void **state)
{
    (void)state;
    PROVISION("LLR-08");
    share("{\"purpose\":\"board-request\",\"recipient\":\"board\"}", "=share +legal-duty -seek-consent");
    share("{\"purpose\":\"practice-review\",\"child_harm\":\"evidence\"}", "=share -seek-consent");
    share("{\"recipient\":\"childrens-social-care\",\"public_function\":true}", "=share -seek-consent");
    share("{\"purpose\":\"section-47\",\"recipient\":\"childrens-social-care\"}", "=share +seek-consent");
    share("{\"purpose\":\"section-47\",\"child_harm\":\"evidence\",\"no_consent_ground\":\"child-risk\"}",
          "=share -seek-consent");
    share("{\"purpose\":\"section-47\",\"child_harm\":\"evidence\",\"informing_raises_risk\":true}",
          "=share -seek-consent +do-not-inform");
    share("{\"consent\":\"unobtainable\"}", "=do-not-share");
    share("{\"consent\":\"unobtainable\",\"adult_harm\":\"serious\"}",
          "=share +public-interest -seek-consent");
}

/* What a rule asks beside the fact that it is known for. */
static void finer_points(void **state)
{
    (void)state;
    /* information that is not confidential still has to be necessary and in proportion */
    share("{\"confidential\":false,\"consent\":\"refused\"}", "=share +not-confidential");
    share("{\"confidential\":false,\"consent\":\"refused\",\"proportionate\":false}", "=do-not-share");
    share("{\"confidential\":false,\"consent\":\"refused\",\"schedule2\":false}", "=do-not-share");
    share("{\"confidential\":false,\"purpose\":\"early-help\"}", "=seek-consent");
    /* a charity has no statutory power: no public task, and no duty to assist */
    PROVISION("LLR-04");
    share("{\"purpose\":\"section-47\",\"consent\":\"refused\",\"recipient\":\"childrens-social-care\","
          "\"sharer\":\"charity\"}",
          "=do-not-share");
    share("{\"purpose\":\"section-47\",\"child_harm\":\"evidence\",\"sharer\":\"charity\"}",
          "=share +public-interest -public-task");
    share("{\"purpose\":\"section-47\",\"child_harm\":\"evidence\"}", "=share +public-interest +public-task");
    /* limits of a consent that does not carry the sharing stand all the same */
    share("{\"consent\":\"given\",\"consent_covers\":false,\"adult_harm\":\"serious\"}",
          "=share +public-interest -consent +state-consent-limits");
    share("{\"consent\":\"refused\",\"adult_harm\":\"serious\"}", "=share -state-consent-limits");
    channel("{\"medium\":\"internal-email\",\"personal\":true,\"sensitive\":true,\"sender_address\":\"a@"
            "leics.gov.uk\","
            "\"recipient_address\":\"b@leics.gov.uk\"}",
            "=conditional +gcsx-where-available +autofill-off +password-on-attachments");
}

static void pathways(void **state)
{
    static const char *const partner[] = {"police", "health", "local-authority", "charity", "probation"};
    (void)state;
    PROVISION("LLR-03");
    share("{\"purpose\":\"regulator\",\"recipient\":\"regulator\",\"consent\":\"refused\"}",
          "=seek-advice +consult-governance-lead");
    share("{\"purpose\":\"regulator\",\"recipient\":\"regulator\",\"legal_duty\":\"statute\"}",
          "=share +legal-duty");
    PROVISION("LLR-40");
    share("{\"purpose\":\"adult-at-risk\"}", "+alert-adult-social-care");
    share("{\"purpose\":\"adult-at-risk\",\"recipient\":\"adult-social-care\"}", "-alert-adult-social-care");
    PROVISION("LLR-42");
    share("{\"purpose\":\"prevent\",\"consent\":\"refused\"}", "=do-not-share -without-delay");
    share("{\"purpose\":\"prevent\",\"consent\":\"refused\",\"serious_crime\":true,\"urgent\":true}",
          "=share +public-interest +without-delay");
    share("{\"purpose\":\"prevent\",\"child_harm\":\"reasonable-cause\"}",
          "=share +without-delay +refer-childrens-social-care");
    PROVISION("LLR-45");
    for (size_t i = 0; i < sizeof partner / sizeof *partner; i++) {
        char changes[160];
        snprintf(changes, sizeof changes,
                 "{\"purpose\":\"cse\",\"serious_crime\":true,\"consent\":\"refused\",\"recipient\":\"%s\"}",
                 partner[i]);
        share(changes, "=share +public-interest");
        snprintf(changes, sizeof changes,
                 "{\"purpose\":\"cse\",\"identifies\":\"nobody\",\"recipient\":\"%s\"}", partner[i]);
        share(changes, "=share +not-personal");
    }
    share("{\"purpose\":\"none\"}", "=do-not-share");
}

static void settled_early(void **state)
{
    (void)state;
    stated("{\"purpose\":\"none\"}", "=do-not-share @");
    stated("{\"purpose\":\"cse\",\"identifies\":\"nobody\"}", "=share +not-personal @");
    stated("{\"purpose\":\"crime\",\"identifies\":\"living-person\",\"legal_duty\":\"court-order\"}",
           "=share +legal-duty -seek-consent @");
    stated("{\"purpose\":\"crime\",\"identifies\":\"living-person\",\"legal_duty\":\"none\","
           "\"recipient_needs_to_know\":false}",
           "=do-not-share @");
    stated("{\"purpose\":\"section-47\",\"identifies\":\"living-person\",\"recipient_needs_to_know\":true,"
           "\"child_harm\":\"evidence\",\"proportionate\":true,\"urgent\":true}",
           "=share +without-delay @");
    share(
        "{\"purpose\":\"early-help\",\"consent\":\"given\",\"consent_covers\":true,\"consent_written\":null}",
        "=null ?consent_written !?recipient");
    share("{\"child_harm\":\"evidence\",\"sensitive\":true,\"schedule3\":null}",
          "=null ?schedule3 !?consent");
}

/* To and from the police: restricted or sensitive data to secure addresses only. */
static void mail_of_the_police(void **state)
{
    static const struct {
        const char *sender, *recipient, *expect;
    } row[] = {
        {"a@leics.pnn.police.uk", "b@school.sch.uk", "=refused +post"},
        {"a@leics.police.uk", "b@nhs.net", "=refused"},
        {"a@leics.police.uk", "b@LEICS.GCSX.GOV.UK.", "=conditional"},
        {"a@leics.pnn.police.uk", "b@nhs.net", "=conditional -gcsx-where-available"},
        {"a@leics.gov.uk", "b@leics.police.uk", "=refused"},
        {"a@leics.gov.uk", "b@leics.pnn.police.uk", "=conditional +gcsx-where-available"},
        {"a@leics.gcsx.gov.uk", "b@cjsm.net", "=conditional -gcsx-where-available"},
        {"a@leics.gcsx.gov.uk", "b@court.cjsm.net", "=conditional -gcsx-where-available"},
        {"a@leics.gcsx.gov.uk", "b@army.mod.uk", "=conditional -gcsx-where-available"},
        {"a@leics.gcsx.gov.uk", "b@home.psn.gov.uk", "=conditional -gcsx-where-available"},
        {"a@leics.gcsx.gov.uk", "b@leics.pnn.police.uk.example.com", "=conditional +gcsx-where-available"},
        {"a@leics.gcsx.gov.uk", "b@b@leics.pnn.police.uk", "=refused"},
    };
    char facts[300];
    (void)state;
    PROVISION("LLR-49");
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        snprintf(
            facts, sizeof facts,
            "{\"medium\":\"email\",\"personal\":true,\"sensitive\":true,\"recipient\":\"local-authority\","
            "\"sender_address\":\"%s\",\"recipient_address\":\"%s\"}",
            row[i].sender, row[i].recipient);
        channel(facts, row[i].expect);
    }
    /* what is neither sensitive nor restricted may go to an open address */
    channel("{\"medium\":\"email\",\"personal\":true,\"sensitive\":false,\"recipient\":\"police\","
            "\"sender_address\":\"a@leics.gov.uk\",\"recipient_address\":\"b@leics.police.uk\"}",
            "=conditional +no-personal-data-in-subject -password-on-attachments");
    channel("{\"medium\":\"email\",\"personal\":true,\"sensitive\":true,\"recipient\":\"police\","
            "\"sender_address\":\"a@leics.gcsx.gov.uk\",\"recipient_address\":\"b@leics.pnn.police.uk."
            "example.com\"}",
            "=refused");
}

static void kept_as_each_agency_says(void **state)
{
    (void)state;
    PROVISION("LLR-21");
    case_check(pack, POLICY_RETENTION, "{}", "=own-policy @");
    case_check(
        pack, POLICY_RETENTION,
        "{\"information_kind\":\"shared-information\",\"agency_kind\":\"police\",\"still_needed\":false}",
        "=own-policy");
    PROVISION("LLR-24");
    struct policy_answer answer =
        case_answer(pack, POLICY_DEADLINE, "{\"matter\":\"agreement-self-assessment\"}");
    assert_true(text_equal(answer.detail[0].value, TEXT("1")));
    assert_true(text_equal(answer.detail[1].value, TEXT("years")));
    case_check(pack, POLICY_DEADLINE, "{\"matter\":\"breach-provider\"}", "=without-delay");
    case_check(pack, POLICY_DEADLINE, "{\"matter\":\"subject-access\"}", "=not-in-source");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(smaller_rules),
        cmocka_unit_test(purposes_exceptions_and_words),
        cmocka_unit_test(consent_first),
        cmocka_unit_test(without_consent),
        cmocka_unit_test(gates),
        cmocka_unit_test(the_eight_duties),
        cmocka_unit_test(identity),
        cmocka_unit_test(whose_consent),
        cmocka_unit_test(the_method_matrix),
        cmocka_unit_test(clocks),
        cmocka_unit_test(danger_first),
        cmocka_unit_test(when_consent_is_still_sought),
        cmocka_unit_test(pathways),
        cmocka_unit_test(finer_points),
        cmocka_unit_test(settled_early),
        cmocka_unit_test(mail_of_the_police),
        cmocka_unit_test(kept_as_each_agency_says),
    };
    return RUN_PACK_CASES("leicestershire-2017", tests);
}
