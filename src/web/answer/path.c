#include "path.h"

#include "base/clock.h"
#include "picture.h"
#include "words.h"

enum { MOST_FACTS = 5 }; /* told in a box of the picture; the steps tell all */

/* What an answer was worked out from: the rules that fired and the facts that were known, as JSON. */
struct trace {
    const struct json *fired, *known;
};

/* ---- values in words ---- */

/* What was known of a column; empty where nothing was. */
static struct text value_words(struct arena *arena, const struct policy_pack *pack, const struct policy_tests *column,
                               struct text value)
{
    struct date day;
    if (!value.p)
        return TEXT("");
    if (column->fact)
        return date_parse(value, &day) ? date_words(arena, day) : policy_value_words(pack, column->key, value);
    ptrdiff_t dot = text_find_char(column->name, '.');
    struct text output = dot < 0 ? column->key : text_cut(column->name, (size_t)dot + 1, column->name.n);
    return policy_output_words(pack, column->key, output, value, arena);
}

static struct text gives_words(struct arena *arena, const struct policy_table *table, const struct policy_gives *gives)
{
    struct buffer b = buffer_in(arena);
    bool any = false;
    for (size_t o = 0; o < table->outputs; o++) {
        if (!gives[o].words.n)
            continue;
        buffer_string(&b, any ? ", " : "");
        if (o > 0)
            buffer_format(&b, "%.*s ", TEXT_ARGS(table->output[o]));
        buffer_text(&b, gives[o].words);
        any = true;
    }
    return any ? buffer_result(&b) : TEXT("Nothing");
}

/* Before a value: "Consent:", or the question that a table answers without what is said after it. */
static struct text label_words(struct arena *arena, const struct policy_tests *column)
{
    ptrdiff_t mark = text_find_char(column->words, '?');
    return mark >= 0 ? text_cut(column->words, 0, (size_t)mark + 1)
                     : arena_format(arena, "%.*s:", TEXT_ARGS(column->words));
}

static struct text because_words(struct arena *arena, const struct shape_path_test *test, size_t n)
{
    struct buffer b = buffer_in(arena);
    for (size_t i = 0; i < n; i++)
        buffer_format(&b, "%s%.*s %.*s", i ? "; " : "", TEXT_ARGS(test[i].name),
                      TEXT_ARGS(test[i].known ? test[i].value : TEXT("not known, and it does not matter")));
    return buffer_result(&b);
}

/* ---- rules ---- */

static const struct json *tested_of(const struct json *fired, struct text name)
{
    const struct json *list = json_get(fired, "tested");
    for (size_t i = 0; json_is(list, JSON_ARRAY) && i < list->count; i++) {
        const struct json *fact = json_get(&list->item[i], "fact");
        if (text_equal(json_text(fact ? fact : json_get(&list->item[i], "decision")), name))
            return &list->item[i];
    }
    return NULL;
}

/* What was known of a column: of a fact what was said, of a table what it gave (one rule of it, as tests need). */
static struct text known_value(const struct trace *trace, const struct policy_tests *column)
{
    const struct json *list = column->fact ? trace->known : trace->fired;
    for (size_t i = 0; json_is(list, JSON_ARRAY) && i < list->count; i++)
        if (text_equal(json_text(json_get(&list->item[i], column->fact ? "key" : "table")), column->key) &&
            (column->fact || text_equal(column->name, column->key)))
            return json_text(json_get(&list->item[i], column->fact ? "value" : "gives"));
    return (struct text){NULL, 0};
}

/* `fired` is NULL for a rule that did not apply. */
static int rule_shape(struct arena *arena, const struct policy_pack *pack, const struct policy_table *table, size_t r,
                      const struct json *fired, const struct trace *trace, struct shape_path_rule *out,
                      struct error *error)
{
    const struct policy_table_rule *rule = &table->rule[r];
    struct shape_path_test *test = ARENA_ARRAY(arena, struct shape_path_test, table->columns);
    size_t n = 0;
    if (!test)
        return arena_error(arena, error);
    for (size_t c = 0; c < table->columns; c++) {
        if (text_equal(rule->cell[c].test, TEXT("-")))
            continue;
        struct text value = fired ? json_text(json_get(tested_of(fired, table->column[c].name), "value"))
                                  : known_value(trace, &table->column[c]),
                    words = value_words(arena, pack, &table->column[c], value);
        test[n++] = (struct shape_path_test){label_words(arena, &table->column[c]),
                                             rule->cell[c].words,
                                             words,
                                             words.n > 0,
                                             words.n > 0 && policy_cell_passes(pack, table->name, r, c, value),
                                             table->column[c].fact};
    }
    *out = (struct shape_path_rule){.number = (int64_t)r + 1,
                                    .gives = gives_words(arena, table, rule->gives),
                                    .tests = test,
                                    .tests_n = n,
                                    .before = fired && table->hit == POLICY_HIT_FIRST ? (int64_t)r : 0,
                                    .because = because_words(arena, test, n),
                                    .source = rule->source_title,
                                    .where = rule->citation.where,
                                    .note = rule->note};
    return 0;
}

/* The rule of the list that is the table's rule `r`, or NULL. */
static const struct json *fired_of(const struct json *fired, const struct policy_table *table, size_t r)
{
    int64_t number;
    for (size_t i = 0; json_is(fired, JSON_ARRAY) && i < fired->count; i++)
        if (text_equal(json_text(json_get(&fired->item[i], "table")), table->name) &&
            json_get(&fired->item[i], "rule") &&
            text_to_int64(json_get(&fired->item[i], "rule")->text, &number) && number == (int64_t)r + 1)
            return &fired->item[i];
    return NULL;
}

/* What ruled out the rules above the first that matched: of each a test that it failed, the same only once. */
static bool rule_out(struct arena *arena, const struct shape_path_table *table, struct shape_path_rule *rule)
{
    struct shape_path_test *ruled = ARENA_ARRAY(arena, struct shape_path_test, table->others_n);
    size_t n = 0;
    for (size_t r = 0; ruled && r < table->others_n && table->others[r].number < rule->number; r++) {
        const struct shape_path_rule *above = &table->others[r];
        const struct shape_path_test *failed = NULL;
        bool told = false;
        for (size_t t = 0; t < above->tests_n && !told; t++) {
            if (!above->tests[t].known || above->tests[t].met)
                continue;
            failed = failed ? failed : &above->tests[t];
            for (size_t k = 0; k < n; k++)
                told = told || text_equal(ruled[k].name, above->tests[t].name);
        }
        if (failed && !told)
            ruled[n++] = *failed;
    }
    rule->ruled = ruled;
    rule->ruled_n = ruled ? n : 0;
    return ruled;
}

static int table_shape(struct arena *arena, const struct policy_pack *pack, const struct policy_table *table,
                       const struct trace *trace, struct shape_path_table *out, struct error *error)
{
    struct shape_path_rule *rules = ARENA_ARRAY(arena, struct shape_path_rule, table->rules),
                           *others = ARENA_ARRAY(arena, struct shape_path_rule, table->rules);
    if (!rules || !others)
        return arena_error(arena, error);
    *out = (struct shape_path_table){.id = table->name,
                                     .question = table->question,
                                     .hit = text_of(policy_hit_words(table->hit)),
                                     .first = table->hit == POLICY_HIT_FIRST,
                                     .rules = rules,
                                     .others = others,
                                     .otherwise =
                                         table->otherwise ? gives_words(arena, table, table->otherwise) : TEXT("")};
    for (size_t r = 0; r < table->rules; r++) {
        const struct json *one = fired_of(trace->fired, table, r);
        int result = rule_shape(arena, pack, table, r, one, trace,
                                one ? &rules[out->rules_n++] : &others[out->others_n++], error);
        if (result)
            return result;
    }
    for (size_t i = 0; i < out->rules_n; i++)
        if (rules[i].before > 0 && !rule_out(arena, out, &rules[i]))
            return arena_error(arena, error);
    out->rest = arena_format(arena, "The %zu other %s of this table", out->others_n, out->others_n == 1 ? "rule" : "rules");
    out->count = arena_format(arena, "%zu %s applied, %zu did not", out->rules_n, out->rules_n == 1 ? "rule" : "rules", out->others_n);
    if (!out->rest.p || !out->count.p)
        return arena_error(arena, error);
    if (out->rules_n == 1)
        out->result = rules[0].gives;
    out->many = out->rules_n > 1;
    if (out->many)
        out->result = arena_format(arena, "%zu rules apply", out->rules_n);
    return 0;
}

int path_table(struct arena *arena, const struct policy_pack *pack, const struct policy_table *table,
               struct shape_path_table *out, struct error *error)
{
    return table_shape(arena, pack, table, &(struct trace){NULL, NULL}, out, error);
}

/* ---- boxes of the picture ---- */

static bool names(const struct shape_path_test *test, size_t n, struct text name)
{
    for (size_t i = 0; i < n; i++)
        if (text_equal(test[i].name, name))
            return true;
    return false;
}

/* The facts that a rule rests on, its own and those that ruled out what stands above it; other tables have arrows. */
static void tell_facts(struct arena *arena, const struct shape_path_rule *rule, struct text *fact, size_t *told,
                       size_t *n)
{
    for (size_t t = 0; t < rule->tests_n + rule->ruled_n; t++) {
        bool own = t < rule->tests_n;
        const struct shape_path_test *test = own ? &rule->tests[t] : &rule->ruled[t - rule->tests_n];
        if (!test->fact || (!own && names(rule->tests, rule->tests_n, test->name)))
            continue;
        if ((*n)++ < MOST_FACTS)
            fact[(*told)++] = arena_format(arena, "%.*s %.*s", TEXT_ARGS(test->name),
                                           TEXT_ARGS(test->known ? test->value : TEXT("not known")));
    }
}

/* What a table gave and why, in few lines. */
static bool lit_box(struct arena *arena, const struct policy_graph *graph, const struct policy_table *table,
                    const struct json *fired, const struct shape_path_table *step, struct picture_box *box)
{
    size_t most = step->rules_n;
    for (size_t r = 0; r < step->rules_n; r++)
        most += step->rules[r].tests_n + step->rules[r].ruled_n;
    struct text *fact = ARENA_ARRAY(arena, struct text, most + 1);
    bool *need_lit = ARENA_ARRAY(arena, bool, table->needs);
    if (!fact || !need_lit)
        return false;
    size_t n = 0, told = 0;
    for (size_t r = 0; r < step->rules_n && step->rules_n > 1; r++, n++)
        if (n < MOST_FACTS)
            fact[told++] = step->rules[r].gives;
    if (step->rules_n == 1)
        tell_facts(arena, &step->rules[0], fact, &told, &n);
    if (n > told) {
        fact[told] = arena_format(arena, "and %zu more", n - told);
        told++;
    }
    for (size_t i = 0; i < table->needs; i++)
        for (size_t r = 0; r < table->rules; r++) {
            const struct json *one = fired_of(fired, table, r);
            for (size_t c = 0; one && c < table->columns; c++)
                need_lit[i] = need_lit[i] || (!table->column[c].fact &&
                                              text_equal(table->column[c].key, graph->table[table->need[i]].name) &&
                                              tested_of(one, table->column[c].name));
        }
    *box = (struct picture_box){.lit = true,
                                .number = step->number,
                                .result = step->result,
                                .fact = fact,
                                .facts = told,
                                .need_lit = need_lit};
    return true;
}

static struct picture_box dark_box(const struct policy_table *table, bool settled)
{
    return (struct picture_box){.result = !settled                           ? TEXT("Open, or did not count")
                                          : table->hit == POLICY_HIT_EVERY ? TEXT("No rule applies")
                                                                             : TEXT("Did not decide it")};
}

int path_read(struct arena *arena, const struct policy_pack *pack, const struct json *fired, const struct json *known,
              struct path *out, struct error *error)
{
    const struct trace trace = {fired, known};
    struct policy_graph graph;
    enum policy_decision decision = POLICY_SHARE;
    int result = policy_tables(pack, &decision, arena, &graph, error);
    if (result)
        return result;
    struct shape_path_table *steps = ARENA_ARRAY(arena, struct shape_path_table, graph.tables);
    struct picture_box *box = ARENA_ARRAY(arena, struct picture_box, graph.tables);
    if (!steps || !box)
        return arena_error(arena, error);
    size_t found = 0;
    bool settled = false;
    *out = (struct path){.steps = steps};
    for (size_t i = 0; json_is(fired, JSON_ARRAY) && i < fired->count; i++)
        settled = settled || text_equal(json_text(json_get(&fired->item[i], "table")), TEXT("outcome"));
    for (size_t t = 0; t < graph.tables; t++) {
        struct shape_path_table *step = &steps[out->steps_n];
        if ((result = table_shape(arena, pack, &graph.table[t], &trace, step, error)))
            return result;
        found += step->rules_n;
        if (step->rules_n == 0) {
            box[t] = dark_box(&graph.table[t], settled);
            continue;
        }
        step->number = (int64_t)++out->steps_n;
        if (!lit_box(arena, &graph, &graph.table[t], fired, step, &box[t]))
            return arena_error(arena, error);
    }
    if (json_is(fired, JSON_ARRAY) && found != fired->count)
        return error_set(error, ERROR_CHECK, "", "", "rules that fired are not in the policy that they are said to be of");
    return picture_draw(arena, &graph, box, TEXT("The way to the answer"),
                        TEXT("Boxes are questions of the policy. Those with a number and a thick edge led to the answer, "
                             "from the bottom up; the steps above the picture tell them in words."),
                        &out->picture, error);
}

int path_picture(struct arena *arena, const struct policy_graph *graph, struct text title, struct shape_picture *out,
                 struct error *error)
{
    struct picture_box *box = ARENA_ARRAY(arena, struct picture_box, graph->tables);
    if (!box)
        return arena_error(arena, error);
    for (size_t t = 0; t < graph->tables; t++) {
        const struct policy_table *table = &graph->table[t];
        struct text *fact = ARENA_ARRAY(arena, struct text, table->columns + 1);
        size_t n = 0;
        if (!fact)
            return arena_error(arena, error);
        for (size_t c = 0; c < table->columns; c++)
            if (table->column[c].fact)
                fact[n++] = table->column[c].words;
        box[t] = (struct picture_box){.fact = n ? ARENA_NEW(arena, struct text) : NULL, .facts = n > 0};
        if (n && !box[t].fact)
            return arena_error(arena, error);
        if (n)
            *(struct text *)box[t].fact = words_join(arena, fact, n, ", ");
    }
    int result = picture_draw(arena, graph, box, title,
                              TEXT("Boxes are the policy’s questions, with the facts that each looks at. An arrow leads from "
                                   "a question to one that needs its answer. The tables below say the same."),
                              out, error);
    out->plain = true;
    return result;
}

/* ---- what would change it ---- */

int path_changes(struct arena *arena, const struct policy_pack *pack, const struct json *changes,
                 const struct shape_path_change **out, size_t *n, struct error *error)
{
    *n = json_is(changes, JSON_ARRAY) ? changes->count : 0;
    struct shape_path_change *shown = ARENA_ARRAY(arena, struct shape_path_change, *n);
    *out = shown;
    for (size_t i = 0; shown && i < *n; i++) {
        const struct json *altered = json_get(&changes->item[i], "altered");
        size_t facts = json_is(altered, JSON_ARRAY) ? altered->count : 0;
        struct shape_path_fact *fact = ARENA_ARRAY(arena, struct shape_path_fact, facts);
        size_t known = 0;
        struct policy_words words;
        struct text outcome = json_text(json_get(&changes->item[i], "outcome"));
        for (size_t a = 0; fact && a < facts; a++) {
            struct text key = json_text(json_get(&altered->item[a], "fact"));
            struct policy_tests column = {.name = key, .key = key, .fact = true};
            fact[a] = (struct shape_path_fact){
                policy_fact_words(pack, key),
                value_words(arena, pack, &column, json_text(json_get(&altered->item[a], "from"))),
                value_words(arena, pack, &column, json_text(json_get(&altered->item[a], "to")))};
            known += fact[a].from.n > 0; /* these come first */
        }
        shown[i] = (struct shape_path_change){policy_words(pack, POLICY_WORDS_OUTCOME, outcome, &words)->title, fact, known,
                                               fact ? fact + known : NULL, facts - known};
    }
    return arena_exhausted(arena) ? arena_error(arena, error) : 0;
}

/* ---- where the pack is not at hand ---- */

int path_recorded(struct arena *arena, const struct json *fired, const struct shape_source **out, size_t *n,
                  struct error *error)
{
    *n = json_is(fired, JSON_ARRAY) ? fired->count : 0;
    struct shape_source *source = ARENA_ARRAY(arena, struct shape_source, *n);
    for (size_t i = 0; source && i < *n; i++)
        source[i] = (struct shape_source){json_text(json_get(&fired->item[i], "note")),
                                          json_text(json_get(&fired->item[i], "title")),
                                          json_text(json_get(&fired->item[i], "where"))};
    *out = source;
    return source ? 0 : arena_error(arena, error);
}
