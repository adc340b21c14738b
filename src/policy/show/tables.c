#include "tables_words.h"

const char *policy_hit_words(enum policy_hit hit)
{
    return hit == POLICY_HIT_FIRST ? "the first rule that matches"
           : hit == POLICY_HIT_ONE ? "the one rule that matches"
                                   : "every rule that matches";
}

struct text policy_source_words(const struct policy_pack *pack, struct text code)
{
    for (size_t i = 0; i < pack->info.sources; i++)
        if (text_equal(pack->info.source[i].code, code))
            return pack->info.source[i].title;
    return code;
}

bool policy_cell_passes(const struct policy_pack *pack, struct text name, size_t rule, size_t column, struct text value)
{
    for (size_t t = 0; t < pack->tables; t++) {
        const struct table *table = &pack->table[t];
        uint16_t class = 0;
        if (!text_equal(table->name, name))
            continue;
        if (rule >= table->rules || column >= table->ins)
            return false;
        const struct table_in *in = &table->in[column];
        const struct table_out *out = in->fact ? NULL : &pack->table[in->index].out[in->column];
        while (out && class < out->values && !text_equal(out->value[class], value))
            class ++;
        if (out ? class == out->values : !space_classify(&pack->fact[in->index], value, &class))
            return false;
        return in->match[class * table->words + rule / 64] >> (rule % 64) & 1;
    }
    return false;
}

/* What is being built: graph_index[t] of each table of the pack is its place in the graph. */
struct showing {
    const struct policy_pack *pack;
    struct arena *arena;
    const size_t *graph_index;
};

static void show_columns(const struct showing *s, const struct table *from, struct policy_tests *to)
{
    for (size_t i = 0; i < from->ins; i++) {
        const struct table_in *in = &from->in[i];
        to[i].name = in->name;
        to[i].fact = in->fact;
        if (in->fact) {
            to[i].key = s->pack->fact[in->index].info.key;
            to[i].words = policy_fact_words(s->pack, to[i].key);
        } else {
            const struct table *tested = &s->pack->table[in->index];
            to[i].key = tested->name;
            to[i].words = tested->label.n ? tested->label : tested->name;
        }
    }
}

/* A class of an output; the one past its values is nothing. */
static struct policy_gives given(const struct showing *s, const struct table *table, size_t o, uint16_t class)
{
    const struct table_out *out = &table->out[o];
    if (class >= out->values)
        return (struct policy_gives){TEXT(""), TEXT("")};
    return (struct policy_gives){
        out->value[class], policy_output_words(s->pack, table->name, out->name, out->value[class], s->arena)};
}

static bool show_rule(const struct showing *s, const struct table *from, size_t r, struct policy_table_rule *to)
{
    const struct table_rule *rule = &from->rule[r];
    struct policy_cell *cell = ARENA_ARRAY(s->arena, struct policy_cell, from->ins);
    struct policy_gives *gives = ARENA_ARRAY(s->arena, struct policy_gives, from->outs);
    if (!cell || !gives)
        return false;
    for (size_t i = 0; i < from->ins; i++)
        cell[i] = (struct policy_cell){
            rule->cell[i], policy_cell_words(s->pack, from, r, &from->in[i], rule->cell[i], s->arena)};
    for (size_t o = 0; o < from->outs; o++)
        gives[o] = given(s, from, o, rule->value[o]);
    to->cell = cell;
    to->gives = gives;
    to->citation = s->pack->citation[rule->citation];
    to->source_title = policy_source_words(s->pack, to->citation.source);
    to->note = rule->note;
    return true;
}

/* The tables of the graph that it tests, each once, in the order of its columns. */
static size_t show_needs(const struct showing *s, const struct table *from, size_t *need)
{
    size_t n = 0;
    for (size_t i = 0; i < from->ins; i++) {
        bool there = from->in[i].fact;
        for (size_t k = 0; !there && k < n; k++)
            there = need[k] == s->graph_index[from->in[i].index];
        if (!there)
            need[n++] = s->graph_index[from->in[i].index];
    }
    return n;
}

static int show_table(const struct showing *s, const struct table *from, struct policy_table *to, struct error *error)
{
    struct policy_tests *column = ARENA_ARRAY(s->arena, struct policy_tests, from->ins);
    struct text *output = ARENA_ARRAY(s->arena, struct text, from->outs);
    struct policy_table_rule *rule = ARENA_ARRAY(s->arena, struct policy_table_rule, from->rules);
    struct policy_gives *otherwise = ARENA_ARRAY(s->arena, struct policy_gives, from->outs);
    size_t *need = ARENA_ARRAY(s->arena, size_t, from->ins);
    if (!column || !output || !rule || !otherwise || !need)
        return arena_error(s->arena, error);
    show_columns(s, from, column);
    for (size_t o = 0; o < from->outs; o++) {
        output[o] = from->out[o].name;
        if (from->has_default)
            otherwise[o] = given(s, from, o, from->fallback[o]);
    }
    for (size_t r = 0; r < from->rules; r++)
        if (!show_rule(s, from, r, &rule[r]))
            return arena_error(s->arena, error);
    *to = (struct policy_table){
        .name = from->name,
        .question = from->label.n ? from->label : from->name,
        .hit = from->hit == TABLE_FIRST    ? POLICY_HIT_FIRST
               : from->hit == TABLE_UNIQUE ? POLICY_HIT_ONE
                                           : POLICY_HIT_EVERY,
        .column = column,
        .columns = from->ins,
        .output = output,
        .outputs = from->outs,
        .rule = rule,
        .rules = from->rules,
        .otherwise = from->has_default ? otherwise : NULL,
        .need = need,
        .needs = show_needs(s, from, need),
        .placed = from->placed,
        .x = from->x,
        .y = from->y,
        .width = from->width,
        .height = from->height,
    };
    return 0;
}

int policy_tables(const struct policy_pack *pack, const enum policy_decision *decision, struct arena *arena,
                  struct policy_graph *out, struct error *error)
{
    const struct plan *plan = decision ? &pack->plan[*decision] : NULL;
    if (plan && !plan->present)
        return error_set(error, ERROR_MISSING, pack->info.id.p, "", "this pack does not decide \"%s\"",
                         policy_decision_name(*decision));
    size_t count = plan ? plan->tables : pack->tables;
    size_t *index = ARENA_ARRAY(arena, size_t, pack->tables);
    struct policy_table *table = ARENA_ARRAY(arena, struct policy_table, count);
    struct showing s = {pack, arena, index};
    if (!index || !table)
        return arena_error(arena, error);
    for (size_t t = 0; t < count; t++)
        index[plan ? plan->sorted[t] : t] = t;
    for (size_t t = 0; t < count; t++) {
        int result = show_table(&s, &pack->table[plan ? plan->sorted[t] : t], &table[t], error);
        if (result)
            return result;
    }
    *out = (struct policy_graph){table, count};
    return arena_exhausted(arena) ? arena_error(arena, error) : 0;
}
