#include "bind.h"

#include <string.h>

/* A value of the class as the rules see it. */
const struct dmn_value *policy_sample_value(const struct binding *b, const struct space_fact *fact,
                                            size_t class)
{
    struct number number;
    struct date date;
    switch (fact->info.kind) {
    case POLICY_FACT_BOOLEAN:
        return dmn_boolean(class == 0);
    case POLICY_FACT_CHOICE:
    case POLICY_FACT_ADDRESS:
        return dmn_string(b->scratch, fact->class_name[class]);
    case POLICY_FACT_NUMBER:
        return number_parse(fact->sample[class], &number) ? dmn_number(b->scratch, number) : &dmn_null;
    case POLICY_FACT_DATE:
        return date_parse(fact->sample[class], &date) ? dmn_date(b->scratch, date) : &dmn_null;
    }
    return &dmn_null;
}

bool policy_test_passes(const struct binding *b, const struct dmn_test *test, const struct dmn_value *value)
{
    if (test->kind == DMN_TEST_ANY)
        return true;
    const struct dmn_value *answer = dmn_test_value(b->scratch, test, value);
    return answer->kind == DMN_BOOLEAN && answer->as.boolean;
}

/* Do all rules treat the two values of the fact alike? */
static bool alike(const struct binding *b, size_t fact, const struct dmn_value *one,
                  const struct dmn_value *other)
{
    for (size_t t = 0; t < b->pack->tables; t++)
        for (size_t i = 0; i < b->pack->table[t].ins; i++) {
            const struct table_in *in = &b->pack->table[t].in[i];
            if (!in->fact || in->index != fact)
                continue;
            for (size_t r = 0; r < b->pack->table[t].rules; r++) {
                const struct dmn_test *test = b->source[t]->rule[r].in[i].test;
                if (policy_test_passes(b, test, one) != policy_test_passes(b, test, other))
                    return false;
            }
        }
    return true;
}

/* Numbers and dates: from pieces to classes. */
static int finish_ordered(struct binding *b, size_t f)
{
    struct space_fact *fact = &b->pack->fact[f];
    struct arena *arena = b->pack->arena;
    size_t pieces = 2 * fact->points + 1;
    int64_t *point = ARENA_ARRAY(arena, int64_t, fact->points);
    const struct dmn_value *last = NULL;
    fact->class_of = ARENA_ARRAY(arena, uint16_t, pieces);
    fact->sample = ARENA_ARRAY(arena, struct text, pieces);
    if (!point || !fact->class_of || !fact->sample)
        return arena_error(arena, b->error);
    if (fact->points)
        memcpy(point, fact->point, fact->points * sizeof *point);
    fact->point = point;
    for (size_t p = 0; p < pieces; p++) {
        int64_t value;
        if (!space_piece_value(fact, p, &value)) {
            fact->class_of[p] = fact->classes ? (uint16_t)(fact->classes - 1) : 0;
            continue;
        }
        if (fact->classes == DIAGRAM_CLASSES)
            return error_set(b->error, ERROR_TOO_LARGE, "", "",
                             "the fact %.*s is cut into more than 250 classes", TEXT_ARGS(fact->info.key));
        fact->sample[fact->classes] = space_format(arena, fact, value);
        const struct dmn_value *now = policy_sample_value(b, fact, fact->classes);
        if (!last || !alike(b, f, last, now)) {
            fact->classes++;
            last = now;
        }
        fact->class_of[p] = (uint16_t)(fact->classes - 1);
    }
    return arena_exhausted(arena) ? arena_error(arena, b->error) : 0;
}

static int fill_matches(struct binding *b, size_t t)
{
    struct table *table = &b->pack->table[t];
    for (size_t i = 0; i < table->ins; i++) {
        struct table_in *in = &table->in[i];
        const struct dmn_value **codes = NULL;
        if (in->fact) {
            in->classes = b->pack->fact[in->index].classes;
        } else {
            codes = b->output[in->index] + in->column * (MOST_VALUES + 1);
            in->classes = (uint16_t)(b->pack->table[in->index].out[in->column].values + 1);
        }
        in->match = ARENA_ARRAY(b->pack->arena, uint64_t, in->classes * table->words);
        if (!in->match)
            return arena_error(b->pack->arena, b->error);
        for (size_t c = 0; c < in->classes; c++) {
            const struct dmn_value *value = in->fact ? policy_sample_value(b, &b->pack->fact[in->index], c)
                                            : c + 1u < in->classes ? codes[c]
                                                                   : &dmn_null;
            for (size_t r = 0; r < table->rules; r++)
                if (policy_test_passes(b, b->source[t]->rule[r].in[i].test, value))
                    in->match[c * table->words + r / 64] |= UINT64_C(1) << (r % 64);
        }
    }
    return 0;
}

int policy_bind_classes(struct binding *b)
{
    int result = 0;
    for (size_t f = 0; !result && f < b->pack->facts; f++)
        if (b->pack->fact[f].info.kind == POLICY_FACT_NUMBER ||
            b->pack->fact[f].info.kind == POLICY_FACT_DATE)
            result = finish_ordered(b, f);
    for (size_t t = 0; !result && t < b->pack->tables; t++)
        result = fill_matches(b, t);
    return result;
}
