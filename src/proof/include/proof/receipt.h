#ifndef PROOF_RECEIPT_H
#define PROOF_RECEIPT_H

#include "proof/check.h"

/* What the paper says beside what the proof says. */
struct proof_paper {
    struct text partnership; /* its name; empty: none */
    struct text policy;      /* title of the policy's version; empty: not known */
    int64_t checked_at;      /* when it was checked, and the paper made */
    struct text file;        /* the proof itself: attached, under `file_name` */
    struct text file_name;
};

/* A page of tagged PDF (letter.h), set closer where it would else be two; with long reasons it may be more. The PDF lies in the
 * arena. press NULL: ERROR_SYSTEM. */
struct letter_press;
int proof_print(struct arena *arena, struct letter_press *press, const struct proof_said *said,
                const struct proof_paper *paper, struct text *pdf, struct error *error);

#endif
