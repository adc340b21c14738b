#include "pack_cases.h"

#include "provision.h"

/* Cases stated in full, and the channel by every medium, as a reader of the Manchester policy would put them.
 */

#define REFUSED "\"consent\":\"refused\""
#define AGREED "\"consent\":\"given\",\"consent_covers\":true"
#define MAIL(from, to)                                                                                       \
    "{\"medium\":\"email\",\"personal\":true,\"sender_address\":\"" from "\",\"recipient_address\":\"" to    \
    "\"}"

static void five_questions_and_nothing_else(void **state)
{
    static const char *const no[] = {"refused", "withdrawn", "not-sought", "unobtainable"};
    (void)state;
    PROVISION("MAN-08");
    for (size_t i = 0; i < 4; i++) {
        char facts[64];
        snprintf(facts, sizeof facts, "{\"consent\":\"%s\"}", no[i]);
        share(facts, "=do-not-share @ +discuss-refusal-with-requester -consult-manager");
    }
    share("{\"consent\":\"given\",\"consent_covers\":false}", "=do-not-share +seek-consent");
    share("{\"consent\":\"given\",\"consent_covers\":false,\"no_consent_ground\":\"child-risk\"}",
          "=do-not-share -seek-consent");
    share("{" REFUSED "}", "-seek-consent");
    share("{" REFUSED ",\"sensitive\":true}", "=do-not-share");
    share("{\"consent\":\"given\",\"consent_covers\":false,\"public_function\":true}",
          "=share +public-task -consent");
    share("{" AGREED ",\"proportionate\":false}", "=share +consent +minimum-necessary");
    share("{" AGREED ",\"original_controller_permits\":false,\"restricted_by_law\":true}", "=share +consent");
    share("{" AGREED ",\"legal_duty\":\"court-order\"}",
          "=share +consent +legal-duty -seek-consent -consult-manager");
    share("{" REFUSED ",\"identifies\":\"nobody-alone\"}", "=do-not-share");
    share("{" REFUSED ",\"identifies\":\"nobody\"}", "=share +not-personal -inform-subject -consult-manager");
    share("{" REFUSED ",\"purpose\":\"crime\"}", "=do-not-share");
}

static void every_reason_that_holds_is_a_basis(void **state)
{
    (void)state;
    share("{" REFUSED ",\"public_function\":true,\"vital_interests\":true,\"child_harm\":\"evidence\"}",
          "=share +public-task +vital-interests +public-interest -legal-duty");
    share("{" REFUSED ",\"adult_harm\":\"serious\"}", "=share +public-interest +consult-manager");
    share("{" REFUSED ",\"serious_crime\":true}", "=share +public-interest -crime-exemption");
    share("{" REFUSED ",\"legal_duty\":\"court-order\",\"adult_harm\":\"serious\"}",
          "=share +legal-duty +public-interest -seek-consent");
    share("{" REFUSED ",\"legal_duty\":\"statute\",\"serious_crime\":true}",
          "=share +legal-duty +public-interest");
    share("{" REFUSED ",\"legal_duty\":\"statute\",\"child_harm\":\"evidence\"}",
          "+legal-duty +public-interest");
}

static void danger_whatever_became_of_consent(void **state)
{
    (void)state;
    PROVISION("MAN-34");
    PROVISION("MAN-11");
    share("{" REFUSED ",\"child_harm\":\"evidence\",\"recipient\":\"police\",\"proportionate\":false}",
          "=share +refer-childrens-social-care +without-delay");
    share("{" AGREED ",\"child_harm\":\"reasonable-cause\",\"recipient\":\"police\"}",
          "=share +consent +refer-childrens-social-care +without-delay -justify-without-consent");
    share("{" AGREED ",\"child_harm\":\"evidence\",\"recipient\":\"childrens-social-care\"}",
          "=share +without-delay -refer-childrens-social-care");
    share("{" REFUSED ",\"child_harm\":\"unclear\"}",
          "=seek-advice +without-delay -refer-childrens-social-care");
    share("{" AGREED ",\"child_harm\":\"unclear\"}",
          "=share +consent +without-delay -refer-childrens-social-care");
    share("{" AGREED "}", "-without-delay");
    share("{" REFUSED ",\"child_harm\":\"evidence\",\"informing_raises_risk\":true}",
          "+do-not-inform -inform-subject");
    share("{" REFUSED ",\"informing_raises_risk\":true}", "=do-not-share -do-not-inform -inform-subject");
}

static void somebody_who_died(void **state)
{
    (void)state;
    share("{\"identifies\":\"deceased-person\"," AGREED "}",
          "=seek-advice +consult-governance-lead -without-delay");
    share("{\"identifies\":\"deceased-person\",\"child_harm\":\"evidence\"}",
          "=seek-advice +consult-governance-lead +without-delay +refer-childrens-social-care");
    share("{\"identifies\":\"deceased-person\",\"vital_interests\":true}",
          "=seek-advice +consult-governance-lead +without-delay");
    share("{\"identifies\":\"deceased-person\",\"legal_duty\":\"court-order\"}",
          "=seek-advice -seek-consent");
}

static void purposes_beyond_services(void **state)
{
    (void)state;
    PROVISION("MAN-30");
    share("{\"purpose\":\"regulator\",\"confidential\":false}", "=share +not-confidential +consult-manager");
    share("{\"purpose\":\"regulator\",\"confidential\":false," AGREED "}", "=share -consult-manager");
    share("{\"purpose\":\"regulator\",\"confidential\":false,\"legal_duty\":\"statute\"}",
          "=share -consult-manager");
    share("{\"purpose\":\"practice-review\",\"confidential\":false}", "=share -consult-manager");
}

static void how_people_are_told(void **state)
{
    struct policy_words words;
    (void)state;
    PROVISION("MAN-17");
    policy_words(pack, POLICY_WORDS_OBLIGATION, TEXT("inform-subject"), &words);
    assert_true(text_find(words.todo, TEXT("how it will be used")) > 0);
    assert_true(text_find(words.todo, TEXT("as a matter of course")) > 0);
    PROVISION("MAN-10");
    policy_words(pack, POLICY_WORDS_OBLIGATION, TEXT("consult-manager"), &words);
    assert_true(text_find(words.todo, TEXT("Write down what came out of it")) > 0);
}

static void every_medium(void **state)
{
    static const char *const medium[] = {"password-file", "meeting", "by-hand",  "post",   "internal-mail",
                                         "courier",       "fax",     "landline", "mobile", "portable-media"};
    (void)state;
    for (size_t i = 0; i < sizeof medium / sizeof *medium; i++) {
        char facts[96];
        snprintf(facts, sizeof facts, "{\"medium\":\"%s\",\"personal\":true}", medium[i]);
        channel(facts, "=conditional @");
        snprintf(facts, sizeof facts, "{\"medium\":\"%s\",\"personal\":false}", medium[i]);
        channel(facts, "=allowed @");
    }
    PROVISION("MAN-22");
    channel("{\"medium\":\"landline\",\"personal\":true}",
            "+check-identity +check-entitlement +take-number +verify-number +call-back -clear-phone");
    PROVISION("MAN-24");
    channel("{\"medium\":\"internal-mail\",\"personal\":true}", "+check-address +check-contents");
    channel("{\"medium\":\"courier\",\"personal\":true}", "+check-address +check-contents");
    channel("{\"medium\":\"email\",\"personal\":true}",
            "=null ?sender_address ?recipient_address !?recipient");
    channel("{\"medium\":\"fax\"}", "=null ?personal !?recipient_address");
}

static void every_kind_of_address(void **state)
{
    (void)state;
    channel(MAIL("a@council.gov.uk", "B@NHS.NET"), "=conditional");
    channel(MAIL("a@council.gov.uk", "b@nhs.net."), "=conditional");
    channel(MAIL("a@council.gov.uk", "b@evil-nhs.net"), "=conditional +follow-security-policy");
    channel(MAIL("a@council.gov.uk", "b@c@nhs.net"), "=refused +post -email -internal-email -web-pickup");
    channel(MAIL("a@b@council.gov.uk", "b@nhs.net"), "=refused");
    channel(MAIL("a@council.gov.uk", ""), "=refused");
    channel(MAIL("a@council.gov.uk", "b@nhs..net"), "=refused");
    channel("{\"medium\":\"email\",\"personal\":false,\"recipient_address\":\"nobody\"}", "=refused");
}

static void sixteen_is_the_border(void **state)
{
    (void)state;
    consent("{\"subject_age\":16,\"capacity\":\"has\",\"understanding\":\"insufficient\"}", "=person");
    consent("{\"subject_age\":15,\"capacity\":\"lacks\",\"understanding\":\"sufficient\"}", "=child");
    consent("{\"subject_age\":17,\"capacity\":\"lacks\",\"attorney_or_deputy\":false}",
            "=best-interests +record-reasons +consult-manager");
    consent("{\"subject_age\":40,\"capacity\":\"lacks\",\"attorney_or_deputy\":true}",
            "=attorney-or-deputy +record-reasons -consult-manager");
    consent("{\"subject_age\":10}", "=null ?understanding !?capacity !?attorney_or_deputy");
    consent("{\"subject_age\":40}", "=null ?capacity !?understanding");
}

static void kept_and_due(void **state)
{
    (void)state;
    PROVISION("MAN-07");
    case_check(pack, POLICY_RETENTION, "{\"still_needed\":true}", "=null ?keep_indefinitely");
    case_check(pack, POLICY_RETENTION, "{\"still_needed\":true,\"keep_indefinitely\":false}", "=own-policy");
    case_check(pack, POLICY_DEADLINE, "{\"matter\":\"child-harm-procedure\"}", "=without-delay");
    case_check(pack, POLICY_DEADLINE, "{\"matter\":\"subject-access\"}", "=not-in-source");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(five_questions_and_nothing_else),
        cmocka_unit_test(every_reason_that_holds_is_a_basis),
        cmocka_unit_test(danger_whatever_became_of_consent),
        cmocka_unit_test(somebody_who_died),
        cmocka_unit_test(purposes_beyond_services),
        cmocka_unit_test(how_people_are_told),
        cmocka_unit_test(every_medium),
        cmocka_unit_test(every_kind_of_address),
        cmocka_unit_test(sixteen_is_the_border),
        cmocka_unit_test(kept_and_due),
    };
    return RUN_PACK_CASES("manchester-2016", tests);
}
