#ifndef API_H
#define API_H

#include "http/http.h"

/*
 * REST. Every command and view that is offered by name has a route, derived from its row:
 *
 *   POST /api/v1/NOUN/VERB             a command: a JSON object in, a JSON object out
 *   GET  /api/v1/NOUN/VERB?field=...   a view: one object, or {"rows": [...]}. One that takes something personal is a POST like
 *                                      a command: an address is written down in too many places
 *   POST /api/v1/token                 a name and password for a bearer token
 *   POST /api/v1/document/attach       a document, streamed in; its name is a header
 *   GET  /api/v1/document/open, /api/v1/receipt/document                  documents, streamed out
 *   POST /api/v1/pickup/try, /api/v1/pickup/document                      for somebody outside
 *   GET  /api/v1/openapi.json          what there is
 *   GET  /log/checkpoint, /log/key, /log/tile/...                         the public log
 *   GET  /healthz, /metrics
 *
 * Who asks is told by a bearer token alone, never by a cookie. Tries at passwords and phrases are counted by
 * address. Refusals are RFC 9457 problems. The site's context is a struct face (gate/face.h).
 */
const struct http_table *api_table(void);
int api_begin(struct http_request *request, struct error *error);
void api_refuse(struct http_request *request, int status, const struct error *error);
void api_finish(struct http_request *request, bool whole);

#endif
