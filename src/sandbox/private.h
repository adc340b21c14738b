#ifndef SANDBOX_PRIVATE_H
#define SANDBOX_PRIVATE_H

#include "sandbox.h"

#include <errno.h>
#include <stdint.h>

/* A system call, and when: always, or if argument `argument` masked by `mask` is `value`. */
struct call_rule {
    const char *name;
    int answer; /* 0: allowed; otherwise the errno that the caller sees */
    bool conditional;
    unsigned argument;
    uint64_t mask, value;
};

struct profile {
    const char *name;
    int otherwise; /* the answer for a call without a rule */
    const struct call_rule *rules;
    size_t rules_n;
    const struct sandbox_path *paths; /* granted besides the caller's */
    size_t paths_n;
    bool network, signals; /* what Landlock leaves open beside files */
    bool sockets;          /* only the families that a server needs */
};

const struct profile *sandbox_profile_of(enum sandbox_profile profile);

/* The two halves. Each returns 0 and sets its flag in `state`; a part that the kernel lacks is no error. */
int sandbox_limit_paths(const struct profile *profile, const struct sandbox_path *paths, size_t count,
                        struct sandbox_state *state, struct error *error);
int sandbox_limit_calls(const struct profile *profile, struct sandbox_state *state, struct error *error);

int sandbox_landlock_version(void); /* 0 without Landlock */

#endif
