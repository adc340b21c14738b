#ifndef WITNESS_ASK_H
#define WITNESS_ASK_H

#include "witness/policy.h"

struct error;

/* What one witness has seen of a log. */
struct witness_sight {
    bool answered;
    uint64_t size;     /* the largest it has cosigned; 0: it has not seen this log yet */
    bool forked;       /* it has cosigned another tree of the very size that was shown: the log lied */
    char problem[240]; /* in plain words, if it did not answer */
};

/*
 * Asks each witness of the policy that has an address for the largest size that it has seen of the log that signed
 * `note` (a whole signed checkpoint, such as one from a backup). Changes nothing at the witnesses: one that is behind
 * stays behind. Takes 20 seconds at most.
 *
 * sights    has a place for each witness of the policy, in its order
 * largest   the largest size among those that answered
 * answered  how many did (may be NULL). Who refuses something because a witness has seen more must also decide
 *           what it does when few or none answered
 * ca_file   PEM file of further certificate authorities; NULL: the system's
 *
 * ERROR_INPUT: not a signed checkpoint. ERROR_SYSTEM: asking was not possible at all. That a witness is out of reach
 * is no error.
 */
int witness_seen(struct arena *arena, const struct witness_policy *policy, struct text note, const char *ca_file,
                 struct witness_sight *sights, uint64_t *largest, size_t *answered, struct error *error);

#endif
