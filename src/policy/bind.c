#include "bind.h"

#include <stdio.h>
#include <string.h>

/*
 * From a DMN model to the tables of the profile. What leaves the profile is refused with file, line, table,
 * rule and cell: a decision that is not a table, an input that is not one fact or one other table's output, a
 * cell that is not a set of values, an output that is not a constant, a rule without its source.
 */

static int refuse(const struct binding *b, int line, struct text table, size_t rule, struct text cell,
                  const char *fix, const char *what)
{
    char where[200];
    int n = snprintf(where, sizeof where, "%.*s:%d, table %.*s", TEXT_ARGS(b->model->file), line,
                     TEXT_ARGS(table));
    if (rule && n > 0 && (size_t)n < sizeof where)
        n += snprintf(where + n, sizeof where - (size_t)n, ", rule %zu", rule);
    if (cell.n && n > 0 && (size_t)n < sizeof where)
        snprintf(where + n, sizeof where - (size_t)n, ", %.*s", TEXT_ARGS(cell));
    return error_set(b->error, ERROR_INPUT, where, fix, "%s", what);
}

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

/*
 * A value as written, not worked out: a literal or its negative. NULL for anything else. Not date("..."):
 * where a table tests the fact "date", that name means the fact; @"2026-01-31" is always a date.
 */
static const struct dmn_value *written_value(const struct binding *b, const struct dmn_expression *e)
{
    if (!e)
        return NULL;
    bool plain = e->kind == DMN_EXPRESSION_LITERAL ||
                 (e->kind == DMN_EXPRESSION_NEGATE && e->part[0]->kind == DMN_EXPRESSION_LITERAL);
    return plain ? dmn_expression_constant(b->scratch, e) : NULL;
}

/* The values that a table's column can give, as the rules that test it see them. */
static int bind_output(struct binding *b, size_t t, size_t column, const struct dmn_expression *expression,
                       int line, size_t rule, uint16_t *class)
{
    struct table *table = &b->pack->table[t];
    struct table_out *out = &table->out[column];
    const struct dmn_value **values = b->output[t] + column * (MOST_VALUES + 1);
    const struct dmn_value *value = expression ? written_value(b, expression) : &dmn_null;
    if (!value)
        return refuse(b, line, table->name, rule, out->name, "write a text, a number, true or false",
                      "the output is not a constant");
    if (value->kind == DMN_NULL) {
        if (column == 0)
            return refuse(b, line, table->name, rule, out->name, "write what the rule gives",
                          "the rule gives nothing");
        *class = UINT16_MAX; /* until all values are known: no value */
        return 0;
    }
    if (value->kind != DMN_STRING && value->kind != DMN_NUMBER && value->kind != DMN_BOOLEAN)
        return refuse(b, line, table->name, rule, out->name, "",
                      "the output is not a text, number or boolean");
    for (size_t i = 0; i < out->values; i++)
        if (dmn_value_equal(values[i], value)) {
            *class = (uint16_t)i;
            return 0;
        }
    if (out->values == MOST_VALUES)
        return refuse(b, line, table->name, rule, out->name, "", "a column gives more than 250 values");
    values[out->values] = value;
    out->value[out->values] = code_of(b, value, &out->number[out->values]);
    *class = out->values++;
    return 0;
}

/* Where the cell of a number or date cuts; and are the literals of the kind that the fact has? */
static int scan_literal(struct binding *b, struct space_fact *fact, const struct dmn_expression *expression,
                        int line, struct text table, size_t rule, struct text column)
{
    const struct dmn_value *value = written_value(b, expression);
    if (!value)
        return refuse(b, line, table, rule, column, "write the value itself, a date as @\"2026-01-31\"",
                      "the cell holds what is not a constant");
    if (value->kind == DMN_NULL)
        return refuse(b, line, table, rule, column, "null means unknown here: leave the cell at -",
                      "the cell tests for null");
    struct buffer text = buffer_in(b->scratch);
    switch (fact->info.kind) {
    case POLICY_FACT_BOOLEAN:
        if (value->kind != DMN_BOOLEAN)
            return refuse(b, line, table, rule, column, "write true or false", "the fact is true or false");
        return 0;
    case POLICY_FACT_CHOICE:
    case POLICY_FACT_ADDRESS:
        for (size_t i = 0; value->kind == DMN_STRING && i < fact->classes; i++)
            if (text_equal(value->as.string, fact->class_name[i]))
                return 0;
        dmn_value_write_feel(&text, value);
        const char *fix = arena_string(
            b->scratch,
            arena_format(b->scratch, "the nearest are %.*s",
                         TEXT_ARGS(space_nearest(
                             b->scratch, value->kind == DMN_STRING ? value->as.string : buffer_result(&text),
                             fact->class_name, fact->classes, 3))));
        const char *what = arena_string(
            b->scratch, arena_format(b->scratch, "%.*s is not a value of the fact %.*s",
                                     TEXT_ARGS(buffer_result(&text)), TEXT_ARGS(fact->info.key)));
        return refuse(b, line, table, rule, column, fix ? fix : "", what ? what : "not a value of the fact");
    case POLICY_FACT_NUMBER:
        if (value->kind != DMN_NUMBER)
            return refuse(b, line, table, rule, column, "", "the fact is a number");
        number_write(&text, value->as.number);
        break;
    case POLICY_FACT_DATE:
        if (value->kind != DMN_DATE)
            return refuse(b, line, table, rule, column, "write @\"2026-01-31\"", "the fact is a date");
        buffer_text(&text, date_format(b->scratch, value->as.date));
        break;
    }
    int64_t point;
    if (!space_parse(fact, buffer_result(&text), &point))
        return refuse(b, line, table, rule, column, "", "the value is outside what the fact can be");
    return space_cut(b->scratch, fact, point) ? 0 : arena_error(b->scratch, b->error);
}

static int scan_test(struct binding *b, struct space_fact *fact, const struct dmn_test *test, int line,
                     struct text table, size_t rule, struct text column)
{
    bool ordered = fact && (fact->info.kind == POLICY_FACT_NUMBER || fact->info.kind == POLICY_FACT_DATE);
    int rc = 0;
    switch (test->kind) {
    case DMN_TEST_ANY:
        return 0;
    case DMN_TEST_LIST:
    case DMN_TEST_NOT:
        for (size_t i = 0; !rc && i < test->count; i++)
            rc = scan_test(b, fact, test->item[i], line, table, rule, column);
        return rc;
    case DMN_TEST_EXPRESSION:
        return refuse(b, line, table, rule, column, "list the values, or write an interval",
                      "the cell is an expression");
    case DMN_TEST_COMPARE:
    case DMN_TEST_INTERVAL:
        if (!ordered && (test->kind == DMN_TEST_INTERVAL ||
                         (test->operation != DMN_EQUAL && test->operation != DMN_UNEQUAL)))
            return refuse(b, line, table, rule, column, "list the values",
                          "the cell compares what has no order");
        if (test->kind == DMN_TEST_INTERVAL &&
            (rc = scan_literal(b, fact, test->high, line, table, rule, column)))
            return rc;
        break;
    case DMN_TEST_VALUE:
        break;
    }
    if (fact)
        return scan_literal(b, fact, test->low, line, table, rule, column);
    const struct dmn_value *value = written_value(b, test->low);
    return value && value->kind != DMN_NULL
               ? 0
               : refuse(b, line, table, rule, column, "write the value itself", "the cell holds no constant");
}

/* A cell that tests another table's output may only name what that table gives. */
static int check_codes(struct binding *b, const struct table_in *in, const struct dmn_test *test, int line,
                       struct text table, size_t rule)
{
    for (size_t i = 0; i < test->count; i++) {
        int rc = check_codes(b, in, test->item[i], line, table, rule);
        if (rc)
            return rc;
    }
    if (test->kind != DMN_TEST_VALUE)
        return 0;
    const struct dmn_value *value = written_value(b, test->low);
    const struct table_out *out = &b->pack->table[in->index].out[in->column];
    const struct dmn_value **values = b->output[in->index] + in->column * (MOST_VALUES + 1);
    for (size_t i = 0; i < out->values; i++)
        if (dmn_value_equal(values[i], value))
            return 0;
    struct text written = value->kind == DMN_STRING ? value->as.string : (struct text){"", 0};
    const char *fix = arena_string(
        b->scratch, arena_format(b->scratch, "the nearest are %.*s",
                                 TEXT_ARGS(space_nearest(b->scratch, written, out->value, out->values, 3))));
    return refuse(b, line, table, rule, in->name, fix ? fix : "",
                  "no rule of the tested table gives this value");
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

static int bind_input(struct binding *b, const struct dmn_decision *decision,
                      const struct dmn_column_in *column, struct table *table, struct table_in *in)
{
    const struct dmn_expression *e = column->expression;
    struct text name = {"", 0}, member = {"", 0};
    in->name = keep(b, text_trim(column->text));
    if (e && e->kind == DMN_EXPRESSION_NAME) {
        name = e->name;
    } else if (e && e->kind == DMN_EXPRESSION_PATH && e->part[0]->kind == DMN_EXPRESSION_NAME) {
        name = e->part[0]->name;
        member = e->name;
    } else {
        return refuse(b, column->line, table->name, 0, in->name, "name one fact or one table",
                      "the input is an expression");
    }
    const struct dmn_input *input = dmn_input_find(b->model, name);
    if (input && !member.n && needs(decision, DMN_NEED_INPUT, (size_t)(input - b->model->input))) {
        ptrdiff_t fact = policy_fact_index(b->pack, name);
        if (fact < 0)
            return refuse(b, column->line, table->name, 0, in->name, "add it to the facts of pack.json",
                          "the input is not a fact of the vocabulary or the pack");
        in->fact = true;
        in->index = (uint16_t)fact;
        return 0;
    }
    size_t d = find_decision(b, name);
    if (d == SIZE_MAX || !needs(decision, DMN_NEED_DECISION, d))
        return refuse(b, column->line, table->name, 0, in->name, "",
                      "the input is neither a required input nor a required decision");
    in->index = (uint16_t)b->index_of[d];
    const struct table *tested = &b->pack->table[in->index];
    if (tested->hit == TABLE_COLLECT)
        return refuse(b, column->line, table->name, 0, in->name, "",
                      "the input is a list: test what it was made from");
    if (!member.n && tested->outs == 1)
        return 0;
    for (size_t i = 0; i < tested->outs; i++)
        if (text_equal(tested->out[i].name, member)) {
            in->column = (uint16_t)i;
            return 0;
        }
    return refuse(b, column->line, table->name, 0, in->name, "", "the tested table has no such output");
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
    for (size_t i = 0; i < pack->info.sources; i++)
        known = known || text_equal(pack->info.source[i].code, citation.source);
    if (!known || !citation.where.n)
        return refuse(b, from->rule[r].line, table->name, r + 1, TEXT("annotation"),
                      "give the annotations source (a code of pack.json) and where",
                      "the rule does not say where it comes from");
    for (size_t i = 0; i < pack->citations; i++)
        if (text_equal(pack->citation[i].source, citation.source) &&
            text_equal(pack->citation[i].where, citation.where)) {
            rule->citation = (uint16_t)i;
            return 0;
        }
    if (pack->citations == MOST_CITATIONS)
        return refuse(b, from->rule[r].line, table->name, r + 1, TEXT("annotation"), "",
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
        return refuse(b, from->line, table->name, 0, TEXT("hit policy"), "use UNIQUE, FIRST or COLLECT",
                      "the hit policy is outside the profile");
    if (table->hit == TABLE_COLLECT && from->outs != 1)
        return refuse(b, from->line, table->name, 0, TEXT("outputs"), "", "a list has one output");
    return 0;
}

static int bind_rules(struct binding *b, size_t t)
{
    struct policy_pack *pack = b->pack;
    struct table *table = &pack->table[t];
    const struct dmn_table *from = b->source[t];
    int rc;
    for (size_t r = 0; r < table->rules; r++) {
        struct table_rule *rule = &table->rule[r];
        const struct dmn_rule *source = &from->rule[r];
        rule->line = source->line;
        rule->value = ARENA_ARRAY(pack->arena, uint16_t, table->outs);
        rule->cell = ARENA_ARRAY(pack->arena, struct text, table->ins);
        if (!rule->value || !rule->cell)
            return arena_error(pack->arena, b->error);
        if ((rc = bind_citation(b, from, r, table)))
            return rc;
        for (size_t i = 0; i < table->ins; i++) {
            const struct dmn_cell *cell = &source->in[i];
            struct table_in *in = &table->in[i];
            if (!cell->test)
                return refuse(b, cell->line, table->name, r + 1, in->name, "", "the cell could not be read");
            rule->cell[i] = keep(b, cell->test->kind == DMN_TEST_ANY ? TEXT("-") : text_trim(cell->text));
            if (cell->test->kind != DMN_TEST_ANY)
                rule->tests |= UINT64_C(1) << i;
            rc = scan_test(b, in->fact ? &pack->fact[in->index] : NULL, cell->test, cell->line, table->name,
                           r + 1, in->name);
            if (!rc && !in->fact)
                rc = check_codes(b, in, cell->test, cell->line, table->name, r + 1);
            if (rc)
                return rc;
        }
        for (size_t i = 0; i < table->outs; i++)
            if ((rc = bind_output(b, t, i, source->out[i].expression, source->out[i].line, r + 1,
                                  &rule->value[i])))
                return rc;
    }
    for (size_t i = 0; i < table->outs; i++)
        if (from->out[i].fallback) {
            table->has_default = true;
            if ((rc = bind_output(b, t, i, from->out[i].fallback, from->out[i].line, 0, &table->fallback[i])))
                return rc;
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
        return refuse(b, decision->line, decision->name, 0, (struct text){"", 0},
                      "write it as a decision table", "the decision is not a decision table");
    const struct dmn_table *from = decision->logic->table;
    int rc = bind_hit(b, from, table);
    if (rc)
        return rc;
    if (from->rules > MOST_RULES || from->ins > MOST_INPUTS || from->rules == 0 || from->outs == 0)
        return refuse(b, from->line, table->name, 0, (struct text){"", 0}, "",
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
        if ((rc = bind_input(b, decision, &from->in[i], table, &table->in[i])))
            return rc;
    if ((rc = bind_rules(b, t)))
        return rc;
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
        return refuse(b, decision->line, decision->name, 0, (struct text){"", 0}, "", "more than 200 tables");
    for (size_t i = 0; i < decision->needs; i++) {
        int rc = 0;
        if (decision->need[i].kind == DMN_NEED_DECISION)
            rc = bind_with_needs(b, decision->need[i].index, depth + 1);
        else if (decision->need[i].kind != DMN_NEED_INPUT)
            rc = refuse(b, decision->line, decision->name, 0, (struct text){"", 0}, "write it as a table",
                        "the decision needs business knowledge or a service");
        if (rc)
            return rc;
    }
    return bind_table(b, d);
}

static int bind_model(struct binding *b)
{
    struct policy_pack *pack = b->pack;
    int rc = 0;
    b->index_of = ARENA_ARRAY(b->scratch, size_t, b->model->decisions + 1);
    b->source = ARENA_ARRAY(b->scratch, const struct dmn_table *, MOST_TABLES);
    b->output = ARENA_ARRAY(b->scratch, const struct dmn_value **, MOST_TABLES);
    pack->table = ARENA_ARRAY(pack->arena, struct table, MOST_TABLES);
    pack->citation = ARENA_ARRAY(pack->arena, struct policy_citation, MOST_CITATIONS);
    if (!b->index_of || !b->source || !b->output || !pack->table || !pack->citation)
        return arena_error(pack->arena, b->error);
    for (size_t d = 0; d < b->model->decisions; d++)
        b->index_of[d] = SIZE_MAX;
    for (size_t d = 0; !rc && d < b->model->decisions; d++)
        rc = bind_with_needs(b, d, 0);
    if (!rc)
        policy_bind_drawing(b);
    return rc ? rc : policy_bind_classes(b);
}

int policy_bind(struct policy_pack *pack, struct text dmn, const char *file, struct error *error)
{
    struct arena *scratch ARENA_SCOPE = arena_new((size_t)256 << 20, ARENA_PLAIN);
    if (!scratch)
        return error_set(error, ERROR_SYSTEM, file, "", "out of memory");
    struct binding b = {.pack = pack, .scratch = scratch, .error = error};
    int rc = dmn_model_load(scratch, dmn, file, &b.model, error);
    if (!rc)
        rc = bind_model(&b);
    return rc ? rc : arena_exhausted(scratch) ? arena_error(scratch, error) : 0;
}
