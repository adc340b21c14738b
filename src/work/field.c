#include "work/field.h"

bool choice_valid(const struct choice *choices, struct text value)
{
    for (; choices->value; choices++)
        if (text_equal(text_of(choices->value), value))
            return true;
    return false;
}

struct text choice_label(const struct choice *choices, struct text value)
{
    for (; choices->value; choices++)
        if (text_equal(text_of(choices->value), value))
            return text_of(choices->label);
    return value;
}
