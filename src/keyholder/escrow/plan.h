#ifndef KEYHOLDER_PLAN_H
#define KEYHOLDER_PLAN_H

#include "keyholder/client.h"

#include "base/text.h"
#include "vault/key.h"

struct error;

/*
 * Who keeps a share of the epoch key, as the operator wrote it in the file that the setting `escrow` names. One thing a
 * line; blank lines and those that begin with # are passed over:
 *
 *     needed 3
 *     agency age1... Children's Services
 *
 * `needed` says how many agencies together can open what is sealed: at least 2, at most as many as there are. An agency is
 * its age recipient and its name.
 */
enum { KEYHOLDER_AGENCIES_MAX = 255, KEYHOLDER_PLAN_DIGEST = 32, KEYHOLDER_PLAN_SIZE = 1 << 20 };

struct keyholder_plan {
    uint32_t needed, count;
    uint8_t digest[KEYHOLDER_PLAN_DIGEST]; /* of all of it: another plan has another */
    struct keyholder_agency {
        char name[KEYHOLDER_AGENCY_SIZE];
        struct vault_recipient recipient;
    } agency[KEYHOLDER_AGENCIES_MAX];
};

/* ERROR_INPUT names the line and what is wrong with it. `where` names the source. */
int keyholder_plan_parse(struct text source, const char *where, struct keyholder_plan *plan, struct error *error);
int keyholder_plan_read(const char *path, struct keyholder_plan *plan, struct error *error);

#endif
