#include "cases.h"

#include "internal.h"

#include "base/error.h"

#include <sys/resource.h>

/*
 * Packs that are huge, or whose tables explode when they are compiled: refused within the nodes, steps and
 * memory that a pack may use. Counted, not timed; the whole program runs within little address space too.
 */
enum { MIB = 1 << 20, MOST_NODES = 2000000 };

static struct arena *arena;
static struct policy_pack *like;

static int prepare(void **state)
{
    (void)state;
    arena = arena_new((size_t)256 * MIB, ARENA_PLAIN);
    like = case_pack("manchester-2016");
    return arena && like ? 0 : -1;
}

static int clean(void **state)
{
    (void)state;
    policy_pack_free(&like);
    arena_free(&arena);
    return 0;
}

/* What a made-up pack is made of. */
struct made {
    size_t facts, tables, inputs, rules, values; /* of each table; values: of each fact */
    const char *cell;                            /* of every input; NULL: pairs of distant facts */
    const char *policy;
};

static struct text facts_of(const struct made *m)
{
    struct buffer b = buffer_in(arena);
    buffer_string(&b, "{\"id\":\"made\",\"title\":\"t\",\"version\":\"1\",\"valid_from\":\"2020-01-01\","
                      "\"sources\":[{\"code\":\"X\","
                      "\"title\":\"x\"}],\"facts\":[");
    for (size_t f = 0; f < m->facts; f++) {
        buffer_format(&b, "%s{\"key\":\"f%zu\",\"kind\":\"choice\",\"values\":[", f ? "," : "", f);
        for (size_t v = 0; v < m->values; v++)
            buffer_format(&b, "%s\"v%zu\"", v ? "," : "", v);
        buffer_string(&b, "]}");
    }
    buffer_string(&b, "]}");
    return buffer_result(&b);
}

/* Each table needs the one before it, the last is the outcome. */
static struct text rules_of(const struct made *m)
{
    struct buffer b = buffer_in(arena);
    buffer_string(&b, "<definitions xmlns=\"https://www.omg.org/spec/DMN/20191111/MODEL/\" id=\"m\" "
                      "name=\"m\" namespace=\"urn:m\">");
    for (size_t f = 0; f < m->facts; f++)
        buffer_format(&b, "<inputData id=\"f%zu\" name=\"f%zu\"/>", f, f);
    for (size_t t = 0; t < m->tables; t++) {
        bool last = t + 1 == m->tables;
        struct text name = last ? TEXT("outcome") : arena_format(arena, "t%zu", t);
        buffer_format(&b, "<decision id=\"%.*s\" name=\"%.*s\">", TEXT_ARGS(name), TEXT_ARGS(name));
        for (size_t i = 0; i < m->inputs; i++)
            buffer_format(
                &b, "<informationRequirement><requiredInput href=\"#f%zu\"/></informationRequirement>", i);
        if (t)
            buffer_format(
                &b, "<informationRequirement><requiredDecision href=\"#t%zu\"/></informationRequirement>",
                t - 1);
        buffer_format(&b, "<decisionTable hitPolicy=\"%s\">", m->policy);
        for (size_t i = 0; i < m->inputs; i++)
            buffer_format(&b, "<input><inputExpression><text>f%zu</text></inputExpression></input>", i);
        if (t)
            buffer_format(&b, "<input><inputExpression><text>t%zu</text></inputExpression></input>", t - 1);
        buffer_string(&b, "<output/><annotation name=\"source\"/><annotation name=\"where\"/>");
        for (size_t r = 0; r < m->rules; r++) {
            size_t half = m->inputs / 2;
            buffer_string(&b, "<rule>");
            for (size_t i = 0; i < m->inputs; i++) {
                bool tests = !m->cell && half && (i == r % half || i == r % half + half) && r + 1 < m->rules;
                buffer_format(&b, "<inputEntry><text>%s</text></inputEntry>",
                              m->cell ? m->cell
                              : tests ? "\"v1\""
                                      : "-");
            }
            if (t)
                buffer_format(&b, "<inputEntry><text>%s</text></inputEntry>", r % 2 ? "\"share\"" : "-");
            buffer_format(&b,
                          "<outputEntry><text>\"%s\"</text></outputEntry><annotationEntry><text>X</text></"
                          "annotationEntry>"
                          "<annotationEntry><text>1</text></annotationEntry></rule>",
                          r % 2 ? "do-not-share" : "share");
        }
        buffer_string(&b, "</decisionTable></decision>");
    }
    buffer_string(&b, "</definitions>");
    return buffer_result(&b);
}

static void refused(const struct made *m, int expect, const char *what)
{
    struct policy_pack_files files = *policy_pack_files(like);
    struct policy_pack *pack = NULL;
    struct error error = {0};
    arena_reset(arena);
    files.pack = facts_of(m);
    files.rules = rules_of(m);
    assert_true(files.rules.n > 0);
    int result = policy_pack_read("made", &files, &pack, &error);
    policy_pack_free(&pack);
    if (result != expect)
        fail_msg("%s: %d %s: %s", what, result, error.where, error.what);
    assert_true(!result || error.what[0]);
}

static void what_is_too_much_is_refused(void **state)
{
    static struct made m = {4, 1, 4, 4, 2, "-", "FIRST"};
    (void)state;
    refused(&m, 0, "a little pack");
    refused(&(struct made){4, 1, 4, 2000, 2, "-", "FIRST"}, 0, "2,000 rules");
    refused(&(struct made){4, 1, 4, 2001, 2, "-", "FIRST"}, ERROR_INPUT, "2,001 rules");
    refused(&(struct made){61, 1, 61, 2, 2, "-", "FIRST"}, ERROR_INPUT, "61 inputs");
    refused(&(struct made){4, 200, 2, 2, 2, "-", "FIRST"}, 0, "200 tables, one upon the other");
    refused(&(struct made){4, 201, 2, 2, 2, "-", "FIRST"}, ERROR_INPUT, "201 tables");
    refused(&(struct made){260, 1, 2, 2, 2, "-", "FIRST"}, ERROR_INPUT, "260 facts");
    refused(&(struct made){4, 1, 4, 4, 251, "-", "FIRST"}, ERROR_INPUT, "251 values");
    refused(&(struct made){4, 1, 4, 60000, 2, "-", "FIRST"}, ERROR_TOO_LARGE, "more than 8 MiB of rules");
}

/* A cell that lists a value a hundred thousand times, or is nested as deep. */
static void long_and_deep_cells(void **state)
{
    enum { MANY = 100000 };
    static const struct {
        const char *before, *piece, *after;
    } cell[] = {
        {"\"v1\"", ",\"v1\"", ""}, {"", "not(", ""}, {"", "(", ""}, {"\"v1\"", "+\"v1\"", ""}, {"", "[", ""}};
    (void)state;
    for (size_t i = 0; i < sizeof cell / sizeof *cell; i++) {
        struct arena *held ARENA_SCOPE = arena_new(8 * MIB, ARENA_PLAIN);
        struct buffer b = buffer_in(held);
        buffer_string(&b, cell[i].before);
        for (size_t n = 0; n < MANY; n++)
            buffer_string(&b, cell[i].piece);
        buffer_string(&b, cell[i].after);
        const char *text = arena_string(held, buffer_result(&b));
        assert_non_null(text);
        refused(&(struct made){1, 1, 1, 2, 2, text, "FIRST"}, i == 0 ? 0 : ERROR_INPUT, cell[i].piece);
    }
}

/* Compiled here, to count what it took. */
static void compiled(const struct made *m, bool fits, const char *what)
{
    struct arena *own ARENA_SCOPE = arena_new((size_t)64 * MIB, ARENA_PLAIN);
    struct policy_pack *pack = ARENA_NEW(own, struct policy_pack);
    struct error error = {0};
    arena_reset(arena);
    pack->arena = own;
    assert_int_equal(policy_read_vocabulary(pack, policy_pack_files(like)->vocabulary, &error), 0);
    assert_int_equal(policy_read_pack(pack, facts_of(m), "made", &error), 0);
    assert_int_equal(policy_bind(pack, rules_of(m), "made/policy.dmn", &error), 0);
    int result = policy_compile(pack, &error);
    if (result != (fits ? 0 : ERROR_TOO_LARGE))
        fail_msg("%s: %d %s", what, result, error.what);
    assert_true(pack->forest.count <= MOST_NODES && pack->forest.steps <= DIAGRAM_STEPS + 1);
    assert_true(arena_used(own) <= (size_t)64 * MIB);
    printf("%s: %u nodes, %llu steps, %zu KiB%s\n", what, pack->forest.count,
           (unsigned long long)pack->forest.steps, arena_used(own) / 1024, result ? ", refused" : "");
}

static void exploding_tables_are_refused(void **state)
{
    (void)state;
    compiled(&(struct made){16, 1, 16, 9, 2, NULL, "FIRST"}, true, "8 distant pairs");
    compiled(&(struct made){60, 1, 60, 31, 2, NULL, "FIRST"}, false, "30 distant pairs");
    compiled(&(struct made){60, 1, 60, 31, 2, NULL, "UNIQUE"}, false, "30 distant pairs that overlap");
    compiled(&(struct made){60, 1, 60, 31, 100, NULL, "FIRST"}, false,
             "30 distant pairs of a hundred values");
    compiled(&(struct made){48, 40, 48, 25, 4, NULL, "FIRST"}, false, "24 distant pairs in 40 tables");
}

static void bound_address_space(void)
{
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
    const struct rlimit limit = {.rlim_cur = (rlim_t)2048 * MIB, .rlim_max = (rlim_t)2048 * MIB};
    (void)setrlimit(RLIMIT_AS, &limit);
#endif
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_too_much_is_refused),
        cmocka_unit_test(long_and_deep_cells),
        cmocka_unit_test(exploding_tables_are_refused),
    };
    bound_address_space();
    return cmocka_run_group_tests(tests, prepare, clean);
}
