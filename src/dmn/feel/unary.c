#include "engine.h"

/* Is `input` the value, in it (a list, a range), or does the value's own test of it hold? */
static const struct dmn_value *matches(struct engine *e, const struct dmn_value *input, const struct dmn_value *value)
{
    if (value->kind == DMN_RANGE && input->kind != DMN_RANGE)
        return feel_in_range(input, value);
    if (value->kind == DMN_LIST) {
        if (input->kind == DMN_LIST && dmn_value_equal(input, value))
            return &dmn_true;
        const struct dmn_value *result = &dmn_false;
        for (size_t i = 0; i < value->as.list.count && engine_step(e); i++) {
            const struct dmn_value *item = value->as.list.item[i];
            const struct dmn_value *one = item->kind == DMN_RANGE && input->kind != DMN_RANGE
                                              ? feel_in_range(input, item)
                                              : feel_equal(input, item);
            if (feel_is_true(one))
                return &dmn_true;
        }
        return result;
    }
    return feel_equal(input, value);
}

static const struct dmn_value *any_of(struct engine *e, const struct dmn_test *test, const struct dmn_value *input,
                                      const struct frame *frame)
{
    const struct dmn_value *result = &dmn_false;
    for (size_t i = 0; i < test->count && engine_step(e); i++) {
        const struct dmn_value *one = feel_test(e, test->item[i], input, frame);
        if (feel_is_true(one))
            return one;
        if (one->kind == DMN_NULL)
            result = one;
    }
    return result;
}

static const struct dmn_value *interval(struct engine *e, const struct dmn_test *test, const struct dmn_value *input,
                                        const struct frame *frame)
{
    const struct dmn_value *low = feel_evaluate(e, test->low, frame), *high = feel_evaluate(e, test->high, frame);
    struct dmn_value range = {.kind = DMN_RANGE,
                              .as.range = {.low = low, .high = high, .low_open = test->low_open,
                                           .high_open = test->high_open}};
    return feel_in_range(input, &range);
}

const struct dmn_value *feel_test(struct engine *e, const struct dmn_test *test, const struct dmn_value *input,
                                  const struct frame *frame)
{
    switch (test->kind) {
    case DMN_TEST_ANY: return &dmn_true;
    case DMN_TEST_LIST: return any_of(e, test, input, frame);
    case DMN_TEST_NOT: return feel_not(any_of(e, test, input, frame));
    case DMN_TEST_COMPARE: return feel_compare(test->operation, input, feel_evaluate(e, test->low, frame));
    case DMN_TEST_INTERVAL: return interval(e, test, input, frame);
    case DMN_TEST_VALUE: {
        const struct dmn_value *value = feel_evaluate(e, test->low, frame);
        /* true of itself; but a value tested against true is compared with it */
        return matches(e, input, value);
    }
    case DMN_TEST_EXPRESSION: {
        const struct dmn_value *value = feel_evaluate(e, test->low, frame_bind(e, frame, TEXT("?"), input));
        return value->kind == DMN_BOOLEAN ? value : matches(e, input, value);
    }
    }
    return &dmn_null;
}
