#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/error.h"
#include "pages/path.h"
#include "answer/path.h"
#include "answer/picture_inside.h"
#include "web.h"

/* Drawings of decisions, and the page of a whole policy. tests/browser/path.mjs judges how they look. */

static const char *const packs[] = {"manchester-2016",      "bexley-2015",          "west-midlands-2024",
                                 "leicestershire-2017", "buckinghamshire-2018", "england"};

static struct arena *arena;
static struct error error;

static int set_up(void **state)
{
    (void)state;
    arena = arena_new(256 << 20, ARENA_PLAIN);
    return arena ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static struct policy_graph graph_of(const struct policy_pack *pack, enum policy_decision decision)
{
    struct policy_graph graph;
    assert_int_equal(policy_tables(pack, &decision, arena, &graph, &error), 0);
    return graph;
}

static struct policy_pack *load(const char *id)
{
    struct policy_pack *pack = NULL;
    assert_int_equal(policy_pack_load("packs", id, &pack, &error), 0);
    return pack;
}

/* One box in a place, and each below all that need it. */
static void check_places(const struct policy_graph *graph, const struct picture_place *place, size_t columns, size_t rows)
{
    for (size_t t = 0; t < graph->tables; t++) {
        assert_true(place[t].column < columns && place[t].row < rows);
        for (size_t i = 0; i < graph->table[t].needs; i++)
            assert_true(place[graph->table[t].need[i]].row > place[t].row);
        for (size_t other = 0; other < t; other++)
            assert_true(place[t].row != place[other].row || place[t].column != place[other].column);
    }
}

/* Where two boxes stand in the model's drawing is how they stand here: left of, above. */
static void the_drawing_of_the_model_is_kept(void **state)
{
    (void)state;
    for (size_t p = 0; p < sizeof packs / sizeof *packs; p++) {
        struct policy_pack *pack POLICY_PACK_SCOPE = load(packs[p]);
        for (enum policy_decision d = POLICY_SHARE; d <= POLICY_DEADLINE; d++) {
            struct policy_graph graph = graph_of(pack, d);
            struct picture_place *place = ARENA_ARRAY(arena, struct picture_place, graph.tables);
            size_t columns, rows;
            assert_true(picture_layout(arena, &graph, place, &columns, &rows));
            check_places(&graph, place, columns, rows);
            for (size_t a = 0; a < graph.tables; a++)
                for (size_t b = 0; b < graph.tables; b++) {
                    if (graph.table[a].x < graph.table[b].x)
                        assert_true(place[a].column < place[b].column);
                    if (graph.table[a].y < graph.table[b].y)
                        assert_true(place[a].row < place[b].row);
                }
        }
    }
}

static void a_model_without_a_readable_drawing_is_laid_out_in_layers(void **state)
{
    (void)state;
    struct policy_pack *pack POLICY_PACK_SCOPE = load("england");
    for (int how = 0; how < 3; how++) {
        struct policy_graph graph = graph_of(pack, POLICY_SHARE);
        struct policy_table *table = ARENA_ARRAY(arena, struct policy_table, graph.tables);
        struct picture_place *place = ARENA_ARRAY(arena, struct picture_place, graph.tables);
        size_t columns, rows;
        for (size_t t = 0; t < graph.tables; t++) {
            table[t] = graph.table[t];
            if (how == 0 && t == 3)
                table[t].placed = false; /* one is missing */
            if (how == 1)
                table[t].y = -table[t].y; /* upside down */
            if (how == 2)
                table[t].x = table[t].y = 10; /* all upon each other */
        }
        graph.table = table;
        assert_true(picture_layout(arena, &graph, place, &columns, &rows));
        check_places(&graph, place, columns, rows);
    }
}

static void words_are_broken_into_lines_without_loss(void **state)
{
    (void)state;
    const struct text *line;
    assert_int_equal(picture_wrap(arena, TEXT(""), 14, false, 100, &line), 0);
    size_t n = picture_wrap(arena, TEXT("Is there explicit, informed consent?"), 14, true, 120, &line);
    assert_true(n > 1);
    struct buffer whole = buffer_in(arena);
    for (size_t i = 0; i < n; i++) {
        assert_true(line[i].n < 20);
        buffer_format(&whole, "%s%.*s", i ? " " : "", TEXT_ARGS(line[i]));
    }
    assert_true(text_equal(buffer_result(&whole), TEXT("Is there explicit, informed consent?")));
    assert_int_equal(picture_wrap(arena, TEXT("Oneverylongwordthatfitsnowhere"), 14, true, 20, &line), 1);
}

/* What only looks like a trace of the pack is refused, not drawn. */
static void a_trace_of_another_pack_is_refused(void **state)
{
    (void)state;
    struct policy_pack *pack POLICY_PACK_SCOPE = load("manchester-2016");
    struct path path;
    const struct json *fired;
    assert_int_equal(json_read(arena, TEXT("[{\"table\":\"no_such_table\",\"rule\":1,\"gives\":\"x\",\"tested\":[]}]"),
                               "fired", &fired, &error), 0);
    assert_int_equal(path_read(arena, pack, fired, NULL, &path, &error), ERROR_CHECK);
    assert_int_equal(json_read(arena, TEXT("[]"), "fired", &fired, &error), 0);
    assert_int_equal(path_read(arena, pack, fired, NULL, &path, &error), 0);
    assert_int_equal(path.steps_n, 0);
    for (size_t i = 0; i < path.picture.boxes_n; i++)
        assert_false(path.picture.boxes[i].lit);
}

static size_t times(struct text page, const char *words)
{
    size_t n = 0;
    for (ptrdiff_t at; (at = text_find(page, text_of(words))) >= 0; n++)
        page = text_cut(page, (size_t)at + 1, page.n);
    return n;
}

static void a_policy_is_one_page_that_needs_nothing_else(void **state)
{
    (void)state;
    for (size_t p = 0; p < sizeof packs / sizeof *packs; p++) {
        struct policy_pack *pack POLICY_PACK_SCOPE = load(packs[p]);
        struct buffer out = buffer_in(arena);
        assert_int_equal(web_policy_page(pack, arena, &out, &error), 0);
        struct text page = buffer_result(&out);
        size_t rules = 0, tables = 0, decisions = 0, terms;
        for (enum policy_decision d = POLICY_SHARE; d <= POLICY_DEADLINE; d++) {
            if (!policy_pack_info(pack)->decides[d])
                continue;
            struct policy_graph graph = graph_of(pack, d);
            decisions++;
            tables += graph.tables;
            for (size_t t = 0; t < graph.tables; t++)
                rules += graph.table[t].rules;
        }
        assert_int_equal(times(page, "<svg "), decisions);
        assert_int_equal(times(page, "<table "), tables);
        assert_int_equal(times(page, "<th scope=\"row\""), rules);
        assert_int_equal(times(page, "class=\"proviso-source\""), rules);
        assert_int_equal(times(page, "<script"), 0);
        assert_int_equal(times(page, "<link"), 0);
        assert_int_equal(times(page, " src="), 0);
        assert_int_equal(times(page, "http"), decisions); /* the name of SVG */
        assert_int_equal(times(page, "href=\"/"), 0);
        (void)policy_glossary(pack, &terms);
        assert_true(terms > 0 && times(page, "What the words mean") == 2);
    }
}

/* Where the version is not at hand the page says so, shows the record, and draws nothing. */
static void without_its_version_the_record_is_shown(void **state)
{
    (void)state;
    const struct json *fired;
    struct buffer out = buffer_in(arena);
    struct page_path page = {.title = TEXT("How the answer came about"),
                             .back = TEXT("/decision/1"),
                             .outcome = TEXT("You may share it"),
                             .decided = true,
                             .policy = TEXT("old-policy, version 2001-01-01")};
    assert_int_equal(json_read(arena, TEXT("[{\"table\":\"outcome\",\"rule\":1,\"gives\":\"share\",\"note\":\"There is consent.\","
                                           "\"source\":\"OLD\",\"title\":\"The old policy\",\"where\":\"Section 9\"}]"),
                               "fired", &fired, &error), 0);
    assert_int_equal(path_recorded(arena, fired, &page.recorded, &page.recorded_n, &error), 0);
    page_path(&out, &page);
    struct text html = buffer_result(&out);
    assert_int_equal(times(html, "There is consent."), 1);
    assert_int_equal(times(html, "The old policy, Section 9"), 1);
    assert_int_equal(times(html, "old-policy, version 2001-01-01"), 1);
    assert_int_equal(times(html, "not at hand"), 1);
    assert_int_equal(times(html, "proviso-picture"), 0);
    assert_int_equal(times(html, "Step by step"), 0);
}

static void a_full_arena_is_told(void **state)
{
    (void)state;
    struct policy_pack *pack POLICY_PACK_SCOPE = load("england");
    struct arena *small ARENA_SCOPE = arena_new(64 << 10, ARENA_PLAIN);
    struct buffer out = buffer_in(small);
    assert_int_equal(web_policy_page(pack, small, &out, &error), ERROR_TOO_LARGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_drawing_of_the_model_is_kept, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_model_without_a_readable_drawing_is_laid_out_in_layers, set_up, tear_down),
        cmocka_unit_test_setup_teardown(words_are_broken_into_lines_without_loss, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_trace_of_another_pack_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_policy_is_one_page_that_needs_nothing_else, set_up, tear_down),
        cmocka_unit_test_setup_teardown(without_its_version_the_record_is_shown, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_full_arena_is_told, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
