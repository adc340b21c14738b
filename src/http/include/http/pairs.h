#ifndef HTTP_PAIRS_H
#define HTTP_PAIRS_H

#include "base/arena.h"

struct error;

/*
 * Names with values, in the order sent: a query, the fields of a form, cookies. Decoded, valid UTF-8, and no
 * control characters but tab, carriage return and newline.
 */
struct http_pair {
    struct text name, value;
};

struct http_pairs {
    const struct http_pair *pair;
    size_t n;
};

/*
 * The value of a name that must not be there twice. 0 and the value, {NULL, 0} if absent; a value that is there but
 * empty has a p. ERROR_INPUT if it was sent more than once.
 */
int http_pairs_one(const struct http_pairs *pairs, const char *name, struct text *value, struct error *error);

/* The same for a caller to whom absent, empty and doubled are all the same: "". */
struct text http_pairs_get(const struct http_pairs *pairs, const char *name);

/* Each value of a name in turn. *at starts at 0. False at the end. */
bool http_pairs_next(const struct http_pairs *pairs, const char *name, size_t *at, struct text *value);

size_t http_pairs_count(const struct http_pairs *pairs, const char *name);

/*
 * Reads "a=1&b=two+words" (query or application/x-www-form-urlencoded). Strict: ERROR_INPUT on a broken
 * %-encoding, invalid UTF-8 or a control character; ERROR_TOO_LARGE beyond `most` pairs or the arena.
 * An empty piece ("a=1&&b") is skipped. `where` names the source in errors.
 */
int http_pairs_read(struct arena *arena, struct text source, size_t most, const char *where,
                    struct http_pairs *pairs, struct error *error);

/* Decodes one component; `plus` says whether "+" is a space. ERROR_INPUT, ERROR_TOO_LARGE as above. */
int http_decode(struct arena *arena, struct text source, bool plus, const char *where, struct text *out,
                struct error *error);

/* The other way: all but unreserved characters as %XX. {NULL, 0} past the arena. */
struct text http_encode(struct arena *arena, struct text source);

/*
 * Reads a Cookie header. Malformed cookies (another site's, perhaps) are left out one by one; beyond `most` the rest is.
 * A name that is sent with two different values is left out altogether: nobody can say which one is ours.
 */
int http_cookies_read(struct arena *arena, struct text header, size_t most, struct http_pairs *cookies,
                      struct error *error);

#endif
