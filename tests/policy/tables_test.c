#include "cases.h"

#include "show/tables_words.h"

/* Tables as they are shown: whole, in plain words that say what the rules test, each with its place. */

static const char *const packs[] = {"manchester-2016",      "bexley-2015",          "west-midlands-2024",
                                 "leicestershire-2017", "buckinghamshire-2018", "england"};

static bool within(struct text whole, struct text part)
{
    return text_find(whole, part) >= 0;
}

static const struct policy_table *find_table(const struct policy_graph *graph, struct text name)
{
    for (size_t t = 0; t < graph->tables; t++)
        if (text_equal(graph->table[t].name, name))
            return &graph->table[t];
    return NULL;
}

static void check_table(const struct policy_graph *graph, size_t t)
{
    const struct policy_table *table = &graph->table[t];
    assert_true(table->question.n && table->rules && table->outputs);
    for (size_t i = 0; i < table->needs; i++)
        assert_true(table->need[i] < t);
    size_t tested = 0;
    for (size_t i = 0; i < table->columns; i++) {
        assert_true(table->column[i].words.n && table->column[i].key.n);
        tested += !table->column[i].fact;
    }
    assert_true(table->needs <= tested && (tested == 0) == (table->needs == 0));
    for (size_t r = 0; r < table->rules; r++) {
        const struct policy_table_rule *rule = &table->rule[r];
        assert_true(rule->citation.source.n && rule->citation.where.n && rule->source_title.n > rule->citation.source.n);
        for (size_t i = 0; i < table->columns; i++)
            assert_int_equal(rule->cell[i].words.n == 0, text_equal(rule->cell[i].test, TEXT("-")));
        for (size_t o = 0; o < table->outputs; o++)
            assert_int_equal(rule->gives[o].value.n == 0, rule->gives[o].words.n == 0);
    }
    assert_true(table->placed);
    for (size_t other = 0; other < t; other++) {
        const struct policy_table *b = &graph->table[other];
        assert_true(table->x + table->width < b->x || b->x + b->width < table->x ||
                    table->y + table->height < b->y || b->y + b->height < table->y);
    }
}

static void every_table_is_whole_and_drawn_apart(void **state)
{
    (void)state;
    for (size_t p = 0; p < sizeof packs / sizeof *packs; p++) {
        struct policy_pack *pack POLICY_PACK_SCOPE = case_pack(packs[p]);
        struct arena *arena ARENA_SCOPE = arena_new(64 << 20, ARENA_PLAIN);
        struct policy_graph whole, part;
        struct error error;
        assert_int_equal(policy_tables(pack, NULL, arena, &whole, &error), 0);
        size_t parts = 0;
        for (size_t t = 0; t < whole.tables; t++)
            check_table(&whole, t);
        for (enum policy_decision d = POLICY_SHARE; d <= POLICY_DEADLINE; d++) {
            assert_int_equal(policy_tables(pack, &d, arena, &part, &error), 0);
            for (size_t t = 0; t < part.tables; t++) {
                check_table(&part, t);
                assert_non_null(find_table(&whole, part.table[t].name));
            }
            parts += part.tables;
        }
        assert_true(parts >= whole.tables); /* no table is of no decision */
        assert_null(find_table(&whole, TEXT("no-such-table")));
    }
}

/* Whatever fires is found in the table, and its cells say in words what was known. */
static void words_tell_what_the_rules_test(void **state)
{
    uint64_t random = 11;
    size_t listed = 0, excepted = 0;
    enum policy_decision share = POLICY_SHARE;
    (void)state;
    for (size_t p = 0; p < sizeof packs / sizeof *packs; p++) {
        struct policy_pack *pack POLICY_PACK_SCOPE = case_pack(packs[p]);
        struct arena *kept ARENA_SCOPE = arena_new(64 << 20, ARENA_PLAIN);
        struct arena *arena ARENA_SCOPE = arena_new(64 << 20, ARENA_PLAIN);
        struct policy_graph graph;
        struct error error;
        assert_int_equal(policy_tables(pack, &share, kept, &graph, &error), 0);
        for (int n = 0; n < 200; n++) {
            arena_reset(arena);
            struct policy_facts *facts = policy_facts_new(pack, arena);
            struct policy_answer answer;
            for (size_t f = 0; f < policy_fact_count(pack); f++) {
                const struct policy_fact_info *info = policy_fact_info(pack, f);
                if (info->values && case_random(&random) % 8)
                    assert_int_equal(
                        policy_facts_set(facts, info->key, info->value[case_random(&random) % info->values], &error), 0);
            }
            assert_int_equal(policy_answer(pack, share, facts, arena, &answer, &error), 0);
            for (size_t i = 0; i < answer.fireds; i++) {
                const struct policy_fired *fired = &answer.fired[i];
                const struct policy_table *table = find_table(&graph, fired->table);
                assert_true(table && fired->rule >= 1 && fired->rule <= table->rules);
                const struct policy_table_rule *rule = &table->rule[fired->rule - 1];
                assert_true(text_equal(rule->gives[0].value, fired->gives));
                assert_true(text_equal(rule->citation.where, fired->citation.where));
                for (size_t t = 0; t < fired->tests; t++) {
                    const struct policy_tested *tested = &fired->tested[t];
                    size_t c = 0;
                    while (c < table->columns && !text_equal(table->column[c].name, tested->name))
                        c++;
                    assert_true(c < table->columns);
                    const struct policy_cell *cell = &rule->cell[c];
                    assert_true(text_equal(cell->test, tested->test));
                    if (tested->value.p)
                        assert_true(policy_cell_passes(pack, table->name, fired->rule - 1, c, tested->value));
                    const struct policy_fact_info *info = policy_fact_find(pack, tested->name);
                    if (!tested->value.p || !info || !info->values)
                        continue;
                    struct text word = arena_format(
                        arena, "“%.*s”", TEXT_ARGS(policy_value_words(pack, tested->name, tested->value)));
                    bool except = text_starts(cell->words, TEXT("anything but "));
                    assert_int_equal(within(cell->words, word), !except);
                    listed += !except;
                    excepted += except;
                }
            }
        }
    }
    assert_true(listed > 1000 && excepted > 100);
}

static void words_of_one_table(void **state)
{
    struct arena *arena ARENA_SCOPE = arena_new(16 << 20, ARENA_PLAIN);
    struct policy_pack *pack POLICY_PACK_SCOPE = case_pack("manchester-2016");
    struct policy_graph graph;
    struct error error;
    enum policy_decision decision = POLICY_SHARE;
    (void)state;
    assert_int_equal(policy_tables(pack, &decision, arena, &graph, &error), 0);
    const struct policy_table *table = find_table(&graph, TEXT("consent_stands"));
    assert_true(text_equal(table->question, TEXT("Do you have consent?")));
    assert_int_equal(table->hit, POLICY_HIT_ONE);
    assert_true(text_equal(table->column[0].words, TEXT("Consent")));
    assert_true(text_equal(table->rule[0].cell[0].words, TEXT("“Yes, they agreed”")));
    assert_true(policy_cell_passes(pack, table->name, 0, 0, TEXT("given")));
    assert_false(policy_cell_passes(pack, table->name, 0, 0, TEXT("refused")));
    assert_true(policy_cell_passes(pack, table->name, 2, 0, TEXT("refused")));
    assert_false(policy_cell_passes(pack, table->name, 2, 0, TEXT("no such value")));
    assert_false(policy_cell_passes(pack, table->name, 99, 0, TEXT("given")));
    assert_false(policy_cell_passes(pack, TEXT("no-such-table"), 0, 0, TEXT("given")));
    assert_true(text_equal(table->rule[2].cell[0].words, TEXT("anything but “Yes, they agreed”")));
    assert_true(text_equal(table->rule[2].cell[1].words, TEXT("")));
    assert_true(text_equal(table->rule[2].gives[0].words, TEXT("No")));
    table = find_table(&graph, TEXT("outcome"));
    assert_int_equal(table->needs, 2);
    assert_true(text_equal(table->rule[0].gives[0].words, TEXT("Do not share it")));
    assert_true(text_equal(table->rule[6].cell[4].words, TEXT("“Unsure”")));
    decision = POLICY_CONSENT;
    assert_int_equal(policy_tables(pack, &decision, arena, &graph, &error), 0);
    assert_true(text_equal(find_table(&graph, TEXT("consent_from"))->rule[0].cell[0].words, TEXT("16 or more")));
}

static void ranges_in_words(void **state)
{
    static const struct {
        const char *test, *words;
    } of[] = {
        {">= 16", "16 or more"},
        {"<= 4", "4 or less"},
        {"< 16", "under 16"},
        {"> 2.5", "more than 2.5"},
        {"16", "16"},
        {"[12..16)", "from 12 to under 16"},
        {"[12..16]", "from 12 to 16"},
        {"(12..16]", "more than 12 to 16"},
        {"1, 3", "1 or 3"},
        {"not(1, 3)", "anything but 1 or 3"},
        {"< @\"2026-09-30\"", "before 30 September 2026"},
        {">= @\"2026-02-05\"", "on or after 5 February 2026"},
        {"[@\"2026-02-05\"..@\"2026-09-30\")", "from 5 February 2026 to before 30 September 2026"},
        {"@\"2026-01-01\"", "1 January 2026"},
        {"@\"2026-13-01\"", "@\"2026-13-01\""},
    };
    struct arena *arena ARENA_SCOPE = arena_new(1 << 20, ARENA_PLAIN);
    (void)state;
    for (size_t i = 0; i < sizeof of / sizeof *of; i++) {
        struct text words = policy_range_words(text_of(of[i].test), arena);
        if (!text_equal(words, text_of(of[i].words)))
            fail_msg("%s: \"%.*s\"", of[i].test, TEXT_ARGS(words));
    }
}

static void a_full_arena_is_told(void **state)
{
    struct arena *arena ARENA_SCOPE = arena_new(4096, ARENA_PLAIN);
    struct policy_pack *pack POLICY_PACK_SCOPE = case_pack("england");
    struct policy_graph graph;
    struct error error;
    (void)state;
    assert_int_equal(policy_tables(pack, NULL, arena, &graph, &error), ERROR_TOO_LARGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_table_is_whole_and_drawn_apart),
        cmocka_unit_test(words_tell_what_the_rules_test),
        cmocka_unit_test(words_of_one_table),
        cmocka_unit_test(ranges_in_words),
        cmocka_unit_test(a_full_arena_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
