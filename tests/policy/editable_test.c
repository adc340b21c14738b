#include "cases.h"

#include "policy/check.h"

#include "base/file.h"

#include <stdlib.h>

/*
 * A pack that another modeller saved is the same pack: it loads, proves the same, and answers the same on
 * random points. With PROVISO_SAVED the files of that folder, written by a modeller, are tried; else what
 * modellers are known to write, done here to each pack's own file.
 */
enum { POINTS = 3000, POINTS_OF_A_CHANGE = 250 };

static struct arena *arena;
static struct text *id;
static size_t ids;

static int list(void **state)
{
    struct error error;
    (void)state;
    arena = arena_new((size_t)1 << 30, ARENA_PLAIN);
    return arena && !policy_pack_list("packs", arena, &id, &ids, &error) && ids ? 0 : -1;
}

static int unlist(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static struct text random_value(const struct policy_fact_info *info, uint64_t n)
{
    static const char *const number[] = {"0", "11.5", "12", "15", "16", "17", "18", "40"};
    static const char *const date[] = {"1999-01-01", "2019-03-31", "2026-02-04", "2026-02-05",
                                       "2026-06-19", "2026-09-29", "2026-09-30", "2030-01-01"};
    static const char *const address[] = {"a@nhs.net", "a@b", "a@x.gcsx.gov.uk", "a@x.pnn.police.uk",
                                          "a@x.example.org"};
    switch (info->kind) {
    case POLICY_FACT_NUMBER:
        return text_of(number[n % 8]);
    case POLICY_FACT_DATE:
        return text_of(date[n % 8]);
    case POLICY_FACT_ADDRESS:
        return text_of(address[n % 5]);
    case POLICY_FACT_CHOICE:
    case POLICY_FACT_BOOLEAN:
        break;
    }
    return info->value[n % info->values];
}

static bool listed(const struct text *in, size_t count, struct text code)
{
    for (size_t i = 0; i < count; i++)
        if (text_equal(in[i], code))
            return true;
    return false;
}

/* The order of lists may follow the order of the file's elements. */
static bool same_list(const struct text *a, size_t as, const struct text *b, size_t bs)
{
    bool same = as == bs;
    for (size_t i = 0; i < as && same; i++)
        same = listed(b, bs, a[i]);
    return same;
}

static bool same_answer(const struct policy_answer *a, const struct policy_answer *b)
{
    bool same = text_equal(a->outcome, b->outcome) && !a->outcome.p == !b->outcome.p &&
                a->details == b->details && a->citations == b->citations && a->fireds == b->fireds &&
                same_list(a->ask, a->asks, b->ask, b->asks) &&
                same_list(a->ask_more, a->asks_more, b->ask_more, b->asks_more) &&
                same_list(a->basis, a->bases, b->basis, b->bases) &&
                same_list(a->obligation, a->obligations, b->obligation, b->obligations) &&
                same_list(a->condition, a->conditions, b->condition, b->conditions) &&
                same_list(a->instead, a->insteads, b->instead, b->insteads);
    for (size_t i = 0; i < a->details && same; i++)
        same = text_equal(a->detail[i].key, b->detail[i].key) &&
               text_equal(a->detail[i].value, b->detail[i].value);
    for (size_t i = 0; i < a->citations && same; i++) {
        bool found = false;
        for (size_t k = 0; k < b->citations && !found; k++)
            found = text_equal(a->citation[i].source, b->citation[k].source) &&
                    text_equal(a->citation[i].where, b->citation[k].where);
        same = found;
    }
    return same;
}

static void same_answers(const struct policy_pack *one, const struct policy_pack *other, size_t points,
                         const char *what)
{
    struct arena *scratch ARENA_SCOPE = arena_new((size_t)256 << 20, ARENA_PLAIN);
    uint64_t random = 77;
    struct error error;
    for (size_t n = 0; n < points; n++) {
        arena_reset(scratch);
        struct policy_facts *facts[2] = {policy_facts_new(one, scratch), policy_facts_new(other, scratch)};
        uint64_t unknown = n % 4 == 0 ? 2 + case_random(&random) % 6 : 0;
        for (size_t f = 0; f < policy_fact_count(one); f++) {
            const struct policy_fact_info *info = policy_fact_info(one, f);
            struct text value = random_value(info, case_random(&random));
            if (unknown && case_random(&random) % unknown == 0)
                continue;
            for (size_t i = 0; i < 2; i++)
                assert_int_equal(policy_facts_set(facts[i], info->key, value, &error), 0);
        }
        for (int d = 0; d < POLICY_DECISIONS; d++) {
            struct policy_answer a, b;
            assert_int_equal(policy_pack_info(one)->decides[d], policy_pack_info(other)->decides[d]);
            if (!policy_pack_info(one)->decides[d])
                continue;
            assert_int_equal(policy_answer(one, (enum policy_decision)d, facts[0], scratch, &a, &error), 0);
            assert_int_equal(policy_answer(other, (enum policy_decision)d, facts[1], scratch, &b, &error), 0);
            if (!same_answer(&a, &b)) {
                struct buffer out = buffer_in(scratch);
                struct json_writer w = json_writer_in(&out);
                policy_facts_write(facts[0], &w);
                fail_msg("%s: \"%s\" is another for %.*s", what,
                         policy_decision_name((enum policy_decision)d), TEXT_ARGS(buffer_result(&out)));
            }
        }
    }
}

/* The pack with these rules instead of its own is the same pack. */
static void same_pack(const struct policy_pack *pack, struct text rules, size_t points, const char *what)
{
    const char *name = arena_string(arena, policy_pack_info(pack)->id);
    struct policy_pack_files files = *policy_pack_files(pack);
    struct policy_pack *saved POLICY_PACK_SCOPE = NULL;
    struct buffer report[2] = {buffer_in(arena), buffer_in(arena)};
    struct error error = {0};
    assert_false(text_equal(files.rules, rules));
    files.rules = rules;
    if (policy_pack_read(name, &files, &saved, &error))
        fail_msg("%s, %s: %s: %s", name, what, error.where, error.what);
    assert_int_equal(policy_check(pack, arena, &report[0], &error), 0);
    assert_int_equal(policy_check(saved, arena, &report[1], &error), 0);
    struct text proofs[2] = {buffer_result(&report[0]), buffer_result(&report[1])};
    for (size_t i = 0; i < 2; i++) /* how many nodes it took follows the order of the tables */
        proofs[i] = text_cut(proofs[i], 0, (size_t)text_find_char(proofs[i], ';'));
    assert_true(text_equal(proofs[0], proofs[1]));
    same_answers(pack, saved, points, arena_string(arena, arena_format(arena, "%s, %s", name, what)));
}

static void what_a_modeller_saved_is_the_same_pack(void **state)
{
    const char *folder = getenv("PROVISO_SAVED");
    (void)state;
    if (!folder)
        skip();
    for (size_t p = 0; p < ids; p++) {
        struct text rules;
        struct error error;
        struct policy_pack *pack POLICY_PACK_SCOPE = case_pack(arena_string(arena, id[p]));
        const char *path = arena_string(arena, arena_format(arena, "%s/%.*s.dmn", folder, TEXT_ARGS(id[p])));
        assert_int_equal(file_read(arena, path, 8 << 20, &rules, &error), 0);
        same_pack(pack, rules, POINTS, "saved by a modeller");
    }
    printf("%zu packs saved by a modeller answer as before on %d points\n", ids, (int)POINTS);
}

/* Every `from` made `to`; fails the test where there is none. */
static struct text replaced(struct text whole, const char *from, const char *to)
{
    struct buffer out = buffer_in(arena);
    size_t n = strlen(from), found = 0;
    for (ptrdiff_t at; (at = text_find(whole, text_of(from))) >= 0; found++) {
        buffer_text(&out, text_cut(whole, 0, (size_t)at));
        buffer_string(&out, to);
        whole = text_cut(whole, (size_t)at + n, whole.n);
    }
    buffer_text(&out, whole);
    if (!found)
        fail_msg("no file has %s", from);
    return buffer_result(&out);
}

/* After each start tag that begins with `tag`, `what`. */
static struct text with_inside(struct text whole, const char *tag, const char *what)
{
    struct buffer out = buffer_in(arena);
    for (ptrdiff_t at; (at = text_find(whole, text_of(tag))) >= 0;) {
        ptrdiff_t end = text_find_char(text_cut(whole, (size_t)at, whole.n), '>');
        size_t after = (size_t)(at + end + 1);
        buffer_text(&out, text_cut(whole, 0, after));
        if (whole.p[after - 2] != '/')
            buffer_string(&out, what);
        whole = text_cut(whole, after, whole.n);
    }
    buffer_text(&out, whole);
    return buffer_result(&out);
}

/* The model's own elements under a prefix. */
static struct text with_prefix(struct text whole)
{
    struct buffer out = buffer_in(arena);
    for (size_t i = 0; i < whole.n; i++) {
        buffer_char(&out, whole.p[i]);
        if (whole.p[i] != '<' || i + 1 == whole.n)
            continue;
        size_t name = i + 1 + (whole.p[i + 1] == '/'), end = name;
        while (end < whole.n &&
               ((whole.p[end] >= 'a' && whole.p[end] <= 'z') || (whole.p[end] >= 'A' && whole.p[end] <= 'Z')))
            end++;
        if (end == name || whole.p[end] == ':')
            continue;
        buffer_text(&out, text_cut(whole, i + 1, name));
        buffer_string(&out, "dmn:");
        i = name - 1;
    }
    return replaced(buffer_result(&out), " xmlns=", " xmlns:dmn=");
}

/* The decisions in the opposite order, the inputs after them, the drawing first of all. */
static struct text reordered(struct text whole)
{
    static const char *const kind[3][2] = {
        {"<dmndi:DMNDI", "</dmndi:DMNDI>"}, {"<decision ", "</decision>"}, {"<inputData ", "</inputData>"}};
    struct buffer out = buffer_in(arena);
    ptrdiff_t first = text_find(whole, TEXT("<inputData "));
    assert_true(first > 0);
    buffer_text(&out, text_cut(whole, 0, (size_t)first));
    for (size_t k = 0; k < 3; k++) {
        struct text piece[300], rest = whole;
        size_t pieces = 0;
        for (ptrdiff_t at; (at = text_find(rest, text_of(kind[k][0]))) >= 0 && pieces < 300;) {
            rest = text_cut(rest, (size_t)at, rest.n);
            size_t end = (size_t)text_find(rest, text_of(kind[k][1])) + strlen(kind[k][1]);
            piece[pieces++] = text_cut(rest, 0, end);
            rest = text_cut(rest, end, rest.n);
        }
        assert_true(pieces > 0);
        while (pieces > 0)
            buffer_text(&out, piece[--pieces]);
    }
    buffer_string(&out, "</definitions>\n");
    return buffer_result(&out);
}

#define URI_13 "https://www.omg.org/spec/DMN/20191111/MODEL/"
#define EXTENSION                                                                                            \
    "<extensionElements><camunda:properties "                                                                \
    "xmlns:camunda=\"http://camunda.org/schema/1.0/dmn\"><camunda:property "                                 \
    "name=\"colour\" value=\"&lt;rule&gt;\"/></camunda:properties></extensionElements>"

static void what_modellers_write_is_read_the_same(void **state)
{
    (void)state;
    for (size_t p = 0; p < ids; p++) {
        struct policy_pack *pack POLICY_PACK_SCOPE = case_pack(arena_string(arena, id[p]));
        struct text own = policy_pack_files(pack)->rules;
        struct text described =
            with_inside(own, "<decision ", "<description>What it is for.</description>" EXTENSION);
        described = with_inside(described, "<rule ", "<description>Why &amp; how.</description>" EXTENSION);
        described = with_inside(described, "<inputEntry ", "<description>A cell.</description>");
        described = with_inside(described, "<inputData ", "<description>A fact.</description>" EXTENSION);
        struct text attributes =
            replaced(own, "<definitions ",
                     "<definitions xmlns:camunda=\"http://camunda.org/schema/1.0/dmn\" "
                     "xmlns:biodi=\"http://bpmn.io/schema/dmn/biodi/2.0\" exporter=\"Modeler\" "
                     "exporterVersion=\"5.30.0\" camunda:diagramRelationId=\"7\" ");
        attributes =
            replaced(attributes, "<input ", "<input camunda:inputVariable=\"x\" biodi:width=\"192\" ");
        attributes = replaced(attributes, "<decision ", "<decision camunda:historyTimeToLive=\"180\" ");
        attributes = replaced(attributes, "<decisionTable ",
                              "<decisionTable outputLabel=\"x\" preferredOrientation="
                              "\"Rule-as-Row\" biodi:annotationsWidth=\"300\" ");
        const struct {
            const char *what;
            struct text rules;
        } change[] = {
            {"DMN 1.2", replaced(own, URI_13, "http://www.omg.org/spec/DMN/20180521/MODEL/")},
            {"DMN 1.4", replaced(own, URI_13, "https://www.omg.org/spec/DMN/20211108/MODEL/")},
            {"DMN 1.5", replaced(own, URI_13, "https://www.omg.org/spec/DMN/20230324/MODEL/")},
            {"types of FEEL by prefix", replaced(own, "typeRef=\"", "typeRef=\"feel:")},
            {"no types", replaced(replaced(own, " typeRef=\"string\"", ""), " typeRef=\"boolean\"", "")},
            {"empty cells", replaced(own, "<text>-</text>", "<text></text>")},
            {"empty text elements", replaced(own, "<text>-</text>", "<text/>")},
            {"cells of white space", replaced(own, "<text>-</text>", "<text> \n </text>")},
            {"cells in CDATA", replaced(own, "<text>true</text>", "<text><![CDATA[true]]></text>")},
            {"cells without text", replaced(own, "<text>-</text>", "")},
            {"white space around cells",
             replaced(replaced(own, "<text>", "<text>\n   "), "</text>", "\n   </text>")},
            {"descriptions and extensions", described},
            {"attributes of others", attributes},
            {"lines of DOS", replaced(own, "\n", "\r\n")},
            {"a byte order mark", arena_format(arena, "\xef\xbb\xbf%.*s", TEXT_ARGS(own))},
            {"no XML declaration", text_cut(own, (size_t)text_find_char(own, '\n') + 1, own.n)},
            {"comments", with_inside(own, "<rule ", "<!-- a rule -->")},
            {"a prefix", with_prefix(own)},
            {"another order", reordered(own)},
            {"lists of allowed values",
             replaced(
                 own, "<text>consent</text>\n        </inputExpression>",
                 "<text>consent</text>\n        </inputExpression><inputValues><text>\"given\",\"refused\","
                 "\"withdrawn\",\"not-sought\",\"unobtainable\"</text></inputValues>")},
        };
        for (size_t i = 0; i < sizeof change / sizeof *change; i++)
            same_pack(pack, change[i].rules, POINTS_OF_A_CHANGE, change[i].what);
    }
}

int main(void)
{
    const struct CMUnitTest saved[] = {cmocka_unit_test(what_a_modeller_saved_is_the_same_pack)};
    const struct CMUnitTest written[] = {cmocka_unit_test(what_modellers_write_is_read_the_same)};
    return getenv("PROVISO_SAVED") ? cmocka_run_group_tests(saved, list, unlist)
                                   : cmocka_run_group_tests(written, list, unlist);
}
