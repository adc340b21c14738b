#include "pack_cases.h"

#include "provision.h"

/* Cases stated in full, and the channel by every medium, as a reader of the Buckinghamshire code would put
 * them. */

#define EARLY "\"purpose\":\"early-help\""
#define SERVICE "\"purpose\":\"service-provision\""
#define REFUSED "\"consent\":\"refused\""
#define AGREED "\"consent\":\"given\",\"consent_covers\":true"
#define HARM "\"child_harm\":\"evidence\""

static void early_help_in_every_state_of_consent(void **state)
{
    static const char *const ground[] = {"child-risk", "adult-risk", "prejudice-crime", "delay"};
    (void)state;
    PROVISION("BUC-15");
    share("{" EARLY ",\"consent\":\"withdrawn\"}", "=do-not-share -seek-consent");
    share("{" EARLY ",\"consent\":\"unobtainable\"}", "=do-not-share");
    share("{" EARLY "," REFUSED ",\"public_function\":true,\"would_deteriorate\":true}", "=do-not-share");
    share("{" EARLY ",\"legal_duty\":\"court-order\"}",
          "=share +legal-duty -seek-consent -justify-without-consent");
    share("{" EARLY ",\"child_harm\":\"reasonable-cause\"}",
          "=share +public-interest +refer-childrens-social-care");
    share("{" EARLY "," REFUSED ",\"child_harm\":\"unclear\"}",
          "=seek-advice +consult-manager +without-delay");
    PROVISION("BUC-19");
    for (size_t i = 0; i < 4; i++) {
        char facts[128];
        snprintf(facts, sizeof facts, "{" EARLY ",\"no_consent_ground\":\"%s\"}", ground[i]);
        share(facts, "=seek-advice -seek-consent +consult-manager +record-reasons");
        snprintf(facts, sizeof facts,
                 "{" EARLY ",\"consent\":\"given\",\"consent_covers\":false,\"no_consent_ground\":\"%s\"}",
                 ground[i]);
        share(facts, "=seek-advice -seek-consent");
        snprintf(facts, sizeof facts, "{" EARLY "," HARM ",\"no_consent_ground\":\"%s\"}", ground[i]);
        share(facts, "=share -seek-consent +record-legal-basis +record-reasons +justify-without-consent");
    }
}

static void safeguarding_needs_no_consent(void **state)
{
    static const char *const purpose[] = {
        "section-47",    "section-17",     "cse", "fgm", "prevent", "missing-child", "private-fostering",
        "board-request", "practice-review"};
    (void)state;
    PROVISION("BUC-03");
    for (size_t i = 0; i < sizeof purpose / sizeof *purpose; i++) {
        char facts[96];
        snprintf(facts, sizeof facts, "{\"purpose\":\"%s\"}", purpose[i]);
        share(facts, "=share +public-task +inform-subject +inform-parent -seek-consent");
    }
    share("{" AGREED "}", "=share +public-task +consent +record-consent-giver -inform-parent");
    share("{" SERVICE "," AGREED ",\"public_function\":true}", "=share +consent -public-task");
    share("{" SERVICE "," REFUSED ",\"public_function\":true}", "=share +public-task");
    share("{" REFUSED ",\"adult_harm\":\"serious\",\"vital_interests\":true}",
          "+public-task +vital-interests +public-interest +without-delay");
    share("{" SERVICE "," REFUSED ",\"vital_interests\":true}", "=share +vital-interests +without-delay");
    share("{" SERVICE "," REFUSED ",\"vital_interests\":true," HARM "}",
          "=share +public-interest +vital-interests");
}

static void danger_comes_first(void **state)
{
    (void)state;
    PROVISION("BUC-11");
    PROVISION("BUC-16");
    share("{" REFUSED "," HARM ",\"restricted_by_law\":true,\"urgent\":true}",
          "=share +record-reasons +consult-governance-lead +without-delay");
    share("{" REFUSED "," HARM ",\"original_controller_permits\":false,\"article6\":\"none\"}", "=share");
    share("{" REFUSED "," HARM ",\"recipient\":\"same-agency\"}", "=share +refer-childrens-social-care");
    share("{" REFUSED "," HARM ",\"recipient\":\"childrens-social-care\"}",
          "=share -refer-childrens-social-care");
    share("{\"purpose\":\"none\"," HARM ",\"recipient\":\"police\"}",
          "=do-not-share +refer-childrens-social-care +consult-manager +without-delay");
    share("{" REFUSED "," HARM ",\"proportionate\":false}", "=do-not-share +refer-childrens-social-care");
    share("{" REFUSED "," HARM ",\"urgent\":true,\"recipient_needs_to_know\":false}",
          "=do-not-share +without-delay");
    share("{\"recipient_needs_to_know\":false,\"legal_duty\":\"court-order\"}", "=share +legal-duty");
    share("{" SERVICE "," AGREED ",\"recipient_needs_to_know\":false}", "=do-not-share");
    share("{" SERVICE "," AGREED ",\"proportionate\":false}", "=share +consent");
    share("{\"confidential\":false,\"proportionate\":false}", "=do-not-share");
    share("{\"identifies\":\"deceased-person\"," HARM ",\"urgent\":true}",
          "=seek-advice +consult-governance-lead +without-delay +refer-childrens-social-care");
    share("{\"identifies\":\"deceased-person\",\"vital_interests\":true}", "=seek-advice +without-delay");
    share("{\"identifies\":\"deceased-person\"}", "=seek-advice -without-delay");
}

static void some_is_shared_to_decide_on_more(void **state)
{
    (void)state;
    PROVISION("BUC-37");
    PROVISION("BUC-17");
    share("{\"child_harm\":\"unclear\"}",
          "=seek-advice +minimum-necessary +without-delay -refer-childrens-social-care");
    share("{\"child_harm\":\"unclear\",\"proportionate\":false}",
          "=do-not-share -minimum-necessary +consult-manager");
    share("{\"child_harm\":\"unclear\"," AGREED "}", "=share +consent +without-delay");
    share("{" SERVICE ",\"no_consent_ground\":\"delay\"}", "=seek-advice -minimum-necessary -without-delay");
    stated("{\"purpose\":\"section-17\",\"identifies\":\"living-person\",\"child_harm\":\"unclear\"}",
           "=null +consult-manager +without-delay");
}

static void public_interest(void **state)
{
    (void)state;
    PROVISION("BUC-27");
    share("{\"purpose\":\"crime\"," REFUSED ",\"serious_crime\":true}", "=share +public-interest");
    share("{\"purpose\":\"crime\"," REFUSED "}", "=do-not-share");
    share("{\"purpose\":\"adult-at-risk\",\"adult_harm\":\"serious\"}",
          "=share +public-interest -seek-consent");
    share("{\"purpose\":\"adult-at-risk\",\"adult_harm\":\"serious\",\"proportionate\":false}",
          "=do-not-share");
    share("{\"purpose\":\"adult-at-risk\"}", "=seek-consent");
}

static void numbers_without_names(void **state)
{
    (void)state;
    PROVISION("BUC-21");
    share("{\"purpose\":\"statistics\"," HARM ",\"urgent\":true}", "=share-anonymised");
    share("{\"purpose\":\"statistics\",\"identifies\":\"nobody-alone\"}",
          "=share-anonymised +check-reidentification");
    share("{\"purpose\":\"statistics\"," AGREED "}", "=share +consent");
    share("{\"purpose\":\"statistics\",\"legal_duty\":\"statute\"}", "=share +legal-duty");
    share("{\"purpose\":\"statistics\",\"identifies\":\"nobody\"}", "-inform-subject -record-risk-level");
}

static void who_is_told(void **state)
{
    struct policy_words words;
    (void)state;
    PROVISION("BUC-28");
    share("{" HARM ",\"subject_age\":15}", "+inform-child +inform-parent");
    share("{" HARM ",\"subject_age\":16}", "+inform-child -inform-parent +inform-subject");
    share("{" HARM ",\"subject_age\":18}", "-inform-child -inform-parent +inform-subject");
    share("{" HARM ",\"subject_age\":null}", "-inform-child -inform-parent +inform-subject");
    PROVISION("BUC-31");
    share("{" AGREED ",\"informing_raises_risk\":true}", "+do-not-inform -inform-subject -inform-provider");
    PROVISION("BUC-10");
    policy_words(pack, POLICY_WORDS_OBLIGATION, TEXT("inform-provider"), &words);
    assert_true(text_find(words.todo, TEXT("how it may be used")) > 0 &&
                text_find(words.todo, TEXT("see what")) > 0 && text_find(words.todo, TEXT("complain")) > 0);
    PROVISION("BUC-29");
    policy_words(pack, POLICY_WORDS_OBLIGATION, TEXT("record-risk-level"), &words);
    assert_true(text_find(words.todo, TEXT("asked for")) > 0 &&
                text_find(words.todo, TEXT("with whom")) > 0 &&
                text_find(words.todo, TEXT("Sign and date")) > 0);
}

static void every_medium(void **state)
{
    static const char *const medium[] = {"password-file", "meeting", "by-hand",  "post",   "internal-mail",
                                         "courier",       "fax",     "landline", "mobile", "portable-media"};
    (void)state;
    PROVISION("BUC-08");
    for (size_t i = 0; i < sizeof medium / sizeof *medium; i++) {
        char facts[96];
        snprintf(facts, sizeof facts, "{\"medium\":\"%s\",\"personal\":true}", medium[i]);
        channel(facts, "=conditional @ +agreed-method");
        snprintf(facts, sizeof facts, "{\"medium\":\"%s\",\"personal\":false}", medium[i]);
        channel(facts, "=allowed @");
    }
    channel("{\"medium\":\"mobile\",\"personal\":true}", "+check-identity +not-overheard -check-address");
    channel("{\"medium\":\"by-hand\",\"personal\":true}", "+check-identity -not-overheard -check-address");
    channel("{\"medium\":\"courier\",\"personal\":true}", "+check-address -check-identity");
    channel("{\"medium\":\"web-pickup\",\"personal\":true,\"sender_address\":\"a@council.gov.uk\","
            "\"recipient_address\":\"b@c@nhs.net\"}",
            "=refused +post -email");
}

static void sixteen_is_the_border(void **state)
{
    (void)state;
    PROVISION("BUC-24");
    consent("{\"subject_age\":16,\"capacity\":\"has\",\"parent_disagrees\":true}",
            "=person +consult-manager");
    consent("{\"subject_age\":40,\"capacity\":\"has\",\"parent_disagrees\":true}",
            "=person -consult-manager");
    consent("{\"subject_age\":15,\"understanding\":\"insufficient\",\"parent_disagrees\":false}",
            "=parental-responsibility -consult-manager +record-consent-giver");
    consent("{\"subject_age\":17,\"capacity\":\"lacks\",\"attorney_or_deputy\":false}",
            "=best-interests +consult-manager");
    consent("{\"subject_age\":12}", "=null ?understanding !?capacity");
}

static void kept_and_due(void **state)
{
    (void)state;
    PROVISION("BUC-34");
    case_check(pack, POLICY_RETENTION, "{\"still_needed\":false}", "=dispose @");
    case_check(pack, POLICY_DEADLINE, "{\"matter\":\"child-harm-procedure\"}", "=without-delay");
    case_check(pack, POLICY_DEADLINE, "{\"matter\":\"advice\"}", "=without-delay");
    case_check(pack, POLICY_DEADLINE, "{\"matter\":\"subject-access\"}", "=not-in-source");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(early_help_in_every_state_of_consent),
        cmocka_unit_test(safeguarding_needs_no_consent),
        cmocka_unit_test(danger_comes_first),
        cmocka_unit_test(some_is_shared_to_decide_on_more),
        cmocka_unit_test(public_interest),
        cmocka_unit_test(numbers_without_names),
        cmocka_unit_test(who_is_told),
        cmocka_unit_test(every_medium),
        cmocka_unit_test(sixteen_is_the_border),
        cmocka_unit_test(kept_and_due),
    };
    return RUN_PACK_CASES("buckinghamshire-2018", tests);
}
