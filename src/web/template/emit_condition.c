#include "emit.h"

/* Names and conditions in C. */

int emit_full(struct emitter *e)
{
    return arena_error(e->set->arena, e->error);
}

static struct text member(struct emitter *e, struct text of, struct text name)
{
    if (text_starts(of, TEXT("(*")) && text_find_char(of, '.') < 0 && text_ends(of, TEXT(")")))
        return arena_format(e->set->arena, "%.*s->%.*s", TEXT_ARGS(text_cut(of, 2, of.n - 1)),
                            TEXT_ARGS(name));
    return arena_format(e->set->arena, "%.*s.%.*s", TEXT_ARGS(of), TEXT_ARGS(name));
}

int emit_find(struct emitter *e, const struct path *path, const struct binding *scope, struct binding *found)
{
    const struct binding *binding = scope;
    while (binding && !text_equal(binding->name, path->names[0]))
        binding = binding->outer;
    if (!binding)
        return error_set(e->error, ERROR_SYSTEM, "", "", "a name was lost: %.*s", TEXT_ARGS(path->names[0]));
    *found = *binding;
    for (size_t i = 1; i < path->n; i++) {
        const struct field *field =
            found->type.kind == TYPE_SHAPE ? field_find(found->type.shape->fields, path->names[i]) : NULL;
        if (!field || found->expression.n == 0)
            return error_set(e->error, ERROR_SYSTEM, "", "", "a field was lost: %.*s",
                             TEXT_ARGS(path->names[i]));
        found->expression = member(e, found->expression, path->names[i]);
        found->type = field->type;
    }
    return 0;
}

/* ---- conditions ---- */

static int fail(struct emitter *e, const struct frame *frame, struct place place, const char *fix,
                const char *what)
{
    return error_at(e->error, frame->callee->file, place, fix, "%s", what);
}

bool emit_is_true(struct text c)
{
    return text_equal(c, TEXT("true"));
}

bool emit_is_false(struct text c)
{
    return text_equal(c, TEXT("false"));
}

static int piled(struct emitter *e, struct text *c)
{
    return c->p ? 0 : emit_full(e);
}

/* Is what the path stands for true, or a text or list that is not empty? */
static int truth(struct emitter *e, const struct path *path, const struct binding *scope, struct text *c)
{
    struct binding found;
    int result = e->depth > EMIT_DEEPEST ? emit_full(e) : emit_find(e, path, scope, &found);
    if (result)
        return result;
    struct arena *arena = e->set->arena;
    if (found.expression.n > 0) {
        if (found.type.kind == TYPE_BOOL)
            *c = found.expression;
        else if (found.type.kind == TYPE_LIST)
            *c = arena_format(arena, "%.*s_n > 0", TEXT_ARGS(found.expression));
        else if (found.type.kind == TYPE_INT)
            *c = TEXT("true"); /* within a text: its digits are there */
        else
            *c = arena_format(arena, "%.*s.n > 0", TEXT_ARGS(found.expression));
        return piled(e, c);
    }
    *c = TEXT("false");
    if (found.value->kind == VALUE_BOOL && found.value->number)
        *c = TEXT("true");
    if (found.value->kind == VALUE_INT)
        *c = TEXT("true");
    if (found.value->kind == VALUE_CONDITION) {
        e->depth++;
        result = emit_condition(e, found.value->condition, found.scope, found.frame, c);
        e->depth--;
        return result;
    }
    for (const struct piece *piece = found.value->kind == VALUE_PIECES ? found.value->pieces : NULL; piece;
         piece = piece->next) {
        struct text part = TEXT("true");
        e->depth++;
        if (piece->is_path)
            result = truth(e, &piece->path, found.scope, &part);
        e->depth--;
        if (result)
            return result;
        if (emit_is_true(part) || emit_is_false(*c))
            *c = part;
        else if (!emit_is_false(part) && !emit_is_true(*c))
            *c = arena_format(arena, "(%.*s || %.*s)", TEXT_ARGS(*c), TEXT_ARGS(part));
    }
    return piled(e, c);
}

static struct text text_literal(struct emitter *e, struct text t)
{
    struct buffer b = buffer_in(e->set->arena);
    buffer_string(&b, "TEXT(");
    write_c_string(&b, t, 0);
    buffer_char(&b, ')');
    return buffer_result(&b);
}

static int operand_in_c(struct emitter *e, const struct value *value, const struct binding *scope,
                        const struct frame *frame, struct text *c)
{
    struct arena *arena = e->set->arena;
    if (value->kind == VALUE_INT) {
        *c = arena_format(arena, "INT64_C(%lld)", (long long)value->number);
        return piled(e, c);
    }
    if (value->kind == VALUE_PIECES) {
        const struct piece *piece = value->pieces;
        if (!piece || (!piece->next && !piece->is_path)) {
            *c = text_literal(e, piece ? piece->literal : TEXT(""));
            return piled(e, c);
        }
        if (!piece->next && e->depth < EMIT_DEEPEST) {
            struct value only = {.kind = VALUE_PATH, .path = piece->path};
            e->depth++;
            int result = operand_in_c(e, &only, scope, frame, c);
            e->depth--;
            return result;
        }
        return error_set(e->error, ERROR_INPUT, "", "compare before putting texts together",
                         "a text that was put together is compared with another");
    }
    struct binding found;
    int result = emit_find(e, &value->path, scope, &found);
    if (result)
        return result;
    if (found.expression.n > 0) {
        *c = found.expression;
        return 0;
    }
    if (e->depth > EMIT_DEEPEST)
        return emit_full(e);
    e->depth++;
    result = operand_in_c(e, found.value, found.scope, found.frame, c);
    e->depth--;
    return result;
}

static int comparison_in_c(struct emitter *e, const struct condition *condition, const struct binding *scope,
                           const struct frame *frame, struct text *c)
{
    static const char *const signs[] = {
        [CONDITION_EQUAL] = "==",         [CONDITION_UNEQUAL] = "!=", [CONDITION_LESS] = "<",
        [CONDITION_LESS_OR_EQUAL] = "<=", [CONDITION_MORE] = ">",     [CONDITION_MORE_OR_EQUAL] = ">="};
    struct text a, b;
    int result = operand_in_c(e, condition->a, scope, frame, &a);
    if (!result)
        result = operand_in_c(e, condition->b, scope, frame, &b);
    if (result) {
        if (result == ERROR_INPUT && frame)
            return fail(e, frame, condition->place, "give one text alone to a parameter that is compared",
                        "a text that was put together is compared here");
        return result;
    }
    bool number = text_starts(a, TEXT("INT64_C(")) || text_starts(b, TEXT("INT64_C("));
    struct binding found;
    if (!number && condition->a->kind == VALUE_PATH && !emit_find(e, &condition->a->path, scope, &found))
        number = found.type.kind == TYPE_INT;
    bool literals = text_starts(a, TEXT("TEXT(")) && text_starts(b, TEXT("TEXT("));
    if (literals)
        *c = text_equal(a, b) == (condition->kind == CONDITION_EQUAL) ? TEXT("true") : TEXT("false");
    else if (number)
        *c = arena_format(e->set->arena, "%.*s %s %.*s", TEXT_ARGS(a), signs[condition->kind], TEXT_ARGS(b));
    else
        *c = arena_format(e->set->arena, "%stext_equal(%.*s, %.*s)",
                          condition->kind == CONDITION_EQUAL ? "" : "!", TEXT_ARGS(a), TEXT_ARGS(b));
    return piled(e, c);
}

const struct block *emit_block_given(const struct frame *frame, struct text slot)
{
    const struct block *block = frame && frame->call ? frame->call->blocks : NULL;
    while (block && !text_equal(block->name, slot))
        block = block->next;
    return block;
}

int emit_condition(struct emitter *e, const struct condition *condition, const struct binding *scope,
                   const struct frame *frame, struct text *c)
{
    struct arena *arena = e->set->arena;
    struct text a, b;
    int result = 0;
    switch (condition->kind) {
    case CONDITION_PATH:
        return truth(e, &condition->a->path, scope, c);
    case CONDITION_GIVEN:
        *c = emit_block_given(frame, condition->slot) ? TEXT("true") : TEXT("false");
        return 0;
    case CONDITION_NOT:
        result = emit_condition(e, condition->left, scope, frame, &a);
        if (result)
            return result;
        *c = emit_is_true(a)    ? TEXT("false")
             : emit_is_false(a) ? TEXT("true")
                                : arena_format(arena, "!(%.*s)", TEXT_ARGS(a));
        return piled(e, c);
    case CONDITION_AND:
    case CONDITION_OR:
        break;
    default:
        return comparison_in_c(e, condition, scope, frame, c);
    }
    result = emit_condition(e, condition->left, scope, frame, &a);
    if (!result)
        result = emit_condition(e, condition->right, scope, frame, &b);
    if (result)
        return result;
    bool both = condition->kind == CONDITION_AND;
    if (both ? emit_is_false(a) || emit_is_true(b) : emit_is_true(a) || emit_is_false(b))
        *c = a;
    else if (both ? emit_is_false(b) || emit_is_true(a) : emit_is_true(b) || emit_is_false(a))
        *c = b;
    else
        *c = arena_format(arena, "(%.*s) %s (%.*s)", TEXT_ARGS(a), both ? "&&" : "||", TEXT_ARGS(b));
    return piled(e, c);
}
