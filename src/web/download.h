#ifndef WEB_DOWNLOAD_H
#define WEB_DOWNLOAD_H

#include "asking.h"

/* Sends a document as a file to save, opened piece by piece. What came in from outside is never shown by the browser.
 */
int download(struct asking *asking, const struct document_key *key, struct error *error);

extern const struct page document_page, received_document_page;

#endif
