#include "provision.h"
#include "site.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

/* The main job by REST: decide, attach, send, receive, answer; and a parcel for somebody outside. */

static const char *attach(struct test_site *site, struct text token, const char *case_id, const char *name,
                          struct text body)
{
    struct reply reply =
        ASK(site, .path = site_format(site, "document/attach?case_id=%s", case_id), .token = token, .type = "text/plain",
            .disposition = site_format(site, "attachment; filename*=UTF-8''%s", name), .body = body);
    assert_int_equal(reply.status, 200);
    return reply_text(site, &reply, "document_id");
}

static void test_main_job(void **state)
{
    struct test_site *site = *state;
    struct text teacher = site_token(site, "teacher"), worker = site_token(site, "worker");
    struct reply reply = site_get(site, teacher, "agency/list");
    assert_int_equal(reply_rows(&reply), 2);

    /* the answer first, without a record of it */
    reply = site_post(site, teacher, "decision/answer",
                      site_format(site, "{\"agencies\":[\"%s\"],\"facts\":{\"purpose\":\"section-47\"}}",
                                  site->home.social_care.text));
    assert_int_equal(reply_rows(&reply), 1);
    assert_string_equal(reply_row(site, &reply, 0, "kind"), "childrens-social-care");
    assert_true(json_is(json_get(&json_get(reply.json, "rows")->item[0], "question"), JSON_OBJECT));
    assert_true(json_is(json_get(&json_get(reply.json, "rows")->item[0], "trace"), JSON_NULL));
    reply = site_post(site, teacher, "decision/answer",
                      site_format(site, "{\"agencies\":[\"%s\"],\"explain\":true,\"facts\":{\"purpose\":\"none\"}}",
                                  site->home.social_care.text));
    assert_true(json_is(json_get(json_get(&json_get(reply.json, "rows")->item[0], "trace"), "fired"), JSON_ARRAY));
    assert_true(json_is(json_get(json_get(&json_get(reply.json, "rows")->item[0], "changes"), "changes"), JSON_ARRAY));

    struct shared shared = site_decide(site, teacher, false);
    reply = site_get(site, teacher, site_format(site, "decision/path?decision_id=%s", shared.decision_id));
    assert_true(json_is(json_get(&json_get(reply.json, "rows")->item[0], "at_hand"), JSON_TRUE));
    assert_true(json_is(json_get(json_get(&json_get(reply.json, "rows")->item[0], "trace"), "fired"), JSON_ARRAY));
    const char *document = attach(site, teacher, shared.case_id, "body%20map.txt", TEXT("left arm, 3 cm"));
    reply = site_get(site, teacher, site_format(site, "document/list?case_id=%s", shared.case_id));
    assert_string_equal(reply_row(site, &reply, 0, "name"), "body map.txt");
    reply = site_post(site, teacher, "share/send",
                      site_format(site,
                                  "{\"decisions\":[\"%s\"],\"items\":[\"%s\"],\"documents\":[\"%s\"],"
                                  "\"message\":\"Please look at this today.\"}",
                                  shared.decision_id, shared.item_id, document));
    assert_true(json_get(reply.json, "link")->text.n == 0);

    reply = site_get(site, worker, "receipt/list");
    assert_int_equal(reply_rows(&reply), 1);
    const char *receipt = reply_row(site, &reply, 0, "receipt_id");
    const char *of = site_format(site, "{\"receipt_id\":\"%s\"}", receipt);
    reply = site_post(site, worker, "receipt/open", of);
    assert_true(json_is(json_get(reply.json, "first"), JSON_TRUE));
    reply = site_get(site, worker, site_format(site, "receipt/read?receipt_id=%s", receipt));
    assert_string_equal(reply_text(site, &reply, "name"), "Robin Example");
    assert_true(json_is(json_get(reply.json, "limits"), JSON_OBJECT));
    reply = site_get(site, worker, site_format(site, "receipt/items?receipt_id=%s", receipt));
    assert_string_equal(reply_row(site, &reply, 0, "text"), "Came with a bruise.");
    PROVISION("MAN-04");

    /* the document that came with it, and no other way to it */
    reply = site_get(site, worker,
                     site_format(site, "receipt/document?receipt_id=%s&document_id=%s", receipt, document));
    assert_true(text_equal(reply.body, TEXT("left arm, 3 cm")));
    assert_true(text_equal(reply_header(&reply, "Content-Type"), TEXT("application/octet-stream")));
    assert_true(text_starts(reply_header(&reply, "Content-Disposition"), TEXT("attachment")));
    assert_true(text_find(reply_header(&reply, "Content-Disposition"), TEXT("map.txt")) > 0);
    assert_int_equal(
        ASK(site, .path = site_format(site, "document/open?document_id=%s", document), .token = worker)
            .status,
        404);
    reply = site_get(site, teacher, site_format(site, "document/open?document_id=%s", document));
    assert_true(text_equal(reply.body, TEXT("left arm, 3 cm")));

    site_post(
        site, worker, "receipt/confirm",
        site_format(site, "{\"receipt_id\":\"%s\",\"action\":\"We will visit this afternoon.\"}", receipt));
    reply = site_get(site, teacher, site_format(site, "share/list?case_id=%s", shared.case_id));
    assert_string_equal(reply_row(site, &reply, 0, "reply"), "We will visit this afternoon.");
    reply = site_get(site, teacher, "notice/list");
    assert_true(reply_rows(&reply) >= 1);
    PROVISION("BEX-07");
}

static void test_parcel(void **state)
{
    struct test_site *site = *state;
    struct text teacher = site_token(site, "teacher"), nobody = TEXT("");
    struct shared shared = site_decide(site, teacher, true);
    const char *document = attach(site, teacher, shared.case_id, "letter.txt", TEXT("Dear clinic"));
    struct reply reply = site_post(
        site, teacher, "share/send",
        site_format(site,
                    "{\"decisions\":[\"%s\"],\"items\":[\"%s\"],\"documents\":[\"%s\"],\"message\":\"For the "
                    "clinic.\","
                    "\"outside_name\":\"A clinic\",\"link_medium\":\"email\",\"phrase_medium\":\"landline\"}",
                    shared.decision_id, shared.item_id, document));
    const char *link = reply_text(site, &reply, "link"), *phrase = reply_text(site, &reply, "phrase");

    reply = site_get(site, nobody, site_format(site, "pickup/look?link=%s", link));
    assert_string_equal(reply_text(site, &reply, "state"), "open");
    /* its first word where the secret's last should stand */
    reply = site_post(site, nobody, "pickup/try",
                      site_format(site, "{\"link\":\"%s\",\"phrase\":\"%.*s%.*s\"}", link,
                                  (int)(strrchr(phrase, '-') + 1 - phrase), phrase, (int)strcspn(phrase, "-"),
                                  phrase));
    assert_true(json_is(json_get(reply.json, "opened"), JSON_FALSE));
    assert_null(json_get(reply.json, "items"));
    reply = site_post(site, nobody, "pickup/try",
                      site_format(site, "{\"link\":\"%s\",\"phrase\":\"%s\"}", link, phrase));
    assert_true(json_is(json_get(reply.json, "opened"), JSON_TRUE));
    assert_true(text_find(reply.body, TEXT("bruise")) > 0);
    assert_true(text_find(reply.body, TEXT("file_key")) < 0);
    assert_true(text_find(reply.body, TEXT("payload")) < 0);
    const char *parcel = reply_text(site, &reply, "parcel");
    reply = site_post(site, nobody, "pickup/document", site_format(site, "{\"parcel\":\"%s\",\"index\":0}", parcel));
    assert_true(text_equal(reply.body, TEXT("Dear clinic")));
    static const char *const indexes[] = {"1", "-1", "9223372036854775807"};
    for (size_t i = 0; i < sizeof indexes / sizeof *indexes; i++) {
        const char *json = site_format(site, "{\"parcel\":\"%s\",\"index\":%s}", parcel, indexes[i]);
        assert_int_equal(ASK(site, .path = "pickup/document", .json = json).status, 404);
    }
    assert_int_equal(ASK(site, .path = "pickup/document", .json = "{\"parcel\":\"made-up\",\"index\":0}").status, 404);
    assert_int_equal(ASK(site, .path = "pickup/document", .json = "{\"index\":0}").status, 422);
    /* the token in an address is taken by nobody */
    const char *address = site_format(site, "pickup/document?parcel=%s&index=0", parcel);
    assert_int_equal(ASK(site, .path = address).status, 405);
    assert_int_equal(ASK(site, .path = address, .json = "{}").status, 422);
    PROVISION("BEX-30");
}

/* What a person looks at is on record, also over REST. */
static void test_looks(void **state)
{
    struct test_site *site = *state;
    struct text teacher = site_token(site, "teacher"), head = site_token(site, "head");
    struct shared shared = site_decide(site, teacher, false);
    site_get(site, teacher, site_format(site, "case/read?case_id=%s", shared.case_id));
    struct reply reply = site_get(site, head, site_format(site, "case/looks?case_id=%s", shared.case_id));
    assert_int_equal(reply_rows(&reply), 1);
    assert_string_equal(reply_row(site, &reply, 0, "what"), "case.read");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_main_job),
        cmocka_unit_test(test_parcel),
        cmocka_unit_test(test_looks),
    };
    return cmocka_run_group_tests(tests, site_begin, site_end);
}
