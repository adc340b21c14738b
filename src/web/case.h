#ifndef WEB_CASE_H
#define WEB_CASE_H

#include "asking.h"

extern const struct page case_page, looks_page, case_documents_page;
int case_upload(struct http_request *request, const struct http_piece *piece, struct error *error);

#endif
