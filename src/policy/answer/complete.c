#include "answer.h"

/*
 * With every fact known, a table is a row of bits for each input's class: the rules that match are the bits
 * that all inputs leave. Tables that others need come first; then, from the roots back, which rules were
 * asked for.
 */
enum { MOST_WORDS = 32 };

static struct text output_of(const void *context, uint16_t table, uint16_t column)
{
    const struct tables_reading *reading = context;
    const struct table_out *out = &reading->pack->table[table].out[column];
    uint16_t class = reading->out[table][column];
    return class < out->values ? out->value[class] : (struct text)
    {
        NULL, 0
    };
}

static void read_table(struct tables_reading *reading, const uint16_t *class_of, size_t t)
{
    const struct table *table = &reading->pack->table[t];
    uint64_t *bits = reading->bits[t];
    for (size_t w = 0; w < table->words; w++)
        bits[w] = table->all[w];
    for (size_t i = 0; i < table->ins; i++) {
        const struct table_in *in = &table->in[i];
        size_t class = in->fact ? class_of[in->index] : reading->out[in->index][in->column];
        if (class == DIAGRAM_OPEN)
            continue; /* a column that no rule tests */
        const uint64_t *match = in->match + class * table->words;
        for (size_t w = 0; w < table->words; w++)
            bits[w] &= match[w];
    }
    if (table->hit == TABLE_COLLECT)
        return;
    size_t hit = SIZE_MAX, hits = 0;
    for (size_t w = 0; w < table->words; w++) {
        if (bits[w] && hit == SIZE_MAX)
            hit = w * 64 + (size_t)__builtin_ctzll(bits[w]);
        hits += (size_t)__builtin_popcountll(bits[w]);
    }
    bool decides = hits == 1 || (hits && table->hit == TABLE_FIRST);
    for (size_t w = 0; w < table->words; w++)
        bits[w] = decides && hit / 64 == w ? UINT64_C(1) << (hit % 64) : 0;
    for (size_t o = 0; o < table->outs; o++)
        reading->out[t][o] = decides ? table->rule[hit].value[o]
                             : hits  ? table->out[o].values
                                     : table->fallback[o];
}

static void ask_back(const struct policy_pack *pack, struct tables_reading *reading, size_t t)
{
    const struct table *table = &pack->table[t];
    for (size_t w = 0; w < table->words; w++)
        for (uint64_t rest = reading->bits[t][w]; rest; rest &= rest - 1) {
            const struct table_rule *rule = &table->rule[w * 64 + (size_t)__builtin_ctzll(rest)];
            for (uint64_t tests = rule->tests; tests; tests &= tests - 1) {
                const struct table_in *in = &table->in[__builtin_ctzll(tests)];
                if (!in->fact)
                    reading->asked[in->index] = true;
            }
        }
}

static int list_codes(struct answering *a, const struct tables_reading *reading, size_t l, struct error *error)
{
    const struct plan_list *list = &a->plan->list[l];
    if (!list->table)
        return 0;
    bool has[DIAGRAM_VALUES] = {false};
    const uint64_t *bits = reading->bits[list->table - a->pack->table];
    size_t count = 0;
    for (size_t w = 0; w < list->table->words; w++)
        for (uint64_t rest = bits[w]; rest; rest &= rest - 1) {
            uint16_t value = list->table->rule[w * 64 + (size_t)__builtin_ctzll(rest)].value[0];
            count += !has[value];
            has[value] = true;
        }
    struct text *code = ARENA_ARRAY(a->arena, struct text, count);
    if (!code)
        return arena_error(a->arena, error);
    count = 0;
    for (size_t v = 0; v < list->items; v++)
        if (has[v])
            code[count++] = list->item[v].code;
    policy_answer_list(a->out, l, code, count);
    return 0;
}

static int list_fired(struct answering *a, const struct tables_reading *reading, struct error *error)
{
    const struct plan *plan = a->plan;
    struct policy_answer *out = a->out;
    size_t fired = 0, tests = 0, words = (a->pack->citations + 63) / 64, cited = 0;
    uint64_t seen[MOST_WORDS] = {0};
    for (size_t n = 0; n < plan->tables; n++) {
        size_t t = plan->order[n];
        const struct table *table = &a->pack->table[t];
        for (size_t w = 0; reading->asked[t] && w < table->words; w++)
            for (uint64_t rest = reading->bits[t][w]; rest; rest &= rest - 1) {
                const struct table_rule *rule = &table->rule[w * 64 + (size_t)__builtin_ctzll(rest)];
                fired++;
                tests += (size_t)__builtin_popcountll(rule->tests);
            }
    }
    struct policy_fired *list = ARENA_ARRAY(a->arena, struct policy_fired, fired);
    struct policy_tested *tested = ARENA_ARRAY(a->arena, struct policy_tested, tests);
    struct policy_citation *citation = ARENA_ARRAY(a->arena, struct policy_citation, fired);
    if (!list || !tested || !citation || words > MOST_WORDS)
        return arena_error(a->arena, error);
    fired = 0;
    for (size_t n = 0; n < plan->tables; n++) {
        size_t t = plan->order[n];
        const struct table *table = &a->pack->table[t];
        for (size_t w = 0; reading->asked[t] && w < table->words; w++)
            for (uint64_t rest = reading->bits[t][w]; rest; rest &= rest - 1) {
                const struct table_rule *rule = &table->rule[w * 64 + (size_t)__builtin_ctzll(rest)];
                policy_answer_fired(a, &list[fired], table, rule, tested, output_of, reading);
                tested += list[fired++].tests;
                if (!(seen[rule->citation / 64] >> (rule->citation % 64) & 1)) {
                    seen[rule->citation / 64] |= UINT64_C(1) << (rule->citation % 64);
                    citation[cited++] = a->pack->citation[rule->citation];
                }
            }
    }
    out->fired = list;
    out->fireds = fired;
    out->citation = citation;
    out->citations = cited;
    return 0;
}

bool policy_tables_start(struct tables_reading *reading, const struct policy_pack *pack,
                         const struct plan *plan, struct arena *arena)
{
    size_t words = 0, outs = 0;
    reading->pack = pack;
    reading->plan = plan;
    for (size_t n = 0; n < plan->tables; n++) {
        words += pack->table[plan->order[n]].words;
        outs += pack->table[plan->order[n]].outs;
    }
    reading->size = words * sizeof(uint64_t) + outs * sizeof(uint16_t);
    reading->bytes = arena_alloc(arena, reading->size);
    if (!reading->bytes)
        return false;
    uint64_t *bits = reading->bytes;
    uint16_t *out = (uint16_t *)(bits + words);
    for (size_t n = 0; n < plan->tables; n++) {
        size_t t = plan->order[n];
        reading->bits[t] = bits;
        reading->out[t] = out;
        bits += pack->table[t].words;
        out += pack->table[t].outs;
    }
    return true;
}

void policy_tables_read(struct tables_reading *reading, const uint16_t *class_of)
{
    for (size_t n = 0; n < reading->plan->tables; n++)
        read_table(reading, class_of, reading->plan->sorted[n]);
}

int policy_answer_complete(struct answering *a, struct error *error)
{
    const struct plan *plan = a->plan;
    struct tables_reading reading;
    if (!policy_tables_start(&reading, a->pack, plan, a->arena))
        return arena_error(a->arena, error);
    policy_tables_read(&reading, a->facts->class);
    for (size_t n = 0; n < plan->tables; n++)
        reading.asked[plan->order[n]] = false;
    reading.asked[plan->first - a->pack->table] = true;
    for (size_t l = 0; l < PLAN_LISTS; l++)
        if (plan->list[l].table)
            reading.asked[plan->list[l].table - a->pack->table] = true;
    for (size_t n = plan->tables; n-- > 0;)
        if (reading.asked[plan->sorted[n]])
            ask_back(a->pack, &reading, plan->sorted[n]);
    const uint16_t *class = reading.out[plan->first - a->pack->table];
    if (class[0] < plan -> first -> out[0].values)
        a->out->outcome = plan->first->out[0].value[class[0]];
    int result = policy_answer_details(a, class, error);
    for (size_t l = 0; !result && l < PLAN_LISTS; l++)
        result = list_codes(a, &reading, l, error);
    return result ? result : list_fired(a, &reading, error);
}
