#ifndef PAGE_H
#define PAGE_H

#include "base/buffer.h"

/*
 * What the C of the templates stands on. A page is written by page_NAME(out, &in), declared in "pages/NAME.h";
 * docs/templates.md tells how the two come to be. A page that did not fit shows in buffer_failed(out).
 */

/* & < > " ' as character references: for text between tags and in quoted attribute values. */
void page_put_text(struct buffer *out, struct text t);

/* One segment of a path or one value of a query: everything but A-Z a-z 0-9 - . _ ~ percent-encoded. */
void page_put_url_part(struct buffer *out, struct text t);

/*
 * A whole URL that the program made. It is written if it stays on the site (/..., #..., ?...) or begins with
 * https:, http:, mailto: or tel:, has no control characters, and "#" is written in its place otherwise, so that a value
 * that came from outside cannot become a script.
 */
void page_put_link(struct buffer *out, struct text t);
bool page_link_allowed(struct text t);

void page_put_int(struct buffer *out, int64_t value);

/*
 * PAGE(out, sign_in, .heading = ..., .errors = ..., .errors_n = ...) writes a page and does not compile unless every
 * member is given: the count of what is given is compared with the count of members, a name given twice is
 * a warning, an unknown one an error. Put an initialiser in braces that has commas into a variable first.
 */
#define PAGE(out, name, ...)                                                                                       \
    ((void)sizeof(struct {                                                                                         \
         _Static_assert(PAGE_COUNT(__VA_ARGS__) == page_##name##_members, "give each member of the page once");    \
         char unused;                                                                                              \
     }),                                                                                                           \
     page_##name((out), &(const struct page_##name){__VA_ARGS__}))

/* How many arguments there are, from 1 to 64. */
#define PAGE_COUNT(...)                                                                                            \
    PAGE_COUNT_AT(__VA_ARGS__, 64, 63, 62, 61, 60, 59, 58, 57, 56, 55, 54, 53, 52, 51, 50, 49, 48, 47, 46, 45, 44, \
                  43, 42, 41, 40, 39, 38, 37, 36, 35, 34, 33, 32, 31, 30, 29, 28, 27, 26, 25, 24, 23, 22, 21, 20,  \
                  19, 18, 17, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0)
#define PAGE_COUNT_AT(a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, a17, a18, a19, a20, a21,  \
                      a22, a23, a24, a25, a26, a27, a28, a29, a30, a31, a32, a33, a34, a35, a36, a37, a38, a39, a40,   \
                      a41, a42, a43, a44, a45, a46, a47, a48, a49, a50, a51, a52, a53, a54, a55, a56, a57, a58, a59,   \
                      a60, a61, a62, a63, a64, n, ...)                                                                 \
    n

#endif
