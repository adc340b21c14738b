#include "site.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

/* What stands in no address, for proxies and logs keep those: names of files, and whatever is sent in a body. */

/* What is sent in a body is taken from there alone: a name in the address is not passed over in silence. */
static void test_fields_in_the_address(void **state)
{
    struct test_site *site = *state;
    struct text teacher = site_token(site, "teacher");
    static const struct {
        const char *path, *json;
    } cases[] = {
        {"case/open?name=Robin", "{\"name\":\"Robin\"}"},
        {"case/open?x", "{\"name\":\"Robin\"}"},
        {"subject/search?name=Robin", "{\"name\":\"Robin\"}"},
        {"token?login=teacher", "{\"login\":\"teacher\",\"password\":\"" HOME_PASSWORD "\",\"label\":\"x\"}"},
        {"pickup/try?phrase=a", "{\"link\":\"0000000000000000\",\"phrase\":\"x\"}"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct reply reply = ASK(site, .path = cases[i].path, .token = teacher, .json = cases[i].json);
        refused(site, reply, 422);
        assert_true(text_find(json_text(json_get(reply.json, "detail")), TEXT("address")) > 0);
    }
    /* an empty query holds nothing */
    site_post(site, teacher, "subject/search?", "{\"name\":\"Robin\"}");
}

static struct reply attach(struct test_site *site, struct text token, const char *query, const char *disposition)
{
    return ASK(site, .path = site_format(site, "document/attach%s", query), .token = token, .type = "text/plain",
               .disposition = disposition, .body = TEXT("x"));
}

/* A name is in one header, in one reading, and never in the address; of no refusal is anything kept. */
static void test_names_of_documents(void **state)
{
    struct test_site *site = *state;
    struct text teacher = site_token(site, "teacher");
    struct reply reply = site_post(site, teacher, "case/open", "{\"name\":\"Robin Example\"}");
    const char *case_id = reply_text(site, &reply, "case_id"), *query = site_format(site, "?case_id=%s", case_id);
    const char *good = "attachment; filename=a.txt";

    static const char *const queries[] = {"&name=Robin.txt", "&name=a&name=b", "&name="};
    for (size_t i = 0; i < sizeof queries / sizeof *queries; i++) {
        const char *named = site_format(site, "%s%s", query, queries[i]);
        for (size_t with_header = 0; with_header < 2; with_header++) {
            reply = attach(site, teacher, named, with_header ? good : NULL);
            assert_string_equal(refused(site, reply, 422), "name");
            assert_true(text_find(json_text(json_get(reply.json, "fix")), TEXT("Content-Disposition: attachment")) > 0);
            assert_true(text_find(reply.body, TEXT("Robin")) < 0);
        }
    }
    refused(site, attach(site, teacher, site_format(site, "%s&x=1", query), good), 422);
    assert_string_equal(refused(site, attach(site, teacher, site_format(site, "%s&case_id=%s", query, case_id), good), 422), "case_id");
    assert_string_equal(refused(site, attach(site, teacher, "?case_id=1", good), 422), "case_id");
    assert_string_equal(refused(site, attach(site, teacher, "", good), 422), "case_id");

    static const struct {
        const char *value;
        int status;
        const char *field;
    } headers[] = {
        {NULL, 422, "Content-Disposition"},
        {"inline; filename=a.txt", 400, "Content-Disposition"},
        {"attachment", 400, "Content-Disposition"},
        {"attachment; filename*=UTF-8''%zz", 400, "Content-Disposition"},
        {"attachment; filename*=UTF-8''a%0ab", 400, "Content-Disposition"},
        {"attachment; filename=a; filename=b", 400, "Content-Disposition"},
        {"attachment; filename=a\r\nContent-Disposition: attachment; filename=b", 400, "Content-Disposition"},
        {"attachment; filename=\"a\r\nContent-Disposition: b\"", 400, "Content-Disposition"},
        {"attachment; filename=\"\"", 422, "name"},
        {"attachment; filename*=UTF-8''%20%20", 422, "name"},
        {"attachment; filename=\"../../etc/passwd\"", 422, "name"},
        {"attachment; filename*=UTF-8''..%2Fpasswd", 422, "name"},
        {"attachment; filename*=UTF-8''C%3A%5CRobin.txt", 422, "name"},
    };
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++) {
        const char *field = refused(site, attach(site, teacher, query, headers[i].value), headers[i].status);
        if (strcmp(field, headers[i].field) != 0)
            fail_msg("%s: %s", headers[i].value, field);
    }
    char longest[201 + 1];
    memset(longest, 'a', 201);
    longest[201] = '\0';
    assert_string_equal(refused(site, attach(site, teacher, query, site_format(site, "attachment; filename=%s", longest)), 422), "name");
    /* a type that is not ASCII belongs to no file */
    refused(site,
            ASK(site, .path = site_format(site, "document/attach%s", query), .token = teacher, .type = "text/\xff",
                .disposition = good, .body = TEXT("x")),
            415);
    reply = site_get(site, teacher, site_format(site, "document/list?case_id=%s", case_id));
    assert_int_equal(reply_rows(&reply), 0);

    static const struct {
        const char *value, *name;
    } names[] = {
        {"attachment; filename=a.txt", "a.txt"},
        {"ATTACHMENT;FileName=\"Robin's \\\"arm\\\" (left).txt\"", "Robin's \"arm\" (left).txt"},
        {"attachment; filename=\"100%25 sure.txt\"", "100%25 sure.txt"},
        {"attachment; filename*=UTF-8''Zo%C3%AB%20%E2%80%93%20%22arm%22.txt", "Zo\xc3\xab \xe2\x80\x93 \"arm\".txt"},
        {"attachment; filename*=utf-8'cy'%D9%85.txt; filename=\"_.txt\"", "\xd9\x85.txt"},
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        reply = attach(site, teacher, query, names[i].value);
        if (reply.status != 200)
            fail_msg("%s: %d %.*s", names[i].value, reply.status, TEXT_ARGS(reply.body));
        const char *document = reply_text(site, &reply, "document_id");
        reply = ASK(site, .path = site_format(site, "document/open?document_id=%s", document), .token = teacher);
        assert_int_equal(reply.status, 200);
        /* it goes back as it came */
        reply = attach(site, teacher, query, site_format(site, "%.*s", TEXT_ARGS(reply_header(&reply, "Content-Disposition"))));
        assert_int_equal(reply.status, 200);
        const char *again = reply_text(site, &reply, "document_id");
        reply = site_get(site, teacher, site_format(site, "document/list?case_id=%s", case_id));
        size_t found = 0;
        for (size_t row = 0; row < reply_rows(&reply); row++) {
            const char *id = reply_row(site, &reply, row, "document_id");
            bool is_own = strcmp(id, document) == 0 || strcmp(id, again) == 0;
            found += is_own && strcmp(reply_row(site, &reply, row, "name"), names[i].name) == 0;
        }
        if (found != 2)
            fail_msg("%s is named otherwise", names[i].value);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fields_in_the_address),
        cmocka_unit_test(test_names_of_documents),
    };
    return cmocka_run_group_tests(tests, site_begin, site_end);
}
