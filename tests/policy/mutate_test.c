#include "cases.h"

#include "policy/check.h"

#include <stdlib.h>

/*
 * Mistakes that people make in a table, made in each pack at places drawn by lot: the pack is refused, the
 * message names line, table, rule and cell of the mistake and the value that was meant.
 */
enum { TRIES = 12 };

static struct arena *arena;
static struct text *id;
static size_t ids;

static int list(void **state)
{
    struct error error;
    (void)state;
    arena = arena_new((size_t)2 << 30, ARENA_PLAIN);
    return arena && !policy_pack_list("packs", arena, &id, &ids, &error) && ids ? 0 : -1;
}

static int unlist(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

/* Where a text stands in a model, as a reader would say it. */
struct spot {
    size_t at, end; /* of the text itself */
    size_t line;
    struct text table, column; /* column: of an input */
    size_t rule;               /* 0: not in a rule */
};

static size_t count(struct text t, const char *what)
{
    size_t n = 0;
    for (ptrdiff_t at; (at = text_find(t, text_of(what))) >= 0; n++)
        t = text_cut(t, (size_t)at + 1, t.n);
    return n;
}

static ptrdiff_t last(struct text t, const char *what)
{
    ptrdiff_t found = -1;
    size_t from = 0;
    for (ptrdiff_t at; (at = text_find(text_cut(t, from, t.n), text_of(what))) >= 0; from = (size_t)found + 1)
        found = (ptrdiff_t)from + at;
    return found;
}

static struct text attribute(struct text t, const char *name)
{
    ptrdiff_t at = text_find(t, text_of(name));
    struct text rest = text_cut(t, at < 0 ? t.n : (size_t)at + strlen(name), t.n), value = {NULL, 0};
    (void)text_next(&rest, '"', &value);
    return value;
}

/* The name of the column that the cell at the end of `rule` stands in. */
static struct text column_of(struct text decision, struct text rule)
{
    size_t column = count(rule, "<inputEntry ");
    struct text rest = decision;
    for (size_t i = 0; i < column; i++) {
        ptrdiff_t at = text_find(rest, TEXT("<inputExpression"));
        assert_true(at >= 0);
        rest = text_cut(rest, (size_t)at + 1, rest.n);
    }
    ptrdiff_t start = text_find(rest, TEXT("<text>"));
    rest = text_cut(rest, (size_t)start + 6, rest.n);
    return text_cut(rest, 0, (size_t)text_find_char(rest, '<'));
}

static struct spot spot_of(struct text model, size_t at, size_t end)
{
    struct text before = text_cut(model, 0, at);
    struct spot spot = {.at = at, .end = end, .line = 1 + count(before, "\n")};
    ptrdiff_t decision = last(before, "<decision ");
    if (decision < 0)
        return spot;
    struct text inside = text_cut(before, (size_t)decision, before.n);
    spot.table = attribute(inside, " name=\"");
    spot.rule = count(inside, "<rule ");
    ptrdiff_t rule = last(inside, "<rule "), cell = last(inside, "<inputEntry "),
              closed = last(inside, "</inputEntry>");
    if (rule >= 0 && cell > closed)
        spot.column = column_of(inside, text_cut(inside, (size_t)rule, inside.n));
    return spot;
}

/* The n-th place drawn by lot where `from` stands; false where there is none. */
static bool find_spot(struct text model, const char *from, uint64_t n, struct spot *out)
{
    size_t places = count(model, from);
    if (!places)
        return false;
    size_t at = 0;
    for (size_t i = 0; i <= n % places; i++)
        at += (size_t)text_find(text_cut(model, at, model.n), text_of(from)) + (i < n % places);
    *out = spot_of(model, at, at + strlen(from));
    return true;
}

static struct text put(struct text model, size_t at, size_t end, struct text what)
{
    return arena_format(arena, "%.*s%.*s%.*s", TEXT_ARGS(text_cut(model, 0, at)), TEXT_ARGS(what),
                        TEXT_ARGS(text_cut(model, end, model.n)));
}

/* What is said of the pack with these rules; NULL where it loads. */
static const char *complaint(const struct policy_pack *pack, struct text rules)
{
    static char line[800];
    struct policy_pack_files files = *policy_pack_files(pack);
    struct policy_pack *out = NULL;
    struct error error = {0};
    files.rules = rules;
    int result = policy_pack_read(arena_string(arena, policy_pack_info(pack)->id), &files, &out, &error);
    policy_pack_free(&out);
    if (!result)
        return NULL;
    assert_int_equal(result, ERROR_INPUT);
    error_line(&error, line, sizeof line);
    return line;
}

static void says(const char *line, const char *what, struct text part)
{
    if (!line || text_find(text_of(line), part) < 0)
        fail_msg("%s: \"%s\" does not say \"%.*s\"", what, line ? line : "(accepted)", TEXT_ARGS(part));
}

/* File, line, table, rule and cell of the spot. */
static void says_where(const struct policy_pack *pack, const char *line, const char *what,
                       const struct spot *spot)
{
    says(line, what,
         arena_format(arena, "%.*s/policy.dmn:%zu", TEXT_ARGS(policy_pack_info(pack)->id), spot->line));
    says(line, what, arena_format(arena, ", table %.*s", TEXT_ARGS(spot->table)));
    if (spot->rule)
        says(line, what, arena_format(arena, ", rule %zu, ", spot->rule));
    if (spot->column.n)
        says(line, what, arena_format(arena, ", %.*s: ", TEXT_ARGS(spot->column)));
}

/* A quoted word of an input cell or output, drawn by lot; without its quotes. */
static bool find_word(struct text model, const char *entry, uint64_t *random, struct spot *spot)
{
    for (int tries = 0; tries < 200; tries++) {
        struct spot at;
        if (!find_spot(model, entry, case_random(random), &at))
            return false;
        at.end += (size_t)text_find(text_cut(model, at.end, model.n), TEXT("<text>")) + 6;
        struct text rest = text_cut(model, at.end, model.n);
        struct text cell = text_cut(rest, 0, (size_t)text_find(rest, TEXT("</text>")));
        size_t quotes = count(cell, "\"");
        if (quotes < 2 || cell.n > 200)
            continue;
        size_t which = (size_t)(case_random(random) % (quotes / 2)) * 2, i = 0;
        for (size_t seen = 0; seen <= which; i++)
            seen += cell.p[i] == '"';
        size_t from = at.end + (size_t)(cell.p - rest.p) + i;
        size_t end = from + (size_t)text_find_char(text_cut(model, from, model.n), '"');
        if (end - from >= 5) {
            *spot = spot_of(model, from, end);
            return true;
        }
    }
    return false;
}

/* A letter left out inside: what was meant stays the nearest. */
static struct text misspelt(struct text word, uint64_t *random)
{
    size_t drop = 1 + (size_t)(case_random(random) % (word.n - 2));
    return put(word, drop, drop + 1, (struct text){"", 0});
}

static void misspelt_values_and_codes(const struct policy_pack *pack, uint64_t *random)
{
    struct text model = policy_pack_files(pack)->rules;
    struct spot spot;
    for (int n = 0; n < TRIES; n++) {
        assert_true(find_word(model, "<inputEntry ", random, &spot) || n);
        struct text word = text_cut(model, spot.at, spot.end);
        const char *line = complaint(pack, put(model, spot.at, spot.end, misspelt(word, random)));
        says_where(pack, line, "a misspelt value", &spot);
        says(line, "a misspelt value", word.p[0] == '2' ? TEXT("a date is written @\"2026-01-31\"") : word);
        line = complaint(
            pack, put(model, spot.at - 1, spot.at, (struct text){"", 0})); /* its first quote is lost */
        says_where(pack, line, "a quote left out", &spot);
        line = complaint(pack, put(model, spot.end, spot.end + 1, (struct text){"", 0}));
        says_where(pack, line, "a quote not closed", &spot);
    }
    static const char *const decided[] = {"obligations", "outcome", "conditions", "basis"};
    for (int n = 0; n < TRIES; n++) {
        do
            assert_true(find_word(model, "<outputEntry ", random, &spot));
        while (!text_equal(spot.table, text_of(decided[0])) && !text_equal(spot.table, text_of(decided[1])) &&
               !text_equal(spot.table, text_of(decided[2])) && !text_equal(spot.table, text_of(decided[3])));
        struct text word = text_cut(model, spot.at, spot.end);
        const char *line = complaint(pack, put(model, spot.at, spot.end, misspelt(word, random)));
        says(line, "a misspelt code", word);
        says(line, "a misspelt code", arena_format(arena, ", table %.*s, rule ", TEXT_ARGS(spot.table)));
    }
}

/* `from` somewhere made `to`: refused at that very place, saying `meant`. */
static void refused_there(const struct policy_pack *pack, uint64_t *random, const char *what,
                          const char *from, size_t skip, const char *to, const char *meant)
{
    struct text model = policy_pack_files(pack)->rules;
    struct spot spot;
    for (int n = 0; n < 3; n++) {
        do { /* where rules test, not what they give */
            if (!find_spot(model, from, case_random(random), &spot))
                fail_msg("no place for %s", what);
            spot = spot_of(model, spot.at + skip, spot.end);
        } while (spot.rule && !spot.column.n);
        const char *line = complaint(pack, put(model, spot.at, spot.end, text_of(to)));
        says_where(pack, line, what, &spot);
        says(line, what, text_of(meant));
    }
}

static void mistakes_are_refused_where_they_are(void **state)
{
    uint64_t random = 11;
    (void)state;
    for (size_t p = 0; p < ids; p++) {
        struct policy_pack *pack POLICY_PACK_SCOPE = case_pack(arena_string(arena, id[p]));
        misspelt_values_and_codes(pack, &random);
        refused_there(pack, &random, "a misspelt boolean", "<text>true<", 6, "ture<", "true");
        refused_there(pack, &random, "a boolean in quotes", "<text>false<", 6, "\"false\"<", "false");
        refused_there(pack, &random, "a word for a number", "<text>&gt;= 16<", 6, "&gt;= sixteen<",
                      "subject_age");
        refused_there(pack, &random, "a text for a number", "<text>&gt;= 16<", 6, "&gt;= \"16\"<",
                      "Write a number");
        refused_there(pack, &random, "bad FEEL", "<text>&gt;= 16<", 6, "&gt;= [16<", "subject_age");
        refused_there(pack, &random, "an expression", "<text>&gt;= 16<", 6, "? + 1 &gt; 3<",
                      "List the values");
        refused_there(pack, &random, "a misspelt hit policy", "hitPolicy=\"UNIQUE\"", 0,
                      "hitPolicy=\"UNIQU\"", "UNIQUE");
        refused_there(pack, &random, "another hit policy", "hitPolicy=\"COLLECT\"", 0, "hitPolicy=\"ANY\"",
                      "FIRST");
        refused_there(pack, &random, "a fact misspelt", "<text>child_harm<", 6, "chld_harm<", "child_harm");
    }
}

/* What is not in a cell: sources, types, requirements, names. File and line, and what was meant. */
static void mistakes_around_the_tables(void **state)
{
    uint64_t random = 5;
    (void)state;
    for (size_t p = 0; p < ids; p++) {
        struct policy_pack *pack POLICY_PACK_SCOPE = case_pack(arena_string(arena, id[p]));
        struct text model = policy_pack_files(pack)->rules;
        struct text source = policy_pack_info(pack)->source[0].code;
        const char *from = arena_string(arena, arena_format(arena, "<text>%.*s<", TEXT_ARGS(source)));
        struct spot spot;
        assert_true(find_spot(model, from, case_random(&random), &spot));
        const char *line = complaint(pack, put(model, spot.at, spot.end, TEXT("<text>XYZ<")));
        says(line, "an unknown source", source);
        says(line, "an unknown source",
             arena_format(arena, ", table %.*s, rule %zu, ", TEXT_ARGS(spot.table), spot.rule));
        assert_true(find_spot(model, "typeRef=\"boolean\"", case_random(&random), &spot));
        line = complaint(pack, put(model, spot.at, spot.end, TEXT("typeRef=\"bolean\"")));
        says(line, "an unknown type", TEXT("boolean"));
        says(line, "an unknown type",
             arena_format(arena, "policy.dmn:%zu", 1 + count(text_cut(model, 0, spot.at), "\n")));
        assert_true(find_spot(model, "typeRef=\"boolean\">\n          <text>", case_random(&random), &spot));
        line = complaint(pack, put(model, spot.at, spot.end, TEXT("typeRef=\"string\">\n          <text>")));
        says(line, "another type", TEXT("type of the column"));
        says(line, "another type", arena_format(arena, ", table %.*s, ", TEXT_ARGS(spot.table)));
        assert_true(find_spot(model, "requiredInput href=\"#fact-recipient\"", case_random(&random), &spot));
        line = complaint(pack, put(model, spot.at, spot.end, TEXT("requiredInput href=\"#fact-recipiant\"")));
        says(line, "a requirement of nothing", TEXT("#fact-recipient"));
        says(line, "a requirement of nothing",
             arena_format(arena, "policy.dmn:%zu: \"%.*s\"", spot.line, TEXT_ARGS(spot.table)));
        assert_true(find_spot(model, "id=\"outcome\" name=\"outcome\"", 0, &spot));
        line = complaint(pack, put(model, spot.at, spot.end, TEXT("id=\"outcome\" name=\"outcomes\"")));
        says(line, "a table that is missing", TEXT("outcome"));
        assert_true(find_spot(model, "<requiredDecision href=\"#", case_random(&random), &spot));
        line = complaint(pack, put(model, spot.end, spot.end,
                                   arena_format(arena,
                                                "%.*s\"/></informationRequirement><informationRequirement>"
                                                "<requiredDecision href=\"#",
                                                TEXT_ARGS(spot.table))));
        says(line, "a circle", TEXT("needs itself"));
        says(line, "a circle", spot.table);
    }
}

/* The rule drawn by lot of a table with this hit policy, whole. */
static bool find_rule(struct text model, const char *policy, uint64_t n, struct spot *spot)
{
    struct spot table;
    if (!find_spot(model, policy, n, &table))
        return false;
    struct text rest = text_cut(model, table.end, model.n);
    struct text rules = text_cut(rest, 0, (size_t)text_find(rest, TEXT("</decisionTable>")));
    struct spot rule;
    assert_true(find_spot(rules, "<rule ", n / 7, &rule));
    size_t end = rule.at + (size_t)text_find(text_cut(rules, rule.at, rules.n), TEXT("</rule>")) + 7;
    *spot = spot_of(model, table.end + rule.at, table.end + end);
    return true;
}

/* Tables that read well but do not hold: the check names the table, its rules and the smallest case. */
static void overlaps_and_gaps_are_shown(void **state)
{
    uint64_t random = 9;
    (void)state;
    for (size_t p = 0; p < ids; p++) {
        struct policy_pack *pack POLICY_PACK_SCOPE = case_pack(arena_string(arena, id[p]));
        struct text model = policy_pack_files(pack)->rules;
        for (int gap = 0; gap < 2; gap++) {
            struct spot spot;
            struct policy_pack_files files = *policy_pack_files(pack);
            struct policy_pack *bad POLICY_PACK_SCOPE = NULL;
            struct buffer report = buffer_in(arena);
            struct error error = {0};
            assert_true(find_rule(model, "hitPolicy=\"UNIQUE\"", case_random(&random), &spot));
            struct text rule = text_cut(model, spot.at, spot.end);
            files.rules = gap ? put(model, spot.at, spot.end, (struct text){"", 0})
                              : put(model, spot.end, spot.end, rule);
            if (policy_pack_read(arena_string(arena, id[p]), &files, &bad, &error)) {
                says(error.what, "a rule taken out",
                     TEXT("gives this value")); /* another table tests what it gave */
                continue;
            }
            assert_int_equal(policy_check(bad, arena, &report, &error), ERROR_CHECK);
            const char *said = arena_string(arena, buffer_result(&report));
            says(said, "overlap or gap", arena_format(arena, "table %.*s", TEXT_ARGS(spot.table)));
            says(said, "overlap or gap", gap ? TEXT("a case has no rule") : TEXT("both match"));
            says(said, "overlap or gap", TEXT("for example {\""));
            if (!gap)
                says(said, "overlap",
                     arena_format(arena, "rule %zu and rule %zu", spot.rule + 1, spot.rule + 2));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mistakes_are_refused_where_they_are),
        cmocka_unit_test(mistakes_around_the_tables),
        cmocka_unit_test(overlaps_and_gaps_are_shown),
    };
    return cmocka_run_group_tests(tests, list, unlist);
}
