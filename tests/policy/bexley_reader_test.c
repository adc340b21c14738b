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

static void mail(void **state)
{
    (void)state;
    PROVISION("BEX-27");
    PROVISION("BEX-28");
    PROVISION("BEX-29");
    channel("{\"medium\":\"internal-email\",\"sender_address\":\"a@bexley.gov.uk\",\"recipient_address\":\"b@"
            "BEXLEY.GOV.UK.\",\"personal\":true}",
            "=conditional +mark-confidential");
    channel("{\"medium\":\"internal-email\",\"sender_address\":\"a@bexley.gov.uk\",\"recipient_address\":\"b@"
            "bromley.gov.uk\",\"personal\":true}",
            "=refused");
    channel("{\"medium\":\"internal-email\",\"sender_address\":\"a@bexley.gov.uk\",\"recipient_address\":\"b@"
            "evilbexley.gov.uk\",\"personal\":true}",
            "=refused");
    channel("{\"medium\":\"internal-email\",\"sender_address\":\"a@bexley.gov.uk\",\"recipient_address\":\"b@"
            "x@bexley.gov.uk\",\"personal\":true}",
            "=refused");
    channel("{\"medium\":\"internal-email\",\"sender_address\":\"a@b@bexley.gov.uk\",\"recipient_address\":"
            "\"c@bexley.gov.uk\",\"personal\":false,\"sensitive\":false}",
            "=refused");
    channel("{\"medium\":\"email\",\"sender_address\":\"a@bexley.gcsx.gov.uk\",\"recipient_address\":\"b@NHS."
            "NET.\",\"personal\":true,\"sensitive\":true}",
            "=allowed");
    channel("{\"medium\":\"email\",\"sender_address\":\"a@bexley.gov.uk\",\"recipient_address\":\"b@nhs."
            "net\",\"personal\":true}",
            "=refused");
    channel("{\"medium\":\"email\",\"sender_address\":\"a@nhs.net\",\"recipient_address\":\"b@nhs.net.evil."
            "example\",\"personal\":true}",
            "=refused");
    channel("{\"medium\":\"email\",\"sender_address\":\"a@nhs.net\",\"recipient_address\":\"nhs.net\","
            "\"personal\":true}",
            "=refused");
    channel("{\"medium\":\"email\",\"sender_address\":\"a@nhs.net\",\"recipient_address\":\"b@met.police."
            "uk\",\"personal\":true}",
            "=allowed");
    channel("{\"medium\":\"email\",\"sender_address\":\"a@nhs.net\",\"recipient_address\":\"b@mod.uk\","
            "\"personal\":true}",
            "=allowed");
    channel("{\"medium\":\"email\",\"sender_address\":\"a@nhs.net\",\"recipient_address\":\"b@x.gsi.gov.uk\","
            "\"personal\":true}",
            "=allowed");
    channel("{\"medium\":\"email\",\"sender_address\":\"a@nhs.net\",\"recipient_address\":\"b@x.gse.gov.uk\","
            "\"personal\":true}",
            "=allowed");
    channel("{\"medium\":\"email\",\"sender_address\":\"a@nhs.net\",\"recipient_address\":\"b@x.gsx.gov.uk\","
            "\"personal\":true}",
            "=allowed");
    channel("{\"medium\":\"email\",\"sender_address\":\"a@nhs.net\",\"recipient_address\":\"b@x.scn.gov.uk\","
            "\"personal\":true}",
            "=allowed");
    channel("{\"medium\":\"email\",\"sender_address\":\"a@nhs.net\",\"recipient_address\":\"b@x.cjsm.net\","
            "\"personal\":true}",
            "=allowed");
    channel("{\"medium\":\"email\",\"sender_address\":\"a@nhs.net\",\"recipient_address\":\"b@x.gov.uk\","
            "\"personal\":false,\"sensitive\":true}",
            "=refused");
    channel("{\"medium\":\"email\",\"sender_address\":\"a@bexley.gov.uk\",\"recipient_address\":\"b@example."
            "org\",\"personal\":false,\"sensitive\":false}",
            "=allowed");
    channel("{\"medium\":\"email\",\"sender_address\":\"a@bexley.gov.uk\",\"recipient_address\":\"b@@example."
            "org\",\"personal\":false,\"sensitive\":false}",
            "=refused");
    channel("{\"medium\":\"email\",\"recipient_address\":\"b@example.org\",\"personal\":true}",
            "=refused @ +web-pickup +post -email");
    channel("{\"medium\":\"email\",\"recipient_address\":\"b@nhs.net\",\"personal\":true}",
            "=null ?sender_address");
}

static void the_web_pick_up(void **state)
{
    (void)state;
    PROVISION("BEX-30");
    PROVISION("BEX-31");
    channel("{\"medium\":\"web-pickup\",\"recipient\":\"education\",\"recipient_address\":\"head@school.sch."
            "uk\",\"personal\":true,\"sensitive\":true}",
            "=allowed @");
    channel("{\"medium\":\"web-pickup\",\"recipient\":\"charity\",\"recipient_address\":\"x@charity."
            "example\",\"personal\":true}",
            "=allowed @");
    channel("{\"medium\":\"web-pickup\",\"recipient\":\"member-of-public\",\"recipient_address\":\"x@home."
            "example\",\"personal\":true}",
            "=allowed @");
    channel("{\"medium\":\"web-pickup\",\"recipient_address\":\"x@Oxleas.NHS.net.\",\"personal\":true}",
            "=refused +meeting -web-pickup");
    channel("{\"medium\":\"web-pickup\",\"recipient_address\":\"x@met.police.uk\",\"personal\":true}",
            "=allowed");
    channel("{\"medium\":\"web-pickup\",\"recipient_address\":\"x@oxleas.nhs.uk\",\"personal\":true}",
            "=allowed");
    channel("{\"medium\":\"web-pickup\",\"recipient_address\":\"x@y@school.example\",\"personal\":true}",
            "=refused");
    channel("{\"medium\":\"web-pickup\",\"personal\":true}", "=null ?recipient_address !?sender_address");
}

static void files_paper_and_devices(void **state)
{
    (void)state;
    PROVISION("BEX-32");
    PROVISION("BEX-34");
    PROVISION("BEX-35");
    PROVISION("BEX-36");
    PROVISION("BEX-38");
    channel("{\"medium\":\"password-file\",\"personal\":true,\"file_medium\":\"email\",\"password_medium\":"
            "\"internal-email\"}",
            "=refused");
    channel("{\"medium\":\"password-file\",\"personal\":true,\"file_medium\":\"internal-email\",\"password_"
            "medium\":\"email\"}",
            "=refused");
    channel("{\"medium\":\"password-file\",\"personal\":true,\"file_medium\":\"web-pickup\",\"password_"
            "medium\":\"email\"}",
            "=refused");
    channel("{\"medium\":\"password-file\",\"personal\":true,\"file_medium\":\"post\",\"password_medium\":"
            "\"landline\"}",
            "=conditional");
    channel("{\"medium\":\"password-file\",\"personal\":true,\"file_medium\":\"post\",\"password_medium\":"
            "\"email\"}",
            "=conditional");
    channel("{\"medium\":\"password-file\",\"personal\":true,\"file_medium\":\"portable-media\",\"password_"
            "medium\":\"portable-media\"}",
            "=refused");
    channel("{\"medium\":\"password-file\",\"personal\":true,\"file_medium\":\"email\"}",
            "=null ?password_medium");
    channel("{\"medium\":\"by-hand\",\"personal\":true}", "=null ?unavoidable");
    channel("{\"medium\":\"post\",\"personal\":true,\"unavoidable\":false}",
            "=conditional +not-by-default @");
    channel("{\"medium\":\"courier\",\"personal\":true}",
            "=conditional +double-envelope +recorded-delivery @");
    channel("{\"medium\":\"fax\",\"personal\":true}", "=null ?unavoidable");
    channel("{\"medium\":\"fax\",\"personal\":false,\"sensitive\":true,\"unavoidable\":false}", "=refused");
    channel("{\"medium\":\"portable-media\",\"personal\":true,\"encrypted\":true}", "=null ?employer_owned");
    channel("{\"medium\":\"landline\",\"personal\":true,\"sensitive\":true}", "=conditional +not-overheard");
}

static void how_long(void **state)
{
    (void)state;
    PROVISION("BEX-41");
    PROVISION("BEX-42");
    PROVISION("BEX-43");
    case_check(pack, POLICY_RETENTION,
               "{\"relevant_to_plan\":true,\"still_needed\":true,\"information_kind\":\"own-record\"}",
               "=own-policy");
    case_check(pack, POLICY_RETENTION, "{\"still_needed\":false}", "=dispose");
    case_check(pack, POLICY_RETENTION, "{\"information_kind\":\"shared-information\"}",
               "=null ?relevant_to_plan ?still_needed");
    case_check(pack, POLICY_DEADLINE, "{\"matter\":\"subject-access\"}", "=not-in-source @");
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
        cmocka_unit_test(mail),
        cmocka_unit_test(the_web_pick_up),
        cmocka_unit_test(files_paper_and_devices),
        cmocka_unit_test(how_long),
        cmocka_unit_test(what_the_questions_explain),
        cmocka_unit_test(the_family_is_a_judgement),
    };
    return RUN_PACK_CASES("bexley-2015", tests);
}
