#ifndef HTTP_HTTP_H
#define HTTP_HTTP_H

#include "base/arena.h"
#include "base/buffer.h"
#include "base/error.h"
#include "http/pairs.h"

/*
 * A small web server. It owns a few threads; a request never holds one while it waits.
 *
 *   static int hello(struct http_request *request, struct error *error)
 *   {
 *       return http_reply(request, 200, "text/plain; charset=utf-8", TEXT("hello"), error);
 *   }
 *   static const struct http_route routes[] = {
 *       {.method = HTTP_GET, .pattern = "/hello/{name}", .handler = hello},
 *   };
 *   static const struct http_table table = {routes, sizeof routes / sizeof routes[0]};
 *   struct http_site site = {.tables = &table, .tables_n = 1};
 *   struct http_settings settings = {.address = "127.0.0.1", .port = 8080};
 *   http_start(&settings, &site, &server, &error);
 *
 * WHO OWNS A REQUEST. A handler runs on one of the server's threads. While it runs the request is its own. It
 * returns
 *     0                    the answer is set (http_reply and its sisters)
 *     HTTP_LATER           somebody else has the request now and will call http_answer() once, from any thread,
 *                          perhaps before this return; the connection is suspended meanwhile
 *     an error code (< 0)  refused: the site's `refuse` makes the page
 * A handler must not block: slow work goes through http_work(). After http_answer() the request is not yours.
 *
 * STREAMS. Bodies and files that arrive, and long answers, pass through in pieces and are never whole in memory.
 * The callbacks run on the server's threads, one at a time for each request.
 */
struct http_server;
struct http_request;
struct http_site;

enum { HTTP_LATER = 1 };

enum http_method {
    HTTP_GET, /* answers HEAD too */
    HTTP_POST,
    HTTP_PUT,
    HTTP_PATCH,
    HTTP_DELETE,
    HTTP_HEAD,    /* never in a table */
    HTTP_OPTIONS, /* never in a table: answered from it */
    HTTP_METHODS
};

/* ---- the site: what is served ---- */

enum http_body {
    HTTP_BODY_NONE,   /* a request with a body is refused: 413 */
    HTTP_BODY_FORM,   /* urlencoded or multipart; fields by http_fields(), files to `upload` */
    HTTP_BODY_JSON,   /* application/json (or +json), valid UTF-8, whole, by http_body_text() */
    HTTP_BODY_STREAM, /* any type; pieces to `upload` */
};

/* A file of a multipart form, or (field and filename empty) the stream body itself. */
struct http_part {
    struct text field;    /* name of the form field */
    struct text filename; /* as the client says: show it, never open it */
    struct text type;     /* as the client says, "" if it says nothing */
    size_t index;         /* 0.. among the files of this request */
};

/* One piece of a part. `p` is good during the call only. The last piece has `last` and may have n == 0. */
struct http_piece {
    const struct http_part *part; /* lives as long as the request */
    const void *p;
    size_t n;
    uint64_t offset; /* of `p` in the part */
    bool last;
};

struct http_route {
    enum http_method method;
    /*
     * "/case/{case}/share/{share}": a segment is literal or one parameter; the last may be {name...}, which takes
     * one or more segments. Literal segments win over parameters.
     */
    const char *pattern;
    int (*handler)(struct http_request *request, struct error *error); /* the whole body has arrived */
    enum http_body body;
    uint64_t body_limit; /* bytes; 0 takes the setting body_bytes */
    /*
     * Takes a piece of a file or stream. 0: go on. HTTP_LATER: these bytes are taken, but send no more until
     * http_more(). Negative: refuse; no further piece is sent. Fields that stood before the file in the form are
     * already in http_fields(). A file input that was left empty is not reported.
     */
    int (*upload)(struct http_request *request, const struct http_piece *piece, struct error *error);
    uint32_t flags;   /* the site's own */
    const void *data; /* the site's own */
};

struct http_table {
    const struct http_route *routes;
    size_t n;
};

/* A file in the program. Served at `path` with a year of caching, so the path must change with the content. */
struct http_asset {
    const char *path;
    const char *type;
    const void *bytes;
    size_t n;
    const char *etag;       /* with its double quotes; NULL: none */
    const void *gzip_bytes; /* the same, gzipped; NULL: none */
    size_t gzip_n;
};

/* Lent to the server until http_stop() returns. */
struct http_site {
    void *context; /* http_context() */
    const struct http_table *tables;
    size_t tables_n;
    const struct http_asset *assets;
    size_t assets_n;
    /*
     * After routing, before any of the body is read: who is it, may they send this at all? Must be quick.
     * 0: go on. HTTP_LATER is not possible here. Negative: refused. To answer at once (a redirect, say) call a
     * http_reply function and return 0: a reply that is set here ends the request. NULL: none.
     */
    int (*begin)(struct http_request *request, struct error *error);
    /*
     * Makes the page for every refusal: what the server refuses itself (unknown path, body too large, bad
     * encoding, unknown host, too many requests, handler failed...) and what handlers refuse. http_route() is NULL
     * if none was found. Must call a http_reply function with `status`; if it does not, a line of plain text is
     * sent. NULL: always that. Its http_arena() has room even if the request used up its own. Only what cannot be read
     * as HTTP at all is answered by libmicrohttpd itself, with a fixed page.
     */
    void (*refuse)(struct http_request *request, int status, const struct error *error);
    /*
     * The request is over: the last byte was sent (`whole`) or the connection was lost. Release http_data() here.
     * Called once for each request for which `begin` or `refuse` was called. NULL: none.
     */
    void (*finish)(struct http_request *request, bool whole);
};

/* ---- the server ---- */

/* A zero takes the default in brackets. Times are in milliseconds. Strings are lent until http_stop() returns. */
struct http_settings {
    const char *address; /* IPv4 or IPv6 literal ["127.0.0.1"]. Without TLS only loopback is accepted */
    unsigned port;       /* 0: any free one, see http_port() */
    const char *certificate_file; /* PEM chain; with key_file: TLS 1.2 and 1.3 */
    const char *key_file;
    /*
     * Names that a Host header, or the address in a request line, may have, without port; NULL-ended list. NULL: "localhost", "127.0.0.1" and "[::1]",
     * and then the address must be loopback. Any other name is refused with 421 (DNS rebinding).
     */
    const char *const *hosts;
    /* A proxy on this machine speaks for the client: X-Forwarded-For (its last item) and X-Forwarded-Proto count. */
    bool behind_proxy;
    unsigned threads;                 /* that serve connections [2] */
    unsigned workers;                 /* that run http_work() [2] */
    unsigned work_queue;              /* places before http_work() refuses with 503 [256] */
    unsigned connections;             /* [10000] */
    unsigned connections_per_address; /* [0: no limit of its own] */
    unsigned header_bytes;            /* request line and headers [16384] */
    unsigned form_fields;             /* [256] */
    unsigned form_files;              /* [16] */
    uint64_t body_bytes;              /* of routes without a limit of their own [1 MiB] */
    size_t arena_bytes;               /* ceiling of a request's arena, form and JSON bodies within [8 MiB] */
    uint64_t held_bytes;              /* of all form fields and JSON bodies together, 503 beyond [256 MiB] */
    unsigned header_time;             /* for the whole header, from connection or the answer before [10000] */
    unsigned idle_time;               /* without one byte moved [30000; whole seconds count] */
    unsigned slowest_rate; /* bytes a second that a body or an answer must keep up, after `patience` [500] */
    unsigned patience;     /* [20000] */
    unsigned requests_per_minute; /* of one address, 429 beyond [0: no limit] */
    unsigned request_burst;       /* [requests_per_minute / 4 + 1] */
    unsigned stop_time;           /* http_stop() breaks off what still moves after this [10000] */
    bool access_log; /* a line a request: method, pattern, status, microseconds, bytes; no path, no address */
};

/*
 * ERROR_INVALID: a setting or a route is not possible (error says which). ERROR_SYSTEM: address in use, certificate not
 * readable.
 */
int http_start(const struct http_settings *settings, const struct http_site *site,
               struct http_server **server, struct error *error);

/*
 * Takes no new connections, lets what is under way finish, then ends. Whoever holds a request by HTTP_LATER must
 * still answer it, so stop the server before them. Sets *server to NULL; NULL is fine.
 */
void http_stop(struct http_server **server);

unsigned http_port(const struct http_server *server);

/* Counters since the start in the Prometheus text format: requests by route and status, time, bytes. */
void http_write_metrics(const struct http_server *server, struct buffer *out);
/* The server that has a request. */
const struct http_server *http_server_of(const struct http_request *request);

/* ---- the request ---- */

struct arena *http_arena(struct http_request *request); /* the request's own, wiped at its end */
void *http_context(const struct http_request *request); /* the site's */
const struct http_route *http_route(const struct http_request *request);
/* HTTP_HEAD too, for which the handler of GET runs. */
enum http_method http_method(const struct http_request *request);
const char *http_method_name(enum http_method method);
struct text http_path(const struct http_request *request); /* as sent, without the query */

/* A parameter of the path, decoded: valid UTF-8, no control characters, not empty. Empty if no such name. */
struct text http_param(const struct http_request *request, const char *name);

/* Decoded query and form. Empty before the body has arrived, except while `upload` runs. */
const struct http_pairs *http_query(const struct http_request *request);
const struct http_pairs *http_fields(const struct http_request *request);

struct text http_body_text(const struct http_request *request); /* HTTP_BODY_JSON; empty otherwise */

/* A request header, "" if absent. Headers that appear twice are joined with ", ". Name in any case. */
struct text http_header(struct http_request *request, const char *name);

/*
 * The name of the file that the body is, from Content-Disposition as http_set_filename() writes it: attachment, with filename*
 * in UTF-8 or an ASCII filename. UTF-8 without control characters; slashes may be in it. p is NULL if the header is absent.
 * ERROR_INPUT if it is malformed, has anything beside, or was sent more than once.
 */
int http_filename(struct http_request *request, struct text *filename, struct error *error);

/* A cookie's value; "" if it is absent, malformed or sent twice with different values. */
struct text http_cookie(struct http_request *request, const char *name);

/*
 * From where, without port and written in one way: "192.0.2.1", and of IPv6 the network, "2001:db8::/64", for one client has all
 * of its addresses. What is counted by it (requests, tries) counts for all of them.
 */
struct text http_peer(const struct http_request *request);
bool http_is_tls(const struct http_request *request);
struct text http_host(const struct http_request *request); /* as sent, with port: of the request line's address, or Host */

/*
 * Does the browser say that this came from our own pages? Sec-Fetch-Site "same-origin" or "none", or, without that
 * header, an Origin that is this host; true also if neither was sent (not a browser).
 */
bool http_same_origin(struct http_request *request);

/* One pointer of the site's, kept with the request. */
void http_set_data(struct http_request *request, void *data);
void *http_data(const struct http_request *request);

/* ---- the answer ---- */

/*
 * Each sets the whole answer, replacing one set before, and keeps the headers that were set. Text must live as long
 * as the request: in its arena, or constant. 0, or ERROR_TOO_LARGE if the arena ended.
 */
int http_reply(struct http_request *request, int status, const char *type, struct text body,
               struct error *error);
int http_reply_buffer(struct http_request *request, int status, const char *type, const struct buffer *body,
                      struct error *error); /* checks buffer_failed() */
int http_redirect(struct http_request *request, struct text location, struct error *error); /* 303 */

/*
 * A long answer. `pull` writes up to n bytes and gives how many; HTTP_PULL_END at the end; HTTP_PULL_LATER if none
 * are ready (then http_more() once they are); HTTP_PULL_FAIL breaks the connection off, so that the client sees that it
 * is not whole. `done` is called exactly once, also if the request was HEAD, was refused after all, or the client left:
 * `whole` says whether every byte was handed to the network. length: UINT64_MAX if unknown.
 */
enum { HTTP_PULL_END = 0, HTTP_PULL_LATER = -1, HTTP_PULL_FAIL = -2 };
struct http_source {
    int64_t (*pull)(void *context, uint64_t offset, void *out, size_t n);
    void (*done)(void *context, bool whole);
    void *context;
};
int http_reply_stream(struct http_request *request, int status, const char *type, uint64_t length,
                      const struct http_source *source, struct error *error);

/*
 * Sets a header of the answer, replacing one of that name; an empty value removes it, which also takes away a default.
 * Every answer has, unless set otherwise: Content-Security-Policy (only own styles, scripts, pictures,
 * answers to scripts and form targets; no frames), X-Content-Type-Options, Referrer-Policy, Permissions-Policy, Cross-Origin-Opener-Policy,
 * Cross-Origin-Resource-Policy, Cache-Control: no-store, and under TLS Strict-Transport-Security.
 * ERROR_INPUT for a name or value that HTTP does not allow.
 */
int http_set_header(struct http_request *request, const char *name, struct text value, struct error *error);

/* A file name for saving: Content-Disposition: attachment, any UTF-8 name. */
int http_set_filename(struct http_request *request, struct text filename, struct error *error);

enum http_cookie_flags {
    HTTP_COOKIE_SCRIPT = 1,   /* scripts may read it: no HttpOnly */
    HTTP_COOKIE_LAX = 2,      /* SameSite=Lax instead of Strict */
    HTTP_COOKIE_INSECURE = 4, /* without Secure. Only for plain HTTP on loopback */
};
/* Path=/; HttpOnly; Secure; SameSite=Strict unless flagged. seconds: 0 until the browser closes, < 0 deletes it. */
int http_set_cookie(struct http_request *request, const char *name, struct text value, int64_t seconds,
                    unsigned flags, struct error *error);

/*
 * 200 with an ETag (give its quotes); or, where If-None-Match names it, 304: the same headers and length, no bytes. For GET
 * (and HEAD).
 */
int http_reply_tagged(struct http_request *request, const char *type, struct text body, struct text etag, struct error *error);

/* The status (and Retry-After in seconds, if > 0) of the refusal that this handler is about to return. */
void http_refuse_with(struct http_request *request, int status, unsigned retry_after);

/* The status that an error code becomes if nobody says otherwise: 400, 401, 403, 404, 409, 413, 422, 429, 451, 500. */
int http_status_of(int error_code);

/* ---- answering later ---- */

/* Ends a request that was handed over with HTTP_LATER. result 0: the reply is set; negative: refused, with `error`. */
void http_answer(struct http_request *request, int result, const struct error *error);

/*
 * Goes on with an upload or a pull that said "later". From any thread; also if it has not yet said so. Once too often does
 * no harm, but not after `finish` or `done`.
 */
void http_more(struct http_request *request);

/*
 * Runs a slow function on a worker; it returns as a handler does. For handlers:
 *     return http_work(request, check_password, error);
 * Gives HTTP_LATER, or refuses with 503 and Retry-After if the queue is full.
 */
int http_work(struct http_request *request,
              int (*function)(struct http_request *request, struct error *error), struct error *error);

#endif
