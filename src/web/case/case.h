#ifndef WEB_CASE_H
#define WEB_CASE_H

#include "asking.h"

/* The pages of one case: the case itself, who has looked at it, and the documents added to it. */
extern const struct page case_page, looks_page, case_documents_page;
/* Takes a piece of a file as it arrives, for the page of documents. */
int case_upload(struct http_request *request, const struct http_piece *piece, struct error *error);

/* What somebody looked at, by the name of its view; NULL for none that looks at anybody. */
const char *case_look_words(struct text view);

#endif
