/* Proofs of decisions by REST: as JSON, as a file, as a page; for who may see the decision. */
#include "site.h"

#include "gate/log.h"
#include "letter.h"
#include "proof/check.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libfontconfig\nleak:libpango\nleak:libcairo\nleak:libglib\n"; /* see tests/letter */
}

static struct test_site site;
static struct letter_press *press;

static int setup(void **state)
{
    (void)state;
    struct error error;
    site_open(&site);
    return letter_press_open(&press, &error);
}

static int teardown(void **state)
{
    (void)state;
    site_close(&site);
    letter_press_close(&press);
    return 0;
}

static void check_holds(struct text file, const char *decision, bool reasons)
{
    struct text key = gate_log_key(site.home.gate, site.arena);
    struct proof_said said;
    struct error error;
    must(proof_check_texts(site.arena, file, &key, 1, &said, &error), &error, "proof_check");
    assert_true(text_equal(said.decision_id, text_of(decision)));
    assert_int_equal(said.personal, reasons);
}

static void test_three_forms(void **state)
{
    (void)state;
    struct text token = site_token(&site, "teacher");
    struct shared shared = site_decide(&site, token, false);
    for (int reasons = 0; reasons < 2; reasons++) {
        const char *query = site_format(&site, "?decision_id=%s%s", shared.decision_id, reasons ? "&with_reasons=yes" : "");
        struct reply told = site_get(&site, token, site_format(&site, "decision/proof%s", query));
        assert_string_equal(reply_text(&site, &told, "decided"), "share");
        check_holds(text_of(reply_text(&site, &told, "proof")), shared.decision_id, reasons);
        assert_true(text_equal(text_of(reply_text(&site, &told, "log_key")), gate_log_key(site.home.gate, site.arena)));

        struct reply file = site_get(&site, token, site_format(&site, "decision/proof/file%s", query));
        check_holds(file.body, shared.decision_id, reasons);
        assert_true(text_find(reply_header(&file, "content-disposition"), TEXT("attachment")) >= 0);
        assert_true(text_find(reply_header(&file, "content-disposition"), TEXT(".tlog-proof")) >= 0);

        /* a server without fonts says so, and goes on */
        site.face.press = NULL;
        struct reply none = ASK(&site, .path = site_format(&site, "decision/proof/receipt%s", query), .token = token);
        assert_int_equal(none.status, 500);
        site.face.press = press;
        struct reply page = site_get(&site, token, site_format(&site, "decision/proof/receipt%s", query));
        assert_true(text_starts(page.body, TEXT("%PDF-")));
        assert_true(text_equal(reply_header(&page, "content-type"), TEXT("application/pdf")));
    }
}

static void test_refused(void **state)
{
    (void)state;
    static const char *const forms[] = {"", "/file", "/receipt"};
    struct text token = site_token(&site, "teacher"), other = site_token(&site, "worker");
    struct shared shared = site_decide(&site, token, false);
    site.face.press = press;
    for (size_t i = 0; i < 3; i++) {
        const char *path = site_format(&site, "decision/proof%s?decision_id=%s", forms[i], shared.decision_id);
        assert_int_equal(ASK(&site, .path = path, .token = other).status, 404);
        assert_int_equal(ASK(&site, .path = path).status, 401);
        path = site_format(&site, "decision/proof%s?decision_id=%s&all=yes", forms[i], shared.decision_id);
        assert_int_equal(ASK(&site, .path = path, .token = token).status, 422);
        path = site_format(&site, "decision/proof%s?decision_id=%s", forms[i], shared.case_id);
        assert_int_equal(ASK(&site, .path = path, .token = token).status, 404);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_three_forms), cmocka_unit_test(test_refused)};
    return cmocka_run_group_tests(tests, setup, teardown);
}
