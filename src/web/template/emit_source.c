#include "emit.h"

#include <stdarg.h>
#include <stdio.h>

/*
 * The C of a page. Parts and layouts are written out in place, with their parameters replaced by what was
 * given for them, so nothing is looked up or called when a page is shown and every insertion keeps its own
 * context.
 */

static int emit_nodes(struct emitter *e, const struct node *node, const struct binding *scope,
                      const struct frame *frame);

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
    int result = e->depth++ > EMIT_DEEPEST ? emit_full(e) : emit_find(e, path, scope, &found);
    if (result)
        return result;
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
    for (const struct piece *piece = first; piece && !result; piece = piece->next) {
        if (piece->is_path)
            result = emit_insertion(e, &piece->path,
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
    return result;
}

/* ---- nodes ---- */

static int emit_branch(struct emitter *e, const struct node *body, const struct binding *scope,
                       const struct frame *frame)
{
    flush(e);
    e->indent += 4;
    int result = emit_nodes(e, body, scope, frame);
    flush(e);
    e->indent -= 4;
    return result;
}

static int emit_if(struct emitter *e, const struct node *node, const struct binding *scope,
                   const struct frame *frame)
{
    struct text c;
    int result = emit_condition(e, node->condition, scope, frame, &c);
    if (result)
        return result;
    if (emit_is_true(c) || emit_is_false(c))
        return emit_nodes(e, emit_is_true(c) ? node->body : node->otherwise, scope, frame);
    line(e, "if (%.*s) {", TEXT_ARGS(c));
    result = emit_branch(e, node->body, scope, frame);
    if (!result && node->otherwise) {
        line(e, "} else {");
        result = emit_branch(e, node->otherwise, scope, frame);
    }
    line(e, "}");
    return result;
}

static int emit_each(struct emitter *e, const struct node *node, const struct binding *scope,
                     const struct frame *frame)
{
    struct binding list;
    int result = emit_find(e, &node->path, scope, &list);
    if (result)
        return result;
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
    result = emit_nodes(e, node->body, node->number.n > 0 ? &number : &item, frame);
    flush(e);
    e->indent -= 4;
    line(e, "}");
    if (result || !node->otherwise)
        return result;
    line(e, "if (%.*s_n == 0) {", TEXT_ARGS(list.expression));
    result = emit_branch(e, node->otherwise, scope, frame);
    line(e, "}");
    return result;
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
            return emit_full(e);
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
            int result = emit_find(e, &value->path, scope, binding);
            if (result)
                return result;
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
    const struct block *block = emit_block_given(frame, node->name);
    if (block)
        return emit_nodes(e, block->body, frame->scope, frame->caller);
    return emit_nodes(e, node->body, scope, frame);
}

static int emit_nodes(struct emitter *e, const struct node *node, const struct binding *scope,
                      const struct frame *frame)
{
    if (e->depth > EMIT_DEEPEST || buffer_failed(e->out))
        return emit_full(e);
    int result = 0;
    e->depth++;
    for (; node && !result; node = node->next) {
        switch (node->kind) {
        case NODE_LITERAL:
            buffer_text(&e->run, node->literal);
            break;
        case NODE_INSERT:
            result = emit_insertion(e, &node->path, node->context, scope);
            break;
        case NODE_IF:
            result = emit_if(e, node, scope, frame);
            break;
        case NODE_EACH:
            result = emit_each(e, node, scope, frame);
            break;
        case NODE_CALL:
            result = emit_call(e, node, scope, frame);
            break;
        case NODE_SLOT:
            result = emit_slot(e, node, scope, frame);
            break;
        }
    }
    e->depth--;
    return result;
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
            return emit_full(&e);
        *binding = (struct binding){.name = f->name,
                                    .type = f->type,
                                    .outer = scope,
                                    .expression = arena_format(set->arena, "in->%.*s", TEXT_ARGS(f->name))};
        scope = binding;
    }
    struct frame frame = {.callee = page};
    int result = emit_nodes(&e, page->body, scope, &frame);
    flush(&e);
    buffer_string(out, "}\n");
    if (result)
        return result;
    if (arena_exhausted(set->arena))
        return arena_error(set->arena, error);
    return buffer_failed(out) || buffer_failed(&e.run) ? arena_error(set->arena, error) : 0;
}
