#ifndef HTTP_STRICT_H
#define HTTP_STRICT_H

#include "internal.h"

/*
 * What a request must be before anybody reads it: matters in which two servers in a row could disagree about where a
 * request ends (request smuggling), and which libmicrohttpd 0.9.75 lets pass.
 *  - exactly one Host; at most one Content-Length; Transfer-Encoding only "chunked", once, not in HTTP/1.0 and not
 *    beside a Content-Length
 *  - header names are tokens, values and target have no control characters
 *  - no NUL, no folded lines, every line ended by CR LF. The library cuts a value at a NUL, joins folded lines wrongly
 *    and takes a bare LF, without telling. But it leaves the pieces where they arrived, so a request whose pieces do not
 *    lie exactly one behind the other, with the bytes of its own grammar between, had something else in it. Later
 *    versions refuse these themselves; so this is done for 0.9.75 only (server->check_layout).
 * How chunks are written is not seen here; so a connection ends with the answer to a chunked body (reply.c).
 */
int strict_check(struct http_request *request, const char *method, const char *version, struct error *error);

#endif
