#ifndef HTTP_INTERNAL_H
#define HTTP_INTERNAL_H

#include "http/http.h"
#include "http/limiter.h"
#include "metrics.h"
#include "multipart.h"
#include "router.h"
#include "target.h"
#include "watch.h"
#include "worker.h"

#include <microhttpd.h>
#include <netinet/in.h>
#include <stdatomic.h>

enum {
    REPLY_HEADERS = 32,        /* that a site can set on one answer */
    REFUSAL_ARENA = 256 << 10, /* for the page of a refusal once the request's arena is used up */
    COOKIES_MOST = 64,
    QUERY_MOST = 128,
    DRAIN_BYTES = 4 << 20, /* of a refused body are read, so that the client gets to see why */
    STREAM_BLOCK = 64 << 10,
};

/* Everything of struct http_settings, with the defaults in place. */
int settings_fill(const struct http_settings *given, struct http_settings *out,
                  struct sockaddr_storage *address, struct error *error);

struct http_server {
    struct http_settings settings; /* complete */
    const struct http_site *site;
    struct arena *arena; /* what lives as long as the server; only http_start() allocates in it */
    struct router *router;
    struct metrics *metrics;
    struct watch *watch;
    struct worker_pool *workers;
    struct http_limiter *limiter; /* NULL: no limit */
    struct MHD_Daemon *daemon;
    unsigned port;
    bool tls;
    bool check_layout; /* see strict.h */
    _Atomic bool stopping;
    _Atomic bool closed;             /* no request may begin */
    _Atomic size_t under_way;        /* requests */
    _Atomic uint64_t held;           /* bytes of bodies that are kept whole */
    _Atomic size_t calling;          /* threads that are about to resume one */
    const struct http_asset **asset; /* sorted by path */
};

enum phase {
    PHASE_HEADER,  /* the header is not all there yet */
    PHASE_BODY,    /* the body comes */
    PHASE_DRAIN,   /* an answer is set; the rest of the body is thrown away */
    PHASE_HANDLER, /* the handler has it, or somebody by HTTP_LATER */
    PHASE_ANSWER,  /* handed to libmicrohttpd */
};

/* The one wait that a request can be in: see later.c. */
enum wake { WAKE_NONE, WAKE_SUSPENDED, WAKE_CALLED };

struct reply {
    int status; /* 0: none set */
    const char *type;
    struct text body;
    bool streams, ended;
    uint64_t length, pulled;
    struct http_source source;
    struct {
        const char *name; /* in the arena, or constant */
        struct text value;
    } header[REPLY_HEADERS];
    size_t headers;
};

struct http_request {
    struct http_server *server;
    struct MHD_Connection *connection;
    struct watched *watched;   /* its connection */
    struct arena *arena;       /* where http_arena() allocates */
    struct arena *first_arena; /* the other one, once a refusal needed a new */
    void *data;
    int64_t started;

    enum phase phase;
    _Atomic int wake;
    _Atomic bool answered;

    const char *target_at; /* libmicrohttpd's own copy of the target: strict.h */
    struct text raw_target;
    struct target target;
    struct text path;
    enum http_method method;
    const struct http_route *route;
    int route_number;
    struct router_path segments;
    struct http_pairs query, cookies, fields;
    bool cookies_read;
    struct text peer, host;
    bool tls;
    bool told; /* begin or refuse was called: finish will be */
    bool close;
    bool expects; /* 100-continue */

    /* The body. */
    uint64_t body_limit, body_seen, drained, held;
    bool body_known, body_there; /* a Content-Length; any body at all */
    uint64_t body_length;
    char *body;
    size_t body_room;
    bool urlencoded;
    struct multipart *multipart;
    struct http_pair *field;
    size_t field_room;
    struct {
        bool is_file;
        bool skipped; /* a file input left empty, so far */
        struct http_part *part;
        uint64_t offset;
        struct text name;
        char *value;
        size_t n, room;
    } part;
    size_t files;
    struct http_part *stream;
    bool stream_ended; /* the last piece was handed over */

    int refusal_status;
    unsigned retry_after;
    struct reply reply;
};

/* serve.c: what libmicrohttpd calls */
void *serve_target(void *server, const char *target, struct MHD_Connection *connection);
enum MHD_Result serve_access(void *server, struct MHD_Connection *connection, const char *url,
                             const char *method, const char *version, const char *data, size_t *size,
                             void **slot);
void serve_completed(void *server, struct MHD_Connection *connection, void **slot,
                     enum MHD_RequestTerminationCode code);
size_t serve_unescape(void *server, struct MHD_Connection *connection, char *text);

/* asset.c: true if the path is an asset's, and then the reply is set (or refused). */
int asset_index(struct http_server *server, struct error *error);
bool asset_reply(struct http_request *request);

/* body.c */
int body_measure(struct http_request *request, struct error *error); /* how much is announced */
int body_begin(struct http_request *request, struct error *error);   /* may it come? */
/* These give 0, HTTP_LATER or an error. */
int body_feed(struct http_request *request, const char *p, size_t n, size_t *used, struct error *error);
int body_end(struct http_request *request, struct error *error);
void body_forget(struct http_request *request); /* at the end: what it held is free for others */

/* reply.c */
void reply_drop(struct http_request *request, bool whole); /* ends a stream that is set */
void refuse(struct http_request *request, int code, const struct error *error);
enum MHD_Result reply_queue(struct http_request *request);

/* later.c */
void later_clear(struct http_request *request); /* before a callback that may say "later" */
/*
 * Is it suspended? The library goes on to call for the next chunk of a chunked body all the same, and suspending twice
 * would spoil its lists; such a call must take nothing.
 */
bool later_waits(struct http_request *request);
void later_wait(struct http_request *request); /* after it did; on the connection's own thread */

/* peer.c */
struct text peer_of(struct arena *arena, const struct sockaddr *address);
bool peer_is_loopback(const struct sockaddr *address);
struct text peer_forwarded(struct arena *arena, struct text header); /* empty if it is no address */

/* request.c */
struct text request_header(struct http_request *request, const char *name, size_t *count);

#endif
