#include "policy/check.h"

#include "internal.h"

struct checking {
    const struct policy_pack *pack;
    struct diagram_forest over; /* for what the proofs need beside the pack's own diagrams */
    struct arena *arena;
    struct buffer *report;
    size_t failures, proofs;
};

/* The case as facts that `decide` accepts: what does not matter is left out. */
static void write_case(struct checking *c, const uint16_t *assignment)
{
    struct json_writer w = json_writer_in(c->report);
    json_object(&w);
    for (size_t f = 0; f < c->pack->facts; f++) {
        const struct space_fact *fact = &c->pack->fact[f];
        if (assignment[f] == DIAGRAM_OPEN)
            continue;
        json_key_text(&w, fact->info.key);
        if (fact->info.kind == POLICY_FACT_BOOLEAN || fact->info.kind == POLICY_FACT_NUMBER)
            json_put_raw(&w, fact->sample[assignment[f]]);
        else
            json_put_text(&w, fact->sample[assignment[f]]);
    }
    json_end(&w);
}

static void fail(struct checking *c, const char *what, uint32_t f, uint32_t value)
{
    uint16_t assignment[DIAGRAM_VARIABLES];
    c->failures++;
    buffer_format(c->report, "%.*s: %s", TEXT_ARGS(c->pack->info.id), what);
    if (f != DIAGRAM_NONE && diagram_smallest(&c->over, c->arena, f, value, assignment)) {
        buffer_string(c->report, ", for example ");
        write_case(c, assignment);
    }
    buffer_char(c->report, '\n');
}

/* `f` must be 0 everywhere. */
static void prove_never(struct checking *c, uint32_t f, const char *what)
{
    c->proofs++;
    if (f != 0)
        fail(c, what, f, 1);
}

static const char *say(struct checking *c, const char *what, struct text table, size_t rule, size_t other,
                       int line)
{
    struct buffer b = buffer_in(c->arena);
    buffer_format(&b, "table %.*s", TEXT_ARGS(table));
    if (rule)
        buffer_format(&b, ", rule %zu", rule);
    if (other)
        buffer_format(&b, " and rule %zu", other);
    buffer_format(&b, " (policy.dmn:%d): %s", line, what);
    const char *s = arena_string(c->arena, buffer_result(&b));
    return s ? s : what;
}

static void check_table(struct checking *c, const struct table *table)
{
    uint32_t any = 0;
    for (size_t r = 0; r < table->rules; r++) {
        const struct table_rule *rule = &table->rule[r];
        c->proofs++;
        if (rule->match == 0)
            fail(c, say(c, "no case matches it", table->name, r + 1, 0, rule->line), DIAGRAM_NONE, 0);
        else if (table->hit == TABLE_FIRST && rule->fires == 0)
            fail(c, say(c, "it is dead: rules above it take every case", table->name, r + 1, 0, rule->line),
                 DIAGRAM_NONE, 0);
        for (size_t o = 0; o < r && table->hit == TABLE_UNIQUE && table->overlap; o++)
            if (diagram_and(&c->over, rule->match, table->rule[o].match) != 0)
                prove_never(c, diagram_and(&c->over, rule->match, table->rule[o].match),
                            say(c, "both match", table->name, o + 1, r + 1, table->line));
        any = diagram_or(&c->over, any, rule->match);
    }
    if (table->hit == TABLE_UNIQUE)
        c->proofs++;
    if (table->hit != TABLE_COLLECT && !table->has_default)
        prove_never(c, diagram_not(&c->over, any),
                    say(c, "a case has no rule", table->name, 0, 0, table->line));
}

/* A name that is nearly that of a decision is told so. */
static const char *unneeded(struct checking *c, struct text name)
{
    enum { MISSPELT = 3 };
    for (size_t d = 0; d < POLICY_DECISIONS; d++)
        if (text_distance(name, text_of(policy_shape[d].name)) <= MISSPELT) {
            const char *s =
                arena_string(c->arena, arena_format(c->arena, "no decision needs it; is it \"%s\"?",
                                                    policy_shape[d].name));
            return s ? s : "no decision needs it";
        }
    return "no decision needs it";
}

/* A table that no decision of a pack needs is dead as a whole. */
static void check_needed(struct checking *c)
{
    for (size_t t = 0; t < c->pack->tables; t++) {
        bool needed = false;
        for (size_t d = 0; d < POLICY_DECISIONS; d++)
            for (size_t n = 0; n < c->pack->plan[d].tables; n++)
                needed = needed || c->pack->plan[d].order[n] == t;
        c->proofs++;
        if (!needed)
            fail(c,
                 say(c, unneeded(c, c->pack->table[t].name), c->pack->table[t].name, 0, 0,
                     c->pack->table[t].line),
                 DIAGRAM_NONE, 0);
    }
}

/* Does `value` of a safety property name the class? A list names several. */
static bool names_class(const struct space_fact *fact, const struct json *value, uint16_t class, bool *valid)
{
    if (json_is(value, JSON_ARRAY)) {
        bool any = false;
        for (size_t i = 0; i < value->count; i++)
            any = names_class(fact, &value->item[i], class, valid) || any;
        return any;
    }
    struct text t = json_is(value, JSON_TRUE)    ? TEXT("true")
                    : json_is(value, JSON_FALSE) ? TEXT("false")
                                                 : value->text;
    uint16_t named;
    if (!space_classify(fact, t, &named)) {
        *valid = false;
        return false;
    }
    return named == class;
}

static int property_facts(struct checking *c, const struct json *facts, uint32_t *holds, const char *where,
                          struct error *error)
{
    for (size_t i = 0; json_is(facts, JSON_OBJECT) && i < facts->count; i++) {
        ptrdiff_t at = policy_fact_index(c->pack, facts->key[i]);
        bool member[DIAGRAM_CLASSES], valid = at >= 0;
        for (uint16_t k = 0; valid && k < c->pack->fact[at].classes; k++)
            member[k] = names_class(&c->pack->fact[at], &facts->item[i], k, &valid);
        if (!valid)
            return error_set(error, ERROR_INPUT, where, "",
                             "the property tests an unknown fact or value: \"%.*s\"",
                             TEXT_ARGS(facts->key[i]));
        *holds = diagram_and(&c->over, *holds, diagram_member(&c->over, (uint16_t)at, member));
    }
    return 0;
}

static bool lists(const struct json *list, struct text code)
{
    for (size_t i = 0; json_is(list, JSON_ARRAY) && i < list->count; i++)
        if (text_equal(json_text(&list->item[i]), code))
            return true;
    return false;
}

static uint32_t listed(const struct plan *plan, struct text code)
{
    for (size_t l = 0; l < PLAN_LISTS; l++)
        for (size_t i = 0; i < plan->list[l].items; i++)
            if (text_equal(plan->list[l].item[i].code, code))
                return plan->list[l].item[i].holds;
    return 0; /* a code that no rule gives is never there */
}

/*
 * {"title", "source", "decision", "never": {"facts": {key: value or [values]}, "outcome": [...], "has":
 * [...], "lacks": [...]}}: no case has these facts and this outcome, all that it has and none that it lacks.
 */
static int check_property(struct checking *c, const struct json *property, struct error *error)
{
    static const char where[] = "safety.json";
    enum policy_decision decision;
    const struct json *never = json_get(property, "never");
    const struct json *has = json_get(never, "has"), *lacks = json_get(never, "lacks");
    const struct json *outcome = json_get(never, "outcome");
    const char *title = arena_string(c->arena, json_text(json_get(property, "title")));
    if (!policy_decision_find(json_text(json_get(property, "decision")), &decision) || !title || !*title ||
        !never)
        return error_set(error, ERROR_INPUT, where, "", "a property needs title, decision and never");
    const struct plan *plan = &c->pack->plan[decision];
    if (!plan->present)
        return 0;
    uint32_t holds = 1;
    int result = property_facts(c, json_get(never, "facts"), &holds, where, error);
    if (result)
        return result;
    if (outcome) {
        uint32_t map[DIAGRAM_VALUES] = {0};
        for (size_t v = 0; v < plan->first->out[0].values; v++)
            map[v] = lists(outcome, plan->first->out[0].value[v]);
        holds = diagram_and(&c->over, holds, diagram_map(&c->over, plan->first->out[0].gives, map));
    }
    for (size_t i = 0; json_is(has, JSON_ARRAY) && i < has->count; i++)
        holds = diagram_and(&c->over, holds, listed(plan, json_text(&has->item[i])));
    for (size_t i = 0; json_is(lacks, JSON_ARRAY) && i < lacks->count; i++)
        holds = diagram_and(&c->over, holds, diagram_not(&c->over, listed(plan, json_text(&lacks->item[i]))));
    prove_never(c, holds, title);
    return 0;
}

static int check_safety(struct checking *c, struct error *error)
{
    const struct json *root, *list;
    if (!c->pack->files.safety.n) {
        fail(c, "there is no safety.json beside the pack", DIAGRAM_NONE, 0);
        return 0;
    }
    int result = json_read(c->arena, c->pack->files.safety, "safety.json", &root, error);
    list = json_get(root, "properties");
    for (size_t i = 0; !result && json_is(list, JSON_ARRAY) && i < list->count; i++)
        result = check_property(c, &list->item[i], error);
    return result;
}

int policy_check(const struct policy_pack *pack, struct arena *arena, struct buffer *report,
                 struct error *error)
{
    struct checking c = {.pack = pack, .arena = arena, .report = report};
    if (!diagram_start_over(&c.over, arena, &pack->forest, 1000000) || !diagram_remember(&c.over, arena))
        return arena_error(arena, error);
    for (size_t t = 0; t < pack->tables; t++)
        check_table(&c, &pack->table[t]);
    check_needed(&c);
    int result = check_safety(&c, error);
    if (result)
        return result;
    if (c.over.full || arena_exhausted(arena))
        return error_set(error, ERROR_TOO_LARGE, pack->info.id.p, "",
                         "the proof needs more memory than it may use");
    buffer_format(report, "%.*s: %zu proofs, %zu failed; %u nodes\n", TEXT_ARGS(pack->info.id), c.proofs,
                  c.failures, (unsigned)pack->forest.count);
    return c.failures ? error_set(error, ERROR_CHECK, pack->info.id.p, "Mend the rules that the report names, then check again.", "%zu of %zu proofs failed",
                                  c.failures, c.proofs)
                      : 0;
}
