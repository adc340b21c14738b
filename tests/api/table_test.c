#include "site.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

/*
 * Every row of the tables by REST, so that a new one is tried before anybody writes a test for it: who may,
 * what is sent in the wrong kind, and the ids of things that are another's or are not.
 */

static const struct {
    const char *login, *role;
    uint32_t bit;
} people[] = {
    {"p", "practitioner", ROLE_PRACTITIONER},
    {"m", "manager", ROLE_MANAGER},
    {"l", "lead", ROLE_LEAD},
    {"g", "governance", ROLE_GOVERNANCE},
    {"a", "administrator", ROLE_ADMINISTRATOR},
};
enum { PEOPLE = sizeof people / sizeof *people };

static struct text token[PEOPLE];

/* A row, be it a command or a view. */
struct row {
    const char *path;
    const struct field *takes;
    size_t n;
    struct grant may;
    bool post;
};

static struct row rows[160];
static size_t rows_n;

static void add_row(struct test_site *site, const char *name, const struct field *takes, size_t n,
                    struct grant may, bool post)
{
    char *path = arena_string(site->arena, text_of(name));
    for (char *c = path; *c; c++)
        if (*c == '.')
            *c = '/';
    assert_true(rows_n < sizeof rows / sizeof *rows);
    rows[rows_n++] = (struct row){path, takes, n, may, post};
}

static void add_person(struct test_site *site, size_t which)
{
    struct error error;
    struct visit *visit;
    struct text role = text_of(people[which].role);
    must(visit_begin(site->home.gate, site->home.arena, &visit, &error), &error, "visit_begin");
    visit_as_operator(visit);
    struct post_add post = {
        .agency_id = site->home.social_care, .title = role, .person = role, .roles = {&role, 1}};
    struct post_added added;
    must(visit_act_wait(visit, &post_add_command, &post, &added, &error), &error, "post.add");
    struct account_add account = {added.post_id, text_of(people[which].login), TEXT(HOME_PASSWORD)};
    struct account_added made;
    must(visit_act_wait(visit, &account_add_command, &account, &made, &error), &error, "account.add");
    token[which] = site_token(site, people[which].login);
}

static int make(void **state)
{
    static struct test_site site;
    site_open(&site);
    for (const struct command *const *at = gate_commands(); *at; at++)
        if (!(*at)->inside)
            add_row(&site, (*at)->name, (*at)->takes, (*at)->takes_n, (*at)->may, true);
    for (const struct view *const *at = gate_views(); *at; at++) {
        bool personal = false;
        for (size_t i = 0; i < (*at)->takes_n; i++)
            personal |= (*at)->takes[i].personal;
        if (!(*at)->inside)
            add_row(&site, (*at)->name, (*at)->takes, (*at)->takes_n, (*at)->may, personal);
    }
    for (size_t i = 0; i < PEOPLE; i++)
        add_person(&site, i);
    *state = &site;
    return 0;
}

static struct reply send(struct test_site *site, const struct row *row, struct text as, const char *body)
{
    if (row->post)
        return ASK(site, .path = row->path, .token = as, .json = body[0] ? body : "{}");
    return ASK(site, .path = site_format(site, "%s?%s", row->path, body), .token = as);
}

/* Something plausible for a field; `id` for every id. */
static const char *plausible(struct test_site *site, const struct row *row, const struct field *field,
                             const char *id)
{
    const char *text = field->choices ? field->choices[0].value : "x";
    const char *quote = row->post ? "\"" : "";
    switch (field->kind) {
    case FIELD_TEXT:
        return site_format(site, "%s%s%s", quote, text, quote);
    case FIELD_ID:
        return site_format(site, "%s%s%s", quote, id, quote);
    case FIELD_NUMBER:
        return "1";
    case FIELD_YES_NO:
        return row->post ? "true" : "yes";
    case FIELD_DATE:
        return site_format(site, "%s2015-04-01%s", quote, quote);
    case FIELD_INSTANT:
        return site_format(site, "%s2026-01-02T03:04:05Z%s", quote, quote);
    case FIELD_IDS:
        return row->post ? site_format(site, "[\"%s\"]", id) : id;
    case FIELD_TEXTS:
        return row->post ? site_format(site, "[\"%s\"]", text) : text;
    case FIELD_OBJECT:
        return "{}";
    }
    return "null";
}

/* The row's input with plausible values, but `value` for one field (NULL: none). */
static const char *input(struct test_site *site, const struct row *row, const char *id,
                         const struct field *field, const char *value)
{
    struct buffer b = buffer_in(site->arena);
    buffer_string(&b, row->post ? "{" : "");
    for (size_t i = 0; i < row->n; i++) {
        const char *one = &row->takes[i] == field ? value : plausible(site, row, &row->takes[i], id);
        buffer_format(&b, row->post ? "%s\"%s\":%s" : "%s%s=%s", i ? row->post ? "," : "&" : "",
                      row->takes[i].name, one);
    }
    buffer_string(&b, row->post ? "}" : "");
    return arena_string(site->arena, buffer_result(&b));
}

static const char nowhere[] = "01j00000000000000000000000";

static void test_roles(void **state)
{
    struct test_site *site = *state;
    size_t refused = 0;
    for (size_t r = 0; r < rows_n; r++)
        for (size_t p = 0; p <= PEOPLE; p++) {
            uint32_t bit = p < PEOPLE ? people[p].bit : ROLE_VISITOR;
            int status = send(site, &rows[r], p < PEOPLE ? token[p] : TEXT(""), "").status;
            int forbidden = bit == ROLE_VISITOR ? 401 : 403;
            bool may = rows[r].may.roles & bit;
            if (may ? status == forbidden || status >= 500 : status != forbidden)
                fail_msg("%s for %s: %d", rows[r].path, p < PEOPLE ? people[p].role : "a visitor", status);
            refused += !may;
        }
    printf("%zu rows, %zu refusals by role\n", rows_n, refused);
    assert_true(refused > 50);
}

static bool fits(enum field_kind kind, char first)
{
    switch (kind) {
    case FIELD_TEXT:
    case FIELD_ID:
    case FIELD_DATE:
    case FIELD_INSTANT:
        return first == '"';
    case FIELD_NUMBER:
        return first == '1';
    case FIELD_YES_NO:
        return first == 't';
    case FIELD_IDS:
    case FIELD_TEXTS:
        return first == '[';
    case FIELD_OBJECT:
        return first == '{';
    }
    return false;
}

static size_t who_may(const struct row *row)
{
    for (size_t p = 0; p < PEOPLE; p++)
        if (row->may.roles & people[p].bit)
            return p;
    fail_msg("%s is for nobody", row->path);
    return 0;
}

/* Whatever is sent in whatever place, the answer is a refusal of ours or what it should be; never a fault of
 * the server. */
static void test_wrong_kinds(void **state)
{
    struct test_site *site = *state;
    char *large = arena_alloc(site->arena, 300003);
    memset(large, 'x', 300002);
    large[0] = large[300001] = '"';
    const char *values[] = {"1",
                            "1.5",
                            "1e400",
                            "-9223372036854775809",
                            "true",
                            "\"x\"",
                            "\"\\u0000\"",
                            "\"\\ud800\"",
                            "[]",
                            "[1]",
                            "[[]]",
                            "[\"x\",\"x\"]",
                            "{}",
                            "{\"a\":{\"b\":[]}}",
                            "\"2026-13-45\"",
                            "\"' OR 1=1 --\"",
                            large};
    size_t tried = 0;
    for (size_t r = 0; r < rows_n; r++) {
        if (!rows[r].post)
            continue;
        struct text as = token[who_may(&rows[r])];
        for (size_t f = 0; f < rows[r].n; f++)
            for (size_t v = 0; v < sizeof values / sizeof *values; v++) {
                const struct field *field = &rows[r].takes[f];
                struct reply reply =
                    send(site, &rows[r], as, input(site, &rows[r], nowhere, field, values[v]));
                bool kind_fits = fits(field->kind, values[v][0]);
                if (reply.status >= 500 || (!kind_fits && reply.status != 422 && reply.status != 400))
                    fail_msg("%s with %s: %.40s: %d %.*s", rows[r].path, field->name, values[v], reply.status,
                             TEXT_ARGS(reply.body));
                tried++;
            }
    }
    const char *texts[] = {"",    "x",   "1",     "yes", "%27%20OR%201%3D1", "%7B", "%7B%7D", "2026-13-45",
                           "%00", "%ff", "a%0ab", "-1"};
    for (size_t r = 0; r < rows_n; r++) {
        if (rows[r].post)
            continue;
        struct text as = token[who_may(&rows[r])];
        for (size_t f = 0; f < rows[r].n; f++)
            for (size_t v = 0; v < sizeof texts / sizeof *texts; v++) {
                struct reply reply =
                    send(site, &rows[r], as, input(site, &rows[r], nowhere, &rows[r].takes[f], texts[v]));
                if (reply.status >= 500)
                    fail_msg("%s with %s=%s: %d", rows[r].path, rows[r].takes[f].name, texts[v],
                             reply.status);
                tried++;
            }
    }
    printf("%zu inputs\n", tried);
}

/* What is judged on a thing is refused alike for one that is not there and for one that is another agency's.
 */
static void test_things_of_others(void **state)
{
    struct test_site *site = *state;
    struct text teacher = site_token(site, "teacher");
    struct shared shared = site_decide(site, teacher, false);
    struct reply document =
        ASK(site, .path = site_format(site, "document/attach?case_id=%s", shared.case_id),
            .token = teacher, .type = "text/plain", .disposition = "attachment; filename=a", .body = TEXT("x"));
    struct reply draft = site_post(site, teacher, "draft/save", "{\"journey\":\"worry\",\"content\":{}}");
    const struct {
        const char *noun, *id;
    } things[] = {
        {"case", shared.case_id},
        {"decision", shared.decision_id},
        {"item", shared.item_id},
        {"document", reply_text(site, &document, "document_id")},
        {"draft", reply_text(site, &draft, "draft_id")},
        {"agency", site->home.school.text},
        {NULL, "01j0000000000000000000zzzz"},
    };
    size_t tried = 0;
    for (size_t r = 0; r < rows_n; r++) {
        if (rows[r].may.reach == REACH_ANYTHING)
            continue;
        const struct field *about = NULL;
        for (size_t f = 0; f < rows[r].n; f++)
            if (rows[r].takes[f].offset == rows[r].may.about)
                about = &rows[r].takes[f];
        assert_non_null(about);
        if (!about->required)
            continue; /* without it, it is about nothing */
        for (size_t t = 0; t < sizeof things / sizeof *things; t++) {
            if (things[t].noun && (!about->about || strcmp(about->about, things[t].noun) != 0))
                continue;
            const char *quote = !rows[r].post ? "" : about->kind == FIELD_IDS ? "[\"" : "\"",
                       *end = !rows[r].post ? "" : about->kind == FIELD_IDS ? "\"]" : "\"";
            struct reply reply = send(site, &rows[r], token[who_may(&rows[r])],
                                      input(site, &rows[r], nowhere, about,
                                            site_format(site, "%s%s%s", quote, things[t].id, end)));
            if (reply.status != 404)
                fail_msg("%s about %s %s: %d %.*s", rows[r].path, things[t].noun ? things[t].noun : "nothing",
                         things[t].id, reply.status, TEXT_ARGS(reply.body));
            tried++;
        }
    }
    printf("%zu things of others\n", tried);
    assert_true(tried > 25);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_roles),
        cmocka_unit_test(test_wrong_kinds),
        cmocka_unit_test(test_things_of_others),
    };
    return cmocka_run_group_tests(tests, make, site_end);
}
