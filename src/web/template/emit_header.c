#include "write.h"

/* The C of declarations: a struct for each shape and each page. */

void write_c_string(struct buffer *out, struct text t, int indent)
{
    buffer_char(out, '"');
    for (size_t i = 0; i < t.n; i++) {
        unsigned char c = (unsigned char)t.p[i];
        if (c == '"' || c == '\\' || c == '?') { /* ? because two of them begin a trigraph */
            buffer_char(out, '\\');
            buffer_char(out, (char)c);
        } else if (c == '\n') {
            buffer_string(out, "\\n\"");
            if (i + 1 == t.n)
                return;
            buffer_format(out, "\n%*s\"", indent, "");
        } else if (c < 0x20 || c == 0x7F) {
            buffer_format(out, "\\%03o", c);
        } else {
            buffer_char(out, (char)c);
        }
    }
    buffer_char(out, '"');
}

struct text type_in_c(struct arena *arena, const struct type *type)
{
    switch (type->kind) {
    case TYPE_INT:
        return TEXT("int64_t");
    case TYPE_BOOL:
        return TEXT("bool");
    case TYPE_SHAPE:
        return arena_format(arena, "struct %.*s", TEXT_ARGS(type->shape->c_name));
    case TYPE_TEXT:
    case TYPE_LINK:
    case TYPE_LIST:
        break;
    }
    return TEXT("struct text");
}

static struct text upper_case(struct arena *arena, struct text t)
{
    char *copy = arena_string(arena, t);
    for (size_t i = 0; copy && i < t.n; i++)
        if (copy[i] >= 'a' && copy[i] <= 'z')
            copy[i] = (char)(copy[i] - 'a' + 'A');
    return (struct text){copy, copy ? t.n : 0};
}

/* A comment of a template as one of C: it may not end itself, and it may not escape the line end. */
static void write_comment(struct buffer *out, struct text comment)
{
    for (size_t i = 0; i < comment.n; i++) {
        bool ends = comment.p[i] == '/' && i > 0 && comment.p[i - 1] == '*';
        bool begins = comment.p[i] == '/' && i + 1 < comment.n && comment.p[i + 1] == '*';
        buffer_char(out, ends || begins || comment.p[i] == '?' ? '.' : comment.p[i]);
    }
}

static void write_members(struct arena *arena, struct buffer *out, const struct field *fields)
{
    for (const struct field *f = fields; f; f = f->next) {
        if (f->type.kind == TYPE_LIST)
            buffer_format(out, "    const %.*s *%.*s;", TEXT_ARGS(type_in_c(arena, f->type.item)),
                          TEXT_ARGS(f->name));
        else
            buffer_format(out, "    %.*s %.*s;", TEXT_ARGS(type_in_c(arena, &f->type)), TEXT_ARGS(f->name));
        const char *note = f->type.kind == TYPE_LINK ? "a link" : "";
        if (f->comment.n > 0 || note[0]) {
            buffer_string(out, " /* ");
            buffer_string(out, note);
            if (note[0] && f->comment.n > 0)
                buffer_string(out, ": ");
            write_comment(out, f->comment);
            buffer_string(out, " */");
        }
        buffer_char(out, '\n');
        if (f->type.kind == TYPE_LIST)
            buffer_format(out, "    size_t %.*s_n;\n", TEXT_ARGS(f->name));
    }
}

static void write_shapes(const struct template_set *set, struct text home, struct buffer *out)
{
    for (const struct shape *shape = set->shapes; shape; shape = shape->next) {
        if (!text_equal(shape->home, home))
            continue;
        buffer_format(out, "\nstruct %.*s {\n", TEXT_ARGS(shape->c_name));
        write_members(set->arena, out, shape->fields);
        buffer_string(out, "};\n");
    }
}

/* A list x has the members x and x_n, so x_n cannot be a name beside it. */
static int members_collide(const struct template_set *set, struct text file, struct field *fields,
                           struct error *error)
{
    for (const struct field *f = fields; f; f = f->next) {
        if (f->type.kind != TYPE_LIST)
            continue;
        struct text count = arena_format(set->arena, "%.*s_n", TEXT_ARGS(f->name));
        const struct field *other = field_find(fields, count);
        if (other)
            return error_at(error, file, other->place, "choose another name",
                            "%.*s is in C how many %.*s there are", TEXT_ARGS(count), TEXT_ARGS(f->name));
    }
    return 0;
}

static int finish(const struct template_set *set, const struct buffer *out, struct error *error)
{
    if (arena_exhausted(set->arena))
        return arena_error(set->arena, error);
    return buffer_failed(out) ? arena_error(out->arena, error) : 0;
}

int template_emit_shapes(const struct template_set *set, struct buffer *out, struct error *error)
{
    for (const struct shape *shape = set->shapes; shape; shape = shape->next) {
        int result =
            members_collide(set, shape->home.n > 0 ? shape->home : TEXT("shapes"), shape->fields, error);
        if (result)
            return result;
    }
    buffer_string(out, "/* Written by the template compiler: the shapes that pages share. */\n"
                       "#ifndef PAGES_SHAPES_H\n#define PAGES_SHAPES_H\n\n#include \"page.h\"\n");
    write_shapes(set, TEXT(""), out);
    buffer_string(out, "\n#endif\n");
    return finish(set, out, error);
}

int template_emit_header(const struct template_set *set, const struct template *page, struct buffer *out,
                         struct error *error)
{
    int result = members_collide(set, page->file, page->fields, error);
    if (result)
        return result;
    struct text name = page->c_name, guard = upper_case(set->arena, name);
    buffer_format(out, "/* Written by the template compiler from %.*s. */\n", TEXT_ARGS(page->file));
    buffer_format(out, "#ifndef PAGES_%.*s_H\n#define PAGES_%.*s_H\n\n", TEXT_ARGS(guard), TEXT_ARGS(guard));
    buffer_string(out, "#include \"pages/shapes.h\"\n");
    write_shapes(set, page->name, out);
    buffer_char(out, '\n');
    if (page->comment.n > 0) {
        buffer_string(out, "/* ");
        write_comment(out, page->comment);
        buffer_string(out, " */\n");
    }
    buffer_format(out, "struct page_%.*s {\n", TEXT_ARGS(name));
    write_members(set->arena, out, page->fields);
    if (!page->fields)
        buffer_string(out, "    char nothing; /* the page takes nothing; C has no empty struct */\n");
    size_t members = page->fields ? 0 : 1;
    for (const struct field *f = page->fields; f; f = f->next)
        members += f->type.kind == TYPE_LIST ? 2 : 1;
    buffer_format(out, "};\n\nenum { page_%.*s_members = %zu };\n\n", TEXT_ARGS(name), members);
    buffer_format(out, "void page_%.*s(struct buffer *out, const struct page_%.*s *in);\n\n#endif\n",
                  TEXT_ARGS(name), TEXT_ARGS(name));
    return finish(set, out, error);
}
