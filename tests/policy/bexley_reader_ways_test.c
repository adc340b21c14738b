#include "pack_cases.h"

#include "provision.h"

/* How it may travel by the Bexley guidance of 2015, and how long it is kept, read again by somebody who had
 * not read the pack: cases that a plain reader would put to it. */

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

static void nothing_but_these_conditions(void **state)
{
    (void)state;
    PROVISION("BEX-33");
    PROVISION("BEX-34");
    PROVISION("BEX-35");
    PROVISION("BEX-36");
    channel("{\"medium\":\"internal-email\",\"sender_address\":\"a@bexley.gov.uk\",\"recipient_address\":\"b@"
            "bexley.gov.uk\",\"personal\":true}",
            "=conditional only +mark-confidential");
    channel("{\"medium\":\"internal-email\",\"sender_address\":\"a@school.example\",\"recipient_address\":"
            "\"b@school.example\",\"personal\":true}",
            "=conditional only +mark-confidential +same-domain");
    channel("{\"medium\":\"password-file\",\"file_medium\":\"email\",\"password_medium\":\"mobile\","
            "\"personal\":true}",
            "=conditional only +strong-password +password-by-other-way");
    channel("{\"medium\":\"meeting\",\"personal\":true}",
            "=conditional only +closed-meeting +invited-only +confidentiality-agreement");
    channel("{\"medium\":\"by-hand\",\"unavoidable\":true,\"personal\":true}",
            "=conditional only +absolutely-necessary +protected-format +never-unattended +return-to-site");
    channel("{\"medium\":\"by-hand\",\"unavoidable\":false,\"personal\":true}",
            "=refused -absolutely-necessary");
    channel("{\"medium\":\"post\",\"personal\":true}",
            "=conditional only +not-by-default +double-envelope +addresses-outside +no-marking-visible "
            "+recorded-delivery");
    channel("{\"medium\":\"internal-mail\",\"personal\":true}",
            "=conditional only +sealed-envelope +keep-locked");
    channel(
        "{\"medium\":\"fax\",\"unavoidable\":true,\"personal\":true}",
        "=conditional only +fax-secure-location +double-check-number +recipient-waiting +confirm-receipt");
    channel("{\"medium\":\"fax\",\"unavoidable\":true,\"personal\":false,\"sensitive\":false}",
            "=allowed only");
    channel("{\"medium\":\"portable-media\",\"encrypted\":true,\"employer_owned\":true,\"personal\":true}",
            "=conditional only +never-unattended");
    channel("{\"medium\":\"landline\",\"personal\":true}",
            "=conditional only +check-identity +not-overheard");
    channel("{\"medium\":\"internal-email\",\"sender_address\":\"a@bexley.gov.uk\",\"recipient_address\":\"b@"
            "bexley.gov.uk\",\"personal\":false,\"sensitive\":false}",
            "=allowed only");
}

static void a_password_never_follows_its_file(void **state)
{
    static const char *const media[] = {
        "internal-email", "email",   "web-pickup", "meeting",  "by-hand", "post",
        "internal-mail",  "courier", "fax",        "landline", "mobile",  "portable-media"};
    char facts[200];
    (void)state;
    PROVISION("BEX-32");
    for (size_t f = 0; f < 12; f++)
        for (size_t p = 0; p < 12; p++) {
            bool mailed =
                f < 3 && p < 2; /* whoever reads one e-mail can read them all, and the link of a pick-up */
            snprintf(facts, sizeof facts,
                     "{\"medium\":\"password-file\",\"personal\":true,\"file_medium\":\"%s\",\"password_"
                     "medium\":\"%s\"}",
                     media[f], media[p]);
            channel(facts, f == p || mailed ? "=refused only" : "=conditional +strong-password");
        }
}

static void internal_mail_stays_inside(void **state)
{
    static const char *const system[] = {"bexley.gov.uk",      "nhs.net", "met.pnn.police.uk",
                                         "bexley.gcsx.gov.uk", "mod.uk",  "school.example"};
    char facts[200];
    (void)state;
    PROVISION("BEX-27");
    for (size_t from = 0; from < 6; from++)
        for (size_t to = 0; to < 6; to++) {
            snprintf(facts, sizeof facts,
                     "{\"medium\":\"internal-email\",\"personal\":true,\"sender_address\":\"a@%s\","
                     "\"recipient_address\":\"b@%s\"}",
                     system[from], system[to]);
            channel(facts, from != to ? "=refused only"
                           : from < 4 ? "=conditional only +mark-confidential"
                                      : "=conditional only +mark-confidential +same-domain");
        }
}

static void without_anybody_in_it_any_way_will_do(void **state)
{
    static const char *const media[] = {"password-file", "meeting", "by-hand",  "post",   "internal-mail",
                                        "courier",       "fax",     "landline", "mobile", "portable-media"};
    char facts[200];
    (void)state;
    for (size_t m = 0; m < 10; m++) {
        snprintf(facts, sizeof facts, "{\"medium\":\"%s\",\"personal\":false,\"sensitive\":false}", media[m]);
        channel(facts, "=allowed only @");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mail),
        cmocka_unit_test(the_web_pick_up),
        cmocka_unit_test(files_paper_and_devices),
        cmocka_unit_test(how_long),
        cmocka_unit_test(nothing_but_these_conditions),
        cmocka_unit_test(a_password_never_follows_its_file),
        cmocka_unit_test(internal_mail_stays_inside),
        cmocka_unit_test(without_anybody_in_it_any_way_will_do),
    };
    return RUN_PACK_CASES("bexley-2015", tests);
}
