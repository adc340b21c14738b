#include "inside.h"

#include <string.h>

struct call *call_of(struct http_request *request)
{
    return http_data(request);
}

struct gate *gate_of(struct http_request *request)
{
    return ((const struct face *)http_context(request))->gate;
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
    struct text header = http_header(request, "Authorization");
    if (result || header.n == 0)
        return result;
    if (!text_equal_fold(text_cut(header, 0, 7), TEXT("Bearer ")))
        return error_set(error, ERROR_UNAUTHENTICATED, "Authorization", "Send \"Authorization: Bearer TOKEN\".",
                         "only bearer tokens are taken here");
    return visit_by_bearer(call->visit, text_trim(text_cut(header, 7, header.n)), error);
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

static void write_problem(struct json_writer *w, int status, const struct error *error, const struct form_errors *errors)
{
    json_object(w);
    json_key(w, "type");
    json_put_text(w, TEXT("about:blank"));
    json_key(w, "title");
    json_put_string(w, error_name(error->code));
    json_key(w, "status");
    json_put_int(w, status);
    json_key(w, "detail");
    json_put_string(w, error->what);
    if (error->where[0]) {
        json_key(w, "field");
        json_put_string(w, error->where);
    }
    if (error->fix[0]) {
        json_key(w, "fix");
        json_put_string(w, error->fix);
    }
    if (errors && errors->n) {
        json_key(w, "errors");
        json_array(w);
        for (size_t i = 0; i < errors->n; i++) {
            json_object(w);
            json_key(w, "field");
            json_put_string(w, errors->item[i].field->name);
            json_key(w, "detail");
            json_put_string(w, errors->item[i].error.what);
            json_end(w);
        }
        json_end(w);
    }
    json_end(w);
}

void api_refuse(struct http_request *request, int status, const struct error *error)
{
    struct call *call = call_of(request);
    struct buffer b = buffer_in(http_arena(request));
    struct json_writer w = json_writer_in(&b);
    struct error ignored;
    write_problem(&w, status, error, call ? &call->errors : NULL);
    if (status == 401)
        http_set_header(request, "WWW-Authenticate", TEXT("Bearer"), &ignored);
    http_reply_buffer(request, status, "application/problem+json", &b, &ignored);
}

void call_refuse(struct call *call, int code, const struct error *error)
{
    http_answer(call->request, code, error);
}

void call_answer(struct call *call, int status, const struct buffer *json)
{
    struct error error;
    int result = http_reply_buffer(call->request, status, "application/json", json, &error);
    http_answer(call->request, result, result ? &error : NULL);
}

/* ---- acting ---- */

static void acted(void *context, int code, const struct error *error)
{
    struct call *call = context;
    if (code) {
        call_refuse(call, code, error);
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
    return call->command->pace == PACE_SLOW ? http_work(call->request, act_now, error) : act_now(call->request, error);
}

int command_handler(struct http_request *request, struct error *error)
{
    struct call *call = call_of(request);
    struct arena *arena = http_arena(request);
    const struct json *object = NULL;
    call->command = http_route(request)->data;
    call->in = arena_alloc(arena, call->command->in_size);
    if (!call->in)
        return arena_error(arena, error);
    struct text body = http_body_text(request);
    int result = json_read(arena, body.n || call->command->takes_n ? body : TEXT("{}"), "request body", &object, error);
    if (!result)
        result = form_read_json(arena, call->command->takes, call->command->takes_n, object, call->in, &call->errors, error);
    if (!result)
        result = form_check(arena, call->command->takes, call->command->takes_n, call->in, &call->errors, error);
    /* who may not act at all is told so, whatever was sent */
    struct error refused;
    const struct grant role_only = {.roles = call->command->may.roles};
    int judged = visit_may(call->visit, &role_only, call->in, &refused);
    if (judged) {
        *error = refused;
        call->errors.n = 0;
        return judged;
    }
    return result ? result : call_act(call, error);
}

/* ---- looking ---- */

static void settled(void *context, int code, const struct error *error)
{
    struct call *call = context;
    struct error own;
    if (!code && (code = http_reply(call->request, 200, "application/json", call->reply, &own)))
        error = &own;
    http_answer(call->request, code, code ? error : NULL);
}

int call_settle(struct call *call, struct error *error)
{
    if (!visit_settle(call->visit, (struct visit_done){settled, call}))
        return HTTP_LATER;
    return http_reply(call->request, 200, "application/json", call->reply, error);
}

static int unknown_names(const struct view *view, const struct http_pairs *query, struct error *error)
{
    for (size_t i = 0; i < query->n; i++) {
        char name[80] = "";
        struct text t = query->pair[i].name;
        memcpy(name, t.p, t.n < sizeof name ? t.n : sizeof name - 1);
        if (t.n >= sizeof name || !form_field(view->takes, view->takes_n, name))
            return error_set(error, ERROR_INVALID, name, "See the OpenAPI document for the fields there are.",
                             "there is no field of this name");
    }
    return 0;
}

int view_handler(struct http_request *request, struct error *error)
{
    struct call *call = call_of(request);
    struct arena *arena = http_arena(request);
    const struct view *view = call->view = http_route(request)->data;
    const struct http_pairs *query = http_query(request);
    struct form_pair *pairs = ARENA_ARRAY(arena, struct form_pair, query->n);
    call->in = arena_alloc(arena, view->in_size);
    if (!call->in || !pairs)
        return arena_error(arena, error);
    for (size_t i = 0; i < query->n; i++)
        pairs[i] = (struct form_pair){query->pair[i].name, query->pair[i].value};
    const struct grant role_only = {.roles = view->may.roles};
    int result = visit_may(call->visit, &role_only, call->in, error);
    if (!result)
        result = unknown_names(view, query, error);
    if (!result)
        result = form_read(arena, view->takes, view->takes_n, pairs, query->n, call->in, &call->errors, error);
    if (!result)
        result = visit_look(call->visit, view, call->in, &call->rows, error);
    if (result)
        return result;
    struct buffer b = buffer_in(arena);
    struct json_writer w = json_writer_in(&b);
    if (!view->one) {
        json_object(&w);
        json_key(&w, "rows");
        json_array(&w);
    }
    for (size_t i = 0; i < call->rows.n; i++)
        form_write_json(arena, view->gives, view->gives_n, call->rows.item + i * call->rows.row_size, &w);
    if (!view->one) {
        json_end(&w);
        json_end(&w);
    }
    if (buffer_failed(&b))
        return arena_error(arena, error);
    call->reply = buffer_result(&b);
    return call_settle(call, error);
}
