#ifndef API_INSIDE_H
#define API_INSIDE_H

#include "api.h"
#include "gate.h"

/* One request: who asks, and what is under way. Lies in the request's arena; http_data() points to it. */
struct call {
    struct http_request *request;
    struct visit *visit;
    const struct command *command;
    const struct view *view;
    void *in, *out;
    struct form_errors errors;
    struct view_rows rows;
    struct document_receiver *receiver;
    struct text reply; /* made before the looks are on record */
    const char *type;  /* of the reply */
    int (*send)(struct call *call, struct error *error);
};

/* What a route's `data` is. The role is judged on it before any of the body is read. */
enum route_kind {
    ROUTE_OPEN,    /* nothing to judge: no data, or it judges itself */
    ROUTE_COMMAND, /* struct command */
    ROUTE_VIEW,    /* struct view */
};

struct call *call_of(struct http_request *request);
const struct face *face_of(struct http_request *request);
struct gate *gate_of(struct http_request *request);

/* Reads the body, a JSON object, into call->in by these fields, and checks it. Refuses fields in the address. */
int call_read(struct call *call, const struct field *fields, size_t n, struct error *error);
/* The same from the query: no name that is unknown, none but a list's twice. */
int call_read_query(struct call *call, const struct field *fields, size_t n, struct error *error);

/* Answers a request that was handed over, with JSON. */
void call_answer(struct call *call, int status, const struct buffer *json);
void call_refuse(struct call *call, int code, const struct error *error);

/* Reads what the view takes and looks: call->rows. */
int call_look(struct call *call, const struct view *view, struct error *error);
/* Sends once the looks of the visit are on record. Returns as a handler does. */
int call_settle(struct call *call, int (*send)(struct call *call, struct error *error), struct error *error);
int call_send_reply(struct call *call, struct error *error); /* a `send`: call->reply, of call->type */

/* Acts with call->command on call->in; the answer is made from what it gives. Returns as a handler does. */
int call_act(struct call *call, struct error *error);

/* A try at a password or a phrase from this address: 0, or ERROR_LIMITED (429). call_right: it was right
 * after all. */
int call_try(struct call *call, struct error *error);
void call_right(struct call *call);

/* Streams a document that a view has opened. */
int call_send_document(struct call *call, const struct document_key *key, struct error *error);

/* A view that takes something personal is asked by POST: an address is written down in too many places. */
bool view_is_posted(const struct view *view);

/* What POST /api/v1/token and /api/v1/pickup/document take, for OpenAPI. */
extern const struct field token_fields[], pickup_document_fields[];
extern const size_t token_fields_n, pickup_document_fields_n;

/* Handlers, a file each. */
int command_handler(struct http_request *request, struct error *error);
int view_handler(struct http_request *request, struct error *error);
int token_handler(struct http_request *request, struct error *error);
int attach_begin(struct call *call, struct error *error); /* what is asked, before any of the file: call->in */
int attach_piece(struct http_request *request, const struct http_piece *piece, struct error *error);
int attach_handler(struct http_request *request, struct error *error);
int document_handler(struct http_request *request, struct error *error);
int pickup_handler(struct http_request *request, struct error *error);
int pickup_document_handler(struct http_request *request, struct error *error);
int openapi_handler(struct http_request *request, struct error *error);
int proof_file_handler(struct http_request *request, struct error *error);
int proof_receipt_handler(struct http_request *request, struct error *error);
int checkpoint_handler(struct http_request *request, struct error *error);
int log_key_handler(struct http_request *request, struct error *error);
int tile_handler(struct http_request *request, struct error *error);
int health_handler(struct http_request *request, struct error *error);
int metrics_handler(struct http_request *request, struct error *error);

/* How the witnesses stand, in the Prometheus text format; nothing where none are asked. */
int witness_metrics(struct gate *gate, struct arena *arena, struct buffer *out, struct error *error);

#define API_PREFIX "/api/v1/"

#endif
