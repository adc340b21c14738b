#include "inside.h"

/* ---- in ---- */

/* Nothing but the case, once. The file's name stands in a header: an address is written down in too many places. */
static int read_query(const struct http_pairs *query, struct id *case_id, struct error *error)
{
    if (http_pairs_count(query, "name"))
        return error_set(error, ERROR_INVALID, "name",
                         "Send it as a header: \"Content-Disposition: attachment; filename*=UTF-8''NAME\", percent-encoded.",
                         "the name of a document may not stand in the address, where proxies and logs keep it");
    for (size_t i = 0; i < query->n; i++)
        if (!text_equal(query->pair[i].name, TEXT("case_id")))
            return error_set(error, ERROR_INVALID, "", "Send case_id alone.",
                             "there is a field in the address that is not known");
    if (http_pairs_count(query, "case_id") > 1)
        return error_set(error, ERROR_INVALID, "case_id", "Send it once.", "this field was sent more than once");
    if (!id_parse(http_pairs_get(query, "case_id"), case_id))
        return error_set(error, ERROR_INVALID, "case_id", "", "name the case with ?case_id=");
    return 0;
}

int attach_begin(struct call *call, struct error *error)
{
    struct arena *arena = http_arena(call->request);
    struct document_attach *asked = ARENA_NEW(arena, struct document_attach);
    if (!asked)
        return arena_error(arena, error);
    call->in = asked;
    int result = read_query(http_query(call->request), &asked->case_id, error);
    if (!result)
        result = http_filename(call->request, &asked->name, error);
    if (!result && !asked->name.p)
        return error_set(error, ERROR_INVALID, "Content-Disposition",
                         "Send \"Content-Disposition: attachment; filename*=UTF-8''NAME\", percent-encoded.",
                         "the document has no name");
    return result;
}

int attach_piece(struct http_request *request, const struct http_piece *piece, struct error *error)
{
    struct call *call = call_of(request);
    const struct document_attach *asked = call->in;
    if (!call->receiver) {
        int result = document_receive(call->visit, &asked->case_id, asked->name, piece->part->type, &call->receiver, error);
        if (result && gate_told_full(error))
            http_refuse_with(request, 503, 60);
        if (result)
            return result;
    }
    int result = piece->n ? document_piece(call->receiver, piece->p, piece->n, error) : 0;
    if (result && gate_told_full(error))
        http_refuse_with(request, 503, 60);
    return result;
}

int attach_handler(struct http_request *request, struct error *error)
{
    struct call *call = call_of(request);
    if (!call->receiver)
        return error_set(error, ERROR_INVALID, "document", "Send the file as the body.",
                         "the document is empty");
    int result = document_received(call->receiver, http_arena(request), call->in, error);
    if (result && gate_told_full(error))
        http_refuse_with(request, 503, 60);
    if (result)
        return result;
    call->command = &document_attach_command;
    return call_act(call, error);
}

/* ---- out ---- */

static int64_t pull(void *context, uint64_t offset, void *out, size_t n)
{
    (void)offset;
    struct document_sender *sender = context;
    struct error error;
    size_t got = 0;
    if (document_read(sender, out, n, &got, &error) != 0) {
        log_line(LOG_LEVEL_ERROR, "api", "a document could not be sent whole: %s", error.what);
        return HTTP_PULL_FAIL;
    }
    return got ? (int64_t)got : HTTP_PULL_END;
}

static void done(void *context, bool whole)
{
    (void)whole;
    struct document_sender *sender = context;
    document_send_end(&sender);
}

int call_send_document(struct call *call, const struct document_key *key, struct error *error)
{
    struct document_sender *sender;
    int result = document_send(gate_of(call->request), key, &sender, error);
    if (result)
        return result;
    /* always as an attachment, and never as a type that a browser would run */
    result = http_set_filename(call->request, key->name, error);
    if (result)
        result = http_set_filename(call->request, TEXT("document"), error);
    if (result) {
        document_send_end(&sender);
        return result;
    }
    struct http_source source = {pull, done, sender};
    return http_reply_stream(call->request, 200, "application/octet-stream", (uint64_t)key->size, &source,
                             error);
}

static int send_opened(struct call *call, struct error *error)
{
    return call_send_document(call, VISIT_ROW(call->rows, struct document_key, 0), error);
}

/* Opens by the view that the route names, then streams once the look is on record. */
int document_handler(struct http_request *request, struct error *error)
{
    struct call *call = call_of(request);
    int result = call_look(call, http_route(request)->data, error);
    return result ? result : call_settle(call, send_opened, error);
}
