#ifndef TEMPLATE_HTML_H
#define TEMPLATE_HTML_H

#include "scan.h"

/* What the HTML around a place is, so that the right thing can be done with what is inserted there. */

enum html_state {
    HTML_TEXT,  /* between tags */
    HTML_TAG,   /* in a tag, between attributes */
    HTML_VALUE, /* in a quoted attribute value */
    HTML_PLAIN, /* in <title> or <textarea>: text in which tags are not tags */
};

enum html_attribute {
    ATTRIBUTE_TEXT,
    ATTRIBUTE_URL,
    ATTRIBUTE_FIXED, /* written out in the template, nothing inserted */
};

enum { HTML_DEEPEST = 64 };

struct html {
    enum html_state state;
    struct text tag, attribute;
    enum html_attribute kind;
    char quote;
    bool url_begun;     /* the value has a beginning that settles where it points */
    bool script_source; /* <script> has its src */
    bool fresh_plain;   /* just after <textarea> or <pre>, whose first line feed a browser drops */
    struct text open[HTML_DEEPEST];
    size_t depth;
    size_t floor; /* elements open outside the body that is being read: it may not close them */
};

/* Reads some HTML: at least one byte, up to something that a directive may stand in front of. Adds it to
 * `out`. */
int html_step(struct html *html, struct scan *scan, struct buffer *out);

/* What an insertion at this place means. Refuses where nothing may be inserted. */
int html_insertion(struct html *html, struct scan *scan, struct place place, enum context *context);

/* A path of the site's own, put here by {{asset}}: allowed wherever a URL is. */
int html_asset(struct html *html, struct scan *scan, struct place place);

/* Is the place after one branch the same as after another? */
bool html_same(const struct html *a, const struct html *b);

/* "between tags", "in the value of href": for messages. */
struct text html_words(const struct html *html, struct arena *arena);

#endif
