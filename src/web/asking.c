#include "asking.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct asking *asking_of(struct http_request *request)
{
    return http_data(request);
}

int asking_act(struct asking *asking, const struct command *command, const void *in, void *out,
               int (*then)(struct asking *asking, struct error *error))
{
    asking->command = command;
    asking->in = in;
    asking->out = out;
    asking->then = then;
    return ASKING_ACT;
}

int asking_go(struct asking *asking, const char *format, ...)
{
    va_list list, again;
    va_start(list, format);
    va_copy(again, list);
    int n = vsnprintf(NULL, 0, format, list);
    va_end(list);
    char *line = n < 0 ? NULL : arena_alloc(asking->arena, (size_t)n + 1);
    if (line)
        vsnprintf(line, (size_t)n + 1, format, again);
    va_end(again);
    asking->next = (struct text){line, line ? (size_t)n : 0};
    return line ? 0 : ERROR_TOO_LARGE;
}

void asking_wrong(struct asking *asking, const char *field, const char *message)
{
    struct shape_field_error *grown =
        arena_grow(asking->arena, asking->errors, asking->errors_n, asking->errors_n + 1, sizeof *grown);
    if (!grown)
        return;
    asking->errors = grown;
    grown[asking->errors_n++] = (struct shape_field_error){arena_text(asking->arena, text_of(field)),
                                                           arena_text(asking->arena, text_of(message))};
}

struct text asking_error_of(const struct asking *asking, const char *field)
{
    for (size_t i = 0; i < asking->errors_n; i++)
        if (text_equal(asking->errors[i].field, text_of(field)))
            return asking->errors[i].message;
    return TEXT("");
}

int asking_look(struct asking *asking, const struct view *view, const void *in, struct view_rows *rows,
                struct error *error)
{
    static const struct nothing nothing;
    return visit_look(asking->visit, view, in ? in : &nothing, rows, error);
}

int asking_id(struct asking *asking, const char *parameter, struct id *id, struct error *error)
{
    if (id_parse(http_param(asking->request, parameter), id))
        return 0;
    return error_set(error, ERROR_MISSING, "", "", "there is no such page");
}

bool asking_has_role(const struct asking *asking, uint32_t roles)
{
    return asking->visit && (visit_actor(asking->visit)->roles & roles) != 0;
}

bool asking_is_local(struct text path)
{
    return path.n && path.n < 400 && path.p[0] == '/' && !text_starts(path, TEXT("//")) && page_link_allowed(path);
}

struct shape_frame asking_frame(struct asking *asking, const char *part)
{
    static const struct {
        const char *label, *href;
        uint32_t roles;
    } parts[] = {
        {"Your work", "/", ROLES_SIGNED_IN},
        {"Received", "/received", ROLES_STAFF},
        {"Ask the policy", "/advice", ROLES_STAFF},
        {"Cases", "/cases", ROLE_MANAGER | ROLE_LEAD},
        {"Decisions", "/decisions", ROLE_MANAGER | ROLE_LEAD | ROLE_GOVERNANCE},
        {"Policy", "/rules", ROLE_MANAGER | ROLE_LEAD | ROLE_GOVERNANCE},
        {"Directory", "/directory", ROLE_ADMINISTRATOR},
    };
    struct shape_frame frame = {
        .service = text_of(asking->face->partnership), .demo = asking->face->demo, .notice = asking->notice};
    if (!asking->signed_in)
        return frame;
    const struct actor *actor = visit_actor(asking->visit);
    frame.person = arena_format(asking->arena, "%s, %s", actor->name, actor->title);
    frame.token = visit_form_token(asking->visit);
    struct shape_nav_item *items = ARENA_ARRAY(asking->arena, struct shape_nav_item, sizeof parts / sizeof *parts);
    size_t n = 0;
    for (size_t i = 0; items && i < sizeof parts / sizeof *parts; i++)
        if (actor->roles & parts[i].roles)
            items[n++] = (struct shape_nav_item){text_of(parts[i].label), text_of(parts[i].href),
                                                 strcmp(parts[i].href, part) == 0};
    frame.navigation = items;
    frame.navigation_n = n;
    return frame;
}

/* ---- answering ---- */

static void settled(void *context, int result, const struct error *error)
{
    struct asking *asking = context;
    http_answer(asking->request, result, error);
}

/* Sends the page or goes on to the next. Nothing personal leaves before it is on record who looked. */
static int reply(struct asking *asking, struct error *error)
{
    int result = asking->replied  ? 0
                 : asking->next.p ? http_redirect(asking->request, asking->next, error)
                                  : http_reply_buffer(asking->request, asking->status ? asking->status : 200,
                                                      "text/html; charset=utf-8", &asking->html, error);
    if (result || !asking->visit || visit_settle(asking->visit, (struct visit_done){settled, asking}))
        return result;
    return HTTP_LATER;
}

static bool is_mendable(int code)
{
    return code == ERROR_INVALID || code == ERROR_CONFLICT || code == ERROR_UNLAWFUL || code == ERROR_LIMITED;
}

static void capital(char *p)
{
    if (*p >= 'a' && *p <= 'z')
        *p = (char)(*p - 'a' + 'A');
}

/* Errors begin small, so that they can follow "where: "; on a page they stand alone. Of "field: part" the field
 * counts. */
static void note_error(struct asking *asking, const struct error *error)
{
    char what[sizeof error->what], fix[sizeof error->fix], message[sizeof what + sizeof fix + 2],
        field[sizeof error->where];
    snprintf(what, sizeof what, "%s", error->what);
    snprintf(fix, sizeof fix, "%s", error->fix);
    snprintf(field, sizeof field, "%.*s", (int)strcspn(error->where, ":"), error->where);
    capital(what);
    capital(fix);
    snprintf(message, sizeof message, "%s%s%s", what, what[0] && fix[0] ? ". " : "", fix);
    asking_wrong(asking, field, message);
}

static int act(struct http_request *request, struct error *error);

static int advance(struct asking *asking, int result, struct error *error)
{
    if (result == ASKING_ACT) {
        if (asking->command->pace == PACE_SLOW && !asking->on_worker)
            return http_work(asking->request, act, error);
        return act(asking->request, error);
    }
    if (is_mendable(result) && asking->page && asking->page->show) {
        if (asking->errors_n == 0)
            note_error(asking, error);
        asking->again = true;
        asking->next = (struct text){NULL, 0};
        asking->html = buffer_in(asking->arena);
        asking->status = http_status_of(result);
        result = asking->page->show(asking, error);
    }
    return result == 0 ? reply(asking, error) : result;
}

static int acted_on(struct http_request *request, struct error *error)
{
    struct asking *asking = asking_of(request);
    asking->on_worker = true;
    if (asking->code) {
        *error = asking->error;
        return advance(asking, asking->code, error);
    }
    return advance(asking, asking->then ? asking->then(asking, error) : 0, error);
}

/* On the writer's thread, mostly: what takes longer than a redirect goes to a worker. */
static void acted(void *context, int result, const struct error *why)
{
    struct asking *asking = context;
    struct error error = {0};
    asking->code = result;
    if (result && why)
        asking->error = *why;
    int answered;
    if (result == 0 && !asking->then && asking->next.p)
        answered = http_redirect(asking->request, asking->next, &error);
    else
        answered = http_work(asking->request, acted_on, &error);
    if (answered != HTTP_LATER)
        http_answer(asking->request, answered, &error);
}

static int act(struct http_request *request, struct error *error)
{
    (void)error;
    struct asking *asking = asking_of(request);
    visit_act(asking->visit, asking->command, asking->in, asking->out, (struct visit_done){acted, asking});
    return HTTP_LATER;
}

int button_take(struct asking *asking, struct error *error)
{
    const struct button *button = asking->page->data;
    const struct command *command = button->command;
    char *in = arena_alloc(asking->arena, command->in_size);
    void *out = arena_alloc(asking->arena, command->out_size);
    if (!in || !out)
        return arena_error(asking->arena, error);
    struct id *id = (struct id *)(void *)(in + command->takes[0].offset);
    int result = asking_id(asking, button->parameter, id, error);
    if (!result)
        result = asking_go(asking, "%s%s", button->next, button->stays ? id->text : "");
    return result ? result : asking_act(asking, command, in, out, NULL);
}

/* ---- the handlers ---- */

int asking_get(struct http_request *request, struct error *error)
{
    struct asking *asking = asking_of(request);
    asking->html = buffer_in(asking->arena);
    return advance(asking, asking->page->show(asking, error), error);
}

bool asking_token_right(struct asking *asking, struct text token)
{
    struct text right = visit_form_token(asking->visit);
    /* what anybody may send needs no session, so a session that happens to be there must not stand in the way */
    bool for_all = http_route(asking->request)->flags & ROUTE_VISITORS;
    return for_all || !asking->signed_in || (token.n == right.n && text_equal_secret(token, right));
}

int asking_post(struct http_request *request, struct error *error)
{
    struct asking *asking = asking_of(request);
    asking->html = buffer_in(asking->arena);
    asking->typed = values_of(asking->arena, http_fields(request));
    if (!asking_token_right(asking, values_get(&asking->typed, "token")))
        return error_set(error, ERROR_FORBIDDEN, "", "Go back, load the page again, and send the form from there.",
                         "the form is not from your present session");
    return advance(asking, asking->page->take(asking, error), error);
}
