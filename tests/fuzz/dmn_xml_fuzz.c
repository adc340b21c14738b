#include "dmn.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Any bytes as a model: refused, or every decision is worked out without input, within its bounds. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ARENA_SCOPE struct arena *arena = arena_new(16 << 20, ARENA_PLAIN);
    const struct dmn_limits limits = {.steps = 20000, .depth = 300, .now = 1};
    const struct dmn_model *model;
    struct dmn_result result;
    if (size > 65536 || dmn_model_load(arena, (struct text){(const char *)data, size}, "input", &model, NULL))
        return 0;
    const struct dmn_value *input = dmn_context(arena, NULL, 0);
    if (dmn_evaluate_all(model, arena, input, &limits, &result, NULL))
        return 0;
    struct buffer json = buffer_in(arena);
    dmn_value_write_json(&json, result.value);
    for (size_t i = 0; i < model->services; i++)
        (void)dmn_evaluate(model, arena, model->service[i].name, input, &limits, &result, NULL);
    for (size_t i = 0; i < model->knowledges; i++)
        (void)dmn_evaluate(model, arena, model->knowledge[i].name, input, &limits, &result, NULL);
    return 0;
}
