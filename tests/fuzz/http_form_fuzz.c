#include "http/pairs.h"

#include "base/error.h"
#include "disposition.h"
#include "header.h"
#include "multipart.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/*
 * The first byte says which parser. For forms in parts the second says in what steps the bytes come and when the listener
 * pauses: whatever the steps, the same must be heard.
 */
struct heard {
    uint64_t hash;
    size_t parts, ends;
    unsigned pause_every, calls;
    bool open;
};

static void mix(struct heard *heard, const void *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        heard->hash = (heard->hash ^ ((const unsigned char *)p)[i]) * UINT64_C(1099511628211);
}

static int on_begin(void *context, const struct multipart_part *part, struct error *error)
{
    struct heard *heard = context;
    if (heard->open || part->name.n == 0 || !text_is_utf8(part->name) || !text_is_utf8(part->filename))
        __builtin_trap();
    heard->open = true;
    mix(heard, part->name.p, part->name.n);
    mix(heard, part->filename.p, part->filename.n);
    mix(heard, part->type.p, part->type.n);
    return heard->parts++ < 64 ? 0 : error_set(error, ERROR_TOO_LARGE, "", "", "too many parts");
}

static int pauses(struct heard *heard)
{
    return heard->pause_every && ++heard->calls % heard->pause_every == 0;
}

static int on_data(void *context, const void *p, size_t n, struct error *error)
{
    struct heard *heard = context;
    (void)error;
    if (!heard->open || n == 0)
        __builtin_trap();
    mix(heard, p, n);
    return pauses(heard);
}

static int on_end(void *context, struct error *error)
{
    struct heard *heard = context;
    (void)error;
    if (!heard->open)
        __builtin_trap();
    heard->open = false;
    heard->ends++;
    mix(heard, "|", 1);
    return pauses(heard);
}

static int hear(struct heard *heard, struct text body, size_t step)
{
    struct error error = {0};
    struct multipart *parser;
    struct multipart_listener listener = {on_begin, on_data, on_end, heard};
    ARENA_SCOPE struct arena *arena = arena_new(1 << 20, ARENA_PLAIN);
    heard->hash = UINT64_C(14695981039346656037);
    int result = multipart_new(arena, TEXT("multipart/form-data; boundary=\"B\""), &listener, &parser, &error);
    for (size_t at = 0; result == 0 && at < body.n;) {
        size_t n = body.n - at < step ? body.n - at : step, used;
        result = multipart_feed(parser, body.p + at, n, &used, &error);
        if (used > n)
            __builtin_trap();
        at += used;
        result = result > 0 ? 0 : result;
    }
    while (result == 0 && (result = multipart_finish(parser, &error)) > 0)
        result = 0;
    return result;
}

static void fuzz_multipart(struct text body, unsigned steps)
{
    struct heard whole = {0}, pieces = {.pause_every = steps / 16};
    int result = hear(&whole, body, body.n + 1);
    if (hear(&pieces, body, steps % 16 + 1) != result)
        __builtin_trap();
    if (result == 0 && (whole.hash != pieces.hash || whole.parts != pieces.parts || whole.ends != whole.parts))
        __builtin_trap();
}

static void fuzz_pairs(struct text source)
{
    struct error error = {0};
    struct http_pairs pairs;
    ARENA_SCOPE struct arena *arena = arena_new(1 << 20, ARENA_PLAIN);
    if (http_pairs_read(arena, source, 100, "query", &pairs, &error) != 0)
        return;
    for (size_t i = 0; i < pairs.n; i++) {
        struct text again, encoded = http_encode(arena, pairs.pair[i].value);
        if (!header_is_field(pairs.pair[i].name) || !header_is_field(pairs.pair[i].value))
            __builtin_trap();
        if (http_decode(arena, encoded, true, "", &again, &error) == 0 &&
            !text_equal(again, pairs.pair[i].value))
            __builtin_trap();
    }
}

static void fuzz_cookies(struct text source)
{
    struct error error = {0};
    struct http_pairs cookies;
    ARENA_SCOPE struct arena *arena = arena_new(1 << 20, ARENA_PLAIN);
    if (http_cookies_read(arena, source, 50, &cookies, &error) != 0)
        return;
    for (size_t i = 0; i < cookies.n; i++) {
        if (!header_is_token(cookies.pair[i].name) || text_find_char(cookies.pair[i].value, ';') >= 0)
            __builtin_trap();
        for (size_t j = 0; j < i; j++)
            if (text_equal(cookies.pair[i].name, cookies.pair[j].name))
                __builtin_trap();
    }
}

static void fuzz_disposition(struct arena *arena, struct text source)
{
    struct error error = {0};
    struct text name, again, encoded = http_encode(arena, source);
    if (disposition_read(arena, source, &name, &error) == 0 &&
        (!text_is_utf8(name) || !header_is_value(name, true) || text_find_char(name, '\t') >= 0))
        __builtin_trap();
    struct text made = arena_format(arena, "attachment; filename*=UTF-8''%.*s", TEXT_ARGS(encoded));
    if (disposition_read(arena, made, &again, &error) == 0 && !text_equal(again, source))
        __builtin_trap();
}

static void fuzz_header(struct text source)
{
    struct text rest, name, value;
    bool bad = false;
    ARENA_SCOPE struct arena *arena = arena_new(1 << 20, ARENA_PLAIN);
    header_head(source, &rest);
    while (header_parameter(arena, &rest, &name, &value, &bad))
        if (!header_is_token(name))
            __builtin_trap();
    header_lists_etag(source, TEXT("\"a\""));
    header_accepts_gzip(source);
    fuzz_disposition(arena, source);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    struct text source = {(const char *)data + 2, size - 2};
    switch (data[0] % 4) {
    case 0:
        fuzz_pairs(source);
        break;
    case 1:
        fuzz_multipart(source, data[1]);
        break;
    case 2:
        fuzz_cookies(source);
        break;
    default:
        fuzz_header(source);
        break;
    }
    return 0;
}
