#include "diagram/diagram.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

/* Random functions of five small variables, as diagrams and as plain tables of all 2*3*4*2*3 cases. */
enum { VARIABLES = 5, CASES = 2 * 3 * 4 * 2 * 3 };

static const uint16_t width[VARIABLES] = {2, 3, 4, 2, 3};

struct fixture {
    struct arena *arena;
    struct diagram_forest forest;
    uint64_t random;
};

static uint32_t below(struct fixture *t, uint32_t n)
{
    t->random = t->random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(t->random >> 33) % n;
}

static void case_of(size_t n, uint16_t *assignment)
{
    for (size_t v = 0; v < VARIABLES; v++) {
        assignment[v] = (uint16_t)(n % width[v]);
        n /= width[v];
    }
}

static size_t number_of(const uint16_t *assignment)
{
    size_t n = 0;
    for (size_t v = VARIABLES; v-- > 0;)
        n = n * width[v] + assignment[v];
    return n;
}

/* A random combination of members: its diagram, and its value in every case. */
static uint32_t random_function(struct fixture *t, int depth, uint8_t *table, bool boolean)
{
    uint8_t a[CASES], b[CASES], c[CASES];
    uint16_t assignment[VARIABLES];
    if (depth == 0) {
        uint16_t v = (uint16_t)below(t, VARIABLES);
        bool classes[4];
        uint32_t values[4];
        for (size_t i = 0; i < width[v]; i++) {
            classes[i] = below(t, 2);
            values[i] = boolean ? classes[i] : below(t, 5);
        }
        for (size_t n = 0; n < CASES; n++) {
            case_of(n, assignment);
            table[n] = (uint8_t)values[assignment[v]];
        }
        return boolean ? diagram_member(&t->forest, v, classes) : diagram_node(&t->forest, v, values);
    }
    uint32_t fa = random_function(t, depth - 1, a, true);
    uint32_t fb = random_function(t, depth - 1, b, boolean);
    uint32_t fc = random_function(t, depth - 1, c, boolean);
    for (size_t n = 0; n < CASES; n++)
        table[n] = a[n] ? b[n] : c[n];
    return diagram_choose(&t->forest, fa, fb, fc);
}

static int start(void **state)
{
    static struct fixture t;
    t.arena = arena_new(64 << 20, ARENA_PLAIN);
    t.random = 7;
    *state = &t;
    return t.arena && diagram_start(&t.forest, t.arena, t.arena, width, VARIABLES, 100000) ? 0 : -1;
}

static int finish(void **state)
{
    struct fixture *t = *state;
    arena_free(&t->arena);
    return 0;
}

/* The value of f where every variable that it tests is known. */
static uint32_t value_of(const struct diagram_forest *forest, uint32_t f, const uint16_t *assignment)
{
    while (!diagram_is_value(f))
        f = diagram_children(forest, f)[assignment[diagram_variable(forest, f)]];
    return f;
}

static void diagrams_compute_their_functions(void **state)
{
    struct fixture *t = *state;
    uint8_t table[CASES];
    uint16_t assignment[VARIABLES];
    for (int round = 0; round < 300; round++) {
        uint32_t f = random_function(t, 3, table, false);
        for (size_t n = 0; n < CASES; n++) {
            case_of(n, assignment);
            assert_int_equal(value_of(&t->forest, f, assignment), table[n]);
        }
    }
}

static void equal_functions_are_one_number(void **state)
{
    struct fixture *t = *state;
    uint8_t table[CASES];
    for (int round = 0; round < 200; round++) {
        uint32_t f = random_function(t, 2, table, true);
        assert_int_equal(diagram_not(&t->forest, diagram_not(&t->forest, f)), f);
        assert_int_equal(diagram_and(&t->forest, f, diagram_not(&t->forest, f)), 0);
        assert_int_equal(diagram_or(&t->forest, f, diagram_not(&t->forest, f)), 1);
    }
}

static void restricting_and_dependence_are_exact(void **state)
{
    struct fixture *t = *state;
    uint8_t table[CASES];
    for (int round = 0; round < 400; round++) {
        uint32_t f = random_function(t, 3, table, false);
        uint16_t known[VARIABLES], full[VARIABLES];
        for (size_t v = 0; v < VARIABLES; v++)
            known[v] = below(t, 2) ? (uint16_t)below(t, width[v]) : DIAGRAM_OPEN;
        struct diagram_forest over;
        struct diagram_walk walk;
        bool depends[VARIABLES] = {false};
        assert_true(diagram_start_over(&over, t->arena, &t->forest, 10000));
        assert_true(diagram_walk_start(&walk, t->arena, &over, known));
        uint32_t settled = diagram_settled(&walk, f);
        diagram_depends(&over, t->arena, diagram_restrict(&walk, f), depends);
        int one = -1;
        bool several = false, truly[VARIABLES] = {false};
        for (size_t n = 0; n < CASES; n++) {
            case_of(n, full);
            bool fits = true;
            for (size_t v = 0; v < VARIABLES; v++)
                fits = fits && (known[v] == DIAGRAM_OPEN || known[v] == full[v]);
            if (!fits)
                continue;
            several = several || (one >= 0 && one != table[n]);
            one = table[n];
            assert_true(diagram_possible(&walk, f, table[n]));
            for (size_t v = 0; v < VARIABLES; v++) {
                uint16_t kept = full[v];
                for (full[v] = 0; known[v] == DIAGRAM_OPEN && full[v] < width[v]; full[v]++)
                    truly[v] = truly[v] || table[number_of(full)] != table[n];
                full[v] = kept;
            }
        }
        assert_int_equal(settled, several ? DIAGRAM_NONE : (uint32_t)one);
        for (size_t v = 0; v < VARIABLES; v++)
            assert_int_equal(depends[v], truly[v]);
    }
}

static void the_smallest_case_is_a_case_and_smallest(void **state)
{
    struct fixture *t = *state;
    uint8_t table[CASES];
    for (int round = 0; round < 200; round++) {
        uint32_t f = random_function(t, 3, table, true);
        uint16_t found[VARIABLES], full[VARIABLES];
        bool any = memchr(table, 1, CASES) != NULL;
        assert_int_equal(diagram_smallest(&t->forest, t->arena, f, 1, found), any);
        if (!any)
            continue;
        for (size_t n = 0; n < CASES; n++) {
            case_of(n, full);
            bool fits = true;
            for (size_t v = 0; v < VARIABLES; v++)
                fits = fits && (found[v] == DIAGRAM_OPEN || found[v] == full[v]);
            assert_true(!fits || table[n] == 1);
        }
    }
}

static void shares_count_cases(void **state)
{
    struct fixture *t = *state;
    uint8_t table[CASES];
    for (int round = 0; round < 100; round++) {
        uint32_t f = random_function(t, 3, table, true);
        size_t ones = 0;
        for (size_t n = 0; n < CASES; n++)
            ones += table[n];
        double share = diagram_share(&t->forest, t->arena, f, 1) * CASES;
        assert_true(share > (double)ones - 0.001 && share < (double)ones + 0.001);
    }
}

static void a_full_forest_says_so(void **state)
{
    struct fixture *t = *state;
    struct diagram_forest small;
    bool classes[4] = {true, false, true, false};
    assert_true(diagram_start(&small, t->arena, t->arena, width, VARIABLES, 1));
    assert_int_not_equal(diagram_member(&small, 0, classes), DIAGRAM_NONE);
    assert_int_equal(diagram_member(&small, 1, classes), DIAGRAM_NONE);
    assert_true(small.full);
    assert_int_equal(diagram_and(&small, 1, DIAGRAM_NONE), DIAGRAM_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(diagrams_compute_their_functions, start, finish),
        cmocka_unit_test_setup_teardown(equal_functions_are_one_number, start, finish),
        cmocka_unit_test_setup_teardown(restricting_and_dependence_are_exact, start, finish),
        cmocka_unit_test_setup_teardown(the_smallest_case_is_a_case_and_smallest, start, finish),
        cmocka_unit_test_setup_teardown(shares_count_cases, start, finish),
        cmocka_unit_test_setup_teardown(a_full_forest_says_so, start, finish),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
