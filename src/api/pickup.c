#include "inside.h"

/* The parcel as its receiver sees it: file keys and places of payloads stay inside. */
static void write_parcel(struct json_writer *w, const struct json *parcel)
{
    static const char *const shown[] = {"sender", "message", "limits", "items", "about"};
    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++) {
        json_key(w, shown[i]);
        json_put(w, json_get(parcel, shown[i]));
    }
    const struct json *documents = json_get(parcel, "documents");
    json_key(w, "documents");
    json_array(w);
    for (size_t i = 0; json_is(documents, JSON_ARRAY) && i < documents->count; i++) {
        json_object(w);
        json_key(w, "name");
        json_put(w, json_get(&documents->item[i], "name"));
        json_key(w, "size");
        json_put(w, json_get(&documents->item[i], "size"));
        json_end(w);
    }
    json_end(w);
}

static void tried(void *context, int result, const struct error *error)
{
    struct call *call = context;
    const struct pickup_tried *out = call->out;
    struct arena *arena = http_arena(call->request);
    struct error own;
    struct text token = TEXT("");
    const struct json *parcel = NULL;
    if (!result && out->opened) {
        result = json_read(arena, out->parcel.json, "parcel", &parcel, &own);
        if (!result)
            result = parcel_keep(gate_of(call->request), out->parcel.json, arena, &token, &own);
        error = &own;
    }
    if (result) {
        call_refuse(call, result, error);
        return;
    }
    if (out->opened)
        call_right(call);
    struct buffer b = buffer_in(arena);
    struct json_writer w = json_writer_in(&b);
    json_object(&w);
    json_member_bool(&w, "opened", out->opened);
    json_member_int(&w, "tries_left", out->tries_left);
    if (parcel) {
        json_member_text(&w, "parcel", token);
        write_parcel(&w, parcel);
    }
    json_end(&w);
    call_answer(call, 200, &b);
}

static int try_now(struct http_request *request, struct error *error)
{
    (void)error;
    struct call *call = call_of(request);
    visit_act(call->visit, &pickup_try_command, call->in, call->out, (struct visit_done){tried, call});
    return HTTP_LATER;
}

int pickup_handler(struct http_request *request, struct error *error)
{
    struct call *call = call_of(request);
    struct arena *arena = http_arena(request);
    const struct command *command = &pickup_try_command;
    call->in = arena_alloc(arena, command->in_size);
    call->out = arena_alloc(arena, command->out_size);
    if (!call->in || !call->out)
        return arena_error(arena, error);
    int result = call_read(call, command->takes, command->takes_n, error);
    if (!result)
        result = call_try(call, error);
    return result ? result : http_work(request, try_now, error);
}

/* The token opens what was sent for as long as it lives, so it stands in no address. */
struct pickup_document {
    struct text parcel;
    int64_t index;
};

const struct field pickup_document_fields[] = {
    FIELD(struct pickup_document, parcel, .label = "Parcel", .hint = "The token that opening it gave.", .required = true,
          .secret = true),
    FIELD(struct pickup_document, index, .label = "Which document?", .hint = "Counted from 0."),
};
const size_t pickup_document_fields_n = FIELDS_COUNT(pickup_document_fields);

int pickup_document_handler(struct http_request *request, struct error *error)
{
    struct arena *arena = http_arena(request);
    struct call *call = call_of(request);
    struct pickup_document *in = call->in = ARENA_NEW(arena, struct pickup_document);
    struct text content;
    const struct json *parcel = NULL;
    int64_t size = 0;
    if (!in)
        return arena_error(arena, error);
    int result = call_read(call, pickup_document_fields, pickup_document_fields_n, error);
    if (!result)
        result = parcel_kept(gate_of(request), in->parcel, arena, &content, error);
    if (!result)
        result = json_read(arena, content, "parcel", &parcel, error);
    if (result)
        return result;
    const struct json *documents = json_get(parcel, "documents");
    if (in->index < 0 || !json_is(documents, JSON_ARRAY) || (size_t)in->index >= documents->count)
        return error_set(error, ERROR_MISSING, "index", "Count from 0.", "the parcel has no such document");
    const struct json *document = &documents->item[in->index];
    text_to_int64(json_get(document, "size")->text, &size);
    struct document_key key = {.name = json_text(json_get(document, "name")),
                               .payload = json_text(json_get(document, "payload")),
                               .file_key = json_text(json_get(document, "file_key")),
                               .size = size};
    return call_send_document(call, &key, error);
}
