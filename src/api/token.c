#include "inside.h"

/* A name and a password for a bearer token: two commands, one after the other. */
struct asking {
    struct call *call;
    struct session_begin begin;
    struct session_begun begun;
    struct token_make make;
    struct token_made made;
};

/* The members lie in what two commands take; to the caller they are one form. */
#define MEMBER(called, path, ...)                                                                            \
    {                                                                                                        \
        .name = (called), .kind = FIELD_KIND_OF(((struct asking *)0)->path),                                 \
        .offset = offsetof(struct asking, path), __VA_ARGS__                                                 \
    }
const struct field token_fields[] = {
    MEMBER("login", begin.login, .label = "Name", .required = true, .max = 80),
    MEMBER("password", begin.password, .label = "Password", .required = true, .secret = true),
    MEMBER("label", make.label, .label = "What is it for?", .required = true),
    MEMBER("days", make.days, .label = "For how many days?", .hint = "1 to 90; 1 if you leave it out."),
};
const size_t token_fields_n = FIELDS_COUNT(token_fields);

static void made(void *context, int result, const struct error *error)
{
    struct asking *asking = context;
    if (result) {
        call_refuse(asking->call, result, error);
        return;
    }
    struct arena *arena = http_arena(asking->call->request);
    struct buffer b = buffer_in(arena);
    struct json_writer w = json_writer_in(&b);
    form_write_json(arena, token_make_command.gives, token_make_command.gives_n, &asking->made, &w);
    call_answer(asking->call, 200, &b);
}

static int make_token(struct http_request *request, struct error *error)
{
    (void)error;
    struct asking *asking = call_of(request)->in;
    visit_act(asking->call->visit, &token_make_command, &asking->make, &asking->made,
              (struct visit_done){made, asking});
    return HTTP_LATER;
}

static void begun(void *context, int result, const struct error *error)
{
    struct asking *asking = context;
    struct error own;
    if (!result && !asking->begun.signed_in) {
        result = error_set(&own, ERROR_UNAUTHENTICATED, "", "Check both and try again.",
                           "the name or the password is wrong");
        error = &own;
    }
    if (!result && (result = visit_by_session(asking->call->visit, asking->begun.token, &own)))
        error = &own;
    if (result) {
        call_refuse(asking->call, result, error);
        return;
    }
    call_right(asking->call);
    /* this may be the writer's thread, which is not to wait for preparing */
    result = http_work(asking->call->request, make_token, &own);
    if (result != HTTP_LATER)
        call_refuse(asking->call, result, &own);
}

static int begin(struct http_request *request, struct error *error)
{
    (void)error;
    struct call *call = call_of(request);
    struct asking *asking = call->in;
    visit_act(call->visit, &session_begin_command, &asking->begin, &asking->begun,
              (struct visit_done){begun, asking});
    return HTTP_LATER;
}

int token_handler(struct http_request *request, struct error *error)
{
    struct call *call = call_of(request);
    struct arena *arena = http_arena(request);
    struct asking *asking = ARENA_NEW(arena, struct asking);
    if (!asking)
        return arena_error(arena, error);
    asking->call = call;
    call->in = asking;
    int result = call_read(call, token_fields, token_fields_n, error);
    if (!result)
        result = call_try(call, error);
    return result ? result : http_work(request, begin, error);
}
