#ifndef WEB_ASKING_H
#define WEB_ASKING_H

#include "gate.h"
#include "http/http.h"
#include "page.h"
#include "pages/shapes.h"
#include "values.h"

struct asking;

/*
 * A request for a page, on its way. A page is a `show` that looks and writes HTML, and perhaps a `take` that reads
 * its form and says what to do:
 *
 *     static int take(struct asking *asking, struct error *error)
 *     {
 *         ... fill `in` from asking->typed ...
 *         return asking_act(asking, &item_record_command, in, out, recorded);
 *     }
 *
 * What is asked for is done by the gate while nobody waits; then `recorded` runs, which may ask for more, or says
 * where to go (asking_go). If the form or the command is refused, `show` runs again with asking->again set, the
 * messages in asking->errors and what was typed in asking->typed.
 */
struct page {
    int (*show)(struct asking *asking, struct error *error);
    int (*take)(struct asking *asking, struct error *error);
    const void *data; /* the page's own: a step of a journey, say */
};

enum route_flags {
    ROUTE_VISITORS = 1, /* nobody need be signed in */
};

enum { ASKING_ACT = 2 }; /* what a `take` returns through asking_act */

struct asking {
    struct http_request *request;
    const struct face *face;
    struct arena *arena;
    struct visit *visit;
    const struct page *page;
    bool signed_in;
    bool was_signed_in; /* a session came that is over */

    struct values typed; /* what the form held */
    bool again;          /* shown once more, because something was refused */
    struct shape_field_error *errors;
    size_t errors_n;

    struct buffer html; /* the page */
    int status;
    struct text next; /* where to go instead; empty: nowhere */
    bool replied;     /* the answer is set already: a stream */

    /* what the gate is doing */
    const struct command *command;
    const void *in;
    void *out;
    int (*then)(struct asking *asking, struct error *error);
    int code;
    struct error error;
    bool on_worker;

    struct text notice;                 /* what has just been done, for the next page shown */
    void *own;                          /* the page's own */
    void *upload;                       /* upload.c's */
    struct id finishing;                /* finishing.c's */
    void (*end)(struct asking *asking); /* releases it; NULL: nothing to release */
};

struct asking *asking_of(struct http_request *request);

/* Does a command, then goes on with `then` (NULL: go to asking->next). Return what it gives. */
int asking_act(struct asking *asking, const struct command *command, const void *in, void *out,
               int (*then)(struct asking *asking, struct error *error));

/* Goes to another page of the site: a format of "/...". Return what it gives. */
int asking_go(struct asking *asking, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Notes what is wrong with a field ("" for the whole form); give ERROR_INVALID back to have the page shown again. */
void asking_wrong(struct asking *asking, const char *field, const char *message);
/* The message for a field, "" if there is none. */
struct text asking_error_of(const struct asking *asking, const char *field);

/* Looks; the first row in *row if wanted (NULL: none is). */
int asking_look(struct asking *asking, const struct view *view, const void *in, struct view_rows *rows,
                struct error *error);

/* An id of the path: ERROR_MISSING if it is not well formed. */
int asking_id(struct asking *asking, const char *parameter, struct id *id, struct error *error);

/*
 * A button about one thing: a page's data. button_take is its `take`, which does the command and goes on:
 *
 *     const struct page hold_lift_page = {NULL, button_take, BUTTON(&hold_lift_command, "hold", "/disposals")};
 */
struct button {
    const struct command *command; /* takes an id, and nothing else */
    const char *parameter;         /* the id in the path */
    const char *next;
    bool stays; /* the page of the thing itself is shown next: its id stands behind `next` */
};
#define BUTTON(command, parameter, next) (&(const struct button){command, parameter, next, false})
#define BUTTON_STAYS(command, parameter, next) (&(const struct button){command, parameter, next, true})
int button_take(struct asking *asking, struct error *error);

/* What the layout shows around the page. `part`: the path of the part of the service that it belongs to. */
struct shape_frame asking_frame(struct asking *asking, const char *part);

bool asking_has_role(const struct asking *asking, uint32_t roles);

/* A safe place on this site to go to after signing in: a path that begins with one slash. */
bool asking_is_local(struct text path);

/* The handlers of every page; the route's data is its struct page. */
/* "__Host-" binds the cookie to this very host and to TLS. Loopback without TLS cannot have it. */
const char *session_cookie(struct http_request *request);

int asking_get(struct http_request *request, struct error *error);
int asking_post(struct http_request *request, struct error *error);
/* The token of the session's forms, compared in constant time. */
bool asking_token_right(struct asking *asking, struct text token);

#define WRITE(asking, name, ...) PAGE(&(asking)->html, name, __VA_ARGS__)

#endif
