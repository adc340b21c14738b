#include "parts.h"

static const char *const keyword[] = {"if",    "then",    "else", "for",       "in",  "return", "some",
                                      "every", "between", "and",  "satisfies", "or",  "of",     "external"};

/* Names of the language that are more than one word. */
static const struct text builtin_name[] = {
    TEXT_INIT("date and time"),          TEXT_INIT("years and months duration"), TEXT_INIT("string length"),
    TEXT_INIT("upper case"),             TEXT_INIT("lower case"),                TEXT_INIT("substring before"),
    TEXT_INIT("substring after"),        TEXT_INIT("starts with"),               TEXT_INIT("ends with"),
    TEXT_INIT("list contains"),          TEXT_INIT("insert before"),             TEXT_INIT("index of"),
    TEXT_INIT("distinct values"),        TEXT_INIT("get value"),                 TEXT_INIT("get entries"),
    TEXT_INIT("context put"),            TEXT_INIT("context merge"),             TEXT_INIT("string join"),
    TEXT_INIT("day of year"),            TEXT_INIT("day of week"),               TEXT_INIT("month of year"),
    TEXT_INIT("week of year"),           TEXT_INIT("round up"),                  TEXT_INIT("round down"),
    TEXT_INIT("round half up"),          TEXT_INIT("round half down"),           TEXT_INIT("met by"),
    TEXT_INIT("overlaps before"),        TEXT_INIT("overlaps after"),            TEXT_INIT("finished by"),
    TEXT_INIT("started by"),             TEXT_INIT("list replace"),              TEXT_INIT("round half even"),
};
static const struct scope builtin_scope = {NULL, builtin_name, sizeof builtin_name / sizeof *builtin_name};

static const struct text member_name[] = {TEXT_INIT("time offset"), TEXT_INIT("start included"),
                                          TEXT_INIT("end included")};
static const struct scope member_scope = {NULL, member_name, sizeof member_name / sizeof *member_name};

struct scope scope_of(struct arena *arena, const struct scope *outer, const struct text *name, size_t count)
{
    struct scope scope = {.outer = outer};
    struct text *kept = ARENA_ARRAY(arena, struct text, count);
    for (size_t i = 0; kept && i < count; i++)
        if (!lexer_is_word(name[i]) && name[i].n > 0)
            kept[scope.count++] = name[i];
    scope.name = kept;
    return scope;
}

struct text name_normal(struct arena *arena, struct text name)
{
    char *out = ARENA_ARRAY(arena, char, name.n + 1);
    size_t n = 0, space;
    if (!out)
        return (struct text){NULL, 0};
    for (size_t i = 0; i < name.n; i += space ? space : 1) {
        space = lexer_space(text_cut(name, i, name.n));
        if (!space)
            out[n++] = name.p[i];
        else if (n > 0 && out[n - 1] != ' ')
            out[n++] = ' ';
    }
    if (n > 0 && out[n - 1] == ' ')
        n--;
    return (struct text){out, n};
}

static size_t longest(const struct scope *scope, struct text source, size_t best, struct text *name)
{
    for (; scope; scope = scope->outer)
        for (size_t i = 0; i < scope->count; i++) {
            if (scope->name[i].p[0] != source.p[0])
                continue;
            size_t n = lexer_match_name(source, scope->name[i]);
            if (n > best) {
                best = n;
                *name = scope->name[i];
            }
        }
    return best;
}

/* Of many names, in order: only those that start with the word. */
static size_t longest_member(const struct scope *members, struct text word, struct text source, size_t best,
                             struct text *name)
{
    size_t low = 0, high = members->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (text_compare(members->name[middle], word) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < members->count && text_starts(members->name[low], word); low++) {
        size_t n = lexer_match_name(source, members->name[low]);
        if (n > best) {
            best = n;
            *name = members->name[low];
        }
    }
    return best;
}

bool parser_name(struct parser *p, bool member, struct text *name)
{
    struct text source = text_cut(p->source, p->token.start.at, p->source.n);
    size_t word = p->token.text.n, n = word;
    if (p->failed)
        return false;
    *name = p->token.text;
    n = longest(p->scope, source, n, name);
    n = longest(&builtin_scope, source, n, name);
    if (member) {
        n = longest_member(&p->shared->members, p->token.text, source, n, name);
        n = longest(&member_scope, source, n, name);
        n = longest(p->written ? &p->written->scope : NULL, source, n, name);
    }
    if (n == word)
        for (size_t i = 0; i < sizeof keyword / sizeof *keyword && !member; i++)
            if (text_equal(*name, text_of(keyword[i]))) {
                parser_fail(p, "a value should stand here");
                return false;
            }
    parser_rewind(p, lexer_advance(p->source, p->token.start, n));
    return !p->failed;
}

/* Characters of names that are no letters or digits. */
static bool is_name_sign(char c)
{
    return c == '.' || c == '/' || c == '-' || c == '\'' || c == '+' || c == '*' || c == '&' || c == '?';
}

bool parser_label(struct parser *p, struct text *name)
{
    struct text source = text_cut(p->source, p->token.start.at, p->source.n);
    size_t at = 0, n;
    if (p->failed || p->token.kind != TOKEN_WORD)
        return false;
    while (at < source.n && source.p[at] != ':') {
        struct text left = text_cut(source, at, source.n);
        n = lexer_name_part(left);
        if (!n)
            n = lexer_space(left);
        if (!n && text_starts(left, TEXT("\xe2\x80\x99"))) /* the typographer's apostrophe */
            n = 3;
        if (!n && is_name_sign(left.p[0]))
            n = 1;
        if (!n)
            return false;
        at += n;
    }
    if (at >= source.n)
        return false;
    *name = name_normal(p->arena, text_cut(source, 0, at));
    parser_rewind(p, lexer_advance(p->source, p->token.start, at + 1));
    return !p->failed;
}
