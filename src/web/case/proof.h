#ifndef WEB_PROOF_H
#define WEB_PROOF_H

#include "asking.h"

/* That the record holds a decision: the page, and what can be taken away from it. */
extern const struct page proof_page, proof_file_page, proof_receipt_page;

#endif
