#include "pack_cases.h"

#include "provision.h"

/* Cases read off the Bexley guidance of 2015. */

static void significant_harm_goes_to_childrens_social_care(void **state)
{
    (void)state;
    PROVISION("BEX-09");
    share("{\"child_harm\":\"reasonable-cause\",\"recipient\":\"childrens-social-care\",\"consent\":"
          "\"refused\"}",
          "=share +public-interest -refer-childrens-social-care");
    share("{\"child_harm\":\"evidence\",\"recipient\":\"childrens-social-care\",\"sensitive\":true,"
          "\"schedule3\":false}",
          "=share +public-interest");
    share("{\"child_harm\":\"evidence\",\"recipient\":\"police\",\"consent\":\"refused\"}",
          "=share +refer-childrens-social-care");
    case_check(pack, POLICY_SHARE,
               "{\"purpose\":\"section-47\",\"identifies\":\"living-person\",\"child_harm\":\"evidence\","
               "\"recipient\":\"childrens-social-care\"}",
               "=share @");
}

static void explicit_consent_is_sought(void **state)
{
    (void)state;
    PROVISION("BEX-13");
    share("{}", "=seek-consent +seek-consent");
    share("{\"sensitive\":true,\"schedule3\":false}", "=seek-consent");
    share("{\"consent\":\"given\",\"consent_covers\":true}", "=share +consent");
    share("{\"consent\":\"given\"}", "=seek-consent");
    PROVISION("BEX-15");
    share("{\"purpose\":\"section-47\"}", "=share +public-task");
    share("{\"consent\":\"refused\"}", "=do-not-share");
    PROVISION("BEX-20");
    share("{\"consent\":\"withdrawn\"}", "=do-not-share");
    share("{\"consent\":\"withdrawn\",\"legal_duty\":\"statute\"}", "=share +legal-duty -seek-consent");
}

static void sensitive_information_needs_schedule_3(void **state)
{
    (void)state;
    PROVISION("BEX-14");
    PROVISION("BEX-12");
    share("{\"consent\":\"refused\",\"sensitive\":true,\"schedule3\":true}", "=share +schedule-3");
    share("{\"consent\":\"refused\",\"sensitive\":true,\"schedule3\":false}", "=do-not-share");
    share("{\"consent\":\"refused\",\"sensitive\":true,\"schedule3\":false,\"vital_interests\":true}",
          "=share +vital-interests");
    share("{\"consent\":\"refused\",\"sensitive\":true,\"schedule3\":false,\"child_harm\":\"evidence\"}",
          "=seek-advice +without-delay");
    share("{\"consent\":\"refused\",\"sensitive\":true,\"schedule3\":false,\"child_harm\":\"evidence\","
          "\"urgent\":true}",
          "=share +consult-governance-lead +record-reasons");
    share("{\"consent\":\"refused\",\"sensitive\":true,\"schedule3\":false,\"serious_crime\":true}",
          "=do-not-share");
}

static void the_public_interest_can_override(void **state)
{
    (void)state;
    PROVISION("BEX-04");
    PROVISION("BEX-24");
    PROVISION("BEX-26");
    share("{\"consent\":\"refused\",\"adult_harm\":\"serious\"}",
          "=share +public-interest +justify-without-consent");
    share("{\"consent\":\"refused\",\"serious_crime\":true}", "=share +public-interest");
    PROVISION("BEX-25");
    PROVISION("BEX-05");
    share("{\"consent\":\"refused\",\"serious_crime\":true,\"proportionate\":false}", "=do-not-share");
    share("{\"consent\":\"refused\",\"child_harm\":\"evidence\"}", "+minimum-necessary");
    PROVISION("BEX-22");
    share("{\"consent\":\"given\",\"consent_covers\":true,\"recipient_needs_to_know\":false}",
          "=do-not-share");
    share("{\"consent\":\"refused\",\"child_harm\":\"unclear\"}", "=seek-advice +consult-manager");
}

static void openness_records_and_follow_up(void **state)
{
    (void)state;
    PROVISION("BEX-02");
    PROVISION("BEX-06");
    PROVISION("BEX-07");
    share("{\"consent\":\"given\",\"consent_covers\":true}",
          "+inform-subject +record-decision +record-reasons +follow-up-action");
    share("{\"consent\":\"given\",\"consent_covers\":true,\"informing_raises_risk\":true}",
          "-inform-subject +do-not-inform");
    share("{\"consent\":\"refused\"}", "+record-decision +record-reasons -follow-up-action");
    PROVISION("BEX-39");
    share("{\"consent\":\"given\",\"consent_covers\":true}", "+check-accuracy");
}

static void non_personal_and_combined_data(void **state)
{
    (void)state;
    PROVISION("BEX-10");
    share("{\"identifies\":\"nobody\"}", "=share +not-personal");
    share("{\"identifies\":\"nobody-alone\",\"consent\":\"given\",\"consent_covers\":true}",
          "=share +check-reidentification");
    share("{\"identifies\":\"nobody-alone\",\"consent\":\"refused\"}", "=do-not-share");
    share("{\"identifies\":\"deceased-person\"}", "=seek-advice +consult-governance-lead");
}

static void whose_consent(void **state)
{
    (void)state;
    PROVISION("BEX-15");
    consent("{\"subject_age\":16,\"capacity\":\"presumed\"}", "=person");
    consent("{\"subject_age\":15,\"understanding\":\"sufficient\"}", "=parental-responsibility @");
    consent("{\"subject_age\":15}", "=parental-responsibility @");
    PROVISION("BEX-21");
    consent("{\"subject_age\":30,\"capacity\":\"lacks\",\"attorney_or_deputy\":true}",
            "=attorney-or-deputy +record-reasons");
    consent("{\"subject_age\":30,\"capacity\":\"unassessed\"}", "=assess-first");
}

#define MAIL(from, to)                                                                                       \
    "{\"medium\":\"email\",\"personal\":true,\"sender_address\":\"" from "\",\"recipient_address\":\"" to    \
    "\"}"

static void mail_goes_between_secure_domains_only(void **state)
{
    (void)state;
    PROVISION("BEX-28");
    channel(MAIL("a@nhs.net", "b@cjsm.net"), "=allowed");
    channel(MAIL("a@x.gcsx.gov.uk", "b@TRUST.NHS.NET."), "=allowed");
    channel(MAIL("a@nhs.net", "b@evilnhs.net"), "=refused +post -email");
    channel(MAIL("a@nhs.net", "b@trust.nhs.uk"), "=refused");
    channel(MAIL("a@nhs.net", "b@council.gov.uk"), "=refused");
    channel(MAIL("a@nhs.net", "b@c@nhs.net"), "=refused");
    PROVISION("BEX-29");
    channel(MAIL("a@bexley.gcsx.gov.uk", "b@bexley.gov.uk"), "=refused");
    channel(MAIL("a@bexley.gov.uk", "b@bexley.gcsx.gov.uk"), "=refused");
    channel(MAIL("a@bexley.gcsx.gov.uk", "b@met.pnn.police.uk"), "=allowed");
    PROVISION("BEX-27");
    channel("{\"medium\":\"internal-email\",\"personal\":true,\"sender_address\":\"a@bexley.gov.uk\","
            "\"recipient_address\":\"b@bexley.gov.uk\"}",
            "=conditional +mark-confidential -same-domain");
    channel("{\"medium\":\"internal-email\",\"personal\":true,\"sender_address\":\"a@bexley.gov.uk\","
            "\"recipient_address\":\"b@trust.nhs.net\"}",
            "=refused");
    channel("{\"medium\":\"internal-email\",\"personal\":true,\"sender_address\":\"a@school.sch.uk\","
            "\"recipient_address\":\"b@school.sch.uk\"}",
            "=conditional +same-domain");
}

static void the_other_ways(void **state)
{
    (void)state;
    PROVISION("BEX-31");
    channel("{\"medium\":\"web-pickup\",\"personal\":true,\"sender_address\":\"a@bexley.gov.uk\","
            "\"recipient_address\":\"b@nhs.net\"}",
            "=refused +post -web-pickup");
    channel("{\"medium\":\"web-pickup\",\"personal\":true,\"sender_address\":\"a@bexley.gov.uk\","
            "\"recipient_address\":\"b@met.pnn.police.uk\"}",
            "=refused");
    PROVISION("BEX-30");
    channel("{\"medium\":\"web-pickup\",\"personal\":true,\"sender_address\":\"a@bexley.gov.uk\","
            "\"recipient_address\":\"head@school.sch.uk\"}",
            "=allowed");
    PROVISION("BEX-32");
    channel("{\"medium\":\"password-file\",\"personal\":true,\"file_medium\":\"email\",\"password_medium\":"
            "\"mobile\"}",
            "=conditional +strong-password");
    channel("{\"medium\":\"password-file\",\"personal\":true,\"file_medium\":\"email\",\"password_medium\":"
            "\"email\"}",
            "=refused");
    channel("{\"medium\":\"password-file\",\"personal\":true,\"file_medium\":\"post\",\"password_medium\":"
            "\"post\"}",
            "=refused");
    PROVISION("BEX-33");
    PROVISION("BEX-44");
    channel("{\"medium\":\"meeting\",\"personal\":true}",
            "=conditional +closed-meeting +confidentiality-agreement");
    PROVISION("BEX-34");
    channel("{\"medium\":\"by-hand\",\"personal\":true,\"unavoidable\":true}",
            "=conditional +never-unattended +return-to-site");
    channel("{\"medium\":\"by-hand\",\"personal\":true,\"unavoidable\":false}", "=refused");
    PROVISION("BEX-35");
    channel("{\"medium\":\"post\",\"personal\":true}",
            "=conditional +double-envelope +recorded-delivery +no-marking-visible +addresses-outside");
    PROVISION("BEX-36");
    channel("{\"medium\":\"fax\",\"personal\":true,\"unavoidable\":false}", "=refused -fax");
    channel("{\"medium\":\"fax\",\"personal\":true,\"unavoidable\":true}",
            "=conditional +fax-secure-location +double-check-number +recipient-waiting +confirm-receipt");
    struct policy_answer answer =
        case_answer(pack, POLICY_CHANNEL, "{\"medium\":\"fax\",\"personal\":true,\"unavoidable\":true}");
    assert_int_equal(answer.conditions, 4);
    PROVISION("BEX-38");
    channel("{\"medium\":\"portable-media\",\"personal\":true,\"encrypted\":false}", "=refused @");
    channel("{\"medium\":\"portable-media\",\"personal\":true,\"encrypted\":true,\"employer_owned\":false}",
            "=refused");
    channel("{\"medium\":\"portable-media\",\"personal\":true,\"encrypted\":true,\"employer_owned\":true}",
            "=conditional");
    channel("{\"medium\":\"fax\",\"personal\":false,\"sensitive\":false}", "=allowed");
}

static void retention(void **state)
{
    (void)state;
    PROVISION("BEX-42");
    case_check(pack, POLICY_RETENTION, "{\"relevant_to_plan\":false}", "=dispose @");
    PROVISION("BEX-41");
    case_check(
        pack, POLICY_RETENTION,
        "{\"relevant_to_plan\":true,\"still_needed\":true,\"information_kind\":\"shared-information\"}",
        "=as-agreed");
    PROVISION("BEX-43");
    case_check(pack, POLICY_RETENTION, "{\"relevant_to_plan\":true,\"still_needed\":false}", "=dispose");
}

/* The words of a code, or of the reason for a question, hold all of these. */
static void says(struct text words, const char *parts)
{
    struct text rest = text_of(parts), part;
    while (text_next(&rest, '|', &part))
        if (text_find(words, part) < 0)
            fail_msg("\"%.*s\" does not say \"%.*s\"", TEXT_ARGS(words), TEXT_ARGS(part));
}

static void the_golden_rules_stand_where_they_govern(void **state)
{
    static const struct {
        const char *fact, *rule;
    } row[] = {{"purpose", "Rule 1"},       {"informing_raises_risk", "Rule 2"},
               {"consent", "Rule 4"},       {"child_harm", "Rule 5"},
               {"proportionate", "Rule 6"}, {"recipient_needs_to_know", "Rule 6"}};
    struct arena *arena ARENA_SCOPE = arena_new(1 << 20, ARENA_PLAIN);
    struct policy_question question;
    struct policy_words words;
    struct error error;
    (void)state;
    PROVISION("BEX-01");
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        assert_int_equal(
            policy_question_of(pack, POLICY_SHARE, text_of(row[i].fact), arena, &question, &error), 0);
        says(question.why, row[i].rule);
    }
    PROVISION("BEX-03");
    says(policy_words(pack, POLICY_WORDS_OUTCOME, TEXT("seek-advice"), &words)->todo,
         "Rule 3|without disclosing");
    says(policy_words(pack, POLICY_WORDS_OBLIGATION, TEXT("record-reasons"), &words)->todo, "Rule 7");
    PROVISION("BEX-17");
    PROVISION("BEX-18");
    says(policy_words(pack, POLICY_WORDS_OBLIGATION, TEXT("seek-consent"), &words)->todo,
         "After the referral|before the family is engaged|why|how it will be used|who it will be shared with|"
         "giving|withholding or withdrawing");
}

static void the_steps_taken_are_in_the_trace(void **state)
{
    (void)state;
    PROVISION("BEX-11");
    struct policy_answer answer =
        case_answer(pack, POLICY_SHARE,
                    "{\"purpose\":\"section-17\",\"identifies\":\"living-person\",\"legal_duty\":\"none\","
                    "\"child_harm\":\"none\","
                    "\"recipient_needs_to_know\":true,\"consent\":\"given\",\"consent_covers\":true}");
    assert_true(answer.fireds > 2);
    assert_true(text_equal(answer.fired[0].table, TEXT("outcome")));
    assert_true(text_equal(answer.fired[0].gives, TEXT("share")));
    bool asked_consent = false;
    for (size_t i = 0; i < answer.fireds; i++)
        for (size_t t = 0; t < answer.fired[i].tests; t++)
            asked_consent = asked_consent || (text_equal(answer.fired[i].table, TEXT("consent_stands")) &&
                                              text_equal(answer.fired[i].tested[t].value, TEXT("given")));
    assert_true(asked_consent);
}

static void smaller_rules(void **state)
{
    (void)state;
    share("{\"no_consent_ground\":\"adult-risk\"}", "=seek-advice -seek-consent");
    share("{\"consent\":\"refused\",\"child_harm\":\"evidence\"}", "+public-interest -vital-interests");
    share("{\"child_harm\":\"evidence\",\"recipient\":\"childrens-social-care\",\"consent\":\"given\","
          "\"consent_covers\":true}",
          "+public-interest +consent");
    share("{\"consent\":\"given\",\"consent_covers\":true}", "+check-recipient +use-secure-channel");
    share("{\"vital_interests\":true}", "+without-delay");
    share("{\"urgent\":true,\"serious_crime\":true}", "+without-delay");
    share("{\"urgent\":true,\"child_harm\":\"unclear\",\"consent\":\"given\",\"consent_covers\":true}",
          "+without-delay");
    share("{\"consent\":\"given\",\"consent_covers\":true}", "-without-delay");
    case_check(pack, POLICY_CHANNEL,
               "{\"medium\":\"password-file\",\"personal\":true,\"file_medium\":\"email\",\"password_"
               "medium\":\"landline\"}",
               "+password-by-other-way");
    case_check(pack, POLICY_CHANNEL, "{\"medium\":\"meeting\",\"personal\":true}", "+invited-only");
    case_check(pack, POLICY_CHANNEL, "{\"medium\":\"by-hand\",\"personal\":true,\"unavoidable\":true}",
               "+absolutely-necessary +protected-format");
    case_check(pack, POLICY_CHANNEL, "{\"medium\":\"courier\",\"personal\":true}", "+not-by-default");
    case_check(pack, POLICY_CHANNEL, "{\"medium\":\"internal-mail\",\"personal\":true}",
               "=conditional +sealed-envelope +keep-locked");
    case_check(pack, POLICY_CHANNEL,
               "{\"medium\":\"portable-media\",\"personal\":true,\"encrypted\":true,\"employer_owned\":true}",
               "+never-unattended");
    case_check(pack, POLICY_CHANNEL, "{\"medium\":\"mobile\",\"personal\":true}",
               "=conditional +check-identity +not-overheard");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(smaller_rules),
        cmocka_unit_test(the_steps_taken_are_in_the_trace),
        cmocka_unit_test(the_golden_rules_stand_where_they_govern),
        cmocka_unit_test(significant_harm_goes_to_childrens_social_care),
        cmocka_unit_test(explicit_consent_is_sought),
        cmocka_unit_test(sensitive_information_needs_schedule_3),
        cmocka_unit_test(the_public_interest_can_override),
        cmocka_unit_test(openness_records_and_follow_up),
        cmocka_unit_test(non_personal_and_combined_data),
        cmocka_unit_test(whose_consent),
        cmocka_unit_test(mail_goes_between_secure_domains_only),
        cmocka_unit_test(the_other_ways),
        cmocka_unit_test(retention),
    };
    return RUN_PACK_CASES("bexley-2015", tests);
}
