#include "site.h"

#include "base/file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

/*
 * The OpenAPI document tells everything there is, as it is. It is left in the build folder with answers that
 * the server gave, for openapi.mjs, which holds both against the standard and each other.
 */

static const struct json *operation(struct test_site *site, const struct json *document, const char *name,
                                    const char *method)
{
    char *path = arena_string(site->arena, arena_format(site->arena, "/%s", name));
    for (char *c = path; *c; c++)
        if (*c == '.')
            *c = '/';
    const struct json *found = json_get(json_get(json_get(document, "paths"), path), method);
    if (!found)
        fail_msg("%s %s is not in the document", method, path);
    return found;
}

static const struct json *input_of(const struct json *told)
{
    const struct json *content = json_get(json_get(told, "requestBody"), "content");
    return json_get(json_get(content, "application/json"), "schema");
}

/* Every field with its kind, its limits, its words. */
static void check_field(const struct field *field, const struct json *schema, const struct json *required)
{
    static const char *const types[] = {"string", "string", "integer", "boolean", "string",
                                        "string", "array",  "array",   "object"};
    if (!schema)
        fail_msg("%s is not in the document", field->name);
    assert_true(text_equal(json_text(json_get(schema, "type")), text_of(types[field->kind])));
    assert_true(text_find(json_text(json_get(schema, "description")), text_of(field->label)) == 0);
    if (field->kind == FIELD_TEXT)
        assert_true(json_is(json_get(schema, "maxLength"), JSON_NUMBER));
    const struct json *values =
        json_get(field->kind == FIELD_TEXTS ? json_get(schema, "items") : schema, "enum");
    for (const struct choice *choice = field->choices; choice && choice->value; choice++) {
        bool told = false;
        for (size_t i = 0; values && i < values->count; i++)
            told |= text_equal(values->item[i].text, text_of(choice->value));
        if (!told)
            fail_msg("%s: %s is not in the document", field->name, choice->value);
    }
    bool listed = false;
    for (size_t i = 0; required && i < required->count; i++)
        listed |= text_equal(required->item[i].text, text_of(field->name));
    assert_true(listed == field->required);
}

static void check_body(const struct field *fields, size_t n, const struct json *told)
{
    const struct json *schema = input_of(told), *properties = json_get(schema, "properties");
    assert_int_equal(properties ? properties->count : 0, n);
    for (size_t i = 0; i < n; i++)
        check_field(&fields[i], json_get(properties, fields[i].name), json_get(schema, "required"));
}

static void check_query(const struct view *view, const struct json *told)
{
    const struct json *parameters = json_get(told, "parameters");
    assert_int_equal(parameters->count, view->takes_n);
    for (size_t i = 0; i < view->takes_n; i++) {
        const struct json *parameter = &parameters->item[i];
        assert_true(text_equal(json_text(json_get(parameter, "name")), text_of(view->takes[i].name)));
        assert_true(
            json_is(json_get(parameter, "required"), view->takes[i].required ? JSON_TRUE : JSON_FALSE));
    }
}

static void test_covers_everything(void **state)
{
    struct test_site *site = *state;
    struct reply reply = site_get(site, TEXT(""), "openapi.json");
    assert_true(text_equal(json_text(json_get(reply.json, "openapi")), TEXT("3.1.0")));
    size_t n = 0;
    for (const struct command *const *at = gate_commands(); *at; at++) {
        if ((*at)->inside)
            continue;
        const struct json *told = operation(site, reply.json, (*at)->name, "post");
        check_body((*at)->takes, (*at)->takes_n, told);
        assert_true(text_find(json_text(json_get(told, "description")), TEXT("Reach: ")) > 0);
        n++;
    }
    for (const struct view *const *at = gate_views(); *at; at++) {
        if ((*at)->inside)
            continue;
        bool personal = false;
        for (size_t i = 0; i < (*at)->takes_n; i++)
            personal |= (*at)->takes[i].personal;
        const struct json *told = operation(site, reply.json, (*at)->name, personal ? "post" : "get");
        if (personal)
            check_body((*at)->takes, (*at)->takes_n, told);
        else
            check_query(*at, told);
        n++;
    }
    printf("%zu commands and views are in the document\n", n);
    assert_true(n > 25);
}

/* Every path of the document is served, and asks who it is unless the document says that nobody need sign in.
 */
static void test_is_served(void **state)
{
    struct test_site *site = *state;
    struct reply document = site_get(site, TEXT(""), "openapi.json");
    const struct json *paths = json_get(document.json, "paths");
    for (size_t i = 0; i < paths->count; i++)
        for (size_t m = 0; m < paths->item[i].count; m++) {
            const struct json *told = &paths->item[i].item[m];
            bool post = text_equal(paths->item[i].key[m], TEXT("post"));
            const char *path = site_format(site, "/api/v1%.*s", TEXT_ARGS(paths->key[i]));
            struct reply reply = post ? ASK(site, .path = path, .json = "{}") : ASK(site, .path = path);
            bool open = json_get(told, "security") != NULL;
            if (open ? reply.status != 422 && reply.status != 404 : reply.status != 401)
                fail_msg("%s without a token: %d", path, reply.status);
        }
}

/* The name of a file is told of as a header, and no address of any operation holds one. */
static void test_names_of_documents(void **state)
{
    struct test_site *site = *state;
    struct reply reply = site_get(site, TEXT(""), "openapi.json");
    const struct json *parameters = json_get(operation(site, reply.json, "document.attach", "post"), "parameters");
    assert_int_equal(parameters->count, 2);
    assert_true(text_equal(json_text(json_get(&parameters->item[0], "name")), TEXT("case_id")));
    assert_true(text_equal(json_text(json_get(&parameters->item[0], "in")), TEXT("query")));
    assert_true(text_equal(json_text(json_get(&parameters->item[1], "name")), TEXT("Content-Disposition")));
    assert_true(text_equal(json_text(json_get(&parameters->item[1], "in")), TEXT("header")));
    const struct json *paths = json_get(reply.json, "paths");
    for (size_t i = 0; i < paths->count; i++)
        for (size_t m = 0; m < paths->item[i].count; m++) {
            const struct json *told = json_get(&paths->item[i].item[m], "parameters");
            for (size_t k = 0; told && k < told->count; k++)
                assert_false(text_equal(json_text(json_get(&told->item[k], "name")), TEXT("name")));
        }
}

/* ---- answers for openapi.mjs ---- */

static struct reply remember(struct json_writer *w, const char *path, const char *method, struct reply reply)
{
    json_object(w);
    json_member_text(w, "path", text_cut(text_of(path), 0, strcspn(path, "?")));
    json_member_string(w, "method", method);
    json_member_int(w, "status", reply.status);
    json_key(w, "body");
    json_put(w, reply.json);
    json_end(w);
    return reply;
}

static void test_answers(void **state)
{
    struct test_site *site = *state;
    struct text teacher = site_token(site, "teacher"), worker = site_token(site, "worker"),
                head = site_token(site, "head");
    struct buffer b = buffer_in(site->arena);
    struct json_writer w = json_writer_in(&b);
    struct shared shared = site_decide(site, teacher, false);
    const char *of_case = site_format(site, "case_id=%s", shared.case_id);
    json_array(&w);
    const char *sent =
        site_format(site, "{\"decisions\":[\"%s\"],\"items\":[\"%s\"]}", shared.decision_id, shared.item_id);
    remember(&w, "share/send", "post", site_post(site, teacher, "share/send", sent));
    remember(&w, "share/send", "post", ASK(site, .path = "share/send", .token = teacher, .json = sent));
    remember(&w, "case/open", "post",
             ASK(site, .path = "case/open", .token = teacher, .json = "{\"name\":1}"));
    remember(&w, "subject/search", "post",
             site_post(site, teacher, "subject/search", "{\"name\":\"Robin\"}"));
    remember(
        &w, "decision/answer", "post",
        site_post(site, teacher, "decision/answer",
                  site_format(site, "{\"agencies\":[\"%s\"],\"facts\":{}}", site->home.social_care.text)));
    const char *lists[] = {"agency/list", "post/list", "case/list", "notice/list", "draft/list"};
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        remember(&w, lists[i], "get", site_get(site, teacher, lists[i]));
    const char *of[] = {"case/read",  "case/people",   "item/list", "decision/list",
                        "share/list", "document/list", "case/looks"};
    for (size_t i = 0; i < sizeof of / sizeof *of; i++) {
        const char *path = site_format(site, "%s?%s", of[i], of_case);
        remember(&w, path, "get", site_get(site, teacher, path));
    }
    remember(&w, "decision/agency", "get", site_get(site, head, "decision/agency"));
    struct reply reply = remember(&w, "receipt/list", "get", site_get(site, worker, "receipt/list"));
    const char *receipt = reply_row(site, &reply, 0, "receipt_id");
    remember(&w, "receipt/open", "post",
             site_post(site, worker, "receipt/open", site_format(site, "{\"receipt_id\":\"%s\"}", receipt)));
    const char *path = site_format(site, "receipt/read?receipt_id=%s", receipt);
    remember(&w, path, "get", site_get(site, worker, path));
    json_end(&w);

    struct error error;
    struct reply document = site_get(site, TEXT(""), "openapi.json");
    const char *build = getenv("PROVISO_BUILD");
    must(file_replace(site_format(site, "%s/openapi.json", build), document.body, 0644, &error), &error,
         "openapi.json");
    must(file_replace(site_format(site, "%s/openapi-answers.json", build), buffer_result(&b), 0644, &error),
         &error, "answers");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_covers_everything),
        cmocka_unit_test(test_is_served),
        cmocka_unit_test(test_names_of_documents),
        cmocka_unit_test(test_answers),
    };
    return cmocka_run_group_tests(tests, site_begin, site_end);
}
