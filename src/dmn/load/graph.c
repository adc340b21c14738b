#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "load.h"
#include "model_inside.h"

/* Decisions, knowledge, services, inputs, and what needs what. */

enum element { ELEMENT_INPUT, ELEMENT_DECISION, ELEMENT_KNOWLEDGE, ELEMENT_SERVICE, ELEMENTS };

static const char *const element_name[ELEMENTS] = {"inputData", "decision", "businessKnowledgeModel",
                                                   "decisionService"};

static struct model_inside *inside(const struct loader *l)
{
    return (struct model_inside *)l->model;
}

/* What an id leads to: the kind in the low bits. */
static size_t packed(enum element kind, size_t at)
{
    return at * ELEMENTS + (size_t)kind;
}

static void nearer(struct text wanted, struct text id, struct text *best)
{
    if (id.n && (!best->n || text_distance(wanted, id) < text_distance(wanted, *best)))
        *best = id;
}

/* The id of this file that is most like what was written. */
static struct text nearest_id(const struct dmn_model *m, struct text wanted)
{
    struct text best = {NULL, 0};
    for (size_t i = 0; i < m->inputs; i++)
        nearer(wanted, m->input[i].id, &best);
    for (size_t i = 0; i < m->decisions; i++)
        nearer(wanted, m->decision[i].id, &best);
    for (size_t i = 0; i < m->knowledges; i++)
        nearer(wanted, m->knowledge[i].id, &best);
    for (size_t i = 0; i < m->services; i++)
        nearer(wanted, m->service[i].id, &best);
    return best;
}

static struct text owner_name(struct loader *l, const xmlNode *node)
{
    while (node->parent && node->parent->parent && node->parent->parent->type == XML_ELEMENT_NODE)
        node = node->parent;
    return text_cut(load_name(l, node), 0, 60);
}

static int dangling(struct loader *l, const xmlNode *node, struct text href, struct error *error)
{
    char where[160], fix[160];
    ptrdiff_t hash = text_find_char(href, '#');
    struct text best = nearest_id(l->model, text_cut(href, hash < 0 ? 0 : (size_t)hash + 1, href.n));
    (void)snprintf(where, sizeof where, "%s:%d: \"%.*s\"", l->file, load_line(node), TEXT_ARGS(owner_name(l, node)));
    (void)snprintf(fix, sizeof fix, "Refer to an element of this file; the nearest is \"#%.*s\".",
                   TEXT_ARGS(text_cut(best, 0, 80)));
    return error_set(error, ERROR_INPUT, where, best.n ? fix : "Refer to an element of this file by \"#id\".",
                     "there is no element \"%.*s\"", TEXT_ARGS(text_cut(href, 0, 120)));
}

static int resolve(struct loader *l, const xmlNode *node, enum element *kind, size_t *at, struct error *error)
{
    struct text href = load_attribute(l, node, "href");
    ptrdiff_t hash = text_find_char(href, '#');
    size_t found;
    if (hash < 0 || !index_get(l->by_id, text_cut(href, (size_t)hash + 1, href.n), &found))
        return dangling(l, node, href, error);
    *kind = (enum element)(found % ELEMENTS);
    *at = found / ELEMENTS;
    return 0;
}

static int needs(struct loader *l, const xmlNode *node, const struct dmn_need **out, size_t *count,
                 struct error *error)
{
    static const enum dmn_need_kind need_of[ELEMENTS] = {DMN_NEED_INPUT, DMN_NEED_DECISION, DMN_NEED_KNOWLEDGE,
                                                         DMN_NEED_SERVICE};
    static const char *const requirement[][3] = {{"informationRequirement", "requiredInput", "requiredDecision"},
                                                 {"knowledgeRequirement", "requiredKnowledge", NULL}};
    size_t most = load_count(l, node, requirement[0][0]) + load_count(l, node, requirement[1][0]);
    struct dmn_need *need = ARENA_ARRAY(l->arena, struct dmn_need, most);
    *out = need;
    *count = 0;
    for (size_t i = 0; need && i < 2; i++)
        for (xmlNode *r = load_first(l, node, requirement[i][0]); r; r = load_next(l, r, requirement[i][0])) {
            const xmlNode *to = load_first(l, r, requirement[i][1]);
            enum element kind;
            size_t at;
            if (!to && requirement[i][2])
                to = load_first(l, r, requirement[i][2]);
            if (!to)
                continue;
            int result = resolve(l, to, &kind, &at, error);
            if (result)
                return result;
            need[(*count)++] = (struct dmn_need){need_of[kind], at, load_line(r)};
        }
    return 0;
}

static struct text need_name(const struct dmn_model *model, const struct dmn_need *need)
{
    switch (need->kind) {
    case DMN_NEED_INPUT: return model->input[need->index].name;
    case DMN_NEED_DECISION: return model->decision[need->index].name;
    case DMN_NEED_KNOWLEDGE: return model->knowledge[need->index].name;
    case DMN_NEED_SERVICE: return model->service[need->index].name;
    }
    return (struct text){NULL, 0};
}

/* The names that a decision's logic may use: what it needs, and itself. */
static struct scope scope_of_needs(struct loader *l, const struct dmn_need *need, size_t count, struct text self)
{
    struct text *name = ARENA_ARRAY(l->arena, struct text, count + 1);
    if (!name)
        return (struct scope){0};
    for (size_t i = 0; i < count; i++)
        name[i] = need_name(l->model, &need[i]);
    name[count] = self;
    return scope_of(l->arena, NULL, name, count + 1);
}

struct common {
    struct text id, name, label;
    int line;
};

static struct common common_of(struct loader *l, const xmlNode *node)
{
    struct common c = {load_attribute(l, node, "id"), load_name(l, node), load_attribute(l, node, "label"),
                       load_line(node)};
    const xmlNode *variable = c.name.n ? NULL : load_first(l, node, "variable");
    if (variable)
        c.name = load_name(l, variable);
    return c;
}

static int read_inputs_and_names(struct loader *l, const xmlNode *root, struct error *error)
{
    struct model_inside *in = inside(l);
    size_t n[ELEMENTS], total = 0;
    for (size_t i = 0; i < ELEMENTS; i++)
        total += n[i] = load_count(l, root, element_name[i]);
    struct dmn_input *input = ARENA_ARRAY(l->arena, struct dmn_input, n[ELEMENT_INPUT]);
    struct dmn_decision *decision = ARENA_ARRAY(l->arena, struct dmn_decision, n[ELEMENT_DECISION]);
    struct dmn_knowledge *knowledge = ARENA_ARRAY(l->arena, struct dmn_knowledge, n[ELEMENT_KNOWLEDGE]);
    struct dmn_service *service = ARENA_ARRAY(l->arena, struct dmn_service, n[ELEMENT_SERVICE]);
    struct index **by_name[ELEMENTS] = {&in->inputs, &in->decisions, &in->knowledges, &in->services};
    l->by_id = index_new(l->arena, total);
    for (size_t i = 0; i < ELEMENTS; i++)
        *by_name[i] = index_new(l->arena, n[i] * 2);
    if (!input || !decision || !knowledge || !service || arena_exhausted(l->arena))
        return arena_error(l->arena, error);
    l->model->input = input;
    l->model->decision = decision;
    l->model->knowledge = knowledge;
    l->model->service = service;
    l->model->inputs = n[ELEMENT_INPUT];
    l->model->decisions = n[ELEMENT_DECISION];
    l->model->knowledges = n[ELEMENT_KNOWLEDGE];
    l->model->services = n[ELEMENT_SERVICE];
    for (size_t kind = 0; kind < ELEMENTS; kind++) {
        size_t at = 0;
        for (xmlNode *e = load_first(l, root, element_name[kind]); e; e = load_next(l, e, element_name[kind]), at++) {
            struct common c = common_of(l, e);
            if (c.id.n && !index_put(l->by_id, c.id, packed((enum element)kind, at))) {
                char where[160];
                (void)snprintf(where, sizeof where, "%s:%d", l->file, c.line);
                return error_set(error, ERROR_INPUT, where, "Give each element an id of its own.",
                                 "two elements have the id \"%.*s\"", TEXT_ARGS(text_cut(c.id, 0, 120)));
            }
            index_put(*by_name[kind], c.name, at);
            switch ((enum element)kind) {
            case ELEMENT_INPUT: input[at] = (struct dmn_input){c.id, c.name, c.label, c.line, &type_any}; break;
            case ELEMENT_DECISION:
                decision[at] = (struct dmn_decision){.id = c.id, .name = c.name, .label = c.label, .line = c.line};
                break;
            case ELEMENT_KNOWLEDGE:
                knowledge[at] = (struct dmn_knowledge){.id = c.id, .name = c.name, .label = c.label, .line = c.line};
                break;
            case ELEMENT_SERVICE:
                service[at] = (struct dmn_service){.id = c.id, .name = c.name, .label = c.label, .line = c.line};
                break;
            case ELEMENTS: break;
            }
        }
        for (at = 0; at < n[kind]; at++) /* ids come after all names: a name wins */
            index_put(*by_name[kind],
                      kind == ELEMENT_INPUT      ? input[at].id
                      : kind == ELEMENT_DECISION ? decision[at].id
                      : kind == ELEMENT_SERVICE  ? service[at].id
                                                 : knowledge[at].id,
                      at);
    }
    return 0;
}

static int read_decision(struct loader *l, const xmlNode *node, struct dmn_decision *d, struct error *error)
{
    struct place place = {.owner = arena_format(l->arena, "decision \"%.*s\"", TEXT_ARGS(d->name))};
    int result = needs(l, node, &d->need, &d->needs, error);
    if (result)
        return result;
    struct scope scope = scope_of_needs(l, d->need, d->needs, d->name);
    d->question = load_child_text(l, node, "question", NULL);
    d->allowed_answers = load_child_text(l, node, "allowedAnswers", NULL);
    d->description = load_child_text(l, node, "description", NULL);
    d->type = load_variable_type(l, node, &place);
    d->logic = load_boxed(l, node, &scope, &place);
    return 0;
}

static int read_knowledge(struct loader *l, const xmlNode *node, struct dmn_knowledge *k, struct error *error)
{
    struct place place = {.owner = arena_format(l->arena, "business knowledge \"%.*s\"", TEXT_ARGS(k->name))};
    int result = needs(l, node, &k->need, &k->needs, error);
    if (result)
        return result;
    struct scope scope = scope_of_needs(l, k->need, k->needs, k->name);
    const xmlNode *logic = load_first(l, node, "encapsulatedLogic");
    k->type = load_variable_type(l, node, &place);
    k->logic = logic ? load_function(l, logic, &scope, &place) : NULL;
    return 0;
}

static int references(struct loader *l, const xmlNode *node, const char *name, enum element wanted,
                      const size_t **out, size_t *count, struct error *error)
{
    size_t *index = ARENA_ARRAY(l->arena, size_t, load_count(l, node, name));
    *out = index;
    *count = 0;
    for (xmlNode *r = load_first(l, node, name); index && r; r = load_next(l, r, name)) {
        enum element kind;
        int result = resolve(l, r, &kind, &index[*count], error);
        if (result)
            return result;
        if (kind != wanted)
            return dangling(l, r, load_attribute(l, r, "href"), error);
        ++*count;
    }
    return 0;
}

static int read_service(struct loader *l, const xmlNode *node, struct dmn_service *s, struct error *error)
{
    struct place place = {.owner = arena_format(l->arena, "decision service \"%.*s\"", TEXT_ARGS(s->name))};
    int result;
    s->type = load_variable_type(l, node, &place);
    if ((result = references(l, node, "outputDecision", ELEMENT_DECISION, &s->output, &s->outputs, error)) ||
        (result = references(l, node, "encapsulatedDecision", ELEMENT_DECISION, &s->encapsulated, &s->encapsulateds,
                             error)) ||
        (result = references(l, node, "inputDecision", ELEMENT_DECISION, &s->input_decision, &s->input_decisions,
                             error)))
        return result;
    return references(l, node, "inputData", ELEMENT_INPUT, &s->input, &s->inputs, error);
}

int load_graph(struct loader *l, const xmlNode *root, struct error *error)
{
    int result = read_inputs_and_names(l, root, error);
    size_t i = 0;
    if (result)
        return result;
    struct dmn_input *input = (struct dmn_input *)l->model->input;
    for (xmlNode *e = load_first(l, root, "inputData"); e; e = load_next(l, e, "inputData"), i++) {
        struct place place = {.owner = arena_format(l->arena, "input data \"%.*s\"", TEXT_ARGS(input[i].name))};
        input[i].type = load_variable_type(l, e, &place);
    }
    i = 0;
    for (xmlNode *e = load_first(l, root, "decisionService"); e; e = load_next(l, e, "decisionService"), i++)
        if ((result = read_service(l, e, (struct dmn_service *)&l->model->service[i], error)))
            return result;
    i = 0;
    for (xmlNode *e = load_first(l, root, element_name[ELEMENT_KNOWLEDGE]); e;
         e = load_next(l, e, element_name[ELEMENT_KNOWLEDGE]), i++)
        if ((result = read_knowledge(l, e, (struct dmn_knowledge *)&l->model->knowledge[i], error)))
            return result;
    i = 0;
    for (xmlNode *e = load_first(l, root, "decision"); e; e = load_next(l, e, "decision"), i++)
        if ((result = read_decision(l, e, (struct dmn_decision *)&l->model->decision[i], error)))
            return result;
    return 0;
}

/* Takes away, again and again, decisions that need no decision left; who stays needs itself. */
int load_check_cycles(const struct loader *l, struct error *error)
{
    const struct dmn_model *m = l->model;
    size_t *waiting = ARENA_ARRAY(l->arena, size_t, m->decisions), *ready = ARENA_ARRAY(l->arena, size_t, m->decisions);
    size_t *first = ARENA_ARRAY(l->arena, size_t, m->decisions + 1), edges = 0, taken = 0, count = 0;
    if (!waiting || !ready || !first)
        return arena_error(l->arena, error);
    for (size_t i = 0; i < m->decisions; i++)
        for (size_t j = 0; j < m->decision[i].needs; j++)
            if (m->decision[i].need[j].kind == DMN_NEED_DECISION) {
                waiting[i]++;
                first[m->decision[i].need[j].index + 1]++;
                edges++;
            }
    size_t *dependent = ARENA_ARRAY(l->arena, size_t, edges), *filled = ARENA_ARRAY(l->arena, size_t, m->decisions);
    if (!dependent || !filled)
        return arena_error(l->arena, error);
    for (size_t i = 0; i < m->decisions; i++)
        first[i + 1] += first[i];
    for (size_t i = 0; i < m->decisions; i++) {
        for (size_t j = 0; j < m->decision[i].needs; j++)
            if (m->decision[i].need[j].kind == DMN_NEED_DECISION) {
                size_t on = m->decision[i].need[j].index;
                dependent[first[on] + filled[on]++] = i;
            }
        if (waiting[i] == 0)
            ready[count++] = i;
    }
    for (; taken < count; taken++)
        for (size_t j = first[ready[taken]]; j < first[ready[taken] + 1]; j++)
            if (--waiting[dependent[j]] == 0)
                ready[count++] = dependent[j];
    for (size_t i = 0; i < m->decisions; i++)
        if (waiting[i]) {
            char where[160];
            (void)snprintf(where, sizeof where, "%s:%d: decision \"%.*s\"", l->file, m->decision[i].line,
                           TEXT_ARGS(text_cut(m->decision[i].name, 0, 80)));
            return error_set(error, ERROR_INPUT, where, "Take one requirement out of the circle.",
                             "the decision needs itself, by way of what it requires");
        }
    return 0;
}
