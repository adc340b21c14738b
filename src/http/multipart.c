#include "multipart.h"

#include "header.h"

#include "base/error.h"

#include <string.h>

enum {
    WINDOW = 16384,   /* held back at most; a part's headers must fit in */
    BOUNDARY_MAX = 70 /* RFC 2046 section 5.1.1 */
};

enum state {
    AT_START,    /* before the first boundary */
    AT_BOUNDARY, /* just behind a boundary: "--" or a line end follows */
    IN_HEADERS,
    IN_DATA,
    AT_END, /* behind the last boundary */
    BROKEN,
};

struct multipart {
    struct arena *arena; /* of the request */
    struct multipart_listener listener;
    enum state state;
    char delimiter[BOUNDARY_MAX + 4]; /* "\r\n--boundary" */
    size_t delimiter_n;
    bool ending; /* `end` paused: it is not called again */
    struct error error;
    size_t n;
    char window[WINDOW];
};

static int broken(struct multipart *parser, struct error *error, int code, const char *what)
{
    parser->state = BROKEN;
    error_set(&parser->error, code, "form", "Send multipart/form-data as browsers do.", "%s", what);
    if (error)
        *error = parser->error;
    return code;
}

static bool boundary_allowed(struct text t)
{
    if (t.n == 0 || t.n > BOUNDARY_MAX || t.p[t.n - 1] == ' ')
        return false;
    for (size_t i = 0; i < t.n; i++) {
        char c = t.p[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!letter && (c == '\0' || !strchr("'()+_,-./:=? ", c)))
            return false;
    }
    return true;
}

int multipart_new(struct arena *arena, struct text content_type, const struct multipart_listener *listener,
                  struct multipart **out, struct error *error)
{
    struct text rest, name, value, boundary = {0};
    bool bad = false;
    size_t boundaries = 0;
    if (!text_equal_fold(header_head(content_type, &rest), TEXT("multipart/form-data")))
        return error_set(error, ERROR_INPUT, "Content-Type", "", "this is not multipart/form-data");
    while (header_parameter(arena, &rest, &name, &value, &bad)) {
        if (text_equal_fold(name, TEXT("boundary"))) {
            boundary = value;
            boundaries++;
        }
    }
    if (arena_exhausted(arena))
        return arena_error(arena, error);
    if (bad || boundaries != 1 || !boundary_allowed(boundary))
        return error_set(error, ERROR_INPUT, "Content-Type",
                         "Give one boundary of 1 to 70 allowed characters.",
                         "the boundary of the form is missing or malformed");
    struct multipart *parser = ARENA_NEW(arena, struct multipart);
    if (!parser)
        return arena_error(arena, error);
    parser->arena = arena;
    parser->listener = *listener;
    memcpy(parser->delimiter, "\r\n--", 4);
    memcpy(parser->delimiter + 4, boundary.p, boundary.n);
    parser->delimiter_n = boundary.n + 4;
    *out = parser;
    return 0;
}

static void drop(struct multipart *parser, size_t n)
{
    memmove(parser->window, parser->window + n, parser->n - n);
    parser->n -= n;
}

/* A form's own names: no line ends, no NUL, valid UTF-8. */
static bool name_allowed(struct text t)
{
    return text_is_utf8(t) && header_is_value(t, true);
}

static int read_disposition(struct multipart *parser, struct text value, struct multipart_part *part,
                            struct error *error)
{
    struct text rest, name, content;
    bool bad = false;
    if (!text_equal_fold(header_head(value, &rest), TEXT("form-data")))
        return broken(parser, error, ERROR_INPUT, "a part of the form is not form-data");
    while (header_parameter(parser->arena, &rest, &name, &content, &bad)) {
        struct text *slot = NULL;
        if (text_equal_fold(name, TEXT("name")))
            slot = &part->name;
        else if (text_equal_fold(name, TEXT("filename")))
            slot = &part->filename;
        if (!slot)
            continue;
        if (slot->p || !name_allowed(content))
            return broken(parser, error, ERROR_INPUT, "a part of the form has a name that is not allowed");
        /* Copied: the window under an unquoted value moves on. */
        *slot = arena_text(parser->arena, content);
        if (!slot->p)
            break;
    }
    if (arena_exhausted(parser->arena))
        return broken(parser, error, ERROR_TOO_LARGE, "the form is too large");
    if (bad || part->name.n == 0)
        return broken(parser, error, ERROR_INPUT, "a part of the form has no name");
    return 0;
}

/* What a listener said: an error is remembered. */
static int heard(struct multipart *parser, int result, struct error *error)
{
    if (result < 0) {
        parser->state = BROKEN;
        parser->error.code = result;
        if (error)
            parser->error = *error;
    }
    return result;
}

static int read_headers(struct multipart *parser, struct text block, struct error *error)
{
    struct multipart_part part = {.type = {"", 0}};
    bool disposition = false;
    while (block.n > 0) {
        ptrdiff_t end = text_find(block, TEXT("\r\n"));
        struct text line = end < 0 ? block : text_cut(block, 0, (size_t)end);
        block = end < 0 ? (struct text){0} : text_cut(block, (size_t)end + 2, block.n);
        ptrdiff_t colon = text_find_char(line, ':');
        if (colon < 0 || !header_is_value(line, true))
            return broken(parser, error, ERROR_INPUT, "a part of the form has a malformed header");
        struct text name = text_cut(line, 0, (size_t)colon);
        struct text value = text_trim(text_cut(line, (size_t)colon + 1, line.n));
        if (!header_is_token(name))
            return broken(parser, error, ERROR_INPUT, "a part of the form has a malformed header");
        if (text_equal_fold(name, TEXT("content-disposition"))) {
            if (disposition)
                return broken(parser, error, ERROR_INPUT, "a part of the form has two dispositions");
            disposition = true;
            int result = read_disposition(parser, value, &part, error);
            if (result != 0)
                return result;
        } else if (text_equal_fold(name, TEXT("content-type"))) {
            if (!header_is_value(value, false))
                return broken(parser, error, ERROR_INPUT, "a part of the form has a malformed type");
            part.type = arena_text(parser->arena, value);
        } else if (text_equal_fold(name, TEXT("content-transfer-encoding"))) {
            /* RFC 7578 section 4.7 ended these; only the ones that change nothing pass. */
            if (!text_equal_fold(value, TEXT("binary")) && !text_equal_fold(value, TEXT("8bit")) &&
                !text_equal_fold(value, TEXT("7bit")))
                return broken(parser, error, ERROR_INPUT, "a part of the form has a transfer encoding");
        }
    }
    if (arena_exhausted(parser->arena))
        return broken(parser, error, ERROR_TOO_LARGE, "the form is too large");
    if (!disposition)
        return broken(parser, error, ERROR_INPUT, "a part of the form has no name");
    parser->ending = false;
    return heard(parser, parser->listener.begin(parser->listener.context, &part, error), error);
}

/* A step gives 0 if one was made, STARVED if it needs more bytes, or what the listener said. */
enum { STARVED = INT32_MAX };

static int step_headers(struct multipart *parser, struct error *error)
{
    struct text window = {parser->window, parser->n};
    if (text_starts(window, TEXT("\r\n")))
        return broken(parser, error, ERROR_INPUT, "a part of the form has no name");
    ptrdiff_t end = text_find(window, TEXT("\r\n\r\n"));
    if (end < 0)
        return parser->n == WINDOW
                   ? broken(parser, error, ERROR_INPUT, "a part of the form has a header too long")
                   : STARVED;
    int result = read_headers(parser, text_cut(window, 0, (size_t)end), error);
    if (result != 0)
        return result;
    drop(parser, (size_t)end + 4);
    parser->state = IN_DATA;
    return 0;
}

static int step_data(struct multipart *parser, struct error *error)
{
    struct text window = {parser->window, parser->n};
    ptrdiff_t at = text_find(window, (struct text){parser->delimiter, parser->delimiter_n});
    if (at == 0) {
        if (!parser->ending) {
            parser->ending = true;
            int result = heard(parser, parser->listener.end(parser->listener.context, error), error);
            if (result != 0)
                return result;
        }
        drop(parser, parser->delimiter_n);
        parser->state = AT_BOUNDARY;
        return 0;
    }
    /* All before the delimiter, or before where one could begin. */
    size_t n = at > 0                             ? (size_t)at
               : parser->n >= parser->delimiter_n ? parser->n - (parser->delimiter_n - 1)
                                                  : 0;
    if (n == 0)
        return STARVED;
    int result =
        heard(parser, parser->listener.data(parser->listener.context, parser->window, n, error), error);
    if (result < 0)
        return result;
    drop(parser, n);
    return result;
}

static int step(struct multipart *parser, struct error *error)
{
    struct text window = {parser->window, parser->n};
    switch (parser->state) {
    case AT_START:
        if (parser->n < parser->delimiter_n - 2)
            return STARVED;
        if (memcmp(parser->window, parser->delimiter + 2, parser->delimiter_n - 2) != 0)
            return broken(parser, error, ERROR_INPUT, "the form does not begin with its boundary");
        drop(parser, parser->delimiter_n - 2);
        parser->state = AT_BOUNDARY;
        return 0;
    case AT_BOUNDARY:
        if (parser->n < 2)
            return STARVED;
        if (text_starts(window, TEXT("\r\n")))
            parser->state = IN_HEADERS;
        else if (text_starts(window, TEXT("--")))
            parser->state = AT_END;
        else
            return broken(parser, error, ERROR_INPUT, "a boundary of the form has something behind it");
        drop(parser, 2);
        return 0;
    case IN_HEADERS:
        return step_headers(parser, error);
    case IN_DATA:
        return step_data(parser, error);
    case AT_END:
        if (parser->n > 2 || memcmp(parser->window, "\r\n", parser->n) != 0)
            return broken(parser, error, ERROR_INPUT, "the form goes on behind its end");
        return STARVED;
    case BROKEN:
        break;
    }
    if (error)
        *error = parser->error;
    return parser->error.code;
}

int multipart_feed(struct multipart *parser, const void *p, size_t n, size_t *used, struct error *error)
{
    *used = 0;
    for (;;) {
        size_t take = WINDOW - parser->n;
        if (take > n - *used)
            take = n - *used;
        if (take > 0)
            memcpy(parser->window + parser->n, (const char *)p + *used, take);
        parser->n += take;
        *used += take;
        int result;
        while ((result = step(parser, error)) == 0)
            ;
        if (result != STARVED)
            return result;
        if (*used == n)
            return 0;
    }
}

int multipart_finish(struct multipart *parser, struct error *error)
{
    size_t used;
    int result = multipart_feed(parser, NULL, 0, &used, error);
    if (result != 0)
        return result;
    if (parser->state != AT_END)
        return broken(parser, error, ERROR_INPUT, "the form ends before its last boundary");
    return 0;
}
