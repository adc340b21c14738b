#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Text is a slice of bytes, usually UTF-8. It is not NUL-ended and owns nothing:
 * it lives as long as whatever it was cut from. {NULL, 0} is the empty text.
 */
struct text {
    const char *p;
    size_t n;
};

/* A literal as text, usable in static initialisers. */
#define TEXT(literal) ((struct text){"" literal, sizeof(literal) - 1})
#define TEXT_INIT(literal) {"" literal, sizeof(literal) - 1}

/* For printf's "%.*s". */
#define TEXT_ARGS(t) (int)(t).n, (t).p ? (t).p : ""

struct text text_of(const char *s); /* a C string; NULL gives the empty text */
struct text text_cut(struct text t, size_t from, size_t to); /* clamped to the ends */
struct text text_trim(struct text t);                        /* ASCII white space at both ends removed */

bool text_equal(struct text a, struct text b);
bool text_equal_fold(struct text a, struct text b); /* ASCII case ignored */
int text_compare(struct text a, struct text b);     /* by bytes: <0, 0, >0 */
bool text_starts(struct text t, struct text prefix);
bool text_ends(struct text t, struct text suffix);

/* Index of the first occurrence, or -1. */
ptrdiff_t text_find(struct text t, struct text needle);
ptrdiff_t text_find_char(struct text t, char c);

/*
 * Takes the next piece up to `separator` off the front of `rest`. False when nothing is left.
 * "a,,b" gives "a", "", "b"; {NULL, 0} gives no piece, any other empty text one empty piece.
 */
bool text_next(struct text *rest, char separator, struct text *piece);

/* A whole decimal integer, optional minus, no spaces, no leading plus; false if it is not one or does not fit. */
bool text_to_int64(struct text t, int64_t *value);

/* Valid UTF-8 by RFC 3629: no overlong forms, no surrogates. */
bool text_is_utf8(struct text t);

/* Characters (code points) in valid UTF-8. */
size_t text_length(struct text t);

/* How many bytes must be put in, taken out or changed to make one of the other; only the first 64 of each count. */
size_t text_distance(struct text a, struct text b);

/* Same bytes? Takes the same time wherever they differ. For secrets of known length. */
bool text_equal_secret(struct text a, struct text b);

#endif
