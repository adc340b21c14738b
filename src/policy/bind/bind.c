#include "bind.h"

#include <stdio.h>
#include <string.h>

/*
 * From a DMN model to the tables of the profile. What leaves the profile is refused with file, line, table,
 * rule and cell: a decision that is not a table, an input that is not one fact or one other table's output, a
 * cell that is not a set of values, an output that is not a constant, a rule without its source.
 */

static struct text keep(const struct binding *b, struct text t)
{
    return t.n ? arena_text(b->pack->arena, t) : (struct text){"", 0};
}

static struct text code_of(const struct binding *b, const struct dmn_value *value, bool *number)
{
    struct buffer out = buffer_in(b->pack->arena);
    *number = value->kind == DMN_NUMBER;
    if (value->kind == DMN_STRING)
        return keep(b, value->as.string);
    dmn_value_write_feel(&out, value);
    return keep(b, buffer_result(&out));
}

/* The values that a table's column can give, as the rules that test it see them. */
static int bind_output(struct binding *b, size_t t, size_t column, const struct dmn_expression *expression,
                       int line, size_t rule, uint16_t *class)
{
    struct table *table = &b->pack->table[t];
    struct table_out *out = &table->out[column];
    const struct dmn_value **values = b->output[t] + column * (MOST_VALUES + 1);
    const struct dmn_value *value = expression ? policy_written_value(b, expression) : &dmn_null;
    if (expression && expression->kind == DMN_EXPRESSION_INVALID)
        return policy_refuse_feel(b, line, table->name, rule, out->name);
    if (!value && expression->kind == DMN_EXPRESSION_NAME)
        return policy_refuse_code(b, line, table, rule, expression->name,
                                  "is not a constant: texts stand in quotes");
    if (!value)
        return policy_refuse(b, line, table->name, rule, out->name, "write a text, a number, true or false",
                             "the output is not a constant");
    if (value->kind == DMN_NULL) {
        if (column == 0)
            return policy_refuse(b, line, table->name, rule, out->name, "write what the rule gives",
                                 "the rule gives nothing");
        *class = UINT16_MAX; /* until all values are known: no value */
        return 0;
    }
    if (value->kind != DMN_STRING && value->kind != DMN_NUMBER && value->kind != DMN_BOOLEAN)
        return policy_refuse(b, line, table->name, rule, out->name, "",
                             "the output is not a text, number or boolean");
    for (size_t i = 0; i < out->values; i++)
        if (dmn_value_equal(values[i], value)) {
            *class = (uint16_t)i;
            return 0;
        }
    if (out->values == MOST_VALUES)
        return policy_refuse(b, line, table->name, rule, out->name, "",
                             "a column gives more than 250 values");
    values[out->values] = value;
    out->value[out->values] = code_of(b, value, &out->number[out->values]);
    *class = out->values++;
    return 0;
}

static bool needs(const struct dmn_decision *decision, enum dmn_need_kind kind, size_t index)
{
    for (size_t i = 0; i < decision->needs; i++)
        if (decision->need[i].kind == kind && decision->need[i].index == index)
            return true;
    return false;
}

static size_t find_decision(const struct binding *b, struct text name)
{
    const struct dmn_decision *decision = dmn_decision_find(b->model, name);
    return decision ? (size_t)(decision - b->model->decision) : SIZE_MAX;
}

/* The name is none of what the decision requires: those are named, the nearest first. */
static int refuse_input(const struct binding *b, const struct dmn_decision *decision, int line,
                        const struct table *table, struct text cell, struct text name)
{
    struct text *valid = ARENA_ARRAY(b->scratch, struct text, decision->needs);
    size_t n = 0;
    for (size_t i = 0; valid && i < decision->needs; i++) {
        const struct dmn_need *need = &decision->need[i];
        if (need->kind == DMN_NEED_INPUT)
            valid[n++] = b->model->input[need->index].name;
        else if (need->kind == DMN_NEED_DECISION)
            valid[n++] = b->model->decision[need->index].name;
    }
    return policy_refuse_written(b, line, table->name, 0, cell, name,
                                 "is neither a required input nor a required decision of the table", valid,
                                 n);
}

static int bind_input(struct binding *b, const struct dmn_decision *decision,
                      const struct dmn_column_in *column, struct table *table, struct table_in *in)
{
    const struct dmn_expression *e = column->expression;
    int line = e && e->line ? e->line : column->line;
    struct text name = {"", 0}, member = {"", 0};
    in->name = keep(b, text_trim(column->text));
    if (e && e->kind == DMN_EXPRESSION_NAME) {
        name = e->name;
    } else if (e && e->kind == DMN_EXPRESSION_PATH && e->part[0]->kind == DMN_EXPRESSION_NAME) {
        name = e->part[0]->name;
        member = e->name;
    } else {
        return policy_refuse(b, line, table->name, 0, in->name, "name one fact or one table",
                             "the input is an expression");
    }
    const struct dmn_input *input = dmn_input_find(b->model, name);
    if (input && !member.n && needs(decision, DMN_NEED_INPUT, (size_t)(input - b->model->input))) {
        ptrdiff_t fact = policy_fact_index(b->pack, name);
        if (fact < 0)
            return policy_refuse_written(b, line, table->name, 0, in->name, name,
                                         "is not a fact of the vocabulary or of pack.json", b->key,
                                         b->pack->facts);
        in->fact = true;
        in->index = (uint16_t)fact;
        return 0;
    }
    size_t d = find_decision(b, name);
    if (d == SIZE_MAX || !needs(decision, DMN_NEED_DECISION, d))
        return refuse_input(b, decision, line, table, in->name, name);
    in->index = (uint16_t)b->index_of[d];
    const struct table *tested = &b->pack->table[in->index];
    if (tested->hit == TABLE_COLLECT)
        return policy_refuse(b, line, table->name, 0, in->name, "",
                             "the input is a list: test what it was made from");
    if (!member.n && tested->outs == 1)
        return 0;
    for (size_t i = 0; i < tested->outs; i++)
        if (text_equal(tested->out[i].name, member)) {
            in->column = (uint16_t)i;
            return 0;
        }
    return policy_refuse(b, line, table->name, 0, in->name, "", "the tested table has no such output");
}

static int bind_citation(struct binding *b, const struct dmn_table *from, size_t r, struct table *table)
{
    struct policy_pack *pack = b->pack;
    struct table_rule *rule = &table->rule[r];
    struct policy_citation citation = {{"", 0}, {"", 0}};
    for (size_t i = 0; i < from->annotations; i++) {
        struct text value = text_trim(from->rule[r].annotation[i]);
        if (text_equal_fold(from->annotation[i], TEXT("source")))
            citation.source = keep(b, value);
        else if (text_equal_fold(from->annotation[i], TEXT("where")))
            citation.where = keep(b, value);
        else if (text_equal_fold(from->annotation[i], TEXT("note")))
            rule->note = keep(b, value);
    }
    bool known = false;
    struct text *codes = ARENA_ARRAY(b->scratch, struct text, pack->info.sources);
    for (size_t i = 0; codes && i < pack->info.sources; i++) {
        codes[i] = pack->info.source[i].code;
        known = known || text_equal(codes[i], citation.source);
    }
    if (!known && codes && citation.source.n)
        return policy_refuse_written(b, from->rule[r].line, table->name, r + 1, TEXT("annotation source"),
                                     citation.source, "is no source of pack.json", codes, pack->info.sources);
    if (!known || !citation.where.n)
        return policy_refuse(b, from->rule[r].line, table->name, r + 1, TEXT("annotation"),
                             "give the annotations source (a code of pack.json) and where",
                             "the rule does not say where it comes from");
    for (size_t i = 0; i < pack->citations; i++)
        if (text_equal(pack->citation[i].source, citation.source) &&
            text_equal(pack->citation[i].where, citation.where)) {
            rule->citation = (uint16_t)i;
            return 0;
        }
    if (pack->citations == MOST_CITATIONS)
        return policy_refuse(b, from->rule[r].line, table->name, r + 1, TEXT("annotation"), "",
                             "too many citations");
    rule->citation = (uint16_t)pack->citations;
    pack->citation[pack->citations++] = citation;
    return 0;
}

static int bind_hit(struct binding *b, const struct dmn_table *from, struct table *table)
{
    if (from->hit_policy == DMN_HIT_UNIQUE)
        table->hit = TABLE_UNIQUE;
    else if (from->hit_policy == DMN_HIT_FIRST)
        table->hit = TABLE_FIRST;
    else if (from->hit_policy == DMN_HIT_COLLECT && from->aggregation == DMN_AGGREGATE_NONE)
        table->hit = TABLE_COLLECT;
    else
        return policy_refuse(b, from->line, table->name, 0, TEXT("hit policy"),
                             "use UNIQUE, FIRST or COLLECT", "the hit policy is outside the profile");
    if (table->hit == TABLE_COLLECT && from->outs != 1)
        return policy_refuse(b, from->line, table->name, 0, TEXT("outputs"), "", "a list has one output");
    return 0;
}

static int refuse_hit(const struct binding *b, int line, const struct table *table, struct text written)
{
    static const struct text hit[] = {TEXT_INIT("UNIQUE"), TEXT_INIT("FIRST"), TEXT_INIT("COLLECT")};
    return policy_refuse_written(b, line, table->name, 0, TEXT("hit policy"), written,
                                 "is no hit policy of a pack", hit, 3);
}

static int bind_rules(struct binding *b, size_t t)
{
    struct policy_pack *pack = b->pack;
    struct table *table = &pack->table[t];
    const struct dmn_table *from = b->source[t];
    int result;
    for (size_t r = 0; r < table->rules; r++) {
        struct table_rule *rule = &table->rule[r];
        const struct dmn_rule *source = &from->rule[r];
        rule->line = source->line;
        rule->value = ARENA_ARRAY(pack->arena, uint16_t, table->outs);
        rule->cell = ARENA_ARRAY(pack->arena, struct text, table->ins);
        if (!rule->value || !rule->cell)
            return arena_error(pack->arena, b->error);
        if ((result = bind_citation(b, from, r, table)))
            return result;
        for (size_t i = 0; i < table->ins; i++) {
            const struct dmn_cell *cell = &source->in[i];
            struct table_in *in = &table->in[i];
            rule->cell[i] =
                keep(b, !cell->test || cell->test->kind == DMN_TEST_ANY ? TEXT("-") : text_trim(cell->text));
            if (cell->test && cell->test->kind != DMN_TEST_ANY)
                rule->tests |= UINT64_C(1) << i;
            result = policy_bind_cell(b, in, cell, table->name, r + 1);
            if (result)
                return result;
        }
        for (size_t i = 0; i < table->outs; i++)
            if ((result = bind_output(b, t, i, source->out[i].expression, source->out[i].line, r + 1,
                                      &rule->value[i])))
                return result;
    }
    for (size_t i = 0; i < table->outs; i++)
        if (from->out[i].fallback) {
            table->has_default = true;
            if ((result = bind_output(b, t, i, from->out[i].fallback, from->out[i].line, 0, &table->fallback[i])))
                return result;
        }
    for (size_t r = 0; r < table->rules; r++)
        for (size_t i = 0; i < table->outs; i++)
            if (table->rule[r].value[i] == UINT16_MAX)
                table->rule[r].value[i] = table->out[i].values;
    for (size_t r = 0; r < table->rules; r++)
        table->rule[r].gives = table->rule[r].value[0] < table->out[0].values
                                   ? table->out[0].value[table->rule[r].value[0]]
                                   : (struct text){"", 0};
    for (size_t i = 0; i < table->outs; i++)
        if (table->fallback[i] == UINT16_MAX || !from->out[i].fallback)
            table->fallback[i] = table->out[i].values;
    return arena_exhausted(pack->arena) ? arena_error(pack->arena, b->error) : 0;
}

static int bind_table(struct binding *b, size_t d)
{
    struct policy_pack *pack = b->pack;
    const struct dmn_decision *decision = &b->model->decision[d];
    size_t t = pack->tables;
    struct table *table = &pack->table[t];
    table->name = keep(b, decision->name);
    table->label = keep(b, decision->question.n ? decision->question : decision->description);
    table->line = decision->line;
    if (!decision->logic || decision->logic->kind != DMN_BOXED_TABLE)
        return policy_refuse(b, decision->line, decision->name, 0, (struct text){"", 0},
                             "write it as a decision table", "the decision is not a decision table");
    const struct dmn_table *from = decision->logic->table;
    const struct dmn_problem *problem = policy_problem_at(b, from->line);
    if (problem && problem->kind == DMN_PROBLEM_HIT_POLICY)
        return refuse_hit(b, from->line, table, problem->written);
    int result = bind_hit(b, from, table);
    if (result)
        return result;
    if (from->rules > MOST_RULES || from->ins > MOST_INPUTS || from->rules == 0 || from->outs == 0)
        return policy_refuse(b, from->line, table->name, 0, (struct text){"", 0}, "",
                             "a table has from 1 to 2000 rules and at most 60 inputs");
    table->ins = from->ins;
    table->outs = from->outs;
    table->rules = from->rules;
    table->words = (from->rules + 63) / 64;
    table->in = ARENA_ARRAY(pack->arena, struct table_in, table->ins);
    table->out = ARENA_ARRAY(pack->arena, struct table_out, table->outs);
    table->rule = ARENA_ARRAY(pack->arena, struct table_rule, table->rules);
    table->all = ARENA_ARRAY(pack->arena, uint64_t, table->words);
    table->fallback = ARENA_ARRAY(pack->arena, uint16_t, table->outs);
    b->source[t] = from;
    b->output[t] = ARENA_ARRAY(b->scratch, const struct dmn_value *, table->outs *(MOST_VALUES + 1));
    if (!table->in || !table->out || !table->rule || !table->all || !table->fallback || !b->output[t])
        return arena_error(pack->arena, b->error);
    for (size_t r = 0; r < table->rules; r++)
        table->all[r / 64] |= UINT64_C(1) << (r % 64);
    for (size_t i = 0; i < table->outs; i++) {
        size_t most = table->rules + 1 < MOST_VALUES ? table->rules + 1 : MOST_VALUES;
        table->out[i].name = from->out[i].name.n ? keep(b, from->out[i].name) : table->name;
        table->out[i].value = ARENA_ARRAY(pack->arena, struct text, most);
        table->out[i].number = ARENA_ARRAY(pack->arena, bool, most);
        if (!table->out[i].value || !table->out[i].number)
            return arena_error(pack->arena, b->error);
    }
    for (size_t i = 0; i < table->ins; i++)
        if ((result = bind_input(b, decision, &from->in[i], table, &table->in[i])))
            return result;
    if ((result = bind_rules(b, t)) || (result = policy_bind_codes(b, t)))
        return result;
    b->index_of[d] = t;
    pack->tables++;
    return 0;
}

/* Those that it needs first. The model refuses circles. */
static int bind_with_needs(struct binding *b, size_t d, int depth)
{
    if (b->index_of[d] != SIZE_MAX)
        return 0;
    const struct dmn_decision *decision = &b->model->decision[d];
    if (b->pack->tables == MOST_TABLES || depth > MOST_TABLES)
        return policy_refuse(b, decision->line, decision->name, 0, (struct text){"", 0}, "",
                             "more than 200 tables");
    for (size_t i = 0; i < decision->needs; i++) {
        int result = 0;
        if (decision->need[i].kind == DMN_NEED_DECISION)
            result = bind_with_needs(b, decision->need[i].index, depth + 1);
        else if (decision->need[i].kind != DMN_NEED_INPUT)
            result = policy_refuse(b, decision->line, decision->name, 0, (struct text){"", 0},
                                   "write it as a table", "the decision needs business knowledge or a service");
        if (result)
            return result;
    }
    return bind_table(b, d);
}

static int bind_model(struct binding *b)
{
    struct policy_pack *pack = b->pack;
    int result = 0;
    b->index_of = ARENA_ARRAY(b->scratch, size_t, b->model->decisions + 1);
    b->source = ARENA_ARRAY(b->scratch, const struct dmn_table *, MOST_TABLES);
    b->output = ARENA_ARRAY(b->scratch, const struct dmn_value **, MOST_TABLES);
    pack->table = ARENA_ARRAY(pack->arena, struct table, MOST_TABLES);
    pack->citation = ARENA_ARRAY(pack->arena, struct policy_citation, MOST_CITATIONS);
    b->key = ARENA_ARRAY(b->scratch, struct text, pack->facts);
    if (!b->index_of || !b->source || !b->output || !pack->table || !pack->citation || !b->key)
        return arena_error(pack->arena, b->error);
    for (size_t f = 0; f < pack->facts; f++)
        b->key[f] = pack->fact[f].info.key;
    for (size_t d = 0; d < b->model->decisions; d++)
        b->index_of[d] = SIZE_MAX;
    for (size_t d = 0; !result && d < b->model->decisions; d++)
        result = bind_with_needs(b, d, 0);
    if (!result)
        policy_bind_drawing(b);
    if (!result)
        result = policy_refuse_problems(b);
    if (!result)
        result = policy_bind_classes(b);
    for (size_t t = 0; !result && t < pack->tables; t++)
        result = policy_bind_stated(b, t);
    return result;
}

int policy_bind(struct policy_pack *pack, struct text dmn, const char *file, struct error *error)
{
    struct arena *scratch ARENA_SCOPE = arena_new((size_t)256 << 20, ARENA_PLAIN);
    if (!scratch)
        return error_set(error, ERROR_SYSTEM, file, "", "out of memory");
    struct binding b = {.pack = pack, .scratch = scratch, .error = error};
    int result = dmn_model_load(scratch, dmn, file, &b.model, error);
    if (!result)
        result = bind_model(&b);
    return result ? result : arena_exhausted(scratch) ? arena_error(scratch, error) : 0;
}
