#ifndef PROOF_WORDS_H
#define PROOF_WORDS_H

#include "proof/check.h"

/* What a proof says, in plain words: for pages, paper and the command line alike. */
struct proof_line {
    struct text key, value;
};
enum { PROOF_LINES = 16 };

/* What was decided, by whom, when, by which policy. `policy`: the title of the version, if it is known; else empty. */
size_t proof_decision_lines(struct arena *arena, const struct proof_said *said, struct text policy,
                            struct proof_line line[PROOF_LINES]);
/* Reasons and whom it was talked over with; none where the file does not hold them. */
size_t proof_personal_lines(struct arena *arena, const struct proof_said *said, struct proof_line line[PROOF_LINES]);
/* Where the record has it. */
size_t proof_record_lines(struct arena *arena, const struct proof_said *said, struct proof_line line[PROOF_LINES]);

/* An instant where this machine stands, and for whoever checks it elsewhere: "3 June 2015 at 2:05pm (2015-06-03 13:05:00 UTC)". */
struct text proof_instant_words(struct arena *arena, int64_t instant);

/* "The log's own key has signed ...", and a sentence about witnesses. */
struct text proof_signed_words(struct arena *arena, const struct proof_said *said);
struct text proof_witness_words(struct arena *arena, const struct proof_said *said);

#endif
