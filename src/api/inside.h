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
};

struct call *call_of(struct http_request *request);
struct gate *gate_of(struct http_request *request);

/* Answers a request that was handed over, with JSON. */
void call_answer(struct call *call, int status, const struct buffer *json);
void call_refuse(struct call *call, int code, const struct error *error);

/* Acts with call->command on call->in; the answer is made from what it gives. Returns as a handler does. */
int call_act(struct call *call, struct error *error);
/* Sends call->reply as JSON once the looks of the visit are on record. */
int call_settle(struct call *call, struct error *error);

/* Streams a document that a view has opened. */
int call_send_document(struct call *call, const struct document_key *key, struct error *error);

/* Handlers, a file each. */
int command_handler(struct http_request *request, struct error *error);
int view_handler(struct http_request *request, struct error *error);
int token_handler(struct http_request *request, struct error *error);
int attach_piece(struct http_request *request, const struct http_piece *piece, struct error *error);
int attach_handler(struct http_request *request, struct error *error);
int document_handler(struct http_request *request, struct error *error);
int pickup_handler(struct http_request *request, struct error *error);
int pickup_document_handler(struct http_request *request, struct error *error);
int openapi_handler(struct http_request *request, struct error *error);
int checkpoint_handler(struct http_request *request, struct error *error);
int log_key_handler(struct http_request *request, struct error *error);
int tile_handler(struct http_request *request, struct error *error);
int health_handler(struct http_request *request, struct error *error);
int metrics_handler(struct http_request *request, struct error *error);

#define API_PREFIX "/api/v1/"

#endif
