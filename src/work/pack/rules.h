#ifndef WORK_PACK_RULES_H
#define WORK_PACK_RULES_H

#include "internal.h"

#include "policy.h"

/* What the commands about the rules that apply share. */

enum { ROLES_OVERSEE = ROLE_MANAGER | ROLE_LEAD | ROLE_GOVERNANCE, ROLES_ADOPT = ROLE_MANAGER | ROLE_GOVERNANCE };

/* ---- days, as the tables have them ---- */
struct date day_read(struct text day);                       /* year 0 for the empty day */
struct text day_write(struct arena *arena, struct date day); /* "" for none */

/* ---- one adoption ---- */
struct adoption {
    struct id id, version_id, proposed_by;
    struct text state, proposer, agency; /* the person who proposed, and of which agency (its id) */
    struct date from;
};
/* ERROR_INVALID at adoption_id where there is none. */
int adoption_read(struct turn *turn, const struct id *id, struct adoption *out, struct error *error);
/* What applies on a day. ERROR_MISSING: nothing is on record for it. */
int adoption_on(struct turn *turn, struct date day, struct id *adoption, struct id *version, struct error *error);
/* The day on which its review falls due; year 0: none is set. */
int adoption_review_due(struct turn *turn, const struct id *adoption, struct date *due, struct error *error);

/* ---- keeping a version ---- */
struct keeping {
    struct id version_id;
    bool is_new;
    struct id file_id[5];
    struct text content[5], pack, version, title, sha256, digest;
};
/* In prepare: finds the version by its digest, or copies what is to be kept. */
int keeping_prepare(struct turn *turn, const struct policy_pack *pack, struct keeping *out, struct error *error);
int keeping_apply(struct turn *turn, const struct keeping *keeping, struct error *error);

/* ---- telling ---- */
struct telling {
    struct id *post, *notice;
    size_t n, room;
};
int telling_add(struct turn *turn, struct telling *telling, const struct id *post, struct error *error);
/* Every post with one of the roles, but not the actor's. */
int telling_find(struct turn *turn, uint32_t roles, struct telling *telling, struct error *error);
int telling_raise(struct turn *turn, const struct telling *telling, const char *kind, const struct id *about,
                  struct error *error);
/* In apply: takes the notices about an adoption off the lists; of one post, or (NULL) of all. */
int telling_close(struct turn *turn, const struct id *adoption, const struct id *post, struct error *error);

/* ---- the open cases of an effect: in hexadecimal, whatever their order; {NULL, 0} without memory ---- */
struct text pack_cases_hash(struct arena *arena, const struct id *cases, size_t n);

#endif
