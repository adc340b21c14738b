#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdio.h>
#include <unicode/uset.h>
#include <unicode/ustring.h>

#include "builtin.h"

/*
 * Patterns of XPath, as FEEL has them, by way of PCRE2. Translated, because the two differ: \s \d \w and their
 * opposites, \i \c \I \C, blocks (\p{IsGreek}), the flag x, class subtraction.
 * Refused, so that nothing means other than it says: look-around, options inside the pattern, brackets and braces
 * that are not escaped, and every escape that XPath does not have.
 */
enum {
    MATCH_STEPS_MOST = 200000,
    MATCH_DEPTH_MOST = 2000,
    MATCH_HEAP_MOST = 16 * 1024, /* KiB */
};

#define NAME_START "_:A-Za-z\\x{C0}-\\x{D6}\\x{D8}-\\x{F6}\\x{F8}-\\x{2FF}\\x{370}-\\x{37D}\\x{37F}-\\x{1FFF}" \
                   "\\x{200C}-\\x{200D}\\x{2070}-\\x{218F}\\x{2C00}-\\x{2FEF}\\x{3001}-\\x{D7FF}"
#define NAME_PART NAME_START "\\-.0-9\\x{B7}\\x{300}-\\x{36F}\\x{203F}-\\x{2040}"

struct translation {
    struct text in;
    size_t at;
    struct buffer out;
    bool strip_space;
};

static bool is_one_of(char c, const char *set)
{
    for (; *set; set++)
        if (*set == c)
            return true;
    return false;
}

/* What a letter's class is, as the inside of brackets. */
static const char *letter_class(char c)
{
    switch (c) {
    case 'i': return NAME_START;
    case 'c': return NAME_PART;
    case 'd': return "\\p{Nd}";
    case 'D': return "\\P{Nd}";
    case 's': return " \\t\\n\\r";
    case 'S': return "\\x{0}-\\x{8}\\x{B}\\x{C}\\x{E}-\\x{1F}\\x{21}-\\x{10FFFF}";
    case 'w': return "\\p{L}\\p{M}\\p{N}\\p{S}";
    case 'W': return "\\p{P}\\p{Z}\\p{C}";
    default: return NULL;
    }
}

/* \p{IsBasicLatin}: the characters of a block, from ICU. */
static bool block(struct translation *t, struct text name, bool negated, bool in_class)
{
    UChar pattern[96];
    char text[96];
    int32_t n;
    UErrorCode status = U_ZERO_ERROR;
    if (name.n > 60 || (negated && in_class))
        return false;
    for (size_t i = 0; i < name.n; i++)
        if (!is_one_of(name.p[i], "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-"))
            return false;
    (void)snprintf(text, sizeof text, "[\\p{Block=%.*s}]", TEXT_ARGS(name));
    u_strFromUTF8(pattern, 96, &n, text, -1, &status);
    USet *set = uset_openPattern(pattern, n, &status);
    if (U_FAILURE(status))
        return false;
    buffer_string(&t->out, in_class ? "" : negated ? "[^" : "[");
    for (int32_t i = 0; i < uset_getItemCount(set); i++) {
        UChar32 from, to;
        if (uset_getItem(set, i, &from, &to, NULL, 0, &status) == 0)
            buffer_format(&t->out, "\\x{%X}-\\x{%X}", (unsigned)from, (unsigned)to);
    }
    buffer_string(&t->out, in_class ? "" : "]");
    uset_close(set);
    return true;
}

/* \p{Lu}, \P{IsGreek}: `at` stands after the letter. */
static bool property(struct translation *t, char letter, bool in_class)
{
    struct text rest = text_cut(t->in, t->at, t->in.n);
    ptrdiff_t end = text_find_char(rest, '}');
    if (end < 2 || rest.p[0] != '{')
        return false;
    struct text name = text_cut(rest, 1, (size_t)end);
    t->at += (size_t)end + 1;
    if (text_starts(name, TEXT("Is")))
        return block(t, text_cut(name, 2, name.n), letter == 'P', in_class);
    if (name.n > 2 || !is_one_of(name.p[0], "LMNPZSC"))
        return false;
    buffer_format(&t->out, "\\%c{%.*s}", letter, TEXT_ARGS(name));
    return true;
}

static bool escape(struct translation *t, bool in_class)
{
    if (t->at + 1 >= t->in.n)
        return false;
    char c = t->in.p[t->at + 1];
    t->at += 2;
    bool negated = c == 'I' || c == 'C';
    const char *inside = letter_class(negated ? (char)(c - 'A' + 'a') : c);
    if (inside) {
        if (in_class && negated)
            return false;
        buffer_string(&t->out, in_class ? "" : negated ? "[^" : "[");
        buffer_string(&t->out, inside);
        buffer_string(&t->out, in_class ? "" : "]");
        return true;
    }
    if (c == 'p' || c == 'P')
        return property(t, c, in_class);
    bool reference = !in_class && c >= '1' && c <= '9';
    if (!reference && !is_one_of(c, "nrt\\|.?*+(){}$-[]^"))
        return false;
    buffer_format(&t->out, reference ? "\\g{%c}" : "\\%c", c);
    return true;
}

/* {2}, {2,}, {2,5}: its length, or 0. */
static size_t quantifier(struct text t)
{
    size_t i = 1, digits = 0;
    for (; i < t.n && t.p[i] >= '0' && t.p[i] <= '9'; i++)
        digits++;
    if (i < t.n && t.p[i] == ',')
        for (i++; i < t.n && t.p[i] >= '0' && t.p[i] <= '9'; i++)
            ;
    return digits && i < t.n && t.p[i] == '}' ? i + 1 : 0;
}

/* [a-z-[aeiou]] becomes (?![aeiou])[a-z]: what is taken away is looked at first. */
static bool class(struct translation *t, int depth)
{
    struct buffer whole = t->out, inner = buffer_in(t->out.arena), minus = buffer_in(t->out.arena);
    bool good = true, first = true, taken_away = false;
    if (depth > 20)
        return false;
    t->out = inner;
    buffer_char(&t->out, '[');
    t->at++;
    if (t->at < t->in.n && t->in.p[t->at] == '^') {
        buffer_char(&t->out, '^');
        t->at++;
    }
    while (good && t->at < t->in.n && t->in.p[t->at] != ']') {
        char c = t->in.p[t->at];
        if (c == '-' && t->at + 1 < t->in.n && t->in.p[t->at + 1] == '[' && !first) {
            struct buffer kept = t->out;
            t->out = minus;
            t->at++;
            good = class(t, depth + 1) && t->at < t->in.n && t->in.p[t->at] == ']';
            minus = t->out;
            t->out = kept;
            taken_away = true;
            break;
        }
        if (c == '[') {
            good = false;
        } else if (c == '\\') {
            good = escape(t, true);
        } else {
            t->at++;
            buffer_char(&t->out, c);
        }
        first = false;
    }
    if (!good || t->at >= t->in.n || first)
        return false;
    t->at++;
    buffer_char(&t->out, ']');
    inner = t->out;
    t->out = whole;
    if (taken_away) {
        buffer_string(&t->out, "(?:(?!");
        buffer_text(&t->out, buffer_result(&minus));
        buffer_char(&t->out, ')');
    }
    buffer_text(&t->out, buffer_result(&inner));
    if (taken_away)
        buffer_char(&t->out, ')');
    return !buffer_failed(&t->out) && !buffer_failed(&inner);
}

static bool translate(struct translation *t)
{
    while (t->at < t->in.n) {
        char c = t->in.p[t->at];
        if (c == '\\') {
            if (!escape(t, false))
                return false;
        } else if (c == '[') {
            if (!class(t, 0))
                return false;
        } else if (c == '(' && t->at + 1 < t->in.n && t->in.p[t->at + 1] == '?') {
            if (t->at + 2 >= t->in.n || t->in.p[t->at + 2] != ':')
                return false;
            buffer_string(&t->out, "(?:");
            t->at += 3;
        } else if (c == '(' && t->at + 1 < t->in.n && t->in.p[t->at + 1] == '*') {
            return false; /* a verb of PCRE2 */
        } else if (is_one_of(c, "?*+}") && t->at + 1 < t->in.n && t->in.p[t->at + 1] == '+') {
            return false; /* a possessive quantifier */
        } else if (c == '{') {
            size_t n = quantifier(text_cut(t->in, t->at, t->in.n));
            if (n == 0 || (t->at + n < t->in.n && t->in.p[t->at + n] == '+'))
                return false;
            buffer_text(&t->out, text_cut(t->in, t->at, t->at + n));
            t->at += n;
        } else if (c == ']' || c == '}') {
            return false;
        } else {
            t->at++;
            if (t->strip_space && is_one_of(c, " \t\n\r"))
                continue;
            buffer_char(&t->out, c);
        }
    }
    return !buffer_failed(&t->out);
}

static bool options_of(struct text flags, uint32_t *options, bool *strip_space)
{
    *options = PCRE2_UTF | PCRE2_UCP | PCRE2_DOLLAR_ENDONLY | PCRE2_NEVER_BACKSLASH_C;
    for (size_t i = 0; i < flags.n; i++)
        switch (flags.p[i]) {
        case 's': *options |= PCRE2_DOTALL; break;
        case 'm': *options |= PCRE2_MULTILINE; break;
        case 'i': *options |= PCRE2_CASELESS; break;
        case 'x': *strip_space = true; break;
        default: return false;
        }
    return true;
}

struct pattern {
    pcre2_code *code;
    pcre2_match_data *data;
    pcre2_match_context *limits;
};

static void pattern_drop(struct pattern *p)
{
    pcre2_match_data_free(p->data);
    pcre2_match_context_free(p->limits);
    pcre2_code_free(p->code);
}

/* Drop it also where it is false. */
static bool pattern_make(struct engine *e, struct text source, struct text flags, struct pattern *p)
{
    struct translation t = {.in = source, .out = buffer_in(e->arena)};
    uint32_t options;
    int number;
    PCRE2_SIZE where;
    *p = (struct pattern){NULL, NULL, NULL};
    if (!options_of(flags, &options, &t.strip_space) || !translate(&t))
        return false;
    struct text out = buffer_result(&t.out);
    pcre2_compile_context *context = pcre2_compile_context_create(NULL);
    if (!context)
        return false;
    pcre2_set_newline(context, PCRE2_NEWLINE_LF);
    p->code = pcre2_compile((PCRE2_SPTR)(out.p ? out.p : ""), out.n, options, &number, &where, context);
    pcre2_compile_context_free(context);
    if (!p->code)
        return false;
    p->data = pcre2_match_data_create_from_pattern(p->code, NULL);
    p->limits = pcre2_match_context_create(NULL);
    if (!p->data || !p->limits)
        return false;
    pcre2_set_match_limit(p->limits, MATCH_STEPS_MOST);
    pcre2_set_depth_limit(p->limits, MATCH_DEPTH_MOST);
    pcre2_set_heap_limit(p->limits, MATCH_HEAP_MOST);
    return true;
}

/* Groups found, 0 for no match, negative where it gave up. */
static int pattern_run(struct engine *e, const struct pattern *p, struct text s, size_t from)
{
    if (!engine_step(e))
        return -1;
    engine_charge(e, 4096);
    int n = pcre2_match(p->code, (PCRE2_SPTR)(s.p ? s.p : ""), s.n, from, PCRE2_NO_UTF_CHECK, p->data, p->limits);
    if (n == PCRE2_ERROR_MATCHLIMIT || n == PCRE2_ERROR_DEPTHLIMIT || n == PCRE2_ERROR_HEAPLIMIT)
        engine_charge(e, (size_t)MATCH_STEPS_MOST * 16);
    return n == PCRE2_ERROR_NOMATCH ? 0 : n;
}

static bool texts(const struct call *c, size_t needed, struct text *out)
{
    for (size_t i = 0; i < c->count; i++) {
        const struct dmn_value *v = call_arg(c, i, DMN_STRING);
        if (!v && (i < needed || call_given(c, i)))
            return false;
        if (v && !text_is_utf8(v->as.string))
            return false;
        if (v)
            out[i] = v->as.string;
    }
    return true;
}

static const struct dmn_value *bad_pattern(const struct call *c)
{
    return call_null(c, "the pattern or its flags are not allowed, or matching takes too long");
}

BUILTIN(matches)
{
    struct text t[3] = {{NULL, 0}, {NULL, 0}, {NULL, 0}};
    struct pattern p;
    if (!texts(c, 2, t))
        return call_null(c, "texts are needed");
    int n = pattern_make(c->e, t[1], t[2], &p) ? pattern_run(c->e, &p, t[0], 0) : -1;
    pattern_drop(&p);
    return n < 0 ? bad_pattern(c) : dmn_boolean(n > 0);
}

/* The replacement with $1 and \$ resolved; false where it is not one. */
static bool replace_one(struct buffer *out, struct text with, struct text s, const PCRE2_SIZE *at, uint32_t groups)
{
    for (size_t i = 0; i < with.n; i++) {
        if (with.p[i] == '\\') {
            if (++i >= with.n || !is_one_of(with.p[i], "\\$"))
                return false;
            buffer_char(out, with.p[i]);
        } else if (with.p[i] == '$') {
            uint32_t group = 0;
            if (i + 1 >= with.n || with.p[i + 1] < '0' || with.p[i + 1] > '9')
                return false;
            for (bool first = true; i + 1 < with.n && with.p[i + 1] >= '0' && with.p[i + 1] <= '9'; first = false) {
                uint32_t longer = group * 10 + (uint32_t)(with.p[i + 1] - '0');
                if (!first && longer > groups)
                    break;
                group = longer;
                i++;
            }
            if (group <= groups && at[2 * group] != PCRE2_UNSET)
                buffer_text(out, text_cut(s, at[2 * group], at[2 * group + 1]));
        } else {
            buffer_char(out, with.p[i]);
        }
    }
    return true;
}

BUILTIN(replace)
{
    struct text t[4] = {{NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}};
    struct pattern p;
    if (!texts(c, 3, t))
        return call_null(c, "texts are needed");
    bool good = pattern_make(c->e, t[1], t[3], &p);
    /* A pattern that matches nothing at all could be put in anywhere: XPath refuses it. */
    good = good && pattern_run(c->e, &p, TEXT(""), 0) == 0;
    struct buffer out = buffer_in(c->e->arena);
    uint32_t groups = 0;
    size_t from = 0;
    if (good)
        pcre2_pattern_info(p.code, PCRE2_INFO_CAPTURECOUNT, &groups);
    for (int n; good && (n = pattern_run(c->e, &p, t[0], from)) != 0;) {
        const PCRE2_SIZE *at = n > 0 ? pcre2_get_ovector_pointer(p.data) : NULL;
        if (!at || at[1] <= from || at[0] < from) {
            good = false;
            break;
        }
        /* Groups past the last that matched are unset in the vector. */
        buffer_text(&out, text_cut(t[0], from, at[0]));
        good = replace_one(&out, t[2], t[0], at, groups);
        from = at[1];
    }
    pattern_drop(&p);
    buffer_text(&out, text_cut(t[0], from, t[0].n));
    if (!good || buffer_failed(&out))
        return bad_pattern(c);
    return dmn_string(c->e->arena, buffer_result(&out));
}

BUILTIN(split)
{
    struct text t[2] = {{NULL, 0}, {NULL, 0}};
    struct pattern p;
    struct values out = {0};
    size_t from = 0;
    if (!texts(c, 2, t))
        return call_null(c, "texts are needed");
    bool good = pattern_make(c->e, t[1], (struct text){NULL, 0}, &p) && pattern_run(c->e, &p, TEXT(""), 0) == 0;
    for (int n; good && (n = pattern_run(c->e, &p, t[0], from)) != 0;) {
        const PCRE2_SIZE *at = n > 0 ? pcre2_get_ovector_pointer(p.data) : NULL;
        good = at && at[1] > from && at[0] >= from;
        if (!good)
            break;
        values_push(c->e, &out, dmn_string(c->e->arena, text_cut(t[0], from, at[0])));
        from = at[1];
    }
    pattern_drop(&p);
    if (!good)
        return bad_pattern(c);
    values_push(c->e, &out, dmn_string(c->e->arena, text_cut(t[0], from, t[0].n)));
    return values_list(c->e, &out);
}
