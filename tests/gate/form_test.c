#include "gate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

static const struct choice colours[] = {{"red", "Red"}, {"blue", "Blue"}, {NULL, NULL}};

struct sample {
    struct text name, note, colour;
    struct id thing;
    int64_t count;
    bool sure;
    struct date born;
    struct instant seen;
    struct id_list things;
    struct text_list colours;
    struct json_object facts;
    struct text hidden;
};

static const struct field fields[] = {
    FIELD(struct sample, name, .label = "Name", .required = true, .max = 10),
    FIELD(struct sample, note, .label = "Note", .max = 1000),
    FIELD(struct sample, colour, .label = "Colour", .choices = colours),
    FIELD(struct sample, thing, .label = "Thing"),
    FIELD(struct sample, count, .label = "Count"),
    FIELD(struct sample, sure, .label = "Sure"),
    FIELD(struct sample, born, .label = "Born"),
    FIELD(struct sample, seen, .label = "Seen"),
    FIELD(struct sample, things, .label = "Things", .max = 2),
    FIELD(struct sample, colours, .label = "Colours", .choices = colours),
    FIELD(struct sample, facts, .label = "Facts"),
    FIELD(struct sample, hidden, .label = "Hidden", .secret = true),
};
enum { N = sizeof fields / sizeof *fields };

#define ID "01h00000000000000000000000"
#define PAIRS(...)                                                                                             \
    (const struct form_pair[]){__VA_ARGS__}, sizeof((const struct form_pair[]){__VA_ARGS__}) / sizeof(struct form_pair)

static void test_form(void **state)
{
    (void)state;
    ARENA_SCOPE struct arena *arena = arena_new(1 << 20, ARENA_PLAIN);
    struct sample in = {0};
    struct form_errors errors = {0};
    struct error error;
    int result = form_read(arena, fields, N,
                           PAIRS({TEXT("name"), TEXT("  Zo\xc3\xab ")}, {TEXT("note"), TEXT("a\r\nb")}, {TEXT("thing"), TEXT(ID)},
                                 {TEXT("count"), TEXT("-7")}, {TEXT("sure"), TEXT("yes")}, {TEXT("born-day"), TEXT("3")},
                                 {TEXT("born-month"), TEXT("09")}, {TEXT("born-year"), TEXT("2015")},
                                 {TEXT("seen"), TEXT("2026-09-30T14:05:00Z")}, {TEXT("things"), TEXT(ID)},
                                 {TEXT("things"), TEXT(ID)}, {TEXT("colours"), TEXT("red")}, {TEXT("facts"), TEXT("{\"a\":1}")},
                                 {TEXT("unknown"), TEXT("x")}, {TEXT("hidden"), TEXT(" kept as it is ")}),
                           &in, &errors, &error);
    assert_int_equal(result, 0);
    assert_int_equal(form_check(arena, fields, N, &in, &errors, &error), 0);
    assert_true(text_equal(in.name, TEXT("Zo\xc3\xab")));
    assert_true(text_equal(in.note, TEXT("a\nb")));
    assert_true(text_equal(in.hidden, TEXT(" kept as it is ")));
    assert_int_equal(in.count, -7);
    assert_true(in.sure && in.born.year == 2015 && in.born.month == 9 && in.born.day == 3);
    assert_int_equal(in.things.n, 2);

    struct buffer b = buffer_in(arena);
    struct json_writer w = json_writer_in(&b);
    form_write_json(arena, fields, N, &in, &w);
    assert_true(text_find(buffer_result(&b), TEXT("hidden")) < 0);
    struct text json = arena_text(arena, buffer_result(&b));
    const struct json *object;
    assert_int_equal(json_read(arena, json, "x", &object, &error), 0);
    struct sample again = {0};
    errors.n = 0;
    assert_int_equal(form_read_json(arena, fields, N, object, &again, &errors, &error), 0);
    struct buffer b2 = buffer_in(arena);
    w = json_writer_in(&b2);
    form_write_json(arena, fields, N, &again, &w);
    assert_true(text_equal(json, buffer_result(&b2)));
}

static void test_form_faults(void **state)
{
    (void)state;
    static const struct {
        const char *name, *value;
    } cases[] = {
        {"thing", "../../etc/passwd"}, {"count", "seven"},       {"count", "99999999999999999999"},
        {"sure", "maybe"},             {"born", "2015-02-30"},   {"born-day", "3"},
        {"seen", "yesterday"},         {"things", "x"},          {"facts", "[1]"},
        {"facts", "{"},                {"colour", "green"},      {"colours", "green"},
        {"name", "12345678901"},       {"name", "a\x01"},        {"name", "   "},
        {"name", "a\nb"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ARENA_SCOPE struct arena *arena = arena_new(1 << 20, ARENA_PLAIN);
        struct sample in = {.name = TEXT("x")};
        struct form_errors errors = {0};
        struct error error = {0};
        struct form_pair pairs[] = {{text_of(cases[i].name), text_of(cases[i].value)}, {TEXT("name"), TEXT("x")}};
        int result = form_read(arena, fields, N, pairs, 2, &in, &errors, &error);
        if (!result)
            result = form_check(arena, fields, N, &in, &errors, &error);
        if (result != ERROR_INVALID || errors.n != 1 || strncmp(error.where, cases[i].name, 4) != 0)
            fail_msg("%s = \"%s\": %d, %zu errors, at %s", cases[i].name, cases[i].value, result, errors.n, error.where);
    }
}

static void test_json_faults(void **state)
{
    (void)state;
    static const struct {
        const char *json;
        int code;
        const char *where;
    } cases[] = {
        {"[]", ERROR_INPUT, "request body"},      {"{\"nome\":\"x\"}", ERROR_INVALID, "nome"},
        {"{\"name\":5}", ERROR_INVALID, "name"},   {"{\"count\":\"5\"}", ERROR_INVALID, "count"},
        {"{\"count\":5.5}", ERROR_INVALID, "count"}, {"{\"sure\":\"yes\"}", ERROR_INVALID, "sure"},
        {"{\"things\":[1]}", ERROR_INVALID, "things"}, {"{\"facts\":\"{}\"}", ERROR_INVALID, "facts"},
        {"{\"born\":\"1.2.2015\"}", ERROR_INVALID, "born"}, {"{\"\":1}", ERROR_INVALID, "request body"},
        /* 81 bytes that a cut would split */
        {"{\"xééééééééééééééééééééééééééééééééééééééééé\":1}", ERROR_INVALID, "request body"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ARENA_SCOPE struct arena *arena = arena_new(1 << 20, ARENA_PLAIN);
        struct sample in = {0};
        struct form_errors errors = {0};
        struct error error = {0};
        const struct json *object;
        assert_int_equal(json_read(arena, text_of(cases[i].json), "x", &object, &error), 0);
        assert_int_equal(form_read_json(arena, fields, N, object, &in, &errors, &error), cases[i].code);
        assert_string_equal(error.where, cases[i].where);
    }
}

/* Every command and view that is offered describes itself well enough to be put on a page. */
static void test_tables_are_whole(void **state)
{
    (void)state;
    size_t n = 0;
    for (const struct command *const *at = gate_commands(); *at; at++, n++) {
        assert_non_null(strchr((*at)->name, '.'));
        assert_true((*at)->title[0] && (*at)->may.roles && (*at)->gives_n > 0);
        for (const struct command *const *other = at + 1; *other; other++)
            assert_string_not_equal((*at)->name, (*other)->name);
        for (size_t i = 0; i < (*at)->takes_n; i++) {
            const struct field *field = &(*at)->takes[i];
            assert_true(field->label && field->label[0]);
            for (size_t k = i + 1; k < (*at)->takes_n; k++)
                assert_string_not_equal(field->name, (*at)->takes[k].name);
        }
        if ((*at)->may.reach != REACH_ANYTHING) /* judged on an id that must be there */
            for (size_t i = 0; i < (*at)->takes_n; i++)
                if ((*at)->takes[i].offset == (*at)->may.about) {
                    bool list = (*at)->may.reach == REACH_CASES || (*at)->may.reach == REACH_DECISIONS;
                    assert_true((*at)->takes[i].kind == (list ? FIELD_IDS : FIELD_ID) && (*at)->takes[i].required);
                }
    }
    for (const struct view *const *at = gate_views(); *at; at++, n++) {
        assert_true((*at)->title[0] && (*at)->may.roles && (*at)->gives_n > 0);
        bool personal = false;
        for (size_t i = 0; i < (*at)->gives_n; i++)
            personal |= (*at)->gives[i].personal;
        /* what gives personal fields is recorded, but for one's own drafts */
        if (personal && !(*at)->personal)
            assert_true((*at)->may.reach == REACH_DRAFT || strcmp((*at)->name, "draft.list") == 0);
    }
    assert_true(n > 30);
}

static void test_access_report(void **state)
{
    (void)state;
    ARENA_SCOPE struct arena *arena = arena_new(1 << 20, ARENA_PLAIN);
    struct buffer b = buffer_in(arena);
    gate_access_report(&b);
    struct text report = buffer_result(&b);
    ptrdiff_t administrator = text_find(report, TEXT("\nadministrator\n"));
    assert_true(administrator > 0);
    struct text theirs = text_cut(report, (size_t)administrator, report.n);
    assert_true(text_find(theirs, TEXT("agency.add")) > 0);
    assert_true(text_find(theirs, TEXT("case.read")) < 0); /* who keeps the accounts sees no case */
    assert_true(text_find(report, TEXT("each look is recorded")) > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_form), cmocka_unit_test(test_form_faults),
                                       cmocka_unit_test(test_json_faults), cmocka_unit_test(test_tables_are_whole),
                                       cmocka_unit_test(test_access_report)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
