#include "inside.h"

bool view_is_posted(const struct view *view)
{
    for (size_t i = 0; i < view->takes_n; i++)
        if (view->takes[i].personal)
            return true;
    return false;
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
    call->type = "application/json";
    return buffer_failed(&b) ? arena_error(arena, error) : 0;
}

int view_handler(struct http_request *request, struct error *error)
{
    struct call *call = call_of(request);
    int result = call_look(call, http_route(request)->data, error);
    if (!result)
        result = write_rows(call, error);
    return result ? result : call_settle(call, call_send_reply, error);
}
