#include "internal.h"

/* How open a function is: the variables that it still tests under an assignment. */
struct openness {
    const struct diagram_forest *forest;
    const uint16_t *assignment;
    uint32_t *mark, turn;
    uint32_t *seen_variable; /* by variable: the turn in which it was seen */
    size_t variables;
    uint32_t value; /* the one value reached, DIAGRAM_NONE when none yet */
    bool several;
};

static void look(struct openness *o, uint32_t f)
{
    while (!diagram_is_value(f)) {
        if (o->mark[f] == o->turn)
            return;
        o->mark[f] = o->turn;
        uint16_t variable = diagram_variable(o->forest, f);
        const uint32_t *child = diagram_children(o->forest, f);
        if (o->assignment[variable] != DIAGRAM_OPEN) {
            f = child[o->assignment[variable]];
            continue;
        }
        if (o->seen_variable[variable] != o->turn) {
            o->seen_variable[variable] = o->turn;
            o->variables++;
        }
        size_t last = o->forest->width[variable] - 1u;
        for (size_t i = 0; i < last; i++)
            look(o, child[i]);
        f = child[last];
    }
    o->several = o->several || (o->value != DIAGRAM_NONE && o->value != f);
    o->value = f;
}

/* Variables that f still tests; 0 when it is settled. */
static size_t open_variables(struct openness *o, uint32_t f)
{
    o->turn++;
    o->variables = 0;
    o->value = DIAGRAM_NONE;
    o->several = false;
    look(o, f);
    return o->several ? o->variables : 0;
}

/*
 * How telling an answer to fact x is: over its classes, each alike, the part of what is open that it closes,
 * times the weight that the pack gives to the question.
 */
static double telling(const struct policy_pack *pack, struct openness *o, const uint32_t *f, size_t count,
                      const size_t *before, uint16_t *assignment, size_t x)
{
    double closed = 0;
    for (uint16_t c = 0; c < pack->fact[x].classes; c++) {
        assignment[x] = c;
        for (size_t i = 0; i < count; i++)
            if (before[i])
                closed += 1 - (double)open_variables(o, f[i]) / (double)before[i];
    }
    assignment[x] = DIAGRAM_OPEN;
    return closed / pack->fact[x].classes / (double)count * pack->fact[x].weight;
}

int policy_order_questions(const struct policy_pack *pack, struct diagram_forest *forest, const uint32_t *f,
                           size_t count, uint16_t *assignment, const bool *depends, struct arena *arena,
                           const struct text **ask, size_t *asks, struct error *error)
{
    struct openness o = {.forest = forest, .assignment = assignment};
    size_t most = 0, n = 0, *before = ARENA_ARRAY(arena, size_t, count);
    o.mark = ARENA_ARRAY(arena, uint32_t, diagram_nodes(forest));
    o.seen_variable = ARENA_ARRAY(arena, uint32_t, pack->facts);
    for (size_t i = 0; i < pack->facts; i++)
        most += depends[i];
    struct text *key = ARENA_ARRAY(arena, struct text, most);
    double *score = ARENA_ARRAY(arena, double, most);
    if (!before || !o.mark || !o.seen_variable || !key || !score)
        return arena_error(arena, error);
    for (size_t i = 0; i < count; i++)
        before[i] = open_variables(&o, f[i]);
    for (size_t x = 0; x < pack->facts; x++) {
        if (!depends[x])
            continue;
        double s = telling(pack, &o, f, count, before, assignment, x);
        size_t at = n++;
        for (; at > 0 && score[at - 1] < s; at--) {
            score[at] = score[at - 1];
            key[at] = key[at - 1];
        }
        score[at] = s;
        key[at] = pack->fact[x].info.key;
    }
    *ask = key;
    *asks = n;
    return 0;
}

static int find_terms(const struct policy_pack *pack, const struct space_fact *fact, struct arena *arena,
                      struct policy_question *q, struct error *error)
{
    struct text *said = ARENA_ARRAY(arena, struct text, 2 + 2 * q->options);
    size_t n = 0;
    if (!said)
        return arena_error(arena, error);
    said[n++] = fact->question;
    said[n++] = fact->hint;
    for (size_t o = 0; o < q->options; o++) {
        said[n++] = q->option[o].label;
        said[n++] = q->option[o].hint;
    }
    return policy_terms_in(pack, said, n, arena, &q->term, &q->terms, error);
}

static int find_citations(const struct policy_pack *pack, enum policy_decision decision, size_t f,
                          struct arena *arena, struct policy_question *q, struct error *error)
{
    const struct plan *plan = &pack->plan[decision];
    struct policy_citation *citation = ARENA_ARRAY(arena, struct policy_citation, pack->citations);
    bool *seen = ARENA_ARRAY(arena, bool, pack->citations);
    if (!citation || !seen)
        return arena_error(arena, error);
    for (size_t n = 0; n < plan->tables; n++) {
        const struct table *table = &pack->table[plan->order[n]];
        for (size_t i = 0; i < table->ins; i++)
            for (size_t r = 0; table->in[i].fact && table->in[i].index == f && r < table->rules; r++)
                if (table->rule[r].tests >> i & 1 && !seen[table->rule[r].citation]) {
                    seen[table->rule[r].citation] = true;
                    citation[q->citations++] = pack->citation[table->rule[r].citation];
                }
    }
    q->citation = citation;
    return 0;
}

int policy_question_of(const struct policy_pack *pack, enum policy_decision decision, struct text key,
                       struct arena *arena, struct policy_question *q, struct error *error)
{
    ptrdiff_t at = policy_fact_index(pack, key);
    if (at < 0)
        return error_set(error, ERROR_MISSING, pack->info.id.p, "", "there is no fact \"%.*s\"",
                         TEXT_ARGS(key));
    const struct space_fact *fact = &pack->fact[at];
    *q = (struct policy_question){.key = fact->info.key,
                                  .kind = fact->info.kind,
                                  .question = fact->question.n ? fact->question : fact->name,
                                  .hint = fact->hint,
                                  .option = fact->option,
                                  .options = fact->option ? fact->info.values : 0,
                                  .why = fact->why};
    int result = find_terms(pack, fact, arena, q, error);
    return result ? result : find_citations(pack, decision, (size_t)at, arena, q, error);
}

int policy_next_question(const struct policy_pack *pack, enum policy_decision decision,
                         const struct policy_facts *facts, struct arena *arena,
                         struct policy_question *question, struct error *error)
{
    struct policy_answer answer;
    *question = (struct policy_question){.settled = true};
    int result = policy_answer(pack, decision, facts, arena, &answer, error);
    if (result || answer.asks + answer.asks_more == 0)
        return result;
    result = policy_question_of(pack, decision, answer.asks ? answer.ask[0] : answer.ask_more[0], arena, question,
                                error);
    question->settled = answer.asks == 0;
    question->left = answer.asks + answer.asks_more;
    return result;
}
