#ifndef HTTP_HEADER_H
#define HTTP_HEADER_H

#include "base/arena.h"

/* Pieces of header grammar (RFC 9110 section 5.6). */

bool header_is_token(struct text t);

/* Visible characters, spaces and tabs; bytes above 0x7f too if `any_high`. */
bool header_is_value(struct text t, bool any_high);

/* What a field of a form may hold: valid UTF-8, and of control characters only tab, carriage return and newline. */
bool header_is_field(struct text t);

/* "Text/HTML; charset=utf-8" gives "Text/HTML" in *head (trimmed) and the rest. */
struct text header_head(struct text value, struct text *rest);

/*
 * Takes the next "name=value" or name="quoted value" from the parameters that header_head() left. Quoted values are
 * unescaped into the arena. False at the end; *bad is set if they are malformed.
 */
bool header_parameter(struct arena *arena, struct text *rest, struct text *name, struct text *value,
                      bool *bad);

/* Is `etag` in an If-None-Match list (weak comparison), or is that "*"? */
bool header_lists_etag(struct text list, struct text etag);

/* Does an Accept-Encoding allow gzip? */
bool header_accepts_gzip(struct text value);

#endif
