#include "internal.h"

#include <string.h>

/* From tables to diagrams, and to the plan of each decision. */

enum { MOST_NODES = 2000000 };

const struct decision_shape policy_shape[POLICY_DECISIONS] = {
    [POLICY_SHARE] = {"outcome", "outcome", {"basis", "obligations"}, {"basis", "obligations"}},
    [POLICY_CONSENT] = {"consent_from", "consent_from", {"consent_obligations", NULL}, {"obligations", NULL}},
    [POLICY_CHANNEL] = {"channel", "channel", {"conditions", NULL}, {"conditions", NULL}},
    [POLICY_RETENTION] = {"retention", "retention", {NULL, NULL}, {NULL, NULL}},
    [POLICY_DEADLINE] = {"deadline", "deadline", {NULL, NULL}, {NULL, NULL}},
};

static bool bit(const uint64_t *set, size_t i)
{
    return set[i / 64] >> (i % 64) & 1;
}

/* The diagram of "input i lets rule r match". */
static uint32_t cell_diagram(struct policy_pack *pack, const struct table *table, size_t i, size_t r)
{
    const struct table_in *in = &table->in[i];
    if (!(table->rule[r].tests >> i & 1))
        return 1;
    if (in->fact) {
        bool member[DIAGRAM_CLASSES];
        for (size_t c = 0; c < in->classes; c++)
            member[c] = bit(in->match + c * table->words, r);
        return diagram_member(&pack->forest, in->index, member);
    }
    uint32_t map[DIAGRAM_VALUES] = {0};
    for (size_t c = 0; c < in->classes; c++)
        map[c] = bit(in->match + c * table->words, r);
    return diagram_map(&pack->forest, pack->table[in->index].out[in->column].gives, map);
}

static void compile_table(struct policy_pack *pack, struct table *table)
{
    struct diagram_forest *forest = &pack->forest;
    uint32_t earlier = 0;
    table->overlap = 0;
    for (size_t r = 0; r < table->rules; r++) {
        struct table_rule *rule = &table->rule[r];
        rule->match = 1;
        for (size_t i = table->ins; i-- > 0;)
            rule->match = diagram_and(forest, cell_diagram(pack, table, i, r), rule->match);
        rule->fires = table->hit == TABLE_FIRST
                          ? diagram_and(forest, rule->match, diagram_not(forest, earlier))
                          : rule->match;
        if (table->hit == TABLE_UNIQUE)
            table->overlap = diagram_or(forest, table->overlap, diagram_and(forest, rule->match, earlier));
        earlier = diagram_or(forest, earlier, rule->match);
    }
    for (size_t r = 0; table->overlap && r < table->rules; r++)
        table->rule[r].fires = diagram_and(forest, table->rule[r].match, diagram_not(forest, table->overlap));
    for (size_t o = 0; table->hit != TABLE_COLLECT && o < table->outs; o++) {
        struct table_out *out = &table->out[o];
        out->gives = diagram_choose(forest, table->overlap, out->values, table->fallback[o]);
        for (size_t r = 0; r < table->rules; r++)
            out->gives = diagram_choose(forest, table->rule[r].fires, table->rule[r].value[o], out->gives);
    }
}

static ptrdiff_t find_table(const struct policy_pack *pack, const char *name)
{
    for (size_t t = 0; name && t < pack->tables; t++)
        if (text_equal(pack->table[t].name, text_of(name)))
            return (ptrdiff_t)t;
    return -1;
}

static void mark_needed(const struct policy_pack *pack, size_t t, bool *needed)
{
    needed[t] = true;
    for (size_t i = 0; i < pack->table[t].ins; i++)
        if (!pack->table[t].in[i].fact && !needed[pack->table[t].in[i].index])
            mark_needed(pack, pack->table[t].in[i].index, needed);
}

static void plan_list(struct policy_pack *pack, struct plan_list *list, const struct table *table)
{
    const struct table_out *out = &table->out[0];
    list->table = table;
    list->items = out->values;
    list->item = ARENA_ARRAY(pack->arena, struct plan_item, out->values);
    for (size_t v = 0; list->item && v < out->values; v++) {
        list->item[v].code = out->value[v];
        for (size_t r = 0; r < table->rules; r++)
            if (table->rule[r].value[0] == v)
                list->item[v].holds = diagram_or(&pack->forest, list->item[v].holds, table->rule[r].fires);
    }
}

/* A rule counts as fired when something that fires asked for its table: tables nobody consulted are not
 * cited. */
static void plan_fired(struct policy_pack *pack, struct plan *plan, struct arena *scratch)
{
    struct diagram_forest *forest = &pack->forest;
    uint32_t *asked = ARENA_ARRAY(scratch, uint32_t, pack->tables);
    uint32_t **fires = ARENA_ARRAY(scratch, uint32_t *, pack->tables);
    if (!asked || !fires)
        return;
    asked[plan->first - pack->table] = 1;
    for (size_t l = 0; l < PLAN_LISTS; l++)
        if (plan->list[l].table)
            asked[plan->list[l].table - pack->table] = 1;
    for (size_t t = pack->tables; t-- > 0;) {
        struct table *table = &pack->table[t];
        if (!asked[t])
            continue;
        fires[t] = ARENA_ARRAY(scratch, uint32_t, table->rules);
        for (size_t r = 0; fires[t] && r < table->rules; r++) {
            fires[t][r] = diagram_and(forest, asked[t], table->rule[r].fires);
            for (size_t i = 0; i < table->ins; i++)
                if (!table->in[i].fact && table->rule[r].tests >> i & 1)
                    asked[table->in[i].index] = diagram_or(forest, asked[table->in[i].index], fires[t][r]);
        }
    }
    plan->fired = ARENA_ARRAY(pack->arena, struct plan_fired, plan->rules_most);
    for (size_t n = 0; plan->fired && n < plan->tables; n++) {
        size_t t = plan->order[n];
        for (size_t r = 0; fires[t] && r < pack->table[t].rules; r++)
            plan->fired[plan->fireds++] =
                (struct plan_fired){&pack->table[t], &pack->table[t].rule[r], fires[t][r]};
    }
}

static void plan_citations(struct policy_pack *pack, struct plan *plan)
{
    plan->citation = ARENA_ARRAY(pack->arena, struct plan_citation, pack->citations);
    for (size_t i = 0; plan->citation && i < plan->fireds; i++) {
        const struct plan_fired *fired = &plan->fired[i];
        size_t at = 0;
        while (at < plan->citations && plan->citation[at].citation != fired->rule->citation)
            at++;
        if (at == plan->citations)
            plan->citation[plan->citations++].citation = fired->rule->citation;
        struct plan_citation *citation = &plan->citation[at];
        citation->holds = diagram_or(&pack->forest, citation->holds, fired->holds);
        if (fired->table == plan->first)
            citation->leading = diagram_or(&pack->forest, citation->leading, fired->holds);
    }
}

/* Lists without the table that they go with: it is missing, or its name is misspelt. */
static int check_lists(struct policy_pack *pack, const struct decision_shape *shape, struct error *error)
{
    for (size_t l = 0; l < PLAN_LISTS; l++) {
        ptrdiff_t list = find_table(pack, shape->list[l]);
        if (list < 0)
            continue;
        struct text *name = ARENA_ARRAY(pack->arena, struct text, pack->tables);
        for (size_t t = 0; name && t < pack->tables; t++)
            name[t] = pack->table[t].name;
        if (!name)
            return arena_error(pack->arena, error);
        const char *where = arena_string(
            pack->arena, arena_format(pack->arena, "%.*s/policy.dmn:%d, table %s", TEXT_ARGS(pack->info.id),
                                      pack->table[list].line, shape->list[l]));
        const char *fix = arena_string(
            pack->arena,
            arena_format(pack->arena, "the tables with names nearest to it are %.*s",
                         TEXT_ARGS(space_nearest(pack->arena, text_of(shape->name), name, pack->tables, 3))));
        return error_set(error, ERROR_INPUT, where ? where : "", fix ? fix : "",
                         "there is no table \"%s\", which this one goes with", shape->name);
    }
    return 0;
}

static int plan_decision(struct policy_pack *pack, size_t decision, struct arena *scratch,
                         struct error *error)
{
    struct plan *plan = &pack->plan[decision];
    const struct decision_shape *shape = &policy_shape[decision];
    ptrdiff_t first = find_table(pack, shape->name);
    if (first < 0)
        return check_lists(pack, shape, error);
    if (pack->table[first].hit == TABLE_COLLECT)
        return error_set(error, ERROR_INPUT, shape->name, "use UNIQUE or FIRST",
                         "the decision must give one outcome");
    bool *needed = ARENA_ARRAY(scratch, bool, pack->tables),
         *placed = ARENA_ARRAY(scratch, bool, pack->tables);
    plan->order = ARENA_ARRAY(pack->arena, uint16_t, pack->tables);
    plan->sorted = ARENA_ARRAY(pack->arena, uint16_t, pack->tables);
    plan->matters = ARENA_ARRAY(pack->arena, bool, pack->facts);
    plan->fact = ARENA_ARRAY(pack->arena, uint16_t, pack->facts);
    if (!needed || !placed || !plan->order || !plan->sorted || !plan->matters || !plan->fact)
        return arena_error(pack->arena, error);
    plan->first = &pack->table[first];
    plan->vary = DIAGRAM_OPEN;
    mark_needed(pack, (size_t)first, needed);
    for (size_t t = (size_t)first + 1; t-- > 0;) /* the outcome's tables, it first */
        if (needed[t]) {
            plan->order[plan->tables++] = (uint16_t)t;
            placed[t] = true;
        }
    for (size_t l = 0; l < PLAN_LISTS; l++) {
        ptrdiff_t t = find_table(pack, shape->list[l]);
        if (t < 0)
            continue;
        if (pack->table[t].hit != TABLE_COLLECT)
            return error_set(error, ERROR_INPUT, shape->list[l], "use COLLECT",
                             "the decision must give a list");
        plan_list(pack, &plan->list[l], &pack->table[t]);
        mark_needed(pack, (size_t)t, needed);
    }
    for (size_t t = pack->tables; t-- > 0;)
        if (needed[t] && !placed[t])
            plan->order[plan->tables++] = (uint16_t)t;
    for (size_t t = 0, n = 0; t < pack->tables; t++)
        if (needed[t])
            plan->sorted[n++] = (uint16_t)t;
    for (size_t n = 0; n < plan->tables; n++) {
        const struct table *table = &pack->table[plan->order[n]];
        plan->rules_most += table->rules;
        plan->tests_most += table->rules * table->ins;
        for (size_t i = 0; i < table->ins; i++)
            for (size_t r = 0; table->in[i].fact && r < table->rules; r++)
                if (table->rule[r].tests >> i & 1)
                    plan->matters[table->in[i].index] = true;
    }
    for (size_t f = 0; f < pack->facts; f++)
        if (plan->matters[f])
            plan->fact[plan->facts++] = (uint16_t)f;
    plan_fired(pack, plan, scratch);
    plan_citations(pack, plan);
    ptrdiff_t medium = policy_fact_index(pack, TEXT("medium"));
    if (decision == POLICY_CHANNEL && medium >= 0 && plan->matters[medium])
        plan->vary = (uint16_t)medium;
    plan->present = true;
    pack->info.decides[decision] = true;
    return 0;
}

int policy_compile(struct policy_pack *pack, struct error *error)
{
    struct arena *scratch ARENA_SCOPE = arena_new((size_t)512 << 20, ARENA_PLAIN);
    pack->width = ARENA_ARRAY(pack->arena, uint16_t, pack->facts);
    if (!scratch || !pack->width)
        return error_set(error, ERROR_SYSTEM, pack->info.id.p, "", "out of memory");
    for (size_t f = 0; f < pack->facts; f++)
        pack->width[f] = pack->fact[f].classes ? pack->fact[f].classes : 1;
    if (!diagram_start(&pack->forest, pack->arena, scratch, pack->width, pack->facts, MOST_NODES))
        return arena_error(pack->arena, error);
    for (size_t t = 0; t < pack->tables && !pack->forest.full; t++)
        compile_table(pack, &pack->table[t]);
    int result = 0;
    for (size_t d = 0; !result && d < POLICY_DECISIONS && !pack->forest.full; d++)
        result = plan_decision(pack, d, scratch, error);
    bool any = false;
    for (size_t d = 0; d < POLICY_DECISIONS; d++)
        any = any || pack->plan[d].present;
    if (!result && !any && !pack->forest.full)
        result = error_set(error, ERROR_INPUT, pack->info.id.p, "",
                           "no table is named outcome, consent_from, channel, retention or deadline");
    if (!result && pack->forest.full)
        result = error_set(error, ERROR_TOO_LARGE, pack->info.id.p,
                           "split the tables, or test fewer facts together",
                           "the rules together make a diagram that is too large");
    if (!result && (arena_exhausted(pack->arena) || arena_exhausted(scratch)))
        result = arena_error(pack->arena, error);
    diagram_finish(&pack->forest);
    return result;
}
