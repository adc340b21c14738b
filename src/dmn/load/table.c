#include "load.h"

static const struct {
    struct text word;
    enum dmn_hit_policy policy;
} policies[] = {
    {TEXT_INIT("UNIQUE"), DMN_HIT_UNIQUE},         {TEXT_INIT("ANY"), DMN_HIT_ANY},
    {TEXT_INIT("PRIORITY"), DMN_HIT_PRIORITY},     {TEXT_INIT("FIRST"), DMN_HIT_FIRST},
    {TEXT_INIT("RULE ORDER"), DMN_HIT_RULE_ORDER}, {TEXT_INIT("OUTPUT ORDER"), DMN_HIT_OUTPUT_ORDER},
    {TEXT_INIT("COLLECT"), DMN_HIT_COLLECT},
};

static const struct {
    struct text word;
    enum dmn_aggregation aggregation;
} aggregations[] = {
    {TEXT_INIT("SUM"), DMN_AGGREGATE_SUM},
    {TEXT_INIT("COUNT"), DMN_AGGREGATE_COUNT},
    {TEXT_INIT("MIN"), DMN_AGGREGATE_MIN},
    {TEXT_INIT("MAX"), DMN_AGGREGATE_MAX},
};

static void policy(struct loader *l, const xmlNode *node, struct dmn_table *table, const struct place *place)
{
    struct text word = load_attribute(l, node, "hitPolicy"), how = load_attribute(l, node, "aggregation");
    bool known = word.n == 0, known_how = how.n == 0;
    for (size_t i = 0; i < sizeof policies / sizeof *policies; i++)
        if (text_equal(word, policies[i].word)) {
            table->hit_policy = policies[i].policy;
            known = true;
        }
    for (size_t i = 0; i < sizeof aggregations / sizeof *aggregations; i++)
        if (text_equal(how, aggregations[i].word)) {
            table->aggregation = aggregations[i].aggregation;
            known_how = true;
        }
    if (!known || !known_how)
        load_problem(l, table->line, place, DMN_PROBLEM_HIT_POLICY, known ? how : word,
                     arena_format(l->arena, "\"%.*s\" is no hit policy or aggregation of DMN",
                                  TEXT_ARGS(text_cut(known ? how : word, 0, 60))));
}

/* inputValues, outputValues. */
static const struct dmn_test *values(struct loader *l, const xmlNode *node, const char *child,
                                     const struct scope *scope, const struct place *place, struct text *text)
{
    const xmlNode *found = load_first(l, node, child);
    int line = found ? load_line(found) : 0;
    if (!found)
        return NULL;
    *text = load_child_text(l, found, "text", &line);
    return text_trim(*text).n ? load_test(l, *text, line, scope, place) : NULL;
}

static void columns_in(struct loader *l, const xmlNode *node, struct dmn_table *table, const struct scope *scope,
                       struct place place)
{
    size_t n = load_count(l, node, "input");
    struct dmn_column_in *column = ARENA_ARRAY(l->arena, struct dmn_column_in, n);
    table->in = column;
    for (xmlNode *c = load_first(l, node, "input"); column && c; c = load_next(l, c, "input"), column++) {
        const xmlNode *expression = load_first(l, c, "inputExpression");
        int line = load_line(c);
        place.column = ++table->ins;
        place.part = "input";
        column->line = line;
        column->id = load_attribute(l, c, "id");
        column->label = load_attribute(l, c, "label");
        column->text = load_child_text(l, expression, "text", &line);
        column->expression = load_expression(l, column->text, line, scope, &place);
        column->type = load_type_of(l, expression, &place);
        place.part = "input values";
        column->allowed = values(l, c, "inputValues", scope, &place, &column->allowed_text);
    }
}

static void columns_out(struct loader *l, const xmlNode *node, struct dmn_table *table, const struct scope *scope,
                        struct place place)
{
    size_t n = load_count(l, node, "output");
    struct dmn_column_out *column = ARENA_ARRAY(l->arena, struct dmn_column_out, n);
    table->out = column;
    for (xmlNode *c = load_first(l, node, "output"); column && c; c = load_next(l, c, "output"), column++) {
        int line = load_line(c);
        place.column = ++table->outs;
        place.part = "output";
        column->line = line;
        column->id = load_attribute(l, c, "id");
        column->label = load_attribute(l, c, "label");
        column->name = load_name(l, c);
        column->type = load_type_of(l, c, &place);
        place.part = "output values";
        column->allowed = values(l, c, "outputValues", scope, &place, &column->allowed_text);
        const xmlNode *fallback = load_first(l, c, "defaultOutputEntry");
        if (!fallback)
            continue;
        place.part = "default output";
        column->fallback_text = load_child_text(l, fallback, "text", &line);
        if (text_trim(column->fallback_text).n)
            column->fallback = load_expression(l, column->fallback_text, line, scope, &place);
    }
}

static void cells(struct loader *l, const xmlNode *node, const struct dmn_table *table, struct dmn_rule *rule,
                  const struct scope *scope, struct place place)
{
    struct dmn_cell *in = ARENA_ARRAY(l->arena, struct dmn_cell, table->ins);
    struct dmn_cell *out = ARENA_ARRAY(l->arena, struct dmn_cell, table->outs);
    size_t i = 0;
    rule->in = in;
    rule->out = out;
    if (!in || !out)
        return;
    place.part = "input";
    for (xmlNode *c = load_first(l, node, "inputEntry"); c && i < table->ins; c = load_next(l, c, "inputEntry"), i++) {
        place.column = i + 1;
        place.named = text_trim(table->in[i].text);
        in[i].line = load_line(c);
        in[i].id = load_attribute(l, c, "id");
        in[i].text = load_child_text(l, c, "text", &in[i].line);
        in[i].test = load_test(l, in[i].text, in[i].line, scope, &place);
    }
    for (; i < table->ins; i++) {
        in[i].line = rule->line;
        in[i].test = load_test(l, TEXT("-"), rule->line, scope, &place);
    }
    i = 0;
    place.part = "output";
    for (xmlNode *c = load_first(l, node, "outputEntry"); c && i < table->outs;
         c = load_next(l, c, "outputEntry"), i++) {
        place.column = i + 1;
        place.named = table->out[i].name;
        out[i].line = load_line(c);
        out[i].id = load_attribute(l, c, "id");
        out[i].text = load_child_text(l, c, "text", &out[i].line);
        if (text_trim(out[i].text).n)
            out[i].expression = load_expression(l, out[i].text, out[i].line, scope, &place);
    }
    place.column = 0;
    if (load_count(l, node, "inputEntry") != table->ins || load_count(l, node, "outputEntry") != table->outs) {
        place.part = NULL;
        load_problem(l, rule->line, &place, DMN_PROBLEM_SHAPE, (struct text){NULL, 0}, TEXT("the rule has not as many cells as the table has columns"));
    }
}

static void annotations(struct loader *l, const xmlNode *node, const struct dmn_table *table, struct dmn_rule *rule)
{
    struct text *text = ARENA_ARRAY(l->arena, struct text, table->annotations);
    size_t i = 0;
    rule->annotation = text;
    for (xmlNode *c = load_first(l, node, "annotationEntry"); text && c && i < table->annotations;
         c = load_next(l, c, "annotationEntry"))
        text[i++] = load_child_text(l, c, "text", NULL);
}

const struct dmn_table *load_table(struct loader *l, const xmlNode *node, const struct scope *scope,
                                   const struct place *where)
{
    struct place place = *where;
    struct dmn_table *table = ARENA_NEW(l->arena, struct dmn_table);
    size_t rules = load_count(l, node, "rule"), names = load_count(l, node, "annotation");
    struct dmn_rule *rule = ARENA_ARRAY(l->arena, struct dmn_rule, rules);
    struct text *annotation = ARENA_ARRAY(l->arena, struct text, names);
    if (!table || !rule || !annotation)
        return NULL;
    place.owner = arena_format(l->arena, "%.*s, table", TEXT_ARGS(where->owner));
    table->line = load_line(node);
    policy(l, node, table, &place);
    columns_in(l, node, table, scope, place);
    columns_out(l, node, table, scope, place);
    table->annotation = annotation;
    for (xmlNode *c = load_first(l, node, "annotation"); c; c = load_next(l, c, "annotation"))
        annotation[table->annotations++] = load_name(l, c);
    table->rule = rule;
    for (xmlNode *c = load_first(l, node, "rule"); c; c = load_next(l, c, "rule"), rule++) {
        rule->line = load_line(c);
        rule->id = load_attribute(l, c, "id");
        rule->description = load_child_text(l, c, "description", NULL);
        place.rule = ++table->rules;
        cells(l, c, table, rule, scope, place);
        annotations(l, c, table, rule);
    }
    return table;
}
