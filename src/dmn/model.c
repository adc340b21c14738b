#include "model_inside.h"

const struct dmn_type *dmn_type_plain(const struct dmn_type *type)
{
    while (type->kind == DMN_TYPE_DEFINED)
        type = type->base;
    return type;
}

const struct dmn_test *dmn_type_allowed(const struct dmn_type *type)
{
    while (!type->allowed && type->kind == DMN_TYPE_DEFINED)
        type = type->base;
    return type->allowed;
}

const struct dmn_type *dmn_type_find(const struct dmn_model *model, struct text name)
{
    for (size_t i = 0; i < model->types; i++)
        if (text_equal(model->type[i]->name, name))
            return model->type[i];
    return NULL;
}

const struct dmn_decision *dmn_decision_find(const struct dmn_model *model, struct text name)
{
    size_t at;
    return index_get(model_inside(model)->decisions, name, &at) ? &model->decision[at] : NULL;
}

const struct dmn_input *dmn_input_find(const struct dmn_model *model, struct text name)
{
    size_t at;
    return index_get(model_inside(model)->inputs, name, &at) ? &model->input[at] : NULL;
}

const char *dmn_hit_policy_name(const struct dmn_table *table)
{
    static const char *const plain[] = {"U", "A", "P", "F", "R", "O", "C"};
    static const char *const collect[] = {"C", "C+", "C#", "C<", "C>"};
    return table->hit_policy == DMN_HIT_COLLECT ? collect[table->aggregation] : plain[table->hit_policy];
}
