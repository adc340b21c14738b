#include "scan.h"

/* Conditions of {% if %}: or binds loosest, then and, then not. Each level is bounded, for hostile input. */
enum { CONDITION_DEEPEST = 32 };

static int read_or(struct scan *scan, int depth, struct condition **out);

static int condition_new(struct scan *scan, enum condition_kind kind, struct place place,
                         struct condition **out)
{
    struct condition *made = ARENA_NEW(scan->set->arena, struct condition);
    if (!made)
        return scan_full(scan);
    made->kind = kind;
    made->place = place;
    *out = made;
    return 0;
}

static int read_operand(struct scan *scan, struct value **out)
{
    char c = scan_peek(scan);
    if (c == '(' || c == '\0')
        return scan_fail(scan, scan->place, "", "a name, a number or a text is expected here");
    struct value *value = NULL;
    int result = scan_value(scan, &value);
    if (result)
        return result;
    if (value->kind == VALUE_NONE || value->kind == VALUE_BOOL)
        return scan_fail(scan, value->place, "use the parameter itself, or not and the parameter",
                         "true, false and none cannot be compared");
    if (value->kind == VALUE_PIECES && value->pieces && (value->pieces->is_path || value->pieces->next))
        return scan_fail(scan, value->place, "", "a text in a condition has no {{ }}");
    *out = value;
    return 0;
}

static bool take_comparison(struct scan *scan, enum condition_kind *kind)
{
    static const struct {
        const char *sign;
        enum condition_kind kind;
    } signs[] = {
        {"==", CONDITION_EQUAL},         {"!=", CONDITION_UNEQUAL}, {"<=", CONDITION_LESS_OR_EQUAL},
        {">=", CONDITION_MORE_OR_EQUAL}, {"<", CONDITION_LESS},     {">", CONDITION_MORE},
    };
    for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++)
        if (scan_take(scan, signs[i].sign)) {
            *kind = signs[i].kind;
            return true;
        }
    return false;
}

static int read_atom(struct scan *scan, int depth, struct condition **out)
{
    struct place place = scan->place;
    if (depth > CONDITION_DEEPEST)
        return scan_fail(scan, place, "", "the condition is nested too deeply");
    int result;
    if (scan_take_word(scan, "not")) {
        scan_space(scan);
        result = condition_new(scan, CONDITION_NOT, place, out);
        return result ? result : read_atom(scan, depth + 1, &(*out)->left);
    }
    if (scan_take(scan, "(")) {
        scan_space(scan);
        result = read_or(scan, depth + 1, out);
        if (result)
            return result;
        scan_space(scan);
        if (!scan_take(scan, ")"))
            return scan_fail(scan, scan->place, "", ") is expected here");
        return 0;
    }
    if (scan_take_word(scan, "given")) {
        scan_space(scan);
        result = condition_new(scan, CONDITION_GIVEN, place, out);
        return result ? result : scan_name(scan, false, "the name of a slot", &(*out)->slot);
    }
    result = condition_new(scan, CONDITION_PATH, place, out);
    if (!result)
        result = read_operand(scan, &(*out)->a);
    if (result)
        return result;
    scan_space(scan);
    if (take_comparison(scan, &(*out)->kind)) {
        scan_space(scan);
        return read_operand(scan, &(*out)->b);
    }
    if ((*out)->a->kind != VALUE_PATH)
        return scan_fail(scan, place, "compare it with ==, != or another comparison",
                         "a number or a text alone is no condition");
    return 0;
}

static int read_chain(struct scan *scan, int depth, bool any, struct condition **out)
{
    int result = any ? read_chain(scan, depth, false, out) : read_atom(scan, depth, out);
    for (int links = 0; !result; links++) {
        scan_space(scan);
        struct place place = scan->place;
        if (!scan_take_word(scan, any ? "or" : "and"))
            return 0;
        if (links == CONDITION_DEEPEST)
            return scan_fail(scan, place, "", "the condition is too long");
        struct condition *joined = NULL;
        result = condition_new(scan, any ? CONDITION_OR : CONDITION_AND, place, &joined);
        if (result)
            return result;
        joined->left = *out;
        *out = joined;
        scan_space(scan);
        result =
            any ? read_chain(scan, depth, false, &joined->right) : read_atom(scan, depth, &joined->right);
    }
    return result;
}

static int read_or(struct scan *scan, int depth, struct condition **out)
{
    return read_chain(scan, depth, true, out);
}

int scan_condition(struct scan *scan, struct condition **condition)
{
    return read_or(scan, 0, condition);
}
