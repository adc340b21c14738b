#include "scan.h"

/*
 * Declarations: the parameters of a template, and shapes. One a line (or after a semicolon):
 *
 *     heading: text              # what the page is called
 *     rows: list of { label: text; value: text }
 *     hint: text = ""
 */

enum { SHAPE_DEEPEST = 4 };

static const char *const c_words[] = {
    "auto",     "break",  "case",   "char",     "const",    "continue", "default",  "do",
    "double",   "else",   "enum",   "extern",   "float",    "for",      "goto",     "if",
    "inline",   "int",    "long",   "register", "restrict", "return",   "short",    "signed",
    "sizeof",   "static", "struct", "switch",   "typedef",  "union",    "unsigned", "void",
    "volatile", "while",  "asm",    "typeof",   "bool",     "true",     "false",
};

static const char *const own_words[] = {"not", "and", "or", "given", "none", "of", "asset", "style", "linux", "unix"};

static bool word_in(struct text name, const char *const *words, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (text_equal(name, text_of(words[i])))
            return true;
    return false;
}

/* Names become members and variables in C, so C's own words cannot be names. */
static int name_allowed(struct scan *scan, struct place place, struct text name)
{
    if (word_in(name, c_words, sizeof(c_words) / sizeof(c_words[0])) ||
        word_in(name, own_words, sizeof(own_words) / sizeof(own_words[0])))
        return scan_fail(scan, place, "choose another name", "%.*s is a word of C or of the templates",
                         TEXT_ARGS(name));
    return 0;
}

/* Space, line ends, semicolons and comments; the last comment met is kept for the field before it. */
static void skip_between(struct scan *scan, struct text *comment)
{
    for (;;) {
        scan_space(scan);
        if (scan_take(scan, ";"))
            continue;
        if (scan_peek(scan) != '#')
            return;
        scan_skip(scan, 1);
        size_t start = scan->at;
        while (!scan_over(scan) && scan_peek(scan) != '\n' && !scan_looking_at(scan, "%}"))
            scan_skip(scan, 1);
        if (comment && comment->n == 0)
            *comment = text_trim(scan_since(scan, start));
    }
}

static int read_fields(struct scan *scan, struct text owner, const char *end, int depth,
                       struct field **fields);

static int add_shape(struct scan *scan, struct text name, struct text c_name, struct field *fields,
                     const struct shape **out)
{
    struct shape *shape = ARENA_NEW(scan->set->arena, struct shape);
    if (!shape)
        return scan_full(scan);
    *shape = (struct shape){.name = name, .c_name = c_name, .home = scan->home, .fields = fields};
    if (scan->set->last_shape)
        scan->set->last_shape->next = shape;
    else
        scan->set->shapes = shape;
    scan->set->last_shape = shape;
    *out = shape;
    return 0;
}

static int read_type(struct scan *scan, struct text owner, struct text field, int depth, struct type *type)
{
    static const struct {
        const char *word;
        enum type_kind kind;
    } plain[] = {{"text", TYPE_TEXT}, {"int", TYPE_INT}, {"bool", TYPE_BOOL}, {"link", TYPE_LINK}};
    struct place place = scan->place;
    for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++)
        if (scan_take_word(scan, plain[i].word)) {
            *type = (struct type){.kind = plain[i].kind};
            return 0;
        }
    if (scan_take_word(scan, "list")) {
        scan_space(scan);
        if (!scan_take_word(scan, "of"))
            return scan_fail(scan, scan->place, "write list of TYPE", "of is expected here");
        scan_space(scan);
        struct type *item = ARENA_NEW(scan->set->arena, struct type);
        if (!item)
            return scan_full(scan);
        place = scan->place;
        int result = 0;
        if (scan_take(scan, "{")) {
            if (depth == SHAPE_DEEPEST)
                return scan_fail(scan, place, "declare a shape", "lists are nested too deeply");
            struct text c_name =
                arena_format(scan->set->arena, "%.*s_%.*s", TEXT_ARGS(owner), TEXT_ARGS(field));
            struct field *fields = NULL;
            result = read_fields(scan, c_name, "}", depth + 1, &fields);
            item->kind = TYPE_SHAPE;
            if (!result && !fields)
                result =
                    scan_fail(scan, place, "", "a list of nothing: there are no fields between the braces");
            if (!result)
                result = add_shape(scan, TEXT(""), c_name, fields, &item->shape);
        } else {
            result = read_type(scan, owner, field, depth, item);
            if (!result && item->kind == TYPE_LIST)
                result = scan_fail(scan, place, "declare a shape with a list in it",
                                   "a list of lists is not allowed");
        }
        *type = (struct type){.kind = TYPE_LIST, .item = item};
        return result;
    }
    struct text name;
    int result = scan_name(scan, false, "a type: text, int, bool, link, list of ..., or a shape", &name);
    if (result)
        return result;
    *type = (struct type){.kind = TYPE_SHAPE, .shape = shape_find(scan->set, name)};
    if (!type->shape)
        return scan_fail(scan, place, "types are text, int, bool, link, list of ..., or a declared shape",
                         "there is no type %.*s", TEXT_ARGS(name));
    return 0;
}

static int read_default(struct scan *scan, struct field *field)
{
    struct value *value = NULL;
    int result = scan_value(scan, &value);
    if (result)
        return result;
    enum type_kind kind = field->type.kind;
    bool fits = (value->kind == VALUE_INT && kind == TYPE_INT) ||
                (value->kind == VALUE_BOOL && kind == TYPE_BOOL) ||
                (value->kind == VALUE_NONE && kind == TYPE_LIST) ||
                (value->kind == VALUE_PIECES && (kind == TYPE_TEXT || kind == TYPE_LINK));
    if (value->kind == VALUE_PIECES && value->pieces && (value->pieces->is_path || value->pieces->next))
        fits = false;
    if (!fits)
        return scan_fail(scan, value->place,
                         "a default is a plain text, number, true, false, or none for a list",
                         "this default does not fit the type of %.*s", TEXT_ARGS(field->name));
    if (kind == TYPE_LINK && value->pieces && !url_beginning_allowed(value->pieces->literal, true))
        return scan_fail(scan, value->place, "begin it with /, # or ?", "this is no link within the site");
    field->otherwise = value;
    return 0;
}

static int read_field(struct scan *scan, struct text owner, int depth, struct field *field)
{
    field->place = scan->place;
    int result = scan_name(scan, false, "the name of a parameter", &field->name);
    if (!result)
        result = name_allowed(scan, field->place, field->name);
    if (result)
        return result;
    scan_space(scan);
    if (!scan_take(scan, ":"))
        return scan_fail(scan, scan->place, "write NAME: TYPE", ": is expected after %.*s",
                         TEXT_ARGS(field->name));
    scan_space(scan);
    result = read_type(scan, owner, field->name, depth, &field->type);
    if (result)
        return result;
    while (scan_peek(scan) == ' ')
        scan_skip(scan, 1);
    if (scan_take(scan, "=")) {
        scan_space(scan);
        return read_default(scan, field);
    }
    return 0;
}

static int read_fields(struct scan *scan, struct text owner, const char *end, int depth,
                       struct field **fields)
{
    struct field **last = fields;
    skip_between(scan, NULL);
    while (!scan_take(scan, end)) {
        if (scan_over(scan))
            return scan_fail(scan, scan->place, "", "the file ends before the %s of this declaration", end);
        struct field *field = ARENA_NEW(scan->set->arena, struct field);
        if (!field)
            return scan_full(scan);
        int result = read_field(scan, owner, depth, field);
        if (result)
            return result;
        if (field_find(*fields, field->name))
            return scan_fail(scan, field->place, "", "%.*s is declared twice", TEXT_ARGS(field->name));
        *last = field;
        last = &field->next;
        size_t before = scan->at;
        skip_between(scan, &field->comment);
        if (scan->at == before && !scan_looking_at(scan, end))
            return scan_fail(scan, scan->place, "put each on its own line",
                             "another declaration begins too soon");
    }
    return 0;
}

int declare_fields(struct scan *scan, struct text owner, const char *end, struct field **fields)
{
    return read_fields(scan, owner, end, 0, fields);
}

int template_add_shapes(struct template_set *set, struct text file, struct text source, struct error *error)
{
    struct scan scan;
    int result = scan_begin(&scan, set, file, source, error);
    if (result)
        return result;
    for (skip_between(&scan, NULL); !scan_over(&scan); skip_between(&scan, NULL)) {
        struct place place = scan.place;
        if (!scan_take_word(&scan, "shape"))
            return scan_fail(&scan, place, "write shape NAME { FIELDS }", "the word shape is expected here");
        scan_space(&scan);
        place = scan.place;
        struct text name;
        result = scan_name(&scan, false, "the name of the shape", &name);
        if (result)
            return result;
        static const char *const types[] = {"text", "int", "bool", "link", "list"};
        if (shape_find(set, name) || word_in(name, types, 5))
            return scan_fail(&scan, place, "choose another name", "there is a type %.*s already",
                             TEXT_ARGS(name));
        scan_space(&scan);
        if (!scan_take(&scan, "{"))
            return scan_fail(&scan, scan.place, "", "{ is expected here");
        struct text c_name = arena_format(set->arena, "shape_%.*s", TEXT_ARGS(name));
        struct field *fields = NULL;
        result = declare_fields(&scan, c_name, "}", &fields);
        if (result)
            return result;
        if (!fields)
            return scan_fail(&scan, place, "", "the shape %.*s has no fields", TEXT_ARGS(name));
        for (const struct field *f = fields; f; f = f->next)
            if (f->otherwise)
                return scan_fail(&scan, f->place, "defaults are for the parameters of parts and layouts",
                                 "a field of a shape has no default");
        const struct shape *shape = NULL;
        result = add_shape(&scan, name, c_name, fields, &shape);
        if (result)
            return result;
    }
    return arena_exhausted(set->arena) ? arena_error(set->arena, error) : 0;
}

int template_add_assets(struct template_set *set, struct text file, struct text source, struct error *error)
{
    struct text line;
    for (struct place place = {1, 1}; text_next(&source, '\n', &line); place.line++) {
        if (line.n == 0)
            continue;
        ptrdiff_t space = text_find_char(line, ' ');
        struct asset *asset = ARENA_NEW(set->arena, struct asset);
        if (!asset)
            return arena_error(set->arena, error);
        asset->name = text_cut(line, 0, space < 0 ? 0 : (size_t)space);
        asset->path = text_cut(line, (size_t)(space + 1), line.n);
        bool plain = asset->name.n > 0 && url_beginning_allowed(asset->path, false);
        for (size_t i = 0; i < asset->path.n; i++) {
            char c = asset->path.p[i];
            plain = plain && ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                              c == '/' || c == '.' || c == '-' || c == '_');
        }
        if (!plain)
            return error_at(error, file, place,
                            "write NAME, one space, and a path of letters, digits, / . - _",
                            "this line names no asset");
        asset->next = set->assets;
        set->assets = asset;
    }
    return 0;
}

int template_add_style(struct template_set *set, struct text name, struct text source, struct error *error)
{
    struct asset *asset = ARENA_NEW(set->arena, struct asset);
    if (!asset)
        return arena_error(set->arena, error);
    if (!name.n || !source.n || !text_is_utf8(source) || text_find_char(source, '<') >= 0 ||
        text_find(source, TEXT("url(")) >= 0 || text_find(source, TEXT("@import")) >= 0)
        return error_set(error, ERROR_INPUT, "--style", "leave out <, url( and @import",
                         "this style sheet cannot stand in a page");
    *asset = (struct asset){.name = name, .style = source, .next = set->assets};
    set->assets = asset;
    return 0;
}
