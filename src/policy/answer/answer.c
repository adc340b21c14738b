#include "answer.h"

void policy_answer_list(struct policy_answer *out, size_t list, const struct text *code, size_t count)
{
    if (out->decision == POLICY_CHANNEL) {
        out->condition = code;
        out->conditions = count;
    } else if (out->decision == POLICY_SHARE && list == 0) {
        out->basis = code;
        out->bases = count;
    } else {
        out->obligation = code;
        out->obligations = count;
    }
}

int policy_answer_details(struct answering *a, const uint16_t *class, struct error *error)
{
    const struct table *first = a->plan->first;
    if (first->outs < 2)
        return 0;
    struct policy_detail *detail = ARENA_ARRAY(a->arena, struct policy_detail, first->outs - 1);
    if (!detail)
        return arena_error(a->arena, error);
    for (size_t o = 1; o < first->outs; o++) {
        const struct table_out *out = &first->out[o];
        detail[o - 1].key = out->name;
        if (class[o] < out -> values) {
            detail[o - 1].value = out->value[class[o]];
            detail[o - 1].number = out->number[class[o]];
        }
    }
    a->out->detail = detail;
    a->out->details = first->outs - 1;
    return 0;
}

void policy_answer_fired(struct answering *a, struct policy_fired *to, const struct table *table,
                         const struct table_rule *rule, struct policy_tested *tested,
                         policy_output_of *output_of, const void *context)
{
    *to = (struct policy_fired){.table = table->name,
                                .rule = (size_t)(rule - table->rule) + 1,
                                .gives = rule->gives,
                                .citation = a->pack->citation[rule->citation],
                                .note = rule->note,
                                .tested = tested};
    for (uint64_t rest = rule->tests; rest; rest &= rest - 1) {
        size_t i = (size_t)__builtin_ctzll(rest);
        const struct table_in *in = &table->in[i];
        tested[to->tests++] = (struct policy_tested){
            .name = in->name,
            .value = in->fact ? a->facts->value[in->index] : output_of(context, in->index, in->column),
            .test = rule->cell[i],
            .fact = in->fact};
    }
}

/* Where this medium is refused: those that no completion refuses. */
static int find_insteads(struct answering *a, struct error *error)
{
    const struct plan *plan = a->plan;
    if (plan->vary == DIAGRAM_OPEN || !text_equal(a->out->outcome, TEXT("refused")))
        return 0;
    const struct space_fact *medium = &a->pack->fact[plan->vary];
    const struct table_out *out = &plan->first->out[0];
    struct diagram_forest over;
    struct diagram_walk walk;
    struct text *instead = ARENA_ARRAY(a->arena, struct text, medium->classes);
    uint16_t *assignment = ARENA_ARRAY(a->arena, uint16_t, a->pack->facts);
    if (!instead || !assignment || !diagram_start_over(&over, a->arena, &a->pack->forest, 1))
        return arena_error(a->arena, error);
    for (size_t f = 0; f < a->pack->facts; f++)
        assignment[f] = a->facts->class[f];
    if (!diagram_walk_start(&walk, a->arena, &over, assignment))
        return arena_error(a->arena, error);
    for (uint16_t c = 0; c < medium->classes; c++) {
        assignment[plan->vary] = c;
        bool may = false;
        for (uint32_t v = 0; v <= out->values && !may; v++) /* refused, or no value at all */
            if (v == out->values || text_equal(out->value[v], TEXT("refused")))
                may = diagram_possible(&walk, out->gives, v);
        if (!may)
            instead[a->out->insteads++] = medium->class_name[c];
    }
    a->out->instead = instead;
    return 0;
}

int policy_answer(const struct policy_pack *pack, enum policy_decision decision,
                  const struct policy_facts *facts, struct arena *arena, struct policy_answer *out,
                  struct error *error)
{
    const struct plan *plan = &pack->plan[decision];
    *out = (struct policy_answer){.pack = pack, .decision = decision};
    if (!plan->present)
        return error_set(error, ERROR_MISSING, pack->info.id.p, "", "this pack does not decide \"%s\"",
                         policy_decision_name(decision));
    struct answering a = {pack, plan, facts, arena, out};
    bool complete = true;
    for (size_t i = 0; i < plan->facts && complete; i++)
        complete = facts->class[plan->fact[i]] != DIAGRAM_OPEN;
    int result = complete ? policy_answer_complete(&a, error) : policy_answer_partial(&a, error);
    if (!result && decision == POLICY_CHANNEL)
        result = find_insteads(&a, error);
    return result;
}
