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
    channel("{\"medium\":\"email\",\"personal\":true,\"sensitive\":true,\"sender_address\":\"a@leeds.GSX.gov."
            "uk.\","
            "\"recipient_address\":\"b@nhs.net\"}",
            "=refused @");
    channel("{\"medium\":\"email\",\"personal\":true,\"sensitive\":true,\"sender_address\":\"a@nhs.net\","
            "\"recipient_address\":\"b@leeds.gcsx.gov.uk.example.com\"}",
            "=conditional +encrypted-in-transit");
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
    answer = case_answer(pack, POLICY_RETENTION, "{\"information_kind\":\"child-protection-record\"}");
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
    /* agreement is the condition relied on: not asked yet, asked for; refused, not shared */
    share("{\"article6\":\"a\",\"purpose\":\"service-provision\",\"no_consent_ground\":\"none\",\"consent\":\"not-sought\",\"public_function\":true}",
          "=seek-consent +seek-consent");
    share("{\"article6\":\"a\",\"purpose\":\"service-provision\",\"no_consent_ground\":\"none\",\"consent\":\"refused\",\"public_function\":true}",
          "=do-not-share");
    share("{\"article6\":\"none\",\"purpose\":\"service-provision\",\"no_consent_ground\":\"none\",\"consent\":\"not-sought\",\"public_function\":true}",
          "=do-not-share");
    share("{\"identifies\":\"nobody\"}", "=share +not-personal");
    share("{\"legal_duty\":\"statute\"}", "=share +legal-duty");
    share("{\"article6\":\"a\",\"consent\":\"given\",\"consent_covers\":true}", "=share +consent");
    share("{\"article6\":\"c\"}", "=share +legal-duty");
    share("{\"date\":\"2026-02-04\",\"sharer\":\"charity\",\"article6\":\"f\"}", "=share +public-interest");
    share("{\"article6\":\"e\",\"recipient\":\"member-of-public\",\"proportionate\":false}", "=do-not-share");
    share("{\"sharer\":\"charity\",\"recipient\":\"member-of-public\",\"proportionate\":false}",
          "=do-not-share");
    share("{\"article6\":\"d\"}", "=share +vital-interests");
    share("{\"vital_interests\":true,\"urgent\":true}", "=share +vital-interests -public-interest");
    share("{\"child_harm\":\"evidence\",\"urgent\":true}", "=share +public-interest -vital-interests");
    share("{\"article6\":\"e\"}", "+minimum-necessary +check-accuracy +mark-fact-and-opinion "
                                  "+check-recipient +use-secure-channel +justify-without-consent");
    share("{\"article6\":\"e\",\"identifies\":\"nobody-alone\"}", "=share +check-reidentification");
    share("{\"purpose\":\"statistics\"}", "=share-anonymised +check-reidentification");
    share("{\"identifies\":\"deceased-person\"}", "=seek-advice +consult-governance-lead");
    share("{\"article6\":\"e\",\"restricted_by_law\":true}", "=seek-advice +consult-governance-lead");
    share("{\"both_listed\":true,\"restricted_by_law\":true}", "=share +legal-duty +consult-governance-lead");
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

static const char *const day[] = {"2024-05-01", "2026-02-04", "2026-02-05",
                                  "2026-09-29", "2026-09-30", "2026-11-21"};

/* What holds on each day: the facts beside the day, and what is expected from the day on that changes it. */
static void each_day_its_law(void **state)
{
    static const struct {
        const char *facts, *from, *before, *after;
    } row[] = {
        {"\"both_listed\":true", "2026-09-30", "=do-not-share -legal-duty",
         "=share +legal-duty -seek-consent"},
        {"\"both_listed\":true,\"consent\":\"refused\"", "2026-09-30", "=do-not-share", "=share +legal-duty"},
        {"\"both_listed\":true,\"child_harm\":\"evidence\"", "2026-09-30", "=seek-advice +without-delay",
         "=share +legal-duty"},
        {"\"both_listed\":true,\"child_harm\":\"evidence\",\"purpose\":\"crime\",\"recipient\":\"police\"",
         "2026-09-30", "=seek-advice", "=share +legal-duty +refer-childrens-social-care"},
        {"\"both_listed\":true,\"purpose\":\"crime\",\"recipient\":\"police\"", "2026-09-30", "=do-not-share",
         "=do-not-share"},
        {"\"both_listed\":true,\"article6\":\"e\",\"more_detrimental\":true", "2026-09-30",
         "=share +public-task", "=do-not-share"},
        {"\"sharer\":\"charity\"", "2026-02-05", "=do-not-share", "=share +public-interest"},
        {"\"sharer\":\"other\",\"purpose\":\"adult-at-risk\"", "2026-02-05", "=do-not-share",
         "=share +public-interest"},
        {"\"sharer\":\"charity\",\"article6\":\"f\",\"proportionate\":false", "2026-02-05", "=do-not-share",
         "=share"},
        {"\"sharer\":\"charity\",\"purpose\":\"service-provision\"", "2026-02-05", "=do-not-share",
         "=do-not-share"},
        {"\"article6\":\"e\"", "2026-02-05", "=share +public-task", "=share +public-task"},
        {"\"article6\":\"f\"", "2026-02-05", "=do-not-share", "=do-not-share"},
        {"\"purpose\":\"cse\",\"child_harm\":\"evidence\",\"recipient\":\"police\"", "9999-12-31",
         "=seek-advice -legal-duty", "=share +legal-duty"},
    };
    char facts[300];
    (void)state;
    for (size_t i = 0; i < sizeof row / sizeof *row; i++)
        for (size_t k = 0; k < sizeof day / sizeof *day; k++) {
            snprintf(facts, sizeof facts, "{\"date\":\"%s\",%s}", day[k], row[i].facts);
            share(facts, strcmp(day[k], row[i].from) < 0 ? row[i].before : row[i].after);
        }
    snprintf(facts, sizeof facts, "{\"date\":\"9999-12-31\",%s}", row[sizeof row / sizeof *row - 1].facts);
    share(facts, row[sizeof row / sizeof *row - 1].after);
    share("{\"date\":null,\"both_listed\":true}", "=null ?date !?urgent");
    share("{\"date\":\"2026-09-29\",\"both_listed\":null,\"more_detrimental\":null}", "=do-not-share @");
    stated("{\"date\":\"2026-09-30\",\"purpose\":\"section-47\",\"identifies\":\"living-person\",\"legal_"
           "duty\":\"none\","
           "\"recipient_needs_to_know\":true,\"both_listed\":true,\"more_detrimental\":false}",
           "=share +legal-duty @");
}

static void danger_first(void **state)
{
    static const char *const gate[] = {"\"article6\":\"none\"",
                                       "\"article6\":\"f\"",
                                       "\"article6\":\"a\"",
                                       "\"article6\":\"e\",\"sensitive\":true",
                                       "\"article6\":\"e\",\"restricted_by_law\":true",
                                       "\"article6\":\"e\",\"both_listed\":true,\"more_detrimental\":true",
                                       "\"article6\":\"e\",\"recipient\":\"member-of-public\""};
    static const char *const danger[] = {"\"child_harm\":\"evidence\"", "\"child_harm\":\"reasonable-cause\"",
                                         "\"vital_interests\":true"};
    char facts[300];
    (void)state;
    for (size_t i = 0; i < sizeof gate / sizeof *gate; i++)
        for (size_t k = 0; k < sizeof danger / sizeof *danger; k++) {
            snprintf(facts, sizeof facts, "{%s,%s}", gate[i], danger[k]);
            share(facts, "=seek-advice +without-delay");
            snprintf(facts, sizeof facts, "{%s,%s,\"urgent\":true}", gate[i], danger[k]);
            share(facts, "=share +record-reasons +consult-governance-lead +without-delay");
            snprintf(facts, sizeof facts, "{%s,%s,\"urgent\":true,\"recipient_needs_to_know\":false}",
                     gate[i], danger[k]);
            share(facts, "=do-not-share");
        }
}

static void the_rest_of_the_clocks(void **state)
{
    static const struct {
        const char *matter, *length, *unit;
    } row[] = {
        {"subject-access", "1", "months"},
        {"freedom-of-information", "20", "working-days"},
        {"environmental-information", "20", "working-days"},
        {"dvds", "28", "days"},
        {"csods-checks", "24", "hours"},
        {"csods-face-to-face", "10", "days"},
        {"csods-decision", "28", "days"},
        {"referral-decision", "1", "working-days"},
        {"assessment", "45", "working-days"},
        {"child-protection-conference", "15", "working-days"},
        {"triage-red", "4", "working-hours"},
        {"triage-amber", "24", "hours"},
        {"triage-green", "72", "hours"},
        {"school-file", "5", "days"},
        {"serious-incident", "5", "working-days"},
        {"rapid-review", "15", "working-days"},
        {"agreement-suspension", "45", "days"},
        {"agreement-meeting", "14", "days"},
        {"agreement-withdrawal", "30", "days"},
        {"agreement-review", "2", "years"},
        {"agreement-self-assessment", "1", "years"},
    };
    static const struct {
        const char *kind, *years;
    } kept[] = {{"child-protection-record", "35"},
                {"looked-after-child-record", "75"},
                {"adoption-record", "100"},
                {"abuse-record", "75"}};
    char facts[100];
    (void)state;
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        snprintf(facts, sizeof facts, "{\"matter\":\"%s\"}", row[i].matter);
        struct policy_answer answer = case_answer(pack, POLICY_DEADLINE, facts);
        assert_true(text_equal(answer.detail[0].value, text_of(row[i].length)));
        assert_true(text_equal(answer.detail[1].value, text_of(row[i].unit)));
    }
    case_check(pack, POLICY_DEADLINE, "{\"matter\":\"breach-people\"}", "=without-delay @");
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
        snprintf(facts, sizeof facts, "{\"information_kind\":\"%s\"}", kept[i].kind);
        struct policy_answer answer = case_answer(pack, POLICY_RETENTION, facts);
        assert_true(text_equal(answer.detail[0].value, text_of(kept[i].years)));
    }
    case_check(pack, POLICY_RETENTION, "{\"information_kind\":\"own-record\"}", "=own-policy @");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(smaller_rules), cmocka_unit_test(the_day_decides),
        cmocka_unit_test(conditions),    cmocka_unit_test(closed_mail_domains),
        cmocka_unit_test(clocks),        cmocka_unit_test(each_day_its_law),
        cmocka_unit_test(danger_first),  cmocka_unit_test(the_rest_of_the_clocks),
    };
    return RUN_PACK_CASES("england", tests);
}
