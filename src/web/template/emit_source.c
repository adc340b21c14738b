#include "write.h"

#include <stdarg.h>
#include <stdio.h>

/*
 * The C of a page. Parts and layouts are written out in place, with their parameters replaced by what was
 * given for them, so nothing is looked up or called when a page is shown and every insertion keeps its own
 * context.
 */

enum { EMIT_DEEPEST = 400 };

struct frame;

/* What a name stands for: a place in C, or a value to be written out where the name stands. */
struct binding {
    struct text name;
    struct text expression; /* empty for a value */
    struct type type;       /* as declared */
    const struct value *value;
    const struct binding *scope; /* the names that `value` speaks of */
    const struct frame *frame;   /* the call whose slots `value` speaks of */
    const struct binding *outer;
};

/* The call that is being written out: where its slots get their blocks. */
struct frame {
    const struct node *call;
    const struct template *callee;
    const struct binding *scope;
    const struct frame *caller;
};

struct emitter {
    const struct template_set *set;
    struct buffer *out;
    struct buffer run; /* literal text not written yet */
    struct error *error;
    int indent, depth;
    unsigned loops;
};

static int emit_nodes(struct emitter *e, const struct node *node, const struct binding *scope,
                      const struct frame *frame);
static int condition_in_c(struct emitter *e, const struct condition *condition, const struct binding *scope,
                          const struct frame *frame, struct text *c);

static int full(struct emitter *e)
{
    return arena_error(e->set->arena, e->error);
}

static int fail(struct emitter *e, const struct frame *frame, struct place place, const char *fix,
                const char *what)
{
    return error_at(e->error, frame->callee->file, place, fix, "%s", what);
}

static void flush(struct emitter *e)
{
    struct text run = buffer_result(&e->run);
    if (run.n == 0)
        return;
    buffer_format(e->out, "%*sPUT(", e->indent, "");
    write_c_string(e->out, run, e->indent + 4);
    buffer_string(e->out, ");\n");
    e->run = buffer_in(e->set->arena);
}

static void line(struct emitter *e, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void line(struct emitter *e, const char *format, ...)
{
    char text[1024];
    va_list args;
    va_start(args, format);
    int n = vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    flush(e);
    if (n < 0 || (size_t)n >= sizeof(text)) {
        e->out->failed = true;
        return;
    }
    buffer_format(e->out, "%*s%s\n", e->indent, "", text);
}

/* ---- names ---- */

static struct text member(struct emitter *e, struct text of, struct text name)
{
    if (text_starts(of, TEXT("(*")) && text_find_char(of, '.') < 0 && text_ends(of, TEXT(")")))
        return arena_format(e->set->arena, "%.*s->%.*s", TEXT_ARGS(text_cut(of, 2, of.n - 1)),
                            TEXT_ARGS(name));
    return arena_format(e->set->arena, "%.*s.%.*s", TEXT_ARGS(of), TEXT_ARGS(name));
}

/* What a path stands for. The checker has seen that it stands for something. */
static int find(struct emitter *e, const struct path *path, const struct binding *scope,
                struct binding *found)
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

/* ---- insertions ---- */

static void put_escaped(struct buffer *out, struct text t)
{
    for (size_t i = 0; i < t.n; i++) {
        switch (t.p[i]) {
        case '&':
            buffer_string(out, "&amp;");
            break;
        case '<':
            buffer_string(out, "&lt;");
            break;
        case '>':
            buffer_string(out, "&gt;");
            break;
        case '"':
            buffer_string(out, "&quot;");
            break;
        case '\'':
            buffer_string(out, "&#39;");
            break;
        default:
            buffer_char(out, t.p[i]);
        }
    }
}

static void put_url_part(struct buffer *out, struct text t)
{
    for (size_t i = 0; i < t.n; i++) {
        unsigned char c = (unsigned char)t.p[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                     c == '.' || c == '_' || c == '~';
        if (plain)
            buffer_char(out, (char)c);
        else
            buffer_format(out, "%%%02X", c);
    }
}

static int emit_insertion(struct emitter *e, const struct path *path, enum context context,
                          const struct binding *scope)
{
    struct binding found;
    int failed = e->depth++ > EMIT_DEEPEST ? full(e) : find(e, path, scope, &found);
    if (failed)
        return failed;
    if (found.expression.n > 0) {
        const char *function = context == CONTEXT_URL_PART ? "page_put_url_part"
                               : context == CONTEXT_URL    ? "page_put_link"
                                                           : "page_put_text";
        if (found.type.kind == TYPE_INT)
            function = "page_put_int";
        line(e, "%s(out, %.*s);", function, TEXT_ARGS(found.expression));
        e->depth--;
        return 0;
    }
    if (found.value->kind == VALUE_INT)
        buffer_int(&e->run, found.value->number);
    /* A link keeps its form wherever it stands: a URL of literal beginning whose other parts are encoded. */
    bool link = found.type.kind == TYPE_LINK && context != CONTEXT_URL_PART;
    const struct piece *first = found.value->kind == VALUE_PIECES ? found.value->pieces : NULL;
    for (const struct piece *piece = first; piece && !failed; piece = piece->next) {
        if (piece->is_path)
            failed = emit_insertion(e, &piece->path,
                                    !link            ? context
                                    : piece == first ? CONTEXT_URL
                                                     : CONTEXT_URL_PART,
                                    found.scope);
        else if (context == CONTEXT_URL_PART)
            put_url_part(&e->run, piece->literal);
        else
            put_escaped(&e->run, piece->literal);
    }
    e->depth--;
    return failed;
}

/* ---- conditions ---- */

static bool is_true(struct text c)
{
    return text_equal(c, TEXT("true"));
}

static bool is_false(struct text c)
{
    return text_equal(c, TEXT("false"));
}

static int piled(struct emitter *e, struct text *c)
{
    return c->p ? 0 : full(e);
}

/* Is what the path stands for true, or a text or list that is not empty? */
static int truth(struct emitter *e, const struct path *path, const struct binding *scope, struct text *c)
{
    struct binding found;
    int failed = e->depth > EMIT_DEEPEST ? full(e) : find(e, path, scope, &found);
    if (failed)
        return failed;
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
        failed = condition_in_c(e, found.value->condition, found.scope, found.frame, c);
        e->depth--;
        return failed;
    }
    for (const struct piece *piece = found.value->kind == VALUE_PIECES ? found.value->pieces : NULL; piece;
         piece = piece->next) {
        struct text part = TEXT("true");
        e->depth++;
        if (piece->is_path)
            failed = truth(e, &piece->path, found.scope, &part);
        e->depth--;
        if (failed)
            return failed;
        if (is_true(part) || is_false(*c))
            *c = part;
        else if (!is_false(part) && !is_true(*c))
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
            int failed = operand_in_c(e, &only, scope, frame, c);
            e->depth--;
            return failed;
        }
        return error_set(e->error, ERROR_INPUT, "", "compare before putting texts together",
                         "a text that was put together is compared with another");
    }
    struct binding found;
    int failed = find(e, &value->path, scope, &found);
    if (failed)
        return failed;
    if (found.expression.n > 0) {
        *c = found.expression;
        return 0;
    }
    if (e->depth > EMIT_DEEPEST)
        return full(e);
    e->depth++;
    failed = operand_in_c(e, found.value, found.scope, found.frame, c);
    e->depth--;
    return failed;
}

static int comparison_in_c(struct emitter *e, const struct condition *condition, const struct binding *scope,
                           const struct frame *frame, struct text *c)
{
    static const char *const signs[] = {
        [CONDITION_EQUAL] = "==",         [CONDITION_UNEQUAL] = "!=", [CONDITION_LESS] = "<",
        [CONDITION_LESS_OR_EQUAL] = "<=", [CONDITION_MORE] = ">",     [CONDITION_MORE_OR_EQUAL] = ">="};
    struct text a, b;
    int failed = operand_in_c(e, condition->a, scope, frame, &a);
    if (!failed)
        failed = operand_in_c(e, condition->b, scope, frame, &b);
    if (failed) {
        if (failed == ERROR_INPUT && frame)
            return fail(e, frame, condition->place, "give one text alone to a parameter that is compared",
                        "a text that was put together is compared here");
        return failed;
    }
    bool number = text_starts(a, TEXT("INT64_C(")) || text_starts(b, TEXT("INT64_C("));
    struct binding found;
    if (!number && condition->a->kind == VALUE_PATH && !find(e, &condition->a->path, scope, &found))
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

static const struct block *block_given(const struct frame *frame, struct text slot)
{
    const struct block *block = frame && frame->call ? frame->call->blocks : NULL;
    while (block && !text_equal(block->name, slot))
        block = block->next;
    return block;
}

static int condition_in_c(struct emitter *e, const struct condition *condition, const struct binding *scope,
                          const struct frame *frame, struct text *c)
{
    struct arena *arena = e->set->arena;
    struct text a, b;
    int failed = 0;
    switch (condition->kind) {
    case CONDITION_PATH:
        return truth(e, &condition->a->path, scope, c);
    case CONDITION_GIVEN:
        *c = block_given(frame, condition->slot) ? TEXT("true") : TEXT("false");
        return 0;
    case CONDITION_NOT:
        failed = condition_in_c(e, condition->left, scope, frame, &a);
        if (failed)
            return failed;
        *c = is_true(a)    ? TEXT("false")
             : is_false(a) ? TEXT("true")
                           : arena_format(arena, "!(%.*s)", TEXT_ARGS(a));
        return piled(e, c);
    case CONDITION_AND:
    case CONDITION_OR:
        break;
    default:
        return comparison_in_c(e, condition, scope, frame, c);
    }
    failed = condition_in_c(e, condition->left, scope, frame, &a);
    if (!failed)
        failed = condition_in_c(e, condition->right, scope, frame, &b);
    if (failed)
        return failed;
    bool both = condition->kind == CONDITION_AND;
    if (both ? is_false(a) || is_true(b) : is_true(a) || is_false(b))
        *c = a;
    else if (both ? is_false(b) || is_true(a) : is_true(b) || is_false(a))
        *c = b;
    else
        *c = arena_format(arena, "(%.*s) %s (%.*s)", TEXT_ARGS(a), both ? "&&" : "||", TEXT_ARGS(b));
    return piled(e, c);
}

/* ---- nodes ---- */

static int emit_branch(struct emitter *e, const struct node *body, const struct binding *scope,
                       const struct frame *frame)
{
    flush(e);
    e->indent += 4;
    int failed = emit_nodes(e, body, scope, frame);
    flush(e);
    e->indent -= 4;
    return failed;
}

static int emit_if(struct emitter *e, const struct node *node, const struct binding *scope,
                   const struct frame *frame)
{
    struct text c;
    int failed = condition_in_c(e, node->condition, scope, frame, &c);
    if (failed)
        return failed;
    if (is_true(c) || is_false(c))
        return emit_nodes(e, is_true(c) ? node->body : node->otherwise, scope, frame);
    line(e, "if (%.*s) {", TEXT_ARGS(c));
    failed = emit_branch(e, node->body, scope, frame);
    if (!failed && node->otherwise) {
        line(e, "} else {");
        failed = emit_branch(e, node->otherwise, scope, frame);
    }
    line(e, "}");
    return failed;
}

static int emit_each(struct emitter *e, const struct node *node, const struct binding *scope,
                     const struct frame *frame)
{
    struct binding list;
    int failed = find(e, &node->path, scope, &list);
    if (failed)
        return failed;
    if (list.expression.n == 0) /* none */
        return emit_nodes(e, node->otherwise, scope, frame);
    struct arena *arena = e->set->arena;
    unsigned loop = ++e->loops;
    struct text type = type_in_c(arena, list.type.item);
    struct binding item = {.name = node->name,
                           .type = *list.type.item,
                           .outer = scope,
                           .expression = arena_format(arena, "(*item%u)", loop)};
    struct binding number = {.name = node->number,
                             .type = {.kind = TYPE_INT},
                             .outer = &item,
                             .expression = arena_format(arena, "((int64_t)at%u + 1)", loop)};
    line(e, "for (size_t at%u = 0; at%u < %.*s_n; at%u++) {", loop, loop, TEXT_ARGS(list.expression), loop);
    e->indent += 4;
    line(e, "const %.*s *item%u = &%.*s[at%u];", TEXT_ARGS(type), loop, TEXT_ARGS(list.expression), loop);
    line(e, "(void)item%u;", loop);
    failed = emit_nodes(e, node->body, node->number.n > 0 ? &number : &item, frame);
    flush(e);
    e->indent -= 4;
    line(e, "}");
    if (failed || !node->otherwise)
        return failed;
    line(e, "if (%.*s_n == 0) {", TEXT_ARGS(list.expression));
    failed = emit_branch(e, node->otherwise, scope, frame);
    line(e, "}");
    return failed;
}

static int emit_call(struct emitter *e, const struct node *node, const struct binding *scope,
                     const struct frame *frame)
{
    const struct template *callee = template_find(e->set, node->name);
    if (!callee)
        return error_set(e->error, ERROR_SYSTEM, "", "", "a part was lost: %.*s", TEXT_ARGS(node->name));
    const struct binding *inside = NULL;
    for (const struct field *field = callee->fields; field; field = field->next) {
        struct binding *binding = ARENA_NEW(e->set->arena, struct binding);
        if (!binding)
            return full(e);
        const struct value *value = field->otherwise;
        const struct binding *value_scope = NULL;
        for (const struct argument *a = node->arguments; a; a = a->next)
            if (text_equal(a->name, field->name)) {
                value = a->value;
                value_scope = scope;
            }
        *binding =
            (struct binding){.type = field->type, .value = value, .scope = value_scope, .frame = frame};
        if (value->kind == VALUE_PATH) {
            int failed = find(e, &value->path, scope, binding);
            if (failed)
                return failed;
        }
        binding->name = field->name;
        binding->outer = inside;
        inside = binding;
    }
    struct frame own = {.call = node, .callee = callee, .scope = scope, .caller = frame};
    return emit_nodes(e, callee->body, inside, &own);
}

static int emit_slot(struct emitter *e, const struct node *node, const struct binding *scope,
                     const struct frame *frame)
{
    const struct block *block = block_given(frame, node->name);
    if (block)
        return emit_nodes(e, block->body, frame->scope, frame->caller);
    return emit_nodes(e, node->body, scope, frame);
}

static int emit_nodes(struct emitter *e, const struct node *node, const struct binding *scope,
                      const struct frame *frame)
{
    if (e->depth > EMIT_DEEPEST || buffer_failed(e->out))
        return full(e);
    int failed = 0;
    e->depth++;
    for (; node && !failed; node = node->next) {
        switch (node->kind) {
        case NODE_LITERAL:
            buffer_text(&e->run, node->literal);
            break;
        case NODE_INSERT:
            failed = emit_insertion(e, &node->path, node->context, scope);
            break;
        case NODE_IF:
            failed = emit_if(e, node, scope, frame);
            break;
        case NODE_EACH:
            failed = emit_each(e, node, scope, frame);
            break;
        case NODE_CALL:
            failed = emit_call(e, node, scope, frame);
            break;
        case NODE_SLOT:
            failed = emit_slot(e, node, scope, frame);
            break;
        }
    }
    e->depth--;
    return failed;
}

int template_emit_source(const struct template_set *set, const struct template *page, struct buffer *out,
                         struct error *error)
{
    struct emitter e = {.set = set, .out = out, .run = buffer_in(set->arena), .error = error, .indent = 4};
    struct text name = page->c_name;
    buffer_format(out, "/* Written by the template compiler from %.*s. */\n#include \"pages/%.*s.h\"\n\n",
                  TEXT_ARGS(page->file), TEXT_ARGS(name));
    buffer_string(out, "#define PUT(s) buffer_bytes(out, \"\" s, sizeof(s) - 1)\n\n");
    buffer_format(
        out,
        "void page_%.*s(struct buffer *out, const struct page_%.*s *in)\n{\n    (void)out;\n    (void)in;\n",
        TEXT_ARGS(name), TEXT_ARGS(name));
    const struct binding *scope = NULL;
    for (const struct field *f = page->fields; f; f = f->next) {
        struct binding *binding = ARENA_NEW(set->arena, struct binding);
        if (!binding)
            return full(&e);
        *binding = (struct binding){.name = f->name,
                                    .type = f->type,
                                    .outer = scope,
                                    .expression = arena_format(set->arena, "in->%.*s", TEXT_ARGS(f->name))};
        scope = binding;
    }
    struct frame frame = {.callee = page};
    int failed = emit_nodes(&e, page->body, scope, &frame);
    flush(&e);
    buffer_string(out, "}\n");
    if (failed)
        return failed;
    if (arena_exhausted(set->arena))
        return arena_error(set->arena, error);
    return buffer_failed(out) || buffer_failed(&e.run) ? arena_error(set->arena, error) : 0;
}
