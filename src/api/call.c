#include "inside.h"

#include "http/limiter.h"

#include <string.h>

struct call *call_of(struct http_request *request)
{
    return http_data(request);
}

const struct face *face_of(struct http_request *request)
{
    return http_context(request);
}

struct gate *gate_of(struct http_request *request)
{
    return face_of(request)->gate;
}

static int sign_in(struct call *call, struct error *error)
{
    struct text header = http_header(call->request, "Authorization");
    if (header.n == 0)
        return 0;
    if (!text_equal_fold(text_cut(header, 0, 7), TEXT("Bearer ")))
        return error_set(error, ERROR_UNAUTHENTICATED, "Authorization",
                         "Send \"Authorization: Bearer TOKEN\".", "only bearer tokens are taken here");
    return visit_by_bearer(call->visit, text_trim(text_cut(header, 7, header.n)), error);
}

/* Whoever may not do this at all is told so before the body, whatever it is. Reach is judged on what it
 * names. */
static int judge_role(struct call *call, struct error *error)
{
    const struct http_route *route = http_route(call->request);
    struct grant role_only = {.reach = REACH_ANYTHING};
    if (!route || route->flags == ROUTE_OPEN)
        return 0;
    role_only.roles = route->flags == ROUTE_COMMAND ? ((const struct command *)route->data)->may.roles
                                                    : ((const struct view *)route->data)->may.roles;
    return visit_may(call->visit, &role_only, NULL, error);
}

int api_begin(struct http_request *request, struct error *error)
{
    struct arena *arena = http_arena(request);
    struct call *call = ARENA_NEW(arena, struct call);
    if (!call)
        return arena_error(arena, error);
    call->request = request;
    http_set_data(request, call);
    int result = visit_begin(gate_of(request), arena, &call->visit, error);
    if (!result)
        result = sign_in(call, error);
    if (!result)
        result = judge_role(call, error);
    const struct http_route *route = http_route(request);
    return !result && route && route->upload == attach_piece ? attach_begin(call, error) : result;
}

void api_finish(struct http_request *request, bool whole)
{
    (void)whole;
    struct call *call = call_of(request);
    if (!call)
        return;
    document_receive_end(&call->receiver);
    if (call->visit)
        visit_end(&call->visit);
}

void call_answer(struct call *call, int status, const struct buffer *json)
{
    struct error error;
    int result = http_reply_buffer(call->request, status, "application/json", json, &error);
    http_answer(call->request, result, result ? &error : NULL);
}

/* ---- tries ---- */

int call_try(struct call *call, struct error *error)
{
    struct http_limiter *tries = face_of(call->request)->tries;
    unsigned wait = tries ? http_limiter_take(tries, http_peer(call->request), clock_steady()) : 0;
    if (wait == 0)
        return 0;
    http_refuse_with(call->request, 429, wait);
    return error_set(error, ERROR_LIMITED, "", "Wait as long as Retry-After says, then try again.",
                     "there were too many tries from this address");
}

void call_right(struct call *call)
{
    struct http_limiter *tries = face_of(call->request)->tries;
    if (tries)
        http_limiter_give(tries, http_peer(call->request), clock_steady());
}

/* ---- reading what is asked ---- */

int call_read(struct call *call, const struct field *fields, size_t n, struct error *error)
{
    struct arena *arena = http_arena(call->request);
    const struct json *object = NULL;
    struct text body = http_body_text(call->request);
    /* ignored, a name would stand in the logs of every proxy and nobody would notice */
    if (http_query(call->request)->n)
        return error_set(error, ERROR_INVALID, "", "Send every field in the body: proxies and logs keep addresses.",
                         "there are fields in the address, and here none are taken from it");
    /* what takes nothing may be sent nothing */
    int result = json_read(arena, body.n || n ? body : TEXT("{}"), "request body", &object, error);
    if (!result)
        result = form_read_json(arena, fields, n, object, call->in, &call->errors, error);
    return result ? result : form_check(arena, fields, n, call->in, &call->errors, error);
}

static int check_name(const struct field *fields, size_t n, const struct http_pairs *query, struct text name,
                      struct error *error)
{
    char known[80] = "";
    memcpy(known, name.p, name.n < sizeof known ? name.n : sizeof known - 1);
    const struct field *field = name.n < sizeof known ? form_field(fields, n, known) : NULL;
    if (!field)
        return error_set(error, ERROR_INVALID, known, "See the OpenAPI document for the fields there are.",
                         "there is no field of this name");
    if (field->kind != FIELD_IDS && field->kind != FIELD_TEXTS && http_pairs_count(query, known) > 1)
        return error_set(error, ERROR_INVALID, known, "Send it once.", "this field was sent more than once");
    return 0;
}

int call_read_query(struct call *call, const struct field *fields, size_t n, struct error *error)
{
    struct arena *arena = http_arena(call->request);
    const struct http_pairs *query = http_query(call->request);
    struct form_pair *pairs = ARENA_ARRAY(arena, struct form_pair, query->n);
    if (!pairs)
        return arena_error(arena, error);
    int result = 0;
    for (size_t i = 0; !result && i < query->n; i++) {
        pairs[i] = (struct form_pair){query->pair[i].name, query->pair[i].value};
        result = check_name(fields, n, query, query->pair[i].name, error);
    }
    if (!result)
        result = form_read(arena, fields, n, pairs, query->n, call->in, &call->errors, error);
    return result ? result : form_check(arena, fields, n, call->in, &call->errors, error);
}

/* ---- looking ---- */

int call_look(struct call *call, const struct view *view, struct error *error)
{
    call->view = view;
    call->in = arena_alloc(http_arena(call->request), view->in_size);
    if (!call->in)
        return arena_error(http_arena(call->request), error);
    int result = view_is_posted(view) ? call_read(call, view->takes, view->takes_n, error)
                                      : call_read_query(call, view->takes, view->takes_n, error);
    return result ? result : visit_look(call->visit, view, call->in, &call->rows, error);
}

static void settled(void *context, int result, const struct error *error)
{
    struct call *call = context;
    struct error own;
    if (!result && (result = call->send(call, &own)))
        error = &own;
    if (result)
        call_refuse(call, result, error);
    else
        http_answer(call->request, 0, NULL);
}

int call_settle(struct call *call, int (*send)(struct call *call, struct error *error), struct error *error)
{
    call->send = send;
    return visit_settle(call->visit, (struct visit_done){settled, call}) ? send(call, error) : HTTP_LATER;
}

int call_send_reply(struct call *call, struct error *error)
{
    return http_reply(call->request, 200, call->type, call->reply, error);
}

/* ---- acting ---- */

static void acted(void *context, int result, const struct error *error)
{
    struct call *call = context;
    if (result) {
        call_refuse(call, result, error);
        return;
    }
    struct arena *arena = http_arena(call->request);
    struct buffer b = buffer_in(arena);
    struct json_writer w = json_writer_in(&b);
    form_write_json(arena, call->command->gives, call->command->gives_n, call->out, &w);
    call_answer(call, 200, &b);
}

static int act_now(struct http_request *request, struct error *error)
{
    (void)error;
    struct call *call = call_of(request);
    visit_act(call->visit, call->command, call->in, call->out, (struct visit_done){acted, call});
    return HTTP_LATER;
}

int call_act(struct call *call, struct error *error)
{
    call->out = arena_alloc(http_arena(call->request), call->command->out_size);
    if (!call->out)
        return arena_error(http_arena(call->request), error);
    return call->command->pace == PACE_SLOW ? http_work(call->request, act_now, error)
                                            : act_now(call->request, error);
}

int command_handler(struct http_request *request, struct error *error)
{
    struct call *call = call_of(request);
    call->command = http_route(request)->data;
    call->in = arena_alloc(http_arena(request), call->command->in_size);
    if (!call->in)
        return arena_error(http_arena(request), error);
    int result = call_read(call, call->command->takes, call->command->takes_n, error);
    return result ? result : call_act(call, error);
}
