#include "cases.h"

#include "dmn.h"
#include "base/file.h"

#include <stdlib.h>

/* On complete facts the compiled pack says what dmn's own evaluation of the same file says. */

enum { POINTS = 1500 };

static struct text a_value(const struct policy_fact_info *info, uint64_t n)
{
    static const char *const ages[] = {"0", "11.5", "12", "15", "16", "17", "18", "40", "130"};
    static const char *const dates[] = {"1999-01-01", "2026-02-04", "2026-02-05",
                                        "2026-09-29", "2026-09-30", "2030-01-01"};
    if (info->kind == POLICY_FACT_NUMBER)
        return text_of(ages[n % 9]);
    if (info->kind == POLICY_FACT_DATE)
        return text_of(dates[n % 6]);
    return info->value[n % info->values];
}

/* Addresses are one of the classes that the rules name; an example of each is in the list of domains. */
static struct text an_address(const struct json *domains, uint64_t n, struct arena *arena, struct text *class)
{
    size_t lists = domains ? domains->count : 0;
    n %= lists + 2;
    *class = n == 0 ? TEXT("none") : n == 1 ? TEXT("malformed") : domains->key[n - 2];
    if (n < 2)
        return n == 0 ? TEXT("x@example.org") : TEXT("x@");
    const struct json *list = &domains->item[n - 2];
    return arena_format(arena, "x@%.*s", TEXT_ARGS(json_text(&list->item[0])));
}

static const struct dmn_value *input_value(struct arena *arena, const struct policy_fact_info *info,
                                           struct text value)
{
    struct number number;
    struct date date;
    switch (info->kind) {
    case POLICY_FACT_BOOLEAN:
        return dmn_boolean(text_equal(value, TEXT("true")));
    case POLICY_FACT_NUMBER:
        assert_true(number_parse(value, &number));
        return dmn_number(arena, number);
    case POLICY_FACT_DATE:
        assert_true(date_parse(value, &date));
        return dmn_date(arena, date);
    case POLICY_FACT_CHOICE:
    case POLICY_FACT_ADDRESS:
        break;
    }
    return dmn_string(arena, value);
}

static bool same_code(const struct dmn_value *value, struct text code, struct arena *arena)
{
    struct buffer out = buffer_in(arena);
    if (value->kind == DMN_NULL)
        return code.p == NULL;
    if (value->kind == DMN_STRING)
        return text_equal(value->as.string, code);
    dmn_value_write_feel(&out, value);
    return text_equal(buffer_result(&out), code);
}

static void same_list(const struct dmn_value *all, const char *name, const struct text *list, size_t count)
{
    const struct dmn_value *value = dmn_context_get(all, text_of(name));
    size_t found = 0;
    if (!value) {
        assert_int_equal(count, 0);
        return;
    }
    size_t items = value->kind == DMN_LIST ? value->as.list.count : 0;
    for (size_t i = 0; i < count; i++) {
        bool in = false;
        for (size_t k = 0; k < items; k++)
            in = in || text_equal(value->as.list.item[k]->as.string, list[i]);
        if (!in)
            fail_msg("%s: dmn does not list %.*s", name, TEXT_ARGS(list[i]));
        found++;
    }
    for (size_t k = 0; k < items; k++) {
        bool in = false;
        for (size_t i = 0; i < count; i++)
            in = in || text_equal(value->as.list.item[k]->as.string, list[i]);
        if (!in)
            fail_msg("%s: the answer does not list %.*s", name, TEXT_ARGS(value->as.list.item[k]->as.string));
    }
}

static void compare(const struct policy_pack *pack, const struct policy_facts *facts,
                    const struct dmn_value *all, struct arena *arena)
{
    static const char *const first[] = {"outcome", "consent_from", "channel", "retention", "deadline"};
    for (int d = 0; d < POLICY_DECISIONS; d++) {
        struct policy_answer a;
        struct error error;
        if (!policy_pack_info(pack)->decides[d])
            continue;
        assert_int_equal(policy_answer(pack, (enum policy_decision)d, facts, arena, &a, &error), 0);
        assert_int_equal(a.asks + a.asks_more, 0);
        const struct dmn_value *value = dmn_context_get(all, text_of(first[d]));
        assert_non_null(value);
        if (value->kind == DMN_CONTEXT) {
            assert_true(same_code(dmn_context_get(value, text_of(first[d])), a.outcome, arena));
            for (size_t i = 0; i < a.details; i++)
                assert_true(same_code(dmn_context_get(value, a.detail[i].key), a.detail[i].value, arena));
        } else if (!same_code(value, a.outcome, arena)) {
            struct buffer out = buffer_in(arena), said = buffer_in(arena);
            struct json_writer w = json_writer_in(&out);
            policy_facts_write(facts, &w);
            dmn_value_write_feel(&said, value);
            fail_msg("%s: the answer is %.*s, dmn says %.*s: %.*s", first[d], TEXT_ARGS(a.outcome),
                     TEXT_ARGS(buffer_result(&said)), TEXT_ARGS(buffer_result(&out)));
        }
        if (d == POLICY_SHARE) {
            same_list(all, "basis", a.basis, a.bases);
            same_list(all, "obligations", a.obligation, a.obligations);
        }
        if (d == POLICY_CONSENT)
            same_list(all, "consent_obligations", a.obligation, a.obligations);
        if (d == POLICY_CHANNEL)
            same_list(all, "conditions", a.condition, a.conditions);
    }
}

static void one_pack(const char *id, size_t points, uint64_t *random)
{
    struct arena *held ARENA_SCOPE = arena_new((size_t)256 << 20, ARENA_PLAIN);
    struct arena *arena ARENA_SCOPE = arena_new((size_t)256 << 20, ARENA_PLAIN);
    struct policy_pack *pack POLICY_PACK_SCOPE = case_pack(id);
    const struct dmn_model *model;
    const struct json *root, *domains;
    struct text xml, json;
    struct error error;
    assert_int_equal(file_read(held, arena_string(held, arena_format(held, "packs/%s/policy.dmn", id)),
                               8 << 20, &xml, &error),
                     0);
    assert_int_equal(file_read(held, arena_string(held, arena_format(held, "packs/%s/pack.json", id)),
                               8 << 20, &json, &error),
                     0);
    assert_int_equal(dmn_model_load(held, xml, id, &model, &error), 0);
    assert_int_equal(json_read(held, json, id, &root, &error), 0);
    domains = json_get(root, "domains");
    for (size_t n = 0; n < points; n++) {
        struct dmn_result result;
        size_t count = policy_fact_count(pack), inputs = 0;
        arena_reset(arena);
        struct policy_facts *facts = policy_facts_new(pack, arena);
        struct dmn_entry *entry = ARENA_ARRAY(arena, struct dmn_entry, count);
        for (size_t f = 0; f < count; f++) {
            const struct policy_fact_info *info = policy_fact_info(pack, f);
            struct text value, class;
            if (info->kind == POLICY_FACT_ADDRESS) {
                value = an_address(domains, case_random(random), arena, &class);
            } else {
                value = a_value(info, case_random(random));
                class = value;
            }
            assert_int_equal(policy_facts_set(facts, info->key, value, &error), 0);
            entry[inputs++] = (struct dmn_entry){info->key, input_value(arena, info, class)};
        }
        assert_int_equal(
            dmn_evaluate_all(model, arena, dmn_context(arena, entry, inputs), NULL, &result, &error), 0);
        compare(pack, facts, result.value, arena);
    }
}

static void compiled_packs_agree_with_their_files(void **state)
{
    struct arena *list ARENA_SCOPE = arena_new(1 << 20, ARENA_PLAIN);
    struct text *id;
    size_t ids;
    struct error error;
    uint64_t random = 42;
    const char *more = getenv("PROVISO_POINTS");
    size_t points = more ? (size_t)strtoul(more, NULL, 10) : POINTS;
    (void)state;
    assert_int_equal(policy_pack_list("packs", list, &id, &ids, &error), 0);
    const char *only = getenv("PROVISO_PACK");
    size_t tried = 0;
    for (size_t p = 0; p < ids; p++)
        if (!only || text_equal(id[p], text_of(only))) {
            one_pack(arena_string(list, id[p]), points, &random);
            tried++;
        }
    assert_true(tried > 0);
    printf("%zu packs agree on %zu random points each\n", tried, points);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(compiled_packs_agree_with_their_files)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
