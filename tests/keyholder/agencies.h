#ifndef TESTS_KEYHOLDER_AGENCIES_H
#define TESTS_KEYHOLDER_AGENCIES_H

#include "keyholder_test.h"

#include "escrow/plan.h"

#include "base/error.h"

/* Agencies with a key each, for the tests of escrow; every other key is a post-quantum one. */
enum { MANY = 256 }; /* one more than a plan takes */
static struct vault_identity agency[MANY];
static char recipient[MANY][VAULT_RECIPIENT_LENGTH + 1];

static inline int make_agencies(void **state)
{
    (void)state;
    for (size_t i = 0; i < MANY; i++) {
        struct vault_recipient point;
        struct error error;
        if (i % 2)
            vault_identity_new_hybrid(&agency[i]);
        else
            vault_identity_new(&agency[i]);
        if (vault_identity_recipient(&agency[i], &point, &error) != 0)
            return -1;
        vault_recipient_format(&point, recipient[i]);
    }
    return 0;
}

/* "needed N" and so many agencies. */
static inline struct text plan_text(unsigned needed, unsigned count)
{
    static char text[1 << 19];
    size_t n = (size_t)snprintf(text, sizeof text, "# who keeps the key\n\nneeded %u\n", needed);
    for (unsigned i = 0; i < count; i++)
        n += (size_t)snprintf(text + n, sizeof text - n, "agency %s Agency number %u\n", recipient[i], i + 1);
    return (struct text){text, n};
}

static inline struct keyholder_plan *plan_of(unsigned needed, unsigned count)
{
    struct keyholder_plan *plan = calloc(1, sizeof *plan);
    struct error error;
    if (!plan || keyholder_plan_parse(plan_text(needed, count), "plan", plan, &error) != 0)
        fail_msg("%s: %s", error.where, error.what);
    return plan;
}

#endif
