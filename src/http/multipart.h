#ifndef HTTP_MULTIPART_H
#define HTTP_MULTIPART_H

#include "base/arena.h"

struct error;

/*
 * Reads multipart/form-data (RFC 7578) as it arrives, in fixed memory. Strict: nothing before the first boundary,
 * nothing but a line end after the last, each part a form-data part with a name.
 */
struct multipart;

struct multipart_part {
    struct text name;     /* these live in the arena */
    struct text filename; /* p is NULL if it is no file */
    struct text type;     /* "" if not said */
};

struct multipart_listener {
    /* Each returns 0 to go on, a positive number to pause, or an error code. */
    int (*begin)(void *context, const struct multipart_part *part, struct error *error); /* must not pause */
    int (*data)(void *context, const void *p, size_t n, struct error *error);
    int (*end)(void *context, struct error *error);
    void *context;
};

/*
 * `content_type` is the whole header value. Lives in the arena. ERROR_INPUT if it is not multipart/form-data with a
 * boundary.
 */
int multipart_new(struct arena *arena, struct text content_type, const struct multipart_listener *listener,
                  struct multipart **parser, struct error *error);

/*
 * Takes bytes; *used says how many. 0 when all were taken. After a listener paused: its number, with the rest to be fed
 * again later (n may be 0). Errors stay.
 */
int multipart_feed(struct multipart *parser, const void *p, size_t n, size_t *used, struct error *error);

/*
 * No more will come. First handles what is still held back (which may pause); then 0 if the last boundary was seen,
 * ERROR_INPUT if not.
 */
int multipart_finish(struct multipart *parser, struct error *error);

#endif
