#include "bind.h"

/* Cells: sets of values, written as constants. What they name is compared with what the fact or table can be.
 */

/*
 * A value as written, not worked out: a literal or its negative. NULL for anything else. Not date("..."):
 * where a table tests the fact "date", that name means the fact; @"2026-01-31" is always a date.
 */
const struct dmn_value *policy_written_value(const struct binding *b, const struct dmn_expression *e)
{
    if (!e)
        return NULL;
    bool plain = e->kind == DMN_EXPRESSION_LITERAL ||
                 (e->kind == DMN_EXPRESSION_NEGATE && e->part[0]->kind == DMN_EXPRESSION_LITERAL);
    return plain ? dmn_expression_constant(b->scratch, e) : NULL;
}

/* Where the cell of a number or date cuts; and are the literals of the kind that the fact has? */
static int scan_literal(struct binding *b, struct space_fact *fact, const struct dmn_expression *expression,
                        int line, struct text table, size_t rule, struct text column)
{
    const struct dmn_value *value = policy_written_value(b, expression);
    bool listed = fact->info.kind == POLICY_FACT_CHOICE || fact->info.kind == POLICY_FACT_ADDRESS ||
                  fact->info.kind == POLICY_FACT_BOOLEAN;
    if (!value && expression && expression->kind == DMN_EXPRESSION_INVALID)
        return policy_refuse_feel(b, line, table, rule, column);
    if (!value && listed)
        return policy_refuse_written(b, line, table, rule, column, b->cell,
                                     fact->info.kind == POLICY_FACT_BOOLEAN
                                         ? "is neither true nor false"
                                         : "is not a list of values: each stands in quotes",
                                     fact->class_name, fact->classes);
    if (!value)
        return policy_refuse(b, line, table, rule, column,
                             "write the value itself, a date as @\"2026-01-31\"",
                             "the cell holds what is not a constant");
    if (value->kind == DMN_NULL && fact->info.kind == POLICY_FACT_DATE &&
        text_find(b->cell, TEXT("null")) < 0)
        return policy_refuse(b, line, table, rule, column, "a date is written @\"2026-01-31\"",
                             "the cell names a day that does not exist");
    if (value->kind == DMN_NULL)
        return policy_refuse(b, line, table, rule, column, "null means unknown here: leave the cell at -",
                             "the cell tests for null");
    struct buffer text = buffer_in(b->scratch);
    switch (fact->info.kind) {
    case POLICY_FACT_BOOLEAN:
        if (value->kind != DMN_BOOLEAN)
            return policy_refuse(b, line, table, rule, column, "write true or false, without quotes",
                                 "the fact is true or false");
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
        return policy_refuse(b, line, table, rule, column, fix ? fix : "",
                             what ? what : "not a value of the fact");
    case POLICY_FACT_NUMBER:
        if (value->kind != DMN_NUMBER)
            return policy_refuse(b, line, table, rule, column, "write a number, without quotes",
                                 "the fact is a number");
        number_write(&text, value->as.number);
        break;
    case POLICY_FACT_DATE:
        if (value->kind != DMN_DATE)
            return policy_refuse(b, line, table, rule, column, "write @\"2026-01-31\"", "the fact is a date");
        buffer_text(&text, date_format(b->scratch, value->as.date));
        break;
    }
    int64_t point;
    if (!space_parse(fact, buffer_result(&text), &point))
        return policy_refuse(b, line, table, rule, column, "", "the value is outside what the fact can be");
    return space_cut(b->scratch, fact, point) ? 0 : arena_error(b->scratch, b->error);
}

static int scan_test(struct binding *b, const struct table_in *in, const struct dmn_test *test, int line,
                     struct text table, size_t rule)
{
    struct space_fact *fact = in->fact ? &b->pack->fact[in->index] : NULL;
    struct text column = in->name;
    bool ordered = fact && (fact->info.kind == POLICY_FACT_NUMBER || fact->info.kind == POLICY_FACT_DATE);
    int result = 0;
    if (test->low && test->low->kind == DMN_EXPRESSION_INVALID)
        return policy_refuse_feel(b, line, table, rule, column);
    switch (test->kind) {
    case DMN_TEST_ANY:
        return 0;
    case DMN_TEST_LIST:
    case DMN_TEST_NOT:
        for (size_t i = 0; !result && i < test->count; i++)
            result = scan_test(b, in, test->item[i], line, table, rule);
        return result;
    case DMN_TEST_EXPRESSION:
        return policy_refuse(b, line, table, rule, column, "list the values, or write an interval",
                             "the cell is an expression");
    case DMN_TEST_COMPARE:
    case DMN_TEST_INTERVAL:
        if (!ordered && (test->kind == DMN_TEST_INTERVAL ||
                         (test->operation != DMN_EQUAL && test->operation != DMN_UNEQUAL)))
            return policy_refuse(b, line, table, rule, column, "list the values",
                                 "the cell compares what has no order");
        if (test->kind == DMN_TEST_INTERVAL &&
            (result = scan_literal(b, fact, test->high, line, table, rule, column)))
            return result;
        break;
    case DMN_TEST_VALUE:
        break;
    }
    if (fact)
        return scan_literal(b, fact, test->low, line, table, rule, column);
    const struct dmn_value *value = policy_written_value(b, test->low);
    if (value && value->kind != DMN_NULL)
        return 0;
    const struct table_out *out = &b->pack->table[in->index].out[in->column];
    return policy_refuse_written(b, line, table, rule, in->name, b->cell,
                                 "is not a list of values: texts stand in quotes", out->value, out->values);
}

/* A cell that tests another table's output may only name what that table gives. */
static int check_codes(struct binding *b, const struct table_in *in, const struct dmn_test *test, int line,
                       struct text table, size_t rule)
{
    for (size_t i = 0; i < test->count; i++) {
        int result = check_codes(b, in, test->item[i], line, table, rule);
        if (result)
            return result;
    }
    if (test->kind != DMN_TEST_VALUE)
        return 0;
    const struct dmn_value *value = policy_written_value(b, test->low);
    const struct table_out *out = &b->pack->table[in->index].out[in->column];
    const struct dmn_value **values = b->output[in->index] + in->column * (MOST_VALUES + 1);
    for (size_t i = 0; i < out->values; i++)
        if (dmn_value_equal(values[i], value))
            return 0;
    struct text written = value->kind == DMN_STRING ? value->as.string : (struct text){"", 0};
    const char *fix = arena_string(
        b->scratch, arena_format(b->scratch, "the nearest are %.*s",
                                 TEXT_ARGS(space_nearest(b->scratch, written, out->value, out->values, 3))));
    return policy_refuse(b, line, table, rule, in->name, fix ? fix : "",
                         "no rule of the tested table gives this value");
}

int policy_bind_cell(struct binding *b, const struct table_in *in, const struct dmn_cell *cell,
                     struct text table, size_t rule)
{
    b->cell = text_trim(cell->text);
    if (!cell->test)
        return policy_refuse_feel(b, cell->line, table, rule, in->name);
    int result = scan_test(b, in, cell->test, cell->line, table, rule);
    return result || in->fact ? result : check_codes(b, in, cell->test, cell->line, table, rule);
}
