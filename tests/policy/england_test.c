#include "cases.h"

#include "base_case.h"
#include "provision.h"

/* Cases read off the law in force in England in late 2026. */

static struct policy_pack *pack;

static int load(void **state)
{
    (void)state;
    pack = case_pack("england");
    return pack ? 0 : -1;
}

static int unload(void **state)
{
    (void)state;
    policy_pack_free(&pack);
    return 0;
}

static void share(const char *changes, const char *expect)
{
    case_but(pack, POLICY_SHARE, BASE_CASE, changes, expect);
}

static void consent(const char *facts, const char *expect)
{
    case_check(pack, POLICY_CONSENT, facts, expect);
}

static void channel(const char *facts, const char *expect)
{
    case_check(pack, POLICY_CHANNEL, facts, expect);
}

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_day_decides),
        cmocka_unit_test(conditions),
        cmocka_unit_test(closed_mail_domains),
        cmocka_unit_test(clocks),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
