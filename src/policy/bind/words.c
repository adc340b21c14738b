#include "bind.h"

/* The words that know the codes which a table of this name gives, or POLICY_WORDS_KINDS where it is a step.
 */
static size_t words_of(struct text name)
{
    static const struct {
        struct text table;
        enum policy_words_kind kind;
    } given[] = {
        {TEXT_INIT("outcome"), POLICY_WORDS_OUTCOME},
        {TEXT_INIT("basis"), POLICY_WORDS_BASIS},
        {TEXT_INIT("obligations"), POLICY_WORDS_OBLIGATION},
        {TEXT_INIT("consent_from"), POLICY_WORDS_CONSENT},
        {TEXT_INIT("consent_obligations"), POLICY_WORDS_OBLIGATION},
        {TEXT_INIT("channel"), POLICY_WORDS_CHANNEL},
        {TEXT_INIT("conditions"), POLICY_WORDS_CONDITION},
        {TEXT_INIT("retention"), POLICY_WORDS_RETENTION},
        {TEXT_INIT("deadline"), POLICY_WORDS_DEADLINE},
    };
    for (size_t i = 0; i < sizeof given / sizeof *given; i++)
        if (text_equal(name, given[i].table))
            return given[i].kind;
    return POLICY_WORDS_KINDS;
}

static const struct word_list *words_for(const struct binding *b, const struct table *table)
{
    size_t kind = words_of(table->name);
    return kind < POLICY_WORDS_KINDS && b->pack->words[kind].words ? &b->pack->words[kind] : NULL;
}

int policy_refuse_code(const struct binding *b, int line, const struct table *table, size_t rule,
                       struct text written, const char *what)
{
    const struct word_list *words = words_for(b, table);
    struct text *codes = ARENA_ARRAY(b->scratch, struct text, words ? words->words : 0);
    size_t n = 0;
    for (; codes && words && n < words->words; n++)
        codes[n] = words->word[n].code;
    return policy_refuse_written(b, line, table->name, rule, table->out[0].name, written, what, codes, n);
}

int policy_bind_codes(struct binding *b, size_t t)
{
    const struct table *table = &b->pack->table[t];
    const struct table_out *out = &table->out[0];
    const struct word_list *words = words_for(b, table);
    for (size_t v = 0; words && v < out->values; v++) {
        bool known = false;
        for (size_t i = 0; i < words->words && !known; i++)
            known = text_equal(words->word[i].code, out->value[v]);
        if (known)
            continue;
        size_t r = 0;
        while (r < table->rules && table->rule[r].value[0] != v)
            r++;
        bool in_rule = r < table->rules;
        int line = in_rule ? b->source[t]->rule[r].out[0].line : b->source[t]->out[0].line;
        return policy_refuse_code(b, line, table, in_rule ? r + 1 : 0, out->value[v],
                                  "is no code that words.json or pack.json has words for");
    }
    return 0;
}

/* May the type that the model states hold the fact's values? */
static bool fits(const struct dmn_type *stated, enum policy_fact_kind kind)
{
    static const enum dmn_type_kind wanted[] = {[POLICY_FACT_CHOICE] = DMN_TYPE_STRING,
                                                [POLICY_FACT_ADDRESS] = DMN_TYPE_STRING,
                                                [POLICY_FACT_BOOLEAN] = DMN_TYPE_BOOLEAN,
                                                [POLICY_FACT_NUMBER] = DMN_TYPE_NUMBER,
                                                [POLICY_FACT_DATE] = DMN_TYPE_DATE};
    const struct dmn_type *type = stated ? dmn_type_plain(stated) : NULL;
    return !type || type->kind == DMN_TYPE_ANY || type->kind == wanted[kind];
}

/* Every value of the fact or table must be among those that the model lists, or rules would not see some
 * cases. */
static int check_list(struct binding *b, const struct dmn_test *allowed, const struct table_in *in, int line,
                      const struct table *table)
{
    for (size_t c = 0; c < in->classes; c++) {
        const struct dmn_value *value = &dmn_null;
        struct text name = {"", 0};
        if (in->fact) {
            const struct space_fact *fact = &b->pack->fact[in->index];
            value = policy_sample_value(b, fact, c);
            name = fact->class_name ? fact->class_name[c] : fact->sample[c];
        } else if (c + 1u < in->classes) {
            value = (b->output[in->index] + in->column * (MOST_VALUES + 1))[c];
            name = b->pack->table[in->index].out[in->column].value[c];
        } else {
            continue; /* no value at all */
        }
        if (!policy_test_passes(b, allowed, value))
            return policy_refuse_written(b, line, table->name, 0, in->name, name,
                                         "is missing from the list of values of the column; list all or none",
                                         NULL, 0);
    }
    return 0;
}

int policy_bind_stated(struct binding *b, size_t t)
{
    const struct table *table = &b->pack->table[t];
    const struct dmn_table *from = b->source[t];
    for (size_t i = 0; i < table->ins; i++) {
        const struct table_in *in = &table->in[i];
        const struct dmn_column_in *column = &from->in[i];
        const struct dmn_input *input = in->fact ? dmn_input_find(b->model, b->key[in->index]) : NULL;
        const struct dmn_type *type[] = {column->type, input ? input->type : NULL};
        for (size_t k = 0; k < 2 && in->fact; k++) {
            if (!fits(type[k], b->pack->fact[in->index].info.kind))
                return policy_refuse(
                    b, k ? input->line : column->line, table->name, 0, in->name,
                    "state string, boolean, number or date, as pack.json and vocabulary.json have it",
                    "the type of the column is not that of the fact");
        }
        const struct dmn_test *allowed[] = {column->allowed,
                                            column->type ? dmn_type_allowed(column->type) : NULL,
                                            input && input->type ? dmn_type_allowed(input->type) : NULL};
        for (size_t k = 0; k < 3; k++) {
            int result = allowed[k] ? check_list(b, allowed[k], in, column->line, table) : 0;
            if (result)
                return result;
        }
    }
    for (size_t o = 0; o < table->outs; o++) {
        const struct dmn_test *allowed = from->out[o].allowed;
        for (size_t v = 0; allowed && v < table->out[o].values; v++)
            if (!policy_test_passes(b, allowed, (b->output[t] + o * (MOST_VALUES + 1))[v]))
                return policy_refuse_written(
                    b, from->out[o].line, table->name, 0, table->out[o].name, table->out[o].value[v],
                    "is missing from the list of output values; list all or none", NULL, 0);
    }
    return 0;
}
