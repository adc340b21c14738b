#ifndef WEB_H
#define WEB_H

#include "http/http.h"

struct arena;
struct buffer;
struct policy_pack;

/*
 * web: the pages. No rule lives here: every change is a command and every look a view, through the gate. What the
 * site's functions of struct http_site do for pages, for whoever joins the faces; http_context() is `const struct
 * face *`.
 *
 * Pages work without script, are written in plain words, and are never kept by a browser.
 */
const struct http_table *web_table(void);
const struct http_asset *web_assets(size_t *n);

/* Who is it? Forms that another site sends are refused; somebody who must sign in first is sent there and back. */
int web_begin(struct http_request *request, struct error *error);
/* The page for a refusal: what could not be done, and what to do. */
void web_refuse(struct http_request *request, int status, const struct error *error);
void web_finish(struct http_request *request, bool whole);

/*
 * A whole policy as one page of HTML that needs nothing else, for a screen or paper: how its tables hang together, every
 * rule with its source, its words. `out` lies in `arena`.
 */
int web_policy_page(const struct policy_pack *pack, struct arena *arena, struct buffer *out, struct error *error);

#endif
