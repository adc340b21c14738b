#include "inside.h"

bool view_is_posted(const struct view *view)
{
    for (size_t i = 0; i < view->takes_n; i++)
        if (view->takes[i].personal)
            return true;
    return false;
}

static void settled(void *context, int result, const struct error *error)
{
    struct call *call = context;
    struct error own;
    if (!result && (result = http_reply(call->request, 200, "application/json", call->reply, &own)))
        error = &own;
    if (result)
        call_refuse(call, result, error);
    else
        http_answer(call->request, 0, NULL);
}

/* Sends call->reply as JSON once the looks of the visit are on record. */
static int settle(struct call *call, struct error *error)
{
    if (!visit_settle(call->visit, (struct visit_done){settled, call}))
        return HTTP_LATER;
    return http_reply(call->request, 200, "application/json", call->reply, error);
}

static int write_rows(struct call *call, struct error *error)
{
    struct arena *arena = http_arena(call->request);
    const struct view *view = call->view;
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
    call->reply = buffer_result(&b);
    return buffer_failed(&b) ? arena_error(arena, error) : 0;
}

int view_handler(struct http_request *request, struct error *error)
{
    struct call *call = call_of(request);
    const struct view *view = call->view = http_route(request)->data;
    call->in = arena_alloc(http_arena(request), view->in_size);
    if (!call->in)
        return arena_error(http_arena(request), error);
    int result = view_is_posted(view) ? call_read(call, view->takes, view->takes_n, error)
                                      : call_read_query(call, view->takes, view->takes_n, error);
    if (!result)
        result = visit_look(call->visit, view, call->in, &call->rows, error);
    if (!result)
        result = write_rows(call, error);
    return result ? result : settle(call, error);
}
