#ifndef HTTP_TARGET_H
#define HTTP_TARGET_H

#include "base/error.h"
#include "base/text.h"

#include <stdbool.h>

/*
 * What a request asks for (RFC 9112 section 3.2): the origin-form "/path?query", or the absolute-form
 * "http://name:port/path?query" that every server must take, and whose name then counts instead of the Host header.
 */
struct target {
    bool absolute;
    bool tls;              /* absolute: "https" */
    struct text authority; /* absolute: name and port; never empty, without a user name. Is it ours? That is not asked here */
    struct text path;      /* begins with "/" */
    bool asks;             /* there is a "?" */
    struct text query;     /* what is behind it */
};

/* Lends from `raw`. ERROR_INPUT: another form ("*", "name:port"), another scheme, no name, or a user name in it. */
int target_read(struct text raw, struct target *out, struct error *error);

#endif
