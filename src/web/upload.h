#ifndef WEB_UPLOAD_H
#define WEB_UPLOAD_H

#include "asking.h"

/*
 * Files of a form, sealed as they arrive. A page's route gives `upload` a function that names the case and calls
 * upload_piece; its `take` then calls upload_attach, which records each file that came whole and goes on with `then`.
 */
int upload_piece(struct http_request *request, const struct http_piece *piece,
                 int (*find_case)(struct asking *asking, struct id *case_id, struct error *error),
                 struct error *error);

/* What could not be taken is in asking->errors at "file". No files: `then` runs at once. */
int upload_attach(struct asking *asking, int (*then)(struct asking *asking, struct error *error),
                  struct error *error);

/* The documents that were recorded. */
size_t upload_done(const struct asking *asking, const struct id **documents);

#endif
