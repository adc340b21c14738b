#include "web.h"

#include "asking.h"
#include "assets.h"
#include "pages/problem.h"

#include <string.h>

const char *session_cookie(struct http_request *request)
{
    return http_is_tls(request) ? "__Host-session" : "session";
}

static int make(struct http_request *request, struct asking **out, struct error *error)
{
    struct asking *asking = *out = ARENA_NEW(http_arena(request), struct asking);
    if (!asking)
        return arena_error(http_arena(request), error);
    asking->request = request;
    asking->face = http_context(request);
    asking->arena = http_arena(request);
    asking->typed = values_in(asking->arena);
    http_set_data(request, asking);
    return visit_begin(asking->face->gate, asking->arena, &asking->visit, error);
}

/* By the session's cookie, if there is one. A session that is over is no error. */
static int identify(struct asking *asking, struct error *error)
{
    struct text token = http_cookie(asking->request, session_cookie(asking->request));
    if (!token.n)
        return 0;
    int result = visit_by_session(asking->visit, token, error);
    asking->signed_in = result == 0;
    asking->was_signed_in = result == ERROR_UNAUTHENTICATED;
    return asking->was_signed_in ? 0 : result;
}

/* Somebody whose session is over, or who never had one, signs in and comes back to where they wanted to be. */
static int send_to_sign_in(struct asking *asking, struct error *error)
{
    struct text path = http_path(asking->request);
    struct buffer b = buffer_in(asking->arena);
    bool form = http_method(asking->request) == HTTP_POST; /* what it held is gone: they are told */
    buffer_string(&b, form                    ? "/sign-in?ended=form&next="
                      : asking->was_signed_in ? "/sign-in?ended=yes&next="
                                              : "/sign-in?next=");
    page_put_url_part(&b, asking_is_local(path) ? path : TEXT("/"));
    return buffer_failed(&b) ? arena_error(asking->arena, error)
                             : http_redirect(asking->request, buffer_result(&b), error);
}

int web_begin(struct http_request *request, struct error *error)
{
    struct asking *asking;
    int result = make(request, &asking, error);
    if (result)
        return result;
    /* without any referrer browsers that do not say where a form comes from would send it with the origin "null" */
    result = http_set_header(request, "Referrer-Policy", TEXT("same-origin"), error);
    if (result)
        return result;
    const struct http_route *route = http_route(request);
    asking->page = route ? route->data : NULL;
    if ((result = identify(asking, error)))
        return result;
    if (http_method(request) != HTTP_GET && http_method(request) != HTTP_HEAD && !http_same_origin(request))
        return error_set(error, ERROR_FORBIDDEN, "", "Open the page here and send the form from it.",
                         "this form was sent from another site");
    if (route && !(route->flags & ROUTE_VISITORS) && !asking->signed_in)
        return send_to_sign_in(asking, error);
    return 0;
}

struct wording {
    int status;
    const char *heading, *fix;
};

static const struct wording wordings[] = {
    {400, "That did not reach us whole", "Go back and try once more."},
    {401, "Sign in first", "Sign in, then go back to what you were doing."},
    {403, "You may not do this", "If you need it for your work, ask your manager or designated lead."},
    {404, "We cannot find that page",
     "It may be somebody else’s, or it is gone. Check the address, or begin again from your work."},
    {405, "That page does not do this", "Begin again from your work."},
    {409, "It has changed meanwhile", "Go back and look how it stands now."},
    {413, "That is too large", "Send less at once: a smaller file, or a shorter text."},
    {415, "That kind of form is not understood here", "Go back, load the page again, and send it from there."},
    {421, "This address is not ours", "Use the address that your partnership gave you."},
    {422, "Something in it is not possible", "Go back and change it."},
    {429, "Too many tries", "Wait a few minutes, then try again."},
    {431, "That address is too long", "Begin again from your work."},
    {451, "The policy does not allow this", "Talk it over with your designated lead."},
    {503, "We cannot do that just now",
     "Look in your work whether it was recorded, then try again in a minute. If a child is in danger now, ring 999."},
};
static const struct wording otherwise = {500, "Something went wrong here",
                                         "Look in your work whether it was recorded, then try again in a few "
                                         "minutes. If a child is in danger now, ring 999."};

static bool is_at(const struct error *error, const char *where)
{
    return error && strcmp(error->where, where) == 0;
}

/* Errors of the system carry paths and names of the machine, for its operator and nobody else. */
static struct text sentence(struct asking *asking, int status, const struct error *error)
{
    bool disposed = is_at(error, "disposed"); /* told to those only who may know of it */
    if (!error || !error->what[0] || status >= 500 || (status == 404 && !disposed) || status == 400)
        return TEXT("");
    char *copy = arena_string(asking->arena, text_of(error->what));
    if (!copy)
        return TEXT("");
    if (copy[0] >= 'a' && copy[0] <= 'z')
        copy[0] = (char)(copy[0] - 'a' + 'A');
    return arena_format(asking->arena, "%s.", copy);
}

void web_refuse(struct http_request *request, int status, const struct error *error)
{
    struct asking *asking = asking_of(request);
    struct error ignored;
    if (!asking) {
        if (make(request, &asking, &ignored))
            return; /* the server says it in a line */
        if (status == 404 || status == 405) /* an address that is none: the page is still theirs */
            identify(asking, &ignored);
    }
    if (status == 401 && send_to_sign_in(asking, &ignored) == 0)
        return;
    const struct wording *wording = &otherwise;
    for (size_t i = 0; i < sizeof wordings / sizeof *wordings; i++)
        if (wordings[i].status == status)
            wording = &wordings[i];
    /* the same words for what is not there and for what is out of reach, whoever refused it; a draft's own are no secret */
    bool no_secret = is_at(error, "draft") || is_at(error, "disposed");
    bool own_fix = error && error->fix[0] && status < 500 && status != 400 && (status != 404 || no_secret);
    struct buffer out = buffer_in(asking->arena);
    struct page_problem page = {
        .frame = asking_frame(asking, ""),
        .heading = is_at(error, "disposed") ? TEXT("This was destroyed") : text_of(wording->heading),
        .what = sentence(asking, status, error),
        .fix = own_fix ? arena_text(asking->arena, text_of(error->fix)) : text_of(wording->fix),
    };
    page_problem(&out, &page);
    http_reply_buffer(request, status, "text/html; charset=utf-8", &out, &ignored);
}

void web_finish(struct http_request *request, bool whole)
{
    (void)whole;
    struct asking *asking = asking_of(request);
    if (!asking)
        return;
    if (asking->end)
        asking->end(asking);
    if (asking->visit)
        visit_end(&asking->visit);
}

const struct http_asset *web_assets(size_t *n)
{
    *n = assets_n;
    return assets;
}
