#include "scan.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int error_at(struct error *error, struct text file, struct place place, const char *fix, const char *what,
             ...)
{
    char where[sizeof(error->where)], message[sizeof(error->what)];
    va_list args;
    va_start(args, what);
    vsnprintf(message, sizeof(message), what, args);
    va_end(args);
    snprintf(where, sizeof(where), "%.*s:%u:%u", TEXT_ARGS(file), place.line, place.column);
    return error_set(error, ERROR_INPUT, where, fix, "%s", message);
}

int scan_fail(struct scan *scan, struct place place, const char *fix, const char *what, ...)
{
    char message[sizeof(scan->error->what)];
    va_list args;
    va_start(args, what);
    vsnprintf(message, sizeof(message), what, args);
    va_end(args);
    return error_at(scan->error, scan->file, place, fix, "%s", message);
}

int scan_full(struct scan *scan)
{
    return arena_error(scan->set->arena, scan->error);
}

bool scan_over(const struct scan *scan)
{
    return scan->at >= scan->source.n;
}

char scan_peek(const struct scan *scan)
{
    return scan_over(scan) ? '\0' : scan->source.p[scan->at];
}

bool scan_looking_at(const struct scan *scan, const char *what)
{
    return text_starts(text_cut(scan->source, scan->at, scan->source.n), text_of(what));
}

void scan_skip(struct scan *scan, size_t bytes)
{
    for (; bytes > 0 && !scan_over(scan); bytes--, scan->at++) {
        unsigned char c = (unsigned char)scan->source.p[scan->at];
        if (c == '\n') {
            scan->place.line++;
            scan->place.column = 1;
        } else if ((c & 0xC0) != 0x80) {
            scan->place.column++;
        }
    }
}

struct text scan_since(const struct scan *scan, size_t start)
{
    return text_cut(scan->source, start, scan->at);
}

int scan_begin(struct scan *scan, struct template_set *set, struct text file, struct text source,
               struct error *error)
{
    *scan = (struct scan){.set = set, .file = file, .source = source, .place = {1, 1}, .error = error};
    if (!text_is_utf8(source))
        return scan_fail(scan, scan->place, "save the file as UTF-8", "the file is not UTF-8");
    while (!scan_over(scan)) {
        unsigned char c = (unsigned char)scan_peek(scan);
        if ((c < 0x20 && c != '\n' && c != '\t') || c == 0x7F)
            return scan_fail(scan, scan->place, "remove it; lines end with a line feed alone",
                             "there is a control character, number %u", c);
        scan_skip(scan, 1);
    }
    scan->at = 0;
    scan->place = (struct place){1, 1};
    return 0;
}

void scan_space(struct scan *scan)
{
    while (scan_peek(scan) == ' ' || scan_peek(scan) == '\n' || scan_peek(scan) == '\t')
        scan_skip(scan, 1);
}

bool scan_take(struct scan *scan, const char *what)
{
    if (!scan_looking_at(scan, what))
        return false;
    scan_skip(scan, strlen(what));
    return true;
}

static bool is_lower(char c)
{
    return c >= 'a' && c <= 'z';
}

static bool is_name_char(char c, bool dashes)
{
    return is_lower(c) || (c >= '0' && c <= '9') || c == '_' || (dashes && c == '-');
}

int scan_name(struct scan *scan, bool dashes, const char *what_for, struct text *name)
{
    size_t start = scan->at;
    if (!is_lower(scan_peek(scan)))
        return scan_fail(scan, scan->place, "a name is a lower-case letter, then letters, digits and _",
                         "%s is expected here", what_for);
    while (is_name_char(scan_peek(scan), dashes))
        scan_skip(scan, 1);
    *name = scan_since(scan, start);
    return 0;
}

struct text scan_word(const struct scan *scan)
{
    size_t end = scan->at;
    while (end < scan->source.n && is_name_char(scan->source.p[end], false))
        end++;
    return text_cut(scan->source, scan->at, end);
}

bool scan_take_word(struct scan *scan, const char *word)
{
    struct text next = scan_word(scan);
    if (!text_equal(next, text_of(word)))
        return false;
    scan_skip(scan, next.n);
    return true;
}

static int scan_int(struct scan *scan, int64_t *number)
{
    struct place place = scan->place;
    size_t start = scan->at;
    scan_take(scan, "-");
    while (scan_peek(scan) >= '0' && scan_peek(scan) <= '9')
        scan_skip(scan, 1);
    if (!text_to_int64(scan_since(scan, start), number))
        return scan_fail(scan, place, "", "a whole number of at most 64 bits is expected here");
    return 0;
}

int scan_close(struct scan *scan, const char *directive)
{
    scan_space(scan);
    if (scan_take(scan, "%}"))
        return 0;
    if (scan_over(scan))
        return scan_fail(scan, scan->place, "close it with %}", "the file ends inside {%% %s", directive);
    return scan_fail(scan, scan->place, "", "%%} is expected here, at the end of {%% %s", directive);
}

int scan_path(struct scan *scan, struct path *path)
{
    *path = (struct path){.place = scan->place};
    for (;;) {
        if (path->n == PATH_LONGEST)
            return scan_fail(scan, scan->place, "", "a path has at most %d names", PATH_LONGEST);
        int result = scan_name(scan, false, "a name", &path->names[path->n]);
        if (result)
            return result;
        path->n++;
        if (scan_peek(scan) != '.')
            return 0;
        scan_skip(scan, 1);
    }
}

/* ---- values ---- */

static int add_piece(struct scan *scan, struct piece ***last, struct piece piece)
{
    struct piece *made = ARENA_NEW(scan->set->arena, struct piece);
    if (!made)
        return scan_full(scan);
    *made = piece;
    **last = made;
    *last = &made->next;
    return 0;
}

/* After the opening quote. There are no escapes: a value with a double quote comes from a parameter. */
static int scan_pieces(struct scan *scan, struct value *value)
{
    struct piece **last = &value->pieces;
    size_t start = scan->at;
    struct place place = scan->place;
    for (;;) {
        bool closes = scan_peek(scan) == '"', inserts = scan_looking_at(scan, "{{");
        if (scan_over(scan))
            return scan_fail(scan, value->place, "close it with a double quote", "the text does not end");
        if (!closes && !inserts) {
            scan_skip(scan, 1);
            continue;
        }
        int result = 0;
        if (scan->at > start)
            result =
                add_piece(scan, &last, (struct piece){.literal = scan_since(scan, start), .place = place});
        if (result)
            return result;
        if (closes) {
            scan_skip(scan, 1);
            return 0;
        }
        scan_skip(scan, 2);
        scan_space(scan);
        struct piece piece = {.is_path = true, .place = scan->place};
        result = scan_path(scan, &piece.path);
        if (result)
            return result;
        scan_space(scan);
        if (!scan_take(scan, "}}"))
            return scan_fail(scan, scan->place, "", "}} is expected here");
        result = add_piece(scan, &last, piece);
        if (result)
            return result;
        start = scan->at;
        place = scan->place;
    }
}

int scan_value(struct scan *scan, struct value **out)
{
    struct value *value = ARENA_NEW(scan->set->arena, struct value);
    if (!value)
        return scan_full(scan);
    *out = value;
    value->place = scan->place;
    char c = scan_peek(scan);
    if (c == '"') {
        value->kind = VALUE_PIECES;
        scan_skip(scan, 1);
        return scan_pieces(scan, value);
    }
    if (c == '-' || (c >= '0' && c <= '9')) {
        value->kind = VALUE_INT;
        return scan_int(scan, &value->number);
    }
    if (c == '(') {
        value->kind = VALUE_CONDITION;
        scan_skip(scan, 1);
        scan_space(scan);
        int result = scan_condition(scan, &value->condition);
        if (result)
            return result;
        scan_space(scan);
        if (!scan_take(scan, ")"))
            return scan_fail(scan, scan->place, "", ") is expected here");
        return 0;
    }
    bool yes = scan_take_word(scan, "true");
    if (yes || scan_take_word(scan, "false")) {
        value->kind = VALUE_BOOL;
        value->number = yes;
        return 0;
    }
    if (scan_take_word(scan, "none")) {
        value->kind = VALUE_NONE;
        return 0;
    }
    value->kind = VALUE_PATH;
    return scan_path(scan, &value->path);
}
