#ifndef TEMPLATE_H
#define TEMPLATE_H

#include "base/buffer.h"
#include "base/error.h"

/*
 * Compiles page templates to C. It runs on the machine that builds Proviso, never in the finished program.
 * docs/templates.md describes the language.
 *
 * Everything lives in the arena that the set was made in; texts given to it must live as long. An error's
 * `where` is FILE:LINE:COLUMN, counted from 1 in characters. The codes are ERROR_INPUT for a template that is
 * not allowed and ERROR_TOO_LARGE when the arena is full.
 */
struct template_set;

/* An empty set; NULL when the arena is full. */
struct template_set *template_set_new(struct arena *arena);

/*
 * The files that {{asset "NAME"}} may name, one a line: name, one space, path. Lines of another form are an
 * error, so a template cannot name a file that is not served.
 */
int template_add_assets(struct template_set *set, struct text file, struct text source, struct error *error);

/*
 * A style sheet that {{style "NAME"}} puts into a page whole, for pages that stand by themselves. Both texts must live as
 * long as the set. ERROR_INPUT: it could end the element or load something.
 */
int template_add_style(struct template_set *set, struct text name, struct text source, struct error *error);

/* Shapes that several templates share. Add these before the templates that use them. */
int template_add_shapes(struct template_set *set, struct text file, struct text source, struct error *error);

/*
 * Reads one template. `name` is what other templates call it by; the C names have '-' replaced by '_'.
 * Judges everything that can be judged without the others: HTML, contexts, syntax.
 */
int template_add(struct template_set *set, struct text name, struct text file, struct text source,
                 struct error *error);

/* Judges names, types, parts, layouts and slots of every template; stops at the first error. */
int template_check(struct template_set *set, struct error *error);

/* The templates that are pages, in the order they were added. NULL past the last. */
struct template;
const struct template *template_next_page(const struct template_set *set, const struct template *after);
struct text template_c_name(const struct template *page); /* sign_in, for sign-in */

/* After template_check(): the C of the shapes' header, of a page's header and of a page. */
int template_emit_shapes(const struct template_set *set, struct buffer *out, struct error *error);
int template_emit_header(const struct template_set *set, const struct template *page, struct buffer *out,
                         struct error *error);
int template_emit_source(const struct template_set *set, const struct template *page, struct buffer *out,
                         struct error *error);

#endif
