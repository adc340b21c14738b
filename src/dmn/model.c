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
