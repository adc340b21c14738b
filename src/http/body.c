#include "internal.h"

#include "header.h"

#include "base/error.h"

#include <string.h>

static int wrong_type(struct http_request *request, const char *fix, struct error *error)
{
    http_refuse_with(request, 415, 0);
    return error_set(error, ERROR_INPUT, "Content-Type", fix, "a body of this type is not taken here");
}

/* The parameters of a type that is not multipart: at most a charset, and then UTF-8. */
static bool charset_allowed(struct arena *arena, struct text rest)
{
    struct text name, value;
    bool bad = false, allowed = true;
    while (header_parameter(arena, &rest, &name, &value, &bad))
        if (text_equal_fold(name, TEXT("charset")))
            allowed = text_equal_fold(value, TEXT("utf-8"));
    return allowed && !bad;
}

/* Bodies that are kept whole share what the server has for them. */
static int hold(struct http_request *request, size_t bytes, struct error *error)
{
    struct http_server *server = request->server;
    request->held += bytes;
    if (atomic_fetch_add(&server->held, bytes) + bytes <= server->settings.held_bytes)
        return 0;
    http_refuse_with(request, 503, 5);
    return error_set(error, ERROR_SYSTEM, "body", "Try again in a few seconds.",
                     "the server is busy with other requests");
}

/* Of *held bytes are to be `room`. */
static int hold_more(struct http_request *request, char **bytes, size_t *held, size_t room, struct error *error)
{
    int result = hold(request, room - *held, error);
    if (result != 0)
        return result;
    char *grown = arena_grow(request->arena, *bytes, *held, room, 1);
    if (!grown)
        return arena_error(request->arena, error);
    *bytes = grown;
    *held = room;
    return 0;
}

void body_forget(struct http_request *request)
{
    atomic_fetch_sub(&request->server->held, request->held);
    request->held = 0;
}

/* ---- multipart ---- */

static bool grow_fields(struct http_request *request)
{
    struct http_pair *grown =
        arena_more(request->arena, request->field, request->fields.n, &request->field_room, sizeof *grown);
    if (!grown)
        return false;
    request->field = grown;
    request->fields.pair = grown;
    return true;
}

static int begin_file(struct http_request *request, const struct multipart_part *part, struct error *error)
{
    if (request->files >= request->server->settings.form_files)
        return error_set(error, ERROR_TOO_LARGE, "form", "Send fewer files at a time.",
                         "there are too many files");
    struct http_part *file = ARENA_NEW(request->arena, struct http_part);
    if (!file)
        return arena_error(request->arena, error);
    *file = (struct http_part){
        .field = part->name, .filename = part->filename, .type = part->type, .index = request->files};
    request->part.part = file;
    request->part.offset = 0;
    /* Browsers send an input that was left empty as a file without name and bytes. */
    request->part.skipped = part->filename.n == 0;
    request->files += !request->part.skipped;
    return 0;
}

static int part_begin(void *context, const struct multipart_part *part, struct error *error)
{
    struct http_request *request = context;
    request->part.is_file = part->filename.p != NULL;
    if (request->part.is_file)
        return begin_file(request, part, error);
    if (request->fields.n >= request->server->settings.form_fields)
        return error_set(error, ERROR_TOO_LARGE, "form", "Send fewer fields.", "there are too many fields");
    request->part.name = part->name;
    request->part.value = NULL;
    request->part.n = request->part.room = 0;
    return 0;
}

static int part_field_data(struct http_request *request, const void *p, size_t n, struct error *error)
{
    size_t need = request->part.n + n;
    if (need > request->part.room) {
        size_t room = request->part.room * 2 > need ? request->part.room * 2 : need + 64;
        int result = hold_more(request, &request->part.value, &request->part.room, room, error);
        if (result != 0)
            return result;
    }
    memcpy(request->part.value + request->part.n, p, n);
    request->part.n = need;
    return 0;
}

static int upload(struct http_request *request, const void *p, size_t n, bool last, struct error *error)
{
    struct http_part *part = request->part.part;
    struct http_piece piece = {.part = part, .p = p, .n = n, .offset = request->part.offset, .last = last};
    request->part.offset += n;
    if (!request->route->upload) {
        http_refuse_with(request, 422, 0);
        return error_set(error, ERROR_INVALID, "form", "Send it without files.", "files are not taken here");
    }
    return request->route->upload(request, &piece, error);
}

static int part_data(void *context, const void *p, size_t n, struct error *error)
{
    struct http_request *request = context;
    if (!request->part.is_file)
        return part_field_data(request, p, n, error);
    request->files += request->part.skipped;
    request->part.skipped = false;
    return upload(request, p, n, false, error);
}

static int part_end(void *context, struct error *error)
{
    struct http_request *request = context;
    if (request->part.is_file)
        return request->part.skipped ? 0 : upload(request, NULL, 0, true, error);
    struct text value = {request->part.value ? request->part.value : "", request->part.n};
    if (!header_is_field(value))
        return error_set(error, ERROR_INPUT, "form", "Send text as UTF-8, without control characters.",
                         "a field of the form is not plain text");
    if (!grow_fields(request))
        return arena_error(request->arena, error);
    request->field[request->fields.n++] = (struct http_pair){request->part.name, value};
    return 0;
}

/* ---- bodies in one piece ---- */

static int keep(struct http_request *request, const char *p, size_t n, struct error *error)
{
    size_t have = (size_t)request->body_seen, need = have + n;
    if (need > request->body_room) {
        size_t room = request->body_known ? (size_t)request->body_length : request->body_room * 2;
        int result = hold_more(request, &request->body, &request->body_room, room < need ? need + 256 : room, error);
        if (result != 0)
            return result;
    }
    memcpy(request->body + have, p, n);
    return 0;
}

/* ---- for every body ---- */

static int begin_form(struct http_request *request, struct text type, struct error *error)
{
    struct text rest, head = header_head(type, &rest);
    if (text_equal_fold(head, TEXT("application/x-www-form-urlencoded"))) {
        if (!charset_allowed(request->arena, rest))
            return wrong_type(request, "Send text as UTF-8.", error);
        request->urlencoded = true;
        return 0;
    }
    if (!text_equal_fold(head, TEXT("multipart/form-data")))
        return wrong_type(request, "Send a form.", error);
    struct multipart_listener listener = {part_begin, part_data, part_end, request};
    return multipart_new(request->arena, type, &listener, &request->multipart, error);
}

static int begin_typed(struct http_request *request, struct error *error)
{
    size_t types, codings;
    struct text type = request_header(request, "Content-Type", &types), rest;
    struct text coding = request_header(request, "Content-Encoding", &codings);
    if (types > 1 || codings > 1 || (codings == 1 && !text_equal_fold(coding, TEXT("identity"))))
        return wrong_type(request, "Send it plain, with one Content-Type.", error);
    if (!header_is_value(type, false))
        return wrong_type(request, "Write the type in ASCII.", error);
    if (request->route->body == HTTP_BODY_FORM)
        return begin_form(request, type, error);
    if (request->route->body == HTTP_BODY_JSON) {
        struct text head = header_head(type, &rest);
        bool json = text_equal_fold(head, TEXT("application/json")) ||
                    (head.n > 17 && text_equal_fold(text_cut(head, 0, 12), TEXT("application/")) &&
                     text_equal_fold(text_cut(head, head.n - 5, head.n), TEXT("+json")));
        if (!json || !charset_allowed(request->arena, rest))
            return wrong_type(request, "Send application/json.", error);
        return 0;
    }
    request->stream = ARENA_NEW(request->arena, struct http_part);
    if (!request->stream)
        return arena_error(request->arena, error);
    request->stream->type = type.p ? arena_text(request->arena, type) : TEXT("");
    request->part.part = request->stream;
    return 0;
}

int body_measure(struct http_request *request, struct error *error)
{
    size_t count, encodings;
    struct text length = request_header(request, "Content-Length", &count);
    request_header(request, "Transfer-Encoding", &encodings);
    int64_t bytes = 0;
    if (count > 0 && (!text_to_int64(length, &bytes) || bytes < 0))
        return error_set(error, ERROR_INPUT, "Content-Length", "", "this is not a length");
    request->body_known = encodings == 0;
    request->body_length = (uint64_t)bytes;
    request->body_there = encodings > 0 || bytes > 0;
    return 0;
}

int body_begin(struct http_request *request, struct error *error)
{
    const struct http_server *server = request->server;
    request->body_limit =
        request->route->body_limit ? request->route->body_limit : server->settings.body_bytes;
    if (request->route->body == HTTP_BODY_NONE)
        request->body_limit = 0;
    if (request->body_there && request->body_limit == 0)
        return error_set(error, ERROR_TOO_LARGE, "body", "Send it without a body.", "no body is taken here");
    if (request->body_length > request->body_limit)
        return error_set(error, ERROR_TOO_LARGE, "body", "Send less at a time.",
                         "the body has %llu bytes, and %llu are allowed",
                         (unsigned long long)request->body_length, (unsigned long long)request->body_limit);
    return request->body_there || request->route->body == HTTP_BODY_STREAM ? begin_typed(request, error) : 0;
}

int body_feed(struct http_request *request, const char *p, size_t n, size_t *used, struct error *error)
{
    int result;
    *used = n;
    if (request->body_limit - request->body_seen < n)
        return error_set(error, ERROR_TOO_LARGE, "body", "Send less at a time.",
                         "the body has more than the %llu bytes that are allowed",
                         (unsigned long long)request->body_limit);
    if (request->multipart)
        result = multipart_feed(request->multipart, p, n, used, error);
    else if (request->stream)
        result = upload(request, p, n, false, error);
    else
        result = keep(request, p, n, error);
    request->body_seen += *used;
    watch_moved(request->watched, *used);
    return result;
}

int body_end(struct http_request *request, struct error *error)
{
    if (request->multipart)
        return multipart_finish(request->multipart, error);
    if (request->stream) {
        if (request->stream_ended)
            return 0;
        request->stream_ended = true;
        return upload(request, NULL, 0, true, error);
    }
    struct text body = {request->body, (size_t)request->body_seen};
    if (request->urlencoded)
        return http_pairs_read(request->arena, body, request->server->settings.form_fields, "form",
                               &request->fields, error);
    if (!text_is_utf8(body))
        return error_set(error, ERROR_INPUT, "body", "Send text as UTF-8.", "the body is not valid UTF-8");
    return 0;
}
